"""Sections and sentence boundaries of the hand-labelled messy articles, against floors.

Floors may be raised, not lowered. Three batches were measured before anything was changed for them: ``batch_3.txt``,
sections 0.922 of 128 sentences, boundaries F1 0.992; ``batch_4.txt`` (datelines and page lines of kinds not tried
before), 0.788 of 66 and 0.945; after that ``batch_5.txt`` (common styles), 0.949 of 79 and 0.987. So were three sets in
new styles, made later, each after the rules had learned from the one before: ``batch_6.txt``, 0.805 of 441 and 0.987;
``batch_7.txt``, 0.835 of 219 and 0.984; ``batch_8.txt``, 0.857 of 154 and 0.994 (all with labels mended that had been
forgotten or stood against those of the earlier sets, a dozen in all). Kinds that the rules have not met stay their weak
side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from spacy.language import Language

from pipeline.annotations import SECTIONS, raw_map
from tests.conftest import language

FOLDER = Path(__file__).resolve().parent / "messy"
_MARK = re.compile(r"⟦(\w+)⟧|‖")
_SIGNS = str.maketrans({"␣": "\u00a0", "␟": "\u200b", "⇥": "\t"})


@dataclass
class Labelled:
    """An article as read, and where its sentences begin: raw offset to section, and those that open a paragraph."""

    name: str
    raw: str
    sentences: dict[int, str]


def articles(path: Path) -> list[Labelled]:
    """The labelled articles of one file."""
    found = []
    for part in re.split(r"^%%%% ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, _, marked = part.partition("\n")
        marked = marked.rstrip("\n").translate(_SIGNS)
        raw, last, section = "", 0, ""
        sentences: dict[int, str] = {}
        for match in _MARK.finditer(marked):
            raw += marked[last : match.start()]
            last = match.end()
            section = match.group(1) or section
            sentences[len(raw)] = section
        found.append(Labelled(name, raw + marked[last:], sentences))
    return found


@dataclass
class Score:
    """Counts over articles."""

    sections: int = 0
    sections_right: int = 0
    found: int = 0
    right: int = 0

    @property
    def accuracy(self) -> float:
        return self.sections_right / self.sections

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.sections)


def measure(nlp: Language, article: Labelled, score: Score) -> list[str]:
    """Adds *article* to *score*; what was wrong, for people."""
    doc = nlp(article.raw)
    offsets = raw_map(doc)
    found: dict[int, str] = {}
    number = 0
    for sentence in doc.sents:
        words = [token for token in sentence if not token.is_space]
        if not words:
            continue
        while doc._.paragraphs[number].end <= words[0].idx:
            number += 1
        found[offsets.raw_offset(words[0].idx)] = doc._.paragraphs[number].section
    # The section that holds each character at which a labelled sentence begins.
    spans = [(offsets.raw_span(part.start, part.end), part.section) for part in doc._.paragraphs]
    wrong = []
    for at, section in article.sentences.items():
        got = next((name for span, name in spans if span.start <= at < span.end), "none")
        score.sections += 1
        score.sections_right += got == section
        if got != section:
            wrong.append(f"{article.name}: {got} for {section}: {article.raw[at : at + 50]!r}")
        if at not in found:
            wrong.append(
                f"{article.name}: missed {article.raw[max(0, at - 30) : at]!r} ‖ {article.raw[at : at + 30]!r}"
            )
    for at in found.keys() - article.sentences.keys():
        wrong.append(f"{article.name}: invented {article.raw[max(0, at - 30) : at]!r} ‖ {article.raw[at : at + 30]!r}")
    score.found += len(found)
    score.right += len(found.keys() & article.sentences.keys())
    return sorted(wrong)


@pytest.mark.parametrize(
    ("name", "accuracy", "f1"),
    [
        ("batch_1.txt", 0.99, 0.99),
        ("batch_2.txt", 0.99, 0.99),
        ("batch_3.txt", 0.98, 0.99),
        ("batch_4.txt", 0.98, 0.99),
        ("batch_5.txt", 0.98, 0.99),
        ("batch_6.txt", 0.98, 0.99),
        ("batch_7.txt", 0.96, 0.99),
        ("batch_8.txt", 0.96, 0.99),
    ],
)
def test_floors(name: str, accuracy: float, f1: float) -> None:
    nlp = language("clean", "segment")
    score = Score()
    wrong = [line for article in articles(FOLDER / name) for line in measure(nlp, article, score)]
    print(
        "\n".join(wrong), f"\n{name}: sections {score.accuracy:.4f} of {score.sections}, boundaries F1 {score.f1:.4f}"
    )
    assert score.accuracy >= accuracy, wrong
    assert score.f1 >= f1, wrong


def test_the_labels_are_well_formed() -> None:
    names = []
    for path in sorted(FOLDER.glob("*.txt")):
        for article in articles(path):
            names.append(article.name)
            assert set(article.sentences.values()) <= set(SECTIONS), article.name
            assert not any(sign in article.raw for sign in "⟦⟧‖␣␟⇥"), article.name
            assert all(not article.raw[at].isspace() for at in article.sentences), article.name
    assert len(names) == len(set(names))
