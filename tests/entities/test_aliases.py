"""``aliases.csv``: what it says, and what is wrong with it, by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.link.aliases import AliasError, alias_key, read_aliases
from tests.conftest import run_corpus

HEADER = "name,entity,label,wikidata\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "aliases.csv"


def test_names_lead_to_entities(path: Path) -> None:
    path.write_text(HEADER + 'PMU,Dawn Units,ORG,Q5\n# a comment\n\n"Keller, Anna",Anna Keller,person,\n')
    found = read_aliases(path)
    unit = found[alias_key("The  pmu")]["ORG"]
    assert (unit.name, unit.label, unit.wikidata, unit.entity_id) == ("Dawn Units", "ORG", "Q5", "")
    assert found[alias_key("Keller, Anna")]["PERSON"].name == "Anna Keller"
    assert found[alias_key("Dawn Units")]["ORG"] == unit


def test_a_chain_of_names_leads_to_its_end(path: Path) -> None:
    path.write_text("name,entity\nA Org,B Org\nB Org,C Org\n")
    found = read_aliases(path)
    assert {found[alias_key(name)][""].name for name in ("A Org", "B Org", "C Org")} == {"C Org"}


def test_one_name_of_two_labels(path: Path) -> None:
    path.write_text(HEADER + "Jordan,Hashemite Kingdom,GPE,\nJordan,Michael Jordan,PERSON,\n")
    found = read_aliases(path)[alias_key("Jordan")]
    assert (found["GPE"].name, found["PERSON"].name) == ("Hashemite Kingdom", "Michael Jordan")


WRONG = {
    "no columns": ("nom,entité\nA,B\n", "first line must name the columns"),
    "too many cells": ("name,entity\nKeller, Anna, Anna Keller\n", "line 2: 3 cells under 2 columns"),
    "empty name": (HEADER + ",Dawn Units,ORG,\n", "line 2: the name is empty"),
    "empty entity": (HEADER + "PMU,,ORG,\n", "line 2: the entity is empty"),
    "unknown label": (HEADER + "PMU,Dawn Units,MILITIA,\n", "line 2: 'MILITIA' is no label"),
    "Wikidata": (HEADER + "PMU,Dawn Units,ORG,42\n", "line 2: '42' is no Wikidata id"),
    "two Wikidata ids": (
        HEADER + "PMU,Dawn Units,ORG,Q1\nDU,Dawn Units,ORG,Q2\n",
        "line 3: 'Dawn Units' is Q2 here, but Q1",
    ),
    "two entities": (
        HEADER + "PMU,Dawn Units,ORG,\npmu,Sun Units,ORG,\n",
        "line 3: 'pmu' is claimed by 'Sun Units', but line 2",
    ),
    "circle": ("name,entity\nA,B\nB,C\nC,A\n", "line 2: A -> B -> C -> A goes in a circle"),
    "quotation mark": ('name,entity\n"PMU,Dawn Units\n', "no valid CSV"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_its_line(path: Path, case: str) -> None:
    text, expected = WRONG[case]
    path.write_text(text)
    with pytest.raises(AliasError) as caught:
        read_aliases(path)
    assert expected in str(caught.value)
    assert str(path) in str(caught.value)


def test_no_utf8(path: Path) -> None:
    path.write_bytes(HEADER.encode() + b"Caf\xe9,Cafe,ORG,\n")
    with pytest.raises(AliasError, match="no UTF-8"):
        read_aliases(path)


def test_no_file(path: Path) -> None:
    with pytest.raises(AliasError, match="can't be read"):
        read_aliases(path)


def test_a_run_with_a_wrong_file_stops_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It rained.\n")
    (tmp_path / "aliases.csv").write_text("name,entity\nA,B\nB,A\n")
    result = CliRunner().invoke(app, ["run", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code != 0
    assert "goes in a circle" in result.output


def test_the_wikidata_id_is_in_the_table(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Anna Keller left. Keller said nothing.\n")
    (tmp_path / "aliases.csv").write_text(HEADER + "Anna Keller,person/anna-keller-minister,PERSON,Q42\n")
    rows = run_corpus(tmp_path, tmp_path / "out")["entities"].to_pylist()
    assert [(row["entity_id"], row["wikidata"]) for row in rows] == [("person/anna-keller-minister", "Q42")]
