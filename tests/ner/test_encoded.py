"""What lists and rules may add to the encoder's names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from pipeline.stages.ner import Names


@dataclass(frozen=True)
class _Encoded:
    """The part of the encoder's reading that the stage asks for: no names, and a chance of one for every token."""

    name_scores: np.ndarray
    names: tuple[tuple[int, int, str, float], ...] = ()


def _read(words: list[str], chance: float) -> list[tuple[str, str]]:
    doc = Doc(spacy.blank("en").vocab, words=words, sent_starts=[True] + [False] * (len(words) - 1))
    scores = np.log(np.array([[1 - chance, chance]] * len(words), dtype=np.float32))
    doc._.encoded = _Encoded(scores)
    return [(span.text, span.label_) for span in Names()(doc).ents]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["Natasha", "is", "the", "BEST", "photographer", "."], ("BEST", "ORG")),
        (["They", "met", "in", "Germany", "."], ("Germany", "GPE")),
    ],
)
def test_a_rule_names_nothing_that_the_encoder_holds_impossible(words: list[str], name: tuple[str, str]) -> None:
    assert name in _read(words, 0.3)
    assert name not in _read(words, 0.01)
