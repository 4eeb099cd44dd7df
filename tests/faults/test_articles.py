"""One bad article costs only itself: it hangs, it kills its worker, it asks for all the memory."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.faults.conftest import faulty_run, write_articles

GOOD = set("abcdef")
LIMIT = "3"  # seconds: a hundred times what a good article takes, for machines that are busy
pytestmark = pytest.mark.slow


def articles(out: Path) -> set[str]:
    return set(pq.read_table(out / "articles.parquet")["article_id"].to_pylist())


def rejects(out: Path) -> dict[str, str]:
    rows = pq.read_table(out / "rejects.parquet").to_pylist()
    return {row["article_id"]: row["error"] for row in rows}


def test_an_article_that_hangs(tmp_path: Path) -> None:
    source, out = write_articles(tmp_path / "in", cc="HANG", z="HANG"), tmp_path / "out"
    done = faulty_run(source, out, "--timeout", LIMIT)
    assert done.returncode == 0, done.stderr
    assert articles(out) == GOOD
    assert rejects(out).keys() == {"cc", "z"}
    assert all("longer than 3 seconds" in error for error in rejects(out).values())
    assert "6 done, 0 unchanged, 2 rejected" in done.stdout
    again = faulty_run(source, out, "--timeout", LIMIT)
    assert "0 done, 6 unchanged, 2 rejected" in again.stdout
    assert "warning" not in again.stderr  # nobody waited for them again
    for name in ("cc", "z"):
        (source / f"{name}.txt").write_text("It rained in Leeds on Monday, said the mayor.\n")
    assert "2 done, 6 unchanged, 0 rejected" in faulty_run(source, out, "--timeout", LIMIT).stdout


def test_a_longer_timeout_tries_again(tmp_path: Path) -> None:
    source, out = write_articles(tmp_path / "in", z="SLOW"), tmp_path / "out"
    assert "1 rejected" in faulty_run(source, out, "--timeout", LIMIT).stdout
    assert "1 done, 6 unchanged, 0 rejected" in faulty_run(source, out, "--timeout", "60").stdout
    assert articles(out) == GOOD | {"z"}


def test_an_article_that_kills_its_worker(tmp_path: Path) -> None:
    source, out = write_articles(tmp_path / "in", cc="DIE", z="GREEDY"), tmp_path / "out"
    done = faulty_run(source, out, "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert articles(out) == GOOD
    found = rejects(out)
    assert "SIGKILL" in found["cc"]
    assert "memory ran out" in found["z"]
    assert all("take it out" in error for error in found.values())
    assert "Traceback" not in done.stderr


def test_too_little_memory_in_a_small_job(tmp_path: Path) -> None:
    source, out = write_articles(tmp_path / "in", z="GREEDY"), tmp_path / "out"
    done = faulty_run(source, out)
    assert done.returncode == 0, done.stderr
    assert articles(out) == GOOD
    assert "memory ran out" in rejects(out)["z"]


def test_a_worker_that_dies_once_costs_nothing(tmp_path: Path) -> None:
    source, out = write_articles(tmp_path / "in", cc="STUMBLE"), tmp_path / "out"
    done = faulty_run(source, out, "--workers", "2")
    assert "7 done, 0 unchanged, 0 rejected" in done.stdout, done.stderr
    assert "a worker ended" in done.stderr


def test_a_small_job_that_was_killed_goes_on_supervised(tmp_path: Path) -> None:
    source, out = write_articles(tmp_path / "in", cc="DIE"), tmp_path / "out"
    assert faulty_run(source, out).returncode == -9
    done = faulty_run(source, out)
    assert done.returncode == 0, done.stderr
    assert articles(out) == GOOD
    assert "SIGKILL" in rejects(out)["cc"]


def test_strict_stops_at_an_article_that_hangs(tmp_path: Path) -> None:
    source, out = write_articles(tmp_path / "in", cc="HANG"), tmp_path / "out"
    done = faulty_run(source, out, "--timeout", LIMIT, "--strict")
    assert done.returncode == 1
    assert "cc: took longer than 3 seconds" in done.stderr
