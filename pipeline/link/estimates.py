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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pyarrow as pa

from pipeline import schema

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


@dataclass(slots=True)
class _Shared:
    """One thing that articles share: how much it says, who has it, and the last day on which it can have arisen."""

    votes: float
    holders: set[str] = field(default_factory=set)
    arisen: dt.date | None = None

    def arose(self, day: dt.date | None) -> None:
        if day is not None:
            self.arisen = day if self.arisen is None else min(self.arisen, day)


@dataclass(frozen=True, slots=True)
class _Vote:
    day: dt.date
    weight: float
    article: str


def _rows(table: pa.Table, *columns: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(table[column].to_pylist() for column in columns), strict=True)


_Groups = dict[str, _Shared]


def _copies(articles: pa.Table) -> _Groups:
    groups: _Groups = {}
    for article, original in _rows(articles, "article_id", "duplicate_of"):
        if original is not None:
            groups.setdefault(original, _Shared(_VOTES["copy"], {original})).holders.add(article)
    return groups


def _quoted(quotes: pa.Table, groups: _Groups) -> None:
    for article, cluster, said in _rows(quotes, "article_id", "quote_cluster", "said_end"):
        if cluster is not None:
            shared = groups.setdefault(cluster, _Shared(_VOTES["quote"]))
            shared.holders.add(article)
            shared.arose(said)


def _claimed(claims: pa.Table, quotes: pa.Table, dates: pa.Table, groups: _Groups) -> None:
    """Claims that are more than the words of a shared quotation, with the day of what they tell."""
    repeated = {quote for quote, cluster in _rows(quotes, "quote_id", "quote_cluster") if cluster is not None}
    days = {
        date: latest.date()
        for date, latest, grain in _rows(dates, "date_id", "latest", "granularity")
        if latest is not None and grain in ("day", "part_of_day", "time")
    }
    columns = ("article_id", "claim_cluster", "quote_id", "date_id", "modality")
    for article, cluster, quote, date, modality in _rows(claims, *columns):
        if cluster is None or quote in repeated:
            continue
        shared = groups.setdefault(cluster, _Shared(_VOTES["claim"]))
        shared.holders.add(article)
        if modality == "asserted":
            # what is planned or predicted is told before it happens
            shared.arose(days.get(date))


def _best_week(votes: Sequence[_Vote]) -> list[_Vote]:
    """The votes of the :data:`WINDOW` days that hold the most, the latest such days; *votes* are in order of day."""
    most, held, first, bounds = 0.0, 0.0, 0, (0, 0)
    for last, vote in enumerate(votes):
        held += vote.weight
        while (vote.day - votes[first].day).days >= WINDOW:
            held -= votes[first].weight
            first += 1
        if held >= most - 1e-9:
            most, bounds = held, (first, last + 1)
    return list(votes[slice(*bounds)])


def _middle(votes: Sequence[_Vote]) -> dt.date:
    """The weighted median day, the earlier where two share the middle."""
    half, held = sum(vote.weight for vote in votes) / 2, 0.0
    for vote in votes:
        held += vote.weight
        if held >= half - 1e-9:
            return vote.day
    return votes[-1].day


def _shifted(day: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(min(max(day.toordinal() + days, 1), dt.date.max.toordinal()))


def _estimate(votes: list[_Vote], arisen: Sequence[dt.date]) -> dict[str, Any] | None:
    """The estimate by *votes*, none before what it repeats had *arisen*; None where they are too few or disagree."""
    votes.sort(key=lambda vote: (vote.day, vote.article))
    week = _best_week(votes)
    weight = sum(vote.weight for vote in week)
    if weight < ENOUGH - 1e-9 or weight < _AGREED * sum(vote.weight for vote in votes):
        return None
    day = _middle(week)
    earliest = _shifted(week[0].day, -WINDOW)
    earliest = max([earliest, *(known for known in arisen if known <= day)])
    by_article: dict[str, float] = defaultdict(float)
    for vote in week:
        by_article[vote.article] += vote.weight
    named = sorted(by_article, key=lambda article: (-by_article[article], article))[:_NAMED]
    return dict(zip(COLUMNS, (day, earliest, _shifted(week[-1].day, WINDOW), named), strict=True))


class Estimator:
    """Takes what articles share, any number of articles at a time, and estimates the days of those that state none.

    *articles* are those of the whole corpus: ``article_id``, ``published`` and ``duplicate_of``. An article that states
    its day gets no estimate. The result doesn't depend on the order of rows; the time is linear in them.
    """

    def __init__(self, articles: pa.Table) -> None:
        self._articles = articles
        self._stated: dict[str, dt.date] = {
            article: day for article, day in _rows(articles, "article_id", "published") if day is not None
        }
        #: Whether there is anything to estimate, and to estimate it by.
        self.needed = 0 < len(self._stated) < articles.num_rows
        self._quotations: _Groups = {}
        self._claims: _Groups = {}

    def add(self, quotes: pa.Table, claims: pa.Table, dates: pa.Table) -> None:
        """Take the rows of some articles, all of each at once: with ``quote_cluster`` and ``claim_cluster``."""
        if self.needed:
            _quoted(quotes, self._quotations)
            _claimed(claims, quotes, dates, self._claims)

    def estimates(self) -> pa.Table:
        """:data:`COLUMNS`, a row an article."""
        found = self._found() if self.needed else {}
        ids = self._articles["article_id"].to_pylist() if found else []
        rows = self._articles.num_rows
        arrays = []
        for column in schema.columns_of("articles"):
            if column.name in COLUMNS:
                values = [(found.get(article) or {}).get(column.name) for article in ids]
                arrays.append(pa.array(values, column.type) if found else pa.nulls(rows, column.type))
        return pa.table(arrays, names=COLUMNS)

    def _found(self) -> dict[str, dict[str, Any] | None]:
        stated = self._stated
        votes: dict[str, list[_Vote]] = defaultdict(list)
        arisen: dict[str, list[dt.date]] = defaultdict(list)
        groups = chain(_copies(self._articles).values(), self._quotations.values(), self._claims.values())
        for shared in groups:
            dated = sorted((stated[article], article) for article in shared.holders if article in stated)
            if not dated or len(dated) == len(shared.holders):
                continue
            if len(dated) > _HOLDERS:
                dated = [dated[place * (len(dated) - 1) // (_HOLDERS - 1)] for place in range(_HOLDERS)]
            for article in shared.holders - stated.keys():
                votes[article] += [_Vote(day, shared.votes / len(dated), holder) for day, holder in dated]
                if shared.arisen is not None:
                    arisen[article].append(shared.arisen)
        return {article: _estimate(held, arisen[article]) for article, held in votes.items()}


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
