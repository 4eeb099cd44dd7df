"""What is read again from disk is what was written, whatever is asked for together; claims are in the order of ids."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline.link import spill
from pipeline.link.claim_notes import CLAIM, Notes
from pipeline.link.claims import ClaimLinker
from pipeline.link.ragged import Ragged, first_of_runs, grouped, run_sizes, starts_of
from pipeline.link.spill import Records, Spill, SpilledTable, of_texts, texts_of
from tests.claims.test_link_claims import articles, row, table

ROWS = [[row * 100 + place for place in range(row % 5)] for row in range(200)]


@pytest.mark.parametrize(("read", "skipped"), [(1 << 17, 1 << 12), (64, 8), (1, 0)])
@pytest.mark.parametrize("held", [1, 1 << 20])
def test_rows_in_any_order(monkeypatch: pytest.MonkeyPatch, read: int, skipped: int, held: int) -> None:
    monkeypatch.setattr(spill, "_READ", read)
    monkeypatch.setattr(spill, "_SKIPPED", skipped)
    monkeypatch.setattr(spill, "_TOGETHER", 3 * read)
    monkeypatch.setattr(spill, "_HELD", held)
    kept = Spill(of=np.int32)
    for start in range(0, len(ROWS), 7):
        some = ROWS[start : start + 7]
        kept.extend(Ragged(np.array([value for one in some for value in one]), starts_of([len(one) for one in some])))
    chance = random.Random(1)
    for wanted in ([], [5], [3, 4, 5], [9, 9, 2, 9], list(range(200)), chance.choices(range(200), k=300)):
        taken = kept.take(np.array(wanted, np.int32))
        assert [part.tolist() for part in np.split(taken.values, taken.starts[1:-1])] == (
            [ROWS[number] for number in wanted] or [[]]
        )


def test_records_and_texts_and_tables() -> None:
    kind = np.dtype([("a", "<i4"), ("b", "?")])
    made = np.array([(number, number % 3 == 0) for number in range(50)], kind)
    records = Records(kind)
    records.extend(made[:20])
    records.extend(made[20:])
    assert records.take(np.array([40, 3, 3])).tolist() == [(40, False), (3, True), (3, True)]
    assert records.read(21).tolist() == (21, True)
    assert np.concatenate(list(records.blocks(7))).tolist() == made.tolist()
    texts = pa.array(["", "Ärzte", "a", "", "日本"])
    for start in range(6):
        assert texts_of(of_texts(texts.slice(start))).equals(texts.slice(start))
    pieces = [pa.table({"t": ["a", None]}), pa.table({"t": pa.array([], pa.string())})]
    kept = SpilledTable(pieces[0].schema)
    for piece in pieces:
        kept.append(piece)
    assert [piece.equals(found) for piece, found in zip(pieces, kept.tables(), strict=True)] == [True, True]


def test_runs() -> None:
    first = first_of_runs(np.array([1, 1, 2, 2, 2, 1]), np.array([0, 0, 0, 1, 1, 1]))
    assert first.tolist() == [0, 2, 3, 5]
    assert run_sizes(first, 6).tolist() == [2, 1, 2, 1]
    assert first_of_runs(np.array([])).tolist() == []
    by_group = grouped(np.array([2, 0, 2, 3]), 4)
    assert by_group.values.tolist() == [1, 0, 2, 3]
    assert by_group.starts.tolist() == [0, 1, 1, 3, 4]


def test_claims_are_in_the_order_of_their_ids_whatever_piece_they_come_in() -> None:
    # "a10:" stands before "a1:", and "a1" before "a10".
    pieces = [["a1", "a10"], ["a100", "a11"], ["a2"]]
    linker = ClaimLinker()
    rows = []
    for piece in pieces:
        made = [
            row(number, article=article, proposition=f"The {article} council will approve the harbour budget", start=at)
            for article in piece
            for at, number in ((0, 20), (50, 3))
        ]
        rows += made
        linker.add([(table("claims", made), table("quotes", []), articles(made), None)])
    linked = linker.link()
    expected = sorted(made["claim_id"] for made in rows)
    assert linked.ids.take(np.arange(len(rows))).to_pylist() == expected
    assert expected != [made["claim_id"] for made in rows]


def test_a_column_of_what_is_noted_holds_nothing_else(tmp_path: Path) -> None:
    made = np.zeros(50_000, CLAIM)
    made["name"] = chance = np.random.default_rng(7).permutation(len(made))
    made["whole"] = chance % 3 == 0
    notes = Notes(tmp_path)
    notes._records.extend(made)
    wanted = chance[:30_000].astype(np.int32)
    tracemalloc.start()
    try:
        found = [notes.column("whole"), notes.column("name", wanted), notes.column("name", wanted[:0])]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    for values, expected in zip(found, (made["whole"], made["name"][wanted], made["name"][:0]), strict=True):
        assert values.tolist() == expected.tolist()
    assert most < made.nbytes / 4  # the columns are a sixteenth of it, the rest is what is read at once
