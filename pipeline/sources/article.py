"""What every reader gives: articles and rejects, and the checks of their fields."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

FIELDS = ("article_id", "text", "title", "source", "author", "url", "published", "published_from", "language")
"""The fields that a record or front matter may have. Only ``text`` is required."""

PublishedFrom = Literal["metadata", "html", "text"]
"""Where the day of writing was read: the source's own metadata, the markup of a page, the text."""

MAX_CHARS = 1_000_000
"""The longest text of an article (characters) where the settings don't say otherwise."""

MAX_ID = 200
_SLUG = 60  # characters of an address that go into an id
MAX_FIELD = 10_000

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[T ])")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class SourceError(ValueError):
    """The input as a whole can't be used: it isn't there, or holds no article. The message is for people."""


class InputError(ValueError):
    """One article can't be used. The message says what is wrong, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read.

    Attributes:
        article_id: the id that its record or front matter gives, else the file's stem (see :func:`id_of_record`).
        text: the text exactly as it came, below the front matter where there is one.
        published: the day it was written; None where the source doesn't say.
        published_from: where that day was read; None where there is none.
        language: ISO 639, lower case (``en``); None where the source doesn't say.
        raw_sha256: SHA-256, in hex, of the file's bytes, or of the record's (its line in JSON Lines; the text as
            UTF-8 in CSV and Parquet).
        path: the file, as the user named it.
        record: its number in a file of several, from 1; None in a file that is one article.
    """

    article_id: str
    text: str
    title: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    published: dt.date | None = None
    language: str | None = None
    raw_sha256: str = ""
    path: str = ""
    record: int | None = None
    published_from: PublishedFrom | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """An input that is no usable article, and why: what is wrong, where, what to do."""

    path: str
    article_id: str | None
    stage: str
    error: str


def reject(path: str, error: str | InputError, article_id: str | None = None) -> Reject:
    """A reject of reading."""
    return Reject(path, article_id, "read", str(error))


