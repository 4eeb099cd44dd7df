"""The tables of a run as the report reads them: columns that it needs, rows by article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from pipeline.outputs import read_table
from pipeline.report.names import label, page_names

_COLUMNS = {
    "articles": [
        "article_id",
        "title",
        "author",
        "source",
        "url",
        "published",
        "duplicate_of",
        "n_tokens",
        "published_estimate",
    ],
    "sentences": ["article_id", "sentence_id", "paragraph", "section", "start", "end", "text"],
    "mentions": ["article_id", "start", "end", "label", "entity_id"],
    "entities": ["entity_id", "name", "label"],
}
# Texts decoded at a time while article pages are written.
_BATCH = 64
# Characters of an opening.
_OPENING = 72


@dataclass(frozen=True, slots=True)
class Article:
    """What the report says of an article wherever it names it.

    ``number`` is its place in the report: by day, those without a day last, then by id. ``page`` names its page.
    ``opening`` are the first words of its body, for an article without a title; ``estimate`` its likeliest day, where
    ``day`` isn't known.
    """

    number: int
    article_id: str
    page: str
    title: str | None
    source: str | None
    author: str | None
    url: str | None
    day: dt.date | None
    words: int
    duplicate_of: str | None
    estimate: dt.date | None
    opening: str | None

    @property
    def name(self) -> str:
        """Its title, or its first words, or its id: never empty."""
        return self.title or (f"“{self.opening}”" if self.opening else self.article_id)


def taken(table: pa.Table, rows: Sequence[int]) -> list[dict[str, Any]]:
    """The rows of *table* with these numbers, in this order."""
    found: list[dict[str, Any]] = table.take(pa.array(rows, pa.int64())).to_pylist()
    return found


@dataclass
class Tables:
    """The run in ``folder``.

    Raises OutputsError where there is none, or one of another schema.
    """

    folder: Path
    _slices: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    _read: dict[str, pa.Table] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pa.Table:
        """The table *name*, all rows of the columns that the report needs."""
        if name not in self._read:
            self._read[name] = read_table(self.folder, name, _COLUMNS.get(name)).combine_chunks()
        return self._read[name]

    @cached_property
    def articles(self) -> list[Article]:
        """Every article, in the order of the report."""
        rows = self["articles"].to_pylist()
        rows.sort(key=lambda row: (row["published"] or dt.date.max, row["article_id"]))
        pages = page_names(row["article_id"] for row in rows)
        return [
            Article(
                number,
                row["article_id"],
                pages[row["article_id"]],
                row["title"],
                row["source"],
                row["author"],
                row["url"],
                row["published"],
                row["n_tokens"],
                row["duplicate_of"],
                row["published_estimate"],
                None if row["title"] else self._opening(row["article_id"]),
            )
            for number, row in enumerate(rows)
        ]

    def _opening(self, article_id: str) -> str | None:
        start, length = self.place("sentences", article_id)
        first = self["sentences"].slice(start, min(length, 12)).to_pylist()
        found = next((row for row in first if row["section"] == "body"), first[0] if first else None)
        return None if found is None else label(found["text"], _OPENING)

    @cached_property
    def by_id(self) -> dict[str, Article]:
        """article_id → article."""
        return {article.article_id: article for article in self.articles}

    @cached_property
    def names(self) -> dict[str, str]:
        """entity_id → name."""
        entities = self["entities"]
        return dict(zip(entities["entity_id"].to_pylist(), entities["name"].to_pylist(), strict=True))

    @cached_property
    def labels(self) -> dict[str, str]:
        """entity_id → kind of entity."""
        entities = self["entities"]
        return dict(zip(entities["entity_id"].to_pylist(), entities["label"].to_pylist(), strict=True))

    def texts(self) -> Iterator[tuple[Article, str]]:
        """Every article with its text, in the order of the table, a few texts in memory at a time."""
        scanned = ds.dataset(self.folder / "articles.parquet", format="parquet")
        for batch in scanned.to_batches(columns=["article_id", "text"], batch_size=_BATCH, batch_readahead=1):
            for row in batch.to_pylist():
                yield self.by_id[row["article_id"]], row["text"]

    def rows(self, name: str, article_id: str, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """The rows of *name* of one article, in the order of the table, with all columns or those named."""
        start, length = self.place(name, article_id)
        table = self[name] if columns is None else self[name].select(list(columns))
        rows: list[dict[str, Any]] = table.slice(start, length).to_pylist()
        return rows

    def in_order(self, name: str) -> Iterator[tuple[Article, list[dict[str, Any]]]]:
        """Every article in the order of the report, with its rows of *name*."""
        for article in self.articles:
            yield article, self.rows(name, article.article_id)

    def count(self, name: str, article_id: str) -> int:
        """How many rows of *name* the article has."""
        return self.place(name, article_id)[1]

    def place(self, name: str, article_id: str) -> tuple[int, int]:
        """Where the article's rows begin in *name*, and how many there are."""
        return self._slice(name).get(article_id, (0, 0))

    def _slice(self, name: str) -> dict[str, tuple[int, int]]:
        """article_id → where its rows begin in *name*, and how many; the tables are sorted by article_id."""
        if name not in self._slices:
            runs = pc.run_end_encode(self[name]["article_id"].combine_chunks(), run_end_type=pa.int64())
            ends = runs.run_ends.to_pylist()
            starts = [0, *ends][:-1]
            ids = runs.values.to_pylist()
            self._slices[name] = {
                article_id: (start, end - start) for article_id, start, end in zip(ids, starts, ends, strict=True)
            }
        return self._slices[name]
