"""What a text states about itself: when it was written, by whom, where, for whom."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from pipeline.lexicon import words

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:Mon|Tue|Tues|Wed|Wednes|Thu|Thurs|Fri|Sat|Satur|Sun)(?:day)?\.?,? )?"
_DATE = (
    r"(?P<iso>\d{4}-\d{2}-\d{2})"
    rf"|{_WEEKDAY}(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})"
    rf"|{_WEEKDAY}(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month2>{_MONTH}),? (?P<year2>\d{{4}})"
)
_TIME = (
    r"(?:,? (?:at |- |\| |/ )?\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?(?: ?\(?[A-Z]{2,4}\)?)?"
    r"|T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_FIRST = r"(?:date|published|posted|pubdate|publication date|published on|posted on|published at|date published)"
_LATER = r"(?:updated|last updated|modified|last modified|updated on|update)"
_STAMP = re.compile(rf"(?P<label>{_FIRST})\s?[:=-]?\s?(?:{_DATE}){_TIME}(?=$|[\s|–—:-])", re.IGNORECASE)
_BARE = re.compile(rf"(?P<label>)(?:{_DATE}){_TIME}(?=$| ?[|–—] ?|(?<=\d{{4}}-\d{{2}}-\d{{2}}) )")
_WHOLE = re.compile(
    rf"(?P<label>{_FIRST}|{_LATER})?\s?[:=-]?\s?(?:\d{{1,2}}:\d{{2}}(?: [A-Z]{{2,4}})?,? )?(?:{_DATE}){_TIME}"
    rf"(?P<more>\s?[|/–—-]?\s?(?:{_LATER}\s?[:=-]?\s?.{{0,60}}|[A-Z][\w .&]{{1,30}})?)",
    re.IGNORECASE,
)

_NAME = r"[A-ZÀ-Þ][\w’'.-]+"
_PERSON = rf"{_NAME}(?: (?:{_NAME}|al-\w+|bin|de|da|van|von|der|el|la)){{0,4}}"
_BYLINE = re.compile(
    rf"(?:(?:Written |Reported |Story |Report |Text |Posted |Author:? )?[Bb]y:?|BY|Author:) "
    rf"(?P<names>{_PERSON}(?:(?:, | and | & |, and |; | with ){_PERSON}){{0,5}})"
    r"(?P<rest>(?:,? (?:[Ff]or|of|from|in|at|staff|Staff)\b|,| ?[|–—/-]| ?\(| •).{0,80})?"
)
_REPORTER = re.compile(
    rf"(?P<names>{_NAME} {_PERSON})(?:,? (?:at|in) [A-Z][\w’'-]+(?: (?:and |of |the )?[A-Z][\w’'-]+){{0,3}}"
    r"|,? ?(?:the )?(?:[A-Z][\w&. ]{1,30} )?"
    r"(?:[Ss]taff [Ww]riter|[Ss]taff|[Cc]orrespondent|[Rr]eporter|[Cc]olumnist|[Ee]ditor))"
)
_ROLE = re.compile(
    r"(?:[A-Z][\w&.’' ]{1,30} )?(?:staff writer|staff|correspondent|reporter|columnist|editor|bureau)", re.IGNORECASE
)
_BARE_NAME = re.compile(rf"{_NAME} {_PERSON}")
_FOR = re.compile(r",? (?:[Ff]or|of) (?P<outlet>.{2,60})")
_AFTER_BAR = re.compile(r"(?: ?[|–—/] ?|, | ?\()(?P<outlet>[A-Z][\w.&’' -]{1,40})\)?")

_DASH = r"(?:[-–—]{1,2}|_|:)"
_PLACE_WORD = r"(?:[A-ZÀ-Þ][\w’'.-]*|of|the|de|al-\w+|el|and|on|du|la)"
_PLACE = rf"[A-ZÀ-Þ][\w’'.-]*(?:[ /]{_PLACE_WORD}){{0,4}}(?:, {_PLACE_WORD}(?: {_PLACE_WORD}){{0,3}}){{0,2}}"
_DATELINE_DAY = rf"(?:,? {_WEEKDAY}(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:,? \d{{4}})?)?"
_DATELINE = (
    # BEIJING, Jan. 7 (Xinhua) --
    re.compile(
        rf"(?P<place>{_PLACE}?)(?P<when>{_DATELINE_DAY})\.?,? ?[(\[](?P<outlet>[^()\[\]]{{2,40}})[)\]]\s?{_DASH}\s"
    ),
    # (Reuters) -
    re.compile(rf"(?P<place>)(?P<when>)\((?P<outlet>[A-Z][^()]{{1,40}})\)\s?{_DASH}\s"),
    # WASHINGTON, Jan 7 - ; BAGHDAD —
    re.compile(
        r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ.’'-]{2,}(?: [A-ZÀ-Þ][A-ZÀ-Þ.’'-]+){0,3}"
        r"(?:, [A-ZÀ-Þ][\w.]+(?: [A-ZÀ-Þ][\w.]+){0,2}){0,2})"
        rf"(?P<when>{_DATELINE_DAY})(?P<outlet>)\s?{_DASH}\s"
    ),
    # Baghdad, Jan 7 (no outlet) –
    re.compile(rf"(?P<place>{_PLACE}?)(?P<when>,? {_MONTH} \d{{1,2}})(?P<outlet>)\s?(?:[-–—]{{1,2}})\s"),
)
# "Outlet- The": a dash that leans on the word before it; "Coast News/ The".
_PREFIX = re.compile(r"(?P<outlet>[A-Z][\w.]+(?: [A-Z][\w.]+){0,2})(?:[-–—](?= )|/(?= ))(?= [“\"‘]?[A-Z])\s")
_SPACED_PREFIX = re.compile(r"(?P<outlet>[A-Z][\w.]+(?: [A-Z][\w.-]+){0,3})\s?[-–—/:|]{1,2}\s(?=[“\"‘]?[A-Z])")
_OPENS = re.compile(r"[\"“‘'«(\[]{0,2}[A-ZÀ-Þ0-9]|al-")
_OUTLET_WORD = re.compile(
    r"\b(?:News|Press|Agency|Times|Post|Tribune|Daily|Herald|Gazette|Telegraph|Journal|Today|TV|Radio|Online|Network)$"
)


@dataclass(frozen=True, slots=True)
class StatedMetadata:
    """What the text itself says, None where it doesn't.

    Attributes:
        title: the headline.
        author: the byline's names, as written.
        source: the outlet or agency of the dateline, prefix or byline.
        published: the day of writing; only where the text gives day, month and year.
        place: the dateline's place.
    """

    title: str | None = None
    author: str | None = None
    source: str | None = None
    published: dt.date | None = None
    place: str | None = None

    def filled(self, **values: Any) -> StatedMetadata:
        """With *values* where nothing was known: the first statement counts."""
        return replace(self, **{name: value for name, value in values.items() if getattr(self, name) is None and value})


def _day(match: re.Match[str]) -> dt.date | None:
    groups = match.groupdict()
    try:
        if groups["iso"]:
            return dt.date.fromisoformat(groups["iso"])
        month = groups["month"] or groups["month2"]
        return dt.date(
            int(groups["year"] or groups["year2"]),
            _MONTHS.index(month[:3].lower()) + 1,
            int(groups["day"] or groups["day2"]),
        )
    except ValueError:
        return None


def opening_stamp(text: str) -> tuple[int, dt.date | None] | None:
    """Where a date stamp that opens *text* ends, and its day: ``date 2020-01-07 Iraq's …``. None where none does."""
    match = _STAMP.match(text) or _BARE.match(text)
    if match is None:
        return None
    end = match.end()
    rest = re.compile(r"\s?[|–—:-]?\s?").match(text, end)
    return (rest.end() if rest else end), _day(match)


