"""SQL over the tables of a run: DuckDB reads them where they lie and can reach nothing else.

The tables are scanned as a query asks for them, so that a question about one column of a large run reads that column.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as ds

from pipeline import schema
from pipeline.outputs import plain, read_table

if TYPE_CHECKING:
    import duckdb

MISSING = 'SQL needs DuckDB: python -m pip install "news-evidence-pipeline[sql]"'
# What is shut off once the tables are there: files, network, extensions, the Python names around the call, and the
# switches themselves.
_SHUT = (
    "set temp_directory = ''",
    "set enable_external_access = false",
    "set python_enable_replacements = false",
    "set lock_configuration = true",
)


# Kinds of statement that answer; ``MULTI`` is a pivot.
_READING = frozenset(["SELECT", "EXPLAIN", "MULTI"])


class QueryError(ValueError):
    """A query that can't be answered. The message says why, and which tables there are where one is unknown."""


@contextmanager
def connection(folder: str | Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with every table of the run in *folder* by its name, able to read those and nothing else.

    Raises ImportError without DuckDB, and :class:`pipeline.outputs.OutputsError` where the tables are missing or of
    another schema version.
    """
    try:
        import duckdb
    except ImportError as error:
        raise ImportError(MISSING) from error
    for name in schema.TABLES:
        read_table(folder, name, [])  # says what is wrong with a table before DuckDB can
    with duckdb.connect() as opened:
        for name in schema.TABLES:
            opened.register(name, ds.dataset(Path(folder) / f"{name}.parquet", format="parquet"))
        for statement in _SHUT:
            opened.execute(statement)
        yield opened


def ask(folder: str | Path, query: str) -> pa.Table:
    """The answer to *query* over the tables of the run in *folder*, as Arrow.

    Raises what :func:`connection` does, and QueryError for a query that DuckDB refuses or that answers nothing.
    """
    with connection(folder) as opened:
        return answer(opened, query)


def answer(opened: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """The answer to *query*, the last statement's where it holds several. Raises QueryError."""
    import duckdb

    try:
        for statement in opened.extract_statements(query):
            if statement.type.name not in _READING:
                raise QueryError(
                    f"a query only reads, and {statement.type.name.lower().replace('_', ' ')} does not: begin with "
                    "select, with, from, describe or summarize"
                )
        result = opened.sql(query)
    except duckdb.CatalogException as error:
        raise QueryError(f"{error}\nThe tables are {', '.join(schema.TABLES)}.") from error
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    if result is None:
        raise QueryError("there is no query: begin with select, with, from, describe or summarize")
    try:
        found: Any = result.to_arrow_table()
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    return plain(found)
