"""``pipeline formats``: what articles may come in, and what is installed for it."""

from __future__ import annotations

import json

import typer

from pipeline.commands.shared import JsonOption


def formats(as_json: JsonOption = False) -> None:
    """List the formats that articles may come in, and which of them this installation reads."""
    from pipeline.sources import FORMATS
    from pipeline.sources.files import EXTRA, PACKED

    rows = [
        {
            "format": entry.name,
            "suffixes": list(entry.suffixes),
            "packed": list(PACKED) if entry.packed else [],
            "needs": list(entry.needs),
            "missing": list(entry.missing()),
            "note": entry.note,
        }
        for entry in FORMATS
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for entry in FORMATS:
        missing = entry.missing()
        state = f"needs {', '.join(missing)}: {EXTRA}" if missing else "read"
        note = f"; {entry.note}" if entry.note else ""
        typer.echo(f"{' '.join(entry.suffixes):24}  {entry.name}: {state}{note}")
    typer.echo(f"All but {', '.join(_never_packed())} may be packed ({', '.join(PACKED)}).")


def _never_packed() -> list[str]:
    from pipeline.sources import FORMATS

    return [suffix for entry in FORMATS if not entry.packed for suffix in entry.suffixes]


def register(app: typer.Typer) -> None:
    """Add ``formats``."""
    app.command()(formats)
