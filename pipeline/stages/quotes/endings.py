"""Where content ends, at the final stop or where the cue's own clause goes on, and where it begins before a cue."""

from __future__ import annotations

from typing import Final

from pipeline.stages.quotes.cues import match_verb
from pipeline.stages.quotes.grammar import AUXILIARIES, DASHES, FINITE, QUOTED, REACH, STOPS, VERB, Frame
from pipeline.stages.quotes.times import time_right
from pipeline.stages.quotes.wordlists import word_set

_BREAKING: Final = word_set("breaking")
_ADJUNCTS: Final = word_set("adjuncts")


def content_end(frame: Frame, start: int, code: str) -> int:
    """Where content that begins at item *start* ends."""
    n = min(len(frame), start + REACH)
    narrow = code in {"n", "a"}
    i = start
    if code == "q":
        item = frame.items[start]
        region = item.region
        tail = item.text.rstrip("\"'”’»“")[-1:]
        follows = frame.lower(start + 1)
        if region is not None and (
            tail in {",", ".", "!", "?", "…"} or follows in {",", "", ";", "and", "but", "as"} or follows in STOPS
        ):
            i = start + 1
            while frame.lower(i) in {"and", "or", ","}:
                k = i + 1
                while k < n and frame.tag(k) in {"RB", "CC"}:
                    k += 1
                if frame.tag(k) != QUOTED or frame.lower(k - 1) == ",":
                    break
                i = k + 1
            return i
        narrow = True
        i = start + 1
    inserted = False
    while i < n:
        item = frame.items[i]
        lower = item.lower
        if item.text in DASHES and item.text != "-" and i > start:
            # Of two dashes the second closes the insertion that the first opens: the content goes on.
            if not inserted and not _dash_ahead(frame, i + 1, n):
                return i
            inserted = not inserted
            i += 1
            continue
        if item.text in STOPS and i + 1 >= n - 1:
            return i
        if lower == ";":
            return i
        if lower == ",":
            k = i + 1
            while frame.tag(k) == "RB":
                k += 1
            follow = frame.lower(k)
            if (narrow and not _listed(frame, i)) or code == "o":
                return i
            if frame.tag(k) == "VBG" and match_verb([frame.lower(k), frame.lower(k + 1), frame.lower(k + 2)], 0):
                return i
            if (
                follow in _BREAKING
                or follow == "according"
                or (follow == "as" and frame.tag(k + 1) in {"PRP", "NNP", "DT"})
            ):
                return i
            if follow in {"and", "or"} and _new_clause(frame, k + 1, narrow):
                return i
            if frame.tag(k) in {"VBD"} and frame.tag(k - 1) != "RB" and narrow:
                return i
        elif (
            (lower in {"and", "but"} and i > start and _new_verb(frame, i + 1, narrow))
            or (narrow and i > start and lower in _ADJUNCTS)
            or (narrow and i > start and ((lower == "in" and _channel_noun(frame, i)) or time_right(frame, i) > i))
        ):
            return i
        elif (
            item.quoted
            and i > start
            and item.region is not None
            and item.text.rstrip("\"'”’»“")[-1:] in {",", "."}
            and _reporting_tail(frame, i + 1)
        ):
            return i + 1
        i += 1
    return i


def _dash_ahead(frame: Frame, start: int, end: int) -> bool:
    """Whether a second dash follows, so that the first one opens an insertion."""
    return any(item.text in DASHES and item.text != "-" for item in frame.items[start:end])


def _reporting_tail(frame: Frame, i: int) -> bool:
    """Whether what follows a quotation at *i* is no part of it: a participle, or *and* with another clause."""
    if i >= len(frame) or frame.tag(i) == "VBG" or (frame.lower(i) == "without" and frame.tag(i + 1) == "VBG"):
        return True
    return frame.tag(i) == "CC" and any(frame.tag(k) in FINITE | {QUOTED} for k in range(i + 1, i + 14))


def _listed(frame: Frame, comma: int) -> bool:
    """Whether the comma parts members of a list: an *and* or *or* comes later, and no verb before it."""
    for k in range(comma + 1, min(len(frame), comma + 30)):
        item = frame.items[k]
        if item.lower in {"and", "or"}:
            serial = frame.lower(k - 1) == "," or (frame.items[k - 1].quoted and frame.items[k - 1].text[-2:-1] == ",")
            if serial or k - comma < 6:
                return not _new_verb(frame, k + 1, True)
        if item.tag in FINITE or item.tag in {"WP", "VBG"} or item.lower in _ADJUNCTS:
            return False
    return False


def _new_verb(frame: Frame, i: int, narrow: bool) -> bool:
    """Whether a finite verb that goes on with the cue's own clause stands at *i*."""
    finite = False
    while frame.tag(i) == "RB" or (frame.lower(i) in AUXILIARIES and frame.tag(i + 1) in VERB | {"RB"}):
        finite = finite or frame.tag(i) in FINITE
        i += 1
    if frame.tag(i) not in {"VBD", "VBZ"} and not (finite and frame.tag(i) in VERB):
        return False
    if narrow:
        return True
    return match_verb([frame.lower(i), frame.lower(i + 1), frame.lower(i + 2)], 0) is not None


def _new_clause(frame: Frame, i: int, narrow: bool) -> bool:
    """Whether a clause of its own, reporting something else, begins at *i*."""
    if _new_verb(frame, i, narrow):
        return True
    for k in range(i, min(len(frame), i + 8)):
        if frame.tag(k) in FINITE and frame.lower(k) not in {"is", "was", "are", "were"}:
            return k > i and match_verb([frame.lower(k), frame.lower(k + 1), frame.lower(k + 2)], 0) is not None
    return False


_CHANNEL_NOUNS: Final = word_set("channel_nouns")


def _channel_noun(frame: Frame, i: int) -> bool:
    return any(frame.lower(k) in _CHANNEL_NOUNS for k in range(i + 1, min(len(frame), i + 5)))


def left_start(frame: Frame, stop: int) -> int:
    """Where content that ends before *stop* begins: at the frame's start, or after a semicolon."""
    for i in range(stop - 1, max(-1, stop - REACH), -1):
        # “He scolded her: “A,” she said”: what a colon introduces stands alone.
        if frame.lower(i) == ";" or (frame.lower(i) == ":" and frame.tag(i + 1) == QUOTED and i + 2 == stop):
            return i + 1
    return 0 if stop < REACH else stop - REACH
