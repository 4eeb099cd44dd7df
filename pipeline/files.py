"""Writing files so that no reader ever sees half of one, and no two runs write one folder."""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

#: Rows a row group: small enough for DuckDB and pyarrow to skip by article and day, large enough to compress.
ROW_GROUP = 50_000
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
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise unwritable(path, error) from error
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


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
    """Write *table* as zstd Parquet to *path*, whole or not at all. Raises OutputError."""
    with replacing(path) as aside:
        pq.write_table(table, aside, compression="zstd", row_group_size=ROW_GROUP, write_page_index=True)


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
def locked(folder: Path) -> Iterator[None]:
    """Hold *folder* for this run. Raises OutputError, naming the holder, where another run holds it.

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
                f"another run (process {held_by}) is writing to {folder}. Wait for it, stop it, or choose another "
                "--out."
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
        if path.is_dir():
            remove_tree(path)
        else:
            path.unlink(missing_ok=True)


def remove_tree(folder: Path) -> None:
    """Remove *folder* if it is there; what can't be removed is left."""
    shutil.rmtree(folder, ignore_errors=True)
