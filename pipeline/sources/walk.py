"""The files of a folder, in an order that never changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.sources.article import Reject, reject
from pipeline.sources.files import shown, unreadable

IGNORED = frozenset({"readme", "readme.md", "readme.txt", "license", "license.txt", "license.md", "aliases.csv"})
"""Names (lower case) that belong to a corpus folder and are no articles. Hidden files and folders are none either."""


def files_of(folder: Path) -> Iterator[Path | Reject]:
    """Every file under *folder* that may be an article, by the code points of its path's parts; a reject for what may
    not be followed or read. Memory: the names of one folder a level.
    """
    root = folder.resolve()
    waiting = [_entries(folder)]
    while waiting:
        item = next(waiting[-1], None)
        if item is None:
            waiting.pop()
        elif isinstance(item, Reject):
            yield item
        elif item.is_symlink() and not _inside(item, root):
            yield reject(
                shown(item),
                f"is a link out of the folder (to {shown(Path(os.path.realpath(item)))}). Copy the file there instead.",
            )
        elif item.is_dir():
            if item.is_symlink():
                yield reject(shown(item), "is a link to a folder, which isn't followed. Name that folder as the input.")
            else:
                waiting.append(_entries(item))
        elif item.is_file():
            yield item
        else:
            what = "is a link to nothing" if item.is_symlink() else "is no file (a pipe, socket or device)"
            yield reject(shown(item), f"{what}. Remove it from the folder.")


def _entries(folder: Path) -> Iterator[Path | Reject]:
    try:
        with os.scandir(folder) as found:
            names = sorted(entry.name for entry in found)
    except OSError as error:
        yield reject(shown(folder), unreadable(error))
        return
    for name in names:
        if not name.startswith(".") and name.lower() not in IGNORED:
            yield folder / name


def _inside(link: Path, root: Path) -> bool:
    return Path(os.path.realpath(link)).is_relative_to(root)
