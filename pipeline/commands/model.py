"""``pipeline model``: show, check and choose what reads the articles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import fail

app = typer.Typer(help="What reads the articles: show it, check it, choose another.", no_args_is_help=True)

ModelArgument = Annotated[
    str | None, typer.Argument(metavar="[NAME_OR_PATH]", help="Without it, the one that a run here would use.")
]


@app.command("info")
def model_info(name: ModelArgument = None) -> None:
    """Print what the model is: for an encoder its version, licence, training data and figures."""
    from pipeline import config, model

    try:
        name = name or config.load(Path()).model
        typer.echo(json.dumps({"model": name, "digest": model.model_digest(name), **model.meta(name)}, indent=2))
    except (config.SettingsError, model.ModelError, OSError) as error:
        fail(error)


@app.command("check")
def model_check(name: ModelArgument = None) -> None:
    """Verify the model's files and read a sentence with it; exits with 2 where it can't be used."""
    from pipeline import config, model

    try:
        name = name or config.load(Path()).model
        found = model.try_out(name)
    except (config.SettingsError, model.ModelError, OSError) as error:
        fail(error)
    typer.echo(f"{name} reads: {found}")


@app.command("use")
def model_use(
    name: Annotated[str, typer.Argument(metavar="NAME_OR_PATH", help="rules, an encoder, or a pipeline.")],
) -> None:
    """Use this model for every run in this folder: writes it into pipeline.toml."""
    from pipeline import config, model

    try:
        model.try_out(name)
        path = config.store(Path(), "model", name)
    except (config.SettingsError, model.ModelError, OSError) as error:
        fail(error)
    typer.echo(f"{path}: model = {name}")


def register(parent: typer.Typer) -> None:
    """Add the group ``model``."""
    parent.add_typer(app, name="model")
