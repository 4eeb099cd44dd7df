"""What the tests of faults share: articles, and runs whose articles hang, die or ask for too much."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FAULTY = Path(__file__).parent / "faulty.py"


def write_articles(folder: Path, **faults: str) -> Path:
    """Six good articles and one for each of *faults*, whose text holds that word; returns the folder."""
    folder.mkdir(exist_ok=True)
    for name in "abcdef":
        text = f"“We will stay,” Mayor {name.upper()}. Smith said on Monday. The bridge of {name.upper()}town opened.\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    for name, word in faults.items():
        (folder / f"{name}.txt").write_text(f"It rained in Leeds on Monday. {word} said the mayor.\n", encoding="utf-8")
    return folder


def command(source: Path, out: Path, *options: str) -> list[str]:
    """A run over *source* whose last stage is faulty, with word lists alone."""
    return [sys.executable, str(FAULTY), "run", str(source), "--out", str(out), "--model", "rules", *options]


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "STUMBLED": str(folder / "stumbled")}


def faulty_run(source: Path, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The finished run of :func:`command`."""
    return subprocess.run(
        command(source, out, *options), capture_output=True, text=True, timeout=300, check=False,
        env=environment(out.parent), cwd=out.parent,
    )  # fmt: skip


def children(process: int) -> list[int]:
    """The processes that *process* started and that are there."""
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in listed.split()]


def wait_until(true: Callable[[], object], seconds: float = 90.0) -> None:
    """Wait until *true* is; fails after *seconds*."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it didn't happen in time"
        time.sleep(0.02)


@pytest.fixture
def started() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts runs of :func:`command` that go on beside the test; what is left of them is killed."""
    processes: list[subprocess.Popen[str]] = []

    def start(source: Path, out: Path, *options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command(source, out, *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(out.parent), cwd=out.parent, start_new_session=True,
        )  # fmt: skip
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
