"""What two claims are compared by: the parts of a row of ``claims``, as sets of stems, ids, amounts and days."""

from __future__ import annotations

import functools
import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import lexicon

_WORD: Final = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_NUMBER: Final = re.compile(r"[\d.,]+")
#: Claims whose columns are Python objects at once.
_BATCH: Final = 1_000
_EVENT_TIMES: Final = frozenset({"DATE", "TIME"})
#: Stems that say of a document that it is what it seems, once contraries are turned; and predicates that find so.
_GENUINE: Final = frozenset({"genuin", "real", "accurat", "true"})
_VERIFYING: Final = frozenset({"confirm", "verify"})
#: Predicates by which a row restates that something is not so: "The bank denied paying a bribe".
_DENYING: Final = frozenset({"deny", "refute", "disprove", "debunk"})
_DENYING_STEMS: Final = frozenset({"deny", "deni", "refut", "disprov", "debunk"})
_COLUMNS: Final = (
    "start", "end", "proposition", "subject", "subject_entity_id", "predicate", "object", "object_entity_id",
    "claimant_kind", "claimant_entity_id", "claimant_text", "polarity", "stance", "modality", "quantities", "quote_id",
)  # fmt: skip

_NOTHING: Final[frozenset[str]] = frozenset()

Amount = tuple[str, float, float]
"""Unit, low and high."""


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A crude stem, the same for the forms of one word: for comparison only.

    >>> stem("withdrawals"), stem("expelled"), stem("countries"), stem("killing")
    ('withdrawal', 'expel', 'country', 'kil')
    """
    word = word.removesuffix("'s")
    if len(word) > 5 and word.endswith("ly"):
        word = word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for suffix in ("ing", "ed"):
        if len(word) > len(suffix) + 2 and word.endswith(suffix):
            word = word[: -len(suffix)]
            return word[:-1] if word[-1] == word[-2] else word
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        return word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("ll") else word


@functools.lru_cache(maxsize=200_000)
def _counted(word: str) -> str | None:
    """The stem of *word* where it counts: nouns of events as their verbs ("expulsion", "expel"); None where not."""
    word = word.replace("’", "'")
    folded = word.casefold()
    # "US" is a country, "us" a pronoun.
    if folded in lexicon.words("claims_stop_words") and not (word.isupper() and len(word) > 1):
        return None
    if _NUMBER.fullmatch(folded):
        return None
    lemma = lexicon.table("claims_irregular_verbs").get(folded, folded)
    return stem(lexicon.table("claims_nominalizations").get(lemma, lemma).split(" ")[0])


def content(text: str) -> frozenset[str]:
    """The stems of the words that count; nouns of events as their verbs ("expulsion", "expel").

    Numbers are left out: they are compared as quantities.
    """
    return _content(_WORD.findall(text))


def _content(words: Iterable[str]) -> frozenset[str]:
    return frozenset([counted for word in words if (counted := _counted(word)) is not None])


def _with_entity(words: frozenset[str], named: frozenset[str], entity: str | None) -> frozenset[str]:
    """*words* with those that name an entity replaced by its id, so that its spellings don't count."""
    return words if entity is None or not named else (words - named) | {entity_word(entity)}


@dataclass(slots=True, eq=False)
class Statement:
    """What is compared of one claim; never changed (not frozen, which would triple the cost of making one).

    Attributes:
        article: the number of the article.
        root: stands for the article, or the one that it is a near-copy of.
        published: the day of the article, where it is known; days are proleptic Gregorian ordinals.
        words, plain: the stems of the proposition's content words, with the subject's and the object's entity in place
            of their words, and as written.
        names: the stems of capitalised words behind the first.
        claimant, quotation: stand for who claims it, and for the quotation that carries it.
        amounts: unit, low and high of each quantity that has a unit.
        days: first and last day of the event, where it is resolved.
        times: the values of all days and times named.
        restated: whether the row restates a denial ("denied paying"): its sign is turned, its predicate is one of its
            words.
        flipped: those of its words that turned its sign ("a fake" for "not genuine").
        positive: whether the claimant has it that it is so, all negations counted.
    """

    article: int
    start: int
    end: int
    whole: bool
    positive: bool
    restated: bool
    root: int
    claimant: int
    quotation: int | None
    published: int | None
    days: tuple[int, int] | None
    subject_id: str | None
    predicate: str
    polarity: str
    stance: str
    modality: str
    words: frozenset[str]
    plain: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    subject_words: frozenset[str]
    object_words: frozenset[str]
    times: frozenset[str]
    flipped: frozenset[str]
    amounts: tuple[Amount, ...]


