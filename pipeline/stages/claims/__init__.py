"""Claims: what is asserted, by whom, how surely. Importing this registers the spaCy factory ``claims``."""

from pipeline.stages.claims.component import ClaimFinder, find_claims, make_claims

__all__ = ["ClaimFinder", "find_claims", "make_claims"]
