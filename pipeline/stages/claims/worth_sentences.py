"""Check-worthiness by sentences: a small network over what the encoder says of each.

Its inputs are the sentence's vector, how often each tag and each relation of the tree stands in it, and how factual its
words are; one hidden layer of rectified units, trained as several networks whose mean is taken (``models/train``).
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

#: A feature is no further than so many standard deviations from its mean.
FURTHEST: Final = 6.0


def packed(array: NDArray[Any], levels: int = 127) -> dict[str, Any]:
    """An array as JSON: whole numbers of eight bits, deflated, as base64, and what one step of them is worth."""
    scale = float(np.abs(array).max() / levels) or 1.0
    steps = np.round(np.asarray(array) / scale).astype(np.int8)
    data = base64.b64encode(zlib.compress(steps.tobytes(), 9)).decode("ascii")
    return {"shape": list(array.shape), "scale": round(scale, 10), "data": data}


def steps_of(body: dict[str, Any]) -> NDArray[np.int8]:
    """The whole numbers of what :func:`packed` has written; times ``body["scale"]`` they are the array."""
    return np.frombuffer(zlib.decompress(base64.b64decode(body["data"])), dtype=np.int8).reshape(body["shape"])


def unpacked(body: dict[str, Any]) -> Array:
    """What :func:`packed` has written, but for what rounding took."""
    return steps_of(body).astype(np.float32) * np.float32(body["scale"])


@lru_cache(maxsize=8)
def _columns(labels: tuple[str, ...], known: tuple[str, ...]) -> NDArray[np.int64]:
    """For each of *labels*, and for none (index -1), its place among *known*; ``len(known)`` where it has none."""
    places = {label: i for i, label in enumerate(known)}
    return np.array([*(places.get(label, len(known)) for label in labels), len(known)], dtype=np.int64)


def sentence_features(encoded: Any, tags: Sequence[str], relations: Sequence[str]) -> Array:
    """The network's inputs for each sentence of an ``Encoded``.

    Args:
        tags, relations: the Penn tags and the relations that are counted; others are not.

    Returns:
        float32 (sentences, 384 + tags + relations + 4): vector; logarithms of one more than the counts; that of one
        more than the words; mean, greatest and least factuality. White space counts for nothing.
    """
    starts = encoded.sentences.astype(np.int64)
    count, words = len(starts), encoded.tags >= 0
    owner = np.searchsorted(starts, np.arange(len(words)), side="right") - 1
    lengths = np.bincount(owner[words], minlength=count).astype(np.float64)
    found = [encoded.vectors.astype(np.float64)]
    for indices, labels, known in (
        (encoded.tags, encoded.tag_labels, tuple(tags)),
        (encoded.deps, encoded.dep_labels, tuple(relations)),
    ):
        column = _columns(tuple(labels), known)[indices]
        width = len(known) + 1
        counts = np.bincount(owner * width + column, minlength=count * width).reshape(count, width)
        found.append(np.log1p(counts[:, :-1]))
    factuality = encoded.factuality.astype(np.float64)
    mean = np.bincount(owner[words], factuality[words], count) / np.maximum(lengths, 1)
    most, least = np.full(count, -np.inf), np.full(count, np.inf)
    np.maximum.at(most, owner[words], factuality[words])
    np.minimum.at(least, owner[words], factuality[words])
    empty = lengths == 0
    most[empty], least[empty] = 0, 0
    found.append(np.stack([np.log1p(lengths), mean, most, least], axis=1))
    return np.concatenate(found, axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Network:
    """One hidden layer: ``out @ max(0, hidden @ x + shift) + bias``, *x* the features in standard deviations.

    Attributes:
        tags, relations: what the features count.
        mean, spread: float32 (features,), by which they are brought to one scale.
        hidden, shift: float32 (units, features) and (units,).
        out, bias: float32 (units,) and a number.
    """

    tags: tuple[str, ...]
    relations: tuple[str, ...]
    mean: Array
    spread: Array
    hidden: Array
    shift: Array
    out: Array
    bias: float

    def odds(self, features: Array) -> NDArray[np.float64]:
        """The log odds of each row of *features* (rows, features), float64 (rows,)."""
        scaled = np.clip((features - self.mean) / self.spread, -FURTHEST, FURTHEST)
        # Not by a matrix product: its sums depend on how many rows there are.
        units = np.maximum(np.einsum("rf,uf->ru", scaled, self.hidden) + self.shift, 0)
        return np.asarray((units * self.out).sum(1, dtype=np.float64) + self.bias)

    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "tags": list(self.tags),
            "relations": list(self.relations),
            "mean": [round(float(x), 4) for x in self.mean],
            "spread": [round(float(x), 4) for x in self.spread],
            "hidden": packed(self.hidden),
            "shift": [round(float(x), 4) for x in self.shift],
            "out": [round(float(x), 4) for x in self.out],
            "bias": round(self.bias, 4),
        }


def network(body: dict[str, Any]) -> Network:
    """The network that :meth:`Network.body` has written. Raises KeyError or ValueError for anything else."""
    mean, spread, shift, out = (np.array(body[key], dtype=np.float32) for key in ("mean", "spread", "shift", "out"))
    hidden = unpacked(body["hidden"])
    return Network(tuple(body["tags"]), tuple(body["relations"]), mean, spread, hidden, shift, out, float(body["bias"]))
