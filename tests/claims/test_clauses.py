"""Clauses from tags and punctuation, and from a UD parse: one line a sentence, its clauses written in.

``subject | predicate | object``, parted by ``;;``; ``!`` before the predicate means negated, ``-`` none.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.stages.claims.clauses import Clause, clauses_in
from pipeline.stages.claims.polarity import negated
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.restated import with_antecedent
from pipeline.stages.claims.splitting import parts_of
from pipeline.tagging import tags_of


def shown(reading: Reading, clause: Clause) -> str:
    subject = reading.slice(*clause.subject) if clause.subject else "-"
    completion = reading.slice(*clause.object) if clause.object else "-"
    sign = "!" if negated(reading, clause) else ""
    return f"{subject} | {sign}{clause.lemma} | {completion}"


def of(reading: Reading, *roles: str) -> list[str]:
    found = clauses_in(reading, 0, len(reading.doc))
    return [shown(reading, c) for c in found if c.role in roles]


MAIN = [
    ("The mayor closed the bridge.", "The mayor | close | the bridge"),
    ("The mayor of Lund, who won in May, closed the bridge.", "The mayor of Lund | close | the bridge"),
    ("The company, based in Oslo, has not paid its workers.", "The company | !pay | its workers"),
    ("No soldiers were hurt.", "No soldiers | !hurt | -"),
    ("The police found no evidence.", "The police | !find | no evidence"),
    ("The plan is no longer valid.", "The plan | !be | no longer valid"),
    ("Nobody denies that the plan failed.", "Nobody | !deny | that the plan failed"),
    ("The law should be repealed.", "The law | repeal | -"),
    ("The men met on Friday and signed the treaty.", "The men | meet | on Friday ;; The men | sign | the treaty"),
    ("Prices will rise and wages must follow.", "Prices | rise | - ;; wages | follow | -"),
    ("What he saw was a crime.", "What he saw | be | a crime"),
    ("The report the bank published was wrong.", "The report the bank published | be | wrong"),
    ("If the rains fail, farmers will leave the valley.", "farmers | leave | the valley"),
    ("Roads, bridges, and tunnels of the north fell.", "Roads, bridges, and tunnels of the north | fall | -"),
    ("A bill asking the army to leave the city did not pass.", "A bill asking the army to leave the city | !pass | -"),
    ("Soldiers led by a colonel took the station.", "Soldiers led by a colonel | take | the station"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "answer"), MAIN)
def test_main_clauses_from_tags(reading: Callable[[str], Reading], sentence: str, answer: str) -> None:
    found = of(reading(sentence), "main", "coordinate")
    assert found == answer.split(" ;; ")


RELATIVE = [
    ("Ann Lee, who runs the bank, resigned.", "Ann Lee | run | the bank"),
    ("He works for a firm that sells arms.", "a firm | sell | arms"),
]


@pytest.mark.parametrize(("sentence", "answer"), RELATIVE)
def test_relative_clauses_from_tags(reading: Callable[[str], Reading], sentence: str, answer: str) -> None:
    assert of(reading(sentence), "relative") == [answer]


INFINITIVE = [
    ("the unions to strike and block the port", "the unions | strike | - ;; the unions | block | the port"),
    ("to leave the country at once", "- | leave | the country at once"),
]


@pytest.mark.parametrize(("content", "answer"), INFINITIVE)
def test_infinitives_from_tags(reading: Callable[[str], Reading], content: str, answer: str) -> None:
    assert of(reading(content), "infinitive", "coordinate") == answer.split(" ;; ")


@pytest.mark.parametrize(
    "garbled",
    [
        "must Fourthly, the Iraqi government has been required to Finally,",
        "Stocks, bonds, cash; 12 34 56 78",
        "Weather today Sports Business",
        "the and of but",
        "Oslo, Norway (Example News)",
    ],
)
def test_garbled_text_gives_no_part_with_a_made_up_subject(reading: Callable[[str], Reading], garbled: str) -> None:
    read = reading(garbled)
    for part in parts_of(read, 0, len(read.doc)):
        assert part.clause.subject is not None
        assert read.slice(*part.clause.subject) == "the Iraqi government"


def test_a_sentence_of_two_thousand_tokens_gives_nothing(reading: Callable[[str], Reading]) -> None:
    read = reading("The army left and " * 700)
    assert clauses_in(read, 0, len(read.doc)) == []


def parse(rows: str) -> Reading:
    """A Doc from ``word tag head dep`` lines, heads counted from 1 (0: root)."""
    cells = [row.split() for row in rows.strip().split("\n")]
    heads = [int(c[2]) - 1 if c[2] != "0" else i for i, c in enumerate(cells)]
    doc = Doc(
        spacy.blank("en").vocab,
        words=[c[0] for c in cells],
        heads=heads,
        deps=["ROOT" if c[3] == "root" else c[3] for c in cells],
        tags=[c[1] for c in cells],
        sent_starts=[i == 0 for i in range(len(cells))],
    )
    return Reading(doc)


PASSIVE = """
The DT 2 det
troops NNS 5 nsubj:pass
must MD 5 aux
be VB 5 aux:pass
expelled VBN 0 root
and CC 7 cc
tried VBN 5 conj
. . 5 punct
"""
COPULA = """
He PRP 5 nsubj
is VBZ 5 cop
not RB 5 advmod
a DT 5 det
spy NN 0 root
, , 8 punct
she PRP 8 nsubj
said VBD 5 parataxis
. . 5 punct
"""
REPORT = """
Lee NNP 6 nsubj
, , 4 punct
who WP 4 nsubj
resigned VBD 1 acl:relcl
, , 4 punct
said VBD 0 root
that IN 9 mark
nobody NN 9 nsubj
died VBD 6 ccomp
if IN 12 mark
it PRP 12 nsubj
rained VBD 9 advcl
. . 6 punct
"""
EXISTS = """
There EX 2 expl
are VBP 0 root
no DT 4 det
plans NNS 2 nsubj
to TO 6 mark
leave VB 4 acl
"""
COMMAND = """
on IN 3 case
the DT 3 det
unions NNS 0 root
to TO 5 mark
strike VB 3 xcomp
and CC 7 cc
march VB 5 conj
"""


def test_passive_and_shared_auxiliaries_from_a_parse() -> None:
    read = parse(PASSIVE)
    first, second = clauses_in(read, 0, 8)
    assert shown(read, first) == "The troops | expel | -"
    assert shown(read, second) == "The troops | try | -"
    assert first.passive
    assert second.passive
    assert second.role == "coordinate"
    assert second.auxiliaries is not None
    assert read.slice(*second.auxiliaries) == "must be"


def test_copula_and_negation_from_a_parse() -> None:
    read = parse(COPULA)
    assert shown(read, clauses_in(read, 0, 9)[0]) == "He | !be | a spy"


def test_relative_complement_and_condition_from_a_parse() -> None:
    read = parse(REPORT)
    found = {c.role: c for c in clauses_in(read, 0, 13)}
    assert shown(read, found["relative"]) == "Lee | resign | -"
    assert shown(read, found["complement"]) == "nobody | !die | -"
    assert found["adverbial"].mark == "if"
    assert read.slice(found["main"].start, found["main"].end).startswith("Lee , who resigned , said")


def test_a_stretch_of_a_sentence_is_rooted_in_itself() -> None:
    read = parse(REPORT)
    content = [c for c in clauses_in(read, 6, 12) if c.role == "main"]
    assert [shown(read, c) for c in content] == ["nobody | !die | -"]


def test_there_is_no_from_a_parse() -> None:
    read = parse(EXISTS)
    assert shown(read, clauses_in(read, 0, 6)[0]) == "There | !be | no plans to leave"


SHARED_OBJECT = """
The DT 2 det
guards NNS 3 nsubj
{} VBD 0 root
and CC 5 cc
beat VBD 3 conj
two CD 7 nummod
boys NNS 5 obj
. . 3 punct
"""
RELATIVE_CONTENT = """
He PRP 2 nsubj
kept VBD 0 root
the DT 4 det
vases NNS 2 obj
, , 8 punct
which WDT 8 nsubj:pass
were VBD 8 aux:pass
broken VBN 4 acl:relcl
. . 2 punct
"""
TURNED = """
It PRP 4 nsubj
is VBZ 4 cop
not RB 4 advmod
what WP 5 nsubj
helped VBD 0 root
us PRP 5 obj
. . 5 punct
"""
ADVERB = """
The DT 2 det
crew NN 4 nsubj
also RB 4 advmod
recently RB 0 root
painted VBD 4 dep
boats NNS 5 obj
. . 4 punct
"""


def test_verbs_that_share_an_object_are_one_statement() -> None:
    read = parse(SHARED_OBJECT.format("arrested"))
    assert [(read.slice(p.start, p.end), p.clause.lemma) for p in parts_of(read, 0, 8)] == [
        ("The guards arrested and beat two boys", "beat")
    ]
    read = parse(SHARED_OBJECT.format("searched"))
    assert len(parts_of(read, 0, 8)) == 1
    read = parse(SHARED_OBJECT.format("resigned"))
    assert [p.clause.lemma for p in parts_of(read, 0, 8)] == ["resign", "beat"]


def test_a_relative_clause_that_is_reported_alone_has_its_antecedent() -> None:
    read = parse(RELATIVE_CONTENT)
    (part,) = parts_of(read, 5, 8)
    led = with_antecedent(read, part, [(5, 8)])
    assert led.clause.subject is not None
    assert led.shown is not None
    assert (read.slice(*led.clause.subject), read.slice(*led.shown)) == ("the vases", "were broken")


def test_a_subject_that_holds_a_clause_gives_way_to_the_shallow_one() -> None:
    read = parse(TURNED)
    main = [c for c in clauses_in(read, 0, 7) if c.role == "main"]
    assert [shown(read, c) for c in main] == ["It | !be | what helped us"]


def test_an_adverb_is_no_predicate() -> None:
    read = parse(ADVERB)
    assert "recently" not in {c.lemma for c in clauses_in(read, 0, 7)}


def test_infinitives_from_a_parse() -> None:
    read = parse(COMMAND)
    assert [shown(read, c) for c in clauses_in(read, 0, 7)] == ["the unions | strike | -", "the unions | march | -"]


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("The army left the city.", "DT NN VBD DT NN PU"),
        ("Ann Lee said the US-led force was wrong.", "NNP NNP VBD DT JJ JJ JJ NN VBD JJ PU"),
        ("We reject it.", "PRP VBP PRP PU"),
        ("They have left.", "PRP VBP VBN PU"),
    ],
)
def test_tags(nlp: spacy.Language, sentence: str, answer: str) -> None:
    assert " ".join(tags_of(nlp(sentence))) == answer
