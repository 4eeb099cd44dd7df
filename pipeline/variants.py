"""Two wordings of one quotation, aligned word by word: what one leaves out, adds or changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final, Literal

Kind = Literal["equal", "insert", "delete", "replace"]
Run = tuple[Kind, str, str]

# Words that are aligned of each wording; what comes after them is one run, so that time stays bounded.
LIMIT: Final = 600

_PIECE: Final = re.compile(r"\S+\s*|\s+")
_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")
# One of these alone, between two replacements, is no common ground.
_SMALL: Final = frozenset(
    {"a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "and", "or", "but", "as", "is", "are", "was", "it"}
)


def align(a: str, b: str) -> list[Run]:
    """How *b* differs from *a*, as runs ``(kind, words of a, words of b)`` in order.

    ``equal``: the same words in both, but for case, marks and typography; ``delete``: words of *a* that *b* leaves out;
    ``insert``: words that only *b* has; ``replace``: words of *a* in whose place *b* has others. Runs hold the words as
    written, with the marks and white space that follow them: all ``words of a`` joined are *a*, all ``words of b`` are
    *b*. A small word (*the*) alone between two replacements counts as replaced with them. Of more than :data:`LIMIT`
    words the rest is compared as one run.
    """
    left, right = _PIECE.findall(a), _PIECE.findall(b)
    keys_a, keys_b = [_key(piece) for piece in left], [_key(piece) for piece in right]
    start = _shared(keys_a, keys_b)
    end = _shared(keys_a[start:][::-1], keys_b[start:][::-1])
    stop_a, stop_b = len(left) - end, len(right) - end
    codes: list[tuple[Kind, int, int, int, int]] = [("equal", 0, start, 0, start)]
    high_a, high_b = min(stop_a, start + LIMIT), min(stop_b, start + LIMIT)
    matcher = SequenceMatcher(None, keys_a[start:high_a], keys_b[start:high_b], autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        codes.append((kind, start + i, start + j, start + k, start + m))
    if high_a < stop_a or high_b < stop_b:
        same = keys_a[high_a:stop_a] == keys_b[high_b:stop_b]
        codes.append(("equal" if same else "replace", high_a, stop_a, high_b, stop_b))
    codes.append(("equal", stop_a, len(left), stop_b, len(right)))
    runs: list[tuple[bool, list[str], list[str]]] = []
    for place, (kind, i, j, k, m) in enumerate(codes):
        if i == j and k == m:
            continue
        inner = 0 < place < len(codes) - 1 and codes[place - 1][0] == codes[place + 1][0] == "replace"
        equal = kind == "equal" and not (inner and j - i == 1 and keys_a[i] in _SMALL)
        if runs and runs[-1][0] == equal:
            runs[-1][1].extend(left[i:j])
            runs[-1][2].extend(right[k:m])
        else:
            runs.append((equal, left[i:j], right[k:m]))
    return [_run(equal, "".join(one), "".join(other)) for equal, one, other in runs]


def _run(equal: bool, one: str, other: str) -> Run:
    if equal:
        return ("equal", one, other)
    if not one:
        return ("insert", one, other)
    return ("delete" if not other else "replace", one, other)


def _key(piece: str) -> str:
    """What of a word counts: without case, typography and the marks around it; the marks where it is nothing else."""
    plain = unicodedata.normalize("NFKC", piece).replace("’", "'").strip().casefold()
    return _EDGES.sub("", plain) or plain


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items the two have in common at their beginning."""
    count = 0
    for x, y in zip(one, other, strict=False):
        if x != y:
            break
        count += 1
    return count
