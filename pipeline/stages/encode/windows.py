"""Which words the encoder reads together: whole paragraphs packed into windows, long ones overlapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.stages.encode.wordpieces import SPECIAL, WordPieces, word_shape

MAX_PIECES = 256
"""Word pieces of a window, the two at its ends and the one between paragraphs included."""

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


def plan_windows(
    counts: Sequence[int], sentence_starts: Sequence[int], paragraph_starts: Sequence[int], limit: int = MAX_PIECES
) -> list[Window]:
    """Windows over an article of ``len(counts)`` words, in order.

    Paragraphs are packed whole, in order, while they fit. A paragraph longer than a window is cut at sentence ends
    (inside a sentence only where one alone is too long) and each of its windows but the first starts with up to
    :data:`CONTEXT_PIECES` pieces of what stands before.

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
    begin, used = -1, 0
    sentences = list(sentence_starts)
    at = 0
    for start, end in zip(paragraph_starts, [*paragraph_starts[1:], n_words], strict=True):
        inside: list[int] = []
        while at < len(sentences) and sentences[at] < end:
            inside.append(sentences[at])
            at += 1
        size = sum(counts[start:end])
        if begin >= 0 and used + 1 + size <= room:
            used += 1 + size
            continue
        if begin >= 0:
            windows.append(Window(begin, begin, start))
            begin = -1
        if size <= room:
            begin, used = start, size
            continue
        # Leave room for the context, so that a cut sentence and its context fit one window.
        atoms = _atoms(counts, inside or [start], end, room - CONTEXT_PIECES)
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
            windows.append(Window(atoms[context][0], atoms[i][0], atoms[j - 1][1]))
            i = j
    if begin >= 0:
        windows.append(Window(begin, begin, n_words))
    return windows


def window_input(words: Sequence[str], pieces: WordPieces, breaks: Sequence[int] = ()) -> WindowInput:
    """The arrays of one window.

    Args:
        words: its words.
        pieces: the vocabulary.
        breaks: word indices (not 0) before which a paragraph ends: a separator stands there.
    """
    ids, shapes = [pieces.cls], [SPECIAL]
    first = np.zeros(len(words), dtype=np.int64)
    stops = set(breaks)
    for i, word in enumerate(words):
        if i in stops and i:
            ids.append(pieces.sep)
            shapes.append(SPECIAL)
        cut = pieces(word)
        if not cut:
            continue
        first[i] = len(ids)
        ids.extend(cut)
        shape = word_shape(word)
        shapes.append(shape)
        shapes.extend([shape + 8] * (len(cut) - 1))
    ids.append(pieces.sep)
    shapes.append(SPECIAL)
    return WindowInput(np.array(ids, dtype=np.int64), np.array(shapes, dtype=np.int64), first)
