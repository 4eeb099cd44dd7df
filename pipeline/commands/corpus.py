"""``pipeline corpus``: add articles to the corpus, remove them, list, count and check it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import JsonOption, fail

app = typer.Typer(help="Add to the corpus, remove from it, list, count and check it.", no_args_is_help=True)


@app.command("add")
def corpus_add(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE…]", help="Articles to add, in any format that a run reads.")
    ] = None,
    fetch: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="A web page to fetch and add; may be given again.")
    ] = None,
    corpus: Annotated[Path, typer.Option(help="The corpus to add to.")] = Path("corpus"),
    title: Annotated[str | None, typer.Option(help="Title, where a file doesn't say.")] = None,
    source: Annotated[str | None, typer.Option(help="Outlet, where a file doesn't say.")] = None,
    author: Annotated[str | None, typer.Option(help="Author, where a file doesn't say.")] = None,
    url: Annotated[str | None, typer.Option(help="URL, where a file doesn't say.")] = None,
    published: Annotated[str | None, typer.Option(help="Day of writing, YYYY-MM-DD, where a file doesn't say.")] = None,
) -> None:
    """Add articles to the corpus, each as a text file with front matter."""
    from itertools import chain

    from pipeline import corpus as corpora
    from pipeline.sources import Reject

    if not files and not fetch:
        fail("name a file to add, or a web page with --fetch URL")
    given = {"title": title, "source": source, "author": author, "url": url, "published": published}
    known = {name: value for name, value in given.items() if value}
    rejected = 0
    try:
        for added in chain(
            corpora.add(files, corpus, known) if files else (),
            corpora.add_fetched(fetch, corpus, known) if fetch else (),
        ):
            if isinstance(added, Reject):
                rejected += 1
                typer.echo(f"not added: {added.path}: {added.error}", err=True)
            else:
                typer.echo(f"added {added}")
    except (corpora.CorpusError, OSError) as error:
        fail(error)
    if rejected:
        raise typer.Exit(1)


@app.command("list")
def corpus_list(
    corpus: Annotated[Path, typer.Option(help="The corpus to list.")] = Path("corpus"), as_json: JsonOption = False
) -> None:
    """List the articles of the corpus."""
    from pipeline import corpus as corpora
    from pipeline.sources import SourceError

    try:
        rows = corpora.listing(corpus)
    except (SourceError, OSError) as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(
            f"{row['article_id']}  {row['published'] or 'day not known'}  {row['words']} words  {row['title'] or ''}"
        )


@app.command("remove")
def corpus_remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="The articles' article_ids.")],
    corpus: Annotated[Path, typer.Option(help="The corpus to remove from.")] = Path("corpus"),
) -> None:
    """Remove articles, and their pins; the next run drops their rows."""
    from pipeline import corpus as corpora
    from pipeline.sources import SourceError

    try:
        for path in corpora.remove(ids, corpus, corpus / "pins"):
            typer.echo(f"removed {path}")
    except (corpora.CorpusError, SourceError, OSError) as error:
        fail(error)


@app.command("stats")
def corpus_stats(
    corpus: Annotated[Path, typer.Option(help="The corpus to count.")] = Path("corpus"), as_json: JsonOption = False
) -> None:
    """Count articles and words, by outlet, month and language."""
    from pipeline import corpus as corpora
    from pipeline.sources import SourceError

    try:
        counted = corpora.stats(corpus)
    except (SourceError, OSError) as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps(counted.__dict__, indent=2, ensure_ascii=False, default=str))
        return
    typer.echo(f"{counted.articles:,} articles, {counted.words:,} words, {counted.rejects:,} that can't be read")
    days = f"{counted.first} to {counted.last}" if counted.first else "none"
    typer.echo(f"days: {days}; {counted.without_day:,} articles without")
    for title, counts in (("outlets", counted.outlets), ("months", counted.months), ("languages", counted.languages)):
        shown = [f"{name or 'not stated'} {number:,}" for name, number in counts.most_common(12)]
        more = f" and {len(counts) - 12} more" if len(counts) > 12 else ""
        typer.echo(f"{title}: {', '.join(shown) or 'none'}{more}")


@app.command("check")
def corpus_check(
    corpus: Annotated[Path, typer.Option(help="The corpus to check.")] = Path("corpus"), as_json: JsonOption = False
) -> None:
    """Find what would be rejected, and what is worth mending; exits with 1 where something would be rejected."""
    from pipeline import corpus as corpora
    from pipeline.sources import SourceError

    try:
        findings = corpora.check(corpus)
    except (SourceError, OSError) as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps([finding.__dict__ for finding in findings], indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(f"{finding.severity}: {finding.path}: {finding.message}")
        typer.echo(f"{len(findings)} findings" if findings else "nothing to mend")
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)


def register(parent: typer.Typer) -> None:
    """Add the group ``corpus``."""
    parent.add_typer(app, name="corpus")
