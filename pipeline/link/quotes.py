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
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final

import pyarrow as pa

# Fewer words make no cluster; up to SHORT - 1 they join only the same words from the same speaker.
MINIMUM: Final = 3
SHORT: Final = 5
# Words a candidate pair must share in a row.
RUN: Final = 3
# Words of the run that names a cluster.
ANCHOR: Final = 5
# Share of the shorter form that must be found in the longer one, in order and in runs of at least two words.
CONTAINED: Final = 0.85
# Twice the shared words over the words of both, for forms of which neither holds the other.
ALIKE: Final = 0.8
# Words below which a contained form must be found in one run, and which an indirect one needs to be contained.
WHOLE: Final = 8
INDIRECT: Final = 10
# A run shared by more forms than this is a formula.
_FORMULA: Final = 40
# Words of a form that are aligned; what is longer is compared by its beginning.
_ALIGNED: Final = 300
# Candidates of one form that are aligned, those with most shared runs first.
_CANDIDATES: Final = 60

_WORD: Final = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_NEGATIONS: Final = frozenset(
    {"not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot", "hardly"}
)
_LEADING: Final = frozenset({"that"})


def words_of(text: str) -> tuple[str, ...]:
    """The words that count: compatibility-normalised, lower case, without marks and without a leading *that*."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    found = tuple(_WORD.findall(plain))
    return found[1:] if found and found[0] in _LEADING else found


@dataclass(slots=True)
class _Form:
    """Quotes with the same words from the same speaker.

    ``rows`` are row numbers of the quotes table; ``verbatim`` whether any of them stands in quotation marks as a whole.
    """

    words: tuple[str, ...]
    speaker: str | None
    rows: list[int] = field(default_factory=list)
    verbatim: bool = False


def cluster_quotes(quotes: pa.Table, articles: pa.Table) -> tuple[pa.Table, pa.Table]:
    """*quotes* with ``quote_cluster`` and ``cluster_speaker`` filled in, and the rows of ``quote_clusters``.

    *quotes* holds the columns of the contract's ``quotes``, of all articles; *articles* at least ``article_id`` and
    ``published``. A quote of fewer than :data:`MINIMUM` words gets no cluster. The result does not depend on the order
    of rows; the second table is sorted by id.
    """
    columns = ("article_id", "start", "end", "text", "kind", "speaker_entity_id", "speaker", "speaker_text")
    rows: list[dict[str, Any]] = quotes.select([name for name in columns if name in quotes.column_names]).to_pylist()
    forms = _forms(rows)
    groups = _Groups(forms)
    for low, high in _same_words(forms) + _alike(forms, rows):
        groups.join(low, high)
    clusters = _named(groups.members(), forms, rows)
    roots: dict[str, str] = {
        copy: original
        for copy, original in zip(articles["article_id"].to_pylist(), articles["duplicate_of"].to_pylist(), strict=True)
        if original is not None
    }
    published: dict[str, dt.date | None] = dict(
        zip(articles["article_id"].to_pylist(), articles["published"].to_pylist(), strict=True)
    )
    ids: list[str | None] = [None] * len(rows)
    speakers: list[tuple[str | None, str | None]] = [(None, None)] * len(rows)
    out: list[dict[str, Any]] = []
    for name, members in clusters:
        numbers = sorted(
            (number for form in members for number in forms[form].rows),
            key=lambda number: (rows[number]["article_id"], rows[number]["start"], rows[number]["end"]),
        )
        summary = _summary([rows[number] for number in numbers], published, roots)
        for number in numbers:
            ids[number] = name
            if rows[number]["speaker_entity_id"] is None and _attributable(rows[number], summary):
                speakers[number] = summary["speaker_entity_id"], summary["speaker"]
        out.append({"quote_cluster": name, **summary})
    filled = _with(quotes, "quote_cluster", ids)
    filled = _with(filled, "cluster_speaker_entity_id", [entity for entity, _ in speakers])
    filled = _with(filled, "cluster_speaker", [speaker for _, speaker in speakers])
    return filled, pa.Table.from_pylist(sorted(out, key=lambda row: row["quote_cluster"]), schema=_SCHEMA)


def _with(table: pa.Table, name: str, values: list[str | None]) -> pa.Table:
    """*table* with the text column *name* holding *values*."""
    field = pa.field(name, pa.string())
    if name in table.column_names:
        index = table.column_names.index(name)
        return table.set_column(index, table.schema.field(index), pa.array(values, pa.string()))
    return table.append_column(field, pa.array(values, pa.string()))


def _attributable(row: dict[str, Any], summary: dict[str, Any]) -> bool:
    """Whether the speaker that other articles give may be read for a quote whose own article names none.

    Its words must be many enough to be known by, and no other source may stand beside them: *a spokesman said* is not
    whom another article names.
    """
    return (
        summary["speaker_entity_id"] is not None
        and row.get("speaker_text") is None
        and len(words_of(row["text"])) >= WHOLE
    )


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


# ------------------------------------------------------------------------------------------------------------- forms


def _forms(rows: Sequence[dict[str, Any]]) -> list[_Form]:
    """The forms, longest first, then by words and speaker: an order that the order of rows doesn't touch."""
    known: dict[tuple[tuple[str, ...], str | None], _Form] = {}
    for number, row in enumerate(rows):
        words = words_of(row["text"])
        if len(words) < MINIMUM:
            continue
        speaker = row["speaker_entity_id"]
        form = known.setdefault((words, speaker), _Form(words, speaker))
        form.rows.append(number)
        form.verbatim = form.verbatim or row["kind"] == "direct"
    return sorted(known.values(), key=lambda form: (-len(form.words), form.words, form.speaker or ""))


