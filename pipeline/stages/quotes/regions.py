"""Layer 1: where the text stands in quotation marks. Knows marks and white space, no words; never raises.

A paragraph's double marks are read together: the cheapest sequence of *open*, *close*, *reopen* and *stray* (Viterbi
over a handful of states) by how each mark sits between its neighbours, so a missing, doubled or wrong mark costs
something but never derails what follows. Single marks, which are mostly apostrophes, are paired afterwards with local
evidence alone. A quotation that a paragraph leaves open is continued by the next, reopened or not.

Costs are hand-set: 0 fits perfectly, about 1 is unusual but seen in real articles, 4 contradicts the spacing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from pipeline.text import Span

# Families of marks that can close each other without loss.
_FAMILY: Final = {
    "“": "curly",
    "”": "curly",
    "„": "curly",
    "‟": "curly",
    "❝": "curly",
    "❞": "curly",
    "«": "guillemet",
    "»": "guillemet",
    "《": "guillemet",
    "》": "guillemet",
    '"': "straight",
    "＂": "straight",
    "〝": "straight",
    "〞": "straight",
    "``": "tick",
    "''": "tick",
    "´´": "tick",
}
_OPENS: Final = frozenset({"“", "„", "‟", "❝", "«", "《", "〝", "``"})
_CLOSES: Final = frozenset({"”", "❞", "»", "》", "〞", "''", "´´"})
_DOUBLE: Final = frozenset(_FAMILY)
_ANY_MARK: Final = re.compile("[" + "".join(sorted({mark[0] for mark in _FAMILY})) + "]")
_TWO_CHARACTER: Final = frozenset({"``", "''", "´´"})
_SINGLE_OPEN: Final = frozenset("‘‚'‹`")
_SINGLE_CLOSE: Final = frozenset("’'›‘´")
_BEFORE_OPEN: Final = frozenset("([{<-–—―/…:|*")
_AFTER_CLOSE: Final = frozenset(".,;:!?)]}>-–—―/…|*")
_SINGLE_MARK: Final = re.compile("[" + "".join(sorted(_SINGLE_OPEN | _SINGLE_CLOSE)) + "]")
_SENTENCE_END: Final = frozenset(".!?…,;:")
_INVISIBLE: Final = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_BEFORE_MARK: Final = "".join(sorted(_INVISIBLE)) + " "
# Words that lose their first letters to an apostrophe.
_ELISIONS: Final = ("em ", "em.", "em,", "tis", "twas", "til ", "cause", "bout ", "n'", "n’", "round ", "s ")

# A paragraph with more marks than this is no prose; it is read mark by mark instead.
_MAX_MARKS: Final = 400
# A quotation without end is believed for so many characters.
_MAX_OPEN: Final = 2500
# A pair of single marks further apart than this is a coincidence.
_MAX_SINGLE: Final = 700


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch in quotation marks.

    Attributes:
        start, end: with the marks.
        inner_start, inner_end: without them, and without white space at the edges.
        closed: whether its closing mark is there; False where the paragraph leaves it open.
        continued: whether it goes on with a quotation that the paragraph before left open.
        depth: 1, or 2 for a quotation within a quotation.
        single: whether its marks are single ones.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool = True
    continued: bool = False
    depth: int = 1
    single: bool = False

    @property
    def span(self) -> Span:
        """With the marks."""
        return Span(self.start, self.end)

    @property
    def inner(self) -> Span:
        """Without the marks."""
        return Span(self.inner_start, self.inner_end)


class _Mark(NamedTuple):
    start: int
    end: int
    text: str
    family: str
    fit_open: float
    fit_close: float
    stray: float


# A state is the families of the marks now open, outermost first.
_State = tuple[str, ...]


class _Step(NamedTuple):
    cost: float
    before: _State
    action: str


def find_regions(text: str, paragraphs: Sequence[Span]) -> list[Region]:
    """The quoted regions of *text*, by start then outermost first. Paragraphs in order, without overlap.

    Costs linear time; returns an empty list for a text without marks. Regions of depth 1 don't overlap; those of
    depth 2 lie inside one of depth 1.
    """
    found: list[Region] = []
    open_before = False
    for number, paragraph in enumerate(paragraphs):
        marks = _marks(text, paragraph)
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        regions, open_after = _double(text, paragraph, marks, open_before, _starts_quoted(text, following))
        regions = _british(text, paragraph, regions)
        regions += _singles(text, paragraph, regions)
        regions.sort(key=lambda region: (region.start, -region.end))
        found += regions
        open_before = open_after
    return found


def _marks(text: str, paragraph: Span) -> list[_Mark]:
    found: list[_Mark] = []
    position, end = paragraph
    while (next_mark := _ANY_MARK.search(text, position, end)) is not None:
        position = next_mark.start()
        char = text[position]
        pair = text[position : position + 2]
        # Two primes are one mark, unless one of them is the apostrophe of a word.
        mark = pair if pair in _TWO_CHARACTER and position + 2 <= end else char
        if mark == "''" and text[position + 2 : position + 3] == "'" and not text[max(0, position - 1)].isspace():
            # Three primes close an inner quotation, then the outer one.
            position += 1
        elif mark in _DOUBLE:
            found.append(_read(text, paragraph, position, mark))
            position += len(mark)
        else:
            position += 1
    return found


def _read(text: str, paragraph: Span, start: int, mark: str) -> _Mark:
    """How well the mark at *start* would open or close a quotation."""
    end = start + len(mark)
    before, after = _visible_before(text, paragraph.start, start), _visible_after(text, end, paragraph.end)
    spaced_left = before == "" or before.isspace() or before in _BEFORE_OPEN or before in _OPENS or before in "‘'"
    spaced_right = after == "" or after.isspace() or after in _AFTER_CLOSE or after in _CLOSES or after in "’'"
    if spaced_left and not spaced_right:
        fit_open, fit_close = 0.0, 4.0
    elif spaced_right and not spaced_left:
        fit_open, fit_close = 4.0, 0.0
    elif spaced_left:
        # Alone between spaces, or "… said: “-" : either.
        fit_open, fit_close = (0.6, 1.6) if before == "" or (before.isspace() and not after.isspace()) else (1.2, 1.2)
    else:
        # Glued on both sides, as where markup was dropped: country."I consider
        fit_open = fit_close = 1.2
        if before in _SENTENCE_END:
            fit_open, fit_close = 0.8, 0.6
    if mark in _OPENS:
        fit_close += 0.5 if mark in "«“" else 1.5
    elif mark in _CLOSES:
        fit_open += 0.5 if mark in "»”" else 1.5
    inch = before.isdigit() and _FAMILY[mark] in ("straight", "tick")
    return _Mark(start, end, mark, _FAMILY[mark], fit_open, fit_close, 1.0 if inch else 3.0)


def _visible_before(text: str, floor: int, position: int) -> str:
    limit = max(floor, position - 4)
    while position > limit and text[position - 1] in _INVISIBLE:
        position -= 1
    return text[position - 1] if position > floor else ""


def _visible_after(text: str, position: int, ceiling: int) -> str:
    limit = min(ceiling, position + 4)
    while position < limit and text[position] in _INVISIBLE:
        position += 1
    return text[position] if position < ceiling else ""


def _starts_quoted(text: str, paragraph: Span | None) -> bool:
    if paragraph is None:
        return False
    head = text[paragraph.start : paragraph.start + 4].lstrip(_BEFORE_MARK)
    return head[:1] in _DOUBLE or head[:2] in _TWO_CHARACTER


def _double(
    text: str, paragraph: Span, marks: list[_Mark], open_before: bool, next_quoted: bool
) -> tuple[list[Region], bool]:
    """The regions of the paragraph's double marks, and whether its last is left open."""
    if not marks:
        return [], False
    starts_quoted = _starts_quoted(text, paragraph)
    if len(marks) > _MAX_MARKS:
        return _regions(text, paragraph, marks, _greedy(marks), False)
    steps: list[dict[_State, _Step]] = []
    table: dict[_State, float] = {(): 0.0}
    if open_before and not starts_quoted:
        # A quotation left open and closed here without being reopened.
        table[(marks[0].family,)] = 1.0
    for mark in marks:
        row: dict[_State, _Step] = {}
        for state, cost in table.items():
            for after, action, extra in _moves(state, mark):
                total = cost + extra
                known = row.get(after)
                if known is None or total < known.cost:
                    row[after] = _Step(total, state, action)
        steps.append(row)
        table = {state: step.cost for state, step in row.items()}
    end_state = min(table, key=lambda state: (table[state] + _end_cost(state, next_quoted, starts_quoted), len(state)))
    actions: list[str] = []
    state = end_state
    for row in reversed(steps):
        actions.append(row[state].action)
        state = row[state].before
    actions.reverse()
    return _regions(text, paragraph, marks, actions, bool(state))


