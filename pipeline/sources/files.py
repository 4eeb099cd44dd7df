"""Bytes from files: packed or plain, never more of them than a bound."""

from __future__ import annotations

import bz2
import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.sources.article import InputError

PACKED: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file)),
    ".bz2": lambda file: cast(BinaryIO, bz2.BZ2File(file)),
}
"""Packings by suffix. Each is read as a stream."""

RATIO = 100
"""A packed file may unpack to this many times its size: text packs 3 to 20 to 1, a bomb 1,000 to 1."""

FREE = 64 * 1024 * 1024
"""Bytes that any packed file may unpack to, whatever its size."""

_CHUNK = 256 * 1024
_MAGIC = (
    (b"\x1f\x8b", "gzip", ".gz"),
    (b"BZh", "bzip2", ".bz2"),
    (b"\xfd7zXZ\x00", "xz", ".xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard", ""),
    (b"PK\x03\x04", "a ZIP archive (.docx, .epub and .zip are such)", ""),
    (b"%PDF", "PDF", ""),
    (b"PAR1", "Parquet", ".parquet"),
    (b"{\\rtf", "RTF", ""),
    (b"\xd0\xcf\x11\xe0", "an old Office document", ""),
    (b"\x89PNG", "an image", ""),
    (b"\xff\xd8\xff", "an image", ""),
)


def shown(path: Path) -> str:
    """*path* as text that can be written anywhere: bytes that are no UTF-8 are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def stem(path: Path) -> str:
    """The file's name without its suffixes: ``news`` of ``news.jsonl.gz``."""
    name = shown(Path(path.name))
    for packed in PACKED:
        name = name[: -len(packed)] if name.lower().endswith(packed) and len(name) > len(packed) else name
    return Path(name).stem


def open_bytes(path: Path) -> Bounded:
    """The bytes of *path*, unpacked and bounded. Reading raises InputError for what is broken or a bomb."""
    try:
        size = path.stat().st_size
        file = cast(BinaryIO, path.open("rb"))
    except OSError as error:
        raise unreadable(error) from error
    unpack = PACKED.get(path.suffix.lower())
    return Bounded(unpack(file), FREE + RATIO * size) if unpack else Bounded(file, None)


def unreadable(error: OSError) -> InputError:
    """The message for what the system refuses."""
    return InputError(f"can't be read: {error.strerror or error}. Check that it is there and that you may read it.")


class Bounded:
    """A binary stream whose faults are InputError and which gives up after *limit* bytes."""

    def __init__(self, file: BinaryIO, limit: int | None, head: bytes = b"") -> None:
        self._file = file
        self._head = head  # bytes of *file* that were looked at before
        self._limit = limit
        self.given = 0

    def __enter__(self) -> Bounded:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = _CHUNK) -> bytes:
        """Up to *size* bytes; none at the end."""
        try:
            chunk, self._head = (self._head, b"") if self._head else (self._file.read(size), b"")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(f"is damaged or cut off after {self.given:,} bytes ({error}). Fetch it again.") from error
        except OSError as error:
            if error.errno is None:
                raise InputError(f"isn't packed as its name says ({error}). Give it its right suffix.") from error
            raise unreadable(error) from error
        self.given += len(chunk)
        if self._limit is not None and self.given > self._limit:
            raise InputError(
                f"unpacks to more than {self._limit:,} bytes, out of all proportion. Unpack it and look at it."
            )
        return chunk

    def lines(self, limit: int) -> Iterator[tuple[int, bytes | None]]:
        """The lines as ``(byte offset, bytes without the line end)``; None for one of more than *limit* bytes."""
        buffer, start, too_long = bytearray(), 0, False
        while True:
            chunk = self.read()
            if not chunk:
                break
            at = 0
            while True:
                newline = chunk.find(b"\n", at)
                end = len(chunk) if newline == -1 else newline
                if len(buffer) + end - at > limit:
                    too_long = True
                    buffer.clear()
                if not too_long:
                    buffer += chunk[at:end]
                if newline == -1:
                    break
                yield start, None if too_long else bytes(buffer).removesuffix(b"\r")
                start = self.given - len(chunk) + newline + 1
                buffer.clear()
                too_long = False
                at = newline + 1
        if buffer or too_long:
            yield start, None if too_long else bytes(buffer)


def read_all(stream: Bounded, limit: int) -> bytes:
    """All of *stream*. Raises InputError when it is more than *limit* bytes."""
    parts: list[bytes] = []
    while chunk := stream.read():
        parts.append(chunk)
        if stream.given > limit:
            raise InputError(
                f"holds more than {limit:,} bytes, too many for one article. "
                "Split it into articles, or raise max_chars."
            )
    return b"".join(parts)


def decode(content: bytes, offset: int = 0) -> str:
    """*content* as UTF-8 (with or without a byte order mark). Raises InputError with the byte at which it isn't.

    Nothing is guessed: a text in another encoding would be read wrongly without anyone seeing it.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = " It looks like UTF-16." if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        at = error.start + (3 if content[:3] == b"\xef\xbb\xbf" else 0)
        raise InputError(
            f"isn't valid UTF-8 at byte {offset + at:,} (0x{content[at]:02x}).{hint} Save it as UTF-8."
        ) from error


def disguise(head: bytes, suffix: str) -> str | None:
    """What the file really is, where its first bytes contradict *suffix*; None where they don't."""
    for magic, name, own in _MAGIC:
        if head.startswith(magic) and not (own and suffix == own):
            return name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].lower()
    return "HTML" if start.startswith((b"<!doctype html", b"<html")) else None
