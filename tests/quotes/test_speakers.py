"""Whom a source means: mentions written in as <mN>, N the chain; the expected chains of the quotes after ``=>``."""

from __future__ import annotations

import datetime as dt

import pytest
import spacy
from markup import parse
from spacy.language import Language
from spacy.tokens import Doc

import pipeline.stages  # noqa: F401
from pipeline.annotations import Label, Mention, MentionKind, TimeExpression

# m: a person's name, o: an organisation's, p: a pronoun for a person, d: a description of a person.
KINDS: dict[str, tuple[Label, MentionKind]] = {
    "m": ("PERSON", "name"),
    "o": ("ORG", "name"),
    "g": ("GPE", "name"),
    "p": ("PERSON", "pronoun"),
    "d": ("PERSON", "nominal"),
}
CASES = [
    "“We stay,” <m1>Maria Keller</m1> said. => 1",
    "“We stay,” said Prime Minister <m1>Maria Keller</m1>. => 1",
    "“We stay,” <m1>Keller</m1>, who leads the <o2>Brill Party</o2>, said. => 1",
    "<g2>Iraq</g2>’s caretaker premier, <m1>Adel Karim</m1>, said the talks had failed. => 1",
    "“We stay,” <m1>Keller</m1> said. “We go,” he added. => 1 1",
    "“We stay,” <m1>Keller</m1> said. <m2>Olsen</m2> left. “We go,” <p2>he</p2> added. => 1 2",
    "“We stay,” the <o1>Brill Party</o1> said. “We go,” they added. => 1 1",
    "<m1>Keller</m1> said in a letter that she would go. “I am tired,” the letter read. => 1 1",
    "<m1>Keller</m1> sent a letter to the council. “I am tired,” read the letter. => 1",
    "“I am tired,” <m1>Keller</m1>’s letter read. => 1",
    "According to a statement from the <o1>Brill Party</o1>, the talks had failed. => 1",
    "The office of <m1>Keller</m1> said the talks had failed. => -",
    "The coalition against the <o1>Brill Party</o1> said the talks had failed. => -",
    "<m1>Keller</m1> and <m2>Olsen</m2> said the talks had failed. => -",
    "An army source said the talks had failed. => -",
    "“We stay,” he said. => -",
    "“I am tired,” the letter read. => -",
    "The bus stopped. <m1>Keller</m1> slept. “We stay,” a driver said. => -",
    "<m2>Olsen</m2>’s running mate, Indiana Gov. <m1>Maria Keller</m1>, said the talks had failed. => 1",
    "<m2>Olsen</m2>’s running mates, Indiana Gov. <m1>Maria Keller</m1>, said the talks had failed. => -",
    "It was <m1>Keller</m1>, who said the talks had failed. => 1",
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("segment")
    nlp.add_pipe("quotes")
    return nlp


def read(nlp: Language, marked: str) -> Doc:
    text, spans = parse(marked)
    doc = nlp.make_doc(text)
    doc._.mentions = sorted(
        (
            Mention(a, b, *KINDS[letter], chain=int(number))
            for (letter, number), found in spans.items()
            if letter in KINDS
            for a, b in found
        ),
        key=lambda mention: mention.start,
    )
    doc._.dates = [
        TimeExpression(
            a, b, "DATE", "2020-01-07", earliest=dt.datetime(2020, 1, 7), latest=dt.datetime(2020, 1, 7, 23, 59, 59)
        )
        for a, b in spans.get(("t", ""), [])
    ]
    for _, stage in nlp.pipeline:
        doc = stage(doc)
    return doc


@pytest.mark.parametrize("line", CASES)
def test_speaker(nlp: Language, line: str) -> None:
    marked, _, wanted = line.partition(" => ")
    found = ["-" if quote.speaker_chain is None else str(quote.speaker_chain) for quote in read(nlp, marked)._.quotes]
    assert " ".join(found) == wanted


@pytest.mark.parametrize(
    ("line", "said", "channel"),
    [
        ("“We stay,” Keller said in a tweet on <t>Tuesday</t>.", True, "post"),
        ("On <t>Tuesday</t>, Keller said the plan had failed.", True, None),
        ("Keller said the plan had failed on <t>Tuesday</t>.", False, None),
        ("“We stay,” the letter read.", False, "letter"),
        ("Keller tweeted that the plan had failed.", False, "post"),
        ("“We stay,” Keller told reporters at a press conference.", False, "press conference"),
        ("Keller said the letter had been lost.", False, None),
        ("“We stay,” the author of the book said.", False, None),
    ],
)
def test_day_and_channel(nlp: Language, line: str, said: bool, channel: str | None) -> None:
    (quote,) = read(nlp, line)._.quotes
    assert quote.said == ((dt.date(2020, 1, 7), dt.date(2020, 1, 7)) if said else None)
    assert quote.channel == channel


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("“We stay,” Keller said.", ["direct"]),
        ("Keller said the plan was “an insult to all”.", ["mixed"]),
        ("Keller said the plan had failed.", ["indirect"]),
    ],
)
def test_kind_and_trimmed_text(nlp: Language, line: str, kinds: list[str]) -> None:
    doc = read(nlp, line)
    (quote,) = doc._.quotes
    assert [piece.kind for piece in quote.pieces] == kinds
    shown = doc.text[quote.pieces[0].text_start : quote.pieces[0].text_end]
    assert shown[0].isalnum()
    assert kinds != ["direct"] or shown == "We stay"


