"""Candidates by shared keys: the same as by comparing all with all, whatever the size of a block."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import pytest

from pipeline.link import blocking
from pipeline.link.blocking import Index, Lists, Ragged, Shared, ranges

ROWS = [sorted(random.Random(row).sample(range(30), row % 7)) for row in range(60)]
WEIGHTS = np.array([1 / (3 + key) for key in range(30)])


def ragged(rows: list[list[int]]) -> Ragged:
    lists = Lists()
    for row in rows:
        lists.append(row)
    return lists.ragged()


def test_ranges() -> None:
    assert ranges(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert ranges(np.array([], int), np.array([], int)).tolist() == []


def test_rows_are_taken_in_any_order() -> None:
    taken = ragged(ROWS).take(np.array([8, 0, 3]))
    assert taken.sizes.tolist() == [len(ROWS[8]), 0, len(ROWS[3])]
    assert taken.values.tolist() == [*ROWS[8], *ROWS[3]]
    assert taken.owners.tolist() == [0] * len(ROWS[8]) + [2] * len(ROWS[3])


def by_hand(limit: int) -> list[tuple[int, int, float]]:
    found = []
    for row, keys in enumerate(ROWS):
        shared: dict[int, float] = defaultdict(float)
        for other in range(row + 1, len(ROWS)):
            for key in keys:
                if key in ROWS[other]:
                    shared[other] += float(WEIGHTS[key])
        best = sorted(shared, key=lambda other: (-shared[other], other))[:limit]
        found += [(row, other, shared[other]) for other in best]
    return found


@pytest.mark.parametrize("block", [1, 40, 10**6])
@pytest.mark.parametrize("limit", [1, 3, 100])
def test_pairs_are_those_of_a_comparison_of_all(monkeypatch: pytest.MonkeyPatch, block: int, limit: int) -> None:
    monkeypatch.setattr(blocking, "_PAIRS", block)
    keys = ragged(ROWS)
    index = Index.of(keys)
    found: list[tuple[int, int, float]] = []
    for pairs in index.pairs(index.place + 1, index.last, WEIGHTS[keys.values], limit):
        found += zip(pairs.row.tolist(), pairs.other.tolist(), pairs.score.tolist(), strict=True)
    assert found == by_hand(limit)  # to the last bit


def test_what_rows_share() -> None:
    left, right = np.array([4, 5, 0, 13]), np.array([5, 4, 6, 13])
    expected = [sum(WEIGHTS[key] for key in set(ROWS[a]) & set(ROWS[b])) for a, b in zip(left, right, strict=True)]
    assert Shared(ragged(ROWS), WEIGHTS).of(left, right).tolist() == pytest.approx(expected)


def test_nothing_at_all() -> None:
    for rows in ([], [[], []]):
        index = Index.of(ragged(rows))
        assert [pairs for pairs in index.pairs(index.place + 1, index.last, np.zeros(0), 5) if len(pairs.row)] == []
        nobody = np.zeros(0, np.int64)
        assert Shared(ragged(rows), WEIGHTS).of(nobody, nobody).tolist() == []
