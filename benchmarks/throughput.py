"""How fast: each stage, the whole run, against a spaCy pipeline that does less; how it grows; start-up.

    python -m benchmarks.throughput SHARED [--model en_news|rules] [--part stages|growth|workers|start|quotes] [--large]

SHARED is the folder that holds ``data/quotes/polnear`` (PolNeAR 1.0, Newell, Margolin and Ruths, LREC 2018), whose dev
articles are read; longer corpora are recombined from their paragraphs, twelve an article.

``stages``: words a CPU-second of each stage on one thread, and of all that a run does with an article (stages, rows,
parts written, linking), by turns with a spaCy pipeline that only tokenizes, tags, parses and finds names: the installed
``en_core_web_sm``, or where there is none one of its shape and size, untrained (speed doesn't depend on the weights).
``growth``: seconds and peak memory of a run, by process, over 100 and 1,000 articles (10,000 with ``--large``).
``workers``: how much faster two workers are than one, and what share of a worker's time is not spent in stages; over
recombined articles and over PolNeAR's training articles as they are.
``start``: seconds of ``pipeline --help`` and of the five articles in fresh processes.
``quotes``: seconds and memory of clustering a million quotes (100,000 without ``--large``).
Seconds but those of ``stages`` are of the clock: run them on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# One thread a process, the peer's matrix products too; set before numpy is first imported.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS"), "1"))

ROOT = Path(__file__).resolve().parent.parent
LINKED = ("articles", "sentences", "mentions", "entities", "quotes", "dates", "quote_clusters", "claims", "claim_links")
PARTS = ("stages", "growth", "workers", "start", "quotes")


def texts_of(shared: Path, part: str = "dev") -> list[str]:
    """The texts of a part of PolNeAR."""
    path = shared / "data" / "quotes" / "polnear" / f"{part}.jsonl"
    if not path.is_file():
        raise SystemExit(f"no data at {path}: give the folder that holds data/")
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def recombined(texts: Sequence[str], articles: int, path: Path) -> int:
    """Write *articles* of twelve paragraphs each, drawn from *texts*, as JSON Lines; returns their words."""
    pool = [paragraph for text in texts for paragraph in text.split("\n\n") if len(paragraph.split()) > 5]
    words = 0
    with path.open("w", encoding="utf-8") as file:
        for number in range(articles):
            chance = random.Random(number)
            text = "\n\n".join(chance.sample(pool, 12))
            words += len(text.split())
            day = f"2016-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            row = {"article_id": f"a{chance.randrange(10**9):09}-{number}", "text": text, "published": day}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return words


def as_they_are(texts: Sequence[str], path: Path) -> int:
    """Write *texts* as JSON Lines; returns their words."""
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(texts):
            row = {"article_id": f"a{number:06}", "text": text, "published": "2016-11-08"}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return sum(len(text.split()) for text in texts)


def peer() -> tuple[str, Callable[[str], Any]]:
    """A spaCy pipeline that tags, parses and finds names, by name."""
    import spacy

    from benchmarks.model import cnn_language

    try:
        installed = spacy.load("en_core_web_sm", exclude=["lemmatizer", "attribute_ruler"])
        return "en_core_web_sm", installed
    except OSError:
        return "untrained, of its shape and size", cnn_language()


def measure_stages(shared: Path, model: str) -> dict[str, Any]:
    """Words a CPU-second, by stage, of everything, and of the peer."""
    import pyarrow as pa

    from pipeline import schema
    from pipeline.config import Settings
    from pipeline.link import Tables, link
    from pipeline.rows import rows_of
    from pipeline.shard import INPUT_SCHEMA, PART_TABLES, _language, _raw_doc, _write
    from pipeline.tokenizer import learn_words

    nlp = _language(model, "auto")
    learn_words(nlp)  # as a worker does, see pipeline.shard.warm
    name, other = peer()
    texts = texts_of(shared)
    # Both have read their word lists before the clock starts.
    with nlp.memory_zone():
        nlp(texts[0])
        other(texts[0])
    size = Settings().batch_size
    spent: dict[str, float] = defaultdict(float)
    tables: dict[str, list[pa.Table]] = {table: [schema.to_table(table, [])] for table in PART_TABLES}
    words = 0

    def timed(what: str, call: Callable[[], Any]) -> Any:
        began = time.process_time()
        result = call()
        spent[what] += time.process_time() - began
        return result

    def ours_reads(number: int, text: str) -> None:
        nonlocal words
        row = dict.fromkeys(INPUT_SCHEMA.names) | {"article_id": f"a{number:03}", "text": text}
        doc = timed("doc", lambda: _raw_doc(nlp, row))
        for stage, component in nlp.pipeline:
            doc = timed(stage, lambda component=component, doc=doc: component(doc))
        made = timed("rows", lambda: rows_of(doc, ""))
        words += sum(not token.is_space for token in doc)
        for table, rows in made.items():
            tables[table].append(timed("rows", lambda table=table, rows=rows: schema.to_table(table, rows)))

    for at in range(0, len(texts), size):
        # As a run does: what a batch leaves in spaCy's string store and caches goes with it.
        with nlp.memory_zone():
            for number, text in enumerate(texts[at : at + size], at):
                ours_reads(number, text)
        for text in texts[at : at + size]:
            timed("peer", lambda text=text: other(text))
    whole = {table: pa.concat_tables(parts) for table, parts in tables.items()}
    with tempfile.TemporaryDirectory() as folder:
        timed("parts", lambda: _write(Path(folder) / "part", whole, {}))
    timed("link", lambda: [list(linked.pieces(table)) for linked in [link(Tables(whole))] for table in LINKED])
    theirs = spent.pop("peer")
    ours = sum(spent.values())
    return {
        "words": words,
        "peer": name,
        "words_a_second": {stage: round(words / seconds) for stage, seconds in spent.items() if seconds > 1e-3},
        "share": {stage: round(seconds / ours, 3) for stage, seconds in spent.items()},
        "all": round(words / ours),
        "peer_words_a_second": round(words / theirs),
        "ratio": round(theirs / ours, 2),
    }


def _peak(process: int) -> int:
    """Peak resident memory so far (MiB)."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


