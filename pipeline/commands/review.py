"""``pipeline review``: one article's rows, and what changed in them since they were accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import fail


def review(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The article's article_id.")],
    out: Annotated[Path, typer.Option(help="The folder with the tables.")] = Path("outputs"),
    pins: Annotated[Path, typer.Option(help="The folder with the accepted rows.")] = Path("corpus/pins"),
    accept: Annotated[bool, typer.Option("--accept", help="Accept the article's rows as they now are.")] = False,
) -> None:
    """Show an article's rows and what changed since they were accepted; exits with 1 where rows differ."""
    from pipeline import pins as pinned
    from pipeline.outputs import OutputsError, read_table
    from pipeline.review import show, show_changes

    try:
        tables = {name: read_table(out, name) for name in (*pinned.KEYS, "entities")}
        rows = pinned.article_rows(tables, article_id)
        before = pinned.read(article_id, pins)
        entities = tables["entities"]
        names = dict(zip(entities["entity_id"].to_pylist(), entities["name"].to_pylist(), strict=True))
        typer.echo(show(rows, names))
        if accept:
            typer.echo(f"accepted: {pinned.write(article_id, rows, pins)}")
            return
    except (pinned.PinError, OutputsError, OSError) as error:
        fail(error)
    if before is None:
        typer.echo(f"not accepted yet: once the rows are right, pipeline review {article_id} --accept")
        return
    changes = pinned.compare(before, rows)
    typer.echo(f"Since it was accepted\n{show_changes(changes)}")
    if changes:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add ``review``."""
    app.command()(review)
