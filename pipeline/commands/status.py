"""``pipeline status``: how far the run into a folder is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from pipeline.commands.shared import JsonOption, OutArgument, fail


def _sentence(status: dict[str, Any]) -> str:
    from pipeline.progress import duration

    more = "" if status["all_planned"] else " or more"
    far = f"{status['done']:,} of {status['planned']:,}{more} articles"
    outcome = status["outcome"]
    if outcome == "running":
        left = f", about {duration(status['seconds_left'])} left" if status["seconds_left"] else ""
        return f"running (process {status['holder']}, since {status['started']}): {status['phase']}, {far}{left}"
    if outcome == "finished":
        articles = status["articles"]
        return (
            f"finished at {status['at']}: {articles['read']:,} articles read, {articles['done']:,} done, "
            f"{articles['unchanged']:,} unchanged, {articles['rejected']:,} rejected"
        )
    why = f" ({status['error']})" if status.get("error") else ""
    return f"{outcome} after {far}{why}. What is finished is kept: run the same command again to go on."


def status(out: OutArgument = Path("outputs"), as_json: JsonOption = False) -> None:
    """Tell how far the run into a folder is, or how the last one ended."""
    from pipeline import history

    listed, state = history.runs(out), history.state(out)
    if not listed or state is None:
        fail(f"no run has written to {out}. Start one: python -m pipeline run --out {out}")
    last = listed[-1]
    found = state | {name: last[name] for name in ("run", "outcome", "source", "articles", "error") if name in last}
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else _sentence(found))


def register(app: typer.Typer) -> None:
    """Add ``status``."""
    app.command()(status)
