"""Names that a trained encoder found, completed by what it can't know: gazetteers and the rest of the article.

The encoder reads a window of text, so it may call one name two things in one article, or miss its second mention; and it
has learned few of the world's names. So its spans are completed by names of the gazetteers, one label is given to one
name throughout the article (the votes weighed by probability), and further mentions of sure names are added. Measured
on the three dev sets of ``benchmarks/entities.py``, each of the three steps helps (together one to two points of F1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from spacy.tokens import Doc

from pipeline.naming import fold
from pipeline.stages.ner.lookup import match_title
from pipeline.stages.ner.places import place_label
from pipeline.stages.ner.rules import names_of
from pipeline.stages.ner.tokens import Name, Tokens
from pipeline.stages.ner.words import Words, load

_LEARNED = {"PER": "PERSON", "PERSON": "PERSON", "ORG": "ORG", "NORP": "NORP", "LOC": "LOC", "GPE": "LOC", "FAC": "LOC"}
_LISTED = frozenset({"GPE", "LOC", "NORP", "ORG"})
# What the lists say weighs as much as a rather sure prediction.
_LIST_WEIGHT = 0.9
_SURE = 0.5


def spans_from_encoder(doc: Doc) -> list[Name] | None:
    """The names that the encoder tagged, as token indices, with the labels PERSON, ORG, LOC and NORP.

    Reads ``doc._.encoded.names``: an iterable of ``(start, end, label)`` or ``(start, end, label, score)`` in token
    indices, half open, with the labels PERSON (or PER), ORG, LOC, NORP. None where no encoder ran or it has no names
    to give; labels that it doesn't know are left out.
    """
    names = getattr(doc._.encoded, "names", None)
    if names is None:
        return None
    found = []
    for start, end, raw, *score in names:
        label = _LEARNED.get(raw)
        if label is not None and 0 <= start < end <= len(doc):
            found.append(Name(start, end, label, True, float(score[0]) if score else None))
    return sorted(found, key=lambda name: name[:3])


def completed(tokens: Tokens, learned: Iterable[Name]) -> list[Name]:
    """*learned* (as indices of *tokens*) with listed names added, one label for one name, and repeated names."""
    words = load()
    names = list(learned)
    taken = [False] * len(tokens)
    for name in names:
        taken[name.start : name.end] = [True] * (name.end - name.start)
    for name in names_of(tokens, words):
        listed = words.names.get(tuple(tokens.folded[name.start : name.end]))
        if name.label in _LISTED and listed == name.label and not any(taken[name.start : name.end]):
            names.append(name._replace(label="LOC" if listed == "GPE" else listed))
            taken[name.start : name.end] = [True] * (name.end - name.start)
    names = _one_label(tokens, words, names)
    names += _repeated(tokens, words, names, taken)
    return [
        name._replace(label=place_label(" ".join(tokens.text[name.start : name.end]))) if name.label == "LOC" else name
        for name in names
    ]


def _one_label(tokens: Tokens, words: Words, names: list[Name]) -> list[Name]:
    """One label for the same words throughout an article: the one with most weight."""
    votes: dict[tuple[str, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for name in names:
        key = tuple(tokens.lower[name.start : name.end])
        votes[key][name.label] += name.score if name.score is not None else _LIST_WEIGHT
        if fold(tokens.text[name.start]) in words.openers:
            votes[key]["ORG"] += _LIST_WEIGHT
    chosen = {key: min(ballot.items(), key=lambda item: (-item[1], item[0]))[0] for key, ballot in votes.items()}
    return [name._replace(label=chosen[tuple(tokens.lower[name.start : name.end])]) for name in names]


def _repeated(tokens: Tokens, words: Words, names: list[Name], taken: list[bool]) -> list[Name]:
    """Further places where the words of a sure name stand, written alike and with a capital."""
    known: dict[tuple[str, ...], str] = {}
    for name in names:
        key = tuple(tokens.text[name.start : name.end])
        sure = name.score is None or name.score >= _SURE
        if sure and any(part[:1].isupper() for part in key) and "".join(key).lower() not in words.common:
            known.setdefault(key, name.label)
    by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for key in sorted(known, key=lambda key: (-len(key), key)):
        by_first[key[0]].append(key)
    found: list[Name] = []
    for start, text in enumerate(tokens.text):
        if taken[start] or len(text) < 2:
            continue
        for key in by_first.get(text, ()):
            end = start + len(key)
            if tuple(tokens.text[start:end]) == key and not any(taken[start:end]):
                if match_title(tokens, words, start, end) < end:
                    found.append(Name(start, end, known[key], False))
                    taken[start:end] = [True] * len(key)
                break
    return found
