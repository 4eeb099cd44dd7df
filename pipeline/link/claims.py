"""Which claims bear on each other: the same statement, corroboration, contradiction, difference.

Wholes that were split (their parts are rows of their own) only take part in clusters of the same words. Claims with the
same words, sign and claimant are one *form*; forms that share rare features (content words, entities) are candidates,
by an inverted index over the rarest features of each, cut where a feature is common. A relation is then read from the
parts of the two rows: how much of their weighted words they share, subject, predicate and object, polarity and stance,
quantities, days, claimants. Precision comes first: without the same predicate or nearly all words there is no
relation, and without the same subject no contradiction. Near-linear, deterministic, independent of the order of rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from pipeline import lexicon, schema

#: A feature of more forms than this leads to no candidates by itself; the rarest features of each form are indexed.
COMMON: Final = 80
INDEXED: Final = 8
#: Forms with most shared weight that are compared with one form.
CANDIDATES: Final = 30
#: Weighted share of words: of the union (two wordings of one statement), and of the smaller (one clipped).
ALIKE: Final = 0.62
CONTAINED: Final = 0.85
#: Claims with fewer content words than this say too little to be compared by words.
MINIMUM: Final = 3
#: Pairs written for two forms; beyond, each claim is paired with the first of the other form alone.
PAIRS: Final = 60

_WORD: Final = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_NUMBER: Final = re.compile(r"[\d.,]+")
_UNREAL: Final = frozenset({"threatened", "conditional", "demanded", "planned"})


def stem(word: str) -> str:
    """A crude stem, the same for the forms of one word: for comparison only.

    >>> stem("withdrawals"), stem("expelled"), stem("countries"), stem("killing")
    ('withdrawal', 'expel', 'country', 'kill')
    """
    word = word.removesuffix("'s")
    if len(word) > 5 and word.endswith("ly"):
        word = word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for suffix in ("ing", "ed"):
        if len(word) > len(suffix) + 3 and word.endswith(suffix):
            word = word[: -len(suffix)]
            return word[:-1] if word[-1] == word[-2] else word
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith(("e", "ll")) else word


def content(text: str) -> frozenset[str]:
    """The stems of the words that count; nouns of events as their verbs ("expulsion", "expel").

    Numbers are left out: they are compared as quantities.
    """
    stop = lexicon.words("claims_stop_words")
    verbs = lexicon.table("claims_nominalizations")
    found = (word.replace("’", "'") for word in _WORD.findall(text))
    # "US" is a country, "us" a pronoun.
    counting = (w.casefold() for w in found if w.casefold() not in stop or (w.isupper() and len(w) > 1))
    kept = (word for word in counting if not _NUMBER.fullmatch(word))
    return frozenset(stem(verbs.get(word, word).split(" ")[0]) for word in kept)


def _with_entity(words: frozenset[str], named: frozenset[str], entity: str | None) -> frozenset[str]:
    """*words* with those that name an entity replaced by its id, so that its spellings don't count."""
    return words if entity is None or not named else (words - named) | {f"e:{entity}"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What is compared of one claim."""

    claim_id: str
    article: str
    root: str
    words: frozenset[str]
    numbers: frozenset[str]
    subject_id: str | None
    subject_words: frozenset[str]
    predicate: str
    object_id: str | None
    object_words: frozenset[str]
    claimant: str
    positive: bool
    polarity: str
    stance: str
    modality: str
    amounts: tuple[tuple[str, float, float], ...]
    days: tuple[dt.date, dt.date] | None
    quotation: str | None
    whole: bool
    start: int
    end: int

    @property
    def form(self) -> tuple[object, ...]:
        """Claims of one form differ in nothing that relations are read from."""
        return (
            tuple(sorted(self.words)), tuple(sorted(self.numbers)), self.subject_id, self.predicate, self.object_id,
            self.claimant, self.polarity, self.stance, self.modality, self.days, self.whole,
        )  # fmt: skip

    @property
    def features(self) -> frozenset[str]:
        """What candidates are found by."""
        entities = {f"e:{entity}" for entity in (self.subject_id, self.object_id) if entity is not None}
        return self.words | entities


@dataclass(slots=True)
class _Forms:
    statements: list[Statement] = field(default_factory=list)
    members: list[list[Statement]] = field(default_factory=list)
    weight: dict[str, float] = field(default_factory=dict)


def _amounts(quantities: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, float, float], ...]:
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


def _days_of(dates: pa.Table | None) -> dict[str, tuple[dt.date, dt.date]]:
    """First and last day of each resolved date."""
    if dates is None:
        return {}
    rows = zip(*(dates[name].to_pylist() for name in ("date_id", "earliest", "latest")), strict=True)
    return {key: (first.date(), last.date()) for key, first, last in rows if first is not None and last is not None}


def statements(claims: pa.Table, quotes: pa.Table, articles: pa.Table, dates: pa.Table | None) -> list[Statement]:
    """One statement a claim, in the order of claim_id."""
    pairs = zip(articles["article_id"].to_pylist(), articles["duplicate_of"].to_pylist(), strict=True)
    roots = {article: original or article for article, original in pairs}
    quotation = dict(zip(quotes["quote_id"].to_pylist(), quotes["quote_cluster"].to_pylist(), strict=True))
    days = _days_of(dates)
    names = (
        "claim_id", "article_id", "part_of", "proposition", "subject", "subject_entity_id", "predicate", "object",
        "object_entity_id", "claimant_kind", "claimant_entity_id", "claimant_text", "polarity", "stance", "modality",
        "quantities", "date_id", "quote_id", "start", "end",
    )  # fmt: skip
    columns = [claims[name].to_pylist() for name in names]
    split = set(claims["part_of"].to_pylist())
    found = []
    for values in zip(*columns, strict=True):
        row = dict(zip(names, values, strict=True))
        article = row["article_id"]
        speaker = row["claimant_entity_id"] or (row["claimant_text"] or "").casefold()
        if row["claimant_kind"] == "article":
            speaker = f"article:{roots.get(article, article)}"
        elif row["claimant_entity_id"] is None:
            # Two sources that no entity names ("officials") can't be told to be one: each is of its article.
            speaker = f"{roots.get(article, article)}:{speaker}"
        text = row["proposition"]
        found.append(
            Statement(
                claim_id=row["claim_id"],
                article=article,
                root=roots.get(article, article),
                words=_with_entity(content(text), content(row["subject"] or ""), row["subject_entity_id"]),
                numbers=frozenset(w.replace(",", "").strip(".") for w in _NUMBER.findall(text)) - {""},
                subject_id=row["subject_entity_id"],
                subject_words=content(row["subject"] or ""),
                predicate=row["predicate"],
                object_id=row["object_entity_id"],
                object_words=content(row["object"] or ""),
                claimant=speaker,
                positive=(row["polarity"] == "affirmed") == (row["stance"] != "denies"),
                polarity=row["polarity"],
                stance=row["stance"],
                modality=row["modality"],
                amounts=_amounts(row["quantities"] or ()),
                days=days.get(row["date_id"]),
                quotation=quotation.get(row["quote_id"]),
                whole=row["claim_id"] in split,
                start=row["start"],
                end=row["end"],
            )
        )
    return sorted(found, key=lambda statement: statement.claim_id)


def _forms(found: list[Statement]) -> _Forms:
    forms = _Forms()
    place: dict[tuple[object, ...], int] = {}
    for statement in found:
        at = place.setdefault(statement.form, len(place))
        if at == len(forms.statements):
            forms.statements.append(statement)
            forms.members.append([])
        forms.members[at].append(statement)
    seen = Counter(feature for statement in forms.statements for feature in statement.features)
    total = max(len(forms.statements), 2)
    forms.weight = {feature: math.log(1 + total / n) for feature, n in seen.items()}
    return forms


def _candidates(forms: _Forms) -> Iterator[tuple[int, int]]:
    """Pairs of forms that share rare features, the earlier first."""
    index: dict[str, list[int]] = defaultdict(list)
    indexed: list[list[str]] = []
    for number, statement in enumerate(forms.statements):
        rare = sorted(statement.features, key=lambda feature: (-forms.weight[feature], feature))[:INDEXED]
        indexed.append(rare)
        for feature in rare:
            index[feature].append(number)
    for number, statement in enumerate(forms.statements):
        shared: dict[int, float] = defaultdict(float)
        for feature in indexed[number]:
            others = index[feature]
            if len(others) > COMMON:
                continue
            for other in others:
                if other > number:
                    shared[other] += forms.weight[feature]
        best = sorted(shared, key=lambda other: (-shared[other], other))[:CANDIDATES]
        for other in best:
            if forms.statements[other].whole == statement.whole:
                yield number, other


def _overlap(left: frozenset[str], right: frozenset[str], weight: Mapping[str, float]) -> tuple[float, float]:
    """Weighted share of the union, and of the smaller of the two."""
    common = math.fsum(weight.get(word, 1.0) for word in left & right)  # exact, so in any order the same
    if not common:
        return 0.0, 0.0
    a, b = (math.fsum(weight.get(word, 1.0) for word in side) for side in (left, right))
    return common / (a + b - common), common / min(a, b)


def _apart(left: Statement, right: Statement) -> str | None:
    """``date`` or ``quantity`` where two like statements can't both hold of one thing; None where they can."""
    for unit, low, high in left.amounts:
        same = [(a, b) for other, a, b in right.amounts if other == unit]
        if same and all(high < a or b < low for a, b in same):
            return "quantity"
    if left.days and right.days and (left.days[1] < right.days[0] or right.days[1] < left.days[0]):
        return "date"
    return None


@dataclass(frozen=True, slots=True)
class Relation:
    """How two statements bear on each other."""

    relation: str
    conflict: str | None
    score: float


def relate(left: Statement, right: Statement, weight: Mapping[str, float]) -> Relation | None:
    """The relation of two statements from their parts, or None. Symmetric."""
    if min(len(left.words), len(right.words)) < MINIMUM:
        return None
    if left.article == right.article and left.start < right.end and right.start < left.end:
        return None  # one is stated inside the other
    alike, contained = _overlap(left.words, right.words, weight)
    quoted = left.quotation is not None and left.quotation == right.quotation
    same_subject = left.subject_id is not None and left.subject_id == right.subject_id
    if not same_subject and left.subject_words and right.subject_words:
        same_subject = (
            left.subject_words == right.subject_words and left.subject_id is None and right.subject_id is None
        )
    if left.subject_id and right.subject_id and left.subject_id != right.subject_id:
        same_subject = False
        if not quoted and alike < 0.95:
            return None
    objects = _overlap(left.object_words, right.object_words, weight)[1]
    same_predicate = left.predicate == right.predicate
    by_words = alike >= ALIKE or (contained >= CONTAINED and alike >= 0.5) or (quoted and contained >= CONTAINED)
    by_parts = same_subject and same_predicate and objects >= 0.75 and alike >= 0.4
    if not by_words and not by_parts:
        return None
    if (left.modality in _UNREAL) != (right.modality in _UNREAL) and not quoted:
        return None  # a demand and a fact of the same words don't bear on each other as two facts do
    score = round(max(alike, 0.9 * contained if by_words else 0.0, 0.6 if by_parts else 0.0), 3)
    apart = _apart(left, right)
    same_claimant = left.claimant == right.claimant
    if left.positive != right.positive:
        strict = same_predicate and (same_subject or alike >= 0.8) and apart is None
        if not strict or left.whole or "doubts" in {left.stance, right.stance}:
            return None
        return Relation("contradicts", "polarity" if left.polarity != right.polarity else "stance", score)
    if apart is not None:
        if left.whole or not (same_predicate and (alike >= 0.75 or (same_subject and objects >= 0.75))):
            return None
        exact = apart == "quantity" and alike >= 0.8 and same_subject and not same_claimant
        return Relation("contradicts" if exact else "differs", apart, score)
    if left.numbers != right.numbers and not (left.numbers <= right.numbers or right.numbers <= left.numbers):
        return None
    if "doubts" in {left.stance, right.stance} and left.stance != right.stance:
        return None
    if same_claimant or quoted:
        return Relation("same_statement", None, score)
    if left.whole or not (same_predicate or alike >= 0.8):
        return None
    return Relation("corroborates", None, score)


def _independent(left: Statement, right: Statement, alike: float) -> bool:
    """Another claimant and other words, in articles that don't copy each other."""
    if left.claimant == right.claimant or left.root == right.root:
        return False
    if left.quotation is not None and left.quotation == right.quotation:
        return False
    return alike < 0.85


def _pairs(left: list[Statement], right: list[Statement]) -> Iterator[tuple[Statement, Statement]]:
    if len(left) * len(right) <= PAIRS:
        yield from ((a, b) for a in left for b in right)
    else:
        yield from ((left[0], b) for b in right)
        yield from ((a, right[0]) for a in left[1:])


def _same_form(members: list[Statement]) -> Iterator[tuple[Statement, Statement]]:
    if len(members) * (len(members) - 1) <= 2 * PAIRS:
        yield from ((a, b) for i, a in enumerate(members) for b in members[i + 1 :])
    else:
        yield from ((members[0], b) for b in members[1:])


class _Sets:
    """Disjoint sets of claim ids."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def find(self, item: str) -> str:
        root = item
        while (above := self.parent.get(root, root)) != root:
            root = above
        while item != root:
            self.parent[item], item = root, self.parent.get(item, item)
        return root

    def join(self, left: str, right: str) -> None:
        a, b = sorted((self.find(left), self.find(right)))
        self.parent[b] = a


def _cluster_ids(found: list[Statement], sets: _Sets) -> dict[str, str]:
    """Claim id -> cluster id, for clusters of two and more. Named after its words, not after rows.

    Of the hashes of its members' words the smallest names the cluster, so a further copy doesn't rename it.
    """
    groups: dict[str, list[Statement]] = defaultdict(list)
    for statement in found:
        groups[sets.find(statement.claim_id)].append(statement)
    named: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for root in sorted(groups):
        members = groups[root]
        if len(members) < 2:
            continue
        digests = (
            hashlib.sha256(" ".join([m.polarity, *sorted(m.words), *sorted(m.numbers)]).encode()).hexdigest()[:12]
            for m in members
        )
        name = min(digests)
        taken[name] += 1
        name = name if taken[name] == 1 else f"{name}.{taken[name]}"
        named.update((member.claim_id, name) for member in members)
    return named


def link_claims(
    claims: pa.Table, quotes: pa.Table, articles: pa.Table, dates: pa.Table | None = None
) -> tuple[pa.Table, pa.Table]:
    """*claims* with ``claim_cluster`` filled in, and the ``claim_links`` table.

    The tables are those of the contract, their entity ids and quote clusters already linked; *dates* lets the days of
    events be compared. Same statements and corroborating ones share a cluster; contradictions don't.
    """
    found = statements(claims, quotes, articles, dates)
    forms = _forms(found)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    sets = _Sets()

    def add(left: Statement, right: Statement, relation: Relation, alike: float) -> None:
        first, second = sorted((left, right), key=lambda statement: statement.claim_id)
        if relation.relation in {"same_statement", "corroborates"}:
            sets.join(first.claim_id, second.claim_id)
        if first.whole:
            return
        rows[first.claim_id, second.claim_id] = {
            "claim_id": first.claim_id,
            "other_claim_id": second.claim_id,
            "relation": relation.relation,
            "conflict": relation.conflict,
            "independent": _independent(first, second, alike),
            "score": relation.score,
        }

    for members in forms.members:
        if len(members) > 1 and len(members[0].words) >= MINIMUM:
            for left, right in _same_form(members):
                if left.article == right.article and left.start < right.end and right.start < left.end:
                    continue
                add(left, right, Relation("same_statement", None, 1.0), 1.0)
    for a, b in _candidates(forms):
        left, right = forms.statements[a], forms.statements[b]
        alike = _overlap(left.words, right.words, forms.weight)[0]
        for first, second in _pairs(forms.members[a], forms.members[b]):
            relation = relate(first, second, forms.weight)
            if relation is None:
                continue
            add(first, second, relation, alike)
    clusters = _cluster_ids(found, sets)
    names = pa.array([clusters.get(claim) for claim in claims["claim_id"].to_pylist()], pa.string())
    position = claims.column_names.index("claim_cluster")
    filled = claims.set_column(position, claims.schema.field(position), names)
    return filled, schema.to_table("claim_links", [rows[key] for key in sorted(rows)])
