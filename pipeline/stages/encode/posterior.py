"""Spans by their probability: of all readings that a linear-chain CRF holds possible, which spans are most often there.

The best sequence of tags is right as a whole most often; it isn't the set of spans of which most are right. A span's
probability sums over every sequence that has it (forward-backward, Rabiner 1989); a span with a wrong edge is worth
something too, by how much of it is right. The chosen spans are those that don't overlap and whose worth, less a cost
each, adds up to most (minimum Bayes risk under span F1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

SPAN_COST = 0.4
"""What a span's worth must exceed: half of the F1 that is reached is best in theory (Lipton et al. 2014)."""

PARTLY = 0.3
"""Share of a span's worth that is the mean probability of its words to be in such a span; the rest is its own."""

UNLIKELY = 0.02
"""Spans less probable than this are not looked at."""


@dataclass(frozen=True, slots=True)
class Likely:
    """Words ``start:end`` may be a span of *label*; *worth*, from 0 to 1, as :data:`PARTLY` says."""

    start: int
    end: int
    label: str
    worth: float


def likely_spans(
    scores: np.ndarray, moves: np.ndarray, tags: Sequence[str], starts: Sequence[int], cost: float = SPAN_COST,
    partly: float = PARTLY,
) -> list[Likely]:  # fmt: skip
    """The spans of each sequence that together are worth most, in order.

    Time and memory are linear in words: starts and ends below :data:`UNLIKELY` are left out, and at any word no more
    than ``1 / UNLIKELY`` spans can be open.

    Args:
        scores: float (words, tags), of all sequences one after the other.
        moves: float (tags + 1, tags + 1), added from tag to tag; the last index is the edge.
        tags: BIOES tags, ``O`` first.
        starts: ascending word indices at which sequences start; the first is 0.
        cost: of each span, between 0 and 1.
        partly: between 0 (a span is right or wrong) and 1.
    """
    if not len(scores):
        return []
    edges = [*starts, len(scores)]
    ahead, behind, whole = _forward_backward(scores.astype(np.float64), moves.astype(np.float64), edges)
    posterior = np.exp(ahead + behind - whole[:, None])
    ids = {tag: i for i, tag in enumerate(tags)}
    candidates: dict[int, list[Likely]] = {}

    def add(start: int, end: int, label: str, probability: float) -> None:
        covered = float(inner[end] - inner[start]) / (end - start)
        candidates.setdefault(end, []).append(Likely(start, end, label, (1 - partly) * probability + partly * covered))

    for label in dict.fromkeys(tag[2:] for tag in tags if tag != "O"):
        begin, inside, end, single = (ids[f"{prefix}-{label}"] for prefix in "BIES")
        inner = np.concatenate(([0.0], np.cumsum(posterior[:, [begin, inside, end, single]].sum(1))))
        for i in np.flatnonzero(posterior[:, single] >= UNLIKELY).tolist():
            add(i, i + 1, label, float(posterior[i, single]))
        # log P(still inside at i | at the sequence's start), as running sums from which a stretch is a difference.
        run = np.cumsum(scores[:, inside].astype(np.float64) + moves[inside, inside])
        ends = posterior[:, end] >= UNLIKELY
        last = np.array(edges[1:])
        for i in np.flatnonzero(posterior[:, begin] >= UNLIKELY).tolist():
            stop = int(last[np.searchsorted(last, i, side="right")])
            opened = ahead[i, begin] - whole[i]
            for j in range(i + 1, stop):
                # Words i+1 … j-1 are inside; the first of them was entered from `begin`.
                middle = opened
                if j > i + 1:
                    middle += moves[begin, inside] - moves[inside, inside] + run[j - 1] - run[i]
                    if middle + behind[j - 1, inside] < np.log(UNLIKELY):
                        break
                if ends[j]:
                    entered = moves[inside, end] if j > i + 1 else moves[begin, end]
                    p = float(np.exp(middle + entered + scores[j, end] + behind[j, end]))
                    if p >= UNLIKELY:
                        add(i, j + 1, label, p)
    return [span for start, stop in pairwise(edges) for span in _chosen(candidates, start, stop, cost)]


def _forward_backward(
    scores: np.ndarray, moves: np.ndarray, edges: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logs of the sums over all ways to a tag (its own score included) and on from it, and of all ways, by word.

    All sequences step together, longest first; products are summed element by element, so that a sequence's sums
    don't depend on which others are there.
    """
    n, k = scores.shape
    begins, lengths = np.array(edges[:-1]), np.diff(edges)
    order = np.argsort(-lengths, kind="stable")
    begins, lengths = begins[order], lengths[order]
    steps = int(lengths[0])
    active = np.searchsorted(-lengths, -np.arange(steps), side="left")
    peaks = scores.max(1)
    weights = np.exp(scores - peaks[:, None])
    shift = moves.max()
    between, first, final = np.exp(moves[:k, :k] - shift), np.exp(moves[k, :k] - shift), np.exp(moves[:k, k] - shift)
    ahead, behind = np.empty((n, k)), np.empty((n, k))
    ahead_log, behind_log = np.empty(n), np.empty(n)

    at = first * weights[begins]
    for step in range(steps):
        rows = begins[: active[step]] + step
        if step:
            at = (at[: len(rows), :, None] * between).sum(1) * weights[rows]
        size = at.sum(1)
        at /= size[:, None]
        ahead[rows] = at
        ahead_log[rows] = np.log(size) + peaks[rows] + shift
    at = np.empty((0, k))
    for step in range(steps - 1, -1, -1):
        rows = begins[: active[step]] + step
        going = np.empty((len(rows), k))
        going[len(at) :] = final
        sizes = np.full(len(rows), shift)
        if len(at):
            after = rows[: len(at)] + 1
            going[: len(at)] = (between * (weights[after] * at)[:, None, :]).sum(2)
            sizes[: len(at)] += peaks[after] + behind_log[after]
        size = going.sum(1)
        at = going / size[:, None]
        behind[rows] = at
        behind_log[rows] = np.log(size) + sizes
    whole = np.empty(n)
    with np.errstate(divide="ignore"):
        ahead, behind = np.log(ahead), np.log(behind)
    for start, stop in pairwise(edges):
        if start == stop:
            continue
        ahead_log[start:stop] = np.cumsum(ahead_log[start:stop])
        ends = ahead[stop - 1] + moves[:k, k]
        top = ends.max()
        whole[start:stop] = ahead_log[stop - 1] + top + np.log(np.exp(ends - top).sum())
    return ahead + ahead_log[:, None], behind + behind_log[:, None], whole


def _chosen(candidates: dict[int, list[Likely]], start: int, stop: int, cost: float) -> list[Likely]:
    """Those that end in ``start:stop``, don't overlap and are worth most (weighted interval scheduling)."""
    best = [0.0] * (stop - start + 1)
    taken: list[Likely | None] = [None] * (stop - start + 1)
    for at in range(1, stop - start + 1):
        best[at] = best[at - 1]
        for span in candidates.get(start + at, ()):
            total = best[span.start - start] + span.worth - cost
            if total > best[at]:
                best[at], taken[at] = total, span
    found: list[Likely] = []
    at = stop - start
    while at > 0:
        last = taken[at]
        if last is None:
            at -= 1
        else:
            found.append(last)
            at = last.start - start
    return found[::-1]
