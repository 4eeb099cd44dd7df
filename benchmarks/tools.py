"""The scorers of the shared folder, taken as they are."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType


def tool(shared: Path, name: str) -> ModuleType:
    """``tools/<name>.py`` of *shared* as a module. Ends the program, saying what is missing, if it is not there."""
    path = shared / "tools" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SystemExit(f"no scorer at {path}: give the folder that holds tools/ and data/")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
