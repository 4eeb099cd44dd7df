"""Tables: CSV with a header line, and Parquet. One article a row; columns as in ``FIELDS``, others not looked at."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.sources.article import (
    FIELDS,
    Article,
    InputError,
    Reject,
    id_of_record,
    make_article,
    reject,
    visible,
)
from pipeline.sources.files import Bounded, open_bytes, shown, stem, unreadable

_BATCH = 32  # rows of Parquet that are held at a time


class _Rows:
    """Numbers the rows of one file and turns each into an article or a reject."""

    def __init__(self, path: Path, max_chars: int) -> None:
        self.path = shown(path)
        self.stem = stem(path)
        self.max_chars = max_chars

    def make(self, record: int, only: bool, values: Mapping[str, Any], where: str) -> Article | Reject:
        given = values.get("article_id")
        try:
            default_id = id_of_record(self.stem, record, only)
            return make_article(
                values, default_id=default_id, path=self.path, raw=None, record=record, max_chars=self.max_chars
            )
        except InputError as error:
            return reject(self.path, f"{where}: {error}", given[:100] if isinstance(given, str) else None)


class _Stream(io.RawIOBase):
    """A bounded stream as the csv module wants it, through a text wrapper."""

    def __init__(self, stream: Bounded) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def read_csv(path: Path, max_chars: int) -> Iterator[Article | Reject]:
    """The articles in the CSV file *path*: UTF-8, comma, semicolon or tab, whichever its header line has."""
    rows = _Rows(path, max_chars)
    # The limit is global to the process; it only ever grows here.
    csv.field_size_limit(max(csv.field_size_limit(), 2 * max_chars + 1024))
    try:
        with open_bytes(path) as stream:
            raw = io.BufferedReader(_Stream(stream), 1 << 18)
            # Bytes that are no UTF-8 become surrogates, so that the row they stand in is rejected, and no other.
            text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="")
            yield from _csv_rows(text, rows)
    except InputError as error:
        yield reject(rows.path, error)


def _header(line: str) -> tuple[list[str], str]:
    for delimiter in (",", ";", "\t"):
        header = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
        if "text" in header:
            twice = sorted({name for name in header if name in FIELDS and header.count(name) > 1})
            if twice:
                raise InputError(f"line 1: has two columns {twice[0]!r}. Keep one.")
            return header, delimiter
    raise InputError(
        f"line 1: no column is called text (the line is {visible(line.strip())}). "
        "Name the column with the articles' text so."
    )


def _csv_rows(text: io.TextIOWrapper, rows: _Rows) -> Iterator[Article | Reject]:
    first = text.readline(1 << 20)
    if not first.strip():
        raise InputError("is empty, or its first line is: it needs a header line with a column text.")
    header, delimiter = _header(first)
    # Lines longer than any field may be come in pieces, so that one endless line doesn't fill the memory.
    piece = 4 * rows.max_chars + (1 << 20)
    reader = csv.reader(iter(lambda: text.readline(piece), ""), delimiter=delimiter, strict=True)
    record = 0
    pending: tuple[int, dict[str, Any], str] | None = None
    while True:
        line = reader.line_num + 2
        try:
            row = next(reader, None)
        except csv.Error as error:
            record += 1
            yield reject(
                rows.path, f"line {line}: isn't well-formed CSV ({error}). Look for a quotation mark that isn't closed."
            )
            continue
        if row is None:
            break
        if not row:
            continue
        if pending is not None:
            yield rows.make(pending[0], False, pending[1], pending[2])
            pending = None
        record += 1
        if len(row) > len(header):
            yield reject(
                rows.path,
                f"line {line}: has {len(row)} fields, the header {len(header)}. "
                "Put fields that hold commas in quotation marks.",
            )
            continue
        pending = (record, {name: value or None for name, value in zip(header, row, strict=False)}, f"line {line}")
    if pending is not None:
        yield rows.make(pending[0], record == 1, pending[1], pending[2])
    elif record == 0:
        raise InputError("has a header line and no rows. Remove it, or put articles in.")


def read_parquet(path: Path, max_chars: int) -> Iterator[Article | Reject]:
    """The articles in the Parquet file *path*, a few rows at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = _Rows(path, max_chars)
    record = 0
    try:
        with path.open("rb") as file:
            table = pq.ParquetFile(file)
            names = table.schema_arrow.names
            if "text" not in names:
                raise InputError(f"has no column text (it has {visible(', '.join(names))}). Name the column so.")
            total = table.metadata.num_rows
            if not total:
                raise InputError("has no rows. Remove it, or put articles in.")
            columns = [name for name in FIELDS if name in names]
            for batch in table.iter_batches(batch_size=_BATCH, columns=columns):
                for index in range(batch.num_rows):
                    record += 1
                    try:
                        values = {name: batch.column(name)[index].as_py() for name in columns}
                    except (UnicodeDecodeError, ValueError, OverflowError) as error:
                        yield reject(rows.path, f"row {record}: has a value that can't be read ({error}).")
                        continue
                    yield rows.make(record, total == 1, values, f"row {record}")
    except InputError as error:
        yield reject(rows.path, error)
    except (pa.ArrowException, EOFError) as error:
        yield reject(rows.path, f"isn't whole Parquet, after row {record} ({error}). Write or fetch it again.")
    except OSError as error:
        if error.errno is None:
            yield reject(rows.path, f"isn't whole Parquet, after row {record} ({error}). Write or fetch it again.")
        else:
            yield reject(rows.path, unreadable(error))
