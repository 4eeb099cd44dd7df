"""The corpus: a folder of text files with front matter, one an article. Adding, listing, checking."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from urllib.parse import urlsplit

from pipeline import sources
from pipeline.lexicon import words
from pipeline.sources import Article, Reject
from pipeline.sources.article import InputError, id_of_address
from pipeline.sources.fetch import Fetcher

_FIELDS = ("title", "source", "author", "url", "published", "published_from", "language")
_UNSAID = {"language": "en", "published_from": "metadata"}  # what front matter means where it says nothing
_SAFE = re.compile(r"[^\w.-]+")
_EDGE = 4  # lines at the top and the bottom of an article among which an outlet's own lines stand
_BLOCK = 60  # words of the longest such line
_REPEATED = 5  # articles of one outlet with the same line from which it is pointed out
_SHORT = 30  # words: below this, "article" is most likely a headline or a teaser
_WORD = re.compile(r"[^\W\d_]+")
_LOOKED_AT = 20_000  # characters: enough to tell the language
# English news has 35 to 50 in a hundred of them, other languages in Latin script below 10.
_ENGLISH = "english_words"
_ENGLISH_SHARE = 0.15


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
        if value in (None, "", _UNSAID.get(name)):
            value = given.get(name)
        if value:
            lines.append(f"{name}: {' '.join(str(value).split())}")
    return "---\n" + "".join(f"{line}\n" for line in lines) + "---\n"


def add(files: Iterable[Path], corpus: Path, given: Mapping[str, str] | None = None) -> Iterator[Path | Reject]:
    """Copy the articles in *files* into *corpus*, each as ``<article_id>.txt`` with front matter.

    *given* fills metadata that a file doesn't carry. Yields each new path, and a Reject for what can't be read of a
    file that holds several articles. Raises CorpusError, and adds no more, for a file that holds nothing else and for
    an article whose id the corpus has.
    """
    adding = _Adding(corpus, given)
    for path in files:
        try:
            yield from adding.all_of(path)
        except sources.SourceError as error:
            raise CorpusError(str(error)) from error


def add_fetched(
    urls: Iterable[str], corpus: Path, given: Mapping[str, str] | None = None, fetcher: Fetcher | None = None
) -> Iterator[Path | Reject]:
    """Fetch the pages at *urls*, as :mod:`pipeline.sources.fetch` does it, and add their articles to *corpus*.

    Raises CorpusError, and adds no more, for one that can't or may not be fetched, or holds no article.
    """
    adding = _Adding(corpus, given)
    fetcher = fetcher or Fetcher()
    for url in urls:
        try:
            page = fetcher.fetch(url)
        except InputError as error:
            raise CorpusError(str(error)) from error
        stem = id_of_address(urlsplit(page.url).hostname or "page", page.url)
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"{stem}{page.suffix}"
            path.write_bytes(page.content)
            yield from adding.all_of(path, page.url)


class _Adding:
    """Writes articles into a corpus, none over another."""

    def __init__(self, corpus: Path, given: Mapping[str, str] | None) -> None:
        self.given = dict(given or {})
        if "published" in self.given:
            try:
                dt.date.fromisoformat(self.given["published"])
            except ValueError as error:
                raise CorpusError(f"--published must be a day such as 2020-01-07: {error}") from error
        self.folder = _articles_folder(corpus)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.known = {path.stem for path in self.folder.iterdir()}

    def all_of(self, path: Path, url: str | None = None) -> Iterator[Path | Reject]:
        """Write the articles of *path*, which was fetched from *url*."""
        items = sources.read(path)
        first, second = next(items, None), next(items, None)
        if isinstance(first, Reject) and second is None:
            raise CorpusError(f"{url or first.path}: {first.error}")
        for item in chain([found for found in (first, second) if found is not None], items):
            yield item if isinstance(item, Reject) else self._write(replace(item, url=item.url or url))

    def _write(self, article: Article) -> Path:
        name = _SAFE.sub("-", article.article_id).strip(".-")
        if not name or name in self.known:
            raise CorpusError(
                f"{article.path}: the corpus already has an article {name!r}. Rename the file, or give the record "
                "another article_id."
            )
        target = self.folder / f"{name}.txt"
        with target.open("x", encoding="utf-8", newline="") as file:
            file.write(_front_matter(article, self.given) + article.text)
        self.known.add(name)
        return target


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
    blocks = _Blocks()
    for item in sources.read(corpus):
        if isinstance(item, Reject):
            findings.append(Finding("error", item.path, item.error))
            continue
        blocks.add(item)
        if item.published is None:
            findings.append(
                Finding("hint", item.path, "no day of writing: relative dates such as “on Tuesday” may stay unresolved")
            )
        words = len(item.text.split())
        if words < _SHORT:
            findings.append(Finding("hint", item.path, f"only {words} words: is it the whole article?"))
        if (item.language or "en") != "en":
            findings.append(Finding("hint", item.path, f"language {item.language}: the stages read English"))
        elif not looks_english(item.text):
            findings.append(Finding("hint", item.path, "doesn't look like English: the stages read English"))
    return [*findings, *blocks.repeated()]


class _Blocks:
    """Counts, outlet by outlet, the lines at the edges of articles, where what belongs to a page stands.

    A line that an outlet has under every article (a newsletter's plug, a notice) is told from a background paragraph
    that it repeats on purpose only by a person: a claim in the second is one. So it is pointed out, and not taken out.
    """

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, article: Article) -> None:
        """Count the lines at the edges of *article*."""
        if not article.source:
            return
        lines = [line.strip() for line in article.text.splitlines() if line.strip()]
        for line in {*lines[:_EDGE], *lines[-_EDGE:]}:
            if 3 < len(line.split()) <= _BLOCK:
                key = article.source.casefold(), hashlib.sha256(line.casefold().encode()).hexdigest()[:16]
                self._seen[key] += 1
                self._first.setdefault(key, (article.path, line))

    def repeated(self) -> Iterator[Finding]:
        """A hint for every line that stands in many articles of one outlet, the commonest first."""
        common = [key for key, count in self._seen.items() if count >= _REPEATED]
        for key in sorted(common, key=lambda key: (-self._seen[key], self._first[key])):
            path, line = self._first[key]
            shown = line if len(line) <= 80 else line[:79] + "…"
            yield Finding(
                "hint",
                path,
                f"“{shown}” stands in {self._seen[key]} articles of one outlet: if it belongs to the page and not "
                "to the articles, cut it out of them",
            )


def remove(ids: Iterable[str], corpus: Path, pins: Path | None = None) -> Iterator[Path]:
    """Remove the articles called *ids* from *corpus*, and their pins from *pins*; yields each path removed.

    Every id is looked up before anything is removed. Raises CorpusError for one that the corpus doesn't have, or whose
    file holds other articles too.
    """
    held: dict[str, Article] = {}
    in_file: Counter[str] = Counter()
    for item in sources.read(corpus):
        if isinstance(item, Article):
            held[item.article_id] = item
            in_file[item.path] += 1
    found = []
    for article_id in ids:
        article = held.get(article_id)
        if article is None:
            raise CorpusError(f"the corpus has no article {article_id!r}. pipeline corpus list shows those it has.")
        if article.record is not None and in_file[article.path] > 1:
            raise CorpusError(
                f"{article_id} is record {article.record} of {article.path}, which holds {in_file[article.path]} "
                "articles. Take the record out of that file."
            )
        found.append(article)
    for article in found:
        path = Path(article.path)
        path.unlink()
        yield path
        pin = pins / f"{article.article_id}.jsonl" if pins and not _SAFE.search(article.article_id) else None
        if pin and pin.is_file():
            pin.unlink()
            yield pin


@dataclass
class Stats:
    """The corpus in numbers: articles, words (split at white space), days; articles by outlet, month, language."""

    articles: int = 0
    rejects: int = 0
    words: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    without_day: int = 0
    outlets: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)


def stats(corpus: Path) -> Stats:
    """Count what a run over *corpus* would read. Raises SourceError where there is nothing."""
    counted = Stats()
    for item in sources.read(corpus):
        if isinstance(item, Reject):
            counted.rejects += 1
            continue
        counted.articles += 1
        counted.words += len(item.text.split())
        counted.outlets[item.source or ""] += 1
        counted.languages[item.language or "en"] += 1
        if item.published is None:
            counted.without_day += 1
            continue
        counted.months[f"{item.published:%Y-%m}"] += 1
        counted.first = min(counted.first or item.published, item.published)
        counted.last = max(counted.last or item.published, item.published)
    return counted


def looks_english(text: str) -> bool:
    """Whether *text* is English, judged by how many of its words are English's commonest; under 30 words always."""
    found = [word.casefold() for word in _WORD.findall(text[:_LOOKED_AT])]
    if len(found) < _SHORT:
        return True
    commonest = words(_ENGLISH)
    return sum(word in commonest for word in found) >= _ENGLISH_SHARE * len(found)
