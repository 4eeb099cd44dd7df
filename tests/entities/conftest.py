from __future__ import annotations

import pytest
import spacy
from spacy.language import Language

import pipeline.stages


@pytest.fixture(scope="session")
def nlp() -> Language:
    assert pipeline.stages
    made = spacy.blank("en")
    for name in ("segment", "names", "coref"):
        made.add_pipe(name)
    return made
