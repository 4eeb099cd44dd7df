"""The tokenizer's short cuts give the tokens that spaCy's long way gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline import tokenizer
from pipeline.tokenizer import blank, learn_words, make_doc

ROOT = Path(__file__).resolve().parent.parent
MADE_UP = (
    "(“Don't,” she'd said.)—“US$5m, or ¿£3.50?” … 'Tis #1, @me: *bold* §4 %5 +6 =7 –8 “\u2026x” …and… [12] C$40 ‘90s\n"
    'Lt. Col. O’Neil’s e.g.s a.m.–p.m. 12°C. http://x.org/a?b=(c) well-known:ill said."I 2011.Secondly ((deep)) —— ..\t'
)


def _texts() -> list[str]:
    return [
        MADE_UP,
        *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpus" / "articles").glob("*.txt"))),
    ]


@pytest.mark.parametrize("name", ["prefix_search", "suffix_search"])
def test_affixes_are_those_of_the_pattern(name: str) -> None:
    pattern = tokenizer._english()[name]
    fast, plain = tokenizer._fast({name: pattern})[name], re.compile(pattern)
    # Every tail and every head of each word is what the tokenizer may ask about.
    words = {word for text in _texts() for word in text.split()}
    asked = {part for word in words for i in range(min(len(word), 12)) for part in (word[i:], word[: i + 1])}
    for text in sorted(asked):
        known, found = plain.search(text), fast(text)
        assert (found and found.span()) == (known and known.span()), text


def test_words_that_are_learned_are_cut_as_before() -> None:
    plain, learned = blank(), blank()
    learn_words(learned)
    for text in _texts():
        with plain.memory_zone(), learned.memory_zone():
            before, after = make_doc(plain, text), make_doc(learned, text)
            assert [(t.text, t.whitespace_, t.norm_) for t in before] == [
                (t.text, t.whitespace_, t.norm_) for t in after
            ]
