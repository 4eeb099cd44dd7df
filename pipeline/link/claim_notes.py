"""What is kept of each claim while claims are linked: on disk, read again by number; a word is a number."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.ragged import Ints, Ragged, ranges, starts_of
from pipeline.link.spill import File, Records, texts_of
from pipeline.link.statements import Statement

#: A claim: where it stands (articles by number); whether it was split, and whether it is on a document's being genuine;
#: hashes of the quotation that carries it (-1 where none does), of its words as written, of all that makes its form,
#: and of what a cluster is named after; where its statement, its words and its id lie.
CLAIM: Final = np.dtype(
    [
        ("article", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("whole", "?"),
        ("document", "?"),
        ("quotation", "<i8"),
        ("wording", "<i8"),
        ("form", "<u8"),
        ("form_too", "<u8"),
        ("name", "<u8"),
        ("statement", "<i8"),
        ("statement_size", "<i4"),
        ("features", "<i8"),
        ("words", "<i4"),
        ("entities", "<i4"),
        ("plain", "<i4"),
        ("id", "<i8"),
        ("id_size", "<i4"),
    ]
)
#: Bytes of the hash of a claim's words, which names a cluster, and of the one by which claims of one form are known.
NAME: Final = 6
_DIGEST: Final = 16
#: Claims that are noted before they are written, or read at once.
_NOTED: Final = 2_000

Claims = npt.NDArray[Any]
"""Records of the type :data:`CLAIM`."""


class Notes:
    """The claims in the order in which they come. *folder*: where they are spilled.

    Attributes:
        vocabulary: a number for every word and entity.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.vocabulary: dict[str, int] = {}
        self._records = Records(CLAIM, folder)
        self._statements, self._features, self._ids = File(folder), File(folder), File(folder)
        self._noted: list[tuple[Any, ...]] = []
        self._sorted: list[_Sorted] = []
        self._articles = self._begun = 0

    def __len__(self) -> int:
        return len(self._records) + len(self._noted)

    def add(self, claims: Iterator[Statement]) -> None:
        """Note the *claims* of some articles, all of each article at once."""
        numbers: dict[str, int] = {}
        ids: list[str] = []
        for one in claims:
            self._add(one, numbers.setdefault(one.article, self._articles + len(numbers)))
            ids.append(one.claim_id)
            if len(self._noted) >= _NOTED:
                self._write()
        self._articles += len(numbers)
        if ids:
            order = pc.sort_indices(pa.array(ids, pa.string())).to_numpy().astype(np.int32)
            self._sorted.append(_Sorted(ids[order[0]], ids[order[-1]], order + np.int32(self._begun)))
        self._begun += len(ids)

    def _add(self, one: Statement, article: int) -> None:
        known = self.vocabulary
        features = one.features
        words = [known.setdefault(word, len(known)) for word in one.words]
        entities = [known.setdefault(word, len(known)) for word in features - one.words]
        # What is not among the features is told by its sign.
        plain = [
            known.setdefault(w, len(known)) if w in features else ~known.setdefault(w, len(known)) for w in one.plain
        ]
        form = hashlib.blake2b(repr(one.form).encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
        named = " ".join([one.polarity, *sorted(one.words), *sorted(one.numbers)])
        statement, claim_id = one.packed(), one.claim_id.encode()
        self._noted.append(
            (
                article, one.start, one.end, one.whole, one.on_document,
                -1 if one.quotation is None else hash(one.quotation), hash(one.plain),
                int.from_bytes(form[:8], "little"), int.from_bytes(form[8:], "little"),
                int.from_bytes(hashlib.sha256(named.encode()).digest()[:NAME], "big"),
                self._statements.append(statement), len(statement),
                self._features.append(array("i", words + entities + plain).tobytes()),
                len(words), len(entities), len(plain),
                self._ids.append(claim_id), len(claim_id),
            )
        )  # fmt: skip

    def _write(self) -> None:
        self._records.extend(np.array(self._noted, CLAIM))
        self._noted.clear()

    def in_order(self) -> npt.NDArray[np.int32]:
        """The numbers of the claims in the order of their ids; no claim is added after this."""
        self._write()
        # What came in one piece is in order. Ids begin with those of articles, so that few pieces have to be merged.
        pieces: list[_Sorted] = []
        for piece in sorted(self._sorted, key=lambda piece: piece.first):
            if pieces and piece.first <= pieces[-1].last:
                pieces[-1] = self._merged(pieces[-1], piece)
            else:
                pieces.append(piece)
        self._sorted.clear()
        return np.concatenate([np.zeros(0, np.int32), *(piece.order for piece in pieces)])

    def _merged(self, left: _Sorted, right: _Sorted) -> _Sorted:
        both = np.concatenate((left.order, right.order))
        order = pc.sort_indices(self.ids(both)).to_numpy()
        return _Sorted(left.first, max(left.last, right.last), both[order])

    def take(self, claims: npt.NDArray[Any]) -> Claims:
        """What is noted of these *claims*."""
        return self._records.take(claims)

    def column(self, name: str, claims: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        """One column of what is noted of these *claims*, or of all; nothing else of them is held."""
        values = np.empty(len(self) if claims is None else len(claims), CLAIM[name])
        start = 0
        for block in self.blocks() if claims is None else self._taken(claims):
            values[start : start + len(block)] = block[name]
            start += len(block)
        return values

    def _taken(self, claims: npt.NDArray[Any]) -> Iterator[Claims]:
        for start in range(0, len(claims), _NOTED):
            yield self.take(claims[start : start + _NOTED])

    def blocks(self) -> Iterator[Claims]:
        """What is noted of all claims, some at a time."""
        return self._records.blocks(_NOTED)

    def statement(self, claim: int) -> Statement:
        """All of a claim that is compared."""
        found = self._records.read(claim)
        return Statement.unpacked(self._statements.read(int(found["statement"]), int(found["statement_size"])))

    def ids(self, claims: npt.NDArray[Any]) -> pa.Array:
        """The ids of these *claims*."""
        found = self._records.take(claims)
        return texts_of(self._ids.take(found["id"], found["id_size"].astype(np.int64)))

    def features(self, claims: Claims) -> tuple[Ragged, Ragged, Ragged, npt.NDArray[np.bool_]]:
        """The words of *claims*, their entities that are no words, their words as written, and which of those are
        neither."""
        sizes = [claims[name].astype(np.int64) for name in ("words", "entities", "plain")]
        rows = self._features.take(claims["features"], np.sum(sizes, axis=0), np.int32)
        starts = rows.starts[:-1]
        parts = []
        for size in sizes:
            parts.append(Ragged(rows.values[ranges(starts, size)], starts_of(size)))
            starts = starts + size
        words, entities, plain = parts
        outside = plain.values < 0
        return words, entities, Ragged(np.where(outside, ~plain.values, plain.values), plain.starts), outside

    def close(self) -> None:
        """Give the room back, but for the ids."""
        self._statements.close()
        self._features.close()


class _Sorted:
    """Claims in the order of their ids, and the first and last of those."""

    def __init__(self, first: str, last: str, order: npt.NDArray[np.int32]) -> None:
        self.first, self.last, self.order = first, last, order


class Ids:
    """The ids of all claims, in order, on disk."""

    def __init__(self, notes: Notes, order: npt.NDArray[np.int32]) -> None:
        self._notes, self._order = notes, order

    def take(self, places: Ints | npt.NDArray[Any]) -> pa.Array:
        """The ids at these *places* in the order of all."""
        different, which = np.unique(places, return_inverse=True)
        return self._notes.ids(self._order[different]).take(pa.array(which.reshape(-1)))
