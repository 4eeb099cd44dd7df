"""Pins: the accepted rows of an article as text, one file an article, so that a person sees and judges any change.

A pin is JSON Lines, one row a line with the table's name first. Rows of tables that span articles (entities, clusters,
links) are pinned together, in a file of their own.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.files import write_text

FOLDER = Path("corpus") / "pins"
#: Tables whose rows belong to one article, with the column that names the row in it.
KEYS = {
    "articles": "article_id",
    "sentences": "sentence_id",
    "mentions": "mention_id",
    "dates": "date_id",
    "quotes": "quote_id",
    "claims": "claim_id",
}
#: The others, pinned together under this name.
ACROSS = ("entities", "quote_clusters", "claim_links", "rejects")
ACROSS_NAME = "across-articles"
_NAME = re.compile(r"[\w.-]+")

Row = dict[str, Any]
Rows = dict[str, list[Row]]


class PinError(ValueError):
    """A pin that can't be read or written. The message says which file, where, and what to do."""


@dataclass(frozen=True)
class Change:
    """One row that differs: ``added``, ``removed`` or ``changed`` since it was pinned.

    Attributes:
        key: the row's id in its table.
        before, after: the row as pinned and as it is; None where there is none.
    """

    table: str
    key: str
    kind: Literal["added", "removed", "changed"]
    before: Row | None
    after: Row | None

    @property
    def columns(self) -> list[str]:
        """Of a changed row, the columns that differ."""
        if self.before is None or self.after is None:
            return []
        return [name for name in {**self.before, **self.after} if self.before.get(name) != self.after.get(name)]


def plain(value: Any) -> Any:
    """*value* as JSON holds it; floats rounded to two places, because processors differ in a network's last bits."""
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def article_rows(tables: Mapping[str, pa.Table], article_id: str) -> Rows:
    """The rows of *article_id*, by table. Raises PinError where there is no such article."""
    if article_id not in tables["articles"]["article_id"].to_pylist():
        raise PinError(f"no article {article_id!r} in these tables: run the pipeline, or look the id up in its table")
    return {
        name: [plain(row) for row in tables[name].filter(pc.equal(tables[name]["article_id"], article_id)).to_pylist()]
        for name in KEYS
    }


def across_rows(tables: Mapping[str, pa.Table]) -> Rows:
    """The rows of the tables that span articles."""
    return {name: [plain(row) for row in tables[name].to_pylist()] for name in ACROSS}


def dump(rows: Rows) -> str:
    """*rows* as the text of a pin: every column by name, so that null, empty and missing differ."""
    return "".join(
        json.dumps({"table": name, **row}, ensure_ascii=False) + "\n" for name, found in rows.items() for row in found
    )


def parse(text: str, where: str = "pin") -> Rows:
    """The rows that :func:`dump` wrote. Raises PinError with the number of the first line that is no row."""
    rows: Rows = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows.setdefault(row.pop("table"), []).append(row)
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise PinError(f"{where}, line {number}: is no pinned row ({error}). Accept the article anew.") from error
    return rows


def path_of(article_id: str, folder: Path = FOLDER) -> Path:
    """Where the article is pinned. Raises PinError for an id that is no plain file name."""
    if not _NAME.fullmatch(article_id) or article_id.startswith("."):
        raise PinError(f"{article_id!r} can't name a file: give the article a plainer article_id to pin it")
    return folder / f"{article_id}.jsonl"


def read(article_id: str, folder: Path = FOLDER) -> Rows | None:
    """The pinned rows of the article; None where it isn't pinned. Raises PinError for a damaged pin."""
    path = path_of(article_id, folder)
    if not path.is_file():
        return None
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise PinError(f"{path}: can't be read ({error}). Accept the article anew.") from error


def write(article_id: str, rows: Rows, folder: Path = FOLDER) -> Path:
    """Pin *rows* as those of the article; returns the file. Raises PinError for an unfit id, OSError."""
    path = path_of(article_id, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(dump(rows), path)
    return path


def compare(before: Rows, after: Rows) -> list[Change]:
    """What differs between two states of one article's rows, by table, in the order of the rows as they are now."""
    changes: list[Change] = []
    for table, key in KEYS.items():
        old = _by_key(before.get(table, []), key)
        new = _by_key(after.get(table, []), key)
        for name, row in new.items():
            if name not in old:
                changes.append(Change(table, name, "added", None, row))
            elif old[name] != row:
                changes.append(Change(table, name, "changed", old[name], row))
        changes += [Change(table, name, "removed", row, None) for name, row in old.items() if name not in new]
    return changes


def _by_key(rows: Iterable[Row], key: str) -> dict[str, Row]:
    return {str(row.get(key)): row for row in rows}
