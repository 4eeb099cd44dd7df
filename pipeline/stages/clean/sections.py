"""Which section each paragraph belongs to."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from pipeline.annotations import Section
from pipeline.stages.clean.bylines import byline, is_name, is_outlet, is_person, is_role, is_signature
from pipeline.stages.clean.days import date_line, day_heading
from pipeline.stages.clean.draft import Draft, normal_words
from pipeline.stages.clean.furniture import (
    is_about_the_writer,
    is_agency_tail,
    is_credit,
    is_update,
    opens_related,
    stands_alone,
)
from pipeline.stages.clean.repeats import Repeats
from pipeline.stages.clean.stated import StatedMetadata

_UPDATE = re.compile(
    r"(?:UPDATED?|Updated?|CORRECTION|Correction|CORRECTED|Corrected|CLARIFICATION|Clarification|BREAKING|Breaking|"
    r"EDITOR[’']S NOTE|Editor[’']s [Nn]ote|EDITORS?|Editors|NOTE|DEVELOPING)"
    r"\s?(?:#?\d{1,2})?(?:\s?[(\[][^)\]]{1,40}[)\]])?\s?[:–—-](?=\s)"
)
_PICTURE = r"(?:[Pp]hoto(?:graph)?|[Ii]mage|[Pp]icture|[Cc]redit|[Cc]ourtesy|PHOTO|CREDIT|PICTURE|IMAGE)s?"
_AGENCY = r"(?:AP Photo|AP|AFP|Reuters|REUTERS|EPA|EPA-EFE|Getty Images|Getty|Xinhua|Anadolu)"
_CREDIT_TAIL = re.compile(
    # (Photo: Archive), [Photo by Ann Lee], (File photo), (AFP/Getty Images)
    rf"(?:[(\[](?:(?:AP |File |Handout |Archive )?{_PICTURE}\b[^()\[\]]{{0,80}}"
    rf"|[^()\[\]]{{0,60}}(?:/{_AGENCY}|Getty Images|{_PICTURE}|[Ff]ile|Handout))[)\]]\.?"
    # [Jo Marr/Valley 24], (Ann Lee / The Post), … [EPA]
    r"|[(\[][A-ZÀ-Þ][\w.’'-]+(?: [\w.’'-]+){1,3} ?/ ?[A-ZÀ-Þ][^()\[\]/]{1,40}[)\]]\.?"
    rf"|(?<=[.!?] )[(\[]{_AGENCY}[)\]]\.?"
    # REUTERS/Ann Lee
    rf"|\b{_AGENCY}/[A-Z][\w.’' /-]{{2,60}}\.?"
    # Photo: Ann Lee
    rf"|\b(?:{_PICTURE}|[Pp]hoto credit|[Ii]mage credit)(?::| by| courtesy of) ?[A-Z][^.!?]{{1,80}}\.?"
    # | AFP
    rf"|[|–—/] ?{_AGENCY}(?:/[\w’' ]{{2,40}})?(?: [Pp]hoto)?\.?)$"
)
# One of these stands in whatever that pattern finds, and in few paragraphs.
_MAY_CREDIT = re.compile(r"[(\[/|–—]|[Pp]hoto|[Ii]mage|[Pp]icture|[Cc]redit|[Cc]ourtesy|PHOTO|CREDIT|PICTURE|IMAGE")
_SEEN = re.compile(
    r"\b(?:is|are|was|were) (?:seen|pictured|photographed|shown)\b|\b(?:pictured|seen here)\b|, seen\b"
    r"|^[^.]{10,120}\((?:left|right|L|R|centre|center)\)"
)
_VIEW = re.compile(r"(?:A |An aerial |A general |A file |The )view (?:of|from|over|shows)\b")
# "Livid: Doris Platt outside her home": the way tabloids caption their pictures, without a full stop.
_TABLOID = re.compile(r"[A-Z][a-z’'-]+(?: [a-z’'-]+){0,3}: [A-Z][^.!?]{8,160}")
_TAKEN = re.compile(
    r"[^.!?]{20,200}, (?:on )?(?:[A-Z][a-z]+day, )?[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?\.?(?: ?[(\[].{2,60})?"
)
_STAMPED = re.compile(
    r"(?:\d{1,2}[:.h]\d{2}(?: ?[apAP]\.?[mM]\.?)?|\d{1,2} ?[apAP]\.?[mM]\.?)(?: ?\(?[A-Z]{2,4}\)?)?\s?[-–—:|•]\s(?=\S)"
)
_TEASER = re.compile(
    r"(?:Opinion|Analysis|Explainer|Live|In pictures|Pictures|Photos|Gallery|Videos?|Podcast|Quiz|Poll|Watch|Listen|"
    r"Interactive|Infographic|Profile|Timeline|Factbox|Review|Interview|Exclusive|Background|Longread|EXPLAINED|OPINION|"
    r"ANALYSIS|EXPLAINER|WATCH|VIDEO|PHOTOS|LISTEN|PODCAST|MUST READ|IN PICS) ?[|:–—-] \S.*"
)
_ROW = re.compile(r"[^.!?:]{1,40}: ?[\d.,]+ ?(?:%|per cent|percent)?")
_TOPIC = re.compile(r"[A-Z][a-z’'-]+(?: [\w’'-]+){0,2}: [A-Z][^.]*$")  # "Tarn: Where is the captain?"
_SIDE = re.compile(r"^[^.]{10,120}\((?:left|right|centre|center)\)")
_SIGNED = re.compile(r"[“\"‘'«].{10,400}[”\"’'»] ?[–—-]{1,2} ?[A-Z](?:[^\W\d]|[.’' ,-]){2,60}")
_PICTURE_LINE = re.compile(rf"(?:{_PICTURE})(?: credit)?(?::| by )", re.IGNORECASE)
_CLOCK = re.compile(r"(?:\d{1,2}[:.]\d{2}(?: ?[apAP]\.?[mM]\.?)?|\d{1,2} ?[apAP]\.?[mM]\.?)(?: ?\(?[A-Z]{2,4}\)?)?\.?")
_FIRST_PERSON = frozenset({"i", "we", "our", "my", "us", "me", "i'm", "i've", "we're", "we've"})
_SENTENCE_LIKE = frozenset(
    [
        "The",
        "A",
        "An",
        "He",
        "She",
        "It",
        "They",
        "We",
        "I",
        "This",
        "That",
        "There",
        "These",
        "Those",
        "You",
        "Our",
        "My",
    ]
)

_NUMBERED = re.compile(r"\d{1,2}[.)] [A-Z\"“‘]")

_HEADLINE_WORDS = 26
_PULL_WORDS = 90
_UPDATE_LINES = 4
_FRONT = 8  # paragraphs at the top among which bylines, decks and standfirsts are looked for


def label(drafts: list[Draft], stated: StatedMetadata, title: str | None = None) -> StatedMetadata:
    """Give every draft its section; returns *stated*, filled with what headline, byline and date lines say.

    *title* is the headline, where the source gives it: a paragraph at the top that says the same is one.
    """
    wanted = normal_words(title) if title else []
    for draft in drafts[:_FRONT] if wanted else []:
        if draft.section is None and draft.word_count <= 2 * len(wanted) and draft.normal_words == wanted:
            draft.section = "headline"
    stated = _by_form(drafts, stated)
    _doubled(drafts)
    _related(drafts)
    _points(drafts)
    _letters(drafts)
    _briefs(drafts)
    body = _body_start(drafts)
    stated = _front(drafts, body, stated)
    _repeated(drafts, body)
    _behind(drafts, body, stated.author)
    following: Draft | None = None
    for number in range(len(drafts) - 1, -1, -1):
        draft = drafts[number]
        if draft.section is None:
            inside = number >= body or _NUMBERED.match(draft.text) is not None
            if number and drafts[number - 1].section == "pullquote" and _signs(draft):
                draft.section = "pullquote"
                continue
            heading = inside and following is not None and _crosshead(draft, drafts[number + 1], following)
            draft.section = "headline" if heading else "body"
            following = draft
    return stated


def _by_form(drafts: list[Draft], stated: StatedMetadata) -> StatedMetadata:
    """The sections that a paragraph shows by its own form."""
    last = len(drafts) - 1
    lines = Counter(draft.block for draft in drafts)
    update_block: int | None = None
    stamped = sum(_STAMPED.match(draft.text) is not None for draft in drafts)
    running_log = stamped > 1 and 3 * stamped >= len(drafts)  # a chronology inside an article is its text
    for number, draft in enumerate(drafts):
        if draft.section is not None:
            continue
        text = draft.text
        at_edge = number < _FRONT or number > last - _FRONT
        if (running_log and _STAMPED.match(text)) or (number > 0 and at_edge and is_update(draft)):
            draft.section = "update"
            continue
        told = _UPDATE.match(text) is not None and date_line(text) is None  # not "Updated: 4 March 2021"
        if told and not (number == 0 and draft.word_count <= _HEADLINE_WORDS):
            draft.section = "update"
            # The lines right below belong to it, unless the whole article stands line under line.
            update_block = draft.block if lines[draft.block] <= _UPDATE_LINES else None
            continue
        if draft.block == update_block:
            draft.section = "update"
            continue
        if number < _FRONT or number == last:
            day = date_line(text)
            if day is not None:
                draft.section = "dateline"
                if day[0]:
                    stated = stated.filled(published=day[1])
                continue
            by = byline(text, number > 0)
            after_byline = number > 0 and drafts[number - 1].section == "byline"
            if by is None and after_byline and draft.word_count <= 5 and is_role(text):
                by = None, text if is_outlet(text) else None
            if by is None and 0 < number < 5 and _names_its_author(drafts, number):
                by = text, None
            if by is not None:
                draft.section = "byline"
                stated = stated.filled(author=by[0], source=by[1])
                continue
        elif day_heading(text):
            draft.section = "dateline"
            continue
        if stands_alone(draft) or _CLOCK.fullmatch(text):
            draft.section = "dateline" if _CLOCK.fullmatch(text) and not text.isdigit() else "credit"
        elif draft.word_count <= 60 and (
            _credited(text[-140:], 0 if number else 20) or (number and draft.begins_with("caption_openers"))
        ):
            draft.section = "credit" if draft.begins_with("credit_openers") and draft.word_count <= 8 else "caption"
        elif draft.word_count <= 40 and (
            (not draft.ends_sentence() and (_SEEN if number else _SIDE).search(text)) or (number and _VIEW.match(text))
        ):
            draft.section = "caption"
        elif _SIGNED.fullmatch(text):
            draft.section = "pullquote"
        elif (
            is_credit(draft, at_edge)
            or (number and _TEASER.fullmatch(text) and draft.ends_open())
            or (number >= last - 2 and is_agency_tail(draft) and not _goes_on(drafts[number + 1 :]))
        ):
            draft.section = "credit"
        after = drafts[number + 1] if number < last else None
        if draft.section is None and after is not None and lines[draft.block] <= 3 and _pictured(draft, after):
            draft.section = "caption"
    return stated


def _credited(tail: str, begin: int) -> bool:
    """Whether what ends a paragraph names, from *begin* on, whose the picture is."""
    return _MAY_CREDIT.search(tail) is not None and _CREDIT_TAIL.search(tail, begin) is not None


def _goes_on(drafts: list[Draft]) -> bool:
    """Whether running text is among *drafts*."""
    return any(draft.ends_sentence() and draft.word_count >= 8 and not is_credit(draft, True) for draft in drafts)


def _pictured(draft: Draft, after: Draft) -> bool:
    """Whether a short paragraph is followed, in its own block of lines, by a picture's credit."""
    return draft.word_count <= 45 and after.block == draft.block and _PICTURE_LINE.match(after.text) is not None


