"""From the text as read to the clean text, its paragraphs and what it states: the pure heart of ``clean``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.annotations import Paragraph
from pipeline.stages.clean.stated import StatedMetadata
from pipeline.text import OffsetMap


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The clean text, the map back, its paragraphs in order, and what it states about itself."""

    text: str
    offsets: OffsetMap
    paragraphs: tuple[Paragraph, ...]
    stated: StatedMetadata


def clean_text(raw: str, mode: Literal["auto", "none"] = "auto") -> Cleaned:
    """Clean *raw*. With mode ``none`` the text stays exactly as it is, its lines become body paragraphs."""
    return Cleaned(raw, OffsetMap.identity(len(raw)), tuple(_lines(raw)), StatedMetadata())


def _lines(text: str) -> list[Paragraph]:
    found: list[Paragraph] = []
    position = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            start = position + len(line) - len(line.lstrip())
            found.append(Paragraph(start, start + len(stripped)))
        position += len(line) + 1
    return found
