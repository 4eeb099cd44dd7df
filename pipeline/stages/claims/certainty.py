"""How certain a sentence leaves an event, by rule, from the parse: the basis of ``claims.factuality``.

From the event upwards: its own negation and modals, what opens its clause, and then what the predicates around it say
of their complements (implicative verbs hand their certainty on or turn it round, others leave the event where they
leave it), as in De Facto (Saurí & Pustejovsky 2012). Whoever says so is left out: that is the claimant's business, and
:mod:`stance` has it.
"""

from __future__ import annotations

from typing import Final

from pipeline import lexicon
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.lemmas import verb_lemma
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.tree import Node
from pipeline.tagging import NOUNS, VERBS

#: Predicates around an event that are looked at.
_DEEP: Final = 8
#: The encoder's share in a factuality.
LEARNED: Final = 0.2
#: What each modal leaves an event at, affirmed and negated.
_MODALS: Final = {
    "will": (2.0, -2.5), "'ll": (2.0, -2.5), "shall": (2.0, -2.5), "wo": (2.0, -2.5), "would": (1.5, -2.0),
    "'d": (1.5, -2.0), "can": (1.5, -2.0), "ca": (1.5, -2.0), "could": (1.0, -2.0), "may": (0.75, -0.75),
    "might": (0.5, -0.5), "must": (1.0, -1.5), "should": (0.75, -1.0), "ought": (0.75, -1.0),
}  # fmt: skip
_ADVERBS: Final = {
    "probably": 2.0, "likely": 1.75, "apparently": 2.0, "allegedly": 1.0, "reportedly": 2.0, "purportedly": 1.0,
    "supposedly": 1.0, "perhaps": 1.0, "maybe": 1.0, "possibly": 1.0, "potentially": 0.75, "unlikely": -1.0,
}  # fmt: skip
_ADJECTIVES: Final = {
    "alleged": 1.0, "possible": 0.75, "potential": 0.75, "planned": 1.25, "proposed": 1.0, "suspected": 1.5,
    "would-be": 0.5, "attempted": -0.5, "expected": 1.5, "future": 1.25, "likely": 1.5, "hypothetical": 0.0,
    "imminent": 1.5, "upcoming": 1.75, "failed": -1.0,
}  # fmt: skip
#: Nouns whose "of", "for" or "to" leads in an event that may never be.
_HOPES: Final = group("certainty_hopes")
_DENIALS: Final = group("certainty_denials")
_NEGATIONS: Final = frozenset({"not", "n't", "never", "hardly", "scarcely", "barely", "neither", "nor"})
_SUBORDINATE: Final = frozenset({"advcl", "advcl:relcl"})
_OPEN: Final = frozenset({"if", "whether", "unless", "lest", "provided"})
#: Verbs that before "to" are modals.
_NEARLY_MODAL: Final = {"have": "1.0 -1.0", "ought": "0.75 -1.0", "go": "2.0 -2.5", "suppose": "0.75 -0.75"}
#: Verbs that end or hinder the event that is their object; other refusals leave what they refuse where it was.
_HINDERING: Final = group("certainty_hindering")
_DELAYING: Final = frozenset({"delay", "postpone", "suspend", "defer"})
_COMPLEMENTS: Final = frozenset({"ccomp", "xcomp", "csubj", "csubj:pass", "acl"})


def _children(token: Node, *labels: str) -> list[Node]:
    return [child for child in token.children if child.dep in labels]


def _lemma(reading: Reading, token: Node) -> str:
    return verb_lemma(reading.lower[token.i]) if reading.tags[token.i] in VERBS else reading.lower[token.i]


def _denies(reading: Reading, child: Node) -> bool:
    """Whether *child*, a dependent of a predicate or noun, denies it."""
    word, label = reading.lower[child.i], child.dep
    if word in _NEGATIONS:
        after = reading.lower[child.i + 1] if child.i + 1 < len(reading.lower) else ""
        return after not in {"only", "just", "merely", "necessarily"}
    if word == "no":
        return label in {"det", "advmod"}
    if word == "longer":
        return reading.lower[child.i - 1] == "no"
    if label in {"nsubj", "nsubj:pass"}:
        none = any(reading.lower[other.i] in {"no", "neither"} for other in _children(child, "det"))
        return none or word in {"nobody", "none", "nothing", "neither"}
    return False


def _is_negated(reading: Reading, token: Node) -> bool:
    return sum(_denies(reading, child) for child in token.children) % 2 == 1


