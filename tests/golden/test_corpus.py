"""Pins: every row of every table of the five articles, as text, and the schemas.

After a change that is meant: ``make pins``, then read the diff.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pyarrow as pa
import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from pipeline import schema


def plain(value: Any) -> Any:
    if isinstance(value, float):
        # The network's 32-bit parts may differ in the last bits between processors.
        return round(value, 2)
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def canonical(table: pa.Table) -> str:
    """One row a line, every column by name, so that a null, an empty string and a missing column all differ."""
    return "".join(json.dumps(plain(row), ensure_ascii=False) + "\n" for row in table.to_pylist())


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_rows(corpus_tables: dict[str, pa.Table], file_regression: FileRegressionFixture, name: str) -> None:
    file_regression.check(canonical(corpus_tables[name]), basename=name, extension=".jsonl", encoding="utf-8")


def test_schemas(file_regression: FileRegressionFixture) -> None:
    shown = "\n\n".join(f"{name}\n{schema.SCHEMAS[name].to_string()}" for name in schema.TABLES)
    file_regression.check(shown + "\n", basename="schemas", encoding="utf-8")


def test_a_pin_sees_what_a_frame_would_hide() -> None:
    base = pa.table({"a": pa.array([1], pa.int32()), "b": pa.array([None], pa.string())})
    assert canonical(base) != canonical(base.drop_columns(["b"]))
    assert canonical(base) != canonical(base.set_column(1, "b", pa.array([""], pa.string())))
    assert canonical(base) != canonical(base.set_column(0, "a", pa.array([1.5], pa.float64())))
