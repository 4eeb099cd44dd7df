"""From atoms to expressions: neighbours joined, modifiers and articles taken in, what is no date thrown out.

Spans follow TimeBank: articles and approximators inside ("the past two years", "nearly four years ago"), prepositions
outside ("by Friday"), and no relative clauses.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.stages.dates.meaning import Found, Meaning
from pipeline.stages.dates.modifiers import with_modifiers, with_tail
from pipeline.stages.dates.numbers import number_of
from pipeline.stages.dates.patterns import closes
from pipeline.stages.dates.tokens import Tokens

_YEAR_RELATIONS = {"last": -1, "this": 0, "current": 0, "next": 1}
_SHIFT_SIGN = {"AGO": -1, "EARLIER": -1, "PREVIOUSLY": -1, "BEFORE": -1, "LATER": 1, "HENCE": 1, "AFTER": 1}


def compose(tokens: Tokens, atoms: list[Found]) -> list[Found]:
    """The expressions that *atoms* make, in order and without overlap."""
    found = _with_range_ends(tokens, atoms)
    found = _without_overlap([_shifted(tokens, item) for item in found])
    found = _joined(tokens, found)
    found = [with_modifiers(tokens, item, found[i - 1].last if i else 0) for i, item in enumerate(found)]
    found = _joined(tokens, found)
    found = [with_tail(tokens, item) for item in found]
    return [item for item in found if not _is_no_date(tokens, item)]


def _with_range_ends(tokens: Tokens, atoms: list[Found]) -> list[Found]:
    """20-21 March, March 20-21: the lone number is a date too, of the month it shares."""
    found: list[Found] = []
    taken = 0
    for item in atoms:
        meaning = item.meaning
        if item.first < taken:
            continue
        if meaning.form == "calendar" and meaning.month and meaning.day and meaning.clock is None:
            other = meaning.day
            before = item.first - 2
            if (
                before >= taken
                and tokens.cls(item.first - 1) in ("HYPHEN", "TO", "AND")
                and tokens.cls(before) == "NUM1"
                and tokens.cls(item.first) in ("NUM1", "ORD")
                and int(tokens.values[before]) < other
                and tokens.cls(before - 1) not in ("SLASHMARK", "HYPHEN")
            ):
                found.append(Found(before, before + 1, replace(meaning, day=int(tokens.values[before]), weekday=None)))
            found.append(item)
            taken = item.last
            after = item.last
            if (
                tokens.cls(after) in ("HYPHEN", "AND", "TO")
                and tokens.cls(after + 1) == "NUM1"
                and meaning.year is None
                and tokens.cls(item.last - 1) in ("NUM1", "ORD")
                and other < int(tokens.values[after + 1]) <= 31
                and (tokens.cls(after) == "HYPHEN" or tokens.lower(after + 2) in ("", ".", ",", ";", ")", "in", "at"))
            ):
                year, last = None, after + 2
                if tokens.cls(last) == "COMMA" and tokens.cls(last + 1) == "YEAR":
                    year, last = int(tokens.values[last + 1]), last + 2
                if year is not None:
                    found[-1] = replace(found[-1], meaning=replace(meaning, year=year))
                found.append(
                    Found(after + 1, last, replace(meaning, day=int(tokens.values[after + 1]), year=year, weekday=None))
                )
                taken = last
            continue
        first = _short_length(tokens, item, taken)
        if first is not None:
            found.append(first)
        found.append(item)
        taken = item.last
        second = _short_year(tokens, item)
        if second is not None:
            found.append(second)
            taken = second.last
    return found


def _short_length(tokens: Tokens, item: Found, floor: int) -> Found | None:
    """The "12" of "between 12 and 18 months"."""
    at = item.first - 2
    if item.meaning.form != "duration" or at - 1 < floor or tokens.lower(at - 1) != "between":
        return None
    if tokens.cls(item.first - 1) not in ("AND", "TO") or tokens.cls(at) not in ("NUM1", "NUM", "WNUM"):
        return None
    count = number_of(tokens, at, at + 1)
    return Found(at, at + 1, replace(item.meaning, count=count)) if count is not None else None


def _short_year(tokens: Tokens, item: Found) -> Found | None:
    """The "91" of "1990-91"."""
    meaning, at = item.meaning, item.last
    if (
        meaning.form != "calendar"
        or meaning.year is None
        or meaning.era
        or meaning.month
        or tokens.cls(item.last - 1) != "YEAR"
    ):
        return None
    if tokens.cls(at) != "HYPHEN" or tokens.starts[at] != tokens.ends[at - 1] or at + 1 >= len(tokens):
        return None
    word = tokens.words[at + 1]
    if (
        len(word) != 2
        or not word.isdigit()
        or tokens.starts[at + 1] != tokens.ends[at]
        or int(word) <= meaning.year % 100
    ):
        return None
    if tokens.cls(at + 2) == "HYPHEN" and tokens.starts[at + 2] == tokens.ends[at + 1]:
        return None
    return Found(at + 1, at + 2, replace(meaning, rule="year", year=meaning.year // 100 * 100 + int(word)))


def _without_overlap(found: list[Found]) -> list[Found]:
    """Drop what an expression before it took in: the "now" of "two years from now"."""
    kept: list[Found] = []
    for item in found:
        if not kept or item.first >= kept[-1].last:
            kept.append(item)
    return kept


def _shifted(tokens: Tokens, item: Found) -> Found:
    """ "two days" + "ago" and its like."""
    meaning = item.meaning
    if meaning.form != "duration" or (meaning.relation is not None and meaning.relation != "the"):
        return item
    at = item.last
    mod = meaning.mod
    if tokens.cls(at) == "OR" and tokens.cls(at + 1) == "SO":
        at, mod = at + 2, "APPROX"
    cls = tokens.cls(at)
    if cls == "OTHER" and tokens.lower(at) == "from" and tokens.lower(at + 1) == "now":
        return Found(item.first, at + 2, replace(meaning, form="shift", sign=1, mod=mod, rule="shift"))
    if cls not in _SHIFT_SIGN or meaning.relation == "the":
        return item
    if cls in ("BEFORE", "AFTER") and not closes(tokens, at + 1):
        return item
    if cls == "LATER" and tokens.lower(at + 1) == "than":
        return item
    if cls == "EARLIER" and tokens.lower(at + 1) == "than":
        return item
    anchored = cls not in ("AGO", "HENCE")
    return Found(
        item.first,
        at + 1,
        replace(meaning, form="shift", sign=_SHIFT_SIGN[cls], anchored=anchored, mod=mod, rule="shift"),
    )


def _joined(tokens: Tokens, atoms: list[Found]) -> list[Found]:
    """Join neighbours as long as any two make one expression."""
    found: list[Found] = []
    for item in atoms:
        while found:
            joined = _join(tokens, found[-1], item)
            if joined is None:
                break
            found.pop()
            item = joined
        found.append(item)
    return found


def _link(tokens: Tokens, left: Found, right: Found) -> tuple[str, ...] | None:
    """The classes of the tokens between two neighbours, None where there are more than three."""
    if right.first - left.last > 3:
        return None
    return tuple(tokens.cls(index) for index in range(left.last, right.first))


def _join(tokens: Tokens, left: Found, right: Found) -> Found | None:
    link = _link(tokens, left, right)
    if link is None:
        return None
    if len(link) == 1 and tokens.lower(left.last) == "from":
        meaning = _counted_from(left.meaning, right.meaning)
        return Found(left.first, right.last, meaning) if meaning is not None else None
    for joiner in _JOINERS:
        meaning = joiner(left.meaning, link, right.meaning)
        if meaning is not None:
            return Found(left.first, right.last, meaning)
    return None


Link = tuple[str, ...]
_ADJACENT: tuple[Link, ...] = ((), ("COMMA",))


def _names_year_part(meaning: Meaning) -> bool:
    """Whether it names a part of a year that isn't given: a month, quarter, half, season or holiday."""
    parts = (meaning.month, meaning.quarter, meaning.half, meaning.season, meaning.holiday)
    return meaning.yearless and any(parts) and meaning.relation is None


