"""Why two names are one entity, or not: the linker's own decisions, as sentences.

What joins two names is a path through the evidence of :class:`pipeline.link.merge.Union`: in one article its chain of
coreference, between articles the rule that joined them.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pipeline import gazetteer
from pipeline.link.aliases import alias_key
from pipeline.link.entities import SURNAME_SCORE, Linking
from pipeline.link.merge import Evidence, Rule, same_surname
from pipeline.link.nodes import Named, is_acronym
from pipeline.naming import acronyms_of, may_abbreviate, name_parts, same_part, same_parts, skeleton

#: Lines that an account of one entity shows for each sort of evidence; the rest is counted.
SHOWN: Final = 12

_BECAUSE: Final = {
    Rule.KNOWN: "both are known names of one thing",
    Rule.SAME_NAME: "the same name, but for case, articles and accents",
    Rule.SPACING: "the same letters; only spaces, dots and hyphens differ",
    Rule.SPELLING: "spellings of one name: the same consonants in the same order, and close letters",
    Rule.MIDDLE_NAME: "the shorter name leaves out a middle name, and no other longer name fits it",
    Rule.INITIAL: "the initial stands for the given name, and no other full name fits it",
    Rule.GIVEN: "another article gives the one as another name of the other",
    Rule.ACRONYM: "the acronym stands for one thing only in the corpus",
    Rule.SURNAME: "the surname alone; the corpus knows only one who bears it",
    Rule.ROLE: "the same surname with the same role",
}


class Step(NamedTuple):
    """One step from a name to another: the two as written, where, and why they are one."""

    left: str
    right: str
    where: str
    because: str

    def __str__(self) -> str:
        return f"“{self.left}” = “{self.right}” ({self.where}): {self.because}"


def bearers(linking: Linking, name: str) -> list[int]:
    """The nodes of the entity with the id *name*, or, where there is none, those with *name* among their names."""
    if "/" in name and (known := linking.numbers().get(name)):
        return known
    wanted = alias_key(name)
    nodes = linking.union.nodes
    return [i for i, node in enumerate(nodes) if any(alias_key(form) == wanted for form in (node.name, *node.forms))]


def _spoken(node: Named, name: str) -> str:
    """*name* where it is one of the node's names; the node's own where it is an id."""
    wanted = alias_key(name)
    return next((form for form in (node.name, *node.forms) if alias_key(form) == wanted), node.name)


def path(linking: Linking, left: Sequence[int], right: Sequence[int]) -> list[Evidence] | None:
    """The shortest evidence from one of *left* to one of *right*; None where they are not one, empty where a node is in
    both."""
    targets = set(right)
    near: dict[int, list[Evidence]] = defaultdict(list)
    for link in linking.union.links:
        near[link.left].append(link)
        near[link.right].append(link)
    came: dict[int, Evidence | None] = dict.fromkeys(left)
    queue = deque(left)
    while queue:
        i = queue.popleft()
        if i in targets:
            steps: list[Evidence] = []
            while (back := came[i]) is not None:
                steps.append(back)
                i = back.left if back.right == i else back.right
            return steps[::-1]
        for link in near[i]:
            other = link.left if link.right == i else link.right
            if other not in came:
                came[other] = link
                queue.append(other)
    return None


def why_one(linking: Linking, left: str, right: str) -> list[Step] | None:
    """The steps from the name *left* to the name *right*; None where the linker holds them apart."""
    nodes = linking.union.nodes
    starts, ends = bearers(linking, left), bearers(linking, right)
    links = path(linking, starts, ends)
    if links is None:
        return None
    steps: list[Step] = []
    both = set(ends)
    at = next(i for i in starts if (i in links[0][:2] if links else i in both))
    form = _spoken(nodes[at], left)
    for link in links:
        other = link.left if link.right == at else link.right
        mine, theirs = _told_by(nodes[at], nodes[other], link.rule)
        steps += _within(nodes.article(at), nodes[at].label, form, mine)
        steps.append(Step(mine, theirs, f"{nodes.article(at)} and {nodes.article(other)}", _reason(linking, link)))
        at, form = other, theirs
    return steps + _within(nodes.article(at), nodes[at].label, form, _spoken(nodes[at], right))


def _told_by(left: Named, right: Named, rule: Rule) -> tuple[str, str]:
    """The names of two nodes that *rule* compared."""
    if rule is Rule.GIVEN:
        for one, other in ((left, right), (right, left)):
            given = next((form for form in one.forms if same_parts(name_parts(form), other.parts)), None)
            if given is not None:
                return (given, other.name) if one is left else (other.name, given)
    if rule is Rule.ACRONYM:
        shorts = {form.replace(".", ""): form for form in left.forms if is_acronym(form)}
        for form in right.forms:
            if is_acronym(form) and form.replace(".", "") in shorts:
                return shorts[form.replace(".", "")], form
    return left.name, right.name


def _reason(linking: Linking, link: Evidence) -> str:
    because = _BECAUSE[link.rule]
    if link.rule is Rule.KNOWN:
        known = linking.union.nodes[link.left].fixed or ""
        return f"{because}: {_known(known)}"
    if link.rule in (Rule.SURNAME, Rule.ROLE):
        return f"{because}; right with a probability of about {SURNAME_SCORE:.1f}"
    return because


def _known(known: str) -> str:
    source, _, value = known.partition(":")
    name = gazetteer.display_name(known) or value
    where = {
        "user": "aliases.csv",
        "org": "the list of organisations",
        "country": "the list of countries",
        "people": "the list of nationalities",
    }.get(source, "the gazetteer")
    return f"{name}, by {where}"


def _within(article: str, label: str, left: str, right: str) -> list[Step]:
    """The step from one name to another of the same chain of an article, if they differ."""
    if alias_key(left) == alias_key(right):
        return []
    return [Step(left, right, article, in_one_article(left, right, label))]


def in_one_article(left: str, right: str, label: str) -> str:
    """Why two names of one article's chain are one, read from the names alone.

    >>> in_one_article("Ada Lind", "Lind", "PERSON")
    'in this article; a part of the full name'
    """
    a, b = name_parts(left), name_parts(right)
    if a == b:
        because = "the same name in other letters"
    elif is_acronym(left) != is_acronym(right) and _abbreviates(left, right):
        because = "its acronym"
    elif same_parts(a, b):
        because = "spellings of one name"
    elif set(a) < set(b) or set(b) < set(a):
        because = "a part of the full name" if label == "PERSON" else "a short form of the name"
    elif gazetteer.known_name(left, label) is not None and gazetteer.known_name(left, label) == gazetteer.known_name(
        right, label
    ):
        because = "both are known names of one thing"
    else:
        because = "the article gives both as names of one"
    return f"in this article; {because}"


def _abbreviates(left: str, right: str) -> bool:
    short, long = (left, right) if is_acronym(left) else (right, left)
    return short.replace(".", "") in acronyms_of(long) or may_abbreviate(short, long)


def why_two(linking: Linking, left: str, right: str) -> list[str]:
    """The reasons against: what is known to differ first, then what in the two names speaks against each rule."""
    union, nodes = linking.union, linking.union.nodes
    ones, others = bearers(linking, left), bearers(linking, right)
    found = _known_apart(linking, ones, others)
    for link in union.refused:
        sides = {union.find(link.left), union.find(link.right)}
        if sides == {union.find(ones[0]), union.find(others[0])}:
            found.append(f"{_BECAUSE[link.rule]}, but what is known to be two is never joined")
            break
    a, b = nodes[ones[0]], nodes[others[0]]
    left, right = _spoken(a, left), _spoken(b, right)
    if a.kind != b.kind:
        found.append(
            f"“{left}” is named as {a.label}, “{right}” as {b.label}: kinds that are never one by a short name"
        )
    elif a.label == "PERSON":
        found += _people_apart(linking, a, b)
    else:
        found += _things_apart(linking, left, right, a, b)
    return found or [
        "no rule joins them: neither is a spelling, a part, or an acronym of the other, and no article gives both as "
        "names of one"
    ]


def _known_apart(linking: Linking, ones: Sequence[int], others: Sequence[int]) -> list[str]:
    known = [linking.union.fixed(side[0]) for side in (ones, others)]
    if known[0] is None or known[1] is None or known[0] == known[1]:
        return []
    return [f"they are known to be two: {_known(known[0])}; {_known(known[1])}"]


def _people_apart(linking: Linking, a: Named, b: Named) -> list[str]:
    if len(a.parts) > 1 and len(b.parts) > 1:
        if not same_part(a.parts[-1], b.parts[-1]):
            return [f"their last names differ: {_parts_differ(a.parts[-1], b.parts[-1])}"]
        if not same_part(a.parts[0], b.parts[0]):
            return [f"they share a last name, but {_parts_differ(a.parts[0], b.parts[0])}"]
        return ["their middle names differ, or more than one longer name fits the shorter"]
    short, full = (a, b) if len(a.parts) == 1 else (b, a)
    if len(full.parts) == 1:
        return ["both are surnames alone; neither of their articles has the full name, so they may be two people"]
    return _surname_apart(linking, short, full)


def _surname_apart(linking: Linking, short: Named, full: Named) -> list[str]:
    part = short.parts[0] if short.parts else ""
    if not same_surname(full.parts[-1], part):
        return [f"“{short.name}” alone is not the surname of “{full.name}”: {_parts_differ(part, full.parts[-1])}"]
    union = linking.union
    names = {
        linking.named[union.find(i)].name
        for i, node in enumerate(union.nodes)
        if node.label == "PERSON" and len(node.parts) > 1 and same_surname(node.parts[-1], part)
    }
    if len(names) > 1:
        return [f"“{short.name}” alone may be any of {_listed(sorted(names))}"]
    return ["a surname alone, with another role than the one who bears it"]


def _things_apart(linking: Linking, left: str, right: str, a: Named, b: Named) -> list[str]:
    if is_acronym(left) != is_acronym(right):
        short = left if is_acronym(left) else right
        if not _abbreviates(left, right):
            return [f"{short} can't be made of the other's letters, and no article gives it as its short form"]
        meant = {
            linking.named[linking.union.find(i)].name
            for i, node in enumerate(linking.union.nodes)
            if not node.short and any(alias_key(form) == alias_key(short) for form in node.forms)
        }
        if len(meant) > 1:
            return [f"{short} stands for {_listed(sorted(meant))} in different articles"]
        return [f"no article introduces {short} as the short form of the other"]
    if len(a.parts) == len(b.parts):
        return [_parts_differ(x, y) for x, y in zip(a.parts, b.parts, strict=True) if not same_part(x, y)]
    return []


def _parts_differ(left: str, right: str) -> str:
    """Why two parts of names aren't spellings of one."""
    if skeleton(left) != skeleton(right):
        return f"“{left}” and “{right}” have other consonants"
    return f"“{left}” and “{right}” have the same consonants, but their other letters are too far apart"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return ", ".join(names[:6]) + more


