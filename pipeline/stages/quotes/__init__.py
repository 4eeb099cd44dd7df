"""Who said what: reported speech, writing and thought, with cue, source, speaker, day and channel.

Importing this package registers the spaCy factory ``quotes``.
"""

from pipeline.stages.quotes.component import Quotes, make_quotes
from pipeline.stages.quotes.regions import Region, find_regions

__all__ = ["Quotes", "Region", "find_regions", "make_quotes"]
