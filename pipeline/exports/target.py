"""Where an export may be written, and the record that it leaves there.

Every export leaves ``export.json`` in its folder, or ``NAME.export.json`` beside its file: what made it, the SHA-256 of
each file, and what the format could not hold. A later export to the same place replaces a file only if that record has
it and it is unchanged since: annotations that somebody made in an exported file, and files that were there for another
reason, are left alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.files import replacing, unwritable, write_json

RECORD = "export.json"


class ExportError(OSError):
    """An export that can't be made. The message says why, and what to do."""


@dataclass(slots=True)
class Made:
    """An export that was made: the files, and what is to be said of it."""

    format: str
    path: Path
    files: list[Path] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Target:
    """The folder or file of one export. Use as a context: leaving it without an error writes the record.

    Attributes:
        folder: the folder that it writes to.
        made: what has been made so far.
    """

    def __init__(self, format_name: str, path: Path, is_folder: bool) -> None:
        """Raises ExportError where *path* can't be an export of this kind."""
        self.folder = path if is_folder else path.parent
        self.made = Made(format_name, path)
        self._record = path / RECORD if is_folder else path.with_name(f"{path.name}.{RECORD}")
        if is_folder and path.exists() and not path.is_dir():
            raise ExportError(f"{path} is a file; {format_name} writes a folder. Give another --to.")
        if not is_folder and path.is_dir():
            raise ExportError(f"{path} is a folder; {format_name} writes one file. Give --to a file's name in it.")
        self._before = self._known()
        self._after: dict[str, str] = {}

    def _known(self) -> dict[str, str]:
        """Name and digest of each file that an earlier export wrote here."""
        try:
            record = json.loads(self._record.read_text(encoding="utf-8"))
            named = {str(name): str(digest) for name, digest in record["files"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise ExportError(
                f"{self._record} is not the record of an export ({type(error).__name__}). "
                "Move it away, or give another --to."
            ) from error
        # a record speaks of its own folder alone
        return {name: digest for name, digest in named.items() if Path(name).name == name}

    def _ours(self, name: str) -> bool:
        path = self.folder / name
        return name in self._before and path.is_file() and not path.is_symlink() and _digest(path) == self._before[name]

    def check(self, names: list[str]) -> None:
        """Raises ExportError where one of the files *names* is there and isn't an earlier export, unchanged."""
        for name in names:
            path = self.folder / name
            if (path.exists() or path.is_symlink()) and not self._ours(name):
                why = "was changed since it was exported" if name in self._before else "was not written by an export"
                raise ExportError(f"{path} {why} and is left alone. Move it away, or give another --to.")

    def write(self, name: str, writer: Callable[[Path], object]) -> None:
        """Write the file *name* of the folder by *writer*, whole or not at all. Raises ExportError and OutputError."""
        self.check([name])
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(path, error) from error
        with replacing(path) as aside:
            writer(aside)
            self._after[name] = _digest(aside)
        self.made.files.append(path)

    def text(self, name: str, text: str) -> None:
        """Write *text* to the file *name* as UTF-8. Raises as :meth:`write` does."""
        self.write(name, lambda aside: aside.write_text(text, encoding="utf-8", newline=""))

    def finish(self, told: dict[str, Any]) -> Made:
        """Remove what an earlier export wrote and this one doesn't, if unchanged, and write the record."""
        for name in sorted(self._before.keys() - self._after.keys()):
            if self._ours(name):
                (self.folder / name).unlink(missing_ok=True)
        made = self.made
        write_json(
            {"format": made.format, "files": self._after, "rows": made.rows, "notes": made.notes, **told}, self._record
        )
        return made
