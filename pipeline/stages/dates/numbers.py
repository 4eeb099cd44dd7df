"""Numbers in figures and words: ``1,500``, ``2 1/2``, ``twenty-four``, ``a hundred``, ``two and a half``."""

from __future__ import annotations

from pipeline.stages.dates.tokens import Tokens

_GLYPHS = {"½": 0.5, "¼": 0.25, "¾": 0.75}


def _fraction(word: str) -> float | None:
    if word in _GLYPHS:
        return _GLYPHS[word]
    above, _, below = word.partition("/")
    return int(above) / int(below) if below.isdigit() and int(below) and int(above) < int(below) else None


def number_of(tokens: Tokens, first: int, last: int) -> float | None:
    """The number that the tokens ``first:last`` write, None where they write none (or one of a billion and more)."""
    total = 0.0
    group = 0.0
    seen = False
    half = False
    for index in range(first, last):
        kind, value = tokens.cls(index), tokens.values[index]
        if kind in ("NUM1", "NUM", "YEAR"):
            try:
                group += float(value)
            except ValueError:
                return None
            seen = True
        elif kind == "FRACTION":
            part = _fraction(tokens.words[index])
            if part is None:
                return None
            group += part
            seen = True
        elif kind in ("WNUM", "WBIG"):
            n = int(value)
            if n == 100 or (n == 12 and tokens.lower(index) == "dozen"):
                group = (group or 1) * n
            elif n >= 1000:
                total += (group or 1) * n
                group = 0
            else:
                group += n
            seen = True
        elif kind == "HALF":
            group += 0.5
            half = True
    if not (seen or half):
        return None
    number = total + group
    return number if number < 1e9 else None
