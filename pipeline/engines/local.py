"""Shards on this machine: in this process, or in supervised worker processes."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from pipeline.config import Settings
from pipeline.engines import EngineError, Progress
from pipeline.engines.worker import ERRORS, ONE_THREAD, OUT_OF_MEMORY, work
from pipeline.shard import ArticleError, Shard, Watch, process, refuse, split

LOG = logging.getLogger(__name__)

# Workers in a row that end before their first article: then it is not the article.
_FALSE_STARTS = 3
# Incidents in one shard after which its articles run one by one.
_INCIDENTS = 2

Done = tuple[Shard, dict[str, Any]]


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
        watch = _Counting(progress)
        try:
            yield first[0], process(first[0], settings, watch)
            return
        except MemoryError:
            watch.take_back()
            LOG.warning("out of memory; each article goes on in a process of its own")
    yield from _Supervisor(chain(first, waiting), settings, progress).run()


class _Counting(Watch):
    """Passes on how many articles are done; what has to be done again is taken back."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._done = 0

    def done(self, articles: int) -> None:
        self._done += articles
        if self._progress:
            self._progress(articles)

    def take_back(self) -> None:
        self.done(-self._done)


@dataclass(slots=True)
class _Job:
    """A shard to be done: whether it holds one article because of what happened before, and how often that was."""

    shard: Shard
    alone: bool = False
    incidents: int = 0


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
        self.started = False
        self.job: _Job | None = None
        self.articles: list[str] = []
        self.since = 0.0
        self._progress = progress
        self._counting = _Counting(progress)

    def give(self, job: _Job) -> None:
        self.job, self.articles = job, []
        self._counting = _Counting(self._progress)
        with suppress(OSError):  # where it has just died the end of the pipe says so in a moment
            self.connection.send(job.shard)

    def taken(self, articles: list[str]) -> None:
        self.started, self.articles, self.since = True, articles, time.monotonic()

    def done(self, articles: int) -> None:
        self.articles = []
        self._counting.done(articles)

    def take_back(self) -> None:
        self._counting.take_back()

    def time_left(self, limit: float) -> float:
        """Seconds until what it is at has taken *limit* of them."""
        return self.since + limit - time.monotonic() if self.articles else limit

    def stop(self) -> int | None:
        """End the process at once; returns its status."""
        self.process.kill()
        self.process.join()
        self.connection.close()
        return self.process.exitcode


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


