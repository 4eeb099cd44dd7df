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
from pipeline.stages.claims.lemmas import verb_lemma
from pipeline.stages.claims.modality import cue_modality
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import NOUNS
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
_NEGATIONS = frozenset({"not", "n't", "never", "nor", "neither"})
_REFUSALS = frozenset({"refuse", "decline"})
#: Tokens of what is refused in which its verb and object are looked for.
_SILENT_WORDS = 7
_PHRASE = NOUNS | {"DT", "JJ", "JJR", "CD", "PRP$"}
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
    near = _cue_words(reading, cue)
    negative = not _NEGATIONS.isdisjoint(near) or any(
        word in {"refuse", "refused", "refuses", "decline", "declined", "declines"} for word in near[-4:-1]
    )
    if not negative:
        return found
    if found == "denies":
        return "affirms"
    return "doubts" if lemma.split(" ")[0] in _AFFIRMING else found


def _cue_words(reading: Reading, cue: Span) -> list[str]:
    first, last = reading.tokens(cue)
    return reading.lower[max(0, first - 2) : last]


def refuses(reading: Reading, cue: Span | None, lemma: str | None) -> bool:
    """Whether a cue says that the claimant won't do what follows: "refused to", "did not agree to"."""
    if cue is None or lemma is None or (cue_modality(lemma) != "planned" and lemma not in group("stance_wishes")):
        return False
    return (lemma in _REFUSALS) != (not _NEGATIONS.isdisjoint(_cue_words(reading, cue)))


def is_silence(reading: Reading, start: int, end: int) -> bool:
    """Whether what is refused (tokens ``start:end``) is only to speak: "to comment", "to give a date", "a reason"."""
    words = [i for i in range(start, min(end, start + _SILENT_WORDS)) if reading.lower[i] != "to"]
    if not words:
        return False
    first = verb_lemma(reading.lower[words[0]])
    told = any(reading.lower[i] in group("stance_silent_nouns") for i in words)
    giving = first in group("stance_giving") or reading.tags[words[0]] in _PHRASE
    return first in group("stance_silent_verbs") or (giving and told)


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
