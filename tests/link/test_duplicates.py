"""Near-copies of articles."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from pipeline.link.duplicates import mark_duplicates

STORY = " ".join(
    f"The {who} of the harbour town told reporters that {what} would have to wait until the {when}."
    for who in ("mayor", "engineer", "fire chief", "harbour master", "head teacher")
    for what in ("the new bridge", "a second ferry", "repairs to the pier", "the school")
    for when in ("spring", "storm had passed", "budget was agreed")
)
OTHER = " ".join(f"Sentence number {n} says that nothing in item {n * 7} is like anything else." for n in range(60))


def marked(*rows: tuple[str, str, dt.date | None], sentences: pa.Table | None = None) -> dict[str, str | None]:
    table = pa.table(
        {
            "article_id": [row[0] for row in rows],
            "text": [row[1] for row in rows],
            "published": pa.array([row[2] for row in rows], pa.date32()),
            "duplicate_of": pa.nulls(len(rows), pa.string()),
        }
    )
    done = mark_duplicates(table, sentences)
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


PARTS = STORY.split(". ")
AGENCY = ". ".join(PARTS[:30])


@pytest.mark.parametrize(
    "copy",
    [
        "Another headline altogether for this\n\n" + AGENCY,
        ". ".join(PARTS[:12]),
        ". ".join([*PARTS[:10], *OTHER.split(". ")[:6], *PARTS[10:30]]),
        AGENCY + "\n\n(Reporting by Ann Lee; Editing by Jo Marr)\n\nOur standards: the trust principles.",
    ],
    ids=["retitled", "clipped", "paragraphs inserted", "tailed"],
)
def test_a_republished_article_is_a_copy(copy: str) -> None:
    rows = [("a", AGENCY, dt.date(2021, 5, 1)), ("b", copy, dt.date(2021, 5, 2)), ("c", OTHER, None)]
    assert marked(*rows) == {"a": None, "b": "a", "c": None}


def test_quoting_a_paragraph_is_no_copying() -> None:
    quoting = OTHER[:2000] + " ".join(PARTS[3:6]) + OTHER[2000:]
    assert marked(("a", AGENCY, None), ("b", quoting, None)) == {"a": None, "b": None}


def test_a_text_republished_by_hundreds() -> None:
    rows = [
        (f"{number:03}", f"Outlet {number} says: {AGENCY} Read more about {number}.", None) for number in range(120)
    ]
    found = marked(*rows)
    [original] = [name for name, of in found.items() if of is None]
    assert set(found.values()) == {None, original}


def test_only_the_body_counts() -> None:
    boilerplate = " ".join(f"Follow item number {n} of our coverage here." for n in range(60))
    texts = {"a": f"{boilerplate}\n\n{PARTS[0]}.", "b": f"{boilerplate}\n\n{OTHER[:80]}"}
    sentences = pa.table(
        {
            "article_id": ["a", "a", "b", "b"],
            "section": ["credit", "body", "credit", "body"],
            "start": [0, 5000, 0, 5000],
            "text": [boilerplate, PARTS[0], boilerplate, OTHER[:80]],
        }
    )
    assert marked(*((name, text, None) for name, text in texts.items()))["b"] == "a"
    assert marked(*((name, text, None) for name, text in texts.items()), sentences=sentences)["b"] is None
