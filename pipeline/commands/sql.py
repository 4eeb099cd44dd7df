"""``pipeline sql``: a question to the tables of a run."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.commands.shared import OutArgument, fail

_WIDEST = 60  # characters of a cell in a table on the screen


class Shape(StrEnum):
    """How an answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def _on_screen(value: Any) -> str:
    from pipeline.exports.cells import plain

    flat = plain(value)
    text = "" if flat is None else " ".join(str(flat).split())
    # what moves the cursor or turns the line round stays out of the terminal
    text = "".join(char if char.isprintable() else "�" for char in text)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _table(names: list[str], rows: list[list[Any]]) -> str:
    cells = [names, *([_on_screen(value) for value in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(names))]
    numeric = [
        bool(rows) and all(isinstance(row[place], int | float | None) for row in rows) for place in range(len(names))
    ]
    lines = [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in cells
    ]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(lines)


def sql(
    query: Annotated[str, typer.Argument(help="The query; - reads it from standard input.")],
    out: OutArgument = Path("outputs"),
    shape: Annotated[Shape, typer.Option("--format", help="How to print the answer.")] = Shape.table,
) -> None:
    """Ask the tables by SQL: every table under its name, read only (DuckDB)."""
    import json

    from pipeline.exports.cells import plain
    from pipeline.exports.separated import write_csv
    from pipeline.outputs import OutputsError
    from pipeline.query import QueryError, ask

    try:
        found = ask(out, sys.stdin.read() if query == "-" else query)
    except (OutputsError, QueryError, ImportError) as error:
        fail(error)
    if shape is Shape.csv:
        write_csv(found, sys.stdout)
        return
    columns = [column.to_pylist() for column in found.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    if shape is Shape.json:
        finite = [[plain(value) if isinstance(value, float) else value for value in row] for row in rows]
        named = [dict(zip(found.column_names, row, strict=True)) for row in finite]
        typer.echo(json.dumps(named, ensure_ascii=False, indent=2, default=plain))
        return
    typer.echo(_table(found.column_names, rows))
    typer.echo(f"{len(rows):,} row{'' if len(rows) == 1 else 's'}", err=True)


def register(app: typer.Typer) -> None:
    """Add ``sql``."""
    app.command()(sql)
