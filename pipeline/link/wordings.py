"""How alike two wordings are: what counts as a word, and an alignment word by word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

# Words from which a wording can be like another that isn't the same.
SHORT: Final = 5
# Words that two wordings must share in a row to be worth an alignment.
RUN: Final = 3
# Share of the shorter form that must be found in the longer one, in order and in runs of at least two words.
CONTAINED: Final = 0.85
# Twice the shared words over the words of both, for forms of which neither holds the other.
ALIKE: Final = 0.8
# Words below which a contained form must be found in one run, and which an indirect one needs to be contained.
WHOLE: Final = 8
INDIRECT: Final = 10

_WORD: Final = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_NEGATIONS: Final = frozenset(
    {"not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot", "hardly"}
)
_LEADING: Final = frozenset({"that"})


def words_of(text: str) -> tuple[str, ...]:
    """The words that count: compatibility-normalised, lower case, without marks and without a leading *that*."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    found = tuple(_WORD.findall(plain))
    return found[1:] if found and found[0] in _LEADING else found


def likeness(short: str, long: str, verbatim: bool) -> tuple[float, float]:
    """How alike two wordings are, and how far the shorter is contained: aligned word by word, 0 where not the same.

    Wordings are given as their words with single spaces between; *short* has no more of them than *long*.

    Words count that are shared in runs of two or more. Alike: they make up :data:`ALIKE` of both. Contained: they make
    up :data:`CONTAINED` of the shorter; if that stands in quotation marks (*verbatim*) and has fewer than eight words,
    all of it in one run; if it is indirect it needs :data:`INDIRECT` words and must be a third of the longer, since
    short phrases recur without being quoted. A number or negation on one side alone makes them different.
    """
    if f" {short} " in f" {long} ":
        # Found as it is: there is nothing to align, and nothing that differs.
        same = size = short.count(" ") + 1
        return _judged(same, size, long.count(" ") + 1, verbatim)
    a, b = short.split(" "), long.split(" ")
    if len(a) < WHOLE:
        return 0.0, 0.0
    there = frozenset(b)
    if not any(_judged(sum(word in there for word in a), len(a), len(b), verbatim)):
        return 0.0, 0.0  # not even where every word that both have counts
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size > 1]
    if not blocks:
        return 0.0, 0.0
    alike, contained = _judged(sum(block.size for block in blocks), len(a), len(b), verbatim)
    if not contained and not alike:
        return 0.0, 0.0
    first, last = blocks[0], blocks[-1]
    left = [word for i, word in enumerate(a) if not any(x.a <= i < x.a + x.size for x in blocks)]
    right = [
        word
        for i, word in enumerate(b)
        if first.b <= i < last.b + last.size and not any(x.b <= i < x.b + x.size for x in blocks)
    ]
    return (alike, contained) if _weight(left) == _weight(right) else (0.0, 0.0)


def _judged(same: int, short: int, long: int, verbatim: bool) -> tuple[float, float]:
    """As :func:`likeness`, by the numbers of words: those that are the same, and all of both; 0 below a threshold."""
    contained = same / short
    alike = 2 * same / (short + long)
    if contained < CONTAINED or (not verbatim and (short < INDIRECT or 3 * short < long)):
        contained = 0.0
    if alike < ALIKE or (short < WHOLE and not verbatim and short < long):
        alike = 0.0
    return alike, contained


def _weight(words: Iterable[str]) -> tuple[int, list[str]]:
    """What a difference in wording must not touch: how many negations, and which numbers."""
    listed = list(words)
    negations = sum(word in _NEGATIONS or word.endswith("n't") for word in listed)
    return negations, sorted(word for word in listed if any(char.isdigit() for char in word))
