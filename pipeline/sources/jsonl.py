"""JSON Lines: one article a line, as an object with the fields of ``FIELDS``; other fields are not looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.sources.article import Article, InputError, Reject, id_of_record, make_article, reject
from pipeline.sources.files import decode, open_bytes, shown, stem

_ESCAPED = 12  # bytes that JSON may take for one character: "\ud83d\ude00"
_ROOM = 256 * 1024  # bytes for the other fields


def parse_line(line: bytes, offset: int) -> dict[str, object]:
    """The object of one line. Raises InputError."""
    try:
        value = json.loads(decode(line, offset))
    except InputError:
        raise
    except RecursionError:
        raise InputError("nests objects or lists too deeply. Give one flat object a line.") from None
    except ValueError as error:
        raise InputError(f"isn't JSON: {error}. Give one object a line, without line breaks inside.") from error
    if not isinstance(value, dict):
        raise InputError(f"is JSON, but a {type(value).__name__}, not an object ({{…}}). Give one object a line.")
    return value


def records(
    lines: Iterator[tuple[int, bytes | None]], *, default_stem: str, path: str, max_chars: int
) -> Iterator[Article | Reject]:
    """The articles in *lines* (byte offset, bytes); a reject where a line holds none. Blank lines are passed over."""
    pending: tuple[int, int, bytes | None] | None = None
    count = number = 0
    for offset, line in lines:
        number += 1
        if line is not None and not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        if pending is not None:
            count += 1
            yield _record(*pending, count, False, default_stem, path, max_chars)
        pending = (number, offset, line)
    if pending is None:
        yield reject(path, "is empty: no line holds a record. Remove it, or put records in.", default_stem)
        return
    yield _record(*pending, count + 1, count == 0, default_stem, path, max_chars)


def _record(
    number: int, offset: int, line: bytes | None, record: int, only: bool, default_stem: str, path: str, max_chars: int
) -> Article | Reject:
    article_id: str | None = None
    try:
        if line is None:
            raise InputError(f"is too long for an article of max_chars = {max_chars:,}. Split it, or raise max_chars.")
        values = parse_line(line, offset)
        given = values.get("article_id")
        article_id = given[:100] if isinstance(given, str) else None
        default_id = id_of_record(default_stem, record, only)
        return make_article(values, default_id=default_id, path=path, raw=line, record=record, max_chars=max_chars)
    except InputError as error:
        return reject(path, f"line {number}: {error}", article_id)


def line_limit(max_chars: int) -> int:
    """The longest line (bytes) that can hold an article of *max_chars*."""
    return _ESCAPED * max_chars + _ROOM


def read(path: Path, max_chars: int) -> Iterator[Article | Reject]:
    """The articles in *path*."""
    name = shown(path)
    try:
        with open_bytes(path) as stream:
            yield from records(
                stream.lines(line_limit(max_chars)), default_stem=stem(path), path=name, max_chars=max_chars
            )
    except InputError as error:
        yield reject(name, error)
