"""Learn the lemmatizer's lists from the treebanks: what its rules get wrong, and the base forms it should know."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from data import Document

from pipeline.stages.encode.lemmas import Lemmatizer

GROUPS = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "ADJ": "adjective", "ADV": "adjective"}


def learn(documents: list[Document]) -> dict[str, Any]:
    """``{"irregular": {tag: {form: lemma}}, "known": {group: [lemma]}}``, sorted; lower-case forms."""
    known: dict[str, set[str]] = defaultdict(set)
    pairs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for doc in documents:
        for word, lemma, coarse, tag in zip(doc.words, doc.lemmas, doc.upos, doc.xpos, strict=True):
            if coarse in GROUPS and lemma.isalpha() and lemma.islower():
                known[GROUPS[coarse]].add(lemma)
            if word.isalpha() or "'" in word or "’" in word:
                pairs[tag, word].update([lemma])
    rules = Lemmatizer({}, {k: sorted(v) for k, v in known.items()})
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (tag, word), lemmas in pairs.items():
        # A name keeps its case: only what is no name can be looked up in lower case.
        if tag != "NNP":
            votes[tag, word.lower()].update(lemmas)
    irregular: dict[str, dict[str, str]] = defaultdict(dict)
    for (tag, form), lemmas in sorted(votes.items()):
        best, count = lemmas.most_common(1)[0]
        ruled = rules(form, tag)
        if best == ruled or "_" in best:
            continue
        # Where the rule finds a word that exists ("bases" of "base"), the treebanks must insist.
        listed = any(ruled in words for words in known.values())
        if count >= (3 if listed else 1 if tag[:2] in ("VB", "NN", "JJ", "RB") else 2):
            irregular[tag][form] = best
    return {"irregular": dict(irregular), "known": {k: sorted(v) for k, v in sorted(known.items())}}
