"""schema.org JSON-LD: for each claim a ``ClaimReview`` to complete, in the shape that fact-checkers publish.

Nothing is reviewed here: there is no ``reviewRating`` and no ``author`` of a review, which are for whoever checks the
claim to add. What is filled in is read from the articles: the claim's words, who makes it, and where it appears, first
and later, each with its sentence. A claimant that the text doesn't name has no name here either. Claims of one
``claim_cluster`` are one; the most check-worthy come first.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.exports.target import Target

Row = dict[str, Any]
_AUTHOR = {"person": "Person", "organisation": "Organization", "group": "Organization", "document": "CreativeWork"}
#: Columns of a claim that schema.org has no word for, given as ``additionalProperty``.
_PROPERTIES = ("kind", "stance", "polarity", "modality", "condition", "attribution", "check_worthiness")
_NOTE = (
    "Drafts made by machine from news articles: check each claim in its article. "
    "reviewRating and author are for the reviewer to add."
)


def _without_nulls(row: Row) -> Row:
    return {key: value for key, value in row.items() if value is not None and value != []}


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _author(claim: Row, article: Row) -> Row | None:
    """Who makes the claim: a named claimant, the words for one that isn't named, or the article's author or outlet."""
    kind = claim["claimant_kind"]
    if kind in _AUTHOR and claim["claimant"]:
        return _without_nulls(
            {
                "@type": _AUTHOR[kind],
                "name": claim["claimant"],
                "identifier": claim["claimant_entity_id"],
                "alternateName": claim["claimant_text"] if claim["claimant_text"] != claim["claimant"] else None,
            }
        )
    if kind == "article":
        if article["author"]:
            return {"@type": "Person", "name": article["author"]}
        return {"@type": "Organization", "name": article["source"]} if article["source"] else None
    words = claim["claimant_text"]
    return {"@type": _AUTHOR.get(kind, "Thing"), "description": words} if words else None


def _appearance(claim: Row, article: Row, sentence: str | None) -> Row:
    """The article in which a claim stands, with its sentence; an address only where the article has one."""
    url = article["url"]
    web = url if url and url.lower().startswith(("http://", "https://")) else None
    return _without_nulls(
        {
            "@type": "NewsArticle",
            "identifier": claim["article_id"],
            "url": web,
            "headline": article["title"],
            "datePublished": _day(article["published"]),
            "author": {"@type": "Person", "name": article["author"]} if article["author"] else None,
            "publisher": {"@type": "Organization", "name": article["source"]} if article["source"] else None,
            "inLanguage": article["language"],
            "abstract": sentence,
        }
    )


def reviews(articles: list[Row], sentences: list[Row], claims: list[Row]) -> Iterator[Row]:
    """One draft a claim cluster (or claim in none) from rows of the tables, the most check-worthy first."""
    by_id = {article["article_id"]: article for article in articles}
    words = {(row["article_id"], row["sentence_id"]): row["text"] for row in sentences}
    groups: dict[str, list[Row]] = {}
    for claim in claims:
        groups.setdefault(claim["claim_cluster"] or claim["claim_id"], []).append(claim)

    def written(claim: Row) -> tuple[dt.date, str, int]:
        return by_id[claim["article_id"]]["published"] or dt.date.max, claim["article_id"], claim["start"]

    def worth(group: list[Row]) -> float:
        return max(claim["check_worthiness"] or 0.0 for claim in group)

    for name, group in sorted(groups.items(), key=lambda item: (-worth(item[1]), item[0])):
        group.sort(key=written)
        first = group[0]
        seen: dict[str, Row] = {}
        for claim in group:
            sentence = words.get((claim["article_id"], claim["sentence_id"]))
            seen.setdefault(claim["article_id"], _appearance(claim, by_id[claim["article_id"]], sentence))
        appearances = list(seen.values())
        dated = "datePublished" in appearances[0]
        yield {
            "@type": "ClaimReview",
            "claimReviewed": first["proposition"],
            "itemReviewed": _without_nulls(
                {
                    "@type": "Claim",
                    "identifier": name,
                    "text": first["proposition"],
                    "author": _author(first, by_id[first["article_id"]]),
                    # of an article without its day nobody can say that it was the first
                    "firstAppearance": appearances[0] if dated else None,
                    "appearance": appearances[dated:],
                    "additionalProperty": [
                        {"@type": "PropertyValue", "name": name, "value": first[name]}
                        for name in _PROPERTIES
                        if first[name] is not None
                    ],
                }
            ),
        }


def write(tables: dict[str, pa.Table], target: Target) -> None:
    """One JSON-LD file with a ``DataFeed`` of drafts."""
    count = 0

    def written(aside: Path) -> None:
        nonlocal count
        head = {"@context": "https://schema.org", "@type": "DataFeed", "description": _NOTE}
        with aside.open("w", encoding="utf-8", newline="") as file:
            file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "dataFeedElement": [')
            rows = (tables[name].to_pylist() for name in ("articles", "sentences", "claims"))
            for review in reviews(*rows):
                file.write((",\n" if count else "\n") + json.dumps(review, ensure_ascii=False))
                count += 1
            file.write("\n]}\n")

    target.write(target.made.path.name, written)
    target.made.rows = {"ClaimReview": count}
    target.made.notes.append("no rating and no reviewer is filled in: these are drafts to check")
