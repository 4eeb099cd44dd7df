"""JSON Lines: one file a table, one object a row; days and times in ISO 8601, null as null."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.exports.target import Target

_BATCH = 10_000  # rows in memory at once


def _iso(value: Any) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def write(tables: dict[str, pa.Table], target: Target) -> None:
    """A JSON Lines file for each of *tables*."""
    target.check([f"{name}.jsonl" for name in tables])
    for name, table in tables.items():

        def written(aside: Path, table: pa.Table = table) -> None:
            with aside.open("w", encoding="utf-8", newline="") as file:
                for batch in table.to_batches(_BATCH):
                    for row in batch.to_pylist():
                        file.write(json.dumps(row, ensure_ascii=False, default=_iso) + "\n")

        target.write(f"{name}.jsonl", written)
