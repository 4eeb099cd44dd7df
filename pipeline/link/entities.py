"""Entities of the whole corpus: which chains of different articles are one thing, under an id that lasts.

**Ids.** ``<label>/<slug of a name>``. What is guaranteed when the corpus grows:

- Countries, nationalities, and what ``models/lexicon/organisations.tsv`` or the user's ``aliases.csv`` lists have the
  id that those give, always.
- Every other entity is named by the *first* article that names it in full, and articles count in the order of their
  publication; articles without a known day come first, in the order of their ids. So an article that is published
  after those that stand, or dated at all where they are not, never renames an entity: it adds aliases, or a new entity.
- Two different things of one name: the one that stands keeps the plain id, the later one's is followed by ``@`` and the
  id of its first article.
- An older article put in behind, the full name of a bare surname, a label that most articles outvote would all name
  some entity anew. So what stands is handed in (``standing``: the ids of the run before), and an entity keeps the id
  that its chains had as long as it bears a name that the id was made from. Of two entities that turn out to be one the
  older id stays; of one that turns out to be two the id stays with the one that most of its chains belong to.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from pipeline import gazetteer, schema
from pipeline.link.aliases import AliasError, Aliases, Target, alias_key, read_aliases
from pipeline.link.merge import Rule, Union, merge
from pipeline.link.nodes import Named as Names
from pipeline.link.nodes import Nodes, is_acronym
from pipeline.link.spill import SpilledTable
from pipeline.naming import name_parts, slug

__all__ = ["AliasError", "Aliases", "link_entities", "read_aliases"]

ASSIGNMENTS = pa.schema(
    [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field("chain", pa.int32(), nullable=False),
        pa.field("entity_id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("score", pa.float32()),
    ]
)

#: How probable it is that a bare surname means the only person of the corpus who bears it: 11 of 19 over the documents
#: of all genres of GUM, whose topics have little in common. Of news on one topic more are right.
SURNAME_SCORE: Final = 0.6

#: Rows of ``entities`` that are made at once.
_ROWS: Final = 2_000

Standing = Mapping[tuple[str, str], str]
"""Article and chain (as a string) -> the entity id that it had before."""


@dataclass(slots=True)
class _Gathered:
    """What the chains of one entity say together."""

    nodes: array[int] = field(default_factory=lambda: array("i"))
    forms: Counter[str] = field(default_factory=Counter)
    descriptions: Counter[str] = field(default_factory=Counter)
    mentions: int = 0
    articles: int = 0
    first_published: dt.date | None = None
    last_published: dt.date | None = None


class Named(NamedTuple):
    """What a set of chains is called: its id, the name to show, its label, and the user's Wikidata id."""

    entity_id: str
    name: str
    label: str
    wikidata: str | None


@dataclass(slots=True)
class Linking:
    """The decisions of the linker: ``union`` over the chains ``union.nodes``, with the evidence of each join, and what
    each set is called, by the number that stands for it."""

    union: Union
    named: Mapping[int, Named]
    gathered: Mapping[int, _Gathered]

    def numbers(self) -> dict[str, list[int]]:
        """The nodes of each entity id, in the order of their articles."""
        found: dict[str, list[int]] = defaultdict(list)
        for i in range(len(self.union.nodes)):
            found[self.named[self.union.find(i)].entity_id].append(i)
        return found


def decide(
    mentions: pa.Table,
    local_entities: pa.Table,
    published: Mapping[str, dt.date | None],
    aliases: Aliases | None = None,
    standing: Standing | None = None,
) -> Linking:
    """Which chains are one thing, and what it is called. Arguments as for :func:`link_entities`; *published* is the day
    of each article."""
    return decide_by_pieces([mentions], [local_entities], published, aliases, standing)


