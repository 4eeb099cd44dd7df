"""News that was written to learn attribution from, in PolNeAR's manner, on what PolNeAR's politics leave out.

Language models wrote ``written_attributions.txt`` for this project by the rules of ``writing.md``. A line is a
paragraph, a blank line ends an article. Spans stand in braces behind their role and the number of their report:
``{S1 The mayor} {Q1 said} {C1 the bridge would stay shut}.`` with S source, Q cue, C content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marks import unmarked

WRITTEN = Path(__file__).resolve().parent / "written_attributions.txt"
ROLE_LETTERS = {"C": "content", "S": "source", "Q": "cue"}
_MARK = re.compile(r"\{([A-Z])(\d+) ([^{}]+)\}")


def read_paragraph(line: str, offset: int = 0) -> tuple[str, list[dict[str, list[list[int]]]]]:
    """A paragraph without its marks, and its attributions as PolNeAR's rows have them, in characters from *offset*.

    Raises:
        ValueError: a brace is no mark, a letter no role's, or a report has no content.
    """
    text, marks = unmarked(line, _MARK, "{}")
    found: dict[str, dict[str, list[list[int]]]] = {}
    for start, end, mark in marks:
        if mark[1] not in ROLE_LETTERS:
            raise ValueError(f"{mark[0]!r}: the letter is none of {', '.join(ROLE_LETTERS)}")
        report = found.setdefault(mark[2], {role: [] for role in ROLE_LETTERS.values()})
        report[ROLE_LETTERS[mark[1]]].append([offset + start, offset + end])
    for number, report in found.items():
        if not report["content"]:
            raise ValueError(f"report {number} has no content: {line!r}")
    return text, list(found.values())


def read_written(path: Path = WRITTEN) -> Iterator[dict[str, Any]]:
    """The articles of *path* as rows of PolNeAR's form: ``id``, ``text``, ``attributions``.

    Raises:
        OSError: no such file.
        ValueError: a line is malformed; file and line are named.
    """
    text, attributions, count = "", [], 0
    for number, line in enumerate([*path.read_text(encoding="utf-8").split("\n"), ""], 1):
        if line.strip():
            try:
                paragraph, found = read_paragraph(line.strip(), len(text))
            except ValueError as error:
                raise ValueError(f"{path}:{number}: {error}") from error
            text += paragraph + "\n"
            attributions += found
        elif text:
            yield {"id": f"written-{count}", "text": text.rstrip("\n"), "attributions": attributions}
            text, attributions, count = "", [], count + 1
