"""Rows of tables written as a gold file's text, for a person to correct."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.gold.placing import Finder
from pipeline.gold.records import FIELDS, PLAIN, SEPARATOR, GoldError
from pipeline.text import Span


def write(meta: Mapping[str, str | None], text: str, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The rows of one article as a gold file, to be corrected by hand.

    *meta* is front matter (fields of :data:`FIELDS`); *tables* holds the article's rows of ``mentions``, ``quotes``,
    ``dates`` and ``claims`` as dicts, as the contract has them. Reading it back gives the same places. Raises GoldError
    where the text holds the line that ends it.
    """
    if SEPARATOR in text.split("\n"):
        raise GoldError(f"the text holds the line {SEPARATOR!r}, so it can't be written as gold. Remove that line.")
    if "\r" in text:
        raise GoldError(
            "the text holds carriage returns, so it can't be written as gold. Save it with plain line ends."
        )
    finder = Finder("export", text)
    head = [f"{name}: {' '.join(str(meta[name]).split())}" for name in FIELDS if meta.get(name)]
    names = _entity_names(tables)
    lines = [*_entity_lines(finder, names, tables.get("mentions", ())), ""]
    for row in tables.get("dates", ()):
        where = _written(finder, row["start"], row["end"], first=True)
        lines.append(f"date {where} = {row['value']} {row['type']}")
    lines.append("")
    for rows in _utterances(tables.get("quotes", ())):
        lines += [*_quote_lines(finder, rows, names), ""]
    for row in tables.get("claims", ()):
        lines += [*_claim_lines(finder, row, names), ""]
    body = text if not meta.get("article") else ""
    return "\n".join(["---", *head, "---", body, "", SEPARATOR, *lines]).rstrip("\n") + "\n"


def _utterances(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["utterance_id"], []).append(row)
    yield from found.values()


def _entity_names(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[str, str]]:
    """For every entity id of the rows its label and a name of its own in this file."""
    labels: dict[str, str] = {}
    forms: dict[str, list[str]] = {}
    for row in tables.get("mentions", ()):
        if row["entity_id"] is not None:
            labels.setdefault(row["entity_id"], row["label"])
            if row["kind"] == "name":
                forms.setdefault(row["entity_id"], []).append(row["text"])
    shown: dict[str, str] = {}
    for row in tables.get("quotes", ()):
        if row["speaker_entity_id"] is not None:
            shown[row["speaker_entity_id"]] = row["speaker"] or ""
    for row in tables.get("claims", ()):
        if row["claimant_entity_id"] is not None:
            shown[row["claimant_entity_id"]] = row["claimant"] or ""
    names: dict[str, tuple[str, str]] = {}
    used: set[str] = set()
    for entity in sorted({*labels, *shown}):
        name = " ".join(
            (shown.get(entity) or max(forms.get(entity, [entity]), key=lambda form: (len(form), form))).split()
        )
        unique, number = name, 2
        while unique in used:
            unique, number = f"{name} ({number})", number + 1
        used.add(unique)
        names[entity] = (labels.get(entity, "PERSON"), unique)
    return names


def _entity_lines(
    finder: Finder, names: Mapping[str, tuple[str, str]], mentions: Sequence[Mapping[str, Any]]
) -> list[str]:
    places: dict[str, dict[tuple[bool, str], list[int]]] = {entity: {} for entity in names}
    for row in mentions:
        if row["entity_id"] is None:
            continue
        surface = " ".join(row["text"].split())
        number = _number(finder, row["start"], row["end"], surface)
        if number:
            places[row["entity_id"]].setdefault((row["kind"] == "name", surface), []).append(number)
    lines = []
    for entity, (label, name) in names.items():
        forms = []
        for (is_name, surface), numbers in places[entity].items():
            whole = len(numbers) == len(finder.occurrences(surface)) and not is_name
            marks = "" if whole else "".join(f" #{number}" for number in numbers)
            forms.append(f"{'' if is_name else '~'}{_escape(surface)}{marks}")
        lines.append(f"{label} {_escape(name)}" + (f" = {'; '.join(forms)}" if forms else ""))
    return lines


def _number(finder: Finder, start: int, end: int, words: str) -> int | None:
    """Which occurrence of its words the span is, from 1; None where it is none as a whole word."""
    spans = finder.occurrences(words)
    index = bisect_right(spans, Span(start, end)) - 1
    return index + 1 if index >= 0 and spans[index] == Span(start, end) else None


def _written(finder: Finder, start: int, end: int, first: bool = False) -> str:
    """The words of the span, with their number where they stand more than once."""
    words = " ".join(finder.text[start:end].split())
    number = _number(finder, start, end, words)
    several = len(finder.occurrences(words)) > 1 and not (first and number == 1)
    return _escape(words) + (f" #{number}" if number and several else "")


def _quote_lines(finder: Finder, rows: Sequence[Mapping[str, Any]], names: Mapping[str, tuple[str, str]]) -> list[str]:
    kinds = {row["kind"] for row in rows}
    kind = kinds.pop() if len(kinds) == 1 else "mixed"
    row = rows[0]
    speaker = names[row["speaker_entity_id"]][1] if row["speaker_entity_id"] is not None else None
    lines = [f"quote {kind}"]
    lines += [f"content: {_written(finder, piece['start'], piece['end'])}" for piece in rows]
    for name, column in (("cue", "cue"), ("source", "speaker")):
        start, end = row[f"{column}_start"], row[f"{column}_end"]
        lines.append(f"{name}: {'-' if start is None else _written(finder, start, end)}")
    return [*lines, f"speaker: {_escape(speaker) if speaker else '-'}"]


def _claim_lines(finder: Finder, row: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> list[str]:
    claimant = names[row["claimant_entity_id"]][1] if row["claimant_entity_id"] is not None else None
    return [
        f"claim {row['kind']}",
        *(f"content: {_written(finder, span['start'], span['end'])}" for span in row["spans"]),
        f"claimant: {_escape(claimant) if claimant else '-'}",
        f"polarity: {row['polarity']}",
        f"modality: {row['modality']}",
    ]


def _escape(words: str) -> str:
    plain = PLAIN.sub(r"\\\1", words)
    if plain.endswith(" optional"):
        plain = plain.removesuffix("optional") + "\\optional"
    return f"\\{plain}" if plain == "-" else plain
