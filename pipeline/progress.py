"""Shows on standard error what a run does: a moving bar on a terminal, plain lines elsewhere, nothing when quiet."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Quiet:
    """Says nothing."""

    def __enter__(self) -> Quiet:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        return None

    def planned(self, articles: int) -> None:
        """See :class:`pipeline.run.Reporter`."""

    def progress(self, stage: str, articles: int) -> None:
        """See :class:`pipeline.run.Reporter`."""

    def phase(self, name: str) -> None:
        """See :class:`pipeline.run.Reporter`."""


class Lines(Quiet):
    """A line a phase, and one every few seconds while articles are read."""

    def __init__(self, stream: TextIO | None = None, every: float = 5.0) -> None:
        self._stream = stream or sys.stderr
        self._every = every
        self._last = time.monotonic()
        self._planned = self._done = 0

    def _say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)

    def planned(self, articles: int) -> None:
        self._planned += articles

    def progress(self, stage: str, articles: int) -> None:
        if stage != "done":
            return
        self._done += articles
        now = time.monotonic()
        if self._done == self._planned or now - self._last >= self._every:
            self._last = now
            self._say(f"articles: {self._done} of {self._planned}")

    def phase(self, name: str) -> None:
        self._say(f"{name} …")


class Bar(Quiet):
    """A bar of articles with the stage at work, on a terminal."""

    def __init__(self) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[stage]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("articles", total=0, stage="")
        self._planned = 0

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def planned(self, articles: int) -> None:
        self._planned += articles
        self._bar.update(self._task, total=self._planned)

    def progress(self, stage: str, articles: int) -> None:
        if stage == "done":
            self._bar.advance(self._task, articles)
        else:
            self._bar.update(self._task, stage=stage)

    def phase(self, name: str) -> None:
        self._bar.update(self._task, description=name)


def reporter(quiet: bool) -> Quiet:
    """The reporter that fits where standard error goes."""
    if quiet:
        return Quiet()
    return Bar() if sys.stderr.isatty() else Lines()
