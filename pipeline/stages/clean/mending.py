"""Characters that were broken on their way: UTF-8 read as windows-1252 (mojibake) and HTML's names of characters.

``cafÃ©`` was ``café``, ``&ldquo;`` was ``“``. That a line is broken is told by the measure of ftfy (Speer 2019), whose
codec gives back the bytes; only sequences of them that are whole characters of UTF-8 are mended, each by itself, so
that every mended character points at those of the text as read that it stands for.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from pipeline.text import OffsetMap, Piece

_ENTITY = re.compile(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z][A-Za-z0-9]{1,24});")
_KEPT = frozenset(["&amp;", "&nbsp;"])  # their own characters stand in the text, or a space does
_SUSPECT = re.compile(r"[^\x00-\x7f]{2}|Ã")  # without either there is no character to mend
_RUN = re.compile(r"[^\x00-\x7f]{2,}")
# Letters of Europe, Greek, Cyrillic, Arabic and the like; punctuation, currencies and signs; the byte order mark;
# emoji. Not the scripts of East Asia, into which an accented letter and two dashes would fit as well.
_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe1[\xb8-\xbf][\x80-\xbf]|\xe2[\x80-\x86\x88][\x80-\xbf]|\xef\xbb\xbf"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}"
)
# ” loses its last byte in most texts so broken: windows-1252 has no character for it; à loses its own to a space.
_CUT = re.compile("(?P<mark>â€)(?=[ \\n\\t.,;:!?)\\]]|$)|(?P<letter>Ã)(?= )")
_LINE = re.compile(r"[^\n]*\n?")
_TIMES = 3  # a text may have been broken more than once


def mended(raw: str) -> tuple[str, OffsetMap | None]:
    """*raw* with its broken characters mended, and the map from that back to *raw*; None where nothing was broken.

    Linear in *raw*; never raises.
    """
    text, offsets = _changed(raw, _entities(raw))
    for _ in range(_TIMES if not raw.isascii() else 0):
        better, step = _changed(text, _mojibake(text))
        if step is None:
            break
        text, offsets = better, step.over(offsets) if offsets else step
    return text, offsets


def _changed(raw: str, changes: Iterable[tuple[int, int, str]]) -> tuple[str, OffsetMap | None]:
    """*raw* with its stretches ``(start, end, new)`` made new, and the map back; None where there are none."""
    parts: list[str] = []
    pieces: list[Piece] = []
    length = last = 0

    def keep(end: int) -> None:
        nonlocal length
        if end > last:
            pieces.append(Piece(length, end - last, last))
            parts.append(raw[last:end])
            length += end - last

    for start, end, new in changes:
        keep(start)
        pieces.append(Piece(length, len(new), start, end - start))
        parts.append(new)
        length += len(new)
        last = end
    if not last:
        return raw, None
    keep(len(raw))
    return "".join(parts), OffsetMap(pieces, length, len(raw))


def _entities(raw: str) -> Iterator[tuple[int, int, str]]:
    """The characters that HTML names in *raw*: ``(start, end, character)``."""
    if "&" not in raw:
        return
    for match in _ENTITY.finditer(raw):
        new = html.unescape(match.group())
        if match.group() not in _KEPT and new != match.group() and (new.isprintable() or new.isspace()) and new:
            yield match.start(), match.end(), new


def _mojibake(raw: str) -> Iterator[tuple[int, int, str]]:
    """The characters of *raw* that were read as what they weren't: ``(start, end, what they were)``, in order."""
    if not _SUSPECT.search(raw):
        return
    from ftfy import bad_codecs  # noqa: F401  registers the codec
    from ftfy.badness import is_bad

    for line in _LINE.finditer(raw):
        text = line.group()
        if not _SUSPECT.search(text) or not is_bad(text):
            continue
        found = [(match.start(), match.end(), "”" if match["mark"] else "à") for match in _CUT.finditer(text)]
        for run in _RUN.finditer(text):
            found += _characters(run.start(), run.group())
        last = 0
        for start, end, new in sorted(found):
            if start >= last:
                yield line.start() + start, line.start() + end, new
                last = end


def _characters(at: int, run: str) -> Iterator[tuple[int, int, str]]:
    """The characters in *run*, which stands at *at*, whose bytes are one of UTF-8."""
    # One byte a character; what has none becomes "?", which is part of no sequence.
    for match in _CHARACTER.finditer(run.encode("sloppy-windows-1252", "replace")):
        yield at + match.start(), at + match.end(), match.group().decode("utf-8")
