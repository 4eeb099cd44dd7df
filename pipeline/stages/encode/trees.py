"""Arc scores to dependency trees: one root a sentence, no cycle."""

from __future__ import annotations

import numpy as np

NEVER = np.float32(-1e9)


def _has_cycle(heads: list[int], root: int) -> bool:
    """Whether some word of *heads* never reaches *root*. Linear: every word is walked over once."""
    walks = [-1] * len(heads)  # the walk that first came by, by the word where it began
    walks[root] = len(heads)
    for start in range(len(heads)):
        at = start
        while walks[at] < 0:
            walks[at] = start
            at = heads[at]
        if walks[at] == start:
            return True
    return False


def _find_cycle(heads: list[int], root: int) -> list[int]:
    """The words of one cycle, or nothing."""
    state = [0] * len(heads)
    state[root] = 2
    for start in range(len(heads)):
        at, path = start, []
        while state[at] == 0:
            state[at] = 1
            path.append(at)
            at = heads[at]
        if state[at] == 1:
            return path[path.index(at) :]
        for node in path:
            state[node] = 2
    return []


def _maximum_arborescence(scores: np.ndarray, root: int) -> list[int]:
    """Chu-Liu/Edmonds by contraction, over ``scores[dependent, head]``; the root keeps itself as head."""
    n = len(scores)
    best = scores.copy()
    np.fill_diagonal(best, NEVER)
    heads: list[int] = best.argmax(1).tolist()
    heads[root] = root
    cycle = _find_cycle(heads, root)
    if not cycle:
        return heads
    inside = np.zeros(n, dtype=bool)
    inside[cycle] = True
    outside = [i for i in range(n) if not inside[i]]
    m = len(outside)
    kept = np.array([best[i, heads[i]] for i in cycle])
    small = np.full((m + 1, m + 1), NEVER, dtype=best.dtype)
    small[:m, :m] = best[np.ix_(outside, outside)]
    # The best way out of the cycle for each word outside, and the best way in from each.
    leave = best[np.ix_(outside, cycle)]
    small[:m, m] = leave.max(1)
    enter = best[np.ix_(cycle, outside)] - kept[:, None]
    small[m, :m] = enter.max(0)
    contracted = _maximum_arborescence(small, outside.index(root))
    result = heads[:]
    for i, word in enumerate(outside):
        head = contracted[i]
        if word == root:
            continue
        result[word] = outside[head] if head < m else cycle[int(leave[i].argmax())]
    source = contracted[m]
    broken = cycle[int(enter[:, source].argmax())]
    result[broken] = outside[source]
    return result


def decode_tree(scores: np.ndarray) -> list[int]:
    """The head of each word of a sentence.

    Args:
        scores: float32 (words, words); ``scores[i, j]`` says how well *j* heads *i*, the diagonal how well *i* is root.

    Returns:
        Indices; exactly one word, the root, heads itself. The best head of every word where that makes a tree, else
        the best tree under the likeliest root (Chu-Liu/Edmonds).
    """
    n = len(scores)
    if n == 1:
        return [0]
    heads: list[int] = scores.argmax(1).tolist()
    roots = [i for i, head in enumerate(heads) if head == i]
    if len(roots) == 1 and not _has_cycle(heads, roots[0]):
        return heads
    shifted = scores - scores.max(1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(1, keepdims=True))
    root = int(np.diagonal(shifted).argmax())
    return _maximum_arborescence(shifted, root)
