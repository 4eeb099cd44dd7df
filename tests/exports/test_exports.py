"""Every format: what goes in comes out, and nothing in it bites."""

from __future__ import annotations

import csv
import functools
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin

from pipeline import schema
from pipeline.exports import FORMATS, Made, export
from pipeline.exports.brat import file_name, pieces
from pipeline.exports.cells import csv_cell, harmless, is_formula, original
from pipeline.exports.excel import CELL, CUT
from pipeline.exports.relations import FOREIGN_KEYS, PRIMARY_KEYS
from pipeline.outputs import plain, read_table

Row = dict[str, Any]


Exported = Callable[[Path, str], Made]


@functools.cache
def rows(folder: Path, name: str) -> list[Row]:
    found: list[Row] = plain(read_table(folder, name)).to_pylist()
    return found


def test_references_are_those_that_hold() -> None:
    from tests.invariants.test_rows import REFERENCES

    single = {(name, columns[0], other) for name, all_of in FOREIGN_KEYS.items() for columns, other in all_of
              if len(columns) == 1}  # fmt: skip
    assert single == {(name, column, other) for name, column, other, _ in REFERENCES}


# Cells


@given(st.text())
def test_harmless_cells_are_undone(text: str) -> None:
    assert original(harmless(text)) == text
    assert not is_formula(harmless(text))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1"])
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert csv_cell(text) == f'"\'{text}"'


def test_numbers_stay_numbers_and_null_is_no_empty_text() -> None:
    assert [csv_cell(value) for value in (-3, -0.5, "-3", "", None, True, ["=1"])] == [
        "-3", "-0.5", '"\'-3"', '""', "", "true", '"[""=1""]"'
    ]  # fmt: skip


# CSV and JSON Lines


