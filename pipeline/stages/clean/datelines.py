"""Datelines and outlet prefixes: what stands before the first sentence of a report, and what it says."""

from __future__ import annotations

import re

from pipeline.lexicon import words
from pipeline.stages.clean.bylines import is_outlet
from pipeline.stages.clean.days import DATE, DAY, MONTH, WEEKDAY, day_in
from pipeline.stages.clean.stated import StatedMetadata

_DASH = r"\.?(?:[-–—]{1,2}|_|:)"
_LONG = r"(?:[-–—]{1,2})"
_PLACE_WORD = r"(?:[A-ZÀ-Þ][\w’'.-]*|of|the|de|al-\w+|el|and|on|du|la)"
_PLACE = rf"[A-ZÀ-Þ][\w’'.-]*(?:[ /]{_PLACE_WORD}){{0,4}}(?:, {_PLACE_WORD}(?: {_PLACE_WORD}){{0,3}}){{0,2}}"
_SHORT_PLACE = r"[A-ZÀ-Þ][\w’'.-]*(?: [A-ZÀ-Þ][\w’'.-]*){0,2}"
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ.’'-]{2,}(?: [A-ZÀ-Þ][A-ZÀ-Þ.’'-]+){0,3}(?:, [A-ZÀ-Þ][\w.]+(?: [A-ZÀ-Þ][\w.]+){0,2}){0,2}"
_DAY_PART = rf"(?:,? {WEEKDAY}(?:{MONTH} {DAY}|{DAY} {MONTH})(?:,? \d{{4}})?)"
_ACRONYM = r"[A-Z][A-Z.]{1,9}"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # BEIJING, Jan. 7 (Xinhua) -- ; ERBIL, Kurdistan Region (Kurdistan 24) –
        rf"(?P<place>{_PLACE}?)(?P<when>{_DAY_PART}?)\.?,? ?[(\[](?P<outlet>[^()\[\]]{{2,40}})[)\]]\s?{_DASH}\s",
        # March 4 (Reuters) -
        rf"(?P<place>)(?P<when>(?:{MONTH} {DAY}|{DAY} {MONTH})(?:,? \d{{4}})?) ?\((?P<outlet>[^()]{{2,40}})\)"
        rf"\s?{_DASH}\s",
        # Geneva / Ain Dor, 4 March 2021 –
        rf"(?P<place>{_SHORT_PLACE}(?: ?/ ?{_SHORT_PLACE}){{1,2}})(?P<when>{_DAY_PART})(?P<outlet>)\.?\s?{_LONG}\s",
        # KARSK. March 4 (Interfax) -
        rf"(?P<place>{_SHORT_PLACE})\.(?P<when>{_DAY_PART}) ?\((?P<outlet>[^()]{{2,40}})\)\s?{_DASH}\s",
        # Himgarh, Mar 4 (PTI)
        rf"(?P<place>{_PLACE}?)(?P<when>{_DAY_PART})\.?,? ?\((?P<outlet>[A-Z]{{2,8}})\):?\s",
        # PORT SADIR, March 4, 2021 /PRNewswire/ --
        rf"(?P<place>{_PLACE}?)(?P<when>{_DAY_PART}?)\.?,? ?/(?P<outlet>[A-Z][\w. -]{{1,30}})/\s?{_LONG}\s",
        # (Reuters) -
        rf"(?P<place>)(?P<when>)\((?P<outlet>[A-Z][^()]{{1,40}})\)\s?{_DASH}\s",
        # MOSCOW, January 7. /TASS/.
        rf"(?P<place>{_PLACE}?)(?P<when>{_DAY_PART}?)\.? ?/(?P<outlet>{_ACRONYM})/\.?\s?{_DASH}?\s",
        # Tehran, Jan 7, IRNA – ; Damascus, SANA-
        rf"(?P<place>{_SHORT_PLACE})(?P<when>{_DAY_PART}?), (?P<outlet>{_ACRONYM})\s?{_LONG}\s",
        # Baghdad / NINA /
        rf"(?P<place>{_SHORT_PLACE})(?P<when>) ?/ ?(?P<outlet>{_ACRONYM}|[A-Z]\w+ (?:News|Press)) ?(?:/|{_DASH})\s",
        # WASHINGTON, Jan 7 - ; BAGHDAD —
        rf"(?P<place>{_CAPITALS})(?P<when>{_DAY_PART}?)(?P<outlet>)\.?\s?{_DASH}\s",
        # Baghdad, Jan 7 –
        rf"(?P<place>{_PLACE}?)(?P<when>{_DAY_PART})(?P<outlet>)\.?\s?{_LONG}\s",
        # 7 January 2020 –
        rf"(?P<place>)(?P<when>{re.sub(r'[?]P<[a-z0-9]+>', '?:', DATE)})(?P<outlet>)\s?{_LONG}\s",
    )
)
# "Outlet- The": a dash that leans on the word before it; "Coast News/ The".
_PREFIX = re.compile(r"(?P<outlet>[A-Z][\w.]+(?: [A-Z][\w.]+){0,2})(?:[-–—](?= )|/(?= ))(?= [“\"‘]?[A-Z])\s")
_SPACED_PREFIX = re.compile(r"(?P<outlet>[A-Z][\w.]+(?: [A-Z][\w.-]+){0,3})\s?[-–—/:|]{1,2}\s(?=[“\"‘]?[A-Z])")
_OPENS = re.compile(r"[\"“‘'«(\[]{0,2}[A-ZÀ-Þ0-9]|al-")


def dateline(text: str) -> tuple[int, StatedMetadata] | None:
    """Where a dateline or outlet prefix that opens *text* ends, and what it says.

    ``PARIS (AFP) –``, ``WASHINGTON, Jan 7 -``, ``Outlet- The``.
    """
    head = text[:140]
    for form in _FORMS:
        match = form.match(head)
        if match is not None and _plausible(match) and _OPENS.match(text, match.end()):
            return match.end(), StatedMetadata(
                place=match.group("place").strip(" ,") or None,
                source=(match.group("outlet") or "").strip() or None,
                published=day_in(match.group("when")),
            )
    match = _PREFIX.match(head)
    if match is not None and match.group("outlet") not in words("not_outlets"):
        outlet = match.group("outlet")
        place = outlet.isupper() and not is_outlet(outlet)
        return match.end(), StatedMetadata(place=outlet) if place else StatedMetadata(source=outlet)
    match = _SPACED_PREFIX.match(head)
    if match is not None and is_outlet(match.group("outlet")):
        return match.end(), StatedMetadata(source=match.group("outlet"))
    return None


def whole_dateline(text: str) -> StatedMetadata | None:
    """What *text* says where it is a dateline and nothing else, as ``NAIROBI, Kenya (AP) –`` on a line of its own."""
    found = dateline(f"{text} The") if len(text) <= 100 else None
    return found[1] if found is not None and found[0] > len(text) else None


def _plausible(match: re.Match[str]) -> bool:
    """Whether what stands in brackets can be an outlet, and the place a place."""
    outlet = match.group("outlet") or ""
    place = match.group("place")
    if outlet and not (outlet[0].isupper() or outlet in words("news_agencies")):
        return False
    if outlet and (len(outlet.split()) > 5 or outlet.isdigit()):
        return False
    return place.title() not in words("not_outlets") and place.split(" ")[0] not in words("sentence_openers")
