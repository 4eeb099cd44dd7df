"""Where grammar leaves no doubt, the rules mend the edges of what the encoder found."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.stages.encode import Attribution as Decoded
from pipeline.stages.quotes.learned import learned
from pipeline.stages.quotes.records import Attribution
from pipeline.stages.quotes.regions import find_regions
from pipeline.text import Span


@dataclass(frozen=True)
class _Encoded:
    attributions: tuple[Decoded, ...]


def _mended(text: str, content: str, report: str) -> str:
    """The content that is left where the encoder found *content* and the rules all before *report*, "source cue"."""
    doc = Doc(spacy.blank("en").vocab, words=text.split(), sent_starts=[True] + [False] * (len(text.split()) - 1))
    at, said = text.index(content), text.index(report)

    def tokens(start: int, end: int) -> tuple[int, int]:
        span = doc.char_span(start, end)
        assert span is not None
        return span.start, span.end

    gap = said + report.rindex(" ")
    cue, source = Span(gap + 1, said + len(report)), Span(said, gap)
    doc._.encoded = _Encoded(
        (Decoded((tokens(at, at + len(content)),), tokens(*source), tokens(*cue), 0.9),),
    )
    whole = Span(0, text.rindex(" ,", 0, said))
    rule = Attribution((whole,), cue, "report", source, Span(said, len(text)), 0, "v:report", score=0.8)
    [found] = learned(doc, text, (), (rule,), ["NN"] * len(doc))
    return " … ".join(text[start:end] for start, end in found.content)


@pytest.mark.parametrize(
    ("text", "content", "report", "left"),
    [
        (
            "The ferry sank off Mombasa , hours after it left port , two newspapers reported .",
            "hours after it left port", "two newspapers reported",
            "The ferry sank off Mombasa , hours after it left port",
        ),
        (
            "A judge freed her on Monday , days before the vote , state radio announced .",
            "days before the vote", "state radio announced",
            "A judge freed her on Monday , days before the vote",
        ),
        # No comma before it: the encoder may know of a report inside a report.
        (
            "The mayor warned it was near collapse , two newspapers reported .",
            "it was near collapse", "two newspapers reported", "it was near collapse",
        ),
    ],
)  # fmt: skip
def test_a_report_at_the_end_is_of_the_whole_sentence(text: str, content: str, report: str, left: str) -> None:
    assert _mended(text, content, report) == left


@pytest.mark.parametrize(
    ("heads", "deps", "source", "whole"),
    [
        # Kenyan trade minister Ana Ruiz said no: the encoder stopped at the people.
        ([2, 2, 3, 5, 3, 5, 5], ["amod", "compound", "nmod:desc", "nsubj", "flat", "ROOT", "obj"], (0, 1), "Ana Ruiz"),
        # The same name hung on its first word.
        ([5, 2, 0, 2, 3, 5, 5], ["nsubj", "amod", "flat", "compound", "flat", "ROOT", "obj"], (0, 1), "Ana Ruiz"),
        # A subject that is whole stays; so does one whose verb would follow.
        ([5, 2, 5, 5, 3, 5, 5], ["nsubj", "amod", "obl", "obj", "flat", "ROOT", "obj"], (0, 1), "Kenyan"),
        ([2, 2, 3, 5, 3, 5, 5], ["amod", "compound", "nmod:desc", "nsubj", "flat", "ROOT", "obj"], (0, 5), "Ana Ruiz"),
    ],
)  # fmt: skip
def test_a_source_does_not_end_inside_a_name(
    heads: list[int], deps: list[str], source: tuple[int, int], whole: str
) -> None:
    words = ["Kenyan", "trade", "minister", "Ana", "Ruiz", "said", "no"]
    doc = Doc(spacy.blank("en").vocab, words=words, heads=heads, deps=deps)
    doc._.encoded = _Encoded((Decoded(((6, 7),), source, (5, 6), 0.9),))
    [found] = learned(doc, doc.text, (), (), ["NN"] * len(doc))
    assert found.source is not None
    assert found.source.of(doc.text).endswith(whole)


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("Kim", "to leave “for good” if they win"),
        # Who said it differs: the marks decide.
        ("Lee", "“for good”"),
    ],
)
def test_a_report_keeps_its_own_words_around_a_quoted_fragment(source: str, content: str) -> None:
    text = "Kim and Lee threatened to leave “for good” if they win ."
    doc = spacy.blank("en")(text)
    regions = find_regions(text, [Span(0, len(text))])
    cue, fragment = (Span(text.index(x), text.index(x) + len(x)) for x in ("threatened", "“for good”"))
    who = Span(text.index("Kim"), text.index("Kim") + 3)
    other = Span(text.index(source), text.index(source) + 3)
    report = doc.char_span(text.index("to leave"), text.index(" ."))
    said, by = doc.char_span(*cue), doc.char_span(*who)
    assert report is not None
    assert said is not None
    assert by is not None
    doc._.encoded = _Encoded(
        (Decoded(((report.start, report.end),), (by.start, by.end), (said.start, said.end), 0.9),),
    )
    doc[0].is_sent_start = True
    for token in doc[1:]:
        token.is_sent_start = False
    rule = Attribution((fragment,), cue, "threaten", other, Span(0, len(text)), 0, "v:report", score=0.8)
    found = learned(doc, text, regions, (rule,), ["NN"] * len(doc))
    assert [a.content[0].of(text) for a in found] == [content]


def _content(words: str, deps: str, heads: list[int], content: tuple[int, int], cue: tuple[int, int]) -> str | None:
    """The content that is left of the encoder's, without rules; the first word is the source."""
    doc = Doc(spacy.blank("en").vocab, words=words.split(), heads=heads, deps=deps.split())
    doc._.encoded = _Encoded((Decoded((content,), (0, 1), cue, 0.9),))
    found = learned(doc, doc.text, (), (), ["NN"] * len(doc))
    return found[0].content[0].of(doc.text) if found else None


