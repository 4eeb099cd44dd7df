"""The dependency tree of an article, in flat lists."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

SUBJECTS = frozenset({"nsubj", "nsubjpass", "nsubj:pass", "nsubj:outer"})
_OBLIQUE = frozenset({"obl", "obl:agent", "obl:unmarked", "nmod:unmarked", "pobj", "agent"})
# A role of one letter for the relation that a noun phrase's head has.
_ROLES = {
    **dict.fromkeys(SUBJECTS, "S"),
    **dict.fromkeys(_OBLIQUE, "L"),
    "obj": "O", "dobj": "O", "iobj": "O",
    "nmod:poss": "P", "poss": "P",
    "nmod": "N", "appos": "A", "compound": "M", "amod": "M", "conj": "C", "root": "R", "expl": "E",
}  # fmt: skip
_CLAUSES = frozenset({"advcl", "ccomp", "parataxis", "acl:relcl", "xcomp", "acl", "advcl:relcl", "csubj"})


class Tree:
    """Relations and heads of the tokens *at* (in order) of *doc*, which must have a parse.

    Indices are those in *at*.
    """

    def __init__(self, doc: Doc, at: Sequence[int]) -> None:
        back = {i: k for k, i in enumerate(at)}
        strings = doc.vocab.strings
        table = doc.to_array(["DEP", "HEAD"])
        offsets = table[:, 1].astype("int64").tolist()
        ids = table[:, 0].tolist()
        names = {number: strings[number].lower() for number in set(ids)}
        self.relation = [names[ids[i]] for i in at]
        # White space can be a head only by mistake: then a token is its own.
        self.head = [back.get(i + offsets[i], k) for k, i in enumerate(at)]

    def head_of(self, start: int, end: int) -> int:
        """The first token of ``start:end`` whose own head lies outside."""
        for k in range(start, end):
            if not start <= self.head[k] < end or self.head[k] == k:
                return k
        return start

    def role(self, k: int) -> str:
        """The grammatical role of the noun phrase with the head *k*: ``S`` subject, ``O`` object, ``L`` oblique, ``N``
        in another noun phrase, ``P`` possessive, ``A`` apposition, ``M`` modifier, ``R`` predicate, ``X`` other."""
        for _ in range(4):
            role = _ROLES.get(self.relation[k], "X")
            if role == "C" or (self.relation[k] in ("flat", "flat:name", "appos", "nmod:desc") and self.head[k] < k):
                # What is joined or set beside has the role of what it stands with.
                k = self.head[k]
                continue
            return role
        return "X"

    def clause(self, k: int) -> int:
        """The predicate that the phrase with the head *k* hangs on: the nearest token above that heads a clause."""
        for _ in range(12):
            above = self.head[k]
            if above == k:
                return k
            if self.relation[k] in SUBJECTS or self.relation[k] in ("obj", "iobj", "obl", "obl:agent", "dobj"):
                return above
            if self.relation[k] in _CLAUSES:
                return k
            k = above
        return k

    def under(self, k: int, above: int) -> bool:
        """Whether *above* is one of the dozen tokens over *k*."""
        for _ in range(12):
            if self.head[k] == k:
                return False
            k = self.head[k]
            if k == above:
                return True
        return False
