"""From a meaning to a TIMEX3 value: one evaluator over the day of writing and the dates that the text gave before."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import log
from typing import Literal

from pipeline.annotations import TimexType
from pipeline.lexicon import table
from pipeline.stages.dates import values
from pipeline.stages.dates.direction import direction_score
from pipeline.stages.dates.meaning import Found, Meaning
from pipeline.stages.dates.tokens import CODE, Tokens

BREAK = CODE["BREAK"]
Anchor = Literal["published", "dateline"] | int | None
_MEMORY = 100
"""How many dates back an anchor is looked for."""
_FINENESS = {"time": 0, "part_of_day": 0, "day": 1, "weekend": 2, "week": 2, "month": 3, "quarter": 4, "season": 4, "half": 5,
             "year": 6, "decade": 7, "century": 8}  # fmt: skip
_UNIT_FINENESS = {"D": 1, "WE": 2, "W": 2, "FN": 2, "M": 3, "Q": 4, "P": 4, "Y": 6, "DE": 7, "CE": 8}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A value, how it was reached, and (where the words give more than the value does) its interval."""

    type: TimexType
    value: str
    mod: str | None = None
    anchor: Anchor = None
    direction: str | None = None
    interval: tuple[dt.datetime | None, dt.datetime | None] | None = None
    score: float | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that the text has given.

    Attributes:
        index: its number among the expressions.
        interval: without bounds where the date could not be resolved; it then hides those before it.
        token: its first token.
        own: whether it wasn't itself counted back from another ("a year earlier").
        explicit: whether the words give its year.
    """

    index: int
    interval: values.Interval
    token: int
    own: bool = True
    explicit: bool = False


@dataclass(slots=True)
class Context:
    """What expressions are resolved against.

    ``history`` holds the dates that the text has given so far.
    """

    tokens: Tokens
    written: dt.date | None
    written_from: Literal["published", "dateline"] | None
    narrative: bool = False
    tags: Sequence[str] | None = None
    history: list[Dated] = field(default_factory=list)
    paragraph_starts: Sequence[int] = ()
    years: tuple[int, int] | None = None
    """The years between which most of a narrative's dates lie: an aside about another time dates nothing else."""
    index: int = 0
    first: int = 0
    """The first token of the expression at hand."""
    following: Found | None = None
    bc: int | None = None
    """The year BC that the text spoke of last."""
    long_period: int = -1
    """The last expression that gave a period longer than a quarter: "the nine months"."""
    period: tuple[int, str, values.Interval] | None = None
    """The last quarter or half that was not itself counted back from another."""

    def era_fits(self, year: int) -> bool:
        """Whether *year* belongs to the time that the text tells of."""
        return self.years is None or self.years[0] <= year <= self.years[1]

    def last_fitting(self, unit: str, own: bool = False) -> tuple[int, dt.date] | None:
        """The latest date of the text that is as fine as *unit* or finer; *own*: not itself counted from another."""
        limit = _UNIT_FINENESS[unit]
        for dated in islice(reversed(self.history), _MEMORY):
            earliest = dated.interval.earliest
            if own and not dated.own:
                continue
            if self.narrative and earliest is not None and not self.era_fits(earliest.year):
                continue
            if _FINENESS.get(dated.interval.granularity, 9) <= limit:
                return (dated.index, earliest.date()) if earliest is not None else None
        return None

    def paragraph_of(self, token: int) -> int:
        """The number of the paragraph in which a token stands."""
        return bisect_right(self.paragraph_starts, self.tokens.starts[token])

    def year_of_paragraph(self, token: int) -> tuple[int, int] | None:
        """Expression and year of the last explicit year before *token* in its paragraph."""
        here = self.paragraph_of(token)
        for dated in islice(reversed(self.history), _MEMORY):
            if self.paragraph_of(dated.token) != here:
                return None
            if dated.explicit and dated.interval.earliest is not None:
                return dated.index, dated.interval.earliest.year
        return None


