"""Quotes by their words: which wordings there are, and which quotes are one form: the same words, the same speaker."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.ragged import Ints, Ragged, first_of_runs, grouped
from pipeline.link.spill import Spill, of_texts, texts_of
from pipeline.link.wordings import words_of

# Fewer words make no cluster.
MINIMUM: Final = 3
#: Texts, forms or clusters that are worked on at once as Python objects.
BATCH: Final = 4_000

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
#: The columns that are read, and those of them whose values are kept, one for many quotes.
COLUMNS: Final = ("article_id", "start", "end", "text", "kind", "speaker_entity_id", "speaker", "speaker_text")
_SHARED: Final = ("article_id", "speaker_entity_id", "speaker")


class _Texts:
    """Takes the texts of quotes, and writes those that differ, and their words, to disk.

    Attributes:
        texts, wordings: each text taken, and its words with single spaces between. A text that comes in several pieces
            is there several times.
    """

    def __init__(self, folder: Path | None) -> None:
        self.texts, self.wordings = Spill(folder), Spill(folder)
        self._hashes = {name: array("Q") for name in ("text", "wording")}
        self._words = array("i")

    def add(self, texts: pa.ChunkedArray) -> Codes:
        """Take the *texts* of some quotes; under which number each is now."""
        coded = coded_of(texts)
        first = len(self.texts)
        for start in range(0, len(coded.dictionary), BATCH):
            batch = coded.dictionary.slice(start, BATCH)
            wordings = [" ".join(words_of(text)) for text in batch.to_pylist()]
            self.texts.extend(of_texts(batch))
            self.wordings.extend(of_texts(pa.array(wordings, pa.string())))
            self._words.extend(wording.count(" ") + 1 if wording else 0 for wording in wordings)
            for name, values in (("text", batch.to_pylist()), ("wording", wordings)):
                self._hashes[name].extend(map(_hash, values))
        return codes_of(coded) + first

    @property
    def words(self) -> Codes:
        """Of how many words each is."""
        return np.array(self._words, np.int32)

    def firsts(self, name: str) -> Codes:
        """For each the first that has the same ``text``, or ``wording``."""
        _, first, inverse = np.unique(np.array(self._hashes[name], np.uint64), return_index=True, return_inverse=True)
        return first.astype(np.int32)[inverse.reshape(-1)]


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotes as they came, as numbers; their texts and wordings are on disk.

    Attributes:
        rows: ``article_id``, ``speaker_entity_id`` and ``speaker`` of each, dictionary-encoded.
        texts, wordings: all different texts, and all different wordings, words with single spaces between.
        text, wording, words: for each quote, which of them it is, and of how many words.
        article, start, end: where it stands; articles by their place in the order of ids.
        direct: whether it stands in quotation marks as a whole.
        nobody: whether its article names no source.
    """

    rows: pa.Table
    texts: Spill
    wordings: Spill
    text: Codes
    wording: Codes
    words: Codes
    article: Codes
    start: Codes
    end: Codes
    direct: Bools
    nobody: Bools

    @classmethod
    def of(cls, pieces: Iterable[pa.Table], folder: Path | None = None) -> Quotes:
        """The quotes of all *pieces*, of which there is at least one. *folder*: where texts are spilled."""
        texts = _Texts(folder)
        rows: list[pa.Table] = []
        numbers: list[tuple[npt.NDArray[Any], ...]] = []
        for piece in pieces:
            text = texts.add(piece["text"])
            start, end = (piece[name].to_numpy().astype(np.int32) for name in ("start", "end"))
            direct = pc.equal(piece["kind"].cast(pa.string()), "direct").to_numpy().astype(bool)
            nobody = np.ones(piece.num_rows, bool)
            for name in ("speaker_entity_id", "speaker_text"):
                if name in piece.column_names:
                    nobody &= pc.is_null(piece[name]).to_numpy().astype(bool)
            numbers.append((text, start, end, direct, nobody))
            rows.append(pa.table({name: coded_of(piece[name]) for name in _SHARED}))
        text, start, end, direct, nobody = (np.concatenate(parts) for parts in zip(*numbers, strict=True))
        shared = pa.concat_tables(rows).unify_dictionaries()
        articles = coded_of(shared["article_id"])
        return cls(
            rows=shared,
            texts=texts.texts,
            wordings=texts.wordings,
            text=texts.firsts("text")[text],
            wording=texts.firsts("wording")[text],
            words=texts.words[text],
            article=_ranks(articles.dictionary)[codes_of(articles)],
            start=start,
            end=end,
            direct=direct,
            nobody=nobody,
        )

    def __len__(self) -> int:
        return len(self.text)

    def close(self) -> None:
        """Give the room of the texts back."""
        self.texts.close()
        self.wordings.close()


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

    wording: Codes
    words: Codes
    speaker: Codes
    verbatim: Bools
    quotes: Ragged
    form: Codes
    wordings: Spill

    def __len__(self) -> int:
        return len(self.wording)

    @classmethod
    def of(cls, quotes: Quotes) -> Forms:
        speakers = coded_of(quotes.rows["speaker_entity_id"])
        by_speaker = np.append(_ranks(speakers.dictionary) + 1, 0)  # -1 finds the last: nobody comes first
        speaker = codes_of(speakers)
        counted = np.flatnonzero(quotes.words >= MINIMUM)
        key = (quotes.wording[counted].astype(np.int64) << 32) + by_speaker[speaker[counted]]
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        first = counted[first]
        alphabet = _in_alphabet(quotes.wordings, quotes.wording[first], quotes.words[first])
        order = np.lexsort((by_speaker[speaker[first]], alphabet, -quotes.words[first]))
        place = np.empty(len(order), np.int32)
        place[order] = np.arange(len(order))
        first, form = first[order], np.full(len(speaker), -1, np.int32)
        form[counted] = place[inverse.reshape(-1)]
        by_form = grouped(form[counted], len(order))
        members = Ragged(counted[by_form.values].astype(np.int32), by_form.starts)
        verbatim = np.zeros(len(order), bool)
        verbatim[form[counted][quotes.direct[counted]]] = True
        return cls(quotes.wording[first], quotes.words[first], speaker[first], verbatim, members, form, quotes.wordings)

    def text(self, form: int) -> str:
        """The words of a form, with single spaces between."""
        return self.wordings.read(int(self.wording[form])).decode()

    def texts(self, forms: npt.NDArray[Any] | slice) -> pa.Array:
        """The words of these forms, with single spaces between."""
        return texts_of(self.wordings.take(self.wording[forms]))


