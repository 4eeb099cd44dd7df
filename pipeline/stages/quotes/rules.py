"""The rules of attribution: one frame in, its attributions out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.stages.quotes.according import according
from pipeline.stages.quotes.clauses import has_finite, main_subject, subject_before
from pipeline.stages.quotes.complements import Complement, complement
from pipeline.stages.quotes.cues import reports_quotation
from pipeline.stages.quotes.endings import content_end, left_start
from pipeline.stages.quotes.grammar import (
    DASHES,
    FINITE,
    QUOTED,
    REACH,
    STOPS,
    Frame,
    word_count,
)
from pipeline.stages.quotes.hits import Hit, find_hits
from pipeline.stages.quotes.nominal import nominal
from pipeline.stages.quotes.phrases import apposition_right, phrase_right
from pipeline.stages.quotes.punctuation import announced, loose, pulled, signed
from pipeline.stages.quotes.records import Attribution
from pipeline.stages.quotes.relayed import relayed
from pipeline.stages.quotes.times import time_right
from pipeline.stages.quotes.wordlists import word_set
from pipeline.text import Span


def frame_attributions(frame: Frame, text: str) -> list[Attribution]:
    """The attributions of one frame, by start of content."""
    found: list[Attribution] = []
    hits = find_hits(frame)
    for attribution, consumed in relayed(frame, hits):
        found.append(attribution)
        hits = [hit for hit in hits if hit.head not in consumed]
    trailing = {hit.head: made for hit in hits if (made := _trailing(frame, hit) or _as_said(frame, hit)) is not None}
    found += trailing.values()
    found += (made for hit in hits if hit.head not in trailing and (made := _leading(frame, hit)) is not None)
    found += according(frame)
    found += nominal(frame)
    if not found:
        found += signed(frame)
    if frame.lower(len(frame) - 1) == ":" and not any(not a.content for a in found):
        found += announced(frame)
    quotations = [index for index, item in enumerate(frame.items) if item.region is not None]
    if frame.section == "pullquote" and not quotations and not any(_third_person(a, text) for a in found):
        # Set apart from the text, it repeats somebody's words without saying whose.
        return [pulled(frame)]
    found += loose(frame, _unused(frame, quotations, found), text)
    found.sort(key=lambda a: (a.content[:1], a.clause))
    return found


def _third_person(attribution: Attribution, text: str) -> bool:
    return attribution.source is not None and attribution.source.of(text).lower() not in {"i", "we"}


def _unused(frame: Frame, quotations: Sequence[int], found: Sequence[Attribution]) -> list[int]:
    """Those of *quotations*, by item index and in order, that no content of *found* takes in."""
    if not quotations:
        return []
    spans = sorted(span for attribution in found for span in attribution.content)
    unused: list[int] = []
    reach, cursor = 0, 0
    for index in quotations:
        start = frame.items[index].start
        while cursor < len(spans) and spans[cursor].start <= start:
            reach = max(reach, spans[cursor].end)
            cursor += 1
        if start >= reach:
            unused.append(index)
    return unused


def _span(frame: Frame, bounds: tuple[int, int] | None) -> Span | None:
    return None if bounds is None else frame.span(*bounds)


def _cue_span(frame: Frame, hit: Hit, end: int | None = None) -> Span:
    return frame.span(hit.group, max(end or hit.after, hit.after))


def _clause(frame: Frame, first: int, after: int) -> Span:
    """The reporting clause: from its fronted adjuncts (*On Tuesday, in a letter, …*) to where another clause begins."""
    start = first if has_finite(frame, 0, first) or first > 30 else 0
    end = after
    while end < min(len(frame), after + 24):
        item = frame.items[end]
        if item.text in STOPS or item.lower == ";" or (item.tag in FINITE and end > after):
            break
        end += 1
    return frame.span(min(start, first), max(end, first + 1))


def _clause_span(frame: Frame, hit: Hit) -> Span:
    if hit.form == "participle":
        # released a statement saying: the document stands before the participle.
        return _clause(frame, max(0, hit.group - 5), hit.after)
    first = hit.source[0] if hit.source and hit.source[0] < hit.group else hit.group
    return _clause(frame, first, hit.after)


def _inverted_lead(frame: Frame, hit: Hit) -> Complement | None:
    """The quotation of *Said Ellis: “…”*, at a frame's start."""
    if hit.group or frame.tag(hit.head) not in {"VBD", "VBZ", "VBN"} or not hit.verb.takes("q"):
        return None
    named = phrase_right(frame, hit.after)
    if named > hit.after and frame.lower(named) in {":", ","} and frame.tag(named + 1) == QUOTED:
        return Complement(named + 1, content_end(frame, named + 1, "q"), "q", hit.after)
    return None


