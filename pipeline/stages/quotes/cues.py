"""Cues: the words that report. Verbs by their inflected forms, with what each takes as content; and *according to*."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from pipeline import lexicon

_VOWELS: Final = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class CueVerb:
    """A reporting verb.

    Attributes:
        lemma: with its particle, if it has one ("point out").
        kind: ``speech``, ``thought`` or ``stance``.
        frames: what may follow as content; the codes stand in ``models/lexicon/reporting_verbs.tsv``.
        tail: the words after the verb itself ("out", "it clear").
    """

    lemma: str
    kind: str
    frames: frozenset[str]
    tail: tuple[str, ...] = ()

    def takes(self, *codes: str) -> bool:
        """Whether any of the *codes* is among its frames."""
        return any(code in self.frames for code in codes)

    @property
    def prepositions(self) -> frozenset[str]:
        """The prepositions that introduce its content."""
        return frozenset(code[2:] for code in self.frames if code.startswith("p:"))


def inflections(lemma: str) -> dict[str, str]:
    """The forms of a verb with their Penn tags, irregular ones from ``models/lexicon/irregular_verbs.tsv``."""
    irregular = lexicon.table("irregular_verbs").get(lemma, "").split()
    third = next((form[2:] for form in irregular if form.startswith("s:")), _third(lemma))
    gerund = next((form[2:] for form in irregular if form.startswith("g:")), _with(lemma, "ing"))
    pasts = [form for form in irregular if form[1:2] != ":"] or [_with(lemma, "ed")]
    forms = {lemma: "VB", third: "VBZ", gerund: "VBG"}
    for past in pasts:
        forms[past] = "VBD"
    return forms


def _third(lemma: str) -> str:
    if lemma.endswith(("s", "sh", "ch", "x", "z", "o")):
        return lemma + "es"
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return lemma[:-1] + "ies"
    return lemma + "s"


def _with(lemma: str, ending: str) -> str:
    if lemma.endswith("ie") and ending == "ing":
        return lemma[:-2] + "ying"
    if ending == "ed" and lemma.endswith("e"):
        return lemma + "d"
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe")):
        return lemma[:-1] + ending
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS and ending == "ed":
        return lemma[:-1] + "ied"
    return lemma + ending


@cache
def verbs() -> dict[str, tuple[CueVerb, ...]]:
    """Reporting verbs by each of their forms (the first word of a phrasal one), phrasal ones first, longest first."""
    found: dict[str, list[CueVerb]] = {}
    for lemma, description in lexicon.table("reporting_verbs").items():
        kind, *frames = description.split()
        head, *tail = lemma.split()
        verb = CueVerb(lemma, kind, frozenset(frames), tuple(tail))
        for form in inflections(head):
            found.setdefault(form, []).append(verb)
    return {form: tuple(sorted(known, key=lambda verb: -len(verb.tail))) for form, known in found.items()}


@cache
def speech_forms() -> frozenset[str]:
    """The finite forms of verbs that take a quotation."""
    return frozenset(
        form
        for form, known in verbs().items()
        if not form.endswith("ing") and any(verb.takes("q") and not verb.tail for verb in known)
    )


def reports(word: str) -> bool:
    """Whether the lower-case *word* is a finite form of a verb that takes a quotation."""
    return word in speech_forms()


def reports_quotation(word: str) -> bool:
    """Whether the lower-case *word* is any form of a verb that takes a quotation."""
    return any(verb.takes("q") for verb in verbs().get(word, ()))


def match_verb(words: list[str], index: int) -> tuple[CueVerb, int] | None:
    """The reporting verb whose form stands at *index* of the lower-case *words*, and the index after its last word."""
    for verb in verbs().get(words[index], ()):
        after = index + 1 + len(verb.tail)
        if tuple(words[index + 1 : after]) == verb.tail:
            return verb, after
    return None
