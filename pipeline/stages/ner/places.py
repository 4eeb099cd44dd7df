"""Which place is a country or town (GPE), a region or water (LOC), a building (FAC): for learned spans too."""

from __future__ import annotations

from pipeline.gazetteer import place
from pipeline.naming import fold
from pipeline.stages.ner.words import load, tokens_of


def place_label(text: str) -> str:
    """GPE, LOC or FAC for the name of a place: by its head, then by the gazetteer; an unknown town is a GPE."""
    words = load()
    label = words.names.get(tokens_of(fold(text)))
    if label in ("GPE", "LOC"):
        return label
    known = place(text)
    if known is not None:
        return "LOC" if known.kind == "region" else "GPE"
    parts = text.split()
    head = words.heads.get(parts[-1]) if parts else None
    if head in ("GPE", "LOC", "FAC"):
        return head
    first = parts[0].lower() if parts else ""
    if first in ("mount", "lake", "cape", "gulf", "sea", "strait", "river", "upper", "lower"):
        return "LOC"
    if first in ("fort", "camp", "hotel"):
        return "FAC"
    if parts and parts[0] in (
        "East",
        "West",
        "North",
        "South",
        "Northern",
        "Southern",
        "Eastern",
        "Western",
        "Central",
    ):
        return "LOC"
    return "GPE"
