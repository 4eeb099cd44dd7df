"""One shard: from a file of articles to a folder of parts, the same function wherever it runs.

A shard's input is a Parquet file of articles as read (:data:`INPUT_SCHEMA`). Its output is a folder that holds one part
a table and ``record.json``, which names every article and what made it. The folder is written aside and renamed, so a
shard is there whole or not at all.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import schema
from pipeline.config import Settings
from pipeline.files import remove_tree, write_aside, write_json, write_parquet

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

RECORD = "record.json"
PART_TABLES = (*schema.ARTICLE_TABLES, "local_entities")
INPUT_SCHEMA = pa.schema(
    [
        pa.field("fingerprint", pa.string(), False),
        pa.field("article_id", pa.string(), False),
        pa.field("text", pa.large_string(), False),
        pa.field("title", pa.string()),
        pa.field("source", pa.string()),
        pa.field("author", pa.string()),
        pa.field("url", pa.string()),
        pa.field("published", pa.date32()),
        pa.field("language", pa.string()),
        pa.field("raw_sha256", pa.string(), False),
        pa.field("path", pa.string(), False),
    ]
)

#: Called with the name of a stage and the number of articles that have just gone through it.
Progress = Callable[[str, int], None]


class ArticleError(RuntimeError):
    """An article on which a stage failed, in a run that was told to be strict."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Where a shard's articles are and where its parts go."""

    input: Path
    output: Path


@lru_cache(maxsize=2)
def _language(model: str, clean: str) -> Language:
    """The pipeline, loaded once a process."""
    from pipeline import model as models

    return models.load(model, clean)


def _raw_doc(nlp: Language, row: dict[str, Any]) -> Doc:
    """A Doc of the text as read, in one token: ``clean`` tokenises what it makes of it."""
    from spacy.tokens import Doc

    from pipeline.annotations import Metadata

    doc = Doc(nlp.vocab, words=[row["text"]] if row["text"] else [], spaces=[False] if row["text"] else [])
    doc._.meta = Metadata(
        article_id=row["article_id"],
        title=row["title"],
        source=row["source"],
        author=row["author"],
        url=row["url"],
        published=row["published"],
        published_from="metadata" if row["published"] else None,
        language=row["language"] or "en",
    )
    return doc


def _explain(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip().rstrip(".")


class _Batch:
    """Articles that go through the stages together; one that fails leaves with its reason."""

    def __init__(self, rows: Sequence[dict[str, Any]], nlp: Language, strict: bool) -> None:
        self.rows = list(rows)
        self.docs: list[Doc] = [_raw_doc(nlp, row) for row in rows]
        self.rejected: list[dict[str, Any]] = []
        self.strict = strict

    def reject(self, index: int, stage: str, error: Exception) -> None:
        row = self.rows[index]
        message = f"{_explain(error)}. Please report it with the article; the other articles are not affected."
        if self.strict:
            raise ArticleError(f"{row['path']} ({row['article_id']}), stage {stage}: {message}") from error
        stage = stage if stage in schema.REJECT_STAGES else "run"
        self.rejected.append({"path": row["path"], "article_id": row["article_id"], "stage": stage, "error": message})

    def apply(self, stage: str, component: Callable[[Doc], Doc]) -> None:
        """Run *component* over the articles that are left; together where it can, alone after a failure."""
        if hasattr(component, "pipe"):
            try:
                done = list(component.pipe(iter(self.docs), batch_size=len(self.docs) or 1))
                if len(done) == len(self.docs):
                    self.docs = done
                    return
            except Exception:  # one article of the batch: found below, where each runs alone
                pass
        rows: list[dict[str, Any]] = []
        docs: list[Doc] = []
        for index, doc in enumerate(self.docs):
            try:
                docs.append(component(doc))
                rows.append(self.rows[index])
            except Exception as error:
                self.reject(index, stage, error)
        self.rows, self.docs = rows, docs


def _batches(path: Path, size: int) -> Iterator[list[dict[str, Any]]]:
    for batch in pq.ParquetFile(path).iter_batches(batch_size=size):
        yield batch.to_pylist()


def process(shard: Shard, settings: Settings, progress: Progress | None = None) -> dict[str, Any]:
    """Take every article of *shard* through the stages and write its parts; returns the shard's record.

    Raises ModelError where the model can't be loaded, OSError where the parts can't be written and, with
    ``settings.strict``, ArticleError at the first article that fails. Otherwise such an article becomes a row in
    ``rejects``.
    """
    from pipeline.rows import rows_of

    nlp = _language(settings.model, settings.clean)
    rejected: list[dict[str, Any]] = []
    tables: dict[str, list[pa.Table]] = {name: [] for name in PART_TABLES}
    fingerprints: dict[str, str] = {}
    seconds: dict[str, float] = defaultdict(float)
    for articles in _batches(shard.input, settings.batch_size):
        fingerprints |= {row["article_id"]: row["fingerprint"] for row in articles}
        with nlp.memory_zone():
            batch = _Batch(articles, nlp, settings.strict)
            for name, component in nlp.pipeline:
                began = time.perf_counter()
                stage = name.removeprefix("evidence_")
                batch.apply(stage, component)
                seconds[stage] += time.perf_counter() - began
                if progress:
                    progress(stage, len(batch.docs))
            began = time.perf_counter()
            for index, doc in enumerate(batch.docs):
                try:
                    made = rows_of(doc, batch.rows[index]["raw_sha256"])
                    checked = {name: schema.to_table(name, made.get(name, [])) for name in made}
                except Exception as error:
                    batch.reject(index, "rows", error)
                    continue
                for name, table in checked.items():
                    tables[name].append(table)
            rejected += batch.rejected
            seconds["rows"] += time.perf_counter() - began
            del batch
        if progress:
            progress("done", len(articles))
    tables["rejects"] = [schema.to_table("rejects", rejected)]
    merged = {name: pa.concat_tables(parts) if parts else schema.to_table(name, []) for name, parts in tables.items()}
    record = {
        "schema_version": schema.SCHEMA_VERSION,
        "articles": {name: fingerprints[name] for name in sorted(fingerprints)},
        "rejected": sorted({row["article_id"] for row in rejected}),
        "rows": {name: table.num_rows for name, table in merged.items()},
        "words": sum(merged["articles"]["n_tokens"].to_pylist()),
        "seconds": {stage: round(value, 4) for stage, value in seconds.items()},
    }
    _write(shard.output, merged, record)
    return record


def _write(folder: Path, tables: dict[str, pa.Table], record: dict[str, Any]) -> None:
    aside = write_aside(folder)
    remove_tree(aside)
    aside.mkdir(parents=True)
    for name, table in tables.items():
        write_parquet(schema.conform(name, table), aside / f"{name}.parquet")
    write_json(record, aside / RECORD)
    remove_tree(folder)
    aside.rename(folder)


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record of the shard in *folder*; None where it is missing, cut short or of another schema version."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        usable = (
            record["schema_version"] == schema.SCHEMA_VERSION
            and isinstance(record["articles"], dict)
            and isinstance(record["rejected"], list)
            and all((folder / f"{name}.parquet").is_file() for name in PART_TABLES)
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return record if usable else None
