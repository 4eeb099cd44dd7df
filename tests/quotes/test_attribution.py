"""Who said what: sentences with content, cue and source written in."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from markup import cases, parse
from spacy.language import Language

import pipeline.stages  # noqa: F401

CASES = cases(Path(__file__).with_name("attributions.txt"))


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("segment")
    nlp.add_pipe("quotes")
    return nlp


@pytest.mark.parametrize("line", CASES)
def test_sentence(nlp: Language, line: str) -> None:
    text, spans = parse(line)
    wanted = set()
    for number in sorted({number for letter, number in spans if letter == "q"}):
        one = {letter: spans.get((letter, number), []) for letter in "qcsr"}
        wanted.add(
            (
                tuple(text[a:b] for a, b in one["q"]),
                *(text[one[letter][0][0] : one[letter][0][1]] if one[letter] else None for letter in "cs"),
            )
        )
    doc = nlp(text)
    found = {
        (
            tuple(text[piece.start : piece.end] for piece in quote.pieces),
            quote.cue and quote.cue.of(text),
            quote.source and quote.source.of(text),
        )
        for quote in doc._.quotes
    }
    assert found == wanted
    reporters = {text[a:b] for (letter, _), marked in spans.items() if letter == "r" for a, b in marked}
    assert not reporters or reporters == {q.reported_by.of(text) for q in doc._.quotes if q.reported_by}
