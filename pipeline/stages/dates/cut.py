"""Cuts a text into the tokens that matter for dates and gives each its class.

The stage cuts the text itself: every tokeniser cuts ``Jan.5``, ``8pm``, ``mid-1990s`` and ``2009-10`` differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pipeline.lexicon import table
from pipeline.stages.dates.ambiguity import settle
from pipeline.stages.dates.tokens import CODE, Tokens, lexicon

_TOKEN = re.compile(
    r"""
      (?P<ISO>(?<!\d)\d{4}-\d{2}-\d{2}(?:[T\ ]\d{2}:\d{2}(?::\d{2})?Z?)?(?![\d-]))
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
    tokens = Tokens(text)
    raw: list[str] = []
    pending = iter(boundaries)
    boundary = next(pending, None)
    low = text.replace("’", "'").lower()
    if len(low) != len(text):  # a few capitals (İ) grow when lowered
        low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text.replace("’", "'"))
    lex, holidays = lexicon(), _holidays()
    position, end_of_text = 0, len(text)
    search = _TOKEN.search
    while position < end_of_text:
        found = search(text, position)
        if not found:
            break
        kind, start, end = found.lastgroup or "MARK", found.start(), found.end()
        while boundary is not None and boundary <= start:
            if raw and raw[-1] != "BREAK" and not _splits_date(tokens, raw, text, start):
                _push(tokens, raw, "", "BREAK", "", start, start)
            boundary = next(pending, None)
        value = ""
        if kind in ("WORD", "NUMBER", "DOTTED", "FRACTION", "SLASH"):
            first = re.match(r"[^\W\d_]+|\d+", low[start:end]) if kind != "WORD" else None
            named = holidays.get(low[start:end] if first is None else first[0])
            name = next((n for n in named if _stands_at(low, n, start)), None) if named else None
            if name and not text[start].islower():
                position = start + len(name)
                _push(tokens, raw, text[start:position], "HOLIDAY", name, start, position)
                continue
        if kind == "WORD" or kind == "DOTTED":
            entry = lex.get(low[start:end]) or (lex.get(low[start:end].rstrip(".")) if kind == "DOTTED" else None)
            kind, value = entry[0] if entry else ("OTHER", "")
            if kind in ("MONTHABBR", "WEEKDAYABBR") and text[end : end + 1] == ".":
                end += 1
        elif kind == "NUMBER":
            kind, value = _number(found[0])
        elif kind == "DECADE" and _is_possessive(found[0], raw):
            kind, value, end = "YEAR", found[0][:4], start + 4
        elif kind == "ORDDIGIT":
            kind, value = "ORD", found[0][:-2]
        elif kind in ("QREF", "HREF"):
            value = found[0].strip("QH")
        elif kind == "MARK":
            kind = _MARKS.get(found[0], "OTHER")
        elif kind == "OCLOCK":
            value = ""
        else:
            value = found[0]
        _push(tokens, raw, text[start:end], kind, value, start, end)
        position = end
    settle(tokens, raw)
    tokens.codes = "".join([CODE[name] if name in CODE else CODE["OTHER"] for name in raw])
    return tokens


def _push(tokens: Tokens, raw: list[str], word: str, kind: str, value: str, start: int, end: int) -> None:
    tokens.words.append(word)
    raw.append(kind)
    tokens.values.append(value)
    tokens.starts.append(start)
    tokens.ends.append(end)


def _stands_at(low: str, name: str, start: int) -> bool:
    end = start + len(name)
    return low.startswith(name, start) and not (end < len(low) and (low[end].isalnum() or low[end] == "/"))


def _splits_date(tokens: Tokens, raw: list[str], text: str, start: int) -> bool:
    """Whether a sentence boundary at *start* cuts a date: ``Sept. | 30``, ``5 p.m. | Friday``."""
    if len(raw) < 2:
        return False
    if raw[-1] == "AMPM" and text[start] == "(":
        return True
    if raw[-1] not in ("MONTHABBR", "WEEKDAYABBR") or not tokens.words[-1].endswith("."):
        return False
    return text[start].isdigit() and "\n" not in text[tokens.ends[-1] : start]


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
