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
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.link.blocking import Floats, Index, Ints, Ragged
from pipeline.link.spill import Spill

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
_NOTHING = np.uint64(0xFFFFFFFFFFFFFFFF)  # fills up the sketches of short articles
_BLOCK = 4_000  # pairs estimated at once
_WORDS = 200_000  # words whose codes are kept
_KEPT = 200  # articles whose shingles are kept once they were read again
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


def _alike(sketches: Ragged) -> Iterator[tuple[int, int]]:
    """Pairs of articles whose sketches share so much that they are worth a comparison."""
    if not len(sketches.values):
        return
    index = Index.of(sketches)
    crowded = index.held > _COMMON
    padded = np.full((len(sketches), _SKETCH), _NOTHING, np.uint64)
    padded[sketches.owners, np.arange(len(sketches.values)) - np.repeat(sketches.starts[:-1], sketches.sizes)] = (
        sketches.values
    )
    begin = index.place + 1
    few = index.pairs(begin, np.where(crowded, begin, index.last), np.ones(len(begin)), len(sketches))
    for left, right in chain(((pairs.row, pairs.other) for pairs in few), [_neighbours(index, crowded, padded)]):
        for start in range(0, len(left), _BLOCK):
            a, b = left[start : start + _BLOCK], right[start : start + _BLOCK]
            worth = _estimates(padded[a], padded[b]) >= _WORTH
            yield from zip(a[worth].tolist(), b[worth].tolist(), strict=True)


def _neighbours(index: Index, crowded: npt.NDArray[np.bool_], padded: _Hashes) -> tuple[Ints, Ints]:
    """Pairs of articles that stand side by side in a crowded bucket.

    A text republished a hundred times, or a line of boilerplate: copies have the same sketches, so that they stand side
    by side in the order of sketches; a comparison of all with all would cost the square.
    """
    ordered = sorted(range(len(padded)), key=lambda row: padded[row].astype(">u8").tobytes())
    rank = np.empty(len(ordered), np.int64)
    rank[ordered] = np.arange(len(ordered))
    bucket, row = index.first[crowded], index.keys.owners[crowded]
    order = np.lexsort((rank[row], bucket))
    bucket, row = bucket[order], row[order]
    found = [np.zeros(0, np.int64)]
    for step in range(1, _NEIGHBOURS + 1):
        a, b = row[:-step], row[step:]
        pairs = np.minimum(a, b) * len(padded) + np.maximum(a, b)
        found.append(np.unique(pairs[bucket[:-step] == bucket[step:]]))
    both = np.unique(np.concatenate(found))
    return both // len(padded), both % len(padded)


def _estimates(left: _Hashes, right: _Hashes) -> Floats:
    """The Jaccard similarity of each pair of padded sketches, estimated from the smallest hashes of the union."""
    union = np.sort(np.concatenate((left, right), axis=1), axis=1)
    there = union != _NOTHING
    again = np.zeros_like(there)
    again[:, 1:] = there[:, 1:] & (union[:, 1:] == union[:, :-1])
    place = np.cumsum(there & ~again, axis=1)  # of each hash among the different ones
    both = (again & (place <= _SKETCH)).sum(axis=1)
    return np.asarray(both / np.clip(place[:, -1], 1, _SKETCH), np.float64)


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


class CopyFinder:
    """Takes the articles of a corpus, any number at a time, and finds which are near-copies.

    The shingles of every article are spilled to *folder*; what stays is a sketch of each.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._codes = _Codes()
        self._spill = Spill(folder)
        self._sketches: list[_Hashes] = []
        self._ids: list[pa.Array] = []
        self._days: list[pa.Array] = []

    def add(self, articles: pa.Table, sentences: pa.Table | None) -> None:
        """Take *articles* (``article_id``, ``published``, ``text``) with their *sentences*, which tell what is body."""
        for text in _bodies(articles, sentences):
            shingles = _shingles(text, self._codes)
            self._spill.append(shingles.tobytes())
            self._sketches.append(shingles[:_SKETCH].copy())
        if len(self._codes) > _WORDS:
            self._codes.clear()  # they are the same when asked for again
        self._ids += articles["article_id"].chunks
        self._days += articles["published"].chunks

    def originals(self) -> pa.Array:
        """For each article the earliest of those that are near-copies of one another; null for that one itself.

        The earliest is the one with the earliest known day of writing, of those of one day the longest, then the
        smallest id.
        """
        ids = pa.chunked_array(self._ids, pa.string()).combine_chunks()
        days: list[dt.date | None] = pa.chunked_array(self._days, pa.date32()).to_pylist()
        parent = list(range(len(ids)))

        def root(index: int) -> int:
            while parent[index] != index:
                parent[index] = parent[parent[index]]
                index = parent[index]
            return index

        def age(index: int) -> tuple[dt.date, int, str]:
            return days[index] or dt.date.max, -self._spill.size(index), ids[index].as_py()

        shingles = lru_cache(_KEPT)(lambda index: np.frombuffer(self._spill.read(index), np.uint64))
        values = np.concatenate([np.zeros(0, np.uint64), *self._sketches])
        sketches = Ragged(values, np.cumsum([0, *map(len, self._sketches)]))
        for a, b in _alike(sketches):
            if root(a) != root(b) and near_copies(shingles(a), shingles(b)):
                first, second = sorted((root(a), root(b)), key=age)
                parent[second] = first
        self._spill.close()
        roots = [root(index) for index in range(len(ids))]
        copies = np.array([found == index for index, found in enumerate(roots)], bool)
        return ids.take(pa.array(roots, pa.int64(), mask=copies)) if len(ids) else ids


def mark_duplicates(articles: pa.Table, sentences: pa.Table | None = None) -> pa.Table:
    """*articles* with ``duplicate_of`` filled: the earliest of the articles that are near-copies of one another.

    As :class:`CopyFinder` finds it. *sentences* tells which parts of an article are its body.
    """
    finder = CopyFinder()
    finder.add(articles, sentences)
    column = articles.schema.get_field_index("duplicate_of")
    return articles.set_column(column, articles.schema.field(column), finder.originals())
