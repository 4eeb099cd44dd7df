"""Reads articles: one reader a format, one stream of articles and rejects out.

>>> from pipeline.sources import read
>>> for item in read("corpus"):  # doctest: +SKIP
...     print(item)

Nothing is guessed and nothing is lost: what can't be read is a :class:`Reject` that says why.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.sources import jsonl, text
from pipeline.sources.article import FIELDS, MAX_CHARS, Article, InputError, Reject, SourceError, reject
from pipeline.sources.files import Bounded, kind_of, read_all, shown
from pipeline.sources.registry import FORMATS, Format, reader_of
from pipeline.sources.walk import IGNORED, files_of

__all__ = ["FIELDS", "FORMATS", "IGNORED", "MAX_CHARS", "Article", "Format", "Reject", "SourceError", "read"]

_HEAD = 64 * 1024  # bytes of standard input that are looked at before deciding what it is


def read(source: str | Path, max_chars: int = MAX_CHARS, stdin: BinaryIO | None = None) -> Iterator[Article | Reject]:
    """The articles of *source*: a file, a folder (with all below it), or ``-`` for standard input.

    A folder that has a folder ``articles`` is a corpus: that one is read. The order is that of the paths and, in a
    file, of its records. The second of two articles with one id is a reject. Texts of more than *max_chars* characters
    are rejects. Memory stays bounded by one article and the ids.

    Raises SourceError, at once, where *source* isn't there, and at the first article where a folder holds none.
    """
    if str(source) == "-":
        return _unique(_standard_input(stdin or sys.stdin.buffer, max_chars))
    path = Path(source)
    try:
        exists = path.exists()
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{source}: can't be looked at ({error}). Name a folder, a file, or - for standard input."
        ) from error
    if not exists:
        raise SourceError(f"{source}: there is no such file or folder. Name one, or - for standard input.")
    if not path.is_dir():
        return _unique(_file(path, max_chars))
    inner = path / "articles"
    return _unique(_folder(inner if inner.is_dir() else path, max_chars))


def _folder(folder: Path, max_chars: int) -> Iterator[Article | Reject]:
    found = False
    for item in files_of(folder):
        found = True
        if isinstance(item, Reject):
            yield item
        else:
            yield from _file(item, max_chars)
    if not found:
        suffixes = ", ".join(suffix for entry in FORMATS for suffix in entry.suffixes)
        raise SourceError(f"{folder}: holds no article. Put files there ({suffixes}), or name another folder.")


def _file(path: Path, max_chars: int) -> Iterator[Article | Reject]:
    try:
        if not path.is_file():
            raise InputError("is no plain file. To read from a pipe, give - as the input.")
        if not path.stat().st_size:
            raise InputError("is empty. Remove it, or put the article's text in.")
        reader = reader_of(path)
    except InputError as error:
        yield reject(shown(path), error)
        return
    except OSError as error:
        yield reject(shown(path), f"can't be read: {error.strerror or error}. Check that you may read it.")
        return
    yield from reader(path, max_chars)


def _standard_input(stdin: BinaryIO, max_chars: int) -> Iterator[Article | Reject]:
    """One text, or JSON Lines where the first line is a JSON object."""
    head = stdin.read(_HEAD)
    if not head:
        raise SourceError("-: standard input is empty. Pipe an article's text or JSON Lines into the command.")
    stream = Bounded(stdin, None, head)
    try:
        if _is_record(head):
            lines = stream.lines(jsonl.line_limit(max_chars))
            yield from jsonl.records(lines, default_stem="stdin", path="-", max_chars=max_chars)
            return
        really = kind_of(head)
        if really:
            raise InputError(f"standard input is {really}. Convert it to plain text first.")
        content = read_all(stream, text.byte_limit(max_chars))
        yield text.parse(content, default_id="stdin", path="-", max_chars=max_chars)
    except InputError as error:
        yield reject("-", error)


def _is_record(head: bytes) -> bool:
    """Whether the first line is a JSON object; judged by its beginning where it is longer than *head*."""
    line, newline, _ = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    if not newline and len(head) == _HEAD:
        return line[:200].replace(b" ", b"").startswith(b'{"')
    if not line.startswith(b"{"):
        return False
    try:
        jsonl.parse_line(line, 0)
    except InputError:
        return False
    return True


def _unique(items: Iterator[Article | Reject]) -> Iterator[Article | Reject]:
    """*items*, the second and later articles of one id turned into rejects that name the first."""
    first: dict[str, tuple[str, int | None]] = {}
    for item in items:
        if isinstance(item, Article):
            known = first.get(item.article_id)
            if known is not None:
                where = f"{known[0]}, record {known[1]}" if known[1] else known[0]
                yield reject(
                    item.path,
                    f"{f'record {item.record}: ' if item.record else ''}its article_id {item.article_id!r} is taken by "
                    f"{where}. Give one of them another article_id, or rename its file.",
                    item.article_id,
                )
                continue
            first[item.article_id] = (item.path, item.record)
        yield item