def decide_by_pieces(
    mentions: Iterable[pa.Table],
    local_entities: Iterable[pa.Table],
    published: Mapping[str, dt.date | None],
    aliases: Aliases | None = None,
    standing: Standing | None = None,
) -> Linking:
    """As :func:`decide`, of tables that come in pieces and are never whole in memory."""
    nodes, targets = _nodes(local_entities, published, aliases or {})
    union = merge(nodes)
    gathered = _gather(nodes, union, mentions, published)
    return Linking(union, _named(nodes, union, gathered, targets, standing or {}), gathered)


def link_entities(
    mentions: pa.Table,
    local_entities: pa.Table,
    articles: pa.Table,
    aliases: Aliases | None = None,
    standing: Standing | None = None,
) -> tuple[pa.Table, pa.Table]:
    """Join the coreference chains of single articles into entities of the corpus.

    Args:
        mentions: the contract's table, with the number of the chain in its article, as a string, as ``entity_id``.
        local_entities: ``article_id, chain, name, label, aliases, descriptions``, one row a chain.
        articles: the contract's table; ``article_id`` and ``published`` are read.
        aliases: what :func:`read_aliases` gave.
        standing: the ids that the chains had in the run before, where there was one.

    Returns:
        the assignments (``article_id, chain, entity_id, name, score``) sorted by article and chain, and the contract's
        ``entities`` sorted by ``entity_id``. Neither depends on the order of the rows that come in. ``score`` is the
        probability (0 to 1) that the chain belongs to its entity, where a bare surname alone says so; else null.
    """
    published = published_days(articles)
    linking = decide(mentions, local_entities, published, aliases, standing)
    union = linking.union
    doubtful = dict(doubts(linking))
    assignments = sorted(
        (union.nodes.article(i), union.nodes.chain(i), *linking.named[union.find(i)][:2], doubtful.get(i))
        for i in range(len(union.nodes))
    )
    columns = list(zip(*assignments, strict=True)) if assignments else [()] * len(ASSIGNMENTS)
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, ASSIGNMENTS, strict=True)], schema=ASSIGNMENTS)
    return table, pa.concat_tables(entity_rows(linking).tables())


def doubts(linking: Linking) -> Iterator[tuple[int, float]]:
    """Nodes with the probability that they belong to their entities, where a bare surname alone says so."""
    return ((link.right, SURNAME_SCORE) for link in linking.union.links if link.rule in (Rule.SURNAME, Rule.ROLE))


def published_days(articles: pa.Table) -> dict[str, dt.date | None]:
    """The day of each article of the contract's table; None where it isn't known."""
    return dict(zip(articles["article_id"].to_pylist(), articles["published"].to_pylist(), strict=True))


_LOCAL: Final = ("article_id", "chain", "label", "name", "aliases", "descriptions")


def _nodes(
    local: Iterable[pa.Table], published: Mapping[str, dt.date | None], aliases: Aliases
) -> tuple[Nodes, dict[str, Target]]:
    """The chains in the order of their articles, and the user's entities by what fixes a node to them."""
    nodes = Nodes()
    for piece in local:
        for article, chain, label, name, forms, descriptions in zip(
            *(piece[column].to_pylist() for column in _LOCAL), strict=True
        ):
            nodes.add(article, chain, label, name, tuple(forms or (name,)), tuple(descriptions or ()))
    nodes.arrange(published)
    targets: dict[str, Target] = {}
    known: dict[tuple[str, str], str | None] = {}
    parts: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in nodes.names:
        label = one.label
        if (one.name, label) not in parts:
            parts[one.name, label] = _parts(one.name, label)
        one.parts = parts[one.name, label]
        target = _told(one, aliases) if aliases else None
        if target is not None:
            one.fixed = f"user:{target.entity_id or alias_key(target.name)}"
            targets[one.fixed] = target
            continue
        for form in (one.name, *one.forms):
            if (form, label) not in known:
                known[form, label] = gazetteer.known_name(form, label)
            if known[form, label] is not None:
                one.fixed = known[form, label]
                break
    return nodes, targets


