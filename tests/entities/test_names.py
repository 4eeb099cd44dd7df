"""Names by rule: each case is a sentence with its names written in."""

from __future__ import annotations

import time

import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.stages.ner import Names
from pipeline.stages.ner.places import place_label
from tests.entities.markup import read, write

CASES = [
    # Titles stay outside a person's name.
    "{NORP|Turkish} Prime Minister {PERSON|Aylin Demir} met Gen. {PERSON|Tomasz Nowak} in {GPE|Ankara}.",
    "They blamed Secretary of State {PERSON|Gloria Banks} and Sen. {PERSON|Ortega}.",
    "Grand Ayatollah {PERSON|Hassan Tabrizi} called it a sin.",
    # Particles and hyphens belong to it.
    "{PERSON|Faris al-Janabi} and {PERSON|Ludwig van der Berg} signed; {PERSON|Omar bin Rashid} did not.",
    "{PERSON|Adel Abdul-Karim} spoke first.",
    # A surname is known by the full name elsewhere in the article, even where it is also a town.
    "{PERSON|Nadia Kirkland} said no. The court heard {PERSON|Kirkland} twice.",
    "{PERSON|Ali al-Najafi} left. “We agreed,” {PERSON|Najafi} said.",
    # Organisations by head, by opening and by suffix.
    "The {ORG|Ministry of Health} and the {ORG|Riverside Workers Party} sued {ORG|Halden Motors Inc.} over it.",
    "He works for the {ORG|University of Leiden} and the {ORG|Norwegian Refugee Council}.",
    "Fighters of {ORG|Harakat al-Fajr} fled.",
    "The {ORG|Lakeside Rescue Brigade} ({ORG|LRB}) of old.",
    # Countries, in every form; nationalities apart from them; no article, no possessive.
    "The {GPE|United States} and the {GPE|U.K.} warned {GPE|Iraq}’s neighbours; {NORP|Iraqis} shrugged.",
    "{GPE|US}-led troops and {NORP|Iranian}-backed fighters clashed near {GPE|Aleppo}.",
    "{GPE|US}\u00a0officials praised the {NORP|Kurdish} forces.",
    # Places: waters and regions are LOC, buildings FAC.
    "The {LOC|Middle East} and the {LOC|Tana River} dried up; {FAC|Westgate Bridge} fell.",
    # Laws and events.
    "They cited {LAW|Articles 12 and 40 of the Constitution} and {LAW|Resolution 2254} after {EVENT|World War II}.",
    # The first word of a sentence isn't a name for its capital alone.
    "Several {NORP|Sunni} clerics objected. Influential {NORP|Syrian} lawyers agreed. Yesterday it rained.",
    "However, the parliament voted. Politicians left.",
    # Days, months and languages are no names.
    "On Monday in January he spoke Arabic.",
    # A dateline in capitals.
    "{GPE|BAGHDAD} – Police said so.",
    # A group noun tells what the name is.
    "The largest parliamentary bloc, {ORG|Mustaqbal}, walked out.",
]


@pytest.mark.parametrize("case", CASES)
def test_names(nlp: Language, case: str) -> None:
    text, expected = read(case)
    doc = nlp(text)
    assert write(text, [(e.start_char, e.end_char, e.label_) for e in doc.ents]) == write(text, expected)


def test_one_name_has_one_label_in_an_article(nlp: Language) -> None:
    doc = nlp("Voters liked Zelmira in the end. Rivals of Zelmira said Zelmira lied. “No,” said Zelmira.")
    assert len({e.label_ for e in doc.ents if e.text == "Zelmira"}) == 1


def test_names_of_another_component_are_kept_and_mapped(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["The", "Acme", "on", "Monday", "the", "zorblax"])
    doc.set_ents([Span(doc, 0, 2, "ORG"), Span(doc, 3, 4, "DATE"), Span(doc, 4, 6, "PER")])
    found = [(e.text, e.label_) for e in Names()(doc).ents]
    assert found == [("Acme", "ORG"), ("zorblax", "PERSON")]


class _Encoded:
    names = ((0, 2, "PER"), (3, 4, "LOC"), (5, 7, "LOC", 0.9), (7, 8, "MONEY"), (7, 99, "ORG"))


