"""The spaCy component ``dates``: finds the time expressions of a Doc and says what they denote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotations import Paragraph, TimeExpression, paragraphs, text_of
from pipeline.stages.dates import values
from pipeline.stages.dates.anchor import day_of_writing, is_narrative, usual_years
from pipeline.stages.dates.compose import compose
from pipeline.stages.dates.context import Context, Dated, Resolved
from pipeline.stages.dates.cut import tokenise
from pipeline.stages.dates.direction import deed_of
from pipeline.stages.dates.grammar import atoms
from pipeline.stages.dates.meaning import Found
from pipeline.stages.dates.resolve import resolve
from pipeline.stages.dates.tokens import Tokens

Array = npt.NDArray[np.uint64]

_DIRECTIONLESS = frozenset(["PRESENT_REF", "PAST_REF", "FUTURE_REF"])
_REF_DIRECTION = {"PRESENT_REF": "present", "PAST_REF": "past", "FUTURE_REF": "future"}


class Dates:
    """Writes ``doc._.dates``, sorted by start and end. Never raises on a text; time is linear in its length."""

    def __init__(self, references: bool = True) -> None:
        self.references = references

    def __call__(self, doc: Doc) -> Doc:
        published = doc._.meta.published
        doc._.dates = find_dates(doc, published, self.references)
        return doc


@Language.factory("dates", assigns=["doc._.dates"], default_config={"references": True})
def make_dates(nlp: Language, name: str, references: bool) -> Dates:
    """The component; *references* says whether "now", "recently" and "soon" are found too."""
    return Dates(references)


def _boundaries(layout: Sequence[Paragraph], begins: Array, flags: Array) -> list[int]:
    """Where sentences and paragraphs begin."""
    return sorted({paragraph.start for paragraph in layout} | set(begins[flags == 1].tolist()))


def _tags(doc: Doc, tokens: Tokens, begins: Array, tags: Array) -> list[str] | None:
    """The part-of-speech tag of each of our tokens, None where the Doc has none."""
    if not tags.any():
        return None
    ours = np.asarray(tokens.starts, dtype=begins.dtype)
    at = np.minimum(np.searchsorted(begins, ours), len(begins) - 1)
    found = np.where(begins[at] == ours, tags[at], 0).tolist()
    strings = doc.vocab.strings
    names = {tag: strings[tag] for tag in set(found)}
    return [names[tag] for tag in found]


def find_dates(doc: Doc, published: dt.date | None, references: bool = True) -> list[TimeExpression]:
    """The time expressions of *doc*, resolved against *published* or the article's own dateline."""
    layout = paragraphs(doc)
    # one call for the whole Doc: going through its tokens would cost more than the rest of the stage
    begins, flags, tags = doc.to_array(["IDX", "SENT_START", "TAG"]).T
    tokens = tokenise(text_of(doc), _boundaries(layout, begins, flags))
    found = compose(tokens, atoms(tokens))
    if not references:
        found = [item for item in found if item.meaning.form != "ref"]
    written, written_from = day_of_writing(tokens, found, layout, published)
    context = Context(tokens, written, written_from, is_narrative(found, written))
    context.tags = _tags(doc, tokens, begins, tags) if found else None
    context.read = resolve
    context.paragraph_starts = [paragraph.start for paragraph in layout]
    if context.narrative:
        context.years = usual_years(found)
    for item in found:
        meaning = item.meaning
        if meaning.weekday and not (meaning.month or meaning.day or meaning.year or meaning.relation):
            context.weekdays.setdefault(meaning.weekday, []).append(item)
    expressions: list[TimeExpression] = []
    for number, item in enumerate(found):
        context.index = len(expressions)
        context.first = item.first
        context.following = found[number + 1] if number + 1 < len(found) else None
        context.beyond = found[number + 2] if number + 2 < len(found) else None
        resolved = resolve(item, context)
        if resolved is None:
            continue
        expression = _expression(tokens, item, resolved)
        _remember(context, item, expression, resolved)
        expressions.append(expression)
    return expressions


