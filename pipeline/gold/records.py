"""What gold holds: the records that a file's annotations are read into, and where they stand in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.text import Span

SEPARATOR: Final = "--- annotations ---"
#: Front matter of a gold file; the first seven are the article's own.
FIELDS: Final = (
    "article_id", "title", "source", "author", "url", "published", "language",
    "article", "text_sha256", "stages", "style", "licence", "annotator",
)  # fmt: skip
#: What may be annotated; the front matter's ``stages`` names what a file annotates in full.
STAGES: Final = ("names", "quotes", "dates", "claims")
MAX_BYTES: Final = 8_000_000
MAX_FORMS: Final = 10_000
ID: Final = re.compile(r"[^\W_][\w.@+ -]{0,199}$")
NUMBERS: Final = re.compile(r"(?:\s+#\d{1,6})+$")
ELLIPSIS: Final = "[...]"
ESCAPED: Final = re.compile(r"\\(.)")
PLAIN: Final = re.compile(r"([\\#;=~\[])")
OPTIONAL: Final = re.compile(r"\s+optional$")
VALUE: Final = re.compile(r"[0-9A-Z:+.-]{1,60}$")
ORDER: Final = "doesn't stand between its neighbours. Write the pieces in the order of the text."
QUOTE_FIELDS: Final = ("content", "cue", "source", "speaker")
CLAIM_FIELDS: Final = ("content", "claimant", "polarity", "modality")


class GoldError(ValueError):
    """A gold file that can't be used. The message says where (file and line), what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words of an article, and which of their occurrences (from 1): none named means any, or the nearest."""

    words: str
    numbers: tuple[int, ...]
    line: int


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """An entity with the names that the article gives it and the other words that mean it."""

    label: str
    name: str
    forms: tuple[Words, ...]
    references: tuple[Words, ...]
    optional: bool
    line: int


@dataclass(frozen=True, slots=True)
class GoldDate:
    """A time expression with its TIMEX3 value."""

    words: Words
    value: str
    type: str
    optional: bool


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A quote by its words. ``speaker`` is the name of an entity, None where the article names nobody."""

    kind: str
    contents: tuple[Words, ...]
    cue: Words | None
    source: Words | None
    speaker: str | None
    optional: bool
    line: int


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """A claim by its words. ``claimant`` is the name of an entity, None for the article itself or an unnamed one."""

    kind: str
    contents: tuple[Words, ...]
    claimant: str | None
    polarity: str
    modality: str
    optional: bool
    line: int


@dataclass(frozen=True, slots=True)
class Gold:
    """One gold file. ``text`` is None where the article is one of the corpus (``meta["article"]``)."""

    path: str
    meta: Mapping[str, str]
    text: str | None
    entities: tuple[GoldEntity, ...] = ()
    dates: tuple[GoldDate, ...] = ()
    quotes: tuple[GoldQuote, ...] = ()
    claims: tuple[GoldClaim, ...] = ()

    @property
    def article_id(self) -> str:
        """The id of the article that it annotates."""
        return self.meta.get("article") or self.meta["article_id"]

    @property
    def stages(self) -> tuple[str, ...]:
        """What it annotates in full."""
        given = self.meta.get("stages")
        if given is not None:
            return tuple(part.strip() for part in given.split(","))
        found = (self.entities, self.quotes, self.dates, self.claims)
        return tuple(stage for stage, annotations in zip(STAGES, found, strict=True) if annotations)


@dataclass(frozen=True, slots=True)
class Mark:
    """An annotation in its place: spans in characters of the article's text, and what is said of them.

    ``about`` holds, for a name ``label`` and ``entity``; a date ``value`` and ``type``; a quote ``kind``, ``cue`` and
    ``source`` (Span or None), ``speaker``; a claim ``kind``, ``claimant``, ``polarity``, ``modality``.
    """

    spans: tuple[Span, ...]
    about: Mapping[str, Any]
    optional: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """The annotations of one article in their places, each by where it begins."""

    names: tuple[Mark, ...]
    references: tuple[Mark, ...]
    dates: tuple[Mark, ...]
    quotes: tuple[Mark, ...]
    claims: tuple[Mark, ...]
    aliases: Mapping[str, frozenset[str]] = field(default_factory=dict)


# ----------------------------------------------------------------------------------------------------------- reading
