"""Every command, option and column is documented, and the README's Python runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from pipeline.cli import app
from tests.conftest import ROOT
from tests.write_docs import with_dictionary

README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, list[str]]:
    """Every command with its long options."""
    found: dict[str, list[str]] = {}
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None) or {"": command}
        for part, leaf in inner.items():
            options = [o for p in leaf.params for o in getattr(p, "opts", []) if o.startswith("--") and o != "--help"]
            found[f"{name} {part}".strip()] = options
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"python -m pipeline {command}" in README


def test_every_option_of_run_is_in_the_readme() -> None:
    for option in commands()["run"]:
        assert f"`{option}" in README, option


def test_the_dictionary_in_the_readme_is_the_schemas() -> None:
    assert with_dictionary(README) == README, "run: python tests/write_docs.py"


def test_links_in_the_documents_resolve() -> None:
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("*/README.md"))]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert "://" in target or (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_python_in_the_readme_runs(corpus_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        code = compile(block.replace('"outputs"', repr(str(corpus_folder))), "README.md", "exec")
        exec(code, {})


def test_no_open_comment_is_left_in_the_readme() -> None:
    left = set(re.findall(r"<!--.*?-->", README)) - {"<!-- dictionary -->", "<!-- end of dictionary -->"}
    assert not left
