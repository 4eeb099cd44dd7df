"""Quotation marks and full stops: which way a straight mark faces, what belongs to a sentence's end, what is glued."""

from __future__ import annotations

import re

from pipeline.lexicon import words

LOOK = 48
"""How far, in characters, a rule looks to either side."""

TERMINATOR = re.compile(r"[.!?…‽。！？][.!?…‽。！？]*+(?:(?<=\.) \.)*+")
NEXT_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
QUOTES = frozenset("\"'“‘«‹„‚")
_LOW_AND_HIGH = re.compile("[„“”]")
_STRAIGHT = re.compile(r"\"|``|''(?!')|'")
# don't, 90's and Co.'s; the match begins one character before the apostrophe.
_APOSTROPHE = re.compile(r"[^\W_]'[^\W_]|[\w.]'s(?![^\W_])")
_CLOSERS = frozenset("\"'”’»)]}›*_“")
_CITATION = re.compile(r"(?:[ \u00a0]?\[[0-9a-z]{1,3}\])++(?=\s|$)")
_WORD_BEFORE = re.compile(r"(?:[^\W\d_]\.)*[^\W_](?:[^\W_]|['’&-](?=\w))*$|\w+$")
_NAME_FORM = re.compile(r"[/@_\\]|www\.")
_ALWAYS_OPEN = frozenset("“‘«([{‹„‚¿¡")
_ALWAYS_CLOSE = frozenset("”’»)]}›")
_BEFORE_OPENING = frozenset("([{“‘«—–-/")
_AFTER_CLOSING = frozenset(")]}”’»,;:.!?—–-/…")


class Marks:
    """Says of the quotation mark or bracket at an offset whether it opens or closes.

    A straight mark (``"``, ``'``, or the two apostrophes ``''`` of some feeds) is judged by the white space around it;
    where it is glued on both sides, by whether one of its kind is open. The state follows the judgement, so that one
    stray mark doesn't turn the rest of the paragraph around. An apostrophe inside or at the end of a word is no mark.
    """

    __slots__ = ("_facing", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._facing: dict[int, bool | None] = {}
        if '"' in text or "'" in text:
            self._judge()
        if "„" in text:
            self._judge_low_and_high()

    def _judge_low_and_high(self) -> None:
        """„So“: the high mark that ends what a low one began is shaped like one that opens."""
        inside = False
        for match in _LOW_AND_HIGH.finditer(self._text):
            if match.group() == "“" and inside:
                self._facing[match.start()] = False
            inside = match.group() == "„"

    def _judge(self) -> None:
        text = self._text
        opened = {'"': False, "'": False, "''": False}
        for match in _STRAIGHT.finditer(text):
            mark, start, end = match.group(), match.start(), match.end()
            if mark == "``":
                opened["''"] = True
                continue
            before = text[start - 1] if start else " "
            after = text[end] if end < len(text) else " "
            if mark == "'" and _APOSTROPHE.match(text, max(0, start - 1)):
                self._facing[start] = None
                continue
            left = before.isspace() or before in _BEFORE_OPENING
            right = after.isspace() or after in _AFTER_CLOSING
            opens = left if left != right else not opened[mark]
            for position in range(start, end):
                self._facing[position] = opens
            opened[mark] = opens

    def opens(self, position: int) -> bool:
        """Whether the mark at *position* opens; False for anything that isn't a mark."""
        facing = self._facing.get(position, False)
        return facing is True or (position not in self._facing and self._text[position] in _ALWAYS_OPEN)

    def closes(self, position: int) -> bool:
        """Whether the mark at *position* closes; True for marks without a side (``*``, ``_``)."""
        char = self._text[position]
        if char in _ALWAYS_CLOSE:
            return True
        if char in _ALWAYS_OPEN and position not in self._facing:
            return False
        return self._facing.get(position, False) is False


def closers_end(text: str, end: int, marks: Marks) -> int:
    """Where the closing quotation marks, brackets and ``[12]`` citations after a terminator that ends at *end* end."""
    position = end
    while position < len(text) and text[position] in _CLOSERS and marks.closes(position):
        position += 1
    # A closing mark set off by a space (". ”"), as some agencies' feeds have it.
    if position == end and text[position : position + 1] == " " and text[position + 1 : position + 2] in ("”", "»"):
        position += 2
    citation = _CITATION.match(text, position)
    return citation.end() if citation else position


def glued_start(text: str, marks: Marks, start: int, end: int, closed: int) -> bool:
    """Whether the terminator ``text[start:end]``, with closers to *closed*, may end a sentence although no white
    space follows: *country.On Sunday*.
    """
    if start == 0:
        return False
    before, following = text[start - 1], text[closed]
    if following in QUOTES and marks.opens(closed):
        return (before.isalnum() or before in _CLOSERS) and text[closed + 1 : closed + 2].strip() != ""
    if following in "([":
        return before.islower() and text[closed + 1 : closed + 2].isupper()
    if not following.isupper() or _NAME_FORM.search(_run_around(text, start)):
        return False
    match = NEXT_WORD.match(text, closed)
    word = match.group() if match else ""
    if word.lower() in words("top_level_domains"):
        return False
    if len(word) == 1 and text[closed + 1 : closed + 2] == ".":
        return False  # Ph.D.
    if closed > end:
        return True
    if text[start:end] != ".":
        return before.isalnum() and (len(word) > 1 or word in ("I", "A"))
    # Not "Node.JS", "U.S.Army", "J.R.R.Tolkien": a word in lower case or a number must stand before the stop.
    left = word_before(text, start)
    if "." in left:
        return len(word) > 1 and word in words("sentence_openers")  # "at 2 a.m.Nobody"
    if len(word) > 1 and word.isupper() and not before.isdigit():
        return len(left) > 3 and left.islower()
    return (before.islower() and len(left) > 1) or (before.isdigit() and word in words("sentence_openers"))


def word_before(text: str, position: int) -> str:
    """The word or abbreviation that ends at *position*; empty where none does. Looks ``LOOK`` characters back."""
    found = _WORD_BEFORE.search(text, max(0, position - LOOK), position)
    return found.group() if found else ""


def _run_around(text: str, position: int) -> str:
    """The white-space-free run around *position*, cut at ``LOOK`` characters on each side."""
    before = text[max(0, position - LOOK) : position].split()
    after = text[position : position + LOOK].split(maxsplit=1)
    return (before[-1] if before else "") + (after[0] if after else "")
