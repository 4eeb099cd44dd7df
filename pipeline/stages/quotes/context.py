"""When and through what something was said, as the reporting clause tells: *said in a tweet on Tuesday*."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import cache
from typing import Final, cast, get_args

from pipeline import lexicon
from pipeline.annotations import Channel, TimeExpression
from pipeline.stages.quotes.records import Attribution
from pipeline.text import Span

# A reporting clause that names a longer time than this names no day of saying (*said during his eight years*).
_LONGEST: Final = dt.timedelta(days=370)
_CHANNELS: Final = get_args(Channel)


def said_on(attribution: Attribution, dates: Sequence[TimeExpression]) -> tuple[dt.date, dt.date] | None:
    """The first and last day of the first resolved date in the reporting clause. *dates* by start."""
    for date in dates:
        if date.start >= attribution.clause.end:
            break
        if date.type not in ("DATE", "TIME") or date.earliest is None or date.latest is None:
            continue
        span = Span(date.start, date.end)
        if _in_clause(attribution, span) and date.latest - date.earliest <= _LONGEST:
            return date.earliest.date(), date.latest.date()
    return None


def channel_of(attribution: Attribution, text: str) -> Channel | None:
    """Through what it was said: by the verb (*tweeted*), the source (*the letter*) or a noun of the clause."""
    by_verb = lexicon.table("quote_channels").get(f"v:{attribution.lemma}")
    if by_verb:
        return _channel(by_verb)
    if attribution.source is not None:
        words = attribution.source.of(text).lower().split(",")[0].split()
        heads = [word for word in words[:8] if word in lexicon.words("document_nouns")]
        # The first: "a statement released by", "the letter from"; but "the author of the book" is no document.
        if heads and "of" not in words[: words.index(heads[0])]:
            return _channel(lexicon.table("quote_channels").get(heads[0]))
    for found in _nouns().finditer(text, attribution.clause.start, attribution.clause.end):
        if _in_clause(attribution, Span(found.start("noun"), found.end("noun"))):
            return _channel(lexicon.table("quote_channels").get(found["noun"].lower()))
    return None


def _in_clause(attribution: Attribution, span: Span) -> bool:
    return (
        attribution.clause.covers(span)
        and not any(piece.overlaps(span) for piece in attribution.content)
        and not (attribution.source is not None and attribution.source.overlaps(span))
    )


def _channel(name: str | None) -> Channel | None:
    return cast(Channel, name) if name in _CHANNELS else None


@cache
def _nouns() -> re.Pattern[str]:
    """A channel's noun after *in*, *on*, *during* …, with at most a few words between."""
    nouns = sorted(
        (word for word in lexicon.table("quote_channels") if ":" not in word), key=lambda word: (-len(word), word)
    )
    return re.compile(
        r"\b(?:in|on|during|at|via|through|by|from|with|over|released|issued|sent|wrote|gave)\s+(?:[\w’'-]+\s+){0,4}?(?P<noun>"
        + "|".join(re.escape(noun) for noun in nouns)
        + r")\b",
        re.IGNORECASE,
    )