def _counted_from(a: Meaning, b: Meaning) -> Meaning | None:
    """a week from + Friday; two months from + today."""
    whole = a.form == "duration" and a.count is not None and a.count == int(a.count) and a.unit in ("D", "W", "M", "Y")
    near = b.rule == "weekday" and b.part is None and b.relation is None
    if not whole or a.relation is not None or not (near or (b.rule == "deictic" and b.part is None)):
        return None
    base = replace(b, relation="coming") if near else b
    return replace(a, form="shift", rule="shift", sign=1, base=base)


def _time_of_day(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """10 p.m. + Wednesday; 8 p.m. + tonight; noon, + Nov. 6; the morning of + 9 April; 2:30 + the next day."""
    day = b.has_day or b.rule == "deictic" or (b.form == "unit" and b.unit == "D" and b.rule == "relative")
    free = b.clock is None and (b.part is None or a.clock is not None)
    if a.is_clock_only and day and free and (link in _ADJACENT or link == ("OF",)):
        return replace(b, part=None if a.clock else a.part, clock=a.clock, zone=a.zone, mod=b.mod or a.mod)
    return None


def _day_and_time(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """May 8 + 01:00; tomorrow, + 5 p.m.; Friday night, + 8 p.m."""
    day = (a.has_day or a.rule == "deictic") and a.clock is None and (a.part is None or b.clock is not None)
    plain = b.is_clock_only and b.relation in (None, "bare") and not (link and b.clock is None)
    if day and plain and link in _ADJACENT:
        return replace(a, part=None if b.clock else b.part, clock=b.clock, zone=b.zone)
    return None


def _weekday_and_date(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """this coming Sunday, + March eighth."""
    fits = a.rule == "weekday" and a.part is None and b.rule == "date" and b.weekday is None
    return replace(b, weekday=a.weekday) if fits and link in _ADJACENT else None


def _part_of_year(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """January + this year; the third quarter of + last year; October of + that year."""
    if not (_names_year_part(a) and b.form == "unit" and b.unit == "Y"):
        return None
    if b.relation in _YEAR_RELATIONS and (link in _ADJACENT or link == ("OF",)):
        return replace(a, year_shift=_YEAR_RELATIONS[b.relation])
    if b.relation in ("that", "same", "following", "previous") and link in ((), ("OF",)):
        return replace(a, relation=b.relation, unit="Y")
    return None


def _year_of_part(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """this year's + third quarter."""
    year = a.form == "unit" and a.unit == "Y" and a.rule == "relative" and a.relation in _YEAR_RELATIONS
    if year and a.relation is not None and link == ("POSS",) and _names_year_part(b):
        return replace(b, year_shift=_YEAR_RELATIONS[a.relation])
    return None


def _period_a_year_ago(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """the quarter + a year ago; the corresponding period + last year."""
    if a.form != "unit" or a.unit not in ("Q", "P") or link:
        return None
    ago = b.form == "shift" and b.unit == "Y" and b.count == 1 and b.sign < 0
    last = b.form == "unit" and b.unit == "Y" and b.relation == "last"
    return replace(a, relation="year-ago") if ago or last else None


def _year_in_words(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """January + nineteen ninety-seven; the winter of + nineteen ninety-four."""
    fits = a.yearless and (a.month or a.season) and a.day is None and b.rule == "year" and b.era is None
    return replace(a, year=b.year) if fits and (link in _ADJACENT or link == ("OF",)) else None


def _part_of_period(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """the last week of + August; the first ten months of + 1915."""
    coarse = b.form == "calendar" and not b.has_day and b.part is None and b.clock is None and (b.month or b.year)
    if link != ("OF",) or not coarse or a.unit not in ("D", "W", "M", "Q", "Y"):
        return None
    counted = a.rule == "span" and a.relation in (None, "last", "the")
    nth = a.rule == "ordinal" and a.unit == "W"
    if not counted and not nth and not (a.rule == "relative" and a.unit == "W" and a.relation == "last"):
        return None
    return replace(
        b,
        rule="part-of",
        unit=a.unit,
        count=a.count if a.rule == "span" else 1,
        ordinal=-1 if a.relation == "last" else a.ordinal or 1,
    )


def _day_of_period(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """the last day of + January; the first day of + 2020."""
    whole = b.form == "calendar" and not b.has_day and b.rule in ("month", "year") and b.part is None
    if a.rule != "ordinal" or a.unit != "D" or a.ordinal is None or link != ("OF",) or not whole:
        return None
    return replace(b, rule="day-of", ordinal=a.ordinal)


def _week_of(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """the week of + March 6."""
    week = a.form == "unit" and a.unit == "W" and a.relation == "the"
    return replace(b, unit="W") if week and link == ("OF",) and b.has_day and b.month else None


def _shifted_from_date(a: Meaning, link: Link, b: Meaning) -> Meaning | None:
    """the day before + last Tuesday; the week after + May 5, 1998."""
    dated = b.has_day or (b.form == "calendar" and a.unit in ("M", "Y")) or b.rule == "deictic"
    if a.rule != "event" or link not in (("BEFORE",), ("AFTER",)) or not dated:
        return None
    return replace(a, form="shift", rule="shift", count=1, base=b)


_JOINERS = (
    _shifted_from_date,
    _time_of_day,
    _day_and_time,
    _weekday_and_date,
    _part_of_year,
    _year_of_part,
    _period_a_year_ago,
    _year_in_words,
    _part_of_period,
    _day_of_period,
    _week_of,
)


def _is_no_date(tokens: Tokens, item: Found) -> bool:
    """Ages, counts and the like."""
    meaning = item.meaning
    if meaning.form == "duration":
        after = item.last + (tokens.cls(item.last) == "HYPHEN")
        if tokens.cls(after) == "OLD" or (tokens.cls(after) == "OF" and tokens.cls(after + 1) == "AGE"):
            return True
        if tokens.lower(item.first - 1) in ("aged", "age"):
            return True
        if tokens.lower(after) in ("and", "or") and tokens.lower(after + 1) in ("older", "younger", "up"):
            return True
    # "the dawn of a new age"
    return meaning.rule == "part" and meaning.relation == "the" and tokens.cls(item.last) == "OF"
