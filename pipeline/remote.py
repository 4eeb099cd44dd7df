"""Input and output by URL (``s3://bucket/folder`` and whatever else fsspec knows). Needs the extra ``remote``.

Input is fetched to a temporary folder. Output is kept in a mirror on this machine, in the user's cache, and uploaded
when a run has finished: so a run that was killed goes on from its mirror, and another machine from what was uploaded.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.files import LOCK, OutputError, locked, remove_tree
from pipeline.shard import digest

_MANIFEST = "manifest.json"


class RemoteError(OutputError):
    """A URL that can't be read or written. The message says what to do."""


def is_remote(place: str | Path) -> bool:
    """Whether *place* is a URL."""
    return isinstance(place, str) and "://" in place


def _opened(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise RemoteError(
            f'{url}: URLs need the extra: python -m pip install "news-evidence-pipeline[remote]"'
        ) from error
    try:
        files, root = fsspec.core.url_to_fs(url)
    except (ValueError, ImportError, OSError) as error:
        raise RemoteError(f"{url}: can't be opened: {error}") from error
    return files, str(root).rstrip("/")


def _found(files: Any, root: str) -> dict[str, int]:
    """The files under *root*, by their path below it, with their sizes; the file *root* itself as an empty path."""
    if files.isfile(root):
        return {"": int(files.size(root))}
    listed = files.find(root, detail=True) if files.exists(root) else {}
    return {path[len(root) :].lstrip("/"): int(about["size"] or 0) for path, about in listed.items()}


def _inside(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise RemoteError(f"{name!r} would be written outside {folder}. Rename it.")
    return path


def _get(files: Any, source: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    files.get_file(source, str(target))


@contextmanager
def fetched(source: str | Path) -> Iterator[Path | str]:
    """*source* itself, or, where it is a URL, a copy of the file or folder there, for as long as the context lasts.

    Raises RemoteError where there is nothing.
    """
    if not is_remote(source):
        yield source
        return
    url = str(source)
    files, root = _opened(url)
    with tempfile.TemporaryDirectory(prefix="pipeline-input-") as name:
        folder = Path(name) / root.rsplit("/", 1)[-1]
        listed = _found(files, root)
        if not listed:
            raise RemoteError(f"{url}: there is no such file or folder.")
        for path in sorted(listed):
            _get(files, f"{root}/{path}" if path else root, _inside(folder, path) if path else folder)
        yield folder


def mirror_of(url: str) -> Path:
    """The folder that holds what this machine has of the output at *url*."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "news-evidence-pipeline" / digest(url)[:16]


def _same_state(files: Any, root: str, mirror: Path) -> bool:
    """Whether the mirror began where the output at *root* ended; it may hold shards more."""
    theirs = files.cat_file(f"{root}/{_MANIFEST}") if files.isfile(f"{root}/{_MANIFEST}") else None
    ours = (mirror / _MANIFEST).read_bytes() if (mirror / _MANIFEST).is_file() else None
    return bool(theirs == ours)


def _upload(files: Any, root: str, mirror: Path) -> None:
    there = _found(files, root)
    here = {
        path.relative_to(mirror).as_posix(): path
        for path in sorted(mirror.rglob("*"))
        if path.is_file() and path.name != LOCK and not path.name.endswith(".tmp")
    }
    # The manifest last: until it is there, another machine takes what it finds for unfinished.
    for name in sorted(here, key=lambda name: (name == _MANIFEST, name)):
        if name.startswith(".parts/") and there.get(name) == here[name].stat().st_size:
            continue
        files.makedirs(f"{root}/{name}".rsplit("/", 1)[0], exist_ok=True)
        files.put_file(str(here[name]), f"{root}/{name}")
    for name in sorted(there.keys() - here.keys()):
        files.rm_file(f"{root}/{name}")


@contextmanager
def mirrored(out: str | Path) -> Iterator[Path]:
    """*out* as a folder; where it is a URL, this machine's mirror of it, uploaded when the context ends without error.

    Raises RemoteError where it can't be opened and OutputError where another run on this machine holds it.
    """
    if not is_remote(out):
        yield Path(out)
        return
    url = str(out)
    files, root = _opened(url)
    base = mirror_of(url)
    base.mkdir(parents=True, exist_ok=True)
    with locked(base, shown=url):
        mirror = base / "output"
        mirror.mkdir(exist_ok=True)
        if not _same_state(files, root, mirror):
            remove_tree(mirror)
            for name in _found(files, root):
                _get(files, f"{root}/{name}", _inside(mirror, name))
        yield mirror
        _upload(files, root, mirror)
