"""Repairs inside a paragraph: white space where markup was dropped, lines that were wrapped. Nothing is invented."""

from __future__ import annotations

import re

from pipeline.lexicon import words
from pipeline.marks import TERMINATOR, Marks, closers_end, glued_start
from pipeline.stages.clean.mapped import Mapped, joined

# A capitalised word that leans on the end of another. The capital comes first, since it is rare.
_LOST = re.compile(
    r"[A-Z](?:(?<=[a-z]{2}[A-Z])|(?<=\d{2}[A-Z])|(?<=\w[)”][A-Z])"
    r"|(?<=[a-z]{2},[A-Z])|(?<=\d{2},[A-Z])|(?<=\w[)”],[A-Z]))[a-z]++(?![\w’'.])"
)
_LETTERS = re.compile(r"[A-Za-z][A-Za-z’'-]*$")
_COMMA = re.compile(r",(?:(?=“)|(?<=[a-z]{2},)(?=[A-Za-z\"]))")
_WRAPPED_MIN, _WRAPPED_MAX = 40, 110  # characters of a line in text that was wrapped for a terminal or a mail
_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_HYPHENATED = re.compile(r"[a-z]{2}-$")
_KEEPS_HYPHEN = re.compile(r"\b(?:non|self|anti|co|pre|post|ex|vice|well|long|short|high|low|mid|pro|re|all|half|so)-$")


def repaired(paragraph: Mapped) -> list[Mapped]:
    """*paragraph* with a space where two sentences were glued, cut in two where words between two were plainly lost.

    ``country.On Sunday`` gets a space. ``a resolutionThe lawmakers`` is cut: a word in lower case that runs into a
    capitalised word which commonly opens sentences, so that names such as iPhone, McDonald or LinkedIn stay whole.
    """
    text = paragraph.text
    cuts: list[int] = []
    for match in _LOST.finditer(text):
        cut, right = match.start(), match.group()
        ended = cut - 1 if text[cut - 1] == "," else cut  # where the word on the left does
        found = _LETTERS.search(text, max(cuts[-1] if cuts else 0, ended - 40), ended)
        left = found.group() if found else ""
        openers = words("sentence_openers") if left.islower() else words("lost_markup_openers")
        enough = len(left) > 2 or (len(left) == 2 and len(right) > 4) or not left
        if right in openers and enough and not _in_address(text, ended):
            cuts.append(cut)
    pieces: list[Mapped] = []
    last = 0
    for cut in [*cuts, len(text)]:
        piece = paragraph[last:cut].stripped()
        if piece.text:
            pieces.append(_spaced(piece))
        last = cut
    return pieces


def _spaced(paragraph: Mapped) -> Mapped:
    text = paragraph.text
    marks = Marks(text)
    positions: set[int] = set()
    for match in TERMINATOR.finditer(text):
        closed = closers_end(text, match.end(), marks)
        if (
            closed < len(text)
            and not text[closed].isspace()
            and glued_start(text, marks, match.start(), match.end(), closed)
        ):
            positions.add(closed)
    for match in _COMMA.finditer(text):
        at = match.end()
        if at < len(text) and (text[at] != '"' or marks.opens(at)) and not _in_address(text, at):
            positions.add(at)
    position = text.find('"')
    while position != -1:
        # said,"We and ,"he: a straight mark that is glued on both sides.
        if position and text[position - 1] in ",.!?" and text[position + 1 : position + 2].isalpha():
            positions.add(position if marks.opens(position) else position + 1)
        position = text.find('"', position + 1)
    return paragraph.with_spaces(sorted(positions))


def _in_address(text: str, position: int) -> bool:
    """Whether the run around *position* is an address, a handle or a path."""
    left = text.rfind(" ", max(0, position - 80), position) + 1
    run = text[max(left, position - 80) : position + 40].split(" ", 1)[0]
    return any(mark in run for mark in ("://", "www.", "@", "#", "/", "\\"))


def unwrapped(block: list[Mapped]) -> list[Mapped]:
    """The lines of one block, joined where they are one paragraph wrapped at a fixed width; else as they are."""
    if len(block) < 3:
        return block
    inner = block[:-1]
    if not all(_WRAPPED_MIN <= len(line.text) <= _WRAPPED_MAX for line in inner):
        return block
    open_ended = sum(not _ENDS.search(line.text) for line in inner)
    if open_ended < 0.6 * len(inner) or not any(line.text[0].islower() for line in block[1:]):
        return block
    # Joined pairwise as in a tree, so that a block of very many lines costs n log n.
    level = block
    while len(level) > 1:
        level = [_join(level[i], level[i + 1]) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
    return level


def _join(first: Mapped, second: Mapped) -> Mapped:
    broken = bool(_HYPHENATED.search(first.text)) and second.text[:1].islower()
    if broken and _KEEPS_HYPHEN.search(first.text[-12:].lower()):
        return Mapped(first.text + second.text, [*first.at, *second.at])
    return joined(first, second, hyphen=broken)
