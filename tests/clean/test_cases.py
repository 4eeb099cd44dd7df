"""What clean makes of a text, one case a pair: the text as read, and its paragraphs with their sections."""

from __future__ import annotations

import datetime as dt

import pytest
import spacy

from pipeline.annotations import SECTIONS, Metadata
from pipeline.stages.clean import StatedMetadata, clean_text

BODY = "The council met for three hours on Monday and agreed to rebuild the old stone bridge."
MORE = "Work will begin in spring, the mayor told reporters after the vote."


def sections(raw: str) -> list[str]:
    """``section| text`` for every paragraph of the clean text."""
    cleaned = clean_text(raw)
    return [f"{part.section}| {cleaned.text[part.start : part.end]}" for part in cleaned.paragraphs]


def stated(raw: str) -> StatedMetadata:
    return clean_text(raw).stated


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("The army left.On Sunday it came back.", "The army left. On Sunday it came back."),
        ("He agreed.“We will go,” he said.", "He agreed. “We will go,” he said."),
        ('He agreed."We will go," he said.Then he left.', 'He agreed. "We will go," he said. Then he left.'),
        ('"We will stay.""We will win," she said.', '"We will stay." "We will win," she said.'),
        ('She said,"We will go,"and left.', 'She said, "We will go," and left.'),
        ("It began in 2011.Later it spread.", "It began in 2011. Later it spread."),
        ("Was it over?Nobody knew!They waited.", "Was it over? Nobody knew! They waited."),
        ("The aid (food, tents) came.It was late.", "The aid (food, tents) came. It was late."),
        ("Paris,London and Rome agreed.", "Paris, London and Rome agreed."),
        ("The US\u00a0army\u2009said\tso  twice. ", "The US army said so twice."),
        ("Zero\u200bwidth and soft\u00adhyphen\ufeff.", "Zerowidth and softhyphen."),
        ("Fish &amp; chips&nbsp;cost more.", "Fish & chips cost more."),
        ("Families 👩‍👩‍👧 came.", "Families 👩‍👩‍👧 came."),
        # What must stay as it is.
        ("``It's your answer.'' She left. ''So?'' he asked. ''Super PACs.''", None),
        ("She has a Ph.D. from Elmar and calls it „mostly false.“", None),
        ("It hasn't been Kellogg Co.'s year; NowThis said so.", None),
        ("An iPhone, a McDonald and LinkedIn met YouTube.", None),
        ("He uses PayPal, eBay, WhatsApp and JavaScript in MacOS.", None),
        ("See example.com/TheNews and www.site.org/A.Html or mail Jo.The@site.org now.", None),
        ("The U.S.-led force and J.R.R. Tolkien met al-Sadr at 3.5 percent, i.e. 1,000 men.", None),
        ("Follow #saveTheBridge and @joinThe now.", None),
        ('"Finally,," he said, of Iraq,, which he left.', None),
        ("Node.js 2.0 and ASP.NET are old.", None),
        ("B2B, 4The and 3DThis are names.", None),
        ("A rate of 1,5 or 2:30 or 24/7 or 5-7 is fine.", None),
    ],
)
def test_characters_and_glue(raw: str, expected: str | None) -> None:
    assert clean_text(raw).text == (raw if expected is None else expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "They met to vote on a resolutionThe deputies, citing the law, agreed.",
            ["They met to vote on a resolution", "The deputies, citing the law, agreed."],
        ),
        (
            "The chief of the forcesThirdly, the minister mustFourthly, he was required toFinally,Later it rained.",
            ["The chief of the forces", "Thirdly, the minister must", "Fourthly, he was required to", "Finally,",
             "Later it rained."],
        ),
        ("It began in 2003The war (and the peace)However, ended.", [
            "It began in 2003", "The war (and the peace)", "However, ended."]),
        ("It was sent to IraqThe letter said so.", ["It was sent to Iraq", "The letter said so."]),
    ],
)  # fmt: skip
def test_lost_markup_cuts(raw: str, expected: list[str]) -> None:
    cleaned = clean_text(raw)
    assert [cleaned.text[part.start : part.end] for part in cleaned.paragraphs] == expected


