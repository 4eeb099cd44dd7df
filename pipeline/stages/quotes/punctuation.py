"""Attribution by punctuation alone (*“…” — Smith*, *PENCE: Well …*), and quotations that nothing attributes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.stages.quotes.clauses import group_left, has_finite, main_subject
from pipeline.stages.quotes.endings import content_end
from pipeline.stages.quotes.grammar import (
    DASHES,
    FINITE,
    STOPS,
    VERB,
    Frame,
    Item,
    ends_sentence,
    word_count,
)
from pipeline.stages.quotes.phrases import phrase_left
from pipeline.stages.quotes.records import Attribution
from pipeline.stages.quotes.wordlists import word_set
from pipeline.text import Span


def _after_colon(frame: Frame, k: int) -> Attribution | None:
    """What a colon or dash gives to a name or subject: *More from Jones: “…”*, *Kaine took the stance: “…”*."""
    mark = k - 1
    if mark < 1 or not (frame.lower(mark) == ":" or frame.items[mark].text in DASHES - {"-"}):
        return None
    finite = next((i for i in range(mark) if frame.tag(i) in FINITE), None)
    if finite is None:
        start = phrase_left(frame, mark) if frame.lower(mark) == ":" else None
        if start is None or frame.tag(mark - 1) != "NNP":
            return None
        while frame.tag(start) != "NNP":
            start += 1
        source, cue = (start, mark), (mark, k)
    else:
        subject = main_subject(frame)
        if subject is None or subject[1] > finite or frame.tag(subject[0]) == "EX":
            return None
        verb = next((i for i in range(finite, mark) if frame.tag(i) in VERB), finite)
        source, cue = subject, (group_left(frame, verb), verb + 1)
    end = content_end(frame, k, "q")
    return Attribution(
        (frame.span(k, end),),
        frame.span(*cue),
        ":",
        frame.span(*source),
        frame.span(0, k),
        frame.paragraph,
        "colon-name" if finite is None else "colon-subject",
    )


def signed(frame: Frame) -> list[Attribution]:
    """Attribution by punctuation alone: *“…” — Pamela Padilla* and *PENCE: Well, look …*."""
    items = frame.items
    lead = next((k for k, item in enumerate(items) if item.text in DASHES and k and items[k - 1].quoted), None)
    if lead is not None and all(item.quoted for item in items[:lead]):
        end = lead + 1
        while end < len(items) and items[end].text not in STOPS and not items[end].quoted:
            end += 1
        if lead + 1 < end <= lead + 10 and items[lead + 1].text[:1].isupper() and not has_finite(frame, lead, end):
            return [
                Attribution(
                    tuple(Span(item.start, item.end) for item in items[:lead]),
                    frame.span(lead, lead + 1),
                    items[lead].text,
                    frame.span(lead + 1, end),
                    frame.span(lead, end),
                    frame.paragraph,
                    "dash",
                )
            ]
    return _scripted(frame)


_LABELS: Final = word_set("labels")


def _heads(frame: Frame) -> bool:
    """Whether the frame is a headline: labelled as one, or an article's first line."""
    return frame.section == "headline" or frame.paragraph == 0


def _scripted(frame: Frame) -> list[Attribution]:
    """*PENCE: Well, look …*, *Smith: No.* and the headline *Mukasey at RNC: Clinton should go*."""
    items = frame.items
    colon = next((k for k in range(1, min(len(items) - 1, 8)) if items[k].lower == ":"), None)
    if colon is None or (frame.tag(0) != "NNP" and not items[0].text.isupper()):
        return []
    names = [k for k in range(colon) if frame.tag(k) in {"NNP", "NN", "IN", "PU", "CC", "DT", "JJ"}]
    script = all(item.text.isupper() or not item.text.isalpha() for item in items[:colon])
    if any(item.lower in _LABELS for item in items[:colon]):
        return []
    if len(names) < colon or not (script or _heads(frame)) or frame.items[0].text.isdigit():
        return []
    end = len(items) if script else content_end(frame, colon + 1, "t")
    if end <= colon + 1:
        return []
    return [
        Attribution(
            (frame.span(colon + 1, end),),
            frame.span(colon, colon + 1),
            ":",
            frame.span(0, colon),
            frame.span(0, colon + 1),
            frame.paragraph,
            "script" if script else "headline",
        )
    ]


def announced(frame: Frame) -> list[Attribution]:
    """The source of a quotation that follows in its own paragraph: *Sanders made the following comment:*."""
    subject = main_subject(frame)
    verb = next((i for i in range(len(frame)) if frame.tag(i) in FINITE), None)
    if subject is None or verb is None or subject[1] > verb or frame.tag(subject[0]) in {"EX", "WP"}:
        return []
    cue = (group_left(frame, verb), min(verb + 1, len(frame)))
    whole = frame.span(0, len(frame))
    return [Attribution((), frame.span(*cue), ":", frame.span(*subject), whole, frame.paragraph, "announced")]


def pulled(frame: Frame) -> Attribution:
    """The frame as a whole: a quotation that the page sets apart, without marks or speaker."""
    span = frame.span(0, len(frame))
    return Attribution((span,), None, None, None, span, frame.paragraph, "pullquote")


def loose(frame: Frame, quotations: Sequence[int], text: str) -> list[Attribution]:
    """*quotations* (item indices), which no cue takes: utterances are kept, scare quotes and titles left out."""
    found: list[Attribution] = []
    for k in quotations:
        item = frame.items[k]
        if item.region is None:
            continue
        spoken = _script_line(frame, item, text)
        if spoken is not None:
            found.append(spoken)
            continue
        given = _after_colon(frame, k)
        if given is not None:
            found.append(given)
            continue
        alone = all(other.quoted or not any(map(str.isalnum, other.text)) for other in frame.items)
        words = word_count(item.text)
        utterance = (alone and (words >= 3 or ends_sentence(item.region, text))) or (
            words >= 5 and not _titled(item.text)
        )
        if not utterance:
            continue
        end = k + 1
        # “You blamed thousands of $12-an-hour” workers. The quotation is the beginning of a sentence that is all his.
        tail = (
            k == 0
            and not alone
            and not has_finite(frame, 1, len(frame))
            and item.text.rstrip("\"'”’»“ ")[-1:].isalnum()
        )
        if tail:
            end = content_end(frame, 0, "t")
        content = frame.span(k, end)
        found.append(
            Attribution(
                (content,),
                None,
                None,
                None,
                content,
                frame.paragraph,
                "floating" if alone or tail else "loose",
                floating=alone or tail,
            )
        )
    return found


_SCRIPT_LINE: Final = re.compile(r"\s*(?P<name>[A-Z][A-Z.’' -]{1,40}?)\s?:\s+(?=\S)")


def _script_line(frame: Frame, item: Item, text: str) -> Attribution | None:
    """A line of a transcript inside quotation marks: *“PENCE: Well, look …*."""
    region = item.region
    found = _SCRIPT_LINE.match(text, region.inner_start, region.inner_end) if region is not None else None
    if region is None or found is None or found["name"].lower() in _LABELS:
        return None
    source = Span(found.start("name"), found.end("name"))
    return Attribution(
        (Span(found.end(), region.end),),
        Span(source.end, source.end + 1),
        ":",
        source,
        Span(item.start, found.end()),
        frame.paragraph,
        "script",
    )


def _titled(words: str) -> bool:
    """Whether the words are written as a title is: most of the longer ones with capitals."""
    longer = [word for word in words.strip("\"'“”‘’«»").split() if len(word) > 3]
    return bool(longer) and sum(word[:1].isupper() for word in longer) >= 0.75 * len(longer)
