"""Links between claims: two propositions with what differs, and the relation."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pyarrow as pa
import pytest

from pipeline import schema
from pipeline.link.claims import link_claims


def row(number: int, **given: Any) -> dict[str, Any]:
    """A row of ``claims``; each is of its own article unless told otherwise."""
    article = given.pop("article", f"a{number}")
    made: dict[str, Any] = {
        "claim_id": f"{article}:c{number}", "article_id": article, "sentence_id": 0, "part_of": None, "start": 0,
        "end": 4, "text": "text", "spans": [{"start": 0, "end": 4}], "proposition": "", "kind": "fact",
        "subject": None, "predicate": "be", "object": None, "subject_entity_id": None, "object_entity_id": None,
        "place_entity_id": None, "date_id": None, "quantities": [], "claimant_kind": "person", "claimant_text": "X",
        "claimant_entity_id": f"person/{number}", "claimant": "X", "attribution": "indirect", "quote_id": None,
        "chain": [], "evidence": None, "stance": "affirms", "polarity": "affirmed", "modality": "asserted",
        "condition": None, "factuality": None, "check_worthiness": None, "claim_cluster": None, "score": None,
    }  # fmt: skip
    return made | given


def table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return schema.to_table(name, rows)


def articles(rows: list[dict[str, Any]], duplicates: dict[str, str] | None = None) -> pa.Table:
    ids = sorted({r["article_id"] for r in rows})
    return table(
        "articles",
        [
            {
                "article_id": i, "title": None, "author": None, "source": None, "url": None, "published": None,
                "published_from": None, "language": "en", "text": "text", "raw_sha256": "0",
                "duplicate_of": (duplicates or {}).get(i), "n_sentences": 1, "n_tokens": 1,
            }
            for i in ids
        ],
    )  # fmt: skip


def linked(rows: list[dict[str, Any]], **duplicates: str) -> tuple[list[str | None], list[dict[str, Any]]]:
    claims, links = link_claims(table("claims", rows), table("quotes", []), articles(rows, duplicates))
    assert claims.schema.equals(schema.SCHEMAS["claims"])
    return claims["claim_cluster"].to_pylist(), links.to_pylist()


WITHDRAW: dict[str, Any] = {
    "proposition": "The foreign troops will withdraw from the northern province",
    "subject": "The foreign troops",
    "predicate": "withdraw",
    "object": "from the northern province",
}
CLIPPED = WITHDRAW | {
    "proposition": "Foreign troops will soon withdraw from the whole northern province, leaving bases"
}
LOCAL = WITHDRAW | {"proposition": "The local troops will withdraw from the northern province"}
SCHOOL = {
    "proposition": "The council opened a school in the southern town",
    "subject": "The council",
    "predicate": "open",
    "object": "a school in the southern town",
}
KILLED: dict[str, Any] = {
    "proposition": "Soldiers killed 40 protesters in the old square",
    "subject": "Soldiers",
    "predicate": "kill",
    "object": "40 protesters in the old square",
    "subject_entity_id": "org/army",
}
KILLED_90 = KILLED | {"proposition": "Soldiers killed 90 protesters in the old square"}


def people(low: float, high: float) -> list[dict[str, Any]]:
    return [{"value": None, "low": low, "high": high, "unit": "protesters", "text": "x"}]


ONE, TWO = {"subject_entity_id": "org/a"}, {"subject_entity_id": "org/b"}
SAME = {"claimant_entity_id": "person/p"}
FORTY, NINETY, SOME = ({"quantities": people(*amounts)} for amounts in ((40, 40), (90, 90), (30, 99)))

PAIRS = [
    ("same words, other claimant", WITHDRAW, WITHDRAW, "corroborates", None),
    ("same words, same claimant", WITHDRAW | SAME, WITHDRAW | SAME, "same_statement", None),
    ("denied inside", WITHDRAW, WITHDRAW | {"polarity": "negated"}, "contradicts", "polarity"),
    ("denied by the claimant", WITHDRAW, WITHDRAW | {"stance": "denies"}, "contradicts", "stance"),
    ("a demand is no fact", WITHDRAW, WITHDRAW | {"modality": "demanded"}, None, None),
    ("other subjects", WITHDRAW | ONE, LOCAL | TWO, None, None),
    ("numbers that can't both be", KILLED | FORTY, KILLED_90 | NINETY, "contradicts", "quantity"),
    ("a bound that the other meets", KILLED | FORTY, KILLED | SOME, "corroborates", None),
    ("another matter", WITHDRAW, SCHOOL, None, None),
]


@pytest.mark.parametrize(("name", "left", "right", "relation", "conflict"), PAIRS, ids=[p[0] for p in PAIRS])
def test_relations(
    name: str, left: dict[str, Any], right: dict[str, Any], relation: str | None, conflict: str | None
) -> None:
    clusters, links = linked([row(1, **left), row(2, **right)])
    found = [(link["relation"], link["conflict"]) for link in links]
    assert found == ([] if relation is None else [(relation, conflict)])
    together = clusters[0] is not None and clusters[0] == clusters[1]
    assert together == (relation in {"same_statement", "corroborates"})


def test_other_wording_corroborates_independently() -> None:
    _, links = linked([row(1, **WITHDRAW), row(2, **CLIPPED)])
    assert [(link["relation"], link["independent"]) for link in links] == [("corroborates", True)]


def test_the_same_words_are_not_independent() -> None:
    _, links = linked([row(1, **WITHDRAW), row(2, **WITHDRAW)])
    assert [link["independent"] for link in links] == [False]


def test_near_copies_are_not_independent() -> None:
    _, links = linked([row(1, **WITHDRAW), row(2, **CLIPPED)], a2="a1")
    assert [link["independent"] for link in links] == [False]


def test_days_apart_differ() -> None:
    days = [
        {
            "date_id": f"d{n}", "article_id": f"a{n}", "sentence_id": 0, "start": 0, "end": 1, "text": "x",
            "type": "DATE", "value": "x", "mod": None, "earliest": dt.datetime(2020, 1, n),
            "latest": dt.datetime(2020, 1, n, 23), "granularity": "day", "anchor": None, "resolved": True,
            "direction": None, "edtf": None, "duration": None, "duration_days": None, "rule": None, "score": None,
        }
        for n in (1, 2)
    ]  # fmt: skip
    names = {column.name for column in schema.columns_of("dates")}
    dates = table("dates", [{k: v for k, v in d.items() if k in names} for d in days])
    rows = [row(n, date_id=f"d{n}", **WITHDRAW) for n in (1, 2)]
    _, links = link_claims(table("claims", rows), table("quotes", []), articles(rows), dates)
    assert [(link["relation"], link["conflict"]) for link in links.to_pylist()] == [("differs", "date")]


GENUINE = [
    ("The memo on the retreat", "accurate", "negated", "It", "real", "affirmed", True),
    ("The letter", "a forgery", "affirmed", "The letter", "genuine", "affirmed", True),
    ("The letter", "a forgery", "affirmed", "The letter", "not genuine", "negated", False),
    ("The letter", "a forgery", "affirmed", "The signature", "genuine", "affirmed", False),
    ("The letter", "a forgery", "affirmed", "It", "real progress for the poor", "affirmed", False),
]


@pytest.mark.parametrize(("subject", "said", "sign", "other", "says", "other_sign", "apart"), GENUINE)
def test_whether_a_document_is_genuine(
    subject: str, said: str, sign: str, other: str, says: str, other_sign: str, apart: bool
) -> None:
    left = {"proposition": f"{subject} is {said}", "subject": subject, "object": said, "polarity": sign}
    right = {"proposition": f"{other} was {says}", "subject": other, "object": says, "polarity": other_sign}
    rows = [row(1, article="a", **left), row(2, article="a", start=90, end=99, claim_id="a:d2", **right)]
    rows[1]["claimant_entity_id"] = "person/other"
    _, links = linked(rows)
    assert [link["relation"] for link in links] == (["contradicts"] if apart else [])


DENIED = [
    ("no more is denied", "The senate approved the budget", "The senate did not approve the budget", True),
    (
        "more is denied",
        "The senate approved the budget",
        "The senate did not approve the secret budget for spies",
        False,
    ),
    ("other places", "The firm cut jobs in Denmark", "The firm did not cut jobs in Spain", False),
    ("what may be", "The senate may approve the budget", "The senate did not approve the budget", False),
]


@pytest.mark.parametrize(("name", "said", "denied", "contradicts"), DENIED, ids=[case[0] for case in DENIED])
def test_a_denial_covers_what_it_denies(name: str, said: str, denied: str, contradicts: bool) -> None:
    subject = " ".join(said.split()[:2])
    predicate = "cut" if "cut" in said else "approve"
    shared = {"subject": subject, "predicate": predicate}
    left = shared | {
        "proposition": said,
        "object": said.split(predicate)[-1],
        "modality": "possible" if "may" in said else "asserted",
    }
    right = shared | {"proposition": denied, "object": denied.split(predicate)[-1], "polarity": "negated"}
    _, links = linked([row(1, **left), row(2, **right)])
    assert ("contradicts" in [link["relation"] for link in links]) == contradicts


def test_a_toll_that_grows_is_no_contradiction() -> None:
    rows = [row(1, **KILLED | FORTY), row(2, **KILLED_90 | NINETY)]
    published = {"a1": dt.date(2020, 1, 5), "a2": dt.date(2020, 1, 6)}
    made = articles(rows).to_pylist()
    for article in made:
        article["published"] = published[article["article_id"]]
    _, links = link_claims(table("claims", rows), table("quotes", []), table("articles", made))
    assert [link["relation"] for link in links.to_pylist()] == ["differs"]


def test_order_of_rows_changes_nothing() -> None:
    rows = [row(n, **(WITHDRAW if n % 2 else KILLED)) for n in range(1, 7)]
    clusters, links = linked(rows)
    turned, again = linked(rows[::-1])
    assert links == again
    assert clusters == turned[::-1]


def test_many_claims_link_in_near_linear_time() -> None:
    rows = [
        row(n, **WITHDRAW | {"proposition": f"The {n % 97} unit of word{n} and word{n // 3} left the province{n % 50}"})
        for n in range(4_000)
    ]
    began = time.process_time()  # however busy the machine is
    linked(rows)
    assert time.process_time() - began < 20
