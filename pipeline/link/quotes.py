"""The same words in several articles: one quotation, however each article clips it.

Quotes with the same words and speaker are one *form*. Forms that share a run of three words are candidates (an inverted
index), and become one quotation only if an alignment word by word says so: the shorter is contained in the longer, or
the two are nearly alike; and what differs changes neither a number nor a negation; and their known speakers agree. A
short form joins others only by the same words from the same speaker. Costs grow with the number of shared runs: a run
that very many forms share is a formula, and there only neighbours in length are compared.

**Ids** are made of words, not of rows: of all runs of five words in the cluster, the one whose hash is smallest names
it (a min-hash), as ``sovereignty-of-iraq-are-being-3f2a91``. A further article that carries the same words, or part of
them, adds no run, so the id stays as the corpus grows; only a longer version can change it, with a chance of its new
words over all. Two clusters with the same run (one sentence from two speakers) are told apart by a number.

What is held is narrow: of each quote a few numbers, of each cluster its id and speaker; texts and rows are on disk.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link import quote_forms
from pipeline.link.quote_forms import COLUMNS, MINIMUM, Bools, Codes, Forms, Quotes, coded_of, codes_of
from pipeline.link.quote_pairs import alike, same_words
from pipeline.link.ragged import Ragged, grouped
from pipeline.link.spill import SpilledTable, texts_of
from pipeline.link.wordings import WHOLE, words_of

__all__ = ["COLUMNS", "MINIMUM", "Clustered", "cluster", "cluster_quotes", "words_of"]

# Words of the run that names a cluster.
ANCHOR: Final = 5

_SCHEMA: Final = pa.schema(
    [
        ("quote_cluster", pa.string()),
        ("text", pa.string()),
        ("speaker_entity_id", pa.string()),
        ("speaker", pa.string()),
        ("n_quotes", pa.int32()),
        ("n_articles", pa.int32()),
        ("first_published", pa.date32()),
        ("variants", pa.list_(pa.string())),
    ]
)

_KNOWN: Final = pa.schema(
    [
        ("quote_cluster", pa.string()),
        ("speaker_entity_id", pa.dictionary(pa.int32(), pa.string())),
        ("speaker", pa.dictionary(pa.int32(), pa.string())),
    ]
)
#: Stands for the day of an article whose day isn't known, in days since 1970.
_UNDATED: Final = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class Clustered:
    """What became of the quotes.

    Attributes:
        known: ``quote_cluster``, ``speaker_entity_id`` and ``speaker`` of each cluster, sorted by id.
        summaries: the rows of ``quote_clusters``, in the same order.
        rows: for each quote its row in ``known``, -1 where it has no cluster.
        attributed: for each quote, whether the speaker of its cluster may be read for it, its own article naming none.
    """

    known: pa.Table
    summaries: SpilledTable
    rows: Codes
    attributed: Bools

    def filled(self, quotes: pa.Table, start: int = 0) -> pa.Table:
        """*quotes*, which are those from number *start* on, with what their clusters say of them."""
        rows = self.rows[start : start + quotes.num_rows]
        attributed = self.attributed[start : start + quotes.num_rows]
        of_all, of_attributed = pa.array(rows, mask=rows < 0), pa.array(rows, mask=~attributed)
        quotes = _with(quotes, "quote_cluster", self._taken("quote_cluster", of_all))
        quotes = _with(quotes, "cluster_speaker_entity_id", self._taken("speaker_entity_id", of_attributed))
        return _with(quotes, "cluster_speaker", self._taken("speaker", of_attributed))

    def _taken(self, column: str, rows: pa.Array) -> pa.Array:
        return self.known[column].combine_chunks().take(rows).cast(pa.string())

    def tables(self) -> Iterator[pa.Table]:
        """The rows of ``quote_clusters``, sorted by id, in pieces. At least one piece."""
        return self.summaries.tables()


def _with(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    """*table* with the text column *name* holding *values*."""
    if name in table.column_names:
        index = table.column_names.index(name)
        return table.set_column(index, table.schema.field(index), values)
    return table.append_column(pa.field(name, pa.string()), values)


def cluster_quotes(quotes: pa.Table, articles: pa.Table) -> tuple[pa.Table, pa.Table]:
    """*quotes* with ``quote_cluster`` and ``cluster_speaker`` filled in, and the rows of ``quote_clusters``.

    Arguments as for :func:`cluster`.
    """
    found = cluster([quotes], articles)
    return found.filled(quotes), pa.concat_tables(found.tables())


def cluster(quotes: Iterable[pa.Table], articles: pa.Table, folder: Path | None = None) -> Clustered:
    """The clusters of *quotes*, which come in pieces, of which there is at least one.

    *quotes* hold the columns of the contract's ``quotes`` (of which only the source and the words are read), of all
    articles; *articles* at least ``article_id``, ``published`` and ``duplicate_of``. A quote of fewer than
    :data:`MINIMUM` words gets no cluster. *folder*: where it may spill. The order of rows doesn't matter.
    """
    known = Quotes.of(quotes, folder)
    forms = Forms.of(known)
    groups = _Groups(forms.speaker)
    for one, other in same_words(forms):
        groups.join(one, other)
    for one, other in alike(forms, known, folder):
        groups.join(one, other)
    try:
        return _Summaries(groups.numbers(), forms, known, articles).clustered(folder)
    finally:
        known.close()


class _Groups:
    """Disjoint sets of forms, each with at most one known speaker; the first form stands for its set."""

    def __init__(self, speakers: Codes) -> None:
        self._parent = array("i", range(len(speakers)))
        self._speaker = array("i", speakers.tobytes())

    def _root(self, number: int) -> int:
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Put the two in one set, unless their sets' known speakers differ."""
        low, high = sorted((self._root(one), self._root(other)))
        ours, theirs = self._speaker[low], self._speaker[high]
        if low != high and (ours == -1 or theirs == -1 or ours == theirs):
            self._parent[high] = low
            self._speaker[low] = max(ours, theirs)

    def numbers(self) -> Codes:
        """The number of the set of each form; sets are numbered by their first forms."""
        roots = np.fromiter(map(self._root, range(len(self._parent))), np.int32, len(self._parent))
        return np.unique(roots, return_inverse=True)[1].reshape(-1).astype(np.int32)


