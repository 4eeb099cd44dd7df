"""Which known claim a text repeats."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.link.matching import Matcher, average_precision, words_of

KNOWN = [
    "A shark swam through the streets of Houston after the hurricane",
    "The mayor of Marlow paid for a castle with public money",
    "Vaccines against measles cause autism in children",
    "A library in Tarrow was closed because of bats",
]


def test_the_claim_repeated_comes_first() -> None:
    matcher = Matcher(KNOWN)
    for number, query in enumerate(
        [
            "OMG sharks swimming in Houston!! https://t.co/x",
            "#MarlowMayor bought castles with OUR money",
            "measels vaccination → autism??",
        ]
    ):
        assert matcher.best(query, 1)[0][0] == number


def test_nothing_shared_matches_nothing() -> None:
    assert Matcher(KNOWN).best("zzz qqq", 5) == []
    assert Matcher([]).best("a shark", 5) == []


def test_scores_don_t_depend_on_the_order() -> None:
    turned = Matcher(KNOWN[::-1]).scores("sharks in Houston")
    assert np.allclose(Matcher(KNOWN).scores("sharks in Houston"), turned[::-1])


def test_hashtags_and_addresses() -> None:
    assert words_of("#DefundTheLibrary https://x.org/a — Bo (@bo) May 1, 2020") == [
        "defund",
        "the",
        "library",
        "bo",
        "bo",
    ]


def test_average_precision() -> None:
    assert average_precision(["a", "b", "c"], {"b"}, 5) == pytest.approx(0.5)
    assert average_precision(["a", "b", "c"], {"a", "c"}, 5) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(["a", "b"], {"b"}, 1) == 0
