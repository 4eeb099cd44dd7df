"""The edges of a stretch of tokens: what punctuation and words to leave off."""

from __future__ import annotations

from pipeline.stages.claims.clauses import Range
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import QUOTES

_TRIM = QUOTES | frozenset({",", ";", ":", ".", "!", "—", "–", "-", "--", "…", "...", "(", ")", "[", "]", " ", "\n"})
_OPENING = frozenset({'"', "“"})
_CLOSING = frozenset({'"', "”"})


def trimmed(reading: Reading, start: int, end: int, words: frozenset[str] = frozenset()) -> Range:
    """``start:end`` without punctuation, quotation marks and *words* (only at its left) at the edges."""
    written, lower = reading.words, reading.lower
    while start < end and (written[start] in _TRIM or lower[start] in words or written[start].isspace()):
        start += 1
    while end > start and (written[end - 1] in _TRIM or written[end - 1].isspace()):
        if written[end - 1] == ")" and written[start:end].count("(") >= written[start:end].count(")"):
            break
        end -= 1
    if 0 < start < end and written[start - 1] == "[" and "]" in written[start]:
        start -= 1  # "[I]f it rains"
    return _balanced(reading, start, end)


def _balanced(reading: Reading, start: int, end: int) -> Range:
    """``start:end`` with the mark that was trimmed off one edge and whose partner stands inside put back."""
    if not reading.has_mark(start, end):
        return start, end
    inside = reading.words[start:end]
    straight = inside.count('"') % 2 == 1
    if (straight or inside.count("”") > inside.count("“")) and start and reading.words[start - 1] in _OPENING:
        return start - 1, end
    if straight or inside.count("“") > inside.count("”"):
        # A comma or a full stop may stand before the closing mark.
        for at in range(end, min(end + 2, len(reading.words))):
            if reading.words[at] in _CLOSING:
                return start, at + 1
    return start, end