class _Summaries:
    """Each group of forms as a cluster: its id, and what its quotes say together."""

    def __init__(self, group_of_form: Codes, forms: Forms, quotes: Quotes, articles: pa.Table) -> None:
        self._forms, self._quotes = forms, quotes
        self._group_of_form = group_of_form
        self._count = int(group_of_form.max(initial=-1)) + 1
        self._group = np.where(forms.form >= 0, np.append(group_of_form, np.int32(-1))[forms.form], np.int32(-1))
        members = np.flatnonzero(self._group >= 0)
        place = (quotes.end[members], quotes.start[members], quotes.article[members], self._group[members])
        members = members[np.lexsort(place)].astype(np.int32)
        self._members = Ragged(members, grouped(self._group[members], self._count).starts)
        self._days, self._roots = _context(articles, quotes)

    def clustered(self, folder: Path | None) -> Clustered:
        """The clusters. *folder*: where their rows are spilled."""
        names = self._named()
        order = pc.sort_indices(names).to_numpy().astype(np.int32)
        summaries = SpilledTable(_SCHEMA, folder)
        known = [_KNOWN.empty_table()]
        for start in range(0, max(self._count, 1), quote_forms.BATCH):
            groups = order[start : start + quote_forms.BATCH]
            table = self._table(names.take(pa.array(groups)), self._members.take(groups))
            summaries.append(table)
            known.append(table.select(_KNOWN.names).cast(_KNOWN))
        row = np.full(self._count + 1, -1, np.int32)
        row[order] = np.arange(self._count)
        table = pa.concat_tables(known).unify_dictionaries().combine_chunks()
        rows = row[self._group]
        return Clustered(table, summaries, rows, self._attributed(rows, table))

    def _table(self, names: pa.Array, members: Ragged) -> pa.Table:
        """The rows of the clusters with these *names* and these quotes."""
        quotes, numbers = self._quotes, members.values
        different, which = np.unique(quotes.text[numbers], return_inverse=True)
        texts = texts_of(quotes.texts.take(different)).take(pa.array(which.reshape(-1)))
        speakers = quotes.rows.select(["speaker_entity_id", "speaker"]).take(pa.array(numbers))
        article = quotes.article[numbers]
        columns = (quotes.wording[numbers], quotes.words[numbers], article, self._roots[article], self._days[article])
        read = list(
            zip(
                *(column.tolist() for column in columns),
                texts.to_pylist(),
                *(speakers[name].to_pylist() for name in speakers.column_names),
                strict=True,
            )
        )
        bounds = members.starts.tolist()
        summaries = [_summary(read[low:high]) for low, high in pairwise(bounds)]
        made = list(map(list, zip(*summaries, strict=True))) or [[] for _ in _SCHEMA.names[1:]]
        arrays = [pa.array(values, field.type) for values, field in zip(made, list(_SCHEMA)[1:], strict=True)]
        return pa.Table.from_arrays([names, *arrays], schema=_SCHEMA)

    def _attributed(self, rows: Codes, known: pa.Table) -> Bools:
        """Whether the speaker that other articles give may be read for a quote whose own article names none.

        Its words must be many enough to be known by, and no other source may stand beside them: *a spokesman said* is
        not whom another article names.
        """
        quotes = self._quotes
        spoken = np.append(pc.is_valid(known["speaker_entity_id"]).to_numpy().astype(bool), False)
        return np.asarray((rows >= 0) & quotes.nobody & (quotes.words >= WHOLE) & spoken[rows])

    def _named(self) -> pa.Array:
        """The id of each group."""
        by_group = grouped(self._group_of_form, self._count)
        batches = [pa.array([], pa.string())]
        for start in range(0, self._count, quote_forms.BATCH):
            bounds = by_group.starts[start : start + quote_forms.BATCH + 1]
            texts = self._forms.texts(by_group.values[bounds[0] : bounds[-1]]).to_pylist()
            found = [_name(texts[low:high]) for low, high in pairwise((bounds - bounds[0]).tolist())]
            batches.append(pa.array(found, pa.string()))
        names = pa.chunked_array(batches).combine_chunks()
        return self._told_apart(names)

    def _told_apart(self, names: pa.Array) -> pa.Array:
        """*names*, a number behind those that others have too; the one that most quotes carry keeps the plain name."""
        coded = coded_of(pa.chunked_array([names]))
        codes = codes_of(coded)
        twice = np.flatnonzero(np.bincount(codes, minlength=len(coded.dictionary))[codes] > 1)
        if not len(twice):
            return names
        first = self._members.values[self._members.starts[:-1][twice]]
        quotes = self._quotes
        place = (quotes.end[first], quotes.start[first], quotes.article[first])
        twice = twice[np.lexsort((*place, -self._members.sizes[twice], codes[twice]))]
        texts = names.to_pylist()
        number = 0
        for before, group in zip([-1, *twice.tolist()], twice.tolist(), strict=False):
            number = number + 1 if before >= 0 and codes[before] == codes[group] else 1
            texts[group] = texts[group] if number == 1 else f"{texts[group]}-{number}"
        return pa.array(texts, pa.string())


