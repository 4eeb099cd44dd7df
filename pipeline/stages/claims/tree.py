"""The dependency tree of a Doc as plain objects: each is made once, where spaCy makes one at every look."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

#: Relations of a subject to its predicate.
SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubj:outer", "csubj", "csubj:pass", "csubj:outer", "nsubjpass"})
#: What makes a predicate of a word that is no verb.
ARGUMENTS = SUBJECTS | {"cop"}
#: A word in one of these relations is no predicate, whatever it is.
MODIFIERS = frozenset({"amod", "compound", "case", "fixed", "flat"})


class Node:
    """One token in the tree. Names as of spaCy's ``Token``; ``dep`` is lower-case, the root is its own head."""

    __slots__ = ("children", "dep", "head", "i", "left_edge", "right_edge")

    def __init__(self, i: int, dep: str) -> None:
        self.i = i
        self.dep = dep
        self.head = self
        self.children: Sequence[Node] = ()
        self.left_edge = self
        self.right_edge = self


def tree_of(doc: Doc) -> list[Node]:
    """A node a token, in order. Linear in the tokens; nodes without a parse are roots."""
    array = doc.to_array(["HEAD", "DEP"])
    labels = {label: doc.vocab.strings[label].lower() for label in set(array[:, 1].tolist())}
    nodes = [Node(i, labels[label]) for i, label in enumerate(array[:, 1].tolist())]
    below: dict[int, list[Node]] = {}  # most tokens have none below them, and need no list
    steps = array[:, 0].astype("int64").tolist()  # from a token to its head
    for i, (node, step) in enumerate(zip(nodes, steps, strict=True)):
        head = nodes[i + step]
        if head is not node:
            node.head = head
            below.setdefault(i + step, []).append(node)
    for i, children in below.items():
        nodes[i].children = children
    # Those with nodes below, heads first: only their edges lie elsewhere.
    order = [node for node in nodes if node.head is node and node.children]
    for node in order:
        order.extend([child for child in node.children if child.children])
    for node in reversed(order):
        left = right = node
        for child in node.children:
            if child.left_edge.i < left.i:
                left = child.left_edge
            if child.right_edge.i > right.i:
                right = child.right_edge
        node.left_edge, node.right_edge = left, right
    return nodes
