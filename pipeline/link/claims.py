"""Which claims bear on each other: the same statement, corroboration, contradiction, difference.

Wholes that were split (their parts are rows of their own) only take part in clusters of the same words. Claims with the
same words, sign and claimant are one *form*; forms that share rare features (content words, entities) are candidates,
by an inverted index over the rarest features of each, cut where a feature is common. What two of them are to each other
:mod:`relations` reads from their parts. Near-linear, deterministic, independent of the order of rows.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from pipeline import schema
from pipeline.link.relations import MINIMUM, Relation, Weights, on_document, overlap, relate
from pipeline.link.statements import Statement, statements

#: A feature of more forms than this leads to no candidates by itself; the rarest features of each form are indexed.
COMMON: Final = 80
INDEXED: Final = 8
#: Forms with most shared weight that are compared with one form.
CANDIDATES: Final = 30
#: Pairs written for two forms; beyond, each claim is paired with the first of the other form alone.
PAIRS: Final = 60
#: Statements of one article on whether a document is genuine that are compared.
DOCUMENTS: Final = 12


@dataclass(slots=True)
class _Forms:
    statements: list[Statement] = field(default_factory=list)
    members: list[list[Statement]] = field(default_factory=list)
    weight: dict[str, float] = field(default_factory=dict)


def _forms(found: list[Statement]) -> _Forms:
    forms = _Forms()
    place: dict[tuple[object, ...], int] = {}
    for statement in found:
        at = place.setdefault(statement.form, len(place))
        if at == len(forms.statements):
            forms.statements.append(statement)
            forms.members.append([])
        forms.members[at].append(statement)
    seen = Counter(feature for statement in forms.statements for feature in statement.features | statement.plain)
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


def _on_documents(found: list[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Pairs of statements of one article on whether a document is genuine, in the order of claim_id."""
    by_article: dict[str, list[Statement]] = defaultdict(list)
    for statement in found:
        if statement.on_document and len(by_article[statement.article]) < DOCUMENTS:
            by_article[statement.article].append(statement)
    for members in by_article.values():
        yield from ((a, b) for i, a in enumerate(members) for b in members[i + 1 :])


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
    weights = Weights(forms.weight)
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
        for first, second in _pairs(forms.members[a], forms.members[b]):
            relation = relate(first, second, weights)
            if relation is not None:
                add(first, second, relation, overlap(left.words, right.words, weights)[0])
    for first, second in _on_documents(found):
        if (first.claim_id, second.claim_id) not in rows and (relation := on_document(first, second)) is not None:
            add(first, second, relation, 0.0)
    clusters = _cluster_ids(found, sets)
    names = pa.array([clusters.get(claim) for claim in claims["claim_id"].to_pylist()], pa.string())
    position = claims.column_names.index("claim_cluster")
    filled = claims.set_column(position, claims.schema.field(position), names)
    return filled, schema.to_table("claim_links", [rows[key] for key in sorted(rows)])
