"""Sees to it that one bad article costs only itself, whatever the workers are.

A worker that ends has its shard tried once more; then the articles of that shard go one by one, and the one with which
a worker ends twice, with nothing else to do, is rejected. An article that takes too long is rejected at once.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

from pipeline.config import Settings
from pipeline.engines import EngineError, Progress
from pipeline.files import OutputError
from pipeline.model import ModelError
from pipeline.shard import ArticleError, Shard, Watch, recut, refuse, split

LOG = logging.getLogger(__name__)

#: Errors that end a run, by name: they come from workers as words, so that nothing odd need be unpickled.
ERRORS: dict[str, type[Exception]] = {
    error.__name__: error for error in (ArticleError, ModelError, OutputError, OSError)
}
#: Libraries that would start a thread a core in every worker.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

# Workers in a row that end before their first article: then it is not the article.
_FALSE_STARTS = 3
# Shards a worker that are cut anew at the end, and how many at most.
_LAST = 3
_MOST = 48
# Incidents in one shard after which its articles run one by one.
_INCIDENTS = 2

Done = tuple[Shard, dict[str, Any]]
Said = Literal["record", "error", "died", "news"]


def explained(error: Exception) -> tuple[str, str]:
    """*error* as a name of :data:`ERRORS`, or none of them, and its message."""
    for name, known in ERRORS.items():
        if isinstance(error, known):
            return name, str(error)
    return "", f"{type(error).__name__}: {error}"


class Counting(Watch):
    """Passes on how many articles are done; what has to be done again is taken back."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._done = 0

    def done(self, articles: int) -> None:
        """See :class:`pipeline.shard.Watch`."""
        self._done += articles
        if self._progress:
            self._progress(articles)

    def take_back(self) -> None:
        """What was counted here has to be done again."""
        self.done(-self._done)


@dataclass(slots=True)
class Job:
    """A shard to be done: whether it holds one article because of what happened before, and how often that was."""

    shard: Shard
    alone: bool = False
    incidents: int = 0


class Worker(Protocol):
    """Something that does one shard at a time, somewhere.

    Attributes:
        job: what it was given and hasn't finished.
        articles: the ids of those it is at now; none while it loads or writes.
        started: whether it ever began an article.
        counting: counts the articles of ``job`` that are done.
    """

    job: Job | None
    articles: Sequence[str]
    started: bool
    counting: Counting

    def give(self, job: Job) -> None:
        """Begin *job*."""

    def time_left(self, limit: float) -> float:
        """Seconds until what it is at has taken *limit* of them."""

    def waits(self) -> bool:
        """Whether it was given something and has long had no place to run."""

    def stop(self) -> None:
        """End it, whatever it does."""


W = TypeVar("W", bound=Worker)


class Listen(Protocol[W]):
    """Waits until one of *workers* has something to say, *patience* seconds at most.

    Gives ``(worker, "record", record)`` for a job that is done, ``(worker, "error", (name, message))`` where the run
    must end, ``(worker, "died", cause)``, or ``(worker, "news", None)`` where only its attributes changed.
    """

    def __call__(self, workers: Sequence[W], patience: float) -> list[tuple[W, Said, Any]]: ...


