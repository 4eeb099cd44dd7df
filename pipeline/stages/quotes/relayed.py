"""Speech at second hand: *Sadr was quoted by Reuters as saying …*, *Reuters quoted Sadr as saying …*.

The speaker is the one quoted; the outlet is kept as the one who reports it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.stages.quotes.complements import complement
from pipeline.stages.quotes.endings import left_start
from pipeline.stages.quotes.grammar import QUOTED, Frame
from pipeline.stages.quotes.hits import Hit
from pipeline.stages.quotes.phrases import phrase_right
from pipeline.stages.quotes.records import Attribution
from pipeline.stages.quotes.times import time_right
from pipeline.text import Span

_RELAYS = frozenset({"quote", "cite"})


def relayed(frame: Frame, hits: Sequence[Hit]) -> list[tuple[Attribution, frozenset[int]]]:
    """The relayed attributions of *frame*, each with the heads of the cues that it used up."""
    found: list[tuple[Attribution, frozenset[int]]] = []
    for place, hit in enumerate(hits):
        if hit.verb.lemma not in _RELAYS or hit.source is None:
            continue
        saying = next((other for other in hits[place + 1 :] if frame.lower(other.head - 1) == "as"), None)
        if saying is None or frame.tag(saying.head) != "VBG" or saying.head - hit.head > 16:
            continue
        speaker, reporter = _roles(frame, hit, saying.head - 1)
        if speaker is None:
            continue
        content = _content(frame, hit, saying, speaker)
        if content is None:
            continue
        attribution = Attribution(
            (content,),
            frame.span(hit.group, saying.after),
            saying.verb.lemma,
            frame.span(*speaker),
            frame.span(min(speaker[0], hit.group), min(len(frame), saying.after + 16)),
            frame.paragraph,
            "relayed",
            reported_by=None if reporter is None else frame.span(*reporter),
        )
        found.append((attribution, frozenset({hit.head, saying.head})))
    return found


def _roles(frame: Frame, hit: Hit, until: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Who speaks and who relays it; *until* is the index of *as*."""
    if hit.form != "passive":
        end = phrase_right(frame, hit.after)
        return ((hit.after, end), hit.source) if hit.after < end <= until else (None, None)
    i = time_right(frame, hit.after)
    if frame.lower(i) in {"by", "in"}:
        end = phrase_right(frame, i + 1)
        if i + 1 < end <= until:
            return hit.source, (i + 1, end)
    return hit.source, None


def _content(frame: Frame, hit: Hit, saying: Hit, speaker: tuple[int, int]) -> Span | None:
    taken = complement(frame, saying)
    if taken is not None and taken.end > taken.start:
        return frame.span(taken.start, taken.end)
    first = min(speaker[0], hit.group)
    stop = first
    while stop > 0 and frame.lower(stop - 1) == ",":
        stop -= 1
    if stop > 0 and (frame.tag(stop - 1) == QUOTED or stop < first):
        return frame.span(left_start(frame, stop), stop)
    return None
