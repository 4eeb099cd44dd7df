"""Work spread over helpers: results in order, errors as they would have been, nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.files import OutputError
from pipeline.link.spread import aside, spread

linux = pytest.mark.skipif(sys.platform != "linux", reason="helpers are copies of this process")


def alive(process: int) -> bool:
    """Whether *process* runs; one that ended but wasn't asked for yet doesn't."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(process: int) -> bool:
    """Whether *process* ends within seconds."""
    until = time.monotonic() + 10
    while alive(process) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(process)


@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_results_are_in_order_whatever_takes_longest(processes: int, count: int) -> None:
    def work(item: int) -> tuple[int, bytes]:
        time.sleep(0.01 * (item % 3 == 0))
        return item, bytes(100_000 * (item % 7))  # more than a pipe holds

    assert list(spread(work, iter(range(count)), processes)) == [(n, bytes(100_000 * (n % 7))) for n in range(count)]


@linux
def test_it_is_done_elsewhere_by_no_more_than_were_asked_for() -> None:
    found = list(spread(lambda _: os.getpid(), range(20), 2))
    assert len(set(found)) == 2
    assert os.getpid() not in found
    assert not any(map(alive, found))
    assert set(spread(lambda _: os.getpid(), range(20), 1)) == {os.getpid()}


def test_large_items_go_both_ways() -> None:
    sent = [bytes([n]) * 3_000_000 for n in range(6)]
    assert list(spread(lambda item: item[::-1] + b"x", sent, 2)) == [item + b"x" for item in sent]


class OddError(Exception):
    """Can't be made again from what it was pickled to."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


@pytest.mark.parametrize("processes", [1, 3])
def test_an_error_is_raised_in_its_turn(processes: int) -> None:
    def work(item: int) -> int:
        if item == 3:
            raise OutputError("the disk is full")
        return item

    results = spread(work, range(9), processes)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(OutputError, match="the disk is full"):
        next(results)


@linux
def test_an_error_that_can_not_be_sent_is_told_in_words() -> None:
    def work(item: int) -> int:
        raise OddError(item, 2)

    with pytest.raises(RuntimeError, match="OddError: 0 and 2"):
        list(spread(work, range(5), 2))
    with pytest.raises(RuntimeError, match="lambda"):
        list(spread(lambda item: lambda: item, range(5), 2))  # nor can this result


def test_an_error_while_items_are_made_leaves_no_helper() -> None:
    def items() -> Iterator[int]:
        yield from range(4)
        raise OutputError("a shard was damaged")

    found: list[int] = []
    with pytest.raises(OutputError, match="damaged"):
        found.extend(spread(lambda _: os.getpid(), items(), 2))
    assert not any(alive(process) for process in found if process != os.getpid())


@linux
def test_what_a_killed_helper_was_at_is_done_here(caplog: pytest.LogCaptureFixture) -> None:
    here = os.getpid()

    def work(item: int) -> tuple[int, bool]:
        if item == 2 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return item, os.getpid() == here

    assert list(spread(work, range(6), 2)) == [(n, n == 2) for n in range(6)]
    assert "killed" in caplog.text


@linux
def test_closing_ends_helpers_at_work() -> None:
    def work(item: int) -> int:
        if item:
            time.sleep(60)
        return os.getpid()

    results = spread(work, range(3), 2)
    process = next(results)
    assert alive(process)
    results.close()  # type: ignore[attr-defined]
    assert not alive(process)


@pytest.mark.parametrize("processes", [1, 2])
def test_one_thing_is_done_aside(processes: int) -> None:
    here = os.getpid()
    with aside(lambda: (sum(range(1000)), os.getpid() == here), processes) as result:
        assert result() == (499_500, processes == 1 or sys.platform != "linux")


@linux
def test_an_error_of_what_is_done_aside() -> None:
    def failing() -> None:
        raise OutputError("the disk is full")

    with aside(failing, 2) as result, pytest.raises(OutputError, match="the disk is full"):
        result()


@linux
def test_what_was_killed_aside_is_done_here(caplog: pytest.LogCaptureFixture) -> None:
    here = os.getpid()

    def killed() -> bool:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    with aside(killed, 2) as result:
        assert result()
    assert "killed" in caplog.text


@linux
def test_an_error_here_ends_what_is_done_aside(tmp_path: Path) -> None:
    said = tmp_path / "process"

    def slow() -> None:
        said.write_text(f"{os.getpid()} ")
        time.sleep(60)

    def failing() -> int:
        with aside(slow, 2):
            while not (said.is_file() and said.read_text().endswith(" ")):
                time.sleep(0.01)
            assert alive(int(said.read_text()))
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert not alive(int(said.read_text()))


PARENT = """
import os, sys, time
from pipeline.link.spread import spread
def work(item):
    os.write(1, b"%d\\n" % os.getpid())  # at once, so that those of two don't mix
    time.sleep(60)
try:
    list(spread(work, range(4), 2))
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_helpers_end_with_their_parent(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        helpers = [int(parent.stdout.readline()) for _ in range(2)]
        assert all(map(alive, helpers))
        if how == signal.SIGINT:
            os.killpg(parent.pid, how)  # as a terminal does
            assert parent.stdout.readline() == "stopped\n"
        else:
            parent.send_signal(how)
        parent.wait(10)
        assert all(map(gone, helpers))