def _in_alphabet(wordings: Spill, wanted: Codes, words: Codes) -> Codes:
    """The place of each of the *wanted* in the order of the alphabet, among those of as many *words*."""
    places = np.empty(len(wanted), np.int32)
    for rows in _runs_of_equal(words):
        different, inverse = np.unique(wanted[rows], return_inverse=True)
        places[rows] = _ranks(texts_of(wordings.take(different)))[inverse.reshape(-1)]
    return places


def _runs_of_equal(values: npt.NDArray[Any]) -> Iterator[Ints]:
    """The places of equal *values*, for one value after the other."""
    order = np.argsort(values, kind="stable")
    first = first_of_runs(values[order])
    yield from np.split(order, first[1:]) if len(order) else ()


def coded_of(values: pa.ChunkedArray) -> pa.DictionaryArray:
    """Text as one dictionary-encoded array."""
    shared = pa.types.is_dictionary(values.type)
    coded = (values.unify_dictionaries() if shared else values.cast(pa.string()).dictionary_encode()).combine_chunks()
    if isinstance(coded, pa.ChunkedArray):  # without any rows
        coded = pa.array([], pa.string()).dictionary_encode()
    return coded


def codes_of(coded: pa.DictionaryArray) -> Codes:
    """The codes, -1 for null."""
    return np.asarray(pc.fill_null(coded.indices, -1), np.int32)


def _ranks(values: pa.Array) -> Codes:
    """The place of each value in the order of all."""
    ranks = np.empty(len(values), np.int32)
    ranks[pc.sort_indices(values).to_numpy()] = np.arange(len(values))
    return ranks
