"""Utterances that their report breaks inside a clause, read without a parse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from pipeline.annotations import Claim
from pipeline.stages.claims import find_claims

Make = Callable[[str], Doc]


def claims(marked: Make, sentence: str) -> list[Claim]:
    return find_claims(marked(sentence), article_voice=False)


@pytest.mark.parametrize(
    ("sentence", "proposition", "subject", "predicate"),
    [
        (
            "“{said:The ferry},” {src:the harbour master} {cue:said}, “{said:hit the pier at noon}.”",
            "The ferry hit the pier at noon",
            "The ferry",
            "hit",
        ),
        (
            "“{said:Two of the tunnels},” {cue:wrote} {src:the inspectors}, “{said:have never been tested}.”",
            "Two of the tunnels have never been tested",
            "Two of the tunnels",
            "test",
        ),
        (
            "“{said:The mayor has},” {src:Ms Okafor} {cue:added}, “{said:ignored every letter}.”",
            "The mayor has ignored every letter",
            "The mayor",
            "ignore",
        ),
    ],
)
def test_a_clause_goes_on_behind_the_report(
    marked: Make, sentence: str, proposition: str, subject: str, predicate: str
) -> None:
    (claim,) = claims(marked, sentence)
    assert (claim.proposition, claim.subject, claim.predicate) == (proposition, subject, predicate)
    assert len(claim.spans) == 2


def test_parts_and_conditions_leave_the_report_out(marked: Make) -> None:
    sentence = "“{said:The pump},” {src:he} {cue:told} the inquiry, “{said:failed in May and was replaced in June}.”"
    text = marked(sentence).text
    whole, *parts = sorted(claims(marked, sentence), key=lambda c: c.part_of is not None)
    assert whole.proposition == "The pump failed in May and was replaced in June"
    assert [p.proposition for p in parts] == ["The pump failed in May", "The pump was replaced in June"]
    assert [[s.of(text) for s in p.spans] for p in parts] == [["The pump", "failed in May"], ["was replaced in June"]]
    (claim,) = claims(
        marked, "“{said:If the bank},” {src:she} {cue:said}, “{said:raises its rates, the mill will close}.”"
    )
    assert claim.condition == "If the bank raises its rates"
    assert claim.proposition == "If the bank raises its rates, the mill will close"


def test_whole_clauses_stay_apart(marked: Make) -> None:
    found = claims(marked, "“{said:The road is open},” {src:he} {cue:said}, “{said:and the bridge was repaired}.”")
    assert [c.proposition for c in found if c.part_of is not None] == ["The road is open", "The bridge was repaired"]
