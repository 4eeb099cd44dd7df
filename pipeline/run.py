"""The whole job: plan shards, run them, link, merge, manifest.

Everything that a run keeps for the next one is in ``OUT/.parts``: a folder a shard, whose record names the articles
in it by fingerprint (bytes read, metadata, settings, model, code). An article whose fingerprint is there isn't done
again.
"""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import json
import logging
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import __version__, engines, lean, remote, schema, shard, sources
from pipeline import model as models
from pipeline.config import Settings
from pipeline.files import (
    OutputError,
    bytes_of,
    files_of,
    locked,
    remove_leftovers,
    remove_tree,
    replacing,
    rows_of,
    writable_folder,
    write_json,
    write_table,
)
from pipeline.history import Reporter, Tracking, noted
from pipeline.memory import give_back, give_back_soon
from pipeline.merge import Ordered
from pipeline.shard import Shard, digest
from pipeline.sources import Article, Reject

LOG = logging.getLogger(__name__)

PARTS = ".parts"
MANIFEST = "manifest.json"
ALIASES = "aliases.csv"

#: New objects after which the garbage collector looks at them while linking; Python's 700 cost an eighth of it.
_COLLECTED = 50_000


@dataclass
class Account:
    """What a run did. ``read == done + unchanged + rejected``, always."""

    read: int = 0
    done: int = 0
    unchanged: int = 0
    rejected: int = 0
    near_copies: int = 0
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


def made_of(settings: Settings) -> dict[str, str]:
    """What an article's rows depend on beside the article, as digests: ``settings``, ``model``, ``code``.

    Raises ModelError where the model isn't there.
    """
    return {
        "settings": digest(settings.content()),
        "model": models.model_digest(settings.model),
        "code": models.code_digest(),
    }


def origin_digest(origin: dict[str, str]) -> str:
    """One digest of what :func:`made_of` gives."""
    return digest(origin)


def fingerprint(article: Article, made_by: str) -> str:
    """What identifies the rows of *article*: its bytes, its metadata and *made_by*, an :func:`origin_digest`.

    Its text is part of it beside the bytes: another version of a reader may make another text of the same page.
    """
    about = [article.title, article.source, article.author, article.url, article.published, article.language]
    text = hashlib.sha256(article.text.encode()).hexdigest()
    return digest([article.article_id, article.raw_sha256, text, *about, article.published_from, made_by])


def _worth_trying(record: dict[str, Any], settings: Settings) -> bool:
    """Whether an article that was rejected for want of time or memory may fare better now."""
    tried = record.get("tried")
    return tried is not None and settings.time_limit > tried.get("timeout", 0.0)


def known_parts(parts: Path, settings: Settings, mend: bool = False) -> dict[str, str]:
    """Fingerprint → shard folder, of every whole shard; with *mend*, what is broken is removed, to be done again.

    Shard inputs that an earlier run left stay: they tell in which shards it ended.
    """
    known: dict[str, str] = {}
    for folder in sorted(parts.iterdir()) if parts.is_dir() else ():
        if not folder.is_dir():
            continue
        record, wrong = shard.read_record(folder)
        if record is not None and not _worth_trying(record, settings):
            for mark in record["articles"].values():
                known.setdefault(mark, folder.name)
        elif mend:
            if wrong:
                LOG.warning(
                    "the shard %s can't be used: %s. Its articles are done again.", folder, wrong,
                    extra={"event": "shard_broken", "shard": folder.name, "wrong": wrong},
                )  # fmt: skip
            remove_tree(folder)
    return known


