"""What the tests of the dates stage share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotations import Metadata, Paragraph, TimeExpression
from pipeline.stages import dates, segment  # noqa: F401


@cache
def language(*stages: str) -> Language:
    """A blank English pipeline with sentences, then *stages*."""
    nlp = spacy.blank("en")
    nlp.max_length = 5_000_000
    for stage in ("segment", *stages):
        nlp.add_pipe(stage)
    return nlp


def read(text: str, written: dt.date | None = None, paragraphs: Sequence[Paragraph] = ()) -> Doc:
    """*text* with the stage's expressions on it."""
    doc = language().make_doc(text)
    doc._.meta = Metadata(published=written)
    if paragraphs:
        doc._.paragraphs = list(paragraphs)
    return language("dates")(doc)


def find(text: str, written: dt.date | None = None) -> list[TimeExpression]:
    """The stage's expressions in *text*."""
    return list(read(text, written)._.dates)
