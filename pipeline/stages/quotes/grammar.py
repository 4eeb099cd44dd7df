"""The words of a Doc as the rules of attribution read them: tokens with tags, quotations folded into one item.

A *frame* is what a reader takes for a sentence when each quotation counts as one word: ``[Q], he said, [Q].`` is one
frame however many sentences the quotations hold. Rules read frames, so a full stop inside a quotation ends nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from spacy.tokens import Doc

from pipeline.annotations import Paragraph, paragraphs
from pipeline.stages.quotes.regions import Region, find_regions
from pipeline.stages.quotes.wordlists import word_set
from pipeline.text import Span

NOUN: Final = frozenset({"NN", "NNS", "NNP", "NNPS"})
FINITE: Final = frozenset({"MD", "VBD", "VBP", "VBZ"})
VERB: Final = frozenset({"MD", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
QUOTED: Final = "QQ"
STOPS: Final = frozenset({".", "!", "?", "…", "...", "?!", "!!", "!?"})
DASHES: Final = frozenset({"—", "–", "--", "―", "-"})
SUBJECT_PRONOUNS: Final = frozenset(
    {"he", "she", "they", "we", "i", "you", "it", "who", "everyone", "someone", "nobody"}
)
OBJECT_PRONOUNS: Final = frozenset({"me", "us", "him", "her", "them", "you", "it", "himself", "herself", "themselves"})
AUXILIARIES: Final = word_set("auxiliaries")
BE: Final = word_set("be")
DAYS: Final = word_set("days")
_GOES_ON: Final = frozenset({",", ".", ";", ")", "—", "–", "--", "-", "―"})
_CIRCUMSTANCE: Final = DAYS | {"on", "in", "at", "during", "after", "as", "when", "last", "of"}
# A frame longer than this is no sentence; rules look no further along it.
REACH: Final = 160


@dataclass(frozen=True, slots=True)
class Item:
    """A token, or a whole quotation (``tag`` is :data:`QUOTED`). ``token`` is the index of its first token."""

    start: int
    end: int
    text: str
    lower: str
    tag: str
    token: int
    region: Region | None = None

    @property
    def quoted(self) -> bool:
        """Whether it is a quotation."""
        return self.region is not None


@dataclass(slots=True)
class Frame:
    """A sentence read with its quotations folded: see the module's docstring."""

    paragraph: int
    section: str
    items: list[Item] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.items)

    def tag(self, index: int) -> str:
        """The tag at *index*, "" outside the frame."""
        return self.items[index].tag if 0 <= index < len(self.items) else ""

    def lower(self, index: int) -> str:
        """The lower-cased word at *index*, "" outside the frame."""
        return self.items[index].lower if 0 <= index < len(self.items) else ""

    def span(self, start: int, end: int) -> Span:
        """The characters from item *start* up to, without, item *end*."""
        return Span(self.items[start].start, self.items[end - 1].end)


def word_count(text: str) -> int:
    """Words in *text*, by white space, without lone marks."""
    return sum(any(char.isalnum() for char in word) for word in text.split())


def quoted_regions(doc: Doc) -> list[Region]:
    """The quotations of *doc*, without those inside another."""
    found = find_regions(doc.text, [Span(p.start, p.end) for p in paragraphs(doc)])
    return [region for region in found if region.depth == 1]


def read_frames(
    doc: Doc, tags: Sequence[str], reports: Callable[[str], bool], regions: Sequence[Region]
) -> list[Frame]:
    """The frames of *doc* in order.

    *tags* holds a Penn tag for each token; *reports* tells whether a lower-case word is a form of a reporting verb, so
    that *“Why?” Smith asked.* stays one frame.
    """
    blocks = paragraphs(doc)
    starts = [token.idx for token in doc]
    frames: list[Frame] = []
    cursor = 0
    for number, block in enumerate(blocks):
        inside: list[Region] = []
        while cursor < len(regions) and regions[cursor].start < block.end:
            inside.append(regions[cursor])
            cursor += 1
        low, high = bisect_left(starts, block.start), bisect_left(starts, block.end)
        frames += _paragraph(doc, tags, reports, number, block, low, high, inside)
    return frames


def _paragraph(
    doc: Doc,
    tags: Sequence[str],
    reports: Callable[[str], bool],
    number: int,
    block: Paragraph,
    low: int,
    high: int,
    regions: Sequence[Region],
) -> list[Frame]:
    frames: list[Frame] = []
    current = Frame(number, block.section)
    text = doc.text
    upcoming = 0
    index = low
    while index < high:
        token = doc[index]
        if upcoming < len(regions) and token.idx + len(token) > regions[upcoming].start:
            region = regions[upcoming]
            upcoming += 1
            first = index
            while index < high and doc[index].idx < region.end:
                index += 1
            if current.items and _breaks_before(doc.text, current):
                frames.append(current)
                current = Frame(number, block.section)
            words = text[region.start : region.end]
            current.items.append(Item(region.start, region.end, words, words[:60].lower(), QUOTED, first, region))
            continue
        index += 1
        if token.is_space:
            continue
        if current.items and _breaks(doc, reports, current, token.i):
            frames.append(current)
            current = Frame(number, block.section)
        lower = token.text.lower()
        current.items.append(Item(token.idx, token.idx + len(token), token.text, lower, tags[token.i], token.i))
    if current.items:
        frames.append(current)
    return frames


def _breaks_before(text: str, current: Frame) -> bool:
    """Whether a quotation that follows what is in *current* begins a new frame."""
    last = current.items[-1]
    if last.region is not None:
        return ends_sentence(last.region, text)
    return last.text in STOPS


def _breaks(doc: Doc, reports: Callable[[str], bool], current: Frame, token: int) -> bool:
    """Whether a token outside quotations begins a new frame."""
    last = current.items[-1]
    if last.region is not None:
        if not ends_sentence(last.region, doc.text):
            return False
        word = doc[token].text
        if word[:1].islower() or word in _GOES_ON:
            return False
        asks = last.text.rstrip("\"'”’»“ ")[-1:] in {"?", "!"}
        return not _reporting_follows(doc, reports, token, asks)
    return bool(doc[token].is_sent_start)


def _reporting_follows(doc: Doc, reports: Callable[[str], bool], token: int, asks: bool) -> bool:
    """Whether *Smith asked.* begins at *token*: a short name or pronoun and the verb, then a halt.

    After a full stop only the end of the sentence will do: *“A.” She adds, “B.”* is two.
    """
    for index in range(token, min(token + 6, len(doc))):
        word = doc[index]
        if reports(word.lower_):
            if index + 1 == len(doc):
                return index > token
            after = doc[index + 1]
            halt = after.text == "." or after.is_space
            if asks:
                halt = halt or after.text in {",", ":"} or after.lower_ in _CIRCUMSTANCE
            return index > token and halt
        if not (word.text[:1].isupper() or word.lower_ in SUBJECT_PRONOUNS or word.lower_ in {"the", "of"}):
            return False
    return False


def ends_sentence(region: Region, text: str) -> bool:
    """Whether the quotation ends as a sentence does."""
    tail = text[max(region.inner_start, region.inner_end - 3) : region.inner_end].rstrip("\"'”’») ")
    return tail[-1:] in {".", "!", "?", "…"} or not region.closed
