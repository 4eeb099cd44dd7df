"""Polarity inside the proposition. The claimant's own stance ("denied that …") is another column and never counts here.

The cues are those of the negation literature (ConanDoyle-neg, TimeML's polarity): *not*, *never*, *no* and its kin in
the verb group, in the subject, or in the object ("found no evidence").
"""

from __future__ import annotations

from pipeline import lexicon
from pipeline.stages.claims.clauses import Clause
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import NOUNS, QUOTES

_VERBAL = frozenset(
    {"not", "n't", "never", "nor", "neither", "hardly", "scarcely", "barely", "nowhere", "no", "longer"}
)
_NOMINAL = frozenset({"no", "none", "nobody", "nothing", "neither", "noone", "nowhere", "without", "zero", "nary"})
_NOT_ONLY = frozenset({"only", "just", "merely", "simply", "least", "necessarily"})
_TRANSPARENT = frozenset({"DT", "JJ", "RB", "CD", "PRP$", "VBN", "VBG"})
_BE = frozenset({"be", "am", "is", "are", "was", "were", "been", "being", "'s", "'re", "'m"})


def _verbal_cues(reading: Reading, start: int, end: int) -> int:
    """How many negation cues a verb group holds; "not only" is none, "no longer" one."""
    count = 0
    for i in range(start, end):
        word = reading.lower[i]
        after = reading.lower[i + 1] if i + 1 < len(reading.lower) else ""
        if word in {"not", "n't", "never", "nor", "neither", "hardly", "scarcely", "barely"} and after not in _NOT_ONLY:
            count += 1
        elif word in {"no", "any"} and after == "longer":
            count += word == "no"
    return count


def _starts_negative(reading: Reading, start: int, end: int) -> bool:
    """Whether a noun phrase is negative: "no such weapons", "none of the men", "not one soldier"."""
    while start < end and reading.words[start] in QUOTES:
        start += 1
    if start >= end:
        return False
    word = reading.lower[start]
    after = reading.lower[start + 1] if start + 1 < end else ""
    if word in {"no", "none", "nobody", "nothing", "neither", "zero"}:
        return after not in {"longer", "doubt", "matter", "wonder", "."}
    return word == "not" and after in {"a", "an", "one", "all", "any", "every", "everyone", "much", "many", "enough"}


def negated(reading: Reading, clause: Clause, by_object: bool = True) -> bool:
    """Whether *clause* says that something is not so. Two negations cancel out.

    With *by_object* a negative object counts ("found no evidence"): the proposition is denied, though the finding took
    place.
    """
    low, high = clause.verbs
    if low > clause.start and reading.lower[low - 1] == "to":
        low -= 1  # "asked them **not to** leave"
    # Adverbs before the group ("never again will …") and right behind it ("is not", "is no longer") belong to it.
    while low > clause.start and reading.tags[low - 1] == "RB" and low > clause.verbs[0] - 3:
        low -= 1
    while (
        high < clause.end
        and (reading.lower[high] in _VERBAL or reading.tags[high] == "RB")
        and high < clause.verbs[1] + 3
    ):
        high += 1
    count = _verbal_cues(reading, low, high)
    if clause.auxiliaries is not None:
        count += _verbal_cues(reading, *clause.auxiliaries)
    if clause.subject is not None and clause.role != "relative" and _starts_negative(reading, *clause.subject):
        count += 1
    if (
        by_object
        and clause.object is not None
        and _starts_negative(reading, *clause.object)
        and reading.lower[clause.object[0]] != "not"
    ):
        count += 1
    if clause.role == "nominal" and negated_noun(reading, clause.head):
        count += 1
    return count % 2 == 1


def negated_noun(reading: Reading, head: int) -> bool:
    """Whether the noun at token *head* is denied by its determiner: "no decision", "without any pressure"."""
    i = head - 1
    while (
        i >= 0
        and head - i < 7
        and (reading.tags[i] in _TRANSPARENT or reading.tags[i] in NOUNS or reading.words[i] in QUOTES)
    ):
        if reading.lower[i] == "no":
            return True
        i -= 1
    if i < 0:
        return False
    word = reading.lower[i]
    if word in {"without", "no"}:
        return True
    if word == "of" and i > 0:
        return reading.lower[i - 1] in {"none", "lack", "absence"}
    return word == "not" and reading.lower[i + 1] in {"a", "an", "any", "the"} and i > 0 and reading.lower[i - 1] in _BE


def negated_at(reading: Reading, token: int, found: list[Clause]) -> bool:
    """Whether the event named at *token* is denied; *found* are the clauses of its sentence.

    What TimeML calls polarity: the event itself, be it a clause's predicate, an infinitive, an adjective or a noun.
    """
    for clause in found:
        if clause.head == token:
            return negated(reading, clause, by_object=False)
    tag = reading.tags[token]
    if tag in NOUNS:
        return negated_noun(reading, token)
    i = token - 1
    steps = 0
    while i >= 0 and steps < 6:
        word = reading.lower[i]
        if word in {"not", "n't", "never", "without", "nor"}:
            return reading.lower[i + 1] not in _NOT_ONLY
        if word in lexicon.words("claims_auxiliaries") or reading.tags[i] in {"RB", "DT"} or word in QUOTES:
            if word == "no" and reading.lower[i + 1] in {"longer", "more"}:
                return True
            i -= 1
            steps += 1
            continue
        break
    return False
