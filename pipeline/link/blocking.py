"""Candidate pairs by shared keys: an inverted index in flat arrays, joined block by block.

What is compared (a claim, a quotation) is a *row* with a few *keys* (rare words, runs of words); each key is a bucket,
and only rows of one bucket are ever compared. Rows, keys and buckets are integers in NumPy arrays of a few bytes a key,
and pairs come for a stretch of rows at a time, so memory doesn't grow with the number of pairs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: Pairs, about, that are held at once.
_PAIRS: Final = 200_000


class Lists:
    """Lists of small whole numbers, one after the other in one array; added at the end."""

    def __init__(self) -> None:
        self._values = array("i")
        self._ends = array("q", [0])

    def append(self, numbers: Iterable[int]) -> None:
        """Add a list."""
        self._values.extend(numbers)
        self._ends.append(len(self._values))

    def ragged(self) -> Ragged:
        """All of them."""
        return Ragged(np.frombuffer(self._values, np.int32), np.frombuffer(self._ends, np.int64))


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of different lengths: row *i* is ``values[starts[i]:starts[i + 1]]``."""

    values: npt.NDArray[Any]
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def sizes(self) -> Ints:
        """The length of each row."""
        return np.diff(self.starts)

    @property
    def owners(self) -> Ints:
        """The row of each value."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def take(self, rows: npt.NDArray[Any]) -> Ragged:
        """These rows, in this order."""
        sizes = self.sizes[rows]
        return Ragged(self.values[ranges(self.starts[:-1][rows], sizes)], np.concatenate(([0], np.cumsum(sizes))))

    def sums(self, of_values: Floats) -> Floats:
        """The sum of *of_values* (one a value) over each row."""
        return np.bincount(self.owners, of_values, len(self)).astype(np.float64)


def ranges(starts: npt.NDArray[Any], sizes: npt.NDArray[Any]) -> Ints:
    """``starts[0], starts[0] + 1, …`` (*sizes* of them), then those of the next start, and so on."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(starts - (ends - sizes), sizes), np.int64)


class Shared:
    """How much rows have in common: *weights* of the values that both hold. No row holds a value twice."""

    def __init__(self, rows: Ragged, weights: Floats) -> None:
        self._rows = rows
        self._weights = weights
        self._keys = np.sort(self._key(rows.owners, rows.values))

    def _key(self, row: Ints, value: npt.NDArray[Any]) -> Ints:
        return np.asarray(row * len(self._weights) + value, np.int64)

    def of(self, left: Ints, right: Ints) -> Floats:
        """The sum for each pair of rows."""
        taken = self._rows.take(left)
        wanted = self._key(np.repeat(right, taken.sizes), taken.values)
        at = np.minimum(np.searchsorted(self._keys, wanted), max(len(self._keys) - 1, 0))
        return taken.sums(np.where(self._keys[at] == wanted, self._weights[taken.values], 0.0))


class Pairs(NamedTuple):
    """Pairs of rows in flat arrays: in order of ``row``, for each row the best ``other`` first."""

    row: Ints
    other: Ints
    score: Floats


@dataclass(frozen=True, slots=True)
class Index:
    """Which rows are in which bucket.

    Attributes:
        keys: the keys of each row, no key twice in one row.
        rows: the rows of all buckets, bucket after bucket, ascending in each.
        first, last: of each key of each row, where its bucket begins and ends in ``rows``.
        place: where in ``rows`` that row itself stands.
    """

    keys: Ragged
    rows: Ints
    first: Ints
    last: Ints
    place: Ints

    @classmethod
    def of(cls, keys: Ragged) -> Index:
        """The index of rows with these *keys*."""
        order = np.argsort(keys.values, kind="stable")
        sorted_keys = keys.values[order]
        begins = np.flatnonzero(np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1]))[: len(order)])
        sizes = np.diff(np.append(begins, len(order)))
        first = np.empty(len(order), np.int64)
        last = np.empty(len(order), np.int64)
        place = np.empty(len(order), np.int64)
        first[order] = np.repeat(begins, sizes)
        last[order] = np.repeat(begins + sizes, sizes)
        place[order] = np.arange(len(order))
        return cls(keys, keys.owners[order], first, last, place)

    @property
    def held(self) -> Ints:
        """How many rows the bucket of each key of each row holds."""
        return self.last - self.first

    def pairs(self, begin: Ints, end: Ints, weights: Floats, limit: int) -> Iterator[Pairs]:
        """For each row the *limit* rows that share most with it.

        *begin* and *end* say, for each key of each row, with which stretch of ``rows`` that row is compared; what a
        shared key counts is in *weights*. Weights are added in the order of the keys of the row. Equal sums go by the
        number of the other row.
        """
        starts = self.keys.starts
        work = np.concatenate(([0], np.cumsum(np.maximum(end - begin, 0))))[starts]
        low = 0
        while low < len(self.keys):
            high = max(int(np.searchsorted(work, work[low] + _PAIRS, "right")) - 1, low + 1)
            yield self._block(low, high, begin, end, weights, limit)
            low = high

    def _block(self, low: int, high: int, begin: Ints, end: Ints, weights: Floats, limit: int) -> Pairs:
        entries = slice(self.keys.starts[low], self.keys.starts[high])
        sizes = np.maximum(end[entries] - begin[entries], 0)
        row = np.repeat(np.repeat(np.arange(low, high), self.keys.sizes[low:high]), sizes)
        other = self.rows[ranges(begin[entries], sizes)]
        weight = np.repeat(weights[entries], sizes)
        # Stable, so that the keys of one pair stay in order, and floating-point sums come out the same every time.
        order = np.argsort((row - low) * len(self.keys) + other, kind="stable")
        row, other, weight = row[order], other[order], weight[order]
        new = np.concatenate(([True], (row[1:] != row[:-1]) | (other[1:] != other[:-1])))[: len(row)]
        begins = np.flatnonzero(new)
        shared = np.diff(np.append(begins, len(row)))
        score = weight[begins]
        for step in range(1, int(shared.max(initial=0))):
            more = np.flatnonzero(shared > step)
            score[more] += weight[begins[more] + step]
        row, other = row[begins], other[begins]
        best = np.lexsort((other, -score, row))
        row, other, score = row[best], other[best], score[best]
        news = np.flatnonzero(np.concatenate(([True], row[1:] != row[:-1]))[: len(row)])
        held = np.diff(np.append(news, len(row)))
        kept = np.arange(len(row)) - np.repeat(news, held) < limit
        return Pairs(row[kept], other[kept], score[kept])
