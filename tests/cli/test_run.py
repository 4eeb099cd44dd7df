"""The main job as a user meets it: what it says, what it leaves, what it does with bad input."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import schema
from tests.conftest import ROOT

GOOD = "The minister said on Monday that the bridge would open in May.\n"


def pipeline(*arguments: str | Path, stdin: str | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=cwd,
        env=environment,
        check=False,
    )


def rejects(out: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = pq.read_table(out / "rejects.parquet").to_pylist()
    return rows


@pytest.fixture(scope="module")
def bad_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one good article and every bad one we know of."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "good.txt").write_text(GOOD)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b" \n \t\n")
    (folder / "huge.txt").write_bytes(b"word " * 10_000_000)
    (folder / "latin.txt").write_bytes("The caf\xe9 was open.".encode("latin-1"))
    (folder / "nul.txt").write_bytes(b"One\x00two.")
    (folder / "date.txt").write_text("---\npublished: 2020-02-31\n---\nText.\n")
    (folder / "good.jsonl").write_text(json.dumps({"text": GOOD}) + "\n")
    (folder / "lines.jsonl").write_text(
        json.dumps({"article_id": "one", "text": GOOD}) + "\nnot json\n" + json.dumps({"article_id": "two"}) + "\n[1]\n"
    )
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress(b'{"article_id": "packed", "text": "It rained."}\n'))
    (folder / "short.jsonl.gz").write_bytes(gzip.compress(b'{"article_id": "short", "text": "It rained."}\n')[:-9])
    return folder


@pytest.fixture(scope="module")
def bad_run(
    bad_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[subprocess.CompletedProcess[str], Path]:
    out = tmp_path_factory.mktemp("bad_out")
    return pipeline("run", bad_folder, "--out", out), out


def test_bad_articles_do_not_stop_the_run(bad_run: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, out = bad_run
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    taken = set(pq.read_table(out / "articles.parquet")["article_id"].to_pylist())
    assert {"good", "one", "packed"} <= taken
    found = rejects(out)
    for name in ("empty.txt", "blank.txt", "huge.txt", "latin.txt", "nul.txt", "date.txt", "short.jsonl.gz"):
        assert any(name in row["path"] for row in found), name
    assert sum("lines.jsonl" in row["path"] for row in found) == 3
    assert all(len(row["error"]) > 20 for row in found)


def test_account_of_a_bad_folder_adds_up(bad_run: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, out = bad_run
    articles = json.loads((out / "manifest.json").read_text())["articles"]
    assert articles["read"] == articles["done"] + articles["unchanged"] + articles["rejected"]
    assert articles["rejected"] == len(rejects(out))
    assert articles["done"] == pq.read_metadata(out / "articles.parquet").num_rows


def test_duplicate_id_is_rejected_and_names_the_first(bad_folder: Path, bad_run: object) -> None:
    _, out = bad_run  # type: ignore[misc]
    [row] = [row for row in rejects(out) if row["article_id"] == "good"]
    assert "good" in row["error"]


def test_strict_stops_at_the_first(bad_folder: Path, tmp_path: Path) -> None:
    done = pipeline("run", bad_folder, "--out", tmp_path, "--strict")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "articles.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "no-such-folder"], "no-such-folder"),
        (["run", "{empty}"], "article"),
        (["run", "--model", "no_such_model"], "no_such_model"),
        (["run", "--out", "{file}/out"], "output folder"),
        (["run", "--workers", "0"], "workers"),
        (["tables", "nothing"], "nothing"),
        (["corpus", "add", "no-such-file.txt"], "no-such-file.txt"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_get_a_message(tmp_path: Path, arguments: list[str], words: str) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    file = tmp_path / "file"
    file.write_text("")
    arguments = [a.format(empty=empty, file=file) for a in arguments]
    if "--out" not in arguments and arguments[0] == "run":
        arguments += ["--out", str(tmp_path / "out")]
    done = pipeline(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_file_is_read_and_checked(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD)
    (tmp_path / "pipeline.toml").write_text("wrokers = 2\n")
    done = pipeline("run", "good.txt", "--out", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "wrokers" in done.stderr
    (tmp_path / "pipeline.toml").write_text('clean = "none"\n')
    assert pipeline("run", "good.txt", "--out", "out", cwd=tmp_path).returncode == 0
    assert pq.read_table(tmp_path / "out" / "articles.parquet")["text"].to_pylist() == [GOOD]


def test_a_second_run_has_nothing_to_do(tmp_path: Path) -> None:
    first = pipeline("run", "--out", tmp_path)
    assert "5 done, 0 unchanged, 0 rejected" in first.stdout
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.parquet")}
    began = time.monotonic()
    second = pipeline("run", "--out", tmp_path)
    seconds = time.monotonic() - began
    assert "0 done, 5 unchanged, 0 rejected" in second.stdout
    assert seconds < 5  # about one on a quiet machine; no stage is loaded
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.parquet")} == before


def test_only_what_changed_is_done_again_and_what_is_gone_goes(tmp_path: Path) -> None:
    corpus, out = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    for name in ("a", "b", "c"):
        (corpus / f"{name}.txt").write_text(f"Mayor {name.upper()}. Smith spoke. " + GOOD)
    assert "3 done" in pipeline("run", corpus, "--out", out).stdout
    (corpus / "b.txt").write_text("“We are late,” the mayor said. " + GOOD)
    assert "1 done, 2 unchanged" in pipeline("run", corpus, "--out", out).stdout
    (corpus / "c.txt").unlink()
    assert "0 done, 2 unchanged" in pipeline("run", corpus, "--out", out).stdout
    for name in ("articles", "sentences", "quotes", "dates", "claims", "mentions"):
        ids = set(pq.read_table(out / f"{name}.parquet")["article_id"].to_pylist())
        assert ids <= {"a", "b"}, name


def test_broken_parts_are_made_again(tmp_path: Path) -> None:
    article, out = tmp_path / "a.txt", tmp_path / "out"
    article.write_text(GOOD)
    assert "1 done" in pipeline("run", article, "--out", out).stdout
    [record] = (out / ".parts").glob("*/record.json")
    record.write_text(record.read_text()[:20])
    (out / "dates.parquet").unlink()
    assert "1 done" in pipeline("run", article, "--out", out).stdout
    assert (out / "dates.parquet").is_file()


def test_standard_input(tmp_path: Path) -> None:
    done = pipeline("run", "-", "--out", tmp_path, "--quiet", stdin=GOOD)
    assert done.returncode == 0
    assert done.stdout == ""
    assert pq.read_metadata(tmp_path / "articles.parquet").num_rows == 1


def test_clean_none_keeps_the_text_as_it_is(tmp_path: Path) -> None:
    text = "  By A B\n\n\tIt\u00a0rained.On Sunday it  stopped.\n "
    (tmp_path / "a.txt").write_text(text)
    assert pipeline("run", tmp_path / "a.txt", "--out", tmp_path / "out", "--clean", "none").returncode == 0
    assert pq.read_table(tmp_path / "out" / "articles.parquet")["text"].to_pylist() == [text]
    for row in pq.read_table(tmp_path / "out" / "sentences.parquet").to_pylist():
        assert (row["raw_start"], row["raw_end"]) == (row["start"], row["end"])


def test_two_runs_into_one_folder(tmp_path: Path) -> None:
    from pipeline.files import OutputError, locked

    out = tmp_path / "out"
    out.mkdir()
    with locked(out):
        done = pipeline("run", "--out", out)
        assert done.returncode == 2
        assert str(os.getpid()) in done.stderr
        with pytest.raises(OutputError), locked(out):
            pass
    assert pipeline("run", "--out", out).returncode == 0


def test_a_failing_stage_rejects_its_article_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pipeline.shard as shards
    from pipeline import model
    from tests.conftest import run_corpus

    nlp = model.load("rules")
    place = [name for name, _ in nlp.pipeline].index("dates")
    working = nlp.pipeline[place][1]

    def failing(doc: object) -> object:
        if "bridge" in doc.text:  # type: ignore[attr-defined]
            raise ZeroDivisionError("no bridge")
        return working(doc)  # type: ignore[arg-type]

    nlp._components = [(n, failing if n == "dates" else c) for n, c in nlp._components]
    monkeypatch.setattr(shards, "_language", lambda *_: nlp)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.txt").write_text(GOOD)
    (tmp_path / "in" / "good.txt").write_text("It rained on Monday.\n")
    tables = run_corpus(tmp_path / "in", tmp_path / "out")
    assert tables["articles"]["article_id"].to_pylist() == ["good"]
    [row] = tables["rejects"].to_pylist()
    assert (row["article_id"], row["stage"]) == ("bad", "dates")
    assert "no bridge" in row["error"]
    with pytest.raises(shards.ArticleError, match="no bridge"):
        run_corpus(tmp_path / "in", tmp_path / "strict", strict=True)


def test_help_is_quick_and_names_every_command() -> None:
    began = time.monotonic()
    done = pipeline("--help")
    assert time.monotonic() - began < 3
    for command in ("run", "tables", "corpus", "version"):
        assert command in done.stdout


def test_tables_prints_every_column() -> None:
    done = pipeline("tables", "--json")
    printed = json.loads(done.stdout)
    assert {name: [row["column"] for row in rows] for name, rows in printed.items()} == {
        name: [column.name for column in columns] for name, columns in schema.TABLES.items()
    }
