"""The weights by which the encoder judges a piece of content by its shape, fitted on half of PolNeAR's dev articles.

The training articles are known too well to learn it from. The other half says what it brings.
"""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from data import merge_fragments, read_jsonl, rough_sentences

from pipeline.stages.encode.decode import Encoded
from pipeline.stages.encode.model import Encoder
from pipeline.stages.encode.posterior import likely_spans, possible_spans
from pipeline.stages.encode.shape import SHAPED, Shapes, inputs

_STEPS, _RIDGE = 30, 1.0


class Article:
    """One article as the encoder reads it, its words without white space, and where gold content stands."""

    def __init__(self, encoder: Encoder, row: dict[str, Any], tokenizer: Any) -> None:
        tokens = list(tokenizer(row["text"]))
        words = [t.text for t in tokens]
        blocks = [i for i, w in enumerate(words) if not w.isspace() and (i == 0 or "\n" in words[i - 1])] or [0]
        sentences = [
            s for a, b in zip(blocks, [*blocks[1:], len(words)], strict=True) for s in rough_sentences(words, a, b)
        ]
        encoded: Encoded = encoder.encode(words, sentences, blocks)
        kept = np.flatnonzero(encoded.upos >= 0)
        self.words = [words[i] for i in kept]
        self.scores = encoded.role_scores[kept]
        self.blocks = [i for i in np.unique(np.searchsorted(kept, encoded.paragraphs)).tolist() if i < len(kept)]
        starts = [i for i in np.unique(np.searchsorted(kept, encoded.sentences)).tolist() if i < len(kept)]
        self.shapes = Shapes(self.words, np.searchsorted(kept, encoded.heads[kept]), starts)
        lows = [tokens[i].idx for i in kept]
        highs = [tokens[i].idx + len(tokens[i]) for i in kept]
        self.gold: set[tuple[int, int]] = set()
        for attribution in row["attributions"]:
            spans = [(bisect_left(highs, a + 1), bisect_left(lows, b)) for a, b in attribution[SHAPED]]
            self.gold.update(merge_fragments([(a, b) for a, b in spans if a < b]))

    def rows(self, moves: np.ndarray, tags: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """What the regression reads of each possible span of content, and whether gold has it."""
        for label, low, high, chance, _ in possible_spans(self.scores, moves, tags, self.blocks):
            if label == SHAPED:
                right = [span in self.gold for span in zip(low.tolist(), high.tolist(), strict=True)]
                return inputs(chance, self.shapes.features(low, high)), np.array(right, dtype=np.float64)
        return np.zeros((0, 5)), np.zeros(0)


def fit(x: np.ndarray, y: np.ndarray) -> list[float]:
    """Weights of a logistic regression, a small ridge on all but the last, by Newton's method."""
    theta = np.zeros(x.shape[1])
    theta[0] = 1.0
    ridge = _RIDGE * np.eye(len(theta))
    ridge[-1, -1] = 1e-6
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-x @ theta))
        theta -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + ridge, x.T @ (p - y) + ridge @ theta)
    return [round(float(value), 4) for value in theta]


def f1(articles: list[Article], moves: np.ndarray, tags: tuple[str, ...], weights: list[float]) -> float:
    """F1 of exact pieces of content; empty *weights* leave shapes out."""
    hits = found = wanted = 0
    for article in articles:

        def judge(
            label: str, low: np.ndarray, high: np.ndarray, chance: np.ndarray, a: Article = article
        ) -> np.ndarray:
            return a.shapes.judged(chance, low, high, weights) if weights and label == SHAPED else chance

        spans = likely_spans(article.scores, moves, tags, article.blocks, judge=judge)
        predicted = {(s.start, s.end) for s in spans if s.label == SHAPED}
        hits += len(predicted & article.gold)
        found += len(predicted)
        wanted += len(article.gold)
    return 2 * hits / max(1, found + wanted)


def learn(encoder: Encoder, shared: Path) -> tuple[list[float], dict[str, float]]:
    """``content_shape`` for ``meta.json``, and F1 of exact pieces of content on the other half, before and after."""
    tokenizer = spacy.blank("en").tokenizer
    rows = read_jsonl(shared / "data" / "quotes" / "polnear" / "dev.jsonl")
    articles = [Article(encoder, row, tokenizer) for row in rows]
    moves, tags = np.array(encoder.meta["transitions"], dtype=np.float32), encoder.role_tags
    parts = [article.rows(moves, tags) for article in articles[::2]]
    weights = fit(np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts]))
    other = articles[1::2]
    return weights, {"before": f1(other, moves, tags, []), "after": f1(other, moves, tags, weights)}