def _names_its_author(drafts: list[Draft], number: int) -> bool:
    """Whether a paragraph is a name alone, below the headline and above a date line, dateline or the writer's role."""
    text = drafts[number].text
    if not is_name(text) or number + 1 >= len(drafts):
        return False
    after = drafts[number + 1]
    known = is_person(text) or drafts[number - 1].begins_with("opinion_openers")
    if known and after.word_count >= 8 and after.ends_sentence() and not drafts[number - 1].ends_sentence():
        return True  # the only thing between headline and text
    if not drafts[number - 1].ends_open():
        return False
    return after.section == "dateline" or date_line(after.text) is not None or is_role(after.text)


def _related(drafts: list[Draft]) -> None:
    """Headlines of other articles, listed under *More on this story* and the like, up to the next running text."""
    inside = False
    for number, draft in enumerate(drafts):
        if opens_related(draft) and number and draft.section in (None, "credit"):
            draft.section = "credit"
            inside = True
        elif inside and draft.section is None and draft.ends_open() and 2 < draft.word_count <= 20:
            draft.section = "credit"
        elif draft.section != "credit":
            inside = False


def _points(drafts: list[Draft]) -> None:
    """What the article says, in points above it, under *Key points* and the like."""
    inside = False
    for draft in drafts[: 2 * _FRONT]:
        if draft.word_count <= 4 and draft.begins_with("summary_openers") and not draft.ends_sentence():
            inside = True
        elif inside and draft.section is None and draft.is_item():
            draft.section = "pullquote"
        elif draft.section is None:
            inside = False


