"""What is needed again but not all at once: kept in a temporary file as soon as it is large."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pipeline.files import unwritable

#: Bytes that are held in memory before a file takes over.
_HELD: Final = 8 << 20


class Spill:
    """Byte strings, written one after the other and read again by number.

    *folder* is where the file is made, or None for the system's folder for such files. The file has no name, so that
    nothing is left of it, however the process ends. Raises OutputError where it can't be written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._file = tempfile.SpooledTemporaryFile(max_size=_HELD, dir=str(folder) if folder else None)  # noqa: SIM115 (closed by close)
        self._ends = array("q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, content: bytes) -> None:
        """Add *content* under the next number."""
        self._guarded(lambda: self._file.write(content))
        self._ends.append(self._ends[-1] + len(content))

    def size(self, number: int) -> int:
        """The length of the byte string with this number."""
        return self._ends[number + 1] - self._ends[number]

    def read(self, number: int) -> bytes:
        """The byte string with this *number*; none is added after the first is read."""
        start, end = self._ends[number], self._ends[number + 1]
        self._guarded(lambda: self._file.seek(start, os.SEEK_SET))
        return self._file.read(end - start)

    def close(self) -> None:
        """Give the room back."""
        self._file.close()

    def _guarded(self, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as error:
            raise unwritable(self._folder or Path(tempfile.gettempdir()), error) from error