def evidence_of(linking: Linking, entity_id: str) -> list[str]:
    """All that makes the names of one entity one: joins between articles by rule, then the chains of single articles.

    Joins of the same two names by the same rule are one line, with the number of them.
    """
    nodes = linking.union.nodes
    mine = set(linking.numbers().get(entity_id, ()))
    joins: Counter[tuple[str, str, str]] = Counter()
    for link in linking.union.links:
        if link.left in mine:
            left, right = _told_by(nodes[link.left], nodes[link.right], link.rule)
            joins[left, right, _reason(linking, link)] += 1
    chains: Counter[tuple[str, ...]] = Counter(
        tuple(sorted(set(nodes[i].forms))) for i in sorted(mine) if len(set(nodes[i].forms)) > 1
    )
    lines = _counted(
        (f"“{left}” = “{right}”: {because}", n) for (left, right, because), n in joins.most_common() if left != right
    )
    alike = sum(n for (left, right, _), n in joins.items() if left == right)
    if alike:
        lines.append(f"the same name in two articles, {alike} time{'s' * (alike > 1)}")
    lines += _counted((f"one chain of an article: {_listed(forms)}", n) for forms, n in chains.most_common())
    return lines


def _counted(items: Iterable[tuple[str, int]]) -> list[str]:
    listed = list(items)
    lines = [text if n == 1 else f"{text} ({n} times)" for text, n in listed[:SHOWN]]
    if len(listed) > SHOWN:
        lines.append(f"… and {len(listed) - SHOWN} more of this sort")
    return lines