def _parts(name: str, label: str) -> tuple[str, ...]:
    if label == "PERSON":
        return gazetteer.person_parts(name)
    return gazetteer.body_parts(name) if label == "ORG" else name_parts(name)


def _told(node: Names, aliases: Aliases) -> Target | None:
    """The entity that the user gives to one of the node's names: the fullest that is listed."""
    for form in (node.name, *sorted(node.forms, key=lambda form: (-len(form), form))):
        by_label = aliases.get(alias_key(form))
        if by_label:
            target = by_label.get(node.label) or by_label.get("")
            if target is not None:
                return target
    return None


def _gather(
    nodes: Nodes, union: Union, mentions: Iterable[pa.Table], published: Mapping[str, dt.date | None]
) -> dict[int, _Gathered]:
    found: dict[int, _Gathered] = defaultdict(_Gathered)
    for i, node in enumerate(nodes):
        one = found[union.find(i)]
        one.nodes.append(i)
        if node.descriptions:
            one.descriptions.update(node.descriptions)
        for form in node.forms:
            one.forms.setdefault(form, 0)
    places, order = nodes.by_place()
    order = np.append(order, np.int32(-1))
    numbers = nodes.article_numbers
    days = [published.get(article) for article in nodes.articles]
    for piece in mentions:
        # Counted by Arrow first: many mentions of a chain are written alike.
        slim = piece.select(["article_id", "entity_id", "kind", "text"])
        slim = slim.set_column(2, "kind", slim["kind"].cast(pa.string()))
        counted = slim.group_by(["article_id", "entity_id", "kind", "text"]).aggregate([([], "count_all")])
        at = order[places.find(counted["article_id"], counted["entity_id"])]
        columns = (counted[name].to_pylist() for name in ("kind", "text", "count_all"))
        roots = [-1 if i < 0 else union.find(i) for i in at.tolist()]
        for root, kind, text, count in zip(roots, *columns, strict=True):
            if root < 0:
                continue
            one = found[root]
            one.mentions += count
            if kind == "name":
                one.forms[" ".join(text.split())] += count
        # No other piece holds mentions of the same articles.
        there = at >= 0
        both = np.unique(np.stack((np.array(roots, np.int64)[there], numbers[at[there]]), axis=1), axis=0)
        for root, number in both.tolist():
            one, day = found[root], days[number]
            one.articles += 1
            if day is not None:
                one.first_published = min(one.first_published or day, day)
                one.last_published = max(one.last_published or day, day)
    return found


def _named(
    nodes: Nodes,
    union: Union,
    gathered: Mapping[int, _Gathered],
    targets: Mapping[str, Target],
    standing: Standing,
) -> dict[int, Named]:
    """What each set is called: first what is known, then what stands, then the rest in the order of first articles."""
    found: dict[int, Named] = {}
    taken: set[str] = set()
    roots = sorted(gathered)
    fixed = [root for root in roots if union.fixed(root) is not None]
    free = [root for root in roots if union.fixed(root) is None]
    kept = _kept(nodes, free, gathered, standing)
    for root in (*fixed, *(root for root in free if root in kept), *(root for root in free if root not in kept)):
        one = gathered[root]
        known = union.fixed(root)
        target = targets.get(known or "")
        label = _label(nodes, one, known, target)
        name, base = _name(nodes, one, label, known, target)
        entity_id = target.entity_id if target is not None and target.entity_id else f"{label.lower()}/{base}"
        if root in kept and kept[root] not in taken:
            entity_id = kept[root]
        if entity_id in taken:
            entity_id = _apart(entity_id, nodes, one.nodes[0], taken)
        taken.add(entity_id)
        found[root] = Named(entity_id, name, label, target.wikidata if target else None)
    return found


