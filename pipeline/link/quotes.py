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

What is held is narrow: of each quote its words and a few numbers, in Arrow and NumPy arrays.
"""

from __future__ import annotations

import datetime as dt
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.blocking import Buckets, Ints, Ragged, Rule, ranges
from pipeline.link.wordings import RUN, SHORT, WHOLE, likeness, words_of

__all__ = ["COLUMNS", "Clustered", "cluster", "cluster_quotes", "words_of"]

# Fewer words make no cluster.
MINIMUM: Final = 3
# Words of the run that names a cluster.
ANCHOR: Final = 5
# A run shared by more forms than this is a formula; of its forms each is compared with so many before it.
_FORMULA: Final = 40
_NEIGHBOURS: Final = 3
# Words of a form that are aligned; what is longer is compared by its beginning.
_ALIGNED: Final = 300
# Candidates of one form that are aligned, those with most shared runs first.
_CANDIDATES: Final = 60
# The share of a form's runs that another must share to be worth an alignment: with fewer neither threshold is reached.
_WORTH: Final = 0.3
# Texts, or clusters, that are worked on at once as Python objects.
_BATCH: Final = 20_000

Bools = npt.NDArray[np.bool_]
#: The columns that are read.
COLUMNS: Final = ("article_id", "start", "end", "text", "kind", "speaker_entity_id", "speaker", "speaker_text")
_SHARED: Final = ("article_id", "kind", "speaker_entity_id", "speaker", "speaker_text")
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


@dataclass(frozen=True, slots=True)
class Clustered:
    """What became of the quotes.

    Attributes:
        table: the rows of ``quote_clusters``, sorted by id.
        rows: for each quote its row in ``table``, -1 where it has no cluster.
        attributed: for each quote, whether the speaker of its cluster may be read for it, its own article naming none.
    """

    table: pa.Table
    rows: npt.NDArray[np.int32]
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
        return self.table[column].combine_chunks().take(rows)


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
    found = cluster(quotes, articles)
    return found.filled(quotes), found.table


def cluster(quotes: pa.Table, articles: pa.Table, folder: Path | None = None) -> Clustered:
    """The clusters of *quotes*.

    *quotes* holds the columns of the contract's ``quotes`` (of which only the source and the words are read), of all
    articles; *articles* at least ``article_id``, ``published`` and ``duplicate_of``. A quote of fewer than
    :data:`MINIMUM` words gets no cluster. *folder*: where it may spill. The order of rows doesn't matter.
    """
    known = _Quotes.of(quotes.select([name for name in COLUMNS if name in quotes.column_names]))
    forms = _Forms.of(known)
    groups = _Groups(forms.speaker)
    for one, other in _same_words(forms):
        groups.join(one, other)
    for one, other in _alike(forms, known, folder):
        groups.join(one, other)
    return _clustered(groups.numbers(), forms, known, articles)


# ------------------------------------------------------------------------------------------------------------- forms


@dataclass(frozen=True, slots=True)
class _Quotes:
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
    def of(cls, rows: pa.Table) -> _Quotes:
        texts = _coded(rows["text"])
        batches = [
            pa.array(
                [" ".join(words_of(text)) for text in texts.dictionary.slice(start, _BATCH).to_pylist()], pa.string()
            )
            for start in range(0, len(texts.dictionary), _BATCH)
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
class _Forms:
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
    def of(cls, quotes: _Quotes) -> _Forms:
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


def _same_words(forms: _Forms) -> Iterator[tuple[int, int]]:
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


def _alike(forms: _Forms, quotes: _Quotes, folder: Path | None) -> list[tuple[int, int]]:
    """Pairs of forms that are the same words, the best aligned first."""
    long_enough = int(np.searchsorted(-forms.words, -SHORT, "right"))  # forms stand longest first
    sizes = np.minimum(forms.words[:long_enough], _ALIGNED)
    numbers: dict[str, int] = {}
    buckets = Buckets(folder)
    for start in range(0, long_enough, _BATCH):
        buckets.add(_runs(_words(forms.wordings, forms.wording[start : min(start + _BATCH, long_enough)], numbers)))
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
    alike, contained = np.array(scores, np.float64).reshape(-1, 2).T
    longs, shorts = np.array(found, np.int64).reshape(-1, 2).T
    ordered: list[tuple[int, int]] = []
    clipped: set[int] = set()
    for at in np.lexsort((shorts, longs, -contained, -alike)).tolist():
        long, short = found[at]
        # What is only a part belongs to one whole: it must not tie two wholes together.
        if scores[at][0] or short not in clipped:
            ordered.append((long, short))
            clipped.add(short)
    return ordered


def _aligned(text: str) -> str:
    """The beginning of *text* that is aligned."""
    return text if text.count(" ") < _ALIGNED else " ".join(text.split(" ", _ALIGNED)[:_ALIGNED])


def _same_place(one: int, other: int, forms: _Forms, quotes: _Quotes) -> bool:
    """Whether the two stand in one another in some article: a report inside a report is not the same quotation."""
    left, right = (forms.quotes.values[forms.quotes.starts[n] : forms.quotes.starts[n + 1]] for n in (one, other))
    shared = np.intersect1d(quotes.article[left], quotes.article[right])
    for article in shared.tolist():
        ours, theirs = (numbers[quotes.article[numbers] == article] for numbers in (left, right))
        inside = quotes.start[ours][:, None] < quotes.end[theirs][None, :]
        if (inside & (quotes.start[theirs][None, :] < quotes.end[ours][:, None])).any():
            return True
    return False


# ---------------------------------------------------------------------------------------------------------- clusters


class _Groups:
    """Disjoint sets of forms, each with at most one known speaker; the first form stands for its set."""

    def __init__(self, speakers: Ints) -> None:
        self._parent = array("i", range(len(speakers)))
        self._speaker = array("i", speakers.tolist())

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

    def numbers(self) -> Ints:
        """The number of the set of each form; sets are numbered by their first forms."""
        roots = np.fromiter(map(self._root, range(len(self._parent))), np.int64, len(self._parent))
        return np.unique(roots, return_inverse=True)[1].reshape(-1)


def _clustered(group_of_form: Ints, forms: _Forms, quotes: _Quotes, articles: pa.Table) -> Clustered:
    """The clusters: each group of forms with its id and what its quotes say together."""
    group = np.where(forms.form >= 0, np.append(group_of_form, -1)[forms.form], -1)
    members = np.flatnonzero(group >= 0)
    members = members[np.lexsort((quotes.end[members], quotes.start[members], quotes.article[members], group[members]))]
    count = int(group_of_form.max(initial=-1)) + 1
    by_group = Ragged(members, np.concatenate(([0], np.cumsum(np.bincount(group[members], minlength=count)))))
    names = _named(group_of_form, by_group, forms, quotes)
    roots, published = _context(articles)
    batches = [_SCHEMA.empty_table()]
    for start in range(0, count, _BATCH):
        stop = min(start + _BATCH, count)
        numbers = by_group.values[by_group.starts[start] : by_group.starts[stop]]
        rows = quotes.rows.select(["text", "speaker_entity_id", "speaker", "article_id"]).take(pa.array(numbers))
        columns = [rows[name].to_pylist() for name in rows.column_names]
        read = list(zip(quotes.wording[numbers].tolist(), quotes.words[numbers].tolist(), *columns, strict=True))
        bounds = (by_group.starts[start : stop + 1] - by_group.starts[start]).tolist()
        summaries = [
            (name, *_summary(read[low:high], published, roots))
            for name, low, high in zip(names[start:stop], bounds, bounds[1:], strict=False)
        ]
        batches.append(pa.table(list(map(list, zip(*summaries, strict=True))), schema=_SCHEMA))
    table = pa.concat_tables(batches)
    order = pc.sort_indices(table["quote_cluster"]).to_numpy()
    place = np.full(count + 1, -1, np.int32)
    place[order] = np.arange(count)
    table = table.take(pa.array(order)).combine_chunks()
    row = place[group]
    return Clustered(table, row, _attributed(row, table, quotes))


def _attributed(row: npt.NDArray[np.int32], table: pa.Table, quotes: _Quotes) -> Bools:
    """Whether the speaker that other articles give may be read for a quote whose own article names none.

    Its words must be many enough to be known by, and no other source may stand beside them: *a spokesman said* is not
    whom another article names.
    """
    columns = [name for name in ("speaker_entity_id", "speaker_text") if name in quotes.rows.column_names]
    nobody = np.ones(len(row), bool)
    for name in columns:
        nobody &= pc.is_null(quotes.rows[name]).to_numpy().astype(bool)
    known = np.append(pc.is_valid(table["speaker_entity_id"]).to_numpy().astype(bool), False)
    return np.asarray((row >= 0) & nobody & (quotes.words >= WHOLE) & known[row])


def _named(group_of_form: Ints, by_group: Ragged, forms: _Forms, quotes: _Quotes) -> list[str]:
    """The id of each group."""
    best: list[tuple[bytes, str] | None] = [None] * len(by_group)
    for start in range(0, len(forms), _BATCH):
        texts = forms.wordings.take(pa.array(forms.wording[start : start + _BATCH])).to_pylist()
        for group, text in zip(group_of_form[start : start + _BATCH].tolist(), texts, strict=True):
            smallest, so_far = _anchor(text), best[group]
            if so_far is None or smallest < so_far:
                best[group] = smallest
    sizes = by_group.sizes
    named: dict[str, list[int]] = {}
    for group, anchor in enumerate(best):
        assert anchor is not None
        slug = "-".join(re.sub(r"[^\w]+", "-", word) for word in anchor[1].split(" "))
        named.setdefault(f"{slug}-{anchor[0].hex()[-6:]}", []).append(group)
    names = [""] * len(best)

    def first(group: int) -> tuple[int, int, int]:
        number = by_group.values[by_group.starts[group]]
        return int(quotes.article[number]), int(quotes.start[number]), int(quotes.end[number])

    for name, same in named.items():
        if len(same) > 1:
            # The one that most quotes carry keeps the plain id.
            same.sort(key=lambda group: (-sizes[group], first(group)))
        for place, group in enumerate(same):
            names[group] = name if place == 0 else f"{name}-{place + 1}"
    return names


def _anchor(text: str) -> tuple[bytes, str]:
    """Of all runs of :data:`ANCHOR` words the one with the smallest hash, behind that hash; of fewer words, all."""
    ends = [at for at, char in enumerate(text) if char == " "]
    ends.append(len(text))
    if len(ends) <= ANCHOR:
        return sha256(text.encode()).digest(), text
    starts = [0, *(end + 1 for end in ends)]
    runs = (text[start:end] for start, end in zip(starts, ends[ANCHOR - 1 :], strict=False))
    return min((sha256(run.encode()).digest(), run) for run in runs)


def _context(articles: pa.Table) -> tuple[dict[str, str], dict[str, dt.date]]:
    """Of which article one is a near-copy, and its day, where there are such."""
    copies, dated = (articles.filter(pc.is_valid(articles[name])) for name in ("duplicate_of", "published"))
    roots = dict(zip(copies["article_id"].to_pylist(), copies["duplicate_of"].to_pylist(), strict=True))
    return roots, dict(zip(dated["article_id"].to_pylist(), dated["published"].to_pylist(), strict=True))


_Row = tuple[int, int, str, str | None, str | None, str]


def _summary(rows: Sequence[_Row], published: Mapping[str, dt.date], roots: Mapping[str, str]) -> tuple[Any, ...]:
    """The row of ``quote_clusters`` for *rows*, but for its id; in each its wording, how many words that has, its text,
    its speaker's id and name, and its article.

    *roots* names the article of which one is a near-copy: the two count once.
    """
    if len(rows) == 1:
        [(_, _, text, entity, speaker, article)] = rows
        return text, entity, (speaker or None) if entity is not None else None, 1, 1, published.get(article), [text]
    best: dict[int, Counter[str]] = {}
    lengths: dict[int, int] = {}
    for wording, words, text, *_ in rows:
        best.setdefault(wording, Counter())[text] += 1
        lengths[wording] = words
    texts: dict[str, int] = {}
    length: dict[str, int] = {}
    for wording, surfaces in best.items():
        commonest = min(surfaces, key=lambda text: (-surfaces[text], text))
        texts[commonest] = sum(surfaces.values())
        length[commonest] = lengths[wording]
    speakers = Counter((entity, speaker or "") for _, _, _, entity, speaker, _ in rows if entity is not None)
    entity, speaker = min(speakers, key=lambda item: (-speakers[item], item)) if speakers else (None, "")
    named = {article for *_, article in rows}
    days = [published[article] for article in named if article in published]
    return (
        min(texts, key=lambda text: (-length[text], -texts[text], text)),
        entity,
        speaker or None,
        len(rows),
        len({roots.get(article, article) for article in named}),
        min(days) if days else None,
        sorted(texts, key=lambda text: (-texts[text], -len(text), text)),
    )
