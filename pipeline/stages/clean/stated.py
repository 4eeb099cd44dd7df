"""The record of what a text states about itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any


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
