"""Text and Markdown: one article a file, with front matter or without.

Front matter is lines of ``key: value`` between two lines of ``---`` at the very top; it is not YAML. What follows the
second is the text, to the last character.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.sources.article import (
    FIELDS,
    Article,
    InputError,
    Reject,
    check_day,
    check_id,
    make_article,
    reject,
    visible,
)
from pipeline.sources.files import decode, open_bytes, read_all, shown, stem

_FENCE = "---"
_ROOM = 64 * 1024  # bytes that front matter may take beside the text
_KEYS = tuple(name for name in FIELDS if name != "text")


def split_front_matter(content: str) -> tuple[dict[str, str], str]:
    """The metadata and the text of *content*. Raises InputError, naming the line, for wrong front matter."""
    first, newline, _ = content.partition("\n")
    if first.rstrip("\r \t") != _FENCE or not newline:
        return {}, content
    values: dict[str, str] = {}
    position, number = len(first) + 1, 1
    while position < len(content):
        end = content.find("\n", position)
        end = len(content) if end == -1 else end
        line = content[position:end].rstrip("\r")
        number += 1
        position = end + 1
        if line.rstrip() == _FENCE:
            return values, content[position:]
        if line.strip() and not line.lstrip().startswith("#"):
            key, value = _line(line, number)
            if key in values:
                raise InputError(f"line {number}: {key} is given twice. Keep one.")
            values[key] = value
    raise InputError("line 1: front matter begins here (---) and never ends. Close it with a second line of ---.")


def _line(line: str, number: int) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    key, value = key.strip(), value.strip()
    if not colon:
        raise InputError(
            f"line {number}: {visible(line)} isn't “key: value”. Is the closing --- of the front matter missing?"
        )
    if key not in _KEYS:
        raise InputError(f"line {number}: {visible(key)} is no field of front matter. It may have: {', '.join(_KEYS)}.")
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    try:
        if key == "published":
            check_day(value)
        elif key == "article_id" and value:
            check_id(value)
    except InputError as error:
        raise InputError(f"line {number}: {error}") from error
    return key, value


def byte_limit(max_chars: int) -> int:
    """The most bytes that a file with an article of *max_chars* can have: UTF-8 takes up to four a character."""
    return 4 * max_chars + _ROOM


def parse(content: bytes, *, default_id: str, path: str, max_chars: int) -> Article:
    """The article in *content*. Raises InputError."""
    if not content:
        raise InputError("is empty. Remove it, or put the article's text in.")
    values, text = split_front_matter(decode(content))
    fields: dict[str, str | None] = {key: value or None for key, value in values.items()}
    fields["text"] = text
    return make_article(fields, default_id=default_id, path=path, raw=content, record=None, max_chars=max_chars)


def read(path: Path, max_chars: int) -> Iterator[Article | Reject]:
    """The article in *path*, or its reject."""
    name = shown(path)
    try:
        with open_bytes(path) as stream:
            content = read_all(stream, byte_limit(max_chars))
        yield parse(content, default_id=stem(path), path=name, max_chars=max_chars)
    except InputError as error:
        yield reject(name, error, stem(path))