def _letters(drafts: list[Draft]) -> None:
    """Names below letters: short, after a full sentence, at the end or before another heading."""
    for number in range(2, len(drafts)):
        draft = drafts[number]
        if draft.section is not None or draft.word_count > 9 or not drafts[number - 1].ends_sentence():
            continue
        after = drafts[number + 1] if number + 1 < len(drafts) else None
        closes = after is None or after.section is not None or (after.ends_open() and after.word_count <= 12)
        if closes and is_signature(draft.text):
            draft.section = "byline"


def _briefs(drafts: list[Draft]) -> None:
    """Headings right above their text, in one block of lines, where an article has several such: news in brief."""
    found = [
        draft
        for before, draft, after in zip([None, *drafts], drafts, drafts[1:], strict=False)
        if draft.section is None
        and after.section is None
        and after.block == draft.block
        and (before is None or before.block != draft.block)
        and not after.glued
        and draft.word_count <= 9
        and (draft.ends_open() or draft.text.endswith("?"))
        and not draft.is_item()
        and not _ROW.fullmatch(draft.text)
        and after.word_count >= 5
        and after.ends_sentence()
    ]
    if len(found) > 1:
        for draft in found:
            draft.section = "headline"


def _behind(drafts: list[Draft], body: int, author: str | None) -> None:
    """The writer's portrait and the captions that only their place, amid or behind the running text, tells."""
    last = len(drafts) - 1
    for number in range(body + 1, len(drafts)):
        draft = drafts[number]
        if draft.section is not None:
            continue
        if number > last - 4 and is_about_the_writer(draft, author):
            draft.section = "credit"
        elif not draft.ends_sentence() and draft.ends_open() and 4 < draft.word_count <= 40 and not draft.glued:
            alone = number == last or drafts[number + 1].block != draft.block
            running = drafts[number - 1].section != "headline" and not draft.is_item()
            if (
                alone
                and running
                and not draft.begins_with("contact_openers")
                and (_TABLOID.fullmatch(draft.text) or _TAKEN.fullmatch(draft.text))
            ):
                draft.section = "caption"


