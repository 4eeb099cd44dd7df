"""What stands before and after an atom and belongs to it: early, last, nearly, the; or so, ahead."""

from __future__ import annotations

from dataclasses import replace

from pipeline.stages.dates.meaning import Found, Meaning
from pipeline.stages.dates.tokens import Tokens

_RELATION = {
    "LAST": "last", "PAST": "past", "PREV": "previous", "NEXT": "next", "COMING": "coming", "FOLLOWING": "following",
    "THIS": "this", "CURRENT": "current", "THAT": "that", "SAME": "same",
}  # fmt: skip


def with_modifiers(tokens: Tokens, item: Found, floor: int) -> Found:
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
    first, bound = _approximator(tokens, first, floor, quantified, meaning)
    if bound:
        meaning = replace(meaning, mod=bound)
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


_BEFORE_OVER = frozenset([
    "", "for", "in", "of", "after", "just", "well", "lasted", "took", "last", "take", "spent", "little", "since",
    "every", "is", "was", ","
])  # fmt: skip
_DATE_APPROX = frozenset(["about", "around", "approximately", "roughly", "circa", "ca"])


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
        return meaning.rule in ("decade", "century", "season", "quarter", "part", "fiscal", "part-of", "day-of")
    return meaning.form == "unit" or (meaning.form == "duration" and meaning.rule in ("span", "relative", "fiscal"))


def with_tail(tokens: Tokens, item: Found) -> Found:
    """Take in what stands after: "or so", "or later", "and beyond", "ahead", "period"."""
    last, meaning = item.last, item.meaning
    if tokens.cls(last) == "OR" and tokens.cls(last + 1) == "SO":
        return Found(item.first, last + 2, replace(meaning, mod="APPROX"))
    if tokens.cls(last) in ("OR", "AND") and tokens.cls(last + 1) in ("LATER", "BEYOND") and meaning.form == "calendar":
        return Found(item.first, last + 2, replace(meaning, mod="ON_OR_AFTER"))
    if tokens.cls(last) == "OR" and tokens.cls(last + 1) == "EARLIER" and meaning.form == "calendar":
        return Found(item.first, last + 2, replace(meaning, mod="ON_OR_BEFORE"))
    if meaning.unit == "Y" and tokens.cls(last) == "TO" and tokens.cls(last + 1) == "DATE":
        return Found(item.first, last + 2, meaning)
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
