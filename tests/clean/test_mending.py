"""Broken characters mended, and where in the text as read each mended character still points."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stages.clean import clean_text
from pipeline.stages.clean.mending import mended

TEXTS = st.text(st.sampled_from("The café said: “Don’t go — naïve Zoë’s 5–6 £ piñata…” & left.\n "), max_size=80)


def broken(text: str) -> str:
    """*text* as UTF-8 read as windows-1252, with the bytes that it has no character for as control characters."""
    return "".join(
        chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
        for byte in text.encode()
    )


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("The cafÃ© in ValmarÃ©e shut.", "The café in Valmarée shut."),
        ("â€œWe waited,â€\x9d he said.", "“We waited,” he said."),
        ("â€œWe waited,â€ he said. He didnâ€™t.", "“We waited,” he said. He didn’t."),
        ("&ldquo;It&rsquo;s late,&rdquo; she said &mdash; and left&#46;", "“It’s late,” she said — and left."),
        ("Caf&eacute;&#x2019;s", "Café’s"),
        ("It was Ã©tÃ©.\nL’été, à Paris: 5 £.", "It was été.\n\nL’été, à Paris: 5 £."),
        ("ÃƒÂ©tÃƒÂ©: Ã¢â‚¬Å“cafÃƒÂ©Ã¢â‚¬Â\x9d", "été: “café”"),
        ("TÃªte Ã  tÃªte", "Tête à tête"),
        ("AT&T; Q&A; R&D; x &amp y &unknown; &#0; &#x1;", None),
        ("The price is 5 £ – “cheap”, says Zoë.", None),
        ("Fish &amp; chips", "Fish & chips"),
    ],
)  # fmt: skip
def test_what_is_mended(raw: str, text: str | None) -> None:
    assert clean_text(raw).text == (raw if text is None else text)


def test_mended_characters_point_at_what_they_were() -> None:
    raw = "The cafÃ© shut.On Monday &ldquo;it&rdquo; reopened."
    cleaned = clean_text(raw)
    assert cleaned.text == "The café shut. On Monday “it” reopened."
    at = cleaned.text.index("café")
    assert cleaned.offsets.raw_span(at, at + 4).of(raw) == "cafÃ©"
    at = cleaned.text.index("“it”")
    assert cleaned.offsets.raw_span(at, at + 1).of(raw) == "&ldquo;"
    assert cleaned.offsets.raw_span(at, at + 4).of(raw) == "&ldquo;it&rdquo;"
    assert cleaned.offsets.raw_offset(at) == raw.index("&ldquo;")
    at = cleaned.text.index("On Monday")
    assert cleaned.offsets.raw_span(at, at + 9).of(raw) == "On Monday"


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_text_broken_whole_is_read_as_it_was(text: str) -> None:
    raw = broken(text)
    fixed, offsets = mended(raw)
    # A line may hold too little to tell that it is broken; then it stays, and never becomes a third thing.
    for was, shown, now in zip(text.split("\n"), raw.split("\n"), fixed.split("\n"), strict=True):
        assert now in (was, shown)
    if offsets is not None:
        end = 0
        for clean, under in offsets.mended():
            assert end <= under.start < under.end
            end = under.end
            assert broken(clean.of(fixed)) == under.of(raw)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_any_text(raw: str) -> None:
    fixed, offsets = mended(raw)
    if offsets is None:
        assert fixed == raw
    else:
        assert len(fixed) == offsets.clean_length
        assert all(raw[at : at + length] == fixed[clean : clean + length] for clean, at, length in offsets.kept())
