"""``pipeline tables`` and ``pipeline version``: what the tables hold, and which version writes them."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from pipeline.commands.shared import JsonOption, fail


def tables(
    table: Annotated[str | None, typer.Argument(help="One table; without it, all.")] = None, as_json: JsonOption = False
) -> None:
    """Print the data dictionary: what each column of each table holds."""
    from pipeline import schema
    from pipeline.dictionary import describe, markdown

    if table is not None and table not in schema.TABLES:
        fail(f"no table {table!r}; there are {', '.join(schema.TABLES)}")
    names = [table] if table else list(schema.TABLES)
    if as_json:
        typer.echo(json.dumps({name: describe(name) for name in names}, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(markdown(name) for name in names))


def version() -> None:
    """Print the version."""
    from pipeline import __version__

    typer.echo(__version__)


def register(app: typer.Typer) -> None:
    """Add ``tables`` and ``version``."""
    app.command()(tables)
    app.command()(version)
