"""Near-copies: agency text republished, the same article under two ids.

Bottom-k sketches of word shingles (Broder 1997): two articles that share enough of their smallest shingle hashes are
compared by the estimate that these give of their Jaccard similarity. Cost: one pass over the words, and a comparison
for every pair that shares a sketch value.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from hashlib import blake2b

import pyarrow as pa

_WORD = re.compile(r"\w+")
_SHINGLE = 5  # words
_SKETCH = 96  # hashes kept an article; the estimate's standard error is about 0.04 at 0.8
_ALIKE = 0.8  # estimated Jaccard similarity from which an article is a near-copy
_COMMON = 50  # a shingle in more articles than this (boilerplate) brings no pair together


def _sketch(text: str) -> tuple[int, ...]:
    """The smallest hashes of the text's word shingles, in order; of its words' one shingle where it is short."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if not words:
        return ()
    shingles = {" ".join(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}
    hashes = (int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest()) for shingle in shingles)
    return tuple(sorted(hashes)[:_SKETCH])


def _similarity(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Jaccard similarity estimated from the smallest hashes of the union."""
    smallest = sorted(set(a) | set(b))[:_SKETCH]
    both = set(a) & set(b)
    return sum(value in both for value in smallest) / len(smallest)


def _pairs(sketches: list[tuple[int, ...]]) -> set[tuple[int, int]]:
    holders: dict[int, list[int]] = defaultdict(list)
    for index, sketch in enumerate(sketches):
        for value in sketch:
            holders[value].append(index)
    pairs = set()
    for found in holders.values():
        if len(found) <= _COMMON:
            pairs |= {(a, b) for place, a in enumerate(found) for b in found[place + 1 :]}
    return pairs


def mark_duplicates(articles: pa.Table) -> pa.Table:
    """*articles* with ``duplicate_of`` filled: the earliest of the articles that are near-copies of one another.

    The earliest is the one with the earliest known day of writing, else the smallest id. It is no duplicate itself.
    """
    ids: list[str] = articles["article_id"].to_pylist()
    days: list[dt.date | None] = articles["published"].to_pylist()
    sketches = [_sketch(text) for text in articles["text"].to_pylist()]
    parent = list(range(len(ids)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for a, b in sorted(_pairs(sketches)):
        if _similarity(sketches[a], sketches[b]) >= _ALIKE:
            first, second = sorted((root(a), root(b)), key=lambda i: (days[i] or dt.date.max, ids[i]))
            parent[second] = first
    originals = [None if root(index) == index else ids[root(index)] for index in range(len(ids))]
    column = articles.schema.get_field_index("duplicate_of")
    return articles.set_column(column, articles.schema.field(column), pa.array(originals, pa.string()))
