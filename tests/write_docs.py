"""Puts the data dictionary into the README: ``python tests/write_docs.py``."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
BEGIN, END = "<!-- dictionary -->", "<!-- end of dictionary -->"


def with_dictionary(readme: str) -> str:
    """*readme* with the dictionary of every table between its two comment lines."""
    from pipeline import schema
    from pipeline.dictionary import markdown

    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    shown = "\n".join(markdown(name) for name in schema.TABLES)
    return f"{before}{BEGIN}\n\n{shown}\n{END}{after}"


if __name__ == "__main__":
    path = ROOT / "README.md"
    path.write_text(with_dictionary(path.read_text(encoding="utf-8")), encoding="utf-8")
