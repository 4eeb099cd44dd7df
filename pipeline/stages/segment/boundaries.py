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
from dataclasses import dataclass

from pipeline.lexicon import table, words
from pipeline.marks import LOOK, NEXT_WORD, QUOTES, TERMINATOR, Marks, closers_end, glued_start, word_before

_OPENERS = frozenset("\"'“‘«([{‹„‚¿¡*_—–-•")
_SPACE = re.compile(r"\s+")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")
_ROMAN = re.compile(r"[IVXLC]+$")
_NAME_PARTICLE = re.compile(r"(?:al|el|as|ad|an|ar|ash|at|az|ud|ul|ibn|bin|de|van|von)[-‑ ’']{1,2}[A-Z]")
_ADDRESS = re.compile(r"https?://|www\.")
_BRAND = re.compile(r"[a-z]{1,2}[A-Z][\w’']*")
_NAME_AND_VERB = re.compile(r"((?:[A-Z][\w’'-]*\.? ){1,4})(\w+)")
_SIGNATURE = re.compile(r"[–—-]{1,2} ?[A-Z][\w.’' ,-]{2,60}")
_CLOCK = re.compile(r"\d{1,2}(?:[:.]\d{2})? ?[ap]\.m", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"[ \t(*•-]*\d{1,3}(?:\.\d{1,3})*")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A mark that may end a sentence: ``text[start:end]``, its closers to ``closed``, what follows at ``following``."""

    text: str
    marks: Marks
    start: int
    end: int
    closed: int
    following: int

    @property
    def mark(self) -> str:
        return self.text[self.start : self.end]

    @property
    def before(self) -> str:
        """The word or abbreviation before the mark, without its own last stop; empty where none stands there."""
        return word_before(self.text, self.start)

    @property
    def opened(self) -> int:
        """Where the word that follows stands, behind its opening marks."""
        at, text = self.following, self.text
        while at < len(text) and at - self.following < 8 and text[at] in _OPENERS:
            at += 1
        return at + 1 if self.following < at < len(text) and text[at] == " " else at

    @property
    def next_word(self) -> str:
        found = NEXT_WORD.match(self.text, self.opened)
        return found.group() if found else ""

    @property
    def quoted(self) -> bool:
        """Whether an opening quotation mark follows."""
        return self.text[self.following] in QUOTES and self.marks.opens(self.following)


def sentence_starts(text: str) -> Iterator[int]:
    """The offsets, in characters of the paragraph *text*, at which its second and later sentences begin.

    A mark that ends a sentence takes the closing quotation marks and brackets behind it along. Never raises.
    """
    marks = Marks(text)
    reached = 0
    for match in TERMINATOR.finditer(text):
        if match.start() < reached:
            continue
        closed = closers_end(text, match.end(), marks)
        space = _SPACE.match(text, closed)
        following = space.end() if space else closed
        if following >= len(text):
            return
        if space is None and not glued_start(text, marks, match.start(), match.end(), closed):
            continue
        if _ends_sentence(_Candidate(text, marks, match.start(), match.end(), closed, following)):
            reached = following
            yield following


def _abbreviation(before: str) -> str | None:
    """What the stop behind the word *before* may mean, by the list; None where it isn't an abbreviation."""
    known = table("abbreviations")
    kind = known.get(before)
    if kind is None and len(before) > 2 and before[0].isupper():
        kind = known.get(before.capitalize()) if before.isupper() else known.get(before.lower())
    return "final" if kind is None and _ACRONYM.match(before) else kind


def _ends_sentence(candidate: _Candidate) -> bool:
    """Whether the candidate ends a sentence."""
    text, at, start, mark = candidate.text, candidate.opened, candidate.start, candidate.mark
    first = text[at : at + 1]
    if start == 0 or (candidate.closed > candidate.end and _SIGNATURE.fullmatch(text, candidate.following)):
        return False
    if first.islower():
        return _lower_case_starts(candidate)
    if at == candidate.following and first and first in ",;:%&/=+":
        return False
    if mark == ".":
        return _stop_ends(candidate)
    if "?" in mark or "!" in mark:
        if text[candidate.following] == "(" and first.isdigit():
            return False  # a title and its year: "Viva! (1965)"
        return text[start - 1] not in "([" and not (candidate.closed > candidate.end and _reporting_clause(candidate))
    # An ellipsis: "I … I don't know" is one sentence.
    return candidate.next_word not in text[max(0, start - 8) : start].lstrip("\"“‘'").split()[-1:]


