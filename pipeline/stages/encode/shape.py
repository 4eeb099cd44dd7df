"""Whether a span has the shape of a whole: what words, sentences and tree say of a piece of content beside its tags.

A chain of tags sees one step far. That quotation marks pair up, that a piece goes on into a second sentence and that
one phrase or clause holds all of it are things of the span as a whole. A logistic regression of a few numbers
(``models/train/shapes.py`` fits it) puts them beside the span's probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

SHAPED: Final = "content"
"""The role whose spans are judged by shape: cues and sources are too short to have one."""

_OPENING, _CLOSING = frozenset("“„«"), frozenset("”»")
_STRAIGHT = frozenset({'"', "''", "``"})
_EDGE = 1e-6


class Shapes:
    """The shapes of the spans of one article."""

    def __init__(self, words: Sequence[str], heads: np.ndarray, sentences: Sequence[int]) -> None:
        """
        Args:
            words: of the article, white space left out.
            heads: int (words,), the index of each word's head; a root is its own.
            sentences: ascending indices of words at which sentences start.
        """
        n = len(words)
        marks = np.zeros((n + 1, 2), dtype=np.int64)
        for i, word in enumerate(words):
            marks[i + 1] = (word in _OPENING) - (word in _CLOSING), word in _STRAIGHT
        self._marks = marks.cumsum(0)
        starts = np.zeros(n + 1, dtype=np.int64)
        starts[list(sentences)] = 1
        self._starts = starts.cumsum()
        self._heads = heads

    def features(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """float64 (spans, 3) of the spans ``low:high``: 1 where its quotation marks don't pair, where a sentence begins
        inside, where one word alone depends on something outside."""
        curly, straight = (self._marks[high] - self._marks[low]).T
        later = self._starts[high - 1] - self._starts[low] > 0
        sizes = high - low
        owner = np.repeat(np.arange(len(low)), sizes)
        word = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes - low, sizes)
        head = self._heads[word]
        outside = (head < low[owner]) | (head >= high[owner]) | (head == word)
        tops = np.bincount(owner[outside], minlength=len(low))
        return np.stack(((curly != 0) | (straight % 2 == 1), later, tops == 1), axis=1).astype(np.float64)

    def judged(self, chance: np.ndarray, low: np.ndarray, high: np.ndarray, weights: Sequence[float]) -> np.ndarray:
        """The probability of each span by its probability in the chain and its shape; *weights* as :func:`inputs`."""
        logits: np.ndarray = (inputs(chance, self.features(low, high)) * np.array(weights)).sum(1)
        likely: np.ndarray = 1 / (1 + np.exp(-logits))
        return likely


def inputs(chance: np.ndarray, features: np.ndarray) -> np.ndarray:
    """What the regression reads, float64 (spans, 5): the logit of *chance*, the features, and 1."""
    clipped = np.clip(chance, _EDGE, 1 - _EDGE)
    return np.column_stack((np.log(clipped / (1 - clipped)), features, np.ones(len(chance))))
