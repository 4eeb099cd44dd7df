"""Verb groups and subjects in a frame, found from tags. Ranges are half-open, in item indices of one frame."""

from __future__ import annotations

from typing import Final

from pipeline.stages.quotes.grammar import (
    AUXILIARIES,
    BE,
    DASHES,
    FINITE,
    REACH,
    STOPS,
    Frame,
)
from pipeline.stages.quotes.phrases import boundary, phrase_left, phrase_right
from pipeline.stages.quotes.times import time_left
from pipeline.stages.quotes.wordlists import word_set

_ASPECTUAL: Final = word_set("aspectual")
_RELATIVES: Final = frozenset({"who", "which", "that", "whom"})


def group_left(frame: Frame, head: int) -> int:
    """Where the verb group of the verb at *head* begins: auxiliaries, adverbs, *to* and times between them taken in."""
    i = head
    while i > 0 and head - i < 14:
        item = frame.items[i - 1]
        if (
            (item.lower in AUXILIARIES and item.tag in {"MD", "VB", "VBD", "VBP", "VBZ", "VBN", "VBG"})
            or (item.lower in AUXILIARIES and item.text[0] in "'’")
            or item.tag == "RB"
            or item.lower in {"not", "n't", "n’t", "both", "all", "also"}
            or (item.tag == "TO" and frame.tag(i) in {"VB", "RB"})
        ) or (item.lower in _ASPECTUAL and frame.tag(i) == "TO"):
            i -= 1
        else:
            back = time_left(frame, i)
            if back is None:
                break
            i = back
    return i


def has_finite(frame: Frame, start: int, end: int) -> bool:
    """Whether a finite verb stands among the items outside quotations."""
    return any(item.tag in FINITE for item in frame.items[max(start, 0) : min(end, start + REACH)])


def passive(frame: Frame, group: int, head: int) -> bool:
    """Whether the verb at *head* is passive: its group holds a form of *be* that governs it."""
    return any(frame.lower(i) in BE for i in range(group, head)) and frame.tag(head) in {"VBN", "VBD"}


def subject_before(frame: Frame, group: int) -> tuple[int, int] | None:
    """The noun phrase that is subject of the verb group at *group*: directly before it, or parted by an insertion.

    With its apposition or relative clause; without other insertions (*, however,*).
    """
    if group <= 0:
        return None
    if frame.lower(group - 1) not in {","} and frame.items[group - 1].text not in DASHES - {"-"}:
        start = phrase_left(frame, group)
        if start is None:
            return None
        return _with_modifier(frame, start, group) or (start, group)
    floor = _clause_floor(frame, group - 1)
    mark = frame.items[group - 1].text
    for k in range(floor, group - 1):
        if frame.items[k].text != mark:
            continue
        start = phrase_left(frame, k)
        if start is None or frame.tag(start - 1) in {"IN", "TO"} or frame.lower(start) in _RELATIVES:
            continue
        if start != floor and not boundary(frame, start):
            continue
        first = frame.tag(k + 1)
        if first in FINITE or first == "PRP" or frame.lower(k + 1) in {"and", "but"}:
            continue
        renames = first in {"DT", "NN", "NNS", "NNP", "JJ", "CD", "PRP$"} or frame.lower(k + 1) in {
            "who",
            "whose",
            "which",
            "himself",
            "herself",
            "one",
        }
        return (start, group - 1) if renames else (start, k)
    return None


def _with_modifier(frame: Frame, start: int, end: int) -> tuple[int, int] | None:
    """The whole subject, where the phrase at *start* only ends a participle that modifies it.

    *Protesters marching through the streets* chanted.
    """
    if frame.tag(start - 1) not in {"IN", "TO"}:
        return None
    floor = start
    while floor > 0 and start - floor < 20 and not boundary(frame, floor) and frame.tag(floor - 1) not in FINITE:
        floor -= 1
    head = phrase_right(frame, floor)
    if head > floor and head < start and boundary(frame, floor) and frame.tag(head) in {"VBG", "VBN"}:
        return floor, end
    return None


def _clause_floor(frame: Frame, end: int) -> int:
    low = max(0, end - 60)
    for i in range(end - 1, low - 1, -1):
        item = frame.items[i]
        if (
            item.lower in {";", ":"}
            or item.text in STOPS
            or (item.lower in {"that", "because", "while", "although", "though"} and item.tag == "IN")
        ):
            return i + 1
        if item.quoted and item.text[-2:-1] in {",", ".", "!", "?"}:
            return i + 1
    return low


def main_subject(frame: Frame, start: int = 0) -> tuple[int, int] | None:
    """The subject of the first finite verb from *start* on."""
    for i, item in enumerate(frame.items[start : start + 60], start):
        if item.tag in FINITE:
            group = group_left(frame, i)
            found = subject_before(frame, group)
            if found and frame.lower(found[0]) not in _RELATIVES:
                return found
    return None
