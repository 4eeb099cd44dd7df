"""``pipeline corpus``: add articles to the corpus, list it, check it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import JsonOption, fail

app = typer.Typer(help="Add to the corpus, list it, check it.", no_args_is_help=True)


@app.command("add")
def corpus_add(
    files: Annotated[list[Path], typer.Argument(help="Articles to add, in any format that a run reads.")],
    corpus: Annotated[Path, typer.Option(help="The corpus to add to.")] = Path("corpus"),
    title: Annotated[str | None, typer.Option(help="Title, where a file doesn't say.")] = None,
    source: Annotated[str | None, typer.Option(help="Outlet, where a file doesn't say.")] = None,
    author: Annotated[str | None, typer.Option(help="Author, where a file doesn't say.")] = None,
    url: Annotated[str | None, typer.Option(help="URL, where a file doesn't say.")] = None,
    published: Annotated[str | None, typer.Option(help="Day of writing, YYYY-MM-DD, where a file doesn't say.")] = None,
) -> None:
    """Add articles to the corpus, each as a text file with front matter."""
    from pipeline import corpus as corpora

    given = {"title": title, "source": source, "author": author, "url": url, "published": published}
    try:
        for path in corpora.add(files, corpus, {name: value for name, value in given.items() if value}):
            typer.echo(f"added {path}")
    except (corpora.CorpusError, OSError) as error:
        fail(error)


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
