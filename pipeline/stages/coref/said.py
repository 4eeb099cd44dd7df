"""What the tree of a sentence says that a named thing is: appositions, predicates, nouns before names.

"Paris's father, *Albert Jaquier*", "*Ahmed Mohamed*, a 14-year-old boy", "*Dana Cruz* is a curator", "student *Ahmed
Mohamed*". The word lists of :mod:`~pipeline.stages.coref.descriptions` know roles without a tree; here any noun does
that can be said of a thing with the name's label.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from pipeline import lexicon
from pipeline.stages.coref.tree import Tree
from pipeline.stages.coref.view import NameSpan, View

_COPULAS = frozenset({"is", "was", "'s", "’s", "be", "been", "are", "were"})
# What makes a predicate no more than thought of.
_DENIALS = frozenset(
    {"not", "n't", "n’t", "never", "no", "if", "would", "could", "might", "should", "may", "whether", "?"}
)
_LONGEST = 24
_TITLES = frozenset({"nmod:desc", "compound", "flat", "appos"})
# Relations by which what hangs on a noun is no part of its phrase, marks that are.
_CLAUSES = frozenset({"acl:relcl", "acl", "advcl", "ccomp", "csubj", "parataxis", "appos", "conj", "cc"})
_BEFORE = frozenset({"cop", "nsubj", "aux", "mark", "advmod", "case", "cc:preconj", "obl", "discourse"})
_BEHIND = frozenset({"cop", "nsubj", "aux", "mark", "advmod", "punct", "obl"})
_INSIDE = frozenset({"-", "'s", "’s", "'", "’", "&", "$"})
_SUBJECTS = frozenset({"nsubj", "nsubj:outer"})
# Endings of nouns for those who do something: *roofer*, *columnist*.
_DOERS = ("er", "or", "ist", "man", "woman", "ian")
# Labels that names of places change between.
_PLACES = frozenset({"GPE", "LOC", "FAC"})


How = Literal["apposition", "predicate", "title"]


class Said(NamedTuple):
    """A noun phrase, tokens ``start:end`` with its noun at *head*, that says what a chain is; *how* it is put."""

    start: int
    end: int
    head: int
    chain: int
    how: How


@cache
def labels_of(noun: str) -> frozenset[str]:
    """The labels of what can be called *noun* again, by word lists; empty where they don't know the noun."""
    found = frozenset(lexicon.table("coref_nouns").get(noun, "").split())
    return found | {"PERSON"} if noun in _role_words() else found


@cache
def _role_words() -> frozenset[str]:
    return frozenset(role.split()[-1] for role in lexicon.table("role_nouns"))


@cache
def labels_called(noun: str) -> frozenset[str]:
    """The labels of names that *noun* may take up: :func:`labels_of`, where names of places change between theirs."""
    found = labels_of(noun)
    return found | _PLACES if found & _PLACES else found


def may_be(label: str, noun: str) -> bool:
    """Whether a thing with this label can be called *noun* again, as far as word lists know the noun."""
    return label in labels_called(noun)


def _says(label: str, noun: str) -> bool:
    """Whether *noun*, beside a name with this label, says what it stands for: of people also by its ending."""
    return may_be(label, noun) or (label == "PERSON" and not labels_of(noun) and noun.endswith(_DOERS))


class Sayings:
    """What the trees of an article say that its named things are.

    Attributes:
        predicates: the tokens that something is said to be.
    """

    def __init__(self, view: View, tree: Tree) -> None:
        self.view, self.tree = view, tree
        self._appositions: dict[int, list[int]] = {}
        self._subjects: dict[int, int] = {}
        self.predicates: set[int] = set()
        self._denied: set[int] = set()
        for k, (relation, above, word) in enumerate(zip(tree.relation, tree.head, view.lower, strict=True)):
            if relation == "case":
                if above > k:
                    self._denied.add(above)  # "Tulsa is in the region"
            elif relation in _SUBJECTS:
                self._subjects.setdefault(above, k)
            elif relation == "cop":
                if word in _COPULAS:
                    self.predicates.add(above)
            elif relation == "appos" and above < k:
                self._appositions.setdefault(above, []).append(k)
            if word in _DENIALS:
                self._denied.add(above)

    def of_name(self, name: NameSpan, chain: int) -> Iterator[Said]:
        """The phrases that say what *name*, of the chain *chain*, stands for."""
        view, tree = self.view, self.tree
        head = tree.head_of(name.start, name.end)
        above, relation = tree.head[head], tree.relation[head]
        for k in self._appositions.get(head, ()):
            if k >= name.end:
                yield from self._said(k, chain, name.label, "apposition")
        before = name.start - 1
        if above < name.start and view.sentence[above] == view.sentence[head]:
            if relation == "appos" and above < before:
                yield from self._said(above, chain, name.label, "apposition", name.start)
            elif relation in _TITLES and above == before:
                yield from self._said(above, chain, name.label, "title", name.start)
        if before >= 0 and tree.head[before] == head and tree.relation[before] in _TITLES:
            yield from self._said(before, chain, name.label, "title", name.start)
        yield from self.predicate(head, chain, name.label)
        if self._holds(head) and head in self._subjects:
            yield from self._said(self._subjects[head], chain, name.label, "predicate")

    def predicate(self, subject: int, chain: int, label: str) -> Iterator[Said]:
        """The noun phrase that the phrase with the head *subject* is said to be."""
        above = self.tree.head[subject]
        if not above > subject or self.view.lower[above - 1] in ("my", "our", "your"):
            return
        if self.tree.relation[subject] in _SUBJECTS and self._holds(above):
            yield from self._said(above, chain, label, "predicate")

    def _holds(self, predicate: int) -> bool:
        return predicate in self.predicates and predicate not in self._denied

    def _said(self, head: int, chain: int, label: str, how: How, stop: int | None = None) -> Iterator[Said]:
        view = self.view
        if view.tag[head] in ("NN", "NNS") and view.name_at[head] < 0 and _says(label, view.lower[head]):
            yield Said(*phrase(view, self.tree, head, stop), head, chain, how)


def phrase(view: View, tree: Tree, head: int, stop: int | None = None) -> tuple[int, int]:
    """The tokens around *head* that hang on it, up to *stop*, a mark, a preposition before it, or a clause in it."""
    start = head
    while start > 0 and head - start < _LONGEST and _belongs(view, tree, start - 1, head):
        start -= 1
    end = head + 1
    limit = min(len(view), head + _LONGEST, stop if stop is not None else len(view))
    while end < limit and _belongs(view, tree, end, head):
        end += 1
    return start, end


def _belongs(view: View, tree: Tree, k: int, head: int) -> bool:
    """Whether token *k* is part of the noun phrase of *head*."""
    if not view.lower[k][:1].isalnum() and view.lower[k] not in _INSIDE:
        return False
    if view.tag[k] in ("PRP", "WP", "WDT", "WRB"):
        return False
    for _ in range(12):
        above, relation = tree.head[k], tree.relation[k]
        if relation in _CLAUSES or (above == head and relation in (_BEFORE if k < head else _BEHIND)):
            return False
        if above == head:
            return True
        if above == k:
            return False
        k = above
    return False
