"""How the tables hang together: their keys and what refers to what."""

from __future__ import annotations

#: The columns that identify a row of each table that has such columns.
PRIMARY_KEYS: dict[str, tuple[str, ...]] = {
    "articles": ("article_id",),
    "sentences": ("article_id", "sentence_id"),
    "mentions": ("mention_id",),
    "entities": ("entity_id",),
    "quotes": ("quote_id",),
    "dates": ("date_id",),
    "quote_clusters": ("quote_cluster",),
    "claims": ("claim_id",),
    "claim_links": ("claim_id", "other_claim_id"),
}
_SENTENCE = (("article_id", "sentence_id"), "sentences")
_ARTICLE = (("article_id",), "articles")
#: What refers to what: columns of a table, and the table whose key they hold.
FOREIGN_KEYS: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "articles": ((("duplicate_of",), "articles"),),
    "sentences": (_ARTICLE,),
    "mentions": (_ARTICLE, _SENTENCE, (("entity_id",), "entities")),
    "quotes": (
        _ARTICLE,
        _SENTENCE,
        (("speaker_entity_id",), "entities"),
        (("quote_cluster",), "quote_clusters"),
    ),
    "dates": (_ARTICLE, _SENTENCE),
    "quote_clusters": ((("speaker_entity_id",), "entities"),),
    "claims": (
        _ARTICLE,
        _SENTENCE,
        (("part_of",), "claims"),
        (("subject_entity_id",), "entities"),
        (("object_entity_id",), "entities"),
        (("place_entity_id",), "entities"),
        (("claimant_entity_id",), "entities"),
        (("date_id",), "dates"),
        (("quote_id",), "quotes"),
    ),
    "claim_links": ((("claim_id",), "claims"), (("other_claim_id",), "claims")),
}
