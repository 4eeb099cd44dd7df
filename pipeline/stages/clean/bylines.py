"""Lines that say who wrote an article."""

from __future__ import annotations

import re

from pipeline.lexicon import table, words

_NAME = r"[A-ZÀ-Þ][\w’'.-]+"
_PERSON = rf"{_NAME}(?: (?:{_NAME}|al-\w+|bin|de|da|van|von|der|el|la)){{0,4}}"
_BYLINE = re.compile(
    rf"(?:(?:Written |Reported |Story |Report |Text |Posted |Author:? |Interview |Words |Review |Analysis |Column |"
    rf"Comment |Opinion |Essay |(?:Story|Text|Words) and (?:photos|pictures|photographs) |"
    rf"(?:Photos|Pictures|Photographs) and (?:story|text|words) )?[Bb]y:?|BY|Authors?:|Words:|Interview:|"
    rf"(?:Story|Text|Words) and (?:photos|pictures|photographs):) "
    rf"(?P<names>{_PERSON}(?:(?:, | and | & |, and |; | with ){_PERSON}){{0,5}})"
    r"(?P<rest>(?:,? (?:[Ff]or|of|from|in|at|on|staff|Staff)\b|,| ?[|–—/-]| ?\(| •).{0,80})?"
)
_REPORTER = re.compile(
    rf"(?P<names>{_NAME} {_PERSON})(?:,? (?:at|in) [A-Z][\w’'-]+(?: (?:and |of |the )?[A-Z][\w’'-]+){{0,3}}"
    r"|,? ?(?:the )?(?:[A-Z][\w&. ]{1,30} )?"
    r"(?:[Ss]taff [Ww]riter|[Ss]taff|[Cc]orrespondent|[Rr]eporter|[Cc]olumnist|[Ee]ditor))"
)
_ROLE = re.compile(
    r"(?:[A-Z][\w&.’' ]{1,30} )?(?:staff writer|staff|correspondent|reporter|columnist|editor|bureau)", re.IGNORECASE
)
_DESK = re.compile(
    r"(?:[Bb][Yy] )?(?:(?:[Oo]ur|[Aa]n?|[Tt]he|[Ff]rom our) )?(?:[\w&.’'-]+ ){0,3}?(?:[Oo]wn |[Ss]pecial |[Ss]taff )?"
    r"(?:[Cc]orrespondents?|[Rr]eporters?|[Ss]taff|[Ss]taff [Ww]riters?|[Bb]ureau|(?:[Nn]ews |[Ww]eb )?[Dd]esk|"
    r"[Aa]gencies|[Nn]ewsroom)"
)
_AFFILIATED = re.compile(
    rf"(?P<names>{_NAME} {_PERSON}), .{{0,60}}\b(?:University|Institute|College|School|Cent(?:er|re)|Council|"
    r"Foundation|Professor|Lecturer|Fellow|Researcher|Economist|Historian|Writer|Author|Columnist|Contributor)\b.{0,60}"
)
_BARRED = re.compile(
    rf"(?P<names>{_NAME} {_PERSON}) [|•·] (?P<outlet>[A-Z][\w.&’'-]*(?: (?:of|and|&|[A-Z][\w.&’'-]*)){{0,4}})"
)
_UNSIGNED = re.compile(r"(?:[Nn]ame (?:and address )?(?:supplied|withheld)|[Aa]nonymous)(?: .{0,40})?")
_SIGNATURE = re.compile(rf"[–—-]? ?(?P<names>{_NAME} {_PERSON})(?:, (?:[A-ZÀ-Þ][\w’'.-]*(?:[ ,]+|$)){{1,4}})?")
_BARE_NAME = re.compile(rf"{_NAME}(?: (?:al|bin|da|de|del|der|di|dos|du|el|la|le|ten|ter|van|von))* {_PERSON}")
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
        desk = text.strip(" –—-*")
        if _DESK.fullmatch(desk) and (desk[:3].lower() == "by " or (below and desk.lower().endswith(" desk"))):
            return None, None
        barred = _BARRED.fullmatch(text) if below else None
        if barred is not None:
            return barred.group("names"), barred.group("outlet")
        known = _REPORTER.fullmatch(text) or _AFFILIATED.fullmatch(text) if below and len(text) < 100 else None
        return (known.group("names"), None) if known else None
    rest = match.group("rest") or ""
    outlet = _FOR.fullmatch(rest) or _AFTER_BAR.fullmatch(rest)
    return match.group("names").rstrip(",."), outlet.group("outlet").strip() if outlet else None


def is_role(text: str) -> bool:
    """Whether *text* is what stands below a name in a byline: *Staff Writer*, an outlet."""
    outlet = text.split(",", 1)[0]
    return is_outlet(text) or (outlet != text and is_outlet(outlet)) or _ROLE.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether *text* may be a person's name and nothing else."""
    return len(text) < 50 and not text.startswith(("The ", "A ", "An ")) and _BARE_NAME.fullmatch(text) is not None


def is_person(text: str) -> bool:
    """Whether *text* is a name whose first word is a given name that the word list knows."""
    return is_name(text) and text.split()[0].capitalize() in table("given_names")


def is_signature(text: str) -> bool:
    """Whether *text* may stand below a letter: *Peter Lund, Mosta*; *Name and address supplied*."""
    match = _SIGNATURE.fullmatch(text) if len(text) < 70 else None
    return _UNSIGNED.fullmatch(text) is not None or (match is not None and is_person(match.group("names")))


def is_outlet(text: str) -> bool:
    """Whether *text* names an agency or an outlet: *Associated Press*, *The Coast Post*."""
    return text in words("news_agencies") or (text[:1].isupper() and _OUTLET_WORD.search(text) is not None)
