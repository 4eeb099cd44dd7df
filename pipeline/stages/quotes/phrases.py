"""Noun phrases and verb groups in a frame, found from tags: the source beside a cue, the subject of a clause.

All indices are item indices of one :class:`~pipeline.stages.quotes.grammar.Frame`; ranges are half-open.
"""

from __future__ import annotations

from typing import Final

from pipeline.stages.quotes.grammar import (
    AUXILIARIES,
    BE,
    DASHES,
    DAYS,
    FINITE,
    NOUN,
    QUOTED,
    REACH,
    STOPS,
    Frame,
)
from pipeline.stages.quotes.wordlists import word_set

_INSIDE: Final = NOUN | {"JJ", "CD", "POS", "PRP$", "DT", "X", "RB", "VBG", "VBN", QUOTED}
_POSSESSIVES: Final = frozenset({"his", "her", "their", "its", "our", "my", "your"})
_LINKS: Final = word_set("links")
_NOT_IN_NAMES: Final = word_set("not_in_names")
_LONGEST: Final = 24
_RELATIVES: Final = frozenset({"who", "which", "that", "whom"})
_TIME_LEADS: Final = word_set("time_leads")
_TIME_NOUNS: Final = DAYS | word_set("time_nouns")


def boundary(frame: Frame, index: int) -> bool:
    """Whether the item before *index* ends whatever came before, so that a subject may begin at *index*."""
    if index <= 0:
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


def phrase_left(frame: Frame, end: int) -> int | None:
    """Where the noun phrase that ends before item *end* begins; None where none ends there."""
    i = end - 1
    if i < 0:
        return None
    last = frame.items[i]
    if last.tag in {"PRP", "EX"}:
        return i if last.lower not in {"himself", "itself", "herself"} else None
    if last.tag == "WP" and last.lower in _RELATIVES:
        return i
    if last.text == ")":
        opened = _matching(frame, i)
        return None if opened is None else phrase_left(frame, opened)
    if last.tag == QUOTED and not nickname(last.text):
        return None
    if last.tag not in NOUN and last.tag not in {"CD", "DT", "JJ", QUOTED} and not _handle(last.text):
        return None
    if last.lower in _NOT_IN_NAMES or (last.lower in {"that", "this", "no"} and last.tag == "IN"):
        return None
    start = i
    floor = max(0, end - _LONGEST)
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
            before = phrase_left(frame, i) if i > floor else None
            if before is None or not (word == "of" or boundary(frame, before) or _subject_verb(frame, before)):
                break
            return before
        elif word in {"and", "or"} and i > 0:
            before = phrase_left(frame, i)
            if before is not None and (boundary(frame, before) and not _after_verb(frame, before)):
                return before
            break
        else:
            break
        i -= 1
    while (start < end - 1 and frame.items[start].tag in {"POS", "RB"}) or frame.items[start].text in {
        "-",
        "/",
        "&",
        ".",
        "’",
        "'",
        "–",
    }:
        start += 1
        if start >= end:
            return None
    return start


def nickname(quoted: str) -> bool:
    """Whether a quotation is a word or two inside a noun phrase, no utterance (*the “deplorables”*)."""
    return len(quoted) < 40 and quoted.count(" ") < 3 and quoted.rstrip("\"'”’»“ ")[-1:].isalnum()


def _after_verb(frame: Frame, index: int) -> bool:
    return index > 0 and frame.tag(index - 1) in FINITE


def _subject_verb(frame: Frame, index: int) -> bool:
    return False


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


def group_left(frame: Frame, head: int) -> int:
    """Where the verb group of the verb at *head* begins: auxiliaries, adverbs, *to* and times between them taken in."""
    i = head
    while i > 0 and head - i < 14:
        item = frame.items[i - 1]
        if (
            (item.lower in AUXILIARIES and item.tag in {"MD", "VB", "VBD", "VBP", "VBZ", "VBN", "VBG"})
            or (item.lower in AUXILIARIES and item.text[0] in "'’")
            or item.tag == "RB"
            or item.lower in {"not", "n't", "n’t", "both", "all", "also"}
            or (item.tag == "TO" and frame.tag(i) in {"VB", "RB"})
        ):
            i -= 1
        else:
            back = time_left(frame, i)
            if back is None:
                break
            i = back
    return i


