"""One shard: from a file of articles to a folder of parts, the same function wherever it runs.

A shard's input is a Parquet file of articles as read (:data:`INPUT_SCHEMA`). Its output is a folder that holds one part
a table and ``record.json``, which names every article and what made it. The folder is written aside and renamed, so a
shard is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import lean, schema
from pipeline.config import Settings
from pipeline.files import remove_tree, replacing, write_json, write_parquet

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

RECORD = "record.json"
#: How the name of a shard ends that holds no more than the rejection of an article for want of time or memory.
REFUSED = "-refused"
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
        pa.field("published_from", pa.string()),
        pa.field("language", pa.string()),
        pa.field("raw_sha256", pa.string(), False),
        pa.field("path", pa.string(), False),
    ]
)


#: What is left is cut in so many shares a worker by :func:`recut`, each of so many articles at least.
_SHARES = 3
_LEAST = 4

_WARMING = "LONDON — “We will stay,” Maria Keller of the Red Cross told Reuters on Tuesday. She said 5,000 had left.\n"


class Watch:
    """Is told what :func:`process` is at, as it goes. Does nothing by itself."""

    def taken(self, articles: Sequence[str]) -> None:
        """Work on *articles* (their ids) begins: one, or a batch where a component takes many at once."""

    def done(self, articles: int) -> None:
        """*articles* more went through every stage."""


class ArticleError(RuntimeError):
    """An article on which a stage failed, in a run that was told to be strict."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Where a shard's articles are and where its parts go; ``tried``: an earlier run ended before it was done."""

    input: Path
    output: Path
    tried: bool = False


def digest(value: Any) -> str:
    """SHA-256 of *value* as JSON, the same whatever the order of keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def plan(rows: Sequence[dict[str, Any]], parts: Path) -> Shard:
    """A shard of *rows* (by :data:`INPUT_SCHEMA`) under *parts*, its input written."""
    name = digest([row["fingerprint"] for row in rows])[:20]
    path = parts / f"{name}.input.parquet"
    tried = path.is_file()
    write_parquet(pa.Table.from_pylist(list(rows), schema=INPUT_SCHEMA), path)
    return Shard(path, parts / name, tried)


def split(shard: Shard, without: str | None = None) -> list[Shard]:
    """*shard* as shards of one article each; given the article *without*, as one shard of all the others.

    The input of *shard* is removed.
    """
    rows: list[dict[str, Any]] = pq.read_table(shard.input).to_pylist()
    parts = shard.output.parent
    if without is None:
        made = [plan([row], parts) for row in rows]
    else:
        rest = [row for row in rows if row["article_id"] != without]
        made = [plan(rest, parts)] if rest else []
    if shard.input not in {new.input for new in made}:
        shard.input.unlink(missing_ok=True)
    return made


def recut(shards: Sequence[Shard], workers: int, most: int) -> list[Shard]:
    """The articles of *shards* in shards that get ever smaller, so that *workers* end at about the same time.

    Each holds a like share of the characters that are left (guided self-scheduling, Polychronopoulos and Kuck 1987),
    of *most* articles at most. The inputs of *shards* are removed.
    """
    rows: list[dict[str, Any]] = [row for shard in shards for row in pq.read_table(shard.input).to_pylist()]
    left = sum(len(row["text"]) for row in rows)
    made: list[Shard] = []
    taken: list[dict[str, Any]] = []
    characters = 0
    for row in rows:
        taken.append(row)
        characters += len(row["text"])
        if len(taken) >= most or (len(taken) >= _LEAST and characters >= left / (_SHARES * workers)):
            made.append(plan(taken, shards[0].output.parent))
            left -= characters
            taken, characters = [], 0
    if taken:
        made.append(plan(taken, shards[0].output.parent))
    for old in {shard.input for shard in shards} - {new.input for new in made}:
        old.unlink(missing_ok=True)
    return made


def refuse(shard: Shard, article_id: str | None, error: str, tried: dict[str, Any]) -> tuple[Shard, dict[str, Any]]:
    """A shard that rejects one article of *shard*, and its record: *article_id*, or None where it holds but one.

    *tried* says under what limits the article failed, so that a later run can tell whether to try again.
    """
    rows: list[dict[str, Any]] = pq.read_table(shard.input).to_pylist()
    [row] = [row for row in rows if article_id in (None, row["article_id"])]
    made = plan([row], shard.output.parent)
    made = replace(made, output=made.output.with_name(made.output.name + REFUSED))
    reject = {"path": row["path"], "article_id": row["article_id"], "stage": "run", "error": error}
    tables = {name: schema.to_table(name, [reject] if name == "rejects" else []) for name in PART_TABLES}
    record = _record({row["article_id"]: row["fingerprint"]}, [reject], tables, {}) | {"tried": tried}
    _write(made.output, tables, record)
    return made, record


@lru_cache(maxsize=2)
def _language(model: str, clean: str) -> Language:
    """The pipeline, loaded once a process, with all that it reads when it is first used."""
    with lean.loading():
        lean.import_spacy()
        from pipeline import model as models
        from pipeline import rows  # noqa: F401

        nlp = models.load(model, clean)
        # Word lists are read now: outside the memory zones, which end, and not in the time of the first article.
        nlp(_WARMING)
    return nlp


def warm(settings: Settings) -> None:
    """Load all that :func:`process` needs for many articles. Raises ModelError where the model can't be loaded."""
    nlp = _language(settings.model, settings.clean)
    with lean.loading():
        from pipeline.tokenizer import learn_words

        learn_words(nlp)


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
        published_from=row["published_from"],
        language=row["language"] or "en",
    )
    return doc


