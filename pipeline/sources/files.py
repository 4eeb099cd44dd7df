"""Bytes from files: packed or plain, never more of them than a bound."""

from __future__ import annotations

import bz2
import gzip
import os
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from pipeline.sources.article import InputError

EXTRA = 'pip install "news-evidence-pipeline[formats]"'
"""What installs the libraries of the formats that need one."""

_WINDOW = 128 * 1024 * 1024  # bytes of memory that a Zstandard frame may ask for, as its own tool allows
_BITE = 1024  # bytes of a Zstandard file unpacked at a time: each may become 32,000


class _Zstandard:
    """A Zstandard file as a stream of its frames' content, which says so when the last frame is cut off."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            import zstandard
        except ImportError:
            raise InputError(f"reading .zst needs the library zstandard, which isn't installed. Try: {EXTRA}") from None
        self._file = file
        self._library: Any = zstandard
        self._frame = self._new()
        self._begun = False

    def _new(self) -> Any:
        return self._library.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()

    def read(self, _: int = -1) -> bytes:
        """The next bytes, however many are asked for; none at the end."""
        while True:
            bite = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._begun = self._new(), False
            bite = bite or self._file.read(_BITE)
            if not bite:
                if self._begun:
                    raise EOFError("the last frame ends early")
                return b""
            self._begun = True
            chunk: bytes = self._frame.decompress(bite)
            if chunk:
                return chunk

    def close(self) -> None:
        self._file.close()


PACKED: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file)),
    ".bz2": lambda file: cast(BinaryIO, bz2.BZ2File(file)),
    ".zst": lambda file: cast(BinaryIO, _Zstandard(file)),
}
"""Packings by suffix. Each is read as a stream."""

RATIO = 100
"""A packed file may unpack to this many times its size: text packs 3 to 20 to 1, a bomb 1,000 to 1."""

FREE = 64 * 1024 * 1024
"""Bytes that any packed file may unpack to, whatever its size."""

_CHUNK = 256 * 1024
_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"PK\x03\x04", "a ZIP archive (.docx, .epub and .zip are such)"),
    (b"%PDF", "PDF"),
    (b"PAR1", "Parquet"),
    (b"WARC/", "WARC"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
)
_BEFORE_ROOT = re.compile(rb"\s+|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_FEEDS = frozenset({b"rss", b"feed", b"rdf"})
_NEWS_XML = frozenset({b"nitf", b"newsitem", b"newsmessage"})


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
        # What was unpacked before the place where a file is damaged is given; read() would throw it away.
        self._read: Callable[[int], bytes] = getattr(file, "read1", file.read)
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
            chunk, self._head = (self._head, b"") if self._head else (self._read(size), b"")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(f"is damaged or cut off after {self.given:,} bytes ({error}). Fetch it again.") from error
        except OSError as error:
            if error.errno is None:
                raise InputError(f"isn't packed as its name says ({error}). Give it its right suffix.") from error
            raise unreadable(error) from error
        except Exception as error:
            # Zstandard's own error has no base class but Exception, and the library may be absent.
            if type(error).__name__ != "ZstdError":
                raise
            raise InputError(f"is damaged, or isn't packed as its name says ({error}). Fetch it again.") from error
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


TOO_LONG = "Split it into articles, or raise max_chars."


def read_all(stream: Bounded, limit: int, advice: str = TOO_LONG) -> bytes:
    """All of *stream*. Raises InputError, with the *advice* what to do, when it is more than *limit* bytes."""
    parts: list[bytes] = []
    while chunk := stream.read():
        parts.append(chunk)
        if stream.given > limit:
            raise InputError(f"holds more than {limit:,} bytes, too many for one article. {advice}")
    return b"".join(parts)


def read_file(path: Path, limit: int, advice: str = TOO_LONG) -> bytes:
    """All of the file at *path*, unpacked. Raises InputError as :func:`open_bytes` and :func:`read_all` do."""
    with open_bytes(path) as stream:
        return read_all(stream, limit, advice)


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


def kind_of(head: bytes) -> str | None:
    """What the first bytes of a file say that it is, in words for people; None where they say nothing.

    Markup is told by its first tag: ``HTML``, ``a feed`` (RSS, Atom), ``news XML`` (NITF, NewsML-G2), other ``XML``.
    """
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    start = head.removeprefix(b"\xef\xbb\xbf")
    at = 0
    while match := _BEFORE_ROOT.match(start, at):
        if match.group()[:14].lower().startswith(b"<!doctype html"):
            return "HTML"
        at = match.end()
    root = _ROOT.match(start, at)
    tag = root.group(1).lower() if root else b""
    if tag in (b"html", b"head", b"body"):
        return "HTML"
    if tag in _FEEDS:
        return "a feed"
    if tag in _NEWS_XML:
        return "news XML"
    return "XML" if start.lstrip().startswith(b"<?xml") else None