def _same_words(forms: Sequence[_Form]) -> list[tuple[int, int]]:
    """Pairs with the same words, of which one has no known speaker: the commonest known speaker's takes it."""
    pairs: list[tuple[int, int]] = []
    by_words: dict[tuple[str, ...], list[int]] = {}
    for number, form in enumerate(forms):
        by_words.setdefault(form.words, []).append(number)
    for numbers in by_words.values():
        if len(numbers) < 2 or len(forms[numbers[0]].words) < SHORT:
            continue
        unknown = [number for number in numbers if forms[number].speaker is None]
        speaking = sorted(
            (number for number in numbers if forms[number].speaker is not None),
            key=lambda number: (-len(forms[number].rows), number),
        )
        pairs += [(speaking[0], number) for number in unknown]
    return pairs


def _alike(forms: Sequence[_Form], rows: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """Pairs of forms that are the same words, the best aligned first."""
    postings: dict[tuple[str, ...], list[int]] = {}
    for number, form in enumerate(forms):
        if len(form.words) >= SHORT:
            for run in sorted(set(_runs(form.words[:_ALIGNED], RUN))):
                postings.setdefault(run, []).append(number)
    shared: dict[int, Counter[int]] = {}
    for numbers in postings.values():
        for place, number in enumerate(numbers):
            # Forms stand longest first, so neighbours in the list are neighbours in length.
            nearby = numbers[:place] if len(numbers) <= _FORMULA else numbers[max(0, place - 3) : place]
            counter = shared.setdefault(number, Counter())
            counter.update(nearby)
    scored: list[tuple[float, float, int, int]] = []
    for number, counter in shared.items():
        short = forms[number].words[:_ALIGNED]
        likeliest = sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:_CANDIDATES]
        for other, count in likeliest:
            # Too few shared runs to reach either threshold: not worth an alignment.
            if count < (len(short) - RUN + 1) * 0.3:
                continue
            if not _agree(forms[number].speaker, forms[other].speaker):
                continue
            alike, contained = likeness(short, forms[other].words[:_ALIGNED], forms[number].verbatim)
            if max(alike, contained) and not _same_place(forms[number], forms[other], rows):
                scored.append((alike, contained, other, number))
    scored.sort(key=lambda item: (-item[0], -item[1], item[2], item[3]))
    pairs: list[tuple[int, int]] = []
    clipped: set[int] = set()
    for alike, _, other, number in scored:
        # What is only a part belongs to one whole: it must not tie two wholes together.
        if alike or number not in clipped:
            pairs.append((other, number))
            clipped.add(number)
    return pairs


def _runs(words: Sequence[str], size: int) -> Iterable[tuple[str, ...]]:
    return (tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1)))


