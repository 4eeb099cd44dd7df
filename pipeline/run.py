"""The whole job: plan shards, run them, link, merge, manifest.

Everything that a run keeps for the next one is in ``OUT/.parts``: a folder a shard, whose record names the articles
in it by fingerprint (bytes read, metadata, settings, model, code). An article whose fingerprint is there isn't done
again.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import __version__, engines, schema, shard, sources
from pipeline import model as models
from pipeline.config import Settings
from pipeline.files import locked, remove_tree, writable_folder, write_json, write_parquet
from pipeline.link import link
from pipeline.shard import Shard
from pipeline.sources import Article, Reject

PARTS = ".parts"
MANIFEST = "manifest.json"
ALIASES = "aliases.csv"


class Reporter(Protocol):
    """Is told what a run does, as it does it."""

    def planned(self, articles: int) -> None:
        """*articles* more are to be done."""

    def progress(self, stage: str, articles: int) -> None:
        """*articles* more went through *stage*; the stage ``done`` counts each article once."""

    def phase(self, name: str) -> None:
        """The run goes over to reading, linking or writing."""


@dataclass
class Account:
    """What a run did. ``read == done + unchanged + rejected``, always."""

    read: int = 0
    done: int = 0
    unchanged: int = 0
    rejected: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    words: int = 0
    seconds: float = 0.0
    stage_seconds: dict[str, float] = field(default_factory=dict)
    rejects: list[dict[str, Any]] = field(default_factory=list)

    @property
    def words_per_second(self) -> float:
        """Words of the articles done, by the wall-clock seconds of the run."""
        return self.words / self.seconds if self.seconds else 0.0


@dataclass
class _Plan:
    """What the input holds, filled while it is read."""

    live: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    rejects: list[dict[str, Any]] = field(default_factory=list)
    new: int = 0
    failed: int = 0
    corpus: list[str] = field(default_factory=list)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def made_of(settings: Settings) -> dict[str, str]:
    """What an article's rows depend on beside the article, as digests: ``settings``, ``model``, ``code``.

    Raises ModelError where the model isn't there.
    """
    return {
        "settings": _digest(settings.content()),
        "model": models.model_digest(settings.model),
        "code": models.code_digest(),
    }


def origin_digest(origin: dict[str, str]) -> str:
    """One digest of what :func:`made_of` gives."""
    return _digest(origin)


def fingerprint(article: Article, made_by: str) -> str:
    """What identifies the rows of *article*: its bytes, its metadata and *made_by*, an :func:`origin_digest`."""
    about = [article.title, article.source, article.author, article.url, article.published, article.language]
    return _digest([article.article_id, article.raw_sha256, *about, made_by])


def known_parts(parts: Path, mend: bool = False) -> dict[str, str]:
    """Fingerprint → shard folder, of every whole shard; with *mend*, what is broken is removed, to be done again."""
    known: dict[str, str] = {}
    for folder in sorted(parts.iterdir()) if parts.is_dir() else ():
        if not folder.is_dir():
            if mend:
                folder.unlink()
            continue
        record = None if folder.name.startswith(".") else shard.read_record(folder)
        if record is None:
            if mend:
                remove_tree(folder)
            continue
        for mark in record["articles"].values():
            known.setdefault(mark, folder.name)
    return known


def _shard_of(rows: list[dict[str, Any]], parts: Path) -> Shard:
    name = _digest([row["fingerprint"] for row in rows])[:20]
    path = parts / f"{name}.input.parquet"
    write_parquet(pa.Table.from_pylist(rows, schema=shard.INPUT_SCHEMA), path)
    return Shard(path, parts / name)


def _shard_size(settings: Settings, made: int) -> int:
    """Articles of the next shard after *made* of them: small ones first, so that every worker has something to do."""
    if settings.workers == 1:
        return settings.shard_articles
    return min(settings.shard_articles, 8 << min(made // (2 * settings.workers), 20))


def _planned(
    source: Path | str, parts: Path, settings: Settings, plan: _Plan, made_by: str, reporter: Reporter
) -> Iterator[Shard]:
    """Read *source* and yield a shard whenever one is full of articles that are new or changed."""
    known = known_parts(parts, mend=True)
    rows: list[dict[str, Any]] = []
    characters = made = 0
    for item in sources.read(source, max_chars=settings.max_chars):
        if isinstance(item, Reject):
            if settings.strict:
                raise shard.ArticleError(f"{item.path}: {item.error}")
            plan.rejects.append(
                {"path": item.path, "article_id": item.article_id, "stage": item.stage, "error": item.error}
            )
            continue
        mark = fingerprint(item, made_by)
        plan.corpus.append(mark)
        if mark in known:
            plan.live[known[mark]][item.article_id] = mark
            continue
        plan.new += 1
        reporter.planned(1)
        rows.append({"fingerprint": mark, **{name: getattr(item, name) for name in shard.INPUT_SCHEMA.names[1:]}})
        characters += len(item.text)
        if len(rows) >= _shard_size(settings, made) or characters >= settings.shard_chars:
            yield _shard_of(rows, parts)
            made += 1
            rows, characters = [], 0
    if rows:
        yield _shard_of(rows, parts)


def _read_parts(parts: Path, live: dict[str, dict[str, str]]) -> dict[str, pa.Table]:
    """The rows of every live article, by table; parts without one are removed."""
    found: dict[str, list[pa.Table]] = {name: [schema.to_table(name, [])] for name in shard.PART_TABLES}
    for folder in sorted(parts.iterdir()):
        if not live.get(folder.name):
            remove_tree(folder)
            continue
        wanted = pa.array(sorted(live[folder.name]), pa.string())
        for name in shard.PART_TABLES:
            table = pq.read_table(folder / f"{name}.parquet")
            found[name].append(table.filter(pc.is_in(table["article_id"], wanted)))
    return {name: pa.concat_tables(tables, promote_options="permissive") for name, tables in found.items()}


def _linking_digest() -> str:
    folder = Path(__file__).resolve().parent / "link"
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_manifest(out: Path) -> dict[str, Any] | None:
    """The manifest of an earlier run in *out*; None where there is none that can be read."""
    try:
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) else None


def _up_to_date(out: Path, manifest: dict[str, Any] | None, made_from: str) -> bool:
    """Whether the tables in *out* are whole and were made from just this."""
    if manifest is None or manifest.get("made_from") != made_from:
        return False
    sizes = manifest.get("bytes", {})
    for name in schema.TABLES:
        path = out / f"{name}.parquet"
        if not path.is_file() or path.stat().st_size != sizes.get(name):
            return False
    return True


def _aliases(source: Path | str) -> tuple[Any, str]:
    """What the user's alias file beside the corpus says, and its digest."""
    path = Path(source) / ALIASES
    if str(source) == "-" or not path.is_file():
        return None, ""
    from pipeline.link.entities import read_aliases

    return read_aliases(path), hashlib.sha256(path.read_bytes()).hexdigest()


