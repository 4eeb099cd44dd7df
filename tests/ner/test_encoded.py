"""What lists and rules may add to the encoder's names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from pipeline.stages.ner import Names
from pipeline.stages.ner.misc import misc_names


@dataclass(frozen=True)
class _Encoded:
    """The part of the encoder's reading that the stage asks for: no names, and a chance of one for every token."""

    name_scores: np.ndarray
    names: tuple[tuple[int, int, str, float], ...] = ()


def _read(words: list[str], chance: float) -> list[tuple[str, str]]:
    doc = Doc(spacy.blank("en").vocab, words=words, sent_starts=[True] + [False] * (len(words) - 1))
    scores = np.log(np.array([[1 - chance, chance]] * len(words), dtype=np.float32))
    doc._.encoded = _Encoded(scores)
    return [(span.text, span.label_) for span in Names()(doc).ents]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["Natasha", "is", "the", "BEST", "photographer", "."], ("BEST", "ORG")),
        (["They", "met", "in", "Germany", "."], ("Germany", "GPE")),
    ],
)
def test_a_rule_names_nothing_that_the_encoder_holds_impossible(words: list[str], name: tuple[str, str]) -> None:
    assert name in _read(words, 0.3)
    assert name not in _read(words, 0.01)


@pytest.mark.parametrize(
    ("text", "label", "parts"),
    [
        ("US Secretary of State Mike Pompeo", "PERSON", [("US", "GPE"), ("Mike Pompeo", "PERSON")]),
        ("American President Donald Trump", "PERSON", [("American", "NORP"), ("Donald Trump", "PERSON")]),
        ("Iraq’s Popular Mobilization Forces", "ORG", [("Iraq", "GPE"), ("Popular Mobilization Forces", "ORG")]),
        ("Iraqi defense ministry’s Combined Operations", "ORG", [("Iraqi", "NORP"), ("Combined Operations", "ORG")]),
        ("Moody’s Corporation", "ORG", [("Moody’s Corporation", "ORG")]),
        ("Jordan King", "PERSON", [("Jordan King", "PERSON")]),
        ("Kisumu, Kenya", "LOC", [("Kisumu", "GPE"), ("Kenya", "GPE")]),
    ],
)
def test_two_names_read_as_one_are_cut(text: str, label: str, parts: list[tuple[str, str]]) -> None:
    doc = spacy.blank("en")(f"They saw {text} yesterday.")
    doc._.encoded = _Encoded(np.zeros((len(doc), 1), dtype=np.float32) - 1, ((2, len(doc) - 2, label, 0.9),))
    assert [(span.text, span.label_) for span in Names()(doc).ents] == parts


@pytest.mark.parametrize(
    ("text", "found", "names"),
    [
        ("The Maritime Workers’ Alliance left .", (1, 3, "ORG"), [("Maritime Workers’ Alliance", "ORG")]),
        ("The United Nations’ Council left .", (1, 3, "ORG"), [("United Nations", "ORG")]),
        ("Then Minister Sunday Danjuma left .", (3, 4, "PERSON"), [("Sunday Danjuma", "PERSON")]),
        ("On a Sunday Danjuma left .", (3, 4, "PERSON"), [("Danjuma", "PERSON")]),
        ("Meridian Quays, which runs the docks, left .", (0, 2, "PERSON"), [("Meridian Quays", "ORG")]),
        ("Meridian Quays, who runs the docks, left .", (0, 2, "PERSON"), [("Meridian Quays", "PERSON")]),
        ("The leader of the River movement, Mahbub Alam, left .", (7, 9, "PERSON"), [("Mahbub Alam", "PERSON")]),
        ("The largest movement, Mahbub Alam, left .", (4, 6, "PERSON"), [("Mahbub Alam", "ORG")]),
    ],
)
def test_words_around_a_name_show_its_edges_and_kind(
    text: str, found: tuple[int, int, str], names: list[tuple[str, str]]
) -> None:
    doc = spacy.blank("en")(text)
    doc._.encoded = _Encoded(np.zeros((len(doc), 1), dtype=np.float32), ((*found, 0.9),))
    assert [(span.text, span.label_) for span in Names()(doc).ents] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A report by the institute Agrowatch was wrong .", [("Agrowatch", "ORG")]),
        ("A report by institute Agrowatch was wrong .", []),
        ("Now her party, Forward, was wrong .", [("Forward", "ORG")]),
        ("Now her party, Forward was wrong .", []),
        ("There a trader named Ashranni was wrong .", []),
        ("There a writer named Ashranni was wrong .", [("Ashranni", "PERSON")]),
    ],
)
def test_names_that_the_text_introduces(text: str, names: list[tuple[str, str]]) -> None:
    doc = spacy.blank("en")(text)
    doc._.encoded = _Encoded(np.log(np.full((len(doc), 1), 0.7, dtype=np.float32)))
    assert [(span.text, span.label_) for span in Names()(doc).ents] == names


