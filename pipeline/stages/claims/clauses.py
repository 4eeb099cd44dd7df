"""A clause: subject, predicate, object — the common language of the two makers and of everything that reads them.

Clause types follow ClausIE (Del Corro & Gemulla 2013) and PredPatt (White et al. 2016), reduced to what a row shows:
one subject, one predicate, and all that completes it. :mod:`parsed` makes clauses from a UD parse, :mod:`shallow` from
tags, word lists and punctuation, :mod:`merged` from both; :func:`clauses_in` picks by what the Doc has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from pipeline.stages.claims.reading import Reading

Range = tuple[int, int]
Role = Literal["main", "coordinate", "relative", "adverbial", "complement", "infinitive", "modifier", "nominal"]

#: A longer stretch of tokens is a list or a table that lost its breaks, not a sentence: nothing is read from it.
LONGEST_SENTENCE = 220


@dataclass(slots=True)
class Clause:
    """One predicate and its arguments, in token indices of the Doc.

    Attributes:
        start, end: the clause's extent, with its subject and what completes it.
        head: the content word of the predicate (the last verb of its group, or the noun of a nominal one).
        verbs: first and last token of the verb group, auxiliaries and negation included.
        lemma: the predicate, lemmatised, with its particle ("drive out"); negation left out.
        subject: its noun phrase; may lie outside the extent (shared by coordination, or an antecedent).
        object: the object, complement or whatever else completes the predicate.
        mark: the word that opens it ("that", "if", "who"), lower-case.
        finite: whether it states something of itself (an infinitive doesn't).
        auxiliaries: those that a coordinated predicate shares with the first ("must be expelled and tried").
        governor: the head of the clause in which this one stands, where known.
    """

    start: int
    end: int
    head: int
    verbs: Range
    lemma: str
    subject: Range | None = None
    object: Range | None = None
    role: Role = "main"
    mark: str | None = None
    finite: bool = True
    passive: bool = False
    auxiliaries: Range | None = None
    governor: int | None = None

    def within(self, start: int, end: int) -> Clause:
        """The same clause, its extent and object cut to ``start:end``."""
        low, high = max(self.start, start), min(self.end, end)
        cut = self.object
        if cut is not None:
            cut = (max(cut[0], start), min(cut[1], end))
            cut = cut if cut[0] < cut[1] else None
        high = max(low, high)
        if low == self.start and high == self.end and cut == self.object:
            return self
        return replace(self, start=low, end=high, object=cut)


@dataclass(slots=True)
class Part:
    """One proposition: its extent in tokens, its clause, and the subordinate clauses inside.

    ``shown`` are the words that follow the subject in the proposition, where they aren't those of the extent.
    """

    start: int
    end: int
    clause: Clause
    subordinate: tuple[Clause, ...] = ()
    shown: Range | None = None


@cache
def _maker(parsed: bool) -> Callable[[Reading, int, int], list[Clause]]:
    """What makes the clauses of a Doc with or without a parse; both makers read this module."""
    from pipeline.stages.claims import merged, shallow

    return merged.clauses if parsed else shallow.clauses


def clauses_in(reading: Reading, start: int, end: int) -> list[Clause]:
    """The clauses whose predicate stands in ``start:end``, in order of their predicates.

    ``start:end`` should lie inside one sentence; one of more than :data:`LONGEST_SENTENCE` tokens gives none.
    """
    if end - start > LONGEST_SENTENCE or start >= end:
        return []
    found = reading.clauses.get((start, end))
    if found is None:
        found = reading.clauses[start, end] = _maker(reading.parsed)(reading, start, end)
    return found
