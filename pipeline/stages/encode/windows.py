"""Which words the encoder reads together: whole paragraphs packed into windows, long ones overlapping."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from pipeline.stages.encode.wordpieces import SPECIAL, WordPieces

MAX_PIECES = 256
"""Word pieces of a window, the two at its ends and the one between paragraphs included."""

EVEN_PIECES = 176
"""Size of a window at which its fixed cost is taken to be that of its attention, which grows with the square of its
size: the size that windows are packed towards. A piece costs least in windows of about 100 pieces, 4 % less than here;
quotes are found a little better in larger ones."""

CONTEXT_PIECES = 80
"""Pieces of a long paragraph that the next window reads again, as context on the left."""


@dataclass(frozen=True, slots=True)
class Window:
    """Words ``start:end`` are read together; the predictions of ``core:end`` are kept (those before are context).

    ``start <= core < end``; the cores of an article's windows follow each other without gap.
    """

    start: int
    core: int
    end: int


@dataclass(frozen=True, slots=True)
class WindowInput:
    """The arrays of one window: ``pieces`` and ``shapes`` int64 (pieces,); ``first`` int64 (words,), the place of
    each word's first piece in ``pieces`` (0 for a word without pieces)."""

    pieces: np.ndarray
    shapes: np.ndarray
    first: np.ndarray


def _atoms(counts: Sequence[int], starts: Sequence[int], end: int, limit: int) -> list[tuple[int, int, int]]:
    """Sentences as ``(start, end, pieces)``; one of more than *limit* pieces is cut where it reaches the limit."""
    atoms: list[tuple[int, int, int]] = []
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        begin, total = start, 0
        for word in range(start, stop):
            if total + counts[word] > limit:
                atoms.append((begin, word, total))
                begin, total = word, 0
            total += counts[word]
        atoms.append((begin, stop, total))
    return atoms


def _packed(sizes: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Runs ``(first, last + 1)`` of paragraphs of *sizes* pieces, each of at most *room*, that cost least to read.

    A run costs its fixed part and its attention, :data:`EVEN_PIECES` squared and its own size squared: the best
    partition into runs by dynamic programming, so that windows come out alike instead of full ones and a small rest.
    """
    fixed = EVEN_PIECES**2
    best, begins = [0], [0]
    for end in range(1, len(sizes) + 1):
        size, lowest, begin = 1, -1, end
        for start in range(end - 1, -1, -1):
            # Each paragraph brings a separator; the other end of the window is counted above.
            size += 1 + sizes[start]
            if size > room + 2 and start < end - 1:
                break
            cost = best[start] + fixed + size * size
            if lowest < 0 or cost < lowest:
                lowest, begin = cost, start
        best.append(lowest)
        begins.append(begin)
    runs: list[tuple[int, int]] = []
    at = len(sizes)
    while at:
        runs.append((begins[at], at))
        at = begins[at]
    return runs[::-1]


def _overlapping(counts: Sequence[int], sentence_starts: Sequence[int], end: int, room: int) -> Iterator[Window]:
    """Windows of a paragraph, the words from its first sentence's start to *end*, that is longer than a window."""
    # Leave room for the context, so that a cut sentence and its context fit one window.
    atoms = _atoms(counts, sentence_starts, end, room - CONTEXT_PIECES)
    i = 0
    while i < len(atoms):
        context, left = i, 0
        while context > 0 and left + atoms[context - 1][2] <= CONTEXT_PIECES:
            context -= 1
            left += atoms[context][2]
        j, total = i, left
        while j < len(atoms) and total + atoms[j][2] <= room:
            total += atoms[j][2]
            j += 1
        yield Window(atoms[context][0], atoms[i][0], atoms[j - 1][1])
        i = j


def plan_windows(
    counts: Sequence[int], sentence_starts: Sequence[int], paragraph_starts: Sequence[int], limit: int = MAX_PIECES
) -> list[Window]:
    """Windows over an article of ``len(counts)`` words, in order.

    Paragraphs are packed whole, in order, into windows that cost least. A paragraph longer than a window is cut at
    sentence ends (inside a sentence only where one alone is too long) and each of its windows but the first starts with
    up to :data:`CONTEXT_PIECES` pieces of what stands before.

    Args:
        counts: word pieces of each word.
        sentence_starts: ascending word indices; the first is 0 and every paragraph starts a sentence.
        paragraph_starts: ascending word indices; the first is 0.
        limit: pieces a window may hold, ends and separators included.
    """
    n_words = len(counts)
    if not n_words:
        return []
    room = limit - 2
    windows: list[Window] = []
    edges = [*paragraph_starts, n_words]
    sizes = [sum(counts[start:end]) for start, end in pairwise(edges)]
    for long, group in groupby(range(len(sizes)), lambda i: sizes[i] > room):
        members = list(group)
        if long:
            for i in members:
                start, end = edges[i], edges[i + 1]
                inside = sentence_starts[bisect_left(sentence_starts, start) : bisect_left(sentence_starts, end)]
                windows.extend(_overlapping(counts, inside or [start], end, room))
            continue
        for first, last in _packed([sizes[i] for i in members], room):
            begin = edges[members[0] + first]
            windows.append(Window(begin, begin, edges[members[0] + last]))
    return windows


class Cut:
    """Words cut into pieces, one after the other, from which the arrays of windows are taken.

    Attributes:
        counts: pieces of each word.
    """

    def __init__(self, words: Sequence[str], pieces: WordPieces) -> None:
        known = {word: pieces.shaped(word) for word in set(words)}
        cuts = [known[word] for word in words]
        self.counts = [len(ids) for ids, _ in cuts]
        self._ids = np.array([piece for ids, _ in cuts for piece in ids], dtype=np.int64)
        self._shapes = np.array([shape for _, shapes in cuts for shape in shapes], dtype=np.int64)
        self._edges = np.cumsum([0, *self.counts])
        self._cls, self._sep = pieces.cls, pieces.sep

    def kept(self) -> Cut:
        """The same without the words that have no piece."""
        other = copy(self)
        other.counts = [count for count in self.counts if count]
        other._edges = np.cumsum([0, *other.counts])
        return other

    def window(self, start: int, end: int, breaks: Sequence[int] | np.ndarray = ()) -> WindowInput:
        """The arrays of the window of the words ``start:end``; *breaks* as :func:`window_input` takes them."""
        edges = self._edges[start : end + 1] - self._edges[start]
        stops = np.unique(np.array(breaks, dtype=np.int64))
        stops = stops[stops > 0]
        taken = slice(self._edges[start], self._edges[end])
        # A special piece at each end, and one between paragraphs, before which `first` counts it too.
        at = np.concatenate(([0], edges[stops], edges[-1:])) + np.arange(len(stops) + 2)
        ids = np.full(edges[-1] + len(at), self._sep)
        shapes = np.full(len(ids), SPECIAL)
        ordinary = np.ones(len(ids), dtype=bool)
        ordinary[at] = False
        ids[0], ids[ordinary], shapes[ordinary] = self._cls, self._ids[taken], self._shapes[taken]
        first = edges[:-1] + 1 + np.searchsorted(stops, np.arange(end - start), side="right")
        first[np.diff(edges) == 0] = 0
        return WindowInput(ids, shapes, first)


def window_input(words: Sequence[str], pieces: WordPieces, breaks: Sequence[int] = ()) -> WindowInput:
    """The arrays of one window.

    Args:
        words: its words.
        pieces: the vocabulary.
        breaks: word indices (not 0) before which a paragraph ends: a separator stands there.
    """
    return Cut(words, pieces).window(0, len(words), breaks)
