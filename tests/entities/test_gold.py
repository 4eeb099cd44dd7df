"""Names of the gold articles, linked across them: precision comes first. The floors may rise and not fall."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.names_gold import GoldArticle, linked_gold, pipeline_of, read_names_gold, scores


@pytest.fixture(scope="module")
def articles() -> list[GoldArticle]:
    return list(read_names_gold())


def test_the_gold_is_as_large_as_it_should_be(articles: list[GoldArticle]) -> None:
    names = [name for article in articles for name in article.names]
    assert len(articles) >= 30
    assert len(names) >= 150
    assert len({entity for _, _, entity in names}) >= 60


def test_names_given(articles: list[GoldArticle]) -> None:
    found = scores(*linked_gold(articles))
    assert found.pairwise[0] >= 0.98
    assert found.pairwise[1] >= 0.97
    assert min(found.b3) >= 0.98


def test_names_found_by_word_lists(articles: list[GoldArticle]) -> None:
    found = scores(*linked_gold(articles, pipeline_of("names")))
    assert found.pairwise[0] >= 0.98
    assert found.pairwise[1] >= 0.80


@pytest.mark.parametrize(
    ("predicted", "gold", "expected"),
    [(["x", "x", "y"], ["a", "a", "b"], (1.0, 1.0)), (["x", "x", "x"], ["a", "a", "b"], (1 / 3, 1.0)),
     (["x", "y", "z"], ["a", "a", "b"], (0.0, 0.0))],
)  # fmt: skip
def test_scores(predicted: list[str], gold: list[str], expected: tuple[float, float]) -> None:
    assert scores(predicted, gold).pairwise == pytest.approx(expected)


def test_a_text_without_a_head_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gold.txt"
    path.write_text("Nobody.\n")
    with pytest.raises(ValueError, match="line 1"):
        list(read_names_gold(path))
