"""The atoms of time expressions as regular expressions over token classes, each with the function that reads it.

A pattern is written in class names (:data:`~pipeline.stages.dates.tokens.CODE`) and the operators of ``re``; ``@num``
and its like stand for the patterns of :data:`MACROS`. Atoms are put together by :mod:`~pipeline.stages.dates.compose`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.stages.dates.meaning import Found, Meaning, Relation
from pipeline.stages.dates.numbers import number_of
from pipeline.stages.dates.tokens import CODE, Tokens

MACROS = {
    "@num": "(?:(?:NUM1|NUM|YEAR)(?:FRACTION|AND A?HALF)?|FRACTION|(?:HALF A)|(?:A?WBIG|WNUM)(?:(?:HYPHEN|AND)?(?:WNUM|WBIG))*(?:AND A HALF)?)",
    "@some": "(?:A?FEW OF?|A WHILE)",
    "@rel": "(?:LAST|PAST|PREV|NEXT|COMING|FOLLOWING|THIS|CURRENT|THAT|THESE|SAME|LATEST|RECENT)",
    "@srel": "(?:LAST|PAST|PREV|NEXT|COMING|FOLLOWING|THESE|RECENT|LATEST)",
    "@unit": "(?:UNIT|UNITS|QUARTER)",
    "@year": "(?:YEAR|YEAR2)",
    "@shift": "(?:AGO|EARLIER|LATER|PREVIOUSLY|HENCE|BEFORE|AFTER)",
    "@day": "(?:NUM1|ORD)",
}


def compiled(template: str) -> re.Pattern[str]:
    """The pattern of a template: macros written out, class names as their characters, white space dropped."""
    for name, body in MACROS.items():
        template = template.replace(name, body)
    body = re.sub(r"(?<!\(\?)\b[A-Z][A-Z0-9]*\b", lambda found: CODE[found[0]], template)
    return re.compile(re.sub(r"\s+", "", body))


Builder = Callable[[Tokens, re.Match[str]], Meaning | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of atom."""

    name: str
    pattern: re.Pattern[str]
    build: Builder


RULES: list[Rule] = []


def rule(name: str, *templates: str) -> Callable[[Builder], Builder]:
    """Register the decorated function as the reader of *templates*."""

    def register(build: Builder) -> Builder:
        RULES.extend(Rule(name, compiled(template), build) for template in templates)
        return build

    return register


def _value(tokens: Tokens, match: re.Match[str], group: str) -> str | None:
    index = match.start(group)
    return tokens.values[index] if index >= 0 else None


def _int(tokens: Tokens, match: re.Match[str], group: str) -> int | None:
    value = _value(tokens, match, group)
    return int(value) if value and value.isdigit() else None


def _year(tokens: Tokens, match: re.Match[str]) -> tuple[int | None, int | None]:
    """Year and, for '98, the year within its century (as a negative number that the evaluator completes)."""
    index = match.start("year")
    if index < 0:
        return None, None
    value = tokens.values[index]
    if tokens.cls(index) == "YEAR2":
        return None, int(value[1:])
    return int(value), None


def full_year(two_digits: int) -> int:
    """'98 is 1998, '05 is 2005: the century in which most news was written, with the turn at 40."""
    return (1900 if two_digits >= 40 else 2000) + two_digits


def _calendar_year(tokens: Tokens, match: re.Match[str]) -> int | None:
    year, short = _year(tokens, match)
    return full_year(short) if short is not None else year


def _era(tokens: Tokens, match: re.Match[str]) -> str | None:
    return _value(tokens, match, "era") if "era" in match.re.groupindex else None


