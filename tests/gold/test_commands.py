"""``pipeline annotate`` and ``pipeline evaluate`` as a user meets them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline import gold
from pipeline.cli import app
from tests.conftest import ROOT

ARTICLE = "002_e6e0d5ecd811aeda"
SMALL = """---
article_id: harbour
published: 2021-03-04
---
“We will rebuild it,” Maria Keller said on Tuesday.

--- annotations ---
PERSON Maria Keller
date Tuesday = 2021-03-02

quote direct
content: “We will rebuild it,”
cue: said
source: Maria Keller
speaker: Maria Keller
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_rows_go_out_as_gold_and_come_back(corpus_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "article.txt"
    folder = tmp_path / "gold"
    common = ("--out", corpus_folder, "--gold", folder, "--corpus", ROOT / "corpus")
    assert run("annotate", ARTICLE, "--export", file, *common).exit_code == 0
    assert gold.read(file).text
    assert run("annotate", ARTICLE, "--import", file, *common).exit_code == 0
    taken = gold.read(folder / f"{ARTICLE}.txt")
    # The text stays where it is: in the corpus.
    assert taken.text is None
    assert taken.meta["article"] == ARTICLE
    assert len(taken.meta["text_sha256"]) == 64
    # What was written from the rows says of them that all is right.
    result = run("evaluate", "--gold", folder, "--corpus", ROOT / "corpus", "--json")
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures["quotes"]["all"]["joint"] == 1.0
    assert figures["quotes"]["all"]["exact"] == 1.0
    assert figures["speakers"]["all"]["right"] == 1.0
    assert figures["names"]["all"]["span and label"] > 0.97
    assert figures["dates"]["all"]["value"] == 1.0
    assert figures["claims"]["all"]["found"] == 1.0
    again = run("annotate", ARTICLE, "--import", file, *common)
    assert again.exit_code == 2
    assert "--replace" in again.output
    assert run("annotate", ARTICLE, "--import", file, "--replace", *common).exit_code == 0


@pytest.mark.parametrize("article", ["../evil", "a/b", "..", "", " x", ".hidden", "a\nb", "x" * 300, "\\\\host\\share"])
def test_ids_that_lead_elsewhere_are_refused(article: str, corpus_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_text(SMALL, encoding="utf-8")
    for option in ("--export", "--import"):
        target = tmp_path / "out.txt" if option == "--export" else file
        result = run("annotate", article, option, target, "--out", corpus_folder, "--gold", tmp_path / "gold")
        assert result.exit_code == 2
        assert "Traceback" not in result.output
    assert not (tmp_path / "out.txt").exists()
    assert not (tmp_path / "gold").exists()


def test_gold_for_another_article_and_malformed_gold_are_refused(corpus_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_text(SMALL, encoding="utf-8")
    common = ("--out", corpus_folder, "--gold", tmp_path / "gold")
    result = run("annotate", "other", "--import", file, *common)
    assert result.exit_code == 2
    assert "is gold for 'harbour'" in result.output
    file.write_text(SMALL.replace("cue: said", "cue: whispered"), encoding="utf-8")
    result = run("annotate", "harbour", "--import", file, *common)
    assert result.exit_code == 2
    assert "line 13" in result.output
    assert not (tmp_path / "gold").exists()


def test_a_link_out_of_the_gold_folder_is_not_written_through(corpus_folder: Path, tmp_path: Path) -> None:
    file, outside, folder = tmp_path / "in.txt", tmp_path / "outside.txt", tmp_path / "gold"
    file.write_text(SMALL, encoding="utf-8")
    outside.write_text("mine", encoding="utf-8")
    folder.mkdir()
    (folder / "harbour.txt").symlink_to(outside)
    result = run("annotate", "harbour", "--import", file, "--replace", "--out", corpus_folder, "--gold", folder)
    assert result.exit_code == 2
    assert outside.read_text(encoding="utf-8") == "mine"


def test_export_needs_an_article_and_leaves_files_alone(corpus_folder: Path, tmp_path: Path) -> None:
    missing = run("annotate", "nobody", "--export", tmp_path / "x.txt", "--out", corpus_folder)
    assert missing.exit_code == 2
    assert "no article 'nobody'" in missing.output
    there = tmp_path / "there.txt"
    there.write_text("mine", encoding="utf-8")
    assert run("annotate", ARTICLE, "--export", there, "--out", corpus_folder).exit_code == 2
    assert there.read_text(encoding="utf-8") == "mine"
    assert run("annotate", ARTICLE, "--out", corpus_folder).exit_code == 2


def test_a_table_by_stage(tmp_path: Path) -> None:
    (tmp_path / "harbour.txt").write_text(SMALL, encoding="utf-8")
    result = run("evaluate", "--gold", tmp_path, "--wrong")
    assert result.exit_code == 0, result.output
    for stage in ("quotes", "speakers", "names", "dates"):
        assert f"\n{stage}" in result.stdout
    assert "\nclaims" not in result.stdout


def test_bad_gold_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "harbour.txt").write_text(SMALL.replace("quote direct", "quote loud"), encoding="utf-8")
    result = run("evaluate", "--gold", tmp_path)
    assert result.exit_code == 2
    assert "line 11" in result.output
    shutil.rmtree(tmp_path)
    assert "no such file" in run("evaluate", "--gold", tmp_path).output
