"""Makes all that check-worthiness needs: the weights that the claims stage ships.

    python models/train/check_worthiness.py SHARED ENCODER

To be run again for every new encoder in *ENCODER* (a model folder). Learns from ClaimBuster's training split (Arslan et
al. 2020; sentences of US presidential debates, CC BY 4.0 at its source, Zenodo 3609356) below
*SHARED*``/data/claims/claimbuster`` and writes ``models/claims/check_worthiness.json``:

- a logistic regression over hashed features of the words (``worth_words``; L2, accelerated gradient, each feature
  weighed by how rare it is);
- a network over what the encoder says of the sentence (``worth_sentences``; three side by side, dropout, AdamW);
- how both, and the score of the encoder's own head where its graph has one, are added. That is fitted on predictions
  for rows that no model had seen: each of five folds is left out in turn, of all rows where the encoder never saw
  ClaimBuster, else of those that its training left out (``data.worth_rows``).

All settings were chosen by average precision over folds of the training split. That split was labelled by a crowd, the
development split by experts: F1 is .70 on rows left out of the one and .92 on the other with the same model. A
threshold that is best on the crowd's rows is therefore no good guide, and none is shipped: the score is a probability
and one half its middle. Prints F1, average precision and calibration. Plain numpy, one thread; about five minutes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from data import plain_quotes, read_jsonl, worth_rows
from numpy.typing import NDArray
from worthiness import fit, read

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipeline.stages.claims.worth import FORMAT, log_odds
from pipeline.stages.claims.worth_sentences import FURTHEST, Network, packed, sentence_features
from pipeline.stages.claims.worth_words import BUCKETS, features

ROUNDS = 300
#: Of the mean loss; found by three folds of the training split (.0002 to .001 are alike).
L2 = 4.4e-4
#: The networks: how many, units of each, passes, rows a step, pace, decay, shares of inputs and units that are dropped.
MEMBERS, UNITS, PASSES, BATCH, PACE, DECAY, DROPPED_INPUTS, DROPPED_UNITS = 3, 48, 12, 128, 1e-3, 0.01, 0.3, 0.2
FOLDS = 5
#: No feature is stretched more than if it spread so little: a rare tag would outweigh all others.
LEAST_SPREAD = 1e-3
Vector = NDArray[np.float64]
Floats = NDArray[np.float32]


class Set(NamedTuple):
    """Rows of ClaimBuster with what is known of each; all of the same length.

    ``head`` are the log odds of the encoder's own head, None where it has none.
    """

    texts: list[str]
    labels: Vector
    sentences: Floats
    head: Vector | None

    def some(self, chosen: NDArray[np.int64]) -> Set:
        """The rows *chosen*."""
        head = None if self.head is None else self.head[chosen]
        return Set([self.texts[i] for i in chosen], self.labels[chosen], self.sentences[chosen], head)


class Matrix:
    """A sparse matrix (rows, buckets) of the features of *texts*, each row divided by the root of its length."""

    def __init__(self, texts: list[str]) -> None:
        found = [features(text) for text in texts]
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


def train_words(matrix: Matrix, labels: Vector) -> tuple[Vector, float]:
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


def train_member(scaled: Floats, labels: Floats, seed: int) -> list[Floats]:
    """One network of the mean, by AdamW on the log loss (Loshchilov & Hutter 2019): ``hidden, shift, out, bias``."""
    chance = np.random.default_rng(seed)
    rows, width = scaled.shape
    weights: list[Floats] = [
        chance.normal(0, (3 * width) ** -0.5, (width, UNITS)).astype(np.float32),
        np.zeros(UNITS, np.float32),
        chance.normal(0, (3 * UNITS) ** -0.5, UNITS).astype(np.float32),
        np.zeros(1, np.float32),
    ]
    first = [np.zeros_like(w) for w in weights]
    second = [np.zeros_like(w) for w in weights]

    def kept(shape: tuple[int, int], dropped: float) -> Floats:
        return ((chance.random(shape, dtype=np.float32) >= dropped) / (1 - dropped)).astype(np.float32)

    steps = PASSES * (rows // BATCH)
    for step in range(steps):
        if step % (rows // BATCH) == 0:
            order = chance.permutation(rows)
        at = step % (rows // BATCH) * BATCH
        chosen = order[at : at + BATCH]
        inputs = scaled[chosen] * kept((BATCH, width), DROPPED_INPUTS)
        hidden = inputs @ weights[0] + weights[1]
        open_ = kept((BATCH, UNITS), DROPPED_UNITS) * (hidden > 0)
        units = hidden * open_
        error = (1 / (1 + np.exp(-(units @ weights[2] + weights[3][0]))) - labels[chosen]) / BATCH
        back = np.outer(error, weights[2]) * open_
        slopes = [inputs.T @ back, back.sum(0), units.T @ error, error.sum(keepdims=True)]
        pace = PACE * (1 - (step + 1) / steps)
        for k, slope in enumerate(slopes):
            first[k] = 0.9 * first[k] + 0.1 * slope
            second[k] = 0.999 * second[k] + 0.001 * slope**2
            move = first[k] / (1 - 0.9 ** (step + 1)) / (np.sqrt(second[k] / (1 - 0.999 ** (step + 1))) + 1e-8)
            weights[k] = (weights[k] - pace * (move + (DECAY * weights[k] if k in (0, 2) else 0))).astype(np.float32)
    return weights


def train_network(rows: Set, tags: list[str], relations: list[str]) -> Network:
    """The networks side by side as one, whose output is their mean."""
    mean = rows.sentences.mean(0)
    spread = np.maximum(rows.sentences.std(0), LEAST_SPREAD)
    scaled = np.clip((rows.sentences - mean) / spread, -FURTHEST, FURTHEST)
    members = [train_member(scaled, rows.labels.astype(np.float32), seed) for seed in range(MEMBERS)]
    return Network(
        tuple(tags),
        tuple(relations),
        mean,
        spread,
        np.concatenate([m[0].T for m in members]),
        np.concatenate([m[1] for m in members]),
        np.concatenate([m[2] for m in members]) / MEMBERS,
        float(np.mean([m[3] for m in members])),
    )


def average_precision(labels: Vector, scores: Vector) -> float:
    """The mean of the precision at each positive, ranked by score."""
    ranked = labels[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float((precision * ranked).sum() / max(ranked.sum(), 1))


def f1(labels: Vector, answers: NDArray[np.bool_]) -> float:
    """F1 of the positive class."""
    return float(2 * (answers & (labels > 0)).sum() / max(answers.sum() + labels.sum(), 1))


def said(name: str, labels: Vector, odds: Vector) -> None:
    """Prints F1 at one half and average precision."""
    print(f"{name}: F1 at 0.5 {f1(labels, odds >= 0):.3f}  AP {average_precision(labels, odds):.4f}", flush=True)


def calibration(labels: Vector, odds: Vector) -> None:
    """Prints what share of the rows with a score in each fifth is worth checking."""
    chance = 1 / (1 + np.exp(-odds))
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (chance >= low) & (chance < low + 0.2 + 1e-9 * (low == 0.8))
        print(
            f"  said {low:.1f}-{low + 0.2:.1f}: {inside.sum():5d} sentences, {labels[inside].mean():.2f} check-worthy"
        )


def read_set(encoder: Any, rows: list[dict[str, Any]], tags: list[str], relations: list[str]) -> Set:
    """*rows*, each read alone by *encoder*."""
    texts = [plain_quotes(row["text"]) for row in rows]
    sentences, head = [], []
    for encoded in read(encoder, texts):
        sentences.append(sentence_features(encoded, tags, relations)[0])
        head.append(float(encoded.check_worthiness[0]))
    own = log_odds(np.array(head)) if any(head) else None
    return Set(texts, np.array([float(row["label"]) for row in rows]), np.array(sentences), own)


def folds(count: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The numbers of the rows of each fold, and of all others; every fifth row, so that each run has the same."""
    numbers = np.arange(count)
    for fold in range(FOLDS):
        yield np.flatnonzero(numbers % FOLDS == fold), np.flatnonzero(numbers % FOLDS != fold)


def out_of_fold(seen: Set, unseen: Set, tags: list[str], relations: list[str]) -> NDArray[np.float64]:
    """Log odds of *unseen* by models of all other rows (*seen* always among them): (rows, words, network[, head])."""
    found = np.zeros((len(unseen.texts), 2))
    for left_out, others in folds(len(unseen.texts)):
        known = joined(seen, unseen.some(others))
        asked = unseen.some(left_out)
        weights, bias = train_words(Matrix(known.texts), known.labels)
        found[left_out, 0] = Matrix(asked.texts).dot(weights) + bias
        found[left_out, 1] = train_network(known, tags, relations).odds(asked.sentences)
    return found if unseen.head is None else np.column_stack([found, unseen.head])


def joined(one: Set, other: Set) -> Set:
    """The rows of both."""
    head = None if one.head is None or other.head is None else np.concatenate([one.head, other.head])
    return Set(
        one.texts + other.texts,
        np.concatenate([one.labels, other.labels]),
        np.concatenate([one.sentences, other.sentences]),
        head,
    )


def main(shared: Path, folder: Path, out: Path) -> None:
    """Train, measure, write."""
    from pipeline.stages.encode.model import load_encoder

    encoder = load_encoder(folder)
    tags, relations = sorted(encoder.tag_labels), sorted(encoder.dep_labels)
    data = shared / "data/claims/claimbuster"
    kept, held_out = worth_rows(data / "train.jsonl")
    seen, unseen = (read_set(encoder, rows, tags, relations) for rows in (kept, held_out))
    every = joined(seen, unseen)
    if every.head is None:  # nothing of ClaimBuster is in the encoder
        seen, unseen = every.some(np.arange(0)), every
    odds = out_of_fold(seen, unseen, tags, relations)
    by, constant = fit(odds, unseen.labels)
    for name, column in zip(("words", "network", "encoder's head"), odds.T, strict=False):
        said(f"left out, by {name}", unseen.labels, column)
    said("left out, mixed", unseen.labels, odds @ by + constant)
    mix = dict(zip(("words", "sentence", "head"), [*(round(float(b), 4) for b in by), 0.0], strict=False))

    weights, bias = train_words(Matrix(every.texts), every.labels)
    network = train_network(every, tags, relations)
    body = {
        "what": "check-worthiness: pipeline.stages.claims.worth",
        "format": FORMAT,
        "trained_on": "ClaimBuster, train split (Arslan et al. 2020), CC BY 4.0",
        "graph": encoder.version.rpartition("+")[2],
        "mix": {**mix, "bias": round(constant, 4)},
        "bias": round(bias, 5),
        "words": packed(weights),
        "sentences": network.body(),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")

    # What was written, not what was trained: rounding included.
    from pipeline.stages.claims.worth import check_worthiness, sentence_odds

    dev = list(read_jsonl(data / "dev.jsonl"))
    labels = np.array([float(row["label"]) for row in dev])
    texts = [plain_quotes(row["text"]) for row in dev]
    context = [sentence_odds(encoded) for encoded in read(encoder, texts)]
    for name, given in (("dev, by words", None), ("dev, mixed", np.concatenate([c for c in context if c is not None]))):
        scores = np.array([score or 0.0 for score in check_worthiness(texts, given)])
        said(name, labels, log_odds(scores))
    calibration(labels, log_odds(scores))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python models/train/check_worthiness.py SHARED ENCODER")
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(__file__).resolve().parents[1] / "claims" / "check_worthiness.json")
