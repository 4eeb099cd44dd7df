"""The user's last word on names: ``corpus/aliases.csv``, which joins names to an entity and keeps others apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.naming import fold, slug
from pipeline.schema import LABELS

COLUMNS = ("name", "entity", "label", "wikidata")
_ID = re.compile(r"[a-z_]+/[a-z0-9][a-z0-9-]*$")
_WIKIDATA = re.compile(r"Q[1-9]\d*$")


class AliasError(ValueError):
    """``aliases.csv`` can't be used; the message says which line, what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """The entity that a user's name stands for: its id, the name to show, and what else the file says of it."""

    entity_id: str
    name: str
    label: str
    wikidata: str | None


Aliases = Mapping[str, Mapping[str, Target]]
"""Folded name -> label (or ``""`` for every label) -> the entity it stands for."""


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    name: str
    entity: str
    label: str
    wikidata: str | None


def alias_key(name: str) -> str:
    """The form in which a name is looked up: folded, in lower case, single spaces, without a leading *the*."""
    return " ".join(fold(name).lower().split()).removeprefix("the ")


def read_aliases(path: str | Path) -> Aliases:
    """Read ``name, entity, label, wikidata`` rows.

    *name* is a name as texts write it; *entity* the name (or the id, ``person/muqtada-al-sadr``) of the entity it
    stands for. Rows with the same *entity* are joined, those with different ones never: to keep two spellings apart,
    list both. What isn't listed (a surname, another spelling) joins a listed name by the rules as ever. An *entity*
    may itself be the *name* of another row: the last one counts.

    Raises AliasError, with the line, for a file that is no UTF-8 CSV with these columns, an empty name or entity, an
    unknown label, a malformed Wikidata id, a name claimed by two entities, and names that lead in a circle.
    """
    rows = _rows(Path(path))
    claimed: dict[tuple[str, str], _Row] = {}
    for row in rows:
        standing = claimed.setdefault((alias_key(row.name), row.label), row)
        if alias_key(standing.entity) != alias_key(row.entity):
            raise AliasError(
                f"{path}, line {row.line}: {row.name!r} is claimed by {row.entity!r}, but line {standing.line} gives "
                f"it to {standing.entity!r}. Keep one of the two lines, or give the two names different labels."
            )
    found: dict[str, dict[str, Target]] = {}
    labels: dict[str, str] = {}
    wikidata: dict[str, tuple[str, int]] = {}
    ends = {id(row): _end(row, claimed, path) for row in rows}
    for row in rows:
        entity = alias_key(ends[id(row)])
        if row.label:
            labels.setdefault(entity, row.label)
        if row.wikidata:
            value, line = wikidata.setdefault(entity, (row.wikidata, row.line))
            if value != row.wikidata:
                raise AliasError(
                    f"{path}, line {row.line}: {row.entity!r} is {row.wikidata} here, but {value} in line {line}. "
                    "One entity has one Wikidata id; keep the right one."
                )
    for row in rows:
        end = ends[id(row)]
        entity = alias_key(end)
        if _ID.match(end):
            prefix = end.partition("/")[0].upper()
            label = labels.get(entity) or (prefix if prefix in LABELS else "")
            target = Target(end, row.name if end == row.entity else end, label, wikidata.get(entity, (None,))[0])
            name = _spoken(rows, ends, end) or row.name
            target = Target(end, name, label, target.wikidata)
        else:
            label = labels.get(entity, "")
            name = end
            target = Target("", name, label, wikidata.get(entity, (None,))[0])
        found.setdefault(alias_key(row.name), {})[row.label] = target
        if not _ID.match(end):
            found.setdefault(entity, {}).setdefault(row.label, target)
    return found


def _spoken(rows: list[_Row], ends: Mapping[int, str], end: str) -> str | None:
    """The name to show for an entity given by its id: the first row's name whose slug is the id's, else the first."""
    names = [row.name for row in rows if ends[id(row)] == end]
    wanted = end.partition("/")[2]
    return next((name for name in names if slug(name) == wanted), names[0] if names else None)


def _end(row: _Row, claimed: Mapping[tuple[str, str], _Row], path: str | Path) -> str:
    """The entity that *row* leads to in the end. Raises AliasError for a circle."""
    seen = [row]
    while True:
        last = seen[-1]
        if alias_key(last.entity) == alias_key(last.name):
            return last.entity
        key = alias_key(last.entity)
        following = claimed.get((key, last.label)) or claimed.get((key, ""))
        if following is None:
            return last.entity
        if following in seen:
            way = " -> ".join([*(item.name for item in seen), following.name])
            raise AliasError(
                f"{path}, line {row.line}: {way} goes in a circle, so no entity stands at its end. Let one line of it "
                "name the entity that all of them mean."
            )
        seen.append(following)


def _rows(path: Path) -> list[_Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AliasError(f"{path}: no UTF-8 ({error.reason} at byte {error.start}). Save it as UTF-8.") from error
    except OSError as error:
        raise AliasError(f"{path} can't be read: {error}") from error
    reader = csv.reader(text.splitlines(keepends=True), strict=True, skipinitialspace=True)
    found: list[_Row] = []
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
                continue
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                _check_header(header, path)
                continue
            found.append(
                _row(dict(zip(header, map(str.strip, cells), strict=False)), cells, header, reader.line_num, path)
            )
    except csv.Error as error:
        raise AliasError(
            f"{path}, line {reader.line_num}: no valid CSV ({error}). Check its quotation marks."
        ) from error
    return found


def _check_header(header: list[str], path: Path) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in COLUMNS[:2] if name not in header]
    if unknown or missing:
        raise AliasError(
            f"{path}: the first line must name the columns {', '.join(COLUMNS)} (the last two may be left out); "
            f"it says {', '.join(header)}."
        )


def _row(values: Mapping[str, str], cells: list[str], header: list[str], line: int, path: Path) -> _Row:
    where = f"{path}, line {line}"
    if len(cells) > len(header):
        raise AliasError(
            f"{where}: {len(cells)} cells under {len(header)} columns. Put names with commas in quotation marks."
        )
    name, entity = values.get("name", ""), values.get("entity", "")
    if not name or not entity:
        raise AliasError(f"{where}: the {'name' if not name else 'entity'} is empty. Fill it in, or delete the line.")
    label = values.get("label", "").upper()
    if label and label not in LABELS:
        raise AliasError(
            f"{where}: {values['label']!r} is no label. Use one of {', '.join(LABELS)}, or leave it empty."
        )
    wikidata = values.get("wikidata", "")
    if wikidata and not _WIKIDATA.match(wikidata):
        raise AliasError(f"{where}: {wikidata!r} is no Wikidata id. One looks like Q42; or leave it empty.")
    return _Row(line, name, entity, label, wikidata or None)
