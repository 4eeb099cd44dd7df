"""What stands on an article's page and is no part of the article: controls, appeals, credits, contacts, legal lines.

A paragraph is judged by its own form here, and by whether it stands at an edge of the article; how it stands to its
neighbours is judged in :mod:`pipeline.stages.clean.sections`.
"""

from __future__ import annotations

import re

from pipeline.lexicon import words
from pipeline.stages.clean.bylines import is_outlet
from pipeline.stages.clean.draft import Draft

_AGENCY = r"(?:AP Photo|AP|AFP|Reuters|REUTERS|EPA|EPA-EFE|Getty Images|Getty|Xinhua|Anadolu)"
_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright\b).{0,120}|.{0,80}all rights reserved\.?|all rights reserved.{0,300}"
    r"|(?:this|the) (?:material|content|article|work|report|story)\b.{0,80}\bmay not be\b.{0,200}",
    re.IGNORECASE,
)
_PICTURE_CREDIT = re.compile(
    rf"[(\[]?(?:[\w.’'-]+ ){{0,5}}[\w.’'-]+ ?(?:/ ?|via )(?:{_AGENCY}|Bloomberg|Flickr|Facebook|Twitter)"
    r"[)\]]?\.?"
    rf"|{_AGENCY}\.?"
    r"|[A-Z]{2,10} ?/ ?[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'.-]+){1,2}"
)
_ADDRESS = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/|t\.co/|bit\.ly/|youtu\.be/)\S+|\S+@\S+\.\w+")
_FOLLOW = re.compile(
    r"(?:Follow|Like|Find|Join|Email|E-mail|Contact)\b.{1,80}"
    r"(?:\b(?:Twitter|Facebook|Instagram|Telegram|WhatsApp|coverage)\b|[@#]\w|https?://).*"
)
_READING_TIME = re.compile(r"\d{1,3}[ -]min(?:ute)?s? (?:read|listen|watch)", re.IGNORECASE)
_APPEAL = re.compile(
    r"(?:thank you|thanks) (?:for|to) .{0,40}\b(?:donat|support|read|subscrib|sign)\w*\b.*"
    r"|.{0,60}\bwould like to thank\b.{0,80}\b(?:readers?|donors?|supporters?|subscribers?|donation)\b.*"
    r"|(?:\w+ ){0,2}share (?:this|the) (?:story|article|post|news|page)\b.{0,30}"
    r"|.{0,80}\bmay earn (?:a |an )?(?:\w+ )?commission\b.{0,80}"
    r"|.{0,60}\b(?:may be|has been|was) (?:lightly )?edited (?:and condensed )?for (?:style|length|clarity)\b.{0,60}"
    r"|(?:that's (?:it|all) for|thanks? (?:you )?for reading).{0,80}"
    r"|\d+ (?:thoughts?|responses?|replies|comments?) (?:on|to) .{2,120}|leave a (?:reply|comment|response).{0,30}"
    r"|your e?-?mail address will not be published.{0,80}"
    r"|(?:anyone|anybody|those|witnesses|if you have|people) (?:with |who has |any )?.{0,30}information\b.{0,60}"
    r"\b(?:call|contact|phone|asked to|urged to|email|ring)\b.{0,120}",
    re.IGNORECASE,
)
_NOTE = re.compile(r"(?:\[\d{1,3}\]|\d{1,3}\s?\^|[¹²³⁴⁵⁶⁷⁸⁹†‡]) ?\S.{3,300}")
_CRUMBS = re.compile(r"[^«‹»›>.!?]{2,40}(?: [»›>] [^«‹»›>.!?]{2,60})+")
_MENU = re.compile(r"[^|·•.!?]{2,40}(?: ?[|·•] ?[^|·•.!?]{2,40}){2,12}")
_COUNT = re.compile(
    r"[\d.,]+[kKmM]? (?:comments?|shares?|likes?|views?|replies|retweets?|reactions?|claps?|readers?|votes?)"
    r"(?: on .{1,60})?|(?:comments?|shares?|views?|likes?) ?[:(]? ?\d[\d.,]*[kKmM]?\)?|\d{1,3} ?(?:/|of) ?\d{1,3}",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(?:share|send|tweet|e-?mail|save|post|print|pin)(?: (?:this|it))? (?:on|via|by|to|with|in) \w+")
_MAILS = re.compile(
    r"(?:get|receive|sign up|subscribe|join|want|enter|start)\b.{0,90}"
    r"\b(?:newsletters?|by e-?mail|e-?mails?|inbox|alerts?|briefings?|app|for free|top stories|your day)\b",
    re.IGNORECASE,
)
_THIS = (
    r"[(\[*]{0,2}(?:this|a version of this|parts of this|an earlier version of this|a previous version of this|"
    r"the original version of this) (?:[\w-]+ )?"
    r"(?:article|story|post|content|report|piece|interview|column|essay|feature|text|material|headline|page|copy)\b"
)
_MADE = re.compile(
    rf"{_THIS}(?:,? [\w’'-]+){{0,6}}? (?:(?:was|is|are|has been|have been|were|first|originally|previously|not)"
    r"(?:,? [\w’'-]+){0,2}? (?:published|republished|produced|generated|syndicated|downloaded|translated|sponsored|"
    r"funded|supported|edited|reproduced|provided|commissioned|for subscribers|available)|appear(?:s|ed)\b)",
    re.IGNORECASE,
)
_PRINTED = re.compile(r"(?:published|printed) in (?:the )?[A-Z].{2,60}\b\d{4}\.?|(?:first )?appeared in .{2,80}", re.I)
_MENDED = re.compile(
    rf"{_THIS}.{{0,40}}?\b(?:amended|corrected|updated|misstated|misidentified|incorrectly|mistakenly|wrongly|revised|"
    r"clarified)\b",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(
    r"[(—–*-]*.{3,200}\bcontributed (?:(?:additional )?(?:reporting|research) )?(?:to|for|from) (?:this|the) "
    r"(?:report|story|article|[A-Z][\w ]{2,30})\.?\)?"
    r"|(?:[A-Z][\w’'.&-]*,? (?:[\w’'.-]+,? ){1,14})contributed(?: reporting)?(?: from [A-Z].{2,40})?\.?"
)
_TRADE = (
    r"(?:professor|lecturer|economist|historian|writer|author|novelist|columnist|journalist|reporter|correspondent|"
    r"editor|fellow|researcher|analyst|director|lawyer|scientist|physician|doctor|consultant|ambassador|minister|member|"
    r"student|candidate|chair|chairman|chairwoman|president|founder|executive|commentator|freelancer|teacher)"
)
_WRITER_IS = re.compile(
    rf"(?:the|our) (?:writer|author|columnist|reporter)s? (?:is|are|was|teach|write|work|live)s?\b.*"
    rf"|(?:[A-ZÀ-Þ][\w’'.-]+ ){{2,4}}is (?:an?|the) (?:[\w’'-]+ ){{0,4}}?{_TRADE}\b.{{0,120}}",
    re.IGNORECASE,
)
_FUNDING = re.compile(
    r".{2,60} (?:receives? funding from|does not work for, consult,|has no (?:relevant )?affiliations|has nothing to "
    r"disclose|declares? no).{0,200}"
)
_VIEWS = re.compile(r"(?:the )?(?:views?|opinions?)(?: and opinions?)? (?:expressed|are|of the author)\b.*", re.I)
_ISSUER = re.compile(r"SOURCES? [A-Z][\w.&’' -]{2,60}|-30-|###|ENDS?|-ends-")
_CODES = re.compile(r"[A-Z][A-Z./& -]{1,40}|[a-z]{2,4}(?:[-/ ][a-z]{2,4}){0,4}|\[[A-Z]{2,8}\]|\* ?\* ?\*")
_AGENCY_TAIL = re.compile(
    r"[a-z]{2,4}(?:[-/][a-z]{2,4}){1,4}|[A-Z][\w. ]{1,20} ?/ ?[A-Z][\w. ]{1,20}"
    r"|[(\[–—-] ?(?:with |via )?[A-Z][\w. /&-]{1,30}[)\]]?|[A-Z]{2,6}/[A-Z]{2,6}(?:/[A-Z]{2,6})*"
)
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.\w[\w.]*|\(?\+?\d{1,3}\)?[ .-]\(?\d{2,4}\)?[ .-]\d{3,4}|\b\d{3}[ .-]\d{4}\b")
_REACH = re.compile(r"\b(?:can be )?reach(?:ed)?\b|\b(?:e-?mail|contact|write to|write us|call|tips?)\b", re.IGNORECASE)
_LEADING = "(–—-•*>»→▶►✉ "


def stands_alone(draft: Draft) -> bool:
    """Whether a paragraph is the page's own wherever it stands: rights, addresses, controls, a picture's credit."""
    text = draft.text
    if len(text) > 400:
        return False
    if not any(char.isalpha() for char in text):
        return True
    count = draft.word_count
    if count <= 20 and any(form.fullmatch(text) for form in (_ADDRESS, _FOLLOW, _READING_TIME, _CRUMBS, _MENU, _COUNT)):
        return True
    if count <= 6 and (is_control(text) or _SHARE.fullmatch(text.lower())):
        return True
    if count <= 30 and (_MAILS.match(text.lstrip(_LEADING)) or _APPEAL.fullmatch(text.rstrip(" :"))):
        return True
    if count <= 40 and _CONTRIBUTED.fullmatch(text):
        return True
    return bool(_RIGHTS.fullmatch(text) or (count <= 9 and _PICTURE_CREDIT.fullmatch(text)))


def is_control(text: str) -> bool:
    """Whether *text* is a button, a menu's entry or the like, and nothing else: *Share*, *View comments*."""
    whole = text.strip(" .:…|>»→▶►+-–—✉").lower()
    controls = words("page_controls")
    return whole in controls or (" " in whole and all(word in controls for word in whole.split()))


def is_credit(draft: Draft, at_edge: bool) -> bool:
    """Whether a paragraph says who made the article, or sells something; amid the article, only if it is short."""
    text, count = draft.text, draft.word_count
    if count <= (40 if at_edge else 12) and draft.begins_with("credit_openers"):
        return True
    if count <= (25 if draft.ends_open() else 20 if at_edge else 14) and draft.begins_with("boilerplate"):
        return True
    if not at_edge:
        return False
    if count <= 50 and (_MADE.match(text) or _PRINTED.fullmatch(text)):
        return True
    if count <= 30 and _EMAIL.search(text) and not text.startswith(("“", '"')):
        return draft.begins_with("contact_openers") or draft.ends_open() or _REACH.search(text) is not None
    return _NOTE.fullmatch(text) is not None or (count <= 9 and _ISSUER.fullmatch(text) is not None)


def is_about_the_writer(draft: Draft, author: str | None) -> bool:
    """Whether a paragraph at the end tells who the writer is, who pays for it, or whose the views are."""
    text = draft.text
    if draft.word_count > 60:
        return False
    if _VIEWS.match(text) or _FUNDING.fullmatch(text):
        return True
    if _WRITER_IS.fullmatch(text) is None:
        return False
    return not text[:1].isupper() or text.lower().startswith(("the ", "our ")) or (author or "?").split()[-1] in text


def is_agency_tail(draft: Draft) -> bool:
    """Whether a paragraph at the end is an agency's or desk's initials: *ls/hm/rk*, *(AFP)*, *PTI DJI ABN*."""
    if draft.word_count > 6 or not draft.ends_open():
        return False
    text = draft.text
    if _AGENCY_TAIL.fullmatch(text) is not None or _CODES.fullmatch(text) is not None:
        return True
    return text[0] in "–—-(" and is_outlet(text.strip(" –—-()"))


def is_update(draft: Draft) -> bool:
    """Whether a paragraph says what was changed in the article after it was published."""
    return draft.word_count <= 60 and _MENDED.match(draft.text) is not None


def opens_related(draft: Draft) -> bool:
    """Whether a paragraph heads a list of other articles: *You may also like:*, *More on this story*."""
    return draft.word_count <= 9 and draft.begins_with("related_openers") and not draft.ends_sentence()
