"""Windows of documents, cut at random for training, and batches of windows of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from data import IGNORE, NO_VALUE, Document, content_ends
from swaps import NO_SWAPS, Swaps
from torch import Tensor

from pipeline.stages.encode.windows import MAX_PIECES
from pipeline.stages.encode.wordpieces import (
    LOWER,
    MIXED,
    SINGLE,
    SPECIAL,
    TITLE,
    UPPER,
    WordPieces,
    word_shape,
)  # fmt: skip

RECASE = {"lower": 0.03, "upper": 0.015, "title": 0.02}
"""Chance that a sentence of a training window is recased: headlines come in capitals, comments in none."""
MASKED_WORDS = {"attribution": 0.08}
"""Chance that a word of a kind of document is masked; of others :data:`MASKED`."""
MASKED = 0.03
LETTERS = frozenset((LOWER, TITLE, UPPER, SINGLE, MIXED))


@dataclass
class Prepared:
    """A document with its label ids and its words' pieces."""

    doc: Document
    pieces: list[tuple[int, ...]]
    shapes: list[int]
    upos: list[int]
    xpos: list[int]
    deps: list[int]
    ends: list[int]
    """The last word of the content that begins at a word, else :data:`IGNORE`; empty if nobody marked any."""
    vectors: np.ndarray | None = None
    """(sentences, hidden) float16: the published model's sentence vectors."""


def prepare(doc: Document, cutter: WordPieces, ids: dict[str, dict[str, int]]) -> Prepared:
    """Look every label and word up once."""
    return Prepared(
        doc, [cutter(w) or (cutter.unk,) for w in doc.words], [word_shape(w) for w in doc.words],
        [ids["upos"].get(x, IGNORE) for x in doc.upos], [ids["xpos"].get(x, IGNORE) for x in doc.xpos],
        [ids["deps"].get(x, IGNORE) for x in doc.deps], content_ends(doc.roles),
    )  # fmt: skip


@dataclass(frozen=True)
class Cut:
    """Sentences ``first:last`` of a document, a training window of ``size`` pieces."""

    item: Prepared
    first: int
    last: int
    size: int


def cut_document(item: Prepared, chance: random.Random) -> Iterator[Cut]:
    """Windows of consecutive sentences: of one, of a few, or as many as fit; every sentence once.

    Attribution keeps to paragraphs while they fit, as at inference.
    """
    doc = item.doc
    ends = [*doc.sentences[1:], len(doc.words)]
    sizes = [sum(len(p) for p in item.pieces[a:b]) + 1 for a, b in zip(doc.sentences, ends, strict=True)]
    if doc.kind == "attribution":
        limit = chance.choice((128, 192, MAX_PIECES - 2, MAX_PIECES - 2))
        starts = set(doc.paragraphs)
        groups: list[list[int]] = []
        for i, start in enumerate(doc.sentences):
            if start in starts or not groups:
                groups.append([])
            groups[-1].append(i)
        first, total = 0, 0
        for group in groups:
            size = sum(sizes[i] for i in group)
            if total and total + size > limit:
                yield Cut(item, first, group[0], total + 1)
                first, total = group[0], 0
            if size > limit:
                for i in group:
                    if total and total + sizes[i] > limit:
                        yield Cut(item, first, i, total + 1)
                        first, total = i, 0
                    total += sizes[i]
            else:
                total += size
        if total:
            yield Cut(item, first, len(sizes), total + 1)
        return
    first = 0
    while first < len(sizes):
        limit = chance.choice((1, 1, 48, 96, 160, MAX_PIECES - 2))
        last, total = first + 1, sizes[first]
        while last < len(sizes) and total + sizes[last] <= limit:
            total += sizes[last]
            last += 1
        yield Cut(item, first, last, total + 1)
        first = last


def stream(items: list[Prepared], budget: int, chance: random.Random) -> Iterator[list[Cut]]:
    """Batches for ever: each round shuffles, cuts anew, sorts pools by length and shuffles the batches of a pool."""
    while True:
        order = items[:]
        chance.shuffle(order)
        pool: list[Cut] = []
        for i, item in enumerate(order):
            pool.extend(c for c in cut_document(item, chance))
            if sum(c.size for c in pool) > 40 * budget or i == len(order) - 1:
                pool.sort(key=lambda c: (c.size, chance.random()))
                batches: list[list[Cut]] = [[]]
                for cut in pool:
                    size = min(cut.size, MAX_PIECES)
                    if batches[-1] and size * (len(batches[-1]) + 1) > budget:
                        batches.append([])
                    batches[-1].append(cut)
                chance.shuffle(batches)
                yield from batches
                pool = []


def _recase(shape: int, how: str) -> int:
    if shape not in LETTERS:
        return shape
    return {"lower": LOWER, "upper": SINGLE if shape == SINGLE else UPPER, "title": TITLE}[how]


