"""Where the sentences of one paragraph begin: rules over characters, so that any tokenizer can serve.

The method is the classic one of edited text: find every mark that may end a sentence, look at the word before it (an
abbreviation? an initial? a list number?) and at what follows (lower case? a name? a word that opens sentences?), and
decide. After Mikheev (2002), *Periods, Capitalized Words, etc.*, and Read et al. (2012), *Sentence Boundary
Detection: A Long Solved Problem?*, whose finding that quotation marks and brackets belong to the sentence they close
is followed here. All costs are linear in the paragraph: every look to the left or right is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.lexicon import table, words
from pipeline.stages.segment.marks import Marks

LOOK = 48
"""How far, in characters, a rule looks to either side."""

_TERMINATOR = re.compile(r"[.!?…‽。！？][.!?…‽。！？]*+(?:(?<=\.) \.)*+")
_CLOSERS = "\"'”’»)]}›*_"
_OPENERS = "\"'“‘«([{‹„‚¿¡*_—–-•"
_SPACE = re.compile(r"\s+")
_WORD_BEFORE = re.compile(r"(?:[^\W\d_]\.)*[^\W_](?:[^\W_]|['’&-](?=\w))*$|\w+$")
_NEXT_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[A-ZÀ-ÞĀ-Ž]$")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")
_ROMAN = re.compile(r"[IVXLC]+$")
_TOP_LEVEL = frozenset("com net org gov edu co uk us io tv info biz mil int html htm php asp js py".split())
_DAYS = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur "
    "Thurs Fri Sat Sun EST EDT CST CDT MST MDT PST PDT ET CT MT PT GMT UTC BST CET CEST IST JST AEST".split()
)


def sentence_starts(text: str) -> Iterator[int]:
    """The offsets, in characters of the paragraph *text*, at which its second and later sentences begin.

    A mark that ends a sentence takes the closing quotation marks and brackets behind it along. Never raises.
    """
    marks = Marks(text)
    reached = 0
    for match in _TERMINATOR.finditer(text):
        if match.start() < reached:
            continue
        end = match.end()
        closed = _closers_end(text, end, marks)
        space = _SPACE.match(text, closed)
        following = space.end() if space else closed
        if following >= len(text):
            return
        glued = space is None
        if glued and not _glued_start(text, match.start(), end, closed, marks):
            continue
        if _ends_sentence(text, match.start(), end, closed, following, marks):
            reached = following
            yield following


def _closers_end(text: str, end: int, marks: Marks) -> int:
    """Where the closing quotation marks and brackets after a terminator end."""
    position = end
    while position < len(text) and text[position] in _CLOSERS and marks.closes(position):
        position += 1
    # A closing mark set off by a space (". ”"), as some agencies' feeds have it.
    if position + 1 < len(text) and text[position] == " " and text[position + 1] in "”»" and position == end:
        position += 2
        while position < len(text) and text[position] in _CLOSERS and marks.closes(position):
            position += 1
    return position


def _glued_start(text: str, start: int, end: int, closed: int, marks: Marks) -> bool:
    """Whether a terminator with no white space behind it may still end a sentence: *country.On Sunday*."""
    following = text[closed]
    if following in '"“‘«' and marks.opens(closed):
        return start > 0 and (text[start - 1].isalnum() or text[start - 1] in _CLOSERS)
    if following in "([" and closed + 1 < len(text) and text[closed + 1].isupper():
        return start > 0 and text[start - 1].islower()
    if not following.isupper():
        return False
    if start == 0 or end - start > 3:
        return False
    run = _run_around(text, start)
    if any(mark in run for mark in ("/", "@", "www.", "_", "\\")):
        return False
    word = _NEXT_WORD.match(text, closed)
    if word is None or word.group().lower() in _TOP_LEVEL:
        return False
    before = text[start - 1]
    if closed > end:
        return True
    if text[end - 1] != ".":
        return before.isalnum() and len(word.group()) > 1 or word.group() in ("I", "A")
    # "Node.JS", "U.S.Army", "J.R.R.Tolkien": a word of lower case or a number must stand before the stop.
    left = _WORD_BEFORE.search(text, max(0, start - LOOK), start)
    if left is None or "." in left.group():
        return False
    if len(word.group()) > 1 and word.group().isupper() and not before.isdigit():
        return len(left.group()) > 3 and left.group().islower()
    return (before.islower() and len(left.group()) > 1) or (before.isdigit() and word.group() in _openers())


def _run_around(text: str, position: int) -> str:
    """The white-space-free run around *position*, cut at ``LOOK`` characters on each side."""
    left = max(0, position - LOOK)
    before = text[left:position]
    after = text[position : position + LOOK]
    cut = max(before.rfind(" "), before.rfind("\n"), before.rfind("\t"), before.rfind("\u00a0"))
    return before[cut + 1 :] + after.split(maxsplit=1)[0] if after.strip() else before[cut + 1 :]


def _openers() -> frozenset[str]:
    return words("sentence_openers")


def _abbreviation(before: str) -> str | None:
    """What the stop behind the word *before* may mean, by the list; None where it isn't an abbreviation."""
    known = table("abbreviations")
    return known.get(before) or (known.get(before.lower()) if before[:1].isupper() and len(before) > 2 else None)


