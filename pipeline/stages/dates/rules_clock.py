"""Times of day: clock times and parts of a day."""

from __future__ import annotations

import re

from pipeline.stages.dates.meaning import Meaning, Relation
from pipeline.stages.dates.patterns import RELATION, ends_phrase, int_of, rule, value_of
from pipeline.stages.dates.tokens import Tokens


@rule(
    "part",
    "(?:(?P<rel>THE|THIS|THAT|LAST|(?:THE|THAT|THIS)?SAME|THE?(?:FOLLOWING|NEXT|PREV)|EARLY HYPHEN?)|AT)(?P<part>PART)",
)
def _part(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    part = value_of(tokens, match, "part")
    relation: Relation = "bare"
    if match.start("rel") < 0 and part != "NI":
        return None
    if match.start("rel") >= 0:
        if tokens.cls(match.start("rel")) == "EARLY":
            return Meaning("calendar", "part", part=part, relation="the", mod=tokens.values[match.start("rel")])
        relation = RELATION[tokens.cls(match.end("rel") - 1)]
        if relation == "same":
            relation = "that"
    if relation == "last" and part != "NI":
        return None
    if relation == "the" and not ends_phrase(tokens, match.end()):
        return None
    if relation == "the" and tokens.lower(match.end()) in _CLAUSE and tokens.lower(match.start() - 1) not in _WITHIN:
        # "the night the plane went down": that of an event, and no one's last night
        relation = "bare"
    return Meaning("calendar", "part", part=part, relation=relation)


_CLAUSE = frozenset(["the", "a", "an", "he", "she", "it", "they", "we", "i", "you", "his", "her", "their", "that"])
_WITHIN = frozenset(["in", "during", "by", "until", "over", "through", "throughout", "into", "all"])


def _clock_text(hour: int, minute: str | None, ampm: str | None) -> str | None:
    if ampm:
        if not 1 <= hour <= 12:
            return f"{hour:02d}:{minute or '00'}" if 12 < hour < 24 else None
        hour = hour % 12 + (12 if ampm == "pm" else 0)
    if hour > 24 or (minute and int(minute[:2]) > 59):
        return None
    return f"{hour:02d}:{minute or '00'}"


@rule("clock", "(?P<hour>NUM1|WNUM)OCLOCK?(?:IN THE|AT)(?P<part>PART)")
def _hour_of_part(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    """4 in the morning; nine o'clock at night."""
    value, part = value_of(tokens, match, "hour") or "", value_of(tokens, match, "part")
    named = tokens.cls(match.start() + 1) == "OCLOCK"
    if not value.isdigit() or not 1 <= int(value) <= 12 or part not in ("MO", "AF", "EV", "NI"):
        return None
    if not named and tokens.lower(match.start() - 1) not in _BEFORE_CLOCK - {"and", "to"}:
        return None
    early = part == "MO" or (part == "NI" and not 6 <= int(value) < 12)
    text = _clock_text(int(value), None, "am" if early else "pm")
    return Meaning("calendar", "clock", clock=text) if text else None


@rule(
    "clock",
    "(?P<clock>CLOCK)(?P<ampm>AMPM)?(?P<zone>ZONE)?",
    "(?P<hour>NUM1|NUM)(?P<ampm>AMPM)(?P<zone>ZONE)?",
    "(?P<hour>YEAR|NUM)(?P<zone>ZONE)",
    "(?P<hour>NUM1|WNUM)(?P<oclock>OCLOCK)",
    "(?P<twelve>NUM1)?(?P<word>CLOCKWORD)(?P<zone>ZONE)?",
)
def _clock(tokens: Tokens, match: re.Match[str]) -> Meaning | None:
    groups = match.re.groupindex
    word = tokens.words[match.start()]
    if (
        word.count(":") == 2
        and match.end() - match.start() == 1
        and tokens.lower(match.start() - 1) in _BEFORE_RACE_TIME
    ):
        h, m, s = (int(part) for part in word.split(":"))
        return Meaning("duration", "clock", unit="S", count=h * 3600 + m * 60 + s)
    zone = tokens.words[match.start("zone")] if "zone" in groups and match.start("zone") >= 0 else None
    ampm = value_of(tokens, match, "ampm") if "ampm" in groups else None
    if "word" in groups:
        if int_of(tokens, match, "twelve") not in (None, 12):
            return None
        return Meaning("calendar", "clock", clock=value_of(tokens, match, "word"), zone=zone)
    text: str | None
    if "clock" in groups:
        word = tokens.words[match.start("clock")]
        hour, _, minute = word.partition(":")
        if not ampm and not zone and not _clock_context(tokens, match.start()):
            return None
        text = _clock_text(int(hour), minute, ampm)
    else:
        value = tokens.values[match.start("hour")]
        hours, dot, minutes = value.partition(".")
        written_out = value == tokens.words[match.start("hour")]
        if value.isdigit() and written_out and len(value) in (3, 4) and (zone or ampm):
            text = _clock_text(int(value[:-2]), value[-2:], ampm)
        elif dot and hours.isdigit() and len(minutes) == 2 and minutes.isdigit():
            text = _clock_text(int(hours), minutes, ampm)
        else:
            text = _clock_text(int(value), None, ampm) if value.isdigit() else None
    return Meaning("calendar", "clock", clock=text, zone=zone) if text else None


def _clock_context(tokens: Tokens, index: int) -> bool:
    """Whether ``10:35`` without am, pm or zone is a time: after a preposition of time or beside a day."""
    before, after = tokens.lower(index - 1), tokens.cls(index + 1)
    return before in _BEFORE_CLOCK or after in ("WEEKDAY", "DEIC", "IN")


_BEFORE_RACE_TIME = frozenset(["in", "of", "clocked", "ran", "run", "finished", "time"])
_BEFORE_CLOCK = frozenset(
    ["at", "until", "till", "by", "from", "around", "about", "before", "after", "since", "and", "to"]
)
