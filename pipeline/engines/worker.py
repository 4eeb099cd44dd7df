"""What runs in a worker process: shards, one after the other, told and asked for over a pipe."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait

from pipeline import lean
from pipeline.config import Settings
from pipeline.engines.supervisor import explained
from pipeline.shard import Shard, Watch, process, warm

#: A worker whose article needs more memory than there is ends with this status.
OUT_OF_MEMORY = 86


class _Telling(Watch):
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def taken(self, articles: Sequence[str]) -> None:
        self._connection.send(("taken", list(articles)))

    def done(self, articles: int) -> None:
        self._connection.send(("done", articles))


def _end_with_parent() -> None:
    """End this process as soon as the one that started it has gone, however that ended."""
    parent = parent_process()
    if parent is None:
        return
    wait([parent.sentinel])
    os._exit(1)


def work(connection: Connection, settings: Settings) -> None:
    """Process the shards that come over *connection* until None comes.

    Sends ``("taken", ids)`` and ``("done", n)`` as :class:`pipeline.shard.Watch` is told them, then
    ``("record", record)``, or ``("error", (kind, message))`` where the run must end.
    """
    # Ctrl-C goes to the whole group; the parent decides what happens.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    telling = _Telling(connection)
    lean.begin()
    with suppress(Exception):  # the first shard will raise it again
        warm(settings)
    while True:
        shard: Shard | None = connection.recv()
        if shard is None:
            return
        try:
            connection.send(("record", process(shard, settings, telling)))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except Exception as error:
            connection.send(("error", explained(error)))
