"""The same words in several articles are one quotation; other words, other numbers and other speakers are not."""

from __future__ import annotations

import datetime as dt
import random

import pyarrow as pa
import pytest

from pipeline import schema
from pipeline.link.quotes import cluster_quotes, words_of

ARTICLES = pa.table(
    {
        "article_id": ["a", "b", "c", "d"],
        "published": pa.array([dt.date(2020, 1, 7), None, dt.date(2020, 1, 5), dt.date(2020, 1, 9)], pa.date32()),
        "duplicate_of": pa.array([None, None, None, None], pa.string()),
    }
)
COLUMNS = pa.schema(
    [
        ("article_id", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.string()),
        ("kind", pa.string()),
        ("speaker_entity_id", pa.string()),
        ("speaker", pa.string()),
        ("quote_cluster", pa.string()),
    ]
)
Row = tuple[str, str, str | None]


def quotes(rows: list[Row], kind: str = "direct") -> pa.Table:
    """A quotes table of (article, text, speaker) rows that stand far apart."""
    return pa.Table.from_pylist(
        [
            {
                "article_id": article,
                "start": 1000 * number,
                "end": 1000 * number + len(text),
                "text": text,
                "kind": kind,
                "speaker_entity_id": speaker and f"person/{speaker.lower()}",
                "speaker": speaker,
                "quote_cluster": None,
            }
            for number, (article, text, speaker) in enumerate(rows)
        ],
        schema=COLUMNS,
    )


FULL = "The skies, land, and sovereignty of Iraq are being violated every day by occupying forces"
CLIPPED = "The skies, land and sovereignty of Iraq are being violated every day"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((FULL, "Sadr"), (FULL, "Sadr"), True),
        ((FULL, "Sadr"), (CLIPPED, "Sadr"), True),
        ((FULL, "Sadr"), (CLIPPED, None), True),
        ((FULL, "Sadr"), (FULL.upper().replace("’", "'"), "Sadr"), True),
        ((FULL, "Sadr"), (FULL, "Ameri"), False),
        ((FULL, "Sadr"), ("The weather was fine in every part of the country on Tuesday", "Sadr"), False),
        (("We will leave the country by June", "X"), ("We will not leave the country by June", "X"), False),
        (
            ("All 5,200 troops will leave by June at last", "X"),
            ("All 5,000 troops will leave by June at last", "X"),
            False,
        ),
        (("a peaceful demonstration", "X"), ("a peaceful demonstration", "X"), True),
        (("a peaceful demonstration", "X"), ("a peaceful demonstration", "Y"), False),
        (("a peaceful demonstration", "X"), ("It should be a peaceful demonstration of the people", "X"), False),
    ],
)
def test_pair(one: tuple[str, str | None], other: tuple[str, str | None], same: bool) -> None:
    filled, clusters = cluster_quotes(quotes([("a", *one), ("b", *other)]), ARTICLES)
    first, second = filled["quote_cluster"].to_pylist()
    assert (first == second) is same
    assert clusters.num_rows == (1 if same else 2)


def test_cluster_row() -> None:
    rows: list[Row] = [("a", CLIPPED, "Sadr"), ("b", FULL, None), ("c", CLIPPED, "Sadr"), ("c", "Oh no", "Sadr")]
    filled, clusters = cluster_quotes(quotes(rows), ARTICLES)
    (row,) = clusters.to_pylist()
    assert filled["quote_cluster"].to_pylist() == [row["quote_cluster"]] * 3 + [None]
    assert row["text"] == FULL
    assert (row["speaker_entity_id"], row["speaker"]) == ("person/sadr", "Sadr")
    assert (row["n_quotes"], row["n_articles"]) == (3, 3)
    assert row["first_published"] == dt.date(2020, 1, 5)
    assert row["variants"] == [CLIPPED, FULL]


def test_reports_within_reports_stay_apart() -> None:
    table = quotes([("a", "the government has warned that it will close the port for a week", None)])
    inner = table.to_pylist()[0] | {"text": "that it will close the port for a week", "start": 26}
    both = pa.concat_tables([table, pa.Table.from_pylist([inner], schema=COLUMNS)])
    filled, _ = cluster_quotes(both, ARTICLES)
    assert len(set(filled["quote_cluster"].to_pylist())) == 2


