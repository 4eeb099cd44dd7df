"""The cases: sentences with their answers written in (``cases/README.md``)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dates.tool import find

CASES = Path(__file__).parent / "cases"
_MARK = re.compile(r"<([^<>|]+)\|([^<>|]*)(?:\|([A-Z_]+))?>")


@dataclass(frozen=True)
class Case:
    """A sentence without its marks, and what must be found in it: words, type, value, mod, resolved."""

    text: str
    written: dt.date | None
    expected: tuple[tuple[str, str, str, str | None, bool], ...]


def kind_of(value: str) -> str:
    """The TIMEX3 type that a value shows."""
    if value.startswith("P") and not value.startswith(("PAST", "PRESENT")):
        return "DURATION"
    return "TIME" if "T" in value and "_" not in value else "DATE"


def parse(line: str, written: dt.date | None) -> Case:
    """The case of a marked line."""
    expected = []
    for words, answer, mod in _MARK.findall(line):
        resolved = not answer.startswith("?")
        value = answer.removeprefix("?")
        kind = kind_of(value)
        if value.startswith("SET "):
            kind, value = "SET", value[4:]
        expected.append((words, kind, value, mod or None, resolved))
    return Case(_MARK.sub(lambda mark: mark[1], line), written, tuple(expected))


def cases() -> list[Case]:
    """Every case of every file."""
    found = []
    for path in sorted(CASES.glob("*.txt")):
        written: dt.date | None = None
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line.startswith("@ "):
                written = None if line[2:] == "none" else dt.date.fromisoformat(line[2:])
            elif line and not line.startswith("#"):
                found.append(parse(line.replace("\\n", "\n"), written))
    return found


ALL = cases()


def test_there_are_at_least_three_hundred_cases() -> None:
    assert len(ALL) >= 300
    assert sum(len(case.expected) for case in ALL) >= 300


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.written or 'undated'}: {case.text[:60]}")
def test_finds_what_is_marked_and_nothing_else(case: Case) -> None:
    found = [(case.text[x.start : x.end], x.type, x.value, x.mod, x.resolved) for x in find(case.text, case.written)]
    assert found == list(case.expected)
