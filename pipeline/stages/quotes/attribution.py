"""Layer 2: who is said to have said what, by rules, and by the encoder where one ran (:mod:`.learned`).

Rules centred on the cue: find a reporting verb, its subject, and what it takes as content to the right (*said that …*),
to the left (*…, she said*) or on both sides (*“A,” he said. “B.”*). Conventions of spans are PolNeAR's (Newell,
Margolin and Ruths, LREC 2018): quotation marks and the comma before the closing one in, "that" in, final stop out.
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from pipeline.stages.quotes.cues import reports
from pipeline.stages.quotes.grammar import read_frames
from pipeline.stages.quotes.learned import learned
from pipeline.stages.quotes.records import Attribution
from pipeline.stages.quotes.regions import Region
from pipeline.stages.quotes.rules import frame_attributions
from pipeline.stages.quotes.utterances import join


def candidates(doc: Doc, text: str, tags: Sequence[str], regions: Sequence[Region]) -> list[Attribution]:
    """The attributions of *doc* by start of content, those reported inside another included.

    Args:
        text: the text of *doc*, which spaCy builds anew at each look.
        tags: a Penn tag for each token of *doc*.
        regions: its quotations by start, without those inside another.
    """
    frames = read_frames(doc, text, tags, reports, regions)
    found = join(frames, [frame_attributions(frame, text) for frame in frames])
    return settle(learned(doc, text, regions, settle(found), tags))


def settle(found: Sequence[Attribution]) -> list[Attribution]:
    """Without attributions that contradict each other, by start of content, the wider first.

    Two that cross (each has content that the other lacks, and they share some) can't both be right: the earlier rule
    wins. One wholly inside another is kept if it is reported speech with a source of its own.
    """
    ordered = sorted(found, key=lambda a: (a.content[0].start, -a.content[-1].end, a.clause))
    kept: list[Attribution] = []
    for attribution in ordered:
        clash = False
        start = attribution.content[0].start
        for other in reversed(kept):
            end = other.content[-1].end
            if end <= start:
                # Sorted by start alone; a few steps back are enough, as contents rarely nest deeper.
                if start - end > 4000:
                    break
                continue
            shared = any(a.overlaps(b) for a in attribution.content for b in other.content)
            if not shared:
                continue
            inside = all(any(b.covers(a) for b in other.content) for a in attribution.content)
            if not inside or attribution.content == other.content or not _reported_inside(attribution):
                clash = True
                break
        if not clash:
            kept.append(attribution)
    return kept


def _reported_inside(attribution: Attribution) -> bool:
    reports_words = attribution.kind == "speech" and attribution.words and attribution.finite
    return reports_words and attribution.source is not None
