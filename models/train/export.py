"""A checkpoint to the model folder: calibrate, quantise, write, sum up."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import graph
import lemmas
import numpy as np
import onnx
import onnxruntime as ort
import torch
from data import Document, load_training
from labels import NAME_TAGS, ROLE_TAGS, allowed_transitions

from pipeline.stages.encode.model import FORMAT
from pipeline.stages.encode.windows import WindowInput, plan_windows, window_input
from pipeline.stages.encode.wordpieces import WordPieces

NAME, VERSION = "en_news", "1.4.0"
CALIBRATION_WINDOWS = 240
CLIP = 99.95
"""Percentile of a channel's values beyond which calibration cuts."""
CAUTION = 1.5
"""Added to the score of a word to be in no name, as reviewed and written sentences hold more names than most. Of 1, 1.5
and 2 chosen on names of UNER-EWT dev, GUM dev and WorldWide dev."""


def averaged_weights(checkpoint: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The averaged weights and the training state."""
    content = torch.load(checkpoint, map_location="cpu", weights_only=True)
    weights = {k: v.float().numpy() for k, v in content["net"].items()}
    weights |= {k: v.float().numpy() for k, v in content["average"].items()}
    return weights, content["state"]


def history(state: dict[str, Any]) -> dict[str, Any]:
    """What was spent on a checkpoint, and on what it began from."""
    return {key: state[key] for key in ("step", "words", "seconds", "before") if key in state}


def calibration_windows(
    documents: dict[str, list[Document]], cutter: WordPieces
) -> list[tuple[WindowInput, np.ndarray]]:
    """Windows of training articles, every stream by turns, and one pool a window."""
    found: list[tuple[WindowInput, np.ndarray]] = []
    for stream, share in (("attribution", 0.5), ("gold", 0.4), ("silver", 0.1)):
        # Single sentences tell little of what an article's windows hold.
        docs = [d for d in documents[stream] if len(d.sentences) > 1] or documents[stream]
        wanted = max(1, int(share * CALIBRATION_WINDOWS))
        for doc in docs[:: max(1, len(docs) // wanted)][:wanted]:
            counts = [max(1, len(cutter(word))) for word in doc.words]
            windows = plan_windows(counts, doc.sentences, doc.paragraphs)
            window = windows[len(windows) // 2]
            words = doc.words[window.start : window.end]
            breaks = [p - window.start for p in doc.paragraphs if window.start < p < window.end]
            pool = np.full((1, len(words)), 1 / len(words), dtype=np.float32)
            found.append((window_input(words, cutter, breaks), pool))
    return found


def calibrate(
    model: onnx.ModelProto, taps: dict[str, str], windows: list[tuple[WindowInput, np.ndarray]]
) -> dict[str, graph.Range]:
    """The range of every product's input, channel by channel, over the windows."""
    session = ort.InferenceSession(graph.with_taps(model, taps).SerializeToString(), providers=["CPUExecutionProvider"])
    seen: dict[str, list[np.ndarray]] = {name: [] for name in taps}
    for given, pool in windows:
        feed = {"pieces": given.pieces, "shapes": given.shapes, "first": given.first, "pool": pool}
        names = list(dict.fromkeys(taps.values()))
        output = dict(zip(names, session.run(names, feed), strict=True))
        for name, tensor in taps.items():
            seen[name].append(output[tensor].reshape(-1, output[tensor].shape[-1]).astype(np.float16))
    ranges = {}
    for name, rows in seen.items():
        values = np.concatenate(rows).astype(np.float32)
        low, high = np.percentile(values, [100 - CLIP, CLIP], axis=0)
        ranges[name] = graph.Range(low.astype(np.float32), high.astype(np.float32))
    return ranges


def transitions(weights: dict[str, np.ndarray]) -> list[list[float]]:
    """The learned moves between role tags, the forbidden ones at -10,000. A paragraph's edge is like an O."""
    moves = weights["transitions"].copy()
    moves[-1, :] = moves[0, :]
    moves[:, -1] = moves[:, 0]
    moves = np.where(np.array(allowed_transitions(ROLE_TAGS)), moves, -1e4)
    return [[round(float(x), 5) for x in row] for row in moves]


def write_folder(
    out: Path, model: onnx.ModelProto, weights: dict[str, np.ndarray], state: dict[str, Any], vocabulary: list[str],
    lemma_lists: dict[str, Any], caution: float = 0.0,
) -> None:  # fmt: skip
    """Write the folder with its sums; figures come later. *caution*: what :func:`graph.cautious` added to *weights*."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (out / "labels.onnx").write_bytes(graph.build_labels(weights).SerializeToString(deterministic=True))
    (out / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    (out / "lemmas.json").write_text(
        json.dumps(lemma_lists, ensure_ascii=False, sort_keys=True, indent=0), encoding="utf-8"
    )
    names = ("model.onnx", "labels.onnx", "vocab.txt", "lemmas.json")
    meta = {
        "format": FORMAT, "name": NAME, "version": VERSION, "language": "en",
        "license": "CC BY-SA 4.0, learned from share-alike data (see the card); encoder: all-MiniLM-L6-v2, Apache-2.0",
        "trained": history(state),
        "labels": {"names": NAME_TAGS, "roles": ROLE_TAGS, **state["lists"]},
        "transitions": transitions(weights), "caution": caution,
        "sha256": {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names},
        "figures": {},
    }  # fmt: skip
    write_meta(out, meta)


def write_meta(out: Path, meta: dict[str, Any]) -> None:
    """``meta.json``, one key a line."""
    rows = ",\n".join(f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False, sort_keys=True)}" for k, v in meta.items())
    (out / "meta.json").write_text("{\n" + rows + "\n}\n", encoding="utf-8")


def export_folder(checkpoint: Path, shared: Path, out: Path, vocabulary: list[str], fp32: Path | None = None) -> None:
    """Write the model folder from a checkpoint; *fp32* writes the unquantised one beside it, to compare."""
    weights, state = averaged_weights(checkpoint)
    weights = graph.cautious(weights, CAUTION)
    documents = load_training(shared)
    cutter = WordPieces(vocabulary)
    lists = lemmas.learn([d for d in documents["gold"] if d.lemmas])
    model, taps = graph.build(weights, None)
    if fp32 is not None:
        write_folder(fp32, model, weights, state, vocabulary, lists, CAUTION)
    ranges = calibrate(model, taps, calibration_windows(documents, cutter))
    small, _ = graph.build(weights, ranges)
    write_folder(out, small, weights, state, vocabulary, lists, CAUTION)
