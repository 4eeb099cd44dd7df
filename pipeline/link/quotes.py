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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link import quote_forms
from pipeline.link.blocking import Ints, Ragged
from pipeline.link.quote_forms import COLUMNS, MINIMUM, Bools, Forms, Quotes, narrowed
from pipeline.link.quote_pairs import alike, same_words
from pipeline.link.wordings import WHOLE, words_of

__all__ = ["COLUMNS", "MINIMUM", "Clustered", "cluster", "cluster_quotes", "narrowed", "words_of"]

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
    known = Quotes.of(quotes.select([name for name in COLUMNS if name in quotes.column_names]))
    forms = Forms.of(known)
    groups = _Groups(forms.speaker)
    for one, other in same_words(forms):
        groups.join(one, other)
    for one, other in alike(forms, known, folder):
        groups.join(one, other)
    return _clustered(groups.numbers(), forms, known, articles)


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


def _clustered(group_of_form: Ints, forms: Forms, quotes: Quotes, articles: pa.Table) -> Clustered:
    """The clusters: each group of forms with its id and what its quotes say together."""
    group = np.where(forms.form >= 0, np.append(group_of_form, -1)[forms.form], -1)
    members = np.flatnonzero(group >= 0)
    members = members[np.lexsort((quotes.end[members], quotes.start[members], quotes.article[members], group[members]))]
    count = int(group_of_form.max(initial=-1)) + 1
    by_group = Ragged(members, np.concatenate(([0], np.cumsum(np.bincount(group[members], minlength=count)))))
    names = _named(group_of_form, by_group, forms, quotes)
    roots, published = _context(articles)
    batches = [_SCHEMA.empty_table()]
    for start in range(0, count, quote_forms.BATCH):
        stop = min(start + quote_forms.BATCH, count)
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


def _attributed(row: npt.NDArray[np.int32], table: pa.Table, quotes: Quotes) -> Bools:
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


def _named(group_of_form: Ints, by_group: Ragged, forms: Forms, quotes: Quotes) -> list[str]:
    """The id of each group."""
    best: list[tuple[bytes, str] | None] = [None] * len(by_group)
    for start in range(0, len(forms), quote_forms.BATCH):
        texts = forms.wordings.take(pa.array(forms.wording[start : start + quote_forms.BATCH])).to_pylist()
        for group, text in zip(group_of_form[start : start + quote_forms.BATCH].tolist(), texts, strict=True):
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
