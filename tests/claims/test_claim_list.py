"""``pipeline claims``: what is listed, in which order, and what stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.claim_list import listed, page
from pipeline.cli import app
from pipeline.config import Settings
from pipeline.entity_index import NoSuchEntityError
from pipeline.progress import Quiet
from pipeline.run import run

ARTICLES = {
    "one": "The fire at the Kessel refinery killed 14 workers, Ann Lee said. The road to Marlow is closed.",
    "two": "The fire at the Kessel refinery killed three workers, the company said.",
    "three": "Ann Lee denied that the road to Marlow was closed in May 2019. \x1b[31mShe left Marlow in May 2019.",
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("claims")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in ARTICLES.items():
        (corpus / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    run(corpus, folder / "out", Settings(model="rules"), Quiet())
    return folder / "out"


def test_the_most_worth_checking_come_first(out: Path) -> None:
    scores = [row["check_worthiness"] for row in listed(out)]
    assert len(scores) > 3
    assert scores == sorted(scores, reverse=True)


def test_what_contradicts_is_shown_with_its_sentence(out: Path) -> None:
    rows = listed(out, contradicted=True)
    assert {row["article_id"] for row in rows} == {"one", "two"}
    text = page(rows, 10)
    assert "contradicts (quantity): The fire at the Kessel refinery killed three workers" in text
    assert f"“{ARTICLES['two']}”" in text


def test_filters(out: Path) -> None:
    assert {row["claimant_text"] for row in listed(out, claimant="ann lee")} == {"Ann Lee"}
    assert all("Marlow" in row["text"] for row in listed(out, about="Marlow"))
    assert {row["article_id"] for row in listed(out, about="Marlow")} >= {"three"}
    assert all(row["check_worthiness"] >= 0.5 for row in listed(out, least=0.5))
    assert len(listed(out, least=0.5)) < len(listed(out))


def test_about_takes_a_part_of_a_name(out: Path) -> None:
    whole = listed(out, about="Marlow")
    assert whole
    assert listed(out, about="marl") == whole


def test_a_part_that_several_names_have_lists_them(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in {
        "one": "Ann Lee left Marlow in May 2019. Brad Lee opened the Leeds bridge in June 2019.",
        "two": "Robert Kowalski met Maria Ortega-Ruiz in Oslo in May 2019.",
    }.items():
        (corpus / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    out = tmp_path / "out"
    run(corpus, out, Settings(model="rules"), Quiet())
    with pytest.raises(NoSuchEntityError, match="of 2 entities: person/ann-lee, person/brad-lee"):
        listed(out, about="Lee")
    assert all("Leeds" in row["text"] for row in listed(out, about="Leeds"))
    assert listed(out, about="ortega") == listed(out, about="Maria Ortega-Ruiz") != []
    for nothing in ("  ", "-"):
        with pytest.raises(NoSuchEntityError, match="is no name"):
            listed(out, about=nothing)


def test_what_a_text_repeats(out: Path) -> None:
    first = listed(out, like="three dead in #KesselRefinery fire")[0]
    assert first["article_id"] == "two"
    assert listed(out, like="qqq zzz") == []


def test_no_terminal_is_steered(out: Path) -> None:
    assert "\x1b" not in page(listed(out), 100)


def test_the_command(out: Path) -> None:
    done = CliRunner().invoke(app, ["claims", str(out), "--limit", "1"])
    assert done.exit_code == 0
    assert "more; --limit shows them" in done.stdout
    unknown = CliRunner().invoke(app, ["claims", str(out), "--about", "Nobody At All"])
    assert unknown.exit_code == 2
    assert "no entity has the id or the name 'Nobody At All'" in unknown.stderr
    missing = CliRunner().invoke(app, ["claims", str(out / "nowhere")])
    assert missing.exit_code == 2
    assert "is missing" in missing.stderr
