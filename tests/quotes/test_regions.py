"""Where the text stands in quotation marks, and that no text is too odd or too long for it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup import cases, parse

from pipeline.stages.quotes.regions import find_regions
from pipeline.text import Span


def paragraphs(text: str) -> list[Span]:
    return [Span(*match.span()) for match in re.finditer(r"[^\n]+", text)]


@pytest.mark.parametrize("line", cases(Path(__file__).with_name("regions.txt")))
def test_regions(line: str) -> None:
    text, spans = parse(line)
    wanted = {
        (text[a:b], letter != "o", 2 if letter == "n" else 1)
        for (letter, _), marked in spans.items()
        for a, b in marked
    }
    found = {(text[r.start : r.end], r.closed, r.depth) for r in find_regions(text, paragraphs(text))}
    assert found == wanted


MARKS = st.text(alphabet="\"'“”‘’„«»‹›`ab .,?!\n", max_size=120)


@given(MARKS)
def test_regions_are_ordered_and_inside(text: str) -> None:
    blocks = paragraphs(text)
    regions = find_regions(text, blocks)
    assert regions == sorted(regions, key=lambda r: (r.start, -r.end))
    end = 0
    for region in regions:
        assert 0 <= region.start <= region.inner_start < region.inner_end <= region.end <= len(text)
        assert any(block.start <= region.start and region.end <= block.end for block in blocks)
        if region.depth == 1:
            assert region.start >= end
            end = region.end


@pytest.mark.parametrize(
    "text",
    ['"' * 200_000, "“" * 10_000 + "a" + "”" * 10_000, "‘a" * 100_000, '"a ' * 100_000, "“" + "word " * 100_000],
    ids=["straight", "nested", "single", "unbalanced", "unclosed"],
)
def test_hostile_marks_take_linear_time(text: str) -> None:
    started = time.process_time()
    find_regions(text, paragraphs(text))
    assert time.process_time() - started < 10
