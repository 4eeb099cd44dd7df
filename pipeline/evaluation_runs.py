"""Runs the pipeline over the articles of gold files and scores its tables by them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline import gold as golds
from pipeline import outputs, sources
from pipeline.config import Settings
from pipeline.evaluation import Score
from pipeline.gold import Gold, GoldError
from pipeline.progress import Quiet
from pipeline.run import run
from pipeline.sources import Article

_TABLES = ("mentions", "quotes", "dates", "claims")


def evaluate(folder: Path, corpus: Path, settings: Settings, out: Path | None = None) -> Score:
    """Score a run with *settings* over the articles of every gold file in *folder*.

    Texts that gold doesn't hold are those of the corpus in *corpus*. The tables are written to *out*, or to a folder
    that is removed again. Raises GoldError where gold is wrong, names an article that the corpus doesn't have, or
    doesn't fit the text; else what :func:`pipeline.run.run` raises.
    """
    files = golds.read_folder(folder)
    with TemporaryDirectory() as aside:
        source = Path(aside) / "gold.jsonl"
        with source.open("w", encoding="utf-8") as lines:
            for record in _records(files, corpus):
                lines.write(json.dumps(record, ensure_ascii=False) + "\n")
        tables = out or Path(aside) / "tables"
        run(source, tables, settings, Quiet())
        return score(files, tables)


def score(files: Sequence[Gold], tables: Path) -> Score:
    """Score the tables of the run in *tables* by *files*; an article that isn't there counts as having no rows.

    Raises GoldError where gold doesn't fit an article's text, OutputsError where the tables can't be read.
    """
    texts = {row["article_id"]: row["text"] for row in outputs.read_table(tables, "articles").to_pylist()}
    rows: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: {name: [] for name in _TABLES})
    for name in _TABLES:
        for row in outputs.read_table(tables, name).to_pylist():
            rows[row["article_id"]][name].append(row)
    made = Score()
    for gold in files:
        text = texts.get(gold.article_id, gold.text)
        if text is None:
            raise GoldError(f"{gold.path}: the run has no article {gold.article_id!r}. Is it among the rejects?")
        made.add(gold, golds.place(gold, text), text, rows[gold.article_id])
    return made


def _records(files: Sequence[Gold], corpus: Path) -> list[dict[str, Any]]:
    """The articles of *files* as records that a run reads, by id."""
    wanted = {gold.article_id: gold for gold in files if gold.text is None}
    found: dict[str, Article] = {}
    if wanted:
        found = {
            item.article_id: item
            for item in sources.read(corpus)
            if isinstance(item, Article) and item.article_id in wanted
        }
    records = []
    for gold in files:
        about: dict[str, Any] = {
            name: gold.meta.get(name) for name in sources.FIELDS if name not in ("text", "article_id")
        }
        text = gold.text
        if text is None:
            if gold.article_id not in found:
                raise GoldError(f"{gold.path}: {corpus} has no article {gold.article_id!r}. Name the corpus: --corpus")
            article = found[gold.article_id]
            about = {name: getattr(article, name) for name in about}
            about["published"] = article.published and article.published.isoformat()
            text = article.text
        given = {name: value for name, value in about.items() if value}
        records.append({"article_id": gold.article_id, "text": text, **given})
    return sorted(records, key=lambda record: str(record["article_id"]))
