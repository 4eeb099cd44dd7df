"""Linking: what only the whole corpus can tell. Works on tables alone; knows neither spaCy nor the parts of shards.

Near-copies come first, since they are not independent, with entities, since quotes and claims name them; then quotes by
their words; then claims; last the likely days of articles that state none, by what they share with others.

No table is held whole. Each step reads the columns that it needs, a stretch of articles at a time, and keeps what it
compares across articles in a narrow form: numbers in flat arrays, grouped by a blocking key, one object for a name that
many articles share. The linked tables are then made from the same stretches, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from pipeline import schema
from pipeline.link.aliases import Aliases
from pipeline.link.claims import ClaimLinker, LinkedClaims, Piece
from pipeline.link.duplicates import CopyFinder
from pipeline.link.entities import Standing, decide_by_pieces, entity_rows, published_days
from pipeline.link.estimates import COLUMNS, Estimator
from pipeline.link.identities import Identities
from pipeline.link.quotes import COLUMNS as QUOTED
from pipeline.link.quotes import Clustered, cluster
from pipeline.link.spill import SpilledTable
from pipeline.link.spread import aside
from pipeline.link.standing import standing_ids
from pipeline.memory import give_back

__all__ = ["Corpus", "Earlier", "Linked", "Tables", "link"]

#: What claims are compared by, beside their entities.
_COMPARED = (
    "claim_id", "article_id", "part_of", "start", "end", "proposition", "subject", "predicate", "object",
    "subject_entity_id", "object_entity_id", "date_id", "quantities", "claimant_kind", "claimant_text",
    "claimant_entity_id", "quote_id", "stance", "polarity", "modality",
)  # fmt: skip
_EVENTS = ("article_id", "date_id", "start", "type", "value", "earliest", "latest", "granularity")


class Corpus(Protocol):
    """The rows of all articles: the tables of :data:`pipeline.schema.ARTICLE_TABLES` and ``local_entities``."""

    @property
    def folder(self) -> Path | None:
        """Where what doesn't fit into memory may be kept for a while; None for the system's folder."""

    def pieces(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The rows of the table *name*, sorted by its key, some articles at a time; just these *columns* of it.

        A piece holds all rows of its articles, and the pieces of all tables hold the same articles.
        """


class Earlier(Protocol):
    """The ``mentions`` of the tables that the linked ones replace."""

    def pieces(self) -> Iterator[pa.Table]:
        """``article_id, start, end, kind, entity_id`` of the articles of each piece of the corpus."""


