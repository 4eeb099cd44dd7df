"""Scores: what is right counts, what is wrong is told apart from what is missing, optional gold counts for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pipeline import gold
from pipeline.evaluation import Score, is_name_of, pair

TEXT = "“We will rebuild it,” Maria Keller said on Tuesday. Omar Diallo said the pier was lost. Nobody slept."
GOLD = """---
article_id: a
---
{text}

--- annotations ---
PERSON Maria Keller = Keller optional
PERSON Omar Diallo
date Tuesday = 2021-03-02

quote direct
content: “We will rebuild it,”
cue: said
source: Maria Keller
speaker: Maria Keller

quote indirect
content: the pier was lost
cue: said
source: Omar Diallo
speaker: Omar Diallo

quote indirect optional
content: Nobody slept
"""


def quote(words: str, kind: str, source: str | None, speaker: str | None) -> dict[str, Any]:
    start = TEXT.index(words)
    where = TEXT.index(source) if source else None
    cue = TEXT.rindex("said", 0, start) if kind == "indirect" else TEXT.index("said", start)
    return {
        "start": start, "end": start + len(words), "text": words, "kind": kind, "utterance_id": words,
        "cue_start": cue, "cue_end": cue + 4, "cue": "said",
        "speaker_start": where, "speaker_end": where + len(source) if source and where is not None else None,
        "speaker_text": source, "speaker": speaker,
    }  # fmt: skip


FIRST = quote("We will rebuild it", "direct", "Maria Keller", "Maria Keller")
SECOND = quote("the pier was lost", "indirect", "Omar Diallo", "Omar Diallo")


def score(
    quotes: list[dict[str, Any]], mentions: Sequence[dict[str, Any]] = (), dates: Sequence[dict[str, Any]] = ()
) -> Score:
    file = gold.parse(GOLD.replace("{text}", TEXT).replace(" optional\nPERSON", "\nPERSON"))
    made = Score()
    tables = {"quotes": quotes, "mentions": mentions, "dates": dates, "claims": []}
    made.add(file, gold.place(file, TEXT), TEXT, tables)
    return made


def figure(made: Score, stage: str, name: str, kind: str = "all") -> float | None:
    return made.figures()[stage][kind][name]


def test_all_right() -> None:
    made = score([FIRST, SECOND])
    for name in ("found", "joint", "exact", "source", "cue"):
        assert figure(made, "quotes", name) == 1.0
    assert figure(made, "speakers", "right") == 1.0
    assert figure(made, "speakers", "wrong") == 0.0
    assert not [item for item in made.wrong if "quote" in item.what or "speaker" in item.what]


def test_nothing_found() -> None:
    made = score([])
    assert figure(made, "quotes", "found") == 0.0
    assert figure(made, "speakers", "right") is None
    assert figure(made, "speakers", "right of all") == 0.0


@pytest.mark.parametrize(
    ("speaker", "right", "wrong", "abstained"),
    [("Omar Diallo", 1.0, 0.0, 0.0), (None, 0.5, 0.0, 0.5), ("Maria Keller", 0.5, 0.5, 0.0), ("Diallo", 0.5, 0.5, 0.0)],
)
def test_a_wrong_speaker_is_no_missing_one(
    speaker: str | None, right: float, wrong: float, abstained: float
) -> None:  # fmt: skip
    made = score([FIRST, {**SECOND, "speaker": speaker}])
    assert figure(made, "speakers", "right") == right
    assert figure(made, "speakers", "wrong") == wrong
    assert figure(made, "speakers", "abstained") == abstained


def test_optional_gold_counts_neither_for_nor_against() -> None:
    more = quote("Nobody slept", "indirect", None, None)
    assert score([FIRST, SECOND, more]).figures()["quotes"] == score([FIRST, SECOND]).figures()["quotes"]


def test_a_quote_that_is_none_costs_precision() -> None:
    more = quote("on Tuesday. Omar", "indirect", None, None)
    assert figure(score([FIRST, SECOND, more]), "quotes", "found") == pytest.approx(0.8)


def test_half_of_the_words_must_agree() -> None:
    cut = {**SECOND, "start": TEXT.index("was lost")}
    assert figure(score([FIRST, cut]), "quotes", "found") == 1.0
    assert figure(score([FIRST, cut]), "quotes", "exact") == 0.5
    assert figure(score([FIRST, {**cut, "start": TEXT.index("lost.")}]), "quotes", "found") == 0.5


def test_names_and_dates() -> None:
    start = TEXT.index("Maria")
    name = {"start": start, "end": start + 12, "text": "Maria Keller", "label": "ORG", "kind": "name", "entity_id": "x"}
    day = {"start": TEXT.index("Tuesday"), "end": TEXT.index("Tuesday") + 7, "value": "2021-03-02"}
    made = score([], [name], [day])
    assert figure(made, "names", "span") == pytest.approx(2 / 3)
    assert figure(made, "names", "span and label") == 0.0
    assert figure(made, "names", "entity") == 1.0
    assert figure(made, "dates", "value") == 1.0


def test_each_content_is_used_once() -> None:
    assert pair([frozenset({1, 2}), frozenset({1, 2, 3})], [frozenset({1, 2, 3})]) == {1: 0}


def test_a_name_that_two_bear_is_nobodys() -> None:
    aliases = {
        "Maria Keller": frozenset({"Maria Keller", "Keller"}),
        "John Keller": frozenset({"John Keller", "Keller"}),
    }
    assert is_name_of("MARIA KELLER", "Maria Keller", aliases)
    assert not is_name_of("Keller", "Maria Keller", aliases)
