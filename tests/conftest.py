"""What the tests share: the corpus, run once a session."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import schema
from pipeline.config import Settings

if TYPE_CHECKING:
    from spacy.language import Language

ROOT = Path(__file__).resolve().parent.parent


def run_corpus(source: Path | str, out: Path, **settings: object) -> dict[str, pa.Table]:
    """The tables that a run over *source* writes to *out*."""
    from pipeline.progress import Quiet
    from pipeline.run import run

    run(source, out, Settings(**settings), Quiet())  # type: ignore[arg-type]
    return {name: pq.read_table(out / f"{name}.parquet") for name in schema.TABLES}


@functools.cache
def language(*stages: str) -> Language:
    """A blank English pipeline with *stages* added, made once."""
    import spacy

    import pipeline.stages  # noqa: F401

    nlp = spacy.blank("en")
    for stage in stages:
        nlp.add_pipe(stage)
    return nlp


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run over the five articles."""
    out = tmp_path_factory.mktemp("outputs")
    run_corpus(ROOT / "corpus", out)
    return out


@pytest.fixture(scope="session")
def corpus_tables(corpus_folder: Path) -> dict[str, pa.Table]:
    """Every table of the five articles."""
    return {name: pq.read_table(corpus_folder / f"{name}.parquet") for name in schema.TABLES}
