"""Content that is no clause but stands for a proposition: nominal demands, gerunds, names given to things."""

from __future__ import annotations

from pipeline import lexicon
from pipeline.stages.claims.clauses import Clause, Part, Range
from pipeline.stages.claims.edges import trimmed
from pipeline.stages.claims.lemmas import verb_lemma
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import FINITE, NOUNS, QUOTES

_EDGE_WORDS = frozenset({"and", "but", "or", ","})
_PHRASE = frozenset({"DT", "JJ", "PRP$", "RB", "CD", "POS", "NN", "NNS", "NNP", "VBN", "PRP"})


def nominal_parts(reading: Reading, start: int, end: int) -> list[Part]:
    """A noun phrase that stands for a proposition ("closure of the embassy"), or each of a list of them."""
    pieces = list_items(reading, start, end)
    heads = [event_head(reading, low, high) for low, high in pieces]
    if len(pieces) > 1 and all(head is not None for head in heads):
        return [
            _nominal(reading, low, high, head)
            for (low, high), head in zip(pieces, heads, strict=True)
            if head is not None
        ]
    head = event_head(reading, start, end)
    if head is not None and reading.tags[head] == "VBG" and any(reading.tags[i] in FINITE for i in range(start, end)):
        return []  # a participle that only leads in what is missing
    return [] if head is None else [_nominal(reading, start, end, head)]


def _nominal(reading: Reading, start: int, end: int, head: int) -> Part:
    low = head + 1
    if low < end and reading.lower[low] == "of":
        low += 1
    low, high = trimmed(reading, low, end)
    noun = reading.lower[head]
    verbs = lexicon.table("claims_nominalizations")
    lemma = verbs.get(noun) or verbs.get(noun.removesuffix("s")) or noun
    if lemma == noun and reading.tags[head] == "VBG":
        lemma = verb_lemma(noun)
    clause = Clause(
        start, end, head, (head, head + 1), lemma, None, (low, high) if low < high else None, "nominal", finite=False
    )
    return Part(start, end, clause)


def list_items(reading: Reading, start: int, end: int) -> list[Range]:
    """``A, B, C, and D`` as four stretches; the whole where there is no such list."""
    cuts: list[int] = []
    conjunction = None
    depth = 0
    for i in range(start, end):
        word = reading.words[i]
        depth += word == "("
        depth -= word == ")"
        if depth > 0:
            continue
        if word in {",", ";"}:
            cuts.append(i)
        elif reading.tags[i] == "CC" and reading.lower[i] in {"and", "or"} and (_starts_phrase(reading, i + 1, end)):
            conjunction = i
            cuts.append(i)
    if conjunction is None and len(cuts) < 2:
        return [(start, end)]
    items: list[Range] = []
    low = start
    for cut in [*cuts, end]:
        item = trimmed(reading, low, cut, _EDGE_WORDS)
        if item[0] < item[1]:
            items.append(item)
        low = cut + 1
    return items


def _starts_phrase(reading: Reading, i: int, end: int) -> bool:
    while i < end and reading.words[i] in QUOTES:
        i += 1
    return i < end and (reading.tags[i] in {"DT", "JJ", "PRP$", "VBG"} or reading.tags[i] in NOUNS)


def event_head(reading: Reading, start: int, end: int) -> int | None:
    """The head noun of a noun phrase, where it names an event, or a gerund that opens it; None otherwise."""
    verbs = lexicon.table("claims_nominalizations")
    i = start
    while i < end and (
        reading.tags[i] in {"DT", "JJ", "PRP$", "RB", "CD", "POS", "NN", "NNS", "NNP", "VBN"}
        or reading.words[i] in QUOTES
    ):
        i += 1
    head = next((j for j in range(i - 1, start - 1, -1) if reading.tags[j] in NOUNS), None)
    after = next((j for j in range(start + 1, end) if reading.words[j] not in QUOTES), end)
    if head is None and after < end and reading.tags[start] in {"VBG", "VBN"} and reading.lower[after] in verbs:
        return after  # "humiliating exit": a participle before its noun
    if head is None:
        return start if start < end and reading.tags[start] == "VBG" else None
    noun = reading.lower[head]
    return head if noun in verbs or noun.removesuffix("s") in verbs else None


def accused_of(reading: Reading, start: int, end: int) -> Part | None:
    """``the army of hiding the truth``, ``him for losing``: the noun phrase does what the gerund says."""
    i = start
    while i < end and (reading.tags[i] in _PHRASE or reading.words[i] in QUOTES):
        i += 1
    if i == start or i + 1 >= end or reading.lower[i] not in {"of", "for", "with"} or reading.tags[i + 1] != "VBG":
        return None
    low, high = trimmed(reading, i + 2, end)
    clause = Clause(
        start,
        end,
        i + 1,
        (i + 1, i + 2),
        verb_lemma(reading.lower[i + 1]),
        (start, i),
        (low, high) if low < high else None,
        "nominal",
        finite=False,
    )
    return Part(start, end, clause, shown=(i + 1, end))


def named_as(reading: Reading, start: int, end: int) -> Part | None:
    """``the policy as “a conspiracy”``, ``half of them “deplorables”``: the first phrase is said to be the second."""
    cut = after = None
    for i in range(start + 1, end - 1):
        if reading.lower[i] == "as" and reading.tags[i + 1] not in FINITE:
            cut, after = i, i + 1
            break
        if reading.words[i] in {"“", '"', "‘"} and reading.tags[i - 1] in NOUNS | {"PRP"}:
            cut, after = i, i + 1
            break
    if (
        cut is None
        or after is None
        or any(reading.tags[k] in FINITE or reading.words[k] == "," for k in range(start, cut))
    ):
        return None
    subject = trimmed(reading, start, cut)
    complement = trimmed(reading, after, end)
    if subject[0] >= subject[1] or complement[0] >= complement[1]:
        return None
    if not any(reading.tags[k] in NOUNS or reading.tags[k] == "PRP" for k in range(*subject)):
        return None
    clause = Clause(start, end, cut, (cut, cut + 1), "be", subject, complement, "nominal", finite=False)
    return Part(start, end, clause)
