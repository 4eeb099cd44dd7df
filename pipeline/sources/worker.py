"""The process in which foreign bytes are parsed; started by :mod:`pipeline.sources.isolate`, one request a line."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.sources.article import Article, InputError, Reject, reject
from pipeline.sources.files import shown
from pipeline.sources.isolate import END, MEMORY, packed_item

_MODULES = ("html", "warc", "feed", "newsml", "docx", "pdf")


def _items(request: dict[str, Any]) -> Iterator[Article | Reject | None]:
    """What the module that *request* names reads; whatever it raises is a reject."""
    path = Path(request["path"])
    if request["module"] not in _MODULES:
        raise ValueError(request["module"])
    try:
        module = importlib.import_module(f"pipeline.sources.{request['module']}")
        yield from module.read(path, request["max_chars"], request["skip"])
    except InputError as error:
        yield reject(shown(path), error)
    except MemoryError:
        yield reject(shown(path), "takes more memory than one article may. Save its text as .txt.")
    except RecursionError:
        yield reject(shown(path), "nests its parts too deeply to be an article. Save its text as .txt.")
    except (GeneratorExit, SystemExit):
        raise
    except BaseException as error:  # a parser's own failure, of any class: the file's, not the run's
        yield reject(
            shown(path), f"can't be parsed ({type(error).__name__}: {str(error)[:200]}). Save its text as .txt."
        )


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:
        return  # not on Windows: there the readers' own bounds on sizes must do
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_time(seconds: float) -> None:
    """End this process after *seconds* of its processor time; 0 takes the bound away."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)  # what its signal does by default is to end the process


def main() -> None:
    """Answer requests until the input ends."""
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _bound_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asked decides when to stop
    for line in sys.stdin.buffer:
        request = json.loads(line)
        items = _items(request)
        while True:
            _bound_time(request["seconds"])
            try:
                item = next(items)
            except StopIteration:
                break
            finally:
                _bound_time(0)
            answers.write(json.dumps(packed_item(item)).encode() + b"\n")
            answers.flush()
        answers.write(json.dumps(END).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