def _children(process: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def timed_run(source: Path, out: Path, *options: str) -> dict[str, Any]:
    """A run in a fresh process: its manifest, seconds on the clock and of processors, peak memory by process (MiB)."""
    command = [sys.executable, "-m", "pipeline", "run", str(source), "--out", str(out), "--quiet", *options]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    run = subprocess.Popen(command, cwd=ROOT, env=os.environ)
    parent = worker = 0
    while run.poll() is None:
        parent = max(parent, _peak(run.pid))
        worker = max([worker, *map(_peak, _children(run.pid))])
        time.sleep(0.05)
    seconds = time.perf_counter() - began
    if run.returncode:
        raise SystemExit(f"the run failed: {' '.join(command)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        **json.loads((out / "manifest.json").read_text()),
        "clock": seconds,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "parent_mib": parent,
        "worker_mib": worker,
    }


def measure_growth(shared: Path, model: str, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Seconds and memory over ever more articles, with two workers."""
    texts = texts_of(shared)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            source = Path(folder) / f"{size}.jsonl"
            words = recombined(texts, size, source)
            run = timed_run(source, Path(folder) / f"out{size}", "--model", model, "--workers", "2")
            link = run["stage_seconds"]["link"]
            found.append(
                {"articles": size, "words": words, "seconds": round(run["clock"], 1), "link_seconds": round(link, 1),
                 "cpu_ms_an_article": round(1000 * run["cpu"] / size, 1), "worker_mib": run["worker_mib"],
                 "parent_mib": run["parent_mib"]}
            )  # fmt: skip
            print(json.dumps(found[-1]), flush=True)
    return found


def measure_workers(shared: Path, model: str, *, real: bool, articles: int = 400) -> dict[str, Any]:
    """The speed-up of two workers, and the share of one worker's seconds that isn't spent in stages.

    *real*: over training articles as they are; recombined ones say everything two or three times, so that linking them
    takes longer.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.jsonl"
        if real:
            words = as_they_are(texts_of(shared, "train")[:articles], source)
        else:
            words = recombined(texts_of(shared), articles, source)
        # By turns, twice, since machines warm up.
        runs: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
        for turn in range(2):
            for workers in (1, 2):
                out = Path(folder) / f"out{workers}-{turn}"
                runs[workers].append(timed_run(source, out, "--model", model, "--workers", str(workers)))
    one, two = (min(runs[workers], key=lambda run: run["clock"]) for workers in (1, 2))
    stages = sum(one["stage_seconds"].values())
    return {
        "articles": articles,
        "words": words,
        "one": round(one["clock"], 2),
        "two": round(two["clock"], 2),
        "speed_up": round(one["clock"] / two["clock"], 2),
        "speed_up_without_linking": round(
            (one["clock"] - one["stage_seconds"]["link"]) / (two["clock"] - two["stage_seconds"]["link"]), 2
        ),
        "words_a_second": {"one": round(words / one["clock"]), "two": round(words / two["clock"])},
        "overhead_with_start": round(1 - stages / one["clock"], 3),
    }


def measure_start(turns: int = 5) -> dict[str, float]:
    """The best of *turns* fresh processes (seconds)."""

    def best(*arguments: str) -> float:
        spent = []
        for _ in range(turns):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-m", "pipeline", *arguments], cwd=ROOT, check=True, capture_output=True)
            spent.append(time.perf_counter() - began)
        return round(min(spent), 2)

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        timed_run(ROOT / "corpus", Path(folder) / "out")
        five = time.perf_counter() - began
    return {"help": best("--help"), "five_articles": round(five, 2)}


def measure_quotes(shared: Path, quotes: int) -> dict[str, Any]:
    """Seconds and memory of clustering *quotes*: sentences of the dev articles, one in three said again, clipped."""
    import pyarrow as pa

    from pipeline import schema
    from pipeline.link.quotes import cluster_quotes

    words = [word for text in texts_of(shared) for word in text.split()]
    chance = random.Random(0)
    said: list[str] = []
    for _ in range(quotes):
        if said and chance.random() < 0.33:
            again = said[chance.randrange(len(said))].split()
            text = " ".join(again[: max(5, len(again) - chance.randrange(4))])
        else:
            # Words of several places: as different as quotes are, of the same vocabulary.
            starts = [chance.randrange(len(words) - 8) for _ in range(3)]
            text = " ".join(word for start in starts for word in words[start : start + chance.randrange(3, 8)])
        said.append(text)
    count = len(said)
    empty = {
        column.name: pa.nulls(count, column.type)
        for column in schema.columns_of("quotes")
        if column.nullable and not column.closed
    }
    ids = [f"a{number // 8:07}" for number in range(count)]
    starts = [100 * (number % 8) for number in range(count)]
    filled = {
        "quote_id": [f"{article}:q{start}" for article, start in zip(ids, starts, strict=True)],
        "article_id": ids, "start": starts, "end": [start + 90 for start in starts], "text": said,
        "kind": [("direct", "mixed", "indirect")[number % 3] for number in range(count)],
        "speaker_entity_id": [None if number % 4 else f"person/p{number % 997}" for number in range(count)],
        "speaker": [None if number % 4 else f"P{number % 997}" for number in range(count)],
    }  # fmt: skip
    del said
    table = pa.table(empty | {name: pa.array(values) for name, values in filled.items()})
    del filled
    articles = sorted(set(ids))
    days, originals = pa.nulls(len(articles), pa.date32()), pa.nulls(len(articles), pa.string())
    known = pa.table({"article_id": articles, "published": days, "duplicate_of": originals})
    before = _peak(os.getpid())
    began = time.perf_counter()
    clusters = cluster_quotes(table, known)[1]
    return {
        "quotes": count,
        "clusters": clusters.num_rows,
        "seconds": round(time.perf_counter() - began, 1),
        "cpu": round(time.process_time(), 1),
        "mib_before": before,
        "mib": _peak(os.getpid()),
    }


def main() -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput")
    parser.add_argument("shared", type=Path, help="the folder that holds data/")
    parser.add_argument("--model", default="en_news")
    parser.add_argument("--part", choices=PARTS, action="append", help="only these; may be given more than once")
    parser.add_argument("--large", action="store_true", help="10,000 articles and a million quotes too")
    given = parser.parse_args()
    for part in given.part or PARTS:
        print(f"{part}:", flush=True)
        if part == "stages":
            print(json.dumps(measure_stages(given.shared, given.model), indent=2))
        elif part == "growth":
            measure_growth(given.shared, given.model, (100, 1000, 10_000) if given.large else (100, 1000))
        elif part == "workers":
            for real in (False, True):
                print("articles as they are:" if real else "recombined articles:", flush=True)
                print(json.dumps(measure_workers(given.shared, given.model, real=real), indent=2))
        elif part == "start":
            print(json.dumps(measure_start(), indent=2))
        else:
            print(json.dumps(measure_quotes(given.shared, 1_000_000 if given.large else 100_000), indent=2))


if __name__ == "__main__":
    main()