def _own(reading: Reading, token: Node) -> float:
    """The certainty that an event's own words give it: modals, adverbs, negation, determiners and adjectives."""
    # "gave no details", "saw no end": what took place is for the verb to say, and verbs differ.
    idle = any(reading.lower[g.i] == "no" for c in _children(token, "obj") for g in _children(c, "det"))
    value = 1.5 if idle else 3.0
    denied = _is_negated(reading, token)
    for child in token.children:
        word, label = reading.lower[child.i], child.dep
        if label in {"aux", "aux:pass"} and word in _MODALS:
            perfect = any(reading.lower[c.i] == "have" for c in _children(token, "aux"))
            affirmed, negative = _MODALS[word]
            if perfect and word in {"would", "could", "should", "might"}:
                affirmed, negative = (-1.5, 1.5) if word == "should" else (0.0, 0.0)
            value = min(value, negative if denied else affirmed)
            if denied:
                return value
        elif label in {"advmod", "discourse"} and word in _ADVERBS:
            value = min(value, _ADVERBS[word])
        elif label in {"amod", "compound", "advmod"} and word in _ADJECTIVES:
            value = min(value, _ADJECTIVES[word])
    return -value if denied else value


def _opened(reading: Reading, token: Node) -> str | None:
    """What opens the clause of *token*: "to", "if", "without" …; None where nothing does."""
    for child in token.children:
        if child.dep in {"mark", "case"} and child.i < token.i:
            return reading.lower[child.i]
    if any(reading.lower[c.i] == "to" for c in _children(token, "aux")):
        return "to"
    return None


def _is_question(reading: Reading, token: Node) -> bool:
    _, end = reading.sentence_of(token.i)
    return token.head.i == token.i and any(reading.words[i] == "?" for i in range(max(0, end - 2), end))


def _through(reading: Reading, governor: Node, value: float, above: float, led: bool = False) -> float | None:
    """What *governor*, itself at certainty *above*, makes of a complement that stands at *value* by itself.

    None where nothing is known of it. *led* is whether "to" leads the complement in ("has to", "is going to").
    """
    lemma = _lemma(reading, governor)
    entry = lexicon.table("claims_commitment").get(lemma)
    if led and lemma in _NEARLY_MODAL:
        entry = _NEARLY_MODAL[lemma]
    if entry is None:
        return None
    if entry in {"+", "-"}:
        turned = above if entry == "+" else -above
        return turned * value / 3 if abs(value) < 3 else (turned if value > 0 else -turned)
    affirmed, negative = (float(cell) for cell in entry.split())
    left = negative if above < 0 else affirmed if above > 1.4 else min(affirmed, 1.0)
    return left * value / 3


def _step(reading: Reading, token: Node, value: float, above: float) -> float:
    """The certainty of *token*, *value* by itself, seen from its head, which stands at *above*."""
    label, opener, head = token.dep, _opened(reading, token), token.head
    if opener in _OPEN and label != "ccomp":
        return 0.0
    if opener in _OPEN:
        return 0.0
    nominal = reading.tags[token.i] in NOUNS
    if label in _SUBORDINATE:
        return _adverbial_step(reading, token, value, above, opener)
    if label == "conj":
        bare = not _children(token, "aux", "nsubj", "nsubj:pass", "mark", "cop", "case")
        inherits = bare and (reading.tags[token.i] == reading.tags[head.i])
        return min(value, above) if inherits and value > 0 else value
    if label in _COMPLEMENTS and not nominal:
        if label == "acl" and (opener == "to" or reading.lower[head.i].removesuffix("s") in _HOPES):
            return _of_noun(reading, head, value)
        if label == "acl" and opener is None:
            return value  # a participle behind its noun
        turned = _through(reading, head, value, above, opener == "to")
        if turned is not None:
            return turned
        return min(value, 1.25) if value > 0 and opener == "to" else value
    if nominal:
        return _nominal_step(reading, token, value, above, opener)
    return value


def _of_noun(reading: Reading, noun: Node, value: float) -> float:
    """What a noun leaves of the event behind it: "plans to leave", "failure to act", "rejected a request to pay"."""
    if reading.lower[noun.i].removesuffix("s") in _DENIALS:
        return -value
    refused = lexicon.table("claims_commitment").get(_lemma(reading, noun.head)) == "-" and noun.head.i != noun.i
    if refused and noun.dep in {"obj", "nsubj:pass"}:
        return -1.5
    return min(value, 1.0) if value > 0 else value


