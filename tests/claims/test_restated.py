"""What is wanted, refused, weighed or judged is shown with the words that say so; what only asks or is silent is none.

Sentences are written for the rules' classes, not the ones that the rules were found by.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from pipeline.annotations import Claim
from pipeline.stages.claims import find_claims
from pipeline.stages.claims.lemmas import is_inflected, verb_lemma

Make = Callable[[str], Doc]


def claims(marked: Make, sentence: str) -> list[Claim]:
    return find_claims(marked(sentence), article_voice=False)


SHOWN = [
    (
        "{src:The growers} {cue:refused} {said:to sell the orchard}.",
        ("The growers refused to sell the orchard", "The growers", "sell", "planned", "negated"),
    ),
    (
        "{src:The growers} {cue:agreed} {said:to sell the orchard}.",
        ("The growers agreed to sell the orchard", "The growers", "sell", "planned", "affirmed"),
    ),
    (
        "{src:The growers} {cue:did not agree} {said:to sell the orchard}.",
        ("The growers did not agree to sell the orchard", "The growers", "sell", "planned", "negated"),
    ),
    (
        "{src:The tenants} {cue:hoped} {said:to buy the building}.",
        ("The tenants hoped to buy the building", "The tenants", "buy", "asserted", "affirmed"),
    ),
    (
        "{src:The tenants} don't {cue:want} {said:to buy the building}.",
        ("The tenants don't want to buy the building", "The tenants", "buy", "demanded", "negated"),
    ),
    (
        "{src:The choir} {cue:declined}, once again, {said:to sing the anthem}.",
        ("The choir declined, once again, to sing the anthem", "The choir", "sing", "planned", "negated"),
    ),
    (
        "{src:The editors} {cue:discussed} {said:the delay of the magazine}.",
        ("The editors discussed the delay of the magazine", "The editors", "discuss", "asserted", "affirmed"),
    ),
    (
        "{src:The council} {cue:is considering} {said:closing the swimming pool}.",
        ("The council is considering closing the swimming pool", "The council", "consider", "planned", "affirmed"),
    ),
    (
        "{src:The bakery} {cue:did not offer} {said:a refund to its customers}.",
        ("The bakery did not offer a refund to its customers", "The bakery", "offer", "asserted", "negated"),
    ),
    (
        "{said:Two clerks} {cue:were charged} {said:with forging receipts}.",
        ("Two clerks forging receipts", "Two clerks", "forge", "asserted", "affirmed"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "answer"), SHOWN)
def test_what_is_reported_without_a_clause_stands_alone(marked: Make, sentence: str, answer: tuple[str, ...]) -> None:
    claim = claims(marked, sentence)[0]
    assert (claim.proposition, claim.subject, claim.predicate, claim.modality, claim.polarity) == answer


def test_an_event_that_is_reported_or_demanded_is_still_the_claim(marked: Make) -> None:
    for cue in ("reported", "confirmed", "demanded"):
        claim = claims(marked, "{src:The agency} {cue:" + cue + "} {said:the closure of two tunnels}.")[0]
        assert (claim.proposition, claim.predicate) == ("The closure of two tunnels", "close")


def test_the_second_of_two_infinitives_keeps_its_own_words(marked: Make) -> None:
    doc = marked("{src:The owners} {cue:promised} {said:to mend the roof and to lower the rent}.")
    found = find_claims(doc, article_voice=False)
    whole = next(c for c in found if c.part_of is None)
    assert whole.proposition == "The owners promised to mend the roof and to lower the rent"
    assert "Lower the rent" not in {c.proposition for c in found}


def test_a_command_not_to_is_negated(marked: Make) -> None:
    claim = claims(marked, "{src:The coach} {cue:told} {said:the players not to drink}.")[0]
    assert (claim.predicate, claim.polarity) == ("drink", "negated")
    claim = claims(marked, "{src:The coach} {cue:told} {said:the players to drink}.")[0]
    assert (claim.predicate, claim.polarity) == ("drink", "affirmed")


NONE = [
    "{src:The brewery} {cue:declined} {said:to comment on the recall}.",
    "{src:The brewery} {cue:refused} {said:to give further details}.",
    "{src:The brewery} {cue:did not offer} {said:an explanation for the recall}.",
    "The brewery closed, {src:the owner} {cue:citing} {said:Sections 4 and 9 of the lease}.",
    "{src:She} {cue:knew} {said:what happened}.",
    "{src:She} {cue:asked} {said:who broke the lock}.",
]


@pytest.mark.parametrize("sentence", NONE)
def test_silence_sources_and_indirect_questions_are_no_claims(marked: Make, sentence: str) -> None:
    assert claims(marked, sentence) == []


def test_a_refusal_to_act_is_no_silence(marked: Make) -> None:
    assert len(claims(marked, "{src:The brewery} {cue:refused} {said:to give money to the museum}.")) == 1
    assert len(claims(marked, "{src:The brewery} {cue:did not refuse} {said:to pay the museum}.")) == 1


def test_a_letter_changed_by_the_paper_reads_as_a_word(marked: Make) -> None:
    claim = claims(marked, "{src:The captain} {cue:said}: {said:“[T]he ferry left at noon.”}")[0]
    assert claim.proposition == "The ferry left at noon"


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("jumped", "jump"), ("wept", "weep"), ("tangled", "tangle"), ("stroked", "stroke"), ("presumed", "presume"),
        ("collided", "collide"), ("hisses", "hiss"), ("relaxes", "relax"), ("looked", "look"), ("raided", "raid"),
        ("succeed", "succeed"), ("heed", "heed"), ("agreed", "agree"),
    ],
)  # fmt: skip
def test_verb_lemmas(form: str, lemma: str) -> None:
    assert verb_lemma(form) == lemma


def test_a_word_that_is_no_verb_form_is_no_predicate() -> None:
    assert is_inflected("wept")
    assert is_inflected("jumped")
    assert not is_inflected("quickly")
    assert not is_inflected("referendum")
    assert not is_inflected("walks")


def test_a_relative_pronoun_gives_way_to_what_it_stands_for(marked: Make) -> None:
    claim = claims(marked, "Few drivers {src:who} {cue:oppose} {said:the new toll} came.")[0]
    assert (claim.subject, claim.proposition) == ("Few drivers", "Few drivers oppose the new toll")


def test_a_judgement_of_what_stands_elsewhere_is_none(marked: Make) -> None:
    assert claims(marked, "It was a speech that {src:the critics} {cue:described} as {said:“a farce”}.") == []
    claim = claims(marked, "{src:The critics} {cue:described} {said:the speech as “a farce”}.")[0]
    assert (claim.subject, claim.object, claim.modality) == ("the speech", "a farce", "evaluated")


@pytest.mark.parametrize("sentence", ["May the better crew win the cup.", "The question is what the crew will do."])
def test_wishes_and_open_questions_of_the_article_are_no_claims(marked: Make, sentence: str) -> None:
    assert find_claims(marked(sentence)) == []


def test_who_is_required_to_do_something_is_named(marked: Make) -> None:
    claim = claims(marked, "Divers {cue:are required} {said:to carry a knife}.")[0]
    assert (claim.subject, claim.proposition) == ("Divers", "Divers are required to carry a knife")


def test_a_habit_of_the_past_is_no_prediction(marked: Make) -> None:
    claim = claims(marked, "{src:She} {cue:said} {said:the drummers would often rehearse in the barn}.")[0]
    assert claim.modality == "asserted"
    claim = claims(marked, "{src:She} {cue:said} {said:the drummers would rehearse in the barn}.")[0]
    assert claim.modality == "predicted"


def test_the_number_of_a_house_is_no_quantity(marked: Make) -> None:
    claim = claims(marked, "{src:He} {cue:said} {said:the fire began at 44 East Marlow Road}.")[0]
    assert claim.quantities == ()
    claim = claims(marked, "{src:He} {cue:said} {said:the fire hurt 44 East Marlow pupils}.")[0]
    assert claim.quantities[0].value == 44


def test_how_something_is_done_is_asked_and_not_said(marked: Make) -> None:
    assert claims(marked, "{src:The coach} {cue:explained} {said:how the team trains for the cup}.") == []


def test_a_judgement_in_front_of_its_cue_must_be_passive(marked: Make) -> None:
    assert claims(marked, "{said:Lamenting the “dull game”}, {src:the coach} {cue:blamed} the pitch.") == []


def test_a_compound_number_is_no_quantity(marked: Make) -> None:
    claim = claims(marked, "{src:He} {cue:said} {said:the street is a two-way road again}.")[0]
    assert claim.quantities == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "{src:The farmers} {cue:expressed} {said:their opposition to the new dam}.",
        "{src:The farmers} {cue:expressed their opposition to} {said:the new dam}.",
    ],
)
def test_who_opposes_what_is_a_judgement_wherever_the_noun_stands(marked: Make, sentence: str) -> None:
    claim = claims(marked, sentence)[0]
    assert (claim.subject, claim.predicate, claim.modality) == ("The farmers", "oppose", "evaluated")
    assert claim.proposition == "The farmers expressed their opposition to the new dam"


def test_what_is_warned_against_is_not_what_is_claimed(marked: Make) -> None:
    claim = claims(marked, "{src:The bishop} {cue:warned against} {said:the closure of the shrine}.")[0]
    assert (claim.proposition, claim.stance) == ("The bishop warned against the closure of the shrine", "affirms")


def test_who_is_accused_does_what_the_gerund_says(marked: Make) -> None:
    for sentence in (
        "{said:The curator} {cue:was accused of} {said:selling fakes}.",
        "{said:The curator} {cue:was accused} {said:of selling fakes}.",
    ):
        claim = claims(marked, sentence)[0]
        assert (claim.subject, claim.predicate, claim.kind) == ("The curator", "sell", "accusation")


def test_a_verb_that_goes_on_in_a_relative_clause_is_no_predicate(marked: Make) -> None:
    found = claims(
        marked, "{src:Analysts} {cue:weighed up} {said:the worth of a port that faces east and has two docks}."
    )
    assert all(claim.predicate != "have" for claim in found)
