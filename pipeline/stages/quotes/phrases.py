"""Noun phrases in a frame, found from tags. Ranges are half-open, in item indices of one frame."""

from __future__ import annotations

from typing import Final

from pipeline.stages.quotes.grammar import (
    DASHES,
    DAYS,
    FINITE,
    NOUN,
    QUOTED,
    STOPS,
    Frame,
)
from pipeline.stages.quotes.times import time_right
from pipeline.stages.quotes.wordlists import word_set

_POSSESSIVES: Final = frozenset({"his", "her", "their", "its", "our", "my", "your"})
_LINKS: Final = word_set("links")
_NOT_IN_NAMES: Final = word_set("not_in_names")
_LONGEST: Final = 24
_NEVER_FIRST: Final = frozenset("-/&.’'–")
_RELATIVES: Final = frozenset({"who", "which", "that", "whom"})


def boundary(frame: Frame, index: int) -> bool:
    """Whether the item before *index* ends whatever came before, so that a subject may begin at *index*."""
    if index <= 0 or (index == 1 and frame.tag(0) == "RB"):
        return True
    item = frame.items[index - 1]
    return (
        item.lower
        in {
            ",",
            ";",
            ":",
            "(",
            "that",
            "because",
            "while",
            "although",
            "though",
            "as",
            "when",
            "if",
            "after",
            "before",
            "and",
            "but",
            "or",
            "whether",
            "since",
            "where",
            "what",
            "how",
            "why",
            "which",
            "than",
            "so",
        }
        or item.text in STOPS
        or item.text in DASHES
        or item.tag in {"WP", "WRB", QUOTED, "PU"}
    )


def phrase_left(frame: Frame, end: int, limit: int | None = None) -> int | None:
    """Where the noun phrase that ends before item *end* begins; None where none ends there."""
    i = end - 1
    if i < (limit or 0):
        return None
    last = frame.items[i]
    if last.tag in {"PRP", "EX"}:
        return i if last.lower not in {"himself", "itself", "herself"} else None
    if last.tag == "WP" and last.lower in _RELATIVES:
        # many of whom
        return i - 2 if last.lower == "whom" and frame.lower(i - 1) == "of" and i >= 2 else i
    if last.text == ")":
        opened = _matching(frame, i)
        return None if opened is None else phrase_left(frame, opened, limit)
    if last.tag == QUOTED and not nickname(last.text):
        return None
    if last.tag not in NOUN and last.tag not in {"CD", "DT", "JJ", QUOTED} and not _handle(last.text):
        return None
    if last.lower in _NOT_IN_NAMES or (last.lower in {"that", "this", "no"} and last.tag == "IN"):
        return None
    start = i
    floor = max(0, end - _LONGEST) if limit is None else limit
    while i >= floor:
        item = frame.items[i]
        word = item.lower
        if item.text == ")":
            opened = _matching(frame, i)
            if opened is None:
                break
            i = opened - 1
            continue
        if item.tag in NOUN or item.tag in {"CD", "POS", "X"} or _handle(item.text) or item.tag == "JJ":
            start = i
        elif item.tag == "DT" or item.tag == "PRP$" or (item.tag == "PRP" and word in _POSSESSIVES):
            start = i
            if not _links(frame, i - 1):
                break
        elif (
            (item.tag in {"VBN", "VBG", "VBD"} and i < end - 1 and _prenominal(frame, i))
            or (
                item.tag == "RB"
                and i < end - 1
                and frame.tag(i + 1) in {"JJ", "VBN", "CD"}
                and word not in _NOT_IN_NAMES
            )
            or (item.tag == QUOTED and i < end - 1 and nickname(item.text))
            or (
                item.text in {"-", "/", "&", ".", "’", "'", "–"}
                and 0 < i < end - 1
                and frame.items[i - 1].end == item.start
            )
            or item.text in {"&"}
        ):
            start = i
        elif _links(frame, i):
            before = phrase_left(frame, i, floor)
            if before is None or _idiom(frame, before, i) or not (word == "of" or boundary(frame, before)):
                break
            return before
        elif word in {"and", "or"} and i > 0:
            before = phrase_left(frame, i, floor)
            if before is not None and (boundary(frame, before) and not _after_verb(frame, before)):
                return before
            break
        else:
            break
        i -= 1
    while frame.items[start].text in _NEVER_FIRST or (start < end - 1 and frame.items[start].tag in {"POS", "RB"}):
        start += 1
        if start >= end:
            return None
    return None if frame.items[start].quoted and start == end - 1 else start


def nickname(quoted: str) -> bool:
    """Whether a quotation is a word or two inside a noun phrase, no utterance (*the “deplorables”*)."""
    return len(quoted) < 40 and quoted.count(" ") < 3 and quoted.rstrip("\"'”’»“ ")[-1:].isalnum()


