"""Corpora for the report's tests: a hostile one, one of one article, and tables made by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline import schema
from pipeline.files import write_parquet
from pipeline.report.build import build
from tests.conftest import run_corpus

HOSTILE = {
    "script": "<script>document.title='broken'</script> The minister said: “<img src=x onerror=alert(1)> we stay.”",
    "style": "</style></script></title><svg onload=alert(1)> “We go,” said Ann Lee of </textarea> the bank on 5 May.",
    "escapes": "“A & B < C > D,” Ann Lee said. 'Quote' \"it\" \\u003c &lt;b&gt; ]]> <!-- --> {{ 7 * 7 }} {% raw %} ${x",
    "right to left": "“\u202eevil\u202d שלום,” Ann Lee said. \u2067مرحبا\u2069 and \u202e no end of it.",
    "zero width": "“We\u200b will\u200d go,” said An\u00adn\ufeff Lee. \u200f\u200e\u2060 Next\u2028line\u2029here.",
    "combining": "“We z" + "\u0363\u0364\u0365\u0366\u0334\u0335\u0489" * 400 + " go,” Ann Lee said.",
    "CON.aux": "“Reserved,” Ann Lee said.",
    "Ünïcode %2e%2e & co #x?y=z": "“Strange name,” Ann Lee said.",
}
LINKS = ("javascript:alert(1)", "https://example.org/?a=1&b=<2>", "data:text/html,<script>alert(1)</script>", "//x.org")


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run over hostile articles, with hostile metadata."""
    folder = tmp_path_factory.mktemp("hostile")
    records = [
        {
            "article_id": name,
            "text": text,
            "title": f"<b onclick=alert(1)>{name}</b>",
            "source": f"</script><i>Paper \u202e{number % 3}",
            "author": '"><script>alert(1)</script>',
            "url": LINKS[number % len(LINKS)],
            "published": f"2020-01-{number + 1:02d}" if number % 2 else None,
        }
        for number, (name, text) in enumerate(HOSTILE.items())
    ]
    (folder / "in.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    (folder / "bad.txt").write_bytes(b"One\0two <script>alert(1)</script>")
    out = folder / "out"
    run_corpus(folder, out, model="rules")
    return out


@pytest.fixture(scope="session")
def corpus_report(corpus_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the report of the five articles."""
    folder = tmp_path_factory.mktemp("report") / "report"
    build(corpus_folder, folder)
    return folder


@pytest.fixture(scope="session")
def hostile_report(hostile_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the report of the hostile articles."""
    folder = tmp_path_factory.mktemp("report") / "hostile"
    build(hostile_folder, folder)
    return folder


DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "articles": {"language": "en", "raw_sha256": "0", "n_sentences": 1, "n_tokens": 5},
    "sentences": {"sentence_id": 0, "paragraph": 0, "section": "body", "raw_start": 0, "raw_end": 1},
    "mentions": {"sentence_id": 0, "label": "PERSON", "kind": "name"},
    "entities": {"label": "PERSON", "aliases": [], "descriptions": [], "n_mentions": 1, "n_articles": 1},
    "quotes": {"sentence_id": 0, "kind": "direct"},
    "claims": {
        "sentence_id": 0, "kind": "fact", "predicate": "be", "claimant_kind": "article", "attribution": "none",
        "stance": "affirms", "polarity": "affirmed", "modality": "asserted", "quantities": [], "chain": [],
    },
    "claim_links": {"relation": "contradicts", "independent": True, "score": 1.0},
}  # fmt: skip


def write_tables(folder: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """The tables of a run that would have *rows*, columns left out taken from DEFAULTS; those not named are empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in schema.TABLES:
        full = [{**DEFAULTS.get(name, {}), **row} for row in rows.get(name, ())]
        write_parquet(schema.conform(name, schema.to_table(name, full)), folder / f"{name}.parquet")
    return folder


def quote(article_id: str, text: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    """A row of quotes for ``text[start:end]``."""
    row_id = f"{article_id}:q{start}-{end}"
    span = {"quote_id": row_id, "utterance_id": row_id, "start": start, "end": end, "text": text[start:end]}
    return {"article_id": article_id, **span, **more}


def claim(article_id: str, text: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    """A row of claims for ``text[start:end]``."""
    span = {"claim_id": f"{article_id}:c{start}-{end}", "start": start, "end": end, "text": text[start:end]}
    spans = [{"start": start, "end": end}]
    return {"article_id": article_id, **span, "spans": spans, "proposition": text[start:end], **more}


def sentence(article_id: str, text: str, start: int = 0) -> dict[str, Any]:
    """A row of sentences for all of *text*."""
    return {"article_id": article_id, "start": start, "end": start + len(text), "text": text}


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of two outlets that contradict one another on a number, and of one article of a megabyte."""
    first, second = "Ann Lee says 5,000 troops left.", "Bob Ray says 2,000 troops left."
    long = "“We stay,” Ann Lee said. " + "word " * 200_000
    number = {"unit": "troops", "low": None, "high": None}
    rows: dict[str, list[dict[str, Any]]] = {
        "articles": [
            {"article_id": "a", "text": first, "source": "One", "published": dt.date(2020, 1, 1)},
            {"article_id": "b", "text": second, "source": "Two", "published": dt.date(2021, 5, 3)},
            {"article_id": "c", "text": long, "title": "A megabyte"},
        ],
        "sentences": [sentence("a", first), sentence("b", second), sentence("c", long)],
        "entities": [
            {"entity_id": "person/ann-lee", "name": "Ann Lee"},
            {"entity_id": "person/bob-ray", "name": "Bob Ray"},
        ],
        "quotes": [quote("c", long, 1, 9, speaker_entity_id="person/ann-lee", speaker="Ann Lee"),
                   quote("a", first, 13, 30, kind="indirect", speaker_text="she", cluster_speaker="Bob Ray")],
        "claims": [
            claim("a", first, 13, 30, claimant_kind="person", claimant="Ann Lee", claimant_entity_id="person/ann-lee",
                  claim_cluster="x", check_worthiness=0.9, quantities=[{**number, "value": 5000.0, "text": "5,000"}]),
            claim("b", second, 13, 30, claimant_kind="person", claimant="Bob Ray", claimant_entity_id="person/bob-ray",
                  claim_cluster="x", check_worthiness=0.4, stance="denies",
                  quantities=[{**number, "value": 2000.0, "text": "2,000"}]),
            claim("c", long, 1, 9, check_worthiness=0.5),
        ],
        "claim_links": [{"claim_id": "a:c13-30", "other_claim_id": "c:c1-9"}],
    }  # fmt: skip
    return write_tables(tmp_path_factory.mktemp("made"), rows)


@pytest.fixture
def empty_folder(tmp_path: Path) -> Path:
    """Tables of no article at all."""
    return write_tables(tmp_path / "empty", {})