def read_csv(path: Path) -> list[Row]:
    """The rows of an exported CSV file as text, with what was made harmless undone."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{key: original(value) for key, value in row.items()} for row in csv.DictReader(file)]


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_csv_comes_back(folder: Path, exported: Exported, name: str) -> None:
    place = exported(folder, "csv").path
    expected = [{key: original(csv_cell(value).removeprefix('"').removesuffix('"').replace('""', '"'))
                 for key, value in row.items()} for row in rows(folder, name)]  # fmt: skip
    assert read_csv(place / f"{name}.csv") == expected


def test_no_cell_of_csv_is_a_formula(folder: Path, exported: Exported) -> None:
    for path in exported(folder, "csv").files:
        with path.open(encoding="utf-8", newline="") as file:
            for record in csv.DictReader(file):
                for column, cell in record.items():
                    numeric = pa.types.is_floating(schema.SCHEMAS[path.stem].field(column).type)
                    assert numeric or not is_formula(cell)


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_json_lines_come_back_as_the_very_table(folder: Path, exported: Exported, name: str) -> None:
    import datetime as dt

    text = (exported(folder, "jsonl").path / f"{name}.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.split("\n") if line]
    for row in found:
        for column in schema.TABLES[name]:
            if row[column.name] is not None and pa.types.is_date(column.type):
                row[column.name] = dt.date.fromisoformat(row[column.name])
            elif row[column.name] is not None and pa.types.is_timestamp(column.type):
                row[column.name] = dt.datetime.fromisoformat(row[column.name])
    assert schema.to_table(name, found).equals(read_table(folder, name))


# Excel


@functools.cache
def workbook(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def sheet_rows(book: openpyxl.Workbook, name: str) -> Iterator[tuple[Row, Row]]:
    """Values and quote marks of each row of a sheet."""
    sheet = book[name]
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        yield (
            {column: cell.value for column, cell in zip(head, row, strict=True)},
            {column: cell.quotePrefix for column, cell in zip(head, row, strict=True)},
        )


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_excel_comes_back(folder: Path, exported: Exported, name: str) -> None:
    import datetime as dt

    made = exported(folder, "xlsx")
    book = workbook(made.path)
    found = list(sheet_rows(book, name))
    expected = rows(folder, name)
    assert len(found) == len(expected)
    for (values, quoted), row in zip(found, expected, strict=True):
        for column, value in row.items():
            cell = values[column]
            if isinstance(value, str):
                if len(value.encode("utf-16-le")) // 2 > CELL:
                    assert cell.endswith(CUT)
                    assert value.startswith(cell.removesuffix(CUT))
                    assert len(cell.encode("utf-16-le")) // 2 <= CELL
                    assert any(f"{name}.{column}" in note for note in made.notes)
                else:
                    assert (cell or "") == value
                assert quoted[column] == is_formula(value)
            elif isinstance(value, list | dict):
                assert json.loads(cell) == value
            elif isinstance(value, dt.date | dt.datetime) and value.year < 1901:
                assert cell == value.isoformat()
            elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
                assert cell.date() == value
            else:
                assert cell == value or value is None


def test_excel_holds_no_formula_and_no_link(hostile_folder: Path, exported: Exported) -> None:
    book = workbook(exported(hostile_folder, "xlsx").path)
    for sheet in book:
        assert not sheet._hyperlinks
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_sheet_that_is_full_goes_on_in_another(
    corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.exports.excel.ROWS", 51)
    book = openpyxl.load_workbook(export(corpus_folder, "xlsx", tmp_path / "out.xlsx").path)
    ids = [row["quote_id"] for name in ("quotes", "quotes 2") for row, _ in sheet_rows(book, name)]
    assert ids == [row["quote_id"] for row in rows(corpus_folder, "quotes")]


# SQLite


@pytest.fixture
def database(folder: Path, exported: Exported) -> Iterator[tuple[Path, sqlite3.Connection]]:
    with closing(sqlite3.connect(exported(folder, "sqlite").path)) as connection:
        connection.row_factory = sqlite3.Row
        yield folder, connection


def test_sqlite_has_every_row_and_every_reference_holds(database: tuple[Path, sqlite3.Connection]) -> None:
    folder, connection = database
    assert connection.execute("pragma integrity_check").fetchone()[0] == "ok"
    assert connection.execute("pragma foreign_key_check").fetchall() == []
    for name in schema.TABLES:
        found = [dict(row) for row in connection.execute(f'select * from "{name}"')]
        expected = rows(folder, name)
        assert len(found) == len(expected)
        for row, given_row in zip(found, expected, strict=True):
            for column, value in given_row.items():
                stored = row[column]
                if isinstance(value, list):
                    assert json.loads(stored) == value
                elif hasattr(value, "isoformat"):
                    assert stored == value.isoformat()
                else:
                    assert stored == value


def test_sqlite_has_keys_and_indexes(database: tuple[Path, sqlite3.Connection]) -> None:
    _, connection = database
    for name, references in FOREIGN_KEYS.items():
        listed = connection.execute(f'pragma foreign_key_list("{name}")').fetchall()
        found = {(row["table"], row["id"]) for row in listed}
        assert Counter(table for table, _ in found) == Counter(other for _, other in references)
        key = [row["name"] for row in connection.execute(f'pragma table_info("{name}")') if row["pk"]]
        assert tuple(key) == PRIMARY_KEYS[name]
    plan = connection.execute("explain query plan select * from quotes where speaker_entity_id = 'x'").fetchall()
    assert "quotes_speaker_entity_id" in plan[0]["detail"]


def test_sqlite_is_searched_by_words(corpus_folder: Path, exported: Exported) -> None:
    made = exported(corpus_folder, "sqlite")
    with closing(sqlite3.connect(made.path)) as connection:
        query = (
            "select quotes.text from quotes_fts join quotes on quotes.rowid = quotes_fts.rowid "
            "where quotes_fts match 'sovereignty'"
        )
        found = [text for (text,) in connection.execute(query)]
        assert found
        assert all("sovereignty" in text.lower() for text in found)
        # how Datasette finds out that a table can be searched
        stated = "select name from sqlite_master where rootpage = 0 and sql like '%VIRTUAL TABLE%content=\"quotes\"%'"
        assert connection.execute(stated).fetchone() == ("quotes_fts",)
        said = connection.execute("select count(*) from who_said_what").fetchone()[0]
        assert said == len(rows(corpus_folder, "quotes"))


# schema.org


def test_claim_reviews_rate_nothing_and_name_what_the_article_names(folder: Path, exported: Exported) -> None:
    made = exported(folder, "claimreview")
    feed = json.loads(made.path.read_text(encoding="utf-8"))
    assert feed["@context"] == "https://schema.org"
    claims = {row["claim_id"]: row for row in rows(folder, "claims")}
    clusters: dict[str, list[Row]] = {}
    for row in claims.values():
        clusters.setdefault(row["claim_cluster"] or row["claim_id"], []).append(row)
    articles = {row["article_id"]: row for row in rows(folder, "articles")}
    drafts = feed["dataFeedElement"]
    assert {draft["itemReviewed"]["identifier"] for draft in drafts} == set(clusters)
    for draft in drafts:
        assert draft["@type"] == "ClaimReview"
        assert not {"reviewRating", "author"} & draft.keys()
        item = draft["itemReviewed"]
        group = clusters[item["identifier"]]
        assert draft["claimReviewed"] in {row["proposition"] for row in group}
        places = [*item.get("appearance", []), *([item["firstAppearance"]] if "firstAppearance" in item else [])]
        assert {place["identifier"] for place in places} == {row["article_id"] for row in group}
        assert len(places) == len({row["article_id"] for row in group})
        if "firstAppearance" in item:
            days = [place["datePublished"] for place in places if "datePublished" in place]
            assert item["firstAppearance"]["datePublished"] == min(days)
        name = item.get("author", {}).get("name")
        known = {row["claimant"] for row in group} | {
            articles[row["article_id"]][part] for row in group for part in ("author", "source")
        }
        assert name is None or name in known
        assert all(place.get("url", "https:").startswith("http") for place in places)


# brat


def read_ann(text: str, ann: str) -> tuple[dict[str, tuple[str, list[tuple[int, int]]]], list[list[str]]]:
    """Spans by id (their kind and pieces), and the fields of every other line, checked against the text."""
    spans: dict[str, tuple[str, list[tuple[int, int]]]] = {}
    others: list[list[str]] = []
    for line in ann.split("\n")[:-1]:
        fields = line.split("\t")
        if not line.startswith("T"):
            others.append(fields)
            continue
        name, place, words = fields
        kind, _, offsets = place.partition(" ")
        parts = [(int(a), int(b)) for a, b in (part.split(" ") for part in offsets.split(";"))]
        assert words == " ".join(text[start:end] for start, end in parts)
        assert all("\n" not in text[start:end] and start < end for start, end in parts)
        spans[name] = (kind, parts)
    return spans, others


def test_brat_comes_back(folder: Path, exported: Exported) -> None:
    made = exported(folder, "brat")
    configured = (made.path / "annotation.conf").read_text(encoding="utf-8")
    for article in rows(folder, "articles"):
        stem = made.path / file_name(article["article_id"])
        text = Path(f"{stem}.txt").read_bytes().decode("utf-8")
        assert text == article["text"]
        spans, others = read_ann(text, Path(f"{stem}.ann").read_bytes().decode("utf-8"))
        assert all(f"\n{kind}\n" in configured or kind == "Attribution" for kind, _ in spans.values())
        notes = {fields[1].split(" ")[1]: fields[2] for fields in others if fields[0].startswith("#")}
        for name, kinds in (("mentions", schema.LABELS), ("quotes", ("Direct", "Mixed", "Indirect"))):
            key = PRIMARY_KEYS[name][0]
            mine = [row for row in rows(folder, name) if row["article_id"] == article["article_id"]]
            found = [(parts, notes[span]) for span, (kind, parts) in spans.items() if kind in kinds]
            assert [parts for parts, _ in found] == [pieces(text, row["start"], row["end"]) for row in mine]
            assert all(" ".join(row[key].split()) in note for row, (_, note) in zip(mine, found, strict=True))
        known = spans.keys() | {fields[0] for fields in others}
        for fields in others:
            if fields[0][0] in "ER":
                assert all(part.split(":")[1] in known for part in fields[1].split(" ") if ":" in part)
    assert all(path.parent == made.path for path in made.files)


@given(st.text(), st.text())
def test_brat_file_names_stay_inside_and_apart(one: str, other: str) -> None:
    for name in (file_name(one), file_name(other)):
        assert not {"/", "\\", "\0"} & set(name)
        assert not name.startswith(".")
    assert one == other or file_name(one) != file_name(other)


# spaCy


def test_docbin_comes_back(folder: Path, exported: Exported) -> None:
    packed = DocBin().from_disk(exported(folder, "spacy").path)
    docs: Iterator[Doc] = packed.get_docs(spacy.blank("en").vocab)
    found = {doc.user_data["article_id"]: doc for doc in docs}
    articles = {row["article_id"]: row["text"] for row in rows(folder, "articles")}
    assert {name: doc.text for name, doc in found.items()} == articles
    for group, table, key in (
        ("mentions", "mentions", "mention_id"),
        ("quotes", "quotes", "quote_id"),
        ("dates", "dates", "date_id"),
    ):
        expected = {(row["article_id"], row["start"], row["end"], row[key]) for row in rows(folder, table)}
        spans = {
            (name, span.start_char, span.end_char, span.id_) for name, doc in found.items() for span in doc.spans[group]
        }
        assert spans == expected
    pieces_of = {
        (row["article_id"], part["start"], part["end"], row["claim_id"])
        for row in rows(folder, "claims")
        for part in row["spans"]
    }
    assert pieces_of == {
        (name, span.start_char, span.end_char, span.id_) for name, doc in found.items() for span in doc.spans["claims"]
    }
    starts = {(row["article_id"], row["start"]) for row in rows(folder, "sentences")}
    assert starts <= {(name, sentence.start_char) for name, doc in found.items() for sentence in doc.sents}


# All


@pytest.mark.parametrize("name", list(FORMATS))
def test_the_same_tables_give_the_same_bytes(
    corpus_folder: Path, exported: Exported, tmp_path: Path, name: str
) -> None:
    again = export(corpus_folder, name, tmp_path / f"out{FORMATS[name].suffix}")
    one, two = ([path.read_bytes() for path in made.files] for made in (exported(corpus_folder, name), again))
    assert one == two
