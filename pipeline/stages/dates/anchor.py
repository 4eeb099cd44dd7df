"""What relative dates count from: the day of writing, stated or given, and whether the text is news or history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from pipeline.annotations import Paragraph
from pipeline.stages.dates.context import full_date
from pipeline.stages.dates.meaning import Found
from pipeline.stages.dates.tokens import Tokens

_MAX_DATELINE_LAG = 6
"""Days that a dateline may lie from the day of publication; further off it dates something else."""


def day_of_writing(
    tokens: Tokens, found: Sequence[Found], paragraphs: Sequence[Paragraph], published: dt.date | None
) -> tuple[dt.date | None, Literal["published", "dateline"] | None]:
    """The day that "today" means, and whether the dateline or the metadata gave it.

    A dateline without a year takes the one nearest to the day of publication; without either the day stays unknown.
    """
    datelines = [(p.start, p.end) for p in paragraphs if p.section == "dateline"]
    for item in found:
        meaning = item.meaning
        if meaning.form != "calendar" or not (meaning.month and meaning.day) or meaning.relation:
            continue
        start, end = tokens.starts[item.first], tokens.ends[item.last - 1]
        if not any(first <= start and end <= last for first, last in datelines) and not _opens_article(
            tokens.text, start, end, paragraphs
        ):
            continue
        year = meaning.year
        if year is not None:
            day = full_date(year, meaning.month, meaning.day)
            if day and (published is None or abs((published - day).days) <= _MAX_DATELINE_LAG):
                return day, "dateline"
        elif published is not None:
            for candidate in (published.year, published.year - 1, published.year + 1):
                day = full_date(candidate, meaning.month, meaning.day)
                if day and abs((published - day).days) <= _MAX_DATELINE_LAG:
                    return day, "dateline"
        break
    return published, "published" if published else None


def _opens_article(text: str, start: int, end: int, paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the date is one of the first three paragraphs, or opens one ("WASHINGTON, Aug. 17 (AP) -")."""
    for paragraph in paragraphs[:3]:
        if not (paragraph.start <= start and end <= paragraph.end):
            continue
        before = text[paragraph.start : start].strip(" ,")
        after = text[end : paragraph.end].strip()
        if not before and not after.strip(". "):
            return True
        if len(before) <= 60 and any(word.isupper() and len(word) > 2 for word in before.split()[:2]):
            return after[:12].lstrip(" ").startswith(("(", "-", "–", "—", "_"))
        if not before and after.startswith(("—", "–", "- ")):
            return True
    return False


def is_narrative(found: Sequence[Found], written: dt.date | None) -> bool:
    """Whether the text tells of another time than its own: most of its dates are years away from the day of writing.

    Such a text dates "the next day" and "in March" by its own last date, a report by the day of writing. What only a
    report says ("on Tuesday", "last week") weighs against it; "today" less, since a history says it of its own age.
    """
    far = near = reported = 0
    for item in found:
        meaning = item.meaning
        if meaning.form == "calendar" and meaning.year is not None:
            if written is None or abs(meaning.year - written.year) >= 2 or meaning.era == "BC":
                far += 1
            else:
                near += 1
        elif meaning.rule == "weekday":
            reported += _WEEKDAY
        elif meaning.rule == "deictic":
            reported += _TODAY
        elif meaning.relation in ("last", "this", "next") and (
            meaning.unit in ("W", "M", "Q", "Y") if meaning.form == "unit" else meaning.form == "calendar"
        ):
            reported += _THIS_WEEK
    if not near and not reported:
        return far >= 6
    return far >= 8 and far > near + reported


_WEEKDAY, _THIS_WEEK, _TODAY = 6, 4, 3


def usual_years(found: Sequence[Found]) -> tuple[int, int] | None:
    """The years that a narrative is about: all its explicit ones but the outermost twentieth, and five more.

    What lies outside is an aside ("a film of 2005 tells of it") and dates nothing else.
    """
    years = sorted(
        item.meaning.year
        for item in found
        if item.meaning.form == "calendar" and item.meaning.year is not None and item.meaning.era != "BC"
    )
    if len(years) < 5:
        return None
    cut = max(1, len(years) // 20)
    kept = years[cut : len(years) - cut]
    return kept[0] - 5, kept[-1] + 5