def date_line(text: str) -> tuple[bool, dt.date | None] | None:
    """Whether all of *text* is a date line; then whether it says when the article was first published, and the day."""
    if len(text) > 160:
        return None
    match = _WHOLE.fullmatch(text)
    if match is None:
        return None
    label = (match.group("label") or "").lower()
    return not re.fullmatch(_LATER, label), _day(match)


def byline(text: str, below: bool = False) -> tuple[str | None, str | None] | None:
    """Author and outlet where all of *text* is a byline: ``By Mary Sands for the Coast Post``.

    *below* says that something stands above it; then ``Chris Hale at Mill Lane`` is one too.
    """
    if len(text) > 200:
        return None
    match = _BYLINE.fullmatch(text)
    if match is None:
        reporter = _REPORTER.fullmatch(text) if below and len(text) < 100 else None
        return (reporter.group("names"), None) if reporter else None
    rest = match.group("rest") or ""
    outlet = _FOR.fullmatch(rest) or _AFTER_BAR.fullmatch(rest)
    return match.group("names").rstrip(",."), outlet.group("outlet").strip() if outlet else None


def whole_dateline(text: str) -> StatedMetadata | None:
    """What *text* says where it is a dateline and nothing else, as ``NAIROBI, Kenya (AP) –`` on a line of its own."""
    found = dateline(f"{text} The") if len(text) <= 100 else None
    return found[1] if found is not None and found[0] > len(text) else None


def is_role(text: str) -> bool:
    """Whether *text* is what stands below a name in a byline: *Staff Writer*, an outlet."""
    return is_outlet(text) or _ROLE.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether *text* may be a person's name and nothing else."""
    return len(text) < 50 and _BARE_NAME.fullmatch(text) is not None


def is_outlet(text: str) -> bool:
    """Whether *text* names an agency or an outlet: *Associated Press*, *The Coast Post*."""
    return text in words("news_agencies") or (text[:1].isupper() and _OUTLET_WORD.search(text) is not None)


def dateline(text: str) -> tuple[int, StatedMetadata] | None:
    """Where a dateline or outlet prefix that opens *text* ends, and what it says.

    ``PARIS (AFP) –``, ``WASHINGTON, Jan 7 -``, ``Outlet- The``.
    """
    head = text[:140]
    for pattern in _DATELINE:
        match = pattern.match(head)
        if match is not None and _plausible(match) and _OPENS.match(text, match.end()):
            day = re.compile(_DATE).search(match.group("when"))
            return match.end(), StatedMetadata(
                place=match.group("place").strip(" ,") or None,
                source=(match.group("outlet") or "").strip() or None,
                published=_day(day) if day else None,
            )
    match = _PREFIX.match(head)
    if match is not None and match.group("outlet") not in words("not_outlets"):
        place = match.group("outlet").isupper() and match.group("outlet") not in words("news_agencies")
        outlet = match.group("outlet")
        return match.end(), StatedMetadata(place=outlet) if place else StatedMetadata(source=outlet)
    match = _SPACED_PREFIX.match(head)
    if match is not None:
        outlet = match.group("outlet")
        if is_outlet(outlet):
            return match.end(), StatedMetadata(source=outlet)
    return None


def _plausible(match: re.Match[str]) -> bool:
    """Whether what stands in brackets can be an outlet, and the place a place."""
    outlet = match.group("outlet") or ""
    place = match.group("place")
    if outlet and not (outlet[0].isupper() or outlet in words("news_agencies")):
        return False
    if outlet and (len(outlet.split()) > 5 or outlet.isdigit()):
        return False
    return place.title() not in words("not_outlets") and place.split(" ")[0] not in words("sentence_openers")
