"""``It is not true that …``: what is said of a statement is the claimant's stance to it, not a claim of its own."""

from __future__ import annotations

from typing import Final

from pipeline.stages.claims.clauses import Part
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.polarity import negated
from pipeline.stages.claims.reading import Reading

_TRUE: Final = group("truth_true")
_FALSE: Final = group("truth_false")
#: Tokens between the copula and "that" ("is **simply not** true that").
_FAR: Final = 5


def verdict(reading: Reading, part: Part) -> tuple[str, int] | None:
    """The stance of a part such as "it is false that …", and the token at which the statement begins; None else."""
    clause = part.clause
    if clause.lemma != "be" or clause.subject is None or clause.object is None:
        return None
    if clause.subject[1] - clause.subject[0] > 1 or reading.lower[clause.subject[0]] not in {"it", "that"}:
        return None
    low = clause.verbs[0]
    that = next((i for i in range(low, min(part.end - 2, low + _FAR + 2)) if reading.lower[i] == "that"), None)
    if that is None or not clause.verbs[1] <= that:
        return None
    word = reading.lower[that - 1]
    if word not in _TRUE | _FALSE:
        return None
    so = (word in _TRUE) != negated(reading, clause)
    return ("affirms" if so else "denies"), that + 1
