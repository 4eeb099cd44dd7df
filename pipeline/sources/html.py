"""Web pages: the article, its metadata and its day, told from the page around it by trafilatura (Barbaresi 2021)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.sources.article import Article, InputError, Reject, check_day, make_article, reject
from pipeline.sources.files import read_file, shown, stem

MAX_PAGE = 10 * 1024 * 1024
"""The largest page (bytes). A news page has 0.1 to 2 MB of markup."""

_FEWEST = 5  # words: what is shorter is a label of the page, not an article
_HEAD = 4096  # bytes or characters in which a page says what it is
_ADVICE = "Save the article's text as .txt."
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
# The WHATWG Encoding Standard: what a browser reads under these labels is windows-1252.
_AS_WINDOWS = frozenset({"ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1"})
_ENCODINGS = re.compile(
    r"utf-?8|utf-?16(?:-?[bl]e)?|windows-?125\d|cp125\d|iso-?8859-?\d{1,2}|koi8-?[ru]|gb2312|gbk|gb18030|big5|"
    r"shift[_-]jis|euc-?(?:jp|kr)|iso-2022-jp|mac(?:intosh|-roman)"
)
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")
_DECLARES = re.compile(r"<!DOCTYPE[^>]{0,1000}\[", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Only days that the page states in its markup; none that a pattern finds somewhere in its text. The bounds are fixed,
# so that the same page gives the same day whenever it is read.
_DATES = {"extensive_search": False, "original_date": True, "min_date": "1900-01-01", "max_date": "2199-12-31"}


def decoded(content: bytes, declared: str | None = None) -> str:
    """The page as text: by its byte order mark, the charset *declared* with it, the one its markup names, UTF-8, and
    where it is none of these windows-1252, as browsers do it. Raises nothing.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    head = content[:_HEAD]
    found = _META_CHARSET.search(head) or _XML_CHARSET.search(head)
    for label in (declared, found.group(1).decode("ascii", "replace") if found else None, "utf-8"):
        name = (label or "").strip().lower()
        name = "windows-1252" if name in _AS_WINDOWS else name
        if _ENCODINGS.fullmatch(name):
            try:
                return content.decode(name)
            except (UnicodeDecodeError, LookupError):
                continue
    return content.decode("windows-1252", "replace")


def article_of(
    content: bytes, *, default_id: str, path: str, max_chars: int, record: int | None = None, url: str | None = None,
    charset: str | None = None,
) -> Article:  # fmt: skip
    """The article in the page *content*, which came from *url*. Raises InputError where it holds none."""
    import lxml.etree
    from trafilatura import bare_extraction, load_html

    markup = _CONTROL.sub(" ", decoded(content, charset))
    if _DECLARES.search(markup, 0, _HEAD):
        raise InputError(f"declares entities of its own, which a web page may not. {_ADVICE}")
    try:
        tree = load_html(markup)
        if tree is None:
            raise InputError(f"isn't HTML that can be parsed. {_ADVICE}")
        language = _language(tree)
        found: Any = bare_extraction(
            tree, url=url, include_comments=False, with_metadata=True, date_extraction_params=dict(_DATES)
        )
    except (lxml.etree.LxmlError, ValueError, AttributeError, TypeError, KeyError, IndexError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"can't be parsed as a web page ({type(error).__name__}: {error}). {_ADVICE}") from error
    text = _CONTROL.sub("", found.text or "") if found is not None else ""
    if len(text.split()) < _FEWEST:
        raise InputError(
            f"holds no article that can be told from the page around it (a list of links, a shell filled by scripts, a "
            f"paywall?). {_ADVICE}"
        )
    values = {
        # Paragraphs come one a line; blank lines keep each a block of its own.
        "text": re.sub(r"\n+", "\n\n", text.strip()) + "\n",
        "title": _line(found.title),
        "author": _line(found.author),
        "source": _line(found.sitename),
        "url": _line(url or found.url),
        "published": _day(found.date),
        "published_from": "html",
        "language": language,
    }
    return make_article(values, default_id=default_id, path=path, raw=content, record=record, max_chars=max_chars)


def _line(value: str | None) -> str | None:
    """A metadata field as the page gives it, cut to what a field may hold."""
    return " ".join(_CONTROL.sub(" ", value).split())[:1000] or None if value else None


def _day(value: str | None) -> Any:
    try:
        return check_day(value)
    except InputError:
        return None  # a page's markup may say anything; what is no day says nothing


def _language(tree: Any) -> str | None:
    """What the page says of its language: ``<html lang>``, else the locale of its Open Graph data."""
    found = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    if not found:
        locales = tree.xpath("//meta[@property='og:locale']/@content")
        found = locales[0] if locales else ""
    return found.strip() if _LOCALE.match(found.strip()) else None


def read(path: Path, max_chars: int, skip: int = 0) -> Iterator[Article | Reject]:
    """The article in the page saved at *path*, or its reject."""
    if skip:
        return
    name = shown(path)
    try:
        content = read_file(path, MAX_PAGE, _ADVICE)
        yield article_of(content, default_id=stem(path), path=name, max_chars=max_chars)
    except InputError as error:
        yield reject(name, error, stem(path))