def _idiom(frame: Frame, index: int, link: int) -> bool:
    """Whether the word at *index* only makes a preposition with its neighbours: *in favor of*, *on behalf of*."""
    return link == index + 1 and frame.tag(index) == "NN" and frame.tag(index - 1) == "IN"


def _after_verb(frame: Frame, index: int) -> bool:
    return index > 0 and frame.tag(index - 1) in FINITE


def _handle(text: str) -> bool:
    return text.startswith("@") and len(text) > 1


def _matching(frame: Frame, close: int) -> int | None:
    for i in range(close - 1, max(-1, close - 14), -1):
        if frame.items[i].text == "(":
            return i
    return None


def _links(frame: Frame, index: int) -> bool:
    """Whether the item is a preposition that can join two noun phrases."""
    return index > 0 and frame.tag(index) in {"IN", "TO"} and frame.lower(index) in _LINKS


def _prenominal(frame: Frame, index: int) -> bool:
    """Whether a participle stands before its noun (*the elected officials*), not as a verb (*he elected officials*)."""
    before = frame.tag(index - 1) if index else ""
    return (
        before in {"", "DT", "JJ", "PRP$", "POS", "IN", "CC", "CD", "PU", "RB"}
        or frame.lower(index - 1) in _POSSESSIVES
    )


# Words that can stand for a person or some: said another.
_ALONE: Final = frozenset({"another", "others", "one", "both", "each", "many", "some"})


def phrase_right(frame: Frame, start: int) -> int:
    """Where the simple noun phrase that begins at *start* ends, parts with *of* included; *start* if none."""
    i = start
    nouns = False
    limit = min(len(frame), start + _LONGEST)
    if frame.lower(start) in _ALONE and frame.tag(start + 1) not in NOUN | {"JJ", "IN"}:
        return start + 1
    while i < limit:
        item = frame.items[i]
        if item.tag == "PRP" and i == start and item.lower not in _POSSESSIVES:
            return i + 1
        if item.tag in NOUN or item.tag in {"CD", "X"} or _handle(item.text):
            if nouns and item.lower in DAYS:
                break
            nouns = True
        elif item.tag in {"DT", "PRP$"} or (item.tag == "PRP" and item.lower in _POSSESSIVES):
            if nouns and frame.tag(i - 1) not in {"IN", "POS", "CC"}:
                break
        elif (
            item.tag in {"JJ", "POS"}
            or (item.tag == "RB" and not nouns)
            or (item.tag in {"VBN", "VBG", "VBD"} and not nouns and frame.tag(i + 1) in NOUN | {"JJ"})
            or (
                item.text in {"-", "/", "&", "."}
                and nouns
                and i + 1 < limit
                and frame.items[i + 1].start == item.end
                and frame.items[i + 1].text[:1].isalnum()
            )
        ):
            pass
        elif item.tag == "IN" and nouns and item.lower in {"of", "for", "at", "from", "in", "with"}:
            if item.lower != "of" and (
                frame.tag(i + 1) not in {"NNP", "DT", "PRP$"}
                or frame.lower(i + 1) in {"a", "an", "this"}
                or frame.lower(i + 1) in DAYS
            ):
                break
            if time_right(frame, i) > i:
                break
        elif item.lower == "and" and nouns and frame.tag(i + 1) in {"NNP"} and frame.tag(i - 1) == "NNP":
            pass
        elif item.text == "(":
            close = next((k for k in range(i, min(limit, i + 12)) if frame.items[k].text == ")"), None)
            if close is None:
                break
            i = close
        else:
            break
        i += 1
    while (i > start and frame.items[i - 1].tag in {"IN", "CC", "DT"}) or (
        i > start and frame.items[i - 1].text in {"-", "/", "&"}
    ):
        i -= 1
    return i if nouns or (i > start and frame.items[i - 1].tag in {"JJ", "DT", "CD"}) else start


def apposition_right(frame: Frame, end: int) -> int:
    """Where the phrase that ends at *end* ends with its apposition (*, a professor at …*), which a comma closes."""
    if frame.lower(end) != ",":
        return end
    first = frame.tag(end + 1)
    if first not in {"DT", "NN", "NNS", "NNP", "JJ", "CD", "PRP$", "VBN"} and frame.lower(end + 1) not in {
        "who",
        "whose",
        "which",
    }:
        return end
    for i in range(end + 1, min(len(frame), end + 40)):
        item = frame.items[i]
        if (
            item.text in {",", ";", ":"}
            or item.text in STOPS
            or (item.text in DASHES and item.text != "-")
            or item.quoted
        ):
            return i
        if (
            item.tag in FINITE
            and frame.lower(end + 1) not in {"who", "whose", "which"}
            and not _relative(frame, end + 1, i)
        ):
            return end
        if item.lower in {"as", "after", "when", "while", "during"} and i > end + 2:
            return i
    return len(frame) if len(frame) < end + 40 else end


def _relative(frame: Frame, start: int, index: int) -> bool:
    return any(frame.lower(k) in _RELATIVES for k in range(start, index))
