"""Claims as numbers: what is kept of each, which are the same, and which of those that differ are worth a comparison.

Claims with the same words, sign and claimant are one *form*. Forms that share rare features (content words, entities)
are candidates, by buckets of the rarest features of each, cut where a feature is common; of them those are compared
that share weight enough to be related by their words, or a quotation. Of a claim about two hundred bytes stay in
memory.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.blocking import Buckets, Floats, Ints, Lists, Ragged, Rule, Shared
from pipeline.link.relations import AT_LEAST
from pipeline.link.statements import Statement

#: A feature of more forms than this leads to no candidates by itself; the rarest features of each form are indexed.
COMMON: Final = 80
INDEXED: Final = 8
#: Forms with most shared weight that are compared with one form.
CANDIDATES: Final = 30

#: Bytes of the hash of a statement's words, one of which names a cluster.
_NAME: Final = 6
#: Bytes of the hash by which claims of one form are known.
_DIGEST: Final = 16
#: Far more than what sums of weights differ by when added in another order.
_TOLERANCE: Final = 1e-6
#: Forms that are worked on at once.
_BLOCK: Final = 10_000


def numbers_of(values: array[Any]) -> npt.NDArray[Any]:
    """*values* as they lie in memory; nothing can be added to them as long as this is used."""
    return np.frombuffer(values, np.dtype(values.typecode)) if len(values) else np.empty(0, values.typecode)


class Noted:
    """What is kept of the claims, in the order in which they came: numbers.

    Attributes:
        vocabulary: a number for every word and entity.
        article, start, end: where each claim stands; articles by number.
        whole, document: whether it was split, and whether it is on a document's being genuine.
    """

    def __init__(self) -> None:
        self.vocabulary: dict[str, int] = {}
        self.article, self.start, self.end = array("i"), array("i"), array("i")
        self.whole, self.document = array("b"), array("b")
        self.words, self.entities, self.plain = Lists(), Lists(), Lists()
        self.outside, self.wording = array("b"), array("q")
        self.quotation = array("i")
        self._quotations: dict[str, int] = {}
        self._digests, self._names = bytearray(), bytearray()
        self._ids: list[pa.Array] = []

    def __len__(self) -> int:
        return len(self.article)

    def add(self, one: Statement, article: int) -> None:
        """Note a claim of the *article* with this number."""
        known = self.vocabulary
        features = one.features
        self.words.append([known.setdefault(word, len(known)) for word in one.words])
        self.entities.append([known.setdefault(word, len(known)) for word in features - one.words])
        self.plain.append([known.setdefault(word, len(known)) for word in one.plain])
        self.outside.extend(word not in features for word in one.plain)
        self.wording.append(hash(one.plain))
        form = repr(one.form).encode("utf-8", "surrogatepass")
        self._digests += hashlib.blake2b(form, digest_size=_DIGEST).digest()
        words = " ".join([one.polarity, *sorted(one.words), *sorted(one.numbers)])
        self._names += hashlib.sha256(words.encode()).digest()[:_NAME]
        self.article.append(article)
        self.start.append(one.start)
        self.end.append(one.end)
        held = self._quotations
        self.quotation.append(-1 if one.quotation is None else held.setdefault(one.quotation, len(held)))
        self.whole.append(one.whole)
        self.document.append(one.on_document)

    def add_ids(self, ids: pa.ChunkedArray) -> None:
        """The ids of claims that were added, in the same order."""
        self._ids.extend(ids.chunks)

    def in_order(self) -> tuple[Ints, pa.Array]:
        """The rows of the claims in the order of their ids, and the ids in that order."""
        ids = pa.chunked_array(self._ids, pa.string()).combine_chunks()
        self._ids.clear()
        order = pc.sort_indices(ids)
        return order.to_numpy().astype(np.int32), ids.take(order)

    def digests(self) -> npt.NDArray[np.uint64]:
        """Of each claim two numbers that are the same for claims of one form."""
        return np.frombuffer(self._digests, np.uint64).reshape(-1, 2)

    def name(self, row: int) -> bytes:
        """The hash of a claim's words."""
        return bytes(self._names[_NAME * row : _NAME * (row + 1)])


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms, in the order of their first claims, which here are numbered in the order of their ids.

    Attributes:
        members: the claims of each.
        first: the first of them, as the row that it came in.
        whole: whether its claims were split.
        quotation: the quotation that carries them, -1 where none does and -2 where several do.
        varied: whether they, the same once entities stand for their names, are written in other words.
    """

    members: Ragged
    first: npt.NDArray[np.int32]
    whole: npt.NDArray[np.int8]
    quotation: npt.NDArray[np.int32]
    varied: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first)

    @classmethod
    def of(cls, noted: Noted, order: Ints) -> Forms:
        """The forms of all claims; *order* holds their rows in the order of their ids."""
        count = len(order)
        digests = noted.digests()[order]
        by_digest = np.lexsort((digests[:, 1], digests[:, 0])).astype(np.int32)
        digests = digests[by_digest]
        new = np.concatenate(([True], (digests[1:] != digests[:-1]).any(axis=1)))[:count]
        del digests
        firsts = by_digest[new]  # of each digest its first claim
        of_group = np.empty(len(firsts), np.int32)
        of_group[np.argsort(firsts)] = np.arange(len(firsts))
        form = np.empty(count, np.int32)
        form[by_digest] = of_group[np.cumsum(new, dtype=np.int32) - 1]
        sizes = np.bincount(form, minlength=len(firsts))
        members = Ragged(np.argsort(form, kind="stable").astype(np.int32), np.concatenate(([0], np.cumsum(sizes))))
        rows, begins = order[members.values], members.starts[:-1]

        def ends(values: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
            held = values[rows]
            return (by.reduceat(held, begins) if count else held for by in (np.minimum, np.maximum))

        low, high = ends(numbers_of(noted.quotation))
        least, most = ends(numbers_of(noted.wording))
        first = order[np.sort(firsts)].astype(np.int32)
        whole = numbers_of(noted.whole)[first]
        return cls(members, first, whole, np.where(low == high, low, -2).astype(np.int32), least != most)

    def claims(self, form: int) -> list[int]:
        """The claims of a form."""
        return self.members.values[self.members.starts[form] : self.members.starts[form + 1]].tolist()  # type: ignore[no-any-return]


class Candidates:
    """Which forms may be related. *folder*: where it may spill.

    Attributes:
        of_words: the weight of each word and entity: how rare it is among the forms. What no form's first claim has
            weighs 1.
    """

    def __init__(self, noted: Noted, forms: Forms, folder: Path | None = None) -> None:
        self._forms = forms
        self._folder = folder
        self._words, self._entities, self._plain = (
            lists.ragged() for lists in (noted.words, noted.entities, noted.plain)
        )
        self._outside = Ragged(numbers_of(noted.outside), self._plain.starts)
        seen = self._seen(len(noted.vocabulary))
        total = max(len(forms), 2)
        by_count = {int(n): math.log(1 + total / n) if n else 1.0 for n in np.unique(seen)}
        self._weights: Floats = np.array([by_count[n] for n in seen.tolist()], np.float64)
        self._ranks = _ranks(noted.vocabulary, seen)
        self.of_words = dict(zip(noted.vocabulary, self._weights.tolist(), strict=True))

    def _blocks(self) -> Iterator[npt.NDArray[np.int32]]:
        """The first claims of some forms after the other."""
        for start in range(0, len(self._forms), _BLOCK):
            yield self._forms.first[start : start + _BLOCK]

    def _seen(self, size: int) -> Ints:
        """In how many forms each word and entity is."""
        seen = np.zeros(size, np.int64)
        for rows in self._blocks():
            plain = self._plain.take(rows)
            extra = plain.values[self._outside.take(rows).values == 1]
            for values in (self._words.take(rows).values, self._entities.take(rows).values, extra):
                seen += np.bincount(values, minlength=size)
        return seen

    def _indexed(self, rows: npt.NDArray[np.int32]) -> Ragged:
        """The rarest features of these claims, the rarest first."""
        words, entities = self._words.take(rows), self._entities.take(rows)
        values = np.concatenate((words.values, entities.values))
        owners = np.concatenate((words.owners, entities.owners))
        values = values[np.lexsort((self._ranks[values], owners))]
        sizes = words.sizes + entities.sizes
        place = np.arange(len(values)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return Ragged(values[place < INDEXED], np.concatenate(([0], np.cumsum(np.minimum(sizes, INDEXED)))))

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Pairs of forms that share rare features, and may share enough to be related, the earlier first."""
        forms = self._forms
        buckets = Buckets(self._folder)
        for rows in self._blocks():
            buckets.add(self._indexed(rows))
        words, plain = (Shared(lists, self._weights) for lists in (self._words, self._plain))
        for found in buckets.pairs(Rule(common=COMMON), CANDIDATES, self._weights):
            same = forms.whole[found.row] == forms.whole[found.other]
            a, b = found.row[same], found.other[same]
            ours, theirs = forms.quotation[a], forms.quotation[b]
            kept = (ours != -1) & (theirs != -1) & ((ours == theirs) | (ours == -2) | (theirs == -2))
            kept |= forms.varied[a] | forms.varied[b]
            for shared in (words, plain):
                left = np.flatnonzero(~kept)
                both, either = shared.of(forms.first[a[left]], forms.first[b[left]])
                kept[left] = both + _TOLERANCE >= AT_LEAST * either
            yield from zip(a[kept].tolist(), b[kept].tolist(), strict=True)


def _ranks(vocabulary: dict[str, int], seen: Ints) -> Ints:
    """The place of each word, the rarest first, those as rare in the order of the alphabet."""
    words = sorted(vocabulary)
    alphabet = np.empty(len(words), np.int64)
    alphabet[[vocabulary[word] for word in words]] = np.arange(len(words))
    ranks = np.empty(len(words), np.int64)
    ranks[np.lexsort((alphabet, seen))] = np.arange(len(words))
    return ranks
