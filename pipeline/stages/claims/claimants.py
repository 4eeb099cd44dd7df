"""Who makes a claim: what kind of claimant, on what evidence, and through whom it reached the article."""

from __future__ import annotations

from typing import NamedTuple

from pipeline import lexicon
from pipeline.annotations import ChainLink, Quote
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.tagging import NOUNS
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
    """``kind`` from the contract's list; span, chain and name are None where the text doesn't tell."""

    kind: str
    span: Span | None = None
    chain: int | None = None
    name: str | None = None


def _head_word(reading: Reading, span: Span) -> tuple[str, str]:
    """The head noun of a source ("a member of the political wing": member) and its tag, by its first noun run."""
    start, end = reading.tokens(span)
    head, tag = "", ""
    for i in range(start, end):
        here = reading.tags[i]
        if here in NOUNS:
            head, tag = reading.lower[i], here
        elif head and (here != "POS"):
            break
        elif here == "POS":
            head = ""
        elif here in {"PRP", "WP"} and not head:
            return reading.lower[i], here
    return head or (reading.lower[start] if start < end else ""), tag


def _kind_by_words(reading: Reading, span: Span) -> str:
    """The kind of a source that no entity names."""
    word, tag = _head_word(reading, span)
    roles = lexicon.table("claims_claimant_nouns")
    single = word.removesuffix("s")
    kind = roles.get(word) or roles.get(single) or roles.get(word.removesuffix("es"))
    if word in {"he", "she", "i", "him", "her", "himself", "herself", "who"}:
        return "person"
    if word in _PLURAL_PRONOUNS:
        return "group"
    if word == "it":
        return "organisation"
    if kind is None:
        return "person" if tag == "NNP" else "group" if tag == "NNS" else "person"
    if kind == "anonymous":
        names = any(reading.tags[i] == "NNP" for i in range(*_last_name(reading, span)))
        return "person" if names else "anonymous"
    if kind == "person" and word != single and word in roles:
        return "group"
    return "group" if kind == "person" and tag == "NNS" else kind


def _last_name(reading: Reading, span: Span) -> tuple[int, int]:
    """The tokens of a source behind its head noun, where a name would stand ("an official, John Doe")."""
    start, end = reading.tokens(span)
    seen = start
    for i in range(start, end):
        if reading.tags[i] in {"NN", "NNS"}:
            seen = i + 1
            break
    stop = next((i for i in range(seen, end) if reading.tags[i] in {"IN", "WP", "TO"}), end)
    return seen, max(seen, stop)


def claimant_of(reading: Reading, quote: Quote) -> Claimant:
    """The claimant of a quote: its source, resolved where the quote's own stage has resolved it."""
    if quote.source is None and quote.speaker_chain is None:
        return Claimant("anonymous")
    entity = reading.entities.get(quote.speaker_chain) if quote.speaker_chain is not None else None
    if entity is not None and entity.label in _LABEL_KINDS:
        kind = _LABEL_KINDS[entity.label]
        if (
            quote.source is not None
            and kind != "person"
            and _kind_by_words(reading, quote.source) in {"document", "anonymous"}
        ):
            kind = _kind_by_words(reading, quote.source)
        return Claimant(kind, quote.source, quote.speaker_chain, entity.name)
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
        links.append(_link(reading, quote.reported_by, mention.chain if mention else None, quote.cue))
    if quote.source is not None:
        links.append(_link(reading, quote.source, quote.speaker_chain, quote.cue))
    return tuple(links)


def _link(reading: Reading, source: Span | None, chain: int | None, cue: Span | None) -> ChainLink:
    words = " ".join(source.of(reading.text).split()) if source is not None else ""
    said = " ".join(cue.of(reading.text).split()) if cue is not None else ""
    return ChainLink(words, chain, said or None)


def evidence_of(reading: Reading, quote: Quote) -> str | None:
    """Through what it was said: the quote's channel, else what source and cue tell; None where the text doesn't say."""
    if quote.channel is not None:
        return _CHANNELS.get(quote.channel)
    if quote.reported_by is not None:
        return "agency"
    table = lexicon.table("claims_evidence_nouns")
    if quote.source is not None:
        start, end = reading.tokens(quote.source)
        word, _ = _head_word(reading, quote.source)
        found = table.get(word) or table.get(word.removesuffix("s"))
        if found is not None:
            return found
        words = quote.source.of(reading.text).lower().split()
        if any(name in " ".join(words) for name in lexicon.words("claims_agencies")):
            return "agency"
        if start < end and reading.lower[end - 1] == "reports":
            return "reports"
    return "told" if quote.cue_lemma in {"tell", "brief", "inform"} else None
