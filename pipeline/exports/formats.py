"""The formats by name, and the one function that exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pyarrow as pa

from pipeline import schema
from pipeline.exports.target import ExportError, Made, Target
from pipeline.outputs import plain, read_table

Tables = dict[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its module (which has ``write(tables, target)``), what it is for, and the name it writes to.

    ``suffix`` is empty for formats that write a folder; ``tables`` are those that it needs, all if empty.
    """

    module: str
    purpose: str
    suffix: str = ""
    tables: tuple[str, ...] = ()
    extra: str = ""


FORMATS: dict[str, Format] = {
    "csv": Format("separated", "a CSV file a table, cells that look like formulas made harmless"),
    "jsonl": Format("lines", "a JSON Lines file a table"),
    "xlsx": Format("excel", "one Excel workbook, a sheet a table", ".xlsx", extra="excel"),
    "sqlite": Format("sqlite", "one SQLite file with keys and full-text search, for Datasette", ".db"),
    "claimreview": Format(
        "claimreview",
        "schema.org JSON-LD: a ClaimReview to complete for each claim, without a rating",
        ".jsonld",
        ("articles", "sentences", "claims"),
    ),
    "brat": Format(
        "brat",
        "stand-off annotations for brat: .txt, .ann and annotation.conf",
        "",
        ("articles", "mentions", "quotes", "dates", "claims"),
    ),
    "spacy": Format(
        "docbin",
        "one spaCy DocBin with all rows as spans",
        ".spacy",
        ("articles", "sentences", "mentions", "quotes", "dates", "claims"),
    ),
}


def default_path(format_name: str, folder: Path) -> Path:
    """Where an export goes that isn't told: beside the tables, ``export-csv`` or ``export.db``."""
    suffix = FORMATS[format_name].suffix
    return folder / (f"export{suffix}" if suffix else f"export-{format_name}")


def export(folder: str | Path, format_name: str, to: str | Path | None = None) -> Made:
    """Write the tables of the run in *folder* as *format_name* to *to*, and say what was made.

    *to* is a folder or a file, by the format; an existing one is replaced only where an earlier export wrote it and
    nobody changed it since.

    Raises ExportError for an unknown format, a place that holds something else, or a missing package;
    :class:`pipeline.outputs.OutputsError` where the tables are missing; :class:`pipeline.files.OutputError` where the
    place can't be written.
    """
    if format_name not in FORMATS:
        raise ExportError(f"no format {format_name!r}; there are {', '.join(FORMATS)}")
    chosen = FORMATS[format_name]
    path = Path(to) if to is not None else default_path(format_name, Path(folder))
    tables: Tables = {name: plain(read_table(folder, name)) for name in chosen.tables or schema.TABLES}
    target = Target(format_name, path, not chosen.suffix)
    write: Callable[[Tables, Target], None] = import_module(f"pipeline.exports.{chosen.module}").write
    try:
        write(tables, target)
    except ImportError as error:
        raise ExportError(
            f'{format_name} needs {error.name}: python -m pip install "news-evidence-pipeline[{chosen.extra}]"'
        ) from error
    target.made.rows = target.made.rows or {name: table.num_rows for name, table in tables.items()}
    return target.finish({"schema_version": schema.SCHEMA_VERSION})
