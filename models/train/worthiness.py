"""Check-worthiness: a logistic regression over the finished model's sentence vectors, on ClaimBuster's sentences.

Fitted after training, so that it takes nothing from the other tasks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import spacy
from data import read_jsonl, rough_sentences

from pipeline.stages.encode.model import Encoder

PENALTY = 3.0
ROUNDS = 12


def sentence_vectors(encoder: Encoder, rows: list[dict[str, Any]]) -> np.ndarray:
    """The mean vector of each row's sentences, float64 (rows, hidden)."""
    tokenizer = spacy.blank("en").tokenizer
    found = []
    for row in rows:
        words = [t.text for t in tokenizer(row["text"].strip('"').replace('""', '"'))] or ["."]
        found.append(encoder.encode(words, rough_sentences(words, 0, len(words)), [0]).vectors.mean(0))
    return np.array(found, dtype=np.float64)


def fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias by Newton's method with an L2 penalty on the weights."""
    wide = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    ridge = np.full(wide.shape[1], PENALTY / 384)
    ridge[-1] = 1e-6
    theta = np.zeros(wide.shape[1])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-wide @ theta))
        gradient = wide.T @ (p - y) + ridge * theta
        curvature = (wide * (p * (1 - p))[:, None]).T @ wide + np.diag(ridge)
        theta -= np.linalg.solve(curvature, gradient)
    return theta[:-1], float(theta[-1])


def area(scores: np.ndarray, y: np.ndarray) -> float:
    """Area under the ROC curve, by ranks."""
    ranks = np.empty(len(scores))
    ranks[scores.argsort()] = np.arange(1, len(scores) + 1)
    positive = y.sum()
    return float((ranks[y == 1].sum() - positive * (positive + 1) / 2) / (positive * (len(y) - positive)))


def average_precision(scores: np.ndarray, y: np.ndarray) -> float:
    """Mean precision at each positive row, best score first."""
    hits = y[(-scores).argsort()]
    at = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(at[hits == 1].mean())


def learn(encoder: Encoder, shared: Path) -> tuple[dict[str, Any], dict[str, float]]:
    """The entry of ``meta.json`` and the dev figures."""
    folder = shared / "data" / "claims" / "claimbuster"
    train, dev = (list(read_jsonl(folder / f"{part}.jsonl")) for part in ("train", "dev"))
    weights, bias = fit(sentence_vectors(encoder, train), np.array([row["label"] for row in train], dtype=np.float64))
    y = np.array([row["label"] for row in dev])
    scores = sentence_vectors(encoder, dev) @ weights + bias
    predicted = scores > 0
    hits = float((predicted & (y == 1)).sum())
    f = 2 * hits / max(1.0, float(predicted.sum() + y.sum()))
    entry = {"weights": [round(float(x), 4) for x in weights], "bias": round(bias, 4)}
    return entry, {"auc": area(scores, y), "average_precision": average_precision(scores, y), "f": f}
