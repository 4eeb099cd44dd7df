"""Web archives (WARC, as of CC-NEWS): the web pages in them that were delivered, one article each, as a stream.

Requests, metadata, pictures, redirects and errors are passed over; a page that holds no article is a reject.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from pipeline.sources.article import Article, InputError, Reject, id_of_address, reject, visible
from pipeline.sources.files import open_bytes, shown, stem
from pipeline.sources.html import MAX_PAGE, article_of

_PAGES = ("text/html", "application/xhtml+xml")
_TICK = 64  # records passed over between two signs of life


class _File:
    """A bounded stream as FastWARC wants it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._left = b""
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = 1 << 16
        if not self._left:
            self._left = self._stream.read()
        chunk, self._left = self._left[:size], self._left[size:]
        self._at += len(chunk)
        return bytes(chunk)

    def tell(self) -> int:
        return self._at


def read(path: Path, max_chars: int, skip: int = 0) -> Iterator[Article | Reject | None]:
    """The articles in *path*, behind the first *skip* items; None now and then, where there is nothing else to give.

    An article's id is made of the page's URL, so that it stays the same wherever in a file the page stands.
    """
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    name = shown(path)
    given = pages = passed = 0
    seen: dict[str, int] = {}
    try:
        with open_bytes(path) as stream:
            source = cast(BinaryIO, _File(stream))
            records = iter(ArchiveIterator(source, record_types=WarcRecordType.response))
            while (record := _next(records, pages)) is not None:
                if not _is_page(record):
                    passed += 1
                    if passed % _TICK == 0:
                        given += 1
                        if given > skip:
                            yield None
                    continue
                pages += 1
                given += 1
                address = str(record.headers.get("WARC-Target-URI") or f"page {pages}")
                article_id = id_of_address(stem(path), address)
                seen[article_id] = seen.get(article_id, 0) + 1
                if seen[article_id] > 1:
                    article_id = f"{article_id}-{seen[article_id]}"  # the page was fetched more than once
                if given > skip:
                    yield _page(record, pages, address, article_id, name, max_chars)
    except InputError as error:
        yield reject(name, error)
        return
    if not pages:
        yield reject(name, "holds no web page that was delivered. Remove it.")


def _next(records: Iterator[Any], pages: int) -> Any:
    """The next record, None at the end. Raises InputError where the archive is damaged."""
    try:
        return next(records, None)
    except InputError:
        raise
    except BaseException as error:  # whatever a damaged archive makes of its parser, a panic among it
        raise InputError(f"is damaged after page {pages} ({error}). Fetch it again.") from error


def _is_page(record: Any) -> bool:
    http = record.http_headers
    if http is None or http.status_code != 200:
        return False
    return str(record.http_content_type or "").lower().startswith(_PAGES)


def _page(record: Any, number: int, address: str, article_id: str, path: str, max_chars: int) -> Article | Reject:
    try:
        return article_of(
            _payload(record),
            default_id=article_id,
            path=path,
            max_chars=max_chars,
            record=number,
            url=address if address.startswith(("http://", "https://")) else None,
            charset=record.http_charset,
        )
    except InputError as error:
        return reject(path, f"page {number} ({visible(address, 100)}): {error}", article_id)


def _payload(record: Any) -> bytes:
    """The bytes of the page in *record*, unpacked, never more than a page may have. Raises InputError."""
    too_long = InputError(f"has more than {MAX_PAGE:,} bytes, too many for one article.")
    try:
        content = bytes(record.reader.read(MAX_PAGE + 1))
    except InputError:
        raise
    except BaseException as error:
        raise InputError(f"is damaged or cut off ({error}). Fetch it again.") from error
    if len(content) > MAX_PAGE:
        raise too_long
    if len(content) < record.content_length:
        raise InputError(
            f"is cut off: {len(content):,} of its {record.content_length:,} bytes are there. Fetch it again."
        )
    headers = {str(key).lower(): str(value).lower().strip() for key, value in record.http_headers.items()}
    if headers.get("transfer-encoding") == "chunked":
        content = _unchunked(content)
    packing = headers.get("content-encoding", "identity")
    if packing in ("identity", "") or content[:1] == b"<":
        return content  # some crawlers unpack a page and leave its header
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise InputError(f"is packed as {visible(packing)}, which isn't read.")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        content = unpacker.decompress(content, MAX_PAGE + 1)
    except zlib.error as error:
        raise InputError(f"isn't packed as it says ({error}). Fetch it again.") from error
    if len(content) > MAX_PAGE:
        raise too_long
    return content


def _unchunked(content: bytes) -> bytes:
    """The bytes of an HTTP body sent in chunks; as it is where it isn't chunked after all."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = content.find(b"\r\n", at, at + 64)
        try:
            size = int(content[at:end].split(b";")[0], 16) if end != -1 else -1
        except ValueError:
            size = -1
        if size < 0:
            return b"".join(parts) or content
        if size == 0:
            return b"".join(parts)
        parts.append(content[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
