"""The component on a Doc: anchors, datelines, narratives, bad input, speed."""

from __future__ import annotations

import datetime as dt
import itertools
import time

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.annotations import Metadata, Paragraph, TimeExpression
from pipeline.stages.dates.values import interval_of
from tests.dates.tool import find, language, read

FRIDAY = dt.date(2013, 3, 22)


def one(text: str, written: dt.date | None = FRIDAY) -> TimeExpression:
    """The only expression of *text*."""
    found = find(text, written)
    assert len(found) == 1, [(text[x.start : x.end], x.value) for x in found]
    return found[0]


def test_the_record_of_a_day() -> None:
    found = one("The dam broke on Tuesday.")
    assert (found.type, found.value, found.granularity, found.anchor) == ("DATE", "2013-03-19", "day", "published")
    assert found.earliest == dt.datetime(2013, 3, 19)
    assert found.latest == dt.datetime(2013, 3, 19, 23, 59, 59)
    assert (found.edtf, found.direction, found.resolved) == ("2013-03-19", "past", True)
    assert found.rule == "weekday"


def test_the_record_of_a_length() -> None:
    found = one("The siege lasted three weeks.")
    assert (found.type, found.value, found.granularity) == ("DURATION", "P3W", "duration")
    assert (found.duration, found.duration_days, found.edtf) == ("P3W", 21.0, None)
    assert (found.earliest, found.latest, found.anchor, found.resolved) == (None, None, None, False)
    assert one("The siege lasted three months.").duration_days is None


def test_a_length_up_to_the_day_of_writing_has_its_interval() -> None:
    found = one("He led the league for the past two years.")
    assert (found.value, found.anchor) == ("P2Y", "published")
    assert found.earliest == dt.datetime(2011, 3, 22)
    assert found.latest == dt.datetime(2013, 3, 22, 23, 59, 59)
    ahead = one("Rain is forecast over the next ten days.")
    assert ahead.latest == dt.datetime(2013, 4, 1, 23, 59, 59)


def test_a_part_of_a_month_has_its_interval() -> None:
    found = one("It rained in the last week of August 1918.")
    assert (found.earliest, found.latest) == (dt.datetime(1918, 8, 25), dt.datetime(1918, 8, 31, 23, 59, 59))
    found = one("Sales grew in the first ten months of 1915.")
    assert (found.earliest, found.latest) == (dt.datetime(1915, 1, 1), dt.datetime(1915, 10, 31, 23, 59, 59))


def test_an_open_side() -> None:
    found = one("The post-1989 order collapsed.")
    assert (found.mod, found.earliest, found.latest) == ("AFTER", dt.datetime(1990, 1, 1), None)
    assert found.edtf == "1990-01-01/.."
    assert one("It will open in 1994 or later.").mod == "ON_OR_AFTER"


@pytest.mark.parametrize("value", ["BC0146", "0128"])
def test_years_that_are_far_back(value: str) -> None:
    found = one("The city fell in 146 BC." if value.startswith("BC") else "The wall was finished in AD 128.")
    assert found.value == value
    assert found.resolved
    assert (found.earliest is None) == value.startswith("BC")


def test_an_anchor_in_the_text_is_named_by_its_index() -> None:
    found = find("It rained on 3 May 1990. Two days later it snowed. It was cold on Monday.", FRIDAY)
    assert [x.anchor for x in found] == [None, 0, "published"]
    assert [x.value for x in found] == ["1990-05-03", "1990-05-05", "2013-03-18"]


def test_without_a_day_of_writing_nothing_is_today() -> None:
    for text in (
        "He left today.",
        "He left on Monday.",
        "He left last week.",
        "He left in May.",
        "He left two days ago.",
    ):
        found = one(text, None)
        assert (found.earliest, found.latest, found.anchor, found.resolved) == (None, None, None, False), text
        assert "X" in found.value


DATELINE = "WASHINGTON, Aug. 17 (Wire) - The senator resigned on Tuesday. He said yesterday that he was tired."


def test_a_dateline_is_the_day_of_writing() -> None:
    paragraph = [Paragraph(0, 20, "dateline"), Paragraph(20, len(DATELINE))]
    found = read(DATELINE, dt.date(1998, 8, 18), paragraph)._.dates
    assert [(x.value, x.anchor) for x in found] == [
        ("1998-08-17", "dateline"), ("1998-08-11", "dateline"), ("1998-08-16", "dateline"),
    ]  # fmt: skip


