"""spaCy's tokenizer for news: a call that stays linear on hostile text, and the cuts that glued text needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

from spacy.lang.en import English
from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
from spacy.tokens import Doc
from spacy.util import compile_prefix_regex, compile_suffix_regex

from pipeline.lexemes import note_faster
from pipeline.lexicon import table, words

MAX_RUN = 100
"""The longest run without white space, in characters, that spaCy's tokenizer gets in one piece.

It peels affixes off one at a time and copies the rest, so its cost grows with the square of the run's length.
"""

_LONG_RUN = re.compile(rf"\S{{{MAX_RUN + 1},}}")


def make_doc(nlp: Language, text: str) -> Doc:
    """A Doc over *text* by the tokenizer of *nlp*, in time linear in the text; ``doc.text == text``, always.

    A run of more than ``MAX_RUN`` characters without white space is cut into bounded stretches first; no other text
    is tokenised differently from ``nlp.make_doc``. Raises nothing of its own, and works past ``nlp.max_length``.
    """
    cuts = _cuts(text)
    if len(cuts) == 2:
        return nlp.tokenizer(text)
    texts: list[str] = []
    spaces: list[bool] = []
    for start, end in pairwise(cuts):
        for token in nlp.tokenizer(text[start:end]):
            texts.append(token.text)
            spaces.append(bool(token.whitespace_))
    return Doc(nlp.vocab, words=texts, spaces=spaces)


def learn_words(nlp: Language) -> None:
    """Give *nlp* the ten thousand words of the tagger's list, and how its tokenizer cuts them, to be kept.

    What a memory zone learns of a word goes with it, and in one spaCy's tokenizer remembers no cut: each batch would
    learn the words again, and cut each anew wherever it stands. Seven in ten words of running text are on the list.
    Takes a sixth of a second: worth it from about a hundred articles on. Tokens don't depend on it. Not to be called
    inside a zone.
    """
    for word in (*table("claims_words"), *sorted(words("sentence_openers"))):
        _ = nlp.tokenizer(word)  # alone: of a text with an exception in it the tokenizer keeps nothing from there on


def _cuts(text: str) -> list[int]:
    """Where to cut *text*: its ends, the ends of every long run, and every ``MAX_RUN`` characters inside one."""
    cuts = [0]
    for match in _LONG_RUN.finditer(text):
        cuts.extend(range(match.start(), match.end(), MAX_RUN))
        cuts.append(match.end())
    cuts.append(len(text))
    return sorted(set(cuts)) if len(text) else [0, 0]


#: Cuts that a tokenizer remembers at most: no less than :func:`learn_words` teaches it.
_REMEMBERED: Final = 20_000
_NEWS_INFIXES = (
    r"[\"“”„«»]",
    r"—",
    r"(?<=[a-z0-9)\]’'])[.!?…]{1,3}(?=[A-Z][a-z’' ])",
    r"(?<=[a-z0-9)\]’'])[.!?…]{1,3}(?=[A-Z]$)",
)


class _Affix:
    """A compiled pattern that isn't tried on words of letters alone, since it matches in none of them.

    Of spaCy's patterns for English that holds, most words are such, and each word is asked after four of them, which
    have some hundred alternatives. Has of a compiled pattern what a tokenizer calls and what it stores.
    """

    __slots__ = ("_compiled", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._compiled = re.compile(pattern)

    def search(self, text: str) -> re.Match[str] | None:
        return None if text.isalpha() else self._compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        return None if text.isalpha() else self._compiled.match(text)

    def finditer(self, text: str) -> Iterable[re.Match[str]]:
        return () if text.isalpha() else self._compiled.finditer(text)


def _pattern(method: Any) -> str | None:
    """The pattern whose bound method *method* is; None where it isn't one's."""
    return getattr(getattr(method, "__self__", None), "pattern", None)


def _with_abbreviations(rules: Mapping[str, Any]) -> dict[str, Any]:
    """*rules*, and one for each abbreviation that stands before a name: *Lt.* is one token."""
    found = dict(rules)
    for abbreviation, kind in table("abbreviations").items():
        written = abbreviation + "."
        if kind in ("title", "place") and " " not in written:
            found.setdefault(written, [{"ORTH": written}])
    return found


def _english() -> dict[str, str]:
    """spaCy's patterns for English, by the name of the method of a tokenizer that applies them."""
    default: Any = English.Defaults
    return {
        "prefix_search": compile_prefix_regex(default.prefixes).pattern,
        "suffix_search": compile_suffix_regex(default.suffixes).pattern,
        "infix_finditer": "|".join(piece for piece in default.infixes if piece.strip()),
        "url_match": default.url_match.__self__.pattern,
    }


def _fast(patterns: Mapping[str, str]) -> dict[str, Any]:
    # Every alternative for a prefix is bound to the beginning: a search would try each behind it, too.
    methods = {"prefix_search": "match", "suffix_search": "search", "infix_finditer": "finditer", "url_match": "match"}
    return {name: getattr(_Affix(pattern), methods[name]) for name, pattern in patterns.items()}


def blank() -> Language:
    """spaCy's blank English pipeline with the tokenizer that :func:`extend_tokenizer` would give it, made at once."""

    def tokenizer(nlp: Language) -> Tokenizer:
        note_faster(nlp)  # before the rules bring the first words
        default: Any = English.Defaults
        patterns = _english()
        patterns["infix_finditer"] = "|".join((*_NEWS_INFIXES, patterns["infix_finditer"]))
        rules = _with_abbreviations(default.tokenizer_exceptions)
        affixes = _fast(patterns)
        return Tokenizer(nlp.vocab, rules, token_match=default.token_match, max_cache_size=_REMEMBERED, **affixes)

    return English(create_tokenizer=tokenizer)


def extend_tokenizer(nlp: Language) -> None:
    """Teach the tokenizer of *nlp* what running news needs: *said."I* is four tokens, *2011.Secondly* three, *Lt.* one.

    English patterns become faster too. Safe to call again. A tokenizer that isn't spaCy's own rule-based one is left
    alone.
    """
    old: Any = nlp.tokenizer
    pattern = _pattern(getattr(old, "infix_finditer", None))
    if pattern is None or _NEWS_INFIXES[0] in pattern:
        return
    methods = {
        "prefix_search": old.prefix_search,
        "suffix_search": old.suffix_search,
        "infix_finditer": old.infix_finditer,
        "url_match": old.url_match,
    }
    infixes, english = "|".join((*_NEWS_INFIXES, pattern)), _english()
    if {name: _pattern(method) for name, method in methods.items()} == english:
        methods = _fast({**english, "infix_finditer": infixes})
    else:
        methods["infix_finditer"] = re.compile(infixes).finditer
    # Made anew, since each of its settings changed alone would have it read its rules again.
    rules = _with_abbreviations(old.rules)
    nlp.tokenizer = Tokenizer(nlp.vocab, rules, token_match=old.token_match, max_cache_size=_REMEMBERED, **methods)