def test_names_of_the_encoder_come_before_the_rules(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["President", "Ruiz", "saw", "Syria", "and", "Tana", "River", "today"])
    doc._.encoded = _Encoded()
    assert [(e.text, e.label_) for e in Names()(doc).ents] == [
        ("Ruiz", "PERSON"),
        ("Syria", "GPE"),
        ("Tana River", "LOC"),
    ]


def _learned(nlp: Language, text: str, *names: tuple[str, str, float]) -> list[tuple[str, str]]:
    """What becomes of names that an encoder gives as their words (their first place in *text*), label and score."""
    doc = nlp.get_pipe("segment")(nlp.make_doc(text))
    found = []
    for words, label, score in names:
        span = doc.char_span(text.index(words), text.index(words) + len(words))
        found.append((span.start, span.end, label, score))
    doc._.encoded = type("Encoded", (), {"names": found})()
    return [(e.text, e.label_) for e in Names()(doc).ents]


def test_learned_names_are_completed(nlp: Language) -> None:
    # A listed country that the encoder missed; a second place of a name that it was sure of.
    assert _learned(nlp, "US troops met Zorbla. Zorbla wept.", ("Zorbla", "ORG", 0.9)) == [
        ("US", "GPE"), ("Zorbla", "ORG"), ("Zorbla", "ORG")]  # fmt: skip
    # One label for one name, by weight.
    text = "Old Zorbla fell. They saw Zorbla there."
    assert [label for _, label in _learned(nlp, text, ("Zorbla", "PER", 0.4), ("Zorbla there", "MISC", 1.0))] == [
        "PERSON"
    ]
    # A country is a country; a longer listed name comes before a doubtful part of it; small words stay outside.
    assert _learned(nlp, "They left Iraq.", ("Iraq", "ORG", 0.6)) == [("Iraq", "GPE")]
    assert _learned(nlp, "They read France 24 today.", ("France", "LOC", 0.5)) == [("France 24", "ORG")]
    assert _learned(nlp, "They saw American forces.", ("American forces", "ORG", 0.6)) == [("American", "NORP")]
    assert _learned(nlp, "The largest bloc, Zorbla, left.", ("Zorbla", "PER", 0.9)) == [("Zorbla", "ORG")]


def test_learned_names_keep_their_probability(nlp: Language) -> None:
    doc = nlp.get_pipe("segment")(nlp.make_doc("They met Zorbla in Iraq."))
    doc._.encoded = type("Encoded", (), {"names": [(2, 3, "PER", 0.75)]})()
    mentions = nlp.get_pipe("coref")(Names()(doc))._.mentions
    assert [m.score for m in mentions] == [0.75, None]


@pytest.mark.parametrize(
    ("name", "label"),
    [("Jordan", "GPE"), ("Black Sea", "LOC"), ("Mount Kenya", "LOC"), ("Haifa Airport", "FAC"), ("Zorblax", "GPE")],
)
def test_places_are_split(name: str, label: str) -> None:
    assert place_label(name) == label


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "“" * 2_000, "A" * 50_000, "Al-" * 5_000, "The Bank of " * 3_000, "Mr. " * 5_000, "(" * 2_000,
     "of the " * 4_000, "\u00a0\u200b\ufeff", "Gen. Al-Sadr (" * 2_000],
)  # fmt: skip
def test_no_text_breaks_it(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert all(0 <= m.start < m.end <= len(text) for m in doc._.mentions)


HOSTILE = [
    "Gen. ",
    "Mr. ",
    "the president ",
    "“He said ",
    "A (B) ",
    "Al-Sadr, the leader of the bloc, ",
    "John Smith of ",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_cost_is_linear_on_a_sentence_without_end(nlp: Language, words: str) -> None:
    def seconds(times: int) -> float:
        doc = nlp.get_pipe("segment")(nlp.make_doc(words * times))
        began = time.process_time()
        nlp.get_pipe("coref")(nlp.get_pipe("names")(doc))
        return time.process_time() - began

    seconds(10)
    # Four times the words: a quadratic cost would be sixteen times as much.
    assert seconds(4_000) < 9 * seconds(1_000) + 0.3