@rule("iso", "(?P<iso>ISO)")
def _iso(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    text = tokens.words[match.start()]
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    if not (year and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    clock = text[11:].rstrip("Z") or None
    return Meaning("calendar", "iso", year=year, month=month, day=day, clock=clock)


@rule("numeric", "(?P<slash>SLASH)")
def _numeric(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """03/22/2013, 22.03.2013, 2013/03/22. Where day and month can't be told apart, the year alone is sure."""
    fields = re.split(r"\D", tokens.words[match.start()])
    numbers = [int(part) for part in fields]
    if len(fields[0]) == 4:
        year, month, day = numbers
    else:
        month, day, year = numbers
        if len(fields[2]) == 2:
            if year <= 31:
                # 12/13/14 could be three different days
                return None
            year = full_year(year)
        if "." in tokens.words[match.start()] or month > 12:
            day, month = month, day
        elif day <= 12 and day != month:
            return Meaning("calendar", "numeric", year=year) if month and day and len(fields[2]) == 4 else None
    if not (1 <= month <= 12 and 1 <= day <= 31 and year):
        return None
    return Meaning("calendar", "numeric", year=year, month=month, day=day)


@rule(
    "date",
    "(?:(?P<wd>WEEKDAY)COMMA?)?(?P<mon>MONTH)THE?(?P<day>@day)(?:(?:COMMA|OF)?(?P<year>@year)(?P<era>ERA)?)?",
    "(?:(?P<wd>WEEKDAY)COMMA?)?THE?(?P<day>@day)OF?(?P<mon>MONTH)(?:(?:COMMA|OF)?(?P<year>@year)(?P<era>ERA)?)?",
)
def _date(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    day = _int(tokens, match, "day")
    if day is None or not 1 <= day <= 31:
        return None
    at = match.start("day")
    if tokens.cls(at + 1) in ("OTHER", "HYPHEN") and tokens.lower(at + 1) in ("%", "percent"):
        return None
    return Meaning(
        "calendar", "date", year=_calendar_year(tokens, match), era=_era(tokens, match), month=_int(tokens, match, "mon"),
        day=day, weekday=_int(tokens, match, "wd"),
    )  # fmt: skip


@rule(
    "month",
    "(?P<mon>MONTH)(?:COMMA|OF)?(?P<year>@year)(?P<era>ERA)?",
    "(?P<mon>MONTH)(?P<year>NUM)(?P<era>ERA)",
)
def _month_year(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    return Meaning(
        "calendar",
        "month",
        year=_calendar_year(tokens, match),
        era=_era(tokens, match),
        month=_int(tokens, match, "mon"),
    )


@rule("month", "(?P<mon>MONTH)")
def _month(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    if (
        tokens.lower(match.end()) == "."
        and len(tokens.words[match.start()]) <= 4
        and tokens.lower(match.start()) not in ("may", "june", "july")
    ):
        pass
    return Meaning("calendar", "month", month=_int(tokens, match, "mon"))


@rule(
    "year",
    "(?:(?:THE?UNIT)?(?P<year>YEAR)|(?P<year2>YEAR2))(?P<era>ERA)?",
    "(?:(?P<n>NUM1|NUM))(?P<era>ERA)",
    "(?P<era>ERA)(?P<n>NUM1|NUM|YEAR)",
)
def _year_rule(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    groups = match.re.groupindex
    if "n" in groups:
        index = match.start("n")
        if not tokens.values[index].isdigit():
            return None
        return Meaning("calendar", "year", year=int(tokens.values[index]), era=_era(tokens, match))
    if match.start("year2") >= 0:
        return Meaning("calendar", "year", year=full_year(int(tokens.values[match.start("year2")][1:])))
    if tokens.cls(match.start()) in ("THE", "UNIT"):
        unit = match.start("year") - 1
        if tokens.values[unit] != "Y":
            return None
    return Meaning("calendar", "year", year=_int(tokens, match, "year"), era=_era(tokens, match))


@rule("year", "(?P<n>NUM1|NUM|YEAR)(?=(?:HYPHEN|TO|AND)(?:NUM1|NUM|YEAR)ERA)")
def _year_before_era(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """The first year of "264 to 241 BC"."""
    value, other = tokens.values[match.start()], tokens.values[match.start() + 2]
    if not value.isdigit() or not other.isdigit():
        return None
    era = tokens.values[match.start() + 3]
    if (era == "BC") != (int(value) > int(other)):
        return None
    return Meaning("calendar", "year", year=int(value), era=era)


@rule("year", "(?:THE UNIT)?WNUM(?:HYPHEN?(?:WNUM|WBIG)){1,3}")
def _year_words(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """nineteen ninety-six; the year two thousand."""
    named = tokens.cls(match.start()) == "THE"
    if named and tokens.values[match.start() + 1] != "Y":
        return None
    numbers = [
        int(tokens.values[i])
        for i in range(match.start() + 2 * named, match.end())
        if tokens.cls(i) in ("WNUM", "WBIG")
    ]
    if (
        len(numbers) >= 2
        and numbers[0] in (17, 18, 19, 20)
        and all(1 <= n < 100 for n in numbers[1:])
        and len(numbers) <= 3
    ):
        if len(numbers) == 3 and not (numbers[1] % 10 == 0 and numbers[2] < 10):
            return None
        if len(numbers) == 2 and numbers[1] < 10:
            return None
        return Meaning("calendar", "year", year=numbers[0] * 100 + sum(numbers[1:]))
    if named and numbers[:2] == [2, 1000]:
        return Meaning("calendar", "year", year=2000 + sum(numbers[2:]))
    return None


@rule("decade", "(?:THE EARLY?HYPHEN?)?(?P<dec>DECADE)", "THE(?:EARLY HYPHEN?)?(?P<wdec>WDECADE)")
def _decade(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    early = next((i for i in range(match.start(), match.end()) if tokens.cls(i) == "EARLY"), None)
    mod = tokens.values[early] if early is not None else None
    if "wdec" in match.re.groupindex:
        tens = int(tokens.values[match.start("wdec")])
        return Meaning("calendar", "decade", decade=190 + tens // 10, mod=mod)
    digits = re.sub(r"\D", "", tokens.words[match.start("dec")])
    if len(digits) == 2:
        return Meaning("calendar", "decade", decade=full_year(int(digits)) // 10, mod=mod) if digits[1] == "0" else None
    if digits.endswith("00"):
        return Meaning("calendar", "decade", century=int(digits[:2]), mod=mod)
    return Meaning("calendar", "decade", decade=int(digits[:3]), mod=mod) if digits.endswith("0") else None


@rule("day", "THE(?P<day>ORD)(?:OF(?P<rel>THAT|THIS|THE|THE SAME|LAST|NEXT)(?P<unit>UNIT))?")
def _day_of_month(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """the 28th of that month; on the 13th."""
    day = _int(tokens, match, "day")
    if day is None or not 1 <= day <= 31:
        return None
    if match.start("unit") >= 0:
        if tokens.values[match.start("unit")] != "M":
            return None
        return Meaning("calendar", "day", day=day, relation=_RELATION[tokens.cls(match.end("rel") - 1)], unit="M")
    digits = tokens.words[match.start("day")][0].isdigit()
    if (
        not digits
        or tokens.lower(match.start() - 1) not in ("on", "by", "until", "since")
        or not (
            tokens.cls(match.end()) in ("BREAK", "COMMA", "DOT", "AND", "IN", "TO")
            or tokens.lower(match.end()) in _AFTER_DAY
        )
    ):
        return None
    return Meaning("calendar", "day", day=day, relation="same", unit="M")


_AFTER_DAY = frozenset(
    ["the", "he", "she", "it", "they", "a", "when", "after", "before", "by", "at", ";", ")", "with", "but", "was"]
)


@rule("century", "(?P<n>ORD)HYPHEN?(?P<unit>UNIT)(?P<era>ERA)?")
def _century(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    n = _int(tokens, match, "n")
    unit = _value(tokens, match, "unit")
    if n is None:
        return None
    if unit == "CE" and n <= 30:
        return Meaning("calendar", "century", century=n - 1, era=_era(tokens, match))
    return None


@rule("ordinal", "(?P<n>ORD)(?P<unit>UNIT)")
def _ordinal_unit(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """the second day, the third week."""
    n, unit = _int(tokens, match, "n"), _value(tokens, match, "unit")
    if unit not in ("D",) or n is None:
        return None
    # "today is the eighth day": the day of writing
    back = match.start() - 1 - (tokens.cls(match.start() - 1) == "THE")
    relation: Relation = "this" if tokens.lower(back) in ("is", "'s", "’s") else "the"
    return Meaning("unit", "ordinal", unit=unit, ordinal=n, relation=relation)


@rule(
    "season",
    "(?P<season>SEASON)(?:COMMA?OF?(?P<year>@year)(?P<era>ERA)?)?",
    "(?P<season>SEASON)OF?(?P<year>NUM)(?P<era>ERA)",
    "(?P<year>YEAR)(?P<season>SEASON)",
)
def _season(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    return Meaning(
        "calendar",
        "season",
        season=_value(tokens, match, "season"),
        year=_calendar_year(tokens, match),
        era=_era(tokens, match),
    )


@rule("holiday", "(?P<holiday>HOLIDAY)(?:COMMA?(?:OF|IN)?(?P<year>YEAR))?")
def _holiday(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    return Meaning("calendar", "holiday", holiday=_value(tokens, match, "holiday"), year=_int(tokens, match, "year"))


@rule(
    "quarter",
    "(?:FISCAL HYPHEN?)?(?P<n>ORD)HYPHEN?(?:FISCAL HYPHEN?)?(?P<unit>QUARTER|HALF)(?:(?:COMMA|OF|IN)?(?P<f>FISCAL)?(?P<year>YEAR))?",
    "(?P<n>LAST)HYPHEN?(?P<unit>HALF)OF(?P<f>FISCAL)?(?P<year>YEAR)",
    "(?P<year>YEAR)(?:FISCAL HYPHEN?)?(?P<n>ORD)HYPHEN?(?P<unit>QUARTER|HALF)",
    "THE?(?P<ago>UNIT HYPHEN?(?:AGO|EARLIER))(?P<n>ORD)HYPHEN?(?P<unit>QUARTER|HALF)(?P<year>YEAR)?",
    "(?P<n>QREF)(?:COMMA|OF|IN)?(?P<year>YEAR)?",
)
def _quarter(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    cls = tokens.cls(match.start("n"))
    n = 2 if cls == "LAST" else _int(tokens, match, "n")
    fiscal = any(tokens.cls(i) == "FISCAL" for i in range(match.start(), match.end()))
    year = _int(tokens, match, "year")
    shifted = -1 if "ago" in match.re.groupindex else None
    if shifted:
        return Meaning("calendar", "quarter", quarter=n, year_shift=-1) if n and 1 <= n <= 4 else None
    if cls != "QREF" and tokens.cls(match.start("unit")) == "HALF":
        return Meaning("calendar", "half", half=n, year=year, fiscal=fiscal) if n in (1, 2) else None
    return Meaning("calendar", "quarter", quarter=n, year=year, fiscal=fiscal) if n and 1 <= n <= 4 else None


@rule(
    "fiscal",
    "FISCAL(?:UNIT)?(?P<year>@year)",
    "(?P<year>YEAR)FISCAL UNIT",
    "(?:THE|THIS|THIS CURRENT|THE CURRENT|LAST|NEXT|THE LATEST|THE LAST|THE NEXT)?FISCAL UNIT",
)
def _fiscal(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    if "year" in match.re.groupindex:
        return Meaning("calendar", "fiscal", year=_calendar_year(tokens, match), fiscal=True)
    if tokens.lower(match.end()) in ("ended", "ending"):
        return Meaning("duration", "fiscal", unit="Y", count=1, relation="the")
    relation: Relation = "the"
    for index in range(match.start(), match.end()):
        relation = _RELATION.get(tokens.cls(index), relation)
    return Meaning("unit", "fiscal", unit="Y", relation=relation, fiscal=True)


@rule("weekday", "(?P<wd>WEEKDAY)(?P<part>PART)?")
def _weekday(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    return Meaning("calendar", "weekday", weekday=_int(tokens, match, "wd"), part=_value(tokens, match, "part"))


@rule("deictic", "(?P<deic>DEIC)(?:POSS?(?P<part>PART))?", "(?P<deic>DEICNIGHT)")
def _deictic(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    night = tokens.cls(match.start("deic")) == "DEICNIGHT"
    part = "NI" if night else _value(tokens, match, "part")
    return Meaning("shift", "deictic", unit="D", count=int(_value(tokens, match, "deic") or 0), sign=1, part=part)


_RELATION: dict[str, Relation] = {
    "LAST": "last", "PAST": "past", "PREV": "previous", "NEXT": "next", "COMING": "coming", "FOLLOWING": "following",
    "THIS": "this", "CURRENT": "current", "THAT": "that", "SAME": "same", "LATEST": "latest", "THE": "the",
    "CORRESPONDING": "same", "THESE": "this", "RECENT": "recent",
}  # fmt: skip


@rule(
    "part",
    "(?:(?P<rel>THE|THIS|THAT|LAST|SAME|FOLLOWING|NEXT|PREV|THE SAME|THE FOLLOWING|THE NEXT|THE PREV|THAT SAME|THIS SAME|EARLY HYPHEN?)|AT)(?P<part>PART)",
)
def _part(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    part = _value(tokens, match, "part")
    relation: Relation = "bare"
    if match.start("rel") < 0 and part != "NI":
        return None
    if match.start("rel") >= 0:
        if tokens.cls(match.start("rel")) == "EARLY":
            return Meaning("calendar", "part", part=part, relation="the", mod=tokens.values[match.start("rel")])
        relation = _RELATION[tokens.cls(match.end("rel") - 1)]
        if relation == "same":
            relation = "that"
    if relation == "last" and part != "NI":
        return None
    if relation == "the" and not _ends_phrase(tokens, match.end()):
        return None
    return Meaning("calendar", "part", part=part, relation=relation)


_FUNCTION_WORDS = frozenset(
    ["and", "or", "but", "of", "in", "on", "at", "to", "for", "with", "by", "from", "as", "when", "while", "after", "before",
     "that", "who", "which", "is", "was", "were", "had", "has", "will", "would", "he", "she", "it", "they", "we", "i", "you",
     "the", "a", "an", "his", "her", "their", "its", "until", "since", "during", "into", "through", "if", "because", "there"]
)  # fmt: skip


def _ends_phrase(tokens: Tokens, index: int) -> bool:
    """Whether no noun follows for which the words before would be an attribute ("the dawn raid")."""
    return (
        tokens.cls(index) != "OTHER" or not tokens.words[index][0].isalpha() or tokens.lower(index) in _FUNCTION_WORDS
    )


def _clock_text(hour: int, minute: str | None, ampm: str | None) -> str | None:
    if ampm:
        if not 1 <= hour <= 12:
            return f"{hour:02d}:{minute or '00'}" if 12 < hour < 24 else None
        hour = hour % 12 + (12 if ampm == "pm" else 0)
    if hour > 24 or (minute and int(minute[:2]) > 59):
        return None
    return f"{hour:02d}:{minute or '00'}"


@rule(
    "clock",
    "(?P<clock>CLOCK)(?P<ampm>AMPM)?(?P<zone>ZONE)?",
    "(?P<hour>NUM1|NUM)(?P<ampm>AMPM)(?P<zone>ZONE)?",
    "(?P<hour>YEAR|NUM)(?P<zone>ZONE)",
    "(?P<hour>NUM1|WNUM)(?P<oclock>OCLOCK)",
    "(?P<word>CLOCKWORD)(?P<zone>ZONE)?",
)
def _clock(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    groups = match.re.groupindex
    zone = tokens.words[match.start("zone")] if "zone" in groups and match.start("zone") >= 0 else None
    ampm = _value(tokens, match, "ampm") if "ampm" in groups else None
    if "word" in groups:
        return Meaning("calendar", "clock", clock=_value(tokens, match, "word"), zone=zone)
    text: str | None
    if "clock" in groups:
        word = tokens.words[match.start("clock")]
        hour, _, minute = word.partition(":")
        if not ampm and not zone and not _clock_context(tokens, match.start()):
            return None
        text = _clock_text(int(hour), minute, ampm)
    else:
        value = tokens.values[match.start("hour")]
        if value.isdigit() and "zone" in groups and not ampm:
            text = (
                _clock_text(int(value[:-2]), value[-2:], None)
                if len(value) in (3, 4) and value == tokens.words[match.start("hour")]
                else None
            )
        elif re.fullmatch(r"\d{1,2}\.\d{2}", value):
            text = _clock_text(int(value.partition(".")[0]), value.partition(".")[2], ampm)
        elif value.isdigit():
            text = _clock_text(int(value), None, ampm)
        else:
            text = None
    return Meaning("calendar", "clock", clock=text, zone=zone) if text else None


def _clock_context(tokens: Tokens, index: int) -> bool:
    """Whether ``10:35`` without am, pm or zone is a time: after a preposition of time or beside a day."""
    before, after = tokens.lower(index - 1), tokens.cls(index + 1)
    return before in ("at", "until", "till", "by", "from", "around", "about", "before", "after", "since", "and", "to") or after in (
        "WEEKDAY", "DEIC", "IN",
    )  # fmt: skip


def _count(tokens: Tokens, match: re.Match[str]) -> tuple[float | None, bool]:
    """The number of a duration (None: some) and whether it could be read."""
    if match.start("n") < 0:
        return None, True
    number = number_of(tokens, match.start("n"), match.end("n"))
    return number, number is not None


_SIGN = {"AGO": -1, "EARLIER": -1, "PREVIOUSLY": -1, "BEFORE": -1, "LATER": 1, "HENCE": 1, "AFTER": 1}


@rule(
    "duration",
    "(?:(?P<n>@num)|(?P<few>@some)(?:WNUM OF)?)(?:MORE|HYPHEN)?(?:HYPHEN?BUSINESS)?HYPHEN?(?P<unit>@unit)(?P<half>AND A HALF)?",
    "(?P<n>@num)(?:TO|OR|HYPHEN|AND|TO HYPHEN)(?P<n2>@num)HYPHEN?BUSINESS?HYPHEN?(?P<unit>@unit)",
    "(?P<n>@num)HYPHEN?TO HYPHEN?(?P<n2>@num)HYPHEN(?P<unit>@unit)",
    "THE?UNIT HYPHEN(?:AGO|EARLIER)(?P<n>@num)(?P<unit>UNITS)",
    "THE?(?P<n>@num)(?:LAST|PAST|PREV|NEXT|COMING|FOLLOWING)(?P<unit>UNITS)",
    "(?P<one>A)(?:FULL|BUSINESS)?(?P<unit>UNIT|QUARTER)(?P<half>AND A HALF)?",
    "(?P<one>A)(?P<unit>UNIT)OR(?:WNUM|NUM1)",
    "(?<=THAN)(?P<unit>UNIT)(?=AFTER|BEFORE|AGO|LATER|EARLIER)",
    "(?P<one>A)(?P<few>FEW)HYPHEN?(?P<unit>@unit)",
    "(?P<hf>HALF)HYPHEN?A?HYPHEN?(?P<unit>UNIT)",
    "(?P<unit>UNITS)(?:OR|AND)(?P<unit2>UNITS)",
    "(?P<unit>UNITS)",
    "(?P<unit>@unit)HYPHEN(?P<long>BUSINESS)",
)
def _duration(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    groups = match.re.groupindex
    unit = _value(tokens, match, "unit")
    count: float | None = None
    if unit == "Q" and not _is_quarter_of_year(tokens, match):
        return None
    if "long" in groups and tokens.lower(match.start("long")) != "long":
        return None
    if match.end() - match.start() == 1 and tokens.cls(match.start() - 1) in ("EARLY", "PART", "BUSINESS"):
        # the early hours, business hours
        return None
    if (
        "one" in groups
        and tokens.cls(match.end()) == "HYPHEN"
        and tokens.cls(match.end() + 1) in ("AGO", "EARLIER", "PARTOF")
    ):
        return None
    if "one" in groups and "few" not in groups and match.end() - match.start() == 2 and _is_rate(tokens, match):
        return None
    if "hf" in groups:
        count = 0.5
    elif "one" in groups and "few" not in groups:
        count = 1
    elif "unit" in groups and "n" not in groups and tokens.cls(match.start("unit")) == "UNIT":
        count = 1
    elif "n" in groups and match.start("n") >= 0:
        number = number_of(tokens, match.start("n"), match.end("n"))
        if number is None:
            return None
        count = number
        if number >= 1900 and match.end("n") - match.start("n") == 1 and unit in ("Q",):
            return None
    if count == 1 and unit == "S" and _is_idiom(tokens, match.start()):
        return None
    mod = None
    if "n2" in groups:
        other = number_of(tokens, match.start("n2"), match.end("n2"))
        if other is None or count is None or other <= count:
            return None
        mod = "APPROX"
    if "few" in groups and match.start("few") >= 0 and tokens.lower(match.end("few") - 2) == "couple":
        count, mod = 2, "APPROX"
    if "half" in groups and match.start("half") >= 0 and count is not None:
        count += 0.5
    return Meaning("duration", "duration", unit=unit, count=count, mod=mod)


def _is_quarter_of_year(tokens: Tokens, match: re.Match[str]) -> bool:
    """Whether a quarter is three months and not a fourth part: "several quarters", not "three-quarters of"."""
    unit = match.start("unit")
    if tokens.cls(unit) == "QUARTER":
        return tokens.cls(match.end()) in ("AGO", "EARLIER", "LATER")
    return tokens.cls(unit - 1) != "HYPHEN" and tokens.cls(match.end()) != "OF" and unit > match.start()


def _is_idiom(tokens: Tokens, index: int) -> bool:
    """ "I don't for one second believe": no length of time."""
    return tokens.lower(index - 1) == "for" and any(
        tokens.lower(i) in ("not", "t", "never", "dont", "cannot") for i in range(index - 5, index - 1)
    )


_LENGTH_BEFORE = frozenset(
    ["for", "in", "within", "after", "over", "than", "least", "about", "almost", "nearly", "only", "just", "of", "is", "was",
     "lasted", "took", "barely", "be", "take", "spent", "spend", "last", "every", "to", "at", "during", "until", "roughly",
     "around", "some", "wait", "waited", "not", "even", "as", "exactly", "half", "hardly", "and", "but", "or", "by"]
)  # fmt: skip


def _is_rate(tokens: Tokens, match: re.Match[str]) -> bool:
    """Whether "a year" is a rate ("$5 million a year", "a day's work") and not a length: nothing before it asks for one."""
    if tokens.cls(match.end()) in ("AGO", "EARLIER", "LATER", "BEFORE", "AFTER", "PREVIOUSLY", "HENCE", "HYPHEN"):
        return False
    before = tokens.cls(match.start() - 1)
    return not (tokens.lower(match.start() - 1) in _LENGTH_BEFORE or before in ("BREAK", "COMMA", "APPROX", "OVER"))


@rule(
    "relative",
    "(?:THE|THIS|THAT)?(?P<rel>@rel)(?:FULL|FISCAL|BUSINESS)?(?P<unit>UNIT|QUARTER|PERIOD)",
    "(?P<rel>THE)(?:FULL)?(?P<unit>UNIT|QUARTER)",
    "(?P<rel>LAST|THIS|NEXT)UNIT POSS(?P<unit>QUARTER|PERIOD)",
    "THE?(?P<rel>CORRESPONDING|SAME)(?P<unit>QUARTER|PERIOD)",
    "THE?CORRESPONDING?(?P<rel>EVERY OF)?(?P<unit>UNIT)HYPHEN(?:AGO|EARLIER)(?P<target>QUARTER|PERIOD)",
    "THE?(?P<year>YEAR)(?P<unit>QUARTER|PERIOD)",
    "(?P<rel>EVERY OF?)?THE?(?P<unit>UNIT)HYPHEN?(?:AGO|EARLIER)(?P<target>QUARTER|PERIOD)?",
)
def _relative(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    groups = match.re.groupindex
    unit = _value(tokens, match, "unit") or ("P" if tokens.cls(match.start("unit")) == "PERIOD" else None)
    if "year" in groups:
        return Meaning(
            "unit", "period", unit="Q" if unit == "Q" else "P", relation="the", year=_int(tokens, match, "year")
        )
    if tokens.cls(match.start("unit") - 1) == "POSS":
        if tokens.values[match.start() + 1] != "Y":
            return None
        return Meaning(
            "unit", "year-ago", unit=unit, relation="year-ago" if tokens.cls(match.start()) == "LAST" else "the"
        )
    if "target" in groups:
        if unit != "Y" or match.start("rel") >= 0:
            return None
        target = match.start("target")
        name = None if target < 0 else "Q" if tokens.cls(target) == "QUARTER" else "P"
        return Meaning("unit", "year-ago", unit=name or "Y", relation="year-ago")
    relation = _RELATION[tokens.cls(match.start("rel"))]
    if relation == "next" and unit == "D" and tokens.cls(match.start()) == "THE":
        relation = "following"
    if unit == "Y" and relation == "the" and tokens.lower(match.end()) in ("ended", "ending", "to"):
        return Meaning("duration", "relative", unit=unit, count=1, relation="the")
    fiscal = any(tokens.cls(i) == "FISCAL" for i in range(match.start(), match.end()))
    if unit == "D" and relation == "this" and tokens.lower(match.start() - 1) == "to":
        return Meaning("ref", "relative", text="PRESENT_REF")
    return Meaning("unit", "relative", unit=unit, relation=relation, fiscal=fiscal)


@rule(
    "span",
    "THE?(?P<rel>@srel)(?:(?P<n>@num)|(?P<few>@some|FEW)(?:WNUM OF)?)?(?:(?:OR|TO|HYPHEN)@num)?(?:MORE|BUSINESS)?(?P<unit>@unit)",
    "(?:THE)?(?P<first>ORD)(?:(?P<n>@num)|(?P<few>FEW))?BUSINESS?(?P<unit>UNITS)",
    "(?P<the>THE)(?:(?P<n>@num)|(?P<few>FEW))(?P<unit>UNITS)",
)
def _span(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """the past two years, the first nine months, recent weeks."""
    groups = match.re.groupindex
    unit = _value(tokens, match, "unit")
    count, readable = _count(tokens, match)
    if not readable:
        return None
    mod = None
    if match.start("few") >= 0 and "couple" in (tokens.lower(i) for i in range(match.start("few"), match.end("few"))):
        count, mod = 2, "APPROX"
    if "rel" in groups:
        relation = _RELATION[tokens.cls(match.start("rel"))]
        plural = tokens.cls(match.start("unit")) == "UNITS"
        if count is None and match.start("few") < 0 and not plural:
            return None
        if relation in ("this", "that") and count is None and match.start("few") < 0:
            if unit == "D" and tokens.lower(match.start("rel")) == "these":
                return Meaning("ref", "ref", text="PRESENT_REF")
            return None
        if relation == "same" and plural and count is None:
            return None
        return Meaning("duration", "span", unit=unit, count=count, relation=relation, mod=mod)
    if "first" in groups:
        if _int(tokens, match, "first") != 1:
            return None
        return Meaning("duration", "span", unit=unit, count=count)
    return Meaning("duration", "span", unit=unit, count=count, relation="the", mod=mod)


@rule(
    "set",
    "(?P<every>EVERY)(?P<n>@num|ORD|OF)?(?P<unit>@unit|WEEKDAY|MONTH|SEASON|PART|HOLIDAY)",
    "(?P<every>WEEKDAYS)(?P<unit>PARTS)?",
    "(?P<every>WEEKDAY)(?P<unit>PARTS)",
    "(?P<every>ADVERBSET)",
    "(?P<every>PER)(?P<unit>UNIT|QUARTER)",
    "(?P<every>ONCE|WNUM OTHER)A(?P<unit>UNIT|QUARTER)",
)
def _set(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    groups = match.re.groupindex
    head = tokens.cls(match.start("every"))
    if head == "ADVERBSET":
        return Meaning("set", "set", text=tokens.values[match.start()])
    if head in ("WEEKDAYS", "WEEKDAY"):
        part = _value(tokens, match, "unit") if match.start("unit") >= 0 else None
        return Meaning("set", "set", text=f"XXXX-WXX-{tokens.values[match.start()]}" + (f"T{part}" if part else ""))
    if match.group("every")[-1:] and head == "WNUM" and tokens.lower(match.start() + 1) != "times":
        return None
    unit, cls = _value(tokens, match, "unit"), tokens.cls(match.start("unit"))
    number: float | None = 1
    if "n" in groups and match.start("n") >= 0:
        if tokens.cls(match.start("n")) == "OF":
            return None
        if tokens.cls(match.start("n")) == "ORD":
            number = _int(tokens, match, "n")
        else:
            number = number_of(tokens, match.start("n"), match.end("n"))
    text = {
        "WEEKDAY": f"XXXX-WXX-{unit}", "MONTH": f"XXXX-{int(unit) if (unit or '').isdigit() else 0:02d}", "SEASON": f"XXXX-{unit}",
        "PART": f"XXXX-XX-XXT{unit}", "HOLIDAY": "P1Y",
    }.get(cls)  # fmt: skip
    if text is None and unit == "WE":
        text = "XXXX-WXX-WE"
    if text:
        return Meaning("set", "set", text=text)
    if number is None:
        return None
    return Meaning("set", "set", unit=unit, count=number)


_AFTER_NOUN = frozenset(
    ["is", "was", "will", "would", "may", "might", "could", "holds", "looks", "for", "as", "with", "that", "if", "when", "but",
     "by", "on", "at", "has", "had", "who", "which", '"', "”", "'", "''", ";", ":", ")", "?", "!", "–", "—"]
)  # fmt: skip


@rule(
    "ref",
    "(?:RIGHT)?(?P<ref>REF)",
    "(?P<ref>CURRENT)",
    "(?:THE)?(?:NEAR|RECENT)?(?P<ref>FUTURE)",
    "THE(?:RECENT|NEAR)?(?P<ref>PAST)",
    "THE(?P<ref>NEAR)TERM",
    "THE(?P<ref>PRESENT)",
)
def _ref(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    cls = tokens.cls(match.start("ref"))
    if cls == "FUTURE" and not (
        tokens.cls(match.end()) in ("BREAK", "COMMA", "DOT", "AND", "OR", "IN", "OF", "TO")
        or tokens.lower(match.start() - 1) == "in"
        or tokens.cls(match.start()) == "THE"
        and tokens.lower(match.end()) in _AFTER_NOUN
    ):
        return None
    text = {"CURRENT": "PRESENT_REF", "FUTURE": "FUTURE_REF", "PAST": "PAST_REF", "RECENT": "PAST_REF", "NEAR": "FUTURE_REF",
            "PRESENT": "PRESENT_REF"}.get(cls) or tokens.values[match.start("ref")]  # fmt: skip
    return Meaning("ref", "ref", text=text)


@rule("time", "(?P<rel>THE|THAT|THIS)TIME")
def _time(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    if tokens.cls(match.start() - 1) != "AT":
        return None
    if tokens.cls(match.end()) == "OF" or tokens.lower(match.end()) in ("when", "that"):
        return None
    return Meaning("ref", "ref", text="PRESENT_REF" if tokens.cls(match.start()) == "THIS" else "PAST_REF")


@rule("year-end", "(?P<unit>UNIT)(?:HYPHEN|POSS)?(?P<end>PARTOF)")
def _year_end(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    unit = _value(tokens, match, "unit")
    if unit not in ("Y", "M") or _value(tokens, match, "end") != "END" or tokens.lower(match.start("end")) != "end":
        return None
    hyphenated = tokens.cls(match.start("end") - 1) == "HYPHEN"
    return Meaning(
        "unit", "year-end", unit=unit, relation="the", mod="END", text="12-31" if hyphenated and unit == "Y" else None
    )


_FIRST_CODES = frozenset(CODE[name] for name in CODE if name not in (
    "OTHER", "BREAK", "COMMA", "DOT", "POSS", "LPAREN", "TO", "AND", "OR", "SLASHMARK", "HYPHEN", "IN", "ON", "TIME", "TERM",
    "OLD", "AGE", "SO", "MORE", "THAN", "LEAST", "MOST", "UP", "WITHIN", "OVER", "APPROX", "AHEAD", "BEYOND", "AGO", "POSSADJ",
))  # fmt: skip


def atoms(tokens: Tokens) -> list[Found]:
    """The longest atom at each place, left to right, without overlap."""
    found: list[Found] = []
    codes = tokens.codes
    index, count = 0, len(codes)
    while index < count:
        best: Found | None = None
        if codes[index] not in _FIRST_CODES:
            index += 1
            continue
        for item in RULES:
            match = item.pattern.match(codes, index)
            if match and (best is None or match.end() > best.last):
                meaning = item.build(tokens, match)
                if meaning is not None:
                    if meaning.rule != item.name:
                        meaning = replace(meaning, rule=item.name)
                    best = Found(index, match.end(), meaning)
        if best is None:
            index += 1
        else:
            found.append(best)
            index = best.last
    return found
