"""Linking: what only the whole corpus can tell. Works on tables alone; knows neither spaCy nor files.

Near-copies come first, since they are not independent; then entities, since quotes and claims name them; then quotes
by their words; then claims; last the likely days of articles that state none, by what they share with others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from pipeline import schema
from pipeline.link.claims import link_claims
from pipeline.link.duplicates import mark_duplicates
from pipeline.link.entities import link_entities
from pipeline.link.estimates import estimate_published
from pipeline.link.quotes import cluster_quotes

_Names = Mapping[tuple[str, str], tuple[str, str]]


def _identified(table: pa.Table, entities: _Names, id_column: str, name_column: str | None = None) -> pa.Table:
    """*table* with article-local chain numbers in *id_column* replaced by the corpus's entity ids, and names."""
    found = [
        None if chain is None else entities.get((article, chain))
        for article, chain in zip(table["article_id"].to_pylist(), table[id_column].to_pylist(), strict=True)
    ]
    ids = pa.array([entity and entity[0] for entity in found], pa.string())
    table = table.set_column(table.column_names.index(id_column), table.schema.field(id_column), ids)
    if name_column is not None:
        names = pa.array([entity and entity[1] for entity in found], pa.string())
        table = table.set_column(table.column_names.index(name_column), table.schema.field(name_column), names)
    return table


def _identified_chain(claims: pa.Table, entities: _Names) -> pa.Table:
    """*claims* with the entity ids of their chains of report filled in."""
    chains: list[list[dict[str, Any]]] = []
    for article, links in zip(claims["article_id"].to_pylist(), claims["chain"].to_pylist(), strict=True):
        chains.append([])
        for link in links:
            entity = entities.get((article, link["entity_id"])) if link["entity_id"] is not None else None
            chains[-1].append({**link, "entity_id": entity and entity[0]})
    field = claims.schema.field("chain")
    return claims.set_column(claims.column_names.index("chain"), field, pa.array(chains, field.type))


def link(tables: Mapping[str, pa.Table], aliases: Sequence[Any] | None = None) -> dict[str, pa.Table]:
    """The linked tables of a corpus, every table of the contract but ``rejects``.

    *tables* holds the parts of all articles, concatenated: the tables of :data:`pipeline.schema.ARTICLE_TABLES` and
    ``local_entities``; *aliases* what :func:`pipeline.link.entities.read_aliases` gave. The result does not depend on
    the order of the rows that come in.
    """
    articles = mark_duplicates(schema.conform("articles", tables["articles"]))
    mentions = schema.conform("mentions", tables["mentions"])
    quotes = schema.conform("quotes", tables["quotes"])
    claims = schema.conform("claims", tables["claims"])
    local = schema.conform("local_entities", tables["local_entities"])
    assignments, entities = link_entities(mentions, local, articles, aliases)
    names = {(row["article_id"], str(row["chain"])): (row["entity_id"], row["name"]) for row in assignments.to_pylist()}
    quotes = _identified(quotes, names, "speaker_entity_id", "speaker")
    claims = _identified(claims, names, "claimant_entity_id", "claimant")
    for column in ("subject_entity_id", "object_entity_id", "place_entity_id"):
        claims = _identified(claims, names, column)
    claims = _identified_chain(claims, names)
    quotes, clusters = cluster_quotes(quotes, articles)
    claims, links = link_claims(claims, quotes, articles, tables["dates"])
    linked = {
        "articles": estimate_published(articles, quotes, claims, tables["dates"]),
        "sentences": tables["sentences"],
        "mentions": _identified(mentions, names, "entity_id"),
        "entities": entities,
        "quotes": quotes,
        "dates": tables["dates"],
        "quote_clusters": clusters,
        "claims": claims,
        "claim_links": links,
    }
    return {name: schema.conform(name, table) for name, table in linked.items()}