def _doubled(drafts: list[Draft]) -> None:
    """A short paragraph that stands twice in a row is a caption: the picture's text and its alternative text."""
    previous: tuple[list[str], Draft] | None = None
    for draft in drafts:
        if draft.section in ("headline", "dateline", "byline", "update") or draft.word_count > 80:
            previous = None
            continue
        found = draft.normal_words
        if previous is not None and found == previous[0] and len(found) > 3:
            twice: Section = (
                "headline" if previous[1] is drafts[0] and draft.word_count <= _HEADLINE_WORDS else "caption"
            )
            draft.section = previous[1].section = twice
        previous = (found, draft)


def _body_start(drafts: list[Draft]) -> int:
    """The first paragraph that reads as running text; where a byline or date line is at the top, the first below it."""
    for number, draft in enumerate(drafts):
        if draft.opens and draft.section is None:
            return number
    last = max((number for number, draft in enumerate(drafts) if draft.section is None), default=0)
    tops: list[int] = []
    running = 0
    for number, draft in enumerate(drafts[:_FRONT][:last]):
        running += draft.section is None and draft.word_count >= 12 and draft.ends_sentence()
        if draft.section in ("byline", "dateline") and running < 2:  # a standfirst may stand above, an article not
            tops.append(number)
    for number in range(tops[-1] if tops else 0, len(drafts)):
        draft = drafts[number]
        if number == 0 and len(drafts) > 1 and draft.word_count <= _HEADLINE_WORDS and _title_case(draft):
            continue
        if draft.section is None and not draft.starts_inside():
            if draft.is_item() or (draft.word_count >= 5 and draft.text.endswith(":")):
                return number
            if draft.word_count >= 12 and draft.ends_sentence():
                return number
            if draft.word_count > 45 or (draft.ends_sentence() and number and draft.word_count >= 5):
                return number
    unlabelled = [number for number, draft in enumerate(drafts) if draft.section is None]
    if unlabelled == [0] and len(drafts) > 1 and drafts[0].ends_open():
        return len(drafts)  # a headline, and below it nothing but labelled entries
    return unlabelled[0] if unlabelled else len(drafts)


