"""Writing files so that no reader ever sees half of one, and no two runs write one folder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

#: Rows a row group: small enough for DuckDB and pyarrow to skip by article and day, large enough to compress.
ROW_GROUP = 50_000


class OutputError(OSError):
    """An output folder that can't be written, or that somebody else is writing. The message says what to do."""


def write_aside(path: Path) -> Path:
    """A name beside *path* under which to write before renaming."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write *table* as zstd Parquet to *path*, whole or not at all."""
    aside = write_aside(path)
    pq.write_table(table, aside, compression="zstd", row_group_size=ROW_GROUP, write_page_index=True)
    aside.replace(path)


def write_json(value: Any, path: Path) -> None:
    """Write *value* as JSON to *path*, whole or not at all."""
    aside = write_aside(path)
    aside.write_text(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    aside.replace(path)


def writable_folder(folder: Path) -> None:
    """Make *folder*. Raises OutputError, for people, where it can't be made or written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe.{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise OutputError(
            f"can't write to the output folder {folder}: {error.strerror or error}. "
            "Choose another with --out, or change its permissions."
        ) from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold *folder* for this run. Raises OutputError, naming the holder, where another run holds it.

    The lock belongs to the process and goes with it, however it ends.
    """
    import fcntl

    path = folder / ".lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise OutputError(
                f"another run (process {holder}) is writing to {folder}. Wait for it, stop it, or choose another --out."
            ) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def remove_tree(folder: Path) -> None:
    """Remove *folder* if it is there; what can't be removed is left."""
    shutil.rmtree(folder, ignore_errors=True)
