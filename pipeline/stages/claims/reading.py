"""What the modules of this stage read of a Doc: its tokens, tags, sentences and records, looked up by character."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property

from spacy.tokens import Doc

from pipeline.annotations import Entity, Mention, Paragraph, Quote, TimeExpression, paragraphs
from pipeline.stages.claims.tagging import tags_of
from pipeline.text import Span


class Reading:
    """One Doc, read for claims. All ranges named ``start, end`` without a word are token indices, half open."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.text = doc.text
        self.words = [token.text for token in doc]
        self.lower = [word.lower().replace("’", "'") for word in self.words]
        self.begins = [token.idx for token in doc]
        self.ends = [token.idx + len(token) for token in doc]
        self.tags = tags_of(doc)
        self._name_tags()
        self.parsed = bool(doc.has_annotation("DEP"))
        self.mentions: list[Mention] = sorted(doc._.mentions, key=lambda m: (m.start, m.end))
        self.entities: dict[int, Entity] = {entity.chain: entity for entity in doc._.entities}
        self.quotes: list[Quote] = list(doc._.quotes)
        self.dates: list[TimeExpression] = list(doc._.dates)
        self._mention_starts = [mention.start for mention in self.mentions]
        self._longest_mention = max((m.end - m.start for m in self.mentions), default=0)

    def _name_tags(self) -> None:
        """Capitalised words of names are proper nouns, whatever a tagger makes of "Seely", "IS" or "US"."""
        for mention in self.doc._.mentions:
            if mention.kind == "name":
                for i in range(*self.tokens(Span(mention.start, mention.end))):
                    if self.words[i][:1].isupper() and self.tags[i] not in {"NNP", "NNS", "NN", "POS"}:
                        self.tags[i] = "JJ" if mention.label == "NORP" and self.tags[i] == "JJ" else "NNP"

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Token ranges of the sentences; the whole Doc where none are set."""
        if self.doc.has_annotation("SENT_START"):
            return [(sentence.start, sentence.end) for sentence in self.doc.sents]
        return [(0, len(self.doc))] if len(self.doc) else []

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs with their sections."""
        return paragraphs(self.doc)

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [paragraph.start for paragraph in self.paragraphs]

    def section(self, position: int) -> str:
        """The section of the paragraph that holds the character at *position*; ``body`` where none does."""
        index = bisect_right(self._paragraph_starts, position) - 1
        return self.paragraphs[index].section if index >= 0 else "body"

    def sentence_of(self, token: int) -> tuple[int, int]:
        """The token range of the sentence that holds *token*."""
        return self.sentences[bisect_right(self._sentence_starts, token) - 1]

    def tokens(self, span: Span) -> tuple[int, int]:
        """The smallest token range that covers the characters of *span*; empty for an empty span."""
        if span.start >= span.end:
            at = bisect_left(self.begins, span.start)
            return at, at
        return bisect_right(self.ends, span.start), bisect_left(self.begins, span.end)

    def span(self, start: int, end: int) -> Span:
        """The characters from the first to the last token of a range; empty where the range is."""
        if start >= end:
            at = self.begins[start] if start < len(self.begins) else len(self.text)
            return Span(at, at)
        return Span(self.begins[start], self.ends[end - 1])

    def slice(self, start: int, end: int) -> str:
        """The text of a token range."""
        return self.span(start, end).of(self.text)

    def mentions_in(self, span: Span) -> list[Mention]:
        """The mentions that lie wholly inside *span*, in order."""
        low = bisect_left(self._mention_starts, span.start)
        high = bisect_left(self._mention_starts, span.end)
        return [mention for mention in self.mentions[low:high] if mention.end <= span.end]

    def mention_at(self, position: int) -> Mention | None:
        """The longest mention that covers the character at *position*, or None."""
        low = bisect_left(self._mention_starts, position - self._longest_mention)
        high = bisect_right(self._mention_starts, position)
        found = [m for m in self.mentions[low:high] if m.end > position]
        return max(found, key=lambda m: (m.end - m.start, -m.start), default=None)
