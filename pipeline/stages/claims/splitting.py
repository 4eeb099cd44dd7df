"""Split a stretch of content into its propositions.

What is split: clauses that stand side by side, verb phrases that share a subject, coordinated infinitives, and lists of
nominal demands ("cancellation of …, closure of …, and expulsion of …"). Subordinate clauses stay with their main
clause. Stretches that state nothing (questions, greetings, broken clauses) give nothing.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

from pipeline.stages.claims.clauses import LONGEST_SENTENCE, Clause, Part, Range, clauses_in
from pipeline.stages.claims.edges import trimmed
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.nominal import nominal_parts
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import FINITE, QUOTES

_EDGE_WORDS = frozenset({"and", "but", "or", "nor", "so", "yet", ","})
#: So many wider gaps between words are columns.
_COLUMNS = 2
_LEAD_WORDS = frozenset({"and", "but", ","})
_DANGLING = group("splitting_dangling")


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


def is_greeting(reading: Reading, part: Part) -> bool:
    """Whether a proposition only thanks, greets or consoles."""
    if part.clause.lemma in {"thank", "congratulate", "greet"}:
        return True
    polite = group("splitting_polite")
    known = part.clause.object
    return known is not None and any(reading.lower[i] in polite for i in range(known[0], min(known[0] + 3, known[1])))


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
    inside = words[low:high]
    if inside.count(",") > 1 and any(a == b == "," for a, b in itertools.pairwise(inside)):
        return True
    if "|" in inside or reading.gaps_in(low, high) >= _COLUMNS:
        return True  # a row of a table
    # A modal or "to" that leads to no verb: "must Fourthly, the Iraqi government …".
    return tags[low] == "MD" and low + 1 < high and tags[low + 1] == "RB" and words[low + 2 : low + 3] == [","]


_DEMONSTRATIVES = group("splitting_demonstratives")


def top_clauses(found: list[Clause]) -> list[Clause]:
    """The clauses that state something of themselves: main ones, those coordinated with them, infinitives."""
    top = [c for c in found if c.role in {"main", "coordinate", "infinitive", "nominal"}]
    if not top and found and found[0].role == "complement" and found[0].mark in {None, "that"}:
        top = [found[0]]
    return top


def _where_it_begins(reading: Reading, clause: Clause) -> int:
    """The first token of a coordinate clause; what a parse puts before its subject counts only if it leads in."""
    begin = min(clause.start, clause.verbs[0])
    subject = clause.subject
    if subject is None or not begin < subject[0] < clause.verbs[0]:
        return begin
    if ":" in reading.words[begin : subject[0]]:
        return subject[0]
    i = begin
    while i < subject[0] and (reading.tags[i] in {"CC", "PU"} or reading.words[i] in QUOTES):
        i += 1
    if reading.tags[i] == "TO" and "CC" in reading.tags[i : subject[0]]:
        return subject[0]  # "(too early) to tell, and **there** is …"
    return begin if i >= subject[0] or reading.tags[i] in {"IN", "RB", "WRB", "TO", "VBG", "JJ"} else subject[0]


def _without_complements(reading: Reading, top: list[Clause]) -> list[Clause]:
    """*top* without infinitives that a parse set apart from the clause that they complete: "too early **to tell**"."""
    kept = top[:1]
    for before, clause in itertools.pairwise(top):
        opening = clause.verbs[0] - 1
        set_apart = clause.role == "infinitive" and before.finite and opening > before.verbs[0]
        joined = reading.tags[opening - 1] in {"CC", "PU"} or reading.lower[opening] != "to"
        if not set_apart or joined:
            kept.append(clause)
    return kept


def _without_halves(reading: Reading, top: list[Clause]) -> list[Clause]:
    """*top* without predicates that share the object of the one right behind, which begins with them then.

    "**targeted** and killed members" is one statement; "resigned and left the party" are two.
    """
    kept: list[Clause] = []
    carried: int | None = None
    for n, clause in enumerate(top):
        if carried is not None:
            clause, carried = replace(clause, start=carried), None
        after = top[n + 1] if n + 1 < len(top) else None
        if after is not None and _is_half(reading, clause, after):
            carried = min(clause.start, clause.verbs[0])
        else:
            kept.append(clause)
    return kept


def _is_half(reading: Reading, clause: Clause, after: Clause) -> bool:
    if clause.object is not None or clause.passive or after.object is None:
        return False
    beside = after.verbs[0] == clause.verbs[1] + 1 and reading.tags[clause.verbs[1]] == "CC"
    return (
        beside
        and after.finite == clause.finite
        and after.subject == clause.subject
        and clause.lemma not in group("splitting_intransitive")
    )


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
        return nominal_parts(reading, start, end)
    top = _without_halves(reading, _without_complements(reading, top))
    opened = [c for c in found if c.role == "adverbial"]
    starts = [start]
    for before, clause in itertools.pairwise(top):
        first = _where_it_begins(reading, clause)
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
        if n > 0 and low < high and is_complementizer(reading, low):
            low += 1
        if low >= high or not low <= clause.head < high:
            continue
        inside = tuple(
            c for c in found if c is not clause and c.role not in {"main", "coordinate"} and low <= c.head < high
        )
        parts.append(Part(low, high, clause.within(low, high), inside))
    return parts
