"""What the rules pass on: an attribution, before speakers, days and channels are known."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.text import Span


@dataclass(frozen=True, slots=True)
class Attribution:
    """One candidate: content fragments, cue and source as spans of the text.

    Attributes:
        clause: the reporting clause with its adjuncts (*said in a tweet on Tuesday*): where day and channel stand.
        rule: the name of the rule that found it, for error analysis.
        kind: ``speech``, ``thought`` or ``stance``, after its cue.
        floating: whether it is a quotation without any cue of its own.
        words: whether it reports words or a proposition, not just what they were about (*discussed the plan*).
        finite: whether its cue is a finite verb with a subject of its own.
    """

    content: tuple[Span, ...]
    cue: Span | None
    lemma: str | None
    source: Span | None
    clause: Span
    paragraph: int
    rule: str
    reported_by: Span | None = None
    kind: str = "speech"
    floating: bool = False
    score: float | None = None
    finite: bool = True
    words: bool = True
