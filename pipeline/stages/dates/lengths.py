"""Lengths of time: their TIMEX3 values, and the interval of those that end or begin on the day of writing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import islice

from pipeline.stages.dates import values
from pipeline.stages.dates.context import FINENESS, Anchor, Context, Resolved
from pipeline.stages.dates.meaning import Found, Meaning
from pipeline.stages.dates.tokens import CODE

BREAK = CODE["BREAK"]


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
        if unit == "S" and count > 60 and count == whole and whole % 60:
            # a race's time: PT3H7M35S
            minutes, seconds = divmod(whole, 60)
            hours, minutes = divmod(minutes, 60)
            if hours:
                return f"PT{hours}H" + (f"{minutes}M" if minutes else "") + f"{seconds}S"
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
        if not dated.own or FINENESS.get(dated.interval.granularity, 9) > 1 or dated.interval.earliest is None:
            continue
        return dated.index if BREAK not in context.tokens.codes[dated.token : item.first] else None
    return None


def _up_to(item: Found, count: float, unit: str, context: Context) -> tuple[dt.datetime, dt.datetime] | None:
    """The interval of "the three months ended Dec. 31": up to the date that follows."""
    ahead = context.following
    if ahead is None or context.tokens.lower(item.last) not in ("ended", "ending") or ahead.first != item.last + 1:
        return None
    if unit not in ("D", "W", "M", "Q", "Y") or count != int(count) or context.read is None:
        return None
    read = context.read(ahead, replace(context, following=None, beyond=None))
    end = values.interval_of(read.value) if read is not None else None
    if end is None or end.latest is None or end.granularity not in ("day", "month") or end.latest.year >= 9999:
        return None
    start = values.shift(end.latest.date() + dt.timedelta(days=1), -int(count), unit)
    return (dt.datetime.combine(start, dt.time()), end.latest) if start else None


def duration(item: Found, meaning: Meaning, context: Context) -> Resolved | None:
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
    if interval is None and count and meaning.relation in ("the", None):
        interval = _up_to(item, count, unit, context)
    if anchor is None and context.tokens.cls(item.last) in ("AFTER", "BEFORE"):
        # "two days after the raid": it counts from an event, which the sentence's own date bounds
        anchor = _same_sentence(item, context)
    return Resolved("DURATION", text, meaning.mod, anchor, direction, interval, complete=interval is not None)
