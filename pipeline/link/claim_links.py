"""The rows of ``claim_links`` while claims are being linked: numbers, in partitions on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline import schema
from pipeline.link.claim_notes import Ids
from pipeline.link.relations import Relation
from pipeline.link.spill import Partitions

LINK: Final = np.dtype(
    [
        ("first", "<i4"),
        ("second", "<i4"),
        ("relation", "i1"),
        ("conflict", "i1"),
        ("independent", "?"),
        ("score", "<f4"),
    ]
)
#: Rows that are made at once, and that are noted before they go to their partitions.
_ROWS: Final = 20_000
_NOTED: Final = 10_000
_PARTITIONS: Final = 64


Link = tuple[int, int, int, int, bool, float]
"""A record of the type :data:`LINK`."""


def row(one: int, other: int, relation: Relation, independent: bool) -> Link:
    """A row that links two claims."""
    conflict = -1 if relation.conflict is None else schema.CONFLICTS.index(relation.conflict)
    kind = schema.RELATIONS.index(relation.relation)
    return min(one, other), max(one, other), kind, conflict, independent, relation.score


class Links:
    """Rows of ``claim_links`` of *claims* claims, which are given by their places in the order of their ids.

    *folder*: where they may be spilled. Raises OutputError where that can't be written.
    """

    def __init__(self, claims: int, folder: Path | None = None) -> None:
        self._claims = claims
        self._partitions = Partitions(LINK, _PARTITIONS, folder)
        self._noted: list[Link] = []

    def add(self, made: Link) -> None:
        """Add a row; of two claims at most once."""
        self._noted.append(made)
        if len(self._noted) >= _NOTED:
            self.settle()

    def extend(self, rows: npt.NDArray[Any]) -> None:
        """Add *rows*, of the type :data:`LINK`."""
        self._partitions.add(rows["first"].astype(np.int64) * _PARTITIONS // max(self._claims, 1), rows)

    def settle(self) -> None:
        """Keep what was added as numbers, not as objects; done by itself now and then."""
        self.extend(np.array(self._noted, LINK))
        self._noted.clear()

    def tables(self, ids: Ids) -> Iterator[pa.Table]:
        """The rows, sorted, in pieces; *ids* are those of the claims. At least one piece."""
        self.settle()
        yield _table(np.zeros(0, LINK), ids)
        for partition in range(_PARTITIONS):
            rows = self._partitions.read(partition)
            rows = rows[np.lexsort((rows["second"], rows["first"]))]
            for start in range(0, len(rows), _ROWS):
                yield _table(rows[start : start + _ROWS], ids)


def _table(rows: npt.NDArray[Any], ids: Ids) -> pa.Table:
    columns = [
        ids.take(rows["first"]),
        ids.take(rows["second"]),
        _closed(rows["relation"], schema.RELATIONS),
        _closed(rows["conflict"], schema.CONFLICTS, rows["conflict"] < 0),
        pa.array(rows["independent"]),
        pa.array(rows["score"]),
    ]
    return pa.Table.from_arrays(columns, schema=schema.SCHEMAS["claim_links"])


def _closed(codes: npt.NDArray[np.int8], values: Sequence[str], null: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=null), pa.array(values))
