"""``pipeline export``: the tables of a run in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import OutArgument, fail


def export(
    out: OutArgument = Path("outputs"),
    format_name: Annotated[
        str, typer.Option("--format", help="csv, jsonl, xlsx, sqlite, claimreview, brat or spacy.", show_default=False)
    ] = "",
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="PATH", help="The folder or file to write (in OUT).", show_default=False),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Write the tables for others: spreadsheets, SQLite, JSON-LD of claims, brat, spaCy."""
    from pipeline.exports import FORMATS, ExportError
    from pipeline.exports import export as make
    from pipeline.files import OutputError
    from pipeline.outputs import OutputsError

    if not format_name:
        listed = "\n".join(f"  {name:12s} {form.purpose}" for name, form in FORMATS.items())
        fail(f"say which --format:\n{listed}")
    try:
        made = make(out, format_name, to)
    except (OutputsError, OutputError, ExportError) as error:
        fail(error)
    if quiet:
        return
    files = f"{len(made.files):,} file{'' if len(made.files) == 1 else 's'}"
    typer.echo(f"{made.path}: {files}, {', '.join(f'{name} {count:,}' for name, count in made.rows.items())}")
    for note in made.notes:
        typer.echo(f"note: {note}")


def register(app: typer.Typer) -> None:
    """Add ``export``."""
    app.command()(export)
