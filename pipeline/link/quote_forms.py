"""Quotes by their words: which wordings there are, and which quotes are one form: the same words, the same speaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.blocking import Ints, Ragged
from pipeline.link.wordings import words_of

# Fewer words make no cluster.
MINIMUM: Final = 3
#: Texts, forms or clusters that are worked on at once as Python objects.
BATCH: Final = 20_000

Bools = npt.NDArray[np.bool_]
#: The columns that are read, and those of them whose values many quotes share.
COLUMNS: Final = ("article_id", "start", "end", "text", "kind", "speaker_entity_id", "speaker", "speaker_text")
_SHARED: Final = ("article_id", "kind", "speaker_entity_id", "speaker", "speaker_text")


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotes as they came, with their words.

    Attributes:
        rows: the columns that are read.
        wordings: all different wordings, words with single spaces between.
        wording, words: for each quote, which of them it is, and of how many words.
        article, start, end: where it stands; articles by their place in the order of ids.
    """

    rows: pa.Table
    wordings: pa.Array
    wording: Ints
    words: Ints
    article: Ints
    start: Ints
    end: Ints

    @classmethod
    def of(cls, rows: pa.Table) -> Quotes:
        texts = _coded(rows["text"])
        batches = [
            pa.array(
                [" ".join(words_of(text)) for text in texts.dictionary.slice(start, BATCH).to_pylist()], pa.string()
            )
            for start in range(0, len(texts.dictionary), BATCH)
        ]
        of_texts = _coded(pa.chunked_array(batches, pa.string()))
        wording = _codes(of_texts)[_codes(texts)]
        wordings = of_texts.dictionary
        words = pc.add(pc.count_substring(wordings, " "), pc.cast(pc.not_equal(wordings, ""), pa.int32()))
        articles = _coded(rows["article_id"])
        article = _ranks(articles.dictionary)[_codes(articles)]
        start, end = (rows[name].to_numpy().astype(np.int64) for name in ("start", "end"))
        return cls(rows, wordings, wording, words.to_numpy().astype(np.int64)[wording], article, start, end)


@dataclass(frozen=True, slots=True)
class Forms:
    """Quotes with the same words from the same speaker: longest first, then by words and speaker, an order that the
    order of rows doesn't touch.

    Attributes:
        wording, words, speaker: numbers; -1 where the speaker isn't known.
        verbatim: whether any of a form's quotes stands in quotation marks as a whole.
        quotes: the quotes of each form.
        form: the form of each quote, -1 where it has too few words for one.
        wordings: the wordings, words with single spaces between.
    """

    wording: Ints
    words: Ints
    speaker: Ints
    verbatim: Bools
    quotes: Ragged
    form: Ints
    wordings: pa.Array

    def __len__(self) -> int:
        return len(self.wording)

    @classmethod
    def of(cls, quotes: Quotes) -> Forms:
        speakers = _coded(quotes.rows["speaker_entity_id"])
        speaker = _codes(speakers)
        counted = np.flatnonzero(quotes.words >= MINIMUM)
        key = quotes.wording[counted] * (len(speakers.dictionary) + 1) + speaker[counted] + 1
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        first = counted[first]
        by_speaker = np.append(_ranks(speakers.dictionary) + 1, 0)  # -1 finds the last: nobody comes first
        order = np.lexsort(
            (by_speaker[speaker[first]], _ranks(quotes.wordings)[quotes.wording[first]], -quotes.words[first])
        )
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        first, form = first[order], np.full(len(speaker), -1)
        form[counted] = place[inverse]
        members = Ragged(
            counted[np.argsort(form[counted], kind="stable")],
            np.concatenate(([0], np.cumsum(np.bincount(form[counted], minlength=len(order))))),
        )
        direct = pc.equal(quotes.rows["kind"].cast(pa.string()), "direct").to_numpy()
        verbatim = np.zeros(len(order), bool)
        verbatim[form[counted][direct[counted].astype(bool)]] = True
        return cls(quotes.wording[first], quotes.words[first], speaker[first], verbatim, members, form, quotes.wordings)

    def text(self, form: int) -> str:
        """The words of a form, with single spaces between."""
        return self.wordings[int(self.wording[form])].as_py()  # type: ignore[no-any-return]


def narrowed(quotes: pa.Table) -> pa.Table:
    """*quotes* with what many of them share as numbers: where they stand, and who says them."""
    for name in _SHARED:
        if name in quotes.column_names:
            at = quotes.column_names.index(name)
            quotes = quotes.set_column(at, name, quotes[name].cast(pa.string()).dictionary_encode())
    return quotes


def _coded(values: pa.ChunkedArray) -> pa.DictionaryArray:
    shared = pa.types.is_dictionary(values.type)
    coded = (values.unify_dictionaries() if shared else values.cast(pa.string()).dictionary_encode()).combine_chunks()
    if isinstance(coded, pa.ChunkedArray):  # without any rows
        coded = pa.array([], pa.string()).dictionary_encode()
    return coded


def _codes(coded: pa.DictionaryArray) -> Ints:
    """The codes, -1 for null."""
    return np.asarray(pc.fill_null(coded.indices, -1), np.int64)


def _ranks(values: pa.Array) -> Ints:
    """The place of each value in the order of all."""
    ranks = np.empty(len(values), np.int64)
    ranks[pc.sort_indices(values).to_numpy()] = np.arange(len(values))
    return ranks
