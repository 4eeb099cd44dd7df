"""The spaCy component ``claims``: writes ``doc._.claims``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotations import Claim
from pipeline.stages.claims.article import article_claims
from pipeline.stages.claims.attributed import attributed_claims
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.worth import check_worthiness, sentence_odds


def _in_order(reading: Reading, claims: list[Claim]) -> list[Claim]:
    """By where they stand (a whole before its parts), with their check-worthiness; ``part_of`` follows."""
    order = sorted(range(len(claims)), key=lambda i: (claims[i].start, claims[i].end, claims[i].part_of is not None, i))
    place = {old: new for new, old in enumerate(order)}
    claims = [claims[old] for old in order]
    wholes = [None if claim.part_of is None else place[claim.part_of] for claim in claims]
    return [
        replace(claim, part_of=whole, check_worthiness=score)
        for claim, whole, score in zip(claims, wholes, _check_worthiness(reading, claims), strict=True)
    ]


def _check_worthiness(reading: Reading, claims: list[Claim]) -> list[float | None]:
    """That of all at once, by the words of each and by the sentence that it begins in."""
    stood_in = [reading.encoded_sentence(claim.start) for claim in claims]
    # Those of other sentences would be worked out for nothing.
    asked, place = np.unique(np.array(stood_in, dtype=np.int64), return_inverse=True)
    odds = sentence_odds(reading.encoded, asked.tolist()) if claims else None
    if odds is not None:
        odds = odds[place]
    return check_worthiness([claim.proposition for claim in claims], odds)


def find_claims(doc: Doc, article_voice: bool = True) -> list[Claim]:
    """The claims of a Doc that the earlier stages have gone over. Never raises on any text; n log n in its length.

    Reads ``doc._.paragraphs, mentions, entities, dates, quotes``; each may be empty. Uses a UD parse where the Doc has
    one (``doc.has_annotation("DEP")``), tags and word lists otherwise.
    """
    if not len(doc):
        return []
    reading = Reading(doc)
    claims = attributed_claims(reading)
    if article_voice:
        claims += article_claims(reading, len(claims))
    return _in_order(reading, claims)


class ClaimFinder:
    """The component; ``article_voice=False`` leaves out what the article states in its own voice."""

    def __init__(self, article_voice: bool = True) -> None:
        self.article_voice = article_voice

    def __call__(self, doc: Doc) -> Doc:
        doc._.claims = find_claims(doc, self.article_voice)
        return doc


@Language.factory("claims", assigns=["doc._.claims"], default_config={"article_voice": True})
def make_claims(nlp: Language, name: str, article_voice: bool) -> ClaimFinder:
    """Makes the component for ``nlp.add_pipe("claims")``."""
    return ClaimFinder(article_voice)
