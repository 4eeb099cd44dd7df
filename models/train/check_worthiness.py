"""Trains the check-worthiness weights that the claims stage ships.

    python models/train/check_worthiness.py SHARED [ENCODER]

A logistic regression (plain numpy, L2, full batch with Nesterov momentum) over the features of
``pipeline.stages.claims.worth``: hashed words and word pairs, and a few shapes. Learns from ClaimBuster's training
split (Arslan et al. 2020; sentences of US presidential debates, CC BY 4.0 at its source, Zenodo 3609356) below
*SHARED*``/data/claims/claimbuster`` and writes ``models/claims/check_worthiness.json``: the weights as base64 of int8,
with their scale. With an encoder's folder also the two weights by which its sentence scores are mixed in: fitted on
what each of five folds of the training split gets from models that haven't seen it, so that another encoder, its own
scores fitted the same way, needs no other weights. Prints F1, average precision and the calibration on the development
split. Takes a minute, with an encoder ten.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipeline.stages.claims.worth import BUCKETS, features

EPOCHS = 400
L2 = 1e-5
FOLDS = 5
Vector = NDArray[np.float64]


def read(path: Path) -> tuple[list[list[int]], Vector]:
    """The feature indices and labels of one split."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [features(row["text"]) for row in rows], np.array([float(row["label"]) for row in rows])


class Matrix:
    """A sparse matrix of ones, normalised by row."""

    def __init__(self, rows: list[list[int]]) -> None:
        self.row = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
        self.column = np.array([i for r in rows for i in r])
        self.value = np.repeat([1 / max(len(r), 1) ** 0.5 for r in rows], [len(r) for r in rows])
        self.size = len(rows)

    def dot(self, weights: Vector) -> Vector:
        """Matrix times a column."""
        return np.bincount(self.row, weights[self.column] * self.value, self.size)

    def transposed_dot(self, errors: Vector) -> Vector:
        """Its transpose times a column."""
        return np.bincount(self.column, errors[self.row] * self.value, BUCKETS)


def train(matrix: Matrix, labels: Vector) -> tuple[Vector, float]:
    """Weights and bias."""
    weights, bias = np.zeros(BUCKETS), 0.0
    speed, bias_speed = np.zeros(BUCKETS), 0.0
    for _ in range(EPOCHS):
        ahead = weights + 0.9 * speed
        chance = 1 / (1 + np.exp(-(matrix.dot(ahead) + bias)))
        error = (chance - labels) / len(labels)
        speed = 0.9 * speed - 30.0 * (matrix.transposed_dot(error) + L2 * ahead)
        bias_speed = 0.9 * bias_speed - 1.0 * error.sum()
        weights, bias = weights + speed, bias + bias_speed
    return weights, float(bias)


def average_precision(labels: Vector, scores: Vector) -> float:
    """The mean of the precision at each positive, ranked by score."""
    ranked = labels[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float((precision * ranked).sum() / max(ranked.sum(), 1))


def f1(labels: Vector, answers: NDArray[np.bool_]) -> float:
    """F1 of the positive class."""
    return float(2 * (answers & (labels > 0)).sum() / max(answers.sum() + labels.sum(), 1))


def mixed(by_words: Vector, by_encoder: Vector, labels: Vector) -> dict[str, float]:
    """The weights of the two log odds and the bias that fit *labels* best."""
    from worthiness import fit

    weights, bias = fit(np.stack([by_words, by_encoder], axis=1), labels)
    return {"words": round(float(weights[0]), 4), "encoder": round(float(weights[1]), 4), "bias": round(bias, 4)}


def unseen(rows: list[list[int]], vectors: Vector, labels: Vector) -> tuple[Vector, Vector]:
    """The log odds by words and by *vectors* (rows, hidden) of every row, from models that haven't seen its fold."""
    from worthiness import fit

    fold = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    by_words, by_vectors = np.zeros(len(rows)), np.zeros(len(rows))
    for k in range(FOLDS):
        inside, out = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        weights, bias = train(Matrix([rows[i] for i in inside]), labels[inside])
        by_words[out] = Matrix([rows[i] for i in out]).dot(weights) + bias
        weights, bias = fit(vectors[inside], labels[inside])
        by_vectors[out] = vectors[out] @ weights + bias
    return by_words, by_vectors


def encoder_mix(folder: Path, rows: list[list[int]], labels: Vector, encoder: Path) -> dict[str, float]:
    """The weights of the mix for the encoder in *encoder*."""
    from data import read_jsonl
    from worthiness import sentence_vectors

    from pipeline.stages.encode.model import load_encoder

    vectors = sentence_vectors(load_encoder(encoder), list(read_jsonl(folder / "train.jsonl")))
    return mixed(*unseen(rows, vectors, labels), labels)


def main(shared: Path, out: Path, encoder: Path | None = None) -> None:
    """Train, measure, write."""
    folder = shared / "data/claims/claimbuster"
    rows, labels = read(folder / "train.jsonl")
    if encoder is not None:
        mix = encoder_mix(folder, rows, labels, encoder)
    else:
        mix = json.loads(out.read_text(encoding="utf-8"))["mix"]
    weights, bias = train(Matrix(rows), labels)
    scale = float(np.abs(weights).max() / 127)
    packed = np.round(weights / scale).astype(np.int8)
    rows_dev, labels_dev = read(folder / "dev.jsonl")
    chance = 1 / (1 + np.exp(-(Matrix(rows_dev).dot(packed * scale) + bias)))
    print(f"dev F1 at 0.5 {f1(labels_dev, chance >= 0.5):.3f}  AP {average_precision(labels_dev, chance):.3f}")
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (chance >= low) & (chance < low + 0.2 + 1e-9)
        share = labels_dev[inside].mean()
        print(f"  said {low:.1f}-{low + 0.2:.1f}: {inside.sum():5d} sentences, {share:.2f} check-worthy")
    out.parent.mkdir(parents=True, exist_ok=True)
    body = {
        "what": "check-worthiness, logistic regression over pipeline.stages.claims.worth",
        "trained_on": "ClaimBuster, train split (Arslan et al. 2020), CC BY 4.0",
        "buckets": BUCKETS,
        "bias": round(bias, 5),
        "mix": mix,
        "scale": round(scale, 8),
        "weights": base64.b64encode(packed.tobytes()).decode("ascii"),
    }
    out.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit("usage: python models/train/check_worthiness.py SHARED [ENCODER]")
    target = Path(__file__).resolve().parents[1] / "claims" / "check_worthiness.json"
    main(Path(sys.argv[1]), target, Path(sys.argv[2]) if len(sys.argv) == 3 else None)
