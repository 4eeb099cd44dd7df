"""What is needed again but not all at once: kept in a temporary file as soon as it is large."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.files import unwritable

#: Bytes that are held in memory before a file takes over.
_HELD: Final = 1 << 20
#: Bytes that are gathered before they go to their partitions.
_GATHERED: Final = 1 << 20


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

    def read(self, number: int, most: int | None = None) -> bytes:
        """The byte string with this *number*, or *most* bytes of it; none is added after the first is read."""
        start, end = self._ends[number], self._ends[number + 1]
        end = end if most is None else min(end, start + most)
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


class Partitions:
    """Records of the type *of*, in *count* partitions, each of which is read as a whole.

    *folder* as for :class:`Spill`. Raises OutputError where it can't be written.
    """

    def __init__(self, of: np.dtype[Any], count: int, folder: Path | None = None) -> None:
        self._of = of
        self._spill = Spill(folder)
        self._chunks: list[list[int]] = [[] for _ in range(count)]
        self._gathered: list[tuple[npt.NDArray[np.int64], npt.NDArray[Any]]] = []
        self._bytes = 0

    def add(self, partitions: npt.NDArray[Any], records: npt.NDArray[Any]) -> None:
        """Add each of *records* to its partition."""
        self._gathered.append((partitions.astype(np.int64), records))
        self._bytes += records.nbytes
        if self._bytes >= _GATHERED:
            self._distribute()

    def _distribute(self) -> None:
        if not self._gathered:
            return
        partitions, records = (np.concatenate(parts) for parts in zip(*self._gathered, strict=True))
        order = np.argsort(partitions, kind="stable")
        records = records[order]
        bounds = np.searchsorted(partitions[order], np.arange(len(self._chunks) + 1)).tolist()
        for chunks, (start, end) in zip(self._chunks, pairwise(bounds), strict=True):
            if start < end:
                chunks.append(len(self._spill))
                self._spill.append(records[start:end].tobytes())
        self._gathered, self._bytes = [], 0

    def read(self, partition: int) -> npt.NDArray[Any]:
        """The records of a *partition*, in the order in which they came; nothing is added after the first is read."""
        self._distribute()
        chunks = [np.frombuffer(self._spill.read(chunk), self._of) for chunk in self._chunks[partition]]
        return np.concatenate([np.zeros(0, self._of), *chunks])

    def close(self) -> None:
        """Give the room back."""
        self._spill.close()
