"""Near-copies: agency text republished, cut, retitled or added to; the same article under two ids.

Bottom-k sketches of word shingles (Broder 1997) tell which pairs of articles may share text; those are compared by all
their shingles. Counted is the body alone, so that two outlets' headlines and page lines make no difference. Cost: one
pass over the words, and a comparison for every pair that shares a good part of its sketches.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.blocking import Buckets, Rule
from pipeline.link.ragged import Floats, Ints, Ragged, ranges, starts_of
from pipeline.link.spill import Spill
from pipeline.link.spread import batched, spread

_WORD = re.compile(r"\w+")
_SHINGLE = 5  # words
_SKETCH = 96  # hashes kept an article; the estimate's standard error is about 0.04
_ALIKE = 0.8  # Jaccard similarity from which two articles are near-copies
_HELD = 0.75  # share of the shorter one's shingles from which it is a part of the longer one, republished
_LEAST = 0.2  # size of the shorter one beside the longer one's, below which it is a quotation from it
_ENOUGH = 40  # shingles below which nothing is a republished part: a brief may be one shared quotation
_WORTH = 0.08  # estimated similarity from which a pair is compared
# A text republished a hundred times, or a line of boilerplate, would give the square of pairs. Copies have the same
# sketches, so that they stand side by side in the order of sketches.
_COMMON = 50  # a shingle in more articles than this pairs only those whose sketches are neighbours
_NEIGHBOURS = 3
_HEAD = 4  # hashes of a sketch by which articles are put in order first
_NOTHING = np.uint64(0xFFFFFFFFFFFFFFFF)  # fills up the sketches of short articles
_BLOCK = 1_000  # pairs estimated at once
_WORDS = 200_000  # words whose codes are kept
_UNDATED = np.iinfo(np.int32).max  # the day of an article without one
_KEPT = 200  # articles whose shingles are kept once they were read again
_TEXTS = 50  # texts whose shingles are made at once
_SKETCHES = 4_000  # articles whose sketches are
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


class _Sketching:
    """Makes the shingles of texts. What it knows of words makes that faster, not other."""

    def __init__(self) -> None:
        self._codes = _Codes()

    def of(self, texts: Sequence[str]) -> Ragged:
        """The shingles of each text."""
        found = [_shingles(text, self._codes) for text in texts]
        if len(self._codes) > _WORDS:
            self._codes.clear()  # they are the same when asked for again
        return Ragged(np.concatenate([np.zeros(0, np.uint64), *found]), starts_of([len(hashes) for hashes in found]))


class CopyFinder:
    """Takes the articles of a corpus, any number at a time, and finds which are near-copies.

    The shingles of every article are spilled to *folder*, and so are its sketch's hashes, in buckets. Of each article
    about a hundred bytes stay in memory. *processes*: as for :func:`pipeline.link.spread.spread`.
    """

    def __init__(self, folder: Path | None = None, processes: int = 1) -> None:
        self._processes = processes
        self._spill = Spill(folder, np.uint64)
        self._buckets = Buckets(folder)
        self._heads: list[_Hashes] = []
        self._ids: list[pa.Array] = []
        self._days: list[npt.NDArray[np.int32]] = []
        self._place: npt.NDArray[Any] = np.zeros(0, np.int64)  # of each article, in the order of ids

    def add(self, pieces: Iterable[tuple[pa.Table, pa.Table | None]]) -> None:
        """Take all articles in pieces (``article_id``, ``published``, ``text``), with their sentences, which tell what
        is body."""
        for shingles in spread(_Sketching().of, self._texts(pieces), self._processes):
            self._spill.extend(shingles)
            starts, sizes = shingles.starts[:-1], np.minimum(shingles.sizes, _SKETCH)
            self._buckets.add(Ragged(shingles.values[ranges(starts, sizes)], starts_of(sizes)))
            heads = np.full((len(shingles), _HEAD), _NOTHING)
            for place in range(_HEAD):
                there = sizes > place
                heads[there, place] = shingles.values[starts[there] + place]
            self._heads.append(heads)
        order = pc.sort_indices(pa.chunked_array(self._ids, pa.string())).to_numpy()
        self._place = np.empty(len(order), np.int64)
        self._place[order] = np.arange(len(order))

    def _texts(self, pieces: Iterable[tuple[pa.Table, pa.Table | None]]) -> Iterator[list[str]]:
        """The bodies of all articles, some at a time; notes which articles they are of."""
        for articles, sentences in pieces:
            self._ids += articles["article_id"].chunks
            self._days.append(pc.fill_null(articles["published"].cast(pa.int32()), _UNDATED).to_numpy())
            yield from batched(_bodies(articles, sentences), _TEXTS)

    def _sketch(self, index: int) -> _Hashes:
        """The sketch of an article, filled up: the smallest of its shingles."""
        return _padded(np.frombuffer(self._spill.read(index, 8 * _SKETCH), np.uint64), _SKETCH)

    def _rank(self) -> Ints:
        """The place of each article in the order of sketches."""
        heads = np.concatenate([np.zeros((0, _HEAD), np.uint64), *self._heads])
        self._heads.clear()
        order = np.lexsort([*heads.T[::-1]])
        sorted_heads = heads[order]
        same = np.flatnonzero((sorted_heads[1:] == sorted_heads[:-1]).all(axis=1))
        # Of equal heads the rest decides; where that is equal too, the number.
        for run in np.split(same, np.flatnonzero(np.diff(same) > 1) + 1) if len(same) else ():
            members = order[run[0] : run[-1] + 2]
            by_rest = sorted(members.tolist(), key=lambda index: (self._sketch(index).astype(">u8").tobytes(), index))
            order[run[0] : run[-1] + 2] = by_rest
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return rank

    def _alike(self) -> Iterator[tuple[int, int]]:
        """Pairs of articles whose sketches share so much that they are worth a comparison."""
        sketch = lru_cache(_SKETCHES)(self._sketch)
        rule = Rule(common=_COMMON, neighbours=_NEIGHBOURS, rank=self._rank())
        for pairs in self._buckets.pairs(rule, limit=len(self._spill)):
            for start in range(0, len(pairs.row), _BLOCK):
                left, right = (by[start : start + _BLOCK].tolist() for by in (pairs.row, pairs.other))
                worth = _estimates(*(np.stack([sketch(index) for index in side]) for side in (left, right))) >= _WORTH
                yield from ((left[at], right[at]) for at in np.flatnonzero(worth).tolist())

    def roots(self) -> Ints:
        """For each article the number of the earliest of those that are near-copies of one another; to be asked for
        once, by a helper if need be.

        The earliest is the one with the earliest known day of writing, of those of one day the longest, then the
        smallest id.
        """
        days = np.concatenate([np.zeros(0, np.int32), *self._days])
        parent = list(range(len(days)))

        def root(index: int) -> int:
            while parent[index] != index:
                parent[index] = parent[parent[index]]
                index = parent[index]
            return index

        def age(index: int) -> tuple[int, int, int]:
            return int(days[index]), -self._spill.size(index), int(self._place[index])

        shingles = lru_cache(_KEPT)(lambda index: np.frombuffer(self._spill.read(index), np.uint64))
        for a, b in self._alike():
            if root(a) != root(b) and near_copies(shingles(a), shingles(b)):
                first, second = sorted((root(a), root(b)), key=age)
                parent[second] = first
        return np.array([root(index) for index in range(len(days))], np.int64)

    def originals(self, roots: Ints) -> pa.Array:
        """The ids of the articles that :meth:`roots` gave; null for an article itself."""
        ids = pa.chunked_array(self._ids, pa.string()).combine_chunks()
        return ids.take(pa.array(roots, mask=roots == np.arange(len(ids)))) if len(ids) else ids

    def close(self) -> None:
        """Give the room back."""
        self._spill.close()
        self._buckets.close()
        self._heads.clear()


def _padded(hashes: _Hashes, size: int) -> _Hashes:
    """*hashes*, filled up to *size* of them."""
    return np.concatenate((hashes, np.full(size - len(hashes), _NOTHING)))


def mark_duplicates(articles: pa.Table, sentences: pa.Table | None = None) -> pa.Table:
    """*articles* with ``duplicate_of`` filled: the earliest of the articles that are near-copies of one another.

    As :class:`CopyFinder` finds it. *sentences* tells which parts of an article are its body.
    """
    finder = CopyFinder()
    finder.add([(articles, sentences)])
    column = articles.schema.get_field_index("duplicate_of")
    marked = articles.set_column(column, articles.schema.field(column), finder.originals(finder.roots()))
    finder.close()
    return marked