def test_a_clip_does_not_tie_two_wholes_together() -> None:
    rows: list[Row] = [
        ("a", "We came to this town because the river runs deep here and the people of the river stay", "X"),
        ("b", "Nobody told us that the river runs deep here and so we drowned in it last winter", "X"),
        ("c", "the river runs deep here and", "X"),
    ]
    filled, _ = cluster_quotes(quotes(rows), ARTICLES)
    assert len(set(filled["quote_cluster"].to_pylist())) == 2


def test_order_of_rows_does_not_matter() -> None:
    rows: list[Row] = [("a", FULL, "Sadr"), ("b", CLIPPED, None), ("c", "a peaceful demonstration", None)]
    table = quotes(rows)
    filled, clusters = cluster_quotes(table, ARTICLES)
    wanted = dict(zip(filled["text"].to_pylist(), filled["quote_cluster"].to_pylist(), strict=True))
    order = list(range(len(rows)))
    random.Random(7).shuffle(order)
    mixed, again = cluster_quotes(table.take(order), ARTICLES)
    assert dict(zip(mixed["text"].to_pylist(), mixed["quote_cluster"].to_pylist(), strict=True)) == wanted
    assert again == clusters


def test_ids_stay_when_the_corpus_grows() -> None:
    before, _ = cluster_quotes(quotes([("a", FULL, "Sadr")]), ARTICLES)
    grown, _ = cluster_quotes(quotes([("a", FULL, "Sadr"), ("b", CLIPPED, "Sadr"), ("d", FULL, None)]), ARTICLES)
    assert set(grown["quote_cluster"].to_pylist()) == set(before["quote_cluster"].to_pylist())


def test_empty() -> None:
    filled, clusters = cluster_quotes(quotes([]), ARTICLES)
    assert (filled.num_rows, clusters.num_rows) == (0, 0)


def test_many_quotes_with_a_formula_take_near_linear_time() -> None:
    formula = "we will do what is right for the people of district {} and town {}"
    rows: list[Row] = [("a", formula.format(number, number * 7), None) for number in range(3000)]
    _, clusters = cluster_quotes(quotes(rows), ARTICLES)
    assert clusters.num_rows == 3000


def test_table_fits_the_contract() -> None:
    _, clusters = cluster_quotes(quotes([("a", FULL, "Sadr")]), ARTICLES)
    assert schema.conform("quote_clusters", clusters).num_rows == 1


def test_words() -> None:
    assert words_of("that “It’s the U.S.’s 5,200 troops,” …") == ("it's", "the", "u.s", "s", "5,200", "troops")


def attributed(rows: list[Row], texts: list[str | None]) -> list[str | None]:
    """The ``cluster_speaker`` of each row, the sources as written being *texts*."""
    table = quotes(rows).append_column("speaker_text", pa.array(texts, pa.string()))
    return cluster_quotes(table, ARTICLES)[0]["cluster_speaker"].to_pylist()


def test_an_attribution_is_read_from_the_cluster() -> None:
    rows: list[Row] = [("a", FULL, "Sadr"), ("b", CLIPPED, None)]
    assert attributed(rows, ["Sadr", None]) == [None, "Sadr"]
    # A source stands there, whom it means the text doesn't say: not for another article to say.
    assert attributed(rows, ["Sadr", "a spokesman"]) == [None, None]


def test_few_words_are_known_by_nobody() -> None:
    rows: list[Row] = [("a", "We will never leave this land", "Sadr"), ("b", "We will never leave this land", None)]
    assert attributed(rows, ["Sadr", None]) == [None, None]


def test_a_pull_quote_and_its_body_are_one_quotation() -> None:
    filled, clusters = cluster_quotes(
        quotes([("a", FULL, None), ("a", FULL + ", he said to the crowd", "Sadr")]), ARTICLES
    )
    assert len(set(filled["quote_cluster"].to_pylist())) == 1
    assert clusters.to_pylist()[0]["n_articles"] == 1
