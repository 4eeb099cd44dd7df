"""What may be wrong with an output folder: full, held, broken, newer. It is named, and nothing else is lost."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import schema
from pipeline.files import OutputError
from tests.conftest import run_corpus
from tests.engines.test_same_bytes import digests
from tests.faults.conftest import command, environment, faulty_run, wait_until, write_articles
from tests.faults.test_kills import Start


def more_articles(folder: Path) -> None:
    """Enough of them to fill a small disk."""
    for number in range(24):
        said = (f"Minister Ana Lopez of town {number * i} said “{i * 7919 % 997} of {i} fell”." for i in range(40))
        (folder / f"more{number:02}.txt").write_text("\n\n".join(said) + "\n")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte; skips where it can't be made."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("needs to be root, to make a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path, small_disk: Path) -> None:
    source, out = write_articles(tmp_path / "in"), small_disk / "out"
    run_corpus(source, out, model="rules")
    before, manifest = digests(out), (out / "manifest.json").read_bytes()
    more_articles(source)
    done = subprocess.run(
        command(source, out, "--workers", "2"), capture_output=True, text=True, check=False, cwd=tmp_path,
        env=environment(tmp_path), timeout=300,
    )  # fmt: skip
    assert done.returncode == 2, done.stdout
    assert "the disk is full" in done.stderr
    assert "free some space" in done.stderr
    assert "Traceback" not in done.stderr
    assert digests(out) == before
    assert (out / "manifest.json").read_bytes() == manifest
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    run_corpus(source, out, model="rules")
    run_corpus(source, tmp_path / "other", model="rules")
    assert digests(out) == digests(tmp_path / "other")


def test_a_file_larger_than_allowed(tmp_path: Path) -> None:
    source, out = write_articles(tmp_path / "in"), tmp_path / "out"
    run_corpus(source, out, model="rules")
    before = digests(out)
    write_articles(source, z="The bridge closed.")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))
    try:
        with pytest.raises(OutputError, match="run the same command again"):
            run_corpus(source, out, model="rules")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert digests(out) == before
    assert not list(out.rglob("*.tmp"))


def test_the_second_run_is_told_who_holds_the_folder(tmp_path: Path, started: Start) -> None:
    source, out = write_articles(tmp_path / "in", z="HANG"), tmp_path / "out"
    first = started(source, out, "--timeout", "300")
    wait_until(lambda: (out / ".parts").is_dir())
    second = faulty_run(source, out)
    assert second.returncode == 2
    assert f"process {first.pid} on " in second.stderr
    assert "--out" in second.stderr


def spoil_record(part: Path) -> str:
    (part / "record.json").write_text((part / "record.json").read_text()[:40])
    return "record can't be read"


def older_record(part: Path) -> str:
    record = json.loads((part / "record.json").read_text()) | {"schema_version": 0}
    (part / "record.json").write_text(json.dumps(record))
    return "schema version 0"


def newer_record(part: Path) -> str:
    record = json.loads((part / "record.json").read_text()) | {"schema_version": 999}
    (part / "record.json").write_text(json.dumps(record))
    return "schema version 999"


def odd_record(part: Path) -> str:
    (part / "record.json").write_text("[1]")
    return "lacks what a record holds"


def no_record(part: Path) -> str:
    (part / "record.json").unlink()
    return "record is missing"


def no_part(part: Path) -> str:
    (part / "quotes.parquet").unlink()
    return "quotes.parquet is missing"


def short_part(part: Path) -> str:
    content = (part / "claims.parquet").read_bytes()
    (part / "claims.parquet").write_bytes(content[:-20])
    return "claims.parquet isn't as long"


@pytest.mark.parametrize(
    "spoil", [spoil_record, older_record, newer_record, odd_record, no_record, no_part, short_part]
)
def test_a_broken_shard_is_named_and_done_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], str]
) -> None:
    source, out = write_articles(tmp_path / "in"), tmp_path / "out"
    run_corpus(source, out, model="rules")
    write_articles(source, z="The bridge closed.")
    run_corpus(source, out, model="rules")  # a second shard, of one article
    expected = digests(out)
    shards = {pq.read_metadata(part / "articles.parquet").num_rows: part for part in (out / ".parts").iterdir()}
    wrong = spoil(shards[1])
    (out / "quotes.parquet").unlink()
    run_corpus(source, out, model="rules")
    [message] = [record.getMessage() for record in caplog.records if "shard" in record.getMessage()]
    assert wrong in message
    assert str(shards[1]) in message
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["articles"] == {"read": 7, "done": 1, "unchanged": 6, "rejected": 0}
    assert digests(out) == expected


def test_a_part_with_changed_bytes_is_named_and_removed(tmp_path: Path) -> None:
    source, out = write_articles(tmp_path / "in"), tmp_path / "out"
    run_corpus(source, out, model="rules")
    expected = digests(out)
    [part] = (out / ".parts").iterdir()
    size = (part / "claims.parquet").stat().st_size
    (part / "claims.parquet").write_bytes(b"PAR1" + b"\xff" * (size - 4))
    (out / "claims.parquet").unlink()
    with pytest.raises(OutputError, match="Run the same command again"):
        run_corpus(source, out, model="rules")
    run_corpus(source, out, model="rules")
    assert digests(out) == expected


def test_a_folder_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    source, out = write_articles(tmp_path / "in"), tmp_path / "out"
    run_corpus(source, out, model="rules")
    before = digests(out)
    manifest = json.loads((out / "manifest.json").read_text()) | {"schema_version": schema.SCHEMA_VERSION + 1}
    (out / "manifest.json").write_text(json.dumps(manifest))
    write_articles(source, z="The bridge closed.")
    with pytest.raises(OutputError, match="newer version"):
        run_corpus(source, out, model="rules")
    assert digests(out) == before
