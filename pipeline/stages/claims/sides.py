"""Whether a claim is about what its claimant, or the claimant's own side, will do: a plan, where others could only
predict."""

from __future__ import annotations

from pipeline.annotations import Mention
from pipeline.stages.claims.claimants import Claimant
from pipeline.stages.claims.clauses import Range
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import NOUNS

_FIRST = frozenset({"i", "we"})
_POSSESSIVES = frozenset({"its", "their", "his", "her", "our", "my"})
#: What a pronoun in reported speech most often stands for: whoever speaks.
_PRONOUNS = {
    "he": frozenset({"person", "anonymous"}),
    "she": frozenset({"person", "anonymous"}),
    "it": frozenset({"organisation", "document"}),
    "they": frozenset({"organisation", "group", "anonymous"}),
}
_INSIDERS = group("sides_insiders")
_COMMON = group("sides_organisations")


def _known_elsewhere(reading: Reading, mention: Mention | None, claimant: Claimant) -> bool:
    """Whether coreference says that a pronoun is somebody else."""
    return (
        mention is not None
        and mention.chain is not None
        and mention.chain in reading.entities
        and mention.chain != claimant.chain
    )


def own_side(
    reading: Reading, subject: Range | None, claimant: Claimant, source: Range | None, chain: int | None
) -> bool:
    """Whether *subject* is the claimant, or the body that the claimant speaks for.

    *chain* is the coreference chain of the subject, *source* the claimant as written. True for a chain that they share;
    for a pronoun that nothing resolves otherwise; for what the source is named after ("the union's chairman" and "the
    union"); for a definite body, and for anything with a possessive before its name, of an insider ("a spokesman",
    "its party's leader").
    """
    if subject is None:
        return False
    first = reading.lower[subject[0]]
    if first in _FIRST or (chain is not None and chain == claimant.chain):
        return True
    if source is None:
        return False
    if subject[1] - subject[0] == 1 and first in _PRONOUNS:
        mention = reading.mention_at(reading.begins[subject[0]])
        return claimant.kind in _PRONOUNS[first] and not _known_elsewhere(reading, mention, claimant)
    nouns = [i for i in range(*subject) if reading.tags[i] in NOUNS]
    if not nouns:
        return False
    written = {
        reading.lower[i].removesuffix("'s").removesuffix("s") for i in range(*source) if reading.tags[i] in NOUNS
    }
    heads = {reading.lower[i].removesuffix("s") for i in nouns}
    inside = bool(written & _INSIDERS) or claimant.kind == "organisation"
    bodies = {noun for noun in heads if noun in _COMMON}
    if written & heads and (inside or written == heads):
        return True
    if bodies and first in _POSSESSIVES:
        return True
    if bodies and first == "the" and written & _INSIDERS:
        return True
    # "China will impose a tariff, its commerce ministry said": the possessive stands for the subject.
    behind = source[0] > subject[1] and reading.lower[source[0]] in {"its", "their"}
    return behind and bool(written & (_INSIDERS | _COMMON))