def _agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _same_place(one: _Form, other: _Form, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether the two stand in one another in some article: a report inside a report is not the same quotation."""
    places: dict[str, list[tuple[int, int]]] = {}
    for number in one.rows:
        places.setdefault(rows[number]["article_id"], []).append((rows[number]["start"], rows[number]["end"]))
    for number in other.rows:
        row = rows[number]
        if any(start < row["end"] and row["start"] < end for start, end in places.get(row["article_id"], ())):
            return True
    return False


def likeness(short: Sequence[str], long: Sequence[str], verbatim: bool) -> tuple[float, float]:
    """How alike two wordings are, and how far the shorter is contained: aligned word by word, 0 where not the same.

    Words count that are shared in runs of two or more. Alike: they make up :data:`ALIKE` of both. Contained: they make
    up :data:`CONTAINED` of the shorter; if that stands in quotation marks (*verbatim*) and has fewer than eight words,
    all of it in one run; if it is indirect it needs :data:`INDIRECT` words and must be a third of the longer, since
    short phrases recur without being quoted. A number or negation on one side alone makes them different.
    """
    if len(short) > len(long):
        short, long = long, short
    matcher = SequenceMatcher(None, short, long, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size > 1]
    if not blocks:
        return 0.0, 0.0
    same = sum(block.size for block in blocks)
    contained = same / len(short)
    alike = 2 * same / (len(short) + len(long))
    whole = max(block.size for block in blocks) == len(short)
    if len(short) < WHOLE and not whole:
        return 0.0, 0.0
    if not verbatim and (len(short) < INDIRECT or 3 * len(short) < len(long)):
        contained = 0.0
    if contained < CONTAINED:
        contained = 0.0
    if alike < ALIKE or (len(short) < WHOLE and not verbatim and len(short) < len(long)):
        alike = 0.0
    if not contained and not alike:
        return 0.0, 0.0
    first, last = blocks[0], blocks[-1]
    left = [word for i, word in enumerate(short) if not any(b.a <= i < b.a + b.size for b in blocks)]
    right = [
        word
        for i, word in enumerate(long)
        if first.b <= i < last.b + last.size and not any(b.b <= i < b.b + b.size for b in blocks)
    ]
    return (alike, contained) if _weight(left) == _weight(right) else (0.0, 0.0)


def _weight(words: Iterable[str]) -> tuple[int, list[str]]:
    """What a difference in wording must not touch: how many negations, and which numbers."""
    listed = list(words)
    negations = sum(word in _NEGATIONS or word.endswith("n't") for word in listed)
    return negations, sorted(word for word in listed if any(char.isdigit() for char in word))


# ---------------------------------------------------------------------------------------------------------- clusters


class _Groups:
    """Disjoint sets of forms, each with at most one known speaker."""

    def __init__(self, forms: Sequence[_Form]) -> None:
        self._parent = list(range(len(forms)))
        self._speaker = [form.speaker for form in forms]

    def _root(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Put the two in one set, unless their sets' known speakers differ."""
        low, high = sorted((self._root(one), self._root(other)))
        if low != high and _agree(self._speaker[low], self._speaker[high]):
            self._parent[high] = low
            self._speaker[low] = self._speaker[low] or self._speaker[high]

    def members(self) -> list[list[int]]:
        """The sets, by their first form."""
        found: dict[int, list[int]] = {}
        for number in range(len(self._parent)):
            found.setdefault(self._root(number), []).append(number)
        return [found[root] for root in sorted(found)]


def _named(
    groups: Sequence[list[int]], forms: Sequence[_Form], rows: Sequence[dict[str, Any]]
) -> list[tuple[str, list[int]]]:
    """Each group with its id."""
    named: dict[str, list[list[int]]] = {}
    for members in groups:
        runs = {run for number in members for run in _runs(forms[number].words, ANCHOR)}
        digest, anchor = min((hashlib.sha256(" ".join(run).encode()).hexdigest(), run) for run in runs)
        slug = "-".join(re.sub(r"[^\w]+", "-", word) for word in anchor)
        named.setdefault(f"{slug}-{digest[-6:]}", []).append(members)
    found: list[tuple[str, list[int]]] = []
    for name, same in named.items():
        # The one that most quotes carry keeps the plain id.
        same.sort(key=lambda members: (-sum(len(forms[n].rows) for n in members), _first(members, forms, rows)))
        found += [(name if place == 0 else f"{name}-{place + 1}", members) for place, members in enumerate(same)]
    return found


def _first(members: Sequence[int], forms: Sequence[_Form], rows: Sequence[dict[str, Any]]) -> tuple[str, int, int]:
    return min(
        (rows[number]["article_id"], rows[number]["start"], rows[number]["end"])
        for form in members
        for number in forms[form].rows
    )


def _summary(
    rows: Sequence[dict[str, Any]], published: dict[str, dt.date | None], roots: dict[str, str]
) -> dict[str, Any]:
    """The row of ``quote_clusters`` for *rows*, in corpus order, but for its id.

    *roots* names the article of which one is a near-copy: the two count once.
    """
    texts: Counter[str] = Counter()
    best: dict[tuple[str, ...], Counter[str]] = {}
    for row in rows:
        best.setdefault(words_of(row["text"]), Counter())[row["text"]] += 1
    for surfaces in best.values():
        commonest = min(surfaces, key=lambda text: (-surfaces[text], text))
        texts[commonest] = sum(surfaces.values())
    variants = sorted(texts, key=lambda text: (-texts[text], -len(text), text))
    speakers: Counter[tuple[str, str]] = Counter(
        (row["speaker_entity_id"], row["speaker"] or "") for row in rows if row["speaker_entity_id"] is not None
    )
    speaker = min(speakers, key=lambda item: (-speakers[item], item)) if speakers else None
    days = [day for day in {published.get(row["article_id"]) for row in rows} if day is not None]
    return {
        "text": min(texts, key=lambda text: (-len(words_of(text)), -texts[text], text)),
        "speaker_entity_id": speaker[0] if speaker else None,
        "speaker": speaker[1] or None if speaker else None,
        "n_quotes": len(rows),
        "n_articles": len({roots.get(row["article_id"], row["article_id"]) for row in rows}),
        "first_published": min(days) if days else None,
        "variants": variants,
    }
