"""Which claims bear on each other: the same statement, corroboration, contradiction, difference.

Wholes that were split (their parts are rows of their own) only take part in clusters of the same words. Claims with the
same words, sign and claimant are one *form*; forms that share rare features (content words, entities) are candidates,
by an inverted index over the rarest features of each, cut where a feature is common. What two of them are to each other
:mod:`relations` reads from their parts. Near-linear, deterministic, independent of the order of rows.

Of each claim only numbers stay in memory: its features, its form, where it stands. Its statement, as read from its row,
is spilled, and read again for the few pairs that share enough weight to be related at all.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.link.blocking import Floats, Index, Ints, Lists, Ragged, Shared
from pipeline.link.relations import AT_LEAST, MINIMUM, Relation, Weights, on_document, overlap, relate
from pipeline.link.spill import Spill
from pipeline.link.statements import Statement, statements

#: A feature of more forms than this leads to no candidates by itself; the rarest features of each form are indexed.
COMMON: Final = 80
INDEXED: Final = 8
#: Forms with most shared weight that are compared with one form.
CANDIDATES: Final = 30
#: Pairs written for two forms; beyond, each claim is paired with the first of the other form alone.
PAIRS: Final = 60
#: Statements of one article on whether a document is genuine that are compared.
DOCUMENTS: Final = 12

#: Statements that are kept once they were read again.
_KEPT: Final = 4_000
#: Bytes of the hash of a statement's words, one of which names a cluster.
_DIGEST: Final = 6
#: Rows of ``claim_links`` that are made at once.
_ROWS: Final = 50_000
#: Far more than what sums of weights differ by when added in another order.
_TOLERANCE: Final = 1e-6
_SAME: Final = schema.RELATIONS.index("same_statement")


class Links:
    """Rows of ``claim_links``, as numbers: claims by their place in the order of their ids."""

    def __init__(self) -> None:
        self.first, self.second = array("i"), array("i")
        self._relation, self._conflict, self._independent = array("b"), array("b"), array("b")
        self._score = array("d")

    def add(self, first: int, second: int, relation: Relation, independent: bool) -> None:
        """Add a row; of two claims at most once."""
        self.first.append(first)
        self.second.append(second)
        self._relation.append(schema.RELATIONS.index(relation.relation))
        self._conflict.append(-1 if relation.conflict is None else schema.CONFLICTS.index(relation.conflict))
        self._independent.append(independent)
        self._score.append(relation.score)

    def tables(self, ids: pa.Array) -> Iterator[pa.Table]:
        """The rows, sorted, in pieces; *ids* holds the ids of the claims in order. At least one piece."""
        first, second = _numbers(self.first), _numbers(self.second)
        order = np.lexsort((second, first))
        for start in range(0, max(len(order), 1), _ROWS):
            rows = order[start : start + _ROWS]
            conflict = _numbers(self._conflict)[rows]
            columns = [
                ids.take(pa.array(first[rows])),
                ids.take(pa.array(second[rows])),
                _closed(_numbers(self._relation)[rows], schema.RELATIONS),
                _closed(conflict, schema.CONFLICTS, conflict < 0),
                pa.array(_numbers(self._independent)[rows].astype(bool)),
                pa.array(_numbers(self._score)[rows].astype(np.float32)),
            ]
            yield pa.Table.from_arrays(columns, schema=schema.SCHEMAS["claim_links"])


def _numbers(values: array) -> np.ndarray:  # type: ignore[type-arg]
    return np.frombuffer(values, np.dtype(values.typecode)) if len(values) else np.empty(0, values.typecode)


def _closed(codes: np.ndarray, values: Sequence[str], null: np.ndarray | None = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8), mask=null), pa.array(values))


class _Sets:
    """Disjoint sets of claims; the first claim stands for its set."""

    def __init__(self, size: int) -> None:
        self._parent = array("i", range(size))

    def find(self, item: int) -> int:
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, left: int, right: int) -> None:
        a, b = sorted((self.find(left), self.find(right)))
        self._parent[b] = a


@dataclass(frozen=True, slots=True)
class _Forms:
    """The forms, in the order of their first claims: the claims of each, and what their candidates are found by.

    ``whole`` says whether they were split; ``quotation`` is the quotation that carries a form's claims, -1 where none
    does and -2 where several do.
    """

    members: Ragged
    first: Ints
    whole: Ints
    quotation: Ints
    features: Ragged


class ClaimLinker:
    """Takes the claims of a corpus, any number of articles at a time, and links them. *folder*: where it may spill."""

    def __init__(self, folder: Path | None = None) -> None:
        self._spill = Spill(folder)
        self._ids: list[pa.Array] = []
        self._articles = 0
        self._vocabulary: dict[str, int] = {}
        self._quotations: dict[str, int] = {}
        self._words, self._entities, self._plain = Lists(), Lists(), Lists()
        self._outside, self._wording = array("b"), array("q")
        self._digests, self._names = bytearray(), bytearray()
        self._article, self._start, self._end = array("i"), array("i"), array("i")
        self._quotation, self._whole, self._document = array("i"), array("b"), array("b")

    def add(self, claims: pa.Table, quotes: pa.Table, articles: pa.Table, dates: pa.Table | None) -> None:
        """Take the *claims* of some articles, with their *quotes* and *dates*, all of each article at once.

        The tables are those of the contract, their entity ids and quote clusters already linked; *articles* need only
        have ``article_id``, ``published`` and ``duplicate_of``. *dates* lets the days of events be compared.
        """
        numbers: dict[str, int] = {}
        known = self._vocabulary
        for one in statements(claims, quotes, articles, dates):
            features = one.features
            self._words.append([known.setdefault(word, len(known)) for word in one.words])
            self._entities.append([known.setdefault(word, len(known)) for word in features - one.words])
            self._plain.append([known.setdefault(word, len(known)) for word in one.plain])
            self._outside.extend(word not in features for word in one.plain)
            self._wording.append(hash(one.plain))
            self._digests += hashlib.blake2b(repr(one.form).encode("utf-8", "surrogatepass"), digest_size=16).digest()
            self._names += _digest(one)
            self._article.append(numbers.setdefault(one.article, self._articles + len(numbers)))
            self._start.append(one.start)
            self._end.append(one.end)
            quotation = one.quotation
            self._quotation.append(
                -1 if quotation is None else self._quotations.setdefault(quotation, len(self._quotations))
            )
            self._whole.append(one.whole)
            self._document.append(one.on_document)
            self._spill.append(one.packed())
        self._articles += len(numbers)
        ids = claims["claim_id"]
        self._ids.extend(ids.chunks if isinstance(ids, pa.ChunkedArray) else [ids])

    def link(self) -> LinkedClaims:
        """The clusters and links of all that was added. Same statements and corroborating ones share a cluster;
        contradictions don't."""
        return _Linking(self).linked()


