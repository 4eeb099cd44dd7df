"""Trains the check-worthiness weights that the claims stage ships.

    python models/train/check_worthiness.py SHARED [ENCODER]

A logistic regression (plain numpy, L2, accelerated gradient) over the features of ``pipeline.stages.claims.worth``,
each weighed by how rare it is (idf). Learns from ClaimBuster's training split (Arslan et al. 2020; sentences of US
presidential debates, CC BY 4.0 at its source, Zenodo 3609356) below *SHARED*``/data/claims/claimbuster`` and writes
``models/claims/check_worthiness.json``: the weights as base64 of deflated int8, with their scale.

With an encoder's folder also the two weights and the bias by which its score of a sentence is mixed in: fitted on the
rows that the encoder's training left out (``data.worth_rows``) with a model of words that hasn't seen them either. The
words are then trained anew on every row: with a tenth more of the same text the log odds keep their meaning. Without an
encoder the mix in the file stays as it is.

The training split was labelled by a crowd, the development split by experts: F1 is .7 on held-out rows of the one and
.9 on the other with the same model. A threshold that is best on the crowd's rows is therefore no good guide, and none
is shipped: the score is a probability and one half its middle. Prints F1, average precision and the calibration on the
development split, and for judging the split itself F1 and average precision on the held-out rows. Takes two minutes,
with an encoder three.
"""

from __future__ import annotations

import base64
import json
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from data import plain_quotes, read_jsonl, worth_rows
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipeline.stages.claims.worth import BUCKETS, features, log_odds

ROUNDS = 300
#: Of the mean loss; found by three folds of the training split (.0002 to .001 are alike).
L2 = 4.4e-4
Vector = NDArray[np.float64]


def labels_of(rows: list[dict[str, Any]]) -> Vector:
    """1 for rows worth checking, 0 for others."""
    return np.array([float(row["label"]) for row in rows])


class Matrix:
    """A sparse matrix (rows, buckets) of the features of *rows*, each row divided by the root of its length.

    *weights* (buckets,) multiplies the columns.
    """

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        found = [features(plain_quotes(row["text"])) for row in rows]
        lengths = [len(r) for r in found]
        self.row = np.repeat(np.arange(len(found)), lengths)
        self.column = np.array([i for r in found for i in r])
        self.value = np.repeat([1 / max(n, 1) ** 0.5 for n in lengths], lengths)
        self.size = len(found)

    def rarity(self) -> Vector:
        """The inverse document frequency of every bucket, smoothed; 0 where it is empty."""
        seen = np.bincount(self.column, minlength=BUCKETS)
        return np.where(seen > 0, np.log((1 + self.size) / (1 + seen)) + 1, 0.0)

    def dot(self, weights: Vector) -> Vector:
        """Matrix times a column."""
        return np.bincount(self.row, weights[self.column] * self.value, self.size)

    def transposed_dot(self, errors: Vector) -> Vector:
        """Its transpose times a column."""
        return np.bincount(self.column, errors[self.row] * self.value, BUCKETS)


def train(matrix: Matrix, labels: Vector) -> tuple[Vector, float]:
    """Weights of the plain features (rarity multiplied in) and bias, by Nesterov's method with restarts."""
    rare = matrix.rarity()
    guess = np.random.default_rng(0).normal(size=BUCKETS)
    largest = 1.0
    for _ in range(20):  # the largest eigenvalue of the scaled features, by powers, for the step
        guess = rare * matrix.transposed_dot(matrix.dot(rare * guess))
        largest = float(np.linalg.norm(guess))
        guess /= largest
    step = 1 / (0.25 * (largest / matrix.size + 1) + L2)
    weights, bias = np.zeros(BUCKETS), 0.0
    ahead, bias_ahead, pace = weights, bias, 1.0
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-(matrix.dot(rare * ahead) + bias_ahead)))
        error = (chance - labels) / len(labels)
        slope = rare * matrix.transposed_dot(error) + L2 * ahead
        new, new_bias = ahead - step * slope, bias_ahead - step * float(error.sum())
        if float(slope @ (new - weights)) > 0:
            pace = 1.0
        following = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        share = (pace - 1) / following
        ahead, bias_ahead = new + share * (new - weights), new_bias + share * (new_bias - bias)
        weights, bias, pace = new, new_bias, following
    return weights * rare, bias