def _front(drafts: list[Draft], body: int, stated: StatedMetadata) -> StatedMetadata:
    """The paragraphs before the body: headline, deck, standfirst, pull quotes."""
    headline = any(draft.section == "headline" for draft in drafts[:body])
    # A paragraph from which the next one was cut is running text, although no mark ends it.
    open_paragraphs = [
        (number, draft)
        for number, (draft, after) in enumerate(pairwise(drafts[: body + 1]))
        if draft.section is None and not (after.glued and after.block == draft.block)
    ]
    for number, draft in open_paragraphs:
        closed = draft.ends_open() or draft.text.endswith(("?", "!", "'", "’", "”", '"', ";")) or _title_case(draft)
        if draft.is_item():
            draft.section = "pullquote"  # what the article says, in points above it
        elif closed and not headline and draft.word_count <= _HEADLINE_WORDS and not draft.starts_inside():
            draft.section = "headline"
            headline = True
            stated = stated.filled(title=draft.text)
        elif headline and _is_department(drafts, number):
            draft.section = "credit"
        elif not draft.ends_sentence() or draft.starts_inside():
            draft.section = "pullquote" if _pulled(draft) else "headline"
    return stated


def _is_department(drafts: list[Draft], number: int) -> bool:
    """Whether a paragraph below the headline is the page's department: *World*, *Peace and Security*."""
    draft = drafts[number]
    if not number or draft.word_count > 3 or not draft.ends_open() or is_name(draft.text):
        return False
    return _CLOCK.fullmatch(drafts[number - 1].text) is None


def _title_case(draft: Draft) -> bool:
    """Whether nearly all of its longer words are capitalised, as in headlines of the American kind."""
    longer = [word for word in draft.text.split() if len(word) > 3]
    return len(longer) > 2 and sum(not word[0].islower() for word in longer) >= 0.8 * len(longer)


def _pulled(draft: Draft) -> bool:
    """Whether a paragraph without a full stop, before the body, is a sentence taken from it, not a second headline."""
    if draft.starts_inside() or draft.word_count > 18 or draft.text[0] in "“\"‘'":
        return True
    first = draft.text.split(" ", 1)[0]
    return draft.word_count > 5 and (first in _SENTENCE_LIKE or not _FIRST_PERSON.isdisjoint(draft.normal_words))


def _repeated(drafts: list[Draft], body: int) -> None:
    """Pull quotes and standfirsts: paragraphs that say again what the running text says."""
    running = [number for number, draft in enumerate(drafts) if draft.section is None]
    repeats = Repeats([drafts[number].normal_words for number in running])
    for place, number in enumerate(running):
        draft = drafts[number]
        if draft.word_count < 6 or draft.word_count > _PULL_WORDS:
            continue
        share, other = repeats.best(place)
        if other is None:
            continue
        open_ended = not draft.ends_sentence()
        if number < body:
            enough = 0.5
        elif open_ended:
            enough = 0.75
        else:
            enough = 0.9
        if share < enough:
            continue
        if number == 0 and draft.word_count <= _HEADLINE_WORDS:
            draft.section = "headline"
            continue
        same_size = repeats.size(other) <= 1.15 * repeats.size(place)
        taken = drafts[running[other]].section is not None
        if taken or (number >= body and same_size and not open_ended and other > place):
            continue  # of two that are alike the later one is the repetition
        draft.section = "pullquote"


def _signs(draft: Draft) -> bool:
    """Whether a paragraph behind a pull quote is the name below it: *Ann Lee, harbour master*."""
    first = draft.text.split(",", 1)[0].lstrip("–—- ")
    return draft.word_count <= 8 and draft.ends_open() and is_name(first)


def _crosshead(draft: Draft, after: Draft, following: Draft) -> bool:
    """Whether a paragraph inside the body is a heading: short, no mark at its end, running text after it.

    *after* is the paragraph after it, *following* the next one of running text.
    """
    numbered = _NUMBERED.match(draft.text) is not None
    if draft.glued or draft.word_count > 9 or draft.starts_inside() or draft.is_item() or _ROW.fullmatch(draft.text):
        return False
    asks = draft.text.endswith("?") and (numbered or _TOPIC.match(draft.text) is not None)
    if not draft.ends_open() and not asks:
        return False
    if after.glued or after.block == draft.block or not (draft.text.lstrip("‘'“\"")[:1].isupper() or numbered):
        return False
    return following.section == "body" and following.ends_sentence()
