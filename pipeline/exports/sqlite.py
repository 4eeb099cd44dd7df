"""SQLite: one file that Datasette opens as it is.

Every table has its key, what refers to another table does so by a foreign key with an index, and articles, quotes and
claims can be searched by words (``quotes_fts`` and its like, which Datasette finds by itself). Days and times are
ISO 8601 text, lists and records JSON text, which SQLite's ``json_each`` reads. Two views join what is mostly wanted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from pipeline import schema
from pipeline.exports.cells import plain
from pipeline.exports.relations import FOREIGN_KEYS, PRIMARY_KEYS
from pipeline.exports.target import Target

_BATCH = 10_000  # rows in memory at once
#: What can be searched by words: table → its columns.
SEARCHED = {
    "articles": ("title", "text"),
    "quotes": ("text", "speaker"),
    "claims": ("proposition", "claimant"),
    "entities": ("name", "aliases"),
}
VIEWS = {
    "who_said_what": """
        select quotes.speaker, quotes.speaker_text, quotes.cue, quotes.text, quotes.kind, quotes.said_start,
               articles.published, articles.source, quotes.article_id, quotes.quote_id
        from quotes join articles using (article_id)
        order by quotes.speaker is null, quotes.speaker, quotes.article_id, quotes.start""",
    "who_claims_what": """
        select claims.claimant, claims.claimant_kind, claims.proposition, claims.kind, claims.modality, claims.polarity,
               claims.stance, dates.value as date, claims.check_worthiness, articles.published, articles.source,
               claims.article_id, claims.claim_id
        from claims join articles using (article_id) left join dates using (date_id)
        order by claims.check_worthiness desc, claims.article_id, claims.start""",
}


def _type(column: schema.Column) -> str:
    if pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
        return "INTEGER"
    return "REAL" if pa.types.is_floating(column.type) else "TEXT"


def _table_sql(name: str) -> str:
    """The statement that creates a table, with what each column holds as a comment, which Datasette shows."""
    lines = [
        (f'"{column.name}" {_type(column)}{"" if column.nullable else " NOT NULL"}', column.description)
        for column in schema.TABLES[name]
    ]
    key = PRIMARY_KEYS.get(name)
    if key:
        lines.append((f"PRIMARY KEY ({_names(key)})", ""))
    for columns, other in FOREIGN_KEYS.get(name, ()):
        refers = f'FOREIGN KEY ({_names(columns)}) REFERENCES "{other}" ({_names(PRIMARY_KEYS[other])})'
        lines.append((f"{refers} DEFERRABLE INITIALLY DEFERRED", ""))
    body = "\n".join(
        f"  {line}{',' if place + 1 < len(lines) else ''}{f' -- {said}' if said else ''}"
        for place, (line, said) in enumerate(lines)
    )
    return f'CREATE TABLE "{name}" (\n{body}\n)'


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _rows(table: pa.Table) -> Iterator[tuple[object, ...]]:
    for batch in table.to_batches(_BATCH):
        columns = [[_storable(value) for value in column.to_pylist()] for column in batch.columns]
        yield from zip(*columns, strict=True)


def _storable(value: object) -> object:
    flat = plain(value)
    # a NUL would end the text for SQLite's own functions
    return flat.replace("\0", "\ufffd") if isinstance(flat, str) else flat


def _indexes() -> Iterator[str]:
    for name, references in FOREIGN_KEYS.items():
        for columns, _ in references:
            if columns != PRIMARY_KEYS.get(name, ())[: len(columns)]:
                yield f'CREATE INDEX "{name}_{"_".join(columns)}" ON "{name}" ({_names(columns)})'
    for name, column in (("articles", "published"), ("quotes", "kind"), ("claims", "claim_cluster")):
        yield f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")'


def _searchable(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.probe USING fts5(x)")
    except sqlite3.OperationalError:
        return False
    connection.execute("DROP TABLE temp.probe")
    return True


def _fill(path: Path, tables: dict[str, pa.Table]) -> bool:
    """Write the database; whether it can be searched by words (a Python without FTS5 can't)."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("BEGIN")
        for name in tables:
            connection.execute(_table_sql(name))
        for name, table in tables.items():
            marks = ", ".join("?" * table.num_columns)
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', _rows(table))
        for statement in _indexes():
            connection.execute(statement)
        for name, body in VIEWS.items():
            connection.execute(f'CREATE VIEW "{name}" AS {body}')
        searchable = _searchable(connection)
        if searchable:
            for name, columns in SEARCHED.items():
                connection.execute(
                    f'CREATE VIRTUAL TABLE "{name}_fts" USING fts5({_names(columns)}, content="{name}", '
                    "tokenize='unicode61 remove_diacritics 2')"
                )
                connection.execute(f'INSERT INTO "{name}_fts" ("{name}_fts") VALUES (\'rebuild\')')
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
    return searchable


def write(tables: dict[str, pa.Table], target: Target) -> None:
    """One database with all of *tables*."""
    searchable: list[bool] = []
    target.write(target.made.path.name, lambda aside: searchable.append(_fill(aside, tables)))
    if not all(searchable):
        target.made.notes.append("this Python's SQLite has no FTS5: the file can't be searched by words")
