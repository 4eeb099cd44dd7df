"""Linking: articles as lists of local entities, written as ``label|name|further names|descriptions``."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import schema
from pipeline.link.aliases import Aliases, read_aliases
from pipeline.link.entities import SURNAME_SCORE, link_entities
from tests.conftest import run_corpus

Corpus = dict[str, list[str]]


def _tables(corpus: Corpus, days: dict[str, dt.date] | None = None) -> tuple[pa.Table, pa.Table, pa.Table]:
    local, mentions = [], []
    for article, rows in corpus.items():
        for chain, row in enumerate(rows):
            label, name, others, descriptions = (*row.split("|"), "", "")[:4]
            forms = [name, *filter(None, others.split(";"))]
            local.append(
                {"article_id": article, "chain": chain, "name": name, "label": label, "aliases": forms,
                 "descriptions": [d for d in descriptions.split(";") if d]}
            )  # fmt: skip
            mentions += [
                {"article_id": article, "entity_id": str(chain), "kind": "name", "text": form} for form in forms
            ]
    articles = pa.table(
        {"article_id": list(corpus), "published": pa.array([(days or {}).get(a) for a in corpus], pa.date32())}
    )
    return pa.Table.from_pylist(mentions), pa.Table.from_pylist(local), articles


def linked(
    corpus: Corpus,
    days: dict[str, dt.date] | None = None,
    aliases: Aliases | None = None,
    standing: dict[tuple[str, str], str] | None = None,
) -> dict[str, list[str]]:
    """The entity ids of each article, in the order of its rows."""
    assignments, _ = link_entities(*_tables(corpus, days), aliases, standing)
    found: dict[str, list[str]] = {}
    for row in assignments.to_pylist():
        found.setdefault(row["article_id"], []).append(row["entity_id"])
    return found


TOGETHER = {
    "spelling": ("PERSON|Mustafa al-Khafaji", "PERSON|Mostafa Al-Khafaji", "person/mustafa-al-khafaji"),
    "apostrophes": ("ORG|Hashd al-Sha’abi", "ORG|Hashd Al-Shaabi", "org/hashd-al-shaabi"),
    "surname whose only full name is known": ("PERSON|Ilse Vandermeer", "PERSON|Vandermeer", "person/ilse-vandermeer"),
    "initial": ("PERSON|Ilse Vandermeer", "PERSON|I. Vandermeer", "person/ilse-vandermeer"),
    "middle name": ("PERSON|Ilse Maria Vandermeer", "PERSON|Ilse Vandermeer", "person/ilse-maria-vandermeer"),
    "country": ("GPE|U.S.", "GPE|United States", "gpe/united-states"),
    "country that acts": ("GPE|Iraq", "ORG|Iraq", "gpe/iraq"),
    "people": ("NORP|Iraqi", "NORP|Iraqis", "norp/iraqi"),
    "city": ("GPE|New York", "GPE|New York City", "gpe/new-york-city"),
    "known organisation": ("ORG|UN", "ORG|United Nations", "org/united-nations"),
    "other name that a text gives": ("ORG|Dawn Units|Hashd al-Watan", "ORG|Hashd al-Watan", "org/dawn-units"),
    "acronym that a text gives": ("ORG|Dawn Rescue Units|DRU", "ORG|DRU", "org/dawn-rescue-units"),
    "country inside a name": ("ORG|U.S. Air Force", "ORG|United States Air Force", "org/us-air-force"),
    "surname and role": ("PERSON|Falk||President", "PERSON|Falk||President", "person/falk"),
}


@pytest.mark.parametrize("case", TOGETHER)
def test_one(case: str) -> None:
    first, second, expected = TOGETHER[case]
    assert linked({"a": [first], "b": [second]}) == {"a": [expected], "b": [expected]}


APART = {
    "near spelling": ("GPE|Iraq", "GPE|Iran"),
    "other name inside": ("PERSON|Adel Abdul-Mahdi", "PERSON|Abu Mahdi"),
    "brothers": ("PERSON|Masoud Barzani", "PERSON|Masrour Barzani"),
    "surnames alone": ("PERSON|Vandermeer", "PERSON|Vandermeer"),
    "surnames of different roles": ("PERSON|Falk||President", "PERSON|Falk||prosecutor"),
    "country and people": ("GPE|Iraq", "NORP|Iraqi"),
    "person and place": ("PERSON|Jordan", "GPE|Jordan"),
    "Koreas": ("GPE|North Korea", "GPE|South Korea"),
    "feminine and masculine": ("PERSON|Daniel Keller", "PERSON|Danielle Keller"),
    "Congo": ("GPE|Niger", "GPE|Nigeria"),
    "middle names that differ": ("PERSON|George W. Falk", "PERSON|George H. Falk"),
}


@pytest.mark.parametrize("case", APART)
def test_two(case: str) -> None:
    first, second = APART[case]
    found = linked({"a": [first], "b": [second]})
    assert found["a"] != found["b"]


def test_a_surname_that_two_people_bear_joins_neither() -> None:
    found = linked({"a": ["PERSON|Anna Keller"], "b": ["PERSON|Paul Keller"], "c": ["PERSON|Keller"]})
    assert found["c"] == ["person/keller"]


def test_a_full_name_that_two_middle_names_fit_joins_neither() -> None:
    found = linked({"a": ["PERSON|George W. Falk"], "b": ["PERSON|George H. Falk"], "c": ["PERSON|George Falk"]})
    assert len({found[a][0] for a in "abc"}) == 3


def test_an_acronym_of_two_things_joins_neither() -> None:
    found = linked({"a": ["ORG|Dawn Rescue Units|DRU"], "b": ["ORG|Danish Red Union|DRU"], "c": ["ORG|DRU"]})
    assert found["c"] == ["org/dru"]


def test_two_things_of_one_article_get_different_ids() -> None:
    found = linked({"a": ["PERSON|Jordan", "GPE|Jordan"], "b": ["PERSON|Vandermeer"], "c": ["PERSON|Vandermeer"]})
    assert found == {"a": ["person/jordan", "gpe/jordan"], "b": ["person/vandermeer"], "c": ["person/vandermeer@c"]}


CORPUS: Corpus = {
    "a1": ["PERSON|Mustafa al-Khafaji|Khafaji|influential cleric", "GPE|US", "ORG|Dawn Rescue Units|DRU"],
    "a2": ["PERSON|Khafaji", "ORG|DRU", "GPE|United States|US", "PERSON|Vandermeer"],
    "a3": ["PERSON|Mostafa al-Khafaji||Omani cleric", "NORP|Americans", "PERSON|Ilse Vandermeer|Vandermeer"],
}
DAYS = {"a1": dt.date(2020, 1, 5), "a2": dt.date(2020, 1, 7)}


def test_the_order_of_rows_changes_nothing() -> None:
    tables = _tables(CORPUS, DAYS)
    expected = link_entities(*tables, None)
    for seed in range(4):
        shuffled = [t.take(random.Random(seed).sample(range(t.num_rows), t.num_rows)) for t in tables]
        found = link_entities(*shuffled, None)
        assert found[0].equals(expected[0])
        assert found[1].equals(expected[1])


def test_a_later_article_renames_nothing() -> None:
    before = linked(CORPUS, DAYS)
    later: Corpus = {
        **CORPUS,
        "a0": [
            "PERSON|Moustafa Al-Khafaji",
            "ORG|Dawn Rescue Units|DRU",
            "PERSON|Vandermeer",
            "GPE|U.S.",
            "PERSON|Bo Falk",
        ],
    }
    after = linked(later, {**DAYS, "a0": dt.date(2021, 1, 1)})
    assert {article: after[article] for article in before} == before


def _standing(found: dict[str, list[str]]) -> dict[tuple[str, str], str]:
    return {(article, str(chain)): name for article, ids in found.items() for chain, name in enumerate(ids)}


RENAMING = {
    "an older article": ({"b": ["PERSON|Mustafa al-Khafaji"]}, {"a": ["PERSON|Mostafa Al-Khafaji"]}),
    "the fuller name": ({"a": ["PERSON|Vandermeer"]}, {"b": ["PERSON|Ilse Vandermeer|Vandermeer"]}),
    "a longer name": ({"b": ["PERSON|Ilse Vandermeer"]}, {"a": ["PERSON|Ilse Maria Vandermeer"]}),
    "another name": ({"b": ["ORG|Hashd al-Watan"]}, {"a": ["ORG|Dawn Units|Hashd al-Watan"]}),
    "another label": ({"a": ["ORG|Zorbla Bay"]}, {"b": ["LOC|Zorbla Bay"], "c": ["LOC|Zorbla Bay"]}),
    "the same name": ({"b": ["PERSON|Vandermeer"]}, {"a": ["PERSON|Vandermeer"]}),
}


@pytest.mark.parametrize("case", RENAMING)
def test_what_stands_keeps_its_id(case: str) -> None:
    corpus, more = RENAMING[case]
    before = linked(corpus)
    after = linked(corpus | more, standing=_standing(before))
    assert {article: after[article] for article in before} == before


def test_of_one_that_is_two_the_greater_part_keeps_the_id() -> None:
    corpus: Corpus = {"a": ["PERSON|Keller"], "b": ["PERSON|Anna Keller|Keller"], "c": ["PERSON|Anna Keller"]}
    before = linked(corpus)
    assert before == {article: ["person/anna-keller"] for article in corpus}
    after = linked(corpus | {"d": ["PERSON|Paul Keller"]}, standing=_standing(before))
    assert (after["b"], after["c"], after["a"]) == (before["b"], before["c"], ["person/keller"])


def test_an_id_whose_name_nobody_bears_any_more_is_not_kept() -> None:
    assert linked({"a": ["PERSON|Anna Keller"]}, standing={("a", "0"): "person/harbour"}) == {
        "a": ["person/anna-keller"]
    }


_ROWS = st.sampled_from(
    ["PERSON|Anna Keller", "PERSON|Keller", "PERSON|Paul Keller|Keller", "PERSON|A. Keller", "PERSON|Anna M. Keller",
     "ORG|Dawn Units|DU", "ORG|DU", "ORG|Dawn Units|Hashd al-Watan", "ORG|Hashd al-Watan", "ORG|Hashd Al Watan",
     "ORG|Danish Union|DU", "GPE|US", "GPE|Zorbla Bay", "LOC|Zorbla Bay", "PERSON|Keller||mayor", "NORP|Iraqi"]
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.lists(_ROWS, min_size=1, max_size=4)), max_size=6))
def test_a_growing_corpus_renames_nothing(steps: list[tuple[str, list[str]]]) -> None:
    corpus: Corpus = {}
    standing: dict[tuple[str, str], str] = {}
    for article, rows in steps:
        if article in corpus:
            continue
        corpus[article] = rows
        after = _standing(linked(corpus, standing=standing))
        for chain, entity_id in standing.items():
            # It keeps its id; or it is one with another that stood; or it was two, and the other part keeps the id.
            kept_elsewhere = entity_id in {after[other] for other, name in standing.items() if name == entity_id}
            assert after[chain] == entity_id or after[chain] in standing.values() or kept_elsewhere
        standing = after


def test_a_run_finds_the_ids_of_the_run_before(tmp_path: Path) -> None:
    corpus, out = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    (corpus / "b.txt").write_text("Mustafa al-Khafaji left. Khafaji said nothing.\n")
    before = run_corpus(corpus, out)["entities"]["entity_id"].to_pylist()
    assert before == ["person/mustafa-al-khafaji"]
    (corpus / "a.txt").write_text("Mostafa Al-Khafaji came back.\n")
    entities = run_corpus(corpus, out)["entities"].to_pylist()
    assert [(row["entity_id"], row["n_articles"]) for row in entities] == [(before[0], 2)]


def test_a_surname_alone_says_that_it_is_less_sure() -> None:
    assignments, _ = link_entities(*_tables({"a": ["PERSON|Anna Keller"], "b": ["PERSON|Keller"]}), None)
    assert [row["score"] for row in assignments.to_pylist()] == [None, pytest.approx(SURNAME_SCORE)]


def test_a_surname_with_another_role_is_somebody_else() -> None:
    found = linked({"a": ["PERSON|Anna Keller||Senator"], "b": ["PERSON|Keller||Judge"]})
    assert found["a"] != found["b"]


def test_the_entities_table() -> None:
    _, entities = link_entities(*_tables(CORPUS, DAYS), None)
    assert entities.schema.equals(schema.SCHEMAS["entities"])
    rows = {row["entity_id"]: row for row in entities.to_pylist()}
    assert list(rows) == sorted(rows)
    cleric = rows["person/mostafa-al-khafaji"]
    assert cleric["name"] in ("Mustafa al-Khafaji", "Mostafa al-Khafaji")
    assert cleric["aliases"][0] == "Khafaji"
    assert set(cleric["descriptions"]) == {"influential cleric", "Omani cleric"}
    assert (cleric["n_mentions"], cleric["n_articles"]) == (4, 3)
    assert (cleric["first_published"], cleric["last_published"]) == (dt.date(2020, 1, 5), dt.date(2020, 1, 7))


def test_an_empty_corpus() -> None:
    mentions, local, articles = _tables({"a": ["GPE|Iraq"]})
    assignments, entities = link_entities(mentions.slice(0, 0), local.slice(0, 0), articles, None)
    assert (assignments.num_rows, entities.num_rows) == (0, 0)


def test_the_users_word_is_last(tmp_path: object) -> None:
    path = tmp_path / "aliases.csv"  # type: ignore[operator]
    path.write_text(
        "name,entity,label,wikidata\n"
        "Hashd al-Watan,Dawn Units,ORG,Q42\n"
        "People's Shield,Dawn Units,ORG,\n"
        "Anna Keller,person/anna-keller-minister,PERSON,\n"
    )
    corpus: Corpus = {
        "a": ["ORG|Hashd al-Watan", "PERSON|Anna Keller"],
        "b": ["ORG|People’s Shield", "PERSON|Keller"],
        "c": ["ORG|Dawn Units"],
    }
    aliases = read_aliases(path)
    assert linked(corpus, None, aliases) == {
        "a": ["org/dawn-units", "person/anna-keller-minister"],
        "b": ["org/dawn-units", "person/anna-keller-minister"],
        "c": ["org/dawn-units"],
    }
    _, entities = link_entities(*_tables(corpus), aliases)
    assert {row["wikidata"] for row in entities.to_pylist()} == {"Q42", None}


def test_the_user_separates(tmp_path: object) -> None:
    path = tmp_path / "aliases.csv"  # type: ignore[operator]
    path.write_text("name,entity\nMustafa al-Khafaji,Mustafa al-Khafaji (poet)\nMostafa al-Khafaji,person/mk\n")
    found = linked({"a": ["PERSON|Mustafa al-Khafaji"], "b": ["PERSON|Mostafa al-Khafaji"]}, None, read_aliases(path))
    assert found == {"a": ["person/mustafa-al-khafaji-poet"], "b": ["person/mk"]}
