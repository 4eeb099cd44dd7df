"""Definite nominals and pronouns, each to the one named entity that fits; to none where two do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

from pipeline import lexicon
from pipeline.stages.coref.chains import Chain
from pipeline.stages.coref.nominals import head_nouns, named_noun, nominal
from pipeline.stages.coref.pronouns import GENDERS, names_behind, person, speaker, taken_up, thing, topic_of
from pipeline.stages.coref.ranking import CLASSES, Ranker
from pipeline.stages.coref.seen import Reference, Seen, note_genders, see
from pipeline.stages.coref.tree import Tree
from pipeline.stages.coref.view import View


def resolve(
    view: View,
    chains: list[Chain],
    of_name: list[int | None],
    taken: Mapping[int, int],
    make_ranker: type[Ranker] = Ranker,
) -> list[Reference]:
    """The nominals and pronouns that stand for a chain, in order. Tokens in *taken* belong to descriptions of a chain.

    Pronouns are ranked where there is a parse, and left to rules where there is none.
    """
    note_genders(view, chains)
    found: list[Reference] = []
    recent: list[Seen] = []
    roles, groups = lexicon.table("role_nouns"), lexicon.table("group_nouns")
    heads, topic = head_nouns(chains), topic_of(chains)
    unknown = len(chains)
    chains = [*chains, Chain(labels=Counter(("PERSON",)))]
    ranker = make_ranker(view, Tree(view), chains) if view.parsed else None
    i = 0
    while i < len(view):
        index = view.name_at[i]
        if index >= 0:
            span = view.names[index]
            number = of_name[index]
            if ranker is not None:
                ranker.pass_name(span.start, span.end, number, span.label)
            if number is None and span.label == "PERSON":
                # Somebody whose name two people bear: in mind, but nobody to refer to.
                number = unknown
            if number is not None:
                recent.append(see(view, span.start, span.end, number, span.label != "PERSON"))
            i = span.end
            continue
        lower = view.lower[i]
        reference: Reference | None = None
        if lower in CLASSES:
            rule = partial(_by_rule, view, chains, recent, i, topic, of_name)
            if ranker is not None:
                chosen = ranker.choose(i, rule)
                reference = Reference(i, i + 1, "pronoun", *chosen) if chosen is not None else None
            elif (number := rule()) is not None:
                reference = Reference(i, i + 1, "pronoun", number)
        elif lower == "the" and i not in taken:
            reference = nominal(view, chains, recent, i, roles, groups) or named_noun(view, chains, recent, i, heads)
            if reference is not None and ranker is not None:
                ranker.pass_noun(reference.end - 1, reference.chain, chains[reference.chain].label, i)
        elif ranker is not None and ranker.is_noun(i):
            ranker.pass_noun(i, taken.get(i))
        if reference is not None and reference.chain != unknown:
            found.append(reference)
            recent.append(see(view, reference.start, reference.end, reference.chain))
            i = reference.end
            continue
        i += 1
    return found


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
