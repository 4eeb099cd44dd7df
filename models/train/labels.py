"""The closed lists of labels, and spans as BIOES tags. No torch here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NAME_LABELS = ("PERSON", "ORG", "LOC", "NORP")
LETTERS = dict(zip("POLN", NAME_LABELS, strict=True))
"""How readers and writers write the labels of names."""
ROLES = ("content", "source", "cue")


def bioes(labels: Sequence[str]) -> list[str]:
    """``O``, then ``B-X I-X E-X S-X`` for each label."""
    return ["O"] + [f"{prefix}-{label}" for label in labels for prefix in "BIES"]


NAME_TAGS = bioes(NAME_LABELS)
ROLE_TAGS = bioes(ROLES)


def tag_spans(n: int, spans: Iterable[tuple[int, int, str]], tags: Sequence[str]) -> list[int]:
    """Tag ids of *n* words; of spans that overlap the first one stands."""
    ids = {tag: i for i, tag in enumerate(tags)}
    found = [0] * n
    for start, end, label in spans:
        if start >= end or any(found[start:end]):
            continue
        if end - start == 1:
            found[start] = ids[f"S-{label}"]
            continue
        found[start:end] = [ids[f"I-{label}"]] * (end - start)
        found[start] = ids[f"B-{label}"]
        found[end - 1] = ids[f"E-{label}"]
    return found


def allowed_transitions(tags: Sequence[str]) -> list[list[bool]]:
    """``[a][b]``: may tag *b* follow tag *a*? Index ``len(tags)`` is the edge: before the first and after the last."""
    n = len(tags)
    table = [[False] * (n + 1) for _ in range(n + 1)]
    for a in range(n + 1):
        for b in range(n + 1):
            first = tags[a] if a < n else "O"
            second = tags[b] if b < n else "O"
            inside = first[0] in "BI"
            if second[0] in "IE":
                table[a][b] = inside and first[2:] == second[2:]
            else:
                table[a][b] = not inside
    return table
