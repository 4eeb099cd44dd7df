"""Lines and stamps that say when an article was written."""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
WEEKDAY = r"(?:(?:Mon|Tue|Tues|Wed|Wednes|Thu|Thurs|Fri|Sat|Satur|Sun)(?:day)?\.?,? )?"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
DATE = (
    r"(?P<iso>\d{4}-\d{2}-\d{2})"
    rf"|{WEEKDAY}(?P<month>{MONTH}) (?P<day>{DAY}),? ?(?P<year>\d{{4}})"
    rf"|{WEEKDAY}(?P<day2>{DAY})(?: of)? (?P<month2>{MONTH}),? (?P<year2>\d{{4}})"
)
"""A day with its year, in English words or as ISO 8601; read it with :func:`day_of`."""

_NUMERIC = (
    r"(?P<year3>\d{4})[./](?P<month3>\d{1,2})[./](?P<day3>\d{1,2})|(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})"
    r"(?P=mark)(?P<year4>\d{4})"
)
_CLOCK = r"\d{1,2}[:.]\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?(?: ?\(?[A-Z]{2,4}\)?)?"
_TIME = rf"(?:,? ?(?:at |- ?|\| ?|/ ?|[•·] ?)?{_CLOCK}|T\d{{2}}:\d{{2}}(?::\d{{2}})?(?:Z|[+-]\d{{2}}:?\d{{2}})?)?"
_FIRST = r"(?:first published|date published|publication date|published|posted|pubdate|date)(?: on| at)?"
_LATER = r"(?:last )?(?:updated|modified|update)(?: on| at)?"
_STAMP = re.compile(rf"(?P<label>{_FIRST})\s?[:=-]?\s?(?:{DATE}){_TIME}(?=$|[\s|–—:-])", re.IGNORECASE)
_BARE = re.compile(rf"(?:{DATE}){_TIME}(?=$| ?[|–—] ?|(?<=\d{{4}}-\d{{2}}-\d{{2}}) )")
_LINE = re.compile(
    # "TNN | Mar 4, 2021, 10:15 IST", "Published: 10:14 EST, 4 March 2021 | Updated: …"
    rf"(?:(?P<label>{_FIRST}|{_LATER}|on)\s?[:=-]?\s?|[\w .&]{{2,30}} ?\| ?)?(?:{_CLOCK},? )?(?:{DATE}){_TIME}"
    rf"(?:\s?[|/–—,-]?\s?{_LATER}\s?[:=-]?\s?.{{0,60}}"
    r"|\s?(?:[|/–—]|- )\s?[\w .&:]{1,40}(?:[|/–—]\s?[\w .&]{1,30})?)?",
    re.IGNORECASE,
)
_NUMERIC_LINE = re.compile(
    rf"(?:(?P<label>{_FIRST}|{_LATER})\s?[:=-]?\s?)?(?:{_CLOCK},?\s?[|•·–—-]?\s?)?(?:{_NUMERIC})"
    rf"(?:,?\s?(?:[|•·–—-]|at)?\s?{_CLOCK})?(?:\s?[|/•·–—-]\s?.{{0,40}})?",
    re.IGNORECASE,
)
_DAY_LINE = re.compile(rf"{WEEKDAY}(?:{MONTH} {DAY}|{DAY}(?: of)? {MONTH})|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
_MONTH_LINE = re.compile(rf"{MONTH},? \d{{4}}")
_LABEL_LINE = re.compile(rf"(?:{_FIRST}|{_LATER})\s?:?", re.IGNORECASE)
_VAGUE = re.compile(
    rf"(?:{_FIRST}|{_LATER})\s?:?\s?{_CLOCK}|(?:an?|\d{{1,2}}) (?:minute|min|hour|hr|day|week)s? ago", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s?[|–—:-]?\s?")


def day_of(match: re.Match[str]) -> dt.date | None:
    """The day of a match of ``DATE``; None where the calendar has no such day."""
    groups = match.groupdict()
    try:
        if groups["iso"]:
            return dt.date.fromisoformat(groups["iso"])
        month = groups["month"] or groups["month2"]
        day = re.sub(r"\D", "", groups["day"] or groups["day2"])
        return dt.date(int(groups["year"] or groups["year2"]), _MONTHS.index(month[:3].lower()) + 1, int(day))
    except ValueError:
        return None


def day_in(text: str) -> dt.date | None:
    """The first full date in *text*."""
    match = re.search(DATE, text)
    return day_of(match) if match else None


def opening_stamp(text: str) -> tuple[int, dt.date | None] | None:
    """Where a date stamp that opens *text* ends, and its day: ``date 2020-01-07 Iraq's …``. None where none does."""
    match = _STAMP.match(text) or _BARE.match(text)
    if match is None:
        return None
    separator = _SEPARATOR.match(text, match.end())
    return separator.end() if separator else match.end(), day_of(match)


def date_line(text: str) -> tuple[bool, dt.date | None] | None:
    """Whether all of *text* is a date line; then whether it says when the article was first published, and the day."""
    if len(text) > 160:
        return None
    match = _LINE.fullmatch(text)
    if match is None:
        numeric = _NUMERIC_LINE.fullmatch(text)
        if numeric is not None:
            return not _is_later(numeric.group("label")), _numeric_day(numeric)
        vague = _VAGUE.fullmatch(text) or _LABEL_LINE.fullmatch(text) or _MONTH_LINE.fullmatch(text)
        return (False, None) if vague or day_heading(text) else None
    return not _is_later(match.group("label")), day_of(match)


def day_heading(text: str) -> bool:
    """Whether all of *text* is a day without its year, as above the entries of a diary: *Monday, March 1*."""
    return len(text) <= 40 and _DAY_LINE.fullmatch(text.rstrip(":")) is not None


def _is_later(label: str | None) -> bool:
    return re.fullmatch(_LATER, label or "", re.IGNORECASE) is not None


def _numeric_day(match: re.Match[str]) -> dt.date | None:
    """The day of a match of ``_NUMERIC``; None where its numbers could be day and month or month and day."""
    groups = match.groupdict()
    try:
        if groups["year3"]:
            return dt.date(int(groups["year3"]), int(groups["month3"]), int(groups["day3"]))
        first, second, year = (int(groups[name]) for name in ("first", "second", "year4"))
        if groups["mark"] == "." or first > 12:  # with stops the day always comes first
            return dt.date(year, second, first)
        return dt.date(year, first, second) if second > 12 or first == second else None
    except ValueError:
        return None
