"""``pipeline run``: make the tables."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.shared import fail

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.run import Account


class EngineName(StrEnum):
    """Where shards run."""

    LOCAL = "local"
    RAY = "ray"


class CleanMode(StrEnum):
    """What to do to the text before reading it."""

    AUTO = "auto"
    NONE = "none"


def _show(account: Account, out: str) -> None:
    copies = f"; {account.near_copies} nearly repeat another" if account.near_copies else ""
    typer.echo(
        f"{account.read} articles read: {account.done} done, {account.unchanged} unchanged, {account.rejected} rejected"
        f"{copies}"
    )
    typer.echo("rows: " + ", ".join(f"{name} {count:,}" for name, count in account.rows.items()))
    speed = f", {account.words_per_second:,.0f} words a second" if account.words else ""
    typer.echo(f"{account.seconds:.1f} seconds{speed}; tables in {out}")
    for reject in account.rejects[:10]:
        typer.echo(f"rejected: {reject['path']}: {reject['error']}", err=True)
    if len(account.rejects) > 10:
        typer.echo(f"… and {len(account.rejects) - 10} more in {out}/rejects.parquet", err=True)


def _explain(source: str, out: Path, settings: Settings) -> None:
    from pipeline.explain import explain

    told = explain(source, out, settings)
    for step in told.steps:
        if step.action != "keep":
            typer.echo(f"{step.action:6}  {step.article_id}  {step.reason}")
    counts = told.counts
    typer.echo(
        f"would do {counts['do']:,}, keep {counts['keep']:,}, drop {counts['drop']:,}, reject {counts['reject']:,}; "
        "nothing was written"
    )


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Being told to end (SIGTERM, as batch systems do) stops a run as Ctrl-C does."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run(
    source: Annotated[str, typer.Argument(metavar="[INPUT]", help="A folder, a file, or - for standard input.")] = (
        "corpus"
    ),
    out: Annotated[str, typer.Option(help="The folder for the tables.")] = "outputs",
    workers: Annotated[int | None, typer.Option(help="Processes that work on shards (1).")] = None,
    engine: Annotated[EngineName | None, typer.Option(help="Where shards run (local).")] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME_OR_PATH", help="rules, an encoder, or an installed spaCy pipeline.")
    ] = None,
    clean: Annotated[
        CleanMode | None, typer.Option(help="none takes the text exactly as it is: offsets are offsets into it (auto).")
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Reject an article that takes longer (600 in workers).")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first article that fails.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
    log: Annotated[
        str | None, typer.Option("--log-json", metavar="FILE", help="Log as JSON Lines; - for standard error.")
    ] = None,
    explain_plan: Annotated[
        bool, typer.Option("--explain-plan", help="Only tell what would be done with each article, and why.")
    ] = False,
) -> None:
    """Make the tables of evidence from articles."""
    from pipeline import lean

    lean.begin()
    with lean.loading():
        from pipeline import config
        from pipeline.engines import EngineError
        from pipeline.files import OutputError
        from pipeline.model import ModelError
        from pipeline.progress import log_json, reporter
        from pipeline.run import run as run_job
        from pipeline.shard import ArticleError
        from pipeline.sources import SourceError

    try:
        settings = config.load(
            Path(), workers=workers, engine=engine and engine.value, model=model, clean=clean and clean.value,
            timeout=timeout, strict=strict or None,
        )  # fmt: skip
        if explain_plan:
            _explain(source, Path(out), settings)
            return
        with log_json(log), reporter(quiet or log == "-") as shown, _ended_like_ctrl_c():
            account = run_job(source, out, settings, shown)
    except ArticleError as error:
        fail(error, 1)
    except (config.SettingsError, SourceError, ModelError, OutputError, EngineError, OSError, ValueError) as error:
        fail(error)
    except KeyboardInterrupt:
        fail("stopped. What is finished is kept: run the same command again to go on.", 130)
    if not quiet:
        _show(account, out)


def register(app: typer.Typer) -> None:
    """Add ``run``."""
    app.command()(run)
