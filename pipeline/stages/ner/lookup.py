"""Names of the gazetteers and titles, looked up at a token."""

from __future__ import annotations

from pipeline.stages.ner.tokens import Tokens
from pipeline.stages.ner.words import Words


def match_name(tokens: Tokens, words: Words, start: int, end: int) -> tuple[int, str] | None:
    """The longest gazetteer name that begins at *start* and ends by *end*: its end and label."""
    text = tokens.folded[start]
    for stop in range(min(end, start + words.name_lengths.get(text, 0)), start, -1):
        label = words.names.get(tuple(tokens.folded[start:stop]))
        if label is not None:
            return stop, label
    if len(text) > 3 and text.isupper():  # a dateline: BAGHDAD
        for stop in range(min(end, start + min(3, words.name_lengths.get(text.title(), 0))), start, -1):
            label = words.names.get(tuple(t.title() for t in tokens.folded[start:stop]))
            if label == "GPE":
                return stop, label
    return None


def match_title(tokens: Tokens, words: Words, start: int, limit: int) -> int:
    """Where the title that begins at *start* ends; *start* where there is none. A final stop belongs to it."""
    opener = tokens.lower[start].rstrip(".") if start < limit else ""
    if opener and opener not in words.title_openers:  # as it mostly is
        return start
    best = start
    for stop in range(start + 1, min(limit, start + words.longest_title + 2) + 1):
        parts = tuple(p.rstrip(".") for p in tokens.lower[start:stop] if p != ".")
        if parts in words.titles:
            best = stop
    if best > start and best < limit and tokens.text[best] == "." and not tokens.space[best - 1]:
        best += 1
    return best
