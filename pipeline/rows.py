"""A finished ``Doc`` as plain rows, by the schemas of :mod:`pipeline.schema`. Nothing behind this module knows spaCy.

In these rows ``entity_id`` columns hold the number of the coreference chain in the article, as a string: linking puts
the corpus's entity in its place. Columns that only linking can know stay null.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import Any

from spacy.tokens import Doc

from pipeline.annotations import Claim, Metadata, Quote, TimeExpression, paragraphs, raw_map, text_of
from pipeline.text import Span, strip_span

Row = dict[str, Any]


class _Article:
    """The look-ups that rows of one article share."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.text: str = text_of(doc)
        self.meta: Metadata = doc._.meta
        self.id = self.meta.article_id
        self.sentences = [
            span
            for span in (strip_span(self.text, sent.start_char, sent.end_char) for sent in doc.sents)
            if span.start < span.end
        ]
        self._starts = [span.start for span in self.sentences]
        self._used: Counter[str] = Counter()
        self._names = {entity.chain: entity.name for entity in doc._.entities}

    def sentence_at(self, position: int) -> int:
        return max(bisect_right(self._starts, position) - 1, 0)

    def row_id(self, kind: str, start: int, end: int) -> str:
        """``article:q12-40``; a second row over the same characters gets ``.2``."""
        name = f"{self.id}:{kind}{start}-{end}"
        self._used[name] += 1
        return name if self._used[name] == 1 else f"{name}.{self._used[name]}"

    def at(self, start: int, end: int) -> Row:
        return {
            "article_id": self.id,
            "sentence_id": self.sentence_at(start),
            "start": start,
            "end": end,
            "text": self.text[start:end],
        }

    def words(self, span: Span | None) -> str | None:
        return None if span is None else self.text[span.start : span.end]

    def entity_name(self, chain: int | None) -> str | None:
        return None if chain is None else self._names.get(chain)


def _chain(number: int | None) -> str | None:
    return None if number is None else str(number)


def _article_row(article: _Article, raw_sha256: str) -> Row:
    meta = article.meta
    return {
        "article_id": article.id,
        "title": meta.title,
        "author": meta.author,
        "source": meta.source,
        "url": meta.url,
        "published": meta.published,
        "published_from": meta.published_from if meta.published else None,
        "language": meta.language,
        "text": article.text,
        "raw_sha256": raw_sha256,
        "duplicate_of": None,
        "n_sentences": len(article.sentences),
        "n_tokens": len(article.doc) - int(article.doc.to_array("IS_SPACE").sum()),
    }


def _sentence_rows(article: _Article) -> Iterable[Row]:
    blocks = paragraphs(article.doc)
    offsets = raw_map(article.doc)
    paragraph = 0
    for number, span in enumerate(article.sentences):
        while paragraph + 1 < len(blocks) and blocks[paragraph].end <= span.start:
            paragraph += 1
        raw = offsets.raw_span(span.start, span.end)
        yield {
            **article.at(span.start, span.end),
            "sentence_id": number,
            "paragraph": paragraph,
            "section": blocks[paragraph].section if blocks else "body",
            "raw_start": raw.start,
            "raw_end": raw.end,
        }


def _mention_rows(article: _Article) -> Iterable[Row]:
    for mention in sorted(article.doc._.mentions, key=lambda m: (m.start, m.end)):
        yield {
            **article.at(mention.start, mention.end),
            "mention_id": article.row_id("m", mention.start, mention.end),
            "label": mention.label,
            "kind": mention.kind,
            "entity_id": _chain(mention.chain),
            "score": mention.score,
        }


def _quote_rows(article: _Article, quote: Quote) -> Iterable[Row]:
    first = quote.pieces[0]
    utterance = article.row_id("u", first.text_start, quote.pieces[-1].text_end)
    cue, source = quote.cue, quote.source
    for piece in quote.pieces:
        yield {
            **article.at(piece.text_start, piece.text_end),
            "quote_id": article.row_id("q", piece.text_start, piece.text_end),
            "kind": piece.kind,
            "utterance_id": utterance,
            "cue_start": cue and cue.start,
            "cue_end": cue and cue.end,
            "cue": article.words(cue),
            "cue_lemma": quote.cue_lemma,
            "speaker_start": source and source.start,
            "speaker_end": source and source.end,
            "speaker_text": article.words(source),
            "speaker_entity_id": _chain(quote.speaker_chain),
            "speaker": article.entity_name(quote.speaker_chain),
            "reported_by": article.words(quote.reported_by),
            "said_start": quote.said and quote.said[0],
            "said_end": quote.said and quote.said[1],
            "channel": quote.channel,
            "score": quote.score,
        }


