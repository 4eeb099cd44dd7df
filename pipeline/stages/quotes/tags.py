"""Penn tags for a Doc: the seam to whichever tagger there is."""

from __future__ import annotations

from pipeline.tagging import tags_of

__all__ = ["tags_of"]
