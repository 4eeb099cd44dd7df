"""From scores to spans: the best tags, names, and attributions (content, source and cue that belong together)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import exp
from math import log as log_of

import numpy as np

NEVER = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder says of one article. Arrays have one row a spaCy token (white space included) and are read-only.

    Attributes:
        name_scores: float32 (tokens, name tags), natural log of the probability of each tag of ``name_tags``.
        role_scores: float32 (tokens, role tags), scores of ``role_tags`` before the transitions between tags.
        role_path: int16 (tokens,), the role tags of the likeliest spans, paragraph by paragraph.
        role_worths: float32 (tokens,), at a span's first token how far it is probably right (from 0 to 1), else 0.
        links: int32 (pairs, 2), a fragment's first token and the first token that it may hang on (itself: nothing).
        link_scores: float32 (pairs,), natural log of the probability of each pair among the words of its window.
        factuality: float32 (tokens,), from -3 (certainly not so) to 3 (certainly so); read it at predicates.
        vectors: float32 (sentences, 384), of length one; their product says how alike two sentences are.
        check_worthiness: float32 (sentences,), from 0 to 1, how likely a fact-checker wants to check the sentence, by
            the network's own head; all zero if it has none.
        sentences: int32 (sentences,), the first token of each sentence, in order.
        heads: int32 (tokens,), the index of each token's head; a root is its own.
        tags, upos, deps: int16 (tokens,), indices into ``tag_labels``, ``upos_labels``, ``dep_labels``; white space -1.
        paragraphs: int32, the first token of each paragraph.
        calibration: ``a, b`` of Platt's ``sigmoid(a * logit(score) + b)``, which makes an attribution's score a
            probability.
        graph: the first twelve digits of the SHA-256 of the graph that read it, for weights made for one alone.
    """

    name_scores: np.ndarray
    role_scores: np.ndarray
    role_path: np.ndarray
    role_worths: np.ndarray
    links: np.ndarray
    link_scores: np.ndarray
    factuality: np.ndarray
    vectors: np.ndarray
    check_worthiness: np.ndarray
    sentences: np.ndarray
    paragraphs: np.ndarray
    heads: np.ndarray
    tags: np.ndarray
    upos: np.ndarray
    deps: np.ndarray
    name_tags: tuple[str, ...]
    role_tags: tuple[str, ...]
    tag_labels: tuple[str, ...]
    upos_labels: tuple[str, ...]
    dep_labels: tuple[str, ...]
    calibration: tuple[float, float] = (1.0, 0.0)
    graph: str = ""

    def __len__(self) -> int:
        return len(self.heads)

    @property
    def names(self) -> list[tuple[int, int, str, float]]:
        """:func:`decode_names` of this article."""
        return decode_names(self)

    @property
    def attributions(self) -> list[Attribution]:
        """:func:`decode_attributions` of this article."""
        return decode_attributions(self)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Tokens ``start:end`` that are one piece of content, of a source or of a cue."""

    start: int
    end: int
    role: str
    score: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """Content that one source is said to have uttered or thought: token spans in order; a source may be wanting."""

    content: tuple[tuple[int, int], ...]
    source: tuple[int, int] | None
    cue: tuple[int, int] | None
    score: float


def constraint_table(tags: Sequence[str]) -> np.ndarray:
    """float32 (tags + 1, tags + 1): 0 where the second BIOES tag may follow the first, else -10,000. The last index
    is the edge: before the first word and after the last."""
    n = len(tags)
    table = np.zeros((n + 1, n + 1), dtype=np.float32)
    for a in range(n + 1):
        first = tags[a] if a < n else "O"
        for b in range(n + 1):
            second = tags[b] if b < n else "O"
            inside = first[0] in "BI"
            fits = inside and first[2:] == second[2:] if second[0] in "IE" else not inside
            table[a, b] = 0 if fits else NEVER
    return table


_known_table = lru_cache(maxsize=4)(constraint_table)


def best_path(scores: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """The best tag sequence (Viterbi 1967).

    Args:
        scores: float32 (words, tags).
        moves: float32 (tags + 1, tags + 1), added from tag to tag; the last index is the edge.

    Returns:
        int16 (words,).
    """
    n, k = scores.shape
    path = np.zeros(n, dtype=np.int16)
    if not n:
        return path
    inner = moves[:k, :k].T.copy()
    back = np.zeros((n, k), dtype=np.int16)
    at = scores[0] + moves[k, :k]
    for t in range(1, n):
        options = inner + at
        best = options.argmax(1)
        back[t] = best
        at = options[np.arange(k), best] + scores[t]
    path[-1] = (at + moves[:k, k]).argmax()
    for t in range(n - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path


def tag_spans(path: Sequence[int], tags: Sequence[str], offset: int = 0) -> list[tuple[int, int, str]]:
    """``(start, end, label)`` of a BIOES path; a broken span (cut by a window's edge) ends where it breaks."""
    spans: list[tuple[int, int, str]] = []
    start, label = -1, ""
    for i, tag_id in enumerate(path):
        tag = tags[tag_id]
        if tag == "O" and start < 0:
            continue
        prefix, kind = tag[0], tag[2:]
        if start >= 0 and (prefix in "OBS" or kind != label):
            spans.append((start + offset, i + offset, label))
            start = -1
        if prefix != "O" and start < 0:
            start, label = i, kind
        if prefix in "ES":
            spans.append((start + offset, i + 1 + offset, label))
            start = -1
    if start >= 0:
        spans.append((start + offset, len(path) + offset, label))
    return spans


def _stretches(starts: np.ndarray, n: int) -> list[tuple[int, int]]:
    return list(pairwise([*starts.tolist(), n]))


def decode_names(encoded: Encoded) -> list[tuple[int, int, str, float]]:
    """Names as ``(start token, end token, label, score)``, in order, never across sentences.

    The best sequence of BIOES tags that is one; the score is the smallest probability among the span's tags.
    """
    moves = _known_table(encoded.name_tags)
    n, edge = len(encoded), len(encoded.name_tags)
    if not n:
        return []
    path = encoded.name_scores.argmax(1)
    starts = encoded.sentences
    before = np.concatenate(([edge], path[:-1]))
    before[starts] = edge
    # The best tag of each word is the best sequence wherever it breaks no rule.
    broken = moves[before, path] < 0
    lasts = np.append(starts[1:], n) - 1
    broken[lasts] |= moves[path[lasts], edge] < 0
    mended = np.logical_or.reduceat(broken, starts)
    named = np.logical_or.reduceat(path != 0, starts)
    spans: list[tuple[int, int, str]] = []
    for k in np.flatnonzero(named).tolist():
        start, end = int(starts[k]), int(lasts[k]) + 1
        if mended[k]:
            path[start:end] = best_path(encoded.name_scores[start:end], moves)
        spans += tag_spans(path[start:end].tolist(), encoded.name_tags, start)
    chosen = encoded.name_scores[np.arange(n), path].tolist()
    scores = np.exp(np.array([min(chosen[a:b]) for a, b, _ in spans], dtype=np.float32)).tolist()
    return [(*span, score) for span, score in zip(spans, scores, strict=True)]


def decode_fragments(encoded: Encoded) -> list[Fragment]:
    """Pieces of content, sources and cues, in order, never across paragraphs.

    Their scores are the worths of :mod:`pipeline.stages.encode.posterior`.
    """
    found: list[Fragment] = []
    for start, end in _stretches(encoded.paragraphs, len(encoded)):
        part = encoded.role_path[start:end]
        if not part.any():
            continue
        for a, b, role in tag_spans(part.tolist(), encoded.role_tags, start):
            # Nothing but white space can follow the last word of a span that the paragraph's end cut.
            while b - 1 > a and encoded.upos[b - 1] < 0:
                b -= 1
            found.append(Fragment(a, b, role, float(encoded.role_worths[a])))
    return found


def _calibrated(log: float, calibration: tuple[float, float]) -> float:
    """The probability that an attribution is right, of the mean of its logs."""
    score = min(max(exp(log), 1e-6), 1 - 1e-6)
    scale, shift = calibration
    return 1 / (1 + exp(-(scale * (log_of(score) - log_of(1 - score)) + shift)))


_MAY_HANG_ON = {"content": ("cue", "source"), "cue": ("source",), "source": ()}


def _likeliest_links(encoded: Encoded, fragments: Sequence[Fragment]) -> dict[int, tuple[int, float]]:
    """By a fragment's first token that of the fragment that it most likely hangs on (itself: nothing), and the log of
    its probability: the likeliest of those that its role allows, the first in the text of those as likely."""
    roles = tuple(_MAY_HANG_ON)
    none = len(roles)
    role = np.full(len(encoded), none)
    role[[f.start for f in fragments]] = [roles.index(f.role) for f in fragments]
    allowed = np.zeros((none + 1, none + 1), dtype=bool)
    for child, above in _MAY_HANG_ON.items():
        allowed[roles.index(child), [roles.index(parent) for parent in above]] = True
    children, parents = encoded.links.T
    fits = allowed[role[children], role[parents]] | ((children == parents) & (role[children] != none))
    children, parents, scores = children[fits], parents[fits], encoded.link_scores[fits]
    order = np.lexsort((-parents, scores, children))
    found = zip(children[order].tolist(), parents[order].tolist(), scores[order].tolist(), strict=True)
    return {child: (parent, score) for child, parent, score in found}  # the last of each child's stays


def decode_attributions(encoded: Encoded) -> list[Attribution]:
    """Content joined with its cue and its source, in order of its first token.

    Each piece of content hangs on the likeliest cue (or source), each cue on the likeliest source, as the linker
    scored them; pieces that share a cue are one attribution. The score is the geometric mean of the probabilities
    of the pieces' ends and of the links, calibrated.
    """
    fragments = decode_fragments(encoded)
    by_start = {f.start: f for f in fragments}
    likeliest = _likeliest_links(encoded, fragments)

    def parent_of(fragment: Fragment) -> tuple[Fragment | None, float]:
        parent, score = likeliest.get(fragment.start, (fragment.start, 0.0))
        return None if parent == fragment.start else by_start[parent], score

    groups: dict[int, list[tuple[Fragment, float]]] = {}
    for fragment in fragments:
        if fragment.role == "content":
            parent, score = parent_of(fragment)
            groups.setdefault(parent.start if parent else fragment.start, []).append((fragment, score))
    found: list[Attribution] = []
    for anchor_start, pieces in groups.items():
        anchor = by_start[anchor_start]
        logs = [np.log(max(f.score, 1e-9)) for f, _ in pieces] + [score for _, score in pieces]
        cue = anchor if anchor.role == "cue" else None
        source = anchor if anchor.role == "source" else None
        if cue is not None:
            source, score = parent_of(cue)
            logs += [np.log(max(cue.score, 1e-9)), score]
        if source is not None:
            logs.append(np.log(max(source.score, 1e-9)))
        found.append(
            Attribution(
                tuple((f.start, f.end) for f, _ in pieces),
                (source.start, source.end) if source else None,
                (cue.start, cue.end) if cue else None,
                _calibrated(float(np.add.reduce(np.array(logs)) / len(logs)), encoded.calibration),
            )
        )
    return sorted(found, key=lambda a: a.content)
