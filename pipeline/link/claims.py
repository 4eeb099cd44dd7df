"""Which claims bear on each other: the same statement, corroboration, contradiction, difference.

Wholes that were split (their parts are rows of their own) only take part in clusters of the same words. Which claims
are the same, and which others are worth a comparison, :mod:`claim_forms` finds by numbers; what two of them are to each
other :mod:`relations` reads from their parts. Near-linear, deterministic, independent of the order of rows.

What is compared of each claim, as read from its row, is spilled, and read again for the few pairs that share enough
weight to be related at all. Both, reading rows and comparing pairs, may be spread over processes.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from pipeline.link.claim_forms import Candidates, Forms
from pipeline.link.claim_links import Links, row
from pipeline.link.claim_notes import NAME, Ids, Notes, noted
from pipeline.link.claim_pairs import PAIRS, SAME, Comparison, independent
from pipeline.link.ragged import first_of_runs, ranges, run_sizes
from pipeline.link.relations import MINIMUM, Relation, Weights, on_document
from pipeline.link.spread import spread
from pipeline.link.statements import ready
from pipeline.memory import give_back

#: Statements of one article on whether a document is genuine that are compared.
DOCUMENTS: Final = 12

#: Forms whose claims are read at once.
_FORMS: Final = 200
_NONE: Final = np.zeros(0, np.uint64)
#: Claims, or pairs, that are added between two times that memory is given back.
_ADDED: Final = 20_000

Piece = tuple[pa.Table, pa.Table, pa.Table, pa.Table | None]
"""Claims, quotes, articles and dates."""


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
    """Takes the claims of a corpus, any number of articles at a time, and links them.

    *folder*: where it may spill. *processes*: as for :func:`pipeline.link.spread.spread`.
    """

    def __init__(self, folder: Path | None = None, processes: int = 1) -> None:
        self._folder, self._processes = folder, processes
        self._notes = Notes(folder)

    def add(self, pieces: Iterable[Piece]) -> None:
        """Take the claims of some articles after the other, with their quotes and dates, all of each article at once.

        The tables are those of the contract, their entity ids and quote clusters already linked; articles need only
        have ``article_id``, ``published`` and ``duplicate_of``. The dates let the days of events be compared.
        """
        ready()
        rows = (some for piece in pieces for some in self._notes.rows(*piece))
        given_back = 0  # how many claims had come when memory was last given back
        for some in spread(noted, rows, self._processes):
            self._notes.add(some)
            if len(self._notes) - given_back >= _ADDED:
                give_back()
                given_back = len(self._notes)

    def link(self) -> LinkedClaims:
        """The clusters and links of all that was added. Same statements and corroborating ones share a cluster;
        contradictions don't."""
        give_back()
        return _Linking(self._notes, self._folder, self._processes).linked()


@dataclass(frozen=True, slots=True)
class LinkedClaims:
    """What became of the claims, in the order in which they were added.

    Attributes:
        clusters: the cluster of each claim, null where it has none.
        ids: the ids of all claims, in order.
        links: between them.
    """

    clusters: pa.DictionaryArray
    ids: Ids
    links: Links

    def tables(self) -> Iterator[pa.Table]:
        """The rows of ``claim_links``, sorted, in pieces."""
        return self.links.tables(self.ids)