@dataclass(frozen=True, slots=True)
class LinkedClaims:
    """What became of the claims, in the order in which they were added.

    Attributes:
        clusters: the cluster of each claim, null where it has none.
        ids: the ids of all claims, in order.
        links: between them.
    """

    clusters: pa.DictionaryArray
    ids: pa.Array
    links: Links

    def tables(self) -> Iterator[pa.Table]:
        """The rows of ``claim_links``, sorted, in pieces."""
        return self.links.tables(self.ids)


class _Linking:
    """One linking of all claims, which from here on are numbers: their places in the order of their ids."""

    def __init__(self, given: ClaimLinker) -> None:
        ids = pa.chunked_array(given._ids, pa.string()).combine_chunks()
        self.order: Ints = pc.sort_indices(ids).to_numpy().astype(np.int64)
        self.ids = ids.take(pa.array(self.order))
        self._spill = given._spill
        self._vocabulary = given._vocabulary
        self._names = given._names
        self.article, self.start, self.end = (
            _numbers(values)[self.order] for values in (given._article, given._start, given._end)
        )
        self.quotation = _numbers(given._quotation)[self.order]
        self._wording = _numbers(given._wording)[self.order]
        self.document = np.flatnonzero(_numbers(given._document)[self.order])
        self._words = given._words.ragged().take(self.order)
        self._entities = given._entities.ragged().take(self.order)
        plain = given._plain.ragged()
        self._outside = Ragged(_numbers(given._outside), plain.starts).take(self.order)
        self._plain = plain.take(self.order)
        self.forms = self._gathered(given)
        self.sets = _Sets(len(self.order))
        self.links = Links()
        self.of_words = self._weighted()
        self.statement = lru_cache(_KEPT)(self._statement)

    def _statement(self, number: int) -> Statement:
        return Statement.unpacked(self._spill.read(int(self.order[number])))

    def _gathered(self, given: ClaimLinker) -> _Forms:
        """The claims with the same digests, together."""
        count = len(self.order)
        digests = np.frombuffer(bytes(given._digests), np.uint64).reshape(count, 2)[self.order]
        by_digest = np.lexsort((np.arange(count), digests[:, 1], digests[:, 0]))
        sorted_digests = digests[by_digest]
        new = np.concatenate(([True], (sorted_digests[1:] != sorted_digests[:-1]).any(axis=1)))[:count]
        firsts = by_digest[new]  # of each digest its first claim
        form_of_group = np.empty(len(firsts), np.int64)
        form_of_group[np.argsort(firsts)] = np.arange(len(firsts))
        form = np.empty(count, np.int64)
        form[by_digest] = form_of_group[np.cumsum(new) - 1]
        members = Ragged(
            np.lexsort((np.arange(count), form)),
            np.concatenate(([0], np.cumsum(np.bincount(form, minlength=len(firsts))))),
        )
        first = np.sort(firsts)
        begins = members.starts[:-1]
        quotations = self.quotation[members.values]
        low, high = (by.reduceat(quotations, begins) if count else quotations for by in (np.minimum, np.maximum))
        entities, words = self._entities.take(first), self._words.take(first)
        features = Ragged(
            np.concatenate((words.values, entities.values))[
                np.argsort(np.concatenate((words.owners, entities.owners)), kind="stable")
            ],
            words.starts + entities.starts,
        )
        whole = _numbers(given._whole)[self.order][first].astype(np.int64)
        return _Forms(members, first, whole, np.where(low == high, low, -2), features)

    def _weighted(self) -> Floats:
        """The weight of each word: how rare it is among the forms. What no form's first claim has weighs 1."""
        size = len(self._vocabulary)
        outside = self._outside.take(self.forms.first).values == 1
        extra = self._plain.take(self.forms.first).values[outside]
        seen = np.bincount(self.forms.features.values, minlength=size) + np.bincount(extra, minlength=size)
        total = max(len(self.forms.first), 2)
        by_count = {int(n): math.log(1 + total / n) if n else 1.0 for n in np.unique(seen)}
        weights = [by_count[n] for n in seen.tolist()]
        # In place, since it may be large: nobody needs the numbers of the words any more.
        self._ranks = _ranks(self._vocabulary, seen)
        of_words: dict[str, float] = self._vocabulary  # type: ignore[assignment]
        for word, number in self._vocabulary.items():
            of_words[word] = weights[number]
        self.weights = Weights(of_words)
        return np.array(weights, np.float64)

    # ----------------------------------------------------------------------------------------------------- candidates

    def _worth(self) -> Iterator[tuple[int, int]]:
        """Pairs of forms that share rare features, and may share enough to be related, the earlier first."""
        forms, weights = self.forms, self.of_words
        features = forms.features
        rank = self._ranks[features.values]
        by_rank = features.values[np.lexsort((rank, features.owners))]
        place = np.arange(len(by_rank)) - np.repeat(features.starts[:-1], features.sizes)
        rare = place < INDEXED
        indexed = Ragged(by_rank[rare], np.concatenate(([0], np.cumsum(np.minimum(features.sizes, INDEXED)))))
        index = Index.of(indexed)
        too_common = index.held > COMMON
        of_indexed = weights[indexed.values]
        words, plain = self._words.take(forms.first), self._plain.take(forms.first)
        enough_words, enough_plain = _Enough(words, weights), _Enough(plain, weights)
        varied = self._varied()
        begin = index.place + 1
        for pairs in index.pairs(begin, np.where(too_common, begin, index.last), of_indexed, CANDIDATES):
            same = forms.whole[pairs.row] == forms.whole[pairs.other]
            a, b = pairs.row[same], pairs.other[same]
            ours, theirs = forms.quotation[a], forms.quotation[b]
            kept = (ours != -1) & (theirs != -1) & ((ours == theirs) | (ours == -2) | (theirs == -2))
            kept |= varied[a] | varied[b]
            for enough in (enough_words, enough_plain):
                open_ = np.flatnonzero(~kept)
                kept[open_] = enough(a[open_], b[open_])
            yield from zip(a[kept].tolist(), b[kept].tolist(), strict=True)

    def _varied(self) -> npt.NDArray[np.bool_]:
        """Whether the claims of a form, the same once entities stand for their names, are written in other words."""
        hashes, members = self._wording, self.forms.members
        if not len(members):
            return np.zeros(0, bool)
        low, high = (by.reduceat(hashes[members.values], members.starts[:-1]) for by in (np.minimum, np.maximum))
        return np.asarray(low != high)

    # ---------------------------------------------------------------------------------------------------------- links

    def linked(self) -> LinkedClaims:
        if len(self.order):
            self._same_forms()
            for a, b in self._worth():
                for first, second in _pairs(self._members(a), self._members(b)):
                    left, right = self.statement(first), self.statement(second)
                    relation = relate(left, right, self.weights)
                    if relation is not None:
                        alike = overlap(left.words, right.words, self.weights)[0]
                        self._add(first, second, relation, left.whole, _independent(left, right, alike))
            self._on_documents()
        clusters = self._clusters()
        self._spill.close()
        return LinkedClaims(clusters, self.ids, self.links)

    def _members(self, form: int) -> list[int]:
        members = self.forms.members
        return members.values[members.starts[form] : members.starts[form + 1]].tolist()  # type: ignore[no-any-return]

    def _add(self, one: int, other: int, relation: Relation, whole: bool, independent: bool) -> None:
        if relation.relation in {"same_statement", "corroborates"}:
            self.sets.join(one, other)
        if not whole:
            self.links.add(min(one, other), max(one, other), relation, independent)

    def _same_forms(self) -> None:
        same = Relation("same_statement", None, 1.0)
        sizes = self._words.sizes[self.forms.first]
        for form in np.flatnonzero((self.forms.members.sizes > 1) & (sizes >= MINIMUM)).tolist():
            whole = bool(self.forms.whole[form])
            for one, other in _same_form(self._members(form)):
                inside = self.start[one] < self.end[other] and self.start[other] < self.end[one]
                if self.article[one] != self.article[other] or not inside:
                    self._add(one, other, same, whole, False)  # of one claimant, so not independent

    def _on_documents(self) -> None:
        """Pairs of statements of one article on whether a document is genuine, in the order of their ids."""
        by_article: dict[int, list[int]] = defaultdict(list)
        for number in self.document.tolist():
            members = by_article[int(self.article[number])]
            if len(members) < DOCUMENTS:
                members.append(number)
        flagged = np.zeros(len(self.order), bool)
        flagged[self.document] = True
        first, second = _numbers(self.links.first), _numbers(self.links.second)
        both = flagged[first] & flagged[second]
        known = set(zip(first[both].tolist(), second[both].tolist(), strict=True))
        del first, second  # so that rows can be added
        for members in by_article.values():
            for one, other in ((a, b) for i, a in enumerate(members) for b in members[i + 1 :]):
                left, right = self.statement(one), self.statement(other)
                if (one, other) not in known and (relation := on_document(left, right)) is not None:
                    self._add(one, other, relation, left.whole, _independent(left, right, 0.0))

    def _clusters(self) -> pa.DictionaryArray:
        """The cluster of each claim that shares one, in the order in which claims were added. Named after its words,
        not after rows.

        Of the hashes of its members' words the smallest names the cluster, so a further copy doesn't rename it.
        """
        count = len(self.order)
        root = np.fromiter((self.sets.find(number) for number in range(count)), np.int64, count)
        shared = np.flatnonzero(np.bincount(root, minlength=count)[root] > 1)
        form = np.empty(count, np.int64)
        form[self.forms.members.values] = self.forms.members.owners
        forms_of: dict[int, dict[int, None]] = defaultdict(dict)
        for at, of in zip(root[shared].tolist(), form[shared].tolist(), strict=True):
            forms_of[at][of] = None
        names: list[str] = []
        taken: Counter[str] = Counter()
        numbers: dict[int, int] = {}
        for at in sorted(forms_of):
            firsts = (int(self.order[self.forms.first[of]]) for of in forms_of[at])
            name = min(self._names[_DIGEST * first : _DIGEST * (first + 1)] for first in firsts).hex()
            taken[name] += 1
            numbers[at] = len(names)
            names.append(name if taken[name] == 1 else f"{name}.{taken[name]}")
        codes = np.full(count, -1, np.int32)
        codes[self.order[shared]] = [numbers[at] for at in root[shared].tolist()]
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(names, pa.string()))


