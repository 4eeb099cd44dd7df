"""The article's tokens as the name rules read them, and the runs of capitals that may hold a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from spacy.tokens import Doc

from pipeline.naming import fold
from pipeline.stages.ner.words import ARTICLES, CALENDAR, FUNCTION_WORDS, PARTICLES, Words, load
from pipeline.tagging import words_of

LONGEST_RUN = 24
_OPENERS = frozenset("\"'“”‘’«»([{:;•*–—-.!?…>|")
_STOPS = frozenset('.!?"”')


class Name(NamedTuple):
    """A name as token indices, its label, whether the words themselves show it, and its probability if learned."""

    start: int
    end: int
    label: str
    sure: bool
    score: float | None = None


class Tokens:
    """The article's tokens as plain lists, which the rules read far faster than spaCy's views."""

    def __init__(self, doc: Doc, words: Words) -> None:
        texts = words_of(doc)
        blank, spaced, opens = doc.to_array(["IS_SPACE", "SPACY", "SENT_START"]).T
        kept = np.flatnonzero(blank == 0)
        self.at: list[int] = kept.tolist()
        self.text = [texts[i] for i in self.at]
        self.folded = [text if text.isascii() else fold(text) for text in self.text]
        self.lower = [text.lower() for text in self.folded]
        # Across a no-break space, which is a token of its own, a name goes on.
        self.space: list[bool] = ((spaced[kept] == 1) | (np.diff(kept, append=kept[-1:] + 1) > 1)).tolist()
        self.breaks = [i > 0 and "\n" in texts[i - 1] for i in self.at]
        self.opens: list[bool] = (opens[kept] == 1).tolist()
        self.first = self._first_words()
        self.titled = self._titled()
        self.cap = [text[0].isupper() and self._capital(i, words) for i, text in enumerate(self.text)]

    def __len__(self) -> int:
        return len(self.text)

    def _first_words(self) -> list[bool]:
        """Whether each token is the first word of a sentence, a line or a quotation, where capitals say little."""
        first = [False] * len(self.text)
        opens = True
        for i, text in enumerate(self.text):
            opens = opens or self.opens[i] or self.breaks[i]
            if opens and text[:1].isalnum():
                first[i] = True
                opens = False
            elif text in _OPENERS:
                opens = opens or text not in "-–—'’"
        return first

    def _titled(self) -> list[bool]:
        """Whether each token stands in a sentence that writes (nearly) every word with a capital."""
        titled = [False] * len(self.text)
        starts = [i for i, opens in enumerate(self.opens) if opens or i == 0]
        for start, end in zip(starts, [*starts[1:], len(self.text)], strict=False):
            long = [
                t for t in self.text[start:end] if len(t) > 3 and t[0].isalpha() and t.lower() not in FUNCTION_WORDS
            ]
            capital = sum(t[0].isupper() for t in long)
            # A headline has no full stop; a sentence that lists names does.
            enough = len(long) if self.text[end - 1] in _STOPS else 0.75 * len(long)
            if len(long) >= 5 and capital >= enough:
                titled[start:end] = [True] * (end - start)
        return titled

    def _capital(self, i: int, words: Words) -> bool:
        """Whether the capital of token *i* may be a name's."""
        text = self.text[i]
        if self.lower[i] in CALENDAR:
            # Jan Kowalski, but "May President …".
            following = self.lower[i + 1] if i + 1 < len(self.text) else ""
            named = text in words.given and following not in words.common and following not in CALENDAR
            return named and self.text[i + 1][:1].isupper() and self.space[i]
        if self.lower[i] in FUNCTION_WORDS and not (text.isupper() and len(text) > 1):
            return False
        return text not in words.not_acronyms or self._inside_name(i)

    def _inside_name(self, i: int) -> bool:
        return i > 0 and self.text[i - 1][:1].isupper() and len(self.text[i]) > 1 and not self.first[i]


def runs(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Maximal stretches of capitalised tokens, with the particles and hyphens inside them."""
    i, n = 0, len(tokens)
    while i < n:
        starts = tokens.cap[i] or (tokens.lower[i] in ARTICLES and hyphen_then_capital(tokens, i))
        if not starts:
            i += 1
            continue
        j = run_end(tokens, i)
        yield i, j
        i = max(j, i + 1)


def hyphen_then_capital(tokens: Tokens, i: int) -> bool:
    return (
        i + 2 < len(tokens)
        and tokens.text[i + 1] in "-‑–"
        and not tokens.space[i]
        and not tokens.space[i + 1]
        and tokens.text[i + 2][:1].isupper()
    )


def _next_in_run(tokens: Tokens, j: int) -> int:
    """The position behind the part of the run that begins at *j*; *j* itself where the run ends."""
    n = len(tokens)
    if tokens.cap[j]:
        after = j + 1
        if _gloss(tokens, after):
            return after + 3
        if len(tokens.text[j]) > 1 and tokens.text[j][-1] in "-–—":
            return j
        if after + 1 < n and tokens.text[after] in "-‑" and not tokens.space[j] and not tokens.space[after]:
            following = tokens.text[after + 1]
            if following[:1].isupper() or following[:1].isdigit():
                return after + 1 + (not tokens.cap[after + 1])
        return after
    if tokens.lower[j] in PARTICLES and not tokens.first[j]:
        if hyphen_then_capital(tokens, j):
            return j + 2
        k = j
        while k < n and k - j < 3 and tokens.lower[k] in PARTICLES:
            k += 1
        if k < n and tokens.cap[k] and j > 0 and tokens.cap[j - 1]:
            return k
    return j


def _gloss(tokens: Tokens, i: int) -> bool:
    """Whether a one-word gloss opens at *i* inside a name: *Fatah (Conquest) Alliance*."""
    return (
        i + 3 < len(tokens)
        and tokens.text[i] == "("
        and tokens.text[i + 2] == ")"
        and tokens.text[i + 1][:1].isupper()
        and not tokens.text[i + 1].isupper()
        and load().heads.get(tokens.text[i + 3]) == "ORG"
    )


def run_end(tokens: Tokens, start: int) -> int:
    """Where the run that begins at *start* ends: at a word that can't go on, a line's or a sentence's end."""
    j = start
    while j < len(tokens) and j - start < LONGEST_RUN:
        if j > start and (tokens.breaks[j] or (tokens.first[j] and tokens.text[j - 1][-1:] in ".!?")):
            break
        step = _next_in_run(tokens, j)
        if step == j:
            break
        j = step
    return j
