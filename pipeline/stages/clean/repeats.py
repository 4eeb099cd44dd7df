"""Which paragraphs say again what another says: pull quotes, standfirsts, doubled captions."""

from __future__ import annotations

from collections.abc import Sequence

Shingle = tuple[str, ...]

SHINGLE = 3
"""Words a shingle: long enough that common phrases don't meet by chance; one changed word costs three."""

_HOLDERS = 4  # paragraphs remembered a shingle


class Repeats:
    """How much of a paragraph stands in another one, by shared shingles of words. Linear in the article."""

    def __init__(self, paragraphs: Sequence[Sequence[str]]) -> None:
        """*paragraphs*: the words of each, lower case."""
        self._shingles = [_shingles(words) for words in paragraphs]
        self._holders: dict[Shingle, list[int]] = {}  # of those that stand in several: few do
        first: dict[Shingle, int] = {}
        for number, shingles in enumerate(self._shingles):
            for shingle in shingles:
                holder = first.setdefault(shingle, number)
                if holder != number:
                    holders = self._holders.setdefault(shingle, [holder])
                    if len(holders) < _HOLDERS:
                        holders.append(number)

    def best(self, number: int) -> tuple[float, int | None]:
        """The largest share of the shingles of paragraph *number* that one other paragraph holds, and which that is."""
        shingles = self._shingles[number]
        if not shingles:
            return 0.0, None
        counts: dict[int, int] = {}
        for shingle in shingles if self._holders else ():
            for holder in self._holders.get(shingle, ()):
                if holder != number:
                    counts[holder] = counts.get(holder, 0) + 1
        if not counts:
            return 0.0, None
        holder = max(counts, key=lambda other: (counts[other], -other))
        return counts[holder] / len(shingles), holder

    def size(self, number: int) -> int:
        """The number of its shingles."""
        return len(self._shingles[number])


def _shingles(words: Sequence[str]) -> list[Shingle]:
    """The shingles of *words*, each once, in the order in which they are met."""
    return list(dict.fromkeys(zip(*(words[i:] for i in range(SHINGLE)), strict=False)))
