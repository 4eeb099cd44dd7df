"""What is needed again but not all at once: kept in temporary files as soon as it is large."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.files import unwritable
from pipeline.link.ragged import Ints, Ragged, first_of_runs, ranges, starts_of

#: Bytes that are held in memory before a file takes over.
_HELD: Final = 1 << 20
#: Bytes that are gathered before they go to a file.
_BUFFERED: Final = 1 << 16
#: Bytes that are gathered before they go to their partitions.
_GATHERED: Final = 1 << 20
#: Bytes that are read at once, about, bytes not asked for that are read along rather than skipped, and bytes read that
#: are held.
_READ: Final = 1 << 17
_SKIPPED: Final = 1 << 12
_TOGETHER: Final = 1 << 18

_Result = TypeVar("_Result")


class File:
    """Bytes at places, written one after the other; none are written after the first are read.

    *folder* is where the file is made, or None for the system's folder for such files. The file has no name, so that
    nothing is left of it, however the process ends. Helpers that this process is copied for (:mod:`spread`) may read it
    at the same time: nothing here depends on where others have read or written. Raises OutputError where it can't be
    written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._waiting = bytearray()  # what isn't in the file yet, which starts at _written
        self._file: IO[bytes] | None = None
        self._written = 0

    def append(self, content: bytes | memoryview | pa.Buffer) -> int:
        """Write *content*; the place where it starts."""
        start = self._written + len(self._waiting)
        self._waiting += content
        if len(self._waiting) > (_HELD if self._file is None else _BUFFERED):
            self._guarded(self._write)
        return start

    def _write(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=str(self._folder) if self._folder else None, buffering=0)  # noqa: SIM115 (closed by close)
        with memoryview(self._waiting) as waiting:
            done = 0
            while done < len(waiting):
                done += os.pwrite(self._file.fileno(), waiting[done:], self._written + done)
        self._written += done
        self._waiting = bytearray()

    def read(self, start: int, size: int) -> bytes:
        """*size* bytes from *start* on."""
        if self._file is None:
            return bytes(self._waiting[start : start + size])
        if self._waiting:
            self._guarded(self._write)
        descriptor = self._file.fileno()
        return self._guarded(lambda: os.pread(descriptor, size, start))

    def take(self, starts: Ints, sizes: Ints, of: npt.DTypeLike = np.uint8) -> Ragged:
        """Rows of values of the type *of*, each from one of *starts* on, in bytes, and as many values as *sizes* say.

        What lies close together is read at once, so that rows that come about as they were written cost little.
        """
        kind = np.dtype(of)
        if not len(starts):
            return Ragged(np.zeros(0, kind), np.zeros(1, np.int64))
        places = starts_of(sizes)
        values = np.empty(int(places[-1]), kind)
        order = np.lexsort((sizes, starts))  # what is empty before what begins at the same place
        begins, counts, places = starts[order], sizes[order], places[order]
        ends = begins + counts * kind.itemsize
        apart = np.zeros(len(starts), np.int64)
        apart[1:] = np.cumsum(begins[1:] - ends[:-1] > _SKIPPED)
        # Each read gives some rows, and some reads together are held.
        first = first_of_runs(apart, begins // _READ)
        last = np.append(first[1:], len(starts))
        froms, read = begins[first], ends[last - 1] - begins[first]
        together = first_of_runs((np.cumsum(read) - read) // _TOGETHER)
        for one, after in pairwise([*together.tolist(), len(first)]):
            wanted = zip(froms[one:after].tolist(), read[one:after].tolist(), strict=True)
            held = np.frombuffer(b"".join([self.read(*place) for place in wanted]), kind)
            moved = np.repeat(starts_of(read[one:after])[:-1] - froms[one:after], (last - first)[one:after])
            rows = slice(int(first[one]), int(last[after - 1]))
            at = ranges((begins[rows] + moved) // kind.itemsize, counts[rows])
            values[ranges(places[rows], counts[rows])] = held[at]
        return Ragged(values, starts_of(sizes))

    def close(self) -> None:
        """Give the room back."""
        self._waiting = bytearray()
        if self._file is not None:
            self._file.close()

    def _guarded(self, write: Callable[[], _Result]) -> _Result:
        try:
            return write()
        except OSError as error:
            raise unwritable(self._folder or Path(tempfile.gettempdir()), error) from error


class Spill:
    """Rows of values of the type *of*, written one after the other and read again by number; eight bytes of each row
    stay in memory.

    *folder* as for :class:`File`. Raises OutputError where it can't be written.
    """

    def __init__(self, folder: Path | None = None, of: npt.DTypeLike = np.uint8) -> None:
        self._file = File(folder)
        self._of = np.dtype(of)
        self._ends = array("q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, content: bytes | pa.Buffer) -> None:
        """Add a row, of these bytes, under the next number."""
        self._ends.append(self._file.append(content) + len(content))

    def extend(self, rows: Ragged) -> None:
        """Add *rows*, each under its number."""
        start = self._file.append(rows.values.astype(self._of, copy=False).tobytes())
        self._ends.frombytes((rows.starts[1:] * self._of.itemsize + start).tobytes())

    def size(self, number: int) -> int:
        """The bytes of the row with this number."""
        return self._ends[number + 1] - self._ends[number]

    def read(self, number: int, most: int | None = None) -> bytes:
        """The row with this *number* as bytes, or *most* bytes of it; none is added after the first is read."""
        size = self.size(number)
        return self._file.read(self._ends[number], size if most is None else min(size, most))

    def take(self, numbers: npt.NDArray[Any]) -> Ragged:
        """The rows with these *numbers*, in this order."""
        ends = np.frombuffer(self._ends, np.int64)
        starts = ends[numbers]
        return self._file.take(starts, (ends[numbers + 1] - starts) // self._of.itemsize, self._of)

    def close(self) -> None:
        """Give the room back."""
        self._file.close()
        self._ends = array("q", [0])


class Records:
    """Records of the type *of*, one after the other, read again by number.

    *folder* as for :class:`File`. Raises OutputError where it can't be written.
    """

    def __init__(self, of: np.dtype[Any], folder: Path | None = None) -> None:
        self._of = of
        self._file = File(folder)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, records: npt.NDArray[Any]) -> None:
        """Add *records*."""
        self._file.append(records.tobytes())
        self._count += len(records)

    def take(self, numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Those with these *numbers*, in this order."""
        starts = numbers.astype(np.int64) * self._of.itemsize
        return self._file.take(starts, np.ones(len(starts), np.int64), self._of).values

    def read(self, number: int) -> Any:
        """The one with this *number*."""
        return np.frombuffer(self._file.read(number * self._of.itemsize, self._of.itemsize), self._of)[0]

    def blocks(self, size: int) -> Iterator[npt.NDArray[Any]]:
        """All of them in order, *size* at a time."""
        for start in range(0, self._count, size):
            count = min(size, self._count - start)
            yield np.frombuffer(self._file.read(start * self._of.itemsize, count * self._of.itemsize), self._of)

    def close(self) -> None:
        """Give the room back."""
        self._file.close()


class Partitions:
    """Records of the type *of*, in *count* partitions, each of which is read as a whole.

    *folder* as for :class:`File`. Raises OutputError where it can't be written.
    """

    def __init__(self, of: np.dtype[Any], count: int, folder: Path | None = None) -> None:
        self._of = of
        self._spill = Spill(folder)
        self._chunks: list[array[int]] = [array("i") for _ in range(count)]
        self._gathered: list[tuple[npt.NDArray[np.int64], npt.NDArray[Any]]] = []
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._chunks)

    def add(self, partitions: npt.NDArray[Any], records: npt.NDArray[Any]) -> None:
        """Add each of *records* to its partition."""
        self._gathered.append((partitions.astype(np.int64), records))
        self._bytes += records.nbytes
        if self._bytes >= _GATHERED:
            self.settle()

    def settle(self) -> None:
        """Write what was added to its partition; done by itself now and then."""
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
        self.settle()
        return np.frombuffer(b"".join(map(self._spill.read, self._chunks[partition])), self._of)

    def close(self) -> None:
        """Give the room back."""
        self._spill.close()


class SpilledTable:
    """Rows of a table that come in pieces, read again in the same pieces, as often as wanted.

    *folder* as for :class:`File`. Raises OutputError where it can't be written.
    """

    def __init__(self, columns: pa.Schema, folder: Path | None = None) -> None:
        self._columns = columns
        self._spill = Spill(folder)

    def append(self, piece: pa.Table) -> None:
        """Add the rows of *piece*."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self._columns) as writer:
            writer.write_table(piece)
        self._spill.append(sink.getvalue())

    def tables(self) -> Iterator[pa.Table]:
        """The pieces; nothing is added after the first is read."""
        for number in range(len(self._spill)):
            yield pa.ipc.open_stream(self._spill.read(number)).read_all()


def of_texts(texts: pa.Array) -> Ragged:
    """The bytes of *texts*, which has no nulls."""
    if not len(texts):
        return Ragged(np.zeros(0, np.uint8), np.zeros(1, np.int64))
    _, offsets, values = texts.buffers()
    starts = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    held = np.frombuffer(values, np.uint8) if values is not None else np.zeros(0, np.uint8)
    return Ragged(held[starts[0] : starts[-1]], starts - starts[0])


def texts_of(rows: Ragged) -> pa.Array:
    """What :func:`of_texts` was called on."""
    starts = pa.py_buffer(rows.starts.astype(np.int32))
    return pa.StringArray.from_buffers(len(rows), starts, pa.py_buffer(rows.values))