def full_date(year: int, month: int, day: int) -> dt.date | None:
    """The date, None where the calendar has none."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def resolve(item: Found, context: Context) -> Resolved | None:
    """The value of one expression; None where its words name no date (31 February)."""
    meaning = item.meaning
    if meaning.form == "calendar":
        return _calendar(item, meaning, context)
    if meaning.form == "unit":
        return _unit(item, meaning, context)
    if meaning.form == "shift":
        return _shift(meaning, context)
    if meaning.form == "duration":
        return _duration(item, meaning, context)
    if meaning.form == "set":
        text = meaning.text or length_value(meaning.unit or "D", meaning.count)
        return Resolved("SET", text, meaning.mod) if text else None
    return Resolved("DATE", meaning.text or "PRESENT_REF", meaning.mod)


# Durations


def _number(count: float) -> str:
    return str(int(count)) if count == int(count) else f"{count:g}"


def length_value(unit: str, count: float | None) -> str | None:
    """``P9Y``, ``PT1M30S``, ``PXM``. Fractions are written in the next smaller unit where that is a whole number."""
    if unit == "FN":
        unit, count = "W", None if count is None else count * 2
    if unit in ("H", "MIN", "S"):
        letter = {"H": "H", "MIN": "M", "S": "S"}[unit]
        if count is None:
            return f"PTX{letter}"
        whole = int(count)
        rest = count - whole
        smaller = {"H": "M", "MIN": "S"}.get(unit)
        if rest and smaller and abs(rest * 60 - round(rest * 60)) < 1e-6:
            return "PT" + (f"{whole}{letter}" if whole else "") + f"{round(rest * 60)}{smaller}"
        return f"PT{_number(count)}{letter}"
    if count is None:
        return {"DE": "PXDE", "CE": "PXCE", "ML": "PXML", "WE": "PXWE", "Q": "PXQ", "P": "PXX"}.get(unit, f"PX{unit}")
    if unit == "P":
        return None
    factor = {"DE": 10, "CE": 100, "ML": 1000}.get(unit)
    if factor:
        unit, count = "Y", count * factor
    if unit == "WE":
        return f"P{_number(count)}WE"
    whole = int(count)
    rest = count - whole
    if unit == "Y" and rest and abs(rest * 12 - round(rest * 12)) < 1e-6:
        return "P" + (f"{whole}Y" if whole else "") + f"{round(rest * 12)}M"
    if unit == "D" and rest == 0.5:
        return f"P{whole}DT12H" if whole else "PT12H"
    return f"P{_number(count)}{unit}"


def _same_sentence(item: Found, context: Context) -> int | None:
    """The last dated day of the sentence so far."""
    for dated in islice(reversed(context.history), 5):
        if not dated.own or _FINENESS.get(dated.interval.granularity, 9) > 1 or dated.interval.earliest is None:
            continue
        return dated.index if BREAK not in context.tokens.codes[dated.token : item.first] else None
    return None


def _duration(item: Found, meaning: Meaning, context: Context) -> Resolved | None:
    unit = meaning.unit or "D"
    count = meaning.count
    text = length_value(unit, count)
    if text is None:
        return None
    interval = None
    anchor: Anchor = None
    past = meaning.relation in ("past", "last", "previous", "recent")
    future = meaning.relation in ("next", "coming")
    if (past or future) and context.written and count and unit in ("D", "W", "M", "Q", "Y", "DE", "CE", "FN"):
        steps, step = (int(count * 2), "W") if unit == "FN" else (int(count), unit)
        if steps == count or unit == "FN":
            moved = values.shift(context.written, -steps if past else steps, step)
            if moved:
                first, last = sorted((moved, context.written))
                interval = (dt.datetime.combine(first, dt.time()), dt.datetime.combine(last, dt.time(23, 59, 59)))
                anchor = context.written_from
    direction = "past" if past else "future" if future else None
    if anchor is None and context.tokens.cls(item.last) in ("AFTER", "BEFORE"):
        # "two days after the raid": it counts from an event, which the sentence's own date bounds
        anchor = _same_sentence(item, context)
    return Resolved("DURATION", text, meaning.mod, anchor, direction, interval, complete=interval is not None)


# Units picked out by a relation, and shifts


def _unit(item: Found, meaning: Meaning, context: Context) -> Resolved | None:
    unit, relation = meaning.unit or "D", meaning.relation or "the"
    written = context.written
    if unit in ("S", "MIN", "H"):
        if relation in ("last", "past", "next", "coming"):
            return Resolved("DURATION", length_value(unit, 1) or "PXH", meaning.mod, complete=False)
        return (
            Resolved("DURATION", length_value(unit, 1) or "PXH", meaning.mod, complete=False)
            if relation != "the"
            else None
        )
    if unit == "ML":
        return Resolved("DURATION", "P1000Y", meaning.mod, complete=False)
    if unit == "FN":
        return Resolved("DURATION", "P2W", meaning.mod, complete=False)
    if meaning.ordinal is not None:
        if meaning.relation == "this" and written:
            return Resolved("DATE", written.isoformat(), meaning.mod, context.written_from, "present")
        return Resolved("DATE", "XXXX-XX-XX", meaning.mod, complete=False)
    if meaning.text and meaning.rule == "year-end" and not context.narrative:
        if written is None:
            return Resolved("DATE", "XXXX-" + meaning.text, None, complete=False)
        year = written.year - 1 if context.tokens.lower(context.first - 1) in ("since", "from") else written.year
        return Resolved("DATE", f"{year:04d}-{meaning.text}", None, context.written_from)
    if relation == "year-ago":
        return _year_ago(unit, meaning, context)
    if unit == "P" or (unit == "Q" and relation in ("latest", "the", "that", "same")):
        return _period(unit, relation, meaning, context)
    back = {"last": -1, "past": -1, "next": 1, "coming": 1, "this": 0, "current": 0, "latest": 0, "the": 0, "recent": 0}
    textual = relation in ("previous", "following", "that", "same") or (
        context.narrative and relation in ("next", "the", "last", "this")
    )
    if unit in ("DE", "CE") and relation in ("last", "past", "next", "coming"):
        return _duration(item, replace(meaning, form="duration", count=1), context)
    anchor: Anchor = context.written_from
    day = written
    if textual:
        fitting = context.last_fitting(unit)
        if fitting:
            anchor, day = fitting
        elif relation not in ("previous",) or context.narrative:
            day, anchor = None, None
        step = {"previous": -1, "following": 1, "that": 0, "same": 0, "next": 1, "the": 0, "last": -1, "this": 0}[
            relation
        ]
    else:
        step = back[relation]
        if unit == "WE" and relation in ("the", "this", "last"):
            step = 0
    direction = "past" if step < 0 else "future" if step > 0 else "present"
    if day is None:
        return Resolved("DATE", _underspecified(unit), meaning.mod, None, direction, complete=False)
    if unit == "WE":
        moved = values.shift(day, step, "WE")
        if not textual and relation in ("the", "last") and day.isoweekday() < 6:
            moved = values.shift(day, -1, "WE")
        elif not textual and relation == "last":
            moved = values.shift(day, -1, "WE")
    else:
        moved = values.shift(_first_of(day, unit) if unit in ("M", "Q", "Y") else day, step, unit)
    if moved is None:
        return None
    return Resolved("DATE", values.truncated(moved, unit), meaning.mod, anchor, direction)


def _first_of(day: dt.date, unit: str) -> dt.date:
    return day.replace(day=1) if unit in ("M", "Q") else day.replace(month=1, day=1)


def _underspecified(unit: str) -> str:
    return {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "WE": "XXXX-WXX-WE", "M": "XXXX-XX", "Q": "XXXX-QX", "Y": "XXXX", "DE": "XXX",
            "CE": "XX"}.get(unit, "XXXX")  # fmt: skip


def _last_period(context: Context) -> tuple[int, str, values.Interval] | None:
    """The last quarter, half or fiscal period that the text spoke of."""
    return context.period


def _period(unit: str, relation: str, meaning: Meaning, context: Context) -> Resolved | None:
    """ "the quarter", "the latest period": the one last spoken of, else the last completed quarter."""
    found = _last_period(context)
    if meaning.year is not None:
        value = f"{meaning.year:04d}" + (found[1][4:] if found else "" if unit == "P" else "-QX")
        return Resolved("DATE", value, meaning.mod, found[0] if found else None)
    if unit == "P" and found is None and relation != "latest":
        return None
    if found is not None and not (
        relation == "latest" and context.written and found[2].latest and found[2].latest.date() > context.written
    ):
        return Resolved("DATE", found[1], meaning.mod, found[0], "past")
    if context.written is None:
        return Resolved("DATE", "XXXX-QX", meaning.mod, complete=False)
    completed = values.shift(_first_of(context.written, "M"), -1, "Q")
    return (
        Resolved("DATE", values.truncated(completed, "Q"), meaning.mod, context.written_from, "past")
        if completed
        else None
    )


def _year_ago(unit: str, meaning: Meaning, context: Context) -> Resolved | None:
    """ "the year-earlier period", "a year ago" in an account of a quarter: the same period of the year before."""
    found = _last_period(context)
    if found is not None and unit in ("Q", "P", "Y"):
        value = found[1]
        year = int(value[:4])
        year -= 1
        return Resolved("DATE", f"{year:04d}{value[4:]}", meaning.mod, found[0], "past")
    if context.written is None:
        return Resolved("DATE", "XXXX", meaning.mod, complete=False)
    if unit == "Q":
        completed = values.shift(_first_of(context.written, "M"), -5, "Q")
        return (
            Resolved("DATE", values.truncated(completed, "Q"), meaning.mod, context.written_from, "past")
            if completed
            else None
        )
    year_before = values.shift(context.written, -1, "Y")
    return (
        Resolved("DATE", values.truncated(year_before, "Y"), meaning.mod, context.written_from, "past")
        if year_before
        else None
    )


def _shift(meaning: Meaning, context: Context) -> Resolved | None:
    unit = meaning.unit or "D"
    direction = "past" if meaning.sign < 0 else "future"
    if meaning.rule == "deictic":
        return _deictic(meaning, context)
    if meaning.count is None:
        return Resolved(
            "DATE", "PAST_REF" if meaning.sign < 0 else "FUTURE_REF", meaning.mod, None, direction, complete=False
        )
    if unit in ("S", "MIN", "H", "ML"):
        return Resolved(
            "DURATION", length_value(unit, meaning.count) or "PXH", meaning.mod, None, direction, complete=False
        )
    anchor: Anchor = context.written_from
    day = context.written
    if unit == "Y" and meaning.count == 1 and meaning.sign < 0:
        quarterly = _quarter_context(context)
        if quarterly:
            return _year_ago("Y", meaning, context)
    if meaning.anchored:
        fitting = context.last_fitting(unit, own=meaning.sign < 0)
        if fitting is not None:
            anchor, day = fitting
        elif meaning.sign > 0 or context.narrative:
            anchor, day = None, None
    if day is None:
        return Resolved("DATE", _underspecified(unit), meaning.mod, None, direction, complete=False)
    step, count = unit, meaning.count
    if unit == "FN":
        step, count = "W", count * 2
    if count != int(count):
        if step == "Y":
            step, count = "M", round(count * 12)
        elif step in ("DE", "CE"):
            step, count = "Y", round(count * (10 if step == "DE" else 100))
        else:
            count = round(count)
    moved = values.shift(day, int(count) * meaning.sign, step)
    if moved is None:
        return None
    grain = {"W": "D", "FN": "D", "DE": "Y", "CE": "Y", "WE": "WE"}.get(unit, unit)
    return Resolved("DATE", values.truncated(moved, grain), meaning.mod, anchor, direction)


def _quarter_context(context: Context) -> bool:
    """Whether the paragraph speaks of a quarter: "a year ago" is then that quarter's."""
    found = _last_period(context)
    if found is None:
        return False
    return context.index - found[0] <= 8 and context.long_period < found[0]