def _lower_case_starts(candidate: _Candidate) -> bool:
    """Whether a sentence may begin with the lower-case word that follows.

    It may with names (*al-Sadr*, *iPhone*), addresses, and in messages written without capitals.
    """
    text, at = candidate.text, candidate.opened
    if candidate.closed > candidate.end or candidate.mark not in (".", "?", "!", "!!", "??", "?!"):
        return False
    before = candidate.before
    if candidate.mark == "." and (_abbreviation(before) or not (before.isdigit() or len(before) > 1)):
        return False
    if _NAME_PARTICLE.match(text, at) or _ADDRESS.match(text, at) or _BRAND.match(text, at):
        return True
    if candidate.mark == "?":
        return not candidate.quoted and candidate.next_word not in words("speech_verbs_past")
    return not before.isupper() and candidate.next_word in words("lower_case_openers")


def _stop_ends(candidate: _Candidate) -> bool:
    """Whether a single full stop before something that isn't lower case ends a sentence."""
    text, start, before, next_word = candidate.text, candidate.start, candidate.before, candidate.next_word
    opener = next_word in words("sentence_openers")
    if not before:
        # "(…)." ends; so does a stop that a feed has set off by a space, but not one of ". . .".
        return text[start - 1] not in " \u00a0" or text[max(0, start - 2)] not in ". \u00a0"
    kind = _abbreviation(before)
    if candidate.closed > candidate.end and kind not in ("title", "place"):
        return not (text[candidate.closed - 1] in ")]" and kind is not None and not opener)
    starts_new = opener or candidate.quoted
    if kind in ("title", "inner"):
        return False
    if kind in ("place", "final") or len(before) == 1:
        starts_new = (opener and next_word not in words("openers_that_are_names")) or candidate.quoted
    if kind == "place":
        return starts_new
    if kind in ("number", "month"):
        if next_word[:1].isdigit() or _ROMAN.match(next_word):
            return False
        return starts_new or (kind == "number" and (before[0].islower() or before == "No") and next_word != "")
    if kind == "hour":
        if _CLOCK.fullmatch(text, 0, start):
            return False  # the time of an entry: "9:12 a.m. A caller reported …"
        if text[candidate.following] in "([":
            return opener  # "at 10:35 a.m. (0735 GMT) Friday"
        return next_word not in words("after_hour")
    if kind == "final":
        return starts_new
    if len(before) == 1 and before.isupper():
        return _initial_ends(candidate, before, starts_new)
    if len(before) == 1 and before.islower() and next_word[:1].isdigit():
        return False  # "(d. 1975)"
    return not (before.isdigit() and _opens_list(text, start))


def _initial_ends(candidate: _Candidate, letter: str, starts_new: bool) -> bool:
    """Whether the stop behind a single capital ends a sentence: *vitamin C. The …*, but not *George W. Bush*."""
    text, at = candidate.text, candidate.start - 1
    if starts_new:
        return at > 1 and text[at - 1] in " -\u00a0"
    return letter == "I" and text[max(0, at - 2) : at - 1].islower()


def _opens_list(text: str, end: int) -> bool:
    """Whether all before *end* is a number that opens the paragraph, as in a list: ``1. Buy milk``, ``2.1. Method``."""
    return end <= 12 and _LIST_NUMBER.fullmatch(text, 0, end) is not None


def _reporting_clause(candidate: _Candidate) -> bool:
    """Whether *Smith asked* and its like follow a closing quotation mark: the sentence goes on."""
    match = _NAME_AND_VERB.match(candidate.text, candidate.following, candidate.following + 2 * LOOK)
    if match is None or match.group(2) not in words("speech_verbs_past"):
        return False
    return match.group(1).split(" ", 1)[0] not in words("sentence_openers")
