"""Spans by their probability: of all readings that a linear-chain CRF holds possible, which spans are most often there.

The best sequence of tags is right as a whole most often; it isn't the set of spans of which most are right. A span's
probability sums over every sequence that has it (forward-backward, Rabiner 1989); a span with a wrong edge is worth
something too, by how much of it is right. The chosen spans are those that don't overlap and whose worth, less a cost
each, adds up to most (minimum Bayes risk under span F1).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.stages.encode.pointers import Pointers

SPAN_COST = 0.38
"""What a span's worth must exceed: half of the F1 that is reached is best in theory (Lipton et al. 2014)."""

PARTLY = 0.15
"""Share of a span's worth that is the mean probability of its words to be in such a span; the rest is its own."""

POINTED = 0.5
"""Share of a span's own probability that its ends' pointers tell, where there are any; the chain tells the rest."""

UNLIKELY = 0.02
"""Spans less probable than this are not looked at."""

# Smaller chances, and weights of a tag by the best of its word, don't count.
_LEAST = -80.0
_NEVER = float(np.exp(_LEAST))
# Sums are brought back to one after so many words: fewer are too few to leave the range of a float.
_RESCALED = 4


@dataclass(frozen=True, slots=True)
class Likely:
    """Words ``start:end`` may be a span of *label*; *worth*, from 0 to 1, as :data:`PARTLY` says."""

    start: int
    end: int
    label: str
    worth: float


