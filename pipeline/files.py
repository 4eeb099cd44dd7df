"""Writing files so that no reader ever sees half of one, and no two runs write one folder."""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

#: Rows a row group: small enough for DuckDB and pyarrow to skip by article and day, large enough to compress.
ROW_GROUP = 50_000
ROW_GROUPS = {"articles": 5_000}
#: Bytes of text in its rows, beyond which a row group ends before that: a group is held as a whole while it is written.
GROUP_BYTES = 3 << 20
#: The file that a run holds while it writes to a folder.
LOCK = ".lock"


class OutputError(OSError):
    """An output folder that can't be written, or that somebody else is writing. The message says what to do."""


def write_aside(path: Path) -> Path:
    """A name beside *path* under which to write before renaming."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name under which to write what then takes the place of *path*, whole or not at all.

    Raises OutputError, for people, where it can't be written; what was at *path* before is then untouched.
    """
    aside = write_aside(path)
    try:
        yield aside
        _take_place(aside, path)
    except OSError as error:
        remove(aside)
        raise unwritable(path, error) from error
    except BaseException:
        remove(aside)
        raise


def _take_place(aside: Path, path: Path) -> None:
    if path.is_dir() or (aside.is_dir() and path.exists()):
        # A folder can't take the place of another at one stroke: in between there is none.
        old = path.with_name(f".{path.name}.old.tmp")
        remove(old)
        path.rename(old)
        aside.rename(path)
        remove(old)
    else:
        aside.replace(path)