def _deictic(meaning: Meaning, context: Context) -> Resolved | None:
    count = int(meaning.count or 0)
    direction = "past" if count < 0 else "future" if count > 0 else "present"
    suffix = f"T{meaning.clock or meaning.part}" if meaning.clock or meaning.part else ""
    if context.narrative and not suffix and not count:
        return Resolved("DATE", "PRESENT_REF", meaning.mod)
    kind: TimexType = "TIME" if suffix else "DATE"
    if context.written is None:
        return Resolved(kind, "XXXX-XX-XX" + suffix, meaning.mod, None, direction, complete=False)
    moved = values.shift(context.written, count, "D")
    return Resolved(kind, moved.isoformat() + suffix, meaning.mod, context.written_from, direction) if moved else None


# Calendar dates


def _suffix(meaning: Meaning) -> str:
    return f"T{meaning.clock}" if meaning.clock else f"T{meaning.part}" if meaning.part else ""


def _calendar(item: Found, meaning: Meaning, context: Context) -> Resolved | None:
    suffix = _suffix(meaning)
    kind: TimexType = "TIME" if suffix else "DATE"
    bc = meaning.era == "BC"
    if meaning.rule == "part-of":
        return _part_of(item, meaning, context)
    if meaning.rule == "day":
        return _day_of_month(meaning, context)
    if meaning.century is not None:
        return Resolved("DATE", f"{'BC' if bc else ''}{meaning.century:02d}", meaning.mod)
    if meaning.decade is not None:
        return Resolved("DATE", f"{meaning.decade:03d}", meaning.mod)
    if meaning.is_clock_only:
        return _clock_only(item, meaning, context, suffix)
    if meaning.year is not None:
        value = _value_in_year(meaning, meaning.year)
        if value is None:
            return None
        return Resolved(kind, ("BC" if bc else "") + value + suffix, meaning.mod)
    if meaning.weekday is not None and meaning.month is None:
        return _weekday(item, meaning, context, suffix, kind)
    ahead = _from_following(item, meaning, context)
    if ahead is not None:
        value = _value_in_year(meaning, ahead.year)
        return Resolved(kind, ("BC" if ahead.era == "BC" else "") + value + suffix, meaning.mod) if value else None
    if context.bc is not None and context.narrative and meaning.relation in (None, "that", "same", "the", "this"):
        value = _value_in_year(meaning, context.bc)
        return Resolved(kind, f"BC{value}{suffix}", meaning.mod) if value else None
    year, anchor, score = _year_for(item, meaning, context)
    if year is None:
        value = _value_in_year(meaning, None)
        return Resolved(kind, value + suffix, meaning.mod, None, None, complete=False) if value else None
    value = _value_in_year(meaning, year)
    if value is None:
        # 29 February: the nearest year that has it
        return None
    return Resolved(kind, value + suffix, meaning.mod, anchor, _compare(value, context), score=score)


