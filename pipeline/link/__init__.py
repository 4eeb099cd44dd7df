"""Linking: what only the whole corpus can tell. Works on tables alone; knows neither spaCy nor files.

Near-copies come first, since they are not independent; then entities, since quotes and claims name them; then quotes
by their words; then claims; last the likely days of articles that state none, by what they share with others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.link.aliases import Aliases
from pipeline.link.claims import link_claims
from pipeline.link.duplicates import mark_duplicates
from pipeline.link.entities import link_entities
from pipeline.link.estimates import estimate_published
from pipeline.link.quotes import cluster_quotes
from pipeline.link.standing import standing_ids

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


def _doubted(mentions: pa.Table, assignments: pa.Table) -> pa.Table:
    """*mentions* with no higher score than that with which their chains belong to their entities."""
    doubts = {
        (row["article_id"], str(row["chain"])): row["score"]
        for row in assignments.filter(pc.is_valid(assignments["score"])).to_pylist()
    }
    if not doubts:
        return mentions
    scores = [
        score if (doubt := doubts.get((article, chain))) is None else min(doubt, 1.0 if score is None else score)
        for article, chain, score in zip(*(mentions[c].to_pylist() for c in _DOUBTED), strict=True)
    ]
    index = mentions.column_names.index("score")
    field = mentions.schema.field("score")
    return mentions.set_column(index, field, pa.array(scores, field.type))


_DOUBTED = ("article_id", "entity_id", "score")


def link(
    tables: Mapping[str, pa.Table], aliases: Aliases | None = None, earlier: pa.Table | None = None
) -> dict[str, pa.Table]:
    """The linked tables of a corpus, every table of the contract but ``rejects``.

    *tables* holds the parts of all articles, concatenated: the tables of :data:`pipeline.schema.ARTICLE_TABLES` and
    ``local_entities``; *aliases* what :func:`pipeline.link.entities.read_aliases` gave; *earlier* the ``mentions`` of
    the tables that these replace, so that entities keep their ids. The result does not depend on the order of the rows
    that come in.
    """
    articles = mark_duplicates(schema.conform("articles", tables["articles"]), tables["sentences"])
    mentions = schema.conform("mentions", tables["mentions"])
    quotes = schema.conform("quotes", tables["quotes"])
    claims = schema.conform("claims", tables["claims"])
    local = schema.conform("local_entities", tables["local_entities"])
    standing = standing_ids(mentions, earlier) if earlier is not None else None
    assignments, entities = link_entities(mentions, local, articles, aliases, standing)
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
        "mentions": _identified(_doubted(mentions, assignments), names, "entity_id"),
        "entities": entities,
        "quotes": quotes,
        "dates": tables["dates"],
        "quote_clusters": clusters,
        "claims": claims,
        "claim_links": links,
    }
    return {name: schema.conform(name, table) for name, table in linked.items()}
