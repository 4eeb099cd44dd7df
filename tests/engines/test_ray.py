"""Ray as the engine: the same bytes, whatever is lost on the way. Skipped where Ray isn't installed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import engines
from pipeline.shard import Shard, Watch, process
from tests.conftest import run_corpus
from tests.engines.test_same_bytes import digests
from tests.faults.conftest import wait_until, write_articles
from tests.faults.test_kills import many_articles

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.slow

from pipeline.engines import ray as engine  # noqa: E402  needs the package

#: Seconds that Ray may take to start a node or an actor, at most: on a machine that does much else it takes long.
PATIENCE = 300.0


def hanging(shard: Shard, settings: Any, watch: Watch | None = None) -> dict[str, Any]:
    import pyarrow.parquet as pq

    assert watch is not None
    for row in pq.read_table(shard.input).to_pylist():
        watch.taken([row["article_id"]])
        if "HANG" in row["text"]:
            time.sleep(600)
    return process(shard, settings, watch)


class HeldBackActor(engine.Actor):
    """Does one shard, and begins the next only when there is the file OPEN in the folder that GATE names.

    So an actor can be lost at work however slowly Ray starts it, and not at its first shard: that would be a false
    start, of which nobody is told.
    """

    held = False

    def process(self, *arguments: Any) -> Any:
        gate = Path(os.environ["GATE"])
        if self.held:
            (gate / f"held-{os.getpid()}").touch()
            wait_until((gate / "OPEN").exists, PATIENCE)
        self.held = True
        return super().process(*arguments)


class HangingActor(engine.Actor):
    def process(self, *arguments: Any) -> Any:
        engine.process = hanging
        return super().process(*arguments)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("undisturbed")
    run_corpus(many_articles(folder / "in"), folder / "out", model="rules")
    return folder / "in", digests(folder / "out")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray gives up its own start on busy machines unless told to wait."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_enable_metrics_collection", "0")
    monkeypatch.setenv("RAY_agent_register_timeout_ms", "120000")
    monkeypatch.setenv("RAY_raylet_start_wait_time_s", "120")


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What :class:`HeldBackActor` waits for. Ray's processes inherit its name, so it is there before they are."""
    folder = tmp_path / "gate"
    folder.mkdir()
    monkeypatch.setenv("GATE", str(folder))
    return folder


def held(gate: Path, actors: int) -> list[int]:
    """The processes of the actors that wait at *gate*, once there are so many."""
    wait_until(lambda: len(list(gate.glob("held-*"))) >= actors, PATIENCE)
    return [int(path.name.removeprefix("held-")) for path in sorted(gate.glob("held-*"))]


@pytest.fixture
def local_ray(patient: None, gate: Path) -> Iterator[None]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def beside(what: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=what)
    thread.start()
    return thread


def test_the_same_bytes(undisturbed: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    source, expected = undisturbed
    run_corpus(source, tmp_path, model="rules", engine="ray", shard_articles=5, workers=2)
    assert digests(tmp_path) == expected
    assert not ray.is_initialized()


def test_an_actor_killed_at_work(
    undisturbed: tuple[Path, dict[str, str]], tmp_path: Path, gate: Path, local_ray: None,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    source, expected = undisturbed
    monkeypatch.setattr(engine, "Actor", HeldBackActor)
    killed: list[int] = []

    def kill() -> None:
        try:
            killed.append(held(gate, 1)[0])
            os.kill(killed[0], signal.SIGKILL)
        finally:
            (gate / "OPEN").touch()

    thread = beside(kill)
    run_corpus(source, tmp_path / "out", model="rules", engine="ray", shard_articles=3, workers=2)
    thread.join()
    assert killed
    assert "its shard is tried again" in caplog.text
    assert digests(tmp_path / "out") == expected


def test_an_article_that_hangs_on_ray(tmp_path: Path, local_ray: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "Actor", HangingActor)
    source = write_articles(tmp_path / "in", cc="HANG")
    made = run_corpus(source, tmp_path / "out", model="rules", engine="ray", timeout=10.0)
    assert made["articles"]["article_id"].to_pylist() == list("abcdef")
    [reject] = made["rejects"].to_pylist()
    assert reject["article_id"] == "cc"
    assert "longer than 10 seconds" in reject["error"]


def test_two_nodes_and_one_of_them_lost(
    undisturbed: tuple[Path, dict[str, str]], tmp_path: Path, gate: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    from ray.cluster_utils import Cluster

    source, expected = undisturbed
    monkeypatch.setattr(engine, "Actor", HeldBackActor)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        second = cluster.add_node(num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False)
        assert len(ray.nodes()) == 2
        at_once: list[int] = []

        def lose() -> None:
            try:
                at_once.extend(held(gate, 2))  # with one processor a node, that is one on each
                cluster.remove_node(second)
            finally:
                (gate / "OPEN").touch()

        thread = beside(lose)
        run_corpus(source, tmp_path / "out", model="rules", engine="ray", shard_articles=3, workers=2)
        thread.join()
        assert len(at_once) == 2
        assert "its actor was lost" in caplog.text
        assert digests(tmp_path / "out") == expected
    finally:
        ray.shutdown()
        cluster.shutdown()


def test_the_engine_is_found() -> None:
    assert engines.find("ray") is engine.run
