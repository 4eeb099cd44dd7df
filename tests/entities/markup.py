"""Test cases as sentences with their answers written in: ``{PERSON|Ana Ruiz}``, ``{1|she}``."""

from __future__ import annotations

import re

_MARK = re.compile(r"\{([A-Z_]+|\d+)\|([^{}]*)\}")


def read(case: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text of a case without its marks, and the marks as ``(start, end, tag)`` in characters of that text."""
    text, marks, position = "", [], 0
    for match in _MARK.finditer(case):
        text += case[position : match.start()]
        marks.append((len(text), len(text) + len(match.group(2)), match.group(1)))
        text += match.group(2)
        position = match.end()
    return text + case[position:], marks


def write(text: str, marks: list[tuple[int, int, str]]) -> str:
    """*text* with *marks* written in: what a failing test shows beside the case."""
    for start, end, tag in sorted(marks, reverse=True):
        text = f"{text[:start]}{{{tag}|{text[start:end]}}}{text[end:]}"
    return text