CASES: list[tuple[str, str, list[str]]] = [
    (
        "a date stamp fused with the headline",
        f" date 2021-03-04 Council votes for new bridge\n\n{BODY}\n\n{MORE}",
        ["dateline| date 2021-03-04", "headline| Council votes for new bridge", f"body| {BODY}", f"body| {MORE}"],
    ),
    (
        "a date stamp fused with the first sentence",
        f"Published: March 4, 2021 {BODY}\n\n{MORE}",
        ["dateline| Published: March 4, 2021", f"body| {BODY}", f"body| {MORE}"],
    ),
    (
        "an outlet's prefix",
        f"Alriver- {BODY}\n{MORE}",
        ["dateline| Alriver-", f"body| {BODY}", f"body| {MORE}"],
    ),
    (
        "a dateline with region and agency",
        f"Bridge to be rebuilt\n\nMOSTA, Northern Valley (Valley 24) – {BODY}\n\n{MORE}",
        ["headline| Bridge to be rebuilt", "dateline| MOSTA, Northern Valley (Valley 24) –", f"body| {BODY}",
         f"body| {MORE}"],
    ),
    (
        "an agency's dateline",
        f"LISBON (Reuters) - {BODY}\n\n{MORE}\n\n(Reporting by Ann Lee; Editing by Jo Marr)",
        ["dateline| LISBON (Reuters) -", f"body| {BODY}", f"body| {MORE}",
         "credit| (Reporting by Ann Lee; Editing by Jo Marr)"],
    ),
    (
        "a dateline with a day",
        f"BEIJING, Jan. 7 (Xinhua) -- {BODY}\n\n{MORE}",
        ["dateline| BEIJING, Jan. 7 (Xinhua) --", f"body| {BODY}", f"body| {MORE}"],
    ),
    (
        "a dateline without an agency",
        f"NEW HAVEN, Conn. — {BODY}\n\n{MORE}",
        ["dateline| NEW HAVEN, Conn. —", f"body| {BODY}", f"body| {MORE}"],
    ),
    (
        "a name with its short form in brackets is no dateline",
        f"Valley Relief Fund (VRF) – an aid group – sent food to the town after the flood.\n\n{MORE}",
        ["body| Valley Relief Fund (VRF) – an aid group – sent food to the town after the flood.", f"body| {MORE}"],
    ),
    (
        "a byline for an outlet",
        f"By Mary Sands for the Coast Post\n\n{BODY}\n\n{MORE}",
        ["byline| By Mary Sands for the Coast Post", f"body| {BODY}", f"body| {MORE}"],
    ),
    (
        "headline, byline, date line",
        f"Bridge to be rebuilt at last\nBy Mary Sands and J. P. Ode\nThursday, March 4, 2021\n\n{BODY}\n\n{MORE}",
        ["headline| Bridge to be rebuilt at last", "byline| By Mary Sands and J. P. Ode",
         "dateline| Thursday, March 4, 2021", f"body| {BODY}", f"body| {MORE}"],
    ),
    (
        "a sentence that begins with By is no byline",
        f"By Monday the river had risen to the highest mark in forty years, officials said.\n\n{MORE}",
        ["body| By Monday the river had risen to the highest mark in forty years, officials said.", f"body| {MORE}"],
    ),
    (
        "doubled captions with credits",
        f"{BODY}\n\nThe old bridge in winter. (Photo: Archive)\nThe old bridge in winter. (Photo: Archive)\n\n{MORE}",
        [f"body| {BODY}", "caption| The old bridge in winter. (Photo: Archive)",
         "caption| The old bridge in winter. (Photo: Archive)", f"body| {MORE}"],
    ),
    (
        "doubled captions without credits",
        f"{BODY}\n\nPeople cross the old bridge in winter.\nPeople cross the old bridge in winter.\n\n{MORE}",
        [f"body| {BODY}", "caption| People cross the old bridge in winter.",
         "caption| People cross the old bridge in winter.", f"body| {MORE}"],
    ),
    (
        "captions of agencies",
        f"{BODY}\n\nFILE PHOTO: A man crosses the bridge in Mosta. REUTERS/Ann Lee\n\n{MORE}\n\n"
        "In this photo taken on May 3, boats pass the bridge.",
        [f"body| {BODY}", "caption| FILE PHOTO: A man crosses the bridge in Mosta. REUTERS/Ann Lee", f"body| {MORE}",
         "caption| In this photo taken on May 3, boats pass the bridge."],
    ),
    (
        "a standfirst that repeats a sentence of the text",
        "Bridge to be rebuilt at last\n\n"
        "Work on the stone bridge will begin in spring, and traffic will be led through the market for two years."
        "\n\n"
        f"MOSTA (Valley 24) – {BODY}\n\n"
        "Work on the bridge will begin in spring, and traffic will be led through the market for two years or more, "
        "the mayor said.",
        ["headline| Bridge to be rebuilt at last",
         "pullquote| Work on the stone bridge will begin in spring, and traffic will be led through the market for two "
         "years.",
         "dateline| MOSTA (Valley 24) –", f"body| {BODY}",
         "body| Work on the bridge will begin in spring, and traffic will be led through the market for two years or "
         "more, the mayor said."],
    ),
    (
        "a pull quote without marks inside the text",
        f"{BODY}\n\n“We have waited for this bridge since the flood of 1998,” the mayor said.\n\n"
        f"We have waited for this bridge since the flood of 1998\n\n{MORE}",
        [f"body| {BODY}", "body| “We have waited for this bridge since the flood of 1998,” the mayor said.",
         "pullquote| We have waited for this bridge since the flood of 1998", f"body| {MORE}"],
    ),
    (
        "pull quotes and fragments before the text",
        "Mayor urges haste\n\nI call on all parties in the valley to meet at once and to end this quarrel for good\n\n"
        f', "which we consider an insult to the town."\n\n{BODY}\n\n{MORE}',
        ["headline| Mayor urges haste",
         "pullquote| I call on all parties in the valley to meet at once and to end this quarrel for good",
         'pullquote| , "which we consider an insult to the town."', f"body| {BODY}", f"body| {MORE}"],
    ),
    (
        "updates, and the lines that belong to them",
        f"{BODY}\n\n{MORE}\n\nUPDATE1: The vote was taken again.\n\nUPDATE 2: The mayor resigned.\nShe left on Friday.",
        [f"body| {BODY}", f"body| {MORE}", "update| UPDATE1: The vote was taken again.",
         "update| UPDATE 2: The mayor resigned.", "update| She left on Friday."],
    ),
    (
        "credits and the page's own lines",
        f"{BODY}\n\nRead more: Flood of 1998 remembered\n\n{MORE}\n\nEditing by Jo Marr\n\n"
        "© 2021 Coast Post. All rights reserved.",
        [f"body| {BODY}", "credit| Read more: Flood of 1998 remembered", f"body| {MORE}", "credit| Editing by Jo Marr",
         "credit| © 2021 Coast Post. All rights reserved."],
    ),
    (
        "a heading inside the text",
        f"{BODY}\n\nA costly plan\n\n{MORE}",
        [f"body| {BODY}", "headline| A costly plan", f"body| {MORE}"],
    ),
    (
        "lines wrapped at a fixed width",
        "The council met for three hours on Monday and agreed to\n"
        "rebuild the old stone bridge, which the flood of 1998 de-\n"
        "stroyed together with the mill and the self-\nhelp centre beside it.\n\n" + MORE,
        ["body| The council met for three hours on Monday and agreed to rebuild the old stone bridge, which the "
         "flood of 1998 destroyed together with the mill and the self-help centre beside it.", f"body| {MORE}"],
    ),
    (
        "a dateline on a line of its own",
        f"MOSTA, North Valley (AP) _\n\n{BODY}\n\n{MORE}",
        ["dateline| MOSTA, North Valley (AP) _", f"body| {BODY}", f"body| {MORE}"],
    ),
    (
        "a pull quote with the name below it",
        f"{BODY}\n\n{MORE}\n\nWe have waited for this bridge since the flood, all of us\n\nDina Rostam, mayor\n\n"
        "“We have waited for this bridge since the flood, all of us,” she said.",
        [f"body| {BODY}", f"body| {MORE}", "pullquote| We have waited for this bridge since the flood, all of us",
         "pullquote| Dina Rostam, mayor",
         "body| “We have waited for this bridge since the flood, all of us,” she said."],
    ),
    (
        "a picture's text above its credit",
        f"{BODY}\n\nThe bridge in the winter of 1998.\nPhoto: Ann Lee\n\n{MORE}",
        [f"body| {BODY}", "caption| The bridge in the winter of 1998.", "credit| Photo: Ann Lee", f"body| {MORE}"],
    ),
    (
        "one line only",
        BODY,
        [f"body| {BODY}"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_sections(raw: str, expected: list[str]) -> None:
    assert sections(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f" date 2021-03-04 Council votes\n\n{BODY}", StatedMetadata("Council votes", published=dt.date(2021, 3, 4))),
        (f"Alriver- {BODY}", StatedMetadata(source="Alriver")),
        (f"MOSTA, North (Valley 24) – {BODY}", StatedMetadata(source="Valley 24", place="MOSTA, North")),
        (f"By Mary Sands for the Coast Post\n\n{BODY}", StatedMetadata(author="Mary Sands", source="the Coast Post")),
        (f"4 March 2021\n\n{BODY}", StatedMetadata(published=dt.date(2021, 3, 4))),
        (f"Mar 4th, 2021, 10:14 AM EST\n\n{BODY}", StatedMetadata(published=dt.date(2021, 3, 4))),
        (f"Updated March 9, 2021\n\n{BODY}", StatedMetadata()),
        (f"OSLO, March 4, 2021 (Norvik) -- {BODY}", StatedMetadata(source="Norvik", place="OSLO",
                                                                   published=dt.date(2021, 3, 4))),
        (f"OSLO, March 4 (Norvik) -- {BODY}", StatedMetadata(source="Norvik", place="OSLO")),
        (f"date 2021-02-31 Council votes\n\n{BODY}", StatedMetadata("Council votes")),
        (f"On March 4, 2021, the council met and spoke of the bridge for an hour.\n\n{BODY}", StatedMetadata()),
    ],
)  # fmt: skip
def test_what_the_text_states(raw: str, expected: StatedMetadata) -> None:
    assert stated(raw) == expected


def test_a_headline_that_the_source_gives_is_found() -> None:
    raw = f"The council will rebuild the bridge, at last.\n\n{BODY}"
    assert [part.section for part in clean_text(raw).paragraphs] == ["body", "body"]
    given = clean_text(raw, title="The Council will rebuild the bridge — at last")
    assert [part.section for part in given.paragraphs] == ["headline", "body"]


def test_a_given_headline_leaves_the_pull_quote_below_it() -> None:
    raw = f"Mayor urges haste\n\nI call on all parties in the valley to meet at once\n\n{BODY}\n\n{MORE}"
    for title in (None, "Mayor urges haste"):
        found = [part.section for part in clean_text(raw, title=title).paragraphs]
        assert found == ["headline", "pullquote", "body", "body"]


def test_no_section_outside_the_closed_list() -> None:
    for _, raw, _ in CASES:
        assert {part.section for part in clean_text(raw).paragraphs} <= set(SECTIONS)


def test_mode_none_changes_nothing() -> None:
    raw = " date 2021-03-04 Vote.On\u00a0Sunday\r\n\n  UPDATE: resolutionThe end \n"
    cleaned = clean_text(raw, "none")
    assert cleaned.text == raw
    assert [raw[part.start : part.end] for part in cleaned.paragraphs] == [
        "date 2021-03-04 Vote.On\u00a0Sunday",
        "UPDATE: resolutionThe end",
    ]
    assert {part.section for part in cleaned.paragraphs} == {"body"}
    assert cleaned.stated == StatedMetadata()
    assert all(cleaned.offsets.raw_offset(position) == position for position in range(len(raw)))


def test_component_gives_a_doc_over_the_clean_text() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clean")
    nlp.add_pipe("segment")
    doc = nlp(f"LISBON (Reuters) - {BODY}On Tuesday it rained.")
    assert doc.text == f"LISBON (Reuters) -\n\n{BODY} On Tuesday it rained."
    assert [part.section for part in doc._.paragraphs] == ["dateline", "body"]
    assert doc._.meta.source == "Reuters"
    assert [sentence.text.strip() for sentence in doc.sents] == [
        "LISBON (Reuters) -",
        BODY,
        "On Tuesday it rained.",
    ]
    start = doc.text.index("On Tuesday")
    assert doc._.raw_map.raw_span(start, start + 10) == (19 + len(BODY), 29 + len(BODY))


def test_given_metadata_wins() -> None:
    nlp = spacy.blank("en")
    clean = nlp.add_pipe("clean")
    doc = nlp.make_doc(f"date 2021-03-04 Council votes\n\n{BODY}")
    doc._.meta = Metadata(article_id="a", title="Given", published=dt.date(2021, 3, 5), published_from="metadata")
    meta = clean(doc)._.meta
    assert (meta.title, meta.published, meta.published_from) == ("Given", dt.date(2021, 3, 5), "metadata")
    doc = nlp.make_doc(f"date 2021-03-04 Council votes\n\n{BODY}")
    meta = clean(doc)._.meta
    assert (meta.title, meta.published, meta.published_from) == ("Council votes", dt.date(2021, 3, 4), "text")


def test_the_day_comes_from_metadata_then_markup_then_the_text() -> None:
    nlp = spacy.blank("en")
    clean = nlp.add_pipe("clean")
    day = dt.date(2021, 3, 5)
    for given, source in ((day, "metadata"), (day, "html"), (None, None)):
        doc = nlp.make_doc(f"Council votes\n\nMarch 4, 2021\n\n{BODY}")
        doc._.meta = Metadata(article_id="a", published=given, published_from=source)
        meta = clean(doc)._.meta
        assert (meta.published, meta.published_from) == ((day, source) if given else (dt.date(2021, 3, 4), "text"))


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("04.03.2021 • 11:20", dt.date(2021, 3, 4)),
        ("2021/03/04 11:20", dt.date(2021, 3, 4)),
        ("Published: 25/12/2020", dt.date(2020, 12, 25)),
        ("04/03/2021", None),  # the fourth of March or the third of April
        ("Updated: 04.03.2021", None),
        ("31.02.2021", None),
        ("On March 4, 20213:12 am", dt.date(2021, 3, 4)),
    ],
)
def test_date_lines_in_numbers(line: str, day: dt.date | None) -> None:
    cleaned = clean_text(f"Council votes\n{line}\n\n{BODY}\n\n{MORE}")
    assert [part.section for part in cleaned.paragraphs] == ["headline", "dateline", "body", "body"]
    assert cleaned.stated.published == day


def test_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="none"):
        spacy.blank("en").add_pipe("clean", config={"mode": "hard"})