def average_precision(labels: Vector, scores: Vector) -> float:
    """The mean of the precision at each positive, ranked by score."""
    ranked = labels[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float((precision * ranked).sum() / max(ranked.sum(), 1))


def f1(labels: Vector, answers: NDArray[np.bool_]) -> float:
    """F1 of the positive class."""
    return float(2 * (answers & (labels > 0)).sum() / max(answers.sum() + labels.sum(), 1))


def best_threshold(labels: Vector, scores: Vector) -> float:
    """The score from which on an answer of yes gives the highest F1."""
    order = np.argsort(-scores, kind="stable")
    f = 2 * np.cumsum(labels[order]) / (np.arange(1, len(order) + 1) + labels.sum())
    return float(scores[order][int(f.argmax())])


def said(name: str, labels: Vector, odds: Vector) -> None:
    """Prints F1 at one half and average precision."""
    print(f"{name}: F1 at 0.5 {f1(labels, odds >= 0):.3f}  AP {average_precision(labels, odds):.3f}")


def encoder_odds(encoder: Path, rows: list[dict[str, Any]]) -> Vector:
    """The log odds that the encoder in *encoder* gives each of *rows*."""
    from worthiness import scores

    from pipeline.stages.encode.model import load_encoder

    return np.array([log_odds(float(score)) for score in scores(load_encoder(encoder), rows)])


def encoder_mix(seen: list[dict[str, Any]], held_out: list[dict[str, Any]], encoder: Path) -> dict[str, float]:
    """The weights of the two log odds and the bias that fit the rows of *held_out* best."""
    from worthiness import fit

    weights, bias = train(Matrix(seen), labels_of(seen))
    labels = labels_of(held_out)
    both = np.stack([Matrix(held_out).dot(weights) + bias, encoder_odds(encoder, held_out)], axis=1)
    by, constant = fit(both, labels)
    odds = both @ by + constant
    said("held out, by words", labels, both[:, 0])
    said("held out, by the encoder", labels, both[:, 1])
    said("held out, mixed", labels, odds)
    print(f"  F1 would be best there from {1 / (1 + np.exp(-best_threshold(labels, odds))):.2f} on")
    return {"words": round(float(by[0]), 4), "encoder": round(float(by[1]), 4), "bias": round(constant, 4)}


def calibration(labels: Vector, odds: Vector) -> None:
    """Prints what share of the rows with a score in each fifth is worth checking."""
    chance = 1 / (1 + np.exp(-odds))
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (chance >= low) & (chance < low + 0.2 + 1e-9 * (low == 0.8))
        print(
            f"  said {low:.1f}-{low + 0.2:.1f}: {inside.sum():5d} sentences, {labels[inside].mean():.2f} check-worthy"
        )


def main(shared: Path, out: Path, encoder: Path | None = None) -> None:
    """Train, measure, write."""
    folder = shared / "data/claims/claimbuster"
    seen, held_out = worth_rows(folder / "train.jsonl")
    if encoder is not None:
        mix = encoder_mix(seen, held_out, encoder)
    else:
        mix = json.loads(out.read_text(encoding="utf-8"))["mix"]
    rows = seen + held_out
    weights, bias = train(Matrix(rows), labels_of(rows))
    scale = float(np.abs(weights).max() / 127)
    packed = np.round(weights / scale).astype(np.int8)
    dev = list(read_jsonl(folder / "dev.jsonl"))
    labels = labels_of(dev)
    odds = Matrix(dev).dot(packed * scale) + bias
    said("dev, by words", labels, odds)
    if encoder is not None:
        by_encoder = encoder_odds(encoder, dev)
        said("dev, by the encoder", labels, by_encoder)
        odds = mix["words"] * odds + mix["encoder"] * by_encoder + mix["bias"]
        said("dev, mixed", labels, odds)
    calibration(labels, odds)
    out.parent.mkdir(parents=True, exist_ok=True)
    body = {
        "what": "check-worthiness, logistic regression over pipeline.stages.claims.worth",
        "trained_on": "ClaimBuster, train split (Arslan et al. 2020), CC BY 4.0",
        "buckets": BUCKETS,
        "bias": round(bias, 5),
        "mix": mix,
        "scale": round(scale, 8),
        "weights": base64.b64encode(zlib.compress(packed.tobytes(), 9)).decode("ascii"),
    }
    out.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit("usage: python models/train/check_worthiness.py SHARED [ENCODER]")
    target = Path(__file__).resolve().parents[1] / "claims" / "check_worthiness.json"
    main(Path(sys.argv[1]), target, Path(sys.argv[2]) if len(sys.argv) == 3 else None)
