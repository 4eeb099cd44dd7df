"""Tables as files and folders of files: the same rows in the same order, whatever the pieces they come in."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import files, load, merge, schema
from pipeline.files import OutputError, TableWriter, replacing
from tests.conftest import ROOT, run_corpus


def sentences(articles: int, each: int = 5) -> pa.Table:
    rows = [
        {"article_id": f"a{article:04}", "sentence_id": number, "paragraph": 0, "section": "body", "start": number * 10,
         "end": number * 10 + 5, "text": f"w{article}", "raw_start": 0, "raw_end": 5}
        for article in range(articles) for number in range(each)
    ]  # fmt: skip
    return schema.to_table("sentences", rows)


def write(table: pa.Table, path: Path, part_rows: int, piece: int) -> None:
    writer = TableWriter(path, "sentences", part_rows)
    for start in range(0, max(table.num_rows, 1), piece):
        writer.write(table.slice(start, piece))
    writer.close()


@pytest.mark.parametrize(("rows", "parts"), [(0, 1), (1, 1), (40, 1), (41, 2), (80, 2), (95, 3)])
def test_a_long_table_is_a_folder_of_files(tmp_path: Path, rows: int, parts: int) -> None:
    table = sentences(20).slice(0, rows)
    write(table, tmp_path / "t.parquet", 40, 7)
    found = files.files_of(tmp_path / "t.parquet")
    assert len(found) == parts
    assert (tmp_path / "t.parquet").is_dir() == (parts > 1)
    assert [pq.read_metadata(path).num_rows for path in found[:-1]] == [40] * (parts - 1)
    assert pq.read_table(tmp_path / "t.parquet").to_pylist() == table.to_pylist()
    assert files.rows_of(tmp_path / "t.parquet") == rows


def test_bytes_depend_on_rows_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROW_GROUP", 10)
    table = sentences(20)
    for piece in (1, 3, 10, 37, 1000):
        write(table, tmp_path / f"{piece}.parquet", 30, piece)
    found = [[path.read_bytes() for path in files.files_of(tmp_path / f"{piece}.parquet")] for piece in (1, 3, 10, 37)]
    assert len(found[0]) == 4
    assert all(other == found[0] for other in found)
    assert pq.read_metadata(tmp_path / "1.parquet" / "part-00000.parquet").num_row_groups == 3


def test_long_texts_make_short_row_groups_whatever_the_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "GROUP_BYTES", 100)
    long = [i for i in range(50) if i % 7 == 3]
    table = sentences(10)
    texts = pa.array([f"{'long ' * 30 * (i in long)}w{i}" for i in range(50)])
    table = table.set_column(table.column_names.index("text"), "text", texts)
    for piece in (1, 4, 13, 50):
        write(table, tmp_path / f"{piece}.parquet", 1000, piece)
    metadata = pq.read_metadata(tmp_path / "1.parquet")
    groups = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
    assert sum(groups) == 50
    starts = [sum(groups[:i]) for i in range(len(groups))]
    # What is longer than a group may be is a group of its own.
    assert all(row in starts and groups[starts.index(row)] == 1 for row in long)
    assert max(groups) <= 100 // len(b"a0000w10")
    assert len({(tmp_path / f"{piece}.parquet").read_bytes() for piece in (1, 4, 13, 50)}) == 1
    assert pq.read_table(tmp_path / "1.parquet").to_pylist() == table.to_pylist()


def test_row_groups_are_skipped_by_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROW_GROUP", 10)
    write(sentences(20), tmp_path / "t.parquet", 1000, 100)
    metadata = pq.read_metadata(tmp_path / "t.parquet")
    ranges = [metadata.row_group(i).column(0).statistics for i in range(metadata.num_row_groups)]
    assert [(found.min, found.max) for found in ranges][:2] == [("a0000", "a0001"), ("a0002", "a0003")]


@pytest.mark.parametrize("stretch", [2, 7, 1000])
def test_shards_are_merged_in_order_however_little_fits(tmp_path: Path, stretch: int) -> None:
    table = sentences(40)
    order = list(range(40))
    random.Random(3).shuffle(order)
    live: dict[str, dict[str, str]] = {}
    for number in range(8):
        articles = [f"a{article:04}" for article in order[number * 5 : number * 5 + 5]]
        folder = tmp_path / f"s{number}"
        folder.mkdir()
        files.write_parquet(
            schema.conform("sentences", pa.concat_tables(
                table.filter(pa.compute.equal(table["article_id"], article)) for article in articles)),
            folder / "sentences.parquet",
        )  # fmt: skip
        live[folder.name] = dict.fromkeys(articles[:4], "")  # the fifth is gone
    gone = {f"a{order[number * 5 + 4]:04}" for number in range(8)}
    shards = sorted(tmp_path.iterdir())
    with merge.Ordered(shards, live, lambda f, n: pq.read_table(f / f"{n}.parquet"), stretch) as ordered:
        pieces = list(ordered.pieces("sentences"))
        narrow = pa.concat_tables(ordered.pieces("sentences", ("start", "article_id")))
    assert len(pieces) == len(ordered.stretches) == -(-32 // stretch)
    assert max(len(piece["article_id"].unique()) for piece in pieces) <= stretch
    expected = [row for row in table.to_pylist() if row["article_id"] not in gone]
    assert pa.concat_tables(pieces).to_pylist() == expected
    assert narrow.to_pylist() == [{"start": row["start"], "article_id": row["article_id"]} for row in expected]
    assert sorted(tmp_path.iterdir()) == shards


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write(sentences(20), path, 30, 100)
    before = [file.read_bytes() for file in files.files_of(path)]

    def fail() -> None:
        with replacing(path) as aside:
            write(sentences(3), aside, 5, 100)
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="the disk is full"):
        fail()
    assert [file.read_bytes() for file in files.files_of(path)] == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("first", "second"), [(30, 1000), (1000, 30), (30, 20)])
def test_a_file_and_a_folder_take_each_others_place(tmp_path: Path, first: int, second: int) -> None:
    path = tmp_path / "t.parquet"
    for rows in (first, second):
        with replacing(path) as aside:
            write(sentences(20), aside, rows, 100)
        assert pq.read_table(path).num_rows == 100
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_that_writes_folders_has_the_same_rows(corpus_folder: Path, tmp_path: Path) -> None:
    made = run_corpus(ROOT / "corpus", tmp_path, part_rows=20)
    assert (tmp_path / "claims.parquet").is_dir()
    assert (tmp_path / "articles.parquet").is_file()
    for name in schema.TABLES:
        path = f"{name}.parquet"
        assert made[name].equals(pq.read_table(corpus_folder / path)), name
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / path), pd.read_parquet(corpus_folder / path))
    out = load(tmp_path)
    assert out.sql("select count(*) as n from claims")["n"].tolist() == [made["claims"].num_rows]
    pd.testing.assert_frame_equal(out.quotes, load(corpus_folder).quotes)
    modified = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    run_corpus(ROOT / "corpus", tmp_path, part_rows=20)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")} == modified