class _Linking:
    """One linking of all claims, which from here on are numbers: their places in the order of their ids."""

    def __init__(self, notes: Notes, folder: Path | None, processes: int) -> None:
        self._notes, self._folder, self._processes = notes, folder, processes
        # Of each claim the number under which it was noted.
        self.order = notes.in_order()
        self.forms = Forms.of(notes, self.order, folder)
        self.sets = _Sets(len(self.order))
        self.links = Links(len(self.order), folder)
        self._article_of = self._documents()
        self._linked_documents: set[tuple[int, int]] = set()

    def _documents(self) -> dict[int, int]:
        """The article of each claim on whether a document is genuine, in the order of claims."""
        places = np.flatnonzero(self._notes.column("document")[self.order])
        articles = self._notes.take(self.order[places])["article"]
        return dict(zip(places.tolist(), articles.tolist(), strict=True))

    def linked(self) -> LinkedClaims:
        """See :meth:`ClaimLinker.link`."""
        self._same_forms()
        give_back()
        self._compared()
        give_back()
        self._on_documents()
        self.links.settle()
        give_back()
        clusters = self._clusters()
        self._notes.close()
        return LinkedClaims(clusters, Ids(self._notes, self.order), self.links)

    def _compared(self) -> None:
        """Compare the claims of forms that may be related."""
        candidates = Candidates(self._notes, self.forms, self._folder)
        give_back()
        pairs = candidates.pairs(self._processes)
        give_back()
        compared = Comparison(self._notes, self.forms, self.order, pairs, Weights(candidates.of_words))
        documents = np.array([*self._article_of], np.int32)
        added = 0
        for same, links in spread(compared.of, range(len(pairs)), self._processes):
            for one, other in same.tolist():
                self.sets.join(one, other)
            self.links.extend(links)
            on_documents = links[np.isin(links["first"], documents) & np.isin(links["second"], documents)]
            for first, second in zip(on_documents["first"].tolist(), on_documents["second"].tolist(), strict=True):
                self._note_documents(first, second)
            added += len(links)
            if added >= _ADDED:
                give_back()
                added = 0
        pairs.close()

    def _note_documents(self, first: int, second: int) -> None:
        articles = self._article_of
        if first in articles and articles[first] == articles.get(second):
            self._linked_documents.add((first, second))

    def _add(self, one: int, other: int, relation: Relation, whole: bool, independent: bool) -> None:
        if relation.relation in SAME:
            self.sets.join(one, other)
        if not whole:
            made = row(one, other, relation, independent)
            self.links.add(made)
            self._note_documents(*made[:2])

    def _same_forms(self) -> None:
        same = Relation("same_statement", None, 1.0)
        forms = self.forms
        shared = np.flatnonzero(forms.members.sizes > 1)
        for start in range(0, len(shared), _FORMS):
            some = shared[start : start + _FORMS]
            some = some[self._notes.take(forms.first[some])["sizes"][:, 0] >= MINIMUM]
            members = forms.members.take(some)
            claims = self._notes.take(self.order[members.values])
            article, begin, end = (claims[name].tolist() for name in ("article", "start", "end"))
            numbers, starts = members.values.tolist(), members.starts.tolist()
            for form, low, high in zip(some.tolist(), starts, starts[1:], strict=False):
                whole = bool(forms.whole[form])
                for a, b in _same_form(range(low, high)):
                    if article[a] != article[b] or not (begin[a] < end[b] and begin[b] < end[a]):
                        self._add(numbers[a], numbers[b], same, whole, False)  # of one claimant, so not independent

    def _on_documents(self) -> None:
        """Pairs of statements of one article on whether a document is genuine, in the order of their ids."""
        by_article: dict[int, list[int]] = defaultdict(list)
        for number, article in self._article_of.items():
            members = by_article[article]
            if len(members) < DOCUMENTS:
                members.append(number)
        for members in by_article.values():
            statements = self._notes.statements(self.order[members]) if len(members) > 1 else []
            compared = zip(members, statements, strict=False)
            for (one, left), (other, right) in combinations(compared, 2):
                if (one, other) in self._linked_documents:
                    continue
                if (relation := on_document(left, right)) is not None:
                    self._add(one, other, relation, left.whole, independent(left, right, 0.0))

    def _clusters(self) -> pa.DictionaryArray:
        """The cluster of each claim that shares one, in the order in which claims were added. Named after its words,
        not after rows.

        Of the hashes of its members' words the smallest names the cluster, so a further copy doesn't rename it.
        """
        count = len(self.order)
        root = np.fromiter((self.sets.find(number) for number in range(count)), np.int32, count)
        several = np.zeros(count, bool)  # of each root, whether others are in its set
        several[root[root != np.arange(count, dtype=np.int32)]] = True
        shared = np.flatnonzero(several[root]).astype(np.int32)
        shared = shared[np.argsort(root[shared], kind="stable")]
        begins = first_of_runs(root[shared])
        del root, several
        names_of_forms = self._notes.column("name", self.forms.first)
        smallest = np.minimum.reduceat(names_of_forms[self.forms.of_claim[shared]], begins) if len(shared) else _NONE
        del names_of_forms
        # Clusters of one name are told apart by a number, in the order of their first claims.
        by_name = np.argsort(smallest, kind="stable")
        runs = first_of_runs(smallest[by_name])
        turn = np.empty(len(begins), np.int64)
        turn[by_name] = ranges(np.ones(len(runs), np.int64), run_sizes(runs, len(begins)))
        width = 2 * NAME
        names = (
            f"{int(name):0{width}x}" if number == 1 else f"{int(name):0{width}x}.{number}"
            for name, number in zip(smallest, turn, strict=True)
        )
        codes = np.full(count, -1, np.int32)
        codes[self.order[shared]] = np.repeat(np.arange(len(begins), dtype=np.int32), run_sizes(begins, len(shared)))
        of_clusters = pa.array(names, pa.string(), size=len(begins))
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), of_clusters)


def _same_form(members: Sequence[int]) -> Iterator[tuple[int, int]]:
    if len(members) * (len(members) - 1) <= 2 * PAIRS:
        yield from ((a, b) for i, a in enumerate(members) for b in members[i + 1 :])
    else:
        yield from ((members[0], b) for b in members[1:])


def link_claims(
    claims: pa.Table, quotes: pa.Table, articles: pa.Table, dates: pa.Table | None = None
) -> tuple[pa.Table, pa.Table]:
    """*claims* with ``claim_cluster`` filled in, and the ``claim_links`` table, by a :class:`ClaimLinker`."""
    linker = ClaimLinker()
    linker.add([(claims, quotes, articles, dates)])
    linked = linker.link()
    position = claims.column_names.index("claim_cluster")
    filled = claims.set_column(position, claims.schema.field(position), linked.clusters.cast(pa.string()))
    return filled, pa.concat_tables(linked.tables())
