"""Which entities of different articles are one: the rules, on names alone, over a guarded union of chains.

Every rule looks only into one bucket of a blocking key (the exact name, the skeletons of its parts, its last part, an
acronym), so the cost is that of sorting. A union that would join two different things that the packages, the lists or
the user know is refused, whatever a rule says.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline import lexicon
from pipeline.link.nodes import Named, Nodes, is_acronym
from pipeline.naming import name_parts, same_part, same_parts, skeleton, unspaced

# Beyond this many different names in one bucket, a name is only compared with so many of them.
_BUCKET = 200
_OPEN = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW"})
# Roles that many people share say nothing about who one is.
_COMMON_ROLES = frozenset({"member", "official", "leader", "spokesperson", "expert", "resident", "officer", "analyst"})


class Rule(StrEnum):
    """By what two names of different articles are one, in the order in which the rules are tried."""

    KNOWN = "known"
    SAME_NAME = "same name"
    SPACING = "spacing"
    SPELLING = "spelling"
    MIDDLE_NAME = "middle name"
    INITIAL = "initial"
    GIVEN = "other name given"
    ACRONYM = "acronym"
    SURNAME = "surname"
    ROLE = "surname and role"


_RULES = tuple(Rule)


class Evidence(NamedTuple):
    """Two nodes, by number, and the rule that made them one or that would have, had they not been known to differ."""

    left: int
    right: int
    rule: Rule


class Trail:
    """Evidence, in the order in which it came: nine bytes a join."""

    def __init__(self) -> None:
        self._left, self._right, self._rule = array("i"), array("i"), array("b")

    def append(self, left: int, right: int, rule: Rule) -> None:
        """Add what makes two nodes one, or would have."""
        self._left.append(left)
        self._right.append(right)
        self._rule.append(_RULES.index(rule))

    def __len__(self) -> int:
        return len(self._rule)

    def __iter__(self) -> Iterator[Evidence]:
        for left, right, rule in zip(self._left, self._right, self._rule, strict=True):
            yield Evidence(left, right, _RULES[rule])


class Union:
    """Disjoint sets of node numbers; the smallest number stands for its set. Keeps apart what is known to differ.

    ``links`` holds the evidence of every join, so that the links between the nodes of a set make up a tree;
    ``refused`` that of the joins that were refused.
    """

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.links, self.refused = Trail(), Trail()
        self._parent = array("i", range(len(nodes)))
        # What the set of a node is known to be, by its place in the list of all that is known, 0 where it isn't.
        places: dict[str | None, int] = {None: 0}
        of_names = [places.setdefault(name.fixed, len(places)) for name in nodes.names]
        self._fixed = array("i", (of_names[name] for name in nodes.name_numbers))
        self._known = list(places)

    def find(self, i: int) -> int:
        """The number that stands for the set of *i*."""
        parent = self._parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def fixed(self, i: int) -> str | None:
        """What the set of *i* is known to be."""
        return self._known[self._fixed[self.find(i)]]

    def roots(self) -> npt.NDArray[np.int32]:
        """The number that stands for the set of each node."""
        roots = np.array(self._parent, np.int32)
        while (higher := roots[roots] != roots).any():
            roots[higher] = roots[roots[higher]]
        return roots

    def join(self, left: int, right: int, rule: Rule) -> bool:
        """Join two sets by *rule*; False, and nothing done, where they are known to be different things."""
        a, b = self.find(left), self.find(right)
        if a == b:
            return True
        known_a, known_b = self._fixed[a], self._fixed[b]
        if known_a and known_b and known_a != known_b:
            self.refused.append(left, right, rule)
            return False
        self.links.append(left, right, rule)
        low, high = min(a, b), max(a, b)
        self._parent[high] = low
        self._fixed[low] = known_a or known_b
        return True


def _numbers() -> array[int]:
    """For numbers of nodes, of which there may be many."""
    return array("i")


def merge(nodes: Nodes) -> Union:
    """Join the *nodes* (in the order of their articles) that are one thing."""
    union = Union(nodes)
    _known(union)
    _same_name(union)
    _spellings(union)
    _people(union)
    _given_aliases(union)
    _acronyms(union)
    _surnames(union)
    return union


def _known(union: Union) -> None:
    """What the user, the packages or the lists know under one name."""
    first: dict[str, int] = {}
    for i, node in enumerate(union.nodes):
        if node.fixed is not None:
            union.join(first.setdefault(node.fixed, i), i, Rule.KNOWN)


def _named(node: Named) -> bool:
    """Whether its name alone tells it from others: not a bare surname, not an acronym."""
    if node.label == "PERSON":
        return len(node.parts) > 1
    return not node.short


def _same_name(union: Union) -> None:
    """The same words: of the same kind, or of any kind where the name has several parts. People's full names too
    where they differ in spaces, dots and hyphens alone."""
    first: dict[tuple[str, tuple[str, ...]], int] = {}
    for i, node in enumerate(union.nodes):
        if not _named(node) or not node.parts:
            continue
        union.join(first.setdefault((node.kind, node.parts), i), i, Rule.SAME_NAME)
        if len(node.parts) > 1 and node.label in _OPEN:
            union.join(first.setdefault(("", node.parts), i), i, Rule.SAME_NAME)
        if node.label == "PERSON":
            union.join(first.setdefault(("unspaced", (unspaced(node.parts),)), i), i, Rule.SPACING)


def _representatives(union: Union, wanted: Iterable[int]) -> list[int]:
    """One node for each different name of each set, in order."""
    seen: set[tuple[int, tuple[str, ...]]] = set()
    found = []
    for i in wanted:
        key = (union.find(i), union.nodes[i].parts)
        if key not in seen:
            seen.add(key)
            found.append(i)
    return found


def _spellings(union: Union) -> None:
    """The same name in other letters: *Hashd al-Sha'abi*, *Hashd Al-Shaabi*. Not for places, whose names are short."""
    buckets: dict[tuple[str, ...], list[int]] = {}
    nodes = union.nodes
    wanted = (i for i, n in enumerate(nodes) if n.label in ("ORG", "EVENT", "PERSON") and _named(n) and n.parts)
    for i in _representatives(union, wanted):
        node = nodes[i]
        if len(node.parts) == 1 and len(node.parts[0]) < 6:
            continue
        kind = "" if len(node.parts) > 1 else node.kind
        bucket = buckets.setdefault((kind, *map(skeleton, node.parts)), [])
        fits = {union.find(j) for j in bucket[:_BUCKET] if same_parts(nodes[j].parts, node.parts)}
        if len(fits) == 1:
            union.join(fits.pop(), i, Rule.SPELLING)
        bucket.append(i)


