"""One article's rows as a person reads them, and what changed in them since they were accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.pins import Change, Row, Rows

_SHORT = 100  # characters shown of a row's words in the list of changes
_SIGN = {"added": "+", "removed": "-", "changed": "~"}
#: What says most about a row of each table, for the list of changes.
_GIST = {
    "articles": ("title",),
    "sentences": ("section", "text"),
    "mentions": ("label", "text", "entity_id"),
    "dates": ("text", "value"),
    "quotes": ("kind", "speaker", "text"),
    "claims": ("modality", "claimant", "proposition"),
}


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _heading(rows: Rows) -> Iterator[str]:
    article = rows["articles"][0]
    yield f"{article['article_id']}  {article['title'] or '(no title)'}"
    day = f"{article['published']} (from its {article['published_from']})" if article["published"] else "day not known"
    about = [article["source"] or "outlet not known", article["author"], day]
    counts = [_count(len(rows[name]), name.removesuffix("s")) for name in ("sentences", "quotes", "claims", "dates")]
    yield " · ".join(str(part) for part in [*about, *counts] if part)
    if article["duplicate_of"]:
        yield f"nearly repeats {article['duplicate_of']}"


def _quotes(rows: Rows) -> Iterator[str]:
    for row in rows["quotes"]:
        written = ", ".join(part for part in (row["speaker_text"], row["cue"]) if part)
        speaker = row["speaker"] or "speaker not known"
        via = f", by way of {row['reported_by']}" if row["reported_by"] else ""
        said = f", {_days(row['said_start'], row['said_end'])}" if row["said_start"] else ""
        yield f"[{row['kind']}] {speaker} ({written or 'no words for it'}{via}{said})"
        yield f"    {_one_line(row['text'])}"


def _days(first: str, last: str | None) -> str:
    return f"on {first}" if last in (None, first) else f"between {first} and {last}"


def _dates(rows: Rows) -> Iterator[str]:
    for row in rows["dates"]:
        resolved = "" if row["resolved"] or row["type"] in ("DURATION", "SET") else "  (not placed in the calendar)"
        anchor = f"  from {row['anchor']}" if row["anchor"] else ""
        yield f"{_one_line(row['text'])} → {row['value']}  {row['type']}{anchor}{resolved}"


def _entities(rows: Rows, names: Mapping[str, str]) -> Iterator[str]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in rows["mentions"]:
        key = (row["entity_id"] or "", row["label"])
        found.setdefault(key, Counter())[_one_line(row["text"])] += 1
    for (entity, label), forms in found.items():
        shown = ", ".join(form if count == 1 else f"{form} ×{count}" for form, count in forms.items())
        yield f"{names.get(entity, entity) or 'not told who'} ({label}): {shown}"


def _claims(rows: Rows) -> Iterator[str]:
    for row in rows["claims"]:
        claimant = row["claimant"] or row["claimant_text"] or "the article"
        how = [row["modality"], row["stance"] if row["stance"] != "affirms" else None]
        how.append("negated" if row["polarity"] == "negated" else None)
        worth = f", worth checking {row['check_worthiness']:.2f}" if row["check_worthiness"] is not None else ""
        yield f"{claimant} [{', '.join(part for part in how if part)}{worth}]"
        yield f"    {_one_line(row['proposition'])}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def show(rows: Rows, names: Mapping[str, str] | None = None) -> str:
    """The rows of one article as text. *names* gives entities' names by their ids."""
    parts = ["\n".join(_heading(rows))]
    sections = {
        "Who said what": _quotes(rows),
        "Dates": _dates(rows),
        "Who and what": _entities(rows, names or {}),
        "Claims": _claims(rows),
    }
    for title, lines in sections.items():
        body = "\n".join(f"  {line}" for line in lines)
        parts.append(f"{title}\n{body or '  none'}")
    return "\n\n".join(parts) + "\n"


def _value(value: Any) -> str:
    text = "null" if value is None else _one_line(str(value))
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def _gist(table: str, row: Row) -> str:
    return _value(" | ".join(_value(row[name]) for name in _GIST[table] if row.get(name) is not None))


def show_changes(changes: list[Change]) -> str:
    """*changes* as text: a row a line, ``+`` added, ``-`` removed, ``~`` changed with the columns that differ below."""
    lines = []
    for change in changes:
        row = change.after or change.before or {}
        lines.append(f"{_SIGN[change.kind]} {change.table} {change.key}  {_gist(change.table, row)}")
        if change.before is not None and change.after is not None:
            lines += [
                f"    {name}: {_value(change.before.get(name))} → {_value(change.after.get(name))}"
                for name in change.columns
            ]
    counts: Counter[str] = Counter(change.kind for change in changes)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in _SIGN if counts[kind])
    return "\n".join([*lines, f"{_count(sum(counts.values()), 'row')} differ: {told}" if lines else "no row differs"])
