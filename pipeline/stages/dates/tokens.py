"""The text as a row of token classes, one character a token, so that the grammar can be regular expressions.

The stage cuts the text itself: what matters here (``Jan.5``, ``8pm``, ``mid-1990s``, ``2009-10``) is cut differently
by every tokeniser. The words and their classes are data (``models/lexicon/dates_words.tsv``); this module decides,
by the neighbours and by capitals, which class an ambiguous word has: *may*, *March*, *second*, *fall*, *am*.
The idea of token types as the basis of recognition is SynTime's (Zhong et al., ACL 2017); the code is our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from pipeline.lexicon import table, words

_NAMES = (
    "OTHER BREAK NUM1 NUM YEAR YEAR2 FRACTION ORD DECADE WDECADE CLOCK CLOCKWORD ISO SLASH AMPM OCLOCK ZONE ERA WNUM WBIG "
    "MONTH WEEKDAY WEEKDAYS UNIT UNITS QUARTER PART PARTS SEASON SEASONS HOLIDAY DEIC DEICNIGHT REF ADVERBSET "
    "LAST PAST PREV NEXT COMING FOLLOWING THIS CURRENT THAT THESE SAME LATEST RECENT FUTURE PRESENT THE A EARLY EARLIER "
    "LATER AGO BEFORE AFTER PREVIOUSLY HENCE PARTOF OF IN ON AT TO AND OR FEW EVERY PER FISCAL FULL HALF PERIOD APPROX "
    "OVER MORE LESS THAN LEAST MOST UP WITHIN TIME TERM NEAR WHILE RIGHT OLD AGE BUSINESS SOMETIME BEYOND SO "
    "ANNIV AHEAD ONCE DATE CORRESPONDING COMMA DOT HYPHEN SLASHMARK POSS LPAREN QREF POSSADJ NO LONG"
).split()
# Characters of the private use area: none has a meaning of its own in a regular expression.
CODE: dict[str, str] = {name: chr(0xE000 + index) for index, name in enumerate(_NAMES)}
NAME: dict[str, str] = {code: name for name, code in CODE.items()}

_TOKEN = re.compile(
    r"""
      (?P<ISO>(?<!\d)\d{4}-\d{2}-\d{2}(?:[T\ ]\d{2}:\d{2}(?::\d{2})?Z?)?(?![\d-]))
    | (?P<SLASH>(?<![\d/.])(?:\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{1,2}-\d{1,2}-(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.\d{4}
               |\d{4}/\d{1,2}/\d{1,2})(?![\d/]|\.\d))
    | (?P<DECADE>['’‘`]?(?:\d{4}|\d0)['’]?s\b)
    | (?P<YEAR2>(?<![\w'’‘`])['’‘`]\d{2}\b)
    | (?P<CLOCK>(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:]))
    | (?P<ORDDIGIT>(?<![\d.,])\d{1,3}(?:st|nd|rd|th)\b)
    | (?P<QREF>\bQ[1-4]\b)
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
_NUMERIC = frozenset({"NUM1", "NUM", "YEAR", "WNUM", "WBIG", "FRACTION"})
_NEEDS_NUMBER = frozenset({"NUM1", "NUM", "YEAR", "ORD", "WNUM", "YEAR2"})


@dataclass(slots=True)
class Tokens:
    """Parallel lists over the tokens of one text; ``codes`` holds the class of each as one character.

    A sentence boundary is a token of its own, class ``BREAK`` and without width.
    """

    text: str
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    codes: str = ""

    def __len__(self) -> int:
        return len(self.words)

    def cls(self, index: int) -> str:
        """The class of a token; ``BREAK`` beyond either end."""
        return NAME[self.codes[index]] if 0 <= index < len(self.codes) else "BREAK"

    def lower(self, index: int) -> str:
        """The word at *index* in lower case, empty at a sentence boundary and beyond either end."""
        return self.words[index].lower() if 0 <= index < len(self.words) else ""


@cache
def lexicon() -> dict[str, tuple[tuple[str, str], ...]]:
    """Each word's classes with their values, the usual one first."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for word, entry in table("dates_words").items():
        classes = []
        for part in entry.split("|"):
            name, _, value = part.partition(" ")
            classes.append((name, value))
        found[word] = tuple(classes)
    return found


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
            if named and (name := next((n for n in named if _stands_at(low, n, start)), None)):
                if not text[start].islower():
                    end = start + len(name)
                    _push(tokens, raw, text[start:end], "HOLIDAY", name, start, end)
                    position = end
                    continue
        if kind == "WORD" or kind == "DOTTED":
            entry = lex.get(low[start:end]) or (lex.get(low[start:end].rstrip(".")) if kind == "DOTTED" else None)
            kind, value = entry[0] if entry else ("OTHER", "")
            if kind in ("MONTHABBR", "WEEKDAYABBR") and text[end : end + 1] == ".":
                end += 1
        elif kind == "NUMBER":
            kind, value = _number(found[0])
        elif kind == "ORDDIGIT":
            kind, value = "ORD", found[0][:-2]
        elif kind == "QREF":
            value = found[0][1]
        elif kind == "MARK":
            kind = _MARKS.get(found[0], "OTHER")
        elif kind == "OCLOCK":
            value = ""
        else:
            value = found[0]
        _push(tokens, raw, text[start:end], kind, value, start, end)
        position = end
    _disambiguate(tokens, raw)
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
    if raw[-1] not in ("MONTHABBR", "WEEKDAYABBR") or not tokens.words[-1].endswith("."):
        return False
    return text[start].isdigit() and "\n" not in text[tokens.ends[-1] : start]


def _number(word: str) -> tuple[str, str]:
    if word.isdigit():
        if len(word) == 4 and 1000 <= int(word) <= 2199:
            return "YEAR", word
        if len(word) <= 2 and 1 <= int(word) <= 31:
            return "NUM1", word
        return "NUM", word
    plain = word.replace(",", "")
    if re.fullmatch(r"\d{1,9}(\.\d{1,4})?", plain):
        return "NUM", plain
    return "NUM", ""


_MONTH_BEFORE = frozenset(
    "in since until till by of from for before after during through last next this early late mid between and to on "
    "each every past previous following around about late-".split()
)
_MONTH_AFTER = frozenset(
    ["in", "since", "until", "till", "by", "last", "next", "this", "during", "early", "late", "mid", "before", "after",
     "through", "of", "previous", "following"]
)  # fmt: skip
_SEASON_BEFORE = frozenset(
    "the this last next in early late of by since mid past that each every following previous coming until during "
    "through for".split()
)


def _disambiguate(tokens: Tokens, raw: list[str]) -> None:
    """Settle the ambiguous words, left to right, in place."""
    count = len(raw)
    lex = lexicon()
    for index in range(count):
        kind = raw[index]
        if kind == "OTHER" or kind not in _SETTLE:
            continue
        before = raw[index - 1] if index else "BREAK"
        after = raw[index + 1] if index + 1 < count else "BREAK"
        word = tokens.words[index]
        low = word.lower()
        if kind in ("MONTHABBR", "WEEKDAYABBR"):
            dotted = word.endswith(".")
            low = low.rstrip(".")
            if kind == "MONTHABBR":
                # Jan, Dec and Mar are names too: alone they need their dot and a preposition.
                alone = dotted and (low not in ("mar", "dec", "jan") or before in ("IN", "LAST", "OF"))
                fits = after in _NEEDS_NUMBER or before in ("NUM1", "ORD") or alone
            else:
                beyond = raw[index + 2] if after == "COMMA" and index + 2 < count else after
                fits = beyond in ("MONTH", "MONTHABBR", "NUM1", "CLOCK") or (dotted and len(low) > 3)
            raw[index] = kind[:-4] if word[0].isupper() and fits else "OTHER"
        elif kind == "MONTH":
            if not _is_month(tokens, raw, index, before, after, low):
                raw[index] = "OTHER"
        elif kind == "WEEKDAY":
            if not word[0].isupper() or _named_day(tokens, raw, index):
                raw[index] = "OTHER"
        elif low == "second":
            if (
                after in ("QUARTER", "HALF")
                or (after == "HYPHEN" and tokens.lower(index + 2) in ("quarter", "half"))
                or (after == "UNIT" and tokens.lower(index + 1) in ("quarter", "day", "half"))
            ):
                raw[index], tokens.values[index] = "ORD", "2"
            elif before in _NUMERIC or (before == "HYPHEN" and index > 1 and raw[index - 2] in _NUMERIC):
                raw[index], tokens.values[index] = "UNIT", "S"
            else:
                raw[index], tokens.values[index] = "ORD", "2"
        elif kind == "SEASON":
            if not _is_season(tokens, raw, index, before, after, low):
                raw[index] = "OTHER"
        elif kind == "AMPM":
            if before not in ("NUM1", "CLOCK", "NUM") or word in ("Am", "Pm"):
                raw[index] = "OTHER"
        elif kind == "ZONE":
            if low == "hrs":
                raw[index] = (
                    "ZONE" if before == "CLOCK" or (before == "NUM" and len(tokens.words[index - 1]) == 4) else "UNITS"
                )
                tokens.values[index] = "" if raw[index] == "ZONE" else "H"
            elif not word.isupper() or before not in ("AMPM", "CLOCK", "NUM", "OCLOCK", "CLOCKWORD", "YEAR"):
                raw[index] = "OTHER"
        elif kind == "ERA":
            near = before in ("NUM1", "NUM", "YEAR", "UNIT") or (after in ("NUM1", "NUM", "YEAR") and low[0] == "a")
            if not (near and word[0].isupper()):
                raw[index] = "OTHER"
        elif kind in ("UNIT", "UNITS", "CLOCKWORD", "DEIC") and _is_title(tokens, raw, index):
            raw[index] = "OTHER"
        elif kind == "UNIT" and tokens.values[index] == "Q":
            raw[index] = "QUARTER"
        elif kind == "UNITS" and low in ("hrs", "yrs", "mins"):
            raw[index] = "UNITS" if before in _NUMERIC or before == "FEW" else "OTHER"
        elif kind == "UNIT" and low in ("min", "yr"):
            raw[index] = "UNIT" if before in _NUMERIC or before in ("A", "HYPHEN") else "OTHER"
        elif kind == "YEAR":
            if not _is_year(tokens, raw, index, before, after):
                raw[index] = "NUM"
        elif kind == "PREVIOUSLY" and before not in ("UNIT", "UNITS"):
            raw[index], tokens.values[index] = (
                ("REF" if before == "BREAK" and after == "COMMA" else "OTHER"),
                "PAST_REF",
            )
        elif kind == "REF" and low == "soon" and _soon_in_past(tokens, index):
            raw[index] = "OTHER"
        elif (
            kind == "REF" and low == "soon" and (tokens.lower(index - 1) == "as" or tokens.lower(index + 1) == "after")
        ):
            raw[index] = "OTHER"
        elif kind == "WNUM" and low == "one":
            if before in ("THAT", "THIS", "NO") or (after == "OF"):
                raw[index] = "OTHER"


_SETTLE = frozenset(
    "MONTH MONTHABBR WEEKDAY WEEKDAYABBR ORD UNIT UNITS CLOCKWORD DEIC SEASON AMPM ZONE ERA YEAR REF WNUM PREVIOUSLY".split()
)


def _is_month(tokens: Tokens, raw: list[str], index: int, before: str, after: str, low: str) -> bool:
    word = tokens.words[index]
    if word[0].islower():
        return False
    numbered = (
        after in ("NUM1", "YEAR", "ORD", "YEAR2")
        or before in ("NUM1", "ORD")
        or (before == "OF" and index > 1 and raw[index - 2] == "ORD")
    )
    if low not in ("may", "march", "april", "june", "august"):
        return True
    if numbered:
        return True
    previous = tokens.words[index - 1] if index else ""
    following = tokens.words[index + 1] if index + 1 < len(raw) else ""
    if before == "BREAK" and low in ("may", "march"):
        return False
    if following[:1].isupper() and after == "OTHER" and previous.lower() not in _MONTH_AFTER:
        return False
    named = previous[:1].isupper() and before not in ("WEEKDAY", "PARTOF", "EARLY", "LAST", "NEXT", "THIS", "IN")
    if low in ("may", "march") and named and index > 1 and raw[index - 2] != "BREAK":
        # the Long March, Theresa May
        return False
    if before == "POSS" and tokens.words[index - 2][:1].isupper():
        return False
    if previous.lower() in _MONTH_BEFORE:
        # "in May Theresa…" is a month; "of March for Life" isn't worth the loss.
        return not (low == "march" and following.lower() == "madness")
    if previous[:1].isupper() and before == "OTHER" and index > 1 and raw[index - 2] != "BREAK":
        return False
    if following[:1].isupper() and after == "OTHER":
        return False
    if low == "may":
        return following.lower() not in (
            "said",
            "says",
            "told",
            "has",
            "had",
            "was",
            "is",
            "and",
            "'s",
            "’s",
            "be",
        ) and (before not in ("OTHER",) or not previous[:1].isupper())
    if low == "march":
        return following.lower() not in ("on", "of", "for", "to", "madness", "through", "from", "against")
    return True


def _soon_in_past(tokens: Tokens, index: int) -> bool:
    """ "soon became", "was soon replaced": soon after something told, no time counted from now."""
    past = words("dates_past_forms")
    if tokens.words[index] == "Soon":
        return not any(tokens.lower(i) in ("will", "'ll") for i in range(index + 1, index + 5))
    near = (tokens.lower(index - 1), tokens.lower(index + 1))
    return any(low in past or (len(low) > 4 and low.endswith("ed")) for low in near)


def _is_title(tokens: Tokens, raw: list[str], index: int) -> bool:
    """Whether a capital makes a name of the word: ``This Week``, ``60 Minutes``, ``High Noon``; not in a headline."""
    if not tokens.words[index].istitle() or index == 0 or raw[index - 1] == "BREAK":
        return False
    if not (tokens.words[index - 1][:1].isupper() or tokens.words[index - 1].isdigit()):
        return False
    near = [tokens.words[i] for i in range(max(0, index - 6), min(len(raw), index + 7)) if raw[i] != "BREAK"]
    lower = sum(word[0].islower() for word in near if word.isalpha() and len(word) > 3)
    return lower > 0


def _named_day(tokens: Tokens, raw: list[str], index: int) -> bool:
    """Whether a weekday is part of a name: ``Sunday Times``, ``Black Monday``, ``Ruby Tuesday``."""
    following = tokens.words[index + 1] if index + 1 < len(raw) else ""
    previous = tokens.words[index - 1] if index else ""
    beyond = tokens.words[index + 2] if index + 2 < len(raw) else ""
    if raw[index + 1 : index + 2] == ["PART"] and following.istitle() and beyond.istitle():
        return True
    return following in words("dates_name_after_day") or previous in words("dates_name_before_day")


def _is_season(tokens: Tokens, raw: list[str], index: int, before: str, after: str, low: str) -> bool:
    word = tokens.words[index]
    previous = tokens.words[index - 1].lower() if index else ""
    following = tokens.words[index + 1].lower() if index + 1 < len(raw) else ""
    yeared = after in ("YEAR", "YEAR2") or (
        after == "OF" and index + 2 < len(raw) and raw[index + 2] in ("YEAR", "YEAR2")
    )
    if yeared or any(tokens.lower(i) in ("bc", "b.c.", "bce") for i in (index + 2, index + 3)):
        return True
    if word[0].isupper() and after == "OTHER" and following and tokens.words[index + 1][0].isupper():
        return False
    if word[0].isupper() and before == "OTHER" and tokens.words[index - 1][:1].isupper() and low in ("fall", "spring"):
        return False
    if low in ("fall", "spring"):
        if before == "HYPHEN" or previous not in _SEASON_BEFORE:
            return False
        if after == "OF" or (
            low == "fall" and following in ("in", "from", "to", "into", "below", "and", "was", "is", "by", "on")
        ):
            return before in ("LAST", "THIS", "NEXT", "PAST")
        if previous in ("the", "of", "by", "for") and low == "spring" and after == "OTHER" and following.isalpha():
            return following in ("and", "or", "when", "after", "before", "but", "for", "as", "to", "from")
        return True
    return True


_YEAR_BEFORE = frozenset(
    "in since until till by of from for before after during through late early mid between to and or fiscal year "
    "the about around circa ca next last on over versus than with when".split()
)


def _is_year(tokens: Tokens, raw: list[str], index: int, before: str, after: str) -> bool:
    """Whether a four-digit number can be a year, by what stands beside it."""
    value = int(tokens.values[index])
    previous = tokens.words[index - 1].lower() if index else ""
    following = tokens.words[index + 1].lower() if index + 1 < len(raw) else ""
    if previous in ("$", "£", "€", "#", "no", "rs", "+") or following in (
        "%",
        "°",
        "percent",
        "km",
        "kg",
        "mph",
        "feet",
        "metres",
    ):
        return False
    if previous in _NUMBERED or _is_address(tokens, index):
        return False
    if (
        before == "DOT"
        and tokens.ends[index - 1] == tokens.starts[index]
        and index > 1
        and raw[index - 2].startswith("NUM")
    ):
        return False
    if before in ("MONTH", "SEASON", "FISCAL", "QUARTER") or after in ("ERA",):
        return True
    if before == "HYPHEN" and index > 1 and tokens.ends[index - 1] == tokens.starts[index]:
        pre = tokens.words[index - 2]
        if pre[:1].isupper() and pre.lower() not in ("mid", "post", "pre", "early", "late"):
            return False
    if after == "HYPHEN" and index + 2 < len(raw) and tokens.starts[index + 1] == tokens.ends[index]:
        follower = raw[index + 2]
        if follower in ("UNIT", "OTHER") and tokens.words[index + 2].islower():
            return follower == "OTHER" and 1900 <= value <= 2050
    if previous in _YEAR_BEFORE and previous not in (
        "and",
        "or",
        "to",
        "with",
        "for",
        "than",
        "about",
        "over",
        "around",
        "by",
    ):
        return 1000 <= value <= 2199 and not (after in ("UNITS",) or following in _COUNTED)
    if after in ("UNITS", "UNIT") and following not in ("year",):
        return False
    return (
        1500 <= value <= 2100
        and following not in _COUNTED
        and not (
            value < 1900
            and following.isalpha()
            and following.endswith("s")
            and following not in ("was", "is", "as", "has", "its")
        )
    )


_NUMBERED = frozenset(
    ["flight", "room", "route", "highway", "channel", "number", "page", "model", "resolution", "article", "section",
     "apartment", "suite", "bus", "train", "unit", "lot", "extension", "ext", "windows", "boeing", "size", "code", "line"]
)  # fmt: skip


def _is_address(tokens: Tokens, index: int) -> bool:
    """1600 Pennsylvania Avenue."""
    near = [tokens.words[i] for i in range(index + 1, min(index + 4, len(tokens)))]
    return bool(near) and near[0].istitle() and any(word in _STREETS for word in near)


_STREETS = frozenset(["Street", "Avenue", "Road", "Drive", "Lane", "Boulevard", "Place", "Square", "St", "Ave", "Blvd"])
_COUNTED = frozenset(
    "people men women children troops soldiers jobs workers employees shares dollars points miles members seats votes "
    "pounds tons tonnes homes houses students barrels copies units cars vehicles deaths cases million billion meters "
    "acres square gallons feet kilometers kilometres kilograms words pages euros francs yen lire marks".split()
)


def positions(tokens: Tokens, sentences: list[int]) -> list[int]:
    """For each token the number of its sentence, by counting the boundaries."""
    found, sentence = [], 0
    for code in tokens.codes:
        if code == CODE["BREAK"]:
            sentence += 1
        found.append(sentence)
    return found


__all__ = ["CODE", "NAME", "Tokens", "lexicon", "pairwise", "positions", "tokenise"]