def _impersonal(frame: Frame, source: tuple[int, int]) -> bool:
    """Whether the subject is one that acts rather than speaks: *they support the troops*, *a law that opposes*."""
    return source[1] - source[0] == 1 and frame.lower(source[0]) in {"they", "it", "which", "that"}


def _leading(frame: Frame, hit: Hit) -> Attribution | None:
    """Cue, then content."""
    if hit.form == "passive":
        return _passive(frame, hit)
    taken = _inverted_lead(frame, hit) or complement(frame, hit)
    if taken is None or (taken.end <= taken.start and taken.code != "colon"):
        return None
    source = hit.source
    if source is None and hit.group == 0 and frame.tag(hit.head) in {"VBD", "VBZ"}:
        # Continued Stone: “…”
        named = phrase_right(frame, hit.after)
        if named > hit.after and frame.lower(named) in {":", ","} and taken.start >= named:
            source = (hit.after, named)
    if hit.verb.kind == "stance" and (source is None or (taken.code == "n" and _impersonal(frame, source))):
        return None
    if hit.form == "infinitive" and (hit.verb.kind != "speech" or taken.code not in {"t", "q"}):
        return None
    # Participles of verbs that report no words (criticizing the plan, supporting them) mostly tell of acts.
    if hit.form == "participle" and taken.code in {"n", "p", "i"} and not hit.verb.takes("q"):
        return None
    if hit.form == "participle" and hit.group <= 1:
        # After saying so, she left: the content ends where the main clause begins.
        comma = next((k for k in range(taken.start + 1, taken.end) if frame.lower(k) == ","), None)
        subject = main_subject(frame, (comma or taken.end) + 1)
        if subject is not None and subject[0] == (comma or taken.end) + 1:
            taken = replace(taken, end=comma or taken.end)
            source = subject
    content = () if taken.code == "colon" else (frame.span(taken.start, taken.end),)
    return Attribution(
        content,
        _cue_span(frame, hit, taken.cue_end if frame.lower(taken.cue_end - 1) != ":" else None),
        hit.verb.lemma,
        _span(frame, source),
        _clause_span(frame, hit),
        frame.paragraph,
        f"{taken.code}:{hit.form}:{hit.verb.lemma}",
        kind=hit.verb.kind,
        words=taken.code not in {"n", "p", "i", "ri"},
        finite=hit.form == "finite",
    )


_PASSIVES: Final = word_set("passives")


def _passive(frame: Frame, hit: Hit) -> Attribution | None:
    """*was expected to win*, *it was reported that …*, *was accused of*, *was confirmed by*."""
    i = hit.after
    subject = subject_before(frame, hit.group)
    if subject is not None and frame.tag(subject[0]) == "WP":
        subject = None
    rule = f"passive:{hit.verb.lemma}"

    def attribution(
        content: tuple[Span, ...], source: Span | None = None, cue_end: int | None = None, by: str = ""
    ) -> Attribution:
        return Attribution(
            content,
            _cue_span(frame, hit, cue_end),
            hit.verb.lemma,
            source,
            _clause_span(frame, hit),
            frame.paragraph,
            rule + by,
            kind=hit.verb.kind,
            finite=hit.form == "finite",
        )

    if frame.lower(i) == "that" and hit.verb.takes("t"):
        return attribution((frame.span(i, content_end(frame, i, "t")),))
    if frame.tag(i) == "TO" and subject and hit.verb.lemma in _PASSIVES:
        return attribution((frame.span(*subject), frame.span(i, content_end(frame, i, "i"))))
    by = next((k for k in range(i, min(len(frame), i + 8)) if frame.lower(k) == "by"), None)
    if by is not None and subject:
        end = phrase_right(frame, by + 1)
        if end > by + 1 and frame.tag(by + 1) != "VBG":
            return attribution((frame.span(*subject),), frame.span(by + 1, end), by + 1, ":by")
    return None