def _ends_sentence(text: str, start: int, end: int, closed: int, following: int, marks: Marks) -> bool:
    """Whether the terminator ``text[start:end]``, with its closers to *closed*, ends a sentence.

    *following* is where the next visible character stands.
    """
    opened = following
    while opened < len(text) and opened - following < 8 and text[opened] in _OPENERS:
        opened += 1
    if opened < len(text) and opened > following and text[opened] == " ":
        opened += 1
    first = text[opened] if opened < len(text) else ""
    next_match = _NEXT_WORD.match(text, opened)
    next_word = next_match.group() if next_match else ""
    mark = text[start:end]
    if first.islower():
        return _lower_case_starts(mark, text, closed, end, following, opened)
    if opened == following and first in ",;:%&/=+":
        return False
    if mark == ".":
        return _stop_ends(text, start, end, closed, following, opened, next_word, marks)
    if "?" in mark or "!" in mark:
        if start == 0 or text[start - 1] in "([":
            return False
        return not (closed > end and _reporting_clause(text, following))
    return start > 0


def _lower_case_starts(mark: str, text: str, closed: int, end: int, following: int, opened: int) -> bool:
    """Whether a sentence may begin with a lower-case letter here: only after a bullet, or iPhone and its like."""
    word = re.compile(r"\w+").match(text, opened)
    camel = word is not None and word.group()[1:2].isupper() and word.group()[0] in "ie"
    return camel and closed == end and mark in (".", "?", "!")


def _stop_ends(
    text: str, start: int, end: int, closed: int, following: int, opened: int, next_word: str, marks: Marks
) -> bool:
    """Whether a single full stop before something that isn't lower case ends a sentence."""
    left = _WORD_BEFORE.search(text, max(0, start - LOOK), start)
    before = left.group() if left else ""
    if not before:
        # ". . ." or a stop after a bracket or quotation mark: "(…)." ends, a stop alone doesn't.
        return start > 0 and not text[start - 1].isspace()
    if closed > end:
        # Behind a closing mark only titles and initials inside brackets keep the sentence going.
        kind = _abbreviation(before)
        return not (text[closed - 1] in ")]" and kind is not None and next_word not in _openers())
    quoted = opened > following and marks.opens(following)
    starts_new = next_word in _openers() or (quoted and kind_may_end(before))
    kind = _abbreviation(before)
    if kind is None and _ACRONYM.match(before):
        kind = "final"
    if kind == "title":
        return next_word in _openers() and next_word not in ("A", "I", "An") and before in ("Col", "Rep", "St")
    if kind == "inner":
        return False
    if kind in ("number", "month"):
        if not next_word:
            return quoted
        if next_word[0].isdigit() or _ROMAN.match(next_word):
            return False
        if kind == "month":
            return starts_new
        return before[0].islower() or starts_new or before == "No"
    if kind == "hour":
        return next_word not in _DAYS
    if kind == "final":
        return starts_new and not (next_word == "I" and len(before) == 1)
    if _INITIALS.match(before) and len(before) == 1:
        return _initial_ends(text, start, before, next_word)
    if before.isdigit() and _list_number(text, start - len(before)):
        return False
    return True


def kind_may_end(before: str) -> bool:
    """Whether a stop behind *before* can end a sentence at all."""
    return _abbreviation(before) not in ("title", "inner")


def _initial_ends(text: str, start: int, letter: str, next_word: str) -> bool:
    """Whether the stop behind a single capital ends a sentence: *vitamin C. The …*, but not *George W. Bush*."""
    if next_word not in _openers():
        return letter == "I" and start > 1 and text[start - 2] == " " and text[start - 3 : start - 2].islower()
    return start > 2 and text[start - 2] in " -"


def _list_number(text: str, start: int) -> bool:
    """Whether the number at *start* opens the paragraph, as in a list: ``1. Buy milk``."""
    return not text[max(0, start - 4) : start].strip(" \t(*-•") and start <= 4


def _reporting_clause(text: str, following: int) -> bool:
    """Whether ``Smith asked`` and its like follow a closing quotation mark: the sentence goes on."""
    stretch = text[following : following + 2 * LOOK]
    match = re.match(r"((?:[A-Z][\w’'-]*\.? ){1,4})(\w+)", stretch)
    if match is None:
        return False
    first = match.group(1).split(" ", 1)[0]
    return match.group(2) in words("speech_verbs_past") and first not in _openers()
