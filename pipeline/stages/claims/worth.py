"""Check-worthiness: how much a fact-checker would want to check a claim, 0 to 1.

A logistic regression over hashed words, word pairs and a few shapes (numbers, tense, person), and, where the encoder
has read the Doc, its own score of the sentence, mixed with it by two weights. Both were trained on ClaimBuster:
sentences of US presidential debates, not news. Figures are in ``models/claims/README.md``; on news the ranking is a
hint at best (Reddy et al. 2022 found ClaimBuster to carry over badly). A column to sort by, never a gate.
``models/train/check_worthiness.py`` makes the weights.
"""

from __future__ import annotations

import base64
import json
import math
import re
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.model import models_folder

BUCKETS = 1 << 16
_WORD = re.compile(r"\d[\d,.]*|[^\W\d_]+(?:['’][^\W\d_]+)?|[%$£€?]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST = 200


@lru_cache(maxsize=1 << 13)
def _shape(word: str) -> str:
    if word[0].isdigit():
        return "#year" if _YEAR.fullmatch(word) else "#"
    return word.casefold().replace("’", "'")


def features(text: str) -> list[int]:
    """The buckets of a sentence's features, sorted, each once: words, word pairs, ends, length, digits, names."""
    words = _WORD.findall(text)[:_LONGEST]
    shapes = [_shape(word) for word in words]
    found = ["w " + shape for shape in shapes]
    found += [f"p {a} {b}" for a, b in pairwise(shapes)]
    found += [f"t {a} {c}" for a, c in zip(shapes, shapes[2:], strict=False)]
    found += ["s " + shape[-3:] for shape in shapes if len(shape) > 4]
    found.append(f"n {min(len(words) // 4, 10)}")
    found.append(f"d {min(len([shape for shape in shapes if shape[0] == '#']), 4)}")
    found.append(f"c {min(len([word for word in words[1:] if word[0].isupper()]), 5)}")
    if shapes:
        found.append("first " + shapes[0])
    # No feature holds a line break, so all are encoded in one go.
    return sorted({code % BUCKETS for code in map(zlib.crc32, "\n".join(found).encode("utf-8").split(b"\n"))})


@dataclass(frozen=True, slots=True)
class _Model:
    """``words`` (buckets,) and ``bias`` give a log odds; ``mix`` weighs it, the encoder's log odds and 1."""

    words: NDArray[np.float64]
    bias: float
    mix: tuple[float, float, float]


@cache
def _model() -> _Model | None:
    path: Path = models_folder() / "claims" / "check_worthiness.json"
    if not path.is_file():
        return None
    body = json.loads(path.read_text(encoding="utf-8"))
    packed = np.frombuffer(base64.b64decode(body["weights"]), dtype=np.int8)
    if body["buckets"] != BUCKETS or len(packed) != BUCKETS:
        return None
    words: NDArray[np.float64] = packed.astype(np.float64) * float(body["scale"])
    mix = body["mix"]
    return _Model(words, float(body["bias"]), (float(mix["words"]), float(mix["encoder"]), float(mix["bias"])))


def log_odds(probability: float) -> float:
    """The log odds of a probability, which is first kept off 0 and 1 by a millionth."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def check_worthiness(proposition: str, sentence: float | None = None) -> float | None:
    """The score of one proposition, to three places; None where the weights aren't shipped or nothing is said.

    *sentence* is the encoder's score, 0 to 1, of the sentence that holds it; None where no encoder has read it.
    """
    model = _model()
    if model is None or not _WORD.search(proposition):
        return None
    found = features(proposition)
    total = float(model.words.take(found).sum()) / len(found) ** 0.5 + model.bias
    if sentence is not None:
        by_words, by_encoder, bias = model.mix
        total = by_words * total + by_encoder * log_odds(sentence) + bias
    return round(1 / (1 + math.exp(-min(max(total, -60.0), 60.0))), 3)
