"""A paragraph on its way to being labelled, and small questions about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from pipeline.annotations import Section
from pipeline.lexicon import words
from pipeline.stages.clean.mapped import Mapped

_ENDS = re.compile(r"[.!?…:;][\"'”’»“)\]*]*(?: [”»])?$")
_FULL_END = re.compile(r"[.!?…][\"'”’»“)\]*]*(?: [”»])?(?: ?\[[0-9a-z]{1,3}\])*$")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(slots=True)
class Draft:
    """A paragraph: its characters, the block of lines it came from, its section once that is known."""

    mapped: Mapped
    block: int
    section: Section | None = None
    glued: bool = False
    """Cut off the paragraph before it: the two were one line."""
    opens: bool = False
    """A dateline stands before it: here the running text begins."""
    text: str = field(init=False)
    word_count: int = field(init=False)
    _head: str | None = field(init=False, default=None)
    _words: list[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.text = self.mapped.text
        self.word_count = self.text.count(" ") + 1

    @property
    def normal_words(self) -> list[str]:
        """Its words, lower case, without marks; found once."""
        if self._words is None:
            self._words = normal_words(self.text)
        return self._words

    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does."""
        return _FULL_END.search(self.text[-24:]) is not None

    def ends_open(self) -> bool:
        """Whether no mark at all ends it, as with headlines."""
        return _ENDS.search(self.text[-12:]) is None

    def starts_inside(self) -> bool:
        """Whether it begins as if something stood before it: with a comma or a small letter."""
        first = self.text.lstrip("\"'“‘ ")[:1]
        return self.text[:1] in ",;.)" or (first.islower() and not self.text.startswith(("al-", "el-")))

    def is_item(self) -> bool:
        """Whether it is an item of a list with bullets or dashes."""
        return self.text[:1] in "•·*–—-‣▪●" and self.text[1:2] in " \u00a0"

    def begins_with(self, name: str) -> bool:
        """Whether it begins with an entry of the word list *name*, as words of their own."""
        if self._head is None:
            self._head = self.text[:60].lower().replace("’", "'").lstrip("(–—-•*>»→▶►✉ ")
        head = self._head
        openers = _openers(name, head[:1])
        if not head.startswith(openers):
            return False
        for entry in openers:
            if head.startswith(entry):
                rest = head[len(entry) : len(entry) + 1]
                if not rest or not entry[-1].isalnum() or not rest.isalnum():
                    return True
        return False


@cache
def _openers(name: str, first: str) -> tuple[str, ...]:
    return tuple(sorted(entry for entry in words(name) if entry.startswith(first))) if first else ()


def normal_words(text: str) -> list[str]:
    """Its words, lower case, without marks."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]
