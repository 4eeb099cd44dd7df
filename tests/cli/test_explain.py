"""``run --explain-plan``: what would be done, why, and that nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.explain import explain
from tests.cli.test_run import pipeline
from tests.conftest import run_corpus


def write(folder: Path, name: str, text: str, published: str | None = None) -> None:
    head = f"---\npublished: {published}\n---\n" if published else ""
    (folder / f"{name}.txt").write_text(head + text, encoding="utf-8")


@pytest.fixture
def done(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of three articles, and the tables made from it."""
    corpus, out = tmp_path / "in", tmp_path / "out"
    corpus.mkdir()
    for name in ("a", "b", "c"):
        write(corpus, name, f"It rained in {name.upper()}town on Monday, officials said.")
    run_corpus(corpus, out, model="rules")
    return corpus, out


def plan(corpus: Path, out: Path, **settings: object) -> dict[str, tuple[str, str]]:
    told = explain(corpus, out, Settings(**{"model": "rules", **settings}))  # type: ignore[arg-type]
    return {step.article_id: (step.action, step.reason) for step in told.steps}


def test_nothing_changed(done: tuple[Path, Path]) -> None:
    assert {action for action, _ in plan(*done).values()} == {"keep"}


def test_each_reason_is_named(done: tuple[Path, Path]) -> None:
    corpus, out = done
    write(corpus, "a", "It snowed in Atown.")
    write(corpus, "b", "It rained in Btown on Monday, officials said.", published="2021-03-04")
    (corpus / "c.txt").unlink()
    write(corpus, "d", "New here.")
    (corpus / "e.txt").write_text("", encoding="utf-8")
    told = plan(corpus, out)
    assert told["a"] == ("do", "its bytes changed")
    assert told["b"][0] == "do"
    assert told["c"] == ("drop", "no longer in the input")
    assert told["d"] == ("do", "new")
    assert any(action == "reject" and "empty" in reason for action, reason in told.values())


def test_settings_and_model_are_named(done: tuple[Path, Path]) -> None:
    told = plan(*done, clean="none")
    assert told["a"][0] == "do"
    assert "clean: auto → none" in told["a"][1]
    assert "the model changed (rules → en_news)" in plan(*done, model="en_news")["a"][1]


def test_a_folder_without_tables(done: tuple[Path, Path], tmp_path: Path) -> None:
    assert set(plan(done[0], tmp_path / "other").values()) == {("do", "new")}
    assert not (tmp_path / "other").exists()


def test_the_command_writes_nothing(done: tuple[Path, Path]) -> None:
    corpus, out = done
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    write(corpus, "d", "New here.")
    told = pipeline("run", corpus, "--out", out, "--model", "rules", "--explain-plan")
    assert told.returncode == 0, told.stderr
    assert "do      d  new" in told.stdout
    assert "would do 1, keep 3, drop 0, reject 0" in told.stdout
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
