"""The closed classes of words that the rules read: ``models/lexicon/quote_words.tsv``."""

from __future__ import annotations

from functools import cache

from pipeline import lexicon


@cache
def word_set(name: str) -> frozenset[str]:
    """The words of the class *name*. Raises KeyError for a class that isn't listed."""
    return frozenset(lexicon.table("quote_words")[name].split())