def _link_and_write(out: Path, plan: _Plan, aliases: Any, reporter: Reporter) -> None:
    """Link what the live parts hold and write every table of the contract, each whole."""
    reporter.phase("linking")
    tables = _read_parts(out / PARTS, plan.live)
    tables["rejects"] = pa.concat_tables([tables["rejects"], schema.to_table("rejects", plan.rejects)])
    linked = link(tables, aliases) | {"rejects": schema.conform("rejects", tables["rejects"])}
    reporter.phase("writing")
    for name in schema.TABLES:
        write_parquet(linked[name], out / f"{name}.parquet")


def _count(out: Path, plan: _Plan, account: Account) -> None:
    """Fill in what the account says of articles and rows."""
    account.rows = {name: pq.read_metadata(out / f"{name}.parquet").num_rows for name in schema.TABLES}
    rejects = pq.read_table(out / "rejects.parquet").to_pylist()
    account.rejects = rejects
    live = sum(len(articles) for articles in plan.live.values())
    failed = len(rejects) - len(plan.rejects)
    account.read = live + len(plan.rejects)
    account.rejected = len(rejects)
    account.done = plan.new - plan.failed
    account.unchanged = live - plan.new - (failed - plan.failed)


def run(source: Path | str, out: Path, settings: Settings, reporter: Reporter) -> Account:
    """Make the tables of the articles in *source* (a folder, a file, or ``-``) in the folder *out*.

    Raises SourceError where there is nothing to read, ModelError where the model can't be used, OutputError where *out*
    can't be written or is held by another run, EngineError where the engine fails, and, with ``settings.strict``,
    ArticleError at the first article that fails. Whatever happens, each table in *out* is whole.
    """
    began = time.perf_counter()
    origin = made_of(settings)
    made_by = origin_digest(origin)
    aliases, aliases_digest = _aliases(source)
    writable_folder(out)
    with locked(out):
        parts = out / PARTS
        parts.mkdir(exist_ok=True)
        plan, account = _Plan(), Account()
        seconds: dict[str, float] = defaultdict(float)
        reporter.phase("reading")
        shards = _planned(source, parts, settings, plan, made_by, reporter)
        for made, record in engines.find(settings.engine)(shards, settings, reporter.progress):
            made.input.unlink(missing_ok=True)
            plan.live[made.output.name] |= record["articles"]
            plan.failed += len(record["rejected"])
            account.words += record["words"]
            for stage, spent in record["seconds"].items():
                seconds[stage] += spent
        corpus = _digest(sorted(plan.corpus))
        made_from = _digest([corpus, plan.rejects, aliases_digest, _linking_digest(), schema.SCHEMA_VERSION])
        if not _up_to_date(out, read_manifest(out), made_from):
            linking = time.perf_counter()
            _link_and_write(out, plan, aliases, reporter)
            seconds["link"] = time.perf_counter() - linking
        _count(out, plan, account)
        account.stage_seconds = {stage: round(value, 3) for stage, value in seconds.items()}
        account.seconds = time.perf_counter() - began
        manifest = {
            "pipeline": __version__,
            "schema_version": schema.SCHEMA_VERSION,
            "model": {"name": settings.model, "digest": origin["model"]},
            "settings": settings.model_dump(),
            "made_of": origin,
            "made_by": made_by,
            "made_from": made_from,
            "corpus": corpus,
            "articles": {
                "read": account.read,
                "done": account.done,
                "unchanged": account.unchanged,
                "rejected": account.rejected,
            },
            "rows": account.rows,
            "bytes": {name: (out / f"{name}.parquet").stat().st_size for name in schema.TABLES},
            "seconds": round(account.seconds, 3),
            "stage_seconds": account.stage_seconds,
            "words_per_second": round(account.words_per_second, 1),
        }
        write_json(manifest, out / MANIFEST)
    return account