def time_left(frame: Frame, end: int) -> int | None:
    """Where a time adverbial ending before *end* (*on Sunday*, *last week*, *Tuesday*) begins; None where none does."""
    i = end - 1
    if (
        i < 1
        or frame.lower(i) not in _TIME_NOUNS
        or (frame.tag(i) in NOUN and frame.tag(i - 1) in {"NNP", "POS", "PRP$"})
    ):
        return None
    while i > 0 and (frame.lower(i - 1) in _TIME_LEADS or frame.lower(i - 1) in DAYS or frame.tag(i - 1) in {"CD"}):
        i -= 1
    if frame.tag(i - 1) in {"DT", "IN"} and frame.lower(i - 1) not in _TIME_LEADS:
        return None
    return i


def time_right(frame: Frame, start: int) -> int:
    """Where a time adverbial that begins at *start* ends; *start* where none begins."""
    i = start
    if frame.lower(i) in _TIME_LEADS:
        i += 1
        while frame.tag(i) in {"DT", "JJ", "CD"} and i - start < 4:
            i += 1
        if frame.lower(i) not in _TIME_NOUNS and frame.tag(i - 1) != "CD":
            return start
    elif frame.lower(i) not in DAYS:
        return start
    while frame.lower(i) in _TIME_NOUNS or frame.tag(i) == "CD":
        i += 1
    return i


def phrase_right(frame: Frame, start: int) -> int:
    """Where the simple noun phrase that begins at *start* ends, parts with *of* included; *start* if none."""
    i = start
    nouns = False
    limit = min(len(frame), start + _LONGEST)
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


def has_finite(frame: Frame, start: int, end: int) -> bool:
    """Whether a finite verb stands among the items outside quotations."""
    return any(
        frame.items[i].tag in FINITE or (frame.items[i].lower in AUXILIARIES and frame.items[i].tag in FINITE)
        for i in range(start, min(end, start + REACH))
    )


def passive(frame: Frame, group: int, head: int) -> bool:
    """Whether the verb at *head* is passive: its group holds a form of *be* that governs it."""
    return any(frame.lower(i) in BE for i in range(group, head)) and frame.tag(head) in {"VBN", "VBD"}


def subject_before(frame: Frame, group: int) -> tuple[int, int] | None:
    """The noun phrase that is subject of the verb group at *group*: directly before it, or parted by an insertion.

    With its apposition or relative clause; without other insertions (*, however,*).
    """
    if group <= 0:
        return None
    if frame.lower(group - 1) not in {","} and frame.items[group - 1].text not in DASHES - {"-"}:
        start = phrase_left(frame, group)
        return None if start is None else (start, group)
    floor = _clause_floor(frame, group - 1)
    mark = frame.items[group - 1].text
    for k in range(floor, group - 1):
        if frame.items[k].text != mark:
            continue
        start = phrase_left(frame, k)
        if start is None or frame.tag(start - 1) in {"IN", "TO"} or frame.lower(start) in _RELATIVES:
            continue
        if start != floor and not boundary(frame, start):
            continue
        first = frame.tag(k + 1)
        if first in FINITE or first == "PRP" or frame.lower(k + 1) in {"and", "but"}:
            continue
        renames = first in {"DT", "NN", "NNS", "NNP", "JJ", "CD", "PRP$"} or frame.lower(k + 1) in {
            "who",
            "whose",
            "which",
            "himself",
            "herself",
            "one",
        }
        return (start, group - 1) if renames else (start, k)
    return None


def _clause_floor(frame: Frame, end: int) -> int:
    low = max(0, end - 60)
    for i in range(end - 1, low - 1, -1):
        item = frame.items[i]
        if (
            item.lower in {";", ":"}
            or item.text in STOPS
            or (item.lower in {"that", "because", "while", "although", "though"} and item.tag == "IN")
        ):
            return i + 1
        if item.quoted and item.text[-2:-1] in {",", ".", "!", "?"}:
            return i + 1
    return low


def main_subject(frame: Frame) -> tuple[int, int] | None:
    """The subject of the frame's first finite verb."""
    for i, item in enumerate(frame.items[:60]):
        if item.tag in FINITE:
            group = group_left(frame, i)
            found = subject_before(frame, group)
            if found and frame.lower(found[0]) not in _RELATIVES:
                return found
    return None
