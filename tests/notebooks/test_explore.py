"""The notebook: stored without outputs, and it runs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def test_there_is_a_notebook() -> None:
    assert [path.name for path in NOTEBOOKS] == ["explore.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_it_is_stored_without_outputs(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert path.stat().st_size < 20_000


@pytest.mark.slow
def test_explore_runs(corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    # no proxy is there: whatever asks the network fails
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    notebook = read(ROOT / "notebooks" / "explore.ipynb")
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert '"../outputs"' in first.source
    first.source = first.source.replace('"../outputs"', repr(str(corpus_folder)))
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()

    shown = [output.data for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
             if "data" in output]  # fmt: skip
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code)
    assert not [output for cell in code for output in cell.outputs if output.output_type == "stream"]
    assert "Most quoted" in shown[0]["text/html"]
    assert any("<mark" in data.get("text/html", "") for data in shown)
    drawn = [data["image/svg+xml"] for data in shown if "image/svg+xml" in data]
    assert len(drawn) == 1
    assert "Muqtada al-Sadr" in "".join(drawn[0])
    assert not any("cdn." in str(data) or "<script" in str(data) for data in shown)
    with (tmp_path / "who_said_what.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 50
    assert {row["role"] for row in rows} >= {"general", ""}
