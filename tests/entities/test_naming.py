from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import gazetteer
from pipeline.naming import acronyms_of, fold, may_abbreviate, name_parts, same_parts, same_person, skeleton, slug

SAME = [
    ("Muqtada al-Sadr", "Moqtada Al-Sadr"), ("Hashd al-Sha’abi", "Hashd Al Shaabi"),
    ("Qassem Soleimani", "Qasim Suleimani"), ("Nouri al-Maliki", "Nuri Al Maliki"),
    ("Kata’eb Hezbollah", "Kataib Hizbollah"), ("Muammar Gaddafi", "Moammar Qadhafi"),
    ("Mohammed Salih", "Muhammad Saleh"), ("Zoë Müller", "Zoe Muller"),
]  # fmt: skip
DIFFERENT = [
    ("Iraq", "Iran"), ("Adel Abdul-Mahdi", "Abu Mahdi"), ("Masoud Barzani", "Masrour Barzani"),
    ("Hussein", "Hassan"), ("Omar", "Amir"), ("Daniel", "Danielle"), ("Hadi", "Haddad"), ("Marsh", "March"),
    ("Tom", "Tim"), ("Johnson", "Jansen"), ("Mali", "Malawi"), ("Austria", "Australia"),
    ("Slovakia", "Slovenia"), ("Niger", "Nigeria"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), SAME)
def test_spellings_of_one_name(left: str, right: str) -> None:
    assert same_parts(name_parts(left), name_parts(right))


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different_names(left: str, right: str) -> None:
    assert not same_parts(name_parts(left), name_parts(right))


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_it(left: str, right: str) -> None:
    a, b = name_parts(left), name_parts(right)
    assert same_parts(a, b) == same_parts(b, a)
    assert same_parts(a, a)
    assert same_person(a, b) == same_person(b, a)
    assert slug(left).isascii()
    assert all(map(skeleton, a))
    assert isinstance(may_abbreviate(left, right), bool)
    assert acronyms_of(fold(left)) == acronyms_of(left)


@pytest.mark.parametrize(
    ("short", "name", "fits"),
    [
        ("PMU", "Popular Mobilization Units", True),
        ("CENTCOM", "US Central Command", True),
        ("IS", "Islamic State", True),
        ("UN", "Riverside Party", False),
        ("Kurdistan 24", "Kurdistan Region", False),
        ("PMU", "Units", False),
    ],
)
def test_acronyms(short: str, name: str, fits: bool) -> None:
    assert may_abbreviate(short, name) is fits


@pytest.mark.parametrize(
    ("name", "code"),
    [("US", "US"), ("the United States", "US"), ("U.K.", "GB"), ("Iraq", "IQ"), ("Türkiye", "TR"), ("us", None),
     ("IT", None), ("In", None), ("Kosovo", "XK"), ("Côte d’Ivoire", "CI"), ("North Korea", "KP")],
)  # fmt: skip
def test_countries(name: str, code: str | None) -> None:
    assert gazetteer.country_code(name) == code


@pytest.mark.parametrize(
    ("word", "code"),
    [("Iraqi", "IQ"), ("Iraqis", "IQ"), ("American", "US"), ("French", "FR"), ("Britons", "GB"), ("Iraq", None),
     ("turkish", None)],
)  # fmt: skip
def test_nationalities(word: str, code: str | None) -> None:
    assert gazetteer.nationality_code(word) == code


def test_places() -> None:
    assert (
        gazetteer.place("Baghdad") == ("Baghdad", "city", "IQ", 7216000) or gazetteer.place("Baghdad").country == "IQ"
    )  # type: ignore[union-attr]
    assert gazetteer.place("Black Sea").kind == "region"  # type: ignore[union-attr]
    assert gazetteer.place("Zorblax") is None
