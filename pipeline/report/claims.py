"""Claims by cluster: who affirms, who denies, what numbers differ, the most check-worthy first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline import schema
from pipeline.report.data import Parts, ranked, write_table
from pipeline.report.names import fragment
from pipeline.report.tables import Tables, taken

#: Named claimants that can be filtered by, the commonest.
CLAIMANTS: Final = 100
#: Claims against or beside a cluster that are shown with it.
LINKED: Final = 8
#: Characters of a sentence that are shown around a claim; the place in the article has all of it.
SENTENCE: Final = 600
#: Differing figures that are named in the head of a cluster.
NUMBERS: Final = 12

_COLUMNS: Final = (
    "claim_id", "article_id", "sentence_id", "start", "end", "text", "spans", "proposition", "kind", "date_id",
    "quantities", "claimant_kind", "claimant_text", "claimant_entity_id", "claimant", "chain", "evidence", "stance",
    "polarity", "modality", "factuality", "check_worthiness", "claim_cluster",
)  # fmt: skip
# Groups that are made at a time.
_BLOCK: Final = 2_000
_ARTICLE: Final = -1
_UNNAMED: Final = -2
_FURTHER: Final = -3


@dataclass(frozen=True, slots=True)
class _Order:
    """Row numbers of the claims, group by group in the order of the report; ``starts[g]`` is where group g begins."""

    rows: list[int]
    starts: list[int]

    def group_of(self) -> dict[int, int]:
        return {
            row: group
            for group, start in enumerate(self.starts[:-1])
            for row in self.rows[start : self.starts[group + 1]]
        }


def _order(tables: Tables) -> _Order:
    claims = tables["claims"]
    clusters = claims["claim_cluster"].to_pylist()
    worth = [-1.0 if value is None else value for value in claims["check_worthiness"].to_pylist()]
    places = [tables.by_id[article_id].number for article_id in claims["article_id"].to_pylist()]
    starts = claims["start"].to_pylist()
    groups: dict[str | int, list[int]] = defaultdict(list)
    for row, cluster in enumerate(clusters):
        groups[row if cluster is None else cluster].append(row)
    for members in groups.values():
        members.sort(key=lambda row: (-worth[row], places[row], starts[row], row))
    ordered = sorted(
        groups.values(), key=lambda rows: (-worth[rows[0]], -len(rows), places[rows[0]], starts[rows[0]], rows[0])
    )
    rows = [row for members in ordered for row in members]
    begins = [0]
    for members in ordered:
        begins.append(begins[-1] + len(members))
    return _Order(rows, begins)


def differing_numbers(claims: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """The units in which *claims* of one cluster give different figures, each once; None for figures without one."""
    figures: dict[str | None, dict[tuple[Any, ...], set[int]]] = defaultdict(lambda: defaultdict(set))
    for number, claim in enumerate(claims):
        for quantity in claim["quantities"]:
            figure = tuple(quantity[key] for key in ("value", "low", "high"))
            if figure != (None, None, None):
                figures[quantity["unit"]][figure].add(number)
    # Two figures of one claim ("from 10 to 20 soldiers") are no difference: another claim must have others.
    return [unit for unit, found in figures.items() if len({frozenset(who) for who in found.values()}) > 1]


def _claimant(claim: Mapping[str, Any]) -> str | None:
    """Whose claim it is, for people; None where the article itself makes it."""
    if claim["claimant_kind"] == "article":
        return None
    name: str = claim["claimant"] or claim["claimant_text"] or "an unnamed source"
    return name


def _in_sentence(claim: Mapping[str, Any], sentence: Mapping[str, Any] | None) -> list[list[Any]]:
    """The sentence in pieces, ``[is the claim's words, text]``, cut where it is very long."""
    if sentence is None or not sentence["start"] <= claim["start"] < sentence["end"]:
        return [[1, claim["text"][:SENTENCE]]]
    base, text = sentence["start"], sentence["text"]
    begin = max(0, min(claim["start"] - base - SENTENCE // 3, len(text) - SENTENCE))
    if begin:
        begin = text.find(" ", begin) + 1 or begin
    end = min(len(text), begin + SENTENCE)
    pieces: list[list[Any]] = [[0, "… "]] if begin else []
    place = begin
    for span in claim["spans"] or [{"start": claim["start"], "end": claim["end"]}]:
        start, stop = max(place, span["start"] - base), min(end, span["end"] - base)
        if start < stop:
            pieces += [[0, text[place:start]], [1, text[start:stop]]]
            place = stop
    pieces += [[0, text[place:end]], [0, "" if end == len(text) else " …"]]
    return [piece for piece in pieces if piece[1]]


class _Rows:
    """Makes the rows of groups."""

    def __init__(self, tables: Tables, order: _Order) -> None:
        self.tables, self.order = tables, order
        self.claims = tables["claims"].select(list(_COLUMNS))
        self.sentences = tables["sentences"].select(["sentence_id", "start", "end", "text"])
        self.group_of = order.group_of()
        row_of = {claim_id: row for row, claim_id in enumerate(self.claims["claim_id"].to_pylist())}
        self.links: dict[int, list[tuple[int, str, str | None]]] = defaultdict(list)
        for link in tables["claim_links"].to_pylist():
            if link["relation"] not in ("contradicts", "differs"):
                continue
            one, other = row_of[link["claim_id"]], row_of[link["other_claim_id"]]
            self.links[self.group_of[one]].append((other, link["relation"], link["conflict"]))
            self.links[self.group_of[other]].append((one, link["relation"], link["conflict"]))
        self.dates = {
            row["date_id"]: row["value"]
            for row in tables["dates"].select(["date_id", "value", "resolved"]).to_pylist()
            if row["resolved"]
        }

    def _sentences(self, claims: list[dict[str, Any]]) -> Iterator[Mapping[str, Any] | None]:
        """The sentence of each of *claims*."""
        rows = []
        for claim in claims:
            start, length = self.tables.place("sentences", claim["article_id"])
            rows.append(start + claim["sentence_id"] if 0 <= claim["sentence_id"] < length else None)
        found = iter(taken(self.sentences, [row for row in rows if row is not None]))
        return (None if row is None else next(found) for row in rows)

    def _claim(self, claim: Mapping[str, Any], sentence: Mapping[str, Any] | None) -> dict[str, Any]:
        chain = [step["source"] for step in claim["chain"]]
        return {
            "article": self.tables.by_id[claim["article_id"]].number,
            "at": fragment("claim", claim["claim_id"]),
            "who": _claimant(claim),
            "as": claim["claimant_text"],
            "via": chain[0] if len(chain) > 1 else None,
            "stance": claim["stance"],
            "modality": claim["modality"],
            "kind": claim["kind"],
            "evidence": claim["evidence"],
            "date": self.dates.get(claim["date_id"] or ""),
            "sentence": _in_sentence(claim, sentence),
            "matter": None,
        }

    def _against(self, group: int) -> list[tuple[int, str, str | None]]:
        """Other groups that contradict this one or differ from it, with the relation and in what they differ."""
        found: dict[int, tuple[str, str | None]] = {}
        for row, relation, conflict in self.links[group]:
            other = self.group_of[row]
            if other != group and (other not in found or relation == "contradicts"):
                found[other] = relation, conflict
        chosen = sorted(found, key=lambda number: (found[number][0] != "contradicts", number))[:LINKED]
        return [(other, *found[other]) for other in chosen]

    def _head(self, relation: str, conflict: str | None, head: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "relation": relation,
            "conflict": conflict,
            "proposition": head["proposition"],
            "who": _claimant(head),
            "article": self.tables.by_id[head["article_id"]].number,
            "at": fragment("claim", head["claim_id"]),
        }

    def _block(self, first: int, last: int) -> Iterator[dict[str, Any]]:
        """The claims of the groups from *first* to before *last*, taken from the tables together.

        The first of each group carries what is shown of the group, its ``matter``.
        """
        starts = self.order.starts[first : last + 1]
        claims = taken(self.claims, self.order.rows[starts[0] : starts[-1]])
        lines = [self._claim(claim, sentence) for claim, sentence in zip(claims, self._sentences(claims), strict=True)]
        against = [self._against(group) for group in range(first, last)]
        others = [other for found in against for other, _, _ in found]
        heads = iter(taken(self.claims, [self.order.rows[self.order.starts[other]] for other in others]))
        for group, found in enumerate(against):
            start, end = starts[group] - starts[0], starts[group + 1] - starts[0]
            worth = claims[start]["check_worthiness"]
            members = claims[start:end]
            differ = differing_numbers(members)
            numbers = dict.fromkeys(q["text"] for claim in members for q in claim["quantities"] if q["unit"] in differ)
            lines[start]["matter"] = {
                "proposition": claims[start]["proposition"],
                "worth": None if worth is None else round(worth, 2),
                "claims": end - start,
                "articles": len({claim["article_id"] for claim in members}),
                "stances": sorted({claim["stance"] for claim in members}),
                "differ": list(numbers)[:NUMBERS],
                "against": [self._head(relation, conflict, next(heads)) for _, relation, conflict in found],
            }
            yield from lines[start:end]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        groups = len(self.order.starts) - 1
        for first in range(0, groups, _BLOCK):
            yield from self._block(first, min(groups, first + _BLOCK))


def gather(tables: Tables, parts: Parts) -> dict[str, Any]:
    """Write the claims, cluster by cluster; a claim without one is a cluster of its own."""
    order = _order(tables)
    rows = _Rows(tables, order)
    claims = tables["claims"]
    ids = claims["claimant_entity_id"].to_pylist()
    kinds = claims["claimant_kind"].to_pylist()
    counts = Counter(entity for entity in ids if entity)
    named = ranked(counts)[:CLAIMANTS]
    number = {entity: place for place, entity in enumerate(named)}

    def claimant(row: int) -> int:
        if kinds[row] == "article":
            return _ARTICLE
        return number.get(ids[row], _FURTHER) if ids[row] else _UNNAMED

    articles = [tables.by_id[article_id].number for article_id in claims["article_id"].to_pylist()]
    kind, stance = claims["kind"].to_pylist(), claims["stance"].to_pylist()
    claimants = [claimant(row) for row in order.rows]
    facets: dict[str, list[Any]] = {
        "group": [group for group, (a, b) in enumerate(zip(order.starts, order.starts[1:], strict=False))
                  for _ in range(a, b)],
        "article": [articles[row] for row in order.rows],
        "claimant": claimants,
        "kind": [schema.CLAIM_KINDS.index(kind[row]) for row in order.rows],
        "stance": [schema.STANCES.index(stance[row]) for row in order.rows],
        "flags": [],
    }  # fmt: skip

    def flagged() -> Iterator[dict[str, Any]]:
        for row in rows:
            if matter := row["matter"]:
                several, disputed = matter["articles"] > 1, len(matter["stances"]) > 1
                disputed |= any(link["relation"] == "contradicts" for link in matter["against"])
                differ = bool(matter["differ"]) or any(link["conflict"] == "quantity" for link in matter["against"])
                facets["flags"] += [several + 2 * disputed + 4 * differ] * matter["claims"]
            yield row

    spec = write_table(parts, "claims", flagged(), facets)
    names = tables.names
    spec["groups"] = len(order.starts) - 1
    spec["claimants"] = [[entity, names.get(entity, entity), counts[entity]] for entity in named]
    tally = Counter(claimants)
    spec["article_itself"], spec["unnamed"], spec["further"] = tally[_ARTICLE], tally[_UNNAMED], tally[_FURTHER]
    return spec
