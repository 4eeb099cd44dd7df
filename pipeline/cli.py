"""The command line. Each group of commands is a module of ``pipeline.commands``."""

from __future__ import annotations

import os
import sys

import typer

from pipeline.commands import (
    claims,
    corpus,
    entities,
    evaluate,
    export,
    formats,
    model,
    report,
    review,
    run,
    runs,
    sql,
    status,
    tables,
)

app = typer.Typer(
    help="News articles into tables of evidence: entities, quotes, dates and claims.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# In the order in which ``--help`` lists them.
for group in (
    run,
    report,
    status,
    runs,
    entities,
    claims,
    corpus,
    formats,
    review,
    evaluate,
    sql,
    export,
    tables,
    model,
):
    group.register(app)


def main() -> None:
    """The entry point of the command ``pipeline``."""
    # Arrow's own allocator keeps what it freed, thread by thread: a third of what linking held at its peak. Worker
    # processes inherit this.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe with a narrow encoding must not turn a name into a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="pipeline")
