"""What is kept of each claim while claims are linked: on disk, read again by number; a word is a number."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.ragged import Ints, Ragged, ranges, starts_of
from pipeline.link.spill import File, Records, of_texts, texts_of
from pipeline.link.statements import Rows, Statement, entity_word, rows_of, statements

#: The strings of a claim that are kept as numbers, and the sets of strings, in which the order of both is kept.
_SINGLE: Final = ("subject", "predicate", "polarity", "stance", "modality")
_SETS: Final = (
    "words", "entities", "plain", "names", "numbers", "subject_words", "object_words", "times", "flipped", "units",
)  # fmt: skip
#: A claim: where it stands (articles by number); whether it was split, and whether it is on a document's being genuine,
#: is so by its claimant and restates a denial; hashes of its article's original, its claimant, the quotation that
#: carries it (-1 where none does), its words as written, all that makes its form, and what a cluster is named after;
#: the days of its article and its event, as ordinals, or 0; its strings and sets of strings, where these lie, and where
#: its amounts do.
CLAIM: Final = np.dtype(
    [
        ("article", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("whole", "?"),
        ("document", "?"),
        ("positive", "?"),
        ("restated", "?"),
        ("root", "<i8"),
        ("claimant", "<i8"),
        ("quotation", "<i8"),
        ("wording", "<i8"),
        ("form", "<u8"),
        ("form_too", "<u8"),
        ("name", "<u8"),
        ("published", "<i4"),
        ("first", "<i4"),
        ("last", "<i4"),
        ("strings", "<i4", (len(_SINGLE),)),
        ("sets", "<i8"),
        ("sizes", "<i4", (len(_SETS),)),
        ("amounts", "<i8"),
    ]
)
_PLACE: Final = np.dtype([("start", "<i8"), ("size", "<i4")])
#: Bytes of the hash of a claim's words, which names a cluster, and of the one by which claims of one form are known.
NAME: Final = 6
_DIGEST: Final = 16
#: Claims that are read at once.
_NOTED: Final = 1_000
_COMPARED: Final = (
    "article", "start", "end", "whole", "positive", "restated", "root", "claimant", "quotation", "published", "first",
    "last", "strings",
)  # fmt: skip

Claims = npt.NDArray[Any]
"""Records of the type :data:`CLAIM`."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted of some claims, the same wherever it is done.

    Attributes:
        strings: each once; elsewhere they are numbers, their places here.
        claims: where sets and amounts lie is counted in values from the first of them here.
        sets: one claim's behind the other's; what is negative stands for its complement, and is not among the features.
        amounts: low and high.
    """

    strings: list[str]
    claims: Claims
    sets: npt.NDArray[np.int32]
    amounts: npt.NDArray[np.float64]


def noted(rows: Rows) -> Noted:
    """What is noted of the claims in *rows*."""
    known: dict[str, int] = {}
    claims: list[tuple[Any, ...]] = []
    sets, amounts = array("i"), array("d")

    def number(text: str) -> int:
        return known.setdefault(text, len(known))

    def numbers(texts: frozenset[str]) -> list[int]:
        return [known.setdefault(text, len(known)) for text in texts] if texts else []

    for one in statements(rows):
        words = plain = numbers(one.words)
        if one.plain != one.words:
            among = set(words)
            plain = [word if word in among else ~word for word in numbers(one.plain)]
        found = (
            words, numbers(one.entities), plain, numbers(one.names), numbers(one.numbers),
            numbers(one.subject_words), numbers(one.object_words), numbers(one.times), numbers(one.flipped),
            [number(unit) for unit, _, _ in one.amounts],
        )  # fmt: skip
        form = hashlib.blake2b(repr(one.form).encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
        named = " ".join([one.polarity, *sorted(one.words), *sorted(one.numbers)])
        first, last = one.days or (0, 0)
        subject = -1 if one.subject_id is None else number(entity_word(one.subject_id))
        claims.append(
            (
                one.article, one.start, one.end, one.whole, one.on_document, one.positive, one.restated, one.root,
                one.claimant, -1 if one.quotation is None else one.quotation, hash(one.plain),
                int.from_bytes(form[:8], "little"), int.from_bytes(form[8:], "little"),
                int.from_bytes(hashlib.sha256(named.encode()).digest()[:NAME], "big"),
                one.published or 0, first, last,
                (subject, number(one.predicate), number(one.polarity), number(one.stance), number(one.modality)),
                len(sets), tuple(map(len, found)), len(amounts),
            )
        )  # fmt: skip
        for values in found:
            sets.extend(values)
        for _, low, high in one.amounts:
            amounts.extend((low, high))
    return Noted(
        list(known),
        np.array(claims, CLAIM),
        np.frombuffer(sets, np.int32) if sets else np.zeros(0, np.int32),
        np.frombuffer(amounts, np.float64) if amounts else np.zeros(0),
    )


class Notes:
    """The claims in the order in which they come. *folder*: where they are spilled.

    Attributes:
        vocabulary: a number for every string.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.vocabulary: dict[str, int] = {}
        self._strings: list[str] = []
        self._records = Records(CLAIM, folder)
        self._sets, self._amounts, self._ids = File(folder), File(folder), File(folder)
        self._places = Records(_PLACE, folder)  # of ids
        self._sorted: list[_Sorted] = []
        self._articles = 0

    def __len__(self) -> int:
        return len(self._records)

    def rows(self, claims: pa.Table, quotes: pa.Table, articles: pa.Table, dates: pa.Table | None) -> Iterator[Rows]:
        """The rows of some articles, all of each article at once, to be noted and added; notes their ids."""
        ids = claims["claim_id"].combine_chunks()
        if len(ids):
            order = pc.sort_indices(ids).to_numpy().astype(np.int32)
            first, last = ids[int(order[0])].as_py(), ids[int(order[-1])].as_py()
            self._sorted.append(_Sorted(first, last, order + np.int32(len(self._places))))
            texts = of_texts(ids)
            places = np.empty(len(ids), _PLACE)
            places["start"] = texts.starts[:-1] + self._ids.append(texts.values.tobytes())
            places["size"] = texts.sizes
            self._places.extend(places)
        for rows in rows_of(claims, quotes, articles, dates, self._articles):
            self._articles = max(self._articles, max(rows.articles) + 1)
            yield rows

    def add(self, some: Noted) -> None:
        """Add what was noted of the rows that came next."""
        known = self.vocabulary
        numbers = np.array([known.setdefault(text, len(known)) for text in some.strings], np.int32)
        claims = some.claims.copy()
        strings = claims["strings"]
        claims["strings"] = np.where(strings < 0, strings, numbers[strings]) if len(numbers) else strings
        apart = some.sets < 0
        sets = numbers[np.where(apart, ~some.sets, some.sets)]
        claims["sets"] = claims["sets"] * sets.itemsize + self._sets.append(np.where(apart, ~sets, sets).tobytes())
        amounts = some.amounts
        claims["amounts"] = claims["amounts"] * amounts.itemsize + self._amounts.append(amounts.tobytes())
        self._records.extend(claims)

    def words(self) -> list[str]:
        """The strings by number; from here on none is given a number, nor asked for its own."""
        self._strings = list(self.vocabulary)
        self.vocabulary.clear()
        return self._strings

    def in_order(self) -> npt.NDArray[np.int32]:
        """The numbers of the claims in the order of their ids; no claim is added after this."""
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

    def statements(self, claims: npt.NDArray[Any]) -> list[Statement]:
        """All that is compared of these *claims*; to be asked for after :meth:`words`."""
        noted = self.take(claims)
        sizes = noted["sizes"].astype(np.int64)
        of_sets = self._sets.take(noted["sets"], sizes.sum(axis=1), np.int32).values
        values = np.where(of_sets < 0, ~of_sets, of_sets).tolist()
        ends: list[list[int]] = np.cumsum(sizes).reshape(sizes.shape).tolist()  # type: ignore[assignment]
        amounts = self._amounts.take(noted["amounts"], 2 * sizes[:, -1], np.float64)
        bounds, begins = amounts.values.tolist(), amounts.starts.tolist()
        columns = [noted[name].tolist() for name in _COMPARED]
        made = []
        start = 0
        for place, (end, one) in enumerate(zip(ends, zip(*columns, strict=True), strict=True)):
            found = [values[low:high] for low, high in pairwise((start, *end))]
            start = end[-1]
            made.append(self._statement(one, found, bounds[begins[place] : begins[place + 1]]))
        return made

    def _statement(self, one: tuple[Any, ...], sets: list[list[int]], bounds: list[float]) -> Statement:
        """A statement from the values of :data:`_COMPARED`, its sets, and the bounds of its amounts."""
        article, start, end, whole, positive, restated, root, claimant, quotation, published, first, last, single = one
        text = self._strings.__getitem__
        subject, predicate, polarity, stance, modality = single
        words, _, plain, *others, units = sets
        names, numbers, subject_words, object_words, times, flipped = [frozenset(map(text, other)) for other in others]
        as_words = frozenset(map(text, words))
        return Statement(
            article=article,
            start=start,
            end=end,
            whole=whole,
            positive=positive,
            restated=restated,
            root=root,
            claimant=claimant,
            quotation=None if quotation == -1 else quotation,
            published=published or None,
            days=(first, last) if first else None,
            subject_id=None if subject < 0 else text(subject),
            predicate=text(predicate),
            polarity=text(polarity),
            stance=text(stance),
            modality=text(modality),
            words=as_words,
            plain=as_words if words == plain else frozenset(map(text, plain)),
            names=names,
            numbers=numbers,
            subject_words=subject_words,
            object_words=object_words,
            times=times,
            flipped=flipped,
            amounts=tuple(zip(map(text, units), bounds[::2], bounds[1::2], strict=True)) if units else (),
        )

    def ids(self, claims: npt.NDArray[Any]) -> pa.Array:
        """The ids of these *claims*."""
        found = self._places.take(claims)
        return texts_of(self._ids.take(found["start"], found["size"].astype(np.int64)))

    def features(self, claims: Claims) -> tuple[Ragged, Ragged, Ragged, npt.NDArray[np.bool_]]:
        """The words of *claims*, their entities that are no words, their words as written, and which of those are
        neither."""
        sizes = claims["sizes"][:, :3].T.astype(np.int64)
        rows = self._sets.take(claims["sets"], sizes.sum(axis=0), np.int32)
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
        self._records.close()
        self._sets.close()
        self._amounts.close()


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
