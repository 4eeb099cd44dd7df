"""Scores of attributions as probabilities: Platt's two numbers, fitted on half of PolNeAR's dev articles.

The training articles are known too well to learn it from. The other half says how well it holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import spacy
from data import read_jsonl, rough_sentences

from pipeline.stages.encode import decode_attributions
from pipeline.stages.encode.model import Encoder


def _characters(spans: list[tuple[int, int]]) -> set[int]:
    return {i for start, end in spans for i in range(start, end)}


def judged(encoder: Encoder, articles: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    """Score of each decoded attribution, and whether its content overlaps gold by half and its source overlaps it."""
    tokenizer = spacy.blank("en").tokenizer
    scores: list[float] = []
    right: list[bool] = []
    for article in articles:
        tokens = list(tokenizer(article["text"]))
        words = [t.text for t in tokens]
        edges = [(t.idx, t.idx + len(t)) for t in tokens]
        blocks = [i for i, w in enumerate(words) if not w.isspace() and (i == 0 or "\n" in words[i - 1])] or [0]
        sentences = [
            s for a, b in zip(blocks, [*blocks[1:], len(words)], strict=True) for s in rough_sentences(words, a, b)
        ]
        gold = [(_characters(g["content"]), _characters(g["source"])) for g in article["attributions"] if g["content"]]
        for found in decode_attributions(encoder.encode(words, sentences, blocks)):
            content = _characters([(edges[a][0], edges[b - 1][1]) for a, b in found.content])
            source = _characters([(edges[found.source[0]][0], edges[found.source[1] - 1][1])] if found.source else [])
            scores.append(found.score)
            right.append(
                any(
                    2 * len(content & c) >= len(content | c) and (bool(source & s) or not (source or s))
                    for c, s in gold
                )
            )
    return np.array(scores), np.array(right)


def fit(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """``a, b`` of ``sigmoid(a * logit(score) + b)``, by Newton's method."""
    clipped = np.clip(scores, 1e-6, 1 - 1e-6)
    x = np.stack([np.log(clipped / (1 - clipped)), np.ones(len(scores))], axis=1)
    theta = np.array([1.0, 0.0])
    for _ in range(20):
        p = 1 / (1 + np.exp(-x @ theta))
        theta -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2), x.T @ (p - right))
    return float(theta[0]), float(theta[1])


def error(scores: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean distance of score and share of right rows, over bins of like size."""
    order = scores.argsort()
    parts = np.array_split(order, bins)
    return float(sum(abs(scores[p].mean() - right[p].mean()) * len(p) for p in parts) / len(scores))


def learn(encoder: Encoder, shared: Path) -> tuple[list[float], dict[str, float]]:
    """``[a, b]`` for ``meta.json``, and the calibration error on the other half, before and after.

    *encoder* must not be calibrated yet.
    """
    articles = list(read_jsonl(shared / "data" / "quotes" / "polnear" / "dev.jsonl"))
    scores, right = judged(encoder, articles[::2])
    a, b = fit(scores, right)
    scores, right = judged(encoder, articles[1::2])
    clipped = np.clip(scores, 1e-6, 1 - 1e-6)
    mapped = 1 / (1 + np.exp(-(a * np.log(clipped / (1 - clipped)) + b)))
    return [round(a, 4), round(b, 4)], {"before": error(scores, right), "after": error(mapped, right)}
