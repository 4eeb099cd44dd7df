"""What the stages leave on a spaCy ``Doc``: typed records under ``doc._``, and nothing else.

A stage reads the records of the stages before it and adds its own; none reaches into another's internals.
All offsets are half-open, in code points of ``doc.text``. Records refer to each other inside the article by index
(``doc._.quotes[i]``) and to entities by *chain*: the number of a coreference chain in ``doc._.entities``.

| attribute | set by | holds |
| --- | --- | --- |
| ``doc._.raw_map`` | clean | :class:`pipeline.text.OffsetMap` to the text as read |
| ``doc._.paragraphs`` | clean | ``list[Paragraph]``, in order, covering all but the white space between them |
| ``doc._.meta`` | clean | :class:`Metadata` |
| ``doc._.encoded`` | encode | the encoder's predictions, or None |
| ``doc.ents`` | ner | names, as spaCy users know them |
| ``doc._.mentions``, ``doc._.entities`` | coref | ``list[Mention]``, ``list[Entity]`` |
| ``doc._.quotes`` | quotes | ``list[Quote]``; adds to ``doc._.mentions`` whom *I* and *we* in them stand for |
| ``doc._.dates`` | dates | ``list[TimeExpression]`` |
| ``doc._.claims`` | claims | ``list[Claim]`` |
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

from spacy.tokens import Doc

from pipeline.text import OffsetMap, Span

Section = Literal["headline", "byline", "dateline", "body", "pullquote", "caption", "update", "credit"]
Label = Literal["PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART"]
MentionKind = Literal["name", "nominal", "pronoun"]
QuoteKind = Literal["direct", "mixed", "indirect"]
TimexType = Literal["DATE", "TIME", "DURATION", "SET"]
Channel = Literal["statement", "letter", "post", "interview", "speech", "press conference", "report", "call", "court"]

SECTIONS: tuple[str, ...] = get_args(Section)
LABELS: tuple[str, ...] = get_args(Label)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the clean text, without the white space around it."""

    start: int
    end: int
    section: Section = "body"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of the article: from its source, or stated in its text."""

    article_id: str = ""
    title: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    published: dt.date | None = None
    published_from: Literal["metadata", "html", "text"] | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where the text speaks of an entity. ``chain`` is None where it is not known which."""

    start: int
    end: int
    label: Label
    kind: MentionKind
    chain: int | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing of this article: what its chain of mentions says of it."""

    chain: int
    name: str
    label: Label
    aliases: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotePiece:
    """A contiguous part of the content of a quote.

    ``start:end`` follows PolNeAR (quotation marks and the comma before the closing one in, "that" in, final stop
    out); ``text_start:text_end`` is the same without the outer marks, which is what the table shows.
    """

    start: int
    end: int
    text_start: int
    text_end: int
    kind: QuoteKind


@dataclass(frozen=True, slots=True)
class Quote:
    """One utterance or thought: its content (one piece or several), cue and source.

    Attributes:
        source: the full noun phrase as written at the quote ("Sadr, who leads …"), None where the text gives none.
        speaker_chain: the chain of whom it refers to; None rather than a guess.
        reported_by: a second source between ("was quoted by Reuters as saying": ``Reuters``).
        said: first and last day of the utterance, where the text gives it. Filled by ``dates``' reader, may be None.
    """

    pieces: tuple[QuotePiece, ...]
    cue: Span | None = None
    cue_lemma: str | None = None
    source: Span | None = None
    speaker_chain: int | None = None
    reported_by: Span | None = None
    said: tuple[dt.date, dt.date] | None = None
    channel: Channel | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A TIMEX3 and what it denotes.

    Attributes:
        value: the TIMEX3 value; underspecified (``XXXX-WXX-2``) where the anchor is unknown.
        earliest, latest: the interval it denotes, both ends included, to the second; None where it can't be known.
        anchor: ``published``, ``dateline``, the index of the time expression it counts from, or None.
        duration_days: the length in days, only where exact.
    """

    start: int
    end: int
    type: TimexType
    value: str
    mod: str | None = None
    earliest: dt.datetime | None = None
    latest: dt.datetime | None = None
    granularity: str | None = None
    anchor: Literal["published", "dateline"] | int | None = None
    resolved: bool = False
    edtf: str | None = None
    duration: str | None = None
    duration_days: float | None = None
    direction: str | None = None
    rule: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """*around 5,200 troops*: value 5200, low and high where the words give a range, unit ``troops``."""

    start: int
    end: int
    value: float | None
    low: float | None
    high: float | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One source in a chain of report: its words, its entity's chain, and the cue that reports."""

    source: str
    chain: int | None
    cue: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One proposition to which somebody commits. Closed lists as in the tables' contract."""

    spans: tuple[Span, ...]
    proposition: str
    kind: str
    predicate: str
    claimant_kind: str
    modality: str = "asserted"
    polarity: str = "affirmed"
    stance: str = "affirms"
    attribution: str = "none"
    part_of: int | None = None
    subject: str | None = None
    object: str | None = None
    subject_chain: int | None = None
    object_chain: int | None = None
    place_chain: int | None = None
    date: int | None = None
    quantities: tuple[Quantity, ...] = ()
    claimant: Span | None = None
    claimant_chain: int | None = None
    quote: int | None = None
    chain: tuple[ChainLink, ...] = ()
    evidence: str | None = None
    condition: str | None = None
    factuality: float | None = None
    check_worthiness: float | None = None
    score: float | None = None

    @property
    def start(self) -> int:
        """Where its first piece begins (characters)."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Where its last piece ends (characters)."""
        return self.spans[-1].end


_LISTS = ("paragraphs", "mentions", "entities", "quotes", "dates", "claims")


def register() -> None:
    """Declare the ``doc._`` attributes of this module. Safe to call again."""
    for name in _LISTS:
        # spaCy copies a mutable default for each Doc, so the lists are not shared.
        Doc.set_extension(name, default=[], force=True)
    Doc.set_extension("raw_map", default=None, force=True)
    Doc.set_extension("encoded", default=None, force=True)
    Doc.set_extension("meta", default=Metadata(), force=True)


# The last Doc and its text, which can't change: every stage asks, and spaCy joins it anew each time.
_last_text: tuple[Doc | None, str] = (None, "")


def text_of(doc: Doc) -> str:
    """``doc.text``, joined once a Doc."""
    global _last_text
    known, text = _last_text
    if known is not doc or not text:  # an empty Doc may be filled yet
        text = doc.text
        _last_text = (doc, text)
    return text


def keep_text(doc: Doc, text: str) -> None:
    """Spare :func:`text_of` to join *doc*, of which it is known that its text is *text*."""
    global _last_text
    _last_text = (doc, text)


def raw_map(doc: Doc) -> OffsetMap:
    """The map back to the text as read; the identity where nothing was cleaned."""
    found = doc._.raw_map
    return found if found is not None else OffsetMap.identity(len(text_of(doc)))


def paragraphs(doc: Doc) -> list[Paragraph]:
    """The paragraphs that ``clean`` left, or, for a plain Doc, its blocks of non-blank lines as body."""
    if doc._.paragraphs:
        return list(doc._.paragraphs)
    found: list[Paragraph] = []
    position = 0
    for line in text_of(doc).split("\n"):
        stripped = line.strip()
        if stripped:
            start = position + len(line) - len(line.lstrip())
            found.append(Paragraph(start, start + len(stripped)))
        position += len(line) + 1
    return found


register()
