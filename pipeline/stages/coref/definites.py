"""Definite nominals ("the company", "this island"), each ranked against the named entities gone by.

The same log-linear ranking as of pronouns (:mod:`~pipeline.stages.coref.ranking`), over whole chains: those that the
noun can be said of, and *nothing*, compete; the evidence is what the text has called a chain, how lately and how often
it was mentioned, and what stands around the noun. The weights are data (``models/lexicon/coref_nominals.tsv``), learned
from GUM by ``models/train/coref.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from pipeline import gazetteer, lexicon
from pipeline.stages.coref.chains import Chain
from pipeline.stages.coref.ranking import chances_of
from pipeline.stages.coref.said import labels_called, labels_of, may_be
from pipeline.stages.coref.seen import Seen
from pipeline.stages.coref.tree import Tree
from pipeline.stages.coref.view import View

DETERMINERS = frozenset({"the", "this", "that", "these", "those"})
#: From which probability on a nominal is said to stand for an entity; and where the rules say the same.
BELIEVED, AGREED = 0.55, 0.1
# Tokens between a determiner and its noun, chains that compete, and sentences back in which one is still in mind.
_WIDEST = 6
_CHAINS = 12
_SENTENCES = 30
_MOST = 40
# Sentences back in which another place of the same kind is in mind as well.
_NEAR = 3
_PLACE_KEYS: dict[str, tuple[str, ...]] = {
    "country": ("country:",),
    "nation": ("country:",),
    "city": ("city:", "state:"),
    "state": ("state:",),
}


@dataclass(slots=True)
class Known:
    """What has been read of a chain so far."""

    last: Seen
    called: dict[str, str]
    words: set[str]
    country: str
    count: int = 0


class Definites:
    """The named entities of an article as they go by, and which of them each definite nominal stands for."""

    def __init__(self, view: View, tree: Tree, chains: Sequence[Chain]) -> None:
        self.view, self.tree, self.chains = view, tree, chains
        self._known: dict[int, Known] = {}
        # How often a noun went by as the head of a phrase that stands for no chain, and where last.
        self._loose: dict[str, tuple[int, int]] = {}
        # The last chain is nobody's.
        self._label = [chain.label if chain.names else "" for chain in chains[:-1]]
        self._called: dict[int, dict[str, str]] = {}
        # Chains by what they were called and by label, the latest last.
        self._callers: dict[str, dict[int, None]] = {}
        self._with_label: dict[str, dict[int, None]] = {}
        # The sentence and code of each country and people gone by.
        self._countries: list[tuple[int, str]] = []

    def see(self, seen: Seen) -> None:
        """A mention of a chain has gone by."""
        number = seen.chain
        if number >= len(self._label):
            return  # somebody whose name two people bear
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = self._meet(seen)
        known.last = seen
        known.count += 1
        if self._label[number] != "NORP":
            alike = self._with_label.setdefault(self._label[number], {})
            alike.pop(number, None)
            alike[number] = None
        if known.country:
            self._countries.append((seen.sentence, known.country))

    def _meet(self, seen: Seen) -> Known:
        chain, label = self.chains[seen.chain], self._label[seen.chain]
        words = {word.strip(",.").lower() for text in chain.descriptions for word in text.split()}
        country = ""
        if label in ("GPE", "NORP"):
            form = next(iter(chain.forms))
            country = gazetteer.country_code(form) or gazetteer.nationality_code(form) or ""
        called = self._called.setdefault(seen.chain, {})
        for noun in _name_nouns(chain, label):
            called.setdefault(noun, "name")
        for noun in called:
            self._callers.setdefault(noun, {})[seen.chain] = None
        return Known(seen, called, words | {*chain.parts}, country)

    def call(self, chain: int, noun: str, how: str) -> None:
        """The text has called *chain* by this noun: ``said`` to be so, or by a ``nominal`` found before."""
        self._called.setdefault(chain, {}).setdefault(noun, how)
        if chain in self._known:
            self._callers.setdefault(noun, {})[chain] = None

    def pass_noun(self, k: int) -> None:
        """A common noun that stands for no chain has gone by."""
        noun = self.view.lower[k]
        self._loose[noun] = (self._loose.get(noun, (0, 0))[0] + 1, k)

    def head(self, i: int) -> int | None:
        """The noun of the phrase that the determiner at *i* opens."""
        view, tree = self.view, self.tree
        head = tree.head[i]
        if not i < head <= i + _WIDEST or tree.relation[i] != "det" or view.name_at[head] >= 0:
            return None
        if view.tag[head] not in ("NN", "NNS") or view.sentence[head] != view.sentence[i]:
            return None
        if head + 1 < len(view) and view.text[head + 1] in ("-", "–"):
            return None  # "the commander-in-chief"
        if view.lower[head + 1 : head + 2] == ["of"] and view.lower[head + 2 : head + 3] in (["a"], ["an"]):
            return None  # "the leader of a coalition" brings somebody in
        return None if view.lower[i] == "this" and view.lower[head] in _WRITERS else head

    def candidates(self, i: int, head: int) -> list[int]:
        """The chains that the nominal may stand for, the latest mentioned first."""
        view, tree = self.view, self.tree
        noun = view.lower[head]
        fits = set(_latest(self._callers.get(noun)))
        for label in labels_called(noun):
            fits.update(_latest(self._with_label.get(label)))
        keys = _PLACE_KEYS.get(noun)
        found = []
        for number in fits:
            last, chain = self._known[number].last, self.chains[number]
            if view.sentence[i] - last.sentence > _SENTENCES:
                continue
            if keys and self._label[number] == "GPE" and ":" in chain.key and not chain.key.startswith(keys):
                continue
            named = tree.head_of(last.token, last.end)
            if tree.head[named] == head or tree.head[head] == named:
                continue  # "Lebanon and the region"
            found.append(number)
        found.sort(key=lambda n: (-self._known[n].last.token, n))
        return found[:_CHAINS]

    def features(self, i: int, head: int, candidates: Sequence[int], ruled: int | None) -> list[list[str]]:
        """What speaks for each of *candidates* as what the nominal stands for, and last for nothing."""
        view, tree = self.view, self.tree
        noun, word = view.lower[head], view.lower[i]
        plural = view.tag[head] == "NNS"
        role = tree.role(head)
        before, after = self._before(i, head), self._after(head)
        loose, where = self._loose.get(noun, (0, -1))
        labels = labels_of(noun)
        best = max((self._known[n].count for n in candidates), default=0)
        most = max((len(self.chains[n].names) for n in candidates), default=0)
        alike = min(len(candidates), 4)
        nations = {code for k in range(i + 1, head) if (code := gazetteer.nationality_code(view.text[k]))}
        found: list[list[str]] = []
        callers = sum(noun in self._known[n].called for n in candidates)
        for rank, number in enumerate(candidates):
            known, chain = self._known[number], self.chains[number]
            how = known.called.get(noun, "no")
            called = "y" if how != "no" else "n"
            label = self._label[number]
            distance = view.sentence[i] - known.last.sentence
            far = distance if distance < 3 else 3 if distance < 7 else 4 if distance < 13 else 5
            place = min(rank, 3)
            makes = [
                f"how {how}",
                f"callers{called}{min(callers, 2)}",
                f"most{called}{len(chain.names) == most:d}{len(chain.names) > 2:d}",
                f"d{called}{far}",
                f"rank{called}{place}",
                f"of {alike}{called}",
                f"label {label}{called}",
                f"word {word}{called}{plural:d}",
                f"count{called}{min(known.count, 5)}{known.count == best:d}",
                f"before {before}{called}",
                f"after {after}{called}",
                f"role {role}{'S' if known.last.subject else 'M' if known.last.modifier else 'o'}{min(far, 2)}",
                f"loose{called}{min(loose, 2)}{where > known.last.token:d}",
                f"noun {noun}{label}",
                f"q{view.quoted[i]:d}{view.quoted[known.last.token]:d}",
                f"par{view.paragraph[i] > view.paragraph[known.last.token]:d}{called}",
                f"only{called}{len(labels)}",
            ]
            if ruled is not None:
                makes.append(f"ruled{ruled == number:d}")
            if noun in _PLACE_KEYS and label == "GPE":
                makes.append(f"key{chain.key.startswith(_PLACE_KEYS[noun]):d}{called}")
            if i + 1 < head:
                said = sum(view.lower[k] in known.words for k in range(i + 1, head))
                makes.append(f"said {said == head - i - 1:d}{said > 0:d}{called}")
            if nations:
                makes.append(f"nation {bool(nations & _nations(chain)):d}{called}")
            if distance == 0 and tree.under(known.last.token, head):
                makes.append("inside")
            if distance == 0 and tree.clause(known.last.token) == tree.clause(head):
                makes.append(f"clause{called}{role}")
            found.append(makes)
        found.append([
            "nil",
            f"nil {noun}",
            f"nil {word}{plural:d}",
            f"nil before {before}",
            f"nil after {after}",
            f"nil role {role}",
            f"nil loose{min(loose, 2)}",
            f"nil n{alike}{min(callers, 2)}",
            f"nil {' '.join(sorted(labels))}",
            f"nil q{view.quoted[i]:d}",
            f"nil ruled{ruled is not None:d}",
        ])  # fmt: skip
        return found

    def _before(self, i: int, head: int) -> str:
        """What stands between determiner and noun."""
        view = self.view
        kinds = set()
        for k in range(i + 1, head):
            if view.name_at[k] >= 0:
                kinds.add(view.names[view.name_at[k]].label)
            elif view.lower[k] in _OTHERS or view.tag[k] in ("JJS", "RBS"):
                kinds.add("other")
            elif view.tag[k] == "CD":
                kinds.add("number")
            else:
                kinds.add(view.tag[k][:2])
        return "+".join(sorted(kinds)) or "-"

    def _after(self, head: int) -> str:
        """What stands behind the noun."""
        view = self.view
        k = head + 1
        if k >= len(view) or view.sentence[k] != view.sentence[head]:
            return "-"
        if view.name_at[k] >= 0 or view.tag[k][:2] == "NN":
            return "name"
        if self.tree.head[k] == head and self.tree.relation[k].startswith("acl"):
            return "acl"
        if view.lower[k] in ("of", "that", "who", "which", "whose", "where", "'s", ","):
            return view.lower[k]
        if view.tag[k] in ("IN", "TO"):
            above = self.tree.head[k]
            return "prep" if 0 <= above < len(view) and self.tree.head[above] == head else "-"
        return "-"

    def choose(self, i: int, head: int, ruled: int | None) -> tuple[int, float | None] | None:
        """The chain that the nominal stands for, and how likely; None where that isn't sure enough.

        *ruled* is the chain that the rules for articles without a parse find: little is enough where they know."""
        candidates = self.candidates(i, head)
        if not candidates:
            return None
        chances = chances_of(self.features(i, head, candidates, ruled), _weights())
        if ruled in candidates and chances[candidates.index(ruled)] >= AGREED:
            return ruled, None
        best = max(range(len(candidates)), key=lambda n: (chances[n], -n))
        if ruled is not None or chances[best] < BELIEVED or self._of_two(i, head, candidates):
            return None
        return candidates[best], chances[best]

    def _of_two(self, i: int, head: int, candidates: Sequence[int]) -> bool:
        """Whether two places of the kind that the noun names are in mind: *the country* with Iraqis and Americans."""
        noun = self.view.lower[head]
        if noun not in _PLACE_KEYS:
            return False
        if noun in ("country", "nation"):
            found = {code for sentence, code in self._countries[-_CHAINS:] if self.view.sentence[i] - sentence <= _NEAR}
        else:
            found = {
                str(n)
                for n in candidates
                if self._label[n] == "GPE" and self.view.sentence[i] - self._known[n].last.sentence <= _NEAR
            }
        return len(found) > 1


# Who writes of "this reporter" means nobody named.
_WRITERS = frozenset(
    {"author", "columnist", "correspondent", "journalist", "newspaper", "paper", "reporter", "website", "writer"}
)


def _latest(chains: dict[int, None] | None) -> Iterable[int]:
    """The chains that came last, a bounded number, so that the cost of an article grows with its length."""
    return islice(reversed(chains), _MOST) if chains else ()


_OTHERS = frozenset(
    {"other", "new", "next", "same", "first", "second", "third", "last", "latter", "former", "whole", "only"}
)


def _name_nouns(chain: Chain, label: str) -> list[str]:
    """The nouns by which its names say what a chain is: *mosque* of *Grand Mosque*, *court* of *Court of Appeal*."""
    if label in ("PERSON", "NORP"):
        return []
    found = []
    for form in chain.forms:
        words = form.lower().split()
        heads = [words[-1]] + ([words[words.index("of") - 1]] if "of" in words[1:] else [])
        found += [word for word in heads if len(words) > 1 and may_be(label, word)]
    return sorted(set(found))


def _nations(chain: Chain) -> set[str]:
    words = {word.strip(",.") for text in (*chain.descriptions, *chain.forms) for word in text.split()}
    codes = {gazetteer.nationality_code(word) or gazetteer.country_code(word) for word in words}
    return {code for code in codes if code}


@cache
def _weights() -> dict[str, float]:
    return {key: float(value) for key, value in lexicon.table("coref_nominals").items()}
