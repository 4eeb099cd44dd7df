"""Split a stretch of content into its propositions.

What is split: clauses that stand side by side, verb phrases that share a subject, coordinated infinitives, and lists of
nominal demands ("cancellation of …, closure of …, and expulsion of …"). Subordinate clauses stay with their main
clause. Stretches that state nothing (questions, greetings, broken clauses) give nothing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from pipeline import lexicon
from pipeline.stages.claims.clauses import LONGEST_SENTENCE, Clause, Range, clauses_in
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.tagging import FINITE, NOUNS, QUOTES

_EDGE_WORDS = frozenset({"and", "but", "or", "nor", "so", "yet", "that", ","})
_LEAD_WORDS = frozenset({"and", "but", ","})
_TRIM = QUOTES | frozenset({",", ";", ":", ".", "!", "—", "–", "-", "--", "…", "...", "(", ")", "[", "]", " ", "\n"})
_DANGLING = group("splitting_dangling")


@dataclass(frozen=True, slots=True)
class Part:
    """One proposition: its extent in tokens, its clause, and the subordinate clauses inside."""

    start: int
    end: int
    clause: Clause
    subordinate: tuple[Clause, ...] = ()


def trimmed(reading: Reading, start: int, end: int, words: frozenset[str] = frozenset()) -> Range:
    """``start:end`` without punctuation, quotation marks and *words* (only at its left) at the edges."""
    while start < end and (
        reading.words[start] in _TRIM or reading.lower[start] in words or reading.words[start].isspace()
    ):
        start += 1
    while end > start and (reading.words[end - 1] in _TRIM or reading.words[end - 1].isspace()):
        end -= 1
    return start, end


def is_complementizer(reading: Reading, i: int) -> bool:
    """Whether the word at *i* is the "that" that opens a clause (and not "that is wrong", "that man left")."""
    if reading.lower[i] != "that" or reading.tags[i] not in {"IN", "WP"} or i + 1 >= len(reading.tags):
        return False
    return reading.tags[i + 1] not in FINITE and reading.tags[i + 1] != "RB"


def fragments(reading: Reading, start: int, end: int) -> list[Range]:
    """The sentences of ``start:end``, each cut to it."""
    found: list[Range] = []
    i = start
    while i < end:
        _low, high = reading.sentence_of(i)
        found.append((i, min(high, end)))
        i = max(high, i + 1)
    return found


def is_question(reading: Reading, start: int, end: int) -> bool:
    """Whether a stretch asks: a question mark stands at its end, or right behind it."""
    for i in range(end, min(end + 2, len(reading.words))):
        if reading.words[i] == "?":
            return True
        if reading.words[i] not in QUOTES:
            break
    for i in range(end - 1, max(start, end - 4) - 1, -1):
        if reading.words[i] == "?":
            return True
        if reading.words[i] not in QUOTES and reading.words[i] not in {".", "!"}:
            return False
    return False


def is_broken(reading: Reading, start: int, end: int) -> bool:
    """Whether a stretch lost words: it ends in a word that must go on, or has commas with nothing between."""
    if start >= end or end - start > 4 * LONGEST_SENTENCE:
        return True
    words, tags = reading.lower, reading.tags
    low, high = trimmed(reading, start, end)
    if low >= high:
        return True
    if words[high - 1] in _DANGLING or (
        tags[high - 1] in {"DT", "CC", "PRP$", "TO"} and words[high - 1] not in _DEMONSTRATIVES
    ):
        return True
    for i in range(low, high - 1):
        if words[i] == "," and words[i + 1] == ",":
            return True
    # A modal or "to" that leads to no verb: "must Fourthly, the Iraqi government …".
    return tags[low] == "MD" and low + 1 < high and tags[low + 1] == "RB" and words[low + 2 : low + 3] == [","]


_DEMONSTRATIVES = group("splitting_demonstratives")


def top_clauses(found: list[Clause]) -> list[Clause]:
    """The clauses that state something of themselves: main ones, those coordinated with them, infinitives."""
    top = [c for c in found if c.role in {"main", "coordinate", "infinitive", "nominal"}]
    if not top and found and all(c.role == "complement" for c in found[:1]):
        top = [found[0]]
    return top


def parts_of(reading: Reading, start: int, end: int) -> list[Part]:
    """The propositions of a stretch inside one sentence, in order. Nothing where it states nothing."""
    start, end = trimmed(reading, start, end, _LEAD_WORDS)
    if start < end and is_complementizer(reading, start):
        start += 1
    if start >= end or end - start > LONGEST_SENTENCE:
        return []
    found = clauses_in(reading, start, end)
    top = top_clauses(found)
    if not top:
        return _nominal_parts(reading, start, end)
    opened = [c for c in found if c.role == "adverbial"]
    starts = [start]
    for before, clause in itertools.pairwise(top):
        first = min(clause.start, clause.verbs[0])
        for adverbial in opened:
            if before.verbs[1] <= adverbial.start < first and adverbial.end <= first + 1:
                first = min(first, adverbial.start)
        starts.append(max(first, before.verbs[1]))
    parts: list[Part] = []
    for n, clause in enumerate(top):
        stop = starts[n + 1] if n + 1 < len(starts) else end
        while stop > starts[n] + 1 and reading.lower[stop - 1] in {"and", "but", "or", "nor", "while", "that"}:
            stop -= 1
        low, high = trimmed(reading, starts[n], stop, _EDGE_WORDS)
        if low >= high or not low <= clause.head < high:
            continue
        inside = tuple(
            c for c in found if c is not clause and c.role not in {"main", "coordinate"} and low <= c.head < high
        )
        parts.append(Part(low, high, clause.within(low, high), inside))
    return parts


def _nominal_parts(reading: Reading, start: int, end: int) -> list[Part]:
    """A noun phrase that stands for a proposition ("closure of the embassy"), or each of a list of them."""
    if any(reading.tags[i] in FINITE for i in range(start, end)):
        return []
    pieces = _list_items(reading, start, end)
    heads = [_event_head(reading, low, high) for low, high in pieces]
    if len(pieces) > 1 and all(head is not None for head in heads):
        return [
            _nominal(reading, low, high, head)
            for (low, high), head in zip(pieces, heads, strict=True)
            if head is not None
        ]
    head = _event_head(reading, start, end)
    return [] if head is None else [_nominal(reading, start, end, head)]


def _nominal(reading: Reading, start: int, end: int, head: int) -> Part:
    low = head + 1
    if low < end and reading.lower[low] == "of":
        low += 1
    low, high = trimmed(reading, low, end)
    noun = reading.lower[head]
    verbs = lexicon.table("claims_nominalizations")
    lemma = verbs.get(noun) or verbs.get(noun.removesuffix("s")) or noun
    clause = Clause(
        start, end, head, (head, head + 1), lemma, None, (low, high) if low < high else None, "nominal", finite=False
    )
    return Part(start, end, clause)


def _list_items(reading: Reading, start: int, end: int) -> list[Range]:
    """``A, B, C, and D`` as four stretches; the whole where there is no such list."""
    cuts: list[int] = []
    conjunction = None
    depth = 0
    for i in range(start, end):
        word = reading.words[i]
        depth += word == "("
        depth -= word == ")"
        if depth > 0:
            continue
        if word in {",", ";"}:
            cuts.append(i)
        elif reading.tags[i] == "CC" and reading.lower[i] in {"and", "or"} and (_starts_phrase(reading, i + 1, end)):
            conjunction = i
            cuts.append(i)
    if conjunction is None:
        return [(start, end)]
    items: list[Range] = []
    low = start
    for cut in [*cuts, end]:
        item = trimmed(reading, low, cut, _EDGE_WORDS)
        if item[0] < item[1]:
            items.append(item)
        low = cut + 1
    return items


def _starts_phrase(reading: Reading, i: int, end: int) -> bool:
    while i < end and reading.words[i] in QUOTES:
        i += 1
    return i < end and (reading.tags[i] in {"DT", "JJ", "PRP$", "VBG"} or reading.tags[i] in NOUNS)


def _event_head(reading: Reading, start: int, end: int) -> int | None:
    """The head noun of a noun phrase, where it names an event, or a gerund that opens it; None otherwise."""
    verbs = lexicon.table("claims_nominalizations")
    i = start
    while i < end and (
        reading.tags[i] in {"DT", "JJ", "PRP$", "RB", "CD", "POS", "NN", "NNS", "NNP", "VBN"}
        or reading.words[i] in QUOTES
    ):
        i += 1
    head = next((j for j in range(i - 1, start - 1, -1) if reading.tags[j] in NOUNS), None)
    if head is None:
        return start if start < end and reading.tags[start] == "VBG" else None
    noun = reading.lower[head]
    return head if noun in verbs or noun.removesuffix("s") in verbs else None
