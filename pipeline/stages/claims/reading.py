"""What the modules of this stage read of a Doc: its tokens, tags, sentences and records, looked up by character."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from copy import copy
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from spacy.tokens import Doc

from pipeline.annotations import Entity, Mention, Paragraph, Quote, TimeExpression, paragraphs, text_of
from pipeline.stages.claims.tree import ARGUMENTS, MODIFIERS, Node, tree_of
from pipeline.tagging import QUOTES, VERBS, tags_of, words_of
from pipeline.text import Span

if TYPE_CHECKING:
    from pipeline.stages.claims.clauses import Clause


_AMOUNT_MARKS = frozenset({"%", "$", "£", "€", ")", "("})
_MARKS = frozenset({'"', "“", "”"})


class Reading:
    """One Doc, read for claims. All ranges named ``start, end`` without a word are token indices, half open."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.clauses: dict[tuple[int, int], list[Clause]] = {}  # what has been read already, by its range
        self.numbers: list[int] | None = None  # the tokens that may begin a quantity, once they are asked for
        self.hidden: list[tuple[int, int]] = []  # token ranges that count as not there, in order
        self.text = text_of(doc)
        self.words = words_of(doc)
        distinct = set(self.words)
        lower = {word: word.lower().replace("’", "'") for word in distinct}
        self.lower = [lower[word] for word in self.words]
        # Asked of nearly every token, often more than once: found once a distinct word.
        wordy = {word for word in distinct if word.isalnum() or any(map(str.isalnum, word))}
        blank = {word for word in distinct - wordy if lower[word] in QUOTES or not word or word.isspace()}
        self.wordy = [word in wordy for word in self.words]  # has a letter or a digit
        weighty = wordy | _AMOUNT_MARKS
        self.weighty = [word in weighty for word in self.words]  # the same, or a mark that belongs to an amount
        self.blank = [word in blank for word in self.words]  # white space or a quotation mark
        self.begins = doc.to_array("IDX").astype("int64").tolist()
        self.ends = [begin + len(word) for begin, word in zip(self.begins, self.words, strict=True)]
        self.tags = tags_of(doc)
        self._name_tags()
        self.parsed = bool(doc.has_annotation("DEP"))
        self.encoded = doc._.encoded
        self.mentions: list[Mention] = sorted(doc._.mentions, key=lambda m: (m.start, m.end))
        self.entities: dict[int, Entity] = {entity.chain: entity for entity in doc._.entities}
        self.quotes: list[Quote] = list(doc._.quotes)
        self.dates: list[TimeExpression] = list(doc._.dates)
        self._mention_starts = [mention.start for mention in self.mentions]
        self._longest_mention = max((m.end - m.start for m in self.mentions), default=0)

    def without(self, ranges: list[tuple[int, int]]) -> Reading:
        """The same Doc with the tokens of *ranges*, in order, hidden: blank, and no part of any clause.

        For a Doc without a parse: a tree would still show them.
        """
        other = copy(self)
        for known in ("_marks_before", "_gaps", "predicates"):
            other.__dict__.pop(known, None)
        other.clauses, other.numbers, other.hidden = {}, None, ranges
        other.words, other.lower, other.tags = list(self.words), list(self.lower), list(self.tags)
        other.wordy, other.weighty, other.blank = list(self.wordy), list(self.weighty), list(self.blank)
        for i in (i for low, high in ranges for i in range(low, high)):
            other.words[i] = other.lower[i] = ""
            other.tags[i] = "PU"
            other.wordy[i], other.weighty[i], other.blank[i] = False, False, True
        return other

    def hidden_in(self, span: Span) -> list[tuple[int, int]]:
        """The hidden token ranges that reach into *span*, in order."""
        if not self.hidden:
            return []
        low = bisect_left(self.hidden, bisect_right(self.ends, span.start), key=lambda gap: gap[1])
        high = bisect_left(self.hidden, bisect_left(self.begins, span.end), key=lambda gap: gap[0])
        return self.hidden[low:high]

    def shown(self, span: Span) -> str:
        """The text of *span* on one line, without what is hidden."""
        parts, start = [], span.start
        for low, high in self.hidden_in(span):
            parts.append(self.text[start : max(start, self.ends[low - 1])])
            start = self.begins[high]
        return " ".join(" ".join([*parts, self.text[start : span.end]]).split())

    def _name_tags(self) -> None:
        """Capitalised words of names are proper nouns, whatever a tagger makes of "Seely", "IS" or "US"."""
        for mention in self.doc._.mentions:
            if mention.kind == "name":
                for i in range(*self.tokens(Span(mention.start, mention.end))):
                    if self.words[i][:1].isupper() and self.tags[i] not in {"NNP", "NNS", "NN", "POS"}:
                        self.tags[i] = "JJ" if mention.label == "NORP" and self.tags[i] == "JJ" else "NNP"

    @cached_property
    def nodes(self) -> list[Node]:
        """The dependency tree, a node a token; every node is a root where there is no parse."""
        return tree_of(self.doc)

    @cached_property
    def predicates(self) -> list[int]:
        """The tokens that carry a predicate of the tree, in order: verbs, and what has a subject or a copula."""
        found = {i for i, tag in enumerate(self.tags) if tag in VERBS}
        found.update(node.head.i for node in self.nodes if node.dep in ARGUMENTS)
        return sorted(i for i in found if self.nodes[i].dep not in MODIFIERS)

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
    def _encoded_sentences(self) -> list[int]:
        """Where the encoder's sentences begin; empty where no encoder has read the Doc."""
        return [] if self.encoded is None else self.encoded.sentences.tolist()

    @cached_property
    def _marks_before(self) -> list[int]:
        """For each token, and the end, how many double quotation marks stand before it."""
        return [0, *accumulate(word in _MARKS for word in self.words)]

    def has_mark(self, start: int, end: int) -> bool:
        """Whether a double quotation mark stands in a token range."""
        return self._marks_before[end] > self._marks_before[start]

    @cached_property
    def _gaps(self) -> list[int]:
        return [i for i, word in enumerate(self.words) if word.isspace() and "\n" not in word]

    def gaps_in(self, start: int, end: int) -> int:
        """How many tokens of a range are white space inside a line: gaps wider than one space."""
        return bisect_left(self._gaps, end) - bisect_left(self._gaps, start)

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

    def length_at(self, token: int) -> int:
        """Tokens of the sentence that holds *token*, as it was before a parse with several roots cut it."""
        starts = self._encoded_sentences
        start, end = self.sentence_of(token)
        if not starts:
            return end - start
        at = bisect_right(starts, token)
        last = starts[at] if at < len(starts) else len(self.words)
        return max(end - start, last - starts[max(0, at - 1)])

    def encoded_sentence(self, position: int) -> int:
        """The number of the encoder's sentence that holds the character at *position*; 0 without an encoder."""
        token = bisect_right(self.ends, position)
        return max(0, bisect_right(self._encoded_sentences, token) - 1)

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

    @cached_property
    def _date_order(self) -> list[int]:
        return sorted(range(len(self.dates)), key=lambda i: (self.dates[i].start, self.dates[i].end))

    @cached_property
    def _date_starts(self) -> list[int]:
        return [self.dates[i].start for i in self._date_order]

    def dates_in(self, span: Span) -> list[int]:
        """The indices in ``dates`` of the time expressions that begin inside *span*, in order."""
        low = bisect_left(self._date_starts, span.start)
        return self._date_order[low : bisect_left(self._date_starts, span.end)]

    @cached_property
    def _quote_reach(self) -> tuple[list[int], list[int], list[int]]:
        """Quotes by where they begin: their begins, their indices, and how far any up to there reaches."""
        begins = []
        for index, quote in enumerate(self.quotes):
            parts = [Span(piece.start, piece.end) for piece in quote.pieces]
            parts += [span for span in (quote.cue, quote.source) if span is not None]
            if parts:
                begins.append((min(part.start for part in parts), index, max(part.end for part in parts)))
        begins.sort()
        reach: list[int] = []
        for _, _, end in begins:
            reach.append(max(end, reach[-1] if reach else 0))
        return [begin for begin, _, _ in begins], [index for _, index, _ in begins], reach

    def quotes_near(self, span: Span) -> list[Quote]:
        """The quotes any part of which may lie in *span*; a hundred at most."""
        begins, indices, reach = self._quote_reach
        low, high = bisect_right(reach, span.start), bisect_left(begins, span.end)
        return [self.quotes[i] for i in indices[max(low, high - 100) : high]]

    def mention_at(self, position: int) -> Mention | None:
        """The longest mention that covers the character at *position*, or None."""
        low = bisect_left(self._mention_starts, position - self._longest_mention)
        high = bisect_right(self._mention_starts, position)
        found = [m for m in self.mentions[low:high] if m.end > position]
        if len(found) < 2:
            return found[0] if found else None
        return max(found, key=lambda m: (m.end - m.start, -m.start))
