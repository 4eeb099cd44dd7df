"""Clean text with a map back to the text as read: the spaCy component ``clean`` and the pure :func:`clean_text`.

>>> cleaned = clean_text("The army left.On\u00a0Sunday it came back.")
>>> cleaned.text
'The army left. On Sunday it came back.'
>>> cleaned.offsets.raw_span(15, 24)
Span(start=14, end=23)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotations import Metadata, keep_text
from pipeline.stages.clean.article import Cleaned, clean_text
from pipeline.stages.clean.stated import StatedMetadata
from pipeline.tokenizer import extend_tokenizer, make_doc

__all__ = ["Clean", "Cleaned", "StatedMetadata", "clean_text", "make_clean"]


class Clean:
    """Turns a Doc of the text as read into a new Doc over the clean text.

    Sets ``doc._.raw_map``, ``doc._.paragraphs`` and ``doc._.meta``: what the incoming Doc's metadata leaves open is
    filled with what the text states.
    """

    def __init__(self, nlp: Language, mode: Literal["auto", "none"] = "auto") -> None:
        if mode not in ("auto", "none"):
            raise ValueError(f"the component clean has the modes auto and none, not {mode!r}")
        self.nlp = nlp
        self.mode: Literal["auto", "none"] = mode

    def __call__(self, doc: Doc) -> Doc:
        cleaned = clean_text(doc.text, self.mode, doc._.meta.title)
        fresh = make_doc(self.nlp, cleaned.text)
        keep_text(fresh, cleaned.text)
        fresh._.raw_map = cleaned.offsets
        fresh._.paragraphs = list(cleaned.paragraphs)
        fresh._.meta = merged(doc._.meta, cleaned.stated)
        user_data: dict[Any, Any] = doc.user_data
        for key, value in user_data.items():
            # What is attached to stretches of the old Doc has no place in the new one.
            attached = isinstance(key, tuple) and len(key) == 4 and key[2] is not None
            if not attached:
                fresh.user_data.setdefault(key, value)
        return fresh


def merged(given: Metadata, stated: StatedMetadata) -> Metadata:
    """*given*, with its gaps filled by what the text states."""
    published = given.published or stated.published
    stated_from: Literal["text"] | None = "text" if stated.published else None
    return replace(
        given,
        title=given.title or stated.title,
        source=given.source or stated.source,
        author=given.author or stated.author,
        published=published,
        published_from=(given.published_from or "metadata") if given.published else stated_from,
    )


@Language.factory(
    "clean",
    assigns=["doc._.raw_map", "doc._.paragraphs", "doc._.meta"],
    default_config={"mode": "auto"},
)
def make_clean(nlp: Language, name: str, mode: Literal["auto", "none"]) -> Clean:
    """The component ``clean``. *mode* ``none`` takes the text exactly as it is."""
    extend_tokenizer(nlp)
    return Clean(nlp, mode)
