"""Candidates by shared keys: the same as by comparing all with all, whatever the size of a block."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import pytest

from pipeline.link import blocking, spill
from pipeline.link.blocking import Buckets, Rule, Shared
from pipeline.link.ragged import Ragged, ranges, starts_of

ROWS = [sorted(random.Random(row).sample(range(30), row % 7)) for row in range(60)]
WEIGHTS = np.array([1 / (3 + key) for key in range(30)])


def ragged(rows: list[list[int]]) -> Ragged:
    return Ragged(np.array([value for row in rows for value in row], np.int32), starts_of([len(row) for row in rows]))


def test_ranges() -> None:
    assert ranges(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert ranges(np.array([], int), np.array([], int)).tolist() == []


def test_rows_are_taken_in_any_order() -> None:
    taken = ragged(ROWS).take(np.array([8, 0, 3]))
    assert taken.sizes.tolist() == [len(ROWS[8]), 0, len(ROWS[3])]
    assert taken.values.tolist() == [*ROWS[8], *ROWS[3]]
    assert taken.owners.tolist() == [0] * len(ROWS[8]) + [2] * len(ROWS[3])


def bucketed(rows: list[list[int]], step: int) -> Buckets:
    """The rows, added *step* at a time."""
    buckets = Buckets()
    for start in range(0, len(rows), step):
        buckets.add(ragged(rows[start : start + step]))
    return buckets


def flat(buckets: Buckets, rule: Rule, limit: int) -> list[tuple[int, int, float]]:
    found: list[tuple[int, int, float]] = []
    for pairs in buckets.pairs(rule, limit, WEIGHTS):
        found += zip(pairs.row.tolist(), pairs.other.tolist(), pairs.score.tolist(), strict=True)
    return found


def by_hand(rule: Rule, limit: int) -> list[tuple[int, int, float]]:
    """All rows of a bucket with all, one by one."""
    shared: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for row, keys in enumerate(ROWS):
        for key in keys:
            held = [other for other in range(len(ROWS)) if key in ROWS[other]]
            crowded = len(held) > rule.common
            if crowded and rule.rank is not None:
                held.sort(key=lambda other: int(rule.rank[other]))  # type: ignore[index]
            at = held.index(row)
            near = rule.neighbours if crowded else len(held)
            others = held[max(at - near, 0) : at] if rule.earlier else held[at + 1 : at + 1 + near]
            for other in others:
                pair = (min(row, other), max(row, other)) if rule.rank is not None else (row, other)
                shared[pair[0]][pair[1]] += float(WEIGHTS[key])
    return [
        (row, other, shared[row][other])
        for row in sorted(shared)
        for other in sorted(shared[row], key=lambda other: (-shared[row][other], other))[:limit]
    ]


RULES = [
    Rule(common=100),
    Rule(common=100, earlier=True),
    Rule(common=8),
    Rule(common=8, neighbours=2, earlier=True),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("block", [1, 40, 10**6])
@pytest.mark.parametrize("limit", [1, 3, 100])
def test_pairs_are_those_of_a_comparison_of_all(
    monkeypatch: pytest.MonkeyPatch, rule: Rule, block: int, limit: int
) -> None:
    monkeypatch.setattr(blocking, "_PAIRS", block)
    for held in (1, 10**6):
        monkeypatch.setattr(spill, "_GATHERED", held)
        assert flat(bucketed(ROWS, 7), rule, limit) == by_hand(rule, limit)  # to the last bit


@pytest.mark.parametrize("block", [1, 10**6])
def test_crowded_buckets_are_put_in_order(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(blocking, "_PAIRS", block)
    rank = np.array(random.Random(5).sample(range(len(ROWS)), len(ROWS)))
    rule = Rule(common=8, neighbours=3, rank=rank)
    found = {(row, other) for row, other, _ in flat(bucketed(ROWS, 60), rule, 100)}
    assert found == {(row, other) for row, other, _ in by_hand(rule, 100)}
    assert all(row < other for row, other in found)


def test_what_rows_share() -> None:
    left, right = np.array([4, 5, 0, 13]), np.array([5, 4, 6, 13])
    pairs = [(set(ROWS[a]), set(ROWS[b])) for a, b in zip(left, right, strict=True)]
    both, ours, theirs = Shared(ragged(ROWS), WEIGHTS).of(left, right)
    assert both.tolist() == pytest.approx([sum(WEIGHTS[key] for key in a & b) for a, b in pairs])
    assert ours.tolist() == pytest.approx([sum(WEIGHTS[key] for key in a) for a, _ in pairs])
    assert theirs.tolist() == pytest.approx([sum(WEIGHTS[key] for key in b) for _, b in pairs])


def test_nothing_at_all() -> None:
    nothing: list[list[list[int]]] = [[], [[], []]]
    for rows in nothing:
        assert flat(bucketed(rows, 1), Rule(common=3), 5) == []
        nobody = np.zeros(0, np.int64)
        assert [found.tolist() for found in Shared(ragged(rows), WEIGHTS).of(nobody, nobody)] == [[], [], []]
