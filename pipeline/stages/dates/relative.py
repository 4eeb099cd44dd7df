"""Units picked out by a relation ("last week", "the quarter") and shifts ("two days ago", "yesterday")."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline.annotations import TimexType
from pipeline.stages.dates import values
from pipeline.stages.dates.context import Anchor, Context, Resolved
from pipeline.stages.dates.lengths import duration, length_value
from pipeline.stages.dates.meaning import Found, Meaning
from pipeline.stages.dates.tokens import CODE

_BREAK = CODE["BREAK"]


def unit_value(item: Found, meaning: Meaning, context: Context) -> Resolved | None:
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
    if meaning.rule == "event":
        return Resolved("DATE", _underspecified(unit), meaning.mod, complete=False)
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
        return _period(item, unit, relation, meaning, context)
    back = {"last": -1, "past": -1, "next": 1, "coming": 1, "this": 0, "current": 0, "latest": 0, "the": 0, "recent": 0}
    textual = relation in ("previous", "following", "that", "same") or (
        context.narrative and relation in ("next", "the", "last", "this")
    )
    if unit in ("DE", "CE") and relation in ("last", "past", "next", "coming"):
        return duration(item, replace(meaning, form="duration", count=1), context)
    anchor: Anchor = context.written_from
    day = written
    if unit == "D" and relation == "the" and not context.narrative:
        # "later in the day"
        near = context.day_of_paragraph(item.first)
        if near is not None:
            anchor, day = near
        step = 0
    elif textual:
        named = context.month_just_named() if unit == "D" and relation in ("that", "same") else None
        if named is not None:
            # "was killed last October. That same day …": some day of that month
            return Resolved("DATE", values.truncated(named[1], "M") + "-XX", meaning.mod, named[0])
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
        if (not textual and relation in ("the", "last") and day.isoweekday() < 6) or (
            not textual and relation == "last"
        ):
            moved = values.shift(day, -1, "WE")
    else:
        moved = values.shift(_first_of(day, unit) if unit in ("M", "Q", "Y") else day, step, unit)
    if moved is None:
        return None
    if unit == "D" and (meaning.clock or meaning.part):
        text = f"{moved.isoformat()}T{meaning.clock or meaning.part}"
        return Resolved("TIME", text, meaning.mod, anchor, direction)
    return Resolved("DATE", values.truncated(moved, unit), meaning.mod, anchor, direction)


def _first_of(day: dt.date, unit: str) -> dt.date:
    return day.replace(day=1) if unit in ("M", "Q") else day.replace(month=1, day=1)


UNKNOWN = {
    "D": "XXXX-XX-XX", "W": "XXXX-WXX", "WE": "XXXX-WXX-WE", "M": "XXXX-XX", "Q": "XXXX-QX", "Y": "XXXX", "DE": "XXX",
    "CE": "XX",
}  # fmt: skip


def _underspecified(unit: str) -> str:
    return UNKNOWN.get(unit, "XXXX")


def _last_period(context: Context, pointed_at: bool = False) -> tuple[int, str, values.Interval] | None:
    """The last quarter, half or fiscal period that the text spoke of.

    One earlier than it counts in its own sentence alone, unless it is *pointed at* ("that quarter").
    """
    aside = context.aside
    if aside is not None and (pointed_at or _BREAK not in context.tokens.codes[aside[3] : context.first]):
        return aside[:3]
    return context.period


def _quarter_ended(item: Found, unit: str, context: Context) -> dt.date | None:
    """A day of the calendar quarter in which most of "the quarter ended July 31" lies."""
    ahead = context.following
    if unit != "Q" or ahead is None or context.read is None or ahead.first != item.last + 1:
        return None
    if context.tokens.lower(item.last) not in ("ended", "ending"):
        return None
    read = context.read(ahead, replace(context, following=None, beyond=None))
    end = values.interval_of(read.value) if read is not None else None
    if end is None or end.latest is None or end.granularity not in ("day", "month"):
        return None
    return values.shift(end.latest.date(), -45, "D")


def _period(item: Found, unit: str, relation: str, meaning: Meaning, context: Context) -> Resolved | None:
    """ "the quarter", "the latest period": the one last spoken of, else the last completed quarter."""
    found = _last_period(context, pointed_at=relation in ("that", "same"))
    ended = _quarter_ended(item, unit, context)
    if ended is not None:
        return Resolved("DATE", values.truncated(ended, "Q"), meaning.mod, context.written_from)
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


def shift_value(meaning: Meaning, context: Context) -> Resolved | None:
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
    if meaning.anchored and unit == "D" and context.month_just_named() is not None:
        # "voted in February and resigned four days later": four days after which, nobody says
        anchor, day = None, None
    elif meaning.anchored:
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
    # "a week ago" may be meant to the day, "six weeks ago" hardly
    week = "W" if meaning.count >= _COARSE_WEEKS and not meaning.anchored else "D"
    grain = {"W": week, "FN": "D", "DE": "Y", "CE": "Y", "WE": "WE"}.get(unit, unit)
    return Resolved("DATE", values.truncated(moved, grain), meaning.mod, anchor, direction)


_COARSE_WEEKS = 3
"""From how many weeks on a count from the day of writing names a week and no day."""


def _quarter_context(context: Context) -> bool:
    """Whether the paragraph speaks of a quarter: "a year ago" is then that quarter's."""
    found = _last_period(context)
    if found is None:
        return False
    return context.index - found[0] <= 12 and context.long_period < found[0]


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
