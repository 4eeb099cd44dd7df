"""From atoms to expressions: neighbours joined, modifiers and articles taken in, what is no date thrown out.

Spans follow TimeBank: articles and approximators inside ("the past two years", "nearly four years ago"), prepositions
outside ("by Friday"), and no relative clauses.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.stages.dates.meaning import Found, Meaning
from pipeline.stages.dates.tokens import Tokens

_YEAR_RELATIONS = {"last": -1, "this": 0, "current": 0, "next": 1}
_RELATION = {
    "LAST": "last", "PAST": "past", "PREV": "previous", "NEXT": "next", "COMING": "coming", "FOLLOWING": "following",
    "THIS": "this", "CURRENT": "current", "THAT": "that", "SAME": "same",
}  # fmt: skip
_SHIFT_SIGN = {"AGO": -1, "EARLIER": -1, "PREVIOUSLY": -1, "BEFORE": -1, "LATER": 1, "HENCE": 1, "AFTER": 1}


def compose(tokens: Tokens, atoms: list[Found]) -> list[Found]:
    """The expressions that *atoms* make, in order and without overlap."""
    found = _with_range_ends(tokens, atoms)
    found = _without_overlap([_shifted(tokens, item) for item in found])
    found = _joined(tokens, found)
    found = [_with_modifiers(tokens, item, found[i - 1].last if i else 0) for i, item in enumerate(found)]
    found = _joined(tokens, found)
    found = [_with_tail(tokens, item) for item in found]
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
        found.append(item)
        taken = item.last
        second = _short_year(tokens, item)
        if second is not None:
            found.append(second)
            taken = second.last
    return found


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
    if meaning.form != "duration" or meaning.relation is not None and meaning.relation != "the":
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
    if cls in ("BEFORE", "AFTER") and not _closes(tokens, at + 1):
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


def _closes(tokens: Tokens, index: int) -> bool:
    """Whether a phrase ends before the token."""
    return tokens.cls(index) in ("BREAK", "COMMA", "DOT") or tokens.lower(index) in (
        ";",
        ")",
        "”",
        '"',
        "and",
        "but",
        "when",
        "in",
        "at",
        "on",
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
    a, b = left.meaning, right.meaning

    def made(meaning: Meaning) -> Found:
        return Found(left.first, right.last, meaning)

    # 10 p.m. Wednesday; noon, Nov. 6; the morning of 9 April
    if a.is_clock_only and (b.has_day or b.rule == "deictic") and b.part is None and b.clock is None:
        if link in ((), ("COMMA",), ("OF",)):
            return made(replace(b, part=a.part, clock=a.clock, zone=a.zone, mod=b.mod or a.mod))
    # Friday night; May 8 01:00; tomorrow, 5 p.m.
    if (a.has_day or a.rule == "deictic") and b.is_clock_only and a.part is None and a.clock is None:
        if link in ((), ("COMMA",)) and b.relation in (None, "bare") and not (link and b.clock is None):
            return made(replace(a, part=b.part, clock=b.clock, zone=b.zone))
    # this coming Sunday, March eighth
    if a.rule == "weekday" and b.rule == "date" and b.weekday is None and link in ((), ("COMMA",)) and a.part is None:
        return made(replace(b, weekday=a.weekday))
    # January this year; the third quarter of last year; October of that year
    if a.yearless and b.form == "unit" and b.unit == "Y" and (a.month or a.quarter or a.half or a.season or a.holiday):
        if link in ((), ("OF",), ("COMMA",)) and b.relation in _YEAR_RELATIONS and a.relation is None:
            return made(replace(a, year_shift=_YEAR_RELATIONS[b.relation]))
        if link in ((), ("OF",)) and b.relation in ("that", "same", "following", "previous") and a.relation is None:
            return made(replace(a, relation=b.relation, unit="Y"))
    # this year's third quarter; last year's quarter
    if (
        a.form == "unit"
        and a.unit == "Y"
        and a.relation in _YEAR_RELATIONS
        and link == ("POSS",)
        and a.rule == "relative"
    ):
        if b.yearless and (b.month or b.quarter or b.half or b.season or b.holiday) and b.relation is None:
            return made(replace(b, year_shift=_YEAR_RELATIONS[a.relation]))
    # the quarter a year ago; the corresponding period last year
    if a.form == "unit" and a.unit in ("Q", "P"):
        ago = b.form == "shift" and b.unit == "Y" and b.count == 1 and b.sign < 0
        if link == () and (ago or (b.form == "unit" and b.unit == "Y" and b.relation == "last")):
            return made(replace(a, relation="year-ago"))
    # January nineteen ninety-seven; the winter of nineteen ninety-four
    if (
        a.yearless
        and (a.month or a.season)
        and a.day is None
        and b.rule == "year"
        and b.era is None
        and link in ((), ("OF",), ("COMMA",))
    ):
        return made(replace(a, year=b.year))
    # the last week of August, the first ten months of 1915
    if (
        link == ("OF",)
        and b.form == "calendar"
        and b.day is None
        and b.weekday is None
        and b.part is None
        and b.clock is None
        and (b.month or b.year)
        and a.unit in ("D", "W", "M", "Q", "Y")
        and (
            (a.rule == "span" and a.relation in (None, "last", "the"))
            or (a.rule == "relative" and a.unit == "W" and a.relation == "last")
            or (a.rule == "ordinal" and a.unit == "W")
        )
    ):
        return made(
            replace(
                b,
                form="calendar",
                rule="part-of",
                unit=a.unit,
                count=a.count if a.rule == "span" else 1,
                relation=b.relation,
                ordinal=-1 if a.relation == "last" else a.ordinal or 1,
            )
        )
    # the week of March 6
    if a.form == "unit" and a.unit == "W" and a.relation == "the" and link == ("OF",) and b.has_day and b.month:
        return made(replace(b, unit="W"))
    return None


def _with_modifiers(tokens: Tokens, item: Found, floor: int) -> Found:
    """Take in what stands before: relation, early and late, approximators, article. Nothing before token *floor*."""
    first, meaning = item.first, item.meaning

    def cls(index: int) -> str:
        return tokens.cls(index) if index >= floor else "BREAK"

    # last Friday; this past spring; the previous Friday; that same Monday
    nameable = (
        meaning.form == "calendar" and meaning.yearless and meaning.relation is None and meaning.year_shift is None
    )
    if nameable and not meaning.is_clock_only and cls(first - 1) in _RELATION:
        relation = _RELATION[cls(first - 1)]
        if not (relation == "that" and not _that_is_determiner(tokens, first, meaning)):
            first -= 1
            meaning = replace(meaning, relation=relation)  # type: ignore[arg-type]
            while cls(first - 1) in ("THIS", "THAT"):
                first -= 1
    # the end of 1990, early in 1914, the beginning of October
    if meaning.form in ("calendar", "unit") and meaning.mod is None:
        at = first
        if cls(at - 1) == "THE" and tokens.cls(at) != "THE":
            at -= 1
        if cls(at - 1) == "OF" and cls(at - 2) == "PARTOF":
            begin = at - 2
            if tokens.lower(begin) != "close" and not meaning.is_clock_only:
                mod = tokens.values[begin]
                first = begin
                if cls(first - 1) == "THE":
                    first -= 1
                if cls(first - 1) in ("EARLY",) and cls(first) == "THE":
                    first -= 1
                return Found(first, item.last, replace(meaning, mod=mod))
        if cls(at - 1) == "IN" and cls(at - 2) in ("EARLY", "EARLIER", "LATER") and not meaning.has_day:
            return Found(at - 2, item.last, replace(meaning, mod=tokens.values[at - 2]))
        if cls(first - 1) == "HYPHEN" and cls(first - 2) == "EARLY":
            first -= 2
            meaning = replace(meaning, mod=tokens.values[first])
        elif cls(first - 1) in ("EARLY", "EARLIER", "LATER") and meaning.rule not in ("year-end",):
            if not (meaning.form == "unit" and meaning.relation in ("the", "latest") and cls(first - 1) != "EARLY"):
                first -= 1
                meaning = replace(meaning, mod=tokens.values[first])
        elif cls(first - 1) == "SOMETIME":
            first -= 1
        elif meaning.form == "calendar" and cls(first - 1) == "HYPHEN" and tokens.lower(first - 2) in ("post", "pre"):
            first -= 2
            meaning = replace(meaning, mod="AFTER" if tokens.lower(first) == "post" else "BEFORE")
    if cls(first - 1) in ("EARLY", "EARLIER", "LATER") and meaning.rule == "deictic":
        first -= 1
        meaning = replace(meaning, mod=tokens.values[first])
    if meaning.form == "calendar" and meaning.century is not None and cls(first - 1) in ("EARLY",):
        first -= 1
        meaning = replace(meaning, mod=tokens.values[first])
    if cls(first) == "A" and cls(first + 1) == "FEW" and tokens.lower(first + 1) not in ("few", "couple"):
        first += 1
    # nearly, about, more than, at least, up to, no more than
    quantified = meaning.form in ("duration", "shift") and meaning.rule != "deictic"
    first, mod = _approximator(tokens, first, floor, quantified, meaning)
    if mod:
        meaning = replace(meaning, mod=mod)
    hyphenated = meaning.rule == "quarter" and cls(item.last - 2) == "HYPHEN"
    if _takes_article(meaning) and not hyphenated and cls(first - 1) == "THE":
        first -= 1
    return Found(first, item.last, meaning)


# "over" is "more than" after these, and a preposition otherwise ("paid over three years").
def _that_is_determiner(tokens: Tokens, first: int, meaning: Meaning) -> bool:
    """ "that Monday" against "said that third-quarter profit": whether a preposition or nothing comes before."""
    return tokens.lower(first - 2) in (
        "",
        "on",
        "in",
        "of",
        "by",
        "until",
        "since",
        "during",
        "for",
        "from",
        "late",
        "early",
        "later",
        "earlier",
    )


_BEFORE_OVER = frozenset(
    {
        "",
        "for",
        "in",
        "of",
        "after",
        "just",
        "well",
        "lasted",
        "took",
        "last",
        "take",
        "spent",
        "little",
        "since",
        "every",
        "is",
        "was",
        ",",
    }
)
_DATE_APPROX = frozenset({"about", "around", "approximately", "roughly", "circa", "ca"})


def _approximator(tokens: Tokens, first: int, floor: int, quantified: bool, meaning: Meaning) -> tuple[int, str | None]:
    def cls(index: int) -> str:
        return tokens.cls(index) if index >= floor else "BREAK"

    if not quantified:
        fits = meaning.form == "calendar" and not meaning.relation and (meaning.rule != "weekday")
        if fits and tokens.lower(first - 1) in _DATE_APPROX and first - 1 >= floor:
            return first - 1, "APPROX"
        if fits and cls(first - 1) == "DOT" and tokens.lower(first - 2) in ("ca", "c") and first - 2 >= floor:
            return first - 2, "APPROX"
        return first, None
    bare = meaning.count is None and meaning.relation is None
    if cls(first - 1) == "APPROX":
        return first - 1, tokens.values[first - 1]
    if tokens.lower(first - 1) == "some" and first - 1 >= floor and not bare:
        return first - 1, "APPROX"
    if cls(first - 1) == "OVER" and meaning.relation is None and not bare and tokens.lower(first - 2) in _BEFORE_OVER:
        return first - 1, "MORE_THAN"
    if cls(first - 1) == "WITHIN" and meaning.relation is None and not bare:
        return first, "EQUAL_OR_LESS"
    if cls(first - 1) == "THAN" and cls(first - 2) in ("MORE", "LESS"):
        if tokens.lower(first - 3) == "no" and first - 3 >= floor:
            return first - 3, "EQUAL_OR_LESS" if cls(first - 2) == "MORE" else "EQUAL_OR_MORE"
        return first - 2, "MORE_THAN" if cls(first - 2) == "MORE" else "LESS_THAN"
    if cls(first - 1) in ("LEAST", "MOST", "LATEST") and cls(first - 2) == "AT":
        return first - 2, "EQUAL_OR_MORE" if cls(first - 1) == "LEAST" else "EQUAL_OR_LESS"
    if cls(first - 1) == "TO" and cls(first - 2) == "UP":
        return first - 2, "EQUAL_OR_LESS"
    return first, None


def _takes_article(meaning: Meaning) -> bool:
    """Whether "the" before it belongs to it: "the third quarter", not "the 1987 crash" or "the Feb. 23 accord"."""
    if meaning.form == "calendar":
        if meaning.relation is not None or meaning.mod in ("START", "MID", "END"):
            return True
        return meaning.rule in ("decade", "century", "season", "quarter", "part", "fiscal")
    return meaning.form == "unit" or (meaning.form == "duration" and meaning.rule in ("span", "relative", "fiscal"))


def _with_tail(tokens: Tokens, item: Found) -> Found:
    """Take in what stands after: "or so", "or later", "and beyond", "ahead", "period"."""
    last, meaning = item.last, item.meaning
    if tokens.cls(last) == "OR" and tokens.cls(last + 1) == "SO":
        return Found(item.first, last + 2, replace(meaning, mod="APPROX"))
    if tokens.cls(last) in ("OR", "AND") and tokens.cls(last + 1) in ("LATER", "BEYOND") and meaning.form == "calendar":
        return Found(item.first, last + 2, replace(meaning, mod="ON_OR_AFTER"))
    if tokens.cls(last) == "OR" and tokens.cls(last + 1) == "EARLIER" and meaning.form == "calendar":
        return Found(item.first, last + 2, replace(meaning, mod="ON_OR_BEFORE"))
    if meaning.form == "duration" and tokens.cls(last) in ("AHEAD", "PERIOD"):
        first = item.first
        if tokens.cls(last) == "AHEAD" and tokens.cls(first - 1) == "THE":
            first -= 1
        if tokens.cls(last) == "PERIOD" and tokens.cls(first - 1) == "A":
            first -= 1
        return Found(first, last + 1, meaning)
    if meaning.rule == "part" and tokens.cls(item.first) == "AT":
        return Found(item.first + 1, last, meaning)
    return item


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
    return False
