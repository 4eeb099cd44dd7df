"""The spaCy component: attributions of a Doc as :class:`~pipeline.annotations.Quote` records in ``doc._.quotes``."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotations import Mention, Quote, QuoteKind, QuotePiece, TimeExpression, paragraphs, text_of
from pipeline.stages.quotes.attribution import candidates
from pipeline.stages.quotes.context import channel_of, said_on
from pipeline.stages.quotes.first_person import first_person
from pipeline.stages.quotes.people import People
from pipeline.stages.quotes.records import Attribution
from pipeline.stages.quotes.regions import Region, find_regions
from pipeline.stages.quotes.speakers import Resolver
from pipeline.tagging import tags_of
from pipeline.text import Span

# Attributions further apart than this (characters) don't share a speaker by a pronoun.
_NEAR: Final = 1200
_EDGES: Final = attrgetter("start", "end")


@Language.factory("quotes", assigns=["doc._.quotes", "doc._.mentions"], default_config={})
def make_quotes(nlp: Language, name: str) -> Quotes:
    """The ``quotes`` component. Takes no settings."""
    return Quotes()


class Quotes:
    """Finds who said what. Uses sentences, and, where they are there, tags, mentions, entities and dates."""

    def __call__(self, doc: Doc) -> Doc:
        """Fill ``doc._.quotes``, and add to ``doc._.mentions`` what the first person in them stands for; never raises
        on any text."""
        text, tags = text_of(doc), tags_of(doc)
        every = find_regions(text, [Span(p.start, p.end) for p in paragraphs(doc)])
        regions = [region for region in every if region.depth == 1]
        found = candidates(doc, text, tags, regions)
        mentions: list[Mention] = sorted(doc._.mentions, key=_EDGES)
        dates: list[TimeExpression] = sorted(doc._.dates, key=_EDGES)
        bounded = doc.has_annotation("SENT_START")
        sentences = [Span(s.start_char, s.end_char) for s in doc.sents] if bounded else [Span(0, len(text))]
        people = People(text, mentions, doc._.entities, sentences, regions)
        resolver = Resolver(text, mentions, doc._.entities, people, [Span(date.start, date.end) for date in dates])
        inside = holders([attribution.content for attribution in found])
        quotes: list[Quote] = []
        before: Attribution | None = None
        chain_before: int | None = None
        date_starts = [date.start for date in dates]
        for attribution, reporter in zip(found, inside, strict=True):
            near = before is not None and 0 <= attribution.clause.start - before.content[-1].end <= _NEAR
            chain = resolver.resolve(attribution, before if near else None, chain_before)
            resolver.note(attribution, chain)
            low = bisect_left(date_starts, attribution.clause.start)
            reported_by = attribution.reported_by or (found[reporter].source if reporter is not None else None)
            quotes.append(
                Quote(
                    pieces=tuple(make_piece(text, span, regions) for span in attribution.content),
                    cue=attribution.cue,
                    cue_lemma=attribution.lemma,
                    source=attribution.source,
                    speaker_chain=chain,
                    reported_by=reported_by,
                    said=said_on(attribution, dates[low : low + 20]),
                    channel=channel_of(attribution, text),
                    score=attribution.score,
                )
            )
            if attribution.source is not None and reporter is None:
                before, chain_before = attribution, chain
        doc._.quotes = _with_floating(quotes, found, resolver)
        own = first_person(doc, tags, doc._.quotes, doc._.entities, every)
        doc._.mentions = sorted([*mentions, *own], key=_EDGES)
        return doc


def _with_floating(quotes: list[Quote], found: Sequence[Attribution], resolver: Resolver) -> list[Quote]:
    """*quotes* with a speaker for those that fill a paragraph and lack a source, where the article shows one."""
    voices = [q.speaker_chain for q in quotes if q.speaker_chain is not None and q.pieces[0].kind == "direct"]
    return [
        replace(quote, speaker_chain=resolver.unattributed(quote.pieces[0].start, voices))
        if attribution.floating and quote.source is None and quote.speaker_chain is None
        else quote
        for quote, attribution in zip(quotes, found, strict=True)
    ]


def holders(contents: Sequence[Sequence[tuple[int, int]]]) -> list[int | None]:
    """For each content (its fragments in order), the index of the innermost that holds all of it in one fragment.

    *contents* by start, the wider first; None where none holds it.
    """
    result: list[int | None] = []
    live: list[int] = []
    for index, content in enumerate(contents):
        start, end = content[0][0], content[-1][1]
        live = [i for i in live if contents[i][-1][1] > start]
        around = [i for i in live if any(low <= start and end <= high for low, high in contents[i])]
        result.append(around[-1] if around else None)
        live.append(index)
    return result


def _letters(text: str) -> int:
    """How many of the characters of *text* are letters or digits."""
    return sum(map(str.isalnum, text))


def make_piece(text: str, span: Span, regions: Sequence[Region]) -> QuotePiece:
    """The piece at *span*: how much of it is quoted, and its words without the marks. *regions* by start."""
    index = max(0, bisect_left(regions, span.start, key=lambda region: region.start) - 1)
    quoted = 0
    text_start, text_end = span
    for region in regions[index:]:
        if region.start >= span.end:
            break
        low, high = max(region.start, span.start), min(region.end, span.end)
        quoted += _letters(text[low:high]) if low < high else 0
        if region.start == span.start and region.end >= span.end:
            text_start, text_end = region.inner_start, min(region.inner_end, span.end)
    if text[text_end - 1 : text_end] == "," and text_end - 1 > text_start:
        text_end -= 1
    kind: QuoteKind = "indirect" if not quoted else "direct" if quoted >= _letters(span.of(text)) else "mixed"
    return QuotePiece(span.start, span.end, text_start, max(text_end, text_start), kind)