def _from_following(item: Found, meaning: Meaning, context: Context) -> Meaning | None:
    """The date after it, where both share its year: "between October 3 and November 5, 1999", "August/September 1956"."""
    ahead = context.following
    if ahead is None or meaning.relation is not None or meaning.month is None and meaning.season is None:
        return None
    gap = range(item.last, ahead.first)
    if len(gap) > 2 or not gap or any(context.tokens.cls(i) not in _RANGE_LINKS for i in gap):
        return None
    other = ahead.meaning
    if other.form != "calendar" or other.year is None or (other.month is None and other.season is None):
        return None
    if meaning.month and other.month and (meaning.month, meaning.day or 0) > (other.month, other.day or 99):
        return replace(other, year=other.year - 1) if other.era is None else None
    return other


_RANGE_LINKS = frozenset({"HYPHEN", "TO", "AND", "OR", "SLASHMARK", "COMMA"})


def _compare(value: str, context: Context) -> str | None:
    interval = values.interval_of(value)
    if interval is None or context.written is None or interval.earliest is None or interval.latest is None:
        return None
    if interval.latest.date() < context.written:
        return "past"
    return "future" if interval.earliest.date() > context.written else "present"


def _value_in_year(meaning: Meaning, year: int | None) -> str | None:
    """The value of a date's fields in *year* (``XXXX`` where it is unknown); None where the calendar has none."""
    text = "XXXX" if year is None else f"{year:04d}"
    if meaning.holiday is not None:
        day = holiday_date(meaning.holiday, year) if year is not None else None
        if day is not None:
            return values.truncated(day, "W") if meaning.unit == "W" else day.isoformat()
        rule = table("dates_holidays")[meaning.holiday]
        return (
            f"XXXX-{rule}"
            if year is None and len(rule) == 5 and rule[2] == "-"
            else rule
            if len(rule) == 10
            else "XXXX-XX-XX"
        )
    if meaning.quarter is not None:
        return f"{text}-Q{meaning.quarter}"
    if meaning.half is not None:
        return f"{text}-H{meaning.half}"
    if meaning.season is not None:
        return f"{text}-{meaning.season}"
    if meaning.month is None:
        return text
    if meaning.day is None:
        return f"{text}-{meaning.month:02d}"
    # 29 February is a day of some year
    leap = full_date(2000 if year is None or meaning.era or not 1 <= year <= 9999 else year, meaning.month, meaning.day)
    if leap is None:
        return None
    if meaning.unit == "W" and year is not None:
        return values.truncated(leap, "W")
    return f"{text}-{meaning.month:02d}-{meaning.day:02d}"


