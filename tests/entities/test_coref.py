"""Coreference: each case is a small article with the number of its entity written at each mention.

What carries no number must not be a nominal or pronoun mention; names may stand unnumbered where a case isn't about
them.
"""

from __future__ import annotations

import itertools

import pytest
from spacy.language import Language
from spacy.tokens import Span

from pipeline.stages.coref import in_order
from tests.conftest import language
from tests.entities.markup import read

CASES = {
    "surname": "{1|Ilse Vandermeer} resigned on Friday. {1|Vandermeer} gave no reason.",
    "surname before the full name": "{1|Vandermeer} resigns. {1|Ilse Vandermeer} gave no reason.",
    "title and surname": "{1|Yusuf al-Hamdani} spoke. General {1|Hamdani} said {1|he} was tired.",
    "spelling": "{1|Mustafa al-Khafaji} spoke. Later {1|Mostafa Al-Khafaji} left.",
    "two of one surname": "{1|Anna Keller} met {2|Paul Keller}. Mr. {2|Keller} wept; Mrs. {1|Keller} did not.",
    "two of one surname, one of them called by it before": (
        "{1|Hank Keller} ran. {1|Keller} spoke. Then {2|Cody Keller} left. {1|Keller} wept."
    ),
    "two of one surname, one of them not named yet": (
        "{1|Hank Keller} ran. It rained. It snowed. It rained. It snowed. {1|Keller} spoke. {2|Cody Keller} left."
    ),
    "acronym introduced": "The {1|Northern Rescue Units} ({1|NRU}) came. The {1|NRU} left.",
    "acronym introduced, not initials": "{1|US Coastal Command} ({1|COASTCOM}) denied it. {1|COASTCOM} said so.",
    "other name in brackets": "The {1|National Defence Units} ({1|Hashd al-Watan}) came. {1|Hashd al-Watan} left.",
    "also known as": "The {1|Riverside Party}, also known as the {1|Green Bloc}, lost. The {1|Green Bloc} wept.",
    "one country": "The {1|United States} warned of war. {1|U.S.} troops left, the {1|US} said.",
    "nationality apart from its country": "{1|Iraq} spoke and {2|Iraqis} listened; an {2|Iraqi} man did not.",
    "apposition behind": "{1|Farid Nasser}, {1|an influential cleric}, spoke. {1|The cleric} left.",
    "apposition before": "{1|The party's leader}, {1|Maria Olsen}, spoke.".replace(
        "{1|The party's leader}", "The party’s {1|leader}"
    ),
    "who is": "{1|Omar Haddad}, who is {1|the head of the Dawn Alliance}, spoke.",
    "role from a title": "Prime Minister {1|Jan Kowalski} flew home. {1|The prime minister} was late.",
    "premier is prime minister": "Prime Minister {1|Jan Kowalski} flew home. {1|The premier} was late.",
    "role that two bear": "President {1|Ada Lind} met President {2|Bo Falk}. The president smiled.",
    "role that none bears": "{1|Ada Lind} spoke. The colonel smiled.",
    "noun of a name": "The {1|Badia Organization} grew. {1|The organization} said nothing.",
    "she": "{1|Anna Keller} resigned. {1|She} gave no reason.",
    "sex of the given name": "{1|Anna Keller} met {2|Paul Brandt} there. {1|She} smiled.",
    "subject first": "{1|Karim Aziz} praised {2|Jamal Rahim} and said {1|he} was content.",
    "two subjects": "{1|Karim Aziz} said {2|Jamal Rahim} knew that he was late.",
    "object of the same clause": "{1|Karim Aziz} had asked him.",
    "I in a quotation stays open": "“I will leave,” {1|Anna Keller} said.",
    "he in a quotation isn't its speaker": "“He lied to us,” {1|Paul Brandt} said.",
    "far away": "{1|Paul Brandt} spoke.\n\nIt rained.\n\nIt snowed.\n\nThe sun rose.\n\nHe slept.",
    "the country": "{1|Yemen} is at war. {1|The country} needs food.",
    "the country, of two": "{1|Yemen} fought {2|Oman}. The country needs food.",
    "an adjective isn't the country": "{2|US} troops will leave {1|Yemen}. {1|The country} is at war.",
    "they added": "The {1|Dawn Brigade} denied it. “We left in May,” {1|they} added.",
    "it said, after a person": "The {1|Dawn Brigade} met {2|Paul Brandt}. It said so.",
    "past a long quotation": "{1|Anna Keller} spoke. “One. Two. Three. Four. Five. Six,” {1|she} said.",
    "and her father": "Then {1|Anna Keller} and {1|her} father left.",
    "himself": "{1|Paul Brandt} saw {1|himself}.",
    "whom it is about": (
        "{1|Paul Brandt} fled. Friends of {1|Brandt} wept. They spoke of {1|Brandt} often. {1|He} is ill."
    ),
    "another role": "{1|Anna Keller} spoke. They were hired by {2|Paul Brandt}. He is ill.",
    "a middle initial": "{1|Ilse M. Vandermeer} spoke. {1|Vandermeer} left. {1|She} wept.",
    "father and son": "{1|George W. Falk} met {2|George H. W. Falk}.",
    "according to": "{2|Bo Aziz} met {1|Ada Lind}. According to {1|Lind}, it rained. “It did,” {1|she} said.",
    "whoever is named behind": "{1|Jamal Rahim} spoke of {2|Karim Aziz}. {1|He} was late.",
    "party": "Republican nominee {1|Ada Lind} met Democratic nominee {2|Bo Falk}. {1|The GOP candidate} smiled.",
    "the star": "{1|Ada Lind} sang. {1|The singer} smiled.",
    "the star, of two": "{1|Ada Lind} sang with {2|Bo Falk}. The singer smiled.",
    "another comes in": "{1|Ada Lind} was fined. The judge smiled.",
    "the city": "{1|Baghdad} slept. {1|The city} was dark.",
    "the company, told of": "{1|Zorblax Holdings} sold ships. {1|The company} is poor.",
    "another paper": "The {1|Halden Times} wrote of it. The student newspaper did not.",
    "its": "{1|Halden Bank} published {1|its} report.",
}


