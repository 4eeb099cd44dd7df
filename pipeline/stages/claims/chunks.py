"""Chunks of a stretch of tokens: noun phrases, verb groups and the words between, from tags alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline import lexicon
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import FINITE, NOUNS

ChunkKind = Literal["noun", "verb", "nonfinite", "prep", "mark", "wh", "and", "adverb", "adjective", "comma", "break"]

_BE = frozenset({"be", "am", "is", "are", "was", "were", "been", "being", "'s", "'re", "'m"})
_HAVE = frozenset({"have", "has", "had", "having", "'ve"})
_NOT = frozenset({"not", "n't", "never"})
_BREAKS = frozenset({";", ":", "—", "–", "--", "―", "...", "…", "(", ")", "[", "]", ".", "?", "!", "•", "|", "*"})
_LONGEST_PHRASE = 25
_DEMONSTRATIVES = frozenset({"this", "that", "these", "those"})
_PHRASE_START = frozenset({"DT", "PRP$"})
_QUANTIFIERS = group("chunks_quantifiers")
_AFTER_THAT = frozenset({"PRP", "PRP$", "DT", "NNP", "EX"})
_VERBAL_PREPOSITIONS = frozenset({"according", "following", "regarding", "concerning", "including", "pending", "amid"})
_CLAUSE_OR_PHRASE = group("chunks_clause_or_phrase")


@dataclass(slots=True)
class Chunk:
    """``start:end`` in tokens; ``head`` is the noun of a noun chunk and the content verb of a verb group."""

    kind: ChunkKind
    start: int
    end: int
    head: int


class _Scanner:
    def __init__(self, reading: Reading, start: int, end: int) -> None:
        self.reading = reading
        self.tags = reading.tags
        self.lower = reading.lower
        self.start, self.end = start, end

    def skippable(self, i: int) -> bool:
        return self.reading.blank[i]

    def verb_group(self, i: int) -> Chunk | None:
        """The verb group that begins at *i*: auxiliaries, adverbs between them, and the content verb."""
        finite = self.tags[i] in FINITE
        if not finite and self.tags[i] not in {"TO", "VBG", "VBN", "VB"}:
            return None
        if self.tags[i] == "TO" and not self._verb_after(i + 1):
            return None
        head, j = i, i + 1
        last = i + 1
        while j < self.end and j - i < 14:
            tag, word = self.tags[j], self.lower[j]
            previous = self.lower[head]
            if self.skippable(j) or tag == "RB" or word in _NOT:
                # An adverb belongs to the group only if a verb of the group follows.
                j += 1
                continue
            follows = (
                (self.tags[head] in {"MD", "TO"} and tag in {"VB", "VBP", "VBD"} and head != j)
                or (previous in _HAVE and tag in {"VBN", "VBD"})
                or (previous in _BE and tag in {"VBN", "VBG", "VBD"})
                or (previous in {"get", "gets", "got", "getting"} and tag == "VBN")
                or (previous in {"do", "does", "did"} and tag in {"VB", "VBP"})
            )
            if not follows:
                break
            head, j = j, j + 1
            last = j
        while last < self.end and (self.lower[last] in {"not", "n't"} or self.tags[last] == "RP"):
            last += 1
        return Chunk("verb" if finite else "nonfinite", i, last, head)

    def _verb_after(self, j: int) -> bool:
        while j < self.end and (self.tags[j] == "RB" or self.skippable(j)):
            j += 1
        return j < self.end and self.tags[j] in {"VB", "VBP"}

    def noun_chunk(self, i: int) -> Chunk | None:
        """The noun phrase that begins at *i*, without what follows its head noun."""
        if self.tags[i] in {"PRP", "EX"}:
            return Chunk("noun", i, i + 1, i)
        j, head = i, -1
        while j < self.end and j - i < _LONGEST_PHRASE:
            if not self.skippable(j):
                if self.tags[j] in NOUNS or self.tags[j] == "CD" or self.lower[j] == "%":
                    head = j
                elif self.tags[j] == "POS" and head >= 0:
                    head = -1
                elif not (self._modifies(j, i) if head < 0 else self._continues(j)):
                    break
            j += 1
        if head >= 0:
            return Chunk("noun", i, head + 1, head)
        if self.lower[i] in _QUANTIFIERS or (self.lower[i] in _DEMONSTRATIVES and self.tags[i] == "DT"):
            return Chunk("noun", i, i + 1, i)
        if self.tags[i] == "DT" and j > i + 1 and all(self._adjectival(k) for k in range(i, j)):
            return Chunk("noun", i, j, j - 1)  # "the wounded", "the latest"
        return None

    def _adjectival(self, k: int) -> bool:
        return self.tags[k] in {"DT", "JJ", "RB", "VBN"} or self.skippable(k)

    def _modifies(self, j: int, first: int) -> bool:
        """Whether token *j*, before any noun of the phrase that begins at *first*, belongs to it."""
        tag, word = self.tags[j], self.lower[j]
        if tag in _PHRASE_START:
            return j == first or (j - 1 == first and self.tags[first] == "DT")
        if tag in {"JJ", "X"}:
            return True
        if tag in {"VBN", "VBG"}:
            return (j > first or tag == "VBN") and self._noun_follows(j + 1)
        if tag == "RB":
            return self._modifier_follows(j + 1)
        if word in {"and", ","}:
            return j > first and self.tags[j - 1] == "JJ" and self._noun_follows(j + 1)
        return self._joins(j, first)

    def _continues(self, j: int) -> bool:
        """Whether token *j*, behind a noun, still belongs to its phrase: an adjective before another noun, a hyphen."""
        if self.tags[j] == "JJ":
            return self._noun_follows(j + 1)
        return self.tags[j] == "X" or self._joins(j, self.start)

    def _joins(self, j: int, first: int) -> bool:
        hyphen = self.lower[j] in {"-", "/", "&", "‑"}
        return hyphen and first < j < self.end - 1 and self.tags[j + 1] in NOUNS | {"JJ", "CD"}

    def _noun_follows(self, j: int) -> bool:
        while j < self.end and (self.tags[j] in {"JJ", "VBN", "VBG", "CD"} or self.skippable(j)):
            j += 1
        return j < self.end and self.tags[j] in NOUNS

    def _modifier_follows(self, j: int) -> bool:
        return j < self.end and self.tags[j] in {"JJ", "CD", "VBN"} and (self.tags[j] == "CD" or self._noun_follows(j))


def _leads_phrase(reading: Reading, i: int, end: int) -> bool:
    """Whether a word such as "following" or "according to" stands before a noun phrase, as a preposition does."""
    if i + 1 >= end:
        return False
    if reading.lower[i] == "according":
        return reading.lower[i + 1] == "to"
    return reading.tags[i + 1] in NOUNS | {"DT", "PRP$", "JJ", "CD", "PRP"}


def _opens_clause(scanner: _Scanner, i: int) -> bool:
    """Whether a preposition that may also be a subordinator has a finite verb before the next break."""
    if scanner.lower[i] not in _CLAUSE_OR_PHRASE:
        return True
    for j in range(i + 1, min(scanner.end, i + 25)):
        if scanner.tags[j] in FINITE:
            return True
        if scanner.lower[j] in _BREAKS or scanner.lower[j] == "," or scanner.tags[j] in {"CC", "WP", "VBG", "TO"}:
            return False
    return False


def chunks(reading: Reading, start: int, end: int) -> list[Chunk]:
    """The chunks of ``start:end`` in order; quotation marks and white space belong to none. Linear in the tokens."""
    scanner = _Scanner(reading, start, end)
    subordinators = lexicon.words("claims_subordinators")
    found: list[Chunk] = []
    i = start
    while i < end:
        tag, word = reading.tags[i], reading.lower[i]
        chunk: Chunk | None = None
        if scanner.skippable(i):
            i += 1
            continue
        if word in _BREAKS:
            chunk = Chunk("break", i, i + 1, i)
        elif word == ",":
            chunk = Chunk("comma", i, i + 1, i)
        elif tag == "CC" or word == "&":
            chunk = Chunk("and", i, i + 1, i)
        elif word == "that" and tag == "WP" and i + 1 < end and reading.tags[i + 1] in _AFTER_THAT:
            chunk = Chunk("mark", i, i + 1, i)
        elif tag in {"WP", "WRB"}:
            chunk = Chunk("wh" if tag == "WP" else "mark", i, i + 1, i)
        elif tag == "IN" and (word == "that" or (word in subordinators and _opens_clause(scanner, i))):
            chunk = Chunk("mark", i, i + 1, i)
        elif word in _VERBAL_PREPOSITIONS and _leads_phrase(reading, i, end):
            length = 2 if reading.lower[i + 1] == "to" else 1
            chunk = Chunk("prep", i, i + length, i)
        elif tag in {"IN", "RP"} or (tag == "TO" and not scanner._verb_after(i + 1)):
            chunk = Chunk("prep", i, i + 1, i)
        else:
            if tag in FINITE or tag in {"TO", "VB"}:
                chunk = scanner.verb_group(i)
            if chunk is None:
                chunk = scanner.noun_chunk(i)
            if chunk is None and tag in {"VBG", "VBN"}:
                chunk = scanner.verb_group(i)
            if chunk is None:
                chunk = Chunk("adverb" if tag in {"RB", "DT", "CD"} else "adjective", i, i + 1, i)
        found.append(chunk)
        i = max(chunk.end, i + 1)
    return found
