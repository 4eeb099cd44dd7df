"""Word documents (.docx), best effort: paragraphs and tables in their order, title and author of the properties.

The days that a document's properties hold are those of the file, not of the article, and are left aside.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.sources.article import Article, InputError, Reject, make_article, reject
from pipeline.sources.files import read_file, shown, stem

MAX_FILE = 50 * 1024 * 1024
"""The largest document (bytes), pictures included."""

MAX_TEXT_PARTS = 64 * 1024 * 1024
"""Bytes to which the XML in a document may unpack."""

MAX_PARTS = 5_000
_ADVICE = "Save the article's text as .txt."


def check_archive(content: bytes) -> None:
    """Raises InputError where *content* is no Word document, or unpacks to more than one has.

    zipfile never gives more bytes of a part than its entry declares, so what is declared is what to bound.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise InputError(f"has {len(parts):,} parts, out of all proportion. {_ADVICE}")
            if sum(part.file_size for part in parts) > MAX_TEXT_PARTS + MAX_FILE:
                raise InputError(
                    f"unpacks to more than {MAX_TEXT_PARTS + MAX_FILE:,} bytes: it isn't opened. {_ADVICE}"
                )
            if sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))) > MAX_TEXT_PARTS:
                raise InputError(f"holds more than {MAX_TEXT_PARTS:,} bytes of XML: it isn't opened. {_ADVICE}")
            if any(part.flag_bits & 1 for part in parts):
                raise InputError("is encrypted. Save it without a password, or its text as .txt.")
            if "word/document.xml" not in archive.namelist():
                raise InputError(f"is a ZIP archive, but no Word document. {_ADVICE}")
    # The last is what zipfile raises for an archive of a version that it can't read.
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"is a damaged ZIP archive ({error}). Fetch it again.") from error


def read(path: Path, max_chars: int, skip: int = 0) -> Iterator[Article | Reject]:
    """The text of the document in *path*, or its reject."""
    if skip:
        return
    name = shown(path)
    try:
        content = read_file(path, MAX_FILE, _ADVICE)
        check_archive(content)
        yield make_article(
            _values(content), default_id=stem(path), path=name, raw=content, record=None, max_chars=max_chars
        )
    except InputError as error:
        yield reject(name, error, stem(path))


def _values(content: bytes) -> dict[str, Any]:
    import docx

    document = docx.Document(io.BytesIO(content))
    lines = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                lines.append("\t".join(" ".join(cell.text.split()) for cell in row.cells))
        else:
            lines.append(block.text)
    text = "\n\n".join(line.strip() for line in lines if line.strip())
    if not text:
        raise InputError(f"holds no text, only pictures or nothing. {_ADVICE}")
    properties = document.core_properties
    return {
        "text": text + "\n",
        "title": " ".join((properties.title or "").split())[:1000],
        "author": " ".join((properties.author or "").split())[:1000],
    }
