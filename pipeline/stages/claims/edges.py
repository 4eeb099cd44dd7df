"""The edges of a stretch of tokens: what punctuation and words to leave off."""

from __future__ import annotations

from pipeline.stages.claims.clauses import Range
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import QUOTES

_TRIM = QUOTES | frozenset({",", ";", ":", ".", "!", "—", "–", "-", "--", "…", "...", "(", ")", "[", "]", " ", "\n"})


def trimmed(reading: Reading, start: int, end: int, words: frozenset[str] = frozenset()) -> Range:
    """``start:end`` without punctuation, quotation marks and *words* (only at its left) at the edges."""
    while start < end and (
        reading.words[start] in _TRIM or reading.lower[start] in words or reading.words[start].isspace()
    ):
        start += 1
    while end > start and (reading.words[end - 1] in _TRIM or reading.words[end - 1].isspace()):
        if reading.words[end - 1] == ")" and reading.words[start:end].count("(") >= reading.words[start:end].count(")"):
            break
        end -= 1
    return start, end