def _name(texts: Sequence[str]) -> str:
    """The id of a cluster of these wordings."""
    smallest, run = min(map(_anchor, texts))
    slug = "-".join(re.sub(r"[^\w]+", "-", word) for word in run.split(" "))
    return f"{slug}-{smallest.hex()[-6:]}"


def _anchor(text: str) -> tuple[bytes, str]:
    """Of all runs of :data:`ANCHOR` words the one with the smallest hash, behind that hash; of fewer words, all."""
    ends = [at for at, char in enumerate(text) if char == " "]
    ends.append(len(text))
    if len(ends) <= ANCHOR:
        return sha256(text.encode()).digest(), text
    starts = [0, *(end + 1 for end in ends)]
    runs = (text[start:end] for start, end in zip(starts, ends[ANCHOR - 1 :], strict=False))
    return min((sha256(run.encode()).digest(), run) for run in runs)


def _context(articles: pa.Table, quotes: Quotes) -> tuple[Codes, Codes]:
    """Of each article that has quotes its day, :data:`_UNDATED` where none is known, and the article of which it is a
    near-copy, or itself, as its place among *articles*."""
    ids = articles["article_id"].combine_chunks()
    quoted = coded_of(quotes.rows["article_id"]).dictionary
    place = pc.index_in(quoted.take(pc.sort_indices(quoted)), ids)
    days = articles["published"].combine_chunks().cast(pa.int32()).take(place)
    originals = pc.index_in(articles["duplicate_of"].combine_chunks(), ids).take(place)
    found = (pc.fill_null(days, _UNDATED), pc.fill_null(pc.coalesce(originals, place), -1))
    return found[0].to_numpy().astype(np.int32), found[1].to_numpy().astype(np.int32)


_Row = tuple[int, int, int, int, int, str, str | None, str | None]


def _summary(rows: Sequence[_Row]) -> tuple[Any, ...]:
    """The row of ``quote_clusters`` for *rows*, but for its id; in each its wording, how many words that has, its
    article, of which that is a near-copy (the two count once), its day, its text, its speaker's id and name."""
    if len(rows) == 1:
        [(_, _, _, _, day, text, entity, speaker)] = rows
        return text, entity, (speaker or None) if entity is not None else None, 1, 1, _known(day), [text]
    best: dict[int, Counter[str]] = {}
    lengths: dict[int, int] = {}
    for wording, words, _, _, _, text, _, _ in rows:
        best.setdefault(wording, Counter())[text] += 1
        lengths[wording] = words
    texts: dict[str, int] = {}
    length: dict[str, int] = {}
    for wording, surfaces in best.items():
        commonest = min(surfaces, key=lambda text: (-surfaces[text], text))
        texts[commonest] = sum(surfaces.values())
        length[commonest] = lengths[wording]
    speakers = Counter((entity, speaker or "") for *_, entity, speaker in rows if entity is not None)
    entity, speaker = min(speakers, key=lambda item: (-speakers[item], item)) if speakers else (None, "")
    days = [row[4] for row in rows if row[4] != _UNDATED]
    return (
        min(texts, key=lambda text: (-length[text], -texts[text], text)),
        entity,
        speaker or None,
        len(rows),
        len({row[3] for row in rows}),
        min(days) if days else None,
        sorted(texts, key=lambda text: (-texts[text], -len(text), text)),
    )


def _known(day: int) -> int | None:
    return None if day == _UNDATED else day
