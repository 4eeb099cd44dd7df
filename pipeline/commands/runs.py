"""``pipeline runs``: what made the tables in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from pipeline.commands.shared import JsonOption, OutArgument, fail


def _line(run: dict[str, Any]) -> str:
    settings = run.get("settings", {})
    by = f"version {run.get('pipeline')}, model {settings.get('model')}, {settings.get('workers')} workers"
    did = run.get("error", "")
    if "articles" in run:
        counts = ", ".join(f"{run['articles'][name]:,} {name}" for name in ("done", "unchanged", "rejected"))
        did = f"{counts} in {run['seconds']:,.1f} seconds"
    return f"{run.get('started')}  {run['outcome']:8}  {run.get('source')}  {by}{f': {did}' if did else ''}"


def runs(out: OutArgument = Path("outputs"), as_json: JsonOption = False) -> None:
    """List the runs that made the tables in a folder: when, from what, with which settings, how they ended."""
    from pipeline import history

    listed = history.runs(out)
    if not listed:
        fail(f"no run has written to {out}. Start one: python -m pipeline run --out {out}")
    if as_json:
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    for run in listed:
        typer.echo(_line(run))


def register(app: typer.Typer) -> None:
    """Add ``runs``."""
    app.command()(runs)
