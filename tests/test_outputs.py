"""What a notebook gets."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline import load, schema
from pipeline.outputs import Outputs, OutputsError, frame, read_table, to_interval, to_period
from pipeline.render import Highlight, article_html, summary_html


def test_frames_keep_integers_integers_and_null_null(corpus_folder: Path) -> None:
    out = load(corpus_folder)
    quotes = out.quotes
    assert quotes["start"].dtype == pd.Int32Dtype()
    assert quotes["speaker_start"].dtype == pd.Int32Dtype()
    assert quotes["kind"].dtype.name == "category"
    assert quotes["speaker"].isna().any() or quotes["speaker"].notna().all()
    assert out.articles["published"].dtype.kind == "M"
    assert out.articles["published"].isna().sum() == 3
    assert out.dates["resolved"].dtype == pd.BooleanDtype()


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_every_table_is_an_attribute(corpus_folder: Path, name: str) -> None:
    table = getattr(load(corpus_folder), name)
    assert list(table.columns) == [column.name for column in schema.TABLES[name]]


def test_who_said_what_has_every_quote_and_known_speakers_first(corpus_folder: Path) -> None:
    out = load(corpus_folder)
    said = out.who_said_what()
    assert sorted(said["quote_id"]) == sorted(out.quotes["quote_id"])
    unknown = said["speaker"].isna().tolist()
    assert unknown == sorted(unknown)


def test_who_claims_what_has_every_claim(corpus_folder: Path) -> None:
    out = load(corpus_folder)
    assert sorted(out.who_claims_what()["claim_id"]) == sorted(out.claims["claim_id"])


def test_an_article_shows_itself(corpus_folder: Path) -> None:
    out = load(corpus_folder)
    for article_id in out.articles["article_id"]:
        shown = out.article(article_id)
        html = shown._repr_html_()
        assert html.count("<mark") == html.count("</mark>") > 0
        assert article_id in repr(shown)
    with pytest.raises(KeyError, match="no article"):
        out.article("nothing")


def test_sql_and_pandas_and_duckdb_agree(corpus_folder: Path) -> None:
    out = load(corpus_folder)
    counted = out.sql("select article_id, count(*) as n from quotes group by all order by all")
    expected = out.quotes.groupby("article_id").size()
    assert dict(zip(counted["article_id"], counted["n"], strict=True)) == expected.to_dict()


def test_missing_tables_get_a_message(tmp_path: Path) -> None:
    with pytest.raises(OutputsError, match="pipeline run"):
        load(tmp_path)


def test_hostile_text_is_shown_as_text() -> None:
    text = "</style><script>alert(1)</script> & \u202eevil\u0301"
    html = article_html(text, [Highlight(0, 12, "quote", '"><img src=x>'), Highlight(5, 20, "claim", "c")])
    assert "<script" not in html
    assert "<img" not in html
    body = re.split(r'<div class="evidence"[^>]*>', html)[1].removesuffix("</div>")
    assert unescape(re.sub(r"<[^>]+>", "", body)) == text


def test_overlaps_are_cut_at_every_edge() -> None:
    html = article_html("abcdef", [Highlight(0, 4, "quote"), Highlight(2, 6, "claim")], legend=False)
    body = re.sub(r' style="[^"]*"', "", html).split('<div class="evidence" dir="auto">')[1]
    assert body == (
        '<mark class="quote" title="">ab</mark><mark class="quote claim" title="">cd</mark>'
        '<mark class="claim" title="">ef</mark></div>'
    )


def test_marks_carry_their_style_with_them() -> None:
    html = article_html("abcd", [Highlight(0, 2, "quote"), Highlight(1, 3, "claim")])
    assert "<style" not in html
    assert all("style=" in tag for tag in re.findall(r"<mark[^>]*>", html))
    both = re.search(r'<mark class="quote claim" style="([^"]*)"', html)
    assert both
    assert "rgba(240,190,40" in both[1]
    assert "box-shadow" in both[1]


def test_a_highlight_outside_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="can't show"):
        article_html("abc", [Highlight(0, 4, "quote")])


def dates(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """Rows of ``dates`` as (value, granularity, earliest, latest), the stamps in ISO 8601 or empty."""
    return frame(
        schema.to_table(
            "dates",
            [
                {"date_id": f"a:d{n}", "article_id": "a", "sentence_id": 0, "start": n, "end": n + 1, "text": "x",
                 "type": "DATE", "value": value, "resolved": True, "granularity": grain,
                 "earliest": dt.datetime.fromisoformat(first) if first else None,
                 "latest": dt.datetime.fromisoformat(last) if last else None}
                for n, (value, grain, first, last) in enumerate(rows)
            ],
        )
    )  # fmt: skip


ROWS = dates(
    ("2020-01-05", "day", "2020-01-05", "2020-01-05T23:59:59"),
    ("2003", "year", "2003-01-01", "2003-12-31T23:59:59"),
    ("2020-W01", "week", "2019-12-30", "2020-01-05T23:59:59"),
    ("2020-W01-WE", "weekend", "2020-01-04", "2020-01-05T23:59:59"),
    ("2020-01-05TMO", "part_of_day", "2020-01-05T06:00:00", "2020-01-05T11:59:59"),
    ("2020-01-05T10:35", "time", "2020-01-05T10:35:00", "2020-01-05T10:35:59"),
    ("1989-H2", "half", "1989-07-01", "1989-12-31T23:59:59"),
    ("1989-Q3", "quarter", "1989-07-01", "1989-09-30T23:59:59"),
    ("1989-SU", "season", "1989-06-01", "1989-08-31T23:59:59"),
    ("198", "decade", "1980-01-01", "1989-12-31T23:59:59"),
    ("19", "century", "1900-01-01", "1999-12-31T23:59:59"),
    ("0044-03-15", "day", "0044-03-15", "0044-03-15T23:59:59"),
    ("2003/..", "range", "2003-01-01", None),
    ("P2Y", "duration", "2018-01-01", "2020-01-01T23:59:59"),
    ("XXXX-WXX-2", "day", "", None),
)


def test_periods_begin_and_end_as_their_rows_do() -> None:
    found = to_period(ROWS.set_index("value"))
    for value, first, last in zip(ROWS["value"], ROWS["earliest"], ROWS["latest"], strict=True):
        if value in ("2003/..", "P2Y", "XXXX-WXX-2"):
            assert found[value] is pd.NaT
        else:
            assert found[value].start_time == first
            assert found[value].end_time.floor("s") == last


def test_periods_of_one_frequency_hold_what_lies_in_one_of_them() -> None:
    found = to_period(ROWS, "M")
    assert found.dtype == pd.PeriodDtype("M")
    assert found.dropna().astype(str).tolist() == ["2020-01", "2020-01", "2020-01", "2020-01", "0044-03"]
    assert ROWS["value"][found.notna()].tolist() == [
        "2020-01-05", "2020-W01-WE", "2020-01-05TMO", "2020-01-05T10:35", "0044-03-15"
    ]  # fmt: skip
    with pytest.raises(ValueError, match="frequency"):
        to_period(ROWS, "fortnight")


def test_intervals_are_closed_and_missing_where_open() -> None:
    found = to_interval(ROWS.set_index("value"))
    assert found["2003"] == pd.Interval(pd.Timestamp("2003-01-01"), pd.Timestamp("2003-12-31 23:59:59"), closed="both")
    assert found.index[found.isna()].tolist() == ["2003/..", "XXXX-WXX-2"]
    day = pd.Interval(pd.Timestamp("1989-08-01"), pd.Timestamp("1989-08-02"), closed="both")
    assert found.index[found.array.overlaps(day)].tolist() == ["1989-H2", "1989-Q3", "1989-SU", "198", "19"]


def test_no_rows_give_no_periods() -> None:
    assert to_period(ROWS.iloc[:0]).empty
    assert to_interval(ROWS.iloc[:0]).empty
    assert to_period(ROWS.iloc[:0], "D").empty


def test_speakers_count_quotes(corpus_folder: Path) -> None:
    out = load(corpus_folder)
    found = out.speakers()
    assert found["quotes"].sum() == out.quotes["speaker_entity_id"].notna().sum()
    assert found["quotes"].is_monotonic_decreasing
    assert (found["direct"] <= found["quotes"]).all()
    assert found["speaker_entity_id"].is_unique


def test_the_timeline_has_what_is_dated(corpus_folder: Path) -> None:
    out = load(corpus_folder)
    found = out.timeline()
    placed = set(out.dates.loc[out.dates["latest"].notna() & out.dates["earliest"].notna(), "date_id"])
    expected = set(out.quotes.loc[out.quotes["said_start"].notna(), "quote_id"])
    expected |= set(out.claims.loc[out.claims["date_id"].isin(placed), "claim_id"])
    assert set(found["id"]) == expected
    assert found["day"].is_monotonic_increasing
    assert (found["day"] <= found["until"]).all()


def test_the_same_words_stand_side_by_side(corpus_folder: Path) -> None:
    found = load(corpus_folder).same_words()
    assert (
        found.groupby("quote_cluster")["article_id"].nunique() == found.groupby("quote_cluster")["n_articles"].max()
    ).all()
    assert (found["n_articles"] > 1).all()


def test_a_claim_is_followed_both_ways(corpus_folder: Path) -> None:
    out = load(corpus_folder)
    links = out.claim_links
    assert len(links)
    one, other = links["claim_id"].iloc[0], links["other_claim_id"].iloc[0]
    for claim, reached in ((one, other), (other, one)):
        found = out.follow(claim).set_index("claim_id")
        assert found.loc[claim, "relation"] == "this"
        assert found.loc[reached, "relation"] == links["relation"].iloc[0]
        assert found.index.is_unique
    with pytest.raises(KeyError, match="no claim"):
        out.follow("nothing")


def test_outputs_show_a_summary_of_themselves(corpus_folder: Path) -> None:
    out = load(corpus_folder)
    html = out._repr_html_()
    assert out.speakers()["speaker"].iloc[0] in unescape(html)
    assert f">{len(out.quotes)}<" in html
    assert "<style" not in html


def test_a_run_over_nothing_shows_itself(tmp_path: Path) -> None:
    for name in schema.TABLES:
        pq.write_table(schema.to_table(name, []), tmp_path / f"{name}.parquet")
    out: Outputs = load(tmp_path)
    assert "not known" in out._repr_html_()
    assert "0 articles" in repr(out)
    for made in (out.who_said_what(), out.who_claims_what(), out.speakers(), out.timeline(), out.same_words()):
        assert made.empty


def test_a_summary_shows_hostile_names_as_text() -> None:
    html = summary_html("</p><script>", [("<b>", [('"><img src=x>', "</td>&")]), ("left out", [])])
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert "left out" not in html


def test_a_table_with_other_columns_is_named(corpus_folder: Path, tmp_path: Path) -> None:
    table = pq.read_table(corpus_folder / "dates.parquet")
    pq.write_table(table.drop_columns(["rule"]), tmp_path / "dates.parquet")
    with pytest.raises(OutputsError, match=r"dates\.parquet has other columns"):
        read_table(tmp_path, "dates")
