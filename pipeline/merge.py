"""The rows of many shards as one sorted table, in bounded memory.

Every table is sorted by article first, so a stretch of articles is a stretch of rows. Where there are more rows than
fit, the rows of each stretch are first spilled to a file of their own (an external distribution sort), shard by shard.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema

#: Rows that are sorted in memory.
STRETCH = 500_000
#: Files that are open at once, at most.
_STRETCHES = 256

Read = Callable[[Path, str], pa.Table]
Live = Mapping[str, Mapping[str, str]]


def _live_rows(name: str, folder: Path, live: Live, read: Read) -> pa.Table:
    table = read(folder, name)
    wanted = pa.array(sorted(live[folder.name]), pa.string())
    return table.filter(pc.is_in(table["article_id"], wanted))


def in_order(name: str, shards: Sequence[Path], live: Live, read: Read, stretch: int = STRETCH) -> Iterator[pa.Table]:
    """The rows of the live articles in the parts of the table *name*, sorted by its key, in pieces.

    *live* holds the articles that count by the name of their shard's folder; *read* gives a part. Where there are more
    than *stretch* rows the pieces have about so many, and as much is held in memory; the rest is spilled beside the
    shards.
    """
    held: list[pa.Table] = [schema.to_table(name, [])]
    rows = 0
    for number, folder in enumerate(shards):
        held.append(_live_rows(name, folder, live, read))
        rows += held[-1].num_rows
        if rows > stretch and number + 1 < len(shards):
            yield from _spilled(name, shards, live, read, rows / (number + 1) * len(shards) / stretch)
            return
    yield schema.conform(name, pa.concat_tables(held, promote_options="permissive"))


def _spilled(name: str, shards: Sequence[Path], live: Live, read: Read, stretches: float) -> Iterator[pa.Table]:
    articles = sorted(article for folder in shards for article in live[folder.name])
    count = min(int(stretches) + 1, _STRETCHES, len(articles))
    # The first article of each stretch.
    firsts = [articles[number * len(articles) // count] for number in range(count)]
    with tempfile.TemporaryDirectory(prefix=".spill.", suffix=".tmp", dir=shards[0].parent) as spill:
        paths = [Path(spill) / f"{number}.arrow" for number in range(count)]
        with ExitStack() as files:
            writers: list[pa.RecordBatchStreamWriter | None] = [None] * count
            for folder in shards:
                table = schema.conform(name, _live_rows(name, folder, live, read))
                ids = table["article_id"].to_pylist()
                bounds = [*(bisect_left(ids, first) for first in firsts), len(ids)]
                for number, (start, end) in enumerate(pairwise(bounds)):
                    if start == end:
                        continue
                    writer = writers[number]
                    if writer is None:
                        sink = files.enter_context(pa.OSFile(str(paths[number]), "wb"))
                        writer = writers[number] = files.enter_context(pa.ipc.new_stream(sink, table.schema))
                    writer.write_table(table.slice(start, end - start))
        for path in paths:
            if path.is_file():
                with pa.OSFile(str(path)) as source, pa.ipc.open_stream(source) as reader:
                    found = reader.read_all()
                yield schema.conform(name, found)
                path.unlink()
