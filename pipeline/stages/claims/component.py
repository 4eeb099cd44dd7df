"""The spaCy component ``claims``: writes ``doc._.claims``."""

from __future__ import annotations

from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotations import Claim
from pipeline.stages.claims.article import article_claims
from pipeline.stages.claims.attributed import attributed_claims
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.worth import check_worthiness, sentence_odds


def _in_order(claims: list[Claim]) -> list[Claim]:
    """By where they stand (a whole before its parts), without repeats; ``part_of`` follows."""
    order = sorted(range(len(claims)), key=lambda i: (claims[i].start, claims[i].end, claims[i].part_of is not None, i))
    place = {old: new for new, old in enumerate(order)}
    found: list[Claim] = []
    for old in order:
        claim = claims[old]
        whole = None if claim.part_of is None else place[claim.part_of]
        found.append(claim if whole == claim.part_of else replace(claim, part_of=whole))
    return found


def _scored(reading: Reading, claims: list[Claim]) -> list[Claim]:
    """With their check-worthiness: all at once, by the words of each and by the sentence that it begins in."""
    odds = sentence_odds(reading.encoded) if claims else None
    if odds is not None:
        odds = odds[[reading.encoded_sentence(claim.start) for claim in claims]]
    found = check_worthiness([claim.proposition for claim in claims], odds)
    return [replace(claim, check_worthiness=score) for claim, score in zip(claims, found, strict=True)]


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
    return _scored(reading, _in_order(claims))


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
