"""An article whose rows break the contract costs only itself, though rows become tables a batch at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import pipeline.rows
from pipeline import schema, shard
from pipeline.config import Settings

ARTICLES = {
    "a": "Maria Keller said on Tuesday that the harbour would close.",
    "b": "“We will stay,” Adam Lind told Reuters in Oslo.",
    "c": "The council of Malmö met on 4 March 2021.",
}


def planned(folder: Path) -> shard.Shard:
    rows = [
        dict.fromkeys(shard.INPUT_SCHEMA.names)
        | {"fingerprint": name, "article_id": name, "text": text, "raw_sha256": name, "path": f"{name}.txt"}
        for name, text in ARTICLES.items()
    ]
    folder.mkdir(exist_ok=True)
    return shard.plan(rows, folder)


def breaking(monkeypatch: pytest.MonkeyPatch, article: str, **wrong: Any) -> None:
    """Have the row of *article* hold what is *wrong*."""
    plain = pipeline.rows.rows_of

    def rows_of(doc: Any, raw_sha256: str) -> dict[str, list[dict[str, Any]]]:
        rows = plain(doc, raw_sha256)
        if doc._.meta.article_id == article:
            rows["articles"] = [rows["articles"][0] | wrong]
        return rows

    monkeypatch.setattr(pipeline.rows, "rows_of", rows_of)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"colour": "red"}, "no such columns: colour"), ({"text": None}, "null"), ({"n_tokens": 10**30}, "too large")],
)
def test_the_others_keep_their_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], says: str
) -> None:
    settings = Settings(model="rules")
    whole = planned(tmp_path)
    assert shard.process(whole, settings)["rejected"] == []
    breaking(monkeypatch, "b", **wrong)
    part = planned(tmp_path / "broken")
    record = shard.process(part, settings)
    assert record["rejected"] == ["b"]
    [reject] = pq.read_table(part.output / "rejects.parquet").to_pylist()
    assert (reject["article_id"], reject["stage"], says in reject["error"]) == ("b", "rows", True)
    for name in schema.ARTICLE_TABLES:
        if name != "rejects":
            rows = pq.read_table(whole.output / f"{name}.parquet").to_pylist()
            kept = [row for row in rows if row["article_id"] != "b"]
            assert pq.read_table(part.output / f"{name}.parquet").to_pylist() == kept


def test_strict_names_the_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breaking(monkeypatch, "c", colour="red")
    with pytest.raises(shard.ArticleError, match=r"c\.txt \(c\), stage rows"):
        shard.process(planned(tmp_path), Settings(model="rules", strict=True))


def test_all_may_be_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.rows, "rows_of", lambda doc, _: {"articles": [{"colour": "red"}]})
    made = planned(tmp_path)
    assert shard.process(made, Settings(model="rules"))["rejected"] == ["a", "b", "c"]
    assert pq.read_table(made.output / "articles.parquet").num_rows == 0