def _people(union: Union) -> None:
    """A full name with and without its middle parts, where only one longer name fits."""
    nodes = union.nodes
    buckets: dict[tuple[str, str], list[int]] = {}
    people = (i for i, node in enumerate(nodes) if node.label == "PERSON" and len(node.parts) > 1)
    represented = _representatives(union, people)
    for i in represented:
        parts = nodes[i].parts
        buckets.setdefault((parts[0][0], skeleton(parts[-1])), []).append(i)
    for i in represented:
        parts = nodes[i].parts
        initial = len(parts[0].rstrip(".")) == 1
        if len(parts) > 2 and not initial:
            continue
        fits = set()
        for j in buckets[(parts[0][0], skeleton(parts[-1]))][:_BUCKET]:
            other = nodes[j].parts
            if union.find(j) == union.find(i) or not same_part(parts[-1], other[-1]):
                continue
            if initial and len(other[0].rstrip(".")) > 1 and (len(parts) == 2 or len(parts) == len(other)):
                middle = all(a[0] == b[0] for a, b in zip(parts[1:-1], other[1:-1], strict=False))
                fits |= {union.find(j)} if middle else set()
            elif not initial and len(other) > len(parts) and same_part(parts[0], other[0]):
                fits.add(union.find(j))
        if len(fits) == 1:
            union.join(fits.pop(), i, Rule.INITIAL if initial else Rule.MIDDLE_NAME)


def _tells(node: Named, parts: tuple[str, ...]) -> bool:
    """Whether one word of an organisation's longer name is a name of its own: *Scientology*, not *Church*."""
    return (
        node.label == "ORG"
        and len(parts) == 1
        and len(parts[0]) > 5
        and parts[0] not in lexicon.words("common_words")
        and parts[0].capitalize() not in lexicon.words("organisation_heads")
    )