def collate(
    cuts: list[Cut], cutter: WordPieces, chance: random.Random | None, swaps: Swaps | None = None
) -> dict[str, Tensor]:
    """Padded arrays of a batch; *chance* None for no augmentation, *swaps* to swap names too.

    Keys: pieces, shapes, mask (batch, pieces); first, words (mask), sentence, names, upos, xpos, heads, deps, roles,
    links, ends (batch, words); pool (batch, sentences, words), vectors (batch, sentences, hidden) with ``pooled`` mask,
    and worth (batch, sentences), NaN where nobody judged.
    """
    rows = []
    for cut in cuts:
        item, doc = cut.item, cut.item.doc
        start = doc.sentences[cut.first]
        end = doc.sentences[cut.last] if cut.last < len(doc.sentences) else len(doc.words)
        ids, shapes, first, sentence = [cutter.cls], [SPECIAL], [], []
        breaks = set(doc.paragraphs)
        masked = MASKED_WORDS.get(doc.kind, MASKED)
        at, how = cut.first, ""
        swapped = swaps.draw(doc, start, end, chance) if swaps is not None and chance is not None else NO_SWAPS
        for w in range(start, end):
            if at + 1 < len(doc.sentences) and w >= doc.sentences[at + 1]:
                at += 1
            if chance is not None and w == doc.sentences[at]:
                draw, how = chance.random(), ""
                for name, part in RECASE.items():
                    if 0 <= draw < part:
                        how = name
                    draw -= part
            pieces, shape = swapped.get(w) or (item.pieces[w], item.shapes[w])
            parted = w in breaks and w > start
            # Swapped names may be longer than those that the window was cut by.
            if len(ids) + parted + len(pieces) >= MAX_PIECES:
                end = w
                break
            if parted:
                ids.append(cutter.sep)
                shapes.append(SPECIAL)
            first.append(len(ids))
            sentence.append(at)
            shape = _recase(shape, how) if how else shape
            if chance is not None and chance.random() < masked:
                ids.append(cutter.mask)
                shapes.append(shape)
            else:
                ids.extend(pieces)
                shapes.append(shape)
                shapes.extend([shape + 8] * (len(pieces) - 1))
        ids.append(cutter.sep)
        shapes.append(SPECIAL)
        rows.append((item, start, end, ids, shapes, first, sentence))
    b, t, w = len(rows), max(len(r[3]) for r in rows), max(len(r[5]) for r in rows)
    s = max(r[6][-1] - r[6][0] + 1 for r in rows)
    out = {k: np.zeros((b, t), np.int64) for k in ("pieces", "shapes", "mask")}
    out |= {k: np.zeros((b, w), np.int64) for k in ("first", "words")}
    labels = ("names", "upos", "xpos", "heads", "deps", "roles", "links", "ends")
    out |= {k: np.full((b, w), IGNORE, np.int64) for k in labels}
    out["factuality"] = np.full((b, w), NO_VALUE, np.float32)
    out["sentence"] = np.full((b, w), -1, np.int64)
    out["pool"] = np.zeros((b, s, w), np.float32)
    out["pooled"] = np.zeros((b, s), np.int64)
    out["worth"] = np.full((b, s), NO_VALUE, np.float32)
    hidden = next((r[0].vectors.shape[1] for r in rows if r[0].vectors is not None), 1)
    out["vectors"] = np.zeros((b, s, hidden), np.float32)
    for i, (item, start, end, ids, shapes, first, sentence) in enumerate(rows):
        doc, n = item.doc, end - start
        out["pieces"][i, : len(ids)] = ids
        out["shapes"][i, : len(ids)] = shapes
        out["mask"][i, : len(ids)] = 1
        out["first"][i, :n] = first
        out["words"][i, :n] = 1
        out["sentence"][i, :n] = sentence
        for key, found in (
            ("names", doc.names), ("upos", item.upos), ("xpos", item.xpos), ("deps", item.deps), ("roles", doc.roles),
        ):  # fmt: skip
            if found:
                out[key][i, :n] = found[start:end]
        if doc.factuality:
            out["factuality"][i, :n] = doc.factuality[start:end]
        for key, found in (("heads", doc.heads), ("links", doc.links), ("ends", item.ends)):
            if found:
                moved = np.array(found[start:end]) - start
                out[key][i, :n] = np.where((moved >= 0) & (moved < n), moved, IGNORE)
        for j, w0 in enumerate(sentence):
            out["pool"][i, w0 - sentence[0], j] = 1
        out["pool"][i] /= np.maximum(out["pool"][i].sum(1, keepdims=True), 1)
        whole = sentence[-1] - sentence[0] + 1
        if doc.worth:
            out["worth"][i, :whole] = doc.worth[sentence[0] : sentence[-1] + 1]
        if item.vectors is not None:
            out["vectors"][i, :whole] = item.vectors[sentence[0] : sentence[-1] + 1]
            out["pooled"][i, :whole] = 1
    return {k: torch.from_numpy(v) for k, v in out.items()}
