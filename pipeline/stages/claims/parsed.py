"""Clauses from a dependency parse with UD labels (``nsubj``, ``obj``, ``ccomp``, ``acl:relcl`` …).

A predicate is a verb, or whatever carries a copula or a subject of its own, in a clausal relation. A stretch that is
part of a sentence counts as a sentence of its own: a predicate whose head lies outside is its root. Clause types as in
ClausIE and PredPatt, on UD v2.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from operator import attrgetter

from pipeline.stages.claims.clauses import Clause, Range, Role
from pipeline.stages.claims.lemmas import is_inflected, verb_lemma
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.tree import SUBJECTS, Node
from pipeline.tagging import FINITE, NOUNS, VERBS

_CLAUSAL = frozenset({
    "root", "ccomp", "xcomp", "advcl", "advcl:relcl", "acl", "acl:relcl", "conj", "parataxis", "csubj", "csubj:pass",
    "csubj:outer", "dep", "appos", "list", "relcl",
})  # fmt: skip
_AUXILIARIES = frozenset({"aux", "aux:pass", "auxpass", "cop"})
_PASSIVE = frozenset({"nsubj:pass", "aux:pass", "nsubjpass", "auxpass"})
_SEPARATE = frozenset({"advcl", "advcl:relcl", "parataxis", "cc", "discourse", "conj"})
_RELATIVE_PRONOUNS = frozenset({"who", "which", "that", "whom", "whose"})


@dataclass
class _Predicate:
    token: Node
    role: Role
    finite: bool
    head: int  # the token that carries the predicate: the verb, or the copula
    verbs: Range
    subject: Range | None
    lemma: str
    passive: bool
    mark: str | None
    auxiliaries: Range | None = None
    governor: int | None = None


def _children(token: Node, *labels: str) -> list[Node]:
    children = token.children
    return [child for child in children if child.dep in labels] if children else []


_head_of = attrgetter("head")


class _Maker:
    def __init__(self, reading: Reading, start: int, end: int) -> None:
        self.reading = reading
        self.nodes = reading.nodes
        self.start, self.end = start, end
        self.found: dict[int, _Predicate] = {}
        self.wordy = reading.weighty
        every = reading.predicates
        self.every = every[bisect_left(every, start) : bisect_left(every, end)]

    def inside(self, token: Node) -> bool:
        return self.start <= token.i < self.end

    def clip(self, low: int, high: int) -> Range | None:
        low, high = max(low, self.start), min(high, self.end)
        wordy = self.wordy
        while low < high and not wordy[low]:
            low += 1
        while high > low and not wordy[high - 1]:
            high -= 1
        return (low, high) if low < high else None

    def is_clausal(self, token: Node) -> bool:
        """Whether a predicate's relation makes a clause of it in this stretch."""
        return token.dep in _CLAUSAL or token.head is token or not self.start <= token.head.i < self.end

    # -- parts ----------------------------------------------------------------------------------------------------

    def make(self) -> list[Clause]:
        for i in self.every:
            token = self.nodes[i]
            if self.is_clausal(token):
                self.predicate(token, 0)
        clauses = [self.clause(p) for _, p in sorted(self.found.items())]
        return sorted([c for c in clauses if c is not None], key=_head_of)

    def predicate(self, token: Node, depth: int) -> _Predicate | None:
        """The record of a predicate; that of the first conjunct is made before those that lean on it."""
        if token.i in self.found:
            return self.found[token.i]
        first = self.first_conjunct(token, depth)
        role, mark = self.role(token, first)
        tags, start, end = self.reading.tags, self.start, self.end
        head, particle = token.i, 0
        auxiliaries: list[int] = []
        copula = passive = own = False
        for child in token.children:
            label, i = child.dep, child.i
            if label in _AUXILIARIES and start <= i < end:
                auxiliaries.append(i)
                if label == "cop" and not copula:
                    copula, head = True, i
            elif label == "compound:prt":
                particle = i if i == head + 1 else particle
            elif label in SUBJECTS and i < token.i and start <= i < end:
                own = True
            passive = passive or label in _PASSIVE
        group = [i for i in auxiliaries if i < head]
        group.append(head)
        last = max(head, particle) + 1
        while last < end and self.reading.lower[last] in {"not", "n't"}:
            last += 1
        verbs = (min(group), last)
        finite = not FINITE.isdisjoint([tags[i] for i in group])
        if own and not finite and tags[token.i] != "VBG" and role in {"main", "coordinate"}:
            # A subjunctive ("that they leave"), or a tag gone wrong; "The ministry also" is a parse gone wrong.
            finite = self.looks_like_a_verb(token) and not self.to_infinitive(token)
        if not finite and role == "main" and self.is_imperative(token, verbs):
            finite = True
        shared: Range | None = None
        if first is not None and not auxiliaries and not finite:
            finite = first.finite and tags[token.i] == tags[first.token.i] and token.i != first.head
            if first.verbs[0] < first.head and finite:
                shared = (first.verbs[0], first.head)
        lemma = "be" if copula else verb_lemma(self.reading.lower[token.i])
        if tags[token.i] not in VERBS and not copula and not is_inflected(self.reading.lower[token.i]):
            lemma = self.reading.lower[token.i]
        if particle:
            lemma = f"{lemma} {self.reading.lower[particle]}"
        subject = self.subject(token, role, verbs[0])
        if subject is None and first is not None:
            subject = first.subject
            passive = passive or (shared is not None and first.passive)
        if not finite and role in {"main", "coordinate"}:
            listed = first is not None and first.role in {"infinitive", "coordinate"} and not first.finite
            role = "infinitive" if self.to_infinitive(token) else "coordinate" if listed else "modifier"
        made = _Predicate(token, role, finite, head, verbs, subject, lemma, passive, mark, shared)
        made.governor = first.head if first is not None else None
        self.found[token.i] = made
        return made

    def looks_like_a_verb(self, token: Node) -> bool:
        """Whether a word is a verb by its tag, or by its form ("swept" tagged as an adjective)."""
        word = self.reading.lower[token.i]
        return self.reading.tags[token.i] in VERBS or is_inflected(word)

    def first_conjunct(self, token: Node, depth: int) -> _Predicate | None:
        if token.dep != "conj" or not self.inside(token.head) or depth > 50:
            return None
        carries = token.head.i in self.every and self.is_clausal(token.head)
        return self.predicate(token.head, depth + 1) if carries else None

    def is_imperative(self, token: Node, verbs: Range) -> bool:
        """Whether a bare verb opens the stretch, with nobody before it and no clause around it that could govern it."""
        if self.reading.tags[token.i] not in {"VB", "VBP"} or token.dep not in {"root", "ccomp", "parataxis"}:
            return False
        if self.to_infinitive(token) or any(
            c.dep in SUBJECTS or (c.dep == "aux" and c.i < self.start) for c in token.children
        ):
            return False
        opening = range(self.start, verbs[0])
        return all(self.reading.tags[i] in {"PU", "RB", "UH"} or not self.wordy[i] for i in opening)

    def to_infinitive(self, token: Node) -> bool:
        lower = self.reading.lower
        return any(lower[c.i] == "to" for c in token.children if c.dep in {"mark", "aux"})

    def role(self, token: Node, first: _Predicate | None) -> tuple[Role, str | None]:
        mark = self.mark(token)
        if first is not None:
            own = mark is not None and mark != "that"
            return (
                "adverbial"
                if own
                else "coordinate"
                if first.role in {"main", "coordinate", "infinitive"}
                else first.role
            ), mark
        if not self.inside(token.head) or token.head.i == token.i:
            conditional = mark is not None and mark not in {"that", "whether"} and token.dep == "advcl"
            return ("adverbial" if conditional else "main"), mark
        label = token.dep
        if label in {"ccomp", "xcomp", "csubj", "csubj:pass", "csubj:outer"}:
            # A quotation is often the head's complement with the cue inside: it still is one clause of the stretch.
            return "complement", mark
        if label == "parataxis":
            return "coordinate", mark
        if label in {"acl:relcl", "relcl", "advcl:relcl"}:
            # Not token.subtree: that walks the whole sentence.
            before = range(max(self.start, token.left_edge.i), token.i)
            pronoun = next((self.reading.lower[i] for i in before if self.reading.lower[i] in _RELATIVE_PRONOUNS), None)
            return "relative", pronoun
        if label == "advcl":
            return "adverbial", mark
        if label == "acl":
            return ("complement" if mark == "that" else "modifier"), mark
        return "complement", mark

    def mark(self, token: Node) -> str | None:
        """The word that opens a predicate's clause: a subordinator, else an adverb such as "when"; None without."""
        adverb = None
        for child in token.children:
            if child.dep == "mark":
                if self.start <= child.i < self.end and self.reading.lower[child.i] != "to":
                    return self.reading.lower[child.i]
            elif (
                adverb is None and child.dep == "advmod" and self.reading.tags[child.i] == "WRB" and self.inside(child)
            ):
                adverb = self.reading.lower[child.i]
        return adverb

    def subject(self, token: Node, role: str, verb: int) -> Range | None:
        found = []
        for child in token.children:
            if child.dep == "expl" and self.inside(child):
                return child.i, child.i + 1
            if child.dep in SUBJECTS:
                found.append(child)
        if found:
            outer = [c for c in found if c.dep.endswith("outer")]
            for child in outer or found:
                if role == "relative" and self.reading.lower[child.i] in _RELATIVE_PRONOUNS:
                    return self.antecedent(token)
                if self.inside(child):
                    # A clause that hangs on the subject may stand behind the verb ("Nobody came who knew").
                    last = verb if child.i < verb else self.end
                    return self.clip(child.left_edge.i, min(child.right_edge.i + 1, last))
        elif role == "relative":
            return None
        return self.controller(token)

    def antecedent(self, token: Node) -> Range | None:
        noun = token.head
        return self.clip(noun.left_edge.i, token.left_edge.i) if self.inside(noun) else None

    def controller(self, token: Node) -> Range | None:
        """The noun phrase of an infinitive that begins the stretch: "(on) **the groups** to meet"."""
        if not self.to_infinitive(token) or token.dep == "conj":
            return None  # a second infinitive has the subject of the first
        for i in range(token.left_edge.i - 1, self.start - 1, -1):
            other = self.nodes[i]
            if self.reading.tags[i] in NOUNS and (not self.inside(other.head) or other.head.i == token.head.i):
                low = max([self.start, other.left_edge.i] + [c.i + 1 for c in _children(other, "case") if c.i < i])
                return self.clip(low, min(other.right_edge.i + 1, token.left_edge.i))
        return None

    # -- extents --------------------------------------------------------------------------------------------------

    def clause(self, made: _Predicate) -> Clause | None:
        token = made.token
        if made.role == "modifier":  # a participle or infinitive that only modifies a noun
            return None
        if token.dep == "xcomp" and self.inside(token.head) and made.role == "complement" and made.subject is None:
            return None
        low, high = max(token.left_edge.i, self.start), min(token.right_edge.i + 1, self.end)
        if made.subject is not None and made.role in {"main", "infinitive"} and made.governor is None:
            low = min(low, made.subject[0])
        for child in token.children:
            other = self.found.get(child.i)
            if other is not None and other.role in {"main", "coordinate"} and child.dep in {"conj", "parataxis"}:
                if child.i > token.i:
                    high = min(high, max(child.left_edge.i, made.verbs[1]))
                else:
                    low = max(low, child.right_edge.i + 1)
        if low >= high:
            return None
        return Clause(
            start=low,
            end=high,
            head=made.head,
            verbs=made.verbs,
            lemma=made.lemma,
            subject=made.subject,
            object=self.completion(token, made, high),
            role=made.role,
            mark=made.mark,
            finite=made.finite,
            passive=made.passive,
            auxiliaries=made.auxiliaries,
            governor=made.governor,
        )

    def completion(self, token: Node, made: _Predicate, high: int) -> Range | None:
        stop = high
        for child in token.children:
            label = child.dep
            if child.i < made.verbs[1] or child.left_edge.i < made.verbs[1]:
                continue
            apart = label in _SEPARATE and not (label == "conj" and child.i not in self.found)
            finite = child.i in self.found and self.found[child.i].finite
            if apart and (label != "advcl" or finite):
                stop = min(stop, child.left_edge.i)
            elif (
                label == "punct"
                and child.i > made.verbs[1]
                and self.reading.words[child.i] in {",", ";", ":", "—", "–"}
            ):
                stop = min(stop, child.i)
        return self.clip(made.verbs[1], stop)


def clauses(reading: Reading, start: int, end: int) -> list[Clause]:
    """The clauses of ``start:end`` from the Doc's parse; see :class:`Clause`. Linear in the size of the subtrees."""
    return _Maker(reading, start, end).make()
