"""From the text as read to the clean text, its paragraphs and what it states: the pure heart of ``clean``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from pipeline.annotations import Paragraph
from pipeline.lexicon import words
from pipeline.stages.clean.datelines import dateline, whole_dateline
from pipeline.stages.clean.days import opening_stamp
from pipeline.stages.clean.draft import Draft
from pipeline.stages.clean.mapped import INSERTED, Mapped, lines
from pipeline.stages.clean.mending import mended
from pipeline.stages.clean.repair import repaired, unwrapped
from pipeline.stages.clean.sections import label
from pipeline.stages.clean.stated import StatedMetadata
from pipeline.text import Cleaner, OffsetMap

BREAK = "\n\n"
"""What parts two paragraphs of a clean text."""

_TURN = re.compile(r"[A-Z][A-Z.’' -]{1,40}:\s")
_DATELINE_WITHIN = 8  # paragraphs from the top in which the first dateline is looked for


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The clean text, the map back, its paragraphs in order, and what it states about itself."""

    text: str
    offsets: OffsetMap
    paragraphs: tuple[Paragraph, ...]
    stated: StatedMetadata


def clean_text(raw: str, mode: Literal["auto", "none"] = "auto", title: str | None = None) -> Cleaned:
    """Clean *raw*; with mode ``none`` leave it exactly as it is, its lines as body paragraphs.

    *title* is the headline where the source gives it: it helps to tell the headline in the text.

    Only white space is inserted, and every other character of the clean text stands in *raw*, in the same order, or
    was mended from characters of it (mojibake, ``&ldquo;``). A run of white space becomes one space, a paragraph ends
    in ``BREAK``. Never raises; time linear in *raw*.
    """
    if mode == "none":
        return Cleaned(raw, OffsetMap.identity(len(raw)), tuple(_plain_lines(raw)), StatedMetadata())
    whole, mending = mended(raw)
    drafts = list(_drafts(whole))
    drafts, stated = _opened(drafts)
    stated = label(drafts, stated, title)
    cleaner = Cleaner(whole)
    paragraphs: list[Paragraph] = []
    for draft in drafts:
        if paragraphs:
            cleaner.insert(BREAK)
        start = len(cleaner)
        _keep(cleaner, draft.mapped)
        paragraphs.append(Paragraph(start, len(cleaner), draft.section or "body"))
    text, offsets = cleaner.finish()
    return Cleaned(text, offsets.over(mending) if mending else offsets, tuple(paragraphs), stated)


def _drafts(raw: str) -> Iterator[Draft]:
    """The paragraphs, repaired and not yet labelled."""
    for block, group in groupby(lines(raw), key=lambda entry: entry[0]):
        for line in unwrapped([entry[1] for entry in group]):
            for number, piece in enumerate(repaired(line)):
                yield Draft(piece, block, glued=number > 0)


def _opened(drafts: list[Draft]) -> tuple[list[Draft], StatedMetadata]:
    """Cuts the date stamp off the top, and the dateline off the first paragraph that has one."""
    stated = StatedMetadata()
    found: list[Draft] = []
    # A name in capitals and a colon opens a paragraph in transcripts too, and then more than one.
    searching = sum(_TURN.match(draft.text) is not None for draft in drafts) < 2
    for number, draft in enumerate(drafts):
        if number == 0:
            stamp = opening_stamp(draft.text)
            if stamp is not None and stamp[0] < len(draft.text):
                found.append(_cut(draft, stamp[0]))
                stated = stated.filled(published=stamp[1])
                draft = Draft(draft.mapped[stamp[0] :].stripped(), draft.block)
        alone = whole_dateline(draft.text) if searching and number < _DATELINE_WITHIN else None
        if alone is not None:
            stated = stated.filled(source=alone.source, place=alone.place, published=alone.published)
            draft.section = "dateline"
            searching = False
            if number + 1 < len(drafts):
                drafts[number + 1].opens = True
        if searching and number < _DATELINE_WITHIN and not draft.glued:
            line = dateline(draft.text)
            # A brief may be shorter than running text is, but not without an agency before it.
            if line is not None and (_may_open(draft) or line[1].source in words("news_agencies")):
                end, says = line
                found.append(_cut(draft, end))
                stated = stated.filled(source=says.source, place=says.place, published=says.published)
                draft = Draft(draft.mapped[end:].stripped(), draft.block, opens=True)
                searching = False
        found.append(draft)
    return found, stated


def _may_open(draft: Draft) -> bool:
    """Whether a dateline may stand before this paragraph: it is running text and no caption."""
    return draft.word_count > 8 and not draft.begins_with("caption_openers")


def _cut(draft: Draft, end: int) -> Draft:
    return Draft(draft.mapped[:end].stripped(), draft.block, "dateline")


def _keep(cleaner: Cleaner, mapped: Mapped) -> None:
    """Hand the characters of *mapped* to *cleaner*, in the longest stretches that the raw text has them in."""
    at = mapped.at
    if isinstance(at, range):
        cleaner.keep(at.start, at.stop)
        return
    position = 0
    while position < len(at):
        if at[position] == INSERTED:
            cleaner.insert(mapped.text[position])
            position += 1
            continue
        end = position + 1
        while end < len(at) and at[end] == at[end - 1] + 1:
            end += 1
        cleaner.keep(at[position], at[end - 1] + 1)
        position = end


def _plain_lines(text: str) -> Iterator[Paragraph]:
    position = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            start = position + len(line) - len(line.lstrip())
            yield Paragraph(start, start + len(stripped))
        position += len(line) + 1
