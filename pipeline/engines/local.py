"""Shards on this machine: in this process, or in a pool of fresh ones."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any

from pipeline.config import Settings
from pipeline.engines import EngineError
from pipeline.shard import Progress, Shard, process


def run(
    shards: Iterable[Shard], settings: Settings, progress: Progress | None = None
) -> Iterator[tuple[Shard, dict[str, Any]]]:
    """Process *shards* with ``settings.workers`` processes, yielding each with its record as it is done.

    With one worker they run here, in order. With more they run in spawned processes, at most two shards a worker in
    flight, and come back in any order. Raises EngineError where a worker dies, and whatever
    :func:`pipeline.shard.process` raises.
    """
    if settings.workers == 1:
        for shard in shards:
            yield shard, process(shard, settings, progress)
        return
    waiting = iter(shards)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(settings.workers, mp_context=context) as pool:
        running: dict[Future[dict[str, Any]], Shard] = {}
        try:
            while True:
                for shard in islice(waiting, 2 * settings.workers - len(running)):
                    running[pool.submit(process, shard, settings)] = shard
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    shard = running.pop(future)
                    record = future.result()
                    if progress:
                        progress("done", len(record["articles"]))
                    yield shard, record
        except BrokenProcessPool as error:
            raise EngineError(
                "a worker process died (out of memory, or killed). What is finished is kept: run the same command "
                "again to go on, with fewer --workers if memory was short."
            ) from error
        finally:
            for future in running:
                future.cancel()
