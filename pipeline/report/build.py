"""Makes a report from the tables of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import schema
from pipeline.files import OutputError, remove_tree, writable_folder, write_aside
from pipeline.report import article, claims, glance, network, quotes, timeline, wordings
from pipeline.report.data import INLINE, Parts, write_table
from pipeline.report.page import Pages, asset
from pipeline.report.place import LAST, put_in_place
from pipeline.report.tables import Article, Tables


@dataclass(frozen=True, slots=True)
class Account:
    """What a report is made of: ``size`` in bytes."""

    page: Path
    articles: int
    files: int
    size: int


def _articles(tables: Tables, parts: Parts, outlets: list[str]) -> dict[str, Any]:
    number = {name: place for place, name in enumerate(outlets)}
    facets: dict[str, list[Any]] = {
        "outlet": [-1 if a.source is None else number[a.source] for a in tables.articles],
        "day": ["" if a.day is None else a.day.isoformat() for a in tables.articles],
        "copy": [int(a.duplicate_of is not None) for a in tables.articles],
        "quotes": [tables.count("quotes", a.article_id) for a in tables.articles],
        "claims": [tables.count("claims", a.article_id) for a in tables.articles],
    }
    rows = (
        {"name": a.name, "titled": a.title is not None, "page": a.page, "author": a.author, "words": a.words}
        for a in tables.articles
    )
    return write_table(parts, "articles", rows, facets)


def _neighbours(tables: Tables, here: Article) -> tuple[Article | None, Article | None]:
    rest = tables.articles
    before = rest[here.number - 1] if here.number else None
    return before, rest[here.number + 1] if here.number + 1 < len(rest) else None


def build(out: Path, to: Path | None = None, progress: Callable[[int, int], None] | None = None) -> Account:
    """Write the report of the run in *out* to the folder *to* (``OUT/report``).

    *progress* is told the number of article pages written and to write. The same tables give the same bytes. Texts are
    read a few at a time; of the other tables the columns that the report needs are in memory.

    Raises OutputsError where *out* doesn't hold the tables of a run, OutputError where the report can't be written or
    would take the place of files that are no report's.
    """
    named = out / "report" if to is None else to
    # A name such as "." has none beside it, and a link leads to the folder that is meant.
    folder = named.resolve()
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{named} is a file. Choose another folder with --to.")
    tables = Tables(out)
    total = len(tables.articles)
    writable_folder(folder.parent)
    made = write_aside(folder)
    remove_tree(made)
    try:
        made.mkdir()
        _write(tables, made, progress)
        size = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
        names = put_in_place(made, folder)
    finally:
        remove_tree(made)
    return Account(named / LAST, total, len(names), size)


def _write(tables: Tables, made: Path, progress: Callable[[int, int], None] | None) -> None:
    pages = Pages()
    parts = Parts(made / "data")
    outlets = sorted(
        {a.source for a in tables.articles if a.source is not None}, key=lambda name: (name.casefold(), name)
    )
    repeated = wordings.clusters(tables)
    wording_number = {cluster: place for place, cluster in enumerate(repeated)}
    said = quotes.gather(tables, parts, wording_number)
    described = {
        "articles": _articles(tables, parts, outlets),
        "quotes": said.spec,
        "wordings": wordings.gather(tables, parts, repeated),
        "claims": claims.gather(tables, parts),
        "timeline": timeline.gather(tables, parts),
    }
    beside = parts.size > INLINE
    data = f"data-{parts.digest}"
    inline = [] if beside else [(name, parts.read(name)) for name in parts.names]
    if beside:
        parts.folder.rename(made / data)
    else:
        remove_tree(parts.folder)
    meta = {
        "data": data if beside else None,
        "outlets": outlets,
        "tables": described,
    }
    index = pages.index(
        meta,
        inline,
        beside,
        glance=glance.glance(tables, said, described["claims"]["groups"], len(repeated)),
        network=network.network(said.pairs, tables.names),
        timeline=described["timeline"],
        claim_kinds=schema.CLAIM_KINDS,
        stances=schema.STANCES,
        undated=sum(a.day is None for a in tables.articles),
        unnamed=sum(a.source is None for a in tables.articles),
    )
    (made / LAST).write_text(index, "utf-8", newline="\n")
    folder = made / "articles"
    folder.mkdir()
    for name in ("style.css", "article.js"):
        (folder / name).write_text(asset(name), "utf-8", newline="\n")
    for number, (here, text) in enumerate(tables.texts(), 1):
        before, after = _neighbours(tables, here)
        shown = article.page(tables, here, text, wording_number)
        html = pages.article(page=shown, before=before, after=after, kinds_of_name=article.NAMED)
        (folder / f"{here.page}.html").write_text(html, "utf-8", newline="\n")
        if progress is not None:
            progress(number, len(tables.articles))
