"""The project's own gold of claims: what may rise and not fall. ``python -m benchmarks.claims`` prints the figures."""

from __future__ import annotations

from collections import Counter

import pytest
from spacy.language import Language

from benchmarks.claims_gold import (
    GoldArticle,
    Pair,
    aligned,
    read_gold,
    read_pairs,
    run_pairs,
    score_pairs,
)
from pipeline.model import DEFAULT, load
from pipeline.stages.claims import find_claims

#: The share of the claims found that have the right label, at least, in either half.
FLOORS = {"modality": 0.87, "polarity": 0.95, "stance": 0.92}
FOUND = 0.75


@pytest.fixture(scope="module")
def whole() -> Language:
    return load(DEFAULT, clean="none")


def test_the_gold_is_as_large_as_it_says() -> None:
    articles: list[GoldArticle] = read_gold("dev") + read_gold("test")
    assert len(articles) >= 35
    assert sum(len(article.claims) for article in articles) >= 300
    pairs = read_pairs()
    assert len(pairs) >= 60
    assert sum(pair.relation in {"differs", "none"} for pair in pairs) >= 25


@pytest.mark.slow
@pytest.mark.parametrize("half", ["dev", "test"])
def test_labels_of_the_gold(half: str, whole: Language) -> None:
    counts: Counter[str] = Counter()
    for article in read_gold(half):
        counts["gold"] += len(article.claims)
        for gold, claim in aligned(article.text, article.claims, find_claims(whole(article.text))):
            counts["found"] += 1
            for field in FLOORS:
                counts[field] += getattr(gold, field) == getattr(claim, field)
    assert counts["found"] >= FOUND * counts["gold"]
    assert {
        field: counts[field] / counts["found"] for field in FLOORS if counts[field] < FLOORS[field] * counts["found"]
    } == {}


@pytest.mark.slow
def test_contradictions_shown_are_right() -> None:
    pairs: list[Pair] = read_pairs()
    counts, wrong = score_pairs(pairs, *run_pairs(DEFAULT, pairs))
    assert counts["right"] >= 0.95 * counts["shown"], wrong
    assert counts["right"] >= 0.6 * counts["contradicts"], wrong
    assert counts["copied"] == 0
