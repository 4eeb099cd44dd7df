"""An utterance that its report breaks inside a clause: “The crane,” she said, “fell on two cars.”

With a parse the verb finds its subject over the report. Without one, the words between are hidden, and what is left is
read as one stretch.
"""

from __future__ import annotations

from itertools import pairwise

from pipeline.stages.claims.clauses import Range, clauses_in
from pipeline.stages.claims.reading import Reading
from pipeline.text import Span

#: Tokens of a report in the middle of an utterance.
_LONGEST_REPORT = 25


def _goes_on(reading: Reading, first: Range, second: Range) -> bool:
    """Whether *second* goes on with a clause that *first* leaves without its predicate or what completes it."""
    if not 0 < second[0] - first[1] <= _LONGEST_REPORT or not reading.words[second[0]][:1].islower():
        return False
    if reading.sentence_of(first[0]) != reading.sentence_of(second[1] - 1) or reading.tags[second[0]] == "CC":
        return False
    if reading.tags[second[0]] == "VBG" or reading.tags[second[0] : second[0] + 2] == ["IN", "VBG"]:
        return False  # "Two men (were charged) **with robbing** a bank": of what, and no predicate
    whole = [c for c in clauses_in(reading, *first) if c.finite and c.role in {"main", "coordinate"}]
    return not whole or whole[-1].verbs[1] >= first[1]


def without_reports(reading: Reading, contents: list[list[Range]]) -> tuple[Reading, dict[int, list[Range]]]:
    """*reading* without the reports that break a clause of any of *contents*, each the pieces of a quote in order.

    With it, by the index in *contents*, the stretches that are to be read in it. None where the Doc has a parse.
    """
    joined: dict[int, list[Range]] = {}
    hidden: list[Range] = []
    for index, ranges in enumerate(contents):
        if reading.parsed or len(ranges) < 2:
            continue
        stretches, gaps = [ranges[0]], []
        for before, after in pairwise(ranges):
            if _goes_on(reading, before, after):
                gaps.append((before[1], after[0]))
                stretches[-1] = (stretches[-1][0], after[1])
            else:
                stretches.append(after)
        # Quotes lie apart; should two have run into each other, the later one is read as it stands.
        if gaps and (not hidden or gaps[0][0] > hidden[-1][1]):
            joined[index] = stretches
            hidden.extend(gaps)
    return (reading.without(hidden), joined) if hidden else (reading, joined)


def shown_spans(reading: Reading, start: int, end: int) -> list[Span]:
    """The characters of a token range, in as many spans as what is hidden of it leaves."""
    spans = []
    for low, high in reading.hidden_in(reading.span(start, end)):
        if start < low < high < end:
            spans.append(reading.span(start, low))
            start = high
    return [*spans, reading.span(start, end)]
