"""Which class an ambiguous word has, by its neighbours and capitals: *may*, *March*, *second*, *fall*, *am*, *2008*."""

from __future__ import annotations

from pipeline.lexicon import words
from pipeline.stages.dates.tokens import Tokens

_NUMERIC = frozenset(["NUM1", "NUM", "YEAR", "WNUM", "WBIG", "FRACTION"])
_NEEDS_NUMBER = frozenset(["NUM1", "NUM", "YEAR", "ORD", "WNUM", "YEAR2"])
_MONTH_BEFORE = frozenset([
    "in", "since", "until", "till", "by", "of", "from", "for", "before", "after", "during", "through", "last",
    "next", "this", "early", "late", "mid", "between", "and", "to", "on", "each", "every", "past", "previous",
    "following", "around", "about", "late-"
])  # fmt: skip
_MONTH_AFTER = frozenset([
    "in", "since", "until", "till", "by", "last", "next", "this", "during", "early", "late", "mid", "before",
    "after", "through", "of", "previous", "following"
])  # fmt: skip
_SEASON_BEFORE = frozenset([
    "the", "this", "last", "next", "in", "early", "late", "of", "by", "since", "mid", "past", "that", "each",
    "every", "following", "previous", "coming", "until", "during", "through", "for"
])  # fmt: skip


def settle(tokens: Tokens, raw: list[str]) -> None:
    """Settle the ambiguous words, left to right, in place."""
    count = len(raw)
    for index in [index for index, kind in enumerate(raw) if kind in _SETTLE]:
        kind = raw[index]
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
                hyphened = before == "HYPHEN" and index > 1 and raw[index - 2] == "NUM1" and after == "HYPHEN"
                fits = after in _NEEDS_NUMBER or before in ("NUM1", "ORD") or alone or hyphened
            else:
                beyond = raw[index + 2] if after == "COMMA" and index + 2 < count else after
                led = before in ("ON", "THIS", "LAST", "NEXT")  # "this Sat.", where "He sat." ends a sentence
                fits = beyond in ("MONTH", "MONTHABBR", "NUM1", "CLOCK") or (dotted and (len(low) > 3 or led))
            raw[index] = kind[:-4] if word[0].isupper() and fits else "OTHER"
        elif kind == "MONTH":
            if not _is_month(tokens, raw, index, before, after, low):
                raw[index] = "OTHER"
        elif kind == "WEEKDAY":
            if _named_day(tokens, raw, index):
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
        elif kind in ("UNIT", "UNITS", "CLOCKWORD", "DEIC", "DEICNIGHT", "ADVERBSET") and (
            _is_title(tokens, raw, index) or (word == "TODAY" and tokens.words[index - 1] == "USA")
        ):
            raw[index] = "OTHER"
        elif kind == "HOLIDAY":
            # Johnnie Christmas, the White Christmas
            if " " not in low and before == "OTHER" and _is_forename(tokens, index - 1):
                raw[index] = "OTHER"
        elif kind == "YEAR2":
            # '12 may open a quotation
            if not (
                tokens.lower(index - 1) in _SHORT_YEAR_BEFORE
                or before in ("MONTH", "SEASON", "NUM1", "ORD", "HYPHEN", "QREF")
            ):
                raw[index] = "OTHER"
        elif kind == "DECADE":
            if _is_age(tokens, index):
                raw[index] = "OTHER"
        elif kind == "REF" and low == "now" and tokens.lower(index + 1) in ("and", "or"):
            if tokens.lower(index + 2) in ("again", "then", "never"):
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
            # alone it says that something was otherwise, and not when
            raw[index] = "OTHER"
        elif (
            (kind == "REF" and low == "soon" and _soon_in_past(tokens, index))
            or (
                kind == "REF"
                and low == "soon"
                and (tokens.lower(index - 1) == "as" or tokens.lower(index + 1) == "after")
            )
            or (kind == "WNUM" and low == "one" and (before in ("THAT", "THIS", "NO") or after == "OF"))
        ):
            raw[index] = "OTHER"


_SETTLE = frozenset([
    "MONTH", "MONTHABBR", "WEEKDAY", "WEEKDAYABBR", "ORD", "UNIT", "UNITS", "CLOCKWORD", "DEIC", "DEICNIGHT",
    "SEASON", "AMPM", "ZONE", "ERA", "YEAR", "REF", "WNUM", "PREVIOUSLY", "ADVERBSET", "HOLIDAY", "DECADE", "YEAR2"
])  # fmt: skip


