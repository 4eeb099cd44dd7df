"""Word lists: data in ``models/lexicon``, apart from the logic that uses them.

``<name>.txt`` holds one entry a line, ``<name>.tsv`` a key and a value parted by a tab, or more columns; ``#`` begins a
comment line.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


def _folder() -> Path:
    """``models/lexicon`` of the checkout, or the copy that an installed wheel carries inside the package."""
    package = Path(__file__).resolve().parent
    installed = package / "_models" / "lexicon"
    return installed if installed.is_dir() else package.parent / "models" / "lexicon"


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FileNotFoundError(
            f"the word list {path.name} can't be read from {path.parent}: {error}. Is the checkout whole?"
        ) from error
    return [line for line in text.split("\n") if line and line[0] != "#" and not line.isspace()]


@cache
def words(name: str) -> frozenset[str]:
    """The entries of ``models/lexicon/<name>.txt``. Raises FileNotFoundError where it is missing."""
    return frozenset(line.strip() for line in _lines(_folder() / f"{name}.txt"))


@cache
def table(name: str) -> dict[str, str]:
    """Key and value of each line of ``models/lexicon/<name>.tsv``, in file order.

    Raises FileNotFoundError where the file is missing and ValueError, with the line, where a line has no tab.
    """
    found: dict[str, str] = {}
    path = _folder() / f"{name}.tsv"
    for line in _lines(path):
        key, tab, value = line.partition("\t")
        if not tab:
            raise ValueError(f"{path.name}: no tab in the line {line!r}")
        found[key.strip()] = value.strip()
    return found


def rows(name: str) -> list[list[str]]:
    """The columns of each line of ``models/lexicon/<name>.tsv``. Raises FileNotFoundError where it is missing."""
    return [line.split("\t") for line in _lines(_folder() / f"{name}.tsv")]
