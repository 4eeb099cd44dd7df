"""What claims of two forms are to each other: pairs of forms block by block, each the same wherever it is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline import schema
from pipeline.link.claim_forms import Forms
from pipeline.link.claim_links import LINK, row
from pipeline.link.claim_notes import Notes
from pipeline.link.relations import OTHER_WORDS, Overlap, Weights, both_overlaps, relate
from pipeline.link.spill import Partitions
from pipeline.link.statements import Statement

#: Pairs written for two forms; beyond, each claim is paired with the first of the other form alone.
PAIRS: Final = 60
#: Pairs of forms whose statements are read at once, three thousand bytes each.
_COMPARED: Final = 2_000
#: Relations of claims that say the same.
SAME: Final = ("same_statement", "corroborates")
_SAME: Final = np.array([schema.RELATIONS.index(relation) for relation in SAME], np.int8)


class Related(NamedTuple):
    """What a block of pairs came to: pairs of claims that say the same, and rows of ``claim_links``.

    Claims are given by their places in the order of their ids; *links* are of the type
    :data:`pipeline.link.claim_links.LINK`.
    """

    same: npt.NDArray[np.int32]
    links: npt.NDArray[Any]


class Comparison:
    """Compares the claims of *pairs* of forms, partition by partition; *order* holds the numbers of claims by place."""

    def __init__(
        self, notes: Notes, forms: Forms, order: npt.NDArray[np.int32], pairs: Partitions, weights: Weights
    ) -> None:
        self._notes, self._forms, self._order = notes, forms, order
        self._pairs, self._weights = pairs, weights

    def of(self, partition: int) -> Related:
        """What the pairs of a *partition* come to."""
        pairs = self._pairs.read(partition)
        pairs = pairs[np.lexsort((pairs["other"], pairs["one"], pairs["near"]))]
        blocks = [self._block(pairs[start : start + _COMPARED]) for start in range(0, len(pairs), _COMPARED)]
        same = [block.same for block in blocks]
        links = [block.links for block in blocks]
        return Related(np.concatenate([np.zeros((0, 2), np.int32), *same]), np.concatenate([np.zeros(0, LINK), *links]))

    def _block(self, pairs: npt.NDArray[Any]) -> Related:
        found: list[tuple[int, int, int, int, bool, float]] = []
        wholes: list[bool] = []
        weights = self._weights
        claims, which = self._claims(pairs)
        wanted, places = np.unique(claims, return_inverse=True)
        statements = self._notes.statements(self._order[wanted])
        of_claims: list[list[int]] = places.reshape(claims.shape).tolist()  # type: ignore[assignment]
        overlaps = zip(*(pairs[name][which].tolist() for name in ("words", "alike", "contained")), strict=True)
        compared = zip(claims.tolist(), of_claims, overlaps, strict=True)
        for (one, other), (left_place, right_place), (words, alike, contained) in compared:
            left, right = statements[left_place], statements[right_place]
            best = Overlap(alike, contained)
            if alike != alike:  # not a number
                of_words, best = both_overlaps(left, right, weights)
                words = of_words.alike
            relation = relate(left, right, best, weights)
            if relation is not None:
                found.append(row(one, other, relation, independent(left, right, words)))
                wholes.append(left.whole)
        rows = np.array(found, LINK)
        same = np.isin(rows["relation"], _SAME)
        return Related(np.stack((rows["first"], rows["second"]), axis=1)[same], rows[~np.array(wholes, bool)])

    def _claims(self, pairs: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """The pairs of claims, and of which pair of forms each is."""
        members = self._forms.members
        left, right = (members.take(pairs[name]) for name in ("one", "other"))
        several = np.flatnonzero((left.sizes > 1) | (right.sizes > 1))
        single = np.flatnonzero((left.sizes == 1) & (right.sizes == 1))
        found = [np.stack((left.values[left.starts[single]], right.values[right.starts[single]]), axis=1)]
        which = [single]
        for number in several.tolist():
            ours, theirs = (
                side.values[side.starts[number] : side.starts[number + 1]].tolist() for side in (left, right)
            )
            of_two = np.array([*_pairs(ours, theirs)], np.int32)
            found.append(of_two)
            which.append(np.full(len(of_two), number))
        return np.concatenate(found), np.concatenate(which)


def independent(left: Statement, right: Statement, alike: float) -> bool:
    """Another claimant and other words, in articles that don't copy each other; *alike* is the share of the words that
    both have."""
    if left.claimant == right.claimant or left.root == right.root:
        return False
    if left.quotation is not None and left.quotation == right.quotation:
        return False
    return alike < OTHER_WORDS


def _pairs(left: list[int], right: list[int]) -> Iterator[tuple[int, int]]:
    if len(left) * len(right) <= PAIRS:
        yield from ((a, b) for a in left for b in right)
    else:
        yield from ((left[0], b) for b in right)
        yield from ((a, right[0]) for a in left[1:])