@dataclass(slots=True, eq=False)
class Stated(Statement):
    """A statement as read from its row.

    Attributes:
        speaker: the claimant, in words.
        object_id: the entity that is the object.
        on_document: whether it says of a document, or of "it", that it is genuine or not.
    """

    speaker: str
    object_id: str | None
    on_document: bool

    @property
    def form(self) -> tuple[object, ...]:
        """Claims of one form differ in nothing that relations are read from."""
        return (
            sorted(self.words), sorted(self.numbers), self.subject_id, self.predicate, self.object_id, self.speaker,
            self.polarity, self.stance, self.modality, self.days, sorted(self.times), self.whole,
        )  # fmt: skip

    @property
    def entities(self) -> frozenset[str]:
        """What candidates are found by beside the words, where it is not among these."""
        named = [entity_word(entity) for entity in (self.subject_id, self.object_id) if entity is not None]
        return frozenset([word for word in named if word not in self.words])


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of ``claims`` as Python values, with all that statements are read from: nothing else need be at hand.

    Attributes:
        columns: the values of :data:`_COLUMNS`.
        articles: the number of each row's article.
        published: the day of each row's article, as an ordinal, or None.
        roots: the article of each row, or the one that it is a near-copy of.
        wholes: whether each was split.
        quotations: the cluster of the quotation that carries each, or None.
        days: first and last day of each one's event, as ordinals, or None.
        times: the values of the times that stand in each.
    """

    columns: list[list[Any]]
    articles: list[int]
    published: list[int | None]
    roots: list[str]
    wholes: list[bool]
    quotations: list[str | None]
    days: list[tuple[int, int] | None]
    times: list[list[str]]


def entity_word(entity: str) -> str:
    """What stands among words for an entity."""
    return f"e:{entity}"


def _amounts(quantities: Iterable[Mapping[str, Any]]) -> tuple[Amount, ...]:
    """Unit, low and high of each quantity that has a unit; an estimate is given a tenth to both sides."""
    found = []
    for quantity in quantities:
        unit, value, low, high = quantity["unit"], quantity["value"], quantity["low"], quantity["high"]
        if unit is None:
            continue
        if value is not None and low is None:
            low, high = 0.9 * value, 1.1 * value
        low, high = (0.0 if low is None else low), (math.inf if high is None else high)
        found.append((stem(unit.split(" ")[-1].casefold()), low, high))
    return tuple(sorted(set(found)))


def _days_of(dates: pa.Table | None) -> dict[str, tuple[int, int]]:
    """First and last day of each resolved date, as ordinals."""
    if dates is None:
        return {}
    rows = zip(*(dates[name].to_pylist() for name in ("date_id", "earliest", "latest")), strict=True)
    return {
        key: (first.toordinal(), last.toordinal())
        for key, first, last in rows
        if first is not None and last is not None
    }


class _Times:
    """The values of the days and times that articles name, by where they stand."""

    def __init__(self, dates: pa.Table | None) -> None:
        self.found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        if dates is None:
            return
        columns = (dates[name].to_pylist() for name in ("article_id", "start", "type", "value"))
        for article, start, kind, value in zip(*columns, strict=True):
            if kind in _EVENT_TIMES and value and not value.endswith("_REF"):
                self.found[article].append((start, value))
        for times in self.found.values():
            times.sort()

    def inside(self, article: str, start: int, end: int) -> list[str]:
        """The values between two characters of *article*."""
        times = self.found.get(article, [])
        low, high = bisect_left(times, (start, "")), bisect_left(times, (end, ""))
        return [value for _, value in times[low:high]]


def _turned(words: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """*words* with those that deny another replaced by it ("forgery" by "genuine"), and the ones replaced."""
    table = lexicon.table("claims_contraries")
    known = {word: table[word] for word in words if word in table}
    if not known:
        return words, _NOTHING
    flipped = frozenset(word for word, other in known.items() if not other.startswith("="))
    return frozenset(stem(known[word].removeprefix("=")) if word in known else word for word in words), flipped


def _is_on_document(predicate: str, subject: str, of: str, plain: frozenset[str]) -> bool:
    """Whether a claim with these parts says of a document that it is genuine or not; *of* is the object."""
    judging = predicate in _VERIFYING and "authenticity" in plain
    if predicate != "be" and not judging:
        return False
    subjects = {word.casefold() for word in _WORD.findall(subject)}
    documents = lexicon.words("document_nouns")
    if predicate == "be":
        words = content(of)
        judged, _ = _turned(words)
        own = bool(subjects & documents) or subjects in ({"it"}, {"this"}, {"that"})
        return own and len(words) <= 2 and bool(judged & _GENUINE)
    objects = {word.casefold() for word in _WORD.findall(of)}
    return judging and bool((subjects | objects) & documents)


def _names(words: Sequence[str]) -> frozenset[str]:
    """The stems of the capitalised ones of a text's *words* but its first."""
    return frozenset([stem(word.replace("’", "'").casefold()) for word in words[1:] if word[:1].isupper()])