class Tables:
    """A corpus whose tables are in memory."""

    folder = None

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._tables = {name: schema.conform(name, table) for name, table in tables.items()}

    def pieces(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """See :class:`Corpus`."""
        yield self._tables[name].select(columns) if columns else self._tables[name]


def link(corpus: Corpus, aliases: Aliases | None = None, earlier: Earlier | None = None, processes: int = 1) -> Linked:
    """Link the articles of *corpus*.

    *aliases* is what :func:`pipeline.link.entities.read_aliases` gave; *earlier* lets entities keep the ids that they
    had. With *processes* > 1 so many others work beside this one, as :mod:`pipeline.link.spread` says. The result
    depends neither on these, nor on the pieces, nor on the order in which articles came.
    """
    finder = CopyFinder(corpus.folder, processes)
    articles = _articles(corpus, finder)
    give_back()
    with aside(finder.roots, processes) as roots:
        standing = _standing(corpus, earlier) if earlier is not None else None
        linking = decide_by_pieces(
            corpus.pieces("mentions", ("article_id", "entity_id", "kind", "text")),
            corpus.pieces("local_entities"),
            published_days(articles),
            aliases,
            standing,
        )
        entities, names = entity_rows(linking, corpus.folder), Identities(linking)
        originals = finder.originals(roots())
    articles = articles.append_column(pa.field("duplicate_of", pa.string()), originals)
    finder.close()
    del linking, standing
    give_back()
    quoted = (names.of_quotes(piece) for piece in corpus.pieces("quotes", QUOTED))
    clustered = cluster(quoted, articles, corpus.folder)
    give_back()
    claims = _claims(corpus, names, clustered, articles, processes)
    give_back()
    estimates = _estimates(corpus, clustered, claims, articles)
    return Linked(corpus, names, articles, entities, clustered, claims, estimates)


class Linked:
    """The linked tables of a corpus, every table of the contract but ``rejects``."""

    def __init__(
        self,
        corpus: Corpus,
        names: Identities,
        articles: pa.Table,
        entities: SpilledTable,
        clustered: Clustered,
        claims: LinkedClaims,
        estimates: pa.Table,
    ) -> None:
        self._corpus = corpus
        self._names = names
        self._articles = articles
        self._entities = entities
        self._clustered = clustered
        self._claims = claims
        self._estimates = estimates

    def pieces(self, name: str) -> Iterator[pa.Table]:
        """The rows of the table *name*, sorted by its key, in pieces; at least one."""
        if name == "entities":
            yield from self._entities.tables()
        elif name == "quote_clusters":
            yield from (schema.conform(name, piece) for piece in self._clustered.tables())
        elif name == "claim_links":
            yield from self._claims.tables()
        else:
            start = 0
            for piece in self._corpus.pieces(name):
                rows = piece.num_rows
                yield schema.conform(name, self._linked(name, piece, start))
                start += rows

    def _linked(self, name: str, piece: pa.Table, start: int) -> pa.Table:
        """*piece* of the table *name*, which begins at row *start* of it."""
        if name == "articles":
            piece = with_column(piece, "duplicate_of", _slice(self._articles, "duplicate_of", start, piece.num_rows))
            for column in COLUMNS:
                piece = with_column(piece, column, _slice(self._estimates, column, start, piece.num_rows))
        elif name == "mentions":
            piece = self._names.of_mentions(piece)
        elif name == "quotes":
            piece = self._clustered.filled(self._names.of_quotes(piece), start)
        elif name == "claims":
            clusters = self._claims.clusters.slice(start, piece.num_rows).cast(pa.string())
            piece = with_column(self._names.of_claims(piece), "claim_cluster", clusters)
        return piece


def with_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    """*table* with *values* in the column *name*."""
    at = table.schema.get_field_index(name)
    return table.set_column(at, table.schema.field(at), values)


def _slice(table: pa.Table, column: str, start: int, rows: int) -> pa.ChunkedArray:
    return table[column].slice(start, rows)


def _articles(corpus: Corpus, finder: CopyFinder) -> pa.Table:
    """``article_id, published`` of all articles, which *finder* takes."""
    narrow = []

    def pieces() -> Iterator[tuple[pa.Table, pa.Table]]:
        sentences = corpus.pieces("sentences", ("article_id", "section", "start", "text"))
        for piece, parts in zip(corpus.pieces("articles", ("article_id", "published", "text")), sentences, strict=True):
            yield piece, parts
            narrow.append(piece.select(["article_id", "published"]))

    finder.add(pieces())
    return pa.concat_tables(narrow)


def _standing(corpus: Corpus, earlier: Earlier) -> Standing:
    columns = ("article_id", "start", "end", "kind", "entity_id")
    found: dict[tuple[str, str], str] = {}
    for piece, before in zip(corpus.pieces("mentions", columns), earlier.pieces(), strict=True):
        found.update(standing_ids(piece, before))
    return found


def _claims(
    corpus: Corpus, names: Identities, clustered: Clustered, articles: pa.Table, processes: int
) -> LinkedClaims:
    linker = ClaimLinker(corpus.folder, processes)
    linker.add(_pieces_of_claims(corpus, names, clustered, articles))
    return linker.link()


def _pieces_of_claims(corpus: Corpus, names: Identities, clustered: Clustered, articles: pa.Table) -> Iterator[Piece]:
    start = at = 0
    for claims, quotes, dates, ids in zip(
        corpus.pieces("claims", _COMPARED),
        corpus.pieces("quotes", ("quote_id",)),
        corpus.pieces("dates", _EVENTS),
        corpus.pieces("articles", ("article_id",)),
        strict=True,
    ):
        own = articles.slice(at, ids.num_rows)
        yield names.of_claims(claims), clustered.filled(quotes, start), own, dates
        start, at = start + quotes.num_rows, at + ids.num_rows


def _estimates(corpus: Corpus, clustered: Clustered, claims: LinkedClaims, articles: pa.Table) -> pa.Table:
    estimator = Estimator(articles, corpus.folder)
    quote = claim = 0
    if estimator.needed:
        for quotes, made, dates in zip(
            corpus.pieces("quotes", ("quote_id", "article_id", "said_end")),
            corpus.pieces("claims", ("article_id", "quote_id", "date_id", "modality")),
            corpus.pieces("dates", _EVENTS),
            strict=True,
        ):
            clusters = claims.clusters.slice(claim, made.num_rows).cast(pa.string())
            made = made.append_column("claim_cluster", clusters)
            estimator.add(clustered.filled(quotes, quote), made, dates)
            quote, claim = quote + quotes.num_rows, claim + made.num_rows
    return estimator.estimates()