def _kept(nodes: Nodes, free: list[int], gathered: Mapping[int, _Gathered], standing: Standing) -> dict[int, str]:
    """The standing ids that sets keep, each at most one and no two the same."""
    if not standing:
        return {}
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    oldest: dict[int, list[str]] = {}
    for root in free:
        slugs: set[str] = set()
        for i in gathered[root].nodes:
            entity_id = standing.get((nodes.article(i), str(nodes.chain(i))))
            if entity_id is None:
                continue
            slugs = slugs or {slug(form) or "unnamed" for form in gathered[root].forms}
            if entity_id.partition("/")[2].partition("@")[0] not in slugs:
                continue
            votes[entity_id][root] += 1
            oldest.setdefault(root, []).append(entity_id)
    holder = {entity_id: min(c, key=lambda root: (-c[root], root)) for entity_id, c in votes.items()}
    found = {}
    for root, ids in oldest.items():
        own = [entity_id for entity_id in ids if holder[entity_id] == root]
        if own:
            found[root] = own[0]
    return found


def _apart(entity_id: str, nodes: Nodes, first: int, taken: set[str]) -> str:
    """The id of a second thing of one name: with its first article, and its chain where even that is taken."""
    apart = f"{entity_id}@{nodes.article(first)}"
    return apart if apart not in taken else f"{apart}.{nodes.chain(first)}"


def _label(nodes: Nodes, one: _Gathered, known: str | None, target: Target | None) -> str:
    if target is not None and target.label:
        return target.label
    if known is not None and known.startswith("country:"):
        return "GPE"
    votes = Counter(nodes[i].label for i in one.nodes)
    first = nodes[one.nodes[0]].label
    return min(votes, key=lambda label: (-votes[label], label != first, label))


def _name(nodes: Nodes, one: _Gathered, label: str, known: str | None, target: Target | None) -> tuple[str, str]:
    """The name to show (the commonest of the full forms) and the slug of the id (the first article's full name)."""
    if target is not None:
        return target.name, slug(target.name) or "unnamed"
    full = [form for form in one.forms if _is_full(form, label)] or list(one.forms)
    name = min(full, key=lambda form: (-one.forms[form], -len(form), form))
    if known is not None:
        usual = gazetteer.display_name(known)
        if usual and known.startswith(("country:", "org:", "city:", "state:")):
            return usual, slug(usual.removeprefix("The "))
        if usual:
            return name, slug(usual)
        return name, slug(known.partition(":")[2]) or "unnamed"
    for i in one.nodes:
        if _is_full(nodes[i].name, label):
            return name, slug(nodes[i].name) or "unnamed"
    return name, slug(nodes[one.nodes[0]].name) or "unnamed"


def _is_full(form: str, label: str) -> bool:
    if label == "PERSON":
        return len(name_parts(form)) > 1
    return not is_acronym(form)


def entity_rows(linking: Linking, folder: Path | None = None) -> SpilledTable:
    """The contract's ``entities``, sorted. *folder*: where they are spilled."""
    roots = sorted(linking.named, key=lambda root: linking.named[root].entity_id)
    rows = SpilledTable(schema.SCHEMAS["entities"], folder)
    for start in range(0, max(len(roots), 1), _ROWS):
        some = roots[start : start + _ROWS]
        rows.append(schema.to_table("entities", [_row(linking.named[root], linking.gathered[root]) for root in some]))
    return rows


def _row(named: Named, one: _Gathered) -> dict[str, Any]:
    entity_id, name, label, wikidata = named
    return {
        "entity_id": entity_id,
        "name": name,
        "label": label,
        "aliases": sorted(one.forms, key=lambda form: (-one.forms[form], form)),
        "descriptions": sorted(one.descriptions, key=lambda text: (-one.descriptions[text], text)),
        "n_mentions": one.mentions,
        "n_articles": one.articles,
        "first_published": one.first_published,
        "last_published": one.last_published,
        "wikidata": wikidata,
    }
