"""What the page's script reads: JSON that is safe inside HTML, cut into files of bounded size.

``fetch`` doesn't work from ``file://``, script elements do. So each part is a script that hands its value over,
``evidence("quotes-3", …)``; of a small corpus the same parts stand in the page itself, and no file is needed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

#: Up to so many bytes of data the page holds all of it itself.
INLINE: Final = 1_500_000
#: Rows of facets (what filters need) a part; rows of text a part end before they exceed TEXT bytes or ROWS rows.
FACETS: Final = 50_000
ROWS: Final = 1_000
TEXT: Final = 400_000

_ESCAPES: Final = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def script_json(value: Any) -> str:
    """*value* as JSON that no HTML parser takes for markup, wherever it stands; also a JavaScript expression."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return text


class Parts:
    """Writes the parts into *folder*, one script a part, and remembers what there is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.size = 0
        self.names: list[str] = []
        self._digest = hashlib.sha256()

    def add(self, name: str, value: Any) -> None:
        """Write the part *name*."""
        self.add_json(name, script_json(value))

    def add_json(self, name: str, text: str) -> None:
        """Write the part *name*, given as the result of :func:`script_json`."""
        content = text.encode()
        if not self.names:
            self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.js").write_bytes(b'evidence("' + name.encode() + b'",' + content + b");\n")
        self._digest.update(name.encode() + b"\0" + content + b"\0")
        self.size += len(content)
        self.names.append(name)

    def read(self, name: str) -> str:
        """The JSON of the part *name*."""
        return (self.folder / f"{name}.js").read_text("utf-8").removeprefix(f'evidence("{name}",').removesuffix(");\n")

    @property
    def digest(self) -> str:
        """Of all parts so far: names the folder, so that a page never meets the data of another."""
        return self._digest.hexdigest()[:12]


def write_table(
    parts: Parts,
    name: str,
    rows: Iterable[Mapping[str, Any]],
    facets: Mapping[str, Sequence[Any]],
) -> dict[str, Any]:
    """Write a table for the page: *rows*, all with the same fields, and *facets*, its columns for filters.

    The facets are written after the rows, and may be filled while these are made. Returns what the script must know to
    read the table.
    """
    starts: list[int] = []
    fields: list[str] = []
    buffer: list[str] = []
    size = count = 0

    def flush() -> None:
        nonlocal size
        if buffer:
            parts.add_json(f"{name}-{len(starts)}", f"[{','.join(buffer)}]")
            starts.append(count - len(buffer))
            buffer.clear()
            size = 0

    for row in rows:
        fields = fields or list(row)
        text = script_json([row[field] for field in fields])
        if buffer and (len(buffer) >= ROWS or size + len(text) > TEXT):
            flush()
        buffer.append(text)
        size += len(text)
        count += 1
    flush()
    length = len(next(iter(facets.values()))) if facets else 0
    blocks = 0
    for start in range(0, length, FACETS):
        block = {key: column[start : start + FACETS] for key, column in facets.items()}
        parts.add(f"{name}-facets-{blocks}", block)
        blocks += 1
    return {"rows": count, "fields": fields, "starts": starts, "facets": blocks, "columns": list(facets)}


def ranked(counts: Mapping[str, int]) -> list[str]:
    """The keys of *counts*, the commonest first, those as common in their own order."""
    return sorted(counts, key=lambda item: (-counts[item], item))
