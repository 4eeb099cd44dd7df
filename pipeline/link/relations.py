"""How two statements bear on each other, read from their parts.

Precision comes first: without the same predicate or nearly all words there is no relation, and no contradiction without
the same subject. That something is not so contradicts that it is so only where what is denied says no more than what is
affirmed ("didn't approve the budget in March" and "approved it in May" go together); other numbers contradict only
where all other words agree and neither is a later count, a part, another day or another place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from pipeline import lexicon
from pipeline.link.statements import Statement, stem

#: Weighted share of words: of the union (two wordings of one statement), and of the smaller (one clipped).
ALIKE: Final = 0.62
CONTAINED: Final = 0.85
#: Below this share of the union nothing relates two statements but that they are one quotation.
AT_LEAST: Final = 0.4
#: Claims with fewer content words than this say too little to be compared by words.
MINIMUM: Final = 3
#: Of the words of a denial, the weighted share that what it denies must have; two names say enough with fewer words.
DENIED: Final = 0.85
#: Below this share of the union of words two articles have said it in other words.
OTHER_WORDS: Final = 0.85

#: Sets of words whose weight is kept.
_REMEMBERED: Final = 20_000

_UNREAL: Final = frozenset({"threatened", "conditional", "demanded", "planned"})
_FUTURE: Final = frozenset({"planned", "predicted"})
_FACTS: Final = frozenset({"asserted", "evaluated"})


class Weights:
    """How rare each word is, and the weight of whole sets of words, which are asked for again and again."""

    def __init__(self, of_words: Mapping[str, float]) -> None:
        self._of_words = of_words
        # By their hashes: a set of words is a thousand bytes, and other objects every time that it is read again.
        self._of_sets: dict[int, float] = {}

    def sum(self, words: frozenset[str]) -> float:
        """The exact sum of the weights of *words*, so in any order the same."""
        return math.fsum([self._of_words.get(word, 1.0) for word in words])

    def whole(self, words: frozenset[str]) -> float:
        """As :meth:`sum`, for a set that will be asked for again."""
        key = hash(words)
        found = self._of_sets.get(key)
        if found is None:
            if len(self._of_sets) >= _REMEMBERED:
                self._of_sets.clear()
            found = self._of_sets[key] = self.sum(words)
        return found


class Overlap(NamedTuple):
    """How much two sets of words have in common: weighted share of the union, and of the smaller of the two."""

    alike: float
    contained: float


def overlap(left: frozenset[str], right: frozenset[str], weights: Weights) -> Overlap:
    """The overlap of two sets."""
    shared = left & right
    if not shared:
        return Overlap(0.0, 0.0)
    common, a, b = weights.sum(shared), weights.whole(left), weights.whole(right)
    return Overlap(common / (a + b - common), common / min(a, b))


def both_overlaps(left: Statement, right: Statement, weights: Weights) -> tuple[Overlap, Overlap]:
    """The overlap of two statements' words, and the better one of these and of their words as written."""
    words = overlap(left.words, right.words, weights)
    if left.words == left.plain and right.words == right.plain:
        return words, words
    return words, max(words, overlap(left.plain, right.plain, weights))


def _apart(left: Statement, right: Statement) -> str | None:
    """``date`` or ``quantity`` where two like statements can't both hold of one thing; None where they can."""
    if _other_time(left, right):
        return "date"
    for unit, low, high in left.amounts:
        same = [(a, b) for other, a, b in right.amounts if other == unit]
        if same and all(high < a or b < low for a, b in same):
            return "quantity"
    return None


def _other_time(left: Statement, right: Statement) -> bool:
    """Whether both name a day, month or year, and not the same; one inside the other is the same."""
    if left.days and right.days:
        return left.days[1] < right.days[0] or right.days[1] < left.days[0]
    if not left.times or not right.times:
        return False
    return not any(a.startswith(b) or b.startswith(a) for a in left.times for b in right.times)


@dataclass(frozen=True, slots=True)
class Relation:
    """How two statements bear on each other."""

    relation: str
    conflict: str | None
    score: float


def _same_subject(left: Statement, right: Statement) -> bool:
    """Whether the subjects are one: by their entity, or, where that is open, by all words of the shorter."""
    if left.subject_id is not None and right.subject_id is not None:
        return left.subject_id == right.subject_id
    a, b = left.subject_words, right.subject_words
    return bool(a and b) and (a <= b or b <= a)


def _same_predicate(left: Statement, right: Statement) -> bool:
    if left.predicate == right.predicate:
        return True
    if left.restated != right.restated:
        denial, other = (left, right) if left.restated else (right, left)
        # "denied taking": stems of a gerund and of a lemma may differ in a silent e.
        wanted = stem(other.predicate.split(" ")[0]).removesuffix("e")
        return any(word.removesuffix("e") == wanted for word in denial.plain)
    table = lexicon.table("claims_contraries")
    return table.get(left.predicate) == right.predicate or table.get(right.predicate) == left.predicate


def _same_object(left: Statement, right: Statement, weights: Weights) -> bool:
    return overlap(left.object_words, right.object_words, weights).contained >= 0.75


def _names_differ(left: Statement, right: Statement) -> bool:
    """Whether each side names something that the other doesn't: another place, another company."""
    return bool(left.names - right.plain) and bool(right.names - left.plain)


