"""``pipeline entities``: what it lists, finds and shows, and the reasons it gives."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.link.entities import decide
from pipeline.link.explain import evidence_of, in_one_article, why_one, why_two
from tests.entities.test_linking import _tables

CORPUS = {
    "a": ["PERSON|Mustafa al-Khafaji|Khafaji", "ORG|Dawn Units|DU;Hashd al-Watan", "GPE|Iraq", "PERSON|Anna Keller"],
    "b": ["PERSON|Mostafa Al-Khafaji", "ORG|Hashd Al-Watan", "GPE|Iran", "PERSON|Paul Keller", "ORG|Danish Fund|DF"],
    "c": ["PERSON|Khafaji", "ORG|DU", "PERSON|Keller", "PERSON|Zorbla", "ORG|Dutch Front|DF"],
    "d": [
        "PERSON|Mustafa K. al-Khafaji",
        "PERSON|M. al-Khafaji",
        "PERSON|Zorbla",
        "ORG|DF",
        "ORG|Fund of Oman",
        "ORG|Zorbla Bank",
    ],
}


def _linking(corpus: dict[str, list[str]] = CORPUS) -> object:
    mentions, local, _ = _tables(corpus)
    return decide(mentions, local, dict.fromkeys(corpus))


ONE = {
    ("Mustafa al-Khafaji", "Mostafa Al-Khafaji"): ["spellings of one name"],
    ("DU", "Hashd Al-Watan"): ["as names of one"],
    ("Khafaji", "Mustafa al-Khafaji"): ["a part of the full name"],
    ("Mustafa al-Khafaji", "Mustafa K. al-Khafaji"): ["leaves out a middle name"],
}


@pytest.mark.parametrize("names", ONE)
def test_why_two_names_are_one(names: tuple[str, str]) -> None:
    steps = why_one(_linking(), *names)
    assert steps
    told = " | ".join(map(str, steps))
    assert all(words in told for words in ONE[names]), told
    assert why_one(_linking(), *reversed(names))


TWO = {
    ("Iraq", "Iran"): "known to be two",
    ("Anna Keller", "Paul Keller"): "they share a last name, but",
    ("Keller", "Anna Keller"): "may be any of Anna Keller, Paul Keller",
    ("Anna Keller", "Mustafa al-Khafaji"): "their last names differ",
    ("org/df", "Danish Fund"): "DF stands for Danish Fund, Dutch Front",
    ("DU", "Danish Fund"): "no article introduces DU as the short form",
    ("DU", "Zorbla Bank"): "DU can't be made of the other's letters",
    ("Anna Keller", "Dawn Units"): "is named as PERSON",
    ("Fund of Oman", "Danish Fund"): "no rule joins them",
}


@pytest.mark.parametrize("names", TWO)
def test_why_two_names_are_two(names: tuple[str, str]) -> None:
    assert why_one(_linking(), *names) is None
    assert TWO[names] in " | ".join(why_two(_linking(), *names))


def test_the_evidence_of_an_entity_is_told_once() -> None:
    lines = evidence_of(_linking(), "org/dawn-units")
    assert any("DU" in line and "one chain" in line for line in lines)
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize(
    ("left", "right", "label", "words"),
    [("US", "United States", "GPE", "acronym"), ("Halden Bank", "Halden", "ORG", "short form"),
     ("Sha’abi", "Shaabi", "ORG", "other letters"), ("Sadr", "Sader", "PERSON", "spellings"),
     ("Britain", "United Kingdom", "GPE", "known names"), ("Dawn", "Sunrise", "ORG", "gives both")],
)  # fmt: skip
def test_in_one_article(left: str, right: str, label: str, words: str) -> None:
    assert words in in_one_article(left, right, label)


def _told(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["entities", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_list_search_and_page(corpus_folder: Path) -> None:
    out = str(corpus_folder)
    first = _told(out, "--limit", "1").splitlines()
    assert first[1].startswith("gpe/")
    assert "more (--limit" in first[2]
    assert "person/" not in _told(out, "--label", "org").replace("person/id", "")
    rows = json.loads(_told(out, "--find", "MOQTADA", "--json"))
    assert [row["entity_id"] for row in rows] == ["person/muqtada-al-sadr"]
    page = _told(out, "Moqtada al-Sadr")
    assert page.startswith("person/muqtada-al-sadr · Muqtada al-Sadr · PERSON")
    assert "Descriptions" in page
    assert "Articles (5)" in page
    assert _told(out, "--find", "zorbla") == "no entities\n"


def test_why(corpus_folder: Path) -> None:
    out = str(corpus_folder)
    told = _told(out, "--why", "PMU", "Hashd Al-Shaabi")
    assert "are one: org/popular-mobilization-units" in told
    assert "are two" in _told(out, "--why", "Iraq", "gpe/iran")
    assert "Why these are one" in _told(out, "--why", "person/muqtada-al-sadr")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["Zorbla"], "no entity has the id or the name"), (["--why"], "--why takes a name"),
     (["A", "B"], "2 names, but one can be shown"), (["--label", "HERO"], "no label"),
     (["--why", "Zorbla", "Iraq"], "no article has the name"), (["--why", "A", "B", "C"], "takes one or two")],
)  # fmt: skip
def test_mistakes_get_a_message(corpus_folder: Path, arguments: list[str], words: str) -> None:
    assert words in _told(str(corpus_folder), *arguments, code=2)


def test_tables_without_their_parts(corpus_folder: Path, tmp_path: Path) -> None:
    assert "is missing" in _told(str(tmp_path), code=2)
    for path in corpus_folder.glob("*.parquet"):
        shutil.copy(path, tmp_path)
    assert "doesn't hold the parts" in _told(str(tmp_path), "--why", "Iraq", "Iran", code=2)
