"""Who makes a claim: what kind of claimant, on what evidence, and through whom it reached the article."""

from __future__ import annotations

from typing import NamedTuple

from pipeline import lexicon
from pipeline.annotations import ChainLink, Quote
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import NOUNS
from pipeline.text import Span

_CHANNELS = {
    "statement": "statement",
    "letter": "letter",
    "post": "post",
    "interview": "interview",
    "speech": "statement",
    "press conference": "told",
    "report": "reports",
    "call": "told",
    "court": "court",
}
_PLURAL_PRONOUNS = frozenset(
    {"they", "we", "these", "those", "both", "many", "some", "others", "most", "all", "several", "few"}
)
_PAPERS = frozenset({"post", "times", "journal", "news", "record", "note", "review", "report"})
_PERSON_PRONOUNS = frozenset({"he", "she", "i", "him", "her", "himself", "herself", "who"})
_LABEL_KINDS = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "organisation",
    "NORP": "group",
    "LAW": "document",
    "WORK_OF_ART": "document",
    "LOC": "organisation",
    "FAC": "organisation",
}


class Claimant(NamedTuple):
    """``kind`` from the contract's list; span, chain and name are None where the text doesn't tell.

    ``is_person``: whether *name* is a person's, though the kind may be another (a letter of hers).
    """

    kind: str
    span: Span | None = None
    chain: int | None = None
    name: str | None = None
    is_person: bool = False


def _head(reading: Reading, span: Span) -> int | None:
    """The head noun of a source ("a **member** of the political wing"), by its first run of nouns; a pronoun else."""
    head = None
    for i in range(*reading.tokens(span)):
        tag = reading.tags[i]
        if tag in NOUNS:
            head = i
        elif tag == "POS":
            head = None
        elif head is not None and (tag != "PU" or reading.words[i] == ","):
            joined = tag in {"JJ", "VBN", "VBG"} and i + 1 < len(reading.tags) and reading.tags[i + 1] in NOUNS
            if not joined:  # "Army public relations officials", "the US-led coalition"
                break
        elif tag in {"PRP", "WP"} and head is None:
            return i
    return head


def _kind_by_words(reading: Reading, span: Span) -> str:
    """The kind of a source that no entity names."""
    head = _head(reading, span)
    start, end = reading.tokens(span)
    if head is None:
        return "group" if start < end and reading.lower[start] in _PLURAL_PRONOUNS else "anonymous"
    word, tag = reading.lower[head], reading.tags[head]
    if word in _PERSON_PRONOUNS:
        return "person"
    if word in _PLURAL_PRONOUNS:
        return "group"
    if word == "it":
        return "organisation"
    if _is_proper(reading, head):
        mention = reading.mention_at(reading.begins[head])
        return _LABEL_KINDS.get(mention.label, "person") if mention is not None else "organisation"
    roles = lexicon.table("claims_claimant_nouns")
    kind = roles.get(word) or roles.get(word.removesuffix("s")) or roles.get(word.removesuffix("es"))
    if kind == "anonymous":
        named = any(reading.tags[i] == "NNP" for i in _apposition(reading, head, end))
        return "person" if named else "anonymous"
    if kind is None:
        mention = reading.mention_at(reading.begins[head])
        if mention is not None and mention.kind == "name":
            return _LABEL_KINDS.get(mention.label, "person")
        return "group" if tag == "NNS" else "person"
    return "group" if kind == "person" and tag == "NNS" else kind


def _is_proper(reading: Reading, head: int) -> bool:
    """Whether a head noun is a name's ("The Post", "The Daily News"), not a common noun in a capital."""
    if reading.tags[head] != "NNP" or not reading.words[head][:1].isupper():
        return False
    mention = reading.mention_at(reading.begins[head])
    named = mention is not None and mention.kind == "name"
    return named or (head > 0 and reading.lower[head - 1] == "the" and reading.lower[head] in _PAPERS)


def _apposition(reading: Reading, head: int, end: int) -> range:
    """The tokens behind the head noun of a source, where its name would stand ("an official, John Doe")."""
    stop = next((i for i in range(head + 1, end) if reading.tags[i] in {"IN", "WP", "TO"}), end)
    return range(head + 1, stop)


def claimant_of(reading: Reading, quote: Quote) -> Claimant:
    """The claimant of a quote: its source, resolved where the quote's own stage has resolved it."""
    if quote.source is None and quote.speaker_chain is None:
        return Claimant("anonymous")
    entity = reading.entities.get(quote.speaker_chain) if quote.speaker_chain is not None else None
    if entity is not None and entity.label in _LABEL_KINDS:
        kind = _LABEL_KINDS[entity.label]
        if quote.source is not None:
            written = _kind_by_words(reading, quote.source)
            # "the letter" is a document, whoever wrote it; "an official" of a ministry stays unnamed.
            kind = written if written == "document" or (written == "anonymous" and kind != "person") else kind
        return Claimant(kind, quote.source, quote.speaker_chain, entity.name, entity.label == "PERSON")
    if quote.source is None:
        return Claimant("anonymous")
    mention = reading.mention_at(quote.source.start)
    if mention is not None and mention.kind == "name" and mention.end >= quote.source.end - 1:
        return Claimant(_LABEL_KINDS.get(mention.label, "person"), quote.source, quote.speaker_chain, None)
    return Claimant(_kind_by_words(reading, quote.source), quote.source, quote.speaker_chain, None)


def chain_of(reading: Reading, quote: Quote, outer: list[Quote]) -> tuple[ChainLink, ...]:
    """Who has it from whom, outermost first: the quotes around this one, a reporter between, its own source."""
    links = [_link(reading, around.source, around.speaker_chain, around.cue) for around in outer if around.source]
    if quote.reported_by is not None:
        mention = reading.mention_at(quote.reported_by.start)
        link = _link(reading, quote.reported_by, mention.chain if mention else None, quote.cue)
        if all(link.source != outer_link.source for outer_link in links):
            links.append(link)
    if quote.source is not None:
        links.append(_link(reading, quote.source, quote.speaker_chain, quote.cue))
    return tuple(links)


def _link(reading: Reading, source: Span | None, chain: int | None, cue: Span | None) -> ChainLink:
    words = " ".join(source.of(reading.text).split()) if source is not None else ""
    said = " ".join(cue.of(reading.text).split()) if cue is not None else ""
    return ChainLink(words, chain, said or None)


def evidence_of(reading: Reading, quote: Quote, cue: str | None) -> str | None:
    """Through what it was said: the quote's channel, else what source and cue (a lemma) tell; None if nothing does."""
    if quote.channel is not None:
        return _CHANNELS.get(quote.channel)
    agencies = lexicon.words("claims_agencies")
    if quote.reported_by is not None:
        reporter = quote.reported_by.of(reading.text).lower()
        return "agency" if any(name in reporter for name in agencies) else "reports"
    table = lexicon.table("claims_evidence_nouns")
    if quote.source is not None:
        _, end = reading.tokens(quote.source)
        head = _head(reading, quote.source)
        word = reading.lower[head] if head is not None and not _is_proper(reading, head) else ""
        found = table.get(word) or table.get(word.removesuffix("s"))
        if found is not None:
            return found
        words = " ".join(quote.source.of(reading.text).lower().split())
        if any(name in words for name in agencies):
            return "agency"
        if end and reading.lower[end - 1] == "reports":
            return "reports"
    return "told" if cue in {"tell", "brief", "inform"} else None
