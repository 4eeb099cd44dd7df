"""Whom a source's words mean: the chain of an entity of the article, or None rather than a guess.

The resolver looks only at what ``coref`` left (mentions with chains) and at the order of attributions; it compares no
names itself. Its rules, first that applies: the source is a mention; its head is one; *who* takes what stands before;
a document speaks for whoever wrote it; a pronoun directly after an attribution goes on with its speaker.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline import lexicon
from pipeline.annotations import Mention
from pipeline.stages.quotes.records import Attribution
from pipeline.text import Span

SPEAKERS: Final = frozenset({"PERSON", "ORG", "GPE", "NORP"})
_PRONOUNS: Final = {
    "he": frozenset({"PERSON"}),
    "she": frozenset({"PERSON"}),
    "they": frozenset({"ORG", "NORP", "GPE"}),
    "it": frozenset({"ORG", "GPE"}),
}
_WORD: Final = re.compile(r"@?\w[\w’'.-]*")
_RELATIVE: Final = frozenset({"who", "which", "that"})
# How far before a document its author is looked for (characters).
_DOCUMENT_REACH: Final = 1500
_WRITES: Final = r"(?:sent|wrote|written|released|issued|posted|published|penned|signed|read|delivered|addressed)"
_BY: Final = re.compile(r"\b(?:from|by|of)\s+", re.IGNORECASE)
_HEAD_END: Final = re.compile(
    r",|\s(?:who|which|that|about|after|against|among|as|at|behind|between|by|during|for|from|in|inside|near|of|on|"
    r"outside|over|to|under|with|within|without)\s"
)


@dataclass(slots=True)
class Resolver:
    """Resolves the sources of one article, in text order.

    Args:
        text: the article.
        mentions: by start; those without a chain are of no use and left out.
    """

    text: str
    mentions: Sequence[Mention]
    _useful: list[Mention] = field(init=False)
    _starts: list[int] = field(init=False)
    _labels: dict[int, set[str]] = field(init=False, default_factory=dict)
    _letters: list[tuple[int, str, int]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._useful = [m for m in self.mentions if m.chain is not None and m.label in SPEAKERS]
        self._starts = [m.start for m in self._useful]
        for mention in self._useful:
            if mention.chain is not None:
                self._labels.setdefault(mention.chain, set()).add(mention.label)

    def resolve(self, attribution: Attribution, before: Attribution | None, chain_before: int | None) -> int | None:
        """The chain of the attribution's source. *before* is the attribution that precedes it directly, if any."""
        source = attribution.source
        if source is None:
            return None
        words = source.of(self.text)
        lower = words.lower()
        if lower in _RELATIVE:
            return self._ending_at(self._back(source.start))
        exact = self._within(source)
        if lower in _PRONOUNS:
            for mention in exact:
                if mention.start == source.start and mention.end == source.end:
                    return mention.chain
            return self._goes_on(lower, before, chain_before)
        head = self._core(source)
        document = self._document(head)
        if document is not None:
            return self._author(source, head, document)
        found = self._head_mention(source, head)
        return None if found is None else found.chain

    def note(self, attribution: Attribution, chain: int | None) -> None:
        """Remember that the speaker wrote the documents that the reporting clause names (*said in a letter*)."""
        if chain is None:
            return
        clause = attribution.clause.of(self.text).lower()
        for word in _WORD.findall(clause):
            if word in lexicon.words("document_nouns"):
                self._letters.append((attribution.clause.start, word, chain))

    # ------------------------------------------------------------------------------------------------------ details

    def _within(self, span: Span) -> list[Mention]:
        """Mentions inside *span*, by start."""
        found: list[Mention] = []
        for index in range(bisect_left(self._starts, span.start), len(self._useful)):
            mention = self._useful[index]
            if mention.start >= span.end:
                break
            if mention.end <= span.end:
                found.append(mention)
        return found

    def _back(self, position: int) -> int:
        while position > 0 and (self.text[position - 1].isspace() or self.text[position - 1] in ",("):
            position -= 1
        return position

    def _ending_at(self, end: int) -> int | None:
        low = bisect_left(self._starts, end - 200)
        best: Mention | None = None
        for mention in self._useful[low : bisect_left(self._starts, end)]:
            if mention.end == end and (best is None or mention.start < best.start):
                best = mention
        return best.chain if best else None

    def _core(self, source: Span) -> Span:
        """The source without apposition and what else follows its head: *the leader of the bloc* -> *the leader*."""
        words = source.of(self.text)
        found = _HEAD_END.search(words)
        words = words[: found.start()] if found and found.start() else words
        # An abbreviation at its end: Popular Mobilization Forces (PMF)
        if words.endswith(")") and " (" in words:
            words = words[: words.rindex(" (")]
        return Span(source.start, source.start + len(words))

    def _document(self, core: Span) -> str | None:
        """The noun if the source is a document: the last word of *core*, or the last before a participle."""
        words = _WORD.findall(core.of(self.text).lower())
        if len(words) > 1 and words[-1].endswith("ed"):
            words.pop()
        return words[-1] if words and words[-1] in lexicon.words("document_nouns") else None

    def _head_mention(self, source: Span, core: Span) -> Mention | None:
        inside = self._within(source)
        # A mention that covers the phrase as a whole, or up to its apposition.
        wide = [m for m in inside if m.start <= core.start and m.end >= core.end]
        if wide:
            return min(wide, key=lambda m: (m.end - m.start, m.end))
        at_end = [m for m in inside if m.end == core.end and m.start >= core.start]
        if at_end:
            best = min(at_end, key=lambda m: m.start)
            return None if self._joined(core, best) else best
        # "the prime minister, Adel Abdul-Mahdi": the apposition names him.
        words = self.text[core.end : source.end]
        if words.startswith(","):
            start = core.end + 1
            while start < source.end and self.text[start].isspace():
                start += 1
            named = [m for m in inside if m.start == start and m.kind == "name" and m.label == "PERSON"]
            if named and self._possible_title(core):
                return max(named, key=lambda m: m.end)
        return None

    def _possible_title(self, core: Span) -> bool:
        return not any(m.kind == "name" and m.label == "PERSON" for m in self._within(core))

    def _joined(self, core: Span, mention: Mention) -> bool:
        """Whether the mention is the last of several joined by *and*, so that it alone isn't the speaker."""
        before = self.text[core.start : mention.start].lower().split()
        return "and" in before or "or" in before or "&" in before

    def _goes_on(self, pronoun: str, before: Attribution | None, chain: int | None) -> int | None:
        if before is None or chain is None:
            return None
        if self._labels.get(chain, set()) & _PRONOUNS[pronoun]:
            return chain
        # "It added" after "the letter read": the document goes on speaking for its author.
        spoke = before.source is not None and self._document(self._core(before.source)) is not None
        return chain if pronoun == "it" and spoke else None

    def _author(self, source: Span, core: Span, noun: str) -> int | None:
        """Whose document it is: *X's letter*, *a statement from X*, *X said in a letter … the letter read*."""
        words = source.of(self.text)
        by = _BY.search(words, core.end - source.start)
        if by is not None:
            after = Span(source.start + by.end(), source.end)
            found = self._head_mention(after, self._core(after))
            return None if found is None else found.chain
        for mention in self._within(core):
            if self.text[mention.end : mention.end + 2] in ("'s", "’s") or self.text[mention.end - 2 : mention.end] in (
                "'s",
                "’s",
            ):
                return mention.chain
        return self._last_writer(source.start, noun)

    def _last_writer(self, position: int, noun: str) -> int | None:
        """Who was last said to write such a document before *position*."""
        best: tuple[int, int] | None = None
        for start, written, author in reversed(self._letters):
            if start < position - _DOCUMENT_REACH:
                break
            if written == noun and start < position:
                best = (start, author)
                break
        low = max(0, position - _DOCUMENT_REACH)
        pattern = re.compile(
            rf"\b{_WRITES}\s+(?:\w+\s+)?(?:a|an|the|his|her|their|its)\s+(?:[\w-]+\s+){{0,2}}{re.escape(noun)}\b"
        )
        for found in pattern.finditer(self.text, low, position):
            chain = self._subject_of(found.start())
            if chain is not None and (best is None or found.start() > best[0]):
                best = (found.start(), chain)
        return best[1] if best else None

    def _subject_of(self, verb: int) -> int | None:
        """The mention that is subject of the verb at *verb*: directly before it, or at its sentence's start."""
        direct = self._ending_at(self._back(verb))
        if direct is not None and self.text[self._back(verb) : verb].strip() == "":
            return direct
        start = max(self.text.rfind(". ", 0, verb) + 2, self.text.rfind("\n", 0, verb) + 1)
        for mention in self._within(Span(start, verb)):
            if mention.kind == "name" and mention.label in {"PERSON", "ORG"}:
                between = self.text[mention.end : verb]
                # Only what commas enclose may stand between subject and verb.
                return (
                    mention.chain
                    if between.strip() == "" or (between.startswith(",") and between.rstrip().endswith(","))
                    else None
                )
        return None
