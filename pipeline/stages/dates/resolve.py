"""From a meaning to a TIMEX3 value: one evaluator over the day of writing and the dates that the text gave before."""

from __future__ import annotations

from pipeline.stages.dates.calendar_dates import calendar_value
from pipeline.stages.dates.context import Context, Resolved
from pipeline.stages.dates.lengths import duration, length_value
from pipeline.stages.dates.meaning import Found
from pipeline.stages.dates.relative import shift_value, unit_value


def resolve(item: Found, context: Context) -> Resolved | None:
    """The value of one expression; None where its words name no date (31 February)."""
    meaning = item.meaning
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
