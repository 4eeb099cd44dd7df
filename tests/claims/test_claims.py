"""Claims from marked sentences: quotes are given (``{src:…} {cue:…} {said:…}``), the claims' parts are the answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from pipeline.annotations import Claim
from pipeline.stages.claims import find_claims
from tests.conftest import language

Make = Callable[[str], Doc]


def claims(marked: Make, sentence: str) -> list[Claim]:
    return find_claims(marked(sentence), article_voice=False)


def only(marked: Make, sentence: str) -> Claim:
    found = claims(marked, sentence)
    assert len(found) == 1, [c.proposition for c in found]
    return found[0]


MODALITY = [
    ("{src:The army} {cue:said} {said:the road is open}.", "asserted", "affirmed", "affirms", "fact"),
    ("{src:The army} {cue:denied} {said:that it had shelled the town}.", "asserted", "affirmed", "denies", "fact"),
    ("{src:The army} {cue:said} {said:it had not shelled the town}.", "asserted", "negated", "affirms", "fact"),
    ("{src:The army} {cue:denied} {said:that no shells were fired}.", "asserted", "negated", "denies", "fact"),
    ("{src:He} did not {cue:confirm} {said:that it had shelled the town}.", "asserted", "affirmed", "doubts", "fact"),
    ("{src:Experts} {cue:doubted} {said:that the bridge would hold}.", "predicted", "affirmed", "doubts", "fact"),
    ("{src:The union} {cue:said} {said:wages must rise}.", "demanded", "affirmed", "affirms", "demand"),
    ("{src:The union} {cue:urged} the mayor {said:to resign}.", "demanded", "affirmed", "affirms", "demand"),
    ("{src:They} {cue:called for} {said:the closure of the mine}.", "demanded", "affirmed", "affirms", "demand"),
    ("{src:They} {cue:warned} {said:they will strike if it closes}.", "threatened", "affirmed", "affirms", "threat"),
    ("{src:The group} {cue:threatened} {said:to burn the bridge}.", "threatened", "affirmed", "affirms", "threat"),
    ("{src:The group} {cue:vowed} {said:to attack the base}.", "threatened", "affirmed", "affirms", "threat"),
    ("{src:The bank} {cue:said} {said:it would lend if rates fell}.", "conditional", "affirmed", "affirms", "fact"),
    ("{src:The bank} {cue:plans} {said:to open ten branches}.", "planned", "affirmed", "affirms", "plan"),
    ("{src:She} {cue:said}: {said:“We will open a school.”}", "planned", "affirmed", "affirms", "plan"),
    ("{src:Analysts} {cue:said} {said:prices will fall}.", "predicted", "affirmed", "affirms", "fact"),
    ("{src:Analysts} {cue:said} {said:prices may fall}.", "possible", "affirmed", "affirms", "fact"),
    ("{src:The minister} {cue:said} {said:the deal was a disgrace}.", "evaluated", "affirmed", "affirms", "opinion"),
    ("{src:She} {cue:accused} {said:the firm of hiding the losses}.", "asserted", "affirmed", "affirms", "accusation"),
    ("{src:It} {cue:said} {said:the fire was caused by a short circuit}.", "asserted", "affirmed", "affirms", "causal"),
    ("{src:Police} {cue:said} {said:more than 40 people were hurt}.", "asserted", "affirmed", "affirms", "quantity"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "modality", "polarity", "stance", "kind"), MODALITY)
def test_modality_polarity_stance_kind(
    marked: Make, sentence: str, modality: str, polarity: str, stance: str, kind: str
) -> None:
    claim = claims(marked, sentence)[0]
    assert (claim.modality, claim.polarity, claim.stance, claim.kind) == (modality, polarity, stance, kind)


PARTS = [
    (
        "{src:The union} {cue:said} {said:the mine should be closed, the owners should be tried, and wages must rise}.",
        ["the mine should be closed", "the owners should be tried", "wages must rise"],
    ),
    (
        "{src:They} {cue:called for} {said:the closure of the mine, the dismissal of its heads and a rise in wages}.",
        ["the closure of the mine", "the dismissal of its heads", "a rise in wages"],
    ),
    (
        "{src:She} {cue:urged} {said:the unions to strike at once and block the port}.",
        ["the unions to strike at once", "block the port"],
    ),
    ("{src:He} {cue:said}: {said:“The bridge fell. Nobody was hurt.”}", ["The bridge fell", "Nobody was hurt"]),
    ("{src:He} {cue:said} {said:the bridge that fell had been closed since May}.", []),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "parts"), PARTS)
def test_coordinated_propositions_are_rows_of_their_own(marked: Make, sentence: str, parts: list[str]) -> None:
    doc = marked(sentence)
    found = find_claims(doc, article_voice=False)
    wholes = [i for i, c in enumerate(found) if c.part_of is None]
    assert len(wholes) == 1
    split = [c for c in found if c.part_of is not None]
    assert [doc.text[c.start : c.end] for c in split] == parts
    assert {c.part_of for c in split} <= set(wholes)


PROPOSITIONS = [
    ("{PERSON=0:Ana Ruiz} spoke. {src=0:Ruiz} {cue:said}: {said:“I reject the plan.”}", "Ana Ruiz rejects the plan"),
    ("{ORG=0:Acme} met. {src=0:Acme} {cue:said}: {said:“We are closing our plant.”}", "Acme is closing Acme's plant"),
    ("{src:The unions} {cue:told} the mayor {said:to leave the city}.", "The mayor to leave the city"),
    ("{src:He} {cue:said} {said:that the U.S. had left}.", "The U.S. had left"),
    ("{PERSON=0:Ana Ruiz} wrote. {src=0:The letter} {cue:read}: {said:“I reject it.”}", "Ana Ruiz rejects it"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "answer"), PROPOSITIONS)
def test_propositions_stand_alone(marked: Make, sentence: str, answer: str) -> None:
    assert only(marked, sentence).proposition == answer


def test_pronouns_of_the_content_are_resolved(marked: Make) -> None:
    doc = marked("{PERSON=0:Ana Ruiz} spoke. {src:The police} {cue:said} {said:she had left}.")
    at = doc.text.index("she")
    doc._.mentions = [*doc._.mentions, type(doc._.mentions[0])(at, at + 3, "PERSON", "pronoun", 0)]
    claim = find_claims(doc, article_voice=False)[0]
    assert claim.proposition == "Ana Ruiz had left"
    assert claim.subject == "Ana Ruiz"
    assert claim.subject_chain == 0


RESTATED = [
    ("{src:The senate} {cue:rejected} {said:the request}.", "The senate rejected the request", "reject", "evaluated"),
    ("{src:He} {cue:criticised} {said:the tax on fuel}.", "He criticised the tax on fuel", "criticise", "evaluated"),
    ("{src:They} {cue:described} {said:the tax as “a disgrace”}.", "The tax as a disgrace", "be", "evaluated"),
    ("{src:They} {cue:vowed} {said:resistance against the tax}.", "Resistance against the tax", "resist", "threatened"),
    ("{said:The authenticity of the letter} {cue:was confirmed by} {src:an official}.", None, "confirm", "asserted"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "proposition", "predicate", "modality"), RESTATED)
def test_phrases_that_state_something_with_their_cue(
    marked: Make, sentence: str, proposition: str | None, predicate: str, modality: str
) -> None:
    claim = only(marked, sentence)
    assert (claim.predicate, claim.modality) == (predicate, modality)
    assert claim.proposition == (proposition or "The authenticity of the letter was confirmed by an official")
    assert claim.stance == "affirms"


def test_a_performative_demands_what_it_asks_for(marked: Make) -> None:
    doc = marked("{src:She} {cue:said}: {said:“I call on the unions to strike and block the port.”}")
    whole, *parts = sorted(find_claims(doc, article_voice=False), key=lambda c: c.part_of is not None)
    assert whole.modality == "demanded"
    assert [(c.subject, c.predicate, c.modality) for c in parts] == [
        ("the unions", "strike", "demanded"),
        ("the unions", "block", "demanded"),
    ]


def test_a_report_inside_a_report_has_a_chain(marked: Make) -> None:
    doc = marked("{src:The paper} {cue:said} {said:the ministry has threatened it would close the port}.")
    inner = [c for c in find_claims(doc, article_voice=False) if len(c.chain) == 2]
    assert [(c.predicate, c.modality) for c in inner] == [("close", "threatened")]
    assert [(link.source, link.cue) for link in inner[0].chain] == [
        ("The paper", "said"),
        ("the ministry", "has threatened"),
    ]
    assert inner[0].claimant is not None
    assert inner[0].claimant.of(doc.text) == "the ministry"


def test_condolences_and_torn_pieces_are_no_parts(marked: Make) -> None:
    doc = marked("{src:He} {cue:said}: {said:“I offer my condolences. The army left. We will return.”}")
    parts = [c.proposition for c in find_claims(doc, article_voice=False) if c.part_of is not None]
    assert parts == ["The army left", "We will return"]


@pytest.mark.parametrize("sentence", ["Should {src:the owners} {cue:refuse} {said:to talk}, the men will strike."])
def test_what_is_said_in_a_condition_is_not_said(marked: Make, sentence: str) -> None:
    assert claims(marked, sentence) == []


NONE = [
    "{src:She} {cue:asked}: {said:“Where is the money?”}",
    "{src:She} {cue:said} {said:as much}.",
    "{src:She} {cue:said} {said:must Fourthly, the}.",
    "{src:I} {cue:'d like} {said:to share a video}.",
]


@pytest.mark.parametrize("sentence", NONE)
def test_what_is_no_proposition_is_no_claim(marked: Make, sentence: str) -> None:
    assert claims(marked, sentence) == []


CLAIMANTS = [
    ("{src:An army source} {cue:said} {said:the road is open}.", "anonymous"),
    ("{src:Two officials} {cue:said} {said:the road is open}.", "anonymous"),
    ("{src:Lawmakers} {cue:said} {said:the road is open}.", "group"),
    ("{src:The letter} {cue:read} {said:“The road is open.”}", "document"),
    ("{src:The ministry} {cue:said} {said:the road is open}.", "organisation"),
    ("{src:They} {cue:said} {said:the road is open}.", "group"),
    ("{src:She} {cue:said} {said:the road is open}.", "person"),
    ("{src:A spokesman, John Roe,} {cue:said} {said:the road is open}.", "person"),
]


@pytest.mark.parametrize(("sentence", "kind"), CLAIMANTS)
def test_kinds_of_claimants(marked: Make, sentence: str, kind: str) -> None:
    assert only(marked, sentence).claimant_kind == kind


EVIDENCE = [
    ("{src:The poll} {cue:found} {said:that half of voters agree}.", "poll"),
    ("{src:Reuters} {cue:said} {said:the road is open}.", "agency"),
    ("{src:Media reports} {cue:said} {said:the road is open}.", "reports"),
    ("{src:She} {cue:told} reporters {said:that the road is open}.", "told"),
    ("{src:She} {cue:said} {said:the road is open}.", None),
]


@pytest.mark.parametrize(("sentence", "evidence"), EVIDENCE)
def test_evidence(marked: Make, sentence: str, evidence: str | None) -> None:
    assert only(marked, sentence).evidence == evidence


CONDITIONS = [
    ("{src:He} {cue:said} {said:if it rains, the match will end}.", "if it rains"),
    ("{src:He} {cue:said} {said:the match will end unless it stops raining}.", "unless it stops raining"),
    ("{src:He} {cue:said} {said:they are ready to strike should the owners refuse}.", "should the owners refuse"),
    ("{src:He} {cue:said} {said:the match ended}.", None),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "condition"), CONDITIONS)
def test_conditions(marked: Make, sentence: str, condition: str | None) -> None:
    assert only(marked, sentence).condition == condition


ARTICLE = [
    ("The army left the city.", ["The army left the city"]),
    ("No weapons were found.", ["No weapons were found"]),
    ("There are over 300 ships in the port.", ["There are over 300 ships in the port"]),
    ("Is the army gone?", []),
    ("They were nice.", []),
    ("{PERSON=0:Ana Ruiz}, who leads it, left.", ["Ana Ruiz, who leads it, left", "Ana Ruiz leads it"]),
    ("{src:The mayor} {cue:said} {said:the road is open}.", []),
    (
        "The council voted for a bill, days after the army shelled the town.",
        ["The council voted for a bill, days after the army shelled the town", "The army shelled the town"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "answers"), ARTICLE)
def test_the_articles_own_claims(marked: Make, sentence: str, answers: list[str]) -> None:
    own = [c for c in find_claims(marked(sentence)) if c.quote is None]
    assert [c.proposition for c in own] == answers
    assert {(c.claimant_kind, c.claimant, c.attribution) for c in own} <= {("article", None, "none")}


def test_every_claim_addresses_its_text(marked: Make) -> None:
    doc = marked("{src:The union} {cue:said} {said:the mine should be closed, and “wages must rise”}.")
    for claim in find_claims(doc):
        for span in claim.spans:
            words = doc.text[span.start : span.end]
            assert words == words.strip()
            assert words[0] not in '“",'


HOSTILE = [
    "“ " * 20_000,  # with blanks: spaCy's tokenizer is quadratic in a run of marks
    "said " * 20_000,
    "if " * 10_000,
    "and, " * 10_000,
    "The army left and " * 5_000,
    "( " * 10_000 + "a" + " )" * 10_000,
    "1,000 " * 10_000,
    "",
    "\n\n",
    "a" * 100_000,
]


@pytest.mark.parametrize(
    ("subject", "answer"),
    [("{NORP=0:Kenyans}", "Kenyans rallied after they had been cheated"),
     ("{ORG=0:Acme}", "Acme rallied after Acme had been cheated")],
)  # fmt: skip
def test_a_pronoun_gives_way_to_a_name_but_no_peoples(marked: Make, subject: str, answer: str) -> None:
    found = find_claims(marked(subject + " rallied after {it=0:they} had been cheated in May 2019."))
    assert f"{answer} in May 2019" in [claim.proposition for claim in found]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_end_and_raise_nothing(marked: Make, text: str) -> None:
    for claim in find_claims(marked(text)):
        assert claim.spans


def test_an_endless_sentence_gives_no_claims(marked: Make) -> None:
    listed = " and ".join(f"the unit {n} left the town" for n in range(60))
    assert claims(marked, "{src:The army} {cue:said} {said:" + listed + "}.") == []


def test_rows_of_tables_give_no_claims(marked: Make) -> None:
    assert find_claims(marked("Killed  Marlow  2019  left  12  Ann Lee")) == []
    assert find_claims(marked("Marlow killed 12 | Oxley killed 4")) == []


def test_sentences_of_a_broken_utterance_stay_sentences() -> None:
    nlp = language("segment", "names", "coref", "dates", "quotes", "claims")
    doc = nlp("“The crane fell on Monday,” said Ines Duarte, who runs the port. “The basin will be cleared.”")
    told = [claim.proposition for claim in doc._.claims if len(claim.spans) == 2]
    assert told == ["The crane fell on Monday. The basin will be cleared"]
