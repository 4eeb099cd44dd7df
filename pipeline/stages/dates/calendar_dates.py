"""Calendar dates: the year, month or day that the words leave out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from math import log

from pipeline.annotations import TimexType
from pipeline.lexicon import table
from pipeline.stages.dates import values
from pipeline.stages.dates.context import Anchor, Context, Resolved, full_date
from pipeline.stages.dates.direction import deed_of, direction_score
from pipeline.stages.dates.lengths import length_value
from pipeline.stages.dates.meaning import Found, Meaning
from pipeline.stages.dates.relative import shift_value


def _suffix(meaning: Meaning) -> str:
    return f"T{meaning.clock}" if meaning.clock else f"T{meaning.part}" if meaning.part else ""


def calendar_value(item: Found, meaning: Meaning, context: Context) -> Resolved | None:
    suffix = _suffix(meaning)
    kind: TimexType = "TIME" if suffix else "DATE"
    bc = meaning.era == "BC"
    if meaning.rule == "part-of":
        return _part_of(item, meaning, context)
    if meaning.rule == "day-of":
        return _day_of_period(item, meaning, context)
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
    if _is_the_attacks(item, meaning, context):
        return Resolved(kind, "2001-09-11" + suffix, meaning.mod)
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


def _is_the_attacks(item: Found, meaning: Meaning, context: Context) -> bool:
    """ "the Sept. 11 attacks" has its year from what it names."""
    if (meaning.month, meaning.day) != (9, 11) or (context.written and context.written < dt.date(2001, 9, 11)):
        return False
    near = (context.tokens.lower(index) for index in range(item.last, item.last + 3))
    return any(word in ("attack", "attacks", "terrorist", "terror", "hijackers", "hijackings") for word in near)


def _from_following(item: Found, meaning: Meaning, context: Context) -> Meaning | None:
    """The date after it, where both share its year: "October 3 to November 5, 1999", "August/September 1956"."""
    ahead = context.following
    if ahead is None or meaning.relation is not None or (meaning.month is None and meaning.season is None):
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


_RANGE_LINKS = frozenset(["HYPHEN", "TO", "AND", "OR", "SLASHMARK", "COMMA"])


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
            return _week_of(day, meaning.unit) if meaning.unit in ("W", "WE") else day.isoformat()
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
    if meaning.day is None and meaning.weekday is not None and meaning.ordinal is not None:
        nth = values.nth_weekday(year, meaning.month, meaning.weekday, meaning.ordinal) if year is not None else None
        return nth.isoformat() if nth else f"{text}-{meaning.month:02d}" if year is None else None
    if meaning.day is None:
        return f"{text}-{meaning.month:02d}"
    # 29 February is a day of some year
    leap = full_date(2000 if year is None or meaning.era or not 1 <= year <= 9999 else year, meaning.month, meaning.day)
    if leap is None:
        return None
    if meaning.unit == "W" and year is not None:
        return values.truncated(leap, "W")
    return f"{text}-{meaning.month:02d}-{meaning.day:02d}"


def _week_of(day: dt.date, unit: str) -> str | None:
    """The week in which a holiday lies, or the weekend beside it: before a Monday or Tuesday, else after."""
    near = values.shift(day, -1, "W") if unit == "WE" and day.isoweekday() <= 2 else day
    return values.truncated(near, unit) if near else None


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
    whole = calendar_value(item, replace(meaning, rule="month", unit=None, count=None, ordinal=None), context)
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
            begin = values.shift(span.earliest.date(), ((meaning.ordinal or 1) - 1) * steps, unit)
            after = values.shift(begin, steps, unit) if begin else None
            start = dt.datetime.combine(begin, dt.time()) if begin else span.earliest
            interval = (start, dt.datetime.combine(after, dt.time()) - values.SECOND) if after else None
    return Resolved(
        "DURATION", length, meaning.mod, whole.anchor, whole.direction, interval, complete=interval is not None
    )


def _day_of_period(item: Found, meaning: Meaning, context: Context) -> Resolved | None:
    """ "the last day of January": a day, counted from either end of its month or year."""
    whole = calendar_value(item, replace(meaning, rule="month", ordinal=None), context)
    span = values.interval_of(whole.value) if whole is not None else None
    if whole is None or span is None or span.earliest is None or span.latest is None or meaning.ordinal is None:
        return Resolved("DATE", "XXXX-XX-XX", meaning.mod, complete=False)
    last = meaning.ordinal < 0
    day = span.latest.date() if last else values.shift(span.earliest.date(), meaning.ordinal - 1, "D")
    if day is None or day > span.latest.date():
        return None
    return Resolved("DATE", day.isoformat(), meaning.mod, whole.anchor, whole.direction)


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
    """The day named right after a time: "5:00 am on October 3", "10:35 a.m. (0735 GMT) Friday"."""
    ahead = context.following
    if ahead is not None and ahead.meaning.is_clock_only and ahead.first - item.last <= 1:
        ahead = context.beyond
    if ahead is None or not (ahead.meaning.has_day or ahead.meaning.rule == "deictic") or ahead.meaning.unit == "W":
        return None
    gap = range(item.last, ahead.first)
    last = context.tokens.cls(ahead.first - 1)
    if not 0 < len(gap) <= 5 or any(context.tokens.cls(i) == "BREAK" for i in gap):
        return None
    # 4 in the morning (4 a.m. EDT Thursday): the same time, said again with its day
    glossed = last == "LPAREN" and ahead.meaning.clock is not None
    if last not in ("ON", "COMMA", "OF") and context.tokens.lower(ahead.first - 1) != ")" and not glossed:
        return None
    alone = replace(context, following=None, beyond=None)
    read = calendar_value(ahead, ahead.meaning, alone) if ahead.meaning.has_day else shift_value(ahead.meaning, alone)
    return read.value[:10] if read is not None and read.complete and len(read.value) >= 10 else None


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
        near = relation in ("the", "bare", None) and not context.narrative
        fitting = context.day_of_paragraph(item.first) if near else context.last_fitting("D")
        if fitting is None and near and context.deeds:
            # "was shot on Oct. 23 … was shot at 10 p.m."
            fitting = context.deeds.get(deed_of(context.tokens, item.first, context.tags) or "")
        if fitting is not None:
            anchor, day = fitting
        elif relation in ("that", "same", "following", "previous"):
            day, anchor = None, None
        step = {"following": 1, "next": 1, "previous": -1}.get(relation or "", 0)
    moved = values.shift(day, step, "D") if day else None
    if moved is None or (relation == "bare" and meaning.part is not None):
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
    elif tied := context.partner(item, frozenset({"weekday"})):
        # "Tuesday or Wednesday", "Monday to Thursday": on the same side as its partner
        ahead = (weekday - tied[0].isoweekday()) % 7
        step = (tied[0] - written).days + (ahead - 7 if ahead > 3 and tied[1] in ("AND", "OR") else ahead)
    else:
        score, step = _weekday_margin(item, back, context), back
        if _DOUBT[0] < score < _DOUBT[1] and len(context.weekdays.get(weekday, ())) > 1:
            # An article means one Tuesday by "Tuesday": a doubtful one follows the others.
            score = _leaning(weekday, back, context)
        if back and score > 0:
            step = back + 7
    moved = values.shift(written, step, "D")
    if moved is None:
        return unresolved
    direction = "past" if step < 0 else "future" if step > 0 else "present"
    return Resolved(kind, moved.isoformat() + suffix, meaning.mod, anchor, direction, score=score)


_DOUBT = (-1.5, 1.0)
"""Margins outside stand by themselves: "met on Monday and will meet again on Monday"."""


def _weekday_margin(item: Found, back: int, context: Context) -> float:
    """How far the words around a bare weekday, *back* days ago or a week later, speak for the later one."""
    score = direction_score(context.tokens, item.first, item.last, context.tags)
    # The nearer is likelier: yesterday's weekday was hardly ever next week's, tomorrow's often is.
    return score + 0.75 * log((1 - back) / (8 + back)) - 0.9


def _leaning(weekday: int, back: int, context: Context) -> float:
    """The sum of the margins of all bare mentions of *weekday*, reckoned once an article."""
    if weekday not in context.leanings:
        context.leanings[weekday] = sum(_weekday_margin(each, back, context) for each in context.weekdays[weekday])
    return context.leanings[weekday]


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
    tied = context.partner(item, _MONTHLY)
    if tied is not None:
        return _year_beside(meaning, *tied), context.written_from, None
    score = direction_score(context.tokens, item.first, item.last, context.tags)
    if meaning.quarter is not None or meaning.half is not None:
        score = 0.4 * score - 1.5
    # Nearer is likelier: the prior of the odds is how far each lies from the day of writing.
    total = score + 1.0 * log((past[1] + 15) / (future[1] + 15)) - 0.4
    return (future[0] if total > 0 else past[0]), context.written_from, total


_MONTHLY = frozenset({"month", "date", "season"})


def _year_beside(meaning: Meaning, day: dt.date, link: str) -> int:
    """The year in which a date lies next to *day*: after it in a range, else where it is nearest."""
    gaps = []
    for year in (day.year - 1, day.year, day.year + 1):
        span = _span_in_year(meaning, year)
        if span is not None and span.earliest is not None:
            gap = (span.earliest.date() - day).days
            if gap >= 0 or link in ("AND", "OR"):
                gaps.append((abs(gap), year))
    return min(gaps)[1] if gaps else day.year
