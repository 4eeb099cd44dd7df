"""CSV: one file a table, RFC 4180, UTF-8.

Texts stand in quotation marks, numbers don't, and null is nothing at all, so that a text "0" and an empty text can be
told from the number and from null. Lists and records are JSON. :mod:`pipeline.exports.cells` says how cells that look
like formulas are made harmless, and how to undo it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import pyarrow as pa

from pipeline.exports.cells import csv_cell
from pipeline.exports.target import Target
from pipeline.files import replacing
from pipeline.outputs import plain

if TYPE_CHECKING:
    import pandas as pd

_BATCH = 10_000  # rows in memory at once


def write_csv(table: pa.Table, file: TextIO) -> None:
    """Write *table* to *file*, its column names first; lines end in CR LF, as RFC 4180 says."""
    file.write(",".join(csv_cell(name) for name in table.column_names) + "\r\n")
    for batch in table.to_batches(_BATCH):
        columns = [column.to_pylist() for column in batch.columns]
        file.writelines(",".join(map(csv_cell, row)) + "\r\n" for row in zip(*columns, strict=True))


def save_csv(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a DataFrame to *path* as CSV that is safe to open in a spreadsheet, without its index; where it is.

    What is at *path* is replaced. Raises :class:`pipeline.files.OutputError` where it can't be written.
    """
    place = Path(path)
    table = plain(pa.Table.from_pandas(frame, preserve_index=False))
    with replacing(place) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        write_csv(table, file)
    return place


def write(tables: dict[str, pa.Table], target: Target) -> None:
    """A CSV file for each of *tables*."""
    target.check([f"{name}.csv" for name in tables])
    for name, table in tables.items():

        def written(aside: Path, table: pa.Table = table) -> None:
            with aside.open("w", encoding="utf-8", newline="") as file:
                write_csv(table, file)

        target.write(f"{name}.csv", written)
    target.made.notes.append("texts that begin with = + - @ ' or a tab have an apostrophe in front: drop it to undo")