# Words after which even a year before 1500 is one.
_YEAR_BEFORE = frozenset([
    "in", "since", "until", "till", "of", "from", "before", "after", "during", "through", "late", "early", "mid",
    "between", "fiscal", "year", "the", "circa", "ca", "next", "last", "on", "versus", "when"
])  # fmt: skip
_SHORT_YEAR_BEFORE = _YEAR_BEFORE - {"the", "on"}


def _is_forename(tokens: Tokens, index: int) -> bool:
    return tokens.words[index].istitle() and tokens.lower(index) not in _BEFORE_HOLIDAY


_BEFORE_HOLIDAY = frozenset(
    ["during", "until", "since", "by", "for", "from", "around", "over", "merry", "happy", "despite"]
)


def _is_age(tokens: Tokens, index: int) -> bool:
    """in his 30s, in her late 30s, fifty-somethings in their 50s."""
    if len(tokens.words[index].strip("'’‘`s")) > 2:
        return False
    back = index - 1
    while tokens.lower(back) in ("early", "mid", "late", "-"):
        back -= 1
    return tokens.lower(back) in ("his", "her", "their", "my", "your", "our") or (
        tokens.words[index][0].isdigit() and tokens.lower(back) != "the"
    )


def _is_month(tokens: Tokens, raw: list[str], index: int, before: str, after: str, low: str) -> bool:
    word = tokens.words[index]
    if word[0].islower() and low in ("may", "march", "august"):
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
    following = tokens.words[index + 1] if index + 1 < len(raw) else ""
    if raw[index] == "UNIT" and raw[index - 2 : index] == ["OF", "THE"] and not following.isupper():
        return True  # Player of the Year, but the Constitution of the Year III
    if raw[index] in ("UNIT", "UNITS") and _fills_quotation(tokens, raw, index):
        return True
    if tokens.words[index - 1] in _OPENING_QUOTES and raw[index] in ("DEIC", "DEICNIGHT"):
        opening = index - 1
        while opening > 0 and tokens.words[opening - 1] in _OPENING_QUOTES:
            opening -= 1
        if _closes_quotation(tokens, index + 1) and tokens.lower(opening - 1) in _BEFORE_TITLE:
            return True  # an anchor of “Today,” but “Today,” she said
        # “Today, we mourn”: a capital that the quotation asks for; “Today” alone is a programme or a paper
        return following[:1] in _QUOTES or (following.istitle() and following != "I")
    opens = index == 1 or raw[index - 2] == "BREAK"
    if opens and raw[index - 1] in ("LAST", "NEXT", "THIS", "THE", "A", "EVERY", "WNUM", "FEW", "EARLY", "DEIC"):
        # "Last Year" may begin a sentence; "60 Minutes" is a name
        return False
    near = [tokens.words[i] for i in range(max(0, index - 6), min(len(raw), index + 7)) if raw[i] != "BREAK"]
    lower = sum(word[0].islower() for word in near if word.isalpha() and len(word) > 3)
    return lower > 0


_BEFORE_TITLE = frozenset(["on", "of", "to", "for", "the", "show", "show's", "with", "host", "anchor", "called"])


def _closes_quotation(tokens: Tokens, index: int) -> bool:
    """Whether a closing quotation mark stands at *index*, or after a comma or full stop there."""
    at = index + (tokens.lower(index) in (",", "."))
    return tokens.lower(at)[:1] in _QUOTES and tokens.lower(at) != ""


_OPENING_QUOTES = frozenset(["“", "‘", "«", "„", "`", "'", '"'])
_QUOTES = frozenset("“”‘’«»„`'\"")


def _fills_quotation(tokens: Tokens, raw: list[str], index: int) -> bool:
    """Whether the word, with a number or "this" before it, is all that its quotation marks hold: “60 Minutes.”"""
    first = index - 1 if raw[index - 1] not in ("OTHER", "BREAK") else index
    last = index + 1 + (index + 1 < len(raw) and raw[index + 1] in ("DOT", "COMMA"))
    before = tokens.words[first - 1] if first else ""
    after = tokens.words[last] if last < len(tokens) else ""
    return before[:1] in _QUOTES and before != "" and after[:1] in _QUOTES and after != ""


