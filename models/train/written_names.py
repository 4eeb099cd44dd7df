"""Names of texts that were written to be learned from.

The sets' names are American politics, the Middle East and web pages before 2011. ``written_names.txt`` holds short
texts that language models wrote for this project, of every sort of news, mail, review and forum, each name marked as it
was written, by the rules of ``writing.md``. No text that exists elsewhere is in it.

A line is a sentence, a name stands in square brackets behind the letter of its label (``[O Siemens] left [L Lagos].``),
a blank line ends a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labels import LETTERS
from marks import unmarked

WRITTEN = Path(__file__).resolve().parent / "written_names.txt"
Span = tuple[int, int, str]
_MARK = re.compile(r"\[([A-Z]) ([^\[\]]+)\]")


@dataclass
class WrittenText:
    """A short text: its words, where sentences start, and names as ``(first word, behind the last word, label)``."""

    words: list[str] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    names: list[Span] = field(default_factory=list)


def read_marks(line: str) -> tuple[str, list[Span]]:
    """The text of a line without its marks, and its names in characters of that text.

    Raises:
        ValueError: a bracket is no mark, or a letter no label's.
    """
    text, marks = unmarked(line, _MARK, "[]")
    for _, _, mark in marks:
        if mark[1] not in LETTERS:
            raise ValueError(f"{mark[0]!r}: the letter is none of {', '.join(LETTERS)}")
    return text, [(start, end, LETTERS[mark[1]]) for start, end, mark in marks]


def read_written(tokenizer: Any, path: Path = WRITTEN) -> Iterator[WrittenText]:
    """The texts of *path*, cut into words by a spaCy *tokenizer*. A mark covers every word that it touches.

    Raises:
        OSError: no such file.
        ValueError: a line is malformed; file and line are named.
    """
    found = WrittenText()
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            if found.words:
                yield found
            found = WrittenText()
            continue
        try:
            text, names = read_marks(line.strip())
        except ValueError as error:
            raise ValueError(f"{path}:{number}: {error}") from error
        words = [t for t in tokenizer(text) if not t.is_space]
        first = len(found.words)
        for start, end, label in names:
            covered = [i for i, t in enumerate(words) if t.idx < end and start < t.idx + len(t)]
            found.names.append((first + covered[0], first + covered[-1] + 1, label))
        found.sentences.append(first)
        found.words.extend(t.text for t in words)
    if found.words:
        yield found
