"""Base forms by rule and list: English inflection is regular enough, given the fine tag.

The lists (irregular forms, known verbs and nouns) are learned from the treebanks by ``models/train/lemmas.py`` and lie
in the model's folder; the rules are here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_VOWELS = frozenset("aeiou")
_CACHE_LIMIT = 100_000
_GROUPS = {
    "NNS": "noun", "NNPS": "noun", "VBZ": "verb", "VBD": "verb", "VBN": "verb", "VBG": "verb",
    "JJR": "adjective", "JJS": "adjective", "RBR": "adjective", "RBS": "adjective",
}  # fmt: skip


def _undoubled(stem: str) -> str:
    double = len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "aeiousfzl"
    return stem[:-1] if double else stem


def _candidates(word: str, tag: str) -> list[str]:
    """Possible base forms of a lower-case word, likeliest first; itself where nothing comes off."""
    group = _GROUPS.get(tag)
    if tag in ("NNS", "NNPS", "VBZ"):
        if word.endswith("ies") and len(word) > 4:
            return [word[:-3] + "y", word[:-1]]
        if word.endswith(("ses", "xes", "zes", "ches", "shes")):
            hard = word.endswith(("sses", "xes", "ches", "shes"))
            return [word[:-2], word[:-1]] if hard else [word[:-1], word[:-2]]
        if word.endswith("oes"):
            return [word[:-2], word[:-1]]
        if word.endswith("s") and not word.endswith(("ss", "us", "is")):
            return [word[:-1]]
    for ending in {"verb": ("ing",) if tag == "VBG" else ("ed",), "adjective": ("er", "est")}.get(group or "", ()):
        if not word.endswith(ending) or len(word) - len(ending) < 2:
            continue
        stem = word[: -len(ending)]
        if not _VOWELS & set(stem) and "y" not in stem:
            continue
        if stem.endswith("i") and ending != "ing":
            return [stem[:-1] + "y", stem + "e"]
        short = _undoubled(stem)
        if short != stem:
            return [short, stem]
        # "hope", "make", "chance", "move", "argue": the e that the ending took.
        wants_e = stem[-1] in "cvuz" or (
            len(stem) > 2 and stem[-1] in "tkmnpsdgbrl" and stem[-2] in _VOWELS and stem[-3] not in _VOWELS
        ) or stem.endswith(("dg", "ng", "rs", "ns", *(c + "l" for c in "bcdfgkpstz")))  # fmt: skip
        return [stem + "e", stem] if wants_e else [stem, stem + "e"]
    return [word]


class Lemmatizer:
    """Base form of a word and its fine (Penn) tag.

    Args:
        irregular: ``{tag: {lower-case form: base form}}``.
        known: base forms by group (``verb``, ``noun``, ``adjective``): a candidate among them wins.
    """

    def __init__(self, irregular: Mapping[str, Mapping[str, str]], known: Mapping[str, Sequence[str]]) -> None:
        self._irregular = irregular
        self._known = {group: frozenset(words) for group, words in known.items()}
        self._cache: dict[tuple[str, str], str] = {}

    def __call__(self, word: str, tag: str) -> str:
        """The base form: lower case, but for proper nouns, which stay as written."""
        found = self._cache.get((word, tag))
        if found is None:
            found = self._look_up(word, tag)
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            self._cache[(word, tag)] = found
        return found

    def _look_up(self, word: str, tag: str) -> str:
        lower = word.lower()
        listed = self._irregular.get(tag, {}).get(lower)
        if listed is not None:
            return listed
        if tag in ("NNP", "NNPS"):
            return word
        options = _candidates(lower, tag)
        known = self._known.get(_GROUPS.get(tag, ""), frozenset())
        return next((o for o in options if o in known), options[0])
