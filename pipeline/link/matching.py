"""Which of many known claims a text repeats: words by BM25, and pieces of words by TF-IDF.

Okapi BM25 (Robertson & Zaragoza 2009) over stems finds the same words, the cosine of character n-grams inside words
finds other spellings of them; the two scores are standardised over all claims and added.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.link.statements import stem

#: BM25's saturation of repeated words, and how far a text's length counts against it.
K1: Final = 1.2
B: Final = 0.5
#: Lengths of the character n-grams.
PIECES: Final = (3, 4, 5)
#: The share of the words in the sum.
WORDS: Final = 0.5

_WORD: Final = re.compile(r"\d[\d,.]*\d|\w+")
#: A post's addresses, and its day; who posted it may be whom the claim is about.
_FRINGE: Final = re.compile(r"https?://\S+|\bpic\.twitter\.com/\S+|(?<=\))\s+\w+ \d{1,2}, \d{4}\s*$")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")

Scores = NDArray[np.float64]


def words_of(text: str) -> list[str]:
    """The stems of a text's words, hashtags split at their capitals, addresses left out."""
    return [stem(word.casefold()) for word in _WORD.findall(_CAMEL.sub(" ", _FRINGE.sub(" ", text)))]


def pieces_of(text: str) -> list[str]:
    """The character n-grams inside a text's words, a blank at either end of each word."""
    found = []
    for word in _WORD.findall(_CAMEL.sub(" ", _FRINGE.sub(" ", text))):
        padded = f" {word.casefold()} "
        found += [padded[i : i + n] for n in PIECES for i in range(len(padded) - n + 1)]
    return found


class _Index:
    """Which texts have a term, and with what weight."""

    def __init__(self, weighted: Sequence[dict[str, float]]) -> None:
        self.size = len(weighted)
        gathered: dict[str, tuple[list[int], list[float]]] = {}
        for number, terms in enumerate(weighted):
            for term, weight in terms.items():
                rows, weights = gathered.setdefault(term, ([], []))
                rows.append(number)
                weights.append(weight)
        self.rows = {term: (np.array(rows), np.array(weights)) for term, (rows, weights) in gathered.items()}

    def scores(self, terms: dict[str, float]) -> Scores:
        """The weighted sum for each text."""
        total = np.zeros(self.size)
        for term, weight in sorted(terms.items()):
            if term in self.rows:
                rows, weights = self.rows[term]
                total[rows] += weight * weights
        return total


def _rarity(counted: Sequence[Counter[str]]) -> dict[str, float]:
    seen = Counter(term for terms in counted for term in terms)
    return {term: math.log(1 + (len(counted) - n + 0.5) / (n + 0.5)) for term, n in seen.items()}


class Matcher:
    """Ranks *texts* (any number of a text's wordings joined) by how likely they are what a query repeats."""

    def __init__(self, texts: Sequence[str]) -> None:
        words = [Counter(words_of(text)) for text in texts]
        rarity = _rarity(words)
        mean = sum(map(Counter.total, words)) / max(len(words), 1) or 1.0
        weighted = []
        for counts in words:
            norm = K1 * (1 - B + B * counts.total() / mean)
            weighted.append({term: rarity[term] * n * (K1 + 1) / (n + norm) for term, n in counts.items()})
        self._words = _Index(weighted)
        pieces = [Counter(pieces_of(text)) for text in texts]
        self._rarity = _rarity(pieces)
        self._pieces = _Index([self._unit(counts) for counts in pieces])

    def _unit(self, counts: Counter[str]) -> dict[str, float]:
        raw = {term: (1 + math.log(n)) * self._rarity[term] for term, n in counts.items() if term in self._rarity}
        length = math.sqrt(math.fsum(weight**2 for weight in raw.values())) or 1.0
        return {term: weight / length for term, weight in raw.items()}

    def scores(self, query: str) -> Scores:
        """How well each text matches *query*: standard deviations above the mean, words and pieces together."""
        by_words = self._words.scores(dict.fromkeys(set(words_of(query)), 1.0))
        by_pieces = self._pieces.scores(self._unit(Counter(pieces_of(query))))
        return WORDS * _standard(by_words) + (1 - WORDS) * _standard(by_pieces)

    def best(self, query: str, limit: int) -> list[tuple[int, float]]:
        """The *limit* best texts that share a word or piece with *query*: their indices and scores, best first."""
        scores = self.scores(query)
        order = np.lexsort((np.arange(len(scores)), -scores))[:limit]
        return [(int(i), float(scores[i])) for i in order if scores[i] > 0]


def _standard(scores: Scores) -> Scores:
    spread = float(scores.std()) if len(scores) else 0.0
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)


def average_precision(ranked: Iterable[str], right: set[str], limit: int) -> float:
    """The mean of the precision at each right answer among the first *limit*, over all right answers."""
    hits, total = 0, 0.0
    for place, answer in enumerate(ranked, 1):
        if place > limit:
            break
        if answer in right:
            hits += 1
            total += hits / place
    return total / max(len(right), 1)
