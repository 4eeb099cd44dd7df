"""Pins: every row of every table of the corpus, as text, and the schemas.

After a change that is meant: ``pipeline review ID --accept`` for one article, ``make pins`` for all; read the diff.
"""

from __future__ import annotations

import pyarrow as pa
import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from pipeline import pins, schema, sources
from pipeline.sources import Article
from tests.conftest import ROOT

FOLDER = ROOT / pins.FOLDER
ARTICLES = [item.article_id for item in sources.read(ROOT / "corpus") if isinstance(item, Article)]


def check(rows: pins.Rows, name: str, regression: FileRegressionFixture) -> None:
    regression.check(pins.dump(rows), fullpath=pins.path_of(name, FOLDER), encoding="utf-8", newline="")


@pytest.mark.parametrize("article_id", ARTICLES)
def test_rows(corpus_tables: dict[str, pa.Table], file_regression: FileRegressionFixture, article_id: str) -> None:
    check(pins.article_rows(corpus_tables, article_id), article_id, file_regression)


def test_rows_across_articles(corpus_tables: dict[str, pa.Table], file_regression: FileRegressionFixture) -> None:
    check(pins.across_rows(corpus_tables), pins.ACROSS_NAME, file_regression)


def test_no_pin_without_its_article() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == {*ARTICLES, pins.ACROSS_NAME}


def test_every_table_is_pinned() -> None:
    assert {*pins.KEYS, *pins.ACROSS} == set(schema.TABLES)


def test_schemas(file_regression: FileRegressionFixture) -> None:
    shown = "\n\n".join(f"{name}\n{schema.SCHEMAS[name].to_string()}" for name in schema.TABLES)
    file_regression.check(shown + "\n", basename="schemas", encoding="utf-8")