def test_a_dateline_alone_without_a_year_leaves_the_year_open() -> None:
    found = read(DATELINE, None, [Paragraph(0, 20, "dateline"), Paragraph(20, len(DATELINE))])._.dates
    assert [x.value for x in found] == ["XXXX-08-17", "XXXX-WXX-2", "XXXX-XX-XX"]
    assert not any(x.resolved for x in found)


def test_a_date_line_with_its_year_stands_in_for_the_metadata() -> None:
    text = "Ferry sinks off coast\n\nMonday, May 18, 2015\n\nOn Friday, fishermen saw it leave. It sank yesterday."
    found = find(text, None)
    assert [(x.value, x.anchor) for x in found[1:]] == [("2015-05-15", "dateline"), ("2015-05-17", "dateline")]


def test_a_dateline_far_from_publication_dates_something_else() -> None:
    text = "LONDON, March 3, 1981 (Wire) - He resigned yesterday."
    found = read(text, FRIDAY, [Paragraph(0, len(text), "dateline")])._.dates
    assert [(x.value, x.anchor) for x in found] == [("1981-03-03", None), ("2013-03-21", "published")]


HISTORY = (
    "The war began in July 1936. In November 1936 the city was besieged. The town fell in 1937. "
    "A truce was signed in April 1938. The river was crossed on 25 July 1938. In December the coast was reached. "
    "The capital surrendered in March 1939, and the army marched in on 1 April 1939. The next day it was over."
)


def test_a_history_dates_by_its_own_dates() -> None:
    found = find(HISTORY, FRIDAY)
    assert found[5].value == "1938-12"
    assert found[5].anchor == 4
    assert found[-1].value == "1939-04-02"


def test_asides_about_another_time_do_not_date_a_history() -> None:
    text = HISTORY.replace("In December", "A film of 2005 tells of it. In December")
    assert [x.value for x in find(text, FRIDAY)][6] == "1938-12"


def test_references_can_be_switched_off() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("dates", config={"references": False})
    doc = nlp.make_doc("He is now ill and fell on 3 May 2011.")
    assert [x.value for x in nlp.get_pipe("dates")(doc)._.dates] == ["2011-05-03"]


def test_works_alone_on_a_blank_pipeline() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("dates")
    assert [x.value for x in nlp("She was born on 20 March 1961.")._.dates] == ["1961-03-20"]


def test_tags_are_used_where_there_are_any() -> None:
    words = ["The", "panel", "convened", "Monday"]
    tags = {"past": ["DT", "NN", "VBD", "NNP"], "modal": ["DT", "NN", "MD", "NNP"]}
    doc = Doc(language().vocab, words=words, tags=tags["past"])
    doc._.meta = Metadata(published=FRIDAY)
    assert language("dates").get_pipe("dates")(doc)._.dates[0].value == "2013-03-18"
    present = Doc(language().vocab, words=["Both", "panels", "convene", "Monday"], tags=["DT", "NNS", "VBP", "NNP"])
    present._.meta = Metadata(published=FRIDAY)
    assert language("dates").get_pipe("dates")(present)._.dates[0].value == "2013-03-25"


BAD = [
    "", " ", "\n\n\n", "31 February 2012", "On February 31, he left.", "30 February", "year 0", "the year 0000", "0 BC",
    "in 99999", "12/13/14", "13/13/2013", "99/99/9999", "2013-99-99", "0000-00-00", "25:61", "24:99 GMT", "32 May 2013",
    "1" * 5000, "1 " * 5000, "12/" * 3000, "'" * 2000, "May " * 2000, "the " * 3000, "a few " * 2000, "next " * 3000,
    "last last last week", "two two two two years ago ago", "- - - Monday - - -", "last", "the", "of", "Monday",
    "P1Y T12 Z", "\u0000\u0001", "İstanbul’da Mayıs", "half half half an hour", "million million million years",
    "one hundred thousand million years ago", "999999999 years ago", "999999999 days later", "9" * 30 + " days ago",
    "the 999th century", "the 31st of that month", "Q9 2012", "fifth quarter", "the 0th day", "9" * 5000 + " BC",
    "March " + "9" * 5000 + " BC", "AD " + "9" * 5000, "9" * 5000 + "-day", "99 o'clock", "0 a.m.",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=lambda text: repr(text[:30]))
