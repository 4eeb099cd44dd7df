"""``pipeline status``, ``pipeline runs`` and ``run --log-json``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import history
from pipeline.progress import duration
from pipeline.sources import SourceError
from tests.cli.test_run import GOOD, pipeline
from tests.conftest import run_corpus


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder in which one run finished and one failed."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(GOOD)
    run_corpus(tmp_path / "in", tmp_path / "out", model="rules")
    (tmp_path / "in" / "a.txt").unlink()
    with pytest.raises(SourceError, match="holds no article"):
        run_corpus(tmp_path / "in", tmp_path / "out", model="rules")
    return tmp_path / "out"


def test_runs_lists_how_each_ended(made: Path) -> None:
    first, second = history.runs(made)
    assert first["outcome"] == "finished"
    assert first["articles"] == {"read": 1, "done": 1, "unchanged": 0, "rejected": 0}
    assert first["settings"]["model"] == "rules"
    assert set(first["made_of"]) == {"settings", "model", "code"}
    assert second["outcome"] == "failed"
    assert "holds no article" in second["error"]
    said = pipeline("runs", made).stdout.splitlines()
    assert len(said) == 2
    assert "finished" in said[0]
    assert "1 done, 0 unchanged, 0 rejected" in said[0]
    assert json.loads(pipeline("runs", made, "--json").stdout)[0]["run"] == first["run"]


def test_status_tells_how_the_last_run_ended(made: Path) -> None:
    said = pipeline("status", made)
    assert said.returncode == 0
    assert said.stdout.startswith("failed after 0 of 0")
    assert "holds no article" in said.stdout
    assert json.loads(pipeline("status", made, "--json").stdout)["outcome"] == "failed"


def test_status_of_a_run_at_work_and_of_one_that_was_killed(tmp_path: Path) -> None:
    from pipeline.commands.status import _sentence
    from pipeline.files import locked

    with locked(tmp_path):
        history._append(tmp_path, {"run": "r", "started": history.now()})
        (tmp_path / history.PROGRESS).write_text(
            json.dumps({"phase": "reading", "started": "2026-01-01T10:00:00+00:00", "at": "2026-01-01T10:05:00+00:00",
                        "planned": 2000, "all_planned": True, "done": 500, "seconds_left": 900})
        )  # fmt: skip
        state = history.state(tmp_path)
        assert state is not None
        said = _sentence(state | {"outcome": history.runs(tmp_path)[-1]["outcome"]})
        assert said.startswith("running (process ")
        assert "500 of 2,000 articles, about 15 minutes left" in said
    assert pipeline("status", tmp_path).stdout.startswith(
        "killed after 500 of 2,000 articles. What is finished is kept"
    )


def test_no_run_there(tmp_path: Path) -> None:
    for command in ("status", "runs"):
        done = pipeline(command, tmp_path)
        assert done.returncode == 2
        assert "no run has written" in done.stderr


def test_a_log_line_cut_short_costs_only_itself(made: Path) -> None:
    with (made / history.RUNS).open("a") as file:
        file.write('{"run": "x", "sta')
    assert len(history.runs(made)) == 2


def test_log_as_json(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / "empty.txt").write_text("")
    log = tmp_path / "log"
    done = pipeline("run", tmp_path, "--out", tmp_path / "out", "--model", "rules", "--log-json", log)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["event"] for line in lines} >= {"reject", "shard", "finished"}
    assert all({"at", "level", "logger", "message"} <= line.keys() for line in lines)
    done = pipeline("run", tmp_path, "--out", tmp_path / "out2", "--model", "rules", "--log-json", "-")
    assert all(json.loads(line) for line in done.stderr.splitlines() if line.startswith("{"))
    assert '"event": "finished"' in done.stderr


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 second"), (40, "40 seconds"), (720, "12 minutes"), (20000, "5.6 hours")]
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said
