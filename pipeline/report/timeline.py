"""A timeline of the claims and quotes that the text places in the calendar."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from pipeline.report.data import Parts, write_table
from pipeline.report.names import fragment
from pipeline.report.tables import Tables, taken

#: The strip over the timeline has at most so many bars: days, else months, else years, else decades.
BARS: Final = 48
QUOTE: Final = 0
CLAIM: Final = 1
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day_name(day: dt.date) -> str:
    """*day* as people write it: 7 January 2020."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def period(first: dt.date, last: dt.date) -> str:
    """The days from *first* to *last*, both included, as people write them.

    >>> period(dt.date(2003, 1, 1), dt.date(2003, 12, 31)), period(dt.date(2020, 1, 4), dt.date(2020, 1, 5))
    ('2003', '4–5 January 2020')
    """
    if first == last:
        return day_name(first)
    after = last + dt.timedelta(1) if last < dt.date.max else last
    whole_months = first.day == 1 and after.day == 1
    if whole_months and first.month == 1 and after.month == 1:
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    one_month = (first.year, first.month) == (last.year, last.month)
    if whole_months and one_month:
        return f"{_MONTHS[first.month - 1]} {first.year}"
    if one_month:
        return f"{first.day}–{day_name(last)}"
    return f"{day_name(first)} – {day_name(last)}"


def _items(tables: Tables) -> list[tuple[dt.date, dt.date, int, int, int]]:
    """First and last day, article, kind and row number of each, in the order of the timeline."""
    dates = tables["dates"].select(["date_id", "earliest", "latest", "resolved"]).to_pylist()
    days = {
        row["date_id"]: (row["earliest"].date(), row["latest"].date())
        for row in dates
        if row["resolved"] and row["earliest"] is not None and row["latest"] is not None
    }
    found = []
    claims = tables["claims"].select(["article_id", "date_id"])
    for row, (article_id, date_id) in enumerate(zip(*(c.to_pylist() for c in claims.columns), strict=True)):
        if date_id in days:
            found.append((*days[date_id], tables.by_id[article_id].number, CLAIM, row))
    quotes = tables["quotes"].select(["article_id", "said_start", "said_end"])
    for row, (article_id, first, last) in enumerate(zip(*(c.to_pylist() for c in quotes.columns), strict=True)):
        if first is not None:
            found.append((first, max(first, last or first), tables.by_id[article_id].number, QUOTE, row))
    # What lasts longer comes before what happened in it.
    return sorted(found, key=lambda item: (item[0], -item[1].toordinal(), *item[2:]))


def _bar(first: dt.date, last: dt.date, unit: int) -> str:
    """The key of the bar that counts what lasts from *first* to *last*: as coarse as *unit*, or as what it counts."""
    one, other = first.isoformat(), last.isoformat()
    for length in (10, 7, 4)[unit:]:
        if one[:length] == other[:length]:
            return one[:length]
    return f"{one[:3]}0s"


def _bar_name(key: str) -> str:
    if len(key) == 10:
        day = dt.date.fromisoformat(key)
        return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"
    return f"{_MONTHS[int(key[5:]) - 1][:3]} {key[:4]}" if len(key) == 7 else key


def gather(tables: Tables, parts: Parts) -> dict[str, Any]:
    """Write the timeline, and its bars: ``[name, quotes, claims]`` each, empty ones left out."""
    items = _items(tables)
    unit = next((u for u in range(4) if len({_bar(*item[:2], u) for item in items}) <= BARS), 3)
    keys = sorted({_bar(*item[:2], unit) for item in items})
    counts = Counter((_bar(*item[:2], unit), item[3]) for item in items)
    number = {key: place for place, key in enumerate(keys)}
    facets: dict[str, list[Any]] = {
        "bar": [number[_bar(*item[:2], unit)] for item in items],
        "kind": [item[3] for item in items],
        "article": [item[2] for item in items],
    }
    quote_columns = ["quote_id", "text", "kind", "speaker", "speaker_text"]
    claim_columns = ["claim_id", "proposition", "claimant", "claimant_text", "claimant_kind", "modality"]
    chosen = [
        iter(taken(tables[name].select(columns), [item[4] for item in items if item[3] == kind]))
        for kind, name, columns in ((QUOTE, "quotes", quote_columns), (CLAIM, "claims", claim_columns))
    ]

    def rows() -> Iterator[dict[str, Any]]:
        for first, last, _, kind, _ in items:
            if kind == QUOTE:
                quote = next(chosen[QUOTE])
                at, text = fragment("quote", quote["quote_id"]), quote["text"]
                who, how = quote["speaker"] or quote["speaker_text"], quote["kind"]
            else:
                claim = next(chosen[CLAIM])
                at, text = fragment("claim", claim["claim_id"]), claim["proposition"]
                article = claim["claimant_kind"] == "article"
                who, how = None if article else claim["claimant"] or claim["claimant_text"], claim["modality"]
            yield {
                "when": period(first, last),
                "day": first.isoformat(),
                "at": at,
                "text": text,
                "who": who,
                "how": how,
            }

    spec = write_table(parts, "timeline", rows(), facets)
    spec["bars"] = [[_bar_name(key), counts[key, QUOTE], counts[key, CLAIM]] for key in keys]
    spec["quotes"] = sum(1 for item in items if item[3] == QUOTE)
    spec["claims"] = len(items) - spec["quotes"]
    return spec
