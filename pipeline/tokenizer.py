"""spaCy's tokenizer for news: a call that stays linear on hostile text, and the cuts that glued text needs."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex

from pipeline.lexicon import table

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
    words: list[str] = []
    spaces: list[bool] = []
    for start, end in pairwise(cuts):
        for token in nlp.tokenizer(text[start:end]):
            words.append(token.text)
            spaces.append(bool(token.whitespace_))
    return Doc(nlp.vocab, words=words, spaces=spaces)


def _cuts(text: str) -> list[int]:
    """Where to cut *text*: its ends, the ends of every long run, and every ``MAX_RUN`` characters inside one."""
    cuts = [0]
    for match in _LONG_RUN.finditer(text):
        cuts.extend(range(match.start(), match.end(), MAX_RUN))
        cuts.append(match.end())
    cuts.append(len(text))
    return sorted(set(cuts)) if len(text) else [0, 0]


_NEWS_INFIXES = (
    r"[\"“”„«»]",
    r"—",
    r"(?<=[a-z0-9)\]’'])[.!?…]{1,3}(?=[A-Z][a-z’' ])",
    r"(?<=[a-z0-9)\]’'])[.!?…]{1,3}(?=[A-Z]$)",
)


def extend_tokenizer(nlp: Language) -> None:
    """Teach the tokenizer of *nlp* what running news needs: *said."I* is four tokens, *2011.Secondly* three, *Lt.* one.

    Safe to call again. A tokenizer that isn't spaCy's own rule-based one is left alone.
    """
    tokenizer: Any = nlp.tokenizer
    finditer = getattr(tokenizer, "infix_finditer", None)
    pattern = getattr(getattr(finditer, "__self__", None), "pattern", None)
    if pattern is None or _NEWS_INFIXES[0] in pattern:
        return
    tokenizer.infix_finditer = compile_infix_regex([*_NEWS_INFIXES, pattern]).finditer
    known = tokenizer.rules
    for abbreviation, kind in table("abbreviations").items():
        written = abbreviation + "."
        if kind in ("title", "place") and " " not in written and written not in known:
            tokenizer.add_special_case(written, [{"ORTH": written}])
