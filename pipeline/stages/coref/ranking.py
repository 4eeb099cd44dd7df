"""Pronouns, each ranked against the noun phrases before it: by how likely it stands for each, or for none of them.

A log-linear mention ranker after Denis & Baldridge (2008), with the antecedent latent in training as in Durrett & Klein
(2013): every noun phrase in sight, named or not, and *nothing* compete for the pronoun; the probabilities of phrases of
one entity add up. So a named entity is chosen over the unnamed things around it, and abstaining is a matter of a
threshold. The weights are data (``models/lexicon/coref_pronouns.tsv``), learned from GUM by ``models/train/coref.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import repeat

from pipeline import lexicon
from pipeline.stages.coref.chains import Chain
from pipeline.stages.coref.pronouns import speaks
from pipeline.stages.coref.seen import GENDERED_WORDS
from pipeline.stages.coref.tree import Tree
from pipeline.stages.coref.view import View
from pipeline.tagging import NOUNS

#: Pronoun, by the class that shares its weights: of a person, of a thing, of several.
CLASSES = {
    **dict.fromkeys(("he", "him", "his", "himself", "she", "her", "hers", "herself"), "P"),
    **dict.fromkeys(("it", "its", "itself"), "I"),
    **dict.fromkeys(("they", "them", "their", "theirs", "themselves"), "T"),
}
_GENDER = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
_REFLEXIVE = frozenset({"himself", "herself", "itself", "themselves"})
_OBJECTS = frozenset({"obj", "iobj", "dobj"})
_POSSESSIVE = frozenset({"his", "its", "their", "theirs", "hers"})
#: From which probability on a pronoun of a class is said to stand for an entity.
BELIEVED = {"P": 0.6, "I": 0.7, "T": 0.7}
#: From which probability on where the rules say the same.
AGREED = {"P": 0.4, "I": 0.5, "T": 0.4}
# Sentences back, and phrases back, in which an antecedent is looked for.
_SENTENCES = 3
_PHRASES = 40
_TIMES = frozenset(
    ("day", "days", "week", "weeks", "month", "months", "year", "years", "time", "hours", "minutes", "today", "monday",
     "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "percent", "yesterday", "night", "morning")
)  # fmt: skip


# What *it* does or is where it stands for nothing: the weather, the hour.
_OF_NOTHING = frozenset(
    ("rain", "rains", "rained", "raining", "snow", "snows", "snowed", "snowing", "hailed", "thundered", "cold", "dark",
     "daylight", "early", "foggy", "freezing", "hot", "late", "midnight", "noon", "sunny", "time", "warm", "windy")
)  # fmt: skip


@dataclass(slots=True)
class Phrase:
    """A noun phrase gone by.

    Attributes:
        head: its head, a token of the view.
        owner: the chain it belongs to; numbers from ``len(chains)`` on are things without a name.
        kind: ``n`` name, ``p`` pronoun, ``c`` common noun.
        label: of its entity, or what its noun shows.
        number: ``s``, ``p`` or ``?``.
        chance: how likely it belongs to its owner.
    """

    head: int
    start: int
    owner: int
    kind: str
    label: str
    number: str
    gender: str
    role: str
    sentence: int
    told: int
    quoted: bool
    clause: int
    first: bool
    says: bool
    joined: bool
    chance: float


class Ranker:
    """The noun phrases of an article as they go by, and what each pronoun makes of them."""

    def __init__(self, view: View, tree: Tree, chains: Sequence[Chain]) -> None:
        self.view, self.tree, self.chains = view, tree, chains
        self.unnamed = len(chains)
        self.phrases: list[Phrase] = []
        self.counts: dict[int, int] = {}
        self._saying = lexicon.words("saying_verbs")
        self._people, self._groups = _person_nouns(), lexicon.table("group_nouns")

    def pass_name(self, start: int, end: int, owner: int | None, label: str) -> None:
        """A name has gone by, of the chain *owner* or of nobody that is known."""
        head = self.tree.head_of(start, end)
        gender = self.chains[owner].gender if owner is not None and owner < len(self.chains) else ""
        number = "p" if label == "NORP" else "s" if label == "PERSON" else "?"
        self._add(head, start, self._own(owner), "n", label, number, gender)

    def pass_noun(self, k: int, owner: int | None = None, label: str = "", start: int | None = None) -> None:
        """A common noun, the head of a phrase, has gone by."""
        word = self.view.lower[k]
        if not label:
            label = "person" if word in self._people else "group" if word in self._groups else "thing"
            label = "time" if word in _TIMES else label
        number = "p" if self.view.tag[k] == "NNS" else "s"
        gender = GENDERED_WORDS.get(word, "")
        self._add(k, k if start is None else start, self._own(owner), "c", label, number, gender)

    def pass_pronoun(self, k: int, owner: int, label: str, chance: float = 1.0) -> None:
        """A pronoun has gone by that was taken, with this *chance*, to stand for *owner*."""
        word = self.view.lower[k]
        number = {"P": "s", "I": "s", "T": "p"}[CLASSES[word]]
        self._add(k, k, owner, "p", label, number, _GENDER.get(word, ""), chance)

    def is_noun(self, k: int) -> bool:
        """Whether token *k*, in no name, heads a noun phrase of its own: not "husband" in "her husband Connor"."""
        view = self.view
        if view.tag[k] not in NOUNS or self.tree.relation[k] in _INNER:
            return False
        behind = view.name_at[k + 1] if k + 1 < len(view) else -1
        if behind < 0 or view.names[behind].label != "PERSON":
            return True
        name = view.names[behind]
        return self.tree.head[self.tree.head_of(name.start, name.end)] != k

    def _own(self, owner: int | None) -> int:
        if owner is not None:
            return owner
        self.unnamed += 1
        return self.unnamed

    def _add(
        self, head: int, start: int, owner: int, kind: str, label: str, number: str, gender: str, chance: float = 1.0
    ) -> None:
        view, tree = self.view, self.tree
        sentence = view.sentence[head]
        above = tree.clause(head)
        first = not self.phrases or self.phrases[-1].sentence != sentence
        says = view.lower[above] in self._saying
        joined = tree.relation[head] == "conj" or (head + 1 < len(view) and view.lower[head + 1] == "and")
        self.phrases.append(
            Phrase(head, start, owner, kind, label, number, gender, tree.role(head), sentence,
                   view.told_sentence[head], view.quoted[head], above, first, says, joined, chance)
        )  # fmt: skip
        self.counts[owner] = self.counts.get(owner, 0) + 1

    def candidates(self, i: int) -> list[Phrase]:
        """The phrases that the pronoun at *i* may stand for, the nearest first."""
        view = self.view
        kind = CLASSES[view.lower[i]]
        gender = _GENDER.get(view.lower[i], "")
        if view.lower[i] == "it" and (self.tree.relation[i] == "expl" or view.lower[self.tree.head[i]] in _OF_NOTHING):
            return []
        units = view.sentence if view.quoted[i] else view.told_sentence
        interjected = kind == "P" and view.text[i - 1 : i] == [","] and speaks(view, i)
        bound = self._bound(i)
        found: list[Phrase] = []
        for phrase in reversed(self.phrases[-_PHRASES:]):
            if units[i] - units[phrase.head] > _SENTENCES:
                break
            if phrase.clause in bound and phrase.role == "S" and phrase.sentence == view.sentence[i]:
                continue  # "Siemens has replaced it"
            if kind == "P":
                fits = phrase.label in ("PERSON", "person") or (phrase.kind == "c" and phrase.label == "thing")
                fits = fits and phrase.number != "p" and phrase.gender in ("", gender)
                # "Ruiz had left, he said" isn't about Ruiz.
                fits = fits and not (interjected and units[i] == units[phrase.head])
            elif kind == "I":
                fits = phrase.label not in ("PERSON", "person", "NORP", "time") and phrase.number != "p"
            else:
                # One person may be *they* too, but that can't be told from several.
                fits = phrase.label not in ("PERSON", "time") and not phrase.gender
                # "the Syrian team" puts no Syrians in mind.
                fits = fits and not (phrase.label == "NORP" and phrase.role == "M")
            if fits:
                found.append(phrase)
        return found

    def _bound(self, i: int) -> set[int]:
        """The clauses whose subject the pronoun at *i*, their object, can't stand for: its own, and those that it is
        joined to."""
        view, tree = self.view, self.tree
        if view.lower[i] in _REFLEXIVE or tree.relation[i] not in _OBJECTS:
            return set()
        above = tree.clause(i)
        found = {above}
        for _ in range(4):
            if tree.relation[above] != "conj" or tree.head[above] == above:
                break
            above = tree.head[above]
            found.add(above)
        return found

    def features(self, i: int, candidates: Sequence[Phrase], ruled: int | None) -> list[list[str]]:
        """What speaks for each of *candidates* as what the pronoun at *i* stands for, and last for nothing."""
        view, tree = self.view, self.tree
        form = view.lower[i]
        kind = CLASSES[form]
        role = "P" if form in _POSSESSIVE or tree.relation[i] == "nmod:poss" else tree.role(i)
        above = tree.clause(i)
        quoted = view.quoted[i]
        units = view.sentence if quoted else view.told_sentence
        says = role == "S" and view.lower[above] in self._saying
        gender = _GENDER.get(form, "")
        reflexive = form in _REFLEXIVE
        known = len(self.chains)
        last_subject = next((p for p in candidates if p.role == "S"), None)
        last_name = next((p for p in candidates if p.kind == "n"), None)
        found: list[list[str]] = []
        owners: dict[int, None] = {}
        for phrase in candidates:
            owners.setdefault(phrase.owner)
            rank = min(len(owners) - 1, 4)
            distance = units[i] - units[phrase.head]
            near = min(distance, 2)
            what = phrase.label if phrase.kind != "c" else phrase.label + phrase.number
            count = min(self.counts[phrase.owner], 4) if phrase.owner < known else 0
            apart = view.told_paragraph[i] > view.told_paragraph[phrase.head]
            known_as = (phrase.kind, phrase.role, phrase.quoted)
            makes = [*_always(form, role, quoted, what, known_as, distance, rank, count, apart)]
            if ruled is not None:
                makes.append(f"ruled{phrase.owner == ruled:d}{phrase.kind}")
            if phrase.first:
                makes.append(f"first{near}")
            if phrase is last_subject:
                makes.append(f"lastsubject{near}{role}")
            if phrase is last_name:
                makes.append(f"lastname{near}")
            if kind == "P":
                makes.append("gender" if phrase.gender == gender else "nogender")
            if phrase.joined:
                makes.append(f"joined{phrase.number}")
            if says:
                makes.append(f"says{phrase.says and phrase.role == 'S':d}{near}")
            if phrase.kind == "c":
                makes.append(f"word {view.lower[phrase.head]}")
            if distance == 0:
                gap = i - phrase.head
                makes.append(f"gap{0 if gap < 4 else 1 if gap < 9 else 2 if gap < 16 else 3}{role}")
                if phrase.clause == above and role != "P":
                    makes.append(f"same clause{reflexive:d}{phrase.role}")
                elif role == "P" and phrase.clause == above:
                    makes.append(f"own clause{phrase.role}")
                elif tree.head[above] == phrase.clause:
                    makes.append(f"clause {tree.relation[above]}{phrase.role}{role}")
                elif tree.head[phrase.clause] == above:
                    makes.append(f"over {tree.relation[phrase.clause]}{phrase.role}{role}")
                if tree.under(i, phrase.head):
                    makes.append(f"inside{role}")
            found.append(makes)
        nothing = [
            "nil",
            f"nil {form}",
            f"nil {tree.relation[i]}",
            f"nil q{quoted:d}",
            f"nil n{min(len(owners), 3)}",
            f"nil ruled{ruled is not None:d}",
        ]
        if role == "S":
            nothing.append(f"nil {form} {view.lower[i + 1] if i + 1 < len(view) else ''}")
        found.append(nothing)
        return found

    def choose(self, i: int, rule: Callable[[], int | None]) -> tuple[int, float | None] | None:
        """The chain that the pronoun at *i* stands for, and how likely, where that was learned; None where that isn't
        sure enough. Notes the pronoun.

        *rule* gives the chain that the rules for articles without a parse would choose: less is enough where they
        agree, and of who says something they know more than GUM, which has little reported speech."""
        if CLASSES[self.view.lower[i]] == "P" and speaks(self.view, i) and not self.view.quoted[i]:
            told = rule()
            if told is not None:
                self.pass_pronoun(i, told, "PERSON")
                return told, None
        kind = CLASSES[self.view.lower[i]]
        ruled = None if kind == "P" else rule()
        if kind == "T" and ruled is not None:
            self.pass_pronoun(i, ruled, self.chains[ruled].label)  # "they added"
            return ruled, None
        chances, labels = self.weigh(i, ruled)
        named = max((o for o in chances if 0 <= o < len(self.chains)), key=lambda o: (chances[o], -o), default=-1)
        chance = chances[named] if named >= 0 else 0.0
        sure = chance >= BELIEVED[kind]
        if kind == "T":
            # "They" for one body is rare, "them" seldom the subject before it; and of two peoples either may be meant.
            peoples = [owner for owner, label in labels.items() if label == "NORP"]
            sure = sure and peoples == [named] and self.view.lower[i] != "them"
        if not sure and chance >= AGREED[kind]:
            sure = (rule() if kind == "P" else ruled) == named
        best = named if sure else max(chances, key=lambda o: (chances[o], -o))
        if best >= 0:
            self.pass_pronoun(i, best, labels[best], 1.0 if sure else chances[best])
        return (named, chance) if sure else None

    def weigh(self, i: int, ruled: int | None) -> tuple[dict[int, float], dict[int, str]]:
        """The probability that the pronoun at *i* stands for each owner, -1 for none in sight; and each owner's label.
        The probabilities add up to one."""
        candidates = self.candidates(i)
        kind = CLASSES[self.view.lower[i]]
        weights = _weights()[kind]
        powers = chances_of(self.features(i, candidates, ruled), weights)
        chances: dict[int, float] = {}
        labels: dict[int, str] = {}
        for phrase, power in zip(candidates, powers, strict=False):
            # A doubtful pronoun lends no more than it has.
            chances[phrase.owner] = chances.get(phrase.owner, 0.0) + power * phrase.chance
            labels.setdefault(phrase.owner, phrase.label)
        chances[-1] = 1.0 - sum(chances.values())
        return chances, labels


@lru_cache(maxsize=1 << 15)
def _always(
    form: str, role: str, quoted: bool, what: str, phrase: tuple[str, str, bool], distance: int, rank: int, count: int,
    apart: bool,
) -> tuple[str, ...]:  # fmt: skip
    """The features that a phrase always has; *phrase* is its kind and role, and whether it is quoted."""
    kind, other, other_quoted = phrase
    near = min(distance, 2)
    return (
        f"d{distance}{other}",
        f"d{distance}r{rank}",
        f"role{role}{other}{near}",
        f"what {what}",
        f"kind {kind}{distance}",
        f"form {form} {what}",
        f"q{quoted:d}{other_quoted:d}{min(distance, 1)}",
        f"count {kind}{count}",
        f"par {apart:d}{near}",
    )


def chances_of(features: Sequence[Sequence[str]], weights: Mapping[str, float]) -> list[float]:
    """The probability of each candidate by the *weights* of its features. They add up to one."""
    sums = [sum(map(weights.get, names, repeat(0.0))) for names in features]
    top = max(sums)
    powers = [math.exp(value - top) for value in sums]
    total = sum(powers)
    return [power / total for power in powers]


_INNER = frozenset({"compound", "flat", "flat:name", "nmod:desc", "goeswith", "fixed"})


@cache
def _person_nouns() -> frozenset[str]:
    """The last words of roles, and nouns for people that are none."""
    roles = frozenset(role.split()[-1] for role in lexicon.table("role_nouns"))
    return roles | frozenset(
        ("man", "woman", "boy", "girl", "person", "child", "father", "mother", "son", "daughter", "wife", "husband",
         "brother", "sister", "friend", "guy", "victim", "suspect", "witness", "resident", "voter", "player", "people",
         "men", "women", "children", "boys", "girls", "families", "parents", "guys")
    )  # fmt: skip


@cache
def _weights() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {kind: {} for kind in sorted(set(CLASSES.values()))}
    for key, value in lexicon.table("coref_pronouns").items():
        found[key[0]][key[2:]] = float(value)
    return found