def likely_spans(
    scores: np.ndarray, moves: np.ndarray, tags: Sequence[str], starts: Sequence[int], cost: float = SPAN_COST,
    partly: float = PARTLY, pointers: Mapping[str, Pointers] | None = None, pointed: float = POINTED,
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
        pointers: of labels whose ends point to one another.
        pointed: share of a span's probability that pointers tell, between 0 and 1.
    """
    if not len(scores):
        return []
    chain = _Chain(scores.astype(np.float64), moves.astype(np.float64), np.array([*starts, len(scores)]))
    ids = {tag: i for i, tag in enumerate(tags)}
    found: list[Likely] = []
    for label in dict.fromkeys(tag[2:] for tag in tags if tag != "O"):
        begin, inside, end, single = (ids[f"{prefix}-{label}"] for prefix in "BIES")
        covered = np.concatenate(([0.0], np.cumsum(chain.posterior[:, [begin, inside, end, single]].sum(1))))
        alone = np.flatnonzero(chain.posterior[:, single] >= UNLIKELY)
        first, last, chance = _longer(chain, begin, inside, end)
        low = np.concatenate((alone, first))
        high = np.concatenate((alone, last)) + 1
        chance = np.concatenate((chain.posterior[alone, single], chance))
        if pointers is not None and label in pointers:
            onward, back = pointers[label].chances(low, high - 1)
            onward *= chain.posterior[low][:, [begin, single]].sum(1)
            back *= chain.posterior[high - 1][:, [end, single]].sum(1)
            mixed = (1 - pointed) * chance + pointed * (onward + back) / 2
            chance = np.where(np.isnan(mixed), chance, mixed)
        worth = (1 - partly) * chance + partly * (covered[high] - covered[low]) / (high - low)
        # A span that costs more than it is worth is in no best choice.
        kept = worth > cost
        found += map(Likely, low[kept].tolist(), high[kept].tolist(), [label] * int(kept.sum()), worth[kept].tolist())
    return _chosen(found, cost)


def _longer(chain: _Chain, begin: int, inside: int, end: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First word, last word and probability of each span of two words and more that is not :data:`UNLIKELY`."""
    first = np.flatnonzero((chain.posterior[:, begin] >= UNLIKELY) & ~chain.starts[1:])
    last = np.flatnonzero((chain.posterior[:, end] >= UNLIKELY) & ~chain.starts[:-1])
    # The log of the chance to stay inside is a running sum, from which a stretch is a difference. It never rises.
    staying = np.full(len(chain.posterior), _LEAST)
    staying[1:] = chain.step(inside, inside, np.arange(1, len(staying)))
    staying[chain.starts[:-1]] = _LEAST
    staying = np.cumsum(staying)
    opened = np.log(chain.posterior[first, begin])
    onward = opened + chain.step(begin, inside, first + 1) - staying[first + 1]
    # Where it has become unlikely that the span is open still; it may end at this word, or before.
    closed = np.searchsorted(-staying, onward - np.log(UNLIKELY), side="right")
    low = np.searchsorted(last, first, side="right")
    count = np.searchsorted(last, np.maximum(closed, first + 1), side="right") - low
    row = np.repeat(np.arange(len(first)), count)
    column = np.arange(len(row)) - np.repeat(np.cumsum(count) - count - low, count)
    i, j = first[row], last[column]
    at_once, at_last = chain.step(begin, end, last), chain.step(inside, end, last)
    log = np.where(j == i + 1, opened[row] + at_once[column], onward[row] + staying[j - 1] + at_last[column])
    chance = np.exp(log)
    kept = chance >= UNLIKELY
    return i[kept], j[kept], chance[kept]


class _Chain:
    """All sequences as the Markov chains that they are once their scores are known: each tag by the one before.

    Attributes:
        posterior: float64 (words, tags), the probability of each tag of each word.
        starts: bool (words + 1,), where a sequence starts, and behind the last word.
    """

    def __init__(self, scores: np.ndarray, moves: np.ndarray, edges: np.ndarray) -> None:
        """Sums over all sequences, given as :func:`likely_spans` takes them; *edges* ends with the count of words."""
        k = scores.shape[1]
        self.starts = np.zeros(len(scores) + 1, dtype=bool)
        self.starts[edges] = True
        self._weights = np.exp(np.maximum(scores - scores.max(1, keepdims=True), _LEAST))
        moved = np.exp(moves - moves.max())
        self._between = moved[:k, :k]
        ahead, self._behind, self._size = _passes(self._weights, moved, edges)
        posterior = ahead * self._weights * self._behind
        self.posterior = posterior / posterior.sum(1, keepdims=True)

    def step(self, before: int, tag: int, words: np.ndarray) -> np.ndarray:
        """float64 (len(words),), the log of the probability of *tag* where the word before has the tag *before*.

        None of *words* is the first of all; at the first of another sequence the result means nothing.
        """
        after = self._between[before, tag] * self._weights[words, tag] * self._behind[words, tag]
        given = self._behind[words - 1, before] * self._size[words - 1]
        chance = np.divide(after, given, out=np.zeros(len(words)), where=given > 0)
        log: np.ndarray = np.log(np.clip(chance, _NEVER, 1.0))
        return log


def _passes(weights: np.ndarray, moved: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Forward and backward sums of each word, its own weight left out, and what the latter were divided by.

    All sequences step together, both ways at once, the longest first.
    """
    n, k = weights.shape
    starts, stops = edges[:-1], edges[1:]
    order = np.argsort(starts - stops, kind="stable")
    starts, stops = starts[order], stops[order]
    lengths = stops - starts
    steps = int(lengths[0])
    active = np.searchsorted(-lengths, -np.arange(steps), side="left")
    # Rows in the order of the steps: first every sequence's first word (last, on the way back), then every second.
    offsets = np.concatenate(([0], np.cumsum(active)))
    row = np.arange(n) - np.repeat(offsets[:-1], active)
    step = np.repeat(np.arange(steps), active)
    places = np.stack((starts[row] + step, stops[row] - 1 - step))
    given = weights[places]
    between = np.stack((moved[:k, :k], moved[:k, :k].T))
    sums, sizes = np.empty((2, n, k)), np.ones((2, n, 1))
    sums[0, : active[0]], sums[1, : active[0]] = moved[k, :k], moved[:k, k]
    bounds = offsets.tolist()
    for s in range(steps - 1):
        low, middle, high = bounds[s], bounds[s + 1], bounds[s + 2]
        rows = slice(low, low + high - middle)
        onward = sums[:, middle:high]
        np.matmul(given[:, rows] * sums[:, rows], between, out=onward)
        if s % _RESCALED == 0:
            size = sizes[:, middle:high]
            onward.sum(2, keepdims=True, out=size)
            onward /= size
    ahead, behind, size = np.empty((n, k)), np.empty((n, k)), np.empty(n)
    ahead[places[0]], behind[places[1]], size[places[1]] = sums[0], sums[1], sizes[1, :, 0]
    return ahead, behind, size


def _chosen(candidates: list[Likely], cost: float) -> list[Likely]:
    """Those that don't overlap and are worth most, less *cost* each (weighted interval scheduling); each exceeds it."""
    by_end = sorted(candidates, key=lambda span: span.end)
    # What the best choice up to each of some ends is worth; the span that was added there, and the choice before it.
    ends, best = [0], [0.0]
    taken: list[tuple[Likely, int] | None] = [None]
    for span in by_end:
        before = bisect_right(ends, span.start) - 1
        total = best[before] + span.worth - cost
        if total <= best[-1]:
            continue
        if ends[-1] == span.end:
            best[-1], taken[-1] = total, (span, before)
        else:
            ends.append(span.end)
            best.append(total)
            taken.append((span, before))
    found: list[Likely] = []
    at = len(ends) - 1
    while (last := taken[at]) is not None:
        found.append(last[0])
        at = last[1]
    return found[::-1]
