"""Words are noted, and texts are cut, as spaCy does it: faster, not otherwise."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy import attrs
from spacy.language import Language

from pipeline import lexicon
from pipeline.lexemes import FASTER
from pipeline.tokenizer import blank, extend_tokenizer

ODD = (
    "I", "iPhone", "McDonald", "NATO", "US", "ÉTAT", "état", "État", "ǅ", "ß", "ﬁ", "²", "٣", "中国", "İ", "½", "\n",
    "a" * 99, "a" * 100, "A" * 150, "Abcdefgh", "x-ray", "U.S.", "3rd", "thTH", "Third", "HUNDRED", "1,000.5", "1/2",
    "-5", "~ten", "http://x", "https://x", "httpx", "http", "www.a", "www.", "bbc.co.uk", "a.b@c.de", ".com", "com.",
)  # fmt: skip


@pytest.fixture(scope="module")
def plain() -> Language:
    return spacy.blank("en")


def check(plain: Language, word: str) -> None:
    vocabulary: Any = plain.vocab
    for attribute, getter in FASTER.items():
        expected = vocabulary.lex_attr_getters[attribute](word)
        assert getter(word) == expected, (attrs.NAMES[attribute], word)
        assert type(getter(word)) is type(expected)


def test_known_words(plain: Language) -> None:
    for word in (*lexicon.table("claims_words"), *lexicon.words("common_words"), *ODD):
        check(plain, word)
        check(plain, word.upper())
        check(plain, word.title())


@given(
    word=st.text(min_size=1, max_size=12)
    | st.from_regex(r"[A-Za-z]{1,7}(st|nd|rd|th)?|[a-z]+\.(com|uk|[a-z]+)", fullmatch=True)
)
def test_any_word(plain: Language, word: str) -> None:
    check(plain, word)


TEXT = "LONDON — “We will stay.”Lt. Col. Ann-Marie O’Neill said in 2011.Secondly, U.S. firms don't pay $5m-6m; "


def test_a_blank_pipeline_cuts_as_an_extended_one(plain: Language) -> None:
    made, extended = blank(), spacy.blank("en")
    extend_tokenizer(extended)
    left, right = made(TEXT), extended(TEXT)
    assert [(token.text, token.idx, token.norm_) for token in left] == [(t.text, t.idx, t.norm_) for t in right]
    assert [token.text for token in left] != [token.text for token in plain(TEXT)]
    assert made.tokenizer.rules == extended.tokenizer.rules
    before = made.tokenizer
    extend_tokenizer(made)
    assert made.tokenizer is before


def test_a_tokenizer_with_patterns_of_its_own_keeps_them() -> None:
    nlp = spacy.blank("en")
    tokenizer: Any = nlp.tokenizer
    tokenizer.prefix_search = spacy.util.compile_prefix_regex(["§"]).search
    extend_tokenizer(nlp)
    assert [token.text for token in nlp("§5 (a) in 2011.Secondly")] == [
        "§",
        "5",
        "(a",
        ")",
        "in",
        "2011",
        ".",
        "Secondly",
    ]
