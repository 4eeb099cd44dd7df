"""Marks in written texts: taking them out of a line, with where their words lie in what is left."""

from __future__ import annotations

import re


def unmarked(line: str, mark: re.Pattern[str], brackets: str) -> tuple[str, list[tuple[int, int, re.Match[str]]]]:
    """*line* with each match of *mark* replaced by its last group, and ``(start, end, match)`` of each in the result.

    Raises:
        ValueError: a character of *brackets* stands outside every mark.
    """
    text, at = "", 0
    found: list[tuple[int, int, re.Match[str]]] = []
    for match in mark.finditer(line):
        text += line[at : match.start()]
        words = match[match.re.groups]
        found.append((len(text), len(text) + len(words), match))
        text, at = text + words, match.end()
    text += line[at:]
    if any(character in text for character in brackets):
        raise ValueError(f"a bracket of {brackets} that marks nothing: {line!r}")
    return text, found