def _expression(tokens: Tokens, item: Found, resolved: Resolved) -> TimeExpression:
    interval = values.interval_of(resolved.value, resolved.mod) if resolved.type in ("DATE", "TIME") else None
    earliest, latest = resolved.interval or ((interval.earliest, interval.latest) if interval else (None, None))
    length = resolved.value if resolved.type == "DURATION" else None
    return TimeExpression(
        start=tokens.starts[item.first],
        end=tokens.ends[item.last - 1],
        type=resolved.type,
        value=resolved.value,
        mod=resolved.mod,
        earliest=earliest,
        latest=latest,
        granularity=_granularity(resolved, interval),
        anchor=resolved.anchor,
        resolved=earliest is not None
        or latest is not None
        or (resolved.complete and resolved.type in ("DATE", "TIME") and resolved.value not in _DIRECTIONLESS),
        edtf=values.edtf_of(resolved.value, resolved.mod) if resolved.type in ("DATE", "TIME") else None,
        duration=length,
        duration_days=values.days_of(length) if length else None,
        direction=resolved.direction or _REF_DIRECTION.get(resolved.value),
        rule=item.meaning.rule,
        score=None,
    )


def _granularity(resolved: Resolved, interval: values.Interval | None) -> str | None:
    if resolved.type == "DURATION":
        return "duration"
    if resolved.type == "SET":
        return "set"
    if resolved.value in _DIRECTIONLESS:
        return "ref"
    return interval.granularity if interval else None


def _remember(context: Context, item: Found, expression: TimeExpression, resolved: Resolved) -> None:
    """Keep a dated expression for those that count from the text."""
    if (
        expression.type == "DURATION"
        and expression.value in ("P6M", "P9M", "P12M", "P1Y")
        and item.meaning.rule != "duration"
    ):
        context.long_period = context.index
    if expression.type not in ("DATE", "TIME"):
        return
    if expression.value[:2] == "BC" and expression.value[2:6].isdigit():
        context.bc = int(expression.value[2:6])
    elif expression.value[:1].isdigit():
        context.bc = None
    interval = values.interval_of(expression.value)
    counted = item.meaning.relation == "year-ago" or (
        item.meaning.form == "shift" and item.meaning.sign < 0 and item.meaning.rule != "deictic"
    )
    if interval is not None:
        explicit = item.meaning.form == "calendar" and item.meaning.year is not None
        context.history.append(
            Dated(context.index, interval, item.first, item.last, item.meaning.rule, not counted, explicit)
        )
        if interval.granularity in ("day", "part_of_day") and item.meaning.has_day and resolved.direction != "future":
            deed = deed_of(context.tokens, item.first, context.tags)
            if deed is not None and interval.earliest is not None:
                day = interval.earliest.date()
                known = context.deeds.get(deed, (context.index, day))
                context.deeds[deed] = known if known is not None and known[1] == day else None
        if interval.granularity in ("quarter", "half") and not counted:
            _remember_period(context, item, expression.value, interval)
    elif item.meaning.form == "calendar" and expression.value.startswith("XXXX-"):
        # a date without its year hides those before it: "the next day" is counted from this one
        grain = "month" if len(expression.value) == 7 else "day"
        context.history.append(Dated(context.index, values.Interval(None, None, grain), item.first, item.last))


def _remember_period(context: Context, item: Found, value: str, interval: values.Interval) -> None:
    """Keep a quarter that "a year ago" and "the quarter" may mean: one of its own, over rather than to come."""
    written = context.written
    if (
        item.meaning.rule != "quarter"
        or item.meaning.year_shift
        or interval.earliest is None
        or interval.latest is None
    ):
        return
    if written is not None:
        if interval.earliest.date() > written or interval.earliest.year < written.year - 1:
            return
        held = context.period
        if interval.latest.date() > written and held and held[2].latest and held[2].latest.date() <= written:
            return
        if held and held[2].latest and held[2].granularity == interval.granularity and interval.latest < held[2].latest:
            context.aside = (context.index, value, interval, item.first)
            return
    context.period = (context.index, value, interval)


__all__: Sequence[str] = ["Dates", "find_dates", "make_dates"]
