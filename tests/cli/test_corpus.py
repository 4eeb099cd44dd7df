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


def three(tmp_path: Path) -> Path:
    """A corpus of a text file with its pin, and of two records in one file."""
    articles = tmp_path / "corpus" / "articles"
    articles.mkdir(parents=True)
    (articles / "rain.txt").write_text(
        "---\npublished: 2021-03-04\nsource: The Post\n---\nIt rained.", encoding="utf-8"
    )
    records = [{"article_id": name, "text": f"{name} again.", "published": "2021-05-01"} for name in ("snow", "hail")]
    (articles / "more.jsonl").write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    (tmp_path / "corpus" / "pins").mkdir()
    (tmp_path / "corpus" / "pins" / "rain.jsonl").write_text("{}\n", encoding="utf-8")
    return tmp_path / "corpus"


def test_remove_takes_the_article_and_its_pin(tmp_path: Path) -> None:
    corpus = three(tmp_path)
    done = pipeline("corpus", "remove", "rain", "--corpus", corpus)
    assert done.returncode == 0, done.stderr
    assert [row["article_id"] for row in corpora.listing(corpus)] == ["snow", "hail"]
    assert not list((corpus / "pins").iterdir())


@pytest.mark.parametrize(("wanted", "message"), [
    (["rain", "nowhere"], "no article 'nowhere'"), (["rain", "snow"], "is record 1 of"), (["../rain"], "no article"),
])  # fmt: skip
def test_remove_takes_all_or_nothing(tmp_path: Path, wanted: list[str], message: str) -> None:
    corpus = three(tmp_path)
    with pytest.raises(corpora.CorpusError, match=message):
        list(corpora.remove(wanted, corpus))
    assert len(corpora.listing(corpus)) == 3


def test_stats_count(tmp_path: Path) -> None:
    corpus = three(tmp_path)
    counted = corpora.stats(corpus)
    assert (counted.articles, counted.words, counted.without_day) == (3, 6, 0)
    assert (str(counted.first), str(counted.last)) == ("2021-03-04", "2021-05-01")
    assert counted.months == {"2021-03": 1, "2021-05": 2}
    shown = pipeline("corpus", "stats", "--corpus", corpus).stdout
    assert "3 articles, 6 words, 0 that can't be read" in shown
    assert "outlets: not stated 2, The Post 1" in shown
    assert json.loads(pipeline("corpus", "stats", "--corpus", corpus, "--json").stdout)["first"] == "2021-03-04"


@pytest.mark.parametrize(("text", "english"), [
    ("The council said on Friday that it would close the bridge for repairs, after engineers found cracks in two of "
     "its pillars and the mayor had asked for a report on how long the work was going to take.", True),
    ("Der Stadtrat teilte am Freitag mit, dass die Brücke wegen Reparaturen gesperrt wird, nachdem Ingenieure Risse in "
     "zwei Pfeilern gefunden hatten und die Bürgermeisterin einen Bericht über die Dauer der Arbeiten verlangt hatte.",
     False),
    ("Le conseil a annoncé vendredi que le pont serait fermé pour des réparations, après que des ingénieurs ont trouvé "
     "des fissures dans deux de ses piliers et que la maire a demandé un rapport sur la durée des travaux.", False),
    ("Bürgermeisterin spricht", True),
])  # fmt: skip
def test_check_sees_other_languages(text: str, english: bool) -> None:
    assert corpora.looks_english(text) == english


def test_check_points_out_lines_that_an_outlet_repeats(tmp_path: Path) -> None:
    plug = "Our reporters need your help to keep going this year."
    for number in range(6):
        body = "\n\n".join(f"Sentence {part} of article {number} says something else again." for part in range(12))
        (tmp_path / f"{number}.txt").write_text(f"---\nsource: The Coast Post\n---\n{body}\n\n{plug}\n")
    hints = [finding.message for finding in corpora.check(tmp_path) if "outlet" in finding.message]
    assert len(hints) == 1
    assert plug in hints[0]
    assert "6 articles" in hints[0]