def holiday_date(name: str, year: int) -> dt.date | None:
    """The day of a holiday of ``models/lexicon/dates_holidays.tsv`` in *year*."""
    rule = table("dates_holidays")[name]
    if rule.startswith("easter"):
        sunday = values.easter(year)
        return values.shift(sunday, int(rule[6:]), "D") if sunday else None
    if rule.endswith("/election"):
        monday = values.nth_weekday(year, 11, 1, 1)
        return values.shift(monday, 1, "D") if monday else None
    if "/" in rule:
        month, n, weekday = (int(part) for part in rule.split("/"))
        return values.nth_weekday(year, month, weekday, n)
    parts = [int(part) for part in rule.split("-")]
    if len(parts) == 3:
        return full_date(*parts)
    return full_date(year, *parts)


def _part_of(item: Found, meaning: Meaning, context: Context) -> Resolved | None:
    """ "the last week of August": a length (TIMEX3) with its interval."""
    whole = _calendar(item, replace(meaning, rule="month", unit=None, count=None, ordinal=None), context)
    length = length_value(meaning.unit or "D", meaning.count or 1)
    if whole is None or length is None:
        return None
    interval = None
    span = values.interval_of(whole.value)
    if span is not None and span.earliest and span.latest and meaning.count is not None:
        steps, unit = int(meaning.count), meaning.unit or "D"
        if meaning.ordinal == -1:
            start = values.shift(span.latest.date() + dt.timedelta(days=1), -steps, unit)
            interval = (dt.datetime.combine(start, dt.time()), span.latest) if start else None
        else:
            after = values.shift(span.earliest.date(), steps, unit)
            interval = (span.earliest, dt.datetime.combine(after, dt.time()) - values.SECOND) if after else None
    return Resolved(
        "DURATION", length, meaning.mod, whole.anchor, whole.direction, interval, complete=interval is not None
    )


