"""``pipeline report``: the tables of a run as pages to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import OutArgument, fail


def report(
    out: OutArgument = Path("outputs"),
    to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to write the report (OUT/report).", show_default=False)
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Write the report: who said what, claims, a timeline, and every article with its evidence marked."""
    from pipeline.files import OutputError
    from pipeline.outputs import OutputsError
    from pipeline.report.build import build

    def told(done: int, total: int) -> None:
        if done % 1000 == 0 and done < total:
            typer.echo(f"{done:,} of {total:,} articles", err=True)

    try:
        made = build(out, to, None if quiet else told)
    except (OutputsError, OutputError, OSError) as error:
        fail(error)
    if not quiet:
        noun = "article" if made.articles == 1 else "articles"
        typer.echo(f"{made.articles:,} {noun}, {made.files:,} files, {made.size / 1e6:.1f} MB")
        typer.echo(f"open {made.page}")


def register(app: typer.Typer) -> None:
    """Add ``report``."""
    app.command()(report)
