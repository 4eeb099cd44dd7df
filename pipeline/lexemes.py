"""What spaCy notes of every new word (its shape, whether it is like a number, …), the same in half the time.

A run learns ten thousand words as it starts and some thousand more with each batch. Of most, which are of letters
alone, their case tells the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from spacy import attrs
from spacy.lang.en.lex_attrs import LEX_ATTRS as ENGLISH
from spacy.lang.en.lex_attrs import _num_words, _ordinal_words
from spacy.lang.lex_attrs import like_url, word_shape
from spacy.language import Language

#: A letter is shown as often as it comes, but no more than this in a row.
_SHOWN: Final = 4
_LONG: Final = 100
_like_num: Callable[[str], bool] = ENGLISH[attrs.LIKE_NUM]
_NUMBERS: Final = frozenset((*_num_words, *_ordinal_words))


def shape(text: str) -> str:
    """See ``spacy.lang.lex_attrs.word_shape``."""
    if len(text) >= _LONG or not (text.isascii() and text.isalpha()):
        return word_shape(text)
    if text.islower():
        return "x" * min(len(text), _SHOWN)
    if text.isupper():
        return "X" * min(len(text), _SHOWN)
    if text.istitle():
        return "X" + "x" * min(len(text) - 1, _SHOWN)
    return word_shape(text)


def is_url(text: str) -> bool:
    """See ``spacy.lang.lex_attrs.like_url``."""
    return ("." in text or text.startswith("http")) and like_url(text)


def is_number(text: str) -> bool:
    """See ``spacy.lang.en.lex_attrs.like_num``."""
    return text.lower() in _NUMBERS if text.isalpha() else _like_num(text)


FASTER: Final[dict[int, Callable[[str], str | bool]]] = {
    attrs.IS_ASCII: str.isascii,
    attrs.SHAPE: shape,
    attrs.LIKE_URL: is_url,
    attrs.LIKE_NUM: is_number,
}


def note_faster(nlp: Language) -> None:
    """Have the vocabulary of *nlp*, an English one with spaCy's own getters, note by :data:`FASTER`."""
    vocabulary: Any = nlp.vocab
    vocabulary.lex_attr_getters.update(FASTER)
