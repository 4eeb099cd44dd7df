"""``pipeline claims``: a list of claims to read, sorted by what is worth checking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import JsonOption, OutArgument, fail


def claims(
    out: OutArgument = Path("outputs"),
    about: Annotated[
        str | None, typer.Option(help="Only claims about this entity: an id, a name or a part of one.")
    ] = None,
    claimant: Annotated[
        str | None, typer.Option(help="Only claims of this claimant: an id, or words of a name. 'article': its own.")
    ] = None,
    contradicted: Annotated[bool, typer.Option("--contradicted", help="Only claims that another contradicts.")] = False,
    min_worth: Annotated[
        float | None, typer.Option(min=0, max=1, help="Only claims at least so much worth checking.")
    ] = None,
    like: Annotated[str | None, typer.Option(help="Put the claims first that this text most likely repeats.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="List at most so many.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List claims: who claims what, in which sentence, and what contradicts or corroborates it."""
    from pipeline.claim_list import listed, page
    from pipeline.entity_index import NoSuchEntityError
    from pipeline.outputs import OutputsError

    try:
        rows = listed(out, about, claimant, contradicted, min_worth, like)
    except (OutputsError, NoSuchEntityError, OSError) as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps(rows[:limit], indent=2, ensure_ascii=False, default=str))
    else:
        typer.echo(page(rows, limit))


def register(app: typer.Typer) -> None:
    """Add ``claims``."""
    app.command()(claims)
