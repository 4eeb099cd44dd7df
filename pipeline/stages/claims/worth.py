"""Check-worthiness: how much a fact-checker would want to check a claim, 0 to 1.

The log odds of two models are weighed and added: one over the words of the proposition (:mod:`worth_words`), one over
what the encoder says of the sentence that holds it (:mod:`worth_sentences`); a third is the encoder's own, where it has
a head for it. All were trained on ClaimBuster: sentences of US presidential debates, not news. Figures are in
``models/claims/README.md``; on news the ranking is a hint at best (Reddy et al. 2022 found ClaimBuster to carry over
badly). A column to sort by, never a gate. ``models/train/check_worthiness.py`` makes the weights.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.model import models_folder
from pipeline.stages.claims.worth_sentences import Network, network, sentence_features, steps_of
from pipeline.stages.claims.worth_words import BUCKETS, scores

#: Of the file of weights.
FORMAT = 2
_FARTHEST = 60.0
Odds = NDArray[np.float64]


class Mix(NamedTuple):
    """How much each model's log odds count where an encoder has read the sentence, and what is added."""

    words: float
    sentence: float
    head: float
    bias: float


@dataclass(frozen=True, slots=True)
class _Model:
    """``words``, whole numbers a bucket, times ``scale``, and ``bias`` give log odds by words; see :class:`Mix`."""

    words: NDArray[np.int8]
    scale: float
    bias: float
    graph: str
    sentences: Network
    mix: Mix


@cache
def _model() -> _Model | None:
    path: Path = models_folder() / "claims" / "check_worthiness.json"
    if not path.is_file():
        return None
    body = json.loads(path.read_text(encoding="utf-8"))
    if body.get("format") != FORMAT:
        return None
    words = steps_of(body["words"])
    if len(words) != BUCKETS:
        return None
    scale, bias = float(body["words"]["scale"]), float(body["bias"])
    return _Model(words, scale, bias, str(body["graph"]), network(body["sentences"]), Mix(**body["mix"]))


def log_odds(probability: Odds) -> Odds:
    """The log odds of probabilities, which are first kept off 0 and 1 by a millionth."""
    kept = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(kept / (1 - kept)))


def sentence_odds(encoded: Any, asked: Sequence[int] | None = None) -> Odds | None:
    """What the encoder's reading adds to the log odds of what a sentence states, float64 (asked,).

    *asked* are numbers of sentences, each once; all of them where it is None.
    None without a reading, without weights, or where it is another encoder's than the weights were made for.
    """
    model = _model()
    if model is None or encoded is None or not len(encoded.sentences) or encoded.graph != model.graph:
        return None
    rows = np.arange(len(encoded.sentences)) if asked is None else np.asarray(asked, dtype=np.int64)
    learned = model.sentences.odds(sentence_features(encoded, model.sentences.tags, model.sentences.relations)[rows])
    total = model.mix.sentence * learned + model.mix.bias
    if model.mix.head:
        total = total + model.mix.head * log_odds(encoded.check_worthiness[rows].astype(np.float64))
    return np.asarray(total)


def check_worthiness(propositions: Sequence[str], sentences: Odds | None = None) -> list[float | None]:
    """The score of each proposition, to three places; None where the weights aren't shipped or nothing is said.

    *sentences*, where an encoder has read them, is what :func:`sentence_odds` gives the sentence of each proposition.
    A score hangs on its own proposition and sentence alone.
    """
    model = _model()
    if model is None:
        return [None] * len(propositions)
    total = model.scale * scores(propositions, model.words) + model.bias
    if sentences is not None:
        total = model.mix.words * total + sentences
    said = 1 / (1 + np.exp(-np.clip(total, -_FARTHEST, _FARTHEST)))
    return [None if np.isnan(score) else round(score, 3) for score in said.tolist()]
