"""PDF, best effort: the lines of each page in the order in which the file draws them, and its title and author.

Lines that most pages have at their top or bottom (a running title, a page number) are left out. The days that a file's
metadata holds are those of the file, not of the article, and are left aside.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.sources.article import Article, InputError, Reject, make_article, reject
from pipeline.sources.files import read_file, shown, stem

MAX_FILE = 50 * 1024 * 1024
"""The largest file (bytes)."""

MAX_PAGES = 500
_ADVICE = "Save the article's text as .txt."
_EDGE = 2  # lines at the top and bottom of a page among which running titles stand
_SHORT = 0.8  # share of the usual line's length below which a line doesn't fill its column
_ENDS = re.compile(r"[.!?:…][\"'”’)\]]*$")
_CUT = re.compile(r"(?P<word>[^\W\d_]+)-$")
# Words that keep their hyphen: "well-known", "self-inflicted", "co-operate".
_PREFIXES = frozenset(
    [
        *("all", "anti", "co", "ex", "half", "high", "long", "low", "mid", "non", "post", "pre", "pro", "re", "self"),
        *("short", "so", "vice", "well"),
    ]
)
_NUMBER = re.compile(r"\d+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def read(path: Path, max_chars: int, skip: int = 0) -> Iterator[Article | Reject]:
    """The text of *path*, or its reject."""
    if skip:
        return
    name = shown(path)
    try:
        content = read_file(path, MAX_FILE, _ADVICE)
        yield make_article(
            _values(content, max_chars), default_id=stem(path), path=name, raw=content, record=None, max_chars=max_chars
        )
    except InputError as error:
        yield reject(name, error, stem(path))


def _values(content: bytes, max_chars: int) -> dict[str, Any]:
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        # Many files are encrypted with an empty password only to forbid printing.
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("is encrypted. Save it without a password, or its text as .txt.")
        if len(reader.pages) > MAX_PAGES:
            raise InputError(f"has {len(reader.pages):,} pages, more than {MAX_PAGES}: no article. Split it.")
        pages: list[list[str]] = []
        size = 0
        for page in reader.pages:
            text = _CONTROL.sub("", page.extract_text())
            size += len(text)
            if size > 2 * max_chars:
                raise InputError(f"has more than {max_chars:,} characters (max_chars). Split it, or raise max_chars.")
            pages.append([line.strip() for line in text.split("\n") if line.strip()])
        about = reader.metadata
        title, author = (about.title, about.author) if about else (None, None)
    except InputError:
        raise
    except (ImportError, pypdf.errors.DependencyError) as error:
        raise InputError(f"is encrypted in a way that needs another library ({error}). {_ADVICE}") from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        raise InputError(
            f"is damaged, or no PDF that can be read ({type(error).__name__}: {error}). {_ADVICE}"
        ) from error
    text = "\n\n".join(_paragraphs(_without_running_lines(pages)))
    if not text:
        raise InputError("holds no text: its pages are pictures. Run text recognition (OCR) over it first.")
    return {"text": text + "\n", "title": _line(title), "author": _line(author)}


def _paragraphs(pages: list[list[str]]) -> Iterator[str]:
    """The lines of *pages* joined into paragraphs. A PDF knows lines only: a paragraph ends with one that is short and
    ends a sentence, or is short before one that begins with a capital; it goes on over a page that ends in its midst.
    """
    lines = [line for page in pages for line in page]
    if not lines:
        return
    usual = sorted(len(line) for line in lines)[len(lines) * 9 // 10]
    parts: list[str] = []
    for line, after in pairwise([*lines, ""]):
        _append(parts, line)
        short = len(line) < _SHORT * usual
        begins = not after or after[0].isupper() or not after[0].isalpha()
        if not after or (short and (begins or _ENDS.search(line))):
            yield "".join(parts)
            parts = []


def _append(parts: list[str], line: str) -> None:
    """Put *line* behind the lines of a paragraph; a word that was cut at the last one's end is whole again."""
    cut = _CUT.search(parts[-1]) if parts else None
    if cut is not None and line[:1].islower():
        if cut.group("word").lower() not in _PREFIXES:
            parts[-1] = parts[-1][:-1]
        parts.append(line)
    else:
        parts.append(f" {line}" if parts else line)


def _line(value: object) -> str | None:
    return " ".join(_CONTROL.sub("", str(value)).split())[:1000] or None if value else None


def _without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    """*pages* without the lines at their edges that, but for numbers, more than half of three or more pages share."""
    if len(pages) < 3:
        return pages
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_NUMBER.sub("#", line) for line in lines[:_EDGE] + lines[-_EDGE:]})
    running = {line for line, count in counts.items() if count > len(pages) / 2}
    kept = []
    for lines in pages:
        last = len(lines) - _EDGE
        kept.append(
            [
                line
                for number, line in enumerate(lines)
                if not ((number < _EDGE or number >= last) and _NUMBER.sub("#", line) in running)
            ]
        )
    return kept