def _day_of_month(meaning: Meaning, context: Context) -> Resolved | None:
    """ "the 28th of that month": the month last spoken of, or that of the day of writing."""
    day, anchor = context.written, context.written_from  # type: dt.date | None, Anchor
    step = {"last": -1, "next": 1}.get(meaning.relation or "", 0)
    if meaning.relation in ("that", "same", "the"):
        fitting = context.last_fitting("M")
        if fitting is not None:
            anchor, day = fitting
    month = values.shift(day.replace(day=1), step, "M") if day else None
    if month is None:
        return Resolved("DATE", f"XXXX-XX-{meaning.day:02d}", meaning.mod, complete=False)
    exact = full_date(month.year, month.month, meaning.day or 1)
    return Resolved("DATE", exact.isoformat(), meaning.mod, anchor) if exact else None


def _day_ahead(item: Found, context: Context) -> str | None:
    """The day named right after a time: "5:00 am on October 3", "in the morning of"."""
    ahead = context.following
    if ahead is None or not (ahead.meaning.has_day or ahead.meaning.rule == "deictic") or ahead.meaning.unit == "W":
        return None
    gap = [context.tokens.cls(i) for i in range(item.last, ahead.first)]
    if len(gap) > 3 or not gap or gap[-1] not in ("ON", "COMMA", "OF") or "BREAK" in gap:
        return None
    day = resolve(ahead, replace(context, following=None))
    return day.value[:10] if day is not None and day.complete and len(day.value) >= 10 else None


