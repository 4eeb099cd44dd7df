"""Which paragraphs say again what another says: pull quotes, standfirsts, doubled captions."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from pipeline.stages.clean.draft import normal_words

SHINGLE = 3
"""Words a shingle: long enough that common phrases don't meet by chance; one changed word costs three."""

_HOLDERS = 4  # paragraphs remembered a shingle


class Repeats:
    """How much of a paragraph stands in another one, by shared shingles of words. Linear in the article."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._shingles = [_shingles(text) for text in texts]
        self._holders: dict[int, list[int]] = {}
        for number, shingles in enumerate(self._shingles):
            for shingle in shingles:
                holders = self._holders.setdefault(shingle, [])
                if len(holders) < _HOLDERS and (not holders or holders[-1] != number):
                    holders.append(number)

    def best(self, number: int) -> tuple[float, int | None]:
        """The largest share of the shingles of paragraph *number* that one other paragraph holds, and which that is."""
        shingles = self._shingles[number]
        if not shingles:
            return 0.0, None
        counts: dict[int, int] = {}
        for shingle in shingles:
            for holder in self._holders[shingle]:
                if holder != number:
                    counts[holder] = counts.get(holder, 0) + 1
        if not counts:
            return 0.0, None
        holder = max(counts, key=lambda other: (counts[other], -other))
        return counts[holder] / len(shingles), holder

    def size(self, number: int) -> int:
        """The number of its shingles."""
        return len(self._shingles[number])


def _shingles(text: str) -> list[int]:
    # Numbers, not strings: their hash is the same in every process.
    found = [crc32(word.encode("utf-8", "replace")) for word in normal_words(text)]
    return list(dict.fromkeys(hash(tuple(found[i : i + SHINGLE])) for i in range(len(found) - SHINGLE + 1)))
