"""The corpus at a glance: how much there is, of what outlets and days, and what could not be resolved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.report.data import ranked
from pipeline.report.names import label
from pipeline.report.quotes import Said
from pipeline.report.tables import Tables
from pipeline.report.timeline import day_name, period

#: Outlets, days and rejected inputs that are listed; the rest is counted.
OUTLETS: Final = 12
DAYS: Final = 31
REJECTS: Final = 50
# Types of time expression that a calendar could hold.
_DATED: Final = pa.array(["DATE", "TIME"])


@dataclass(frozen=True)
class Gap:
    """What could not be resolved: ``count`` of ``total``, what it is, why it matters, where to look at it."""

    count: int
    total: int
    what: str
    why: str
    link: str | None = None

    @property
    def share(self) -> float:
        """In percent."""
        return round(100 * self.count / self.total, 1) if self.total else 0.0


def number(value: int, one: str, many: str | None = None) -> str:
    """*value* with its noun: 1 article, 1,200 articles."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def _nulls(tables: Tables, name: str, column: str) -> int:
    count: int = tables[name][column].null_count
    return count


def gaps(tables: Tables, said: Said) -> list[Gap]:
    """Everything that the tables leave open, what there is none of left out."""
    articles = tables.articles
    quotes = tables["quotes"]
    no_source = pc.sum(pc.is_null(quotes["speaker_text"])).as_py() or 0
    without = f"{no_source:,} {'has' if no_source == 1 else 'have'} no source at all" if no_source else "all have one"
    unknown = said.unknown.total()
    dates = tables["dates"]
    day_like = pc.is_in(dates["type"].cast("string"), value_set=_DATED)
    unplaced = pc.sum(pc.and_(day_like, pc.invert(dates["resolved"]))).as_py() or 0
    mentions = tables["mentions"]
    return [
        gap
        for gap in (
            Gap(sum(a.day is None for a in articles), len(articles), "articles without a day of writing",
                "“On Tuesday” can’t be placed in the calendar there. Give the day in the article’s front matter.",
                "#articles?day=none"),
            Gap(sum(a.source is None for a in articles), len(articles), "articles without an outlet",
                "They are shown under their title.", "#articles?outlet=none"),
            Gap(unknown, said.total, "quotes whose speaker isn’t identified",
                f"What is written as the source names nobody (“officials”); {without}.",
                "#quotes?speaker=none"),
            Gap(unplaced, pc.sum(day_like).as_py() or 0, "dates and times that can’t be placed in the calendar",
                "They stand as written, and are not on the timeline."),
            Gap(_nulls(tables, "mentions", "entity_id"), mentions.num_rows, "mentions of nobody in particular",
                "Pronouns and descriptions that may mean several, or none of those named."),
            Gap(sum(a.duplicate_of is not None for a in articles), len(articles), "articles that nearly repeat another",
                "What they say counts twice.", "#articles?copies=1"),
            Gap(tables["rejects"].num_rows, tables["rejects"].num_rows + len(articles), "inputs that could not be read",
                "They are in no figure here."),
        )
        if gap.count
    ]  # fmt: skip


def _days(tables: Tables) -> tuple[str, str | None]:
    """The days of writing in words, and what is to be said of those unknown."""
    days = sorted({article.day for article in tables.articles if article.day is not None})
    unknown = sum(article.day is None for article in tables.articles)
    if not days:
        return "none of them says when it was written", None
    if len(days) == 1:
        told = f"written on {day_name(days[0])}"
    elif len(days) == 2:
        first, last = day_name(days[0]), day_name(days[1])
        if days[0].replace(day=1) == days[1].replace(day=1):
            first = str(days[0].day)
        told = f"written on {first} and {last}"
    else:
        told = f"written from {period(days[0], days[-1]).replace(' – ', ' to ').replace('–', ' to ')}"
    return told, number(unknown, "article doesn’t", "articles don’t") + " say when" if unknown else None


def glance(tables: Tables, said: Said, claim_groups: int, repeated: int) -> dict[str, Any]:
    """What the first section shows."""
    articles = tables.articles
    outlets = Counter(article.source for article in articles if article.source is not None)
    quotes_of: Counter[str] = Counter()
    claims_of: Counter[str] = Counter()
    for name, counter in (("quotes", quotes_of), ("claims", claims_of)):
        for article in articles:
            if article.source is not None:
                counter[article.source] += tables.count(name, article.article_id)
    days = Counter(article.day for article in articles if article.day is not None)
    told, untold = _days(tables)
    return {
        "articles": len(articles),
        "outlets": [
            {"name": name, "articles": outlets[name], "quotes": quotes_of[name], "claims": claims_of[name]}
            for name in ranked(outlets)[:OUTLETS]
        ],
        "unnamed_quotes": said.total - quotes_of.total(),
        "unnamed_claims": tables["claims"].num_rows - claims_of.total(),
        "n_outlets": len(outlets),
        "days": [{"name": day_name(day), "iso": day.isoformat(), "articles": days[day]} for day in sorted(days)]
        if len(days) <= DAYS
        else _months(days),
        "n_days": len(days),
        "told": told,
        "untold": untold,
        "words": sum(article.words for article in articles),
        "speakers": len(said.speakers),
        "quotes": said.total,
        "claims": tables["claims"].num_rows,
        "claim_groups": claim_groups,
        "repeated": repeated,
        "gaps": gaps(tables, said),
        "rejects": [
            {"path": label(row["path"], 200), "error": label(row["error"], 400)}
            for row in tables["rejects"].slice(0, REJECTS).to_pylist()
        ],
        "n_rejects": tables["rejects"].num_rows,
    }


def _months(days: Counter[Any]) -> list[dict[str, Any]]:
    """Articles by month, or by year where there are more than three years of months."""
    months = Counter[str]()
    length = 7 if len({day.isoformat()[:7] for day in days}) <= DAYS else 4
    for day, count in days.items():
        months[day.isoformat()[:length]] += count
    return [{"name": key, "iso": None, "articles": months[key]} for key in sorted(months)]
