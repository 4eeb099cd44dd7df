"""Input and output by URL, on fsspec's file system in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline import remote, schema
from pipeline.config import Settings
from pipeline.files import OutputError
from pipeline.progress import Quiet
from pipeline.run import run
from tests.conftest import run_corpus

fsspec = pytest.importorskip("fsspec")
IN, OUT = "memory://news/in", "memory://news/out"
RULES = Settings(model="rules")  # type: ignore[call-arg]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A store with three articles, one of which can't be read; mirrors are made below ``tmp_path``."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = fsspec.filesystem("memory")
    files.pipe("/news/in/a.txt", b"The mayor said on Monday that the bridge would open in May.\n")
    files.pipe("/news/in/more/b.txt", "“We are late,” said Ana Lopez.\n".encode())
    files.pipe("/news/in/bad.txt", b"One\x00two.")
    yield files
    files.rm("/news", recursive=True)


def local_copy(store: Any, folder: Path) -> Path:
    for path in store.find("/news/in"):
        target = folder / path.removeprefix("/news/in/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(store.cat_file(path))
    return folder


def test_from_a_store_to_a_store(store: Any, tmp_path: Path) -> None:
    account = run(IN, OUT, RULES, Quiet())
    assert (account.done, account.rejected) == (2, 1)
    assert account.rejects[0]["path"] == f"{IN}/bad.txt"
    expected = run_corpus(local_copy(store, tmp_path / "in"), tmp_path / "out", model="rules")
    for name in schema.TABLES:
        if name != "rejects":
            assert store.cat_file(f"/news/out/{name}.parquet") == (tmp_path / "out" / f"{name}.parquet").read_bytes()
        assert pq.read_table(f"/news/out/{name}.parquet", filesystem=store).num_rows == expected[name].num_rows
    assert json.loads(store.cat_file("/news/out/manifest.json"))["articles"]["done"] == 2
    assert not [path for path in store.find("/news/out") if path.endswith((".lock", ".tmp"))]


def test_only_what_is_new_is_done_even_from_another_machine(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(IN, OUT, RULES, Quiet())
    store.rm("/news/in/bad.txt")
    store.pipe("/news/in/c.txt", b"It rained in Leeds on Tuesday.\n")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    account = run(IN, OUT, RULES, Quiet())
    assert (account.done, account.unchanged, account.rejected) == (1, 2, 0)
    store.rm("/news/in/a.txt")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # whose mirror is behind
    account = run(IN, OUT, RULES, Quiet())
    assert (account.done, account.unchanged) == (0, 2)
    parts = {path.split("/")[4] for path in store.find("/news/out/.parts")}
    assert parts == {path.name for path in (remote.mirror_of(OUT) / "output" / ".parts").iterdir()}


def test_a_run_that_failed_goes_on_from_its_mirror(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import pipeline.run as job

    def fail(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(job, "_link_and_write", fail)
        with pytest.raises(KeyboardInterrupt):
            run(IN, OUT, RULES, Quiet())
    assert not store.exists("/news/out/manifest.json")
    account = run(IN, OUT, RULES, Quiet())
    assert (account.done, account.unchanged) == (0, 2)
    assert store.exists("/news/out/manifest.json")


def test_one_file(store: Any, tmp_path: Path) -> None:
    made = run_corpus(f"{IN}/a.txt", tmp_path / "out", model="rules")
    assert made["articles"]["article_id"].to_pylist() == ["a"]


@pytest.mark.parametrize(("source", "words"), [("memory://nowhere", "no such"), ("nosuch://x", "can't be opened")])
def test_mistakes_get_a_message(store: Any, tmp_path: Path, source: str, words: str) -> None:
    with pytest.raises(OutputError, match=words):
        run(source, tmp_path / "out", RULES, Quiet())


def test_two_runs_on_one_machine(store: Any) -> None:
    with remote.mirrored(OUT), pytest.raises(OutputError, match=OUT):
        run(IN, OUT, RULES, Quiet())


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="outside"):
        remote._inside(tmp_path / "mirror", "../escaped.txt")
