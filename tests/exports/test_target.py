"""Where exports may be written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.exports import FORMATS, ExportError, export
from pipeline.outputs import OutputsError


def test_an_export_may_replace_an_export(corpus_folder: Path, tmp_path: Path) -> None:
    for name in ("csv", "claimreview"):
        path = tmp_path / f"out{FORMATS[name].suffix}"
        first = export(corpus_folder, name, path)
        assert export(corpus_folder, name, path).files == first.files


def test_what_no_export_wrote_is_left_alone(corpus_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    mine = tmp_path / "csv" / "quotes.csv"
    mine.write_text("my notes")
    with pytest.raises(ExportError, match="not written by an export"):
        export(corpus_folder, "csv", tmp_path / "csv")
    assert mine.read_text() == "my notes"
    assert [path.name for path in (tmp_path / "csv").iterdir()] == ["quotes.csv"]
    with pytest.raises(ExportError, match="left alone"):
        export(corpus_folder, "claimreview", mine)


def test_what_somebody_changed_is_left_alone(corpus_folder: Path, tmp_path: Path) -> None:
    made = export(corpus_folder, "brat", tmp_path / "brat")
    changed = next(path for path in made.files if path.suffix == ".ann")
    changed.write_text(changed.read_text(encoding="utf-8") + "T999\tClaim 0 1\tx\n", encoding="utf-8")
    before = changed.read_bytes()
    with pytest.raises(ExportError, match="changed since"):
        export(corpus_folder, "brat", tmp_path / "brat")
    assert changed.read_bytes() == before


def test_other_files_in_the_folder_stay_and_files_of_articles_that_are_gone_go(
    corpus_folder: Path, hostile_folder: Path, tmp_path: Path
) -> None:
    first = export(corpus_folder, "brat", tmp_path / "brat")
    (tmp_path / "brat" / "notes.md").write_text("mine")
    second = export(hostile_folder, "brat", tmp_path / "brat")
    there = set((tmp_path / "brat").iterdir())
    assert there == {*second.files, tmp_path / "brat" / "notes.md", tmp_path / "brat" / "export.json"}
    assert not set(first.files) & there - set(second.files)


def test_the_record_says_what_was_made(hostile_folder: Path, tmp_path: Path) -> None:
    made = export(hostile_folder, "xlsx", tmp_path / "out.xlsx")
    record = json.loads((tmp_path / "out.xlsx.export.json").read_text(encoding="utf-8"))
    assert record["format"] == "xlsx"
    assert record["rows"]["articles"] == 5
    assert record["notes"] == made.notes
    assert "articles.text" in record["notes"][0]


def test_a_broken_record_and_a_wrong_kind_of_place_are_told(corpus_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text("[]")
    with pytest.raises(ExportError, match="not the record"):
        export(corpus_folder, "csv", tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError, match="is a file"):
        export(corpus_folder, "csv", tmp_path / "file")
    with pytest.raises(ExportError, match="is a folder"):
        export(corpus_folder, "sqlite", tmp_path)
    with pytest.raises(ExportError, match="no format 'pdf'"):
        export(corpus_folder, "pdf", tmp_path / "x")
    with pytest.raises(OutputsError, match="pipeline run"):
        export(tmp_path, "csv", tmp_path / "x")


def test_a_link_is_never_followed(corpus_folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "precious.csv"
    outside.write_text("precious")
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "quotes.csv").symlink_to(outside)
    with pytest.raises(ExportError, match="left alone"):
        export(corpus_folder, "csv", tmp_path / "csv")
    assert outside.read_text() == "precious"


def test_a_record_can_not_reach_outside(corpus_folder: Path, tmp_path: Path) -> None:
    import hashlib

    outside = tmp_path / "precious.txt"
    outside.write_text("precious")
    digest = hashlib.sha256(b"precious").hexdigest()
    (tmp_path / "csv").mkdir()
    record = {"files": {"../precious.txt": digest, str(outside): digest}}
    (tmp_path / "csv" / "export.json").write_text(json.dumps(record))
    export(corpus_folder, "csv", tmp_path / "csv")
    assert outside.exists()


def test_a_package_that_is_missing_is_named(
    corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(ExportError, match=r"news-evidence-pipeline\[excel\]"):
        export(corpus_folder, "xlsx", tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []
