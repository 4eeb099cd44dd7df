"""Shards on this machine: in this process, or in supervised worker processes."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from pipeline.config import Settings
from pipeline.engines import Progress
from pipeline.engines.supervisor import ONE_THREAD, Counting, Done, Job, Said, Supervisor
from pipeline.engines.worker import OUT_OF_MEMORY, work
from pipeline.shard import Shard, process

LOG = logging.getLogger(__name__)


def run(shards: Iterable[Shard], settings: Settings, progress: Progress | None = None) -> Generator[Done]:
    """Process *shards*, yielding each, or what it was split into, with its record as it is done.

    A job of one shard runs here, with one worker, without a time limit, and if no earlier run ended in it. Everything
    else runs in spawned processes, ``settings.workers`` of them, and comes back in any order: there an article that
    takes longer than ``settings.timeout`` seconds, or that twice kills a worker that has nothing else to do, is
    rejected with the reason and the others go on. Raises EngineError where workers can't start, and whatever
    :func:`pipeline.shard.process` raises but MemoryError.
    """
    waiting = iter(shards)
    first = list(islice(waiting, 2))
    if settings.workers == 1 and settings.timeout is None and len(first) == 1 and not first[0].tried:
        watch = Counting(progress)
        try:
            yield first[0], process(first[0], settings, watch)
            return
        except MemoryError:
            watch.take_back()
            LOG.warning("out of memory; each article goes on in a process of its own")
    supervisor = Supervisor(chain(first, waiting), settings, lambda: _Worker(settings, progress), _listen)
    yield from supervisor.run()


class _Worker:
    """A process, what it is at, and since when."""

    def __init__(self, settings: Settings, progress: Progress | None) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self.connection: Connection = ours
        self.process: SpawnProcess = context.Process(target=work, args=(theirs, settings), daemon=True)
        with _one_thread():
            self.process.start()
        theirs.close()  # so that the end of the process is the end of the pipe
        self.job: Job | None = None
        self.articles: Sequence[str] = ()
        self.started = False
        self.counting = Counting(progress)
        self._since = 0.0
        self._progress = progress

    def give(self, job: Job) -> None:
        self.job, self.articles, self.counting = job, (), Counting(self._progress)
        with suppress(OSError):  # where it has just died the end of the pipe says so in a moment
            self.connection.send(job.shard)

    def hear(self) -> tuple[Said, Any]:
        """What it says next; waits for it."""
        try:
            kind, what = self.connection.recv()
        except (EOFError, OSError):
            self.process.join()
            return "died", _cause(self.process.exitcode)
        if kind == "taken":
            self.started, self.articles, self._since = True, what, time.monotonic()
        elif kind == "done":
            self.articles = ()
            self.counting.done(what)
        else:
            return kind, what
        return "news", None

    def time_left(self, limit: float) -> float:
        return self._since + limit - time.monotonic() if self.articles else limit

    def waits(self) -> bool:
        return False

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _listen(workers: Sequence[_Worker], patience: float) -> list[tuple[_Worker, Said, Any]]:
    by_connection = {worker.connection: worker for worker in workers}
    ready = [by_connection[found] for found in wait(list(by_connection), patience)]  # type: ignore[index]
    return [(worker, *worker.hear()) for worker in ready]


@contextmanager
def _one_thread() -> Iterator[None]:
    """In processes started here, numeric libraries use one thread, unless the environment says otherwise."""
    added = [name for name in ONE_THREAD if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def _cause(status: int | None) -> str:
    if status == OUT_OF_MEMORY:
        return "memory ran out"
    if status is not None and status < 0:
        name = signal.Signals(-status).name if -status in set(signal.Signals) else str(-status)
        hint = ": memory ran out, or it was stopped from outside" if status == -signal.SIGKILL else ""
        return f"signal {name}{hint}"
    return f"status {status}"