class Supervisor(Generic[W]):
    """Hands shards to workers, one at a time each, and sees to it that one bad article costs only itself."""

    def __init__(self, shards: Iterable[Shard], settings: Settings, start: Callable[[], W], listen: Listen[W]) -> None:
        self._planned = iter(shards)
        self._all_planned = False
        self._settings = settings
        self._limit = settings.time_limit
        self._start = start
        self._hear = listen
        self._jobs: deque[Job] = deque()
        self._workers: list[W] = []
        self._false_starts = 0

    def run(self) -> Iterator[Done]:
        """Yield each shard, or what it was split into, with its record as it is done.

        Raises EngineError where workers can't start, and what a worker says must end the run.
        """
        try:
            while self._assign():
                yield from self._listen()
        finally:
            for worker in self._workers:
                worker.stop()

    def _plan(self) -> bool:
        """Plan one more shard; False where there is none."""
        if self._all_planned:
            return False
        shard = next(self._planned, None)
        if shard is None:
            self._all_planned = True
            self._recut()
            return False
        self._jobs.append(Job(shard))
        return True

    def _recut(self) -> None:
        """Cut the last shards that wait anew, so that no worker ends long before the others."""
        last: list[Job] = []
        while self._settings.workers > 1 and len(last) < min(_LAST * self._settings.workers, _MOST) and self._jobs:
            if self._jobs[-1].alone or self._jobs[-1].incidents:
                break
            last.append(self._jobs.pop())
        if last:
            shards = recut([job.shard for job in reversed(last)], self._settings.workers, self._settings.shard_articles)
            self._jobs.extend(Job(shard) for shard in shards)

    def _reclaim(self) -> bool:
        """Where a worker is idle, take a job back from one that waits for a place to run; whether there was one."""
        if all(worker.job for worker in self._workers):
            return False
        waiting = next((worker for worker in self._workers if worker.job and worker.waits()), None)
        if waiting is None:
            return False
        self._jobs.append(self._lost(waiting))
        return True

    def _assign(self) -> bool:
        """Give every idle worker something to do; False where all is done."""
        while self._jobs or self._plan() or self._reclaim():
            worker = next((worker for worker in self._workers if worker.job is None), None)
            if worker is None:
                if len(self._workers) >= self._settings.workers:
                    break
                worker = self._start()
                self._workers.append(worker)
            worker.give(self._jobs.popleft())
        return any(worker.job for worker in self._workers)

    def _listen(self) -> Iterator[Done]:
        busy = [worker for worker in self._workers if worker.job]
        # While nobody says anything there is time to plan ahead: then how much is left to do is known early.
        patience = max(min(worker.time_left(self._limit) for worker in busy), 0.0) if self._all_planned else 0.0
        said = self._hear(busy, patience)
        if not said:
            self._plan()
        for worker, kind, what in said:
            yield from self._heard(worker, kind, what)
        heard = {id(worker) for worker, *_ in said}
        for worker in busy:
            # What it has to say comes first.
            if worker.job and id(worker) not in heard and worker.time_left(self._limit) <= 0:
                yield from self._too_slow(worker)

    def _heard(self, worker: W, kind: Said, what: Any) -> Iterator[Done]:
        if worker.started:
            self._false_starts = 0
        if kind == "record":
            job, worker.job = worker.job, None
            assert job is not None
            yield job.shard, what
        elif kind == "died":
            yield from self._died(worker, what)
        elif kind == "error":
            name, message = what
            raise ERRORS.get(name, EngineError)(message)

    def _lost(self, worker: W) -> Job:
        """Take *worker* out of service; what it was at has to be done again."""
        job = worker.job
        assert job is not None
        worker.counting.take_back()
        worker.stop()
        self._workers.remove(worker)
        return job

    def _died(self, worker: W, cause: str) -> Iterator[Done]:
        job = self._lost(worker)
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

    def _too_slow(self, worker: W) -> Iterator[Done]:
        articles = worker.articles
        job = self._lost(worker)
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
            again = Job(shard, incidents=job.incidents)
            if job.incidents < _INCIDENTS:
                self._jobs.appendleft(again)
            else:
                self._one_by_one(again)
        yield refused

    def _one_by_one(self, job: Job) -> None:
        self._jobs.extendleft(Job(shard, alone=True) for shard in reversed(split(job.shard)))

    def _refused(self, shard: Shard, article_id: str | None, error: str, tried: dict[str, Any]) -> Done:
        refused = refuse(shard, article_id, error, tried)
        if self._settings.strict:
            raise ArticleError(f"{refused[1]['rejected'][0]}: {error}")
        return refused
