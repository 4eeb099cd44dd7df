"""Pins and the review of an article against them."""

from __future__ import annotations

import copy
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import pins
from pipeline.review import show, show_changes
from tests.cli.test_run import pipeline
from tests.conftest import run_corpus

TEXT = (
    "“We will rebuild the harbour,” Maria Keller, the mayor of Anford, said on Tuesday. "
    "Keller said that the storm had cost 12 million euros.\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, pa.Table]]:
    """A folder of one article, its output folder, and its tables."""
    corpus, out = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out")
    (corpus / "storm.txt").write_text(f"---\npublished: 2021-03-04\ntitle: Storm\n---\n{TEXT}", encoding="utf-8")
    return corpus, out, run_corpus(corpus, out, model="rules")


def test_a_pin_sees_what_a_frame_would_hide() -> None:
    row = {"a": 1, "b": None}
    assert pins.dump({"quotes": [row]}) != pins.dump({"quotes": [{"a": 1}]})
    assert pins.dump({"quotes": [row]}) != pins.dump({"quotes": [{"a": 1, "b": ""}]})
    assert pins.dump({"quotes": [row]}) != pins.dump({"quotes": [{"a": 1.5, "b": None}]})


values = st.none() | st.booleans() | st.integers() | st.text()


@given(st.dictionaries(st.sampled_from(list(pins.KEYS)), st.lists(st.dictionaries(
    st.text(min_size=1).filter(lambda name: name != "table"), values), min_size=1)))  # fmt: skip
def test_parse_gives_back_what_dump_wrote(rows: pins.Rows) -> None:
    assert pins.parse(pins.dump(rows)) == rows


def test_a_damaged_pin_is_named_with_its_line() -> None:
    with pytest.raises(pins.PinError, match="pin, line 2: is no pinned row"):
        pins.parse('{"table": "quotes", "quote_id": "q"}\n{"quote_id"\n')


@pytest.mark.parametrize("name", ["../storm", "a/b", "", ".hidden", "a\x00b"])
def test_a_pin_stays_in_its_folder(name: str) -> None:
    with pytest.raises(pins.PinError, match="plainer article_id"):
        pins.path_of(name)


def test_compare_tells_added_removed_and_changed(made: tuple[Path, Path, dict[str, pa.Table]]) -> None:
    rows = pins.article_rows(made[2], "storm")
    assert not pins.compare(rows, copy.deepcopy(rows))
    assert show_changes([]) == "no row differs"
    other = copy.deepcopy(rows)
    gone = other["dates"].pop(0)
    other["quotes"][0]["speaker"] = "Somebody Else"
    other["mentions"].append({**other["mentions"][0], "mention_id": "storm:m900-905"})
    changes = pins.compare(rows, other)
    assert [(change.table, change.kind) for change in changes] == [
        ("mentions", "added"), ("dates", "removed"), ("quotes", "changed"),
    ]  # fmt: skip
    assert changes[2].columns == ["speaker"]
    told = show_changes(changes)
    assert "speaker: Maria Keller → Somebody Else" in told
    assert f"- dates {gone['date_id']}" in told
    assert told.endswith("3 rows differ: 1 added, 1 removed, 1 changed")


def test_the_review_shows_every_quote_and_date(made: tuple[Path, Path, dict[str, pa.Table]]) -> None:
    rows = pins.article_rows(made[2], "storm")
    shown = show(rows)
    assert "[direct] Maria Keller (Maria Keller, the mayor of Anford, said" in shown
    assert "Tuesday → 2021-03-02" in shown
    for row in rows["claims"]:
        assert " ".join(row["proposition"].split()) in shown


def test_review_accept_and_what_changed_since(made: tuple[Path, Path, dict[str, pa.Table]], tmp_path: Path) -> None:
    pinned = tmp_path / "pins"
    asked = ("review", "storm", "--out", made[1], "--pins", pinned)
    first = pipeline(*asked)
    assert first.returncode == 0, first.stderr
    assert "not accepted yet" in first.stdout
    assert not pinned.exists()
    assert pipeline(*asked, "--accept").returncode == 0
    assert "no row differs" in pipeline(*asked).stdout
    path = pinned / "storm.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Maria Keller", "Mary Keller"), encoding="utf-8")
    changed = pipeline(*asked)
    assert changed.returncode == 1
    assert "speaker: Mary Keller → Maria Keller" in changed.stdout


def test_an_unknown_article_is_said(made: tuple[Path, Path, dict[str, pa.Table]]) -> None:
    asked = pipeline("review", "../storm", "--out", made[1])
    assert asked.returncode == 2
    assert "no article '../storm'" in asked.stderr