def _adverbial_step(reading: Reading, token: Node, value: float, above: float, opener: str | None) -> float:
    if opener in {"without", "against"}:
        return -value
    if opener == "than" or (opener == "of" and "instead" in reading.lower[max(0, token.i - 3) : token.i]):
        return 0.0  # "rather than leave"
    if opener == "from" and (turned := _through(reading, token.head, value, above)) is not None:
        return turned
    if opener == "to":
        return min(value, 1.5, above if above >= 0 else 1.5) if value > 0 else value
    gerund = reading.tags[token.i] == "VBG"
    if gerund and 0 <= above < 2.5 and value > 0:
        return min(value, above)
    return value


def _nominal_step(reading: Reading, token: Node, value: float, above: float, opener: str | None) -> float:
    label, head = token.dep, token.head
    if opener == "without":
        return -value
    if above < 0 and any(reading.lower[c.i] in {"any", "further"} for c in _children(token, "det", "amod")):
        return -2.0
    if label.startswith("nmod") and opener in {"of", "for", "to", "at", "against"}:
        noun = reading.lower[head.i].removesuffix("s")
        return _of_noun(reading, head, value) if noun in _HOPES | _DENIALS else value
    if label.startswith("nmod") and opener == "on" and reading.lower[head.i].removesuffix("s") in _DENIALS:
        return -value
    if label == "compound":
        noun = reading.lower[head.i].removesuffix("s")
        return min(value, 0.75 if noun in _HOPES else max(above, 0.0))
    if reading.tags[head.i] not in VERBS:
        return value
    lemma = _lemma(reading, head)
    if label in {"obj", "nsubj:pass"} and lemma in _DELAYING:
        return min(value, 0.75)
    if label in {"obj", "nsubj:pass"} and lemma in _HINDERING:
        return -above * value / 3
    entry = lexicon.table("claims_commitment").get(lemma)
    if entry not in {None, "+", "-"} and (
        label in {"obj", "nsubj:pass"} or (label == "obl" and opener in {"for", "on", "of", "to"})
    ):
        return _through(reading, head, value, above) or 0.0
    if label in {"obj", "nsubj:pass", "obl"} and value > 0:
        if above < 0 and label == "obj" and not _children(token, "det", "nmod:poss"):
            return -1.5  # "took no part in talks", "did not hold talks"
        if 0 <= above < 2.5:
            return min(value, above + (label == "obl"))
    return value


def mixed(ruled: float, learned: float | None) -> float:
    """The certainty by rule with a fifth of the encoder's; the share is what served MEANTIME's train split best."""
    return ruled if learned is None else (1 - LEARNED) * ruled + LEARNED * learned


def learned_at(reading: Reading, token: int) -> float | None:
    """The encoder's factuality of the predicate at *token*, −3 to 3; None where no encoder has read the Doc."""
    encoded = reading.encoded
    return None if encoded is None else float(encoded.factuality[token])


def certainty(reading: Reading, token: int, low: int = 0, high: int | None = None) -> float:
    """How certain the text leaves the event at *token*, from −3 (certainly not) to 3 (certainly so).

    *low* and *high* bound the stretch (in tokens) whose predicates count: a claim's own words, without its cue.
    """
    nodes = reading.nodes
    high = len(nodes) if high is None else high
    path = [nodes[token].head if nodes[token].dep in {"aux", "aux:pass", "cop"} else nodes[token]]
    while len(path) < _DEEP and path[-1].head.i != path[-1].i and low <= path[-1].head.i < high:
        path.append(path[-1].head)
    above = 3.0
    for word in reversed(path):
        value = _own(reading, word)
        value = 0.0 if _is_question(reading, word) else value
        above = _step(reading, word, value, above) if word is not path[-1] else _rooted(reading, word, value)
    return above or 0.0


def _rooted(reading: Reading, token: Node, value: float) -> float:
    """The topmost predicate: an infinitive or a condition that stands alone is open."""
    opener = _opened(reading, token)
    if opener in _OPEN:
        return 0.0
    if opener == "to" and reading.tags[token.i] in VERBS:
        return min(value, 1.0)
    bare = reading.tags[token.i] == "VB" and not _children(token, "aux", "nsubj", "nsubj:pass")
    return min(value, 0.75) if bare else value