@pytest.mark.parametrize("written", [None, FRIDAY, dt.date.min, dt.date.max])
def test_bad_input_is_borne(text: str, written: dt.date | None) -> None:
    for found in find(text, written):
        assert 0 <= found.start < found.end <= len(text)
        if found.earliest and found.latest:
            assert found.earliest <= found.latest


@pytest.mark.parametrize(
    "text",
    [
        "On February 31, he left.",
        "He left on 31 April 2012.",
        "The form is dated 12/13/14.",
        "The form is dated 2013-99-99.",
        "The form says 25:61.",
        "He left in the year 0.",
    ],
)
def test_no_day_is_invented(text: str) -> None:
    assert not any(x.resolved and x.granularity in ("day", "time") for x in find(text, FRIDAY))


PIECES = st.sampled_from(
    [
        "on",
        "in",
        "of",
        "the",
        "a",
        "last",
        "next",
        "this",
        "that",
        "every",
        "two",
        "12",
        "2013",
        "'98",
        "1990s",
        "May",
        "March",
        "Monday",
        "night",
        "week",
        "years",
        "ago",
        "later",
        "earlier",
        "third",
        "quarter",
        "half",
        "end",
        "early",
        "mid",
        "-",
        ",",
        ".",
        "/",
        ":",
        "10:35",
        "a.m.",
        "EST",
        "Sept.",
        "31",
        "and",
        "to",
        "or",
        "yesterday",
        "now",
        "BC",
        "5th",
        "century",
        "until",
        "more",
        "than",
        "about",
        "daily",
        "fiscal",
        "period",
        "same",
        "following",
        "spring",
        "fall",
        "Easter",
        "9/11",
        "“",
        "”",
        "1/2",
        "hundred",
        ")",
        "(",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25), st.sampled_from([None, FRIDAY, dt.date(1, 1, 1), dt.date(9999, 12, 31)]))
def test_any_row_of_words_is_borne(pieces: list[str], written: dt.date | None) -> None:
    text = " ".join(pieces)
    found = find(text, written)
    assert found == find(text, written)
    assert found == sorted(found, key=lambda x: (x.start, x.end))
    for left, right in itertools.pairwise(found):
        assert left.end <= right.start
    for x in found:
        assert text[x.start : x.end].strip() == text[x.start : x.end]
        assert x.value
        interval = interval_of(x.value, x.mod)
        if x.type in ("DATE", "TIME") and interval is not None:
            assert (x.earliest, x.latest) == interval[:2]
        if isinstance(x.anchor, int):
            assert 0 <= x.anchor < found.index(x)
        if written is None:
            assert x.anchor != "published"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_borne(text: str) -> None:
    for x in find(text, FRIDAY):
        assert text[x.start : x.end]


def seconds(text: str) -> float:
    """How long the stage alone takes for *text*, the better of two."""
    best = float("inf")
    for _ in range(2):
        doc = language()(text)
        doc._.meta = Metadata(published=FRIDAY)
        begun = time.process_time()
        language("dates").get_pipe("dates")(doc)
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize(
    "piece",
    [
        "He left on Monday. ",
        "It ended in May. ",
        "\n",
        "Two days later it rained. ",
        "It fell in 1998. Two days later it rained. ",
        '"',
        "The quarter ended a year ago. ",
        "- 12 ",
        "two and a half ",
        "two ",
        "two-",
        "a hundred ",
        "week of ",
        "the last ",
        "Monday, ",
    ],
)
def test_time_is_linear(piece: str) -> None:
    small, large = seconds(piece * 1500), seconds(piece * 6000)
    # four times the text: sixteen times the time would be quadratic
    assert large < 9 * small + 0.1


def test_ten_thousand_dates() -> None:
    doc = language()("He left on 3 May 2011. " * 10_000)
    begun = time.process_time()
    language("dates").get_pipe("dates")(doc)
    assert time.process_time() - begun < 20
    assert len(doc._.dates) == 10_000


def test_a_hundred_articles_a_second() -> None:
    article = "\n\n".join(
        "The minister said on Tuesday that exports had fallen by 4 percent in the third quarter, the worst since "
        "1998. A year earlier they had grown. He will meet unions next week, two days before the vote on April 14."
        for _ in range(9)
    )
    # ten times slower than measured, for a busy machine
    assert seconds(article) < 0.1
