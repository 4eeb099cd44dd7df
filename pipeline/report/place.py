"""Putting a finished report in place: every file whole, nobody else's file touched."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.files import OutputError

#: In the report's folder: the files that are ours, so that the next report can tell them from others.
LISTING: Final = ".report.json"
#: Put in place last: until then the old page shows the old data.
LAST: Final = "index.html"


def _ours(folder: Path) -> set[str]:
    """The files that an earlier report wrote into *folder*; names that lead out of it are not believed."""
    try:
        listed = json.loads((folder / LISTING).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {
        name
        for name in listed
        if isinstance(name, str)
        and not PurePosixPath(name).is_absolute()
        and ".." not in PurePosixPath(name).parts
        and _inside(folder, folder / name)
    }


def _inside(folder: Path, path: Path) -> bool:
    """Whether *path*'s folder is inside *folder*, links followed."""
    return path.parent.resolve().is_relative_to(folder.resolve())


def put_in_place(made: Path, folder: Path) -> list[str]:
    """Move the finished report *made* to *folder*, on the same file system; returns the names of its files.

    Files of an earlier report that this one doesn't have are removed. Raises OutputError, before anything is moved,
    where a file would take the place of one that no report wrote, or lie outside *folder*.
    """
    names = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    (made / LISTING).write_text(json.dumps({"files": names}, indent=0) + "\n", "utf-8")
    if not folder.exists():
        made.rename(folder)
        return names
    ours = _ours(folder)
    for name in names:
        path = folder / name
        if not _inside(folder, path):
            raise OutputError(f"{path.parent} leads out of {folder}. Remove it, or choose another folder with --to.")
        if name not in ours and (path.exists() or path.is_symlink()):
            raise OutputError(f"{path} is no part of a report. Move it away, or choose another folder with --to.")
    for name in sorted(names, key=lambda name: name == LAST):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).replace(folder / name)
    (made / LISTING).replace(folder / LISTING)
    for name in sorted(ours - set(names)):
        (folder / name).unlink(missing_ok=True)
    for parent in sorted({(folder / name).parent for name in ours - set(names)} - {folder}, reverse=True):
        if not any(parent.iterdir()):
            parent.rmdir()
    return names
