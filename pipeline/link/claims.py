"""Which claims bear on each other: the same statement, corroboration, contradiction, difference.

Wholes that were split (their parts are rows of their own) only take part in clusters of the same words. Which claims
are the same, and which others are worth a comparison, :mod:`claim_forms` finds by numbers; what two of them are to each
other :mod:`relations` reads from their parts. Near-linear, deterministic, independent of the order of rows.

The statement of each claim, as read from its row, is spilled, and read again for the few pairs that share enough weight
to be related at all.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from pipeline.link.claim_forms import Candidates, Forms, Noted, numbers_of
from pipeline.link.claim_links import Links
from pipeline.link.relations import MINIMUM, Relation, Weights, on_document, overlap, relate
from pipeline.link.spill import Spill
from pipeline.link.statements import Statement, statements

#: Pairs written for two forms; beyond, each claim is paired with the first of the other form alone.
PAIRS: Final = 60
#: Statements of one article on whether a document is genuine that are compared.
DOCUMENTS: Final = 12

#: Statements that are kept once they were read again.
_KEPT: Final = 4_000


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


class ClaimLinker:
    """Takes the claims of a corpus, any number of articles at a time, and links them. *folder*: where it may spill."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._spill = Spill(folder)
        self._noted = Noted()
        self._articles = 0

    def add(self, claims: pa.Table, quotes: pa.Table, articles: pa.Table, dates: pa.Table | None) -> None:
        """Take the *claims* of some articles, with their *quotes* and *dates*, all of each article at once.

        The tables are those of the contract, their entity ids and quote clusters already linked; *articles* need only
        have ``article_id``, ``published`` and ``duplicate_of``. *dates* lets the days of events be compared.
        """
        numbers: dict[str, int] = {}
        for one in statements(claims, quotes, articles, dates):
            self._noted.add(one, numbers.setdefault(one.article, self._articles + len(numbers)))
            self._spill.append(one.packed())
        self._articles += len(numbers)
        self._noted.add_ids(claims["claim_id"])

    def link(self) -> LinkedClaims:
        """The clusters and links of all that was added. Same statements and corroborating ones share a cluster;
        contradictions don't."""
        return _Linking(self._noted, self._spill, self._folder).linked()


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

    def __init__(self, noted: Noted, spill: Spill, folder: Path | None) -> None:
        self._noted, self._spill, self._folder = noted, spill, folder
        # Of each claim the row that it came in.
        self.order, self.ids = noted.in_order()
        self.forms = Forms.of(noted, self.order)
        self.document = np.flatnonzero(numbers_of(noted.document)[self.order])
        self.sets = _Sets(len(self.order))
        self.links = Links(len(self.order), folder)
        self._on_document: set[int] = set(self.document.tolist())
        self._linked_documents: set[tuple[int, int]] = set()
        self.statement = lru_cache(_KEPT)(self._statement)

    def _statement(self, number: int) -> Statement:
        return Statement.unpacked(self._spill.read(int(self.order[number])))

    def linked(self) -> LinkedClaims:
        """See :meth:`ClaimLinker.link`."""
        self._same_forms()
        candidates = Candidates(self._noted, self.forms, self._folder)
        weights = Weights(candidates.of_words)
        for a, b in candidates.pairs():
            for first, second in _pairs(self.forms.claims(a), self.forms.claims(b)):
                left, right = self.statement(first), self.statement(second)
                relation = relate(left, right, weights)
                if relation is not None:
                    alike = overlap(left.words, right.words, weights)[0]
                    self._add(first, second, relation, left.whole, _independent(left, right, alike))
        self._on_documents()
        clusters = self._clusters()
        self._spill.close()
        return LinkedClaims(clusters, self.ids, self.links)

    def _add(self, one: int, other: int, relation: Relation, whole: bool, independent: bool) -> None:
        if relation.relation in {"same_statement", "corroborates"}:
            self.sets.join(one, other)
        if whole:
            return
        first, second = min(one, other), max(one, other)
        self.links.add(first, second, relation, independent)
        if first in self._on_document and second in self._on_document:
            self._linked_documents.add((first, second))

    def _same_forms(self) -> None:
        same = Relation("same_statement", None, 1.0)
        noted, forms = self._noted, self.forms
        sizes = noted.words.ragged().sizes[forms.first]
        article, start, end = (numbers_of(values) for values in (noted.article, noted.start, noted.end))
        for form in np.flatnonzero((forms.members.sizes > 1) & (sizes >= MINIMUM)).tolist():
            whole = bool(forms.whole[form])
            for one, other in _same_form(forms.claims(form)):
                a, b = self.order[one], self.order[other]
                inside = start[a] < end[b] and start[b] < end[a]
                if article[a] != article[b] or not inside:
                    self._add(one, other, same, whole, False)  # of one claimant, so not independent

    def _on_documents(self) -> None:
        """Pairs of statements of one article on whether a document is genuine, in the order of their ids."""
        by_article: dict[int, list[int]] = defaultdict(list)
        article = numbers_of(self._noted.article)
        for number in self.document.tolist():
            members = by_article[int(article[self.order[number]])]
            if len(members) < DOCUMENTS:
                members.append(number)
        for members in by_article.values():
            for one, other in ((a, b) for i, a in enumerate(members) for b in members[i + 1 :]):
                if (one, other) in self._linked_documents:
                    continue
                left, right = self.statement(one), self.statement(other)
                if (relation := on_document(left, right)) is not None:
                    self._add(one, other, relation, left.whole, _independent(left, right, 0.0))

    def _clusters(self) -> pa.DictionaryArray:
        """The cluster of each claim that shares one, in the order in which claims were added. Named after its words,
        not after rows.

        Of the hashes of its members' words the smallest names the cluster, so a further copy doesn't rename it.
        """
        count = len(self.order)
        root = np.fromiter((self.sets.find(number) for number in range(count)), np.int32, count)
        shared = np.flatnonzero(np.bincount(root, minlength=count)[root] > 1)
        form = np.empty(count, np.int32)
        form[self.forms.members.values] = self.forms.members.owners
        forms_of: dict[int, dict[int, None]] = defaultdict(dict)
        for at, of in zip(root[shared].tolist(), form[shared].tolist(), strict=True):
            forms_of[at][of] = None
        names: list[str] = []
        taken: Counter[str] = Counter()
        numbers: dict[int, int] = {}
        for at in sorted(forms_of):
            name = min(self._noted.name(int(self.forms.first[of])) for of in forms_of[at]).hex()
            taken[name] += 1
            numbers[at] = len(names)
            names.append(name if taken[name] == 1 else f"{name}.{taken[name]}")
        codes = np.full(count, -1, np.int32)
        codes[self.order[shared]] = [numbers[at] for at in root[shared].tolist()]
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(names, pa.string()))


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