@pytest.mark.parametrize("name", CASES)
def test_coref(nlp: Language, name: str) -> None:
    text, expected = read(CASES[name])
    doc = nlp(text)
    chain_at = {(m.start, m.end): m.chain for m in doc._.mentions}
    clusters: dict[str, set[int | None]] = {}
    for start, end, tag in expected:
        assert (start, end) in chain_at, f"no mention {text[start:end]!r}; found {_shown(doc)}"
        clusters.setdefault(tag, set()).add(chain_at[start, end])
    assert all(len(chains) == 1 and None not in chains for chains in clusters.values()), _shown(doc)
    assert len({next(iter(chains)) for chains in clusters.values()}) == len(clusters), _shown(doc)
    marked = {(start, end) for start, end, _ in expected}
    extra = [text[m.start : m.end] for m in doc._.mentions if m.kind != "name" and (m.start, m.end) not in marked]
    assert not extra, f"too many: {extra}"


def _shown(doc: object) -> list[tuple[str, int | None]]:
    return [(doc.text[m.start : m.end], m.chain) for m in doc._.mentions]  # type: ignore[attr-defined]


CHAINS = {
    "syllables": ["PERSON|1|Kim Sang-woo", "PERSON|1|Kim Sang Woo"],
    "head of a name": ["ORG|1|Supreme Court of Oman", "ORG|1|Court"],
    "head of two names": ["ORG|1|Supreme Court", "ORG|2|Appeals Court", "ORG|3|Court"],
    "behind of": ["ORG|1|House of Commons", "ORG|1|Commons"],
    "a university and its team": ["ORG|1|University of Halden", "ORG|2|Halden"],
    "named after a thing": ["ORG|1|Coast Rail Union", "ORG|2|Coast Rail"],
    "without its head": ["ORG|1|Halden Bank", "ORG|1|Halden"],
    "the North": ["GPE|1|North Korea", "GPE|2|South Korea", "LOC|1|North"],
    "titles in a name": ["PERSON|1|US President Ada Lind", "PERSON|1|Ada Lind", "PERSON|1|Lind"],
    "bound words": ["PERSON|1|Adel Abdul-Mahdi", "PERSON|1|Adel Abdul Mahdi", "PERSON|2|Abu Mahdi"],
    "father and son": ["PERSON|1|George H. W. Falk", "PERSON|2|George W. Falk"],
    "initials": ["PERSON|1|J. D. Falk", "PERSON|1|JD Falk"],
    "a place's acronym": ["GPE|1|New South Wales", "GPE|1|NSW"],
}


