"""What sort of claim it is: a fact, a quantity, a demand, a plan, a threat, an opinion, an accusation, a cause."""

from __future__ import annotations

from pipeline import lexicon
from pipeline.annotations import Quantity
from pipeline.stages.claims.clauses import Part
from pipeline.stages.claims.reading import Reading

_BY_MODALITY = {"threatened": "threat", "demanded": "demand", "planned": "plan", "evaluated": "opinion"}


def _is_causal(reading: Reading, part: Part) -> bool:
    """Whether the predicate says that one thing brought about another, or a *because* joins the two."""
    if part.clause.lemma in lexicon.words("claims_causal_verbs"):
        return True
    words = reading.lower[part.start : part.end]
    for i, word in enumerate(words):
        if word == "because":
            return True
        if word in {"due", "owing", "thanks"} and words[i + 1 : i + 2] == ["to"]:
            return True
        if word == "result" and words[i - 2 : i] == ["as", "a"]:
            return True
    return part.clause.lemma == "lead" and reading.lower[part.clause.verbs[1] : part.clause.verbs[1] + 1] == ["to"]


def kind_of(
    reading: Reading, part: Part, modality: str, cue: str | None, quantities: tuple[Quantity, ...], attributed: bool
) -> str:
    """The kind of one proposition; demands, threats, plans and opinions go by their modality."""
    accusing = lexicon.words("claims_accusing_cues")
    if cue is not None and cue.split(" ")[0] in accusing:
        return "accusation"
    if modality in _BY_MODALITY:
        if modality == "evaluated" and attributed and part.clause.lemma in accusing:
            return "accusation"
        return _BY_MODALITY[modality]
    if part.clause.lemma in {"accuse", "blame", "allege"}:
        return "accusation"
    if _is_causal(reading, part):
        return "causal"
    return "quantity" if quantities else "fact"
