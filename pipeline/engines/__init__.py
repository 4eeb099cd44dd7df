"""Where shards run. An engine is a function ``(shards, settings, progress) -> iterator of (shard, record)``.

It decides only *where*: the function that processes a shard, and so the bytes it writes, is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any

from pipeline.config import Settings
from pipeline.shard import Shard

#: Called with how many more articles are done; less than none where they have to be done again.
Progress = Callable[[int], None]
Engine = Callable[[Iterable[Shard], Settings, Progress | None], Generator[tuple[Shard, dict[str, Any]]]]


class EngineError(RuntimeError):
    """An engine that can't start or lost its workers. The message says what to do."""


def find(name: str) -> Engine:
    """The engine called *name* (``local`` or ``ray``). Raises EngineError where it isn't installed."""
    if name == "ray":
        from pipeline.engines import ray

        return ray.run
    from pipeline.engines import local

    return local.run
