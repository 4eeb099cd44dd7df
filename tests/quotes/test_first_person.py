"""The first person in quotations: each case with the first-person mentions that it has, and whom they stand for."""

from __future__ import annotations

import pytest

from tests.conftest import language

CASES = {
    "“I will leave,” Anna Keller said. “My work is done.”": [("I", "Anna Keller"), ("My", "Anna Keller")],
    "Anna Keller left. “Nobody asked me or mine,” she said.": [("me", "Anna Keller"), ("mine", "Anna Keller")],
    "“The mine is mine,” Anna Keller said.": [("mine", "Anna Keller")],
    "Paul Brandt called it “my worst day” on Monday.": [("my", "Paul Brandt")],
    "I met Paul Brandt. He said it rained.": [],
    "I met Paul Brandt. “It rained,” he told me.": [],
    "Paul Brandt said I was late.": [],
    "“I will leave,” a man said.": [],
    "“You know yourself,” Anna Keller said.": [],
    "“We will leave,” Anna Keller said.": [],
    "The Dawn Alliance left. “We were robbed,” the Dawn Alliance said.": [("We", "Dawn Alliance")],
    "“We are ready,” said Anna Keller, head of the Dawn Alliance. “I am.”": [
        ("We", "Dawn Alliance"),
        ("I", "Anna Keller"),
    ],
    "“We are ready,” said Anna Keller, a former head of the Dawn Alliance.": [],
    "“We are ready,” said Anna Keller, a critic of the Dawn Alliance.": [],
    "“The US is late,” said Anna Keller, a spokeswoman for the Dawn Alliance. “Tell us.”": [("us", "Dawn Alliance")],
    "“He told me ‘I am tired’ and left,” Anna Keller said.": [("me", "Anna Keller")],
    "“I was asked,” Paul Brandt said. “‘I am ill,’ Anna Keller told me.”": [
        ("I", "Paul Brandt"),
        ("me", "Paul Brandt"),
    ],
    "“I have read that I was ill,” Anna Keller said.": [("I", "Anna Keller"), ("I", "Anna Keller")],
}


@pytest.mark.parametrize("text", CASES)
def test_first_person(text: str) -> None:
    doc = language("segment", "encode", "names", "coref", "quotes")(text)
    names = {entity.chain: entity.name for entity in doc._.entities}
    shown = [
        (text[m.start : m.end], names[m.chain])
        for m in doc._.mentions
        if m.kind == "pronoun" and text[m.start : m.end].lower() not in ("he", "she")
    ]
    assert shown == CASES[text]
    starts = [(m.start, m.end) for m in doc._.mentions]
    assert starts == sorted(starts)


def test_many_quotations_inside_one() -> None:
    text = "Anna Keller spoke. “I " + "‘I am’ " * 3000 + "am,” she said."
    doc = language("segment", "encode", "names", "coref", "quotes")(text)
    assert all(m.end <= len(text) for m in doc._.mentions)
