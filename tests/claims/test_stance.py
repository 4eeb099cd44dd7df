"""Factuality by rule: modality, polarity, stance and condition, and what they come to."""

from __future__ import annotations

import math

import pytest

from pipeline.stages.claims.stance import factuality

CASES = [
    ("asserted", "affirmed", "affirms", None, 3.0),
    ("asserted", "negated", "affirms", None, -3.0),
    ("asserted", "affirmed", "denies", None, -3.0),
    ("asserted", "negated", "denies", None, 3.0),
    ("asserted", "affirmed", "doubts", None, 1.0),
    ("possible", "affirmed", "affirms", None, 1.0),
    ("predicted", "negated", "affirms", None, -1.5),
    ("demanded", "negated", "affirms", None, 0.0),
    ("threatened", "affirmed", "affirms", "if they stay", 0.5),
    ("conditional", "negated", "denies", "if they stay", 0.0),
]


@pytest.mark.parametrize(("modality", "polarity", "stance", "condition", "answer"), CASES)
def test_factuality(modality: str, polarity: str, stance: str, condition: str | None, answer: float) -> None:
    found = factuality(modality, polarity, stance, condition)
    assert found == answer
    assert math.copysign(1, found) == (-1 if answer < 0 else 1)
