"""Tuples of a Doc in the form that CaRB scores, from the clauses of the claims stage.

CaRB's annotators put prepositions and infinitives into the relation, time in front into an argument of its own, and
wrote tuples for appositions and participles; relative clauses that only modify an argument are tuples of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from pipeline.stages.claims.clauses import Clause, Range, clauses_in
from pipeline.stages.claims.reading import Reading

_LEADING = frozenset({"obl", "obl:tmod", "obl:npmod", "obl:unmarked", "advmod"})
_BEHIND_NAME = frozenset({"appos", "punct", "acl:relcl", "acl", "conj", "cc"})
_LONGEST_APPOSITION = 25


@dataclass(frozen=True, slots=True)
class Tuple:
    """A relation and its arguments, the subject first."""

    relation: str
    arguments: tuple[str, ...]


def tuples(reading: Reading) -> Iterator[Tuple]:
    """The tuples of all sentences of a parsed Doc."""
    for start, end in reading.sentences:
        for clause in clauses_in(reading, start, end):
            if clause.subject is not None and clause.role != "nominal":
                yield from _of_clause(reading, clause, clause.subject)
        for token in reading.doc[start:end]:
            if token.dep_ == "appos":
                yield from _of_apposition(reading, token)
            elif token.dep_ == "acl" and reading.tags[token.i] in {"VBN", "VBG"}:
                yield from _of_participle(reading, token)


def _bare(reading: Reading, start: int, end: int) -> Range:
    """A phrase without the relative clause at its end, and without marks there."""
    for token in reading.doc[start + 1 : end]:
        edge = token.left_edge.i
        if token.dep_ == "acl:relcl" and start < edge and start <= token.head.i < edge:
            end = edge
            break
    while start < end and not any(ch.isalnum() or ch in "%$" for ch in reading.words[end - 1]):
        end -= 1
    return start, end


def _of_clause(reading: Reading, clause: Clause, subject: Range) -> Iterator[Tuple]:
    relation = [reading.words[i] for i in range(*(clause.auxiliaries or (0, 0)))]
    relation += [reading.words[i] for i in range(*clause.verbs)]
    arguments = [reading.slice(*_bare(reading, *subject))]
    if clause.object is not None:
        start, end = clause.object
        if reading.lower[start] == "to" and start + 1 < end and reading.tags[start + 1] == "VB":
            relation += reading.words[start : start + 2]
            start += 2
        if start + 1 < end and reading.tags[start] in {"IN", "TO"} and reading.lower[start] != "that":
            relation.append(reading.words[start])
            start += 1
        low, high = _bare(reading, start, end)
        arguments += [reading.slice(low, high)] if low < high else []
    head = reading.doc[clause.head]
    head = head.head if head.dep_ in {"cop", "aux", "aux:pass"} else head
    leading = [
        reading.slice(child.left_edge.i, child.right_edge.i + 1)
        for child in head.children
        if child.dep_ in _LEADING and child.right_edge.i < subject[0] < clause.verbs[0]
    ]
    arguments += [" ".join(leading)] if leading else []
    if len(arguments) > 1:
        yield Tuple(" ".join(relation), tuple(arguments))


def _of_apposition(reading: Reading, token: Token) -> Iterator[Tuple]:
    head, end = token.head, token.right_edge.i + 1
    behind = [c.left_edge.i for c in head.children if c.i > head.i and c.dep_ in _BEHIND_NAME]
    low, high = _bare(reading, token.left_edge.i, end)
    if 0 < high - low < _LONGEST_APPOSITION:
        name = reading.slice(head.left_edge.i, min([*behind, head.right_edge.i + 1]))
        yield Tuple("is", (name, reading.slice(low, high)))


def _of_participle(reading: Reading, token: Token) -> Iterator[Tuple]:
    if any(child.dep_ in {"mark", "aux"} for child in token.children):
        return
    relation = ["is", token.text] if reading.tags[token.i] == "VBN" else [token.text]
    start, end = token.i + 1, token.right_edge.i + 1
    if start + 1 < end and reading.tags[start] in {"IN", "TO"}:
        relation.append(reading.words[start])
        start += 1
    low, high = _bare(reading, start, end)
    if low < high:
        noun = reading.slice(token.head.left_edge.i, token.left_edge.i).strip(" ,")
        yield Tuple(" ".join(relation), (noun, reading.slice(low, high)))
