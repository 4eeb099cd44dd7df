"""Near-copies of articles."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from pipeline.link.duplicates import mark_duplicates

STORY = " ".join(
    f"The {who} of the harbour town told reporters that {what} would have to wait until the {when}."
    for who in ("mayor", "engineer", "fire chief", "harbour master", "head teacher")
    for what in ("the new bridge", "a second ferry", "repairs to the pier", "the school")
    for when in ("spring", "storm had passed", "budget was agreed")
)
OTHER = " ".join(f"Sentence number {n} says that nothing in item {n * 7} is like anything else." for n in range(60))


def marked(*rows: tuple[str, str, dt.date | None]) -> dict[str, str | None]:
    table = pa.table(
        {
            "article_id": [row[0] for row in rows],
            "text": [row[1] for row in rows],
            "published": pa.array([row[2] for row in rows], pa.date32()),
            "duplicate_of": pa.nulls(len(rows), pa.string()),
        }
    )
    done = mark_duplicates(table)
    return dict(zip(done["article_id"].to_pylist(), done["duplicate_of"].to_pylist(), strict=True))


def test_a_copy_points_to_the_earliest() -> None:
    copies = [
        ("a", STORY + " Our reporter adds a line.", dt.date(2021, 5, 2)),
        ("b", STORY.upper().replace(" ", "\n"), dt.date(2021, 5, 1)),
        ("c", OTHER, dt.date(2021, 5, 1)),
        ("d", STORY, None),
    ]
    expected = {"a": "b", "b": None, "c": None, "d": "b"}
    assert marked(*copies) == expected
    assert marked(*reversed(copies)) == expected


def test_sharing_some_sentences_is_not_copying() -> None:
    half = STORY[: len(STORY) // 2]
    assert marked(("a", half + OTHER, None), ("b", STORY, None)) == {"a": None, "b": None}


def test_short_texts_are_alike_only_when_equal() -> None:
    rows = [("a", "It rained.", None), ("b", "It rained!", None), ("c", "It snowed.", None), ("d", "—", None)]
    assert marked(*rows) == {"a": None, "b": "a", "c": None, "d": None}
