"""The lists of places are what the packages hold that they are made from."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from pipeline import gazetteer
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    path = ROOT / "models" / "train" / "gazetteer.py"
    spec = importlib.util.spec_from_file_location("gazetteer_recipe", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_lists_are_as_the_packages_say(recipe: ModuleType) -> None:
    for name, text in recipe.lists().items():
        path: Path = recipe.LEXICON / f"{name}.tsv"
        assert path.read_text(encoding="utf-8") == text, f"run python models/train/gazetteer.py: {name}.tsv is old"


def test_what_no_line_can_hold_is_refused(recipe: ModuleType) -> None:
    for row in (("#1", "NL"), ("Den\tHaag", "NL"), ("Den Haag", "NL\n")):
        with pytest.raises(ValueError, match="as a line"):
            recipe.written("about", [row])


@pytest.mark.parametrize(
    ("name", "kind", "country"),
    [
        ("Malmö", "city", "SE"),
        ("Bombay", "city", "IN"),
        ("Mexico City", "city", "MX"),
        ("London", "city", "GB"),
        ("Queensland", "state", "AU"),
        ("Ohio", "state", "US"),
        ("Georgia", "country", "GE"),
        ("UAE", "country", "AE"),
    ],
)
def test_places(name: str, kind: str, country: str) -> None:
    place = gazetteer.place(name)
    assert place is not None
    assert (place.kind, place.country) == (kind, country)


def test_of_two_cities_the_larger_has_the_name() -> None:
    birmingham = gazetteer.cities()["Birmingham"]
    assert (birmingham.country, birmingham.population > 500_000) == ("GB", True)
