"""How well the encoder's own head tells which sentences are worth checking: ClaimBuster's development split."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import spacy
from data import plain_quotes, read_jsonl

from pipeline.stages.encode import Encoded, Encoder

PENALTY = 3.0
ROUNDS = 12


def read(encoder: Encoder, texts: list[str]) -> Iterator[Encoded]:
    """Each of *texts*, one sentence, read alone."""
    tokenizer = spacy.blank("en").tokenizer
    for text in texts:
        words = [t.text for t in tokenizer(text) if not t.is_space] or ["."]
        yield encoder.encode(words, [0], [0])


def fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias of a logistic regression, by Newton's method with an L2 penalty on the weights."""
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


def area(found: np.ndarray, y: np.ndarray) -> float:
    """Area under the ROC curve, by ranks."""
    ranks = np.empty(len(found))
    ranks[found.argsort()] = np.arange(1, len(found) + 1)
    positive = y.sum()
    return float((ranks[y == 1].sum() - positive * (positive + 1) / 2) / (positive * (len(y) - positive)))


def average_precision(found: np.ndarray, y: np.ndarray) -> float:
    """Mean precision at each positive row, best score first."""
    hits = y[(-found).argsort()]
    at = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(at[hits == 1].mean())


def measure(encoder: Encoder, shared: Path) -> dict[str, float]:
    """AUC, average precision and F1 (at one half) on the dev split below *shared*; empty for a graph without the head.

    Raises OSError without the split.
    """
    rows = list(read_jsonl(shared / "data" / "claims" / "claimbuster" / "dev.jsonl"))
    y = np.array([row["label"] for row in rows])
    texts = [plain_quotes(row["text"]) for row in rows]
    found = np.array([encoded.check_worthiness[0] for encoded in read(encoder, texts)], dtype=np.float64)
    if not found.any():
        return {}
    predicted = found > 0.5
    hits = float((predicted & (y == 1)).sum())
    f = 2 * hits / max(1.0, float(predicted.sum() + y.sum()))
    return {"auc": area(found, y), "average_precision": average_precision(found, y), "f": f}
