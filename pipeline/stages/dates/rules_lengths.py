"""Lengths, sets, units picked out by a relation, and references without a date."""

from __future__ import annotations

import re

from pipeline.stages.dates.meaning import Meaning
from pipeline.stages.dates.numbers import number_of
from pipeline.stages.dates.patterns import RELATION, closes, int_of, rule, value_of
from pipeline.stages.dates.tokens import Tokens

_AFTER_NOUN = frozenset([
    "is", "was", "will", "would", "may", "might", "could", "holds", "looks", "for", "as", "with", "that", "if",
    "when", "but", "by", "on", "at", "has", "had", "who", "which", '"', "”", "'", "''", ";", ":", ")", "?", "!",
    "–", "—"
])  # fmt: skip


def _count(tokens: Tokens, match: re.Match[str]) -> tuple[float | None, bool]:
    """The number of a duration (None: some) and whether it could be read."""
    if match.start("n") < 0:
        return None, True
    number = number_of(tokens, match.start("n"), match.end("n"))
    return number, number is not None


@rule(
    "duration",
    "(?:(?P<n>@num)|(?P<few>@some)(?:WNUM OF)?)(?:MORE|HYPHEN)?(?:HYPHEN?BUSINESS)?HYPHEN?"
    "(?P<unit>@unit)(?P<half>AND A HALF)?",
    "(?P<n>@num)(?:TO|OR|HYPHEN|AND|TO HYPHEN)(?P<n2>@num)HYPHEN?BUSINESS?HYPHEN?(?P<unit>@unit)",
    "(?P<n>@num)HYPHEN?TO HYPHEN?(?P<n2>@num)HYPHEN(?P<unit>@unit)",
    "THE?UNIT HYPHEN(?:AGO|EARLIER)(?P<n>@num)(?P<unit>UNITS)",
    "THE?(?P<n>@num)(?:LAST|PAST|PREV|NEXT|COMING|FOLLOWING)(?P<unit>UNITS)",
    "(?P<one>A)(?:FULL|BUSINESS)?(?P<unit>UNIT|QUARTER)(?P<half>AND A HALF)?",
    "(?P<one>A)(?P<unit>UNIT)OR(?:WNUM|NUM1)",
    "(?<=THAN)(?P<unit>UNIT)(?=AFTER|BEFORE|AGO|LATER|EARLIER)",
    "(?P<one>A)(?P<few>FEW)HYPHEN?(?P<unit>@unit)",
    "(?P<hf>HALF)HYPHEN?A?HYPHEN?(?P<unit>UNIT)",
    "(?P<unit>UNITS)(?:OR|AND)(?P<unit2>UNITS)",
    "(?P<unit>UNITS)",
    "(?P<unit>@unit)HYPHEN(?P<long>BUSINESS)",
)
def _duration(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    groups = {name for name in match.re.groupindex if match.start(name) >= 0}
    unit = value_of(tokens, match, "unit")
    if _is_no_length(tokens, match, groups, unit):
        return None
    singular = tokens.cls(match.start("unit")) == "UNIT"
    count: float | None = None
    mod = None
    if "hf" in groups:
        count = 0.5
    elif "n" in groups:
        count = number_of(tokens, match.start("n"), match.end("n"))
        if count is None:
            return None
    elif (singular and "few" not in groups) or ("one" in groups and "few" not in groups):
        count = 1
    if count == 1 and unit in ("S", "MIN") and "half" not in groups and _is_idiom(tokens, match.start(), match.end()):
        return None
    if count == 1 and unit == "D" and match.end() - match.start() == 2 and tokens.lower(match.start()) == "one":
        some_day = _some_day(tokens, match.start(), match.end())
        if some_day is not None:
            return Meaning("ref", "ref", text=some_day) if some_day else None
    if "n2" in groups:
        other = number_of(tokens, match.start("n2"), match.end("n2"))
        if other is None or count is None or other <= count or tokens.lower(match.start() - 1) == "between":
            return None
        mod = "APPROX"
    if "few" in groups and tokens.lower(match.end("few") - 2) == "couple":
        count, mod = 2, "APPROX"
    if "half" in groups and count is not None:
        count += 0.5
    return Meaning("duration", "duration", unit=unit, count=count, mod=mod)


def _is_no_length(tokens: Tokens, match: re.Match[str], groups: set[str], unit: str | None) -> bool:
    """Whether the words before and after make something else of it: a rate, a fourth part, an hour of the day."""
    before, width = match.start() - 1, match.end() - match.start()
    if unit == "Q" and not _is_quarter_of_year(tokens, match):
        return True
    if "one" in groups and tokens.cls(match.end()) == "HYPHEN":
        following = match.end() + 1
        if tokens.cls(following) in ("AGO", "EARLIER", "PARTOF") or tokens.lower(following) == "long":
            return True
    if "one" in groups and "few" not in groups and width == 2 and _is_rate(tokens, match):
        return True
    if "long" in groups and tokens.lower(match.start("long")) != "long":
        return True
    if tokens.cls(match.end()) == "A" and (unit, _unit_at(tokens, match.end() + 1)) in _ALWAYS:
        # open 24 hours a day, seven days a week
        number = "".join(tokens.lower(index) for index in range(match.start(), match.start("unit")))
        return width == 1 or number in _ALL_OF_THEM
    if width == 1 and (tokens.cls(before) in ("EARLY", "PART", "BUSINESS") or unit == "WE"):
        # the early hours, business hours, the weekends
        return True
    counted = tokens.cls(match.end()) in ("AGO", "EARLIER", "LATER", "BEFORE", "AFTER")
    if width == 1 and not counted and (tokens.lower(before) in _BYGONE or _is_name(tokens, before)):
        # the good old days, the Clinton years
        return True
    beyond = tokens.lower(match.end())
    if (unit in ("S", "MIN") and beyond in _COMPARED) or (before > 0 and tokens.lower(before - 1) == "sub"):
        # one second slower, a sub-five-minute mile
        return True
    if width == 1 and unit in ("S", "MIN", "H") and tokens.lower(before) not in _BARE_BEFORE:
        return True
    # World Cup 2018 day five
    return tokens.cls(match.start("unit")) == "UNIT" and tokens.cls(match.start("unit") - 1) == "YEAR"


_BYGONE = frozenset(["old", "glory", "olden", "bygone", "salad"])


def _is_name(tokens: Tokens, index: int) -> bool:
    """Whether the token is a capitalised word that begins neither a sentence nor a quotation."""
    return tokens.cls(index) == "OTHER" and tokens.words[index].istitle() and tokens.lower(index - 1).isalpha()


def _unit_at(tokens: Tokens, index: int) -> str:
    return tokens.values[index] if tokens.cls(index) == "UNIT" else ""


def _is_quarter_of_year(tokens: Tokens, match: re.Match[str]) -> bool:
    """Whether a quarter is three months and not a fourth part: "several quarters", not "three-quarters of"."""
    unit = match.start("unit")
    if tokens.cls(unit) == "QUARTER":
        return tokens.cls(match.end()) in ("AGO", "EARLIER", "LATER")
    return tokens.cls(unit - 1) != "HYPHEN" and tokens.cls(match.end()) != "OF" and unit > match.start()


_ALWAYS = frozenset([("H", "D"), ("D", "W"), ("D", "Y"), ("W", "Y"), ("M", "Y")])
_ALL_OF_THEM = frozenset(["24", "twenty-four", "7", "seven", "365", "52", "12", "twelve"])
_NEGATIONS = frozenset(["not", "t", "never", "dont", "cannot", "no", "nobody", "hardly", "without"])
# Verbs of mind, which take "for a minute" as emphasis: nobody believes for just sixty seconds.
_OF_MIND = frozenset(
    f"{stem}{ending}"
    for stem in ("accept", "believ", "buy", "concede", "consider", "doubt", "forget", "imagin", "pretend", "question",
                 "regret", "suppos", "suggest", "suspect", "think", "trust",
                 "agre", "intend", "entertain", "dream", "hesitat")
    for ending in ("", "e", "es", "s", "ed", "d", "ing")
) | {"forgot", "forgotten", "forgetting", "thought", "bought"}  # fmt: skip
_WAITING = frozenset(["wait", "hang", "hold"])
_SOON = frozenset(["will", "ll", "'ll", "’ll", "would", "d", "'d", "’d"])


def _is_idiom(tokens: Tokens, first: int, last: int) -> bool:
    """Whether one second or minute is no length: "not for one second", "if you think for a minute", "wait a minute,".

    A sentence that measures ("the engine did not stop for one minute") keeps its length: emphasis needs "not" right
    before it or a verb of mind nearby.
    """
    before = tokens.lower(first - 1)
    near = [tokens.lower(index) for index in range(max(0, first - 7), first - 1)]
    if before == "for":
        if tokens.lower(first - 2) in ("not", "never"):
            return True
        denied = any(word in _NEGATIONS or word in ("if", "anyone", "do", "does", "did") for word in near)
        return denied and any(word in _OF_MIND for word in [*near, *(tokens.lower(last + i) for i in range(3))])
    if before in ("wait", "on") and closes(tokens, last):
        # "Wait a minute, …", "Hang on a minute"; "they wait a minute" measures
        verb = first - 1 if before == "wait" else first - 2
        return tokens.lower(verb) in _WAITING and (
            tokens.cls(verb - 1) == "BREAK" or not tokens.lower(verb - 1).isalpha()
        )
    if before == "in" and closes(tokens, last):
        # "we'll be back in a minute" is soon; "will print 30 pages in a minute" is a rate
        counted = any(tokens.cls(index) in ("NUM", "NUM1", "WNUM", "WBIG") for index in range(first - 7, first - 1))
        return not counted and any(word in _SOON for word in near)
    return False


_HOPES = frozenset(
    ["hope", "hopes", "hoped", "hoping", "want", "wants", "wanted", "dream", "dreams", "dreamed", "wish"]
)
_NOT_AFTER_SOME_DAY = frozenset(["", "is", "was", "will", "would", "and", "or", "to", "for", "per", "at", "on"])
_WILL = frozenset(["will", "'ll", "’ll", "would", "'d", "’d", "could", "can", "may", "might", "should", "shall"])


def _some_day(tokens: Tokens, first: int, last: int) -> str | None:
    """Whether "one day" is no length: ``FUTURE_REF`` in "will one day lead", empty where it opens a tale, else None."""
    if tokens.cls(last) in ("AGO", "EARLIER", "LATER", "BEFORE", "AFTER", "HYPHEN", "OF"):
        return None
    before, beyond = tokens.lower(first - 1), tokens.lower(first - 2)
    if before in _WILL or before in _HOPES or (before == "to" and beyond in _HOPES):
        return "FUTURE_REF"
    if before in ("he", "she", "it", "they", "we", "i") and beyond in _HOPES:
        return "FUTURE_REF"
    if tokens.cls(first - 1) == "BREAK" and tokens.lower(last) not in _NOT_AFTER_SOME_DAY:
        near = [tokens.lower(index) for index in range(last, last + 4)]
        return "FUTURE_REF" if any(word in _WILL for word in near) else ""
    return None


_COMPARED = frozenset(["slower", "faster", "quicker", "behind", "adrift", "clear", "off"])
_BARE_BEFORE = frozenset(
    ["for", "in", "within", "after", "only", "just", "of", "by", "over", "lasted", "took", "take", "takes", "last",
     "lasts", "with", "until", "spent", "spend", "mere", ""]
)  # fmt: skip
_LENGTH_BEFORE = frozenset([
    "for", "in", "within", "after", "over", "than", "least", "about", "almost", "nearly", "only", "just", "of",
    "is", "was", "lasted", "took", "barely", "be", "take", "spent", "spend", "last", "every", "to", "at", "during",
    "until", "roughly", "around", "some", "wait", "waited", "not", "even", "as", "exactly", "half", "hardly", "and",
    "but", "or", "by"
])  # fmt: skip


def _is_rate(tokens: Tokens, match: re.Match[str]) -> bool:
    """Whether "a year" is a rate ("$5 million a year") and not a length: nothing before it asks for one."""
    if tokens.cls(match.end()) in ("AGO", "EARLIER", "LATER", "BEFORE", "AFTER", "PREVIOUSLY", "HENCE", "HYPHEN"):
        return False
    if tokens.lower(match.end()) == "from" and tokens.cls(match.end() + 1) in ("WEEKDAY", "DEIC", "REF"):
        return False  # a week from Friday
    before = tokens.cls(match.start() - 1)
    return not (tokens.lower(match.start() - 1) in _LENGTH_BEFORE or before in ("BREAK", "COMMA", "APPROX", "OVER"))


# "the year ended March 31", "the decade since the war": a length, not this year or decade.
_OPEN_AFTER = frozenset(["ended", "ending", "to", "since"])


@rule(
    "relative",
    "(?:THE|THIS|THAT)?(?P<rel>@rel)(?:FULL|FISCAL|BUSINESS)?(?P<unit>UNIT|QUARTER|PERIOD)",
    "(?P<rel>THE)(?:FULL)?(?P<unit>UNIT|QUARTER)",
    "(?P<rel>LAST|THIS|NEXT)UNIT POSS(?P<unit>QUARTER|PERIOD)",
    "THE?(?P<rel>CORRESPONDING|SAME)(?P<unit>QUARTER|PERIOD)",
    "THE?CORRESPONDING?(?P<rel>EVERY OF)?(?P<unit>UNIT)HYPHEN(?:AGO|EARLIER)(?P<target>QUARTER|PERIOD)",
    "THE?(?P<year>YEAR)(?P<unit>QUARTER|PERIOD)",
    "(?P<rel>EVERY OF?)?THE?(?P<unit>UNIT)HYPHEN?(?:AGO|EARLIER)(?P<target>QUARTER|PERIOD)?",
)
def _relative(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    groups = match.re.groupindex
    unit = value_of(tokens, match, "unit") or ("P" if tokens.cls(match.start("unit")) == "PERIOD" else None)
    if "year" in groups:
        return Meaning(
            "unit", "period", unit="Q" if unit == "Q" else "P", relation="the", year=int_of(tokens, match, "year")
        )
    if tokens.cls(match.start("unit") - 1) == "POSS":
        if tokens.values[match.start() + 1] != "Y":
            return None
        return Meaning(
            "unit", "year-ago", unit=unit, relation="year-ago" if tokens.cls(match.start()) == "LAST" else "the"
        )
    if "target" in groups:
        if unit != "Y" or match.start("rel") >= 0:
            return None
        target = match.start("target")
        name = None if target < 0 else "Q" if tokens.cls(target) == "QUARTER" else "P"
        return Meaning("unit", "year-ago", unit=name or "Y", relation="year-ago")
    relation = RELATION[tokens.cls(match.start("rel"))]
    event = tokens.cls(match.end()) in ("BEFORE", "AFTER") and not _is_that_day(tokens, match.start())
    if relation == "the" and event and unit in ("D", "W", "M", "Y"):
        # "the week before the vote": counted from an event; compose joins it with a date that follows
        sign = 1 if tokens.cls(match.end()) == "AFTER" else -1
        return Meaning("unit", "event", unit=unit, relation=relation, sign=sign)
    if relation == "the" and unit in ("W", "M", "Y") and tokens.lower(match.end()) in _CLAUSE_SUBJECTS:
        # "the year he returned": that of an event
        return Meaning("unit", "event", unit=unit, relation=relation)
    if relation == "the" and unit == "D" and not _is_that_day(tokens, match.start()):
        return None
    if relation == "next" and unit == "D" and tokens.cls(match.start()) == "THE":
        relation = "following"
    if relation == "last" and unit == "D":
        # the last day of something, not yesterday
        return Meaning("unit", "ordinal", unit=unit, ordinal=-1, relation="the")
    following = tokens.lower(match.end())
    if relation == "the" and unit in ("W", "M", "Y", "DE", "CE") and following in _OPEN_AFTER:
        if following == "to" and tokens.cls(match.end() + 1) == "DATE":
            # the year to date
            return Meaning("unit", "relative", unit=unit, relation="this")
        return Meaning("duration", "relative", unit=unit, count=1, relation="the")
    if relation == "the" and unit == "D" and _is_after_all(tokens, match.start(), match.end()):
        return None
    fiscal = any(tokens.cls(i) == "FISCAL" for i in range(match.start(), match.end()))
    if unit == "D" and relation == "this" and tokens.lower(match.start() - 1) == "to":
        return Meaning("ref", "relative", text="PRESENT_REF")
    return Meaning("unit", "relative", unit=unit, relation=relation, fiscal=fiscal)


def _is_after_all(tokens: Tokens, first: int, last: int) -> bool:
    """ "At the end of the day, she is right": no hour of any day."""
    phrase = [tokens.lower(index) for index in range(first - 4, first)]
    return phrase == ["at", "the", "end", "of"] and tokens.cls(last) == "COMMA"


_CLAUSE_SUBJECTS = frozenset(["he", "she", "it", "they", "we", "i", "you", "when"])


def _is_that_day(tokens: Tokens, index: int) -> bool:
    """Whether "the day" at *index* is a certain one: "later in the day", "the end of the day"."""
    before, beyond = tokens.cls(index - 1), tokens.cls(index - 2)
    return (before == "IN" and beyond in ("EARLY", "EARLIER", "LATER")) or (before == "OF" and beyond == "PARTOF")


@rule("shift", "THE(?P<unit>UNIT|QUARTER)(?P<to>BEFORE|AFTER|PREVIOUSLY)")
def _unit_before(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """the year before; the day after."""
    if not closes(tokens, match.end()):
        return None
    sign = 1 if tokens.cls(match.start("to")) == "AFTER" else -1
    return Meaning("shift", "shift", unit=value_of(tokens, match, "unit"), count=1, sign=sign, anchored=True)


@rule(
    "span",
    "THE?(?P<rel>@srel)(?:(?P<n>@num)|(?P<few>@some|FEW)(?:WNUM OF)?)?(?:(?:OR|TO|HYPHEN)@num)?"
    "(?:MORE|BUSINESS)?(?P<unit>@unit)(?:(?<=UNITS)(?:AND|OR)UNITS)?",
    "(?:THE)?(?P<first>ORD)(?:(?P<n>@num)|(?P<few>FEW))?BUSINESS?(?P<unit>UNITS)",
    "(?P<the>THE)(?:(?P<n>@num)|(?P<few>FEW))(?P<unit>UNITS)",
)
def _span(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """the past two years, the first nine months, recent weeks."""
    groups = match.re.groupindex
    unit = value_of(tokens, match, "unit")
    count, readable = _count(tokens, match)
    if not readable:
        return None
    mod = None
    if match.start("few") >= 0 and "couple" in (tokens.lower(i) for i in range(match.start("few"), match.end("few"))):
        count, mod = 2, "APPROX"
    if "rel" in groups:
        relation = RELATION[tokens.cls(match.start("rel"))]
        plural = tokens.cls(match.start("unit")) == "UNITS"
        if count is None and match.start("few") < 0 and not plural:
            return None
        if relation in ("this", "that") and count is None and match.start("few") < 0:
            if unit == "D" and tokens.lower(match.start("rel")) == "these":
                return Meaning("ref", "ref", text="PRESENT_REF")
            return None
        if relation == "same" and plural and count is None:
            return None
        return Meaning("duration", "span", unit=unit, count=count, relation=relation, mod=mod)
    if "first" in groups:
        if int_of(tokens, match, "first") != 1:
            return None
        return Meaning("duration", "span", unit=unit, count=count)
    return Meaning("duration", "span", unit=unit, count=count, relation="the", mod=mod)


@rule(
    "set",
    "(?P<every>EVERY)(?P<n>@num|ORD|OF)?(?P<unit>@unit|WEEKDAY|MONTH|SEASON|PART|HOLIDAY)",
    "(?P<every>EVERY)(?P<other>BUSINESS)(?P<unit>UNIT|WEEKDAY|PART)",
    "(?P<every>WEEKDAYS)(?P<unit>PARTS)?",
    "(?P<every>WEEKDAY)(?P<unit>PARTS)",
    "THE?(?:LAST|PAST|PREV|NEXT|COMING)@num(?P<every>SEASONS|WEEKDAYS)",
    "(?P<every>ADVERBSET)",
    "(?<=ON)(?P<every>UNITS)",
    "(?P<every>PER)(?P<unit>UNIT|QUARTER)",
    "(?P<every>ONCE|WNUM OTHER)A(?P<unit>UNIT|QUARTER)",
)
def _set(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    groups = match.re.groupindex
    head = tokens.cls(match.start("every"))
    if head == "ADVERBSET":
        beyond = tokens.words[match.end()] if match.end() < len(tokens) else ""
        if beyond.istitle():
            # the party daily Granma
            return None
        return Meaning("set", "set", text=tokens.values[match.start()])
    if head == "UNITS":
        return Meaning("set", "set", text="XXXX-WXX-WE") if tokens.values[match.start()] == "WE" else None
    if head == "SEASONS":
        return Meaning("set", "set", text=f"XXXX-{tokens.values[match.start('every')]}")
    if head in ("WEEKDAYS", "WEEKDAY"):
        part = value_of(tokens, match, "unit") if "unit" in groups and match.start("unit") >= 0 else None
        day = tokens.values[match.start("every")]
        return Meaning("set", "set", text=f"XXXX-WXX-{day}" + (f"T{part}" if part else ""))
    if match.group("every")[-1:] and head == "WNUM" and tokens.lower(match.start() + 1) != "times":
        return None
    unit, cls = value_of(tokens, match, "unit"), tokens.cls(match.start("unit"))
    number: float | None = 1
    if "other" in groups:
        if tokens.lower(match.start("other")) != "other":
            return None
        number = 2
    if "n" in groups and match.start("n") >= 0:
        if tokens.cls(match.start("n")) == "OF":
            return None
        if tokens.cls(match.start("n")) == "ORD":
            number = int_of(tokens, match, "n")
        else:
            number = number_of(tokens, match.start("n"), match.end("n"))
    text = {
        "WEEKDAY": f"XXXX-WXX-{unit}",
        "MONTH": f"XXXX-{(unit or '').zfill(2)}",
        "SEASON": f"XXXX-{unit}",
        "PART": f"XXXX-XX-XXT{unit}",
        "HOLIDAY": "P1Y",
    }.get(cls)
    if text is None and unit == "WE":
        text = "XXXX-WXX-WE"
    if text:
        return Meaning("set", "set", text=text)
    if number is None:
        return None
    return Meaning("set", "set", unit=unit, count=number)


def _is_after_noun(tokens: Tokens, index: int) -> bool:
    return tokens.lower(index) in _AFTER_NOUN


@rule(
    "ref",
    "(?:RIGHT)?(?P<ref>REF)",
    "(?P<ref>CURRENT)",
    "(?:THE)?(?:NEAR|RECENT)?(?P<ref>FUTURE)",
    "THE(?:RECENT|NEAR)?(?P<ref>PAST)",
    "THE(?P<ref>NEAR)TERM",
    "THE(?P<ref>PRESENT)",
    "(?<=YEAR HYPHEN|YEAR TO)(?P<ref>PRESENT)",
)
def _ref(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    cls = tokens.cls(match.start("ref"))
    if cls in ("PAST", "PRESENT", "FUTURE") and tokens.lower(match.end()) in ("tense", "tenses", "participle"):
        return None
    if cls == "FUTURE":
        # "future earnings" and "a future of its own" place nothing in time
        determined = any(tokens.cls(i) in ("THE", "NEAR") for i in range(match.start(), match.end()))
        ends = closes(tokens, match.end()) or tokens.cls(match.end()) in ("AND", "OR", "OF", "TO")
        if not (
            tokens.lower(match.start() - 1) == "in" or (determined and (ends or _is_after_noun(tokens, match.end())))
        ):
            return None
    text = {
        "CURRENT": "PRESENT_REF",
        "FUTURE": "FUTURE_REF",
        "PAST": "PAST_REF",
        "NEAR": "FUTURE_REF",
        "PRESENT": "PRESENT_REF",
    }.get(cls) or tokens.values[match.start("ref")]
    return Meaning("ref", "ref", text=text)


@rule("time", "(?P<rel>THE|THAT|THIS)TIME")
def _time(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    if tokens.cls(match.start() - 1) != "AT":
        return None
    if tokens.cls(match.end()) == "OF" or tokens.lower(match.end()) in ("when", "that"):
        return None
    return Meaning("ref", "ref", text="PRESENT_REF" if tokens.cls(match.start()) == "THIS" else "PAST_REF")


@rule("year-end", "(?P<end>PARTOF)OF(?P<unit>UNIT)", "(?P<unit>UNIT)(?:HYPHEN|POSS)?(?P<end>PARTOF)")
def _year_end(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    unit = value_of(tokens, match, "unit")
    if unit not in ("Y", "M") or tokens.lower(match.start("end")) == "close":
        return None
    if match.start("end") < match.start("unit"):
        return Meaning("unit", "year-end", unit=unit, relation="the", mod=value_of(tokens, match, "end"))
    if tokens.lower(match.start("end")) != "end":
        return None
    hyphenated = tokens.cls(match.start("end") - 1) == "HYPHEN"
    return Meaning(
        "unit", "year-end", unit=unit, relation="the", mod="END", text="12-31" if hyphenated and unit == "Y" else None
    )
