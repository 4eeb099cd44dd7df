"""Clauses from a predicted parse, checked against those from tags and punctuation.

A parser of news is wrong in about every seventh attachment. Where it leaves a predicate without a subject, or skips a
noun phrase that stands right before the verb, the subject is taken from the shallow maker; a finite verb that the parse
buries in another clause's object, and for which the shallow maker finds a subject, becomes a clause of its own.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from pipeline import lexicon
from pipeline.stages.claims import parsed, shallow
from pipeline.stages.claims.clauses import Clause, Range
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import FINITE, NOUNS

_TOP = frozenset({"main", "coordinate"})
#: Tokens of a subject that is taken from tags alone, against the parse; and tags that it can't hold.
_LONGEST_SUBJECT = 12
_BARE = frozenset({"TO", "VB", "MD", "PU"})
_NOMINAL = NOUNS | {"PRP"}


def _skips_noun(reading: Reading, subject: Range, verb: int) -> bool:
    """Whether a noun stands between a subject and its verb."""
    if subject[1] > verb:
        return False
    return not _NOMINAL.isdisjoint(reading.tags[subject[1] : verb])


def _with_subject(reading: Reading, clause: Clause, other: Clause | None) -> Clause:
    """*clause* with the subject of *other*, the shallow clause of the same verb, where its own can't be right."""
    if other is None or other.subject is None or clause.role == "relative":
        return clause
    if _separate(reading, clause, other):
        clause = replace(clause, role="coordinate", subject=clause.subject or other.subject)
    missing = clause.subject is None
    wrong = (
        clause.subject is not None and clause.governor is None and _skips_noun(reading, clause.subject, clause.verbs[0])
    )
    if not missing and not wrong:
        return clause
    return replace(clause, subject=other.subject, start=min(clause.start, max(other.start, other.subject[0])))


def _separate(reading: Reading, clause: Clause, other: Clause) -> bool:
    """Whether ", and", or the comma of a list of clauses, parts a clause from the one in which the parse buries it."""
    if clause.role in _TOP or other.role != "coordinate" or not clause.finite or other.subject is None:
        return False
    first = other.subject[0]
    if first >= 1 and reading.words[first - 1] in {",", ";"}:
        return True
    return first >= 2 and reading.tags[first - 1] == "CC" and reading.words[first - 2] in {",", ";"}


def _states(clause: Clause) -> bool:
    return clause.role in _TOP and clause.finite


def _without_swallowed(reading: Reading, deep: list[Clause], flat: dict[int, Clause], start: int) -> list[Clause]:
    """*deep* with the main clauses of *flat* in place of those that the parse has turned round.

    Where the parse takes a pronoun and its verb into the subject ("**It is not what** worked"), or finds no main clause
    at all and the shallow maker does, with the first words of the stretch as its subject.
    """
    inside = [clause for clause in deep if _begins_with_clause(reading, clause)]
    if inside:
        firsts = {clause.subject[0] for clause in inside if clause.subject is not None}
    elif any(_states(clause) for clause in deep):
        return deep
    else:
        firsts = {start}
    mended = [c for c in flat.values() if _states(c) and c.subject and c.subject[0] in firsts and _is_plain(reading, c)]
    if not mended:
        return deep
    heads = {clause.head for clause in mended}
    kept = [replace(c, role="complement") if c in inside else c for c in deep if c.head not in heads]
    return sorted([*kept, *mended], key=lambda clause: clause.head)


def _is_plain(reading: Reading, clause: Clause) -> bool:
    """Whether the subject of a shallow clause is a short noun phrase, and its verb no "'s" that may be a genitive."""
    if clause.subject is None or clause.subject[1] - clause.subject[0] > _LONGEST_SUBJECT:
        return False
    inside = reading.tags[slice(*clause.subject)]
    if any(a in {"NN", "NNS"} and b in {"NNP", "PRP"} for a, b in pairwise(inside)):
        return False  # "the story **Kennedy** told": a relative clause without a pronoun
    return reading.lower[clause.verbs[0]] != "'s" and not _BARE.intersection(inside)


