"""The memory that linking takes hardly grows with the number of articles: what grows is a few numbers a row.

Everything that linking does in blocks is done in small ones here, so that a corpus of a few hundred articles is large.
"""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline import schema
from pipeline.link import (
    blocking,
    claim_forms,
    claim_links,
    claim_notes,
    claim_pairs,
    claims,
    duplicates,
    entities,
    link,
    quote_forms,
    relations,
    spill,
    statements,
)

PIECE = 20
QUOTES, CLAIMS, CHAINS = 3, 8, 4
#: Bytes by which the peak may grow with an article: about a hundred for each claim, quote and name, and what blocks
#: that aren't full yet leave open. Where claims and the texts of quotes were kept in memory, these were 6,700.
ALLOWED = 5_000


class Made:
    """A corpus of so many articles, of which each says some things that others say too; a piece a few articles."""

    def __init__(self, articles: int, folder: Path) -> None:
        self.folder = folder
        chance = random.Random(5)
        parts = ("bal", "dor", "fen", "gim", "kor", "lut", "mer", "nap", "rit", "sol")
        words = [f"{a}{b}{c}" for a in parts for b in parts for c in parts]
        said = [" ".join(chance.choices(words, k=chance.randrange(5, 20))) for _ in range(40)]
        numbers = [range(start, min(start + PIECE, articles)) for start in range(0, articles, PIECE)]
        people = [f"{chance.choice(words)} {chance.choice(words)}".title() for _ in range(40)]
        made = [[_rows(number, random.Random(number), words, said, people) for number in some] for some in numbers]
        names = ("articles", "sentences", "local_entities", "mentions", "quotes", "dates", "claims")
        self._pieces: Mapping[str, list[pa.Table]] = {
            name: [
                schema.conform(name, schema.to_table(name, [row for rows in piece for row in rows[name]]))
                for piece in made
            ]
            for name in names
        }

    def pieces(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        for piece in self._pieces[name]:
            yield piece.select(columns) if columns else piece


def _rows(
    number: int, chance: random.Random, words: list[str], said: list[str], people: list[str]
) -> dict[str, list[dict[str, Any]]]:
    article = f"a{number:06}"

    def text(size: int) -> str:
        return " ".join(chance.choices(words, k=size))

    def at(start: int) -> dict[str, Any]:
        return {"article_id": article, "sentence_id": 0, "start": start, "end": start + 90}

    body = text(60)
    chains = chance.sample(people, CHAINS)
    quotes = [chance.choice(said) if chance.random() < 0.5 else text(9) for _ in range(QUOTES)]
    return {
        "articles": [{"article_id": article, "language": "en", "text": body, "raw_sha256": "0", "n_sentences": 1,
                      "n_tokens": 60}],
        "sentences": [at(0) | {"paragraph": 0, "section": "body", "text": body, "raw_start": 0, "raw_end": 90}],
        "local_entities": [
            {"article_id": article, "chain": chain, "name": name, "label": "PERSON", "aliases": [name],
             "descriptions": []}
            for chain, name in enumerate(chains)
        ],
        "mentions": [
            at(100 * chain) | {"mention_id": f"{article}:m{chain}", "text": name, "label": "PERSON", "kind": "name",
                               "entity_id": str(chain)}
            for chain, name in enumerate(chains)
        ],
        "quotes": [
            at(100 * place) | {"quote_id": f"{article}:q{place}", "text": quote, "kind": "direct",
                               "utterance_id": f"{article}:u{place}", "speaker_entity_id": str(place % CHAINS)}
            for place, quote in enumerate(quotes)
        ],
        "dates": [],
        "claims": [
            at(100 * place) | {
                "claim_id": f"{article}:c{place}", "text": "text", "spans": [], "kind": "fact", "quantities": [],
                "proposition": chance.choice(said) if place % 4 == 0 else text(7), "subject": chains[place % CHAINS],
                "subject_entity_id": str(place % CHAINS), "predicate": chance.choice(words),
                "claimant_kind": "article", "attribution": "none", "chain": [], "stance": "affirms",
                "polarity": "affirmed", "modality": "asserted",
            }
            for place in range(CLAIMS)
        ],
    }  # fmt: skip


def peak(corpus: Made) -> int:
    """The most bytes that Python and NumPy hold at once while *corpus* is linked and read, and the most that Arrow is
    seen to hold then."""
    before: int = pa.total_allocated_bytes()
    most = before
    tracemalloc.start()
    try:
        linked = link(corpus)
        for name in schema.TABLES:
            if name != "rejects":
                for _ in linked.pieces(name):
                    most = max(most, pa.total_allocated_bytes())
        return tracemalloc.get_traced_memory()[1] + most - before
    finally:
        tracemalloc.stop()


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, constants in {
        blocking: {"_PAIRS": 500, "_LOOKED_UP": 100},
        claim_forms: {"_BLOCK": 50, "_TOGETHER": 50},
        claim_links: {"_NOTED": 50, "_ROWS": 50},
        claim_notes: {"_NOTED": 50},
        claim_pairs: {"_COMPARED": 50},
        claims: {"_FORMS": 10},
        duplicates: {"_KEPT": 10, "_SKETCHES": 10, "_WORDS": 300},
        entities: {"_ROWS": 50},
        quote_forms: {"BATCH": 50},
        relations: {"_REMEMBERED": 50},
        spill: {"_HELD": 1 << 10, "_GATHERED": 1 << 14, "_READ": 1 << 13, "_TOGETHER": 1 << 13},
        statements: {"_BATCH": 50},
    }.items():
        for name, value in constants.items():
            monkeypatch.setattr(module, name, value)


@pytest.mark.slow
@pytest.mark.usefixtures("small_blocks")
def test_memory_hardly_grows(tmp_path: Path) -> None:
    few, many = 40, 160
    peak(Made(many, tmp_path))  # what is read or looked up once, as word lists and stems
    grown = peak(Made(many, tmp_path)) - peak(Made(few, tmp_path))
    assert grown / (many - few) < ALLOWED
