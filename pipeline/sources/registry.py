"""Which reader takes which file: by its suffix, checked against its first bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.sources import jsonl, table, text
from pipeline.sources.article import Article, InputError, Reject
from pipeline.sources.files import PACKED, disguise, open_bytes

Reader = Callable[[Path, int], Iterator[Article | Reject]]
"""Takes a file and the longest text allowed (characters); gives its articles and rejects, and raises nothing."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, its suffixes (lower case, first the usual one), whether it may be packed, its reader."""

    name: str
    suffixes: tuple[str, ...]
    packed: bool
    reader: Reader


FORMATS: tuple[Format, ...] = (
    Format("text, with or without front matter", (".txt", ".text"), True, text.read),
    Format("Markdown, with or without front matter", (".md", ".markdown"), True, text.read),
    Format("JSON Lines", (".jsonl", ".ndjson"), True, jsonl.read),
    Format("CSV with a header line", (".csv", ".tsv"), True, table.read_csv),
    Format("Parquet", (".parquet",), False, table.read_parquet),
)
_BY_SUFFIX = {suffix: entry for entry in FORMATS for suffix in entry.suffixes}


def reader_of(path: Path) -> Reader:
    """The reader of *path*. Raises InputError where no format has its suffix, or where its bytes are another's."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = bool(suffixes) and suffixes[-1] in PACKED
    suffix = (suffixes[:-1] if packed else suffixes)[-1:]
    entry = _BY_SUFFIX.get(suffix[0]) if suffix else None
    if entry is None or (packed and not entry.packed):
        known = ", ".join(sorted(_BY_SUFFIX))
        raise InputError(
            f"no reader takes {path.suffix or 'a file without a suffix'}. Known are {known}, and packed "
            f"({', '.join(PACKED)}) all but .parquet. Convert it, or move it out of the folder."
        )
    with open_bytes(path) as stream:
        head = stream.read(512)
    really = disguise(head, ".parquet" if entry.suffixes[0] == ".parquet" else "")
    if really:
        raise InputError(f"is called {suffix[0]}, but is {really}. Give it its right suffix, or convert it.")
    if entry.suffixes[0] == ".parquet" and not head.startswith(b"PAR1"):
        raise InputError(
            "is called .parquet, but isn't Parquet. Write or fetch it again." if head else "is empty. Remove it."
        )
    return entry.reader
