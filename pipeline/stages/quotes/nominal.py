"""Nominal cues: *Keller's claim that the port is safe*, *she voiced her fear that …*."""

from __future__ import annotations

from pipeline import lexicon
from pipeline.stages.quotes.clauses import group_left, subject_before
from pipeline.stages.quotes.endings import content_end
from pipeline.stages.quotes.grammar import FINITE, NOUN, Frame
from pipeline.stages.quotes.phrases import phrase_left
from pipeline.stages.quotes.records import Attribution

_POSSESSIVES = frozenset({"his", "her", "their", "its", "our", "my"})
# Verbs whose subject makes the report that is their object.
_MAKES = frozenset(
    {
        *("express", "expresses", "expressed", "voice", "voices", "voiced", "make", "makes", "made", "issue", "issues"),
        *("issued", "repeat", "repeats", "repeated", "reiterate", "reiterates", "reiterated", "give", "gives", "gave"),
        *("defend", "defends", "defended", "withdraw", "withdrew", "retract", "retracted", "renew", "renewed"),
    }
)


def nominal(frame: Frame) -> list[Attribution]:
    """The attributions of *frame* whose cue is a noun with a that-clause and whose source the noun phrase tells."""
    nouns = lexicon.words("reporting_nouns")
    found: list[Attribution] = []
    for i, item in enumerate(frame.items):
        if item.tag not in NOUN or frame.lower(i + 1) != "that" or frame.tag(i + 1) not in {"IN", "DT", "WP"}:
            continue
        if item.lower not in nouns and item.lower.removesuffix("s") not in nouns:
            continue
        source = _source(frame, i)
        # A relative clause (the claim that he made) has its verb right after "that" or a gap; a that-clause, a subject.
        if source is None or frame.tag(i + 2) in FINITE:
            continue
        end = content_end(frame, i + 1, "t")
        if end <= i + 3:
            continue
        found.append(
            Attribution(
                (frame.span(i + 1, end),),
                frame.span(i, i + 1),
                item.lower,
                frame.span(*source),
                frame.span(min(source[0], i), i + 1),
                frame.paragraph,
                f"nominal:{item.lower}",
            )
        )
    return found


def _source(frame: Frame, noun: int) -> tuple[int, int] | None:
    """Whose report it is: the possessor, or the subject of a verb that makes it."""
    k = noun - 1
    while frame.tag(k) in {"JJ", "VBN", "VBG", "CD"}:
        k -= 1
    if frame.lower(k) in _POSSESSIVES:
        return k, k + 1
    if frame.tag(k) == "POS":
        start = phrase_left(frame, k)
        return None if start is None else (start, k)
    if frame.tag(k) == "DT":
        k -= 1
    if k > 0 and frame.lower(k) in _MAKES:
        return subject_before(frame, group_left(frame, k))
    return None
