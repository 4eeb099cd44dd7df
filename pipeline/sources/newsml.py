"""NITF and NewsML-G2, the formats of agencies (IPTC): one article a news item.

Read are the head line, byline, dateline, body and the day of a NITF document, alone or inside a NewsML-G2 item, and
an item's XHTML or plain text. Packages, pictures and everything else are passed over.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.sources.article import Article, InputError, Reject, id_of_address, make_article, reject
from pipeline.sources.files import read_file, shown, stem
from pipeline.sources.markup import MAX_BYTES, block_text, local, parse_xml, plain_text

_ADVICE = "Split it, or save its articles as .txt."
_BASIC_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read(path: Path, max_chars: int, skip: int = 0) -> Iterator[Article | Reject]:
    """The news items in *path*."""
    if skip:
        return
    name = shown(path)
    try:
        root = parse_xml(read_file(path, MAX_BYTES, _ADVICE))
        items = [root] if local(root.tag) in ("nitf", "newsitem") else _all(root, "newsitem")
        texts = [item for item in items if _first(item, "nitf", "inlinexml", "inlinedata") is not None or item is root]
        if not texts:
            raise InputError("holds no news item with a text of its own. Remove it.")
    except InputError as error:
        yield reject(name, error)
        return
    seen: dict[str, int] = {}
    for number, item in enumerate(texts, 1):
        article_id = stem(path)
        if len(texts) > 1:
            article_id = id_of_address(article_id, item.get("guid") or str(number))
            seen[article_id] = seen.get(article_id, 0) + 1
            if seen[article_id] > 1:
                article_id = f"{article_id}-{seen[article_id]}"
        try:
            values = _nitf(item) if local(item.tag) == "nitf" else _item(item)
            yield make_article(
                values, default_id=article_id, path=name, raw=None, record=number if len(texts) > 1 else None,
                max_chars=max_chars,
            )  # fmt: skip
        except InputError as error:
            yield reject(name, f"item {number}: {error}" if len(texts) > 1 else error, article_id)


def _all(root: Any, *names: str) -> list[Any]:
    return [element for element in root.iter() if local(element.tag) in names]


def _first(root: Any, *names: str) -> Any:
    """The first element below *root* called by the first of *names* that any is called by; None where none is."""
    for name in names:
        for element in root.iter():
            if local(element.tag) == name and element is not root:
                return element
    return None


def _text(root: Any, *names: str) -> str | None:
    found = _first(root, *names)
    return " ".join(block_text(found).split())[:1000] or None if found is not None else None


def _day(*values: str | None) -> dt.date | None:
    """The day of the first of *values* that has one: ``20210304T101500Z`` or ``2021-03-04T10:15:00Z``."""
    for value in values:
        match = _BASIC_DAY.match((value or "").strip())
        if match:
            try:
                return dt.date(*(int(part) for part in match.groups()))
            except ValueError:
                continue
    return None


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _nitf(root: Any) -> dict[str, Any]:
    """The values of a NITF document."""
    body = _first(root, "body.content")
    if body is None:
        raise InputError("has no <body.content>: no text. Remove it.")
    issue, release = _first(root, "date.issue"), _first(root, "date.release")
    distributor = _text(root, "distributor")
    holder = _first(root, "doc.copyright")
    return {
        # The dateline opens the text, where the stage that cleans it looks for one.
        "text": _joined(_text(_first(root, "body.head") or body, "dateline") or "", block_text(body)),
        "title": _text(root, "hl1", "hedline", "title"),
        "author": re.sub(r"^[Bb][Yy] ", "", _text(root, "byline") or "") or None,
        "source": distributor or (holder.get("holder") if holder is not None else None),
        "published": _day(*(element.get("norm") for element in (issue, release) if element is not None)),
        "language": _language(root),
    }


def _item(root: Any) -> dict[str, Any]:
    """The values of a NewsML-G2 news item."""
    nitf = _first(root, "nitf")
    inner = _first(root, "inlinexml", "inlinedata")
    values: dict[str, Any] = {"text": ""}
    if nitf is not None:
        values = _nitf(nitf)
    elif inner is not None:
        # Plain text has its paragraphs by its line ends, markup by its tags.
        values = {"text": block_text(inner) if len(inner) else plain_text(inner.text or "")}
    provider = _first(root, "provider")
    source = None
    if provider is not None:
        source = _text(provider, "name") or provider.get("literal")
    stated = {
        "title": _text(root, "headline"),
        "author": re.sub(r"^[Bb][Yy] ", "", _text(root, "by") or "") or None,
        "source": source or _text(root, "creditline"),
        "published": _day(_text(root, "firstcreated"), _text(root, "contentcreated"), _text(root, "versioncreated")),
        "language": _language(root),
    }
    return {"text": values["text"], **{name: value or values.get(name) for name, value in stated.items()}}


def _language(root: Any) -> str | None:
    tags = _all(root, "language")
    found = next((element.get("tag") for element in tags if element.get("tag")), None) or root.get(_XML_LANGUAGE)
    return found if found and re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", found) else None
