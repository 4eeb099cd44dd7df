"""Linking: articles as lists of local entities, written as ``label|name|further names|descriptions``."""

from __future__ import annotations

import datetime as dt
import random

import pyarrow as pa
import pytest

from pipeline import schema
from pipeline.link.aliases import Aliases, read_aliases
from pipeline.link.entities import link_entities

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
    corpus: Corpus, days: dict[str, dt.date] | None = None, aliases: Aliases | None = None
) -> dict[str, list[str]]:
    """The entity ids of each article, in the order of its rows."""
    assignments, _ = link_entities(*_tables(corpus, days), aliases)
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
