"""Work spread over copies of this process: the same results in the same order, however many there are.

A helper is forked, so it has what this process holds at that moment, and only what it is to do and what comes of it go
over a pipe. It may compute and read files by place (:class:`pipeline.link.spill.File`); it must neither call Arrow,
whose threads aren't there, nor change what others see. Where processes can't be copied safely (other systems than
Linux), all is done in this one.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from functools import partial
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from typing import Any, Final, Generic, TypeVar

LOG = logging.getLogger(__name__)

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

#: Of <sys/prctl.h>: a signal that comes when the process that made this one ends.
_PR_SET_PDEATHSIG: Final = 1
#: Results for each helper that may wait for their turn.
_AHEAD: Final = 2


def spread(work: Callable[[_Item], _Result], items: Iterable[_Item], processes: int = 1) -> Iterator[_Result]:
    """What *work* makes of each of *items*, in their order, by so many *processes* beside this one, or here where that
    is 1.

    *work* must depend on its item alone and on what was there when the first result was asked for. Only items and
    results are pickled. Of both a few for each process are held at once. What *work* raises is raised here, in its
    turn; what a helper was at that was killed is done here. Helpers end with this process, however it ends, and when
    the iterator is closed.
    """
    waiting = iter(items)
    first = list(islice(waiting, 2)) if processes > 1 and _can_fork() else []
    items = chain(first, waiting)
    return _Spread(work, items, processes).results() if len(first) > 1 else map(work, items)


@contextmanager
def aside(work: Callable[[], _Result], processes: int = 1) -> Iterator[Callable[[], _Result]]:
    """Have one helper do *work* while this process goes on: what is given waits for the result, or raises what *work*
    raised.

    As :func:`spread` but for that; where *processes* is 1 it is done here, first.
    """
    if processes == 1 or not _can_fork():
        done = work()
        yield lambda: done
        return
    helper: _Helper[None, _Result] = _Helper(lambda _: work(), [])
    helper.give(0, None)

    def result() -> _Result:
        try:
            made = helper.take()
        except (EOFError, OSError):
            made = _killed(work)
        return made()

    try:
        yield result
    finally:
        helper.stop()


def _killed(work: Callable[[], _Result]) -> Callable[[], _Result]:
    """*work*, since the helper that should have done it was killed."""
    LOG.warning("a helper of linking was killed; what it was at is done again", extra={"event": "helper_died"})
    return work


def batched(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """*items*, so many at a time."""
    remaining = iter(items)
    while some := list(islice(remaining, size)):
        yield some


def _can_fork() -> bool:
    """Whether this process can be copied, and may have children."""
    return sys.platform == "linux" and not multiprocessing.current_process().daemon


class _Spread(Generic[_Item, _Result]):
    """One call of :func:`spread`."""

    def __init__(self, work: Callable[[_Item], _Result], items: Iterable[_Item], processes: int) -> None:
        self._work, self._processes = work, processes
        self._items = enumerate(items)
        self._next: tuple[int, _Item] | None = None  # made while all were busy, so that none has to wait for it
        self._helpers: list[_Helper[_Item, _Result]] = []
        self._made: dict[int, Callable[[], _Result]] = {}  # what came of items whose turn it isn't yet
        self._turn = 0

    def results(self) -> Iterator[_Result]:
        """See :func:`spread`."""
        try:
            while True:
                self._hand_out()
                busy = [helper for helper in self._helpers if helper.item is not None]
                if not busy and self._turn not in self._made:
                    return
                self._hear(busy, patient=self._turn not in self._made)
                self._hand_out()
                if self._turn in self._made:
                    self._turn += 1
                    yield self._made.pop(self._turn - 1)()
        finally:
            for helper in self._helpers:
                helper.stop()

    def _hand_out(self) -> None:
        """Give items to those who have nothing to do."""
        while True:
            self._next = self._next or next(self._items, None)
            if self._next is None or self._next[0] >= self._turn + _AHEAD * self._processes:
                return
            helper = next((helper for helper in self._helpers if helper.item is None), None)
            if helper is None:
                if len(self._helpers) == self._processes:
                    return
                helper = _Helper(self._work, [other.connection for other in self._helpers])
                self._helpers.append(helper)
            helper.give(*self._next)
            self._next = None

    def _hear(self, busy: list[_Helper[_Item, _Result]], patient: bool) -> None:
        """Take what *busy* helpers have made; wait for one of them if *patient*."""
        by_connection = {helper.connection: helper for helper in busy}
        for ready in wait(list(by_connection), None if patient else 0):
            helper = by_connection[ready]  # type: ignore[index]
            assert helper.item is not None
            number, item = helper.item
            try:
                self._made[number] = helper.take()
            except (EOFError, OSError):
                helper.stop()
                self._helpers.remove(helper)
                self._made[number] = _killed(partial(self._work, item))


class _Made(Generic[_Result]):
    """What a helper made, or the error that it met."""

    def __init__(self, result: _Result | None, error: Exception | None) -> None:
        self._result, self._error = result, error

    def __call__(self) -> _Result:
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # None only where that is the result


class _Helper(Generic[_Item, _Result]):
    """A copy of this process, and what it is at."""

    def __init__(self, work: Callable[[_Item], _Result], others: list[Connection]) -> None:
        context = multiprocessing.get_context("fork")
        self.connection, theirs = context.Pipe()
        self.item: tuple[int, _Item] | None = None
        arguments = (work, theirs, [*others, self.connection], os.getpid())
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        # Ctrl-C goes to the whole group: it must not meet a helper that doesn't ignore it yet.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of threads: helpers don't use what these do
                self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()  # so that the end of the process is the end of the pipe

    def give(self, number: int, item: _Item) -> None:
        self.item = number, item
        with suppress(OSError):  # where it has just died the end of the pipe says so in a moment
            self.connection.send(item)

    def take(self) -> Callable[[], _Result]:
        """What it made of its item. Raises EOFError or OSError where it ended instead."""
        made: Callable[[], _Result] = _Made[_Result](*self.connection.recv())
        self.item = None
        return made

    def stop(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.join()


def _serve(work: Callable[[Any], Any], connection: Connection, not_ours: list[Connection], parent: int) -> None:
    """In a helper: do what comes over *connection* until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what happens
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    _end_with(parent)
    gc.freeze()  # the collector would write to every object, and so have each page copied
    for other in not_ours:
        other.close()
    while True:
        try:
            item = connection.recv()
        except EOFError:
            return
        made: tuple[Any, Exception | None]
        try:
            made = work(item), None
        except Exception as error:
            made = None, error
        del item
        _send(connection, made)
        del made


def _send(connection: Connection, made: tuple[Any, Exception | None]) -> None:
    """Send what was made; what can't be made again over there, in words."""
    _, error = made
    try:
        copy(error)
        connection.send(made)
    except OSError:
        os._exit(1)  # nobody listens any more
    except Exception as wrong:
        told = wrong if error is None else error
        connection.send((None, RuntimeError(f"{type(told).__name__}: {told}")))


def _end_with(parent: int) -> None:
    """End this process as soon as *parent* ends, however that ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