def _named_day(tokens: Tokens, raw: list[str], index: int) -> bool:
    """Whether a weekday is part of a name: ``Sunday Times``, ``Black Monday``, ``Ruby Tuesday``."""
    following = tokens.words[index + 1] if index + 1 < len(raw) else ""
    previous = tokens.words[index - 1] if index else ""
    beyond = tokens.words[index + 2] if index + 2 < len(raw) else ""
    if raw[index + 1 : index + 2] == ["PART"] and following.istitle() and beyond.istitle():
        return True
    quoted = any(tokens.words[at] in _OPENING_QUOTES for at in range(max(0, index - 4), index))
    if quoted and previous.istitle() and raw[index - 1] == "OTHER" and _closes_quotation(tokens, index + 1):
        # host of “Fox News Sunday”: a name that fills its quotation
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


def _is_year(tokens: Tokens, raw: list[str], index: int, before: str, after: str) -> bool:
    """Whether a four-digit number can be a year, by what stands beside it."""
    value = int(tokens.values[index])
    previous, following = tokens.lower(index - 1), tokens.lower(index + 1)
    if previous in _MONEY or previous in _NUMBERED or following in _MEASURES or _is_address(tokens, index):
        return False
    if index + 1 < len(tokens) and tokens.words[index + 1] in words("dates_car_makes"):
        return False
    touching = index > 1 and tokens.ends[index - 1] == tokens.starts[index]
    if before == "DOT" and touching and raw[index - 2].startswith("NUM"):
        return False
    if before in ("MONTH", "SEASON", "FISCAL", "QUARTER") or after == "ERA":
        return True
    if before == "HYPHEN" and touching and tokens.words[index - 2][:1].isupper() and raw[index - 2] != "MONTH":
        # Airbus-2000, but Mid-1990
        return tokens.lower(index - 2) in ("mid", "post", "pre", "early", "late")
    if after == "HYPHEN" and index + 2 < len(raw) and tokens.starts[index + 1] == tokens.ends[index]:
        attributive = raw[index + 2] in ("UNIT", "OTHER") and tokens.words[index + 2].islower()
        if attributive:
            return raw[index + 2] == "OTHER" and 1900 <= value <= 2050
    counted = following in _COUNTED or (
        value < 1900 and following not in _NO_PLURAL and following.endswith(("s", "children"))
    )
    if counted or after == "UNITS":
        return False
    if after == "UNIT" and following in ("day", "week", "weekend"):
        # the 2012 Games' day nine, but 2000 hours and a 1,000-day siege
        return 1900 <= value <= 2100
    if before == "LPAREN" and following == ")" and tokens.words[index - 2][:1].isupper():
        return True  # St. Jerome in His Study (1480)
    return previous in _YEAR_BEFORE or (after != "UNIT" and 1500 <= value <= 2100) or following == "year"


_MONEY = frozenset(["$", "£", "€", "#", "no", "rs", "+"])
_MEASURES = frozenset(["%", "°", "percent", "km", "kg", "mph", "feet", "metres"])
_NO_PLURAL = frozenset(["was", "is", "as", "has", "its", "this", "s"])
_NUMBERED = frozenset([
    "flight", "room", "route", "highway", "channel", "number", "page", "model", "resolution", "article", "section",
    "apartment", "suite", "bus", "train", "unit", "lot", "extension", "ext", "windows", "boeing", "size", "code",
    "line"
])  # fmt: skip


def _is_address(tokens: Tokens, index: int) -> bool:
    """1600 Pennsylvania Avenue."""
    near = [tokens.words[i] for i in range(index + 1, min(index + 4, len(tokens)))]
    return bool(near) and near[0].istitle() and any(word in _STREETS for word in near)


_STREETS = frozenset([
    "Street", "Avenue", "Road", "Drive", "Lane", "Boulevard", "Place", "Square", "St", "Ave", "Blvd"
])  # fmt: skip
_COUNTED = frozenset([
    "people", "men", "women", "children", "troops", "soldiers", "jobs", "workers", "employees", "shares", "dollars",
    "points", "miles", "members", "seats", "votes", "pounds", "tons", "tonnes", "homes", "houses", "students",
    "barrels", "copies", "units", "cars", "vehicles", "deaths", "cases", "million", "billion", "meters", "acres",
    "square", "gallons", "feet", "kilometers", "kilometres", "kilograms", "words", "pages", "euros", "francs",
    "yen", "lire", "marks"
])  # fmt: skip