def _shard_size(settings: Settings, made: int) -> int:
    """Articles of the next shard after *made* of them: small ones first, so that every worker has something to do."""
    if settings.workers == 1:
        return settings.shard_articles
    return min(settings.shard_articles, 8 << min(made // (2 * settings.workers), 20))


def _read(source: Path | str, shown: str, max_chars: int) -> Iterator[Article | Reject]:
    """The articles of *source*, whose paths begin with *shown* where it is a copy of what is there."""
    for item in sources.read(source, max_chars=max_chars):
        if str(source) != shown:
            item = dataclasses.replace(item, path=shown + item.path.removeprefix(str(source)))
        yield item


def _planned(
    source: Path | str, shown: str, parts: Path, settings: Settings, plan: _Plan, made_by: str, reporter: Reporter
) -> Iterator[Shard]:
    """Read *source* and yield a shard whenever one is full of articles that are new or changed."""
    known = known_parts(parts, settings, mend=True)
    rows: list[dict[str, Any]] = []
    characters = made = 0
    for item in _read(source, shown, settings.max_chars):
        if isinstance(item, Reject):
            if settings.strict:
                raise shard.ArticleError(f"{item.path}: {item.error}")
            LOG.info(
                "rejected: %s: %s", item.path, item.error,
                extra={"event": "reject", "path": item.path, "article_id": item.article_id, "stage": item.stage},
            )  # fmt: skip
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
            yield shard.plan(rows, parts)
            made += 1
            rows, characters = [], 0
    reporter.complete()
    if rows:
        yield shard.plan(rows, parts)


def _part(folder: Path, name: str) -> pa.Table:
    """The part of the table *name* in the shard *folder*; raises OutputError where it is damaged, and removes it."""
    try:
        return pq.read_table(folder / f"{name}.parquet")
    except (OSError, pa.ArrowException) as error:
        remove_tree(folder)
        raise OutputError(
            f"the shard {folder} was damaged ({error}) and is removed. Run the same command again: it makes just that "
            "shard again."
        ) from error


def _tidy(parts: Path, live: dict[str, dict[str, str]]) -> list[Path]:
    """The shards with a live article, in order; all else is removed."""
    kept = []
    for path in sorted(parts.iterdir()):
        if not path.is_dir():
            path.unlink(missing_ok=True)
        elif live.get(path.name):
            kept.append(path)
        else:
            remove_tree(path)
    return kept


def _rejects(shards: list[Path], plan: _Plan) -> pa.Table:
    """What was rejected, of the articles in *shards* and of the input."""
    found = [schema.to_table("rejects", plan.rejects)]
    for folder in shards:
        table = _part(folder, "rejects")
        found.append(table.filter(pc.is_in(table["article_id"], pa.array(sorted(plan.live[folder.name]), pa.string()))))
    return schema.conform("rejects", pa.concat_tables(found, promote_options="permissive"))


def _linking_digest() -> str:
    folder = Path(__file__).resolve().parent / "link"
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


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
    return all(sizes.get(name) == bytes_of(out / f"{name}.parquet") is not None for name in schema.TABLES)


def _aliases(source: Path | str) -> tuple[Any, str]:
    """What the user's alias file beside the corpus says, and its digest."""
    path = Path(source) / ALIASES
    if str(source) == "-" or not path.is_file():
        return None, ""
    from pipeline.link.entities import read_aliases

    return read_aliases(path), hashlib.sha256(path.read_bytes()).hexdigest()


class _Earlier:
    """Where an earlier run in *out* found which entity, for each stretch of *ordered*."""

    columns = ("article_id", "start", "end", "kind", "entity_id")

    def __init__(self, out: Path, ordered: Ordered) -> None:
        self._files = files_of(out / "mentions.parquet")
        self._stretches = ordered.stretches

    @property
    def readable(self) -> bool:
        """Whether it left something that can be read."""
        try:
            return (
                all(set(self.columns) <= set(pq.read_schema(path).names) for path in self._files) and self._files != []
            )
        except (OSError, pa.ArrowException):
            return False

    def pieces(self) -> Iterator[pa.Table]:
        """See :class:`pipeline.link.Earlier`."""
        for first, after in self._stretches:
            wanted = [("article_id", ">=", first)] if first is not None else []
            wanted += [("article_id", "<", after)] if after is not None else []
            yield pq.read_table(list(map(str, self._files)), columns=list(self.columns), filters=wanted or None)


def _processes(settings: Settings) -> int:
    """How many processes link: as many as worked on shards here, but no more than this one may run on cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(settings.workers, cores) if settings.engine == "local" else 1


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Have the garbage collector look less often: linking makes many objects, of which hardly any are in cycles."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECTED, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _link_and_write(out: Path, plan: _Plan, settings: Settings, aliases: Any, reporter: Reporter) -> None:
    """Link what the live parts hold and write every table of the contract, each whole."""
    with lean.loading():
        from pipeline.link import link  # late, since until then workers should already be at work

    reporter.phase("linking")
    give_back_soon()
    shards = _tidy(out / PARTS, plan.live)
    with Ordered(shards, plan.live, _part) as ordered:
        earlier = _Earlier(out, ordered)
        linked = link(ordered, aliases, earlier if earlier.readable else None, _processes(settings))
        reporter.phase("writing")
        with ExitStack() as together:
            # All are written before the first takes its place: a full disk leaves the earlier tables, all of one run.
            for name in schema.TABLES:
                aside = together.enter_context(replacing(out / f"{name}.parquet"))
                rows = iter([_rejects(shards, plan)]) if name == "rejects" else linked.pieces(name)
                write_table(rows, aside, name, settings.part_rows, give_back)
                give_back()


def _count(out: Path, plan: _Plan, account: Account) -> None:
    """Fill in what the account says of articles and rows."""
    account.rows = {name: rows_of(out / f"{name}.parquet") for name in schema.TABLES}
    rejects = pq.read_table(out / "rejects.parquet").to_pylist()
    account.rejects = rejects
    copies = pq.read_table(out / "articles.parquet", columns=["duplicate_of"])["duplicate_of"]
    account.near_copies = len(copies) - copies.null_count
    live = sum(len(articles) for articles in plan.live.values())
    failed = len(rejects) - len(plan.rejects)
    account.read = live + len(plan.rejects)
    account.rejected = len(rejects)
    account.done = plan.new - plan.failed
    account.unchanged = live - plan.new - (failed - plan.failed)


def _refuse_newer(out: Path, manifest: dict[str, Any] | None) -> None:
    """Raise OutputError where a newer program made what is in *out*."""
    version = (manifest or {}).get("schema_version", 0)
    if isinstance(version, int) and version > schema.SCHEMA_VERSION:
        raise OutputError(
            f"{out} was made by a newer version of this program (its tables have schema version {version}, this one "
            f"writes {schema.SCHEMA_VERSION}). Update the program, or choose another --out."
        )


def _work(shards: Iterator[Shard], settings: Settings, plan: _Plan, account: Account, reporter: Reporter) -> None:
    """Have the *shards* done, and note in *plan* and *account* what came of them."""
    seconds: dict[str, float] = defaultdict(float)
    with closing(engines.find(settings.engine)(shards, settings, reporter.done)) as work:
        for made, record in work:
            made.input.unlink(missing_ok=True)
            plan.live[made.output.name] |= record["articles"]
            plan.failed += len(record["rejected"])
            account.words += record["words"]
            for stage, spent in record["seconds"].items():
                seconds[stage] += spent
            LOG.info(
                "shard %s done", made.output.name,
                extra={"event": "shard", "shard": made.output.name, "articles": len(record["articles"]),
                       "rejected": len(record["rejected"]), "words": record["words"], "seconds": record["seconds"]},
            )  # fmt: skip
    account.stage_seconds = dict(seconds)


def run(source: Path | str, out: Path | str, settings: Settings, reporter: Reporter) -> Account:
    """Make the tables of the articles in *source* (a folder, a file, or ``-``) in the folder *out*.

    Either may be a URL that fsspec knows, as :mod:`pipeline.remote` says.

    Raises SourceError where there is nothing to read, ModelError where the model can't be used, OutputError where *out*
    can't be written or is held by another run, EngineError where the engine fails, and, with ``settings.strict``,
    ArticleError at the first article that fails. Whatever happens, each table in *out* is whole.
    """
    with remote.fetched(source) as local, remote.mirrored(out) as folder:
        return _run(local, str(source), folder, settings, reporter)


def _run(source: Path | str, shown: str, out: Path, settings: Settings, reporter: Reporter) -> Account:
    origin = made_of(settings)
    aliases, aliases_digest = _aliases(source)
    writable_folder(out)
    with locked(out):
        remove_leftovers(out)
        before = read_manifest(out)
        _refuse_newer(out, before)
        about = {"source": shown, "pipeline": __version__, "settings": settings.model_dump(), "made_of": origin}
        with noted(out, about) as entry:
            began = time.perf_counter()
            reporter = Tracking(out, reporter)
            parts = out / PARTS
            parts.mkdir(exist_ok=True)
            remove_leftovers(parts)
            account, plan = Account(), _Plan()
            reporter.phase("reading")
            shards = _planned(source, shown, parts, settings, plan, origin_digest(origin), reporter)
            _work(shards, settings, plan, account, reporter)
            corpus = digest(sorted(plan.corpus))
            # What was refused for want of time or memory may be taken by another run, with the same fingerprint.
            refused = sorted(name for name in plan.live if name.endswith(shard.REFUSED))
            linking_by = [aliases_digest, _linking_digest(), schema.SCHEMA_VERSION]
            made_from = digest([corpus, refused, plan.rejects, *linking_by])
            if not _up_to_date(out, before, made_from):
                linking = time.perf_counter()
                with _rarely_collected():
                    _link_and_write(out, plan, settings, aliases, reporter)
                account.stage_seconds["link"] = time.perf_counter() - linking
            _count(out, plan, account)
            account.stage_seconds = {stage: round(value, 3) for stage, value in account.stage_seconds.items()}
            account.seconds = time.perf_counter() - began
            entry.result = {
                "articles": {
                    "read": account.read,
                    "done": account.done,
                    "unchanged": account.unchanged,
                    "rejected": account.rejected,
                },
                "rows": account.rows,
                "seconds": round(account.seconds, 3),
                "stage_seconds": account.stage_seconds,
                "words_per_second": round(account.words_per_second, 1),
            }
            manifest = {
                "pipeline": __version__,
                "schema_version": schema.SCHEMA_VERSION,
                "model": {"name": settings.model, "digest": origin["model"]},
                "settings": settings.model_dump(),
                "made_of": origin,
                "made_by": origin_digest(origin),
                "made_from": made_from,
                "corpus": corpus,
                "bytes": {name: bytes_of(out / f"{name}.parquet") for name in schema.TABLES},
                **entry.result,
            }
            write_json(manifest, out / MANIFEST)
            reporter.phase("finished")
            LOG.info("finished", extra={"event": "finished", "out": str(out), **entry.result})
    return account
