"""Documents that speak for whoever wrote them: *the letter read*, *X's letter*, *a report by X*, *her next post*."""

from __future__ import annotations

import re
from typing import Final

from pipeline import lexicon
from pipeline.stages.quotes.mentioned import Mentioned
from pipeline.text import Span

# How far before a document its author is looked for (characters).
_REACH: Final = 1500
_WRITES: Final = r"(?:sent|wrote|written|released|issued|posted|published|penned|signed|read|delivered|addressed)"
_BY: Final = re.compile(r"\b(?:from|by|of)\s+", re.IGNORECASE)
_WORD: Final = re.compile(r"@?\w[\w’'.-]*")


class Documents:
    """Who wrote what, in one article. Documents are noted in text order, as attributions name their authors."""

    def __init__(self, mentioned: Mentioned) -> None:
        self._text = mentioned.text
        self._mentioned = mentioned
        self._noted: list[tuple[int, str, int]] = []

    def noun(self, core: Span) -> str | None:
        """The noun if a phrase means a document: its last word, or the last before a participle."""
        words = _WORD.findall(core.of(self._text).lower())
        if len(words) > 1 and words[-1].endswith("ed"):
            words.pop()
        return words[-1] if words and words[-1] in lexicon.words("document_nouns") else None

    def note(self, clause: Span, chain: int) -> None:
        """Remember that *chain* wrote the documents that a reporting clause names (*said in a letter*)."""
        for word in _WORD.findall(clause.of(self._text).lower()):
            if word in lexicon.words("document_nouns"):
                self._noted.append((clause.start, word, chain))

    def noted_in(self, clause: Span) -> int | None:
        """The author of the document that a reporting clause named."""
        for start, _, chain in reversed(self._noted):
            if start == clause.start:
                return chain
            if start < clause.start:
                return None
        return None

    def author(self, source: Span, core: Span, noun: str) -> int | None:
        """Whose document it is: *X's letter*, *a statement from X*, *X said in a letter … the letter read*."""
        by = _BY.search(source.of(self._text), core.end - source.start)
        if by is not None:
            after = Span(source.start + by.end(), source.end)
            found = self._mentioned.head(after, self._mentioned.core(after))
            return None if found is None else found.chain
        for mention in self._mentioned.within(core):
            if self._mentioned.possessive(mention):
                return mention.chain
        return self._last_writer(source.start, noun)

    def opened(self, position: int) -> int | None:
        """Who wrote the document that the paragraph of *position* speaks of first: *In a letter to the board, X …*."""
        low = max(position - _REACH, self._text.rfind("\n", 0, position) + 1)
        nouns = "|".join(sorted(map(re.escape, lexicon.words("document_nouns")), key=lambda noun: (-len(noun), noun)))
        found = self._fronted(nouns, low, position)
        return None if found is None else found[1]

    def _fronted(self, nouns: str, low: int, high: int) -> tuple[int, int] | None:
        """The last *In a letter to the board, X …* between two places, as its start and X; *nouns* is a pattern."""
        best: tuple[int, int] | None = None
        fronted = re.compile(
            rf"\bin\s+(?:a|an|his|her|their|its)\s+(?:[\w-]+\s+){{0,2}}(?:{nouns})\b[^.!?\n]{{0,80}}?,\s+",
            re.IGNORECASE,
        )
        for found in fronted.finditer(self._text, low, high):
            chain = self._mentioned.starting_at(found.end())
            if chain is not None:
                best = (found.start(), chain)
        return best

    def _last_writer(self, position: int, noun: str) -> int | None:
        """Who was last said to write such a document before *position*."""
        best: tuple[int, int] | None = None
        for start, written, author in reversed(self._noted):
            if start < position - _REACH:
                break
            if written == noun and start < position:
                best = (start, author)
                break
        low = max(0, position - _REACH)
        pattern = re.compile(
            rf"\b{_WRITES}\s+(?:\w+\s+)?(?:a|an|the|his|her|their|its)\s+(?:[\w-]+\s+){{0,2}}{re.escape(noun)}\b"
        )
        for found in pattern.finditer(self._text, low, position):
            chain = self._subject_of(found.start())
            if chain is not None and (best is None or found.start() > best[0]):
                best = (found.start(), chain)
        opened = self._fronted(re.escape(noun), low, position)
        if opened is not None and (best is None or opened[0] > best[0]):
            best = opened
        return best[1] if best else None

    def _subject_of(self, verb: int) -> int | None:
        """The mention that is subject of the verb at *verb*: directly before it, or at its sentence's start."""
        back = self._mentioned.back(verb)
        direct = self._mentioned.ending_at(back)
        if direct is not None and self._text[back:verb].strip() == "":
            return direct
        start = max(self._text.rfind(". ", 0, verb) + 2, self._text.rfind("\n", 0, verb) + 1)
        for mention in self._mentioned.within(Span(start, verb)):
            if mention.kind == "name" and mention.label in {"PERSON", "ORG"}:
                between = self._text[mention.end : verb]
                # Only what commas enclose may stand between subject and verb.
                if between.strip() == "" or (between.startswith(",") and between.rstrip().endswith(",")):
                    return mention.chain
                return None
        return None
