"""The tagger, under the name that it had when it was this stage's own."""

from __future__ import annotations

from pipeline.tagging import tags_of

__all__ = ["tags_of"]