def test_a_family_name_that_comes_first_begins_the_next_name_too() -> None:
    doc = spacy.blank("en")("Lim Boon Keat saw counsel Lim Siew Ling .")
    doc._.encoded = _Encoded(np.zeros((len(doc), 1), dtype=np.float32), ((0, 3, "PERSON", 0.9), (6, 8, "PERSON", 0.9)))
    assert [span.text for span in Names()(doc).ents] == ["Lim Boon Keat", "Lim Siew Ling"]


@pytest.mark.parametrize(
    ("text", "second", "names"),
    [
        ("Ana Ruiz left before Colonel Ruiz came .", (4, 6), [("Ana Ruiz", "PERSON"), ("Ruiz", "PERSON")]),
        ("Ana Ruiz left before General Motors came .", (4, 6), [("Ana Ruiz", "PERSON"), ("General Motors", "ORG")]),
        ("Ana Ruiz left before Banco Ruiz came .", (4, 6), [("Ana Ruiz", "PERSON"), ("Banco Ruiz", "ORG")]),
    ],
)
def test_a_title_and_a_surname_of_the_article_are_a_person(
    text: str, second: tuple[int, int], names: list[tuple[str, str]]
) -> None:
    doc = Doc(spacy.blank("en").vocab, words=text.split())
    learned = ((0, 2, "PERSON", 0.9), (*second, "ORG", 0.9))
    doc._.encoded = _Encoded(np.zeros((len(doc), 1), dtype=np.float32) - 1, learned)
    assert [(span.text, span.label_) for span in Names()(doc).ents] == names


@pytest.mark.parametrize(
    ("name", "score", "label"),
    [
        ("E.U.", 0.6, "ORG"),
        ("UPI", 0.97, "ORG"),
        ("Kenya", 0.6, "GPE"),
    ],
)
def test_a_listed_organisation_is_no_place(name: str, score: float, label: str) -> None:
    doc = Doc(spacy.blank("en").vocab, words=["Leaders", "of", name, "met", "."])
    doc._.encoded = _Encoded(np.zeros((len(doc), 1), dtype=np.float32) - 1, ((2, 3, "LOC", score),))
    assert [(span.text, span.label_) for span in Names()(doc).ents] == [(name, label)]


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("Nobody spoke of the Cold War again.", "Cold War", "EVENT"),
        ("He was born before the First World War.", "First World War", "EVENT"),
        ("The Arab Spring had begun in Tunis.", "Arab Spring", "EVENT"),
        ("Pilgrims walk to Karbala for Arba'een.", "Arba'een", "EVENT"),
        ("They fast at Ashura.", "Ashura", "EVENT"),
        ("She survived the Holocaust.", "Holocaust", "EVENT"),
        ("His farm failed in the Great Depression.", "Great Depression", "EVENT"),
        ("Prices rose after Brexit.", "Brexit", "EVENT"),
        ("The Winter Olympic Games open on Friday.", "Winter Olympic Games", "EVENT"),
        ("It hosted the FIFA World Cup.", "FIFA World Cup", "EVENT"),
        ("Nobody watched the Super Bowl.", "Super Bowl", "EVENT"),
        ("Typhoon Haiyan struck, as Hurricane Maria and Cyclone Idai would.", "Cyclone Idai", "EVENT"),
        ("The army called it Operation Anvil.", "Operation Anvil", "EVENT"),
        ("He pleaded the Fifth Amendment.", "Fifth Amendment", "LAW"),
        ("It breaks Article 5 of the Treaty.", "Article 5 of the Treaty", "LAW"),
        ("Resolution 1701 and Section 230 stand.", "Section 230", "LAW"),
        ("See Chapter 7 and Clauses 3 and 4.", "Clauses 3 and 4", "LAW"),
        ("The court read the Iraqi Constitution.", "Iraqi Constitution", "LAW"),
    ],
)
def test_laws_and_events_are_names_by_their_words(text: str, name: str, label: str) -> None:
    doc = spacy.blank("en")(text)
    assert (name, label) in [(doc[n.start : n.end].text, n.label) for n in misc_names(doc)]
