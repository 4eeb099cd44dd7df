"""``pipeline evaluate``: how right the pipeline is on gold. ``pipeline annotate``: gold from an article's rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import JsonOption, fail

CorpusOption = Annotated[Path, typer.Option(help="The corpus whose articles gold may name.")]


def evaluate(
    gold: Annotated[Path, typer.Option(help="A gold file, or a folder with some.")] = Path("corpus/gold"),
    corpus: CorpusOption = Path("corpus"),
    model: Annotated[
        str | None, typer.Option(metavar="NAME_OR_PATH", help="rules, an encoder, or an installed spaCy pipeline.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Keep the tables here.")] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="List what is wrong, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read the articles of the gold files and score the rows: a table by stage."""
    from pipeline import config
    from pipeline.engines import EngineError
    from pipeline.evaluation import Score
    from pipeline.evaluation_runs import evaluate as score
    from pipeline.files import OutputError
    from pipeline.gold import GoldError
    from pipeline.model import ModelError
    from pipeline.outputs import OutputsError
    from pipeline.sources import SourceError

    try:
        made: Score = score(gold, corpus, config.load(Path(), model=model), out)
    except (GoldError, config.SettingsError, SourceError, ModelError, OutputError, EngineError, OutputsError) as error:
        fail(error)
    except OSError as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps({"articles": made.articles, **made.figures()}, indent=2, ensure_ascii=False))
    else:
        typer.echo(_table(made.articles, made.figures()))
    for item in made.wrong if wrong else ():
        typer.echo(f"{item.article_id}: {item.what}: {item.gold or '-'} | {item.found or '-'}", err=as_json)


def _table(articles: int, figures: dict[str, dict[str, dict[str, float | int | None]]]) -> str:
    lines = [f"{articles} articles; figures are per cent, F1 where nothing else is said"]
    for stage, rows in figures.items():
        names = list(next(iter(rows.values())))
        width = max(8, *(len(row) for row in rows), len(stage))
        lines += ["", f"{stage:{width}}" + "".join(f"{name:>{max(8, len(name) + 2)}}" for name in names)]
        for row, values in rows.items():
            cells = "".join(f"{_cell(value):>{max(8, len(name) + 2)}}" for name, value in values.items())
            lines.append(f"{row:{width}}{cells}")
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{100 * value:.1f}"


def annotate(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The article's article_id.")],
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write its rows here, to be corrected by hand.")
    ] = None,
    import_: Annotated[
        Path | None, typer.Option("--import", metavar="FILE", help="Take this corrected file into the gold.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder with the tables.")] = Path("outputs"),
    gold: Annotated[Path, typer.Option(help="The folder of the gold.")] = Path("corpus/gold"),
    corpus: CorpusOption = Path("corpus"),
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a file that is there.")] = False,
) -> None:
    """Write an article's rows as a text to correct by hand (--export), or take it back as gold (--import)."""
    from pipeline import annotating
    from pipeline.files import OutputError
    from pipeline.gold import GoldError
    from pipeline.outputs import OutputsError

    if (export is None) == (import_ is None):
        fail("give either --export FILE or --import FILE.")
    try:
        if export is not None:
            path = annotating.export_to(article_id, out, export, replace)
        elif import_ is not None:
            path = annotating.import_gold(article_id, import_, gold, corpus, out, replace)
    except (GoldError, OutputsError, OutputError, OSError) as error:
        fail(error)
    typer.echo(f"written: {path}")


def register(app: typer.Typer) -> None:
    """Add ``evaluate`` and ``annotate``."""
    app.command()(evaluate)
    app.command()(annotate)
