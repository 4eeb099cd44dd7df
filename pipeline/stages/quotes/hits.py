"""Reporting verbs in a frame: which forms are verbs, in which form, and what is their subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import lexicon
from pipeline.stages.quotes.clauses import group_left, has_finite, main_subject, passive, subject_before
from pipeline.stages.quotes.cues import CueVerb, match_verb, reports, verbs
from pipeline.stages.quotes.grammar import BE, DAYS, FINITE, NOUN, QUOTED, VERB, Frame
from pipeline.stages.quotes.phrases import phrase_left


@dataclass(frozen=True, slots=True)
class Hit:
    """A reporting verb in a frame, by item indices."""

    head: int
    after: int
    group: int
    verb: CueVerb
    form: str  # finite, participle, infinitive, passive
    source: tuple[int, int] | None


def find_hits(frame: Frame) -> list[Hit]:
    """The reporting verbs of *frame*, in order."""
    words = [item.lower for item in frame.items]
    forms = verbs()
    hits: list[Hit] = []
    for i, item in enumerate(frame.items):
        if item.lower not in forms or item.quoted:
            continue
        matched = match_verb(words, i)
        if matched is None or not _verbal(frame, i):
            continue
        verb, after = matched
        group = group_left(frame, i)
        form = _form(frame, i, group)
        source = subject_before(frame, group)
        if (
            source is not None
            and frame.tag(source[0]) == "WP"
            and frame.lower(source[0]) not in {"who", "which", "that"}
        ):
            source = None
        if source is None or form in {"participle", "infinitive"}:
            if form == "participle":
                source = _participle_subject(frame, hits, i, group)
            elif frame.tag(group - 1) == "CC" and form == "finite":
                source = _same_tense(frame, hits, i) or _coordinate(frame, group, i) or _controller(frame, hits, i)
            elif form == "infinitive" or frame.lower(group - 1) == ",":
                source = _controller(frame, hits, i) if source is None or form == "infinitive" else source
        if source is None and form == "finite" and frame.lower(group) in {"all", "both"}:
            source, group = (group, group + 1), group + 1
        hits.append(Hit(i, after, group, verb, form, source))
    return hits


def _verbal(frame: Frame, i: int) -> bool:
    """Whether the form at *i* is used as a verb."""
    tag, lower = frame.tag(i), frame.lower(i)
    if tag in {"VB", "VBD", "VBP", "VBZ"}:
        return True
    if tag == "VBG":
        # It goes without saying.
        return frame.tag(i - 1) not in {"DT", "PRP$", "JJ", "POS"} and frame.lower(i - 1) != "without"
    if tag == "VBN":
        if frame.tag(i - 1) in {"DT", "PRP$", "JJ", "POS", "IN"}:
            return False
        # A participle without auxiliary that follows a noun is a reduced relative (the plan announced in May).
        group = group_left(frame, i)
        if group < i and any(frame.tag(k) in FINITE | {"VB", "VBG", "VBN"} for k in range(group, i)):
            return True
        # Taggers take a past form for a participle; where the frame has no other verb, it is the verb.
        return frame.tag(i + 1) == QUOTED or (frame.tag(i - 1) in NOUN | {"PRP"} and not has_finite(frame, 0, i))
    if tag in NOUN and i and lower.endswith(("s", "ed")):
        after = frame.lower(i + 1)
        if frame.tag(i - 1) in {"NNP", "PRP"} and (after in {":", ",", "that"} or frame.tag(i + 1) in {QUOTED, "PRP"}):
            return True
        # “…” a message on the website reads.
        ends = after in {".", ",", ":", ""} or frame.tag(i + 1) in {"IN", "TO"}
        return frame.items[0].quoted and ends and reports(lower) and not has_finite(frame, 1, i)
    return False


def _form(frame: Frame, head: int, group: int) -> str:
    tag = frame.tag(head)
    if passive(frame, group, head):
        return "passive"
    if tag == "VBG":
        return "finite" if any(frame.lower(k) in BE for k in range(group, head)) else "participle"
    modal = any(frame.tag(k) in FINITE for k in range(group, head))
    if tag == "VB" and not modal:
        return "infinitive"
    if not modal and any(frame.tag(k) == "TO" for k in range(group, head)):
        return "infinitive"
    return "finite"


def _participle_subject(frame: Frame, hits: Sequence[Hit], i: int, group: int) -> tuple[int, int] | None:
    """The subject of a participle: the noun before it (*a resolution calling for*), else the clause's.

    Where that noun is a document which the clause's subject makes (*released a statement saying*), the subject speaks.
    """
    if frame.tag(group - 1) in NOUN and frame.lower(group - 1) not in DAYS:
        start = phrase_left(frame, group)
        if start is not None and not _makes_document(frame, start, group):
            return start, group
    return _controller(frame, hits, i)


def _makes_document(frame: Frame, start: int, end: int) -> bool:
    """Whether a finite verb shortly before has a document as its object: *sent a letter to the board urging*."""
    nouns = lexicon.words("document_nouns")
    if any(frame.lower(k) in nouns or frame.lower(k).removesuffix("s") in nouns for k in range(start, end)):
        return frame.tag(start - 1) in VERB
    document = False
    for k in range(start - 1, max(-1, start - 8), -1):
        if frame.tag(k) in VERB:
            return document
        document = document or frame.lower(k) in nouns
    return False


def _same_tense(frame: Frame, hits: Sequence[Hit], i: int) -> tuple[int, int] | None:
    """The source of the last cue of the same tense: *officials said it was real but insisted*."""
    for hit in reversed(hits):
        if i - hit.head >= 60:
            break
        if frame.tag(hit.head) == frame.tag(i) and hit.source and frame.tag(hit.source[0]) != "WP":
            return hit.source
    return None


def _coordinate(frame: Frame, group: int, head: int) -> tuple[int, int] | None:
    """The subject that a verb after *and* or *but* shares with the nearest verb before it of the same tense."""
    for k in range(group - 2, max(-1, group - 40), -1):
        if frame.tag(k) == frame.tag(head) and frame.items[k].tag in FINITE:
            found = subject_before(frame, group_left(frame, k))
            if found is not None and frame.tag(found[0]) != "WP":
                return found
    return None


def _controller(frame: Frame, hits: Sequence[Hit], i: int) -> tuple[int, int] | None:
    """Who is meant as the subject of a verb without one of its own: the last cue's source, else the subject."""
    for hit in reversed(hits):
        if i - hit.head >= 60:
            break
        if hit.source:
            return hit.source
    found = main_subject(frame)
    return found if found and found[1] <= i else None
