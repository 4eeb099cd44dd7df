"""brat stand-off: for each article its text and a file of annotations, and the configuration that names them.

``T`` lines are spans (entities, the content, cue and source of quotes, dates, claims), ``E`` lines join the cue of a
quote with its content and source, ``R`` lines do so for quotes without a cue, ``A`` lines carry what closed lists say
(stance, polarity, modality …), and notes (``#``) what they don't: entity ids, TIMEX3 values, propositions, the ids of
rows. Offsets are Unicode code points, as brat counts them. A span over a line break is given in pieces, which brat asks
for; white space at their edges is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote as percent

import pyarrow as pa

from pipeline import schema
from pipeline.exports.target import Target

Row = dict[str, Any]
QUOTES = {"direct": "Direct", "mixed": "Mixed", "indirect": "Indirect"}
DATES = {"DATE": "Date", "TIME": "Time", "DURATION": "Duration", "SET": "Set"}
#: The attributes, their values, and what may have them.
ATTRIBUTES = {
    "Kind": (schema.CLAIM_KINDS, "Claim"),
    "Stance": (("affirms", "denies", "doubts"), "Claim"),
    "Polarity": (("affirmed", "negated"), "Claim"),
    "Modality": (schema.MODALITIES, "Claim"),
    "Mention": (("name", "nominal", "pronoun"), "|".join(schema.LABELS)),
}


def file_name(article_id: str) -> str:
    """A name for an article's files that stays inside the folder whatever its id holds; ids stay apart."""
    name = percent(article_id, safe=" ()+,;=@").replace("~", "%7E")
    return "%2E" + name[1:] if name.startswith(".") else name


def pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """``text[start:end]`` line by line, without white space at the edges; characters. Empty where all is white."""
    found: list[tuple[int, int]] = []
    at = start
    for line in text[start:end].splitlines(keepends=True):
        begin = at + len(line) - len(line.lstrip())
        stop = at + len(line.rstrip())
        if begin < stop:
            found.append((begin, stop))
        at += len(line)
    return found


class _File:
    """The annotations of one article, one line each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[str] = []
        self._numbers: dict[str, int] = defaultdict(int)
        self._spans: dict[tuple[str, int, int], str] = {}

    def _next(self, letter: str) -> str:
        self._numbers[letter] += 1
        return f"{letter}{self._numbers[letter]}"

    def span(self, kind: str, parts: Iterable[tuple[int, int]]) -> str | None:
        """The id of a new span over *parts*; None where they hold nothing but white space."""
        cut = [piece for start, end in parts for piece in pieces(self.text, start, end)]
        if not cut:
            return None
        name = self._next("T")
        places = ";".join(f"{start} {end}" for start, end in cut)
        words = " ".join(self.text[start:end] for start, end in cut)
        self.lines.append(f"{name}\t{kind} {places}\t{words}")
        return name

    def shared(self, kind: str, start: int, end: int) -> str | None:
        """A span that several rows may name: made once."""
        key = (kind, start, end)
        if key not in self._spans:
            name = self.span(kind, [(start, end)])
            if name is None:
                return None
            self._spans[key] = name
        return self._spans[key]

    def event(self, kind: str, trigger: str, arguments: dict[str, str]) -> None:
        told = "".join(f" {role}:{name}" for role, name in arguments.items())
        self.lines.append(f"{self._next('E')}\t{kind}:{trigger}{told}")

    def relation(self, kind: str, first: str, second: str) -> None:
        self.lines.append(f"{self._next('R')}\t{kind} Arg1:{first} Arg2:{second}")

    def attribute(self, kind: str, of: str, value: str) -> None:
        self.lines.append(f"{self._next('A')}\t{kind} {of} {value}")

    def note(self, of: str, text: str) -> None:
        self.lines.append(f"{self._next('#')}\tAnnotatorNotes {of}\t{' '.join(text.split())}")


def stand_off(text: str, rows: dict[str, list[Row]]) -> str:
    """The ``.ann`` file of the article *text*; *rows* are its ``mentions``, ``quotes``, ``dates`` and ``claims``."""
    file = _File(text)
    for row in rows["mentions"]:
        name = file.span(row["label"], [(row["start"], row["end"])])
        if name:
            file.attribute("Mention", name, row["kind"])
            file.note(name, f"{row['mention_id']} {row['entity_id'] or ''}")
    for row in rows["dates"]:
        name = file.span(DATES[row["type"]], [(row["start"], row["end"])])
        if name:
            file.note(name, f"{row['date_id']} {row['value']}")
    for row in rows["quotes"]:
        _quote(file, row)
    for row in rows["claims"]:
        parts = [(part["start"], part["end"]) for part in row["spans"]] or [(row["start"], row["end"])]
        name = file.span("Claim", parts)
        if name:
            for kind, column in (("Kind", "kind"), ("Stance", "stance"), ("Polarity", "polarity"),
                                 ("Modality", "modality")):  # fmt: skip
                file.attribute(kind, name, row[column])
            file.note(name, f"{row['claim_id']} {row['proposition']}")
    return "".join(f"{line}\n" for line in file.lines)


def _quote(file: _File, row: Row) -> None:
    content = file.span(QUOTES[row["kind"]], [(row["start"], row["end"])])
    if content is None:
        return
    file.note(content, f"{row['quote_id']} {row['speaker_entity_id'] or ''}")
    source = None
    if row["speaker_start"] is not None:
        source = file.shared("Source", row["speaker_start"], row["speaker_end"])
    cue = None
    if row["cue_start"] is not None:
        cue = file.span("Attribution", [(row["cue_start"], row["cue_end"])])
    if cue:
        file.event("Attribution", cue, {"Content": content} | ({"Source": source} if source else {}))
    elif source:
        file.relation("Says", source, content)


def configuration() -> str:
    """``annotation.conf``: every kind of span, event, relation and attribute."""
    contents = "|".join(QUOTES.values())
    lines = [
        "[entities]", *schema.LABELS, *QUOTES.values(), "Source", *DATES.values(), "Claim", "",
        "[relations]", f"Says\tArg1:Source, Arg2:{contents}",
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "",
        "[events]", f"Attribution\tContent:{contents}, Source?:Source", "",
        "[attributes]", *(f"{name}\tArg:{of}, Value:{'|'.join(values)}" for name, (values, of) in ATTRIBUTES.items()),
    ]  # fmt: skip
    return "".join(f"{line}\n" for line in lines)


def _by_article(table: pa.Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in table.to_pylist():
        found[row["article_id"]].append(row)
    return found


def _files(tables: dict[str, pa.Table]) -> Iterator[tuple[str, str]]:
    yield "annotation.conf", configuration()
    rows = {name: _by_article(tables[name]) for name in ("mentions", "quotes", "dates", "claims")}
    for article_id, text in zip(*(tables["articles"][c].to_pylist() for c in ("article_id", "text")), strict=True):
        name = file_name(article_id)
        yield f"{name}.txt", text
        yield f"{name}.ann", stand_off(text, {kind: of.get(article_id, []) for kind, of in rows.items()})


def write(tables: dict[str, pa.Table], target: Target) -> None:
    """A folder that brat opens as a collection."""
    names = [file_name(article_id) for article_id in tables["articles"]["article_id"].to_pylist()]
    target.check(["annotation.conf", *(f"{name}{suffix}" for name in names for suffix in (".txt", ".ann"))])
    for name, text in _files(tables):
        target.text(name, text)