def _given_aliases(union: Union) -> None:
    """Other names that one article gives ("Popular Mobilization Units (Hashd Al-Shaabi)") hold in others, where the
    other name stands for one thing only."""
    nodes = union.nodes
    owner: dict[tuple[str, ...], array[int]] = defaultdict(_numbers)
    bearers: dict[tuple[str, ...], array[int]] = defaultdict(_numbers)
    for i, node in enumerate(nodes):
        if not _named(node):
            continue
        bones = tuple(map(skeleton, node.parts))
        bearers[bones].append(i)
        for form in node.forms:
            parts = name_parts(form)
            if parts == node.parts or is_acronym(form) or not (len(parts) > 1 or _tells(node, parts)):
                continue
            owner[parts].append(i)
    for parts in sorted(owner):
        targets = {union.find(i) for i in owner[parts]}
        if len(targets) != 1:
            continue
        target = targets.pop()
        for j in bearers.get(tuple(map(skeleton, parts)), ()):
            if same_parts(nodes[j].parts, parts) and nodes[j].label in _OPEN:
                union.join(target, j, Rule.GIVEN)


def _acronyms(union: Union) -> None:
    """An acronym alone joins the one thing in the corpus that an article introduces by it."""
    introduced: dict[str, set[int]] = {}
    alone: dict[str, array[int]] = defaultdict(_numbers)
    for i, node in enumerate(union.nodes):
        shorts = {form.replace(".", "") for form in node.forms if is_acronym(form)}
        if node.short:
            for short in sorted(shorts):
                alone[short].append(i)
        else:
            for short in shorts:
                introduced.setdefault(short, set()).add(union.find(i))
    for short in sorted(alone):
        targets = {union.find(i) for i in introduced.get(short, ())}
        if len(targets) > 1:
            continue
        first = targets.pop() if targets else alone[short][0]
        for i in alone[short]:
            union.join(first, i, Rule.ACRONYM)


def _surnames(union: Union) -> None:
    """A bare surname joins the one person of the corpus who has it, unless their roles differ; without any, only one of
    the same role."""
    nodes = union.nodes
    full: dict[str, dict[int, tuple[str, ...]]] = {}
    for i, node in enumerate(nodes):
        if node.label == "PERSON" and len(node.parts) > 1:
            full.setdefault(skeleton(node.parts[-1]), {}).setdefault(union.find(i), node.parts)
    roles = _roles(union)
    first: dict[tuple[str, str], int] = {}
    for i, node in enumerate(nodes):
        if node.label != "PERSON" or len(node.parts) != 1:
            continue
        part = node.parts[0]
        bucket = full.get(skeleton(part), {})
        fits = {union.find(root) for root, parts in bucket.items() if same_surname(parts[-1], part)}
        own = _roles_of(node)
        if len(fits) == 1:
            one = fits.pop()
            known = roles.get(one)
            if not (own and known) or own & known:
                union.join(one, i, Rule.SURNAME)
            continue
        if fits or union.fixed(i):
            continue
        for role in sorted(own - _COMMON_ROLES):
            union.join(first.setdefault((part, role), i), i, Rule.ROLE)


def same_surname(left: str, right: str) -> bool:
    """Whether two surnames of different articles, with nothing beside them, are spellings of one: only long ones can be
    told from others in other letters (*Soleimani*, *Suleimani*; but *Baker*, *Bakker*)."""
    return left == right or (min(len(left), len(right)) >= 8 and same_part(left, right))


def _roles(union: Union) -> dict[int, set[str]]:
    """The roles that each set of people is given anywhere."""
    found: dict[int, set[str]] = {}
    for i, node in enumerate(union.nodes):
        if node.label == "PERSON" and node.descriptions:
            found.setdefault(union.find(i), set()).update(_roles_of(node))
    return found


def _roles_of(node: Named) -> set[str]:
    table = lexicon.table("role_nouns")
    return {role for role in (_role(text, table) for text in node.descriptions) if role}


def _role(description: str, table: dict[str, str]) -> str | None:
    """The canonical role that closes the first noun phrase of a description."""
    words = description.lower().replace(".", "").split()
    for stop, word in enumerate(words):
        if word in ("of", "in", "for", "at", "from"):
            words = words[:stop]
            break
    for length in (3, 2, 1):
        role = table.get(" ".join(words[-length:]))
        if role:
            return role
    return None