def _date_rows(article: _Article, dates: list[TimeExpression]) -> tuple[list[Row], dict[int, str]]:
    ids = {index: article.row_id("d", date.start, date.end) for index, date in enumerate(dates)}
    rows = [
        {
            **article.at(date.start, date.end),
            "date_id": ids[index],
            "type": date.type,
            "value": date.value,
            "mod": date.mod,
            "earliest": date.earliest,
            "latest": date.latest,
            "granularity": date.granularity,
            "anchor": ids.get(date.anchor) if isinstance(date.anchor, int) else date.anchor,
            "resolved": date.resolved,
            "edtf": date.edtf,
            "duration": date.duration,
            "duration_days": date.duration_days,
            "direction": date.direction,
            "rule": date.rule,
            "score": date.score,
        }
        for index, date in enumerate(dates)
    ]
    return rows, ids


def _claim_row(
    article: _Article, claim: Claim, ids: list[str], quote_ids: dict[int, str], dates: dict[int, str]
) -> Row:
    return {
        **article.at(claim.start, claim.end),
        "part_of": None if claim.part_of is None else ids[claim.part_of],
        "spans": [{"start": span.start, "end": span.end} for span in claim.spans],
        "proposition": claim.proposition,
        "kind": claim.kind,
        "subject": claim.subject,
        "predicate": claim.predicate,
        "object": claim.object,
        "subject_entity_id": _chain(claim.subject_chain),
        "object_entity_id": _chain(claim.object_chain),
        "place_entity_id": _chain(claim.place_chain),
        "date_id": None if claim.date is None else dates[claim.date],
        "quantities": [
            {"value": q.value, "low": q.low, "high": q.high, "unit": q.unit, "text": article.text[q.start : q.end]}
            for q in claim.quantities
        ],
        "claimant_kind": claim.claimant_kind,
        "claimant_text": article.words(claim.claimant),
        "claimant_entity_id": _chain(claim.claimant_chain),
        "claimant": article.entity_name(claim.claimant_chain),
        "attribution": claim.attribution,
        "quote_id": None if claim.quote is None else quote_ids[claim.quote],
        "chain": [{"source": link.source, "entity_id": _chain(link.chain), "cue": link.cue} for link in claim.chain],
        "evidence": claim.evidence,
        "stance": claim.stance,
        "polarity": claim.polarity,
        "modality": claim.modality,
        "condition": claim.condition,
        "factuality": claim.factuality,
        "check_worthiness": claim.check_worthiness,
        "score": claim.score,
    }


def _entity_rows(article: _Article) -> Iterable[Row]:
    for entity in article.doc._.entities:
        yield {
            "article_id": article.id,
            "chain": entity.chain,
            "name": entity.name,
            "label": entity.label,
            "aliases": list(entity.aliases),
            "descriptions": list(entity.descriptions),
        }


def rows_of(doc: Doc, raw_sha256: str) -> dict[str, list[Row]]:
    """Every row of *doc*, by table, in the order of the article.

    *raw_sha256* is the digest of the bytes from which the article was read.
    """
    article = _Article(doc)
    quotes: list[Row] = []
    quote_ids: dict[int, str] = {}
    for index, quote in enumerate(doc._.quotes):
        made = list(_quote_rows(article, quote))
        quote_ids[index] = made[0]["quote_id"]
        quotes += made
    dates, date_ids = _date_rows(article, doc._.dates)
    claims: list[Claim] = doc._.claims
    claim_ids = [article.row_id("c", claim.start, claim.end) for claim in claims]
    return {
        "articles": [_article_row(article, raw_sha256)],
        "sentences": list(_sentence_rows(article)),
        "mentions": list(_mention_rows(article)),
        "quotes": quotes,
        "dates": dates,
        "claims": [
            {"claim_id": claim_id, **_claim_row(article, claim, claim_ids, quote_ids, date_ids)}
            for claim_id, claim in zip(claim_ids, claims, strict=True)
        ],
        "local_entities": list(_entity_rows(article)),
    }
