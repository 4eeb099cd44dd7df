"""Which forms of quotes are the same words: those with the same runs of words, aligned word by word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link import quote_forms
from pipeline.link.blocking import Buckets, Ints, Ragged, Rule, ranges
from pipeline.link.quote_forms import Forms, Quotes
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


def _words(wordings: pa.Array, wanted: Ints, numbers: dict[str, int]) -> Ragged:
    """The first words of these wordings, numbered by *numbers*, in which new ones are put."""
    split = pc.list_slice(pc.split_pattern(wordings.take(pa.array(wanted)), " "), 0, _ALIGNED)
    coded = split.flatten().dictionary_encode()
    known = [numbers.setdefault(word, len(numbers)) for word in coded.dictionary.to_pylist()]
    values = np.array(known, np.int64)[coded.indices.to_numpy()]
    sizes = pc.list_value_length(split).to_numpy().astype(np.int64)
    return Ragged(values, np.concatenate(([0], np.cumsum(sizes))))


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
    new = np.concatenate(([True], (runs[1:] != runs[:-1]) | (owners[1:] != owners[:-1])))[: len(runs)]
    return Ragged(runs[new], np.concatenate(([0], np.cumsum(np.bincount(owners[new], minlength=len(words))))))


def alike(forms: Forms, quotes: Quotes, folder: Path | None) -> list[tuple[int, int]]:
    """Pairs of forms that are the same words, the best aligned first."""
    long_enough = int(np.searchsorted(-forms.words, -SHORT, "right"))  # forms stand longest first
    sizes = np.minimum(forms.words[:long_enough], _ALIGNED)
    numbers: dict[str, int] = {}
    buckets = Buckets(folder)
    for start in range(0, long_enough, quote_forms.BATCH):
        buckets.add(
            _runs(_words(forms.wordings, forms.wording[start : min(start + quote_forms.BATCH, long_enough)], numbers))
        )
    del numbers
    rule = Rule(common=_FORMULA, neighbours=_NEIGHBOURS, earlier=True)
    found: list[tuple[int, int]] = []
    scores: list[tuple[float, float]] = []
    for pairs in buckets.pairs(rule, _CANDIDATES):
        number, other = pairs.row, pairs.other
        worth = pairs.score >= (sizes[number] - RUN + 1) * _WORTH
        ours, theirs = forms.speaker[number], forms.speaker[other]
        worth &= (ours == -1) | (theirs == -1) | (ours == theirs)
        texts = [_aligned(forms.text(form)) for form in number[worth].tolist()]
        for short, long, text in zip(number[worth].tolist(), other[worth].tolist(), texts, strict=True):
            score = likeness(text, _aligned(forms.text(long)), bool(forms.verbatim[short]))
            if max(score) and not _same_place(short, long, forms, quotes):
                found.append((long, short))
                scores.append(score)
    both, contained = np.array(scores, np.float64).reshape(-1, 2).T
    longs, shorts = np.array(found, np.int64).reshape(-1, 2).T
    ordered: list[tuple[int, int]] = []
    clipped: set[int] = set()
    for at in np.lexsort((shorts, longs, -contained, -both)).tolist():
        long, short = found[at]
        # What is only a part belongs to one whole: it must not tie two wholes together.
        if scores[at][0] or short not in clipped:
            ordered.append((long, short))
            clipped.add(short)
    return ordered


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
