"""The corpus: a folder of text files with front matter, one an article. Adding, listing, checking."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline import sources
from pipeline.sources import Article, Reject

_FIELDS = ("title", "source", "author", "url", "published", "language")
_SAFE = re.compile(r"[^\w.-]+")
_SHORT = 30  # words: below this, "article" is most likely a headline or a teaser


class CorpusError(ValueError):
    """An article that can't be added. The message says which, why, and what to do."""


@dataclass(frozen=True, slots=False)
class Finding:
    """Something about one article: an ``error`` would be rejected by a run, a ``hint`` is worth mending."""

    severity: Literal["error", "hint"]
    path: str
    message: str


def _articles_folder(corpus: Path) -> Path:
    inner = corpus / "articles"
    return inner if inner.is_dir() or not corpus.is_dir() else corpus


def _front_matter(article: Article, given: Mapping[str, str]) -> str:
    """The article as the corpus keeps it: its metadata between ``---`` lines, then its text as it came."""
    lines = []
    for name in _FIELDS:
        value = getattr(article, name)
        if value in (None, "", "en" if name == "language" else None):
            value = given.get(name)
        if value:
            lines.append(f"{name}: {' '.join(str(value).split())}")
    return "---\n" + "".join(f"{line}\n" for line in lines) + "---\n"


def add(files: Iterable[Path], corpus: Path, given: Mapping[str, str] | None = None) -> Iterator[Path]:
    """Copy the articles in *files* into *corpus*, each as ``<article_id>.txt`` with front matter.

    *given* fills metadata that a file doesn't carry. Yields each new path. Raises CorpusError, and adds no more, for an
    article that can't be read or whose id the corpus has.
    """
    given = dict(given or {})
    if "published" in given:
        try:
            dt.date.fromisoformat(given["published"])
        except ValueError as error:
            raise CorpusError(f"--published must be a day such as 2020-01-07: {error}") from error
    folder = _articles_folder(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    known = {path.stem for path in folder.iterdir()}
    for path in files:
        try:
            found = list(sources.read(path))
        except sources.SourceError as error:
            raise CorpusError(str(error)) from error
        for item in found:
            if isinstance(item, Reject):
                raise CorpusError(f"{item.path}: {item.error}")
            name = _SAFE.sub("-", item.article_id).strip(".-")
            if not name or name in known:
                raise CorpusError(
                    f"{path}: the corpus already has an article {name!r}. Rename the file, or give the record another "
                    "article_id."
                )
            target = folder / f"{name}.txt"
            with target.open("x", encoding="utf-8", newline="") as file:
                file.write(_front_matter(item, given) + item.text)
            known.add(name)
            yield target


def listing(corpus: Path) -> list[dict[str, Any]]:
    """One row an article that a run would take: id, day, words, title, source, path."""
    return [
        {
            "article_id": item.article_id,
            "published": item.published and item.published.isoformat(),
            "words": len(item.text.split()),
            "title": item.title,
            "source": item.source,
            "path": item.path,
        }
        for item in sources.read(corpus)
        if isinstance(item, Article)
    ]


def check(corpus: Path) -> list[Finding]:
    """What a run would reject, and what is worth mending, in the order of the corpus."""
    findings: list[Finding] = []
    for item in sources.read(corpus):
        if isinstance(item, Reject):
            findings.append(Finding("error", item.path, item.error))
            continue
        if item.published is None:
            findings.append(
                Finding("hint", item.path, "no day of writing: relative dates such as “on Tuesday” may stay unresolved")
            )
        words = len(item.text.split())
        if words < _SHORT:
            findings.append(Finding("hint", item.path, f"only {words} words: is it the whole article?"))
        if (item.language or "en") != "en":
            findings.append(Finding("hint", item.path, f"language {item.language}: the stages read English"))
    return findings
