"""Shows on standard error what a run does: a moving bar on a terminal, plain lines elsewhere, nothing when quiet.

Warnings of the run (a worker that died, a shard that is broken) come through the standard library's ``logging``, under
the name ``pipeline``, and are shown among the lines; :func:`log_json` writes all of it as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipeline.history import Pace

_LOGGER = logging.getLogger("pipeline")


def duration(seconds: float) -> str:
    """*seconds* as people say it: ``40 seconds``, ``12 minutes``, ``5.5 hours``."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} second{'s' if seconds >= 1.5 else ''}"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


class _Shown(logging.Handler):
    """Passes warnings on to whoever shows what the run does."""

    def __init__(self, shown: Quiet) -> None:
        super().__init__(logging.WARNING)
        self._shown = shown

    def emit(self, record: logging.LogRecord) -> None:
        self._shown.warn(record.getMessage())


class Quiet:
    """Says nothing."""

    def __init__(self) -> None:
        self.pace = Pace()
        self._handler = _Shown(self)

    def __enter__(self) -> Quiet:
        _LOGGER.addHandler(self._handler)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _LOGGER.removeHandler(self._handler)

    def planned(self, articles: int) -> None:
        """See :class:`pipeline.history.Reporter`."""
        self.pace.start()
        self.pace.planned += articles

    def complete(self) -> None:
        """See :class:`pipeline.history.Reporter`."""
        self.pace.complete = True

    def done(self, articles: int) -> None:
        """See :class:`pipeline.history.Reporter`."""
        self.pace.done += articles

    def phase(self, name: str) -> None:
        """See :class:`pipeline.history.Reporter`."""

    def warn(self, message: str) -> None:
        """Something went wrong that the run dealt with."""

    def left(self) -> str:
        """``, about 12 minutes left``, or nothing where that can't be told."""
        seconds = self.pace.left()
        return f", about {duration(seconds)} left" if seconds else ""


class Lines(Quiet):
    """A line a phase, and one every few seconds while articles are read."""

    def __init__(self, stream: TextIO | None = None, every: float = 5.0) -> None:
        super().__init__()
        self._stream = stream or sys.stderr
        self._every = every
        self._last = time.monotonic()

    def _say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)

    def done(self, articles: int) -> None:
        """See :class:`pipeline.history.Reporter`."""
        super().done(articles)
        now = time.monotonic()
        finished = self.pace.complete and self.pace.done == self.pace.planned
        if finished or now - self._last >= self._every:
            self._last = now
            more = "" if self.pace.complete else " or more"
            self._say(f"articles: {self.pace.done:,} of {self.pace.planned:,}{more}{self.left()}")

    def phase(self, name: str) -> None:
        """See :class:`pipeline.history.Reporter`."""
        if name != "finished":
            self._say(f"{name} …")

    def warn(self, message: str) -> None:
        """See :class:`Quiet`."""
        self._say(f"warning: {message}")


class Bar(Quiet):
    """A bar of articles, with the time that is left, on a terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("articles", total=0, left="")

    def __enter__(self) -> Bar:
        super().__enter__()
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()
        super().__exit__(kind, error, at)

    def planned(self, articles: int) -> None:
        """See :class:`pipeline.history.Reporter`."""
        super().planned(articles)
        self._bar.update(self._task, total=self.pace.planned)

    def done(self, articles: int) -> None:
        """See :class:`pipeline.history.Reporter`."""
        super().done(articles)
        self._bar.update(self._task, advance=articles, left=self.left().removeprefix(", "))

    def phase(self, name: str) -> None:
        """See :class:`pipeline.history.Reporter`."""
        self._bar.update(self._task, description=name, left="")

    def warn(self, message: str) -> None:
        """See :class:`Quiet`."""
        self._bar.console.print(f"warning: {message}", markup=False, highlight=False)


def reporter(quiet: bool) -> Quiet:
    """The reporter that fits where standard error goes."""
    if quiet:
        return Quiet()
    return Bar() if sys.stderr.isatty() else Lines()


class _Json(logging.Formatter):
    """A log record as one line of JSON: when, how grave, who says it, what, and the values that it carries."""

    _usual = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in self._usual}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


@contextmanager
def log_json(target: str | None) -> Iterator[None]:
    """Log as JSON Lines to the file *target*, added to its end, or to standard error for ``-``; not at all for None.

    Raises OSError where the file can't be opened.
    """
    if target is None:
        yield
        return
    handler = logging.StreamHandler() if target == "-" else logging.FileHandler(Path(target), encoding="utf-8")
    handler.setFormatter(_Json())
    level = _LOGGER.level
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        _LOGGER.setLevel(level)
        _LOGGER.removeHandler(handler)
        handler.close()
