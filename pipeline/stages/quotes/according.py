"""*According to X, …* and *…, according to X*."""

from __future__ import annotations

from pipeline.stages.quotes.endings import content_end, left_start
from pipeline.stages.quotes.grammar import (
    FINITE,
    STOPS,
    Frame,
)
from pipeline.stages.quotes.phrases import apposition_right, phrase_right
from pipeline.stages.quotes.records import Attribution


def according(frame: Frame) -> list[Attribution]:
    """*According to X, …* and *…, according to X*."""
    found: list[Attribution] = []
    for i, item in enumerate(frame.items):
        if item.lower != "according" or frame.lower(i + 1) != "to":
            continue
        end = phrase_right(frame, i + 2)
        if end == i + 2:
            continue
        leading = i == 0 or (i < 3 and frame.tag(0) in {"CC", "RB", "IN"})
        if leading:
            comma = next((k for k in range(end, min(len(frame), end + 40)) if frame.lower(k) in {",", ":"}), None)
            if comma is None:
                continue
            wide = apposition_right(frame, end)
            comma = wide if wide > end and frame.lower(wide) == "," else comma
            stop = content_end(frame, comma + 1, "t") if comma + 1 < len(frame) else comma
            if stop <= comma + 1:
                continue
            content, source = frame.span(comma + 1, stop), frame.span(i + 2, max(end, min(comma, len(frame))))
        else:
            stop = i
            while stop > 0 and frame.lower(stop - 1) == ",":
                stop -= 1
            start = left_start(frame, stop)
            if stop <= start:
                continue
            wide = end if frame.tag(end) != "IN" else _until(frame, end)
            content, source = frame.span(start, stop), frame.span(i + 2, apposition_right(frame, wide))
        found.append(
            Attribution(
                (content,),
                frame.span(i, i + 2),
                "according to",
                source,
                frame.span(i, min(len(frame), end + 8)),
                frame.paragraph,
                "according",
            )
        )
    return found


def _until(frame: Frame, i: int) -> int:
    while (
        i < len(frame)
        and frame.lower(i) not in {",", ";", ":"}
        and frame.items[i].text not in STOPS
        and frame.tag(i) not in FINITE
    ):
        i += 1
    return i
