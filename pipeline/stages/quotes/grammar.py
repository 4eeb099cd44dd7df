"""The words of a Doc as the rules of attribution read them: tokens with tags, quotations folded into one item.

A *frame* is what a reader takes for a sentence when each quotation counts as one word: ``[Q], he said, [Q].`` is one
frame however many sentences the quotations hold. Rules read frames, so a full stop inside a quotation ends nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from spacy.tokens import Doc

from pipeline import lexicon
from pipeline.annotations import Paragraph, paragraphs
from pipeline.stages.quotes.regions import Region
from pipeline.stages.quotes.wordlists import word_set
from pipeline.tagging import words_of
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
_SUBORDINATORS: Final = word_set("adjuncts")
_GOES_ON: Final = frozenset({",", ".", ";", ")", "—", "–", "--", "-", "―"})
_CIRCUMSTANCE: Final = DAYS | {"on", "in", "at", "during", "after", "as", "when", "last", "of"}
# A frame longer than this is no sentence; rules look no further along it.
REACH: Final = 160


class Item(NamedTuple):
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
        items = self.items
        return items[index].tag if 0 <= index < len(items) else ""

    def lower(self, index: int) -> str:
        """The lower-cased word at *index*, "" outside the frame."""
        items = self.items
        return items[index].lower if 0 <= index < len(items) else ""

    def span(self, start: int, end: int) -> Span:
        """The characters from item *start* up to, without, item *end*."""
        return Span(self.items[start].start, self.items[end - 1].end)


class Tokens(NamedTuple):
    """The tokens of a Doc in lists: its own make an object for each look at one.

    Attributes:
        words, tags: the text and the Penn tag of each.
        starts: where each begins (characters).
        opens: whether each begins a sentence.
    """

    words: list[str]
    tags: Sequence[str]
    starts: list[int]
    opens: list[bool]

    @classmethod
    def of(cls, doc: Doc, tags: Sequence[str]) -> Tokens:
        """The tokens of *doc*, whose tags are *tags*."""
        columns: Any = doc.to_array(["IDX", "SENT_START"])
        return cls(words_of(doc), tags, columns[:, 0].tolist(), (columns[:, 1] == 1).tolist())


def word_count(text: str) -> int:
    """Words in *text*, by white space, without lone marks."""
    return sum(any(map(str.isalnum, word)) for word in text.split())


def title(quotation: str) -> bool:
    """Whether a short quotation is written as a title or name is: *“Yellow Submarine”*, with no mark of its own."""
    inner = quotation.strip("\"'“”‘’«»„ ")
    words = inner.split()
    return 2 <= len(words) <= 4 and inner[-1:].isalnum() and all(word[:1].isupper() for word in words if len(word) > 3)


def read_frames(
    doc: Doc, text: str, tags: Sequence[str], reports: Callable[[str], bool], regions: Sequence[Region]
) -> list[Frame]:
    """The frames of *doc* in order.

    *tags* holds a Penn tag for each token; *reports* tells whether a lower-case word is a form of a reporting verb, so
    that *“Why?” Smith asked.* stays one frame.
    """
    blocks = paragraphs(doc)
    tokens = Tokens.of(doc, tags)
    frames: list[Frame] = []
    cursor = 0
    for number, block in enumerate(blocks):
        inside: list[Region] = []
        while cursor < len(regions) and regions[cursor].start < block.end:
            inside.append(regions[cursor])
            cursor += 1
        low, high = bisect_left(tokens.starts, block.start), bisect_left(tokens.starts, block.end)
        frames += _paragraph(tokens, text, reports, number, block, low, high, inside)
    return frames


def _paragraph(
    tokens: Tokens,
    text: str,
    reports: Callable[[str], bool],
    number: int,
    block: Paragraph,
    low: int,
    high: int,
    regions: Sequence[Region],
) -> list[Frame]:
    frames: list[Frame] = []
    current = Frame(number, block.section)
    words, starts = tokens.words, tokens.starts
    upcoming = 0
    index = low
    while index < high:
        if upcoming < len(regions) and starts[index] + len(words[index]) > regions[upcoming].start:
            region = regions[upcoming]
            upcoming += 1
            first = index
            while index < high and starts[index] < region.end:
                index += 1
            if current.items and _breaks_before(text, current):
                frames.append(current)
                current = Frame(number, block.section)
            said = text[region.start : region.end]
            current.items.append(Item(region.start, region.end, said, said[:60].lower(), QUOTED, first, region))
            continue
        if not words[index].isspace():
            if current.items and _breaks(tokens, text, reports, current, index):
                frames.append(current)
                current = Frame(number, block.section)
            current.items.append(_item(tokens, index, bool(current.items)))
        index += 1
    if current.items:
        frames.append(current)
    for frame in frames:
        _finite_pasts(frame, reports)
    return frames


def _item(tokens: Tokens, index: int, inside: bool) -> Item:
    """The token as an item. An acronym is a name and keeps its capitals, lest *US* be read as *us*."""
    text, tag, start = tokens.words[index], tokens.tags[index], tokens.starts[index]
    lower = text.lower()
    if not text[:1].isupper():
        return Item(start, start + len(text), text, lower, tag, index)
    if not inside and tag not in NOUN and lower not in lexicon.words("common_words"):
        # No English word that a capital at the start of a sentence could hide.
        tag = "NNP" if lower.isalpha() and lower not in AUXILIARIES else tag
    if inside and len(text) > 1:
        if text.isupper() and text.isalpha() and len(text) < 6:
            around = [word for word in _around(tokens.words, index) if word.isalpha()]
            if not around or not all(word.isupper() for word in around):
                lower, tag = text, "NNP"
        elif tag in {"RB", "VBG", "VBN", "VBD", "VBZ", "VBP", "VB", "JJ"} and lower not in AUXILIARIES:
            # Seely, Manning: a capital inside a sentence makes a name, but for the verbs of headlines.
            tag = "NNP" if tag in {"RB", "VBG", "VBN"} else tag
    return Item(start, start + len(text), text, lower, tag, index)


def _around(words: Sequence[str], index: int) -> list[str]:
    return [words[other] for other in (index - 1, index + 1) if 0 <= other < len(words)]


def _finite_pasts(frame: Frame, reports: Callable[[str], bool]) -> None:
    """Retag as finite (VBD) a participle that has a subject before it, no auxiliary, and no other verb beside it.

    Taggers that look at pairs of words alone often take *the lawmakers approved* for *the plan approved by*.
    """
    finite = False
    outside: bool | None = None
    # In a letter released by his office, …: the participle of a fronted phrase is no finite verb.
    fronted = frame.tag(0) == "IN" and frame.lower(0) not in _SUBORDINATORS
    for i, item in enumerate(frame.items):
        if fronted:
            fronted = item.text != ","
            if item.tag == "VBD" and frame.tag(i - 1) in NOUN:
                continue
        if item.text == "," and outside is not None:
            finite, outside = outside, None
        if item.tag in FINITE:
            finite = True
        elif item.tag == "WP" and item.lower in {"who", "which", "whose"}:
            # A relative clause has a verb of its own; after it the main clause goes on.
            outside = finite if outside is None else outside
            finite = False
        elif item.tag == "VBN" and _before_quotation(frame, i) and not _governed(frame, i):
            frame.items[i] = item._replace(tag="VBD")
        elif item.tag in {"WP", "WRB"} or item.text in {",", ";", ":"} or item.lower in {"that", "but", "as", "while"}:
            if item.text != ",":
                finite = False
        elif item.tag == "VBN" and (not finite or _final(frame, i)) and not _governed(frame, i):
            before = i - 1
            while before > 0 and frame.items[before].tag == "RB":
                before -= 1
            subject = before >= 0 and (
                frame.items[before].tag in NOUN | {"PRP"} or frame.items[before].text in {",", ")"}
            )
            # What a reporting verb reports has a verb of its own.
            alone = reports(item.lower) or not _finite_ahead(frame, i + 1)
            if subject and frame.lower(i + 1) not in {"by"} and alone:
                frame.items[i] = item._replace(tag="VBD")
                finite = True


def _final(frame: Frame, index: int) -> bool:
    """Whether the verb ends its frame: *…, various agencies reported.*"""
    after = index + 1
    return (after >= len(frame) or frame.items[after].text in STOPS) and frame.tag(index - 1) in NOUN


def _before_quotation(frame: Frame, index: int) -> bool:
    return frame.lower(index + 1) in {",", ":"} and frame.tag(index + 2) == QUOTED


def _governed(frame: Frame, index: int) -> bool:
    """Whether an auxiliary stands before the participle at *index*, with adverbs between at most."""
    for i in range(index - 1, max(-1, index - 6), -1):
        item = frame.items[i]
        if item.lower in AUXILIARIES:
            return True
        if item.tag not in {"RB", "VBN"} and item.lower not in {"not", "n't"}:
            return False
    return False


def _finite_ahead(frame: Frame, start: int) -> bool:
    """Whether the clause has a finite verb after *start*, before anything that begins another."""
    for item in frame.items[start : start + 25]:
        if item.tag in FINITE:
            return True
        if item.tag in {"WP", "WRB"} or item.quoted or item.lower in {",", ";", ":", "that", "if", "as", "because"}:
            return False
    return False


def _breaks_before(text: str, current: Frame) -> bool:
    """Whether a quotation that follows what is in *current* begins a new frame."""
    last = current.items[-1]
    if last.region is not None:
        return ends_sentence(last.region, text)
    return last.text in STOPS


def _breaks(tokens: Tokens, text: str, reports: Callable[[str], bool], current: Frame, index: int) -> bool:
    """Whether the token at *index*, outside quotations, begins a new frame."""
    last = current.items[-1]
    if last.region is not None:
        if not ends_sentence(last.region, text):
            return False
        word = tokens.words[index]
        if word[:1].islower() or word in _GOES_ON:
            return False
        asks = last.text.rstrip("\"'”’»“ ")[-1:] in {"?", "!"}
        return not _reporting_follows(tokens.words, reports, index, asks)
    return tokens.opens[index]


def _reporting_follows(words: Sequence[str], reports: Callable[[str], bool], first: int, asks: bool) -> bool:
    """Whether *Smith asked.* begins at *first*: a short name or pronoun and the verb, then a halt.

    After a full stop only the end of the sentence will do: *“A.” She adds, “B.”* is two.
    """
    for index in range(first, min(first + 6, len(words))):
        word = words[index]
        lower = word.lower()
        if reports(lower):
            if index + 1 == len(words):
                return index > first
            after = words[index + 1]
            halt = after == "." or after.isspace()
            if asks:
                halt = halt or after in {",", ":"} or after.lower() in _CIRCUMSTANCE
            return index > first and halt
        if not (word[:1].isupper() or lower in SUBJECT_PRONOUNS or lower in {"the", "of"}):
            return False
    return False


def ends_sentence(region: Region, text: str) -> bool:
    """Whether the quotation ends as a sentence does."""
    tail = text[max(region.inner_start, region.inner_end - 3) : region.inner_end].rstrip("\"'”’») ")
    return tail[-1:] in {".", "!", "?", "…"} or not region.closed
