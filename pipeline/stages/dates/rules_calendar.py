"""Calendar dates, times of day, quarters and holidays: the atoms that name a place in the calendar."""

from __future__ import annotations

import re

from pipeline.lexicon import words
from pipeline.stages.dates.meaning import Meaning, Relation
from pipeline.stages.dates.patterns import RELATION, int_of, rule, value_of
from pipeline.stages.dates.tokens import Tokens


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
    return value_of(tokens, match, "era") if "era" in match.re.groupindex else None


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
    "(?P<day>NUM1)HYPHEN(?P<mon>MONTH)HYPHEN(?P<year>YEAR)",
    "(?:(?P<wd>WEEKDAY)COMMA?)?(?P<mon>MONTH)THE?(?P<day>@day)(?:(?:COMMA|OF)?(?P<year>@year)(?P<era>ERA)?)?",
    "(?:(?P<wd>WEEKDAY)COMMA?)?THE?(?P<day>@day)OF?(?P<mon>MONTH)(?:(?:COMMA|OF)?(?P<year>@year)(?P<era>ERA)?)?",
)
def _date(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    day = int_of(tokens, match, "day")
    if day is None or not 1 <= day <= 31:
        return None
    at = match.start("day")
    if tokens.cls(at + 1) in ("OTHER", "HYPHEN") and tokens.lower(at + 1) in ("%", "percent"):
        return None
    return Meaning(
        "calendar",
        "date",
        year=_calendar_year(tokens, match),
        era=_era(tokens, match),
        month=int_of(tokens, match, "mon"),
        day=day,
        weekday=int_of(tokens, match, "wd"),
    )


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
        month=int_of(tokens, match, "mon"),
    )