def _trailing(frame: Frame, hit: Hit) -> Attribution | None:
    """Content, then cue: *“A,” he said.*, *“A,” said Smith*, *…, she said*, and *A, he said, B*."""
    if not hit.verb.takes("q", "t", "b") or hit.form in {"passive"}:
        return None
    inverted = hit.group > 0 and (frame.lower(hit.group - 1) == "," or frame.tag(hit.group - 1) == QUOTED)
    source = hit.source
    left_end: int | None = None
    after = hit.after
    # "told" takes an addressee there, not its subject.
    if (
        inverted
        and hit.group == hit.head
        and not hit.verb.takes("r")
        and frame.tag(hit.head) in {"VBD", "VBZ", "VBP", "VBN"}
    ):
        end = phrase_right(frame, hit.after)
        if end > hit.after and time_right(frame, hit.after) == hit.after and _ends_clause(frame, hit, end):
            wide = apposition_right(frame, end)
            source, left_end, after = (hit.after, wide), hit.group, wide
    if left_end is None and hit.form == "finite" and source is not None and source[1] <= hit.group:
        before = source[0] - 1
        if before >= 0 and (
            frame.lower(before) == "," or frame.items[before].quoted or frame.items[before].text in DASHES
        ):
            left_end = source[0]
    if left_end is None or source is None:
        return None
    takes_right = _takes_right(frame, hit, after)
    if after == hit.after and hit.form == "finite" and not takes_right:
        after = _pause(frame, after)
    stop = left_end
    while stop > 0 and (frame.lower(stop - 1) in {","} or frame.items[stop - 1].text in DASHES):
        stop -= 1
    if stop <= 0:
        return None
    quoted_left = frame.items[stop - 1].quoted and frame.items[stop - 1].region is not None
    tail_comma = quoted_left and frame.items[stop - 1].text.rstrip("\"'”’»“ ")[-1:] in {
        ",",
        ".",
        "!",
        "?",
        "…",
        "-",
        "—",
        "–",
    }
    if not quoted_left or not tail_comma:
        # Words outside quotation marks: they must be a clause, and the cue must take nothing to its right.
        if frame.lower(after) == "that" or takes_right:
            return None
        spoken = any(item.quoted and word_count(item.text) > 4 for item in frame.items[max(0, stop - REACH) : stop])
        states = (quoted_left and stop == 1) or spoken or has_finite(frame, 0, stop)
        if not hit.verb.takes("b", "t") or (not states and not _finite_after(frame, after)):
            return None
        if not (quoted_left or frame.lower(left_end - 1) == "," or frame.items[left_end - 1].text in DASHES):
            return None
    start = left_start(frame, stop)
    pieces = [frame.span(start, stop)]
    right = _right_part(frame, after, quoted_left)
    if right is not None:
        pieces.append(right)
    clause = _clause(frame, min(source[0], hit.group), max(after, hit.after))
    return Attribution(
        tuple(pieces),
        _cue_span(frame, hit),
        hit.verb.lemma,
        _span(frame, source),
        clause,
        frame.paragraph,
        f"trailing:{hit.verb.lemma}",
        kind=hit.verb.kind,
        finite=hit.form == "finite",
    )


