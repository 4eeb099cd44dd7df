"""The rows of many shards in order of article, a stretch of articles at a time, in bounded memory.

Every table is sorted by article first, so a stretch of articles is a stretch of its rows. Where there are more articles
than one stretch holds, the rows of each are first spilled to a file of their own (an external distribution sort), shard
by shard, and from there read by column, as often as they are needed.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.files import unwritable

#: Articles that are held in memory.
STRETCH: Final = 200
#: Files that are open at once, at most: of more articles the stretches are longer.
_STRETCHES: Final = 256

Read = Callable[[Path, str], pa.Table]
Live = Mapping[str, Mapping[str, str]]


class Ordered:
    """The rows of the live articles of *shards*, table by table.

    *live* holds the articles that count by the name of their shard's folder; *read* gives a part; a stretch holds
    *stretch* articles, or :data:`STRETCH`. What doesn't fit is spilled beside the shards, until the ``with`` block that
    this is used in ends. Raises OutputError where it can't be written.
    """

    def __init__(self, shards: Sequence[Path], live: Live, read: Read, stretch: int | None = None) -> None:
        self._shards = shards
        self._live = live
        self._read = read
        articles = sorted(article for folder in shards for article in live[folder.name])
        count = max(min(-(-len(articles) // (stretch or STRETCH)), _STRETCHES), 1)
        # The first article of each stretch but the first, which holds whatever comes before.
        self._firsts = [articles[number * len(articles) // count] for number in range(1, count)]
        self._held: dict[str, pa.Table] = {}
        self._spilled: dict[str, list[Path]] = {}
        self._folder: Path | None = None
        self._leaving = ExitStack()

    def __enter__(self) -> Ordered:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leaving.close()

    @property
    def folder(self) -> Path | None:
        """A folder for what doesn't fit into memory; None without any shards."""
        if self._folder is None and self._shards:
            beside = self._shards[0].parent
            try:
                spill = tempfile.TemporaryDirectory(prefix=".spill.", suffix=".tmp", dir=beside)
            except OSError as error:
                raise unwritable(beside, error) from error
            self._folder = Path(self._leaving.enter_context(spill))
        return self._folder

    @property
    def stretches(self) -> list[tuple[str | None, str | None]]:
        """Of each stretch its first article, and the first of the next; None at either end."""
        return list(pairwise([None, *self._firsts, None]))

    def pieces(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The rows of the table *name*, sorted by its key, one piece a stretch; just these *columns* of it.

        The stretches are the same for every table, so pieces of different tables belong together.
        """
        if not self._firsts:
            if name not in self._held:
                parts = [schema.to_table(name, []), *(self._live_rows(name, folder) for folder in self._shards)]
                self._held[name] = schema.conform(name, pa.concat_tables(parts, promote_options="permissive"))
            held = self._held[name]
            yield held.select(columns) if columns else held
            return
        if name not in self._spilled:
            self._spilled[name] = self._spill(name)
        wanted = schema.columns_of(name)
        fields = [number for number, column in enumerate(wanted) if columns is None or column.name in columns]
        options = pa.ipc.IpcReadOptions(included_fields=fields)
        for path in self._spilled[name]:
            with pa.OSFile(str(path)) as source:
                found = pa.ipc.open_file(source, options=options).read_all()
            yield found.select(columns) if columns else found
            del found  # before the next is read

    def _live_rows(self, name: str, folder: Path) -> pa.Table:
        table = self._read(folder, name)
        wanted = pa.array(sorted(self._live[folder.name]), pa.string())
        return table.filter(pc.is_in(table["article_id"], wanted))

    def _spill(self, name: str) -> list[Path]:
        """The rows of *name*, sorted, in a file a stretch."""
        assert self.folder is not None
        paths = [self.folder / f"{name}-{number}.arrow" for number in range(len(self._firsts) + 1)]
        try:
            self._distribute(name, paths)
            for path in paths:
                self._sort(name, path)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        return paths

    def _distribute(self, name: str, paths: Sequence[Path]) -> None:
        with ExitStack() as files:
            writers: list[pa.RecordBatchStreamWriter | None] = [None] * len(paths)
            for folder in self._shards:
                table = schema.conform(name, self._live_rows(name, folder))
                ids = table["article_id"].combine_chunks()
                bounds = [bisect_left(range(len(ids)), first, key=lambda at: ids[at].as_py()) for first in self._firsts]
                for number, (start, end) in enumerate(pairwise([0, *bounds, len(ids)])):
                    if start == end:
                        continue
                    writer = writers[number]
                    if writer is None:
                        sink = files.enter_context(pa.OSFile(str(paths[number]), "wb"))
                        writer = writers[number] = files.enter_context(pa.ipc.new_stream(sink, table.schema))
                    writer.write_table(table.slice(start, end - start))

    @staticmethod
    def _sort(name: str, path: Path) -> None:
        """What lies at *path* in the order of shards, by its key."""
        found = schema.to_table(name, [])
        if path.is_file():
            with pa.OSFile(str(path)) as source, pa.ipc.open_stream(source) as reader:
                found = schema.conform(name, reader.read_all())
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, found.schema, options=options) as writer:
            writer.write_table(found)
