"""Choosing, checking and showing what reads the articles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import config
from pipeline.config import SettingsError
from tests.cli.test_run import pipeline


def test_info_of_the_model_in_use(tmp_path: Path) -> None:
    (tmp_path / "pipeline.toml").write_text('model = "rules"\n')
    shown = json.loads(pipeline("model", "info", cwd=tmp_path).stdout)
    assert shown == {"model": "rules", "digest": "rules"}


def test_check_reads_a_sentence(tmp_path: Path) -> None:
    done = pipeline("model", "check", "rules", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 quotes" in done.stdout
    assert "Maria Keller PERSON" in done.stdout


@pytest.mark.parametrize("command", ["check", "info", "use"])
def test_a_model_that_is_not_there(tmp_path: Path, command: str) -> None:
    done = pipeline("model", command, "no_such_model", cwd=tmp_path)
    assert done.returncode == 2
    assert "no_such_model" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "pipeline.toml").exists()


def test_use_writes_the_setting_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "pipeline.toml").write_text('# ours\nclean = "none"\n')
    assert pipeline("model", "use", "rules", cwd=tmp_path).returncode == 0
    assert (tmp_path / "pipeline.toml").read_text() == 'model = "rules"\n# ours\nclean = "none"\n'
    config.store(tmp_path, "model", 'a "b"')
    assert config.load(tmp_path).model == 'a "b"'
    assert config.load(tmp_path).clean == "none"
    with pytest.raises(SettingsError, match="nothing"):
        config.store(tmp_path, "nothing", "x")


def test_a_spacy_pipeline_keeps_its_parser_and_entities(tmp_path: Path) -> None:
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc, Span

    from pipeline import model

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PRODUCT", "pattern": "Blue Comet"}, {"label": "DATE", "pattern": "Tuesday"}])  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "mine")
    loaded: Language = model.load(str(tmp_path / "mine"))
    doc: Doc = loaded("“Blue Comet will sail,” Maria Keller said on Tuesday.")
    found: list[Span] = list(doc.ents)
    assert [(ent.text, ent.label_) for ent in found if ent.text == "Blue Comet"] == [("Blue Comet", "PRODUCT")]
    assert "DATE" not in {ent.label_ for ent in found}
    assert len(doc._.quotes) == 1
    assert len(doc._.dates) == 1
