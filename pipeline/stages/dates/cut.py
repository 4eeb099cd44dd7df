"""Cuts a text into the tokens that matter for dates and gives each its class.

The stage cuts the text itself: every tokeniser cuts ``Jan.5``, ``8pm``, ``mid-1990s`` and ``2009-10`` differently.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache

from pipeline.lexicon import table
from pipeline.stages.dates.ambiguity import settle
from pipeline.stages.dates.tokens import CODE, Entry, Tokens, lexicon

_TOKEN = re.compile(
    r"""
      (?=\S)(?:  # at white space, no alternative is tried
      (?P<PLAIN>[^\W\d_]++(?![\d.'’]))  # most words: none of what follows can begin with them
    | (?P<ISO>(?<!\d)\d{4}-\d{2}-\d{2}(?:[T\ ]\d{2}:\d{2}(?::\d{2})?Z?)?(?![\d-]))
    | (?P<SLASH>(?<![\d/.])(?:\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{1,2}-\d{1,2}-(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.\d{4}
               |\d{4}/\d{1,2}/\d{1,2})(?![\d/]|\.\d))
    | (?P<DECADE>['’‘`]?(?:\d{3}0|\d0)['’]?s\b)
    | (?P<YEAR2>(?<![\w'’‘`])['’‘`]\d{2}\b)
    | (?P<CLOCK>(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:]))
    | (?P<ORDDIGIT>(?<![\d.,])\d{1,3}(?:st|nd|rd|th)\b)
    | (?P<QREF>\b(?:Q[1-4]|[1-4]Q)\b)
    | (?P<HREF>\b(?:H[12]|[12]H)\b)
    | (?P<FRACTION>(?<![\d/])\d{1,2}/\d{1,2}(?![\d/])|[½¼¾])
    | (?P<NUMBER>\d+(?:[.,]\d+)*)
    | (?P<DOTTED>(?:[^\W\d_]\.){2,})
    | (?P<OCLOCK>\b[oO]['’]clock\b)
    | (?P<POSS>['’]s\b)
    | (?P<WORD>[^\W\d_]+)
    | (?P<MARK>\S)
      )
    """,
    re.VERBOSE,
)
_MARKS = {",": "COMMA", ".": "DOT", "-": "HYPHEN", "–": "HYPHEN", "—": "HYPHEN", "/": "SLASHMARK", "(": "LPAREN"}


@cache
def _holidays() -> dict[str, tuple[str, ...]]:
    """The names of holidays by their first word, the longest first."""
    by_first: dict[str, list[str]] = {}
    for name in table("dates_holidays"):
        first = re.match(r"[^\W\d_]+|\d+", name)
        if first:
            by_first.setdefault(first[0], []).append(name)
    return {first: tuple(sorted(names, key=len, reverse=True)) for first, names in by_first.items()}


def tokenise(text: str, boundaries: Iterable[int]) -> Tokens:
    """Cut *text* and classify each token. *boundaries* are the ascending offsets at which sentences begin."""
    starts: list[int] = []
    ends: list[int] = []
    raw: list[str] = []
    add_start, add_end, add_kind = starts.append, ends.append, raw.append
    marked: dict[int, str] = {}
    pending = iter(boundaries)
    boundary = next(pending, _NEVER)
    low = text.replace("’", "'").lower()
    if len(low) != len(text):  # a few capitals (İ) grow when lowered
        low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text.replace("’", "'"))
    known, holidays = lexicon(), _holidays()
    position: int | None = 0
    while position is not None:
        # Once for the whole text, but for tokens that end elsewhere than the pattern says: it is taken up again there.
        begin, position = position, None
        for found in _TOKEN.finditer(text, begin):
            start, end = found.span()
            while boundary <= start:
                if raw and raw[-1] != "BREAK" and not _splits_date(raw, text, starts[-1], ends[-1], start):
                    add_start(start)
                    add_end(start)
                    add_kind("BREAK")
                boundary = next(pending, _NEVER)
            kind, value = found.lastgroup or "MARK", ""
            if kind == "PLAIN":
                word = low[start:end]
                entry = known.get(word)
                named = holidays.get(word) if word in holidays and not text[start].islower() else None
                if entry is None and named is None:
                    add_start(start)
                    add_end(end)
                    add_kind("OTHER")
                    continue
            elif kind == "MARK":
                add_start(start)
                add_end(end)
                add_kind(_MARKS.get(found[0], "OTHER"))
                continue
            else:
                entry, named = None, _names_at(low, holidays, kind, start, end)
            name = next((n for n in named if _stands_at(low, n, start)), None) if named else None
            if name and not text[start].islower():
                kind, value, end = "HOLIDAY", name, start + len(name)
            else:
                kind, value, end = _classified(kind, entry, known, raw, text, low, start, end)
            if value:
                marked[len(raw)] = value
            add_start(start)
            add_end(end)
            add_kind(kind)
            if end != found.end():
                position = end
                break
    tokens = Tokens(text, [text[start:end] for start, end in zip(starts, ends, strict=True)], starts, ends)
    tokens.values = [""] * len(raw)
    for index, value in marked.items():
        tokens.values[index] = value
    settle(tokens, raw)
    code, other = CODE.get, CODE["OTHER"]
    tokens.codes = "".join([code(name, other) for name in raw])
    return tokens


_NEVER = sys.maxsize


def _names_at(
    low: str, holidays: dict[str, tuple[str, ...]], kind: str, start: int, end: int
) -> tuple[str, ...] | None:
    """The names of holidays that begin as the token does."""
    if kind == "WORD":
        return holidays.get(low[start:end])
    if kind not in ("NUMBER", "DOTTED", "FRACTION", "SLASH"):
        return None
    first = _FIRST_RUN.match(low, start, end)
    return holidays.get(first[0] if first else low[start:end])


_FIRST_RUN = re.compile(r"[^\W\d_]+|\d+")


def _classified(
    kind: str,
    entry: Entry | None,
    known: dict[str, Entry],
    raw: list[str],
    text: str,
    low: str,
    start: int,
    end: int,
) -> tuple[str, str, int]:
    """Class, value and end of the token ``start:end`` that the pattern calls *kind*."""
    if kind in ("PLAIN", "WORD", "DOTTED"):
        word = low[start:end]
        entry = entry or known.get(word) or (known.get(word.rstrip(".")) if kind == "DOTTED" else None)
        kind, value = entry[0] if entry else ("OTHER", "")
        if kind in ("MONTHABBR", "WEEKDAYABBR") and text[end : end + 1] == ".":
            end += 1
        return kind, value, end
    if kind == "NUMBER":
        return *_number(text[start:end]), end
    if kind == "DECADE" and _is_possessive(text[start:end], raw):
        return "YEAR", text[start : start + 4], start + 4
    if kind == "ORDDIGIT":
        return "ORD", text[start : end - 2], end
    if kind in ("QREF", "HREF"):
        return kind, text[start:end].strip("QH"), end
    return kind, "" if kind in ("OCLOCK", "POSS") else text[start:end], end


def _stands_at(low: str, name: str, start: int) -> bool:
    end = start + len(name)
    return low.startswith(name, start) and not (end < len(low) and (low[end].isalnum() or low[end] == "/"))


def _splits_date(raw: list[str], text: str, first: int, last: int, start: int) -> bool:
    """Whether a sentence boundary at *start* cuts a date that the token ``first:last`` begins.

    ``Sept. | 30``, ``5 p.m. | Friday``.
    """
    if len(raw) < 2:
        return False
    if raw[-1] == "AMPM" and text[start] == "(":
        return True
    if raw[-1] not in ("MONTHABBR", "WEEKDAYABBR") or text[last - 1] != ".":
        return False
    return text[start].isdigit() and "\n" not in text[last:start]


def _is_possessive(word: str, raw: list[str]) -> bool:
    """Whether ``2020's`` is the year's and not the decade: "2020's vote", but "the 2010's" and "the 1990's"."""
    opens = raw[-1] if raw else "BREAK"
    return len(word) == 6 and word[0] == "2" and word[4] in "'’" and opens not in ("THE", "EARLY", "HYPHEN")


def _number(word: str) -> tuple[str, str]:
    if word.isdigit():
        if len(word) == 4 and 1000 <= int(word) <= 2199:
            return "YEAR", word
        if len(word) <= 2 and 1 <= int(word) <= 31:
            return "NUM1", word
        # longer than any count; int() refuses more than 4,300 digits
        return "NUM", word if len(word) <= 9 else ""
    plain = word.replace(",", "")
    if re.fullmatch(r"\d{1,9}(\.\d{1,4})?", plain):
        return "NUM", plain
    return "NUM", ""
