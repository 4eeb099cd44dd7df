"""Two wordings aligned: what is left out, added, changed; nothing lost; bounded time."""

from __future__ import annotations

import itertools
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.variants import align

CASES = [
    ("same words", "same words", [("equal", "same words", "same words")]),
    ("Same words.", "“same words”", [("equal", "Same words.", "“same words”")]),
    ("", "", []),
    ("", "more", [("insert", "", "more")]),
    ("less", "", [("delete", "less", "")]),
    (
        "We will never leave our land",
        "we will leave the land",
        [
            ("equal", "We will ", "we will "),
            ("delete", "never ", ""),
            ("equal", "leave ", "leave "),
            ("replace", "our ", "the "),
            ("equal", "land", "land"),
        ],
    ),
    ("red the fox", "green the bird", [("replace", "red the fox", "green the bird")]),
    ("red fox runs", "green fox flies", [("replace", "red ", "green "), ("equal", "fox ", "fox "),
                                         ("replace", "runs", "flies")]),
    ("It’s the US’ plan", "it's the US' plan", [("equal", "It’s the US’ plan", "it's the US' plan")]),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "runs"), CASES)
def test_runs(a: str, b: str, runs: list[tuple[str, str, str]]) -> None:
    assert align(a, b) == runs


@given(st.text(alphabet="ab the.“ \n", max_size=60), st.text(alphabet="ab the.“ \n", max_size=60))
def test_nothing_is_lost(a: str, b: str) -> None:
    runs = align(a, b)
    assert "".join(run[1] for run in runs) == a
    assert "".join(run[2] for run in runs) == b
    assert all(one[0] != other[0] for one, other in itertools.pairwise(runs) if one[0] == "equal")


def test_long_texts_take_bounded_time() -> None:
    made = random.Random(7)
    a, b = (" ".join(made.choice("ab") for _ in range(50_000)) for _ in range(2))
    started = time.perf_counter()
    runs = align(a, b)
    assert time.perf_counter() - started < 2
    assert "".join(run[1] for run in runs) == a