def unwritable(path: Path, error: OSError) -> OutputError:
    """*error*, met while writing *path*, as a message that says what to do."""
    if isinstance(error, OutputError):
        return error
    kept = "What is finished is kept and earlier tables are whole"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputError(
            f"the disk is full: {path} could not be written. {kept}: free some space, then run the same command again."
        )
    if error.errno == errno.EFBIG:
        return OutputError(
            f"{path} would be larger than files may be here (ulimit -f). {kept}: raise the limit, then run the same "
            "command again."
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return OutputError(f"{path} could not be written: {reason}. {kept}: run the same command again to go on.")


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write *table* as one zstd Parquet file to *path*, whole or not at all. Raises OutputError."""
    with replacing(path) as aside:
        pq.write_table(table, aside, compression="zstd", row_group_size=ROW_GROUP, write_page_index=True)


class TableWriter:
    """Writes a table that comes in pieces: one file at *path*; of more than *part_rows* rows, a folder of such files.

    The bytes depend on the rows alone, not on the pieces. Memory: a row group, as it comes and as it is written, and a
    piece. *freed* is called each time that the pieces of a group are no longer held, before it is written.
    """

    def __init__(self, path: Path, name: str, part_rows: int, freed: Callable[[], None] = lambda: None) -> None:
        self._path = path
        self._freed = freed
        self._group = min(ROW_GROUPS.get(name, ROW_GROUP), part_rows)
        self._part_rows = part_rows // self._group * self._group
        self._waiting: pa.Table | None = None
        self._sizes: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._writer: pq.ParquetWriter | None = None
        self._in_part = self._parts = 0

    def write(self, piece: pa.Table) -> None:
        """Add the rows of *piece*."""
        self._waiting = piece if self._waiting is None else pa.concat_tables([self._waiting, piece])
        self._sizes = np.concatenate((self._sizes, _text_bytes(piece)))
        # One group is held back, so that the last one is never empty.
        while (rows := self._first_group()) < self._waiting.num_rows:
            self._sizes = self._sizes[rows:]
            self._write_group(self._taken(rows))

    def _taken(self, rows: int) -> pa.Table:
        """The first *rows* of the waiting ones, in one chunk, since pages are cut where chunks end; the others wait.

        Both are copies, made a column at a time: the pieces that they came in are freed before anything is written.
        """
        assert self._waiting is not None
        columns, schema = self._waiting.columns, self._waiting.schema
        self._waiting = None
        group, rest = [], []
        while columns:
            column = columns.pop(0)
            group.append(column.slice(0, rows).combine_chunks())
            rest.append(column.slice(rows).combine_chunks())
        self._waiting = pa.table(rest, schema=schema)
        del column
        self._freed()
        return pa.table(group, schema=schema)

    def _first_group(self) -> int:
        """How many of the waiting rows are the next group."""
        room = self._part_rows - self._in_part % self._part_rows
        most = min(self._group, room, len(self._sizes))
        return min(max(int(np.searchsorted(np.cumsum(self._sizes[:most]), GROUP_BYTES, "right")), 1), most)

    def _write_group(self, group: pa.Table) -> None:
        if self._writer is not None and self._in_part >= self._part_rows:
            self._writer.close()
            self._writer = None
            if self._parts == 1:
                first = self._path.with_name(f"{self._path.name}.first.tmp")
                self._path.rename(first)
                self._path.mkdir()
                first.rename(self._path / "part-00000.parquet")
        if self._writer is None:
            path = self._path / f"part-{self._parts:05}.parquet" if self._parts else self._path
            self._writer = pq.ParquetWriter(path, group.schema, compression="zstd", write_page_index=True)
            self._in_part = 0
            self._parts += 1
        self._writer.write_table(group, row_group_size=self._group)
        self._in_part += group.num_rows

    def close(self) -> None:
        """Write what is left. Without rows there has to have been one piece without any."""
        assert self._waiting is not None
        self._write_group(self._taken(self._waiting.num_rows))
        assert self._writer is not None
        self._writer.close()


def write_table(
    pieces: Iterable[pa.Table], path: Path, name: str, part_rows: int, freed: Callable[[], None] = lambda: None
) -> None:
    """Write the table *name*, which comes in *pieces*, of which there is at least one, to *path* by a
    :class:`TableWriter`, which says what *freed* is."""
    writer = TableWriter(path, name, part_rows, freed)
    for piece in pieces:
        writer.write(piece)
    writer.close()


def _text_bytes(table: pa.Table) -> npt.NDArray[np.int64]:
    """The bytes of text in each row, those inside of lists not counted."""
    sizes = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        if pa.types.is_string(column.type):
            sizes += pc.fill_null(pc.binary_length(column), 0).to_numpy()
    return sizes


def files_of(table: Path) -> list[Path]:
    """The Parquet files of the table at *table*, in the order of their rows; none where it is missing."""
    if table.is_dir():
        return sorted(table.glob("*.parquet"))
    return [table] if table.is_file() else []


def bytes_of(table: Path) -> int | None:
    """The size of the table at *table*; None where it is missing."""
    found = files_of(table)
    return sum(path.stat().st_size for path in found) if found else None


def rows_of(table: Path) -> int:
    """The rows of the table at *table*."""
    return sum(pq.read_metadata(path).num_rows for path in files_of(table))


def write_text(text: str, path: Path) -> None:
    """Write *text* to *path* as UTF-8, whole or not at all. Raises OutputError."""
    with replacing(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="")


def write_json(value: Any, path: Path) -> None:
    """Write *value* as JSON to *path*, whole or not at all. Raises OutputError."""
    write_text(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n", path)


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
def locked(folder: Path, shown: str | None = None) -> Iterator[None]:
    """Hold *folder*, called *shown* to people, for this run. Raises OutputError, with its holder, where another has it.

    The lock belongs to the process and goes with it, however it ends.
    """
    import fcntl

    path = folder / LOCK
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held_by = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "unknown"
            raise OutputError(
                f"another run (process {held_by}) is writing to {shown or folder}. Wait for it, stop it, or choose "
                "another --out."
            ) from None
        try:
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()} on {platform.node()}".encode(), 0)
        except OSError as error:
            raise unwritable(path, error) from error
        yield
    finally:
        os.close(descriptor)


def holder(folder: Path) -> str | None:
    """Who is writing to *folder* now, as ``PROCESS on MACHINE``; None where nobody is."""
    import fcntl

    try:
        with (folder / LOCK).open("r", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return file.read().strip() or "unknown"
    except OSError:
        return None
    return None


def remove_leftovers(folder: Path) -> None:
    """Remove what runs that were killed had begun to write in *folder*."""
    for path in folder.glob(".*.tmp"):
        remove(path)


def remove(path: Path) -> None:
    """Remove the file or folder *path* if it is there."""
    if path.is_dir():
        remove_tree(path)
    else:
        path.unlink(missing_ok=True)


def remove_tree(folder: Path) -> None:
    """Remove *folder* if it is there; what can't be removed is left."""
    shutil.rmtree(folder, ignore_errors=True)
