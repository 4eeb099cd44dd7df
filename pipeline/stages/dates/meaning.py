"""What the words of a time expression mean, before it is known what they are counted from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["calendar", "unit", "shift", "duration", "set", "ref", "value"]
Relation = Literal[
    "last", "past", "previous", "next", "coming", "following", "this", "current", "that", "same", "latest", "the",
    "bare", "recent", "year-ago",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """The parts of an expression; which are filled depends on ``form``.

    Attributes:
        form: ``calendar`` (fields of a calendar), ``unit`` (a unit picked out by a relation: "last week"), ``shift``
            (so many units from an anchor: "two days ago"), ``duration``, ``set``, ``ref`` (PAST_REF and the like) or
            ``value`` (``text`` is the value already).
        count: how many units; None with a unit is "some" (``PXY``).
        ordinal: "the second day".
        sign: -1 for ago and earlier, 1 for later and hence.
        anchored: whether a shift counts from the text ("later") and not from the day of writing ("ago").
        rule: which rule of the grammar built it; goes to the table.
    """

    form: Form
    rule: str
    year: int | None = None
    era: str | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    season: str | None = None
    quarter: int | None = None
    half: int | None = None
    decade: int | None = None
    century: int | None = None
    holiday: str | None = None
    part: str | None = None
    clock: str | None = None
    zone: str | None = None
    unit: str | None = None
    count: float | None = None
    extra: str | None = None
    ordinal: int | None = None
    relation: Relation | None = None
    sign: int = 0
    anchored: bool = False
    fiscal: bool = False
    mod: str | None = None
    text: str | None = None
    base: Meaning | None = None
    """"the day before last Tuesday": what it is shifted from."""
    year_shift: int | None = None
    """"July last year": the year, counted from the year of writing."""

    @property
    def has_day(self) -> bool:
        """Whether it names a day, of a week or of a month."""
        return self.form == "calendar" and (
            self.weekday is not None or self.day is not None or self.holiday is not None
        )

    @property
    def is_clock_only(self) -> bool:
        """A time of day without its day."""
        return (
            self.form == "calendar"
            and (self.part is not None or self.clock is not None)
            and not (self.has_day or self.month or self.year)
        )

    @property
    def yearless(self) -> bool:
        """A calendar date for which a year must be found."""
        return self.form == "calendar" and self.year is None and self.decade is None and self.century is None


@dataclass(frozen=True, slots=True)
class Found:
    """A meaning and the tokens it covers, ``first`` to ``last`` exclusive."""

    first: int
    last: int
    meaning: Meaning
