"""The likely day of articles that state none."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pyarrow as pa

from pipeline import schema
from pipeline.link.estimates import COLUMNS, estimate_published

Row = dict[str, Any]
JUNE = dt.date(2021, 6, 9)


def day(number: int) -> dt.date:
    return JUNE + dt.timedelta(days=number)


def articles(**published: dt.date | None) -> pa.Table:
    rows = [
        {"article_id": name, "language": "en", "text": "", "raw_sha256": "", "n_sentences": 0, "n_tokens": 0,
         "published": written, "published_from": "metadata" if written else None}
        for name, written in published.items()
    ]  # fmt: skip
    return schema.to_table("articles", rows)


def quotes(*carried: tuple[str, str], said: dict[str, dt.date] | None = None) -> pa.Table:
    """Quotes as (cluster, articles that carry it, one letter each); *said*: the day by article."""
    rows = [
        {"quote_id": f"{article}:q{n}", "article_id": article, "sentence_id": 0, "start": n, "end": n + 1, "text": "x",
         "kind": "direct", "utterance_id": "u", "quote_cluster": cluster,
         "said_start": (said or {}).get(article), "said_end": (said or {}).get(article)}
        for n, (cluster, holders) in enumerate(carried)
        for article in holders
    ]  # fmt: skip
    return schema.to_table("quotes", rows)


def claims(*carried: tuple[str, str, str | None]) -> pa.Table:
    """Claims as (cluster, articles that make it, its date_id)."""
    rows = [
        {"claim_id": f"{article}:c{n}", "article_id": article, "sentence_id": 0, "start": n, "end": n + 1, "text": "x",
         "spans": [], "proposition": "x", "kind": "fact", "predicate": "be", "quantities": [], "chain": [],
         "claimant_kind": "article", "attribution": "none", "stance": "affirms", "polarity": "affirmed",
         "modality": "asserted", "claim_cluster": cluster, "date_id": date if article == holders[0] else None}
        for n, (cluster, holders, date) in enumerate(carried)
        for article in holders
    ]  # fmt: skip
    return schema.to_table("claims", rows)


def dates(**days: dt.date) -> pa.Table:
    rows = [
        {"date_id": name, "article_id": "a", "sentence_id": 0, "start": 0, "end": 1, "text": "x", "type": "DATE",
         "value": when.isoformat(), "granularity": "day", "resolved": True,
         "earliest": dt.datetime.combine(when, dt.time()), "latest": dt.datetime.combine(when, dt.time(23, 59, 59))}
        for name, when in days.items()
    ]  # fmt: skip
    return schema.to_table("dates", rows)


def estimates(
    table: pa.Table, quoted: pa.Table | None = None, claimed: pa.Table | None = None, dated: pa.Table | None = None
) -> dict[str, Row]:
    done = estimate_published(table, quoted or quotes(), claimed or claims(), dated or dates())
    assert done.schema.equals(schema.SCHEMAS["articles"])
    assert done.drop_columns(list(COLUMNS)).equals(table.drop_columns(list(COLUMNS)))
    return {row["article_id"]: {column: row[column] for column in COLUMNS} for row in done.to_pylist()}


NOTHING = dict.fromkeys(COLUMNS)


def test_two_shared_quotations_date_an_article() -> None:
    found = estimates(articles(a=JUNE, b=None), quotes(("one", "ab"), ("two", "ab")))
    assert found["b"] == {
        "published_estimate": JUNE,
        "estimate_earliest": day(-7),
        "estimate_latest": day(7),
        "estimate_from": ["a"],
    }
    assert found["a"] == NOTHING


def test_one_quotation_is_not_enough() -> None:
    assert estimates(articles(a=JUNE, b=None), quotes(("one", "ab")))["b"] == NOTHING


def test_words_cited_over_years_date_nothing() -> None:
    table = articles(a=JUNE, b=dt.date(2014, 3, 1), c=dt.date(1999, 3, 1), d=None)
    assert estimates(table, quotes(("one", "abcd"), ("two", "abcd"), ("three", "abcd")))["d"] == NOTHING


def test_an_old_quotation_among_new_ones_is_outvoted() -> None:
    table = articles(a=JUNE, b=day(2), c=dt.date(1999, 3, 1), d=None)
    found = estimates(table, quotes(("one", "ad"), ("two", "abd"), ("three", "bd"), ("four", "bd"), ("old", "cd")))
    assert found["d"]["published_estimate"] == day(2)
    assert found["d"]["estimate_from"] == ["b", "a"]


def test_nothing_is_repeated_before_it_was_said() -> None:
    found = estimates(articles(a=JUNE, b=None), quotes(("one", "ab"), ("two", "ab"), said={"a": day(-1)}))
    assert found["b"]["estimate_earliest"] == day(-1)


def test_facts_count_for_half_and_give_the_day_that_they_tell_of() -> None:
    shared = [(f"c{n}", "ab", "a:d" if n == 2 else None) for n in range(4)]
    found = estimates(articles(a=JUNE, b=None), claimed=claims(*shared), dated=dates(**{"a:d": day(-3)}))
    assert (found["b"]["published_estimate"], found["b"]["estimate_earliest"]) == (JUNE, day(-3))
    assert estimates(articles(a=JUNE, b=None), claimed=claims(*shared[:3]))["b"] == NOTHING


def test_a_near_copy_is_enough() -> None:
    table = articles(a=JUNE, b=None)
    place = table.schema.get_field_index("duplicate_of")
    table = table.set_column(place, table.schema.field(place), pa.array([None, "a"], pa.string()))
    assert estimates(table)["b"]["published_estimate"] == JUNE


def test_undated_articles_say_nothing_of_each_other() -> None:
    assert estimates(articles(a=None, b=None), quotes(("one", "ab"), ("two", "ab"))) == {"a": NOTHING, "b": NOTHING}


def test_the_first_and_last_days_of_the_calendar_do_not_overflow() -> None:
    for edge in (dt.date.min, dt.date.max):
        found = estimates(articles(a=edge, b=None), quotes(("one", "ab"), ("two", "ab")))
        assert found["b"]["published_estimate"] == edge


def test_order_of_rows_does_not_matter() -> None:
    table = articles(a=JUNE, b=day(1), c=None, d=None, e=day(30))
    quoted = quotes(("one", "abc"), ("two", "bcd"), ("three", "acde"), ("four", "bcd"))
    mixed = quoted.take(pa.array(list(reversed(range(quoted.num_rows)))))
    assert estimates(table, quoted) == estimates(table, mixed)


def test_a_quotation_in_thousands_of_articles_takes_linear_time() -> None:
    count = 4000
    rows = {f"d{n}": day(n % 5) for n in range(count)} | {f"u{n}": None for n in range(count)}
    table = articles(**rows)
    carried = pa.concat_tables([quotes((f"q{n}", "x")) for n in range(2)])
    ids = [name for name in rows for _ in range(2)]
    many = carried.take(pa.array([n % 2 for n in range(len(ids))]))
    many = many.set_column(many.schema.get_field_index("article_id"), many.schema.field("article_id"), pa.array(ids))
    begun = time.process_time()
    found = estimates(table, many)
    assert time.process_time() - begun < 10
    assert all(found[f"u{n}"]["published_estimate"] is not None for n in range(count))
