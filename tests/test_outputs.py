"""What a notebook gets."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from pipeline import load, schema
from pipeline.outputs import OutputsError
from pipeline.render import Highlight, article_html


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
    body = html.split('<div class="evidence">')[1].removesuffix("</div>")
    assert unescape(re.sub(r"<[^>]+>", "", body)) == text


def test_overlaps_are_cut_at_every_edge() -> None:
    html = article_html("abcdef", [Highlight(0, 4, "quote"), Highlight(2, 6, "claim")], legend=False)
    body = html.split('<div class="evidence">')[1]
    assert body == (
        '<mark class="quote" title="">ab</mark><mark class="quote claim" title="">cd</mark>'
        '<mark class="claim" title="">ef</mark></div>'
    )


def test_a_highlight_outside_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="can't show"):
        article_html("abc", [Highlight(0, 4, "quote")])
