"""The five articles of the corpus, with their day of writing given and withheld."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.dates.tool import find

ARTICLES = Path(__file__).resolve().parents[2] / "corpus" / "articles"

# article: a day of writing to give it; the expressions with the value given and the value withheld
EXPECTED: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "000": (
        "2020-01-08",
        [
            ("Monday", "2020-01-06", "XXXX-WXX-1"),
            ("less than week", "P1W", "P1W"),
            ("the coming days and weeks", "PXD", "PXD"),
            ("now", "PRESENT_REF", "PRESENT_REF"),
        ],
    ),
    "002": (
        "2020-01-10",
        [
            ("days", "PXD", "PXD"),
            ("Tuesday", "2020-01-07", "XXXX-WXX-2"),
            ("every day", "P1D", "P1D"),
            ("January 5", "2020-01-05", "XXXX-01-05"),
            ("two days", "P2D", "P2D"),
            ("Sunday", "2020-01-05", "XXXX-WXX-7"),
        ],
    ),
    "003": (
        "2020-03-15",
        [
            ("Sunday", "2020-03-15", "XXXX-WXX-7"),
            ("current", "PRESENT_REF", "PRESENT_REF"),
            ("February", "2020-02", "XXXX-02"),
            ("Tuesday", "2020-03-10", "XXXX-WXX-2"),
        ],
    ),
    "004": (
        "2020-01-16",
        [
            ("2020-01-16", "2020-01-16", "2020-01-16"),
            ("Thursday", "2020-01-16", "XXXX-WXX-4"),
            ("now", "PRESENT_REF", "PRESENT_REF"),
            ("2011", "2011", "2011"),
            ("two days", "P2D", "P2D"),
            ("Tuesday", "2020-01-14", "XXXX-WXX-2"),
            ("every day", "P1D", "P1D"),
            ("January 5", "2020-01-05", "XXXX-01-05"),
            ("January 9", "2020-01-09", "XXXX-01-09"),
            ("the following day", "2020-01-10", "XXXX-XX-XX"),
        ],
    ),
}


def body(number: str) -> str:
    """The text of an article, without its front matter."""
    (path,) = ARTICLES.glob(f"{number}_*.txt")
    return path.read_text(encoding="utf-8").split("---\n", 2)[2]


@pytest.mark.parametrize("number", EXPECTED)
def test_with_its_day(number: str) -> None:
    day, rows = EXPECTED[number]
    text = body(number)
    found = find(text, dt.date.fromisoformat(day))
    assert [(text[x.start : x.end], x.value) for x in found] == [(words, given) for words, given, _ in rows]


@pytest.mark.parametrize("number", EXPECTED)
def test_without_its_day(number: str) -> None:
    _, rows = EXPECTED[number]
    text = body(number)
    found = find(text, None)
    assert [(text[x.start : x.end], x.value) for x in found] == [(words, withheld) for words, _, withheld in rows]
    assert not any(x.anchor == "published" for x in found)


def test_the_article_whose_text_is_broken() -> None:
    text = body("001")
    assert [x.value for x in find(text, dt.date(2020, 1, 7)) if x.granularity == "day"] == [
        "2020-01-07", "2020-01-05", "2020-01-05", "2020-01-04", "2020-01-04",
    ]  # fmt: skip
    withheld = [x.value for x in find(text, None)]
    assert withheld.count("XXXX-WXX-7") == 2
    assert withheld[-3:] == ["2003", "P9Y", "2014"]


def test_an_event_is_anchored_where_its_sentence_is_dated() -> None:
    found = find(body("002"), dt.date(2020, 1, 10))
    two_days = next(x for x in found if x.value == "P2D")
    assert isinstance(two_days.anchor, int)
    assert found[two_days.anchor].value == "2020-01-05"
