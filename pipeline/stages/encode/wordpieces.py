"""Words to the encoder's input: word pieces, and the shape that an uncased vocabulary loses.

Every word (a spaCy token) is cut on its own, so that pieces belong to exactly one token whatever the Unicode: nothing
has to be aligned afterwards. The cut is BERT's (Devlin et al. 2019): lower case, accents off, punctuation and CJK
characters apart, then the longest match in the vocabulary from the left.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

SPECIAL, LOWER, TITLE, UPPER, SINGLE, MIXED, DIGITS, ALNUM, OTHER = range(9)
"""Shapes of a word: special piece, lower, Title, UPPER, one capital, mixed, digits, digits with letters, the rest."""

N_SHAPES = 9 + 8
"""Shape ids: :data:`SPECIAL`, eight for a word's first piece, eight (``shape + 8``) for its further pieces."""

MAX_WORD_CHARS = 64
"""Characters of a word that are looked at: a 100,000-character word costs no more than its head."""

MAX_WORD_PIECES = 8
"""Pieces of a word that are kept; the first one carries the word."""

_CACHE_LIMIT = 200_000
_CJK = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip
_CJK_FROM = min(low for low, _ in _CJK)


def word_shape(word: str) -> int:
    """The shape id (1 to 8) of a word, looked up on its first :data:`MAX_WORD_CHARS` characters."""
    return _shape_of(word[:MAX_WORD_CHARS])


@lru_cache(maxsize=100_000)
def _shape_of(word: str) -> int:
    letters = [c for c in word if c.isalpha()]
    digits = any(c.isdigit() for c in word)
    if not letters:
        return DIGITS if digits else OTHER
    if digits:
        return ALNUM
    if not any(c.isupper() for c in letters):
        return LOWER
    if len(letters) == 1:
        return SINGLE
    if all(c.isupper() for c in letters):
        return UPPER
    if letters[0].isupper() and not any(c.isupper() for c in letters[1:]):
        return TITLE
    return MIXED


def _is_punctuation(char: str) -> bool:
    code = ord(char)
    if 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126:
        return True
    return unicodedata.category(char).startswith("P")


def _is_cjk(char: str) -> bool:
    code = ord(char)
    return code >= _CJK_FROM and any(low <= code <= high for low, high in _CJK)


def split_word(word: str) -> list[str]:
    """The word, cleaned as BERT does it, cut at punctuation and CJK characters. May be empty (zero-width input)."""
    if word.isascii() and word.isalnum():
        return [word[:MAX_WORD_CHARS].lower()]
    parts: list[str] = []
    current: list[str] = []
    for char in unicodedata.normalize("NFD", word[:MAX_WORD_CHARS].lower()):
        category = unicodedata.category(char)
        if category == "Mn" or category.startswith("C"):
            continue
        if char.isspace():
            if current:
                parts.append("".join(current))
                current = []
        elif _is_punctuation(char) or _is_cjk(char):
            if current:
                parts.append("".join(current))
                current = []
            parts.append(char)
        else:
            current.append(char)
    if current:
        parts.append("".join(current))
    return parts


class WordPieces:
    """Cuts words into pieces of one vocabulary, and remembers the cut of each word it has seen.

    Args:
        vocabulary: the pieces, in the order of their ids; ``##`` marks one that continues a word.

    Raises:
        ValueError: the vocabulary lacks ``[PAD]``, ``[UNK]``, ``[CLS]``, ``[SEP]`` or ``[MASK]``.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {piece: i for i, piece in enumerate(vocabulary)}
        missing = [p for p in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]") if p not in self._ids]
        if missing:
            raise ValueError(f"the vocabulary lacks {', '.join(missing)}")
        self.pad, self.unk, self.cls, self.sep, self.mask = (
            self._ids[p] for p in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
        )
        self._cache: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}

    def __call__(self, word: str) -> tuple[int, ...]:
        """Piece ids of one word: 1 to :data:`MAX_WORD_PIECES`, none for white space alone."""
        return self.shaped(word)[0]

    def shaped(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Piece ids of one word, and the shape id of each piece."""
        found = self._cache.get(word)
        if found is None:
            cut = self._cut(word)
            shape = word_shape(word)
            found = cut, (shape, *[shape + 8] * (len(cut) - 1)) if cut else ()
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            if len(word) <= MAX_WORD_CHARS:
                self._cache[word] = found
        return found

    def _cut(self, word: str) -> tuple[int, ...]:
        if not word or word.isspace():
            return ()
        ids: list[int] = []
        for part in split_word(word):
            ids.extend(self._longest_match(part))
            if len(ids) >= MAX_WORD_PIECES:
                break
        return tuple(ids[:MAX_WORD_PIECES]) or (self.unk,)

    def _longest_match(self, part: str) -> list[int]:
        ids: list[int] = []
        start = 0
        while start < len(part):
            for end in range(len(part), start, -1):
                piece = part[start:end] if start == 0 else "##" + part[start:end]
                found = self._ids.get(piece)
                if found is not None:
                    ids.append(found)
                    start = end
                    break
            else:
                return [self.unk]
        return ids
