"""Definite nominals and pronouns, each to the one named entity that fits; to none where two do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

from pipeline import lexicon
from pipeline.stages.coref.chains import Chain
from pipeline.stages.coref.definites import DETERMINERS, Definites
from pipeline.stages.coref.nominals import head_nouns, named_noun, nominal
from pipeline.stages.coref.pronouns import GENDERS, names_behind, person, speaker, taken_up, thing, topic_of
from pipeline.stages.coref.ranking import CLASSES, Ranker
from pipeline.stages.coref.said import Sayings
from pipeline.stages.coref.seen import Reference, Seen, note_genders, see
from pipeline.stages.coref.view import View
from pipeline.tagging import NOUNS

_OPENERS = frozenset(CLASSES) | DETERMINERS


def resolve(
    view: View,
    chains: list[Chain],
    of_name: list[int | None],
    taken: Mapping[int, int],
    make_ranker: type[Ranker] = Ranker,
    make_definites: type[Definites] = Definites,
) -> list[Reference]:
    """The nominals and pronouns that stand for a chain, in order. Tokens in *taken* belong to descriptions of a chain.

    They are ranked where there is a parse, and left to rules where there is none.
    """
    note_genders(view, chains)
    return _Walk(view, chains, of_name, taken, make_ranker, make_definites).references()


class _Walk:
    """One pass over the article, with what it has in mind on the way."""

    def __init__(
        self,
        view: View,
        chains: list[Chain],
        of_name: list[int | None],
        taken: Mapping[int, int],
        make_ranker: type[Ranker],
        make_definites: type[Definites],
    ) -> None:
        self.view, self.of_name, self.taken = view, of_name, taken
        self.found: list[Reference] = []
        self.recent: list[Seen] = []
        self.heads, self.topic = head_nouns(chains), topic_of(chains)
        # Somebody whose name two people bear: in mind, but nobody to refer to.
        self.unknown = len(chains)
        self.chains = [*chains, Chain(labels=Counter(("PERSON",)))]
        self.tree = view.tree
        if self.tree is not None:
            self.ranker = make_ranker(view, self.tree, self.chains)
            self.definites = make_definites(view, self.tree, self.chains)
            self.sayings = Sayings(view, self.tree)
            self.said = {
                said.head: said
                for name, number in zip(view.names, of_name, strict=True)
                if number is not None and name.label != "NORP"
                for said in self.sayings.of_name(name, number)
            }

    def references(self) -> list[Reference]:
        view = self.view
        i, stop = 0, len(view)
        while i < stop:
            index = view.name_at[i]
            if index >= 0:
                self._pass_name(index)
                i = view.names[index].end
                continue
            opens = view.lower[i] in _OPENERS or view.tag[i] in NOUNS
            reference = self._at(i) if opens else None
            if reference is not None and reference.chain != self.unknown:
                self._note(reference)
                i = reference.end
                continue
            i += 1
        return self.found

    def _pass_name(self, index: int) -> None:
        span, number = self.view.names[index], self.of_name[index]
        if self.tree is not None:
            self.ranker.pass_name(span.start, span.end, number, span.label)
        if number is None and span.label == "PERSON":
            number = self.unknown
        if number is not None:
            self._see(see(self.view, span.start, span.end, number, span.label != "PERSON"))

    def _see(self, seen: Seen) -> None:
        self.recent.append(seen)
        if self.tree is not None:
            self.definites.see(seen)

    def _at(self, i: int) -> Reference | None:
        """The pronoun or nominal that begins at *i* and stands for a chain."""
        view = self.view
        lower = view.lower[i]
        if lower in CLASSES:
            rule = partial(_by_rule, view, self.chains, self.recent, i, self.topic, self.of_name)
            if self.tree is None:
                number = rule()
                return Reference(i, i + 1, "pronoun", number) if number is not None else None
            chosen = self.ranker.choose(i, rule)
            return Reference(i, i + 1, "pronoun", *chosen) if chosen is not None else None
        if self.tree is None:
            return self._nominal_by_rule(i) if lower == "the" and i not in self.taken else None
        if lower in DETERMINERS and i not in self.taken:
            reference = self._nominal(i)
            if reference is not None:
                head = reference.end - 1
                self.ranker.pass_noun(head, reference.chain, self.chains[reference.chain].label, i)
                self.definites.call(reference.chain, view.lower[head], "nominal")
            return reference
        if self.ranker.is_noun(i):
            self._pass_noun(i)
        return None

    def _pass_noun(self, k: int) -> None:
        """The noun at *k*, the head of a phrase, has gone by: said of a chain, or standing for none."""
        said = self.said.get(k)
        if said is None:
            self.ranker.pass_noun(k, self.taken.get(k))
            if k not in self.taken:
                self.definites.pass_noun(k)
            return
        self.definites.call(said.chain, self.view.lower[k], "said")
        self.ranker.pass_noun(k, said.chain)
        if said.how != "title" and k not in self.taken:
            self.found.append(Reference(said.start, said.end, "nominal", said.chain))

    def _nominal_by_rule(self, i: int) -> Reference | None:
        roles, groups = lexicon.table("role_nouns"), lexicon.table("group_nouns")
        return nominal(self.view, self.chains, self.recent, i, roles, groups) or named_noun(
            self.view, self.chains, self.recent, i, self.heads
        )

    def _nominal(self, i: int) -> Reference | None:
        head = self.definites.head(i)
        ruled = self._nominal_by_rule(i) if self.view.lower[i] == "the" else None
        if head is None or (ruled is not None and ruled.end != head + 1):
            return ruled
        if head in self.said or head in self.sayings.predicates:
            return None
        chosen = self.definites.choose(i, head, ruled.chain if ruled is not None else None)
        return Reference(i, head + 1, "nominal", *chosen) if chosen is not None else None

    def _note(self, reference: Reference) -> None:
        self.found.append(reference)
        self._see(see(self.view, reference.start, reference.end, reference.chain))
        if self.tree is None:
            return
        label = self.chains[reference.chain].label
        for said in self.sayings.predicate(reference.end - 1, reference.chain, label):
            self.said.setdefault(said.head, said)


def _by_rule(
    view: View, chains: list[Chain], recent: list[Seen], i: int, topic: int | None, of_name: list[int | None]
) -> int | None:
    """The chain that rules find for the pronoun at *i*."""
    lower = view.lower[i]
    if lower in GENDERS:
        return person(view, chains, recent, i, topic, {of_name[index] for index in names_behind(view, i)})
    if lower not in ("its", "it", "they") or view.quoted[i]:
        return None
    number = thing(view, chains, recent, i) if lower != "they" else None
    if number is None and lower != "its":
        number = speaker(view, chains, recent, i)
    return taken_up(view, chains, recent, i) if number is None and lower == "it" else number
