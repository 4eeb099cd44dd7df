"""News articles into tables of evidence: entities, quotes, dates and claims.

>>> from pipeline import load                                                        # doctest: +SKIP
>>> out = load("outputs")                                                            # doctest: +SKIP
>>> out.who_said_what()                                                              # doctest: +SKIP
"""

# No "from __future__ import annotations" here: it would hide the module pipeline.annotations.
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.outputs import Outputs, load

__version__ = "0.1.0"
__all__ = ["Outputs", "__version__", "load"]


def __getattr__(name: str) -> Any:
    """Import the notebook's entrance only when asked for it: the command line starts without pandas."""
    if name in ("load", "Outputs"):
        from pipeline import outputs

        return getattr(outputs, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
