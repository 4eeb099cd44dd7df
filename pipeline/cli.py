"""The command line: thin; each command imports what it needs when it runs, so that ``--help`` answers at once."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from pipeline.run import Account

app = typer.Typer(
    help="News articles into tables of evidence: entities, quotes, dates and claims.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
corpus_app = typer.Typer(help="Add to the corpus, list it, check it.", no_args_is_help=True)
app.add_typer(corpus_app, name="corpus")
model_app = typer.Typer(help="What reads the articles: show it, check it, choose another.", no_args_is_help=True)
app.add_typer(model_app, name="model")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class EngineName(StrEnum):
    """Where shards run."""

    LOCAL = "local"
    RAY = "ray"


class CleanMode(StrEnum):
    """What to do to the text before reading it."""

    AUTO = "auto"
    NONE = "none"


def _fail(message: object, code: int = 2) -> NoReturn:
    typer.echo(f"pipeline: {message}", err=True)
    raise typer.Exit(code)


def _show(account: Account, out: Path) -> None:
    typer.echo(
        f"{account.read} articles read: {account.done} done, {account.unchanged} unchanged, {account.rejected} rejected"
    )
    typer.echo("rows: " + ", ".join(f"{name} {count:,}" for name, count in account.rows.items()))
    speed = f", {account.words_per_second:,.0f} words a second" if account.words else ""
    typer.echo(f"{account.seconds:.1f} seconds{speed}; tables in {out}")
    for reject in account.rejects[:10]:
        typer.echo(f"rejected: {reject['path']}: {reject['error']}", err=True)
    if len(account.rejects) > 10:
        typer.echo(f"… and {len(account.rejects) - 10} more in {out / 'rejects.parquet'}", err=True)


@app.command()
def run(
    source: Annotated[str, typer.Argument(metavar="[INPUT]", help="A folder, a file, or - for standard input.")] = (
        "corpus"
    ),
    out: Annotated[Path, typer.Option(help="The folder for the tables.")] = Path("outputs"),
    workers: Annotated[int | None, typer.Option(help="Processes that work on shards (1).")] = None,
    engine: Annotated[EngineName | None, typer.Option(help="Where shards run (local).")] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME_OR_PATH", help="rules, an encoder, or an installed spaCy pipeline.")
    ] = None,
    clean: Annotated[
        CleanMode | None, typer.Option(help="none takes the text exactly as it is: offsets are offsets into it (auto).")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first article that fails.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Make the tables of evidence from articles."""
    from pipeline import config
    from pipeline.engines import EngineError
    from pipeline.files import OutputError
    from pipeline.model import ModelError
    from pipeline.progress import reporter
    from pipeline.run import run as run_job
    from pipeline.shard import ArticleError
    from pipeline.sources import SourceError

    try:
        settings = config.load(
            Path(), workers=workers, engine=engine and engine.value, model=model, clean=clean and clean.value,
            strict=strict or None,
        )  # fmt: skip
        with reporter(quiet) as shown:
            account = run_job(source, out, settings, shown)
    except ArticleError as error:
        _fail(error, 1)
    except (config.SettingsError, SourceError, ModelError, OutputError, EngineError, OSError, ValueError) as error:
        _fail(error)
    except KeyboardInterrupt:
        _fail("stopped. What is finished is kept: run the same command again to go on.", 130)
    if not quiet:
        _show(account, out)


