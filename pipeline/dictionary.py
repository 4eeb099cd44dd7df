"""The data dictionary, printed from the schemas: for the README and ``pipeline tables``."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline import schema


def _type_name(column: schema.Column) -> str:
    if column.closed:
        name = "category"
    elif pa.types.is_list(column.type):
        inner = column.type.value_type
        name = "list of " + ("string" if pa.types.is_string(inner) else f"({', '.join(f.name for f in inner)})")
    else:
        name = str(column.type)
    return name + ("?" if column.nullable else "")


def describe(table: str) -> list[dict[str, Any]]:
    """Name, type (``?``: may be null), closed list and description of each column of *table*."""
    return [
        {
            "column": column.name,
            "type": _type_name(column),
            "values": list(column.closed),
            "description": column.description,
        }
        for column in schema.columns_of(table)
    ]


def markdown(table: str) -> str:
    """*table* as a Markdown section."""
    lines = [f"#### {table}", "", "| column | type | what it holds |", "| --- | --- | --- |"]
    for row in describe(table):
        values = f" ({', '.join(f'`{value}`' for value in row['values'])})" if row["values"] else ""
        lines.append(f"| {row['column']} | {row['type']} | {row['description']}{values} |")
    return "\n".join(lines) + "\n"