def _as_said(frame: Frame, hit: Hit) -> Attribution | None:
    """*As Keller put it, …* and *…, as Keller put it*: what *as* introduces reports the rest of the sentence."""
    if hit.source is None or hit.form != "finite" or hit.verb.kind != "speech" or not hit.verb.takes("t", "b"):
        return None
    after = frame.items[hit.after].text if hit.after < len(frame) else "."
    halts = after in STOPS or after in {",", "in", "on", "at", "during"} or time_right(frame, hit.after) > hit.after
    if not halts:
        return None
    first = hit.source[0] - 1
    if frame.lower(first) != "as" or hit.source[1] > hit.group or _takes_right(frame, hit, hit.after):
        return None
    if first == 0:
        comma = next((k for k in range(hit.after, min(len(frame), hit.after + 20)) if frame.lower(k) == ","), None)
        if comma is None or has_finite(frame, hit.after, comma) or comma + 1 >= len(frame):
            return None
        content = frame.span(comma + 1, max(content_end(frame, comma + 1, "t"), comma + 2))
    elif frame.lower(first - 1) == "," and has_finite(frame, 0, first - 1):
        content = frame.span(left_start(frame, first - 1), first - 1)
    else:
        return None
    return Attribution(
        (content,),
        _cue_span(frame, hit),
        hit.verb.lemma,
        _span(frame, hit.source),
        _clause(frame, first, hit.after),
        frame.paragraph,
        f"as:{hit.verb.lemma}",
    )


def _pause(frame: Frame, after: int) -> int:
    """The comma that ends the adjuncts of an inserted clause: *these workers, he said earlier in the week, were* …"""
    if frame.tag(after) not in {"IN", "RB", "JJR", "RBR"}:
        return after
    for k in range(after, min(len(frame), after + 10)):
        item = frame.items[k]
        if item.lower == ",":
            return k
        if item.quoted or item.tag in FINITE or item.tag in {"VBG", "WP"} or item.lower == "that":
            return after
    return after


def _ends_clause(frame: Frame, hit: Hit, end: int) -> bool:
    """Whether the phrase after the verb can be its subject: after a quotation always, else where no more follows it.

    *Shelby, who heads the bank, said the plan “failed”* is no inversion.
    """
    before = hit.group - 1
    if frame.tag(before) == QUOTED or (frame.lower(before) == "," and frame.tag(before - 1) == QUOTED):
        return True
    if end >= len(frame) or frame.items[end].text in STOPS or frame.lower(end) in {",", ";"}:
        return True
    return time_right(frame, end) > end or (frame.tag(end) == "IN" and not has_finite(frame, end, end + 12))


def _takes_right(frame: Frame, hit: Hit, after: int) -> bool:
    if after != hit.after:
        return False
    taken = complement(frame, hit)
    return taken is not None and taken.code in {"t", "b", "w", "i", "q", "r", "colon"}


def _finite_after(frame: Frame, after: int) -> bool:
    return frame.lower(after) == "," and has_finite(frame, after, len(frame))


# What begins an adjunct of the reporting clause rather than more of what it reports.
_LEAVES: Final = word_set("adjuncts") | {"as"}


def _right_part(frame: Frame, after: int, complete: bool) -> Span | None:
    """The rest of a broken utterance after the reporting clause."""
    for i in range(after, min(len(frame), after + 25)):
        item = frame.items[i]
        if item.quoted:
            before = frame.lower(i - 1)
            # "… at 1 a.m. “B.”": the full stop of an abbreviation ends the clause as well.
            halted = before in STOPS or (len(before) > 2 and before.endswith("."))
            if before in {",", ":", ";"} or frame.items[i - 1].text in DASHES or halted:
                # adding, “B” has a cue of its own
                if any(frame.tag(k) == "VBG" and reports_quotation(frame.lower(k)) for k in range(after, i)):
                    return None
                return frame.span(i, content_end(frame, i, "q"))
            # …, he said, but “B”: the conjunction is part of what he said.
            k = i - 1
            while frame.tag(k) == "RB":
                k -= 1
            if frame.tag(k) == "CC" and frame.lower(k - 1) == ",":
                return frame.span(k, content_end(frame, i, "q"))
            break
        if item.text in STOPS or item.lower == ";":
            break
    if complete or frame.lower(after) != ",":
        return None
    if frame.tag(after + 1) in {"VBG", "CC", "WP"} or frame.lower(after + 1) in _LEAVES:
        return None
    end = content_end(frame, after + 1, "t")
    return frame.span(after + 1, end) if end > after + 1 else None
