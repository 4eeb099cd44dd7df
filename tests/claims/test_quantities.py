"""Quantities: text, value, low, high, unit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.stages.claims.quantities import quantities
from pipeline.stages.claims.reading import Reading

CASES = [
    ("He sent around 5,200 troops north.", "around 5,200 troops", 5200, None, None, "troops"),
    ("There are over 5,000 US soldiers.", "over 5,000 US soldiers", None, 5000, None, "us soldiers"),
    ("It cost tens of thousands of lives.", "tens of thousands of lives", None, 20000, 99999, "lives"),
    ("It won a quarter of the seats.", "a quarter of the seats", 0.25, 0.25, 0.25, "share of seats"),
    ("The bill passed unanimously.", "unanimously", 1, 1, 1, "share"),
    ("Some 40 percent of voters agreed.", "Some 40 percent of voters", 40, None, None, "percent of voters"),
    ("It paid $3.5 million in fines.", "$3.5 million", 3_500_000, 3_500_000, 3_500_000, "USD"),
    ("It lost 5 to 10 million euros.", "5 to 10 million euros", None, 5_000_000, 10_000_000, "EUR"),
    ("Between 10 and 20 ships sank.", "10 and 20 ships", None, 10, 20, "ships"),
    ("Twenty-five people died.", "Twenty-five people", 25, 25, 25, "people"),
    ("At least three hundred houses burned.", "At least three hundred houses", None, 300, None, "houses"),
    ("Fewer than 12 men came.", "Fewer than 12 men", None, None, 12, "men"),
    ("Hundreds of protesters came.", "Hundreds of protesters", None, 200, 999, "protesters"),
    ("Two-thirds of the members left.", "Two-thirds of the members", 0.666667, 0.666667, 0.666667, "share of members"),
]


@pytest.mark.parametrize(("sentence", "text", "value", "low", "high", "unit"), CASES)
def test_quantities(
    reading: Callable[[str], Reading], sentence: str, text: str, value: float, low: float, high: float, unit: str
) -> None:
    read = reading(sentence)
    found = quantities(read, 0, len(read.doc))
    assert len(found) == 1, found
    quantity = found[0]
    assert read.text[quantity.start : quantity.end] == text
    assert (quantity.value, quantity.low, quantity.high, quantity.unit) == (value, low, high, unit)


@pytest.mark.parametrize(
    "sentence",
    [
        "He cited Article 59 of the constitution.",
        "The council passed Resolution 1701.",
        "He is one of them.",
        "The train left at 10:30.",
        "Nobody came.",
    ],
)
def test_numbers_that_count_nothing(reading: Callable[[str], Reading], sentence: str) -> None:
    read = reading(sentence)
    assert quantities(read, 0, len(read.doc)) == ()
