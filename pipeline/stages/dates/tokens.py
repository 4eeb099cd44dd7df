"""The classes of tokens, and a text as a row of them: one character a token, so that the grammar can be regexes.

The words and their classes are data (``models/lexicon/dates_words.tsv``). The idea of token types as the basis of
recognition is SynTime's (Zhong et al., ACL 2017); the code is our own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from pipeline.lexicon import table

_NAMES = (
    "OTHER", "BREAK", "NUM1", "NUM", "YEAR", "YEAR2", "FRACTION", "ORD", "DECADE", "WDECADE", "CLOCK", "CLOCKWORD",
    "ISO", "SLASH", "AMPM", "OCLOCK", "ZONE", "ERA", "WNUM", "WBIG", "MONTH", "WEEKDAY", "WEEKDAYS", "UNIT", "UNITS",
    "QUARTER", "PART", "PARTS", "SEASON", "SEASONS", "HOLIDAY", "DEIC", "DEICNIGHT", "REF", "ADVERBSET", "LAST",
    "PAST", "PREV", "NEXT", "COMING", "FOLLOWING", "THIS", "CURRENT", "THAT", "THESE", "SAME", "LATEST", "RECENT",
    "FUTURE", "PRESENT", "THE", "A", "EARLY", "EARLIER", "LATER", "AGO", "BEFORE", "AFTER", "PREVIOUSLY", "HENCE",
    "PARTOF", "OF", "IN", "ON", "AT", "TO", "AND", "OR", "FEW", "EVERY", "PER", "FISCAL", "FULL", "HALF", "PERIOD",
    "APPROX", "OVER", "MORE", "LESS", "THAN", "LEAST", "MOST", "UP", "WITHIN", "TIME", "TERM", "NEAR", "WHILE",
    "RIGHT", "OLD", "AGE", "BUSINESS", "SOMETIME", "BEYOND", "SO", "ANNIV", "AHEAD", "ONCE", "DATE", "CORRESPONDING",
    "COMMA", "DOT", "HYPHEN", "SLASHMARK", "POSS", "LPAREN", "QREF", "HREF", "POSSADJ", "NO", "LONG",
)  # fmt: skip
# Characters of the private use area: none has a meaning of its own in a regular expression.
CODE: dict[str, str] = {name: chr(0xE000 + index) for index, name in enumerate(_NAMES)}
NAME: dict[str, str] = {code: name for name, code in CODE.items()}


@dataclass(slots=True)
class Tokens:
    """Parallel lists over the tokens of one text; ``codes`` holds the class of each as one character.

    A sentence boundary is a token of its own, class ``BREAK`` and without width.
    """

    text: str
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    codes: str = ""

    def __len__(self) -> int:
        return len(self.words)

    def cls(self, index: int) -> str:
        """The class of a token; ``BREAK`` beyond either end."""
        return NAME[self.codes[index]] if 0 <= index < len(self.codes) else "BREAK"

    def lower(self, index: int) -> str:
        """The word at *index* in lower case, empty at a sentence boundary and beyond either end."""
        return self.words[index].lower() if 0 <= index < len(self.words) else ""


Entry = tuple[tuple[str, str], ...]
"""A word's classes with their values, the usual one first."""


@cache
def lexicon() -> dict[str, Entry]:
    """Each word's classes with their values, the usual one first."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for word, entry in table("dates_words").items():
        classes = []
        for part in entry.split("|"):
            name, _, value = part.partition(" ")
            classes.append((name, value))
        found[word] = tuple(classes)
    return found
