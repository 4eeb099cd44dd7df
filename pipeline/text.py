"""Spans of text and the map from clean text back to the text as read.

All offsets here and everywhere in the project are half-open and count Unicode code points.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open stretch of characters, ``text[start:end]``."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of *text* that this span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether *other* lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


def strip_span(text: str, start: int, end: int, chars: str | None = None) -> Span:
    """``text[start:end]`` without *chars* (white space if None) at its edges.

    An all-*chars* stretch gives an empty span at *start*.
    """
    stretch = text[start:end]
    left = len(stretch) - len(stretch.lstrip(chars))
    if left == len(stretch):
        return Span(start, start)
    return Span(start + left, start + len(stretch.rstrip(chars)))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of clean text: ``length`` characters from ``clean``, copied from ``raw`` or, if None, inserted.

    Where ``raw_length`` is given, it stands for that many characters from ``raw`` on and is no copy of them.
    """

    clean: int
    length: int
    raw: int | None
    raw_length: int | None = None

    @property
    def raw_end(self) -> int:
        """Where its raw characters end; 0 for what was inserted."""
        return 0 if self.raw is None else self.raw + (self.length if self.raw_length is None else self.raw_length)


class OffsetMap:
    """Maps every character of the clean text to its place in the text as read.

    Made by :class:`Cleaner`. Kept characters map to themselves; a character that was mended maps to all the raw
    characters that it was mended from; an inserted character (white space, always) maps to the raw position at which
    it was inserted. Look-ups cost O(log pieces).
    """

    __slots__ = ("_clean_starts", "clean_length", "pieces", "raw_length")

    def __init__(self, pieces: Iterable[Piece], clean_length: int, raw_length: int) -> None:
        self.pieces = tuple(pieces)
        self.clean_length = clean_length
        self.raw_length = raw_length
        self._clean_starts = [piece.clean for piece in self.pieces]

    @classmethod
    def identity(cls, length: int) -> OffsetMap:
        """The map of a text that was left as it is."""
        return cls([Piece(0, length, 0)] if length else [], length, length)

    def _piece_index(self, position: int) -> int:
        return bisect_right(self._clean_starts, position) - 1

    def _raw_after(self, index: int) -> int:
        """Where the last kept piece at or before *index* ends in the raw text."""
        while index >= 0:
            piece = self.pieces[index]
            if piece.raw is not None:
                return piece.raw_end
            index -= 1
        return 0

    def raw_offset(self, position: int) -> int:
        """The raw offset of the clean character at *position* (``0 <= position < clean_length``).

        Raises IndexError outside the clean text.
        """
        if not 0 <= position < self.clean_length:
            raise IndexError(f"no character {position} in a clean text of {self.clean_length}")
        index = self._piece_index(position)
        piece = self.pieces[index]
        if piece.raw is None:
            return self._raw_after(index)
        return piece.raw if piece.raw_length is not None else piece.raw + position - piece.clean

    def raw_span(self, start: int, end: int) -> Span:
        """The smallest raw span that holds every kept or mended character of ``clean[start:end]``.

        An empty span, or one of inserted characters alone, gives an empty raw span. Raises IndexError when the span
        leaves the clean text.
        """
        if not 0 <= start <= end <= self.clean_length:
            raise IndexError(f"span {start}:{end} is not inside a clean text of {self.clean_length}")
        first: int | None = None
        last = 0
        for index in range(max(self._piece_index(start), 0), len(self.pieces)):
            piece = self.pieces[index]
            if piece.clean >= end:
                break
            if piece.raw is None:
                continue
            low, high = max(start, piece.clean), min(end, piece.clean + piece.length)
            if low < high:
                mended = piece.raw_length is not None
                if first is None:
                    first = piece.raw if mended else piece.raw + low - piece.clean
                last = piece.raw_end if mended else piece.raw + high - piece.clean
        if first is None:
            at = self.raw_offset(start) if start < self.clean_length else self._raw_after(len(self.pieces) - 1)
            return Span(at, at)
        return Span(first, last)

    def kept(self) -> Iterator[tuple[int, int, int]]:
        """The kept stretches as ``(clean start, raw start, length)``, in order."""
        for piece in self.pieces:
            if piece.raw is not None and piece.raw_length is None:
                yield piece.clean, piece.raw, piece.length

    def mended(self) -> Iterator[tuple[Span, Span]]:
        """The mended stretches and the raw ones that they stand for, in order."""
        for piece in self.pieces:
            if piece.raw is not None and piece.raw_length is not None:
                yield Span(piece.clean, piece.clean + piece.length), Span(piece.raw, piece.raw_end)

    def over(self, inner: OffsetMap) -> OffsetMap:
        """This map continued by *inner*, whose clean text is this one's raw text: from here to inner's raw text."""
        pieces: list[Piece] = []
        index = 0
        for piece in self.pieces:
            if piece.raw is None:
                pieces.append(piece)
                continue
            if piece.raw_length is not None:
                under_it = inner.raw_span(piece.raw, piece.raw_end)
                pieces.append(Piece(piece.clean, piece.length, under_it.start, under_it.end - under_it.start))
                continue
            end = piece.raw + piece.length
            while index + 1 < len(inner.pieces) and inner.pieces[index + 1].clean <= piece.raw:
                index += 1
            at = index
            while at < len(inner.pieces) and inner.pieces[at].clean < end:
                under = inner.pieces[at]
                low, high = max(piece.raw, under.clean), min(end, under.clean + under.length)
                if low < high:
                    raw = under.raw
                    if raw is not None and under.raw_length is None:
                        raw += low - under.clean
                    pieces.append(Piece(piece.clean + low - piece.raw, high - low, raw, under.raw_length))
                at += 1
        return OffsetMap(pieces, self.clean_length, inner.raw_length)


class Cleaner:
    """Builds a clean text from a raw one, left to right, and the :class:`OffsetMap` with it.

    >>> cleaner = Cleaner("country.On  Sunday")
    >>> cleaner.keep(0, 8); cleaner.insert(" "); cleaner.keep(8, 11); cleaner.keep(12, 18)
    >>> text, offsets = cleaner.finish()
    >>> text
    'country. On Sunday'
    >>> offsets.raw_span(9, 18)
    Span(start=8, end=18)
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self._parts: list[str] = []
        self._pieces: list[Piece] = []
        self._length = 0
        self._raw_position = 0

    def __len__(self) -> int:
        """Characters of clean text so far."""
        return self._length

    def keep(self, start: int, end: int) -> None:
        """Copy ``raw[start:end]``. Raises ValueError when it goes back behind what was kept before."""
        if start < self._raw_position or end < start or end > len(self.raw):
            raise ValueError(f"can't keep {start}:{end}: already at raw offset {self._raw_position}")
        if start == end:
            return
        last = self._pieces[-1] if self._pieces else None
        if last and last.raw is not None and last.raw + last.length == start:
            self._pieces[-1] = Piece(last.clean, last.length + end - start, last.raw)
        else:
            self._pieces.append(Piece(self._length, end - start, start))
        self._parts.append(self.raw[start:end])
        self._length += end - start
        self._raw_position = end

    def insert(self, text: str) -> None:
        """Add white space that the raw text doesn't have there. Raises ValueError for anything else: no invention."""
        if text and not text.isspace():
            raise ValueError(f"only white space may be inserted, not {text!r}")
        if text:
            self._pieces.append(Piece(self._length, len(text), None))
            self._parts.append(text)
            self._length += len(text)

    def finish(self) -> tuple[str, OffsetMap]:
        """The clean text and its map."""
        return "".join(self._parts), OffsetMap(self._pieces, self._length, len(self.raw))