@pytest.mark.parametrize("case", CHAINS)
def test_which_names_of_an_article_are_one(nlp: Language, case: str) -> None:
    rows = [row.split("|") for row in CHAINS[case]]
    doc = nlp.make_doc(". ".join(name for _, _, name in rows) + ".")
    position, spans = 0, []
    for label, _, name in rows:
        spans.append(doc.char_span(position, position + len(name), label=label, alignment_mode="expand"))
        position += len(name) + 2
    doc.set_ents(spans)
    chains = [m.chain for m in nlp.get_pipe("coref")(doc)._.mentions]
    assert None not in chains
    assert [chains.index(chain) for chain in chains] == [[tag for _, tag, _ in rows].index(tag) for _, tag, _ in rows]


PARSED = {
    "it goes on": "{1|Germany} does not want a war. {1|It} plans to sell {1|its} tanks.",
    "it, past another subject": "{1|Germany} does not want a war. The story is old, but it never ends.",
    "it is no person": "{1|Angela Merkel} does not want a war. It plans to sell its tanks.",
    "who spoke goes on": "{1|John Kerry} said that {2|Barack Obama} had called for peace. {1|He} said nothing more.",
    "a subject named behind": "{1|John Kerry} praised {2|Barack Obama}. {1|He} said {2|Obama} was right.",
    "an interjected cue": "{1|John Kerry} spoke. {2|Barack Obama} was right, {1|he} said.",
    "it, past a person": "{1|Siemens} hired {2|Anna Keller} because {1|it} needed engineers.",
    "it, of a country": "{1|Kenya} has said that {1|it} will close {1|its} border.",
    "weather": "{1|Norway} was cold. It rained for days and it was dark.",
    "they, of several": "{1|Democrats} said {1|they} would vote against the bill.",
    "they, of two": "{1|Democrats} beat {2|Republicans} in March. They were glad.",
    "they, of one person": "{1|Angela Merkel} left. They were glad.",
    "a husband and his wife": "Her husband {1|Paul Brandt} laughed when {1|he} saw it.",
    "the woman in between": "{1|Anna Keller} met a nurse. The nurse lost her keys.",
    "a name that only modifies": (
        "{2|Barack Obama} won. Obama campaign spokesman {1|Josh Earnest} spoke. However, {1|he} could not explain it."
    ),
}


@pytest.mark.parametrize("name", PARSED)
def test_coref_with_a_parse(name: str) -> None:
    nlp = language("segment", "encode", "names", "coref")
    text, expected = read(PARSED[name])
    doc = nlp(text)
    chain_at = {(m.start, m.end): m.chain for m in doc._.mentions}
    tags: dict[int | None, set[str]] = {}
    for start, end, tag in expected:
        tags.setdefault(chain_at.get((start, end)), set()).add(tag)
    assert None not in tags
    assert all(len(of_one) == 1 for of_one in tags.values()), _shown(doc)
    marked = {(start, end) for start, end, _ in expected}
    extra = [text[m.start : m.end] for m in doc._.mentions if m.kind == "pronoun" and (m.start, m.end) not in marked]
    assert not extra, f"too many: {extra}"