def _clock_only(item: Found, meaning: Meaning, context: Context, suffix: str) -> Resolved:
    day, anchor = context.written, context.written_from  # type: dt.date | None, Anchor
    relation = meaning.relation
    step = 0
    named = _day_ahead(item, context)
    if named is not None:
        return Resolved("TIME", named + suffix, meaning.mod)
    if relation == "last":
        step = -1
    elif relation in ("that", "same", "the", "following", "next", "previous", "bare", None):
        fitting = context.last_fitting("D")
        if fitting is not None:
            anchor, day = fitting
        elif relation in ("that", "same", "following", "previous"):
            day, anchor = None, None
        step = {"following": 1, "next": 1, "previous": -1}.get(relation or "", 0)
    moved = values.shift(day, step, "D") if day else None
    if moved is None or relation == "bare" and meaning.part is not None:
        return Resolved("TIME", "XXXX-XX-XX" + suffix, meaning.mod, None, complete=False)
    return Resolved("TIME", moved.isoformat() + suffix, meaning.mod, anchor)


def _weekday(item: Found, meaning: Meaning, context: Context, suffix: str, kind: TimexType) -> Resolved:
    weekday = meaning.weekday or 1
    unresolved = Resolved(kind, f"XXXX-WXX-{weekday}" + suffix, meaning.mod, None, None, complete=False)
    written, relation = context.written, meaning.relation
    anchor: Anchor = context.written_from
    if relation in ("following", "previous", "that", "same") or context.narrative:
        fitting = context.last_fitting("D")
        if fitting is not None:
            anchor, base = fitting
            ahead = (weekday - base.isoweekday()) % 7
            step = {"following": ahead or 7, "previous": (ahead or 7) - 7}.get(relation or "", ahead)
            moved = values.shift(base, step, "D")
            return Resolved(kind, moved.isoformat() + suffix, meaning.mod, anchor) if moved else unresolved
        if context.narrative:
            return unresolved
    if written is None:
        return unresolved
    back = -((written.isoweekday() - weekday) % 7)
    score: float | None = None
    if relation in ("last", "past", "previous"):
        step = back or -7
    elif relation in ("next", "coming", "following"):
        step = back + 7
    elif relation == "this":
        step = weekday - written.isoweekday()
        if step < 0 and direction_score(context.tokens, item.first, item.last, context.tags) > 0.5:
            step += 7
    else:
        score = direction_score(context.tokens, item.first, item.last, context.tags)
        step = back
        if back and score > 0.9:
            step = back + 7
    moved = values.shift(written, step, "D")
    if moved is None:
        return unresolved
    direction = "past" if step < 0 else "future" if step > 0 else "present"
    return Resolved(kind, moved.isoformat() + suffix, meaning.mod, anchor, direction, score=score)