def test_an_object_of_the_cue_is_content_with_its_complement() -> None:
    """Doctors voiced the closure: the contrary of what they voiced."""
    words, deps = "Doctors voiced deep concern about the closure", "nsubj ROOT amod obj case det nmod"
    heads = [1, 1, 3, 1, 6, 6, 3]
    assert _content(words, deps, heads, (5, 7), (1, 2)) == "deep concern about the closure"
    # What the cue holds itself stays there; an addressee is no content.
    assert _content(words, deps, heads, (5, 7), (1, 5)) == "the closure"
    words, deps = "Doctors asked staff of clinics to wait", "nsubj ROOT obj case nmod mark xcomp"
    assert _content(words, deps, [1, 1, 1, 4, 2, 6, 1], (5, 7), (1, 2)) == "to wait"


def test_a_relative_pronoun_is_no_content() -> None:
    words, deps = "She denies which", "nsubj ROOT obj"
    assert _content(words, deps, [1, 1, 1], (2, 3), (1, 2)) is None
    assert _content("She denies guilt", deps, [1, 1, 1], (2, 3), (1, 2)) == "guilt"


@pytest.mark.parametrize(
    ("cue", "kept"),
    [
        ("voiced their concern about", "voiced their concern about"),  # reaches the content: it says what was voiced
        ("voiced", "voiced"),
        ("Doctors voiced", "voiced"),
    ],
)
def test_a_cue_keeps_what_its_verb_needs(cue: str, kept: str) -> None:
    text = "Doctors voiced their concern about the closure"
    doc = spacy.blank("en")(text)
    said = doc.char_span(text.index(cue), text.index(cue) + len(cue))
    assert said is not None
    doc._.encoded = _Encoded((Decoded(((5, 7),), (0, 1), (said.start, said.end), 0.9),))
    verb, whole = Span(8, 14), Span(text.index("their"), len(text))
    rule = Attribution((whole,), verb, "voice", Span(0, 7), Span(0, len(text)), 0, "n:voice", score=0.4)
    [found] = learned(doc, text, (), (rule,), ["NN"] * len(doc))
    assert found.cue is not None
    assert (found.cue.of(text), found.lemma) == (kept, "voice")


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("Unions condemned the ban – a first for the port – as a mistake", True),
        ("Unions condemned the ban -- which came at night -- as a mistake", True),
        # One dash begins what the writer adds; a hyphen is none.
        ("Unions condemned the ban – and went home as they had come", False),
        ("Unions condemned the ban on after-hours work-to-rule as a mistake", False),
    ],
)
def test_content_goes_on_behind_an_aside(text: str, goes_on: bool) -> None:
    doc = spacy.blank("en")(text)
    doc._.encoded = _Encoded((Decoded(((2, 4),), (0, 1), (1, 2), 0.9),))
    whole = Span(text.index("the ban"), len(text))
    rule = Attribution((whole,), Span(7, 16), "condemn", Span(0, 6), Span(0, len(text)), 0, "n:condemn", score=0.4)
    [found] = learned(doc, text, (), (rule,), ["VBD"] * len(doc))
    assert found.content[0].of(text) == (whole.of(text) if goes_on else "the ban")
