"""Gold files: what a person writes is read as meant, what is wrong is named by line, what is written reads back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import gold
from pipeline.gold import GoldError
from pipeline.text import Span

HEAD = "---\narticle_id: a1\npublished: 2021-03-04\n---\n"
TEXT = (
    "“We will rebuild it,” Maria Keller said on Tuesday. “We always have.”\n\n"
    "Keller said the harbour [pier 3] would close. She said so twice; he said nothing. John Keller left."
)


def made(annotations: str, text: str = TEXT, head: str = HEAD) -> gold.Gold:
    return gold.parse(f"{head}{text}\n\n--- annotations ---\n{annotations}\n", "g.txt")


def words(placed: gold.Placed, text: str = TEXT) -> list[list[str]]:
    return [[span.of(text) for span in mark.spans] for mark in placed.quotes]


def test_a_quote_by_its_words() -> None:
    file = made(
        "PERSON Maria Keller\n\nquote direct\ncontent: “We will rebuild it,”\ncontent: “We always have.”\n"
        "cue: said\nsource: Maria Keller\nspeaker: Maria Keller"
    )
    placed = gold.place(file, TEXT)
    assert words(placed) == [["“We will rebuild it,”", "“We always have.”"]]
    about = placed.quotes[0].about
    assert about["cue"] == Span(35, 39)
    assert about["source"].of(TEXT) == "Maria Keller"
    assert about["speaker"] == "Maria Keller"
    assert file.stages == ("names", "quotes")


def test_the_nearest_cue_is_meant() -> None:
    placed = gold.place(
        made("quote indirect\ncontent: the harbour \\[pier 3] would close\ncue: said\nsource: Keller"), TEXT
    )
    assert placed.quotes[0].about["cue"].start == TEXT.index("said the harbour")
    assert placed.quotes[0].about["source"].start == TEXT.index("Keller said the")


def test_numbers_and_ellipsis() -> None:
    placed = gold.place(made("quote indirect\ncontent: the harbour [...] close\ncue: said #3\nsource: -"), TEXT)
    assert words(placed) == [["the harbour [pier 3] would close"]]
    assert placed.quotes[0].about["cue"].start == TEXT.index("said so")
    assert placed.quotes[0].about["source"] is None


def test_white_space_in_the_text_is_alike() -> None:
    text = "“We will\n\nrebuild  it,” she said."
    assert words(gold.place(made("quote direct\ncontent: “We will rebuild it,”", text), text), text) == [
        ["“We will\n\nrebuild  it,”"]
    ]


def test_names_take_the_longest_and_their_numbers() -> None:
    placed = gold.place(made("PERSON Maria Keller = Keller #2; ~She\nPERSON John Keller optional"), TEXT)
    found = [(mark.spans[0].of(TEXT), mark.about["entity"], mark.optional) for mark in placed.names]
    assert found == [
        ("Maria Keller", "Maria Keller", False),
        ("Keller", "Maria Keller", False),
        ("John Keller", "John Keller", True),
    ]
    assert [mark.spans[0].of(TEXT) for mark in placed.references] == ["She"]


def test_dates_and_claims() -> None:
    placed = gold.place(
        made("PERSON John Keller\ndate Tuesday = 2021-03-02\nclaim fact\ncontent: John Keller left\npolarity: negated"),
        TEXT,
    )
    assert placed.dates[0].about == {"value": "2021-03-02", "type": "DATE"}
    assert placed.claims[0].about["polarity"] == "negated"
    assert placed.claims[0].about["modality"] == "asserted"


#: What is written below the text, the line of the file that is at fault, and words of the message.
WRONG = [
    ("quote loud\ncontent: We", 10, "direct, mixed, indirect"),
    ("quote direct", 10, "content"),
    ("quote direct\ncontent:", 11, "content is empty"),
    ("quote direct\ncontent: We\ncue: a\ncue: b", 13, "twice"),
    ("quote direct\ncontent: We\nsauce: b", 12, "no field"),
    ("quote direct\ncontent: “We always have.”\nspeaker: Nobody Known", 10, "PERSON Nobody Known"),
    ("PERSON A = b = c", 10, "only one '='"),
    ("PERSON A\n\nPERSON A", 12, "line 10 already"),
    ("HERO A", 10, "begins with a label"),
    ("date Tuesday", 10, "WORDS = VALUE"),
    ("date Tuesday = Dienstag", 10, "TIMEX3"),
    ("date Tuesday = 2021-03-02 DAY", 10, "DURATION"),
    ("claim fact\ncontent: left\npolarity: maybe", 12, "affirmed, negated"),
    ("PERSON Keller #0", 10, "counted from #1"),
    ("quote direct\ncontent: [...] have", 11, "both sides"),
]


@pytest.mark.parametrize(("below", "line", "message"), WRONG)
def test_malformed_gold_names_its_line(below: str, line: int, message: str) -> None:
    with pytest.raises(GoldError, match=rf"^g\.txt, line {line}: ") as caught:
        made(below)
    assert message in str(caught.value)


#: Well formed, but not of this text.
MISPLACED = [
    ("quote direct\ncontent: We went away", 11, "doesn't stand in the text"),
    ("quote indirect\ncontent: said", 11, "stands 4 times"),
    ("PERSON Keller #9", 10, "no #9"),
    ("quote direct\ncontent: “We always have.”\ncontent: “We will rebuild it,”", 11, "order of the text"),
    ("PERSON Keller = Killer", 10, "doesn't stand in the text"),
]


@pytest.mark.parametrize(("below", "line", "message"), MISPLACED)
def test_gold_of_another_text_names_its_line(below: str, line: int, message: str) -> None:
    with pytest.raises(GoldError, match=rf"^g\.txt, line {line}: ") as caught:
        gold.place(made(below), TEXT)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("", 1, "begins with front matter"),
        ("---\narticle_id: a\n", 3, "no end"),
        ("---\n---\n", 2, "must give article_id"),
        ("---\narticle_id: a\n---\ntext", 4, "is missing"),
        ("---\narticle_id: a\n---\n\n--- annotations ---\n", 4, "there is no text"),
        ("---\narticle: a\n---\ntext\n--- annotations ---\n", 4, "no text may stand here"),
        ("---\ncolour: red\n---\n", 2, "no field"),
        ("---\narticle_id: a\narticle_id: b\n---\n", 3, "twice"),
        ("---\narticle_id: a\npublished: 2021-02-31\n---\n", 3, "no day"),
        ("---\narticle_id: ../etc/passwd\n---\n", 2, "can't name a file"),
        ("---\narticle_id: a\nstages: quotes, songs\n---\n", 3, "stages may be"),
    ],
)
def test_malformed_front_matter(content: str, line: int, message: str) -> None:
    with pytest.raises(GoldError, match=rf"g\.txt, line {line}: ") as caught:
        gold.parse(content, "g.txt")
    assert message in str(caught.value)


def test_a_folder_is_read_and_two_files_for_one_article_are_not(tmp_path: Path) -> None:
    content = HEAD + TEXT + "\n--- annotations ---\n"
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")
    assert [file.article_id for file in gold.read_folder(tmp_path)] == ["a1"]
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.txt").write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=r"has gold in .*a\.txt already"):
        gold.read_folder(tmp_path)
    with pytest.raises(GoldError, match="no such file"):
        gold.read_folder(tmp_path / "none")


def test_what_can_not_be_read_says_so(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"---\narticle_id: a\xff")
    with pytest.raises(GoldError, match="UTF-8"):
        gold.read(bad)
    bad.write_bytes(b"x" * (gold.MAX_BYTES + 1))
    with pytest.raises(GoldError, match="longer than"):
        gold.read(bad)


def rows(text: str, spans: list[tuple[int, int]]) -> dict[str, list[dict[str, object]]]:
    """Tables in which every span is a mention of an entity of its own, a date, and a quote that is its own source."""
    mentions = [
        {"start": a, "end": b, "text": text[a:b], "label": "PERSON", "kind": "name", "entity_id": f"person/{n}"}
        for n, (a, b) in enumerate(spans)
    ]
    quotes = [
        {"start": a, "end": b, "text": text[a:b], "kind": "direct", "utterance_id": str(n), "cue_start": a,
         "cue_end": b, "speaker_start": a, "speaker_end": b, "speaker_entity_id": f"person/{n}", "speaker": text[a:b]}
        for n, (a, b) in enumerate(spans)
    ]  # fmt: skip
    dates = [{"start": a, "end": b, "text": text[a:b], "value": "2021", "type": "DATE"} for a, b in spans]
    return {"mentions": mentions, "quotes": quotes, "dates": dates, "claims": []}


WORD = st.text(alphabet="ab#=;~\\[].“”-'é", min_size=1, max_size=4)


@settings(deadline=None, max_examples=150)
@given(st.lists(WORD, min_size=1, max_size=12), st.lists(st.tuples(st.integers(0, 11), st.integers(1, 3)), max_size=5))
def test_rows_written_read_back_in_their_places(parts: list[str], picks: list[tuple[int, int]]) -> None:
    """Whole words, whatever signs they hold, come back where they were."""
    text = "The " + " ".join(f"x{part}x" for part in parts)
    starts = [i for i in range(len(text)) if i == 0 or text[i - 1] == " "]
    ends = [i for i in range(1, len(text) + 1) if i == len(text) or text[i] == " "]
    spans = sorted(
        {(starts[a % len(starts)], ends[min(a % len(starts) + size - 1, len(ends) - 1)]) for a, size in picks}
    )
    written = gold.write({"article_id": "a"}, text, rows(text, spans))
    placed = gold.place(gold.parse(written), text)
    assert [mark.spans for mark in placed.quotes] == [(Span(*span),) for span in spans]
    assert [mark.about["cue"] for mark in placed.quotes] == [Span(*span) for span in spans]
    assert [mark.spans[0] for mark in placed.dates] == [Span(*span) for span in spans]


def test_a_text_that_holds_the_separator_is_refused() -> None:
    with pytest.raises(GoldError, match="holds the line"):
        gold.write({"article_id": "a"}, "x\n--- annotations ---\ny", rows("x", []))
