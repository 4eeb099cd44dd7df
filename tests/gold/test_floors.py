"""Floors under the figures on the project's own gold: they may rise and not fall."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.evaluation_runs import evaluate
from tests.conftest import ROOT

#: Folder of the gold → (stage, figure, per cent): no lower for a floor, no higher for a ceiling.
FLOORS = {
    "corpus": [("quotes", "found", 97), ("quotes", "joint", 97), ("speakers", "right", 97)],
    "dev": [("quotes", "joint", 90), ("quotes", "cue", 96), ("speakers", "right", 86), ("speakers", "precision", 96)],
    "test": [("quotes", "joint", 87), ("quotes", "cue", 96), ("speakers", "right", 90), ("speakers", "precision", 96)],
}
CEILINGS = {"corpus": 0.0, "dev": 2.5, "test": 2.5}


@pytest.mark.slow
@pytest.mark.parametrize("half", FLOORS)
def test_figures_on_gold(half: str, tmp_path: Path) -> None:
    figures = evaluate(ROOT / "corpus" / "gold" / half, ROOT / "corpus", Settings(), tmp_path).figures()
    for stage, name, floor in FLOORS[half]:
        value = figures[stage]["all"][name]
        assert value is not None
        assert 100 * value >= floor, f"{stage} {name} on {half}: {100 * value:.1f}, floor {floor}"
    wrong = figures["speakers"]["all"]["wrong"]
    assert wrong is not None
    assert 100 * wrong <= CEILINGS[half], f"wrong names on {half}: {100 * wrong:.1f} %"