DESCRIPTIONS = {
    "Influential Omani cleric Farid Nasser spoke.": "Influential Omani cleric",
    "Farid Nasser, leader of the Dawn Alliance, spoke.": "leader of the Dawn Alliance",
    "Farid Nasser, who is also the secretary general of the Badia Organization, spoke.": (
        "secretary general of the Badia Organization"
    ),
    "It killed the deputy head of the Dawn Units (DU), Farid Nasser, on Monday.": "deputy head of the Dawn Units (DU)",
    "They killed Oman's top military commander, Lt. Gen. Farid Nasser, on Monday.": "top military commander",
    "It was said by US Coastal Command (COASTCOM) Commander General Farid Nasser.": (
        "US Coastal Command (COASTCOM) Commander General"
    ),
    "They assassinated General Farid Nasser.": "General",
}


@pytest.mark.parametrize("text", DESCRIPTIONS)
def test_descriptions(nlp: Language, text: str) -> None:
    entities = [e for e in nlp(text)._.entities if e.name == "Farid Nasser"]
    assert len(entities) == 1
    assert DESCRIPTIONS[text] in entities[0].descriptions


@pytest.mark.parametrize(
    "text",
    [
        "According to Farid Nasser, a spokesman for the bank was told to wait.",
        "Farid Nasser, the president said, was late.",
        "They met Farid Nasser, Omar Haddad and the king.",
    ],
)
def test_no_description(nlp: Language, text: str) -> None:
    assert [e.descriptions for e in nlp(text)._.entities if e.name == "Farid Nasser"] == [()]


def test_entities_carry_names_by_frequency_and_chain_numbers_in_text_order(nlp: Language) -> None:
    doc = nlp("Anna Keller met the US envoy. Keller left. Keller slept.")
    assert [e.chain for e in doc._.entities] == list(range(len(doc._.entities)))
    keller = doc._.entities[0]
    assert (keller.name, keller.label, keller.aliases) == ("Anna Keller", "PERSON", ("Keller", "Anna Keller"))


@pytest.mark.parametrize(
    ("text", "label"),
    [("He writes for the Zorbla blog.", "ORG"), ("Zorbla spoke. The Zorbla website fell.", "PERSON"),
     ("He met Zorbla on a website.", "PERSON")],
)  # fmt: skip
def test_an_outlet_with_a_persons_name(nlp: Language, text: str, label: str) -> None:
    doc = nlp.get_pipe("segment")(nlp.make_doc(text))
    doc.set_ents([Span(doc, token.i, token.i + 1, "PERSON") for token in doc if token.text == "Zorbla"])
    assert {m.label for m in nlp.get_pipe("coref")(doc)._.mentions} == {label}


def test_a_learned_decision_has_its_probability() -> None:
    nlp = language("segment", "encode", "names", "coref")
    mentions = nlp("Germany has said that it will close its border. Anna Keller lost her keys.")._.mentions
    scores = [m.score for m in mentions if m.kind == "pronoun"]
    assert scores
    assert all(score is not None and 0 < score <= 1 for score in scores)


def test_many_phrases_and_pronouns_cost_linear_time() -> None:
    nlp = language("segment", "encode", "names", "coref")
    doc = nlp("Anna Keller gave her dog his bone and it ate it. " * 300)
    assert len(doc._.mentions) >= 300


def test_mentions_are_in_text_order_and_without_a_score(nlp: Language) -> None:
    mentions = nlp("Anna Keller, the mayor, spoke. She left. The mayor slept.")._.mentions
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    assert {m.score for m in mentions} == {None}
    assert {m.kind for m in mentions} == {"name", "nominal", "pronoun"}


def test_mentions_of_the_same_words_have_one_order() -> None:
    found = [(4, 7, "nominal", 14, ""), (4, 7, "nominal", 1, ""), (4, 7, "name", None, "ORG"), (0, 2, "name", 3, "GPE")]
    ordered = [found[3], found[2], found[1], found[0]]
    assert all(in_order(turned) == ordered for turned in itertools.permutations([*found, found[0]]))
