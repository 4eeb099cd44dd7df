"""RSS and Atom feeds that were saved: one article an entry, by feedparser. Nothing is fetched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.sources.article import Article, InputError, Reject, id_of_address, make_article, reject, visible
from pipeline.sources.files import read_file, shown, stem
from pipeline.sources.markup import MAX_BYTES, html_text

_ADVICE = "Split it, or save its articles as .txt."


def read(path: Path, max_chars: int, skip: int = 0) -> Iterator[Article | Reject]:
    """The entries of the feed in *path*: each one's full content where the feed has it, else its summary."""
    if skip:
        return
    name = shown(path)
    try:
        content = read_file(path, MAX_BYTES, _ADVICE)
        yield from _entries(content, path, max_chars)
    except InputError as error:
        yield reject(name, error)


def _entries(content: bytes, path: Path, max_chars: int) -> Iterator[Article | Reject]:
    import feedparser

    if b"<!ENTITY" in content:
        raise InputError("declares entities of its own, which aren't read. Save it without its <!ENTITY …> lines.")
    # Without its own cleaning of HTML: the text is taken out of it, and no markup is kept.
    feed = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    entries = feed.get("entries") or []
    if feed.get("bozo") and not isinstance(feed.get("bozo_exception"), feedparser.CharacterEncodingOverride):
        yield reject(
            shown(path),
            f"isn't a well-formed feed ({feed.get('bozo_exception')}): {len(entries)} entries before that are read, "
            "the rest is not. Fetch it again.",
        )
    elif not entries:
        raise InputError("is a feed without an entry. Remove it.")
    about = feed.get("feed") or {}
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        address = str(entry.get("id") or entry.get("link") or entry.get("title") or number)
        article_id = id_of_address(stem(path), address)
        seen[article_id] = seen.get(article_id, 0) + 1
        if seen[article_id] > 1:
            article_id = f"{article_id}-{seen[article_id]}"
        try:
            yield make_article(
                _values(entry, about),
                default_id=article_id,
                path=shown(path),
                raw=None,
                record=number,
                max_chars=max_chars,
            )
        except InputError as error:
            title = visible(str(entry.get("title") or address), 80)
            yield reject(shown(path), f"entry {number} ({title}): {error}", article_id)


def _values(entry: Any, about: Any) -> dict[str, Any]:
    contents = [html_text(str(part.get("value") or "")) for part in entry.get("content") or []]
    text = max([*contents, html_text(str(entry.get("summary") or ""))], key=len)
    if not text:
        raise InputError("it has neither content nor a summary: only a headline and a link. Save the page it links to.")
    source = (entry.get("source") or {}).get("title") or about.get("title")
    language = str(entry.get("language") or about.get("language") or "").split("-")[0].strip()
    moment = entry.get("published_parsed") or entry.get("created_parsed") or entry.get("updated_parsed")
    return {
        "text": text,
        "title": _line(entry.get("title")),
        "author": _line(entry.get("author")),
        "source": _line(source),
        "url": _line(entry.get("link")),
        "published": _day(moment),
        "language": language if 2 <= len(language) <= 3 and language.isalpha() else None,
    }


def _line(value: object) -> str | None:
    return " ".join(html_text(str(value)).split())[:1000] or None if value else None


def _day(moment: Any) -> dt.date | None:
    try:
        return dt.date(moment[0], moment[1], moment[2]) if moment else None
    except (ValueError, TypeError, IndexError):
        return None