@app.command()
def tables(
    table: Annotated[str | None, typer.Argument(help="One table; without it, all.")] = None, as_json: JsonOption = False
) -> None:
    """Print the data dictionary: what each column of each table holds."""
    from pipeline import schema
    from pipeline.dictionary import describe, markdown

    if table is not None and table not in schema.TABLES:
        _fail(f"no table {table!r}; there are {', '.join(schema.TABLES)}")
    names = [table] if table else list(schema.TABLES)
    if as_json:
        typer.echo(json.dumps({name: describe(name) for name in names}, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(markdown(name) for name in names))


@app.command()
def version() -> None:
    """Print the version."""
    from pipeline import __version__

    typer.echo(__version__)


@corpus_app.command("add")
def corpus_add(
    files: Annotated[list[Path], typer.Argument(help="Articles to add, in any format that a run reads.")],
    corpus: Annotated[Path, typer.Option(help="The corpus to add to.")] = Path("corpus"),
    title: Annotated[str | None, typer.Option(help="Title, where a file doesn't say.")] = None,
    source: Annotated[str | None, typer.Option(help="Outlet, where a file doesn't say.")] = None,
    author: Annotated[str | None, typer.Option(help="Author, where a file doesn't say.")] = None,
    url: Annotated[str | None, typer.Option(help="URL, where a file doesn't say.")] = None,
    published: Annotated[str | None, typer.Option(help="Day of writing, YYYY-MM-DD, where a file doesn't say.")] = None,
) -> None:
    """Add articles to the corpus, each as a text file with front matter."""
    from pipeline import corpus as corpora

    given = {"title": title, "source": source, "author": author, "url": url, "published": published}
    try:
        for path in corpora.add(files, corpus, {name: value for name, value in given.items() if value}):
            typer.echo(f"added {path}")
    except (corpora.CorpusError, OSError) as error:
        _fail(error)


@corpus_app.command("list")
def corpus_list(
    corpus: Annotated[Path, typer.Option(help="The corpus to list.")] = Path("corpus"), as_json: JsonOption = False
) -> None:
    """List the articles of the corpus."""
    from pipeline import corpus as corpora
    from pipeline.sources import SourceError

    try:
        rows = corpora.listing(corpus)
    except (SourceError, OSError) as error:
        _fail(error)
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(
            f"{row['article_id']}  {row['published'] or 'day not known'}  {row['words']} words  {row['title'] or ''}"
        )


@corpus_app.command("check")
def corpus_check(
    corpus: Annotated[Path, typer.Option(help="The corpus to check.")] = Path("corpus"), as_json: JsonOption = False
) -> None:
    """Find what would be rejected, and what is worth mending; exits with 1 where something would be rejected."""
    from pipeline import corpus as corpora
    from pipeline.sources import SourceError

    try:
        findings = corpora.check(corpus)
    except (SourceError, OSError) as error:
        _fail(error)
    if as_json:
        typer.echo(json.dumps([finding.__dict__ for finding in findings], indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(f"{finding.severity}: {finding.path}: {finding.message}")
        typer.echo(f"{len(findings)} findings" if findings else "nothing to mend")
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)


ModelArgument = Annotated[
    str | None, typer.Argument(metavar="[NAME_OR_PATH]", help="Without it, the one that a run here would use.")
]


@model_app.command("info")
def model_info(name: ModelArgument = None) -> None:
    """Print what the model is: for an encoder its version, licence, training data and figures."""
    from pipeline import config, model

    try:
        name = name or config.load(Path()).model
        typer.echo(json.dumps({"model": name, "digest": model.model_digest(name), **model.meta(name)}, indent=2))
    except (config.SettingsError, model.ModelError, OSError) as error:
        _fail(error)


@model_app.command("check")
def model_check(name: ModelArgument = None) -> None:
    """Verify the model's files and read a sentence with it; exits with 2 where it can't be used."""
    from pipeline import config, model

    try:
        name = name or config.load(Path()).model
        found = model.try_out(name)
    except (config.SettingsError, model.ModelError, OSError) as error:
        _fail(error)
    typer.echo(f"{name} reads: {found}")


@model_app.command("use")
def model_use(
    name: Annotated[str, typer.Argument(metavar="NAME_OR_PATH", help="rules, an encoder, or a pipeline.")],
) -> None:
    """Use this model for every run in this folder: writes it into pipeline.toml."""
    from pipeline import config, model

    try:
        model.try_out(name)
        path = config.store(Path(), "model", name)
    except (config.SettingsError, model.ModelError, OSError) as error:
        _fail(error)
    typer.echo(f"{path}: model = {name}")


def main() -> None:
    """The entry point of the command ``pipeline``."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe with a narrow encoding must not turn a name into a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="pipeline")
