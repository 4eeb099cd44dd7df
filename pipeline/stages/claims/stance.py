"""The claimant's stance to the proposition, and how certain it leaves it.

``stance`` is about who speaks ("denied", "questions"), ``polarity`` about what is said; they are never folded into one.
Factuality, −3 to 3, follows FactBank's certainty scale (Saurí & Pustejovsky 2012) by rule: the sign is the product of
polarity and stance, the size comes from the modality.
"""

from __future__ import annotations

from typing import Final

from pipeline import lexicon
from pipeline.stages.claims.certainty import mixed
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.reading import Reading
from pipeline.text import Span

#: How far each modality commits its claimant to the event being, or going to be, real.
_COMMITMENT: dict[str, float] = {
    "asserted": 3.0,
    "evaluated": 3.0,
    "predicted": 1.5,
    "planned": 1.5,
    "threatened": 1.0,
    "possible": 1.0,
    "conditional": 0.0,
    "demanded": 0.0,
}
_AFFIRMING = group("stance_affirming")
#: What is left of a claim that its words leave all but open ("tried to leave").
_OPEN: Final = 0.5


def stance(reading: Reading, cue: Span | None, lemma: str | None) -> str:
    """``affirms``, ``denies`` or ``doubts``, by the cue and its own negation.

    Who "did not confirm" something leaves it open (``doubts``); who "did not deny" it has not denied it.
    """
    if cue is None or lemma is None:
        return "affirms"
    table = lexicon.table("claims_stance_cues")
    found = table.get(lemma) or table.get(lemma.split(" ")[0]) or "affirms"
    first, last = reading.tokens(cue)
    near = reading.lower[max(0, first - 2) : last]
    negative = any(word in {"not", "n't", "never", "nor", "neither"} for word in near)
    negative = negative or any(
        word in {"refuse", "refused", "refuses", "decline", "declined", "declines"} for word in near[-4:-1]
    )
    if not negative:
        return found
    if found == "denies":
        return "affirms"
    return "doubts" if lemma.split(" ")[0] in _AFFIRMING else found


def factuality(
    modality: str,
    polarity: str,
    stance_: str,
    condition: str | None = None,
    certain: float | None = None,
    learned: float | None = None,
) -> float:
    """How certain the claimant presents the event to be, from −3 (certainly not) to 3 (certainly so).

    The sign is the product of polarity and stance. The size is what the modality allows, no more than the words around
    the event leave (*certain*, see :mod:`certainty`), mixed with the encoder's figure for the event (*learned*); either
    may be None.
    """
    size = _COMMITMENT[modality]
    if condition is not None:
        size = min(size, 0.0 if modality == "conditional" else 0.5)
    if certain is not None and size > _OPEN:
        size = min(size, max(abs(certain), _OPEN))
    if learned is not None and size > 0:
        agrees = learned if polarity == "affirmed" else -learned
        size = max(0.0, mixed(size, agrees))
    if polarity == "negated":
        size = -size
    if stance_ == "denies":
        size = -size
    size = size / 3 if stance_ == "doubts" else size
    return round(size, 2) or 0.0  # never minus zero
