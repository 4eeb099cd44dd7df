"""When an article without a day of writing was written, by what it shares with dated articles.

An article that repeats the words or the facts of others was mostly written within days of them. Each thing shared (a
near-copy, a quotation, a claim) votes for the days on which dated articles carry it; the week with the most votes wins,
if it has nearly all of them and more than one thing speaks for it: one old quotation, cited again years later, dates
nothing. The result is an estimate in columns of its own and nothing reads it: dates stay unresolved without a stated
day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.link.ragged import first_of_runs, run_sizes
from pipeline.link.spill import Partitions

#: Days within which the same words are reported, before they are history.
WINDOW = 7
#: Votes that an estimate needs: two quotations, or one near-copy.
ENOUGH = 2.0
#: The share of all votes that must lie in the week that wins.
_AGREED = 0.75
_VOTES = {"copy": 3.0, "quote": 1.0, "claim": 0.5}
_HOLDERS = 50  # dated articles that one shared thing is taken to; more of them say nothing new
_NAMED = 5  # articles named as what an estimate rests on

COLUMNS = ("published_estimate", "estimate_earliest", "estimate_latest", "estimate_from")

_PARTITIONS: Final = 64
#: Stands for a day that isn't known, in days since 1970.
_NONE: Final = np.iinfo(np.int32).max
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
#: That an article has something (by its hash) that others may have too, how much that says, and the last day on which
#: it can have arisen by this article. Articles are numbers, in the order of their ids.
_SHARED: Final = np.dtype([("thing", "<u8"), ("article", "<i4"), ("arisen", "<i4"), ("votes", "<f4")])
#: A vote for a day of *article*, by what it shares with *holder*.
_VOTE: Final = np.dtype([("article", "<i4"), ("day", "<i4"), ("holder", "<i4"), ("arisen", "<i4"), ("weight", "<f8")])


class _Vote(NamedTuple):
    day: int
    article: int
    weight: float


def _best_week(votes: Sequence[_Vote]) -> Sequence[_Vote]:
    """The votes of the :data:`WINDOW` days that hold the most, the latest such days; *votes* are in order of day."""
    most, held, first, bounds = 0.0, 0.0, 0, (0, 0)
    for last, vote in enumerate(votes):
        held += vote.weight
        while vote.day - votes[first].day >= WINDOW:
            held -= votes[first].weight
            first += 1
        if held >= most - 1e-9:
            most, bounds = held, (first, last + 1)
    return votes[slice(*bounds)]


def _middle(votes: Sequence[_Vote]) -> int:
    """The weighted median day, the earlier where two share the middle."""
    half, held = sum(vote.weight for vote in votes) / 2, 0.0
    for vote in votes:
        held += vote.weight
        if held >= half - 1e-9:
            return vote.day
    return votes[-1].day


def _date(day: int) -> dt.date:
    """A day since 1970, or the first or last day that there is."""
    return dt.date.fromordinal(min(max(day + _EPOCH, 1), dt.date.max.toordinal()))


def _estimate(votes: list[_Vote], arisen: Sequence[int]) -> tuple[dt.date, dt.date, dt.date, list[int]] | None:
    """The estimate by *votes*, none before what it repeats had *arisen*; None where they are too few or disagree."""
    votes.sort()
    week = _best_week(votes)
    weight = sum(vote.weight for vote in week)
    if weight < ENOUGH - 1e-9 or weight < _AGREED * sum(vote.weight for vote in votes):
        return None
    day = _middle(week)
    earliest = max([week[0].day - WINDOW, *(known for known in arisen if known <= day)])
    by_article: dict[int, float] = defaultdict(float)
    for vote in week:
        by_article[vote.article] += vote.weight
    named = sorted(by_article, key=lambda article: (-by_article[article], article))[:_NAMED]
    return _date(day), _date(earliest), _date(week[-1].day + WINDOW), named


class Estimator:
    """Takes what articles share, any number of articles at a time, and estimates the days of those that state none.

    *articles* are those of the whole corpus: ``article_id``, ``published`` and ``duplicate_of``. An article that states
    its day gets no estimate. The result doesn't depend on the order of rows; the time is linear in them. *folder*:
    where what doesn't fit into memory is kept.
    """

    def __init__(self, articles: pa.Table, folder: Path | None = None) -> None:
        days = articles["published"].combine_chunks()
        #: Whether there is anything to estimate, and to estimate it by.
        self.needed = 0 < days.null_count < len(days)
        self._rows = len(days)
        if not self.needed:
            return
        self._folder = folder
        ids = articles["article_id"].combine_chunks()
        order = pc.sort_indices(ids)
        self._order = order.to_numpy()
        self._ids = ids.take(order)
        self._stated = pc.fill_null(days.take(order).cast(pa.int32()), _NONE).to_numpy()
        self._shared = Partitions(_SHARED, _PARTITIONS, folder)
        originals = articles["duplicate_of"].combine_chunks()
        copies = pc.is_valid(originals)
        for of in (ids, originals):
            self._add("copy", of.filter(copies), originals.filter(copies), None)

    def add(self, quotes: pa.Table, claims: pa.Table, dates: pa.Table) -> None:
        """Take the rows of some articles, all of each at once: with ``quote_cluster`` and ``claim_cluster``."""
        if not self.needed:
            return
        quotes = quotes.filter(pc.is_valid(quotes["quote_cluster"]))
        said = quotes["said_end"].cast(pa.int32())
        self._add("quote", quotes["article_id"], quotes["quote_cluster"], said)
        # Claims that are more than the words of a shared quotation, with the day of what they tell.
        repeated = pc.is_in(claims["quote_id"], quotes["quote_id"].combine_chunks())
        claims = claims.filter(pc.and_(pc.is_valid(claims["claim_cluster"]), pc.invert(repeated)))
        grains = pa.array(["day", "part_of_day", "time"])
        dates = dates.filter(pc.is_in(dates["granularity"].cast(pa.string()), grains))
        told = dates["latest"].cast(pa.date32(), safe=False).combine_chunks().cast(pa.int32())
        days = told.take(pc.index_in(claims["date_id"], dates["date_id"].combine_chunks()).combine_chunks())
        # What is planned or predicted is told before it happens.
        asserted = pc.equal(claims["modality"].cast(pa.string()), "asserted")
        self._add("claim", claims["article_id"], claims["claim_cluster"], pc.if_else(asserted, days, None))

    def _add(self, kind: str, articles: pa.ChunkedArray, things: pa.ChunkedArray, arisen: Any) -> None:
        coded = (pa.chunked_array([things]) if isinstance(things, pa.Array) else things).combine_chunks()
        coded = coded.dictionary_encode()
        hashes = np.array([_hash(f"{kind}:{thing}") for thing in coded.dictionary.to_pylist()], np.uint64)
        rows = np.empty(len(coded), _SHARED)
        rows["thing"] = hashes[coded.indices.to_numpy()] if len(coded) else 0
        rows["article"] = pc.fill_null(pc.index_in(articles, self._ids), -1).to_numpy()
        rows["arisen"] = _NONE if arisen is None else pc.fill_null(arisen, _NONE).to_numpy()
        rows["votes"] = _VOTES[kind]
        rows = rows[rows["article"] >= 0]
        self._shared.add(rows["thing"] % np.uint64(_PARTITIONS), rows)

    def estimates(self) -> pa.Table:
        """:data:`COLUMNS`, a row an article."""
        fields = [field for field in schema.SCHEMAS["articles"] if field.name in COLUMNS]
        if not self.needed:
            return pa.table([pa.nulls(self._rows, field.type) for field in fields], names=COLUMNS)
        votes = self._votes()
        made = [pa.table([pa.nulls(0, field.type) for field in fields], names=COLUMNS)]
        for partition in range(_PARTITIONS):
            first, after = (-(-number * self._rows // _PARTITIONS) for number in (partition, partition + 1))
            found = dict(self._estimated(votes.read(partition)))
            rows = [found.get(article) or (None,) * len(fields) for article in range(first, after)]
            columns = zip(*rows, strict=True) if rows else [()] * len(fields)
            arrays = [pa.array(values, field.type) for values, field in zip(columns, fields, strict=True)]
            made.append(pa.table(arrays, names=COLUMNS))
        votes.close()
        back = np.empty(self._rows, np.int64)
        back[self._order] = np.arange(self._rows)
        return pa.concat_tables(made).take(pa.array(back))

    def _votes(self) -> Partitions:
        """The votes of all that is shared, in partitions by article."""
        votes = Partitions(_VOTE, _PARTITIONS, self._folder)
        for partition in range(_PARTITIONS):
            rows = self._shared.read(partition)
            rows = rows[np.lexsort((rows["arisen"], rows["article"], rows["thing"]))]
            first = first_of_runs(rows["thing"])
            for start, size in zip(first.tolist(), run_sizes(first, len(rows)).tolist(), strict=True):
                if size > 1:
                    found = self._votes_of(rows[start : start + size])
                    votes.add(found["article"].astype(np.int64) * _PARTITIONS // self._rows, found)
        self._shared.close()
        return votes

    def _votes_of(self, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The votes of one thing; *rows* say who has it, in order."""
        holders = np.unique(rows["article"])
        days = self._stated[holders]
        there = days != _NONE
        dated, undated = holders[there], holders[~there]
        if not len(dated) or not len(undated):
            return np.zeros(0, _VOTE)
        dated = dated[np.argsort(days[there], kind="stable")]
        if len(dated) > _HOLDERS:
            dated = dated[np.arange(_HOLDERS) * (len(dated) - 1) // (_HOLDERS - 1)]
        votes = np.empty(len(dated) * len(undated), _VOTE)
        votes["article"] = np.repeat(undated, len(dated))
        votes["holder"] = np.tile(dated, len(undated))
        votes["day"] = self._stated[votes["holder"]]
        votes["arisen"] = rows["arisen"].min()
        votes["weight"] = float(rows["votes"][0]) / len(dated)
        return votes

    def _estimated(self, votes: npt.NDArray[Any]) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """The articles of which the days can be estimated, and the row of each."""
        votes = votes[np.argsort(votes["article"], kind="stable")]
        first = first_of_runs(votes["article"])
        for start, size in zip(first.tolist(), run_sizes(first, len(votes)).tolist(), strict=True):
            own = votes[start : start + size]
            cast = [_Vote(*vote) for vote in own[["day", "holder", "weight"]].tolist()]
            found = _estimate(cast, [day for day in np.unique(own["arisen"]).tolist() if day != _NONE])
            if found is not None:
                yield int(own["article"][0]), (*found[:3], [self._ids[holder].as_py() for holder in found[3]])


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def estimate_published(articles: pa.Table, quotes: pa.Table, claims: pa.Table, dates: pa.Table) -> pa.Table:
    """*articles* with :data:`COLUMNS` filled for those that state no day and share enough with articles that do.

    The tables are those of the contract, linked: with ``duplicate_of``, ``quote_cluster`` and ``claim_cluster``. An
    article that states its day gets none of the columns, and no stated column changes.
    """
    estimator = Estimator(articles)
    estimator.add(quotes, claims, dates)
    found = estimator.estimates()
    for column in COLUMNS:
        place = articles.schema.get_field_index(column)
        articles = articles.set_column(place, articles.schema.field(place), found[column])
    return articles
