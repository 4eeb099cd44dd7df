"""Check-worthiness: how much a fact-checker would want to check a claim, 0 to 1.

A logistic regression over hashed features of the words (words, pairs, letters of four, numbers, tense, person, length),
and, where the encoder has read the Doc, its own score of the sentence, mixed with it by two weights. Both were trained
on ClaimBuster: sentences of US presidential debates, not news. Figures are in ``models/claims/README.md``; on news the
ranking is a hint at best (Reddy et al. 2022 found ClaimBuster to carry over badly). A column to sort by, never a gate.
``models/train/check_worthiness.py`` makes the weights.
"""

from __future__ import annotations

import base64
import json
import math
import re
import zlib
from array import array
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from pipeline.model import models_folder
from pipeline.stages.claims.groups import group

#: A power of two: a bucket is the last bits of a feature's checksum.
BUCKETS = 1 << 18
_WORD = re.compile(r"\d[\d,.]*|[^\W\d_]+(?:['’][^\W\d_]+)?|[%$£€?]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST = 200
_LETTERS = 4
_LONGEST_WORD = 40


class _Word(NamedTuple):
    """What a word lends to the features of a sentence, whatever stands beside it."""

    own: tuple[int, ...]  # its buckets: itself, and the letters in it
    after: bytes  # itself behind another
    pair: int  # checksums that the next word, and the next but one, continue
    skip: int
    number: bool
    past: bool
    classes: int  # the groups it belongs to, a bit each


_START = crc32(b"p ^")
_END = b" $"
_I, _WE, _YOU, _MODAL = 1, 2, 4, 8
_NO_NAMES = frozenset({"I", "I'm", "I've", "I'll", "I'd"})


@lru_cache(maxsize=1 << 14)
def _word(written: str) -> _Word:
    word = written.casefold().replace("’", "'")[:_LONGEST_WORD]
    if word[0].isdigit():
        word = "#year" if _YEAR.fullmatch(word) else "#"
    raw = word.encode("utf-8")
    own = [crc32(b"w " + raw)]
    if len(word) >= _LETTERS:
        bare = f" {word} "
        own += [crc32(f"c {bare[i : i + _LETTERS]}".encode()) for i in range(len(bare) - _LETTERS + 1)]
    classes = sum(
        bit
        for bit, name in ((_I, "worth_i"), (_WE, "worth_we"), (_YOU, "worth_you"), (_MODAL, "worth_modals"))
        if word in group(name)
    )
    return _Word(
        own=tuple(code % BUCKETS for code in own),
        after=b" " + raw,
        pair=crc32(b"p " + raw),
        skip=crc32(b"t " + raw),
        number=word[0] == "#" or word in group("worth_numbers"),
        past=word.endswith("ed") or word in group("worth_past"),
        classes=classes,
    )


def _beside(words: list[_Word]) -> list[int]:
    """The buckets of words side by side, and of those with one word between."""
    found = [crc32(words[0].after, _START), crc32(_END, words[-1].pair)]
    found += [crc32(b.after, a.pair) for a, b in pairwise(words)]
    found += [crc32(c.after, a.skip) for a, c in zip(words, words[2:], strict=False)]
    return [code % BUCKETS for code in found]


def features(text: str) -> list[int]:
    """The buckets of a sentence's features, sorted, each once; of the first 200 words."""
    return sorted(_buckets(_WORD.findall(text)[:_LONGEST]))


def _buckets(written: list[str]) -> set[int]:
    words = [_word(word) for word in written]
    found = set(_shape(written, words))
    if words:
        found.update(_beside(words), *[word.own for word in words])
    return found


def _shape(written: list[str], words: list[_Word]) -> tuple[int, ...]:
    """Buckets of how long a sentence is and what is in it: numbers, names, the past, who is spoken of."""
    classes = 0
    for word in words:
        classes |= word.classes
    numbers = len([word for word in words if word.number])
    names = len([word for word in written[1:] if word[0].isupper() and word not in _NO_NAMES])
    past = len([word for word in words if word.past])
    return _shapes(min(len(words) // 4, 10), min(numbers, 4), min(names, 5), min(past, 3), classes)


@lru_cache(maxsize=1 << 12)
def _shapes(length: int, numbers: int, names: int, past: int, classes: int) -> tuple[int, ...]:
    few, short, some = min(numbers, 2), min(length // 2, 4), min(names, 2)
    told = (
        f"n {length}", f"d {numbers}", f"c {names}", f"e {past}",
        f"dn {few} {short}", f"dc {few} {some}", f"en {past > 0} {short} {some}",
        f"who {classes & (_I | _WE | _YOU)}", f"md {classes & _MODAL} {numbers > 0}",
        f"edmi {past > 0} {numbers > 0} {classes & (_MODAL | _I)}",
    )  # fmt: skip
    return tuple(crc32(shape.encode()) % BUCKETS for shape in told)


@dataclass(frozen=True, slots=True)
class _Model:
    """``words``, whole numbers a bucket, times ``scale``, and ``bias`` give log odds; ``mix`` weighs them, the
    encoder's log odds and 1."""

    words: array[int]
    scale: float
    bias: float
    mix: tuple[float, float, float]


@cache
def _model() -> _Model | None:
    path: Path = models_folder() / "claims" / "check_worthiness.json"
    if not path.is_file():
        return None
    body = json.loads(path.read_text(encoding="utf-8"))
    words = array("b", zlib.decompress(base64.b64decode(body["weights"])))
    if body["buckets"] != BUCKETS or len(words) != BUCKETS:
        return None
    mix = body["mix"]
    weighed = (float(mix["words"]), float(mix["encoder"]), float(mix["bias"]))
    return _Model(words, float(body["scale"]), float(body["bias"]), weighed)


def log_odds(probability: float) -> float:
    """The log odds of a probability, which is first kept off 0 and 1 by a millionth."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def check_worthiness(proposition: str, sentence: float | None = None) -> float | None:
    """The score of one proposition, to three places; None where the weights aren't shipped or nothing is said.

    *sentence* is the encoder's score, 0 to 1, of the sentence that holds it; None where no encoder has read it.
    """
    model = _model()
    written = _WORD.findall(proposition)[:_LONGEST]
    if model is None or not written:
        return None
    found = _buckets(written)
    weights = model.words
    total = model.scale * sum([weights[bucket] for bucket in found]) / math.sqrt(len(found)) + model.bias
    if sentence is not None:
        by_words, by_encoder, bias = model.mix
        total = by_words * total + by_encoder * log_odds(sentence) + bias
    return round(1 / (1 + math.exp(-min(max(total, -60.0), 60.0))), 3)
