"""Small closed classes of words, by name: the lines of ``models/lexicon/claims_groups.tsv``."""

from __future__ import annotations

from functools import cache

from pipeline import lexicon


@cache
def group(name: str) -> frozenset[str]:
    """The words of the class *name*. Raises KeyError where the list has no such line."""
    return frozenset(lexicon.table("claims_groups")[name].split())
