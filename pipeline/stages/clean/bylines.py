"""Lines that say who wrote an article."""

from __future__ import annotations

import re

from pipeline.lexicon import words

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
_OUTLET_WORD = re.compile(
    r"\b(?:News|Press|Agency|Times|Post|Tribune|Daily|Herald|Gazette|Telegraph|Journal|Today|TV|Radio|Online|Network)$"
)


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


def is_role(text: str) -> bool:
    """Whether *text* is what stands below a name in a byline: *Staff Writer*, an outlet."""
    return is_outlet(text) or _ROLE.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether *text* may be a person's name and nothing else."""
    return len(text) < 50 and _BARE_NAME.fullmatch(text) is not None


def is_outlet(text: str) -> bool:
    """Whether *text* names an agency or an outlet: *Associated Press*, *The Coast Post*."""
    return text in words("news_agencies") or (text[:1].isupper() and _OUTLET_WORD.search(text) is not None)
