"""The joins that are mostly wanted, as functions from DataFrames to DataFrames.

They are the ready joins of :class:`pipeline.outputs.Outputs`, whose methods say what comes out, with examples.
"""

from __future__ import annotations

import pandas as pd


def _with_outlet(rows: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    return rows.merge(articles[["article_id", "published", "source"]], on="article_id", how="left")


def who_said_what(quotes: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Every quote with its speaker, day and outlet, those with a known speaker first."""
    joined = _with_outlet(quotes, articles)
    columns = ["speaker", "speaker_text", "cue", "text", "kind", "said_start", "published", "source"]
    order = joined.assign(_unknown=joined["speaker"].isna()).sort_values(
        ["_unknown", "speaker", "article_id", "start"], kind="stable"
    )
    return order[[*columns, "article_id", "quote_id"]].reset_index(drop=True)


def who_claims_what(claims: pd.DataFrame, dates: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Every claim with its claimant, modality, polarity and event date, the most check-worthy first."""
    named = dates[["date_id", "value"]].rename(columns={"value": "date"})
    joined = _with_outlet(claims.merge(named, on="date_id", how="left"), articles)
    columns = ["claimant", "claimant_kind", "proposition", "kind", "modality", "polarity", "stance", "date"]
    order = joined.sort_values(
        ["check_worthiness", "article_id", "start"], ascending=[False, True, True], kind="stable"
    )
    return order[[*columns, "check_worthiness", "published", "source", "article_id", "claim_id"]].reset_index(drop=True)


def speakers(quotes: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Who is quoted, the most quoted first."""
    known = _with_outlet(quotes[quotes["speaker_entity_id"].notna()], articles)
    known["is_direct"] = known["kind"] == "direct"
    counted = known.groupby("speaker_entity_id", sort=True).agg(
        speaker=("speaker", "first"),
        quotes=("quote_id", "size"),
        direct=("is_direct", "sum"),
        articles=("article_id", "nunique"),
        outlets=("source", "nunique"),
    )
    order = counted.reset_index().sort_values(["quotes", "speaker_entity_id"], ascending=[False, True], kind="stable")
    return order[["speaker", "quotes", "direct", "articles", "outlets", "speaker_entity_id"]].reset_index(drop=True)


def timeline(quotes: pd.DataFrame, claims: pd.DataFrame, dates: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Quotes and claims that the text dates, by their day."""
    said = quotes[quotes["said_start"].notna()].assign(what="quote")
    said = said.rename(columns={"said_start": "day", "said_end": "until", "speaker": "who", "quote_id": "id"})
    placed = dates[dates["earliest"].notna() & dates["latest"].notna()]
    days = placed[["date_id"]].assign(day=placed["earliest"].dt.normalize(), until=placed["latest"].dt.normalize())
    claimed = claims.merge(days, on="date_id", how="inner").assign(what="claim")
    claimed["text"] = claimed["proposition"]
    claimed = claimed.rename(columns={"claimant": "who", "claim_id": "id"})
    columns = ["day", "until", "what", "who", "text", "article_id", "id"]
    both = _with_outlet(pd.concat([said[columns], claimed[columns]], ignore_index=True), articles)
    order = both.sort_values(["day", "until", "id"], kind="stable")
    return order[["day", "until", "what", "who", "text", "source", "article_id", "id"]].reset_index(drop=True)


def same_words(quotes: pd.DataFrame, clusters: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Quotations that several articles carry, each article's wording in a row, the most carried first."""
    shared = clusters.loc[clusters["n_articles"] > 1, ["quote_cluster", "n_articles"]]
    joined = _with_outlet(quotes.merge(shared, on="quote_cluster", how="inner"), articles)
    order = joined.sort_values(
        ["n_articles", "quote_cluster", "published", "article_id", "start"],
        ascending=[False, True, True, True, True],
        kind="stable",
    )
    columns = ["quote_cluster", "n_articles", "speaker", "text", "source", "published", "article_id", "quote_id"]
    return order[columns].reset_index(drop=True)


def follow(claim_id: str, claims: pd.DataFrame, links: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """One claim, those of its cluster and those linked to it, the earliest first. Raises KeyError for an unknown id."""
    found = claims[claims["claim_id"] == claim_id]
    if found.empty:
        raise KeyError(f"no claim {claim_id!r}; ids are in out.claims['claim_id']")
    as_first = links[links["claim_id"] == claim_id].drop(columns="claim_id")
    as_other = links[links["other_claim_id"] == claim_id].drop(columns="other_claim_id")
    mine = pd.concat([as_first.rename(columns={"other_claim_id": "id"}), as_other.rename(columns={"claim_id": "id"})])
    mine = mine.astype({"relation": "string"})
    cluster = found["claim_cluster"].iloc[0]
    same = claims.loc[(claims["claim_cluster"] == cluster).fillna(False), "claim_id"]
    same = same[~same.isin([claim_id, *mine["id"]])]
    mine = pd.concat([
        mine,
        pd.DataFrame({"id": same, "relation": "same_statement"}),
        pd.DataFrame({"id": [claim_id], "relation": ["this"]}),
    ])  # fmt: skip
    columns = ["proposition", "claimant", "article_id", "claim_id"]
    joined = _with_outlet(mine.merge(claims[columns], left_on="id", right_on="claim_id"), articles)
    order = joined.sort_values(["published", "claim_id"], kind="stable")
    shown = ["relation", "conflict", "independent", "score", "proposition", "claimant", "source", "published"]
    return order[[*shown, "article_id", "claim_id"]].reset_index(drop=True)
