"""What holds of every text: the map, the paragraphs, the time."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.stages.clean import Cleaned, clean_text
from pipeline.stages.clean.mapped import lines
from pipeline.stages.clean.mending import mended
from pipeline.text import Span

WORDS = st.sampled_from(
    [
        "The", "On", "mayor", "said", "country", "2020-01-07", "date", "By", "Ann Lee", "(Photo: X)", "(Reuters) -",
        "UPDATE1:", ".", "?", ",", "\"", "“", "”", "'", "’", "\n", "\n\n", "\r\n", " ", "  ", "\u00a0", "\u200b",
        "\u200d", "\t", "\x07", "&amp;", "&nbsp;", "&ldquo;", "cafÃ©", "â€œ",
        "resolutionThe", "left.On", "Alpha- ", "iPhone", "www.a.b/C", "é",
        "👩‍👧",        "-", "–", "(", ")", "Editing by", "OSLO, Norway", "\u2028", "\x85",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(WORDS, max_size=60).map("".join), st.text(max_size=200))


def check(raw: str, cleaned: Cleaned) -> None:
    """Every promise of the map and the paragraphs."""
    text, offsets = cleaned.text, cleaned.offsets
    assert offsets.clean_length == len(text)
    assert offsets.raw_length == len(raw)
    covered = [False] * len(text)
    last = 0
    mended = [(clean.start, clean.end - clean.start, under) for clean, under in offsets.mended()]
    for clean, length, under in sorted(
        [(clean, length, Span(at, at + length)) for clean, at, length in offsets.kept()] + mended
    ):
        copied = (clean, length, under) not in mended
        assert not copied or under.of(raw) == text[clean : clean + length]
        assert copied or not under.of(raw).isascii() or under.of(raw)[0] + under.of(raw)[-1] == "&;"
        assert last <= under.start < under.end
        last = under.end
        covered[clean : clean + length] = [True] * length
    assert all(text[position].isspace() for position, kept in enumerate(covered) if not kept)
    end = 0
    for part in cleaned.paragraphs:
        words = text[part.start : part.end]
        assert end <= part.start < part.end
        assert words == words.strip()
        assert not text[end : part.start].strip()
        end = part.end
    assert not text[end:].strip()


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_the_map_is_exact_and_paragraphs_cover_the_text(raw: str) -> None:
    for mode in ("auto", "none"):
        check(raw, clean_text(raw, mode))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_nothing_visible_is_lost(raw: str) -> None:
    def visible(text: str) -> str:
        return "".join(
            c for c in text.replace("&nbsp;", "").replace("&amp;", "&") if c.isprintable() and not c.isspace()
        )

    # A hyphen at the end of a wrapped line may go, nothing else; these texts have no such lines.
    raw = mended(raw)[0]
    dropped = set("\u00ad\u180e\ufffa\ufff9\ufffb")
    assert visible(clean_text(raw).text) == "".join(c for c in visible(raw) if c not in dropped)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_cleaning_again_changes_no_word(raw: str) -> None:
    once = clean_text(raw).text
    assume(mended(once)[1] is None)  # not where a control character or space between two had hidden what they were
    assert "".join(clean_text(once).text.split()) == "".join(once.split())


@pytest.mark.parametrize(
    "text",
    [
        '"' * 200_000,
        "aTheB" * 40_000,
        '."' * 100_000,
        "By " + "A. " * 60_000,
        "country.On Sunday resolutionThe lawmakers " * 5_000,
        "word word word word.\n\n" * 8_000,
        "A b\n\nThe dog sat on the mat.\n\n" * 5_000,
        ",The" * 50_000,
        "(Photo: " * 25_000,
        "x\u200b" * 100_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_time_is_linear_on_hostile_text(text: str) -> None:
    began = time.process_time()
    check(text, clean_text(text))
    assert time.process_time() - began < 8


def test_nobody_sees_a_character_that_cannot_be_printed_nor_a_second_space() -> None:
    """A line of printable characters is kept as it is, which is right while nothing else is dropped or made a space."""
    for char in map(chr, range(sys.maxunicode + 1)):
        kept = [line.text for _, line in lines(f"a{char}b  c\u200b")] == [f"a{char}b c"]
        assert kept or char == " " or not char.isprintable(), repr(char)