def sha256(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def visible(text: str, limit: int = 60) -> str:
    """*text* for a message: bounded, control characters escaped."""
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return repr(_SURROGATE.sub("\ufffd", shown))


def id_of_address(stem: str, address: str) -> str:
    """The id of one of several articles that have an address of their own: ``news-harbour-closed-1a2b3c4d``.

    The file's stem, the last words of the URL (or other lasting name) *address*, and eight digits of its SHA-256:
    the same wherever in the file it stands.
    """
    path = address.split("?", 1)[0].split("#", 1)[0].rstrip("/")
    words = re.sub(r"\.\w{2,5}$", "", path.rsplit("/", 1)[-1])
    slug = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")[:_SLUG].strip("-")
    return "-".join(part for part in (stem, slug, sha256(address.encode("utf-8", "replace"))[:8]) if part)


def id_of_record(stem: str, record: int, only: bool) -> str:
    """The id of a record that carries none: the file's stem, with the record's number unless it is the only one."""
    return stem if only else f"{stem}-{record:06d}"


def check_id(article_id: str) -> str:
    """*article_id*, if it can name rows and files. Raises InputError."""
    advice = "Give the article another article_id, or rename its file."
    if not article_id:
        raise InputError(f"its article_id is empty. {advice}")
    if len(article_id) > MAX_ID:
        raise InputError(f"its article_id has {len(article_id)} characters, more than {MAX_ID}. {advice}")
    if article_id != article_id.strip():
        raise InputError(f"its article_id {visible(article_id)} begins or ends with white space. {advice}")
    if _CONTROL.search(article_id) or _SURROGATE.search(article_id):
        raise InputError(f"its article_id {visible(article_id)} holds characters that can't be shown. {advice}")
    if "/" in article_id or "\\" in article_id or article_id in (".", ".."):
        raise InputError(f"its article_id {visible(article_id)} reads like a path (/, \\, ..). {advice}")
    return article_id


def check_text(text: str, max_chars: int) -> str:
    """*text*, if it can be an article's. Raises InputError."""
    if len(text) > max_chars:
        raise InputError(
            f"its text has {len(text):,} characters, more than max_chars = {max_chars:,}. "
            "Split it into articles, or raise max_chars."
        )
    if not any(char.isprintable() and not char.isspace() for char in text):
        raise InputError("its text is empty. Remove it, or put the article's text in.")
    nul = text.find("\0")
    if nul != -1:
        raise InputError(f"its text has a NUL character at {nul:,}: it isn't plain text. Save it as plain UTF-8 text.")
    surrogate = _SURROGATE.search(text)
    if surrogate:
        raise InputError(
            f"its text isn't valid Unicode at character {surrogate.start():,} "
            f"(near {visible(text[max(0, surrogate.start() - 15) : surrogate.start() + 15])}). Save it as UTF-8."
        )
    return text


def check_day(value: object) -> dt.date | None:
    """The day that a ``published`` field gives. Raises InputError for what is no day."""
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        match = _DAY.match(value.strip())
        if match:
            try:
                return dt.date.fromisoformat(match.group())
            except ValueError as error:
                raise InputError(
                    f"published: {match.group()} is no day ({error}). Write the day as 2020-01-31."
                ) from error
        raise InputError(f"published: {visible(value)} is no date. Write the day as 2020-01-31.")
    raise InputError(f"published: a {_kind(value)} is no date. Write the day as text, 2020-01-31.")


def check_published_from(value: str | None) -> PublishedFrom | None:
    """Where a day was read, as a ``published_from`` field gives it. Raises InputError."""
    for known in get_args(PublishedFrom):
        if value == known:
            return known  # type: ignore[no-any-return]
    if value is None:
        return None
    raise InputError(f"published_from: {visible(value)} is none of {', '.join(get_args(PublishedFrom))}. Leave it out.")


def _kind(value: object) -> str:
    kinds = {
        bool: "true/false",
        int: "number",
        float: "number",
        list: "list",
        dict: "nested object",
        bytes: "byte string",
    }
    return kinds.get(type(value), type(value).__name__)


def _field(name: str, value: object) -> str | None:
    """A metadata field as one line of text, None where it is empty. Raises InputError."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f"{name}: must be text, not a {_kind(value)}. Put it in quotation marks, or leave it out.")
    if len(value) > MAX_FIELD:
        raise InputError(
            f"{name}: has {len(value):,} characters, more than {MAX_FIELD:,}. Shorten it, or leave it out."
        )
    if "\0" in value or _SURROGATE.search(value):
        raise InputError(f"{name}: {visible(value)} isn't valid text. Save it as UTF-8, or leave it out.")
    return value.strip() or None


def make_article(
    values: Mapping[str, Any], *, default_id: str, path: str, raw: bytes | None, record: int | None, max_chars: int
) -> Article:
    """An article of *values* (those of ``FIELDS``; others are not looked at). Raises InputError.

    *raw* is what ``raw_sha256`` is taken of; None means the text.
    """
    text = values.get("text")
    if text is None:
        has = ", ".join(sorted(str(key) for key in values)[:8]) or "no fields"
        raise InputError(f"it has no text (it has {visible(has)}). Name the field with the article's text: text.")
    if not isinstance(text, str):
        raise InputError(f"text: must be text, not a {_kind(text)}. Put it in quotation marks.")
    check_text(text, max_chars)
    given = values.get("article_id")
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if given is not None and not isinstance(given, str):
        raise InputError(f"article_id: must be text or a whole number, not a {_kind(given)}.")
    language = _field("language", values.get("language"))
    if language and not _LANGUAGE.match(language):
        raise InputError(f"language: {visible(language)} is no language code. Write it as ISO 639 does: en.")
    published = check_day(values.get("published"))
    published_from = check_published_from(_field("published_from", values.get("published_from")))
    return Article(
        article_id=check_id(given if given else default_id),
        text=text,
        title=_field("title", values.get("title")),
        source=_field("source", values.get("source")),
        author=_field("author", values.get("author")),
        url=_field("url", values.get("url")),
        published=published,
        language=language.lower() if language else None,
        raw_sha256=sha256(text.encode("utf-8") if raw is None else raw),
        path=path,
        record=record,
        published_from=(published_from or "metadata") if published else None,
    )