def _span_in_year(meaning: Meaning, year: int) -> values.Interval | None:
    value = _value_in_year(replace(meaning, unit=None), year)
    return values.interval_of(value) if value else None


def _year_for(item: Found, meaning: Meaning, context: Context) -> tuple[int | None, Anchor, float | None]:
    """The year of a date that has none, what it was taken from, and the direction's score."""
    written, relation = context.written, meaning.relation
    if meaning.holiday and len(table("dates_holidays")[meaning.holiday]) == 10:
        return int(table("dates_holidays")[meaning.holiday][:4]), None, None
    if meaning.year_shift is not None:
        return (written.year + meaning.year_shift, context.written_from, None) if written else (None, None, None)
    textual = relation in ("that", "same", "following", "previous")
    if context.narrative or textual or written is None:
        fitting = context.last_fitting("Y")
        if fitting is not None:
            year = fitting[1].year
            if relation == "following" and meaning.unit == "Y":
                year += 1
            elif relation in ("previous",) and meaning.unit == "Y":
                year -= 1
            elif relation in ("following", "next", "previous", "last") and not meaning.unit:
                year = _neighbour(meaning, fitting[1], 1 if relation in ("following", "next") else -1)
            if written is not None or textual:
                return year, fitting[0], None
        if context.narrative:
            return None, None, None
    if written is None:
        found = context.year_of_paragraph(item.first) if relation is None else None
        return (found[1], found[0], None) if found else (None, None, None)
    if relation in ("last", "past"):
        return _neighbour(meaning, written, -1), context.written_from, None
    if relation in ("next", "coming"):
        return _neighbour(meaning, written, 1), context.written_from, None
    if relation in ("this", "current"):
        return written.year, context.written_from, None
    return _year_by_direction(item, meaning, context, written)


def _neighbour(meaning: Meaning, day: dt.date, sign: int) -> int:
    """The year of the last occurrence that ended before *day*'s unit, or of the first that begins after it."""
    for step in (0, sign, 2 * sign):
        span = _span_in_year(meaning, day.year + step)
        if span is None or span.earliest is None or span.latest is None:
            continue
        if sign < 0 and span.latest.date() < day:
            return day.year + step
        if sign > 0 and span.earliest.date() > day:
            return day.year + step
    return day.year + sign


def _year_by_direction(
    item: Found, meaning: Meaning, context: Context, written: dt.date
) -> tuple[int | None, Anchor, float | None]:
    past: tuple[int, int] | None = None
    future: tuple[int, int] | None = None
    for year in (written.year - 1, written.year, written.year + 1):
        span = _span_in_year(meaning, year)
        if span is None or span.earliest is None or span.latest is None:
            continue
        first, last = span.earliest.date(), span.latest.date()
        if first <= written:
            past = year, max(0, (written - last).days)
        elif future is None:
            future = year, (first - written).days
    if past is None or future is None:
        known = past or future
        return (known[0], context.written_from, None) if known else (None, None, None)
    if past[1] == 0:
        return past[0], context.written_from, None
    score = direction_score(context.tokens, item.first, item.last, context.tags)
    if meaning.quarter is not None or meaning.half is not None:
        score = 0.4 * score - 1.5
    # Nearer is likelier: the prior of the odds is how far each lies from the day of writing.
    total = score + 1.0 * log((past[1] + 15) / (future[1] + 15)) - 0.4
    return (future[0] if total > 0 else past[0]), context.written_from, total
