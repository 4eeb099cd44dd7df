"""Where content begins and ends, told by both ends at once.

A chain of tags knows of a span's end no more than the word before it. A biaffine product of first and last words (Dozat
and Manning 2017, Yu et al. 2020) looks at the two together: each first word points to its likeliest last word, each
last word back to its first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class Pointers:
    """The pointers of one article's windows. Words are counted as the windows count them.

    A span is looked up in the window that its first word is read in; if that one ends too early, in the window of its
    last word.
    """

    def __init__(self, windows: Sequence[tuple[int, int, np.ndarray]]) -> None:
        """*windows*: of each, in order, its first word, the first word that is read in it (not in the one before), and
        float32 (words, words), how well a first word (row) and a last word (column) go together."""
        self._scores = [scores for _, _, scores in windows]
        self._starts = np.array([start for start, _, _ in windows], dtype=np.int64)
        self._cores = np.array([core for _, core, _ in windows], dtype=np.int64)
        self._ends = np.array([start + len(scores) for start, _, scores in windows], dtype=np.int64)

    def chances(self, first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of each span ``first … last`` (both inside it): the probability of its last word given the first, and of its
        first word given the last; float64, NaN where no window holds both."""
        home = np.searchsorted(self._cores, first, side="right") - 1
        other = np.searchsorted(self._cores, last, side="right") - 1
        window = np.where(last < self._ends[home], home, other)
        held = first >= self._starts[window]
        onward, back = np.full(len(first), np.nan), np.full(len(first), np.nan)
        for k in np.unique(window[held]).tolist():
            rows = np.flatnonzero(held & (window == k))
            i, j = first[rows] - self._starts[k], last[rows] - self._starts[k]
            scores = self._scores[k]
            onward[rows] = _share(scores, i, j)
            back[rows] = _share(scores[::-1, ::-1].T, len(scores) - 1 - j, len(scores) - 1 - i)
        return onward, back


def _share(scores: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The softmax of each row over the columns from the diagonal on, at *columns*."""
    asked, place = np.unique(rows, return_inverse=True)
    given = scores[asked].astype(np.float64)
    given[np.arange(len(scores)) < asked[:, None]] = -np.inf
    given = np.exp(given - given.max(1, keepdims=True))
    shares: np.ndarray = (given / given.sum(1, keepdims=True))[place, columns]
    return shares
