"""Check-worthiness by words: hashed features of a proposition (words, pairs, letters, numbers, tense, person)."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.claims.groups import group

#: A power of two: a bucket is the last bits of a feature's checksum.
BUCKETS = 1 << 18
_WORD = re.compile(r"\d[\d,.]*|[^\W\d_]+(?:['’][^\W\d_]+)?|[%$£€?]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST = 200
_LETTERS = 4
_LONGEST_WORD = 40
#: Bytes of a checksum.
_CODE = 4


class _Word(NamedTuple):
    """What a word lends to the features of a sentence, whatever stands beside it."""

    own: bytes  # the checksums of itself and of the letters in it, as _packed has them
    after: bytes  # itself behind another
    pair: int  # checksums that the next word, and the next but one, continue
    skip: int
    number: bool
    past: bool
    name: bool  # by its capital, unless it opens the sentence
    classes: int  # the groups it belongs to, a bit each


def _packed(codes: list[int]) -> bytes:
    """Checksums as the bytes of 32-bit numbers, which are joined and read by the thousand at no cost."""
    return array("I", codes).tobytes()


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
        own=_packed(own),
        after=b" " + raw,
        pair=crc32(b"p " + raw),
        skip=crc32(b"t " + raw),
        number=word[0] == "#" or word in group("worth_numbers"),
        past=word.endswith("ed") or word in group("worth_past"),
        name=written[0].isupper() and written not in _NO_NAMES,
        classes=classes,
    )


def _beside(after: Sequence[bytes], pair: Sequence[int], skip: Sequence[int]) -> list[int]:
    """The checksums of words side by side, and of those with one word between."""
    ends = [crc32(after[0], _START), crc32(_END, pair[-1])]
    return [*ends, *map(crc32, after[1:], pair), *map(crc32, after[2:], skip)]


def features(text: str) -> list[int]:
    """The buckets of a sentence's features, sorted, each once; of the first 200 words."""
    return np.unique(_buckets(_codes(text))).tolist()  # type: ignore[no-any-return]


def _buckets(codes: bytes) -> NDArray[np.int64]:
    return np.frombuffer(codes, dtype=np.uint32).astype(np.int64) % BUCKETS


def _codes(text: str) -> bytes:
    """The checksums of a sentence's features, packed; a feature that comes twice comes twice here."""
    written = _WORD.findall(text)[:_LONGEST]
    if not written:
        return b""
    own, after, pair, skip, number, past, name, classes = zip(*map(_word, written), strict=True)
    # How long the sentence is and what is in it: numbers, names, the past, who is spoken of.
    counts = min(sum(number), 4), min(sum(name[1:]), 5), min(sum(past), 3)
    shape = _shapes(min(len(own) // 4, 10), *counts, reduce(or_, set(classes)))
    return b"".join((shape, _packed(_beside(after, pair, skip)), *own))


@lru_cache(maxsize=1 << 12)
def _shapes(length: int, numbers: int, names: int, past: int, classes: int) -> bytes:
    """Checksums of what a sentence is like as a whole."""
    few, short, some = min(numbers, 2), min(length // 2, 4), min(names, 2)
    told = (
        f"n {length}", f"d {numbers}", f"c {names}", f"e {past}",
        f"dn {few} {short}", f"dc {few} {some}", f"en {past > 0} {short} {some}",
        f"who {classes & (_I | _WE | _YOU)}", f"md {classes & _MODAL} {numbers > 0}",
        f"edmi {past > 0} {numbers > 0} {classes & (_MODAL | _I)}",
    )  # fmt: skip
    return _packed([crc32(shape.encode()) for shape in told])


def scores(propositions: Sequence[str], weights: NDArray[np.int8]) -> NDArray[np.float64]:
    """The sum of *weights* (buckets,) over the features of each proposition, by the root of how many they are.

    Returns:
        float64 (propositions,); NaN for one without a word. Sums of whole numbers: none hangs on its neighbours.
    """
    found = [_codes(text) for text in propositions]
    owners = np.repeat(np.arange(len(found)), [len(codes) // _CODE for codes in found])
    # A feature counts once a proposition, however often it stands there.
    places = np.sort(owners * BUCKETS + _buckets(b"".join(found)))
    places = places[np.diff(places, prepend=-1) > 0]
    owners, buckets = places // BUCKETS, places % BUCKETS
    lengths = np.bincount(owners, minlength=len(found))
    totals = np.bincount(owners, weights[buckets], minlength=len(found))
    return np.where(lengths > 0, totals / np.sqrt(np.maximum(lengths, 1)), np.nan)
