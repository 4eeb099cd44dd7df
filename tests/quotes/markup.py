"""Reads test cases: sentences with their answers written in as ``<q1>…</q1>``."""

from __future__ import annotations

import re
from pathlib import Path

TAG = re.compile(r"</?([a-z])(\d*)>")


def parse(line: str) -> tuple[str, dict[tuple[str, str], list[tuple[int, int]]]]:
    """The plain text of *line* and its marked spans by (letter, number). ``⏎`` becomes a new paragraph."""
    line = line.replace("⏎", "\n\n")
    text = ""
    position = 0
    opened: dict[tuple[str, str], int] = {}
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for tag in TAG.finditer(line):
        text += line[position : tag.start()]
        position = tag.end()
        key = (tag[1], tag[2])
        if line[tag.start() + 1] == "/":
            spans.setdefault(key, []).append((opened.pop(key), len(text)))
        else:
            opened[key] = len(text)
    assert not opened, f"unclosed {opened} in {line!r}"
    return text + line[position:], spans


def cases(path: Path) -> list[str]:
    """The lines of *path* that are neither blank nor comments."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
