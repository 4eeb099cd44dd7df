"""Near-copies: agency text republished, cut, retitled or added to; the same article under two ids.

Bottom-k sketches of word shingles (Broder 1997) tell which pairs of articles may share text; those are compared by all
their shingles. Counted is the body alone, so that two outlets' headlines and page lines make no difference. Cost: one
pass over the words, and a comparison for every pair that shares a good part of its sketches.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_WORD = re.compile(r"\w+")
_SHINGLE = 5  # words
_SKETCH = 96  # hashes kept an article; the estimate's standard error is about 0.04
_ALIKE = 0.8  # Jaccard similarity from which two articles are near-copies
_HELD = 0.75  # share of the shorter one's shingles from which it is a part of the longer one, republished
_LEAST = 0.2  # size of the shorter one beside the longer one's, below which it is a quotation from it
_ENOUGH = 40  # shingles below which nothing is a republished part: a brief may be one shared quotation
_WORTH = 0.08  # estimated similarity from which a pair is compared
_COMMON = 50  # a shingle in more articles than this pairs only those whose sketches are neighbours
_NEIGHBOURS = 3
_MIX = tuple(np.uint64(value) for value in (0x9E3779B97F4A7C15, 0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53))
_Hashes = npt.NDArray[np.uint64]


class _Codes(dict[str, int]):
    """A number for every word, the same in every process."""

    def __missing__(self, word: str) -> int:
        digest = blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
        self[word] = code = int.from_bytes(digest, "little")
        return code


def _shingles(text: str, codes: _Codes) -> _Hashes:
    """The hashes of the text's shingles, ascending; of its words' one shingle where it is short."""
    words = _WORD.findall(text.casefold())
    if not words:
        return np.zeros(0, np.uint64)
    coded = np.array([codes[word] for word in words], np.uint64)
    count = max(1, len(words) - _SHINGLE + 1)
    hashes = np.zeros(count, np.uint64)
    for place in range(min(_SHINGLE, len(words))):
        hashes = hashes * _MIX[0] + coded[place : place + count]
    # The finaliser of MurmurHash3 (Appleby): the smallest hashes must be a fair sample.
    for factor in _MIX[1:]:
        hashes = (hashes ^ (hashes >> np.uint64(33))) * factor
    return np.unique(hashes ^ (hashes >> np.uint64(33)))


def _estimate(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Jaccard similarity estimated from the smallest hashes of the union."""
    smallest = sorted(set(a) | set(b))[:_SKETCH]
    both = set(a) & set(b)
    return sum(value in both for value in smallest) / len(smallest)


def _pairs(sketches: list[tuple[int, ...]]) -> set[tuple[int, int]]:
    """Pairs that share a value of their sketches."""
    holders: dict[int, list[int]] = defaultdict(list)
    for index, sketch in enumerate(sketches):
        for value in sketch:
            holders[value].append(index)
    pairs: set[tuple[int, int]] = set()
    for found in holders.values():
        if len(found) <= _COMMON:
            pairs |= {(a, b) for place, a in enumerate(found) for b in found[place + 1 :]}
            continue
        # A text republished a hundred times, or a line of boilerplate: copies have the same sketches, so that they
        # stand side by side; a comparison of all with all would cost the square.
        ordered = sorted(found, key=lambda index: (sketches[index], index))
        for step in range(1, _NEIGHBOURS + 1):
            pairs |= {(min(a, b), max(a, b)) for a, b in zip(ordered, ordered[step:], strict=False)}
    return pairs


def near_copies(a: _Hashes, b: _Hashes) -> bool:
    """Whether articles of these shingles are near-copies: mostly the same, or the shorter taken from the longer."""
    both = len(np.intersect1d(a, b, assume_unique=True))
    less, more = sorted((len(a), len(b)))
    if both >= _ALIKE * (less + more - both):
        return both > 0
    return less >= max(_ENOUGH, _LEAST * more) and both >= _HELD * less


def _bodies(articles: pa.Table, sentences: pa.Table | None) -> Iterator[str]:
    """The body of each article, in the order of *articles*; the whole text where none of it is body."""
    bodies: dict[str, list[str]] = defaultdict(list)
    if sentences is not None:
        columns = (sentences[name].to_pylist() for name in ("article_id", "section", "start", "text"))
        for article, section, _, text in sorted(zip(*columns, strict=True), key=lambda row: (row[0], row[2])):
            if section == "body":
                bodies[article].append(text)
    for article, text in zip(articles["article_id"].to_pylist(), articles["text"].to_pylist(), strict=True):
        yield "\n".join(bodies[article]) if article in bodies else text


def mark_duplicates(articles: pa.Table, sentences: pa.Table | None = None) -> pa.Table:
    """*articles* with ``duplicate_of`` filled: the earliest of the articles that are near-copies of one another.

    The earliest is the one with the earliest known day of writing, of those of one day the longest, then the smallest
    id. It is no duplicate itself. *sentences* tells which parts of an article are its body.
    """
    ids: list[str] = articles["article_id"].to_pylist()
    days: list[dt.date | None] = articles["published"].to_pylist()
    codes = _Codes()
    shingles = [_shingles(text, codes) for text in _bodies(articles, sentences)]
    sketches = [tuple(found[:_SKETCH].tolist()) for found in shingles]
    parent = list(range(len(ids)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    def age(index: int) -> tuple[dt.date, int, str]:
        return days[index] or dt.date.max, -len(shingles[index]), ids[index]

    for a, b in sorted(_pairs(sketches)):
        if root(a) == root(b) or _estimate(sketches[a], sketches[b]) < _WORTH:
            continue
        if near_copies(shingles[a], shingles[b]):
            first, second = sorted((root(a), root(b)), key=age)
            parent[second] = first
    originals = [None if root(index) == index else ids[root(index)] for index in range(len(ids))]
    column = articles.schema.get_field_index("duplicate_of")
    return articles.set_column(column, articles.schema.field(column), pa.array(originals, pa.string()))