class _Enough:
    """Whether two forms have words in common of such weight that they can be related by them."""

    def __init__(self, words: Ragged, weights: Floats) -> None:
        self._shared = Shared(words, weights)
        self._whole = words.sums(weights[words.values])

    def __call__(self, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
        common = self._shared.of(left, right)
        of_both = self._whole[left] + self._whole[right] - common
        return np.asarray(common + _TOLERANCE >= AT_LEAST * of_both)


def _ranks(vocabulary: dict[str, int], seen: Ints) -> Ints:
    """The place of each word, the rarest first, those as rare in the order of the alphabet."""
    words = sorted(vocabulary)
    alphabet = np.empty(len(words), np.int64)
    alphabet[[vocabulary[word] for word in words]] = np.arange(len(words))
    ranks = np.empty(len(words), np.int64)
    ranks[np.lexsort((alphabet, seen))] = np.arange(len(words))
    return ranks


def _digest(of: Statement) -> bytes:
    words = " ".join([of.polarity, *sorted(of.words), *sorted(of.numbers)])
    return hashlib.sha256(words.encode()).digest()[:_DIGEST]


def _independent(left: Statement, right: Statement, alike: float) -> bool:
    """Another claimant and other words, in articles that don't copy each other."""
    if left.claimant == right.claimant or left.root == right.root:
        return False
    if left.quotation is not None and left.quotation == right.quotation:
        return False
    return alike < 0.85


def _pairs(left: list[int], right: list[int]) -> Iterator[tuple[int, int]]:
    if len(left) * len(right) <= PAIRS:
        yield from ((a, b) for a in left for b in right)
    else:
        yield from ((left[0], b) for b in right)
        yield from ((a, right[0]) for a in left[1:])


def _same_form(members: list[int]) -> Iterator[tuple[int, int]]:
    if len(members) * (len(members) - 1) <= 2 * PAIRS:
        yield from ((a, b) for i, a in enumerate(members) for b in members[i + 1 :])
    else:
        yield from ((members[0], b) for b in members[1:])


def link_claims(
    claims: pa.Table, quotes: pa.Table, articles: pa.Table, dates: pa.Table | None = None
) -> tuple[pa.Table, pa.Table]:
    """*claims* with ``claim_cluster`` filled in, and the ``claim_links`` table, by a :class:`ClaimLinker`."""
    linker = ClaimLinker()
    linker.add(claims, quotes, articles, dates)
    linked = linker.link()
    position = claims.column_names.index("claim_cluster")
    filled = claims.set_column(position, claims.schema.field(position), linked.clusters.cast(pa.string()))
    return filled, pa.concat_tables(linked.tables())
