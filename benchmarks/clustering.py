"""Measures of clusterings: MUC, B3, CEAF-e. A cluster is a set of mention numbers."""

from __future__ import annotations

Clusters = list[frozenset[int]]


def b3(left: Clusters, right: Clusters) -> tuple[float, int]:
    """B3 of *left* against *right* (Bagga and Baldwin 1998): the sum of each mention's share, and the mentions."""
    of = {m: c for c in right for m in c}
    total = sum(len(c & of.get(m, frozenset())) / len(c) for c in left for m in c)
    return total, sum(map(len, left))


def muc(left: Clusters, right: Clusters) -> tuple[float, int]:
    """MUC of *left* against *right* (Vilain et al. 1995): the links kept, and the links."""
    of = {m: k for k, c in enumerate(right) for m in c}
    kept = sum(len(c) - len({of.get(m, ("alone", m)) for m in c}) for c in left)
    return kept, sum(len(c) - 1 for c in left)


def _assignment(scores: list[list[float]]) -> float:
    """The best total of one score a row and column (Hungarian method, O(n^3))."""
    if not scores or not scores[0]:
        return 0.0
    rows, columns = len(scores), len(scores[0])
    if rows > columns:
        return _assignment([list(column) for column in zip(*scores, strict=True)])
    infinite = float("inf")
    u, v, match, way = [0.0] * (rows + 1), [0.0] * (columns + 1), [0] * (columns + 1), [0] * (columns + 1)
    for i in range(1, rows + 1):
        match[0], j0 = i, 0
        low, used = [infinite] * (columns + 1), [False] * (columns + 1)
        while True:
            used[j0] = True
            i0, delta, j1 = match[j0], infinite, 0
            for j in range(1, columns + 1):
                if not used[j]:
                    current = -scores[i0 - 1][j - 1] - u[i0] - v[j]
                    if current < low[j]:
                        low[j], way[j] = current, j0
                    if low[j] < delta:
                        delta, j1 = low[j], j
            for j in range(columns + 1):
                if used[j]:
                    u[match[j]] += delta
                    v[j] -= delta
                else:
                    low[j] -= delta
            j0 = j1
            if not match[j0]:
                break
        while j0:
            match[j0], j0 = match[way[j0]], way[j0]
    return sum(scores[match[j] - 1][j - 1] for j in range(1, columns + 1) if match[j])


def ceafe(left: Clusters, right: Clusters) -> tuple[float, int, int]:
    """CEAF-e (Luo 2005): the best total similarity of one-to-one matched clusters, and how many each side has."""
    scores = [[2 * len(a & b) / (len(a) + len(b)) for b in right] for a in left]
    return _assignment(scores), len(left), len(right)


def f1(precision: float, recall: float) -> float:
    """Their harmonic mean; 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
