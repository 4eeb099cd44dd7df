"""Laws, events, works and products: kinds of name that no open data teaches, by rule, on every route."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from pipeline import lexicon
from pipeline.annotations import text_of
from pipeline.naming import fold
from pipeline.stages.ner.tokens import Name

_NUMBERS = r"\d+[A-Za-z]?(?:(?:,? (?:and|or) |, |-|–| to )\d+[A-Za-z]?)*"
_LAW = re.compile(
    rf"\b(?:(?:UN|U\.N\.|United Nations|Security Council|UNSC) )*(?:Security Council )?"
    rf"(?:Articles?|Resolutions?|Sections?|Chapters?|Amendments?|Clauses?) {_NUMBERS}"
    rf"(?: of the (?:[A-Z][a-z]+ ){{0,4}}(?:Constitution|Charter|Treaty|Convention|Code|Act|Law|Statute))?"
    rf"|\b(?:First|Second|Fourth|Fifth|Fourteenth|\d+(?:st|nd|rd|th)) Amendment\b"
)
#: One of these stands in each name of a law, one of those below in each of an event: cheaper to look for.
_LAW_WORDS = ("Article", "Resolution", "Section", "Chapter", "Amendment", "Clause")
_CONSTITUTION = re.compile(r"\bthe ((?:[A-Z][a-z]+ )?Constitution)\b")
_EVENT = re.compile(
    r"\b(?:World War (?:I{1,3}|One|Two|1|2)|(?:Second|First) World War|Cold War|"
    r"(?:Iran|Iraq|Gulf|Vietnam|Korean|Falklands|Crimean|Afghan|Syrian|Lebanese|Spanish|American|Six[- ]Day|"
    r"Yom Kippur|Civil|Great)(?:[-–][A-Z][a-z]+)?(?: Civil)? War|"
    r"Arab Spring|Arba'?een|Ashura|Holocaust|Great Depression|Brexit|"
    r"(?:(?:Summer|Winter) )?(?:Olympic|Paralympic|Commonwealth|Asian) Games|(?:FIFA )?World Cup|Super Bowl|"
    r"(?:Hurricane|Typhoon|Cyclone|Operation) [A-Z][a-z]+(?: [A-Z][a-z]+)*)\b"
)
_EVENT_WORDS = (
    "War", "Arab Spring", "Arba", "Ashura", "Holocaust", "Great Depression", "Brexit", "Games", "World Cup",
    "Super Bowl", "Hurricane", "Typhoon", "Cyclone", "Operation",
)  # fmt: skip
_QUOTED = re.compile(r"[“\"‘]([A-Z][^“”\"‘’\n]{1,80}?)[,.]?[”\"’]")


def misc_names(doc: Doc) -> list[Name]:
    """LAW, EVENT and WORK_OF_ART names of *doc* as token indices, in order."""
    text = text_of(doc)
    found: list[Name] = []

    def add(start: int, end: int, label: str) -> None:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None and span.text.strip():
            found.append(Name(span.start, span.end, label, True))

    if any(word in text for word in _LAW_WORDS):
        for match in _LAW.finditer(text):
            add(*match.span(), "LAW")
    for match in _CONSTITUTION.finditer(text):
        add(*match.span(1), "LAW")
    if any(word in text for word in _EVENT_WORDS):
        for match in _EVENT.finditer(text):
            add(*match.span(), "EVENT")
    works = lexicon.words("work_titles")
    for match in _QUOTED.finditer(text):
        before = fold(text[max(0, match.start() - 24) : match.start()]).lower().split()
        if before and before[-1].strip(",'") in works:
            add(*match.span(1), "WORK_OF_ART")
    return found
