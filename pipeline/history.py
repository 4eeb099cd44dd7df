"""What is written down of runs: how far the present one is, and what each one did. Both are for people.

``OUT/.progress.json`` holds the state of the last run, replaced about once a second while it works;
``OUT/.runs.jsonl`` two lines a run, one when it begins and one when it ends. A run that was killed has but the first.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pipeline.files import holder, unwritable, write_json

PROGRESS = ".progress.json"
RUNS = ".runs.jsonl"
# Seconds between two states written.
_EVERY = 1.0


def now() -> str:
    """This moment, as ISO 8601 with its offset, to the second."""
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")


class Reporter(Protocol):
    """Is told what a run does, as it does it."""

    def planned(self, articles: int) -> None:
        """*articles* more are to be done."""

    def complete(self) -> None:
        """All there is to do is known: nothing more will be planned."""

    def done(self, articles: int) -> None:
        """*articles* more went through every stage; fewer than none where they have to be done again."""

    def phase(self, name: str) -> None:
        """The run goes over to reading, linking or writing."""


class Pace:
    """How many articles are planned and done, and the seconds that are left."""

    def __init__(self) -> None:
        self.planned = self.done = 0
        self.complete = False
        self._began: float | None = None

    def start(self) -> None:
        """The clock runs from here on, unless it does."""
        self._began = self._began or time.monotonic()

    def left(self) -> float | None:
        """Seconds that the articles not yet done will take at the pace so far; None where that can't be told."""
        if not self.complete or not self.done or self._began is None:
            return None
        return (time.monotonic() - self._began) / self.done * (self.planned - self.done)


class Tracking:
    """Passes on what it is told, and keeps :data:`PROGRESS` up to date. Never fails: it is only for people."""

    def __init__(self, out: Path, reporter: Reporter) -> None:
        self._path = out / PROGRESS
        self._reporter = reporter
        self._pace = Pace()
        self._phase = "reading"
        self._started = now()
        self._written = 0.0

    def planned(self, articles: int) -> None:
        """See :class:`Reporter`."""
        self._pace.start()
        self._pace.planned += articles
        self._reporter.planned(articles)
        self._write()

    def complete(self) -> None:
        """See :class:`Reporter`."""
        self._pace.complete = True
        self._reporter.complete()

    def done(self, articles: int) -> None:
        """See :class:`Reporter`."""
        self._pace.done += articles
        self._reporter.done(articles)
        self._write()

    def phase(self, name: str) -> None:
        """See :class:`Reporter`."""
        self._phase = name
        self._reporter.phase(name)
        self._write(at_once=True)

    def _write(self, at_once: bool = False) -> None:
        moment = time.monotonic()
        if not at_once and moment - self._written < _EVERY:
            return
        self._written = moment
        left = self._pace.left()
        state = {
            "phase": self._phase,
            "started": self._started,
            "at": now(),
            "planned": self._pace.planned,
            "all_planned": self._pace.complete,
            "done": self._pace.done,
            "seconds_left": None if left is None else round(left),
        }
        with contextlib.suppress(OSError):
            write_json(state, self._path)


@dataclass
class Entry:
    """What a run says of itself when it ends."""

    result: dict[str, Any] = field(default_factory=dict)


def _append(out: Path, line: dict[str, Any]) -> None:
    path = out / RUNS
    try:
        with path.open("ab") as file:
            # One write: two lines never mix, and of a line cut short only that line is lost.
            file.write(json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n")
    except OSError as error:
        raise unwritable(path, error) from error


@contextmanager
def noted(out: Path, about: dict[str, Any]) -> Iterator[Entry]:
    """Write down in *out* that a run begins, and how it ends. Raises OutputError where that can't be written."""
    name = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}"
    entry = Entry()
    _append(out, {"run": name, "started": now(), "process": f"{os.getpid()} on {platform.node()}", **about})
    outcome, why = "finished", {}
    try:
        yield entry
    except Exception as error:
        outcome, why = "failed", {"error": str(error)}
        raise
    except BaseException:
        outcome = "stopped"
        raise
    finally:
        with contextlib.suppress(OSError):
            _append(out, {"run": name, "ended": now(), "outcome": outcome, **why, **entry.result})


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                with contextlib.suppress(ValueError):
                    found = json.loads(line)
                    if isinstance(found, dict) and isinstance(found.get("run"), str):
                        yield found
    except OSError:
        return


def runs(out: Path) -> list[dict[str, Any]]:
    """The runs into *out*, the oldest first: what began each, and how it ended.

    ``outcome`` is ``finished``, ``failed``, ``stopped``, ``running``, or ``killed`` where the end is missing.
    """
    found: dict[str, dict[str, Any]] = {}
    for line in _lines(out / RUNS):
        found.setdefault(line["run"], {}).update(line)
    listed = list(found.values())
    for run in listed:
        run.setdefault("outcome", "killed")
    if listed and "ended" not in listed[-1] and holder(out):
        listed[-1]["outcome"] = "running"
    return listed


def state(out: Path) -> dict[str, Any] | None:
    """The state of the last run into *out*, as :class:`Tracking` wrote it, with ``holder``: who writes there now.

    None where there is none, or it can't be read.
    """
    try:
        found = json.loads((out / PROGRESS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {**found, "holder": holder(out)} if isinstance(found, dict) else None
