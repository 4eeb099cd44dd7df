"""What a process that does a run, and nothing else, can leave undone: it starts in half the time.

None of it changes what anything computes. A process of somebody else's (a notebook, a test) is left as it is but where
the docstrings say so: only one that calls :func:`begin` is taken to be a run's.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

#: New objects after which the garbage collector looks at them in a process of a run; Python's 700 would have it look
#: two hundred times as Docs are read.
_COLLECTED: Final = 10_000

_begun = False


def begin() -> None:
    """This process does a run, and nothing else, from here on."""
    global _begun
    _begun = True
    gc.set_threshold(_COLLECTED, *gc.get_threshold()[1:])
    _without_pandas()


@contextmanager
def loading() -> Iterator[None]:
    """Load what then lives as long as the process: the garbage collector doesn't look while that is loaded.

    In a process of a run it doesn't look at what was loaded ever after, either.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        if _begun:
            gc.freeze()
    finally:
        if enabled:
            gc.enable()


class _NoPandas:
    """Finds no pandas."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        """See :class:`importlib.abc.MetaPathFinder`."""
        if name == "pandas":
            raise ModuleNotFoundError("no pandas for now", name=name)


def _without_pandas() -> None:
    """Have pyarrow not import pandas only to know a Series when it sees one; what asks for pandas still gets it.

    pyarrow looks for pandas when it first makes an array from Python objects: a sixth of a second.
    """
    import pyarrow as pa

    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(_NoPandas)


def import_spacy() -> None:
    """Import spaCy, but none of the commands of its command line: with what they need, a third of its modules.

    ``import spacy.cli`` still gets them, and ``spacy.info`` imports them when it is called.
    """
    if "spacy" in sys.modules:
        return

    def info(*args: Any, **options: Any) -> Any:
        """See ``spacy.cli.info.info``."""
        from spacy.cli.info import info as real

        return real(*args, **options)

    module: Any = ModuleType("spacy.cli.info")
    module.info = info
    stand_ins = {"spacy.cli": ModuleType("spacy.cli"), "spacy.cli.info": module}
    sys.modules.update(stand_ins)
    try:
        import spacy  # noqa: F401
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
