"""What must hold for every row of every table, whatever the stages find."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline import schema
from pipeline.run import read_manifest

WITH_TEXT = ("sentences", "mentions", "quotes", "dates", "claims")
KEYS = {
    "articles": "article_id",
    "mentions": "mention_id",
    "entities": "entity_id",
    "quotes": "quote_id",
    "dates": "date_id",
    "quote_clusters": "quote_cluster",
    "claims": "claim_id",
}
REFERENCES = [
    ("sentences", "article_id", "articles", "article_id"),
    ("mentions", "article_id", "articles", "article_id"),
    ("mentions", "entity_id", "entities", "entity_id"),
    ("quotes", "article_id", "articles", "article_id"),
    ("quotes", "speaker_entity_id", "entities", "entity_id"),
    ("quotes", "quote_cluster", "quote_clusters", "quote_cluster"),
    ("quote_clusters", "speaker_entity_id", "entities", "entity_id"),
    ("dates", "article_id", "articles", "article_id"),
    ("claims", "article_id", "articles", "article_id"),
    ("claims", "part_of", "claims", "claim_id"),
    ("claims", "subject_entity_id", "entities", "entity_id"),
    ("claims", "object_entity_id", "entities", "entity_id"),
    ("claims", "place_entity_id", "entities", "entity_id"),
    ("claims", "claimant_entity_id", "entities", "entity_id"),
    ("claims", "date_id", "dates", "date_id"),
    ("claims", "quote_id", "quotes", "quote_id"),
    ("claim_links", "claim_id", "claims", "claim_id"),
    ("claim_links", "other_claim_id", "claims", "claim_id"),
    ("articles", "duplicate_of", "articles", "article_id"),
]

Tables = dict[str, pa.Table]


def texts(tables: Tables) -> dict[str, str]:
    return {row["article_id"]: row["text"] for row in tables["articles"].to_pylist()}


def test_every_stage_found_something(corpus_tables: Tables) -> None:
    counts = {name: table.num_rows for name, table in corpus_tables.items()}
    assert counts["articles"] == 5
    assert counts["rejects"] == 0
    assert all(counts[name] for name in counts if name not in ("rejects", "claim_links")), counts


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_schema_is_the_declared_one(corpus_tables: Tables, name: str) -> None:
    assert corpus_tables[name].schema.equals(schema.stored_schema(name), check_metadata=True)


@pytest.mark.parametrize("name", WITH_TEXT)
def test_offsets_give_the_text(corpus_tables: Tables, name: str) -> None:
    articles = texts(corpus_tables)
    for row in corpus_tables[name].to_pylist():
        assert 0 <= row["start"] < row["end"]
        assert articles[row["article_id"]][row["start"] : row["end"]] == row["text"]
        assert row["text"] == row["text"].strip()


def test_cues_speakers_and_claim_pieces_give_their_text(corpus_tables: Tables) -> None:
    articles = texts(corpus_tables)
    for row in corpus_tables["quotes"].to_pylist():
        text = articles[row["article_id"]]
        for start, end, words in (("cue_start", "cue_end", "cue"), ("speaker_start", "speaker_end", "speaker_text")):
            assert (row[start] is None) == (row[end] is None) == (row[words] is None)
            if row[start] is not None:
                assert text[row[start] : row[end]] == row[words]
    for row in corpus_tables["claims"].to_pylist():
        spans = row["spans"]
        assert (spans[0]["start"], spans[-1]["end"]) == (row["start"], row["end"])
        assert all(a["end"] <= b["start"] for a, b in pairwise(spans))
        if row["claimant_text"] is not None:
            assert row["claimant_text"] in articles[row["article_id"]]
        assert all(quantity["text"] in articles[row["article_id"]] for quantity in row["quantities"])


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_ids_are_unique(corpus_tables: Tables, name: str, key: str) -> None:
    values = corpus_tables[name][key].to_pylist()
    assert len(values) == len(set(values))


@pytest.mark.parametrize(("name", "column", "target", "key"), REFERENCES)
def test_references_resolve(corpus_tables: Tables, name: str, column: str, target: str, key: str) -> None:
    known = set(corpus_tables[target][key].to_pylist())
    missing = {value for value in corpus_tables[name][column].to_pylist() if value is not None} - known
    assert not missing


def test_sentences_are_known_and_cover_their_rows(corpus_tables: Tables) -> None:
    sentences = {(row["article_id"], row["sentence_id"]): row for row in corpus_tables["sentences"].to_pylist()}
    for name in ("mentions", "quotes", "dates", "claims"):
        for row in corpus_tables[name].to_pylist():
            sentence = sentences[row["article_id"], row["sentence_id"]]
            assert sentence["start"] <= row["start"] < sentence["end"]


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_closed_lists_are_closed(corpus_tables: Tables, name: str) -> None:
    for column in schema.columns_of(name):
        if column.closed:
            found = {value for value in corpus_tables[name][column.name].to_pylist() if value is not None}
            assert found <= set(column.closed)


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_rows_are_sorted(corpus_tables: Tables, name: str) -> None:
    keys = [tuple("" if row[k] is None else row[k] for k in schema.SORT_KEYS[name]) for row in
            corpus_tables[name].to_pylist()]  # fmt: skip
    assert keys == sorted(keys)


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_null_and_empty_are_not_confused(corpus_tables: Tables, name: str) -> None:
    for column in schema.columns_of(name):
        values = corpus_tables[name][column.name].to_pylist()
        assert "" not in [value for value in values if isinstance(value, str)], column.name
        if not column.nullable:
            assert None not in values


def test_intervals_are_in_order(corpus_tables: Tables) -> None:
    for row in corpus_tables["dates"].to_pylist():
        if row["earliest"] is not None and row["latest"] is not None:
            assert row["earliest"] <= row["latest"]
    for row in corpus_tables["quotes"].to_pylist():
        if row["said_start"] is not None:
            assert row["said_start"] <= row["said_end"]


def test_raw_offsets_lead_back_to_the_article_as_it_came(corpus_tables: Tables) -> None:
    from pipeline.sources import Article, read
    from tests.conftest import ROOT

    raw = {item.article_id: item.text for item in read(ROOT / "corpus") if isinstance(item, Article)}
    for row in corpus_tables["sentences"].to_pylist():
        stretch = raw[row["article_id"]][row["raw_start"] : row["raw_end"]]
        remaining = iter(stretch)
        kept = [c for c in row["text"] if not c.isspace()]
        assert all(any(c == other for other in remaining) for c in kept), (row["text"], stretch)
        assert stretch[0] == row["text"][0]
        assert stretch[-1] == row["text"][-1]


def test_account_adds_up(corpus_folder: Path, corpus_tables: Tables) -> None:
    manifest: dict[str, Any] | None = read_manifest(corpus_folder)
    assert manifest is not None
    articles = manifest["articles"]
    assert articles["read"] == articles["done"] + articles["unchanged"] + articles["rejected"] == 5
    assert manifest["rows"] == {name: table.num_rows for name, table in corpus_tables.items()}
    assert manifest["model"]["name"]
    assert manifest["stage_seconds"].keys() >= {"clean", "segment", "ner", "coref", "dates", "quotes", "claims", "link"}


def test_two_articles_state_their_day(corpus_tables: Tables) -> None:
    days = {row["article_id"][:3]: (row["published"], row["published_from"])
            for row in corpus_tables["articles"].to_pylist()}  # fmt: skip
    assert days.pop("001")[0] == dt.date(2020, 1, 7)
    assert days.pop("004")[0] == dt.date(2020, 1, 16)
    assert set(days.values()) == {(None, None)}