def _begins_with_clause(reading: Reading, clause: Clause) -> bool:
    """Whether the subject of a clause is a personal pronoun with a verb of its own: "**It is** not what (worked)"."""
    if clause.subject is None or clause.subject[1] - clause.subject[0] < 2:
        return False
    first = clause.subject[0]
    return reading.tags[first] == "PRP" and reading.tags[first + 1] in FINITE


def _is_sound(reading: Reading, deep: list[Clause], start: int, end: int) -> bool:
    """Whether a parse leaves nothing that the shallow maker could mend: then it needn't be asked."""
    if not any(_states(clause) for clause in deep) or any(_begins_with_clause(reading, clause) for clause in deep):
        return False
    covered = {i for clause in deep for i in range(*clause.verbs)}
    for i, tag in enumerate(reading.tags[start:end], start):
        if tag in FINITE and i not in covered:
            return False
    for clause in deep:
        if clause.role == "relative":
            continue
        if clause.subject is None:
            return False
        first = clause.subject[0]
        if clause.governor is None and _skips_noun(reading, clause.subject, clause.verbs[0]):
            return False
        led = first >= 1 and (reading.words[first - 1] in {",", ";"} or reading.tags[first - 1] == "CC")
        if led and clause.role not in _TOP and clause.finite:
            return False
    return True


def clauses(reading: Reading, start: int, end: int) -> list[Clause]:
    """The clauses of ``start:end`` from both makers; see :class:`Clause`."""
    deep = parsed.clauses(reading, start, end)
    if _is_sound(reading, deep, start, end):
        return _cut(_demoted(reading, sorted(deep, key=lambda clause: clause.head), start))
    flat = {clause.head: clause for clause in shallow.clauses(reading, start, end)}
    deep = _without_swallowed(reading, deep, flat, start)
    found = [_with_subject(reading, clause, flat.get(clause.head)) for clause in deep]
    covered = {i for clause in found for i in range(*clause.verbs)}
    tops = [clause for clause in found if clause.role in _TOP]
    for clause in flat.values():
        if clause.role not in _TOP or clause.subject is None or not clause.finite or clause.head in covered:
            continue
        if any(i in covered for i in range(clause.subject[0], clause.verbs[1])):
            continue
        found.append(replace(clause, role="coordinate" if tops else "main"))
    found.sort(key=lambda clause: clause.head)
    return _cut(_demoted(reading, found, start))


def _demoted(reading: Reading, found: list[Clause], start: int) -> list[Clause]:
    """Clauses that the parse takes for main ones, though a word or their order says what they are."""
    subordinators = lexicon.words("claims_subordinators")
    kept: list[Clause] = []
    first = True
    for clause in found:
        if clause.role not in _TOP or clause.subject is None:
            kept.append(clause)
            first = first and clause.role not in _TOP
            continue
        begin = clause.subject[0]
        before = reading.lower[begin - 1] if begin > start else ""
        inverted = clause.verbs[0] < begin and reading.lower[clause.verbs[0]] in {"should", "were", "had"}
        if reading.lower[begin] in {"who", "which"} and begin > start:
            clause = replace(clause, role="relative", mark=reading.lower[begin])
        elif inverted and clause.verbs[0] > start:  # "should the owners refuse"
            low = clause.verbs[0]
            clause = replace(clause, role="adverbial", mark=reading.lower[low], start=low)
        elif before in subordinators and before not in {"so", "than", "like"}:
            clause = replace(clause, role="adverbial", mark=before, start=begin - 1)
        elif not first and any(begin == other.verbs[1] for other in kept if other.role in _TOP):
            clause = replace(clause, role="complement")  # "I think the army left"
        kept.append(clause)
        first = first and clause.role not in _TOP
    return kept


def _cut(found: list[Clause]) -> list[Clause]:
    """Main and coordinate clauses end where the next one begins."""
    starts = sorted(
        {c.subject[0] if c.subject and c.start <= c.subject[0] else c.start for c in found if c.role in _TOP}
    )
    cut = []
    for clause in found:
        after = [s for s in starts if s > clause.verbs[0] and s >= clause.verbs[1]]
        if clause.role in _TOP and after and after[0] < clause.end:
            cut.append(clause.within(clause.start, after[0]))
        else:
            cut.append(clause)
    return cut
