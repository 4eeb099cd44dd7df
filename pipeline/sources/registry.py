"""Which reader takes which file: by its suffix, checked against its first bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pipeline.sources import jsonl, table, text
from pipeline.sources.article import Article, InputError, Reject
from pipeline.sources.files import EXTRA, PACKED, kind_of, open_bytes
from pipeline.sources.isolate import isolated

Reader = Callable[[Path, int], Iterator[Article | Reject]]
"""Takes a file and the longest text allowed (characters); gives its articles and rejects, and raises nothing."""

_HEAD = 4096  # bytes by which the content is told


@dataclass(frozen=True, slots=True)
class Format:
    """A format that articles may come in.

    Attributes:
        name: for people.
        suffixes: lower case, first the usual one. A suffix of several formats is told by the content.
        packed: whether it may be packed (``.gz``, ``.bz2``, ``.zst``).
        reader: what reads it.
        kinds: what :func:`pipeline.sources.files.kind_of` says of its files; None for what it knows nothing of.
        needs: modules outside the core dependencies that its reader imports.
        note: what a user must know of it; empty where there is nothing.
    """

    name: str
    suffixes: tuple[str, ...]
    packed: bool
    reader: Reader
    kinds: tuple[str | None, ...] = (None,)
    needs: tuple[str, ...] = ()
    note: str = ""

    def missing(self) -> tuple[str, ...]:
        """Those of ``needs`` that aren't installed."""
        return tuple(name for name in self.needs if find_spec(name) is None)


FORMATS: tuple[Format, ...] = (
    Format("text, with or without front matter", (".txt", ".text"), True, text.read),
    Format("Markdown, with or without front matter", (".md", ".markdown"), True, text.read),
    Format("JSON Lines", (".jsonl", ".ndjson"), True, jsonl.read),
    Format("CSV with a header line", (".csv", ".tsv"), True, table.read_csv),
    Format("Parquet", (".parquet",), False, table.read_parquet, ("Parquet",)),
    Format(
        "web page",
        (".html", ".htm", ".xhtml"),
        True,
        isolated("html"),
        (None, "HTML", "XML"),
        ("trafilatura", "lxml"),
        "the article is told from the page around it",
    ),
    Format(
        "web archive (WARC, CC-NEWS)",
        (".warc",),
        True,
        isolated("warc", several=True),
        ("WARC",),
        ("fastwarc", "trafilatura", "lxml"),
        "its web pages that were delivered; everything else in it is passed over",
    ),
    Format("RSS or Atom feed", (".rss", ".atom", ".xml"), True, isolated("feed"), ("a feed",), ("feedparser", "lxml")),
    Format("NITF or NewsML-G2", (".nitf", ".newsml", ".xml"), True, isolated("newsml"), ("news XML",), ("lxml",)),
    Format(
        "Word document",
        (".docx",),
        False,
        isolated("docx"),
        ("a ZIP archive (.docx, .epub and .zip are such)",),
        ("docx", "lxml"),
        "best effort: its paragraphs and tables",
    ),
    Format(
        "PDF",
        (".pdf",),
        False,
        isolated("pdf"),
        ("PDF",),
        ("pypdf",),
        "best effort: its lines in the order in which they stand in the file",
    ),
)
_BY_SUFFIX: dict[str, tuple[Format, ...]] = {
    suffix: tuple(entry for entry in FORMATS if suffix in entry.suffixes)
    for suffix in dict.fromkeys(suffix for entry in FORMATS for suffix in entry.suffixes)
}


def reader_of(path: Path) -> Reader:
    """The reader of *path*.

    Raises InputError where no format has its suffix, where its bytes are another's, or where a library is missing.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = bool(suffixes) and suffixes[-1] in PACKED
    suffix = (suffixes[:-1] if packed else suffixes)[-1:]
    entries = [entry for entry in _BY_SUFFIX.get(suffix[0], ()) if entry.packed or not packed] if suffix else []
    if not entries:
        unpacked = sorted(name for name, found in _BY_SUFFIX.items() if not any(entry.packed for entry in found))
        raise InputError(
            f"no reader takes {path.suffix or 'a file without a suffix'}. Known are {', '.join(sorted(_BY_SUFFIX))}, "
            f"and packed ({', '.join(PACKED)}) all but {', '.join(unpacked)}. Convert it, or move it out of the folder."
        )
    with open_bytes(path) as stream:
        head = stream.read(_HEAD)
    if not head:
        raise InputError("is empty. Remove it, or put the article's text in.")
    kind = kind_of(head)
    entry = next((entry for entry in entries if kind in entry.kinds), None)
    if entry is None and kind in (None, "XML"):
        wanted = " or ".join(entry.name for entry in entries)
        raise InputError(f"is called {suffix[0]}, but holds no {wanted}. Write or fetch it again, or move it away.")
    if entry is None:
        raise InputError(f"is called {suffix[0]}, but is {kind}. Give it its right suffix, or convert it.")
    missing = entry.missing()
    if missing:
        raise InputError(
            f"reading a {entry.name} needs the {'library' if len(missing) == 1 else 'libraries'} {', '.join(missing)}, "
            f"not installed here. Try: {EXTRA}"
        )
    return entry.reader
