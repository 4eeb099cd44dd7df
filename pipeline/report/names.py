"""Names that are safe where the report uses them: files, fragments, addresses, labels."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

_PLAIN: Final = re.compile(r"[a-z0-9_][a-z0-9._-]{0,79}")
_UNSAFE: Final = re.compile(r"[^a-z0-9_-]+")
# Names that Windows keeps for devices, with any ending.
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
)


def page_name(article_id: str) -> str:
    """The name of the article's page, without ``.html``: the same for the same id, whatever else is in the corpus.

    Ids of lower-case letters, digits, ``_``, ``-`` and ``.`` (at most 80) name their page; of others, what is safe is
    kept, and a digest of the whole id tells them apart, also where a file system takes no notice of case.
    """
    if _PLAIN.fullmatch(article_id) and article_id.split(".")[0] not in _DEVICES and not article_id.endswith("."):
        return article_id
    return f"{_stem(article_id)}-{hashlib.sha256(article_id.encode()).hexdigest()[:10]}"


def _stem(article_id: str) -> str:
    plain = unicodedata.normalize("NFKD", article_id).encode("ascii", "ignore").decode().casefold()
    return _UNSAFE.sub("-", plain).strip("-")[:48] or "article"


def page_names(article_ids: Iterable[str]) -> dict[str, str]:
    """article_id → name of its page, no two alike.

    An id made to look like another's page gets the whole digest.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for article_id in sorted(article_ids):
        name = page_name(article_id)
        if name in taken:
            name = f"{_stem(article_id)}-{hashlib.sha256(article_id.encode()).hexdigest()}"
        taken.add(name)
        names[article_id] = name
    return names


def fragment(kind: str, row_id: str) -> str:
    """The fragment of a row on its article's page: ``quote``, ``…:q114-271`` → ``quote-114-271``."""
    return f"{kind}-{row_id.rsplit(':', 1)[1][1:]}"


def web_address(url: str | None) -> str | None:
    """*url* if it leads to the web (http, https, with a host and no white space or control characters), else None."""
    if url is None or any(char.isspace() or not char.isprintable() for char in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host else None


def label(text: str, limit: int = 120) -> str:
    """*text* for places that can't isolate it (window titles, tool tips): one line, nothing invisible, bounded."""
    shown = " ".join(text.split())
    if not shown.isprintable():
        shown = "".join(char for char in shown if char.isprintable())
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"
