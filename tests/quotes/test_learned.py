"""Where grammar leaves no doubt, the rules mend the edges of what the encoder found."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.stages.encode import Attribution as Decoded
from pipeline.stages.quotes.learned import learned
from pipeline.stages.quotes.records import Attribution
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