def _moves(state: _State, mark: _Mark) -> list[tuple[_State, str, float]]:
    """The states that *mark* may lead to, by which action, at what cost."""
    moves: list[tuple[_State, str, float]] = [(state, "stray", mark.stray)]
    if not state:
        moves.append(((mark.family,), "open", mark.fit_open))
        return moves
    mismatch = 0.0 if state[-1] == mark.family else 1.5
    moves.append((state[:-1], "close", mark.fit_close + mismatch))
    if len(state) == 1:
        moves.append(((mark.family,), "reopen", mark.fit_open + 2.5))
        nested = 0.7 if state[0] != mark.family else 1.4 if mark.text in _OPENS else 2.8
        moves.append(((*state, mark.family), "open", mark.fit_open + nested))
    return moves


def _end_cost(state: _State, next_quoted: bool, starts_quoted: bool) -> float:
    if not state:
        return 0.0
    return (0.5 if next_quoted else 1.2 if starts_quoted else 2.2) + 3.0 * (len(state) - 1)


def _greedy(marks: list[_Mark]) -> list[str]:
    actions: list[str] = []
    is_open = False
    for mark in marks:
        if is_open and mark.fit_close <= mark.fit_open:
            actions.append("close")
            is_open = False
        elif not is_open and mark.fit_open <= mark.fit_close:
            actions.append("open")
            is_open = True
        else:
            actions.append("stray")
    return actions


