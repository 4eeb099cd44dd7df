"""Accuracy floors: figures on the development sets that may rise and not fall.

    python -m benchmarks.floors SHARED [--raise] [--only dates,quotes,model,entities]

SHARED is the folder that holds ``data/`` and ``tools/``. Measures, compares with ``benchmarks/floors.json``, and exits
with 1 where a figure is below its floor. Each floor is kept with the SHA-256 of the data that it was measured on: other
data is a mistake, not a better figure. ``--raise`` writes the figures that are higher than their floors, and lowers
none.

Figures are F1 in percent: dates by ``score_timex.py``, quotes by ``score_quotes.py`` with the model that a run would
use, names by ``score_ner.py``; of linking, precision and recall of pairs of names.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import dates as date_benchmark
from benchmarks import entities as entity_benchmark
from benchmarks import model as model_benchmark
from benchmarks import news_names as news_benchmark
from benchmarks import quotes as quote_benchmark
from benchmarks.tools import tool

HERE = Path(__file__).resolve().parent
FLOORS = HERE / "floors.json"
TOLERANCE = 0.01  # percent points: the last digit of a float, not a worse stage


class Figure(NamedTuple):
    """A measured figure and the file that it was measured on."""

    name: str
    value: float
    data: Path


def dates(shared: Path) -> Iterator[Figure]:
    """Spans, values and intervals of time expressions."""
    module = tool(shared, "score_timex")
    nlp = date_benchmark.language(False)
    for name in date_benchmark.SETS.split(","):
        path = shared / "data" / "dates" / f"{name}.jsonl"
        gold = module.load(path)
        row = date_benchmark.measure(module, gold, date_benchmark.predict(nlp, gold)[0])
        for measure in ("strict", "relaxed", "value", "interval"):
            yield Figure(f"dates/{name}/{measure}", row[measure], path)


def quotes(shared: Path) -> Iterator[Figure]:
    """Content, and content with its source, of attributions."""
    path = shared / "data" / "quotes" / "polnear" / "dev.jsonl"
    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    nlp = quote_benchmark.build()
    rows = [{"id": row["id"], "attributions": quote_benchmark.converted(nlp(row["text"]))} for row in gold]
    result = tool(shared, "score_quotes").evaluate(gold, rows, bootstrap=0)
    for kind in ("all", "direct", "mixed", "indirect"):
        yield Figure(f"quotes/polnear/{kind}/joint", 100 * result[kind]["joint"]["f1"], path)
    yield Figure("quotes/polnear/all/token", 100 * result["all"]["token"]["f1"], path)
    german = shared / "data" / "quotes" / "de_wikinews" / "dev.jsonl"
    articles = [json.loads(line) for line in german.read_text(encoding="utf-8").splitlines()]
    yield Figure("quotes/de_wikinews/regions", 100 * quote_benchmark.regions_score(articles)["f1"], german)


def model(shared: Path) -> Iterator[Figure]:
    """Names of the shipped encoder."""
    encoder = model_benchmark.load_encoder(HERE.parent / "models" / "en_news")
    places = {"uner_ewt": "uner_ewt", "worldwide": "worldwide", "gum_names": "gum_names"}
    measured = model_benchmark.measure_names(encoder, shared, 0)
    for name, folder in places.items():
        yield Figure(f"names/{name}/f1", 100 * measured[name]["f"], shared / "data" / "ner" / folder / "dev.jsonl")
    news = news_benchmark.measure(shared)["three"]["micro"]["f"]
    yield Figure("names/news/f1", 100 * news, news_benchmark.GOLD)


def entities(shared: Path) -> Iterator[Figure]:
    """Precision and recall of pairs of names linked across articles."""
    for name, genres in (("gum_news", ["news", "interview"]), ("gum", [])):
        precision, recall = entity_benchmark.link(shared, genres, False).pairwise
        yield Figure(f"linking/{name}/precision", 100 * precision, shared / entity_benchmark.LINK_SET)
        yield Figure(f"linking/{name}/recall", 100 * recall, shared / entity_benchmark.LINK_SET)


PARTS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "dates": dates,
    "quotes": quotes,
    "model": model,
    "entities": entities,
}


def digest(path: Path) -> str:
    """SHA-256 of a data file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Measure, compare, and with ``--raise`` keep what is higher."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--raise", dest="lift", action="store_true")
    parser.add_argument("--only", default=",".join(PARTS))
    options = parser.parse_args()
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    failed = False
    for part in options.only.split(","):
        for figure in PARTS[part](options.shared):
            found = digest(figure.data)
            floor = floors.get(figure.name, {"floor": 0.0, "data": found})
            if floor["data"] != found:
                raise SystemExit(f"{figure.name}: {figure.data} is not the data that its floor was measured on")
            below = figure.value < floor["floor"] - TOLERANCE
            failed = failed or below
            print(f"{figure.name:34s} {figure.value:6.2f}  floor {floor['floor']:6.2f}{'  BELOW' if below else ''}")
            if options.lift and figure.value > floor["floor"]:
                floors[figure.name] = {"floor": round(figure.value - 0.005, 2), "data": found}
    if options.lift:
        FLOORS.write_text(json.dumps(dict(sorted(floors.items())), indent=1) + "\n", encoding="utf-8")
    raise SystemExit(int(failed))


if __name__ == "__main__":
    main()
