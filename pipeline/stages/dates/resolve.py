"""From a meaning to a TIMEX3 value: one evaluator over the day of writing and the dates that the text gave before."""

from __future__ import annotations

from dataclasses import replace

from pipeline.stages.dates import values
from pipeline.stages.dates.calendar_dates import calendar_value
from pipeline.stages.dates.context import Context, Resolved
from pipeline.stages.dates.lengths import duration, length_value
from pipeline.stages.dates.meaning import Found, Meaning
from pipeline.stages.dates.relative import UNKNOWN, shift_value, unit_value


def resolve(item: Found, context: Context) -> Resolved | None:
    """The value of one expression; None where its words name no date (31 February)."""
    meaning = item.meaning
    if meaning.base is not None:
        return _shifted(item, meaning, meaning.base, context)
    if meaning.form == "calendar":
        return calendar_value(item, meaning, context)
    if meaning.form == "unit":
        return unit_value(item, meaning, context)
    if meaning.form == "shift":
        return shift_value(meaning, context)
    if meaning.form == "duration":
        return duration(item, meaning, context)
    if meaning.form == "set":
        text = meaning.text or length_value(meaning.unit or "D", meaning.count)
        return Resolved("SET", text, meaning.mod) if text else None
    return Resolved("DATE", meaning.text or "PRESENT_REF", meaning.mod)


def _shifted(item: Found, meaning: Meaning, base: Meaning, context: Context) -> Resolved | None:
    """ "the day before last Tuesday", "two weeks from Friday": so many units from the one in which its base lies."""
    start = resolve(replace(item, meaning=base), context)
    interval = values.interval_of(start.value) if start is not None else None
    unit = meaning.unit or "D"
    if start is None or interval is None or interval.earliest is None:
        return Resolved("DATE", UNKNOWN.get(unit, "XXXX"), meaning.mod, complete=False)
    moved = values.shift(interval.earliest.date(), meaning.sign * int(meaning.count or 1), unit)
    if moved is None:
        return None
    grain = "D" if unit == "W" and base.has_day else unit
    return Resolved("DATE", values.truncated(moved, grain), meaning.mod, start.anchor, start.direction)