#: Articles as the names stages read them; the speaker's name of each quote after "=>", "-" for none. "⏎": paragraph.
ARTICLES = [
    # Two of one surname: bare, it is the one that the text has named, then the one so called before.
    "Hank Thorsen led. “We won,” Thorsen said.⏎His rival, Anna Thorsen, disagreed. => Hank Thorsen",
    "Hank Thorsen led. “We won,” Thorsen said.⏎“No,” Anna Thorsen replied.⏎“Yes,” Thorsen said. "
    "=> Hank Thorsen | Anna Thorsen | Hank Thorsen",
    "Hank Thorsen and Anna Thorsen ran. “We won,” Mrs Thorsen said. => Anna Thorsen",
    # The sex that names and kin words show.
    "Peter Novak met Maria Keller on Friday. “It went well,” she said. => Maria Keller",
    "Peter Novak waited for his wife, Sung Lee. “It went well,” she said. => Sung Lee",
    # Somebody without a name stands in between.
    "Peter Novak was there. A guard shrugged. “I know nothing,” he said. => -",
    "Peter Novak thanked the team. He praised Omar Diallo. “It went well,” he said. => Peter Novak",
    # Documents.
    "In a letter to the board, Maria Keller apologised. “I was wrong,” the letter read. => Maria Keller",
    "“I scored twice,” Maria Keller said.⏎“Ask the keeper,” her post read. => Maria Keller | Maria Keller",
    # Appositions and handles.
    "“We stay,” said the leader of the Green Bloc, Maria Keller. => Maria Keller",
    "“We stay,” Keller’s lawyer, Omar Diallo, said. => Omar Diallo",
    "Minister Maria Keller resigned. “The bridge is being mended,” said @MariaKellerMP. => Maria Keller",
    # Called again by what they are.
    "Mr Pugh, 44, hit back. “Nobody remembers,” said the dad of three. => Pugh",
    "Mr Pugh, 44, hit back. “Nobody remembers,” said the mother of three. => -",
    "Maria Keller, 44, and Ann Olsen, 45, ran. “I fell,” the 44-year-old said. => Maria Keller",
    "Maria Keller, 44, and Ann Olsen, 44, ran. “I fell,” the 44-year-old said. => -",
    "Ann Olsen spoke.⏎In a letter read to the court, Maria Keller apologised. “I fell,” it said. => Maria Keller",
    "Ann Olsen spoke.⏎In a room of the court, Maria Keller apologised. “I fell,” it said. => -",
    "“It is dire,” said local widow Terry Brill.⏎“I am tired,” she said. => Terry Brill | Terry Brill",
    "“It is dire,” said local widower Terry Brill.⏎“I am tired,” she said. => Terry Brill | -",
    # A title with a complement.
    "“It is dire,” said Secretary of State John Kerry. => John Kerry",
    "“It is dire,” said a spokesman for Secretary of State John Kerry. => -",
    # A paragraph of its own after a sentence about one who speaks.
    "“It was cold,” Maria Keller said.⏎Keller is not impressed.⏎“Half? It was a tenth of it!” "
    "=> Maria Keller | Maria Keller",
    "“It was cold,” Maria Keller said.⏎The bus left at noon.⏎“Half? It was a tenth of it!” => Maria Keller | -",
]


@pytest.fixture(scope="module")
def reader() -> Language:
    nlp = spacy.blank("en")
    for stage in ("segment", "names", "coref", "quotes"):
        nlp.add_pipe(stage)
    return nlp


@pytest.mark.parametrize("line", ARTICLES)
def test_speaker_in_an_article(reader: Language, line: str) -> None:
    text, _, wanted = line.partition(" => ")
    doc = reader(text.replace("⏎", "\n\n"))
    names = {entity.chain: entity.name for entity in doc._.entities}
    direct = [quote for quote in doc._.quotes if quote.pieces[0].kind == "direct"]
    assert " | ".join(names.get(quote.speaker_chain, "-") for quote in direct) == wanted
