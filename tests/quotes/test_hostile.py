"""The stage on text that no paper prints: no exception, sane offsets, time that grows with the text."""

from __future__ import annotations

import time

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import pipeline.stages  # noqa: F401

WORDS = st.sampled_from(
    [
        *["said", "“", "”", '"', "he", "that", ",", ".", "according", "to", "Smith", "“a b”", "who", "the", "of", "by"],
        *["quoted", "as", "saying", "letter", ":", "—", "told", "reporters", "’", "and", ";", "(", ")", "was", "asked"],
        *["if", "“Yes,”", "\n\n", "US", "not", "adding", "whom", "all", "Tuesday"],
    ]
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("quotes")
    return nlp


def spaced(nlp: Language, text: str) -> Doc:
    """A Doc cut at spaces alone: spaCy's own tokenizer is slow on unbroken marks."""
    return Doc(nlp.vocab, words=[word for word in text.split(" ") if word])


NLP = spacy.blank("en")
NLP.add_pipe("quotes")


@settings(deadline=None, max_examples=150)
@given(st.lists(WORDS, max_size=60))
def test_any_words(words: list[str]) -> None:
    doc = NLP(" ".join(words))
    for quote in doc._.quotes:
        assert quote.pieces
        for piece in quote.pieces:
            assert 0 <= piece.start <= piece.text_start <= piece.text_end <= piece.end <= len(doc.text)
            assert piece.start < piece.end
        for span in (quote.cue, quote.source, quote.reported_by):
            assert span is None or 0 <= span.start < span.end <= len(doc.text)


@pytest.mark.parametrize(
    "unit",
    [
        "he said that ",
        "“ A b c , ” he said , “ d e f . ” ",
        "the man of ",
        "Sadr , ",
        "was said by ",
        'said : " a " and ',
    ],
)
def test_long_sentences_take_linear_time(nlp: Language, unit: str) -> None:
    seconds = []
    for copies in (1500, 6000):
        doc = spaced(nlp, unit * copies)
        started = time.perf_counter()
        nlp.get_pipe("quotes")(doc)
        seconds.append(time.perf_counter() - started)
    assert seconds[1] < 12 * max(seconds[0], 0.1)


def test_deterministic(nlp: Language) -> None:
    text = "“We stay,” Keller said. Olsen said the plan had failed, but insisted that “it is not over”."
    assert nlp(text)._.quotes == nlp(text)._.quotes != []