def _numbers(text: str) -> frozenset[str]:
    """The numbers in *text*, without the marks between thousands."""
    found = [written.replace(",", "").strip(".") for written in _NUMBER.findall(text)]
    return frozenset([number for number in found if number])


def rows_of(
    claims: pa.Table, quotes: pa.Table, articles: pa.Table, dates: pa.Table | None, first: int = 0
) -> Iterator[Rows]:
    """The rows of *claims*, some at a time; articles are numbered from *first* on, as they come.

    *claims*, *quotes* and *dates* hold every row of the articles that they hold any of, *articles* at least those
    articles.
    """
    pairs = zip(articles["article_id"].to_pylist(), articles["duplicate_of"].to_pylist(), strict=True)
    roots = {article: original or article for article, original in pairs}
    quotation = dict(zip(quotes["quote_id"].to_pylist(), quotes["quote_cluster"].to_pylist(), strict=True))
    days, times = _days_of(dates), _Times(dates)
    published = {
        article: None if day is None else day.toordinal()
        for article, day in zip(articles["article_id"].to_pylist(), articles["published"].to_pylist(), strict=True)
    }
    split = set(claims["part_of"].to_pylist())
    numbers: dict[str, int] = {}
    for batch in (claims.slice(start, _BATCH) for start in range(0, claims.num_rows, _BATCH)):
        columns = {name: _values(batch[name]) for name in _COLUMNS}
        of_rows = _values(batch["article_id"])
        places = zip(of_rows, columns["start"], columns["end"], strict=True)
        yield Rows(
            columns=[*columns.values()],
            articles=[numbers.setdefault(article, first + len(numbers)) for article in of_rows],
            published=[published.get(article) for article in of_rows],
            roots=[roots.get(article, article) for article in of_rows],
            wholes=[claim in split for claim in _values(batch["claim_id"])],
            quotations=[quotation.get(quote) for quote in columns["quote_id"]],
            days=[days.get(date) for date in _values(batch["date_id"])],
            times=[times.inside(*place) for place in places],
        )


def _values(column: pa.ChunkedArray) -> list[Any]:
    """The values of *column*; of a dictionary-encoded one equal values are one object."""
    if not pa.types.is_dictionary(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    found: list[Any] = []
    for chunk in column.chunks:
        values = [*chunk.dictionary.to_pylist(), None]
        found += [values[code] for code in pc.fill_null(chunk.indices, -1).to_pylist()]
    return found


def ready() -> None:
    """Read the word lists now, so that helpers needn't."""
    for name in ("claims_irregular_verbs", "claims_nominalizations", "claims_contraries"):
        lexicon.table(name)
    for name in ("claims_stop_words", "document_nouns", "claims_tolls"):
        lexicon.words(name)


def statements(rows: Rows) -> Iterator[Stated]:
    """One statement a claim, in the order of the rows."""
    of_rows = zip(
        *rows.columns, rows.articles, rows.published, rows.roots, rows.wholes, rows.quotations, rows.days, rows.times,
        strict=True,
    )  # fmt: skip
    for (
        start, end, text, subject, subject_id, predicate, object_, object_id, claimant_kind, claimant_id, claimant_text,
        polarity, stance, modality, quantities, quote_id, number, published, root, whole, quotation, days, times,
    ) in of_rows:  # fmt: skip
        speaker = claimant_id or (claimant_text or "").casefold()
        if claimant_kind == "article":
            speaker = f"article:{root}"
        elif claimant_id is None:
            # Two sources that no entity names ("officials") can't be told to be one: each is of its article.
            speaker = f"{root}:{speaker}"
        found = _WORD.findall(text)
        plain, flipped = _turned(_content(found))
        restated = predicate in _DENYING and stance == "affirms" and quote_id is not None
        plain = plain - _DENYING_STEMS if restated else plain
        sign = (polarity == "affirmed") == (stance != "denies")
        sign = (sign != restated) != (len(flipped) % 2 == 1)
        subject_words = content(subject or "")
        yield Stated(
            article=number,
            start=start,
            end=end,
            whole=whole,
            positive=sign,
            restated=restated,
            root=hash(root),
            claimant=hash(speaker),
            quotation=None if quotation is None else hash(quotation),
            published=published,
            days=days,
            subject_id=subject_id,
            predicate=predicate,
            polarity=polarity,
            stance=stance,
            modality=modality,
            words=_with_entity(plain, subject_words, subject_id),
            plain=plain,
            names=_names(found),
            numbers=_numbers(text),
            subject_words=subject_words,
            object_words=content(object_ or ""),
            times=frozenset(times),
            flipped=flipped,
            amounts=_amounts(quantities or ()),
            speaker=speaker,
            object_id=object_id,
            on_document=_is_on_document(predicate, subject or "", object_ or "", plain),
        )
