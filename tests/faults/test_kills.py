"""Killed anywhere, a run goes on where it was, and ends with the same bytes."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import run_corpus
from tests.engines.test_same_bytes import digests
from tests.faults.conftest import children, environment, faulty_run, wait_until, write_articles

Start = Callable[..., "subprocess.Popen[str]"]
pytestmark = pytest.mark.slow


def many_articles(folder: Path) -> Path:
    """Twenty-four short articles, so that there are shards enough to be killed in."""
    write_articles(folder)
    for number in range(18):
        (folder / f"n{number:02}.txt").write_text(
            f"Minister Ana Lopez told Reuters on 5 May 2020 that {number} bridges were closed. “Not one is safe,” she "
            f"added.\n\nThe mayor of Leeds denied that the town had paid {number * 1000} dollars in March.\n"
        )
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder of articles, and the digests of the tables that one run makes of them."""
    folder = tmp_path_factory.mktemp("undisturbed")
    run_corpus(many_articles(folder / "in"), folder / "out", model="rules")
    return folder / "in", digests(folder / "out")


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_fifty_runs_killed_at_random(undisturbed: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    source, expected = undisturbed
    out = tmp_path / "out"
    chaos = [sys.executable, str(Path(__file__).parent / "chaos.py"), str(source), str(out), "50", "7"]
    done = subprocess.run(chaos, capture_output=True, text=True, timeout=300, check=False, env=environment(tmp_path))
    assert done.stdout.strip() == "killed 50", done.stdout + done.stderr
    run_corpus(source, out, model="rules")
    assert digests(out) == expected
    assert not list(out.rglob("*.tmp"))


def test_workers_and_their_parent_killed(
    undisturbed: tuple[Path, dict[str, str]], tmp_path: Path, started: Start
) -> None:
    source, expected = undisturbed
    out = tmp_path / "out"
    (tmp_path / "pipeline.toml").write_text("shard_articles = 2\n")
    chance = random.Random(11)
    killed = 0
    for _ in range(4):
        run = started(source, out, "--workers", "2")
        wait_until(lambda run=run: len(children(run.pid)) >= 3 or run.poll() is not None)  # with what tracks resources
        time.sleep(chance.uniform(0.2, 1.5))
        workers = children(run.pid)
        victim = chance.choice([run.pid, *workers])
        with contextlib.suppress(ProcessLookupError):  # a run on a fast machine may be over
            os.kill(victim, signal.SIGKILL)
            killed += 1
        if victim != run.pid:
            time.sleep(chance.uniform(0.0, 1.0))
            run.kill()
        run.wait()
        wait_until(lambda workers=workers: not any(map(alive, workers)), 10)
    assert killed
    done = faulty_run(source, out, "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert digests(out) == expected


def test_workers_end_when_their_parent_is_killed(tmp_path: Path, started: Start) -> None:
    source = write_articles(tmp_path / "in", cc="HANG", z="HANG")
    (tmp_path / "pipeline.toml").write_text("shard_articles = 1\n")
    run = started(source, tmp_path / "out", "--workers", "2")
    wait_until(lambda: len(list((tmp_path / "out" / ".parts").glob("*/record.json"))) == 6)
    workers = children(run.pid)
    assert len(workers) >= 2
    run.kill()
    run.wait()
    wait_until(lambda: not any(map(alive, workers)), 10)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopped_cleanly(tmp_path: Path, started: Start, how: signal.Signals) -> None:
    source, out = write_articles(tmp_path / "in", z="HANG"), tmp_path / "out"
    (tmp_path / "pipeline.toml").write_text("shard_articles = 1\n")
    run = started(source, out, "--workers", "2")
    wait_until(lambda: len(list((out / ".parts").glob("*/record.json"))) == 6)
    workers = children(run.pid)
    os.killpg(run.pid, how) if how == signal.SIGINT else os.kill(run.pid, how)
    _, said = run.communicate(timeout=20)
    assert run.returncode == 130
    assert "run the same command again to go on" in said
    assert "Traceback" not in said
    wait_until(lambda: not any(map(alive, workers)), 10)
    (source / "z.txt").unlink()
    assert "0 done, 6 unchanged, 0 rejected" in faulty_run(source, out).stdout
