"""Memory that is freed goes back to the system, as far as the C library lets it.

Linking works in phases, each of which frees nearly all that it held. By default glibc keeps much of that: after
the first large array that is freed it takes the next ones from the heap, where what is still in use above them holds
them back, and it has a heap for every thread of Arrow's.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any, Final

#: From <malloc.h>.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
#: Bytes from which a block is given back as soon as it is freed. Smaller ones are wanted again at once, and to get them
#: from the system each time costs linking a tenth of its seconds.
_LARGE: Final = 1 << 21


@functools.cache
def _library() -> Any:
    """The C library of this process; None where it can't be told what to keep."""
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):  # no such thing on Windows
        return None
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


def give_back_soon() -> None:
    """From now on give large blocks back as soon as they are freed; for the whole process."""
    if (library := _library()) is not None:
        for option, value in ((_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE), (_ARENA_MAX, 1)):
            library.mallopt(option, value)


def give_back() -> None:
    """Give back what is free now; takes milliseconds."""
    if (library := _library()) is not None:
        library.malloc_trim(0)