def _regions(
    text: str, paragraph: Span, marks: list[_Mark], actions: Sequence[str], inside: bool
) -> tuple[list[Region], bool]:
    found: list[Region] = []
    # Each open quotation: where it and its inside begin, and whether it goes on from the paragraph before.
    stack: list[tuple[int, int, bool]] = [(paragraph.start, paragraph.start, True)] if inside else []
    for mark, action in zip(marks, actions, strict=True):
        if action == "open":
            stack.append((mark.start, mark.end, False))
        elif action == "close" and stack:
            start, inner, continued = stack.pop()
            _add(text, found, start, mark.end, inner, mark.start, True, continued, len(stack) + 1)
        elif action == "reopen" and stack:
            start, inner, continued = stack.pop()
            if mark.start - start <= _MAX_OPEN:
                _add(text, found, start, mark.start, inner, mark.start, False, continued, len(stack) + 1)
            stack.append((mark.start, mark.end, False))
    left_open = False
    while stack:
        start, inner, continued = stack.pop()
        # What is left open inside another is noise; what would run on for pages is too.
        if not stack and paragraph.end - start <= _MAX_OPEN:
            _add(text, found, start, paragraph.end, inner, paragraph.end, False, continued, 1)
            left_open = True
    return found, left_open


def _add(
    text: str,
    found: list[Region],
    start: int,
    end: int,
    inner_start: int,
    inner_end: int,
    closed: bool,
    continued: bool,
    depth: int,
) -> None:
    while inner_start < inner_end and text[inner_start].isspace():
        inner_start += 1
    while inner_end > inner_start and text[inner_end - 1].isspace():
        inner_end -= 1
    if not closed:
        end = inner_end
    # Marks around nothing, or around further marks alone, quote nothing.
    if any(char.isalnum() for char in text[inner_start : min(inner_end, inner_start + 40)]):
        found.append(Region(start, end, inner_start, inner_end, closed, continued, depth))


def _british(text: str, paragraph: Span, doubles: list[Region]) -> list[Region]:
    """*doubles*, those that stand in single marks put inside them: *'He said "no" to me,' she recalled.*

    The single mark before must open there and close nowhere before the double one; the one after must follow a comma or
    stop, or the double mark itself. So an apostrophe makes no such pair.
    """
    outer = [region for region in doubles if region.depth == 1]
    if not outer or len(outer) != len(doubles):
        return doubles
    found: list[Region] = []
    done = paragraph.start
    for index, region in enumerate(outer):
        ceiling = outer[index + 1].start if index + 1 < len(outer) else paragraph.end
        bound = Span(max(done, region.start - _MAX_SINGLE), region.start)
        close = _close_after(text, region, min(ceiling, region.end + _MAX_SINGLE)) if region.closed else None
        done = region.end
        if close is not None:
            start = _open_before(text, bound)
            if start is not None:
                added: list[Region] = []
                _add(text, added, start, close + 1, start + 1, close, True, False, 1)
                found += [replace(item, single=True) for item in added]
                region = replace(region, depth=2)
                done = close + 1
        found.append(region)
    return found


