"""The tables' schemas, against the records that stages leave and against values that don't fit."""

from __future__ import annotations

import typing

import pytest

from pipeline import annotations, schema


def test_closed_lists_are_the_stages_lists() -> None:
    assert typing.get_args(annotations.Section) == schema.SECTIONS
    assert typing.get_args(annotations.Label) == schema.LABELS
    assert typing.get_args(annotations.MentionKind) == schema.MENTION_KINDS
    assert typing.get_args(annotations.QuoteKind) == schema.QUOTE_KINDS
    assert typing.get_args(annotations.Channel) == schema.CHANNELS
    assert typing.get_args(annotations.TimexType) == schema.TIMEX_TYPES


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_every_column_says_what_it_holds(name: str) -> None:
    for field in schema.SCHEMAS[name]:
        assert len(field.metadata[b"description"]) > 4, field.name
    assert schema.conform(name, schema.to_table(name, [])).schema.equals(schema.SCHEMAS[name], check_metadata=True)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"path": "a", "stage": "read"}, "rejects.error: null"),
        ({"path": "a", "stage": "cooking", "error": "x"}, "cooking"),
        ({"path": "a", "stage": "read", "error": "x", "extra": 1}, "extra"),
        ({"path": 3, "stage": "read", "error": "x"}, "rejects.path"),
    ],
)
def test_rows_that_do_not_fit_are_named(row: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        schema.to_table("rejects", [row])


def test_conform_sorts_and_completes() -> None:
    rows = [{"path": path, "stage": "read", "error": "x"} for path in ("b", "a", "c")]
    table = schema.conform("rejects", schema.to_table("rejects", rows).select(["error", "stage", "article_id", "path"]))
    assert table.column_names == [column.name for column in schema.TABLES["rejects"]]
    assert table["path"].to_pylist() == ["a", "b", "c"]
    with pytest.raises(ValueError, match="stage is missing"):
        schema.conform("rejects", table.drop_columns(["stage"]))