@rule("month", "(?P<mon>MONTH)")
def _month(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    return Meaning("calendar", "month", month=int_of(tokens, match, "mon"))


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
    return Meaning("calendar", "year", year=int_of(tokens, match, "year"), era=_era(tokens, match))


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
    day = int_of(tokens, match, "day")
    if day is None or not 1 <= day <= 31:
        return None
    if match.start("unit") >= 0:
        if tokens.values[match.start("unit")] != "M":
            return None
        return Meaning("calendar", "day", day=day, relation=RELATION[tokens.cls(match.end("rel") - 1)], unit="M")
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


_AFTER_DAY = frozenset([
    "the", "he", "she", "it", "they", "a", "when", "after", "before", "by", "at", ";", ")", "with", "but", "was"
])  # fmt: skip


@rule("century", "(?P<n>ORD)HYPHEN?(?P<unit>UNIT)(?P<era>ERA)?")
def _century(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    n = int_of(tokens, match, "n")
    unit = value_of(tokens, match, "unit")
    if n is None:
        return None
    if unit == "CE" and n <= 30:
        return Meaning("calendar", "century", century=n - 1, era=_era(tokens, match))
    return None


@rule("ordinal", "(?P<n>ORD)FULL?(?P<unit>UNIT)")
def _ordinal_unit(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """the second day; the third week of March."""
    n, unit = int_of(tokens, match, "n"), value_of(tokens, match, "unit")
    if tokens.cls(match.end()) == "HYPHEN" and tokens.lower(match.end() + 1) == "long":
        # their third day-long meeting: a length, which the rule for lengths reads
        return None
    if unit == "W" and n is not None and n <= 5 and tokens.cls(match.end()) == "OF":
        following = match.end() + 1 + (tokens.cls(match.end() + 1) in ("LAST", "NEXT", "THIS"))
        return Meaning("unit", "ordinal", unit=unit, ordinal=n) if tokens.cls(following) == "MONTH" else None
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
        season=value_of(tokens, match, "season"),
        year=_calendar_year(tokens, match),
        era=_era(tokens, match),
    )


@rule("holiday", "(?P<holiday>HOLIDAY)(?P<unit>UNIT)?(?:COMMA?(?:OF|IN)?(?P<year>YEAR))?")
def _holiday(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """Christmas; Easter week; Labor Day weekend."""
    unit = value_of(tokens, match, "unit")
    if unit not in (None, "W", "WE"):
        return None
    return Meaning(
        "calendar",
        "holiday",
        holiday=value_of(tokens, match, "holiday"),
        year=int_of(tokens, match, "year"),
        unit=unit,
    )


@rule(
    "quarter",
    "(?:FISCAL HYPHEN?)?(?P<n>ORD)HYPHEN?(?:FISCAL HYPHEN?)?(?P<unit>QUARTER|HALF)"
    "(?:(?:COMMA|OF|IN)?(?P<f>FISCAL)?(?P<year>YEAR))?",
    "(?P<n>LAST)HYPHEN?(?P<unit>HALF)OF(?P<f>FISCAL)?(?P<year>YEAR)",
    "(?P<year>YEAR)(?:FISCAL HYPHEN?)?(?P<n>ORD)HYPHEN?(?P<unit>QUARTER|HALF)",
    "THE?(?P<ago>UNIT HYPHEN?(?:AGO|EARLIER))(?P<n>ORD)HYPHEN?(?P<unit>QUARTER|HALF)(?P<year>YEAR)?",
    "(?P<n>QREF)(?:COMMA|OF|IN)?(?P<f>FISCAL)?(?P<year>@year)?",
    "(?P<year>@year)(?P<n>QREF)",
    "(?P<n>HREF)(?:COMMA|OF|IN)?(?P<year>@year)",
)
def _quarter(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    cls = tokens.cls(match.start("n"))
    n = 2 if cls == "LAST" else int_of(tokens, match, "n")
    fiscal = any(tokens.cls(i) == "FISCAL" for i in range(match.start(), match.end()))
    year = _calendar_year(tokens, match)
    shifted = -1 if "ago" in match.re.groupindex else None
    if shifted:
        return Meaning("calendar", "quarter", quarter=n, year_shift=-1) if n and 1 <= n <= 4 else None
    if cls == "HREF":
        return Meaning("calendar", "quarter", half=n, year=year)
    if cls != "QREF" and tokens.cls(match.start("unit")) == "HALF":
        if n not in (1, 2) or not (year or fiscal or _half_of_year(tokens, match)):
            return None
        return Meaning("calendar", "quarter", half=n, year=year, fiscal=fiscal)
    return Meaning("calendar", "quarter", quarter=n, year=year, fiscal=fiscal) if n and 1 <= n <= 4 else None


_ACCOUNTS = frozenset(
    ["profit", "profits", "sales", "revenue", "revenues", "earnings", "income", "results", "loss", "losses", "output",
     "growth", "exports", "imports", "earned", "turnover", "dividend", "gdp", "inflation", "quarter", "production",
     "deliveries"]
)  # fmt: skip


def _half_of_year(tokens: Tokens, match: re.Match[str]) -> bool:
    """Whether a half is of a year and not of a match: the words say so, or the sentence speaks of accounts."""
    after = match.end()
    if tokens.cls(after) == "OF" or tokens.cls(match.start() - 1) == "POSS":
        return any(
            tokens.values[i] == "Y" or tokens.cls(i) == "YEAR" for i in range(after - 4, min(after + 4, len(tokens)))
        )
    return any(tokens.lower(i) in _ACCOUNTS for i in range(match.start() - 20, after + 20))


@rule(
    "fiscal",
    "THE?FISCAL(?:UNIT)?(?P<year>@year)",
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
        relation = RELATION.get(tokens.cls(index), relation)
    return Meaning("unit", "fiscal", unit="Y", relation=relation, fiscal=True)


@rule("weekday", "(?P<wd>WEEKDAY)(?P<part>PART)?")
def _weekday(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    return Meaning("calendar", "weekday", weekday=int_of(tokens, match, "wd"), part=value_of(tokens, match, "part"))


@rule("nth", "THE?(?P<n>ORD|LAST)(?P<wd>WEEKDAY)(?:OF|IN)(?P<mon>MONTH)(?:COMMA?(?P<year>@year))?")
def _nth_weekday(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """the first Monday of April; the last Friday in May 2012."""
    n = -1 if tokens.cls(match.start("n")) == "LAST" else int_of(tokens, match, "n")
    if n is None or n > 5:
        return None
    return Meaning(
        "calendar",
        "nth",
        year=_calendar_year(tokens, match),
        month=int_of(tokens, match, "mon"),
        weekday=int_of(tokens, match, "wd"),
        ordinal=n,
    )


def _is_of_an_age(tokens: Tokens, match: re.Match[str]) -> bool:
    """ "today's world", "the leaders of tomorrow": an age and no day."""
    generic = words("dates_of_an_age")
    after = match.end()
    if tokens.cls(after) == "POSS":
        return any(tokens.lower(index) in generic for index in (after + 1, after + 2))
    before = match.start() - 1
    return tokens.cls(before) == "OF" and tokens.lower(before - 1) in generic and tokens.cls(after) != "IN"


@rule("deictic", "(?P<deic>DEIC)(?:POSS?(?P<part>PART))?", "(?P<deic>DEICNIGHT)")
def _deictic(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    if _is_of_an_age(tokens, match):
        return None
    night = tokens.cls(match.start("deic")) == "DEICNIGHT"
    part = "NI" if night else value_of(tokens, match, "part")
    return Meaning("shift", "deictic", unit="D", count=int(value_of(tokens, match, "deic") or 0), sign=1, part=part)
