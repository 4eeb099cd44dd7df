"""The same tables, byte for byte, whatever the workers, the batch, the shards, the order or the engine."""

from __future__ import annotations

import hashlib
import importlib.util
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import schema, shard
from pipeline.link import estimates
from tests.conftest import ROOT, run_corpus


def digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest() for name in schema.TABLES}


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": 1},
        {"batch_size": 2, "shard_articles": 3},
        {"shard_articles": 1},
        {"shard_articles": 1, "workers": 2},
    ],
    ids=str,
)
def test_settings_that_only_say_how_fast(corpus_folder: Path, tmp_path: Path, settings: dict[str, int]) -> None:
    run_corpus(ROOT / "corpus", tmp_path, **settings)
    assert digests(tmp_path) == digests(corpus_folder)


@pytest.mark.slow
def test_ray(corpus_folder: Path, tmp_path: Path) -> None:
    if importlib.util.find_spec("ray") is None:
        from pipeline.engines import EngineError

        with pytest.raises(EngineError, match=r"\[ray\]"):
            run_corpus(ROOT / "corpus", tmp_path, engine="ray")
        return
    run_corpus(ROOT / "corpus", tmp_path, engine="ray", shard_articles=2, workers=2)
    assert digests(tmp_path) == digests(corpus_folder)


def test_growing_in_steps_ends_where_one_run_ends(corpus_folder: Path, tmp_path: Path) -> None:
    """In the order in which articles count: what comes before others may name entities anew; those that stand stay."""
    articles = sorted((ROOT / "corpus" / "articles").glob("*.txt"))
    corpus, out = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    for path in articles:
        (corpus / path.name).write_bytes(path.read_bytes())
        run_corpus(corpus, out)
    assert digests(out) == digests(corpus_folder)


def test_an_article_reads_the_same_alone(corpus_folder: Path, tmp_path: Path) -> None:
    path = sorted((ROOT / "corpus" / "articles").glob("*.txt"))[2]
    alone = run_corpus(path, tmp_path)
    for name in ("articles", "sentences", "dates"):
        whole = pq.read_table(corpus_folder / f"{name}.parquet")
        linked = {"duplicate_of", *estimates.COLUMNS}  # what the other articles say of it
        own = [column for column in whole.column_names if column not in linked]
        rows = [row for row in whole.select(own).to_pylist() if row["article_id"] == path.stem]
        assert alone[name].select(own).to_pylist() == rows


def test_the_last_shards_get_smaller_and_lose_nothing(tmp_path: Path) -> None:
    texts = [f"{number:03} " + "word " * (100 + 37 * (number % 50)) for number in range(120)]
    rows = [
        dict.fromkeys(shard.INPUT_SCHEMA.names)
        | {"fingerprint": text[:3], "article_id": text[:3], "text": text, "raw_sha256": "", "path": text[:3]}
        for text in texts
    ]
    before = [shard.plan(rows[start : start + 40], tmp_path) for start in range(0, 120, 40)]
    made = shard.recut(before, workers=2, most=15)
    inputs = [pq.read_table(one.input).to_pylist() for one in made]
    assert [row for held in inputs for row in held] == rows
    counts, sizes = [len(held) for held in inputs], [sum(len(row["text"]) for row in held) for held in inputs]
    assert max(counts) == 15
    assert counts[-2:] == [4, counts[-1]]
    least = 4 * max(map(len, texts))
    assert all(after <= max(before, least) + least for before, after in pairwise(sizes))
    assert sizes[-1] + sizes[-2] < sum(sizes) / 10
    assert sorted(tmp_path.iterdir()) == sorted(one.input for one in made)
