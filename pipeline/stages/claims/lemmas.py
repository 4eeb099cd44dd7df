"""Verb lemmas from the word form: an irregular table and the spelling rules of English inflection."""

from __future__ import annotations

from functools import cache

from pipeline import lexicon

_VOWELS = frozenset("aeiouy")
_SILENT_ENDS = frozenset({
    "at", "ur", "ir", "iz", "in", "bl", "cl", "dl", "fl", "gl", "kl", "pl", "tl", "zl",
})  # fmt: skip
_CONTRACTED = {
    "'s": "be", "'re": "be", "'m": "be", "'ve": "have", "'d": "would", "'ll": "will", "ca": "can", "wo": "will",
    "sha": "shall", "n't": "not",
}  # fmt: skip


@cache
def _verbs() -> frozenset[str]:
    """Base forms: the words that the tag table has seen as such."""
    seen = lexicon.table("claims_words")
    return frozenset(w for w, cells in seen.items() if " VB:" in f" {cells}") | set(
        lexicon.table("claims_irregular_verbs").values()
    )


def _best(*candidates: str) -> str:
    """The first candidate that is a known base form, else the first."""
    known = _verbs()
    return next((word for word in candidates if word in known), candidates[0])


@cache
def is_inflected(word: str) -> bool:
    """Whether a lower-case word is a known verb with an ending or another vowel, so that it needs no tag to be one.

    >>> is_inflected("swept"), is_inflected("talked"), is_inflected("recently"), is_inflected("approval")
    (True, True, False, False)
    """
    lemma = verb_lemma(word)
    return lemma != word and lemma in _verbs() and not word.endswith("s")  # the plural of a noun has that ending too


@cache
def verb_lemma(form: str) -> str:
    """The base form of a verb form, lower-case.

    >>> verb_lemma("vowing"), verb_lemma("stopped"), verb_lemma("denies"), verb_lemma("were"), verb_lemma("closing")
    ('vow', 'stop', 'deny', 'be', 'close')
    """
    word = form.lower().replace("’", "'")
    if word in _CONTRACTED:
        return _CONTRACTED[word]
    irregular = lexicon.table("claims_irregular_verbs").get(word)
    if irregular is not None:
        return irregular
    gerund = word.endswith("ing") and bool(_VOWELS & set(word[:-3])) and len(word) > 4
    # "talked" is among what taggers have taken for base forms; "need" and "speed" are no past of a shorter verb.
    past = word.endswith("ed") and any(len(w) > 2 and w in _verbs() for w in (word[:-2], word[:-1], word[:-3]))
    if word in _verbs() and not gerund and not past:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and len(word) > 3:
        hissing = word.endswith(("shes", "ches", "sses", "xes", "zzes"))
        return _best(word[:-2], word[:-1]) if hissing else _best(word[:-1], word[:-2])
    if word.endswith("s") and not word.endswith("ss") and len(word) > 2:
        return word[:-1]
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("eed"):
        return word[:-1] if word[:-1] in _verbs() else word  # "agreed", but "heed"
    for suffix in ("ed", "ing"):
        stem = word[: -len(suffix)]
        if word.endswith(suffix) and len(stem) > 1 and _VOWELS & set(stem):
            doubled = stem[-1] == stem[-2] and stem[-1] not in "lszf"
            silent = stem[-1] in "cgsuvz" or stem[-2:] in _SILENT_ENDS
            silent = silent or (stem[-2:] in {"ak", "ik", "ok", "id", "ud", "um"} and stem[-3:-2] not in _VOWELS)
            brief = len(stem) <= 3 and stem[-1] not in _VOWELS | {"w", "x"}  # "citing", "using"
            silent = silent or brief
            short = stem[:-1] if stem[-1] == stem[-2] else stem
            if stem[-1] == stem[-2] and not doubled:
                return _best(stem, short)
            if doubled:
                return _best(short, stem)
            return _best(stem + "e", stem, short) if silent else _best(stem, stem + "e", short)
    return word
