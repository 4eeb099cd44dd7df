"""Rows of different lengths in two flat arrays, and what is done with such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


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
        return Ragged(self.values[ranges(self.starts[:-1][rows], sizes)], starts_of(sizes))

    def sums(self, of_values: Floats) -> Floats:
        """The sum of *of_values* (one a value) over each row."""
        return np.bincount(self.owners, of_values, len(self)).astype(np.float64)


def starts_of(sizes: npt.ArrayLike) -> Ints:
    """Where rows of these sizes start, one behind the other, and where the last ends."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)))


def same_rows(one: Ragged, other: Ragged) -> npt.NDArray[np.bool_]:
    """Which rows are equal; both have as many."""
    same = one.sizes == other.sizes
    rows = np.flatnonzero(same)
    ours, theirs = one.take(rows), other.take(rows)
    same[rows[ours.owners[ours.values != theirs.values]]] = False
    return np.asarray(same, bool)


def ranges(starts: npt.NDArray[Any], sizes: npt.NDArray[Any]) -> Ints:
    """``starts[0], starts[0] + 1, …`` (*sizes* of them), then those of the next start, and so on."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(starts - (ends - sizes), sizes), np.int64)


def first_of_runs(*columns: npt.NDArray[Any]) -> Ints:
    """Where runs of equal rows begin; *columns*, of one length, hold the rows."""
    new = np.zeros(len(columns[0]), bool)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new)


def run_sizes(first: Ints, rows: int) -> Ints:
    """How long the runs are that :func:`first_of_runs` found in so many *rows*."""
    return np.diff(np.append(first, rows))


def grouped(groups: npt.NDArray[Any], count: int) -> Ragged:
    """The places of each of *count* groups, in order; *groups* holds the group of each place."""
    order = np.argsort(groups, kind="stable").astype(np.int32)
    return Ragged(order, starts_of(np.bincount(groups, minlength=count)))
