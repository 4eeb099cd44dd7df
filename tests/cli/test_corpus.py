"""Corpus commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import corpus as corpora
from tests.cli.test_run import pipeline


def test_add_keeps_the_text_and_the_metadata(tmp_path: Path) -> None:
    from pipeline.sources import Article, read

    text = "  It rained.\r\nThen it stopped.  "
    article = tmp_path / "rain.txt"
    article.write_bytes(text.encode())
    corpus = tmp_path / "corpus"
    done = pipeline("corpus", "add", article, "--corpus", corpus, "--published", "2021-03-04", "--source", "The Post")
    assert done.returncode == 0, done.stderr
    [added] = list(read(corpus))
    assert isinstance(added, Article)
    assert (added.article_id, added.text, str(added.published), added.source) == (
        "rain", text, "2021-03-04", "The Post",
    )  # fmt: skip


def test_add_takes_records(tmp_path: Path) -> None:
    records = tmp_path / "news.jsonl"
    records.write_text(json.dumps({"article_id": "n/1", "text": "It rained.", "title": "Rain\n\nagain"}) + "\n")
    with pytest.raises(corpora.CorpusError):
        list(corpora.add([records], tmp_path / "corpus"))
    records.write_text(json.dumps({"article_id": "n1", "text": "It rained.", "title": "Rain\n\nagain"}) + "\n")
    [path] = corpora.add([records], tmp_path / "corpus")
    assert path.name == "n1.txt"
    assert corpora.listing(tmp_path / "corpus")[0]["title"] == "Rain again"


def test_add_refuses_an_id_twice_and_a_day_that_is_none(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("It rained.")
    list(corpora.add([article], tmp_path / "corpus"))
    with pytest.raises(corpora.CorpusError, match="already"):
        list(corpora.add([article], tmp_path / "corpus"))
    with pytest.raises(corpora.CorpusError, match="2020-01-07"):
        list(corpora.add([article], tmp_path / "other", {"published": "yesterday"}))


def test_check_tells_errors_from_hints(tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("Rain.")
    (tmp_path / "broken.txt").write_bytes(b"\xff\xfe\x00")
    found = {Path(f.path).name: f.severity for f in corpora.check(tmp_path)}
    assert found == {"short.txt": "hint", "broken.txt": "error"}
    assert pipeline("corpus", "check", "--corpus", tmp_path).returncode == 1


def test_the_corpus_of_the_project_has_no_errors() -> None:
    done = pipeline("corpus", "check")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("no day of writing") == 3
    rows = json.loads(pipeline("corpus", "list", "--json").stdout)
    assert [row["published"] for row in rows] == [None, "2020-01-07", None, None, "2020-01-16"]
