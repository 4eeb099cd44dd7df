"""What an expression is resolved against, and what comes of it."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from pipeline.annotations import TimexType
from pipeline.stages.dates import values
from pipeline.stages.dates.meaning import Found
from pipeline.stages.dates.tokens import CODE, Tokens

_BREAK = CODE["BREAK"]
Anchor = Literal["published", "dateline"] | int | None
_MEMORY = 100
"""How many dates back an anchor is looked for."""
FINENESS = {
    "time": 0, "part_of_day": 0, "day": 1, "weekend": 2, "week": 2, "month": 3, "quarter": 4, "season": 4, "half": 5,
    "year": 6, "decade": 7, "century": 8,
}  # fmt: skip
UNIT_FINENESS = {"D": 1, "WE": 2, "W": 2, "FN": 2, "M": 3, "Q": 4, "P": 4, "Y": 6, "DE": 7, "CE": 8}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A value, how it was reached, and (where the words give more than the value does) its interval."""

    type: TimexType
    value: str
    mod: str | None = None
    anchor: Anchor = None
    direction: str | None = None
    interval: tuple[dt.datetime | None, dt.datetime | None] | None = None
    score: float | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that the text has given.

    Attributes:
        index: its number among the expressions.
        interval: without bounds where the date could not be resolved; it then hides those before it.
        token: its first token, and ``last`` the one after it.
        rule: the rule that read it.
        own: whether it wasn't itself counted back from another ("a year earlier").
        explicit: whether the words give its year.
    """

    index: int
    interval: values.Interval
    token: int
    last: int
    rule: str = ""
    own: bool = True
    explicit: bool = False


@dataclass(slots=True)
class Context:
    """What expressions are resolved against.

    ``history`` holds the dates that the text has given so far.
    """

    tokens: Tokens
    written: dt.date | None
    written_from: Literal["published", "dateline"] | None
    narrative: bool = False
    tags: Sequence[str] | None = None
    history: list[Dated] = field(default_factory=list)
    paragraph_starts: Sequence[int] = ()
    years: tuple[int, int] | None = None
    """The years between which most of a narrative's dates lie: an aside about another time dates nothing else."""
    index: int = 0
    first: int = 0
    """The first token of the expression at hand."""
    read: Callable[[Found, Context], Resolved | None] | None = None
    """The evaluator itself, for what depends on the expression that follows."""
    following: Found | None = None
    """The next expression, and the one after it."""
    beyond: Found | None = None
    bc: int | None = None
    """The year BC that the text spoke of last."""
    long_period: int = -1
    """The last expression that gave a period longer than a quarter: "the nine months"."""
    weekdays: dict[int, list[Found]] = field(default_factory=dict)
    """The expressions that name a weekday and nothing more, by weekday."""
    leanings: dict[int, float] = field(default_factory=dict)
    """By weekday, how far all that the article says of it leans to the future (above 0) or to the past."""
    deeds: dict[str, tuple[int, dt.date] | None] = field(default_factory=dict)
    """What was done on which day, by the past verb of the sentence: expression and day; None where on several."""
    period: tuple[int, str, values.Interval] | None = None
    """The last quarter or half that was not itself counted back from another."""
    aside: tuple[int, str, values.Interval, int] | None = None
    """One that was spoken of beside a later one, with its token: it holds for its own sentence alone."""

    def era_fits(self, year: int) -> bool:
        """Whether *year* belongs to the time that the text tells of."""
        return self.years is None or self.years[0] <= year <= self.years[1]

    def partner(self, item: Found, rules: frozenset[str]) -> tuple[dt.date, str] | None:
        """The first day of a date of the same kind to which this one is tied ("January or February"), and the tie."""
        dated = self.history[-1] if self.history else None
        if dated is None or dated.index != self.index - 1 or dated.rule not in rules or item.first != dated.last + 1:
            return None
        link = self.tokens.cls(dated.last)
        earliest = dated.interval.earliest
        return (earliest.date(), link) if link in ("AND", "OR", "TO", "HYPHEN") and earliest is not None else None

    def day_of_paragraph(self, token: int) -> tuple[int, dt.date] | None:
        """The last day that the paragraph gave before *token*."""
        here = self.paragraph_of(token)
        for dated in islice(reversed(self.history), 20):
            if self.paragraph_of(dated.token) != here:
                return None
            if FINENESS.get(dated.interval.granularity, 9) <= 1 and dated.interval.earliest is not None:
                return dated.index, dated.interval.earliest.date()
        return None

    def last_fitting(self, unit: str, own: bool = False) -> tuple[int, dt.date] | None:
        """The latest date of the text that is as fine as *unit* or finer; *own*: not itself counted from another."""
        limit = UNIT_FINENESS[unit]
        for dated in islice(reversed(self.history), _MEMORY):
            earliest = dated.interval.earliest
            if own and not dated.own:
                continue
            if self.narrative and earliest is not None and not self.era_fits(earliest.year):
                continue
            if FINENESS.get(dated.interval.granularity, 9) <= limit:
                return (dated.index, earliest.date()) if earliest is not None else None
        return None

    def month_just_named(self) -> tuple[int, dt.date] | None:
        """A past month that is the last date named, in this sentence or the one before, without a day of its own."""
        dated = self.history[-1] if self.history else None
        if dated is None or dated.interval.granularity != "month" or dated.interval.latest is None:
            return None
        if self.written is not None and dated.interval.latest.date() >= self.written:
            return None
        between = self.tokens.codes[dated.token : self.first].count(_BREAK)
        return (dated.index, dated.interval.latest.date()) if between <= 1 else None

    def paragraph_of(self, token: int) -> int:
        """The number of the paragraph in which a token stands."""
        return bisect_right(self.paragraph_starts, self.tokens.starts[token])

    def year_of_paragraph(self, token: int) -> tuple[int, int] | None:
        """Expression and year of the last explicit year before *token* in its paragraph."""
        here = self.paragraph_of(token)
        for dated in islice(reversed(self.history), _MEMORY):
            if self.paragraph_of(dated.token) != here:
                return None
            if dated.explicit and dated.interval.earliest is not None:
                return dated.index, dated.interval.earliest.year
        return None


def full_date(year: int, month: int, day: int) -> dt.date | None:
    """The date, None where the calendar has none."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
