"""Candidate pairs by shared keys: an inverted index in buckets on disk, joined bucket by bucket.

What is compared (a claim, a quotation, an article) is a *row* with a few *keys* (rare words, runs of words, hashes);
each key is a bucket, and only rows of one bucket are ever compared. Rows, keys and buckets are integers in NumPy
arrays. What grows with the number of rows is spilled: the keys of all rows, in partitions by key, and the pairs that
these give, in partitions by row (a partitioned hash join, DeWitt et al. 1984). In memory is one partition at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.link.ragged import Floats, Ints, Ragged, first_of_runs, ranges, run_sizes
from pipeline.link.spill import Partitions

#: Pairs, about, that are held at once.
_PAIRS: Final = 50_000
#: Pairs whose shared values are looked up at once.
_LOOKED_UP: Final = 5_000
#: Bits of the number of a key's partition.
_KEYS: Final = 6
#: Groups of rows whose pairs are counted, at most.
_GROUPS: Final = 4096
#: Fibonacci hashing (Knuth): keys that are all small, as the smallest hashes are, go to all partitions alike.
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)

_ENTRY: Final = np.dtype([("key", "<u8"), ("row", "<i4"), ("place", "<i2")])
_PAIR: Final = np.dtype([("row", "<i4"), ("other", "<i4"), ("place", "<i2"), ("weight", "<f8")])


class Rows(Protocol):
    """Rows of whole numbers, in memory or on disk."""

    def take(self, rows: npt.NDArray[Any]) -> Ragged:
        """These rows, in this order."""


class Shared:
    """How much *rows* have in common: *weights* of the values that both hold. No row holds a value twice."""

    def __init__(self, rows: Rows, weights: Floats) -> None:
        self._rows = rows
        self._weights = weights

    def of(self, left: Ints, right: Ints) -> tuple[Floats, Floats, Floats]:
        """For each pair of rows the sum of what both hold, and of what each holds."""
        blocks = [(np.zeros(0), np.zeros(0), np.zeros(0))]
        for start in range(0, len(left), _LOOKED_UP):
            blocks.append(self._block(left[start : start + _LOOKED_UP], right[start : start + _LOOKED_UP]))
        both, ours, theirs = map(np.concatenate, zip(*blocks, strict=True))
        return both, ours, theirs

    def _block(self, left: Ints, right: Ints) -> tuple[Floats, Floats, Floats]:
        ours, theirs = self._rows.take(left), self._rows.take(right)
        wanted, held = (taken.owners * len(self._weights) + taken.values for taken in (ours, theirs))
        of_ours, of_theirs = (self._weights[taken.values] for taken in (ours, theirs))
        held.sort()
        at = np.minimum(np.searchsorted(held, wanted), max(len(held) - 1, 0))
        same = held[at] == wanted if len(held) else np.zeros(len(wanted), bool)
        return ours.sums(np.where(same, of_ours, 0.0)), ours.sums(of_ours), theirs.sums(of_theirs)


class Pairs(NamedTuple):
    """Pairs of rows in flat arrays: in order of ``row``, for each row the best ``other`` first."""

    row: Ints
    other: Ints
    score: Floats


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of a bucket are compared.

    Attributes:
        common: a bucket with more rows than this is crowded.
        neighbours: a row of a crowded bucket is compared with so many of those that stand next to it.
        earlier: whether rows are compared with those before them in their bucket, or with those behind.
        rank: the order of rows in a crowded bucket; None for that of their numbers.
    """

    common: int
    neighbours: int = 0
    earlier: bool = False
    rank: Ints | None = None


