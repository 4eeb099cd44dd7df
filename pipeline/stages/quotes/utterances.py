"""Joins what belongs to one utterance: quotations without a cue of their own go to whoever holds the floor.

``“A,” he said. “B.”`` is one utterance; so is a paragraph that is all quotation after one that names its speaker, and a
quotation that runs over paragraphs and is attributed in the last of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.stages.quotes.grammar import Frame
from pipeline.stages.quotes.records import Attribution


def join(frames: Sequence[Frame], by_frame: Sequence[Sequence[Attribution]]) -> list[Attribution]:
    """The attributions of an article with floating quotations joined to their utterance, by start of content.

    *by_frame* holds, for each of *frames*, its attributions.
    """
    joined: list[list[Attribution]] = [list(found) for found in by_frame]
    # Backwards first, so that a run of floating quotations finds the frame that they lead up to.
    for k in range(len(frames) - 2, -1, -1):
        if _floating(joined[k]) and _leads_on(frames, joined, k):
            target = _first(joined[k + 1])
            if len(joined[k + 1][target].content) >= _PIECES:
                continue
            joined[k + 1][target] = _extend(joined[k + 1][target], joined[k])
            joined[k] = []
    floor: tuple[int, int] | None = None
    for k, frame in enumerate(frames):
        if _floating(joined[k]):
            if floor is not None and _follows(frames, floor[0], k):
                holder = joined[floor[0]][floor[1]]
                if _quotes_words(frames[floor[0]], holder) and len(holder.content) < _PIECES:
                    joined[floor[0]][floor[1]] = _extend(holder, joined[k])
                    joined[k] = []
                else:
                    # After indirect speech a quotation is a new utterance of the same speaker.
                    joined[k] = [replace(a, source=holder.source, floating=False) for a in joined[k]]
                    floor = (k, 0)
            continue
        held = _holder(joined[k])
        if held is not None:
            floor = (k, held)
        elif (
            floor is not None
            and frames[floor[0]].paragraph != frame.paragraph
            and any(any(map(str.isalnum, item.text)) for item in frame.items)
        ):
            # Narrative between quotations of one paragraph leaves the floor to its speaker, a new paragraph doesn't.
            floor = None
    return sorted((a for found in joined for a in found if a.content), key=lambda a: (a.content[0], a.clause))


def _floating(found: Sequence[Attribution]) -> bool:
    return bool(found) and all(a.floating for a in found)


# Pieces of one utterance; a run of quotations longer than this is an interview, each part a quote of its own.
_PIECES: Final = 40


def _extend(holder: Attribution, floating: Sequence[Attribution]) -> Attribution:
    content = sorted({*holder.content, *(span for a in floating for span in a.content)})
    return replace(holder, content=tuple(content))


def _quotes_words(frame: Frame, holder: Attribution) -> bool:
    """Whether some of the holder's content in its own frame stands in quotation marks."""
    return any(
        item.quoted and any(span.start <= item.start < span.end for span in holder.content) for item in frame.items
    ) or (not frame.items[0].quoted and not holder.content)


def _leads_on(frames: Sequence[Frame], joined: Sequence[Sequence[Attribution]], k: int) -> bool:
    """Whether the floating quotation of frame *k* is the beginning of what frame *k + 1* attributes."""
    here, following = frames[k], frames[k + 1]
    if not joined[k + 1] or not following.items[0].quoted:
        return False
    target = joined[k + 1][_first(joined[k + 1])]
    if target.source is None or not target.content or target.content[0].start != following.items[0].start:
        return False
    region = here.items[-1].region
    unclosed = region is not None and not region.closed
    if following.paragraph == here.paragraph:
        return k == 0 or frames[k - 1].paragraph != here.paragraph or not joined[k - 1]
    return unclosed and following.paragraph == here.paragraph + 1


def _first(found: Sequence[Attribution]) -> int:
    return min(range(len(found)), key=lambda i: (found[i].content[:1], found[i].clause))


def _holder(found: Sequence[Attribution]) -> int | None:
    """Which attribution of a frame holds the floor after it: the last one that reports a source's words.

    One that another's content reports doesn't: after *Smith said her team had ruled that out* Smith goes on.
    """
    speaking = [
        i
        for i, a in enumerate(found)
        if a.kind == "speech" and a.source is not None and a.words and not _reported(a, found[max(0, i - 4) : i])
    ]
    return max(speaking, key=lambda i: found[i].clause) if speaking else None


def _reported(attribution: Attribution, before: Sequence[Attribution]) -> bool:
    """Whether the cue of *attribution* stands in the content of one of those *before* it."""
    cue = attribution.cue
    return cue is not None and any(span.covers(cue) for other in before for span in other.content)


def _follows(frames: Sequence[Frame], holder: int, k: int) -> bool:
    """Whether only quotations stand between frame *holder* and frame *k*."""
    return frames[k].paragraph - frames[holder].paragraph <= k - holder and all(
        frame.paragraph - frames[holder].paragraph <= 30 for frame in frames[k : k + 1]
    )