def _same_world(left: Statement, right: Statement) -> bool:
    """Whether both speak of what is or was, or both of what will be; what may be contradicts nothing."""
    a, b = left.modality, right.modality
    return (a in _FACTS and b in _FACTS) or (a in _FUTURE and b in _FUTURE)


def _denies(left: Statement, right: Statement, weights: Weights) -> bool:
    """Whether one says that just what the other says is not so."""
    denial, other = (left, right) if right.positive else (right, left)
    if not _same_world(left, right) or _names_differ(left, right):
        return False
    if denial.times and not other.times and denial.modality in _FACTS:
        return False  # that it wasn't so on one day doesn't say that it never was
    bare, full = denial.plain, other.plain
    if not bare or {word for word in denial.names if word not in full}:
        return False
    return weights.sum(bare & full) >= DENIED * weights.whole(bare)


def _other_figure(left: Statement, right: Statement) -> bool:
    """Whether the same is said with figures that can't both be: all other words agree, on one side at least."""
    if left.modality not in _FACTS or right.modality not in _FACTS or bool(left.times) != bool(right.times):
        return False
    bare = [side.plain for side in (left, right)]
    if not (bare[0] <= bare[1] or bare[1] <= bare[0]):
        return False
    return not _has_grown(left, right)


def _has_grown(left: Statement, right: Statement) -> bool:
    """Whether the higher figure is the later one, of a count that only grows: the dead, the hurt, the arrested."""
    if left.predicate not in lexicon.words("claims_tolls"):
        return False
    if left.published is None or right.published is None or left.published == right.published:
        return False
    earlier, later = sorted((left, right), key=lambda side: side.published or left.published)  # type: ignore[arg-type, return-value]
    return max(low for _, low, _ in earlier.amounts) <= max(low for _, low, _ in later.amounts)


def on_document(left: Statement, right: Statement) -> Relation | None:
    """A contradiction where two sources of one article disagree on whether its document is genuine; None else.

    "The memo is not accurate" and "it was real" share no words: that both judge a document, or "it", has to do.
    """
    apart = left.end <= right.start or right.end <= left.start
    if left.positive == right.positive or left.claimant == right.claimant or not apart or left.whole or right.whole:
        return None
    if not _same_world(left, right) or "doubts" in {left.stance, right.stance}:
        return None
    return Relation("contradicts", "polarity" if left.polarity != right.polarity else "stance", 0.5)


def relate(left: Statement, right: Statement, best: Overlap, weights: Weights) -> Relation | None:
    """The relation of two statements from their parts, or None; *best* is their better overlap. Symmetric."""
    named = len(left.names & right.names) >= 2
    if min(len(left.plain), len(right.plain)) < (MINIMUM - 1 if named else MINIMUM):
        return None
    if left.article == right.article and left.start < right.end and right.start < left.end:
        return None  # one is stated inside the other
    alike, contained = best
    quoted = left.quotation is not None and left.quotation == right.quotation
    if alike < AT_LEAST and not quoted:
        return None
    same_subject = _same_subject(left, right)
    if left.subject_id and right.subject_id and left.subject_id != right.subject_id and not quoted and alike < 0.95:
        return None
    same_predicate = _same_predicate(left, right)
    by_words = alike >= ALIKE or (contained >= CONTAINED and alike >= 0.5) or (quoted and contained >= CONTAINED)
    by_parts = same_subject and same_predicate and alike >= AT_LEAST and _same_object(left, right, weights)
    if not by_words and not by_parts:
        return None
    score = round(max(alike, 0.9 * contained if by_words else 0.0, 0.6 if by_parts else 0.0), 3)
    apart = _apart(left, right)
    if left.positive != right.positive:
        strict = same_predicate and (same_subject or alike >= 0.9) and apart is None and _denies(left, right, weights)
        if not strict or left.whole or "doubts" in {left.stance, right.stance}:
            return None
        stances = left.stance != right.stance or left.restated != right.restated
        return Relation("contradicts", "stance" if stances and left.polarity == right.polarity else "polarity", score)
    if left.predicate != right.predicate and same_predicate and not quoted:
        return None  # "didn't rise" isn't "fell"
    if left.flipped != right.flipped and not quoted:
        return None
    if (left.modality in _UNREAL) != (right.modality in _UNREAL) and not quoted:
        return None  # a demand and a fact of the same words don't bear on each other as two facts do
    same_claimant = left.claimant == right.claimant
    if apart is not None:
        if left.whole or not (
            same_predicate and (alike >= 0.75 or (same_subject and _same_object(left, right, weights)))
        ):
            return None
        exact = apart == "quantity" and same_predicate and same_subject and not same_claimant
        exact = exact and _other_figure(left, right)
        return Relation("contradicts" if exact else "differs", apart, score)
    if left.numbers != right.numbers and not (left.numbers <= right.numbers or right.numbers <= left.numbers):
        return None
    if "doubts" in {left.stance, right.stance} and left.stance != right.stance:
        return None
    if same_claimant or quoted or (left.root == right.root and left.article != right.article):
        return Relation("same_statement", None, score)
    if left.whole or not (same_predicate or alike >= 0.8) or _names_differ(left, right):
        return None
    return Relation("corroborates", None, score)