class Buckets:
    """Takes the keys of rows, any number of rows at a time, and pairs those that share some.

    *folder* is where it may spill. Raises OutputError where that can't be written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._entries = Partitions(_ENTRY, 1 << _KEYS, folder)
        self._rows = 0

    def add(self, keys: Ragged) -> None:
        """Add rows with these *keys*, no key twice in one row; rows are numbered as they come."""
        entries = np.empty(len(keys.values), _ENTRY)
        entries["key"] = keys.values
        entries["row"] = keys.owners + self._rows
        entries["place"] = np.arange(len(entries)) - np.repeat(keys.starts[:-1], keys.sizes)
        self._entries.add((entries["key"] * _MIX) >> np.uint64(64 - _KEYS), entries)
        self._rows += len(keys)

    def pairs(self, rule: Rule, limit: int, weights: Floats | None = None) -> Iterator[Pairs]:
        """For each row the *limit* rows that share most with it; to be called once, after all was added.

        What a shared key counts is in *weights*, by key, or 1; it is added in the order of the keys of the row. Equal
        sums go by the number of the other row.
        """
        found = self.joined(rule, limit, weights)
        for number in range(len(found)):
            yield found.read(number)
        found.close()

    def joined(self, rule: Rule, limit: int, weights: Floats | None = None) -> Joined:
        """As :meth:`pairs`, to be read block by block."""
        # Rows in groups, groups in ranges that have about as many pairs as may be held.
        size = max(-(-self._rows // _GROUPS), 1)
        counted = np.zeros(self._rows // size + 1, np.int64)
        for pairs in self._joined(rule, weights):
            counted += np.bincount(pairs["row"] // size, minlength=len(counted))
        range_of = (np.cumsum(counted) - counted) // _PAIRS
        range_of = np.unique(range_of, return_inverse=True)[1].reshape(-1)
        found = Partitions(_PAIR, int(range_of[-1]) + 1, self._folder)
        for pairs in self._joined(rule, weights):
            found.add(range_of[pairs["row"] // size], pairs)
        self._entries.close()
        found.settle()
        return Joined(found, limit)

    def close(self) -> None:
        """Give the room of the keys back; done by itself once they are joined."""
        self._entries.close()

    def _joined(self, rule: Rule, weights: Floats | None) -> Iterator[npt.NDArray[Any]]:
        """The pairs that each bucket gives, as :data:`_PAIR`, some at a time."""
        for part in range(1 << _KEYS):
            entries = self._entries.read(part)
            if len(entries):
                yield from _paired(entries, rule, weights)


class Joined:
    """Pairs in blocks, each of which holds all pairs of its rows."""

    def __init__(self, found: Partitions, limit: int) -> None:
        self._found, self._limit = found, limit

    def __len__(self) -> int:
        return len(self._found)

    def read(self, number: int) -> Pairs:
        """The pairs of a block."""
        return _best(self._found.read(number), self._limit)

    def close(self) -> None:
        """Give the room back."""
        self._found.close()


def _paired(entries: npt.NDArray[Any], rule: Rule, weights: Floats | None) -> Iterator[npt.NDArray[Any]]:
    """The pairs of the rows of each bucket of *entries*, which hold all of their buckets."""
    entries = entries[np.lexsort((entries["row"], entries["key"]))]
    begins = first_of_runs(entries["key"])
    sizes = run_sizes(begins, len(entries))
    first, last = np.repeat(begins, sizes), np.repeat(begins + sizes, sizes)
    crowded = last - first > rule.common
    if rule.rank is not None and crowded.any():
        by_rank = np.where(crowded, rule.rank[entries["row"]], entries["row"])
        entries = entries[np.lexsort((by_rank, entries["key"]))]
    at = np.arange(len(entries))
    if rule.earlier:
        begin, end = np.where(crowded, np.maximum(first, at - rule.neighbours), first), at
    else:
        begin, end = at + 1, np.where(crowded, np.minimum(last, at + 1 + rule.neighbours), last)
    held = np.concatenate(([0], np.cumsum(np.maximum(end - begin, 0))))
    low = 0
    while low < len(entries):
        high = max(int(np.searchsorted(held, held[low] + _PAIRS, "right")) - 1, low + 1)
        block, sizes = entries[low:high], np.diff(held[low : high + 1])
        pairs = np.empty(int(sizes.sum()), _PAIR)
        for name in ("row", "place"):
            pairs[name] = np.repeat(block[name], sizes)
        pairs["other"] = entries["row"][ranges(begin[low:high], sizes)]
        pairs["weight"] = 1.0 if weights is None else np.repeat(weights[block["key"].astype(np.int64)], sizes)
        if rule.rank is not None:
            pairs["row"], pairs["other"] = (by(pairs["row"], pairs["other"]) for by in (np.minimum, np.maximum))
        yield pairs
        low = high


def _best(pairs: npt.NDArray[Any], limit: int) -> Pairs:
    """Each pair once, its weights added, the best *limit* of each row."""
    # By place last, so that floating-point sums come out the same every time.
    pairs = pairs[np.lexsort((pairs["place"], pairs["other"], pairs["row"]))]
    row, other = (pairs[name].astype(np.int64) for name in ("row", "other"))
    begins = first_of_runs(row, other)
    shared = run_sizes(begins, len(row))
    weight = pairs["weight"]
    score = weight[begins]
    for step in range(1, int(shared.max(initial=0))):
        more = np.flatnonzero(shared > step)
        score[more] += weight[begins[more] + step]
    row, other = row[begins], other[begins]
    best = np.lexsort((other, -score, row))
    row, other, score = row[best], other[best], score[best]
    firsts = first_of_runs(row)
    kept = np.arange(len(row)) - np.repeat(firsts, run_sizes(firsts, len(row))) < limit
    return Pairs(row[kept], other[kept], score[kept])
