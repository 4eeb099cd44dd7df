"""Check-worthiness: a score to sort by."""

from __future__ import annotations

import math

from pipeline.stages.claims.worth import _model, check_worthiness, features


def test_a_figure_is_worth_more_than_a_courtesy() -> None:
    figure = check_worthiness("Unemployment rose to 9 percent last year and we lost 3 million jobs")
    courtesy = check_worthiness("Thank you very much for being here tonight")
    assert figure is not None
    assert courtesy is not None
    assert 0 <= courtesy < 0.2 < 0.5 < figure <= 1


def test_nothing_said_has_no_score() -> None:
    assert check_worthiness("… —") is None


def test_features_are_the_same_each_time_and_bounded() -> None:
    assert features("We lost 3 jobs") == features("We lost 3 jobs")
    assert len(features("word " * 100_000)) < 2_000


def test_what_is_said_of_oneself_or_asked_for_is_worth_less_than_a_record() -> None:
    record = check_worthiness("The senator voted against the farm bill four times between 1996 and 2002")
    wish = check_worthiness("I believe that we must do better for our children and I will fight for them")
    assert record is not None
    assert wish is not None
    assert wish < 0.3 < 0.6 < record


def test_the_encoders_score_moves_the_words_own() -> None:
    text = "The bridge at Marlow carries more lorries than it was built for"
    low, alone, high = (check_worthiness(text, given) for given in (0.01, None, 0.99))
    assert low is not None
    assert high is not None
    assert alone is not None
    assert low < high


def test_the_score_is_that_of_the_features_it_was_trained_on() -> None:
    text = "The mayor's office, which closed in 1998, spent $40 million on the mayor's office"
    model = _model()
    assert model is not None
    found = features(text)
    total = model.scale * sum(model.words[i] for i in found) / len(found) ** 0.5 + model.bias
    assert check_worthiness(text) == round(1 / (1 + math.exp(-total)), 3)
