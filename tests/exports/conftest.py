"""What the tests of exports share: a run over articles that mean no good."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.exports import FORMATS, Made, export
from tests.conftest import run_corpus

LONG = "The harbour master said the pier would be closed. " * 800

HOSTILE = [
    {
        "article_id": "=cmd|' C calc'!A0",
        "title": '=HYPERLINK("http://example.org";"click")',
        "source": "@evil",
        "author": "+1-555",
        "url": "javascript:alert(1)",
        "published": "2021-06-09",
        "text": "-2+3 is what the mayor wrote.\n\n“=1+1,” Mayor Ana Petrov said on Tuesday. “'quoted,” she added.",
    },
    {
        "article_id": "@50% off: a;b",
        "text": "Mayor Ana Petrov said the pier\nwould be closed on 9 June 2021.\n\n"
        "“We will close the pier tomorrow and nobody will pay a single euro for it,” Mayor Ana Petrov said.",
        "source": "The Paper",
    },
    {
        "article_id": "naïve \u202ename\u0301 👩‍🚒",
        "published": "2021-06-09",
        "text": "“👩‍🚒 We will close the pier tomorrow"
        " and nobody will pay a single euro for it,” Mayor Ana Petrov said.\n\n"
        "</script><script>alert(1)</script> U.S.-led talks fell 3 percent, the U.S.-based bank said on Monday.",
    },
    {"article_id": "long", "published": "1850-01-02", "text": LONG},
    {"article_id": ".hidden", "text": "Nothing was said."},
]


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run over them."""
    folder = tmp_path_factory.mktemp("hostile")
    source = folder / "articles.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in HOSTILE), encoding="utf-8")
    tables = run_corpus(source, folder / "out", model="rules")
    assert tables["articles"].num_rows == len(HOSTILE)
    assert tables["quotes"].num_rows > 3
    return folder / "out"


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Made]:
    """The export of a folder in a format, made once a session."""

    @functools.cache
    def made(folder: Path, name: str) -> Made:
        return export(folder, name, tmp_path_factory.mktemp("export") / f"out{FORMATS[name].suffix}")

    return made


@pytest.fixture(scope="session", params=["corpus", "hostile"])
def folder(request: pytest.FixtureRequest) -> Path:
    """Each of the two runs in turn."""
    made: Path = request.getfixturevalue(f"{request.param}_folder")
    return made
