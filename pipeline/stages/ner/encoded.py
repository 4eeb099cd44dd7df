"""Names that a trained encoder found. The one place that knows how the encoder hands them over."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.stages.ner.places import place_label
from pipeline.stages.ner.tokens import Name

_LEARNED = {"PER": "PERSON", "PERSON": "PERSON", "ORG": "ORG", "NORP": "NORP", "LOC": "LOC", "GPE": "GPE"}


def spans_from_encoder(doc: Doc) -> list[Name] | None:
    """The names that the encoder tagged, as token indices, places split into GPE, LOC and FAC.

    Reads ``doc._.encoded.names``: an iterable of ``(start, end, label)`` or ``(start, end, label, score)`` in token
    indices, half open, with the labels PERSON (or PER), ORG, LOC, NORP. None where no encoder ran or it has no names
    to give; labels it doesn't know are left out.
    """
    names = getattr(doc._.encoded, "names", None)
    if names is None:
        return None
    found: list[Name] = []
    for start, end, raw, *_ in names:
        label = _LEARNED.get(raw)
        if label is None or not 0 <= start < end <= len(doc):
            continue
        if label == "LOC":
            label = place_label(doc[start:end].text)
        found.append(Name(start, end, label, True))
    return sorted(found)
