"""Names swapped for others of their label and length, so that a small set of gold sentences isn't learned by heart.

(Dai and Adel 2020, "mention replacement".) Only names all of whose words are proper nouns in capitals take part: then
tags and tree stay true. The others come from the gold sets and from what the silver set names alike throughout.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data import Document
from labels import NAME_TAGS

from pipeline.stages.encode.wordpieces import MIXED, TITLE, UPPER, WordPieces, word_shape

CHANCE = 0.3
"""That a name is swapped."""
SILVER_SEEN, SILVER_SURE = 2, 0.9
"""How often silver must name it, and how large a share of these must agree on the label."""
_CAPITALS = frozenset((TITLE, UPPER, MIXED))

Written = tuple[tuple[tuple[int, ...], int], ...]
"""Pieces and shape of each word."""


def spans_of(doc: Document, start: int, end: int) -> list[tuple[int, int, str]]:
    """Names that lie whole in the words ``start:end``, in order."""
    found, begin = [], -1
    for i in range(start, end):
        tag = NAME_TAGS[doc.names[i]] if doc.names[i] >= 0 else "O"
        if tag[0] in "BS":
            begin = i
        if tag[0] in "ES" and begin >= 0:
            found.append((begin, i + 1, tag[2:]))
        if tag[0] in "OES":
            begin = -1
    return found


def _swappable(doc: Document, start: int, end: int) -> bool:
    return all(word_shape(w) in _CAPITALS for w in doc.words[start:end]) and (
        not doc.upos or all(tag == "PROPN" for tag in doc.upos[start:end])
    )


@dataclass
class Swaps:
    """Names to take instead, by label and number of words."""

    pools: dict[tuple[str, int], list[Written]] = field(default_factory=dict)

    @classmethod
    def learn(cls, gold: Iterable[Document], silver: Iterable[Document], cutter: WordPieces) -> Swaps:
        """Every name of *gold*; of *silver* those seen twice whose label hardly varies."""
        votes: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        kept: set[tuple[tuple[str, ...], str]] = set()
        for documents, sure in ((gold, True), (silver, False)):
            for doc in documents:
                if not doc.names:
                    continue
                for start, end, label in spans_of(doc, 0, len(doc.words)):
                    if not _swappable(doc, start, end):
                        continue
                    words = tuple(doc.words[start:end])
                    if sure:
                        kept.add((words, label))
                    else:
                        votes[words][label] += 1
        for words, counts in votes.items():
            label, n = counts.most_common(1)[0]
            if counts.total() >= SILVER_SEEN and n >= SILVER_SURE * counts.total():
                kept.add((words, label))
        found = cls()
        for words, label in sorted(kept):
            written = tuple((tuple(cutter(w)) or (cutter.unk,), word_shape(w)) for w in words)
            found.pools.setdefault((label, len(words)), []).append(written)
        return found

    def draw(
        self, doc: Document, start: int, end: int, chance: random.Random
    ) -> dict[int, tuple[tuple[int, ...], int]]:
        """Pieces and shape to read instead, by word; one name is swapped for the same one throughout ``start:end``."""
        found: dict[int, tuple[tuple[int, ...], int]] = {}
        chosen: dict[tuple[str, ...], Written | None] = {}
        if not doc.names:
            return found
        for a, b, label in spans_of(doc, start, end):
            words = tuple(doc.words[a:b])
            if words not in chosen:
                pool = self.pools.get((label, b - a), ())
                swap = bool(pool) and chance.random() < CHANCE and _swappable(doc, a, b)
                chosen[words] = chance.choice(pool) if swap else None
            written = chosen[words]
            if written is not None:
                found.update(zip(range(a, b), written, strict=True))
        return found


NO_SWAPS: Mapping[int, tuple[tuple[int, ...], int]] = {}
