"""Shards on Ray: a local one, or the cluster that ``RAY_ADDRESS`` names. Needs the extra ``ray``.

Input and output folders must be visible at the same path from every node.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from itertools import islice
from typing import Any

from pipeline.config import Settings
from pipeline.engines import EngineError, Progress
from pipeline.shard import Shard, process


def run(
    shards: Iterable[Shard], settings: Settings, progress: Progress | None = None
) -> Generator[tuple[Shard, dict[str, Any]]]:
    """Process *shards* as Ray tasks of one CPU each, at most two a worker in flight.

    ``settings.workers`` bounds the shards in flight; Ray places them. A task whose node is lost is run again (three
    times at most). Raises EngineError where Ray is not installed or can't be reached.
    """
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
    task = ray.remote(num_cpus=1, max_retries=3)(process)
    waiting = iter(shards)
    running: dict[Any, Shard] = {}
    try:
        while True:
            for shard in islice(waiting, 2 * settings.workers - len(running)):
                running[task.remote(shard, settings)] = shard
            if not running:
                return
            finished, _ = ray.wait(list(running), num_returns=1)
            for reference in finished:
                shard = running.pop(reference)
                record = ray.get(reference)
                if progress:
                    progress(len(record["articles"]))
                yield shard, record
    finally:
        for reference in running:
            ray.cancel(reference)
        if started_here:
            ray.shutdown()
