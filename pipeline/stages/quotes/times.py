"""Adverbials of time (*on Sunday*, *last week*), which stand between a source, its cue and the content."""

from __future__ import annotations

from typing import Final

from pipeline.stages.quotes.grammar import (
    DAYS,
    NOUN,
    Frame,
)
from pipeline.stages.quotes.wordlists import word_set

_TIME_LEADS: Final = word_set("time_leads")
_TIME_NOUNS: Final = DAYS | word_set("time_nouns")


def time_left(frame: Frame, end: int) -> int | None:
    """Where a time adverbial ending before *end* (*on Sunday*, *last week*, *Tuesday*) begins; None where none does."""
    i = end - 1
    if (
        i < 1
        or frame.lower(i) not in _TIME_NOUNS
        or (frame.tag(i) in NOUN and frame.tag(i - 1) in {"NNP", "POS", "PRP$"})
    ):
        return None
    while i > 0 and (frame.lower(i - 1) in _TIME_LEADS or frame.lower(i - 1) in DAYS or frame.tag(i - 1) in {"CD"}):
        i -= 1
    if frame.tag(i - 1) in {"DT", "IN"} and frame.lower(i - 1) not in _TIME_LEADS:
        return None
    return i


def time_right(frame: Frame, start: int) -> int:
    """Where a time adverbial that begins at *start* ends; *start* where none begins."""
    i = start
    if frame.lower(i) == "the" and frame.lower(i + 1) in {"following", "next", "same", "previous"}:
        return i + 3 if frame.lower(i + 2) in _TIME_NOUNS else start
    if frame.lower(i) in _TIME_LEADS:
        i += 1
        while frame.tag(i) in {"DT", "JJ", "CD"} and i - start < 4:
            i += 1
        if frame.lower(i) not in _TIME_NOUNS and frame.tag(i - 1) != "CD":
            return start
    elif frame.lower(i) not in DAYS:
        return start
    while frame.lower(i) in _TIME_NOUNS or frame.tag(i) == "CD":
        i += 1
    # Friday's decision
    return start if frame.tag(i) == "POS" else i
