"""Puts the corpus's entities where the rows of single articles have the numbers of their coreference chains."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.entities import Linking, doubts

_OF_CLAIMS = ("subject_entity_id", "object_entity_id", "place_entity_id")


class Identities:
    """Which entity each chain is, what it is called, and how sure that is; of each chain a few numbers."""

    def __init__(self, linking: Linking) -> None:
        self._places, order = linking.union.nodes.by_place()
        numbers = np.empty(len(order), np.int32)
        numbers[list(linking.named)] = np.arange(len(linking.named))
        self._entity = numbers[linking.union.roots()][order]
        self._ids = pa.array([named.entity_id for named in linking.named.values()], pa.string())
        self._names = pa.array([named.name for named in linking.named.values()], pa.string())
        of_node = np.full(len(order), np.nan, np.float32)
        for i, score in doubts(linking):
            of_node[i] = score
        # Few are in doubt: their places, in order, and behind them one that no chain has.
        doubted = np.flatnonzero(~np.isnan(of_node[order])).astype(np.int32)
        self._doubted = np.append(doubted, np.iinfo(np.int32).max)
        self._doubts = np.append(of_node[order[doubted]], np.float32(np.nan))

    def of_mentions(self, mentions: pa.Table) -> pa.Table:
        """*mentions* with their entities, and no higher score than that with which their chains belong to them."""
        at = self._places.find(mentions["article_id"], mentions["entity_id"])
        found = np.searchsorted(self._doubted, at)
        doubt = np.where(self._doubted[found] == at, self._doubts[found], np.float32(np.nan))
        scores = pc.fill_null(mentions["score"].cast(pa.float64()), 1.0).to_numpy()
        doubted = ~np.isnan(doubt)
        known = mentions["score"].is_valid().to_numpy().astype(bool) | doubted
        scores = np.where(doubted, np.fmin(doubt, scores), scores).astype(np.float32)
        index = mentions.column_names.index("score")
        mentions = mentions.set_column(index, mentions.schema.field(index), pa.array(scores, mask=~known))
        return self._placed(mentions, "entity_id")

    def of_quotes(self, quotes: pa.Table) -> pa.Table:
        """*quotes* with the entities of their speakers."""
        return self._placed(quotes, "speaker_entity_id", "speaker")

    def of_claims(self, claims: pa.Table) -> pa.Table:
        """*claims* with the entities of their claimants and parts; of the columns that there are."""
        named = "claimant" if "claimant" in claims.column_names else None
        claims = self._placed(claims, "claimant_entity_id", named)
        for column in _OF_CLAIMS:
            if column in claims.column_names:
                claims = self._placed(claims, column)
        return self._with_chain(claims) if "chain" in claims.column_names else claims

    def _entities(self, articles: pa.ChunkedArray, chains: pa.ChunkedArray) -> pa.Array:
        """The number of the entity of each chain, null where there is none."""
        at = self._places.find(articles, chains)
        return _numbers(np.append(self._entity, -1)[at])

    def _placed(self, table: pa.Table, id_column: str, name_column: str | None = None) -> pa.Table:
        entities = self._entities(table["article_id"], table[id_column])
        for column, values in ((id_column, self._ids), (name_column, self._names)):
            if column is not None:
                index = table.column_names.index(column)
                table = table.set_column(index, table.schema.field(index), values.take(entities))
        return table

    def _with_chain(self, claims: pa.Table) -> pa.Table:
        """*claims* with the entities in their chains of report."""
        chain = claims["chain"].combine_chunks()
        links = chain.flatten()
        rows = pc.list_parent_indices(chain)
        articles = claims["article_id"].combine_chunks().take(rows)
        entities = self._entities(pa.chunked_array([articles]), pa.chunked_array([links.field("entity_id")]))
        fields = list(links.type)
        arrays = [self._ids.take(entities) if f.name == "entity_id" else links.field(f.name) for f in fields]
        offsets = np.concatenate(([0], np.cumsum(pc.fill_null(pc.list_value_length(chain), 0).to_numpy())))
        made = pa.ListArray.from_arrays(
            pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(arrays, fields=fields), type=chain.type
        )
        index = claims.column_names.index("chain")
        return claims.set_column(index, claims.schema.field(index), made)


def _numbers(values: npt.NDArray[np.int64]) -> pa.Array:
    return pa.array(values, mask=values < 0)
