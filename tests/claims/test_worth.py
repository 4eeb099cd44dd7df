"""Check-worthiness: a score to sort by."""

from __future__ import annotations

from pipeline.stages.claims.worth import check_worthiness, features


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
