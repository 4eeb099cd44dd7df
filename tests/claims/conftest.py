"""What the claims tests share: Docs made from marked-up sentences."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

import pipeline.stages  # noqa: F401  registers the factories
from pipeline.annotations import Entity, Mention, Quote, QuotePiece
from pipeline.stages.claims.reading import Reading
from pipeline.text import Span, strip_span

_MARK = re.compile(r"\{(\w+)(?:=([^:}]*))?:([^{}]*)\}")


@pytest.fixture(scope="session")
def nlp() -> Language:
    """Tokens and sentences alone."""
    made = spacy.blank("en")
    made.add_pipe("segment")
    return made


def unmarked(marked: str) -> tuple[str, list[tuple[str, str | None, Span]]]:
    """``{cue:said}`` and the like taken out: the text, and what stood where, in order. Marks may not nest."""
    text, found, position = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[position : match.start()]
        found.append((match[1], match[2], Span(len(text), len(text) + len(match[3]))))
        text += match[3]
        position = match.end()
    return text + marked[position:], found


@pytest.fixture(scope="session")
def marked(nlp: Language) -> Callable[[str], Doc]:
    """Makes a Doc of a marked sentence.

    ``{src:…}``, ``{cue:…}``, ``{said:…}`` make one quote (several ``said`` are its pieces); ``{PERSON=0:…}`` a name of
    chain 0, ``{he=0:…}`` a pronoun of it. A source may be given its chain: ``{src=0:…}``.
    """

    def make(sentence: str) -> Doc:
        text, found = unmarked(sentence)
        doc = nlp(text)
        spans = {kind: span for kind, _, span in found}
        mentions, entities = [], {}
        chain = None
        for kind, value, span in found:
            number = int(value) if value else None
            if kind.isupper():
                mentions.append(Mention(span.start, span.end, kind, "name", number))  # type: ignore[arg-type]
                known = entities.get(number or 0)
                if known is None or len(known.name) < len(span.of(text)):
                    entities[number or 0] = Entity(number or 0, span.of(text), kind)  # type: ignore[arg-type]
            elif kind in {"he", "it"}:
                mentions.append(Mention(span.start, span.end, "PERSON" if kind == "he" else "ORG", "pronoun", number))
            elif kind == "src":
                chain = number
        pieces = []
        for kind, _, span in found:
            if kind == "said":
                words = span.of(text)
                whole = words[:1] in '“"' and words.rstrip(".,")[-1:] in '”"'
                how = "direct" if whole else "mixed" if "“" in words else "indirect"
                pieces.append(QuotePiece(*span, *strip_span(text, *span, ' “”",.'), how))  # type: ignore[arg-type]
        doc._.mentions, doc._.entities = mentions, list(entities.values())
        if pieces:
            doc._.quotes = [Quote(tuple(pieces), spans.get("cue"), None, spans.get("src"), chain)]
        return doc

    return make


@pytest.fixture(scope="session")
def reading(marked: Callable[[str], Doc]) -> Callable[[str], Reading]:
    """Makes a Reading of a marked sentence."""
    return lambda sentence: Reading(marked(sentence))