def _explain(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip().rstrip(".")


def _rejection(row: dict[str, Any], stage: str, error: Exception, strict: bool) -> dict[str, Any]:
    """The row of ``rejects`` of the article *row*, on which *stage* failed."""
    if isinstance(error, MemoryError):
        raise error  # says more about the machine than about the article: the engine tries it again alone
    message = f"{_explain(error)}. Please report it with the article; the other articles are not affected."
    if strict:
        raise ArticleError(f"{row['path']} ({row['article_id']}), stage {stage}: {message}") from error
    stage = stage if stage in schema.REJECT_STAGES else "run"
    return {"path": row["path"], "article_id": row["article_id"], "stage": stage, "error": message}


class _Batch:
    """Articles that go through the stages together; one that fails leaves with its reason."""

    def __init__(self, rows: Sequence[dict[str, Any]], nlp: Language, strict: bool) -> None:
        self.rows = list(rows)
        self.docs: list[Doc] = [_raw_doc(nlp, row) for row in rows]
        self.rejected: list[dict[str, Any]] = []
        self.strict = strict

    def reject(self, index: int, stage: str, error: Exception) -> None:
        self.rejected.append(_rejection(self.rows[index], stage, error, self.strict))

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


def _units(nlp: Language, articles: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """What goes through the stages together: the batch where a component takes many at once, else each article alone.

    Alone, because then it is known on which article a worker hangs or dies.
    """
    if any(hasattr(component, "pipe") for _, component in nlp.pipeline):
        yield articles
    else:
        yield from ([article] for article in articles)


def process(shard: Shard, settings: Settings, watch: Watch | None = None) -> dict[str, Any]:
    """Take every article of *shard* through the stages and write its parts; returns the shard's record.

    Memory: the rows of the shard, and the Docs of one batch. Raises ModelError where the model can't be loaded,
    OutputError where the parts can't be written, MemoryError, and, with ``settings.strict``, ArticleError at the first
    article that fails. Otherwise such an article becomes a row in ``rejects``.
    """
    nlp = _language(settings.model, settings.clean)
    from pipeline.rows import rows_of

    watch = watch or Watch()
    rejected: list[dict[str, Any]] = []
    tables: dict[str, list[pa.Table]] = {name: [] for name in PART_TABLES}
    fingerprints: dict[str, str] = {}
    seconds: dict[str, float] = defaultdict(float)
    for articles in _batches(shard.input, settings.batch_size):
        fingerprints |= {row["article_id"]: row["fingerprint"] for row in articles}
        read: list[_Read] = []
        # What the batch adds to the vocabulary goes with it, so that memory doesn't grow with the corpus.
        with nlp.memory_zone():
            for unit in _units(nlp, articles):
                watch.taken([row["article_id"] for row in unit])
                batch = _Batch(unit, nlp, settings.strict)
                for name, component in nlp.pipeline:
                    began = time.perf_counter()
                    stage = name.removeprefix("evidence_")
                    batch.apply(stage, component)
                    seconds[stage] += time.perf_counter() - began
                began = time.perf_counter()
                for index, doc in enumerate(batch.docs):
                    try:
                        read.append((batch.rows[index], rows_of(doc, batch.rows[index]["raw_sha256"])))
                    except Exception as error:
                        batch.reject(index, "rows", error)
                rejected += batch.rejected
                seconds["rows"] += time.perf_counter() - began
                watch.done(len(unit))
                del batch
            began = time.perf_counter()
            made, broken = _tables_of(read, settings.strict)
            rejected += broken
            for name, table in made.items():
                tables[name].append(table)
            seconds["rows"] += time.perf_counter() - began
    tables["rejects"] = [schema.to_table("rejects", rejected)]
    merged = {name: pa.concat_tables(parts) if parts else schema.to_table(name, []) for name, parts in tables.items()}
    record = _record(fingerprints, rejected, merged, seconds)
    _write(shard.output, merged, record)
    return record


#: An article as read, and its rows by table.
_Read = tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]


def _tables_of(read: Sequence[_Read], strict: bool) -> tuple[dict[str, pa.Table], list[dict[str, Any]]]:
    """The rows of articles as tables, and the rejection of each article whose rows break the contract.

    Together where all keep it, since a table an article takes twice as long.
    """
    names = tuple(dict.fromkeys(name for _, rows in read for name in rows))
    try:
        whole = {name: [row for _, rows in read for row in rows.get(name, ())] for name in names}
        return {name: schema.to_table(name, rows) for name, rows in whole.items()}, []
    except Exception as error:
        if len(read) == 1:
            return {}, [_rejection(read[0][0], "rows", error, strict)]
    alone = [_tables_of([one], strict) for one in read]
    kept = {name: [tables[name] for tables, _ in alone if name in tables] for name in names}
    rejections = [rejection for _, rejections in alone for rejection in rejections]
    return {name: pa.concat_tables(tables) for name, tables in kept.items() if tables}, rejections


def _record(
    fingerprints: dict[str, str], rejected: list[dict[str, Any]], tables: dict[str, pa.Table], seconds: dict[str, float]
) -> dict[str, Any]:
    return {
        "schema_version": schema.SCHEMA_VERSION,
        "articles": {name: fingerprints[name] for name in sorted(fingerprints)},
        "rejected": sorted({row["article_id"] for row in rejected}),
        "rows": {name: table.num_rows for name, table in tables.items()},
        "words": sum(tables["articles"]["n_tokens"].to_pylist()),
        "seconds": {stage: round(value, 4) for stage, value in seconds.items()},
    }


def _write(folder: Path, tables: dict[str, pa.Table], record: dict[str, Any]) -> None:
    with replacing(folder) as aside:
        remove_tree(aside)
        aside.mkdir(parents=True)
        for name, table in tables.items():
            write_parquet(schema.conform(name, table), aside / f"{name}.parquet")
        record["bytes"] = {name: (aside / f"{name}.parquet").stat().st_size for name in tables}
        write_json(record, aside / RECORD)


def adopt(shard: Shard, files: dict[str, bytes]) -> None:
    """Put the *files* of parts that were made elsewhere where *shard* has its own, whole or not at all.

    Raises OutputError where they can't be written.
    """
    with replacing(shard.output) as aside:
        remove_tree(aside)
        aside.mkdir(parents=True)
        for name, content in files.items():
            (aside / name).write_bytes(content)


def read_record(folder: Path) -> tuple[dict[str, Any] | None, str]:
    """The record of the shard in *folder*, and what is wrong: None and why, where the shard can't be used.

    A shard can't be used whose record is missing, cut short or of another schema version, or of which a part is missing
    or not as long as it was written.
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, "its record is missing"
    except (OSError, ValueError) as error:
        return None, f"its record can't be read ({error})"
    try:
        if record["schema_version"] != schema.SCHEMA_VERSION:
            return None, f"it was written for schema version {record['schema_version']}, not {schema.SCHEMA_VERSION}"
        whole = isinstance(record["articles"], dict) and isinstance(record["rejected"], list)
        sizes = {name: int(record["bytes"][name]) for name in PART_TABLES}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None, "its record lacks what a record holds"
    if not whole:
        return None, "its record lacks what a record holds"
    for name, size in sizes.items():
        path = folder / f"{name}.parquet"
        if not path.is_file():
            return None, f"its part {path.name} is missing"
        if path.stat().st_size != size:
            return None, f"its part {path.name} isn't as long as it was written"
    return record, ""
