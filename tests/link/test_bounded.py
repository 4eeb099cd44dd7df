"""Linking in bounded memory: however little is held at once, the bytes are the same, and nothing is left behind."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline import merge, run
from pipeline.config import Settings
from pipeline.files import OutputError
from pipeline.link import (
    blocking,
    claim_forms,
    claim_links,
    claim_notes,
    claim_pairs,
    claims,
    quote_forms,
    spill,
    spread,
    statements,
)
from pipeline.progress import Quiet
from pipeline.shard import read_record
from tests.engines.test_same_bytes import digests


def linked_again(corpus: Path, out: Path, seed: int | None = None, keep: tuple[str, ...] = ()) -> dict[str, str]:
    """The tables made anew of the parts that *corpus* holds, which come in another order."""
    shutil.copytree(corpus / run.PARTS, out / run.PARTS)
    for name in keep:
        shutil.copyfile(corpus / name, out / name)
    plan = run._Plan()
    for number, folder in enumerate(sorted((out / run.PARTS).iterdir())):
        record, wrong = read_record(folder)
        assert record is not None, wrong
        named = folder if seed is None else folder.with_name(f"{random.Random(seed + number).random()}")
        plan.live[folder.rename(named).name] = record["articles"]
    run._link_and_write(out, plan, Settings(), None, Quiet())
    assert [path.name for path in (out / run.PARTS).iterdir() if path.name.startswith(".")] == []
    return digests(out)


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two articles at once, a few pairs, a few texts; all else is spilled."""
    monkeypatch.setattr(merge, "STRETCH", 2)
    monkeypatch.setattr(blocking, "_PAIRS", 50)
    monkeypatch.setattr(quote_forms, "BATCH", 7)
    monkeypatch.setattr(claim_forms, "_BLOCK", 3)
    monkeypatch.setattr(claim_links, "_NOTED", 1)
    monkeypatch.setattr(claim_notes, "_NOTED", 3)
    monkeypatch.setattr(claim_forms, "_TOGETHER", 2)
    monkeypatch.setattr(claim_pairs, "_COMPARED", 3)
    monkeypatch.setattr(claims, "_FORMS", 2)
    monkeypatch.setattr(statements, "_BATCH", 2)
    monkeypatch.setattr(spill, "_HELD", 1)
    monkeypatch.setattr(spill, "_GATHERED", 1)
    monkeypatch.setattr(spill, "_READ", 100)
    monkeypatch.setattr(spill, "_SKIPPED", 10)
    monkeypatch.setattr(spill, "_TOGETHER", 300)


@pytest.fixture
def in_parts(corpus_folder: Path, tmp_path: Path) -> Path:
    """The parts of the given corpus, a shard an article."""
    from tests.conftest import ROOT, run_corpus

    out = tmp_path / "parts"
    out.mkdir()
    run_corpus(ROOT / "corpus", out, shard_articles=1, model="rules")
    return out


@pytest.mark.usefixtures("little")
def test_a_few_articles_at_a_time(corpus_folder: Path, tmp_path: Path) -> None:
    assert linked_again(corpus_folder, tmp_path) == digests(corpus_folder)


@pytest.mark.skipif(sys.platform != "linux", reason="helpers are copies of this process")
@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("processes", [1, 2, 3])
def test_however_many_processes_link(
    in_parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    started = []

    class Counted(spread._Helper[Any, Any]):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            started.append(self)

    monkeypatch.setattr(spread, "_Helper", Counted)
    monkeypatch.setattr(run, "_processes", lambda _: processes)
    assert pq.read_metadata(in_parts / "claim_links.parquet").num_rows > 0
    again = tmp_path / "again"
    again.mkdir()
    assert linked_again(in_parts, again, seed=3) == digests(in_parts)
    # At least for shingles, claims as they are read, and pairs of claims.
    assert len(started) >= 3 * processes if processes > 1 else not started


@pytest.mark.skipif(sys.platform != "linux", reason="helpers are copies of this process")
@pytest.mark.usefixtures("little")
def test_an_error_in_a_helper_ends_the_run(
    corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = os.getpid()

    def failing(*_: object) -> None:
        raise OutputError("here" if os.getpid() == here else "the disk is full")

    monkeypatch.setattr(claim_pairs, "relate", failing)
    monkeypatch.setattr(run, "_processes", lambda _: 2)
    with pytest.raises(OutputError, match="the disk is full"):
        linked_again(corpus_folder, tmp_path)
    assert list(tmp_path.glob("*.parquet")) == []
    assert [path.name for path in (tmp_path / run.PARTS).iterdir() if path.name.startswith(".")] == []


@pytest.mark.usefixtures("little")
def test_shards_in_any_order_and_ids_that_stand(in_parts: Path, tmp_path: Path) -> None:
    before = digests(in_parts)
    for seed in (1, 2):
        out = tmp_path / str(seed)
        out.mkdir()
        assert linked_again(in_parts, out, seed, keep=("mentions.parquet",)) == before


@pytest.mark.usefixtures("little")
def test_a_full_disk_is_named(corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(OutputError, match="the disk is full"):
        linked_again(corpus_folder, tmp_path)
    assert list(tmp_path.glob("*.parquet")) == []
