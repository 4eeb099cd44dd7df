"""What every command shares: how it fails, and the options that mean the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OutArgument = Annotated[Path, typer.Argument(metavar="[OUT]", help="The folder that a run wrote.")]


def fail(message: object, code: int = 2) -> NoReturn:
    """Say on standard error what is wrong, and exit with ``code``. Raises typer.Exit, always."""
    typer.echo(f"pipeline: {message}", err=True)
    raise typer.Exit(code)
