"""Near-copies made of real articles: which are found, which are invented, and how long it takes.

    python -m benchmarks.duplicates SHARED_DATA_FOLDER [--peers]

SHARED_DATA_FOLDER holds ``syntax/ud_english_gum`` and ``syntax/ud_english_ewt`` (universaldependencies.org); every
document of their train splits of 150 words or more is an article, split into paragraphs of three sentences. Of each
third one copies are made: *cut* to its first part, *added to* with paragraphs of another article in between, *edited*
(words dropped and swapped), *tailed* with an agency's lines, and all of that together. As many articles that share just
a quotation of one paragraph with another are made too: these are no copies. ``--peers`` measures MinHash with LSH of
``datasketch`` and ``rensa`` beside it, where they are installed (they are no dependencies of this project).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from benchmarks.segment import TREEBANKS, documents
from pipeline.link.duplicates import mark_duplicates

TAIL = (
    "(Reporting by Ann Lee in Mosta and Jo Marr in Elmar; Editing by Ruth Keller)",
    "Our Standards: The Thomson Reuters Trust Principles.",
    "Read more: What we know about the flood so far",
)


def articles_of(folder: Path) -> list[list[str]]:
    """Paragraphs of each document that is long enough."""
    found = []
    for treebank, stem in TREEBANKS.items():
        for document in documents(folder / "syntax" / f"{stem}-train.conllu", treebank, False):
            starts = [*document.starts[::3], len(document.text)]
            parts = [document.text[a:b].strip() for a, b in pairwise(starts)]
            if len(document.text.split()) >= 150 and len(parts) > 3:
                found.append(parts)
    return found


def edited(parts: list[str], chance: random.Random, share: float) -> list[str]:
    """*parts* with a *share* of their words dropped or put in the place of another."""
    made = []
    for part in parts:
        words = part.split()
        for index in range(len(words)):
            if chance.random() < share:
                words[index] = chance.choice(["", chance.choice(words)])
        made.append(" ".join(word for word in words if word))
    return made


def copies(parts: list[str], other: list[str], chance: random.Random) -> dict[str, list[str]]:
    """The ways in which *parts* may be republished."""

    def added(to: list[str], some: int) -> list[str]:
        to = list(to)
        for part in other[: min(some, len(other) // 3 or 1)]:
            to.insert(chance.randrange(len(to) + 1), part)
        return to

    return {
        "retitled": ["A wholly other headline for the same story", *parts],
        "cut to 60 %": parts[: max(2, round(0.6 * len(parts)))],
        "cut to 35 %": parts[: max(2, round(0.35 * len(parts)))],
        "added to": added(parts, max(1, len(parts) // 5)),
        "edited, 3 %": edited(parts, chance, 0.03),
        "tailed": [*parts, *TAIL],
        "all of it": [*added(edited(parts[: max(3, round(0.7 * len(parts)))], chance, 0.02), 1), *TAIL],
    }  # fmt: skip


def ours(texts: list[str]) -> set[tuple[int, int]]:
    """Pairs (copy, original) by :func:`pipeline.link.duplicates.mark_duplicates`."""
    days = pa.nulls(len(texts), pa.date32())
    ids = pa.array([f"{number:06d}" for number in range(len(texts))])
    table = pa.table(
        {"article_id": ids, "text": texts, "published": days, "duplicate_of": pa.nulls(len(texts), "string")}
    )
    found = mark_duplicates(table)["duplicate_of"].to_pylist()
    return {(min(n, int(o)), max(n, int(o))) for n, o in enumerate(found) if o is not None}


def _shingled(text: str) -> list[str]:
    words = text.casefold().split()
    return [" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))]


def datasketch(texts: list[str]) -> set[tuple[int, int]]:
    """Pairs by MinHash and LSH of datasketch, 128 permutations, threshold 0.5."""
    from datasketch import MinHash, MinHashLSH

    index, found = MinHashLSH(threshold=0.5, num_perm=128), set()
    for number, text in enumerate(texts):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([shingle.encode() for shingle in _shingled(text)])
        found |= {(int(other), number) for other in index.query(sketch)}
        index.insert(str(number), sketch)
    return found


def rensa(texts: list[str]) -> set[tuple[int, int]]:
    """Pairs by R-MinHash and LSH of rensa, 128 permutations, 16 bands, similarity from 0.5."""
    from rensa import RMinHash, RMinHashLSH

    index, found, sketches = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=16), set(), []
    for number, text in enumerate(texts):
        sketch = RMinHash(num_perm=128, seed=7)
        sketch.update(_shingled(text))
        found |= {(other, number) for other in index.query(sketch) if sketches[other].jaccard(sketch) >= 0.5}
        index.insert(number, sketch)
        sketches.append(sketch)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    chance = random.Random(7)
    base = articles_of(options.data)
    texts = ["\n".join(parts) for parts in base]
    gold: dict[tuple[int, int], str] = {}
    for number in range(0, len(base) - 2, 3):
        for kind, parts in copies(base[number], base[number + 1], chance).items():
            gold[number, len(texts)] = kind
            texts.append("\n".join(parts))
        quoting = [*base[number + 2][:3], min(base[number], key=len), *base[number + 2][3:]]
        texts[number + 2] = "\n".join(quoting)  # shares one paragraph with another article, and is no copy of it
    groups: dict[int, int] = {index: index for index in range(len(texts))}
    groups |= {copy: original for original, copy in gold}
    systems: dict[str, Callable[[list[str]], set[tuple[int, int]]]] = {"ours": ours}
    if options.peers:
        systems |= {"datasketch": datasketch, "rensa": rensa}
    print(f"{len(base)} articles, {len(gold)} copies of {len(gold) // 7} of them, {len(gold) // 7} that quote another")
    for name, system in systems.items():
        began = time.perf_counter()
        found = system(texts)
        seconds = time.perf_counter() - began
        parent = list(range(len(texts)))

        def root(index: int, parent: list[int] = parent) -> int:
            while parent[index] != index:
                index = parent[index]
            return index

        for a, b in sorted(found):
            parent[max(root(a), root(b))] = min(root(a), root(b))
        wrong = sum(groups[a] != groups[b] for a, b in found)
        right = {kind: [0, 0] for kind in dict.fromkeys(gold.values())}
        for (original, copy), kind in gold.items():
            right[kind][0] += root(original) == root(copy)
            right[kind][1] += 1
        total = sum(count for count, _ in right.values())
        print(f"\n{name}: recall {total / len(gold):.4f}, {wrong} of {len(found)} pairs wrong, {seconds:.1f} s")
        for kind, (count, all_of) in right.items():
            print(f"  {kind:12} {count / all_of:.4f} of {all_of}")


if __name__ == "__main__":
    main()
