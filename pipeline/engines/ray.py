"""Shards on Ray: a local one, or the cluster that ``RAY_ADDRESS`` names. Needs the extra ``ray``.

Actors get the articles of a shard and give its parts back, as bytes, through Ray: the nodes of a cluster need this
package, and neither a shared file system nor the input or output.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline import lean
from pipeline.config import Settings
from pipeline.engines import EngineError, Progress
from pipeline.engines.supervisor import ONE_THREAD, Counting, Done, Job, Said, Supervisor, explained
from pipeline.shard import Shard, Watch, adopt, process, warm

# Seconds between two looks at what actors are at.
_LOOK = 2.0
# Seconds after which an actor that has said nothing is taken to wait for a processor.
_PLACED = 10.0


class _Noting(Watch):
    """Keeps what a shard is at, for whoever asks from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._articles: list[str] = []
        self._since = 0.0
        self._done = 0

    def taken(self, articles: Sequence[str]) -> None:
        with self._lock:
            self._articles, self._since = list(articles), time.monotonic()

    def done(self, articles: int) -> None:
        with self._lock:
            self._articles = []
            self._done += articles

    def at(self) -> tuple[list[str], float, int]:
        """The articles at work, for how many seconds, and how many are done."""
        with self._lock:
            return self._articles, time.monotonic() - self._since, self._done


class Actor:
    """Runs shards, one after the other, in a process of Ray's."""

    def __init__(self) -> None:
        self._noting = _Noting()
        self._warm = False

    def process(self, name: str, articles: bytes, settings: Settings) -> tuple[Said, Any]:
        """The shard *name* of *articles* (its input file): ``("record", (record, files))`` or ``("error", …)``."""
        self._noting = _Noting()
        if not self._warm:
            self._warm = True
            lean.begin()
            with suppress(Exception):  # the shard will raise it again
                warm(settings)
        with tempfile.TemporaryDirectory(prefix="pipeline-") as folder:
            shard = Shard(Path(folder) / "input.parquet", Path(folder) / name)
            try:
                shard.input.write_bytes(articles)
                record = process(shard, settings, self._noting)
                return "record", (record, {path.name: path.read_bytes() for path in shard.output.iterdir()})
            except MemoryError:
                return "died", "memory ran out"
            except Exception as error:
                return "error", explained(error)

    def at(self) -> tuple[list[str], float, int]:
        """See :meth:`_Noting.at`."""
        return self._noting.at()


class _Worker:
    """An actor, what it is at, and since when."""

    def __init__(self, actor: Any, settings: Settings, progress: Progress | None) -> None:
        self._actor = actor
        self._settings = settings
        self._progress = progress
        self.job: Job | None = None
        self.articles: Sequence[str] = ()
        self.started = False
        self.counting = Counting(progress)
        self.result: Any = None
        self._seconds = 0.0
        self._counted = 0
        self._asked: Any = None
        self._placed = False
        self._given = 0.0

    def give(self, job: Job) -> None:
        self.job, self.articles, self.counting, self._counted = job, (), Counting(self._progress), 0
        self._asked, self._given = None, time.monotonic()
        self.result = self._actor.process.remote(job.shard.output.name, job.shard.input.read_bytes(), self._settings)

    def finish(self) -> tuple[Said, Any]:
        """What came of the job that is done."""
        import ray
        from ray.exceptions import RayError

        assert self.job is not None
        try:
            kind, what = ray.get(self.result)
        except RayError as error:
            return "died", f"its actor was lost: {str(error).splitlines()[0].rstrip('.')}"
        if kind != "record":
            return kind, what
        self.started = self._placed = True
        record, files = what
        adopt(self.job.shard, files)
        self.counting.done(len(record["articles"]) - self._counted)
        return kind, record

    def look(self) -> None:
        """Ask what it is at; take note of the answer to the last time."""
        import ray
        from ray.exceptions import RayError

        if self._asked is not None:
            if not ray.wait([self._asked], timeout=0)[0]:
                return
            with suppress(RayError):  # it is gone, as its result will say
                articles, seconds, done = ray.get(self._asked)
                self._placed = True
                self.articles, self._seconds = articles, seconds
                self.started = self.started or bool(articles or done)
                if done > self._counted:
                    self.counting.done(done - self._counted)
                    self._counted = done
        self._asked = self._actor.at.remote()

    def time_left(self, limit: float) -> float:
        # By its own last word: since then it may be at another article.
        return limit - self._seconds if self.articles else limit

    def waits(self) -> bool:
        return not self._placed and time.monotonic() - self._given > _PLACED

    def stop(self) -> None:
        import ray

        with suppress(Exception):  # it is gone, or Ray is
            ray.kill(self._actor)


def _listen(workers: Sequence[_Worker], patience: float) -> list[tuple[_Worker, Said, Any]]:
    import ray

    by_result = {worker.result: worker for worker in workers}
    ready, _ = ray.wait(list(by_result), num_returns=1, timeout=min(patience, _LOOK))
    if not ready:
        for worker in workers:
            worker.look()
    return [(by_result[result], *by_result[result].finish()) for result in ready]


def run(shards: Iterable[Shard], settings: Settings, progress: Progress | None = None) -> Generator[Done]:
    """Process *shards* in ``settings.workers`` Ray actors of one CPU each; Ray places them.

    A lost actor's shard is run again, as :mod:`pipeline.engines.supervisor` says. Raises EngineError where Ray is not
    installed or can't be reached, or actors can't start, and whatever :func:`pipeline.shard.process` raises.
    """
    # Ray writes reports of its use to its makers' server unless told not to.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError as error:
        raise EngineError(
            'the engine "ray" needs the extra: python -m pip install "news-evidence-pipeline[ray]"'
        ) from error
    started_here = not ray.is_initialized()
    if started_here:
        try:
            ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise EngineError(f"Ray can't be started or reached: {error}") from error
    # Two calls at once: the shard, and the question what it is at.
    environment = {"env_vars": {name: "1" for name in ONE_THREAD if name not in os.environ}}
    actor = ray.remote(num_cpus=1, max_restarts=0, max_concurrency=2, runtime_env=environment)(Actor)
    try:
        yield from Supervisor(shards, settings, lambda: _Worker(actor.remote(), settings, progress), _listen).run()
    finally:
        if started_here:
            ray.shutdown()
