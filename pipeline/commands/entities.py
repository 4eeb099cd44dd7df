"""``pipeline entities``: list, search and show entities, and tell why two names are one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import JsonOption, fail


def entities(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[OUT] [NAME…]", help="The folder with the tables; a name or an id, two with --why."),
    ] = None,
    find: Annotated[str | None, typer.Option(help="Only entities of which a name or description has this.")] = None,
    label: Annotated[str | None, typer.Option(help="Only entities of this kind: PERSON, ORG, GPE …")] = None,
    why: Annotated[
        bool, typer.Option("--why", help="Why two names are one entity or not, or why all names of one are.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="List at most so many.")] = 40,
    aliases: Annotated[Path, typer.Option(help="The user's word on names, as the run read it.")] = Path(
        "corpus/aliases.csv"
    ),
    as_json: JsonOption = False,
) -> None:
    """List entities by their mentions, search them, show one, or tell why two names are one."""
    from pipeline import entity_index as index
    from pipeline.link.aliases import AliasError, read_aliases
    from pipeline.outputs import OutputsError
    from pipeline.schema import LABELS

    given = list(names or ())
    out = Path(given.pop(0)) if given and Path(given[0]).is_dir() else Path("outputs")
    kind = label.upper() if label else None
    if kind is not None and kind not in LABELS:
        fail(f"{label!r} is no label; there are {', '.join(LABELS)}")
    if len(given) > (2 if why else 1):
        fail(f"{len(given)} names, but {'--why takes one or two' if why else 'one can be shown'}; put quotation marks "
             "around a name of several words")  # fmt: skip
    if why and not given:
        fail("--why takes a name or an id, or two: pipeline entities --why 'Moqtada Sadr' 'Muqtada al-Sadr'")
    try:
        if not given:
            rows = index.listed(out, kind, find)
            if as_json:
                typer.echo(json.dumps(rows[:limit], indent=2, ensure_ascii=False, default=str))
            else:
                typer.echo(index.table_text(rows, limit))
            return
        told = read_aliases(aliases) if why and aliases.is_file() else None
        if len(given) == 2:
            typer.echo(index.explained(index.linking_of(out, told), *given))
            return
        row = index.found(out, given[0])
        if as_json:
            typer.echo(json.dumps(row, indent=2, ensure_ascii=False, default=str))
            return
        typer.echo(index.page(out, row))
        if why:
            typer.echo(f"\n{index.evidence(index.linking_of(out, told), row['entity_id'])}")
    except (OutputsError, AliasError, index.NoSuchEntityError, index.NoPartsError, OSError) as error:
        fail(error)


def register(app: typer.Typer) -> None:
    """Add ``entities``."""
    app.command()(entities)
