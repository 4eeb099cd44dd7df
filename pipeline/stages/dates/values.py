"""TIMEX3 values: what calendar interval each denotes, and how EDTF writes it. Pure functions, standard library alone.

The notation is TIMEX3's (TimeML 1.2.1), with the habits of the TempEval-3 gold: ISO weeks run Monday to Sunday,
``199`` or ``199X`` is a decade, ``19`` or ``19XX`` a century, ``TNI`` a night, ``W12-WE`` a weekend.

| value | interval | EDTF |
| --- | --- | --- |
| ``2013-03-22`` | that day, 00:00:00 to 23:59:59 | ``2013-03-22`` |
| ``2013-W11`` | Monday to Sunday | ``2013-03-11/2013-03-17`` |
| ``2012-Q3``, ``2012-H1``, ``2012-SU`` | three or six months | ``2012-35``, ``2012-40``, ``2012-22`` |
| ``2013-03-22TNI`` | 21:00 to 05:59:59 of the next day | ``2013-03-22`` |
| ``BC0490``, ``99999`` | none: ``datetime`` holds the years 1 to 9999 | ``-0489``, ``Y99999`` |
| ``P9Y``, ``XXXX-WXX-2``, ``PAST_REF`` | none | none |

Seasons are the meteorological ones of the northern hemisphere; the winter of a year begins in its December.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple

from dateutil.relativedelta import relativedelta


class Interval(NamedTuple):
    """First and last second that a value denotes (an open side is None), and how fine it is."""

    earliest: dt.datetime | None
    latest: dt.datetime | None
    granularity: str


SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)

# First hour of a part of the day and its length in hours: a convention, TIMEX3 leaves it open.
PARTS: dict[str, tuple[int, int]] = {
    "MO": (6, 6),
    "MI": (12, 1),
    "AF": (12, 6),
    "EV": (18, 6),
    "NI": (21, 9),
    "DT": (6, 12),
}
_SEASON_MONTH = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_SEASON_EDTF = {"SP": 21, "SU": 22, "FA": 23, "WI": 24}

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:-?XX)*$")
_WEEK = re.compile(r"(\d{4})-W(\d\d)(?:-(WE|[1-7]))?$")
_PERIOD = re.compile(r"(\d{4})-(Q[1-4]|H[12]|SP|SU|FA|WI)$")
_DECADE = re.compile(r"(\d{3})X?$")
_CENTURY = re.compile(r"(\d\d)(?:XX)?$")
_CLOCK = re.compile(r"(\d\d)(?::(\d\d)(?::(\d\d))?)?(?:Z|[+-]\d\d(?::?\d\d)?)?$")
_BC = re.compile(r"BC(\d{4,})(?:-(\d\d)(?:-(\d\d))?)?(?:-[A-Z]{2})?$")
_LENGTH = re.compile(r"P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?"
                     r"(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$")  # fmt: skip


def _months(year: int, month: int, count: int, granularity: str) -> Interval | None:
    """*count* months from the first of *month*; None outside the years 1 to 9999."""
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        return None
    start = dt.datetime(year, month, 1)
    last_year, last_month = divmod(year * 12 + month - 1 + count - 1, 12)
    if last_year > 9999:
        return None
    last_day = calendar.monthrange(last_year, last_month + 1)[1]
    return Interval(start, dt.datetime(last_year, last_month + 1, last_day, 23, 59, 59), granularity)


def _week(year: int, week: int, part: str | None) -> Interval | None:
    try:
        monday = dt.datetime.combine(dt.date.fromisocalendar(year, week, 1), dt.time())
        if part is None:
            return Interval(monday, monday + 7 * DAY - SECOND, "week")
        if part == "WE":
            return Interval(monday + 5 * DAY, monday + 7 * DAY - SECOND, "weekend")
        start = monday + (int(part) - 1) * DAY
        return Interval(start, start + DAY - SECOND, "day")
    except (ValueError, OverflowError):
        return None


def _clock(day: dt.datetime, time: str) -> Interval | None:
    """The part of *day* that a TIMEX3 time (what follows the ``T``) names; the zone is not applied."""
    if time in PARTS:
        first, hours = PARTS[time]
        start = day + dt.timedelta(hours=first)
        try:
            return Interval(start, start + dt.timedelta(hours=hours) - SECOND, "part_of_day")
        except OverflowError:
            return None
    found = _CLOCK.match(time)
    if not found:
        return None
    hour, minute, second = (int(group) if group else 0 for group in found.groups())
    if hour == 24 and minute == second == 0:
        midnight = day + DAY if day.date() < dt.date.max else None
        return Interval(midnight, midnight, "time") if midnight else None
    if hour > 23 or minute > 59 or second > 59:
        return None
    start = day + dt.timedelta(hours=hour, minutes=minute, seconds=second)
    length = 1 if found[3] else 60 if found[2] else 3600
    return Interval(start, start + dt.timedelta(seconds=length - 1), "time")


def _plain(value: str) -> Interval | None:
    """The interval of a value without regard to its mod."""
    base, tail, time = value.partition("T")
    if tail:
        day = _plain(base)
        if day is None or day.granularity != "day" or day.earliest is None:
            return None
        return _clock(day.earliest, time)
    if found := _DATE.match(value):
        year, month, day_of_month = (int(group) if group else None for group in found.groups())
        if year is None or year < 1:
            return None
        if month is None:
            return _months(year, 1, 12, "year")
        if day_of_month is None:
            return _months(year, month, 1, "month")
        try:
            start = dt.datetime(year, month, day_of_month)
        except ValueError:
            return None
        return Interval(start, start + (DAY - SECOND), "day")
    if found := _WEEK.match(value):
        return _week(int(found[1]), int(found[2]), found[3])
    if found := _PERIOD.match(value):
        year, name = int(found[1]), found[2]
        if name[0] == "Q":
            return _months(year, 3 * int(name[1]) - 2, 3, "quarter")
        if name[0] == "H":
            return _months(year, 6 * int(name[1]) - 5, 6, "half")
        return _months(year, _SEASON_MONTH[name], 3, "season")
    if found := _DECADE.match(value):
        return _months(int(found[1]) * 10, 1, 120, "decade") if int(found[1]) else None
    if found := _CENTURY.match(value):
        return _months(int(found[1]) * 100, 1, 1200, "century") if int(found[1]) else None
    return None


@lru_cache(maxsize=4096)
def interval_of(value: str, mod: str | None = None) -> Interval | None:
    """The interval that a TIMEX3 *value* denotes, both ends included; None where it denotes none.

    ``BEFORE``, ``AFTER``, ``ON_OR_BEFORE`` and ``ON_OR_AFTER`` open a side. ``START``, ``MID`` and ``END`` leave the
    interval as wide as the unit they qualify: "early May" says which part, not where it stops.
    """
    found = _plain(value)
    if found is None or mod is None:
        return found
    earliest, latest, granularity = found
    if mod == "BEFORE":
        if earliest is None or earliest == dt.datetime.min:
            return None
        return Interval(None, earliest - SECOND, granularity)
    if mod == "AFTER":
        if latest is None or latest >= dt.datetime(9999, 12, 31, 23, 59, 59):
            return None
        return Interval(latest + SECOND, None, granularity)
    if mod == "ON_OR_BEFORE":
        return Interval(None, latest, granularity)
    if mod == "ON_OR_AFTER":
        return Interval(earliest, None, granularity)
    return found


def _edtf_year(year: int) -> str:
    if -9999 <= year <= 9999:
        return f"{'-' if year < 0 else ''}{abs(year):04d}"
    return f"Y{year}"


def edtf_of(value: str, mod: str | None = None) -> str | None:
    """*value* in EDTF (ISO 8601-2), null for durations, sets, references and weekdays without a week.

    An ``APPROX`` mod becomes ``~``; a mod that opens a side becomes an interval with ``..``.
    """
    text = _edtf_plain(value)
    if text is None:
        return None
    if mod == "APPROX":
        return "/".join(part + "~" for part in text.split("/"))
    if mod in ("BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER"):
        found = interval_of(value, mod)
        if found is None:
            return None
        if found.earliest is None:
            return f"../{found.latest:%Y-%m-%d}" if found.latest else None
        return f"{found.earliest.date().isoformat()}/.."
    return text


def _edtf_plain(value: str) -> str | None:
    if found := _BC.match(value):
        rest = "".join(f"-{group}" for group in found.groups()[1:] if group)
        return _edtf_year(1 - int(found[1])) + rest
    if re.fullmatch(r"\d{5,}", value):
        return f"Y{value}"
    base, _, time = value.partition("T")
    if re.fullmatch(r"[\dX]{4}(?:-(?:\d\d|XX)){0,2}", base) and not base.startswith("XXXX-XX"):
        if "X" not in base and _plain(base) is None:
            return None
        if time and (found := _CLOCK.match(time)) and "X" not in base and int(found[1]) < 24:
            return f"{base}T{found[1]}:{found[2] or '00'}:{found[3] or '00'}"
        return None if base == "XXXX" else base
    interval = _plain(base)
    if interval is None or interval.earliest is None or interval.latest is None:
        return None
    if interval.granularity == "quarter":
        return f"{base[:4]}-{32 + int(base[-1])}"
    if interval.granularity == "half":
        return f"{base[:4]}-{39 + int(base[-1])}"
    if interval.granularity == "season":
        return f"{base[:4]}-{_SEASON_EDTF[base[-2:]]}"
    if interval.granularity == "decade":
        return f"{base[:3]}X"
    if interval.granularity == "century":
        return f"{base[:2]}XX"
    if interval.granularity == "day":
        return interval.earliest.date().isoformat()
    return f"{interval.earliest.date().isoformat()}/{interval.latest.date().isoformat()}"


def days_of(value: str) -> float | None:
    """The length of a TIMEX3 duration in days, where it is exact: weeks, days and hours are, months and years not."""
    found = _LENGTH.match(value)
    if not found or len(value) < 3:
        return None
    years, months, weeks, days, hours, minutes, seconds = (float(group) if group else 0.0 for group in found.groups())
    if years or months:
        return None
    return weeks * 7 + days + hours / 24 + minutes / 1440 + seconds / 86400


_STEP = {"Y": ("years", 1), "Q": ("months", 3), "M": ("months", 1), "W": ("weeks", 1), "D": ("days", 1),
         "DE": ("years", 10), "CE": ("years", 100), "WE": ("weeks", 1)}  # fmt: skip


def shift(day: dt.date, count: int, unit: str) -> dt.date | None:
    """*day* moved by *count* units (``Y Q M W D DE CE WE``); None where that leaves the years 1 to 9999.

    A day that the target month lacks becomes its last one, as a calendar reader would take it.
    """
    name, factor = _STEP[unit]
    steps = count * factor
    if abs(steps) > 3_700_000:
        return None
    try:
        if name == "years":
            moved: dt.date = day + relativedelta(years=steps)
        elif name == "months":
            moved = day + relativedelta(months=steps)
        else:
            moved = day + dt.timedelta(days=steps * (7 if name == "weeks" else 1))
    except (ValueError, OverflowError):
        return None
    return moved


def truncated(day: dt.date, unit: str) -> str:
    """The TIMEX3 value of the unit (``Y Q M W D DE CE WE H1 SU`` …) in which *day* lies."""
    if unit == "Y":
        return f"{day.year:04d}"
    if unit == "Q":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    if unit == "M":
        return f"{day.year:04d}-{day.month:02d}"
    if unit in ("W", "WE"):
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}" + ("-WE" if unit == "WE" else "")
    if unit == "DE":
        return f"{day.year // 10:03d}"
    if unit == "CE":
        return f"{day.year // 100:02d}"
    return day.isoformat()


def easter(year: int) -> dt.date | None:
    """Easter Sunday of *year* by the Gregorian reckoning (the anonymous algorithm, Nature 1876)."""
    if not 1583 <= year <= 9999:
        return None
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, n: int) -> dt.date | None:
    """The *n*-th (from the end if negative) ISO *weekday* of a month."""
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        return None
    days = calendar.monthrange(year, month)[1]
    fitting = [day for day in range(1, days + 1) if dt.date(year, month, day).isoweekday() == weekday]
    try:
        return dt.date(year, month, fitting[n - 1 if n > 0 else n])
    except IndexError:
        return None
