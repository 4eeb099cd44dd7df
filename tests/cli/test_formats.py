"""The formats, listed, and a folder of several of them through a whole run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.sources import FORMATS
from tests.cli.test_run import pipeline
from tests.sources import made


def test_every_format_is_listed(tmp_path: Path) -> None:
    shown = pipeline("formats", cwd=tmp_path).stdout
    rows = json.loads(pipeline("formats", "--json", cwd=tmp_path).stdout)
    assert [row["format"] for row in rows] == [entry.name for entry in FORMATS]
    for entry in FORMATS:
        assert entry.name in shown
        assert entry.suffixes[0] in shown


def test_a_folder_of_several_formats_runs(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="the extra formats isn't installed")
    import pyarrow.parquet as pq

    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("\n\n".join(made.PARAGRAPHS), encoding="utf-8")
    (folder / "b.html").write_bytes(made.page())
    (folder / "c.warc.gz").write_bytes(made.warc(made.response(made.URL, made.page()), packed=True))
    (folder / "d.rss").write_text(made.RSS, encoding="utf-8")
    (folder / "e.pdf").write_bytes(made.pdf([[]]))
    done = pipeline("run", "news", "--model", "rules", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "7 articles read: 5 done, 0 unchanged, 2 rejected" in done.stdout
    rows = pq.read_table(tmp_path / "out" / "articles.parquet").to_pylist()
    assert {row["article_id"]: row["published_from"] for row in rows} == {
        "a": None,
        "b": "html",
        "c-harbour-closed-21cd54a7": "html",
        "d-ferries-run-again-56ebb331": "metadata",
        "d-harbour-closed-21cd54a7": "metadata",
    }
    copies = {row["article_id"]: row["duplicate_of"] for row in rows}
    assert copies["c-harbour-closed-21cd54a7"] == "b"
    assert f"{sum(of is not None for of in copies.values())} nearly repeat another" in done.stdout
    clusters = pq.read_table(tmp_path / "out" / "quote_clusters.parquet").to_pylist()
    [nobody] = [row for row in clusters if row["text"].startswith("Nobody was hurt")]
    assert (nobody["n_quotes"], nobody["n_articles"]) == (4, 1)  # one article and its copies
    links = pq.read_table(tmp_path / "out" / "claim_links.parquet").to_pylist()
    assert links
    assert not any(row["independent"] for row in links)
    again = pipeline("run", "news", "--model", "rules", "--out", "out", cwd=tmp_path)
    assert "0 done, 5 unchanged, 2 rejected" in again.stdout