class _Supervisor:
    """Hands shards to workers, one at a time each, and sees to it that one bad article costs only itself."""

    def __init__(self, shards: Iterable[Shard], settings: Settings, progress: Progress | None) -> None:
        self._planned = iter(shards)
        self._all_planned = False
        self._settings = settings
        self._limit = settings.time_limit
        self._progress = progress
        self._jobs: deque[_Job] = deque()
        self._workers: list[_Worker] = []
        self._false_starts = 0

    def run(self) -> Iterator[Done]:
        try:
            while self._assign():
                yield from self._listen()
            for worker in self._workers:
                worker.connection.send(None)
        except BaseException:
            for worker in self._workers:
                worker.process.kill()
            raise
        finally:
            for worker in self._workers:
                worker.process.join()
                worker.connection.close()

    def _plan(self) -> bool:
        """Plan one more shard; False where there is none."""
        if self._all_planned:
            return False
        shard = next(self._planned, None)
        if shard is None:
            self._all_planned = True
            return False
        self._jobs.append(_Job(shard))
        return True

    def _assign(self) -> bool:
        """Give every idle worker something to do; False where all is done."""
        while self._jobs or self._plan():
            worker = next((worker for worker in self._workers if worker.job is None), None)
            if worker is None:
                if len(self._workers) >= self._settings.workers:
                    break
                worker = _Worker(self._settings, self._progress)
                self._workers.append(worker)
            worker.give(self._jobs.popleft())
        return any(worker.job for worker in self._workers)

    def _listen(self) -> Iterator[Done]:
        busy = {worker.connection: worker for worker in self._workers if worker.job}
        # While nobody says anything there is time to plan ahead: then how much is left to do is known early.
        patience = min(worker.time_left(self._limit) for worker in busy.values())
        ready = wait(list(busy), max(patience, 0) if self._all_planned else 0)
        if not ready:
            self._plan()
        for connection in ready:
            yield from self._heard(busy[connection])  # type: ignore[index]
        for worker in self._workers:
            # What it said while we were busy comes first.
            if worker.job and worker.time_left(self._limit) <= 0 and not worker.connection.poll():
                yield from self._too_slow(worker)

    def _heard(self, worker: _Worker) -> Iterator[Done]:
        try:
            kind, what = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._died(worker)
            return
        if kind == "taken":
            self._false_starts = 0
            worker.taken(what)
        elif kind == "done":
            worker.done(what)
        elif kind == "record":
            job, worker.job = worker.job, None
            assert job is not None
            yield job.shard, what
        else:
            name, message = what
            raise ERRORS.get(name, EngineError)(message)

    def _lost(self, worker: _Worker) -> tuple[_Job, int | None]:
        """Take *worker* out of service; what it was at has to be done again."""
        job = worker.job
        assert job is not None
        worker.take_back()
        self._workers.remove(worker)
        return job, worker.stop()

    def _died(self, worker: _Worker) -> Iterator[Done]:
        job, status = self._lost(worker)
        cause = _cause(status)
        if not worker.started:
            self._false_starts += 1
            if self._false_starts == _FALSE_STARTS:
                raise EngineError(
                    f"workers end before their first article ({cause}). What is finished is kept: run the same command "
                    "again to go on, with fewer --workers if memory is short."
                )
            self._jobs.appendleft(job)
            return
        job.incidents += 1
        again = "its shard is tried again" if job.incidents < _INCIDENTS else "its articles are tried one by one"
        LOG.warning(
            "a worker ended (%s)%s; %s",
            cause,
            f" at article {worker.articles[0]}" if len(worker.articles) == 1 else "",
            "it is rejected" if job.alone and job.incidents == _INCIDENTS else again,
            extra={"event": "worker_died", "shard": job.shard.output.name, "articles": worker.articles, "cause": cause},
        )
        if job.incidents < _INCIDENTS:
            self._jobs.appendleft(job)
        elif job.alone:
            yield self._refused(
                job.shard,
                None,
                f"its worker ended twice ({cause}) with nothing else to do. The other articles are not affected; the "
                "next run tries it again: give it more memory, or take it out.",
                {"died": cause},
            )
        else:
            self._one_by_one(job)

    def _too_slow(self, worker: _Worker) -> Iterator[Done]:
        articles = worker.articles
        job, _ = self._lost(worker)
        job.incidents += 1
        if len(articles) > 1:  # which of them it is shows when they are alone
            self._one_by_one(job)
            return
        LOG.warning(
            "article %s took longer than %g seconds and is rejected", articles[0], self._limit,
            extra={"event": "timeout", "shard": job.shard.output.name, "articles": articles, "seconds": self._limit},
        )  # fmt: skip
        error = (
            f"took longer than {self._limit:g} seconds. The other articles are not affected; a run with a longer "
            "--timeout tries it again."
        )
        refused = self._refused(job.shard, articles[0], error, {"timeout": self._limit})
        rest = split(job.shard, without=articles[0])
        for shard in rest:
            again = _Job(shard, incidents=job.incidents)
            if job.incidents < _INCIDENTS:
                self._jobs.appendleft(again)
            else:
                self._one_by_one(again)
        yield refused

    def _one_by_one(self, job: _Job) -> None:
        self._jobs.extendleft(_Job(shard, alone=True) for shard in reversed(split(job.shard)))

    def _refused(self, shard: Shard, article_id: str | None, error: str, tried: dict[str, Any]) -> Done:
        refused = refuse(shard, article_id, error, tried)
        if self._settings.strict:
            raise ArticleError(f"{refused[1]['rejected'][0]}: {error}")
        return refused