def _close_after(text: str, region: Region, ceiling: int) -> int | None:
    """The single mark after a double region that closes the quotation in which that stands."""
    for position in range(region.end, ceiling):
        char = text[position]
        if char in _SINGLE_OPEN and _may_open(text, position, Span(region.end, ceiling)):
            return None
        before = text[position - 1]
        ends = before in ",.!?…" or position == region.end
        if char in _SINGLE_CLOSE and ends and not _visible_after(text, position + 1, ceiling).isalnum():
            return position
    return None


def _open_before(text: str, bound: Span) -> int | None:
    """The single mark that opens before a double region and is closed nowhere before it."""
    marks = _single_marks(text, bound)
    openers = [i for i in marks if text[i] in _SINGLE_OPEN and _may_open(text, i, bound)]
    closers = [i for i in marks if text[i] in _SINGLE_CLOSE and _may_close(text, i, bound)]
    position = bound.start
    for start in openers:
        if start < position:
            continue
        close = _best_close(text, start, closers, openers, bound)
        if close is None:
            return start
        position = close + 1
    return None


def _singles(text: str, paragraph: Span, doubles: Sequence[Region]) -> list[Region]:
    """Regions between single marks: inside a double region (depth 2) or outside all of them (depth 1)."""
    outer = sorted((region for region in doubles if region.depth == 1), key=lambda region: region.start)
    inner = sorted(region.start for region in doubles if region.depth == 2)
    # What stands in single marks as a whole has no more of them to find.
    bounds: list[tuple[Span, int]] = []
    position = paragraph.start
    for region in outer:
        start, end = region.span
        if position < start:
            bounds.append((Span(position, start), 1))
        # A quotation that holds one in double marks already has what single marks would show.
        if not region.single and bisect_left(inner, start) == bisect_left(inner, end):
            bounds.append((region.inner, 2))
        position = max(position, end)
    if position < paragraph.end:
        bounds.append((Span(position, paragraph.end), 1))
    found: list[Region] = []
    for bound, depth in bounds:
        found += _pair_singles(text, bound, depth)
    return found


def _single_marks(text: str, bound: Span) -> list[int]:
    return [match.start() for match in _SINGLE_MARK.finditer(text, *bound)]


def _pair_singles(text: str, bound: Span, depth: int) -> list[Region]:
    marks = _single_marks(text, bound)
    closers = [i for i in marks if text[i] in _SINGLE_CLOSE and _may_close(text, i, bound)]
    openers = [i for i in marks if text[i] in _SINGLE_OPEN and _may_open(text, i, bound)]
    found: list[Region] = []
    done = bound.start
    for start in openers:
        if start < done:
            continue
        close = _best_close(text, start, closers, openers, bound)
        if close is None:
            continue
        added: list[Region] = []
        _add(text, added, start, close + 1, start + 1, close, True, False, depth)
        found += [replace(region, single=True) for region in added]
        done = close + 1
    return found


def _may_open(text: str, position: int, bound: Span) -> bool:
    before = _visible_before(text, bound.start, position)
    after = text[position + 1] if position + 1 < bound.end else ""
    if not after or after.isspace() or (after.isdigit() and text[position] in "'’"):
        return False
    if not (before == "" or before.isspace() or before in _BEFORE_OPEN or before in _OPENS or before == '"'):
        return False
    return text[position] == "‘" or not text[position + 1 : position + 8].lower().startswith(_ELISIONS)


def _may_close(text: str, position: int, bound: Span) -> bool:
    before = text[position - 1] if position > bound.start else ""
    after = _visible_after(text, position + 1, bound.end)
    return bool(before) and not before.isspace() and not after.isalnum()


def _best_close(text: str, start: int, closers: list[int], openers: list[int], bound: Span) -> int | None:
    """The closing mark for the single mark at *start*: the first that is surely no plural possessive, else the first.

    A possessive followed by another opening mark before the sure close was a close after all.
    """
    weak: int | None = None
    first = bisect_right(closers, start + 1)
    for close in closers[first : first + 8]:
        if close - start > _MAX_SINGLE:
            break
        plural = (
            text[close - 1] in "sS" and close + 2 < bound.end and text[close + 1] == " " and text[close + 2].isalpha()
        )
        if plural:
            weak = close if weak is None else weak
        elif weak is not None and bisect_right(openers, weak) < bisect_left(openers, close):
            return weak
        else:
            return close
    return weak
