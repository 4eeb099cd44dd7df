"""Readers that hand foreign bytes to large parsers work in a process of their own, which can be ended.

A page of a megabyte can keep an HTML parser busy for hours, and no parser promises not to crash. So the process that
reads has a bound on its memory and, for every article, on its processor time; when it dies, the article on which it
died is a reject and a new process goes on behind it. What passes between the two is lines of JSON.
"""

from __future__ import annotations

import atexit
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.sources.article import Article, Reject, reject
from pipeline.sources.files import shown

CPU_SECONDS = 20
"""Processor time that one article may take in its parser."""

WALL_SECONDS = 600
"""Time for one article where the processor's time can't be bounded, and for a parser that only waits."""

MEMORY = 4 * 1024**3
"""Bytes of address space of the process."""

MAX_DEATHS = 5
"""Articles of one file on which the process may die before the rest of the file is given up."""

END = {"end": True}
_PACKAGE = Path(__file__).resolve().parent.parent


def packed_item(item: Article | Reject | None) -> dict[str, Any] | None:
    """*item* as JSON can hold it; None says that the reader is still at work."""
    if item is None:
        return None
    values = asdict(item)
    if isinstance(item, Article):
        return {"article": values | {"published": item.published and item.published.isoformat()}}
    return {"reject": values}


def unpacked_item(message: dict[str, Any]) -> Article | Reject:
    """What :func:`packed_item` packed."""
    if "reject" in message:
        return Reject(**message["reject"])
    values = message["article"]
    day = values["published"]
    return Article(**(values | {"published": dt.date.fromisoformat(day) if day else None}))


class _Process:
    """A process that reads, and what is said to it and by it."""

    def __init__(self) -> None:
        paths = [str(_PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pipeline.sources.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0"},
        )
        self._owner = os.getpid()

    def ask(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # where it is dead, the missing answer will say so
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def answers(self) -> Iterator[dict[str, Any] | None]:
        """Its messages up to the end of this request; fewer where it dies."""
        assert self._process.stdout is not None
        while True:
            timer = threading.Timer(WALL_SECONDS, self._process.kill)
            timer.daemon = True
            timer.start()
            try:
                line = self._process.stdout.readline()
            finally:
                timer.cancel()
            if not line.endswith(b"\n"):
                return
            message = json.loads(line)
            yield message
            if message == END:
                return

    def end(self) -> int:
        """Kill it, and what its exit status was."""
        if self._owner != os.getpid():
            return 0  # a fork of the process that started it: not ours to end
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        return self._process.wait()

    def status(self) -> int:
        """Its exit status, once it has closed its output."""
        try:
            return self._process.wait(5)
        except subprocess.TimeoutExpired:
            return self.end()

    @property
    def usable(self) -> bool:
        return self._owner == os.getpid() and self._process.poll() is None


_idle: list[_Process] = []
_lock = threading.Lock()


def _take() -> _Process:
    with _lock:
        while _idle:
            process = _idle.pop()
            if process.usable:
                return process
    return _Process()


def _give_back(process: _Process) -> None:
    with _lock:
        if not _idle and process.usable:
            _idle.append(process)
            return
    process.end()


@atexit.register
def _end_idle() -> None:
    while _idle:
        _idle.pop().end()


def isolated(module: str, several: bool = False) -> Callable[[Path, int], Iterator[Article | Reject]]:
    """A reader that has ``pipeline.sources.<module>`` read in another process.

    That module's ``read(path, max_chars, skip)`` gives the items of *path* behind the first *skip* of them; *several*
    says that each costs a parse of its own, so that reading can go on behind one that ended the process.
    """

    def read(path: Path, max_chars: int) -> Iterator[Article | Reject]:
        passed = deaths = 0
        while True:
            process = _take()
            done, status = False, 0
            try:
                process.ask(
                    {
                        "module": module,
                        "path": os.fspath(path),
                        "max_chars": max_chars,
                        "skip": passed,
                        "seconds": CPU_SECONDS,
                    }
                )
                for message in process.answers():
                    done = message == END
                    if not done:
                        passed += 1
                        if message is not None:
                            yield unpacked_item(message)
                if not done:
                    status = process.status()
            finally:
                if done:
                    _give_back(process)
                else:
                    process.end()
            if done:
                return
            deaths += 1
            goes_on = several and deaths < MAX_DEATHS
            yield reject(shown(path), _death(status, passed + 1 if several else None, goes_on))
            if not goes_on:
                return
            passed += 1

    return read


def _death(status: int, number: int | None, goes_on: bool) -> str:
    late = status in (-getattr(signal, "SIGPROF", 0), -getattr(signal, "SIGKILL", 0)) and status != 0
    what = f"took more than {CPU_SECONDS} seconds in its parser" if late else f"broke its parser (exit {status})"
    where = f"record {number}: " if number else ""
    rest = "" if goes_on or not number else " The rest of the file is not read: too many of its records are such."
    return f"{where}{what}: it is damaged, or made to do harm. Remove it, or save its text as .txt.{rest}"
