"""Which forms of quotes are the same words: those with the same runs of words, aligned word by word."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link import quote_forms
from pipeline.link.blocking import Buckets, Pairs, Rule
from pipeline.link.quote_forms import Bools, Forms, Quotes
from pipeline.link.ragged import Ragged, first_of_runs, ranges, starts_of
from pipeline.link.wordings import RUN, SHORT, likeness

# A run shared by more forms than this is a formula; of its forms each is compared with so many before it.
_FORMULA: Final = 40
_NEIGHBOURS: Final = 3
# Words of a form that are aligned; what is longer is compared by its beginning.
_ALIGNED: Final = 300
# Candidates of one form that are aligned, those with most shared runs first.
_CANDIDATES: Final = 60
# The share of a form's runs that another must share to be worth an alignment: with fewer neither threshold is reached.
_WORTH: Final = 0.3


def same_words(forms: Forms) -> Iterator[tuple[int, int]]:
    """Pairs with the same words, of which one has no known speaker: the commonest known speaker's takes it."""
    sizes = forms.quotes.sizes
    # Forms with the same words stand side by side, the one without a speaker first.
    unknown = (forms.speaker[:-1] == -1) & (forms.wording[1:] == forms.wording[:-1]) & (forms.words[1:] >= SHORT)
    for number in np.flatnonzero(unknown).tolist():
        last = number + 1
        while last < len(forms) and forms.wording[last] == forms.wording[number]:
            last += 1
        yield min(range(number + 1, last), key=lambda other: (-sizes[other], other)), number


def _words(texts: pa.Array, numbers: dict[str, int]) -> Ragged:
    """The first words of *texts*, numbered by *numbers*, in which new ones are put."""
    split = pc.list_slice(pc.split_pattern(texts, " "), 0, _ALIGNED)
    coded = split.flatten().dictionary_encode()
    known = [numbers.setdefault(word, len(numbers)) for word in coded.dictionary.to_pylist()]
    values = np.array(known, np.int64)[coded.indices.to_numpy()]
    return Ragged(values, starts_of(pc.list_value_length(split).to_numpy()))


def _runs(words: Ragged) -> Ragged:
    """The different runs of :data:`RUN` words of each row, as numbers; rows have as many words at least."""
    counts = words.sizes - (RUN - 1)
    first = ranges(words.starts[:-1], counts)
    runs = np.zeros(len(first), np.uint64)
    for place in range(RUN):
        # Exact up to two million words; beyond, a hash, and what it finds is aligned anyway.
        runs = (runs << np.uint64(64 // RUN)) + words.values[first + place].astype(np.uint64)
    owners = np.repeat(np.arange(len(words)), counts)
    order = np.lexsort((runs, owners))
    runs, owners = runs[order], owners[order]
    new = first_of_runs(runs, owners)
    return Ragged(runs[new], starts_of(np.bincount(owners[new], minlength=len(words))))


def alike(forms: Forms, quotes: Quotes, folder: Path | None) -> Iterator[tuple[int, int]]:
    """Pairs of forms that are the same words, the best aligned first."""
    long_enough = int(np.searchsorted(-forms.words, -SHORT, "right"))  # forms stand longest first
    sizes = np.minimum(forms.words[:long_enough], _ALIGNED)
    numbers: dict[str, int] = {}
    buckets = Buckets(folder)
    for start in range(0, long_enough, quote_forms.BATCH):
        buckets.add(_runs(_words(forms.texts(slice(start, min(start + quote_forms.BATCH, long_enough))), numbers)))
    del numbers
    rule = Rule(common=_FORMULA, neighbours=_NEIGHBOURS, earlier=True)
    longs, shorts, both, contained = array("i"), array("i"), array("d"), array("d")
    for pairs in buckets.pairs(rule, _CANDIDATES):
        worth = pairs.score >= (sizes[pairs.row] - RUN + 1) * _WORTH
        ours, theirs = forms.speaker[pairs.row], forms.speaker[pairs.other]
        worth &= (ours == -1) | (theirs == -1) | (ours == theirs)
        for short, long, score in _scored(pairs, worth, forms):
            if max(score) and not _same_place(short, long, forms, quotes):
                longs.append(long)
                shorts.append(short)
                both.append(score[0])
                contained.append(score[1])
    clipped = np.zeros(len(forms), bool)
    order = np.lexsort((np.array(shorts), np.array(longs), -np.array(contained), -np.array(both)))
    for at in order.tolist():
        # What is only a part belongs to one whole: it must not tie two wholes together.
        if both[at] or not clipped[shorts[at]]:
            clipped[shorts[at]] = True
            yield longs[at], shorts[at]


def _scored(pairs: Pairs, worth: Bools, forms: Forms) -> Iterator[tuple[int, int, tuple[float, float]]]:
    """Those of *pairs* that are *worth* it: the shorter, the longer, and how alike the two are."""
    at = np.flatnonzero(worth)
    for start in range(0, len(at), quote_forms.BATCH):
        rows, others = (by[at[start : start + quote_forms.BATCH]] for by in (pairs.row, pairs.other))
        wanted, which = np.unique(np.concatenate((rows, others)), return_inverse=True)
        texts = [_aligned(text) for text in forms.texts(wanted).to_pylist()]
        ours, theirs = np.split(which.reshape(-1), 2)
        for short, long, a, b in zip(rows.tolist(), others.tolist(), ours.tolist(), theirs.tolist(), strict=True):
            yield short, long, likeness(texts[a], texts[b], bool(forms.verbatim[short]))


def _aligned(text: str) -> str:
    """The beginning of *text* that is aligned."""
    return text if text.count(" ") < _ALIGNED else " ".join(text.split(" ", _ALIGNED)[:_ALIGNED])


def _same_place(one: int, other: int, forms: Forms, quotes: Quotes) -> bool:
    """Whether the two stand in one another in some article: a report inside a report is not the same quotation."""
    left, right = (forms.quotes.values[forms.quotes.starts[n] : forms.quotes.starts[n + 1]] for n in (one, other))
    shared = np.intersect1d(quotes.article[left], quotes.article[right])
    for article in shared.tolist():
        ours, theirs = (numbers[quotes.article[numbers] == article] for numbers in (left, right))
        inside = quotes.start[ours][:, None] < quotes.end[theirs][None, :]
        if (inside & (quotes.start[theirs][None, :] < quotes.end[ours][:, None])).any():
            return True
    return False
