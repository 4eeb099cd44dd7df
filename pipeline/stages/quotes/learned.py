"""What the trained encoder found, held to the quotation marks and joined with what the rules found.

The encoder is the better judge of which words are content and who is their source, where it is sure; the rules know
nesting (PolNeAR, from which the encoder learned, annotates none), utterances in many pieces, who holds the floor, and
reports through a second source. So where both found the same words the surer of the two is taken, and completed from
the other. A quotation is one person's words: a fragment that has most of one has all of it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Final

import numpy as np
from spacy.tokens import Doc, Token

from pipeline.annotations import TimeExpression
from pipeline.stages.quotes.cues import CueVerb, verbs
from pipeline.stages.quotes.grammar import FINITE
from pipeline.stages.quotes.records import Attribution
from pipeline.stages.quotes.regions import Region
from pipeline.text import Span, strip_span

#: The encoder's attributions are believed from this score on: it is calibrated, so they are more likely right than not.
BELIEVED: Final = 0.5
# A fragment that holds this share of a quotation's letters is all of it.
_MOST: Final = 0.5
# A report that is longer than its quotation by as many characters has words of its own.
_MORE: Final = 8
# Contents that share this much of their characters are one.
_ALIKE: Final = 0.5
# The comma that sets off an apposition and the like are no part of who speaks.
_AROUND_SOURCE: Final = " ,;:—–-\n\t"

_HYPHENATED: Final = re.compile(r"-[^\W\d_]+")
# Relations of words that qualify a head after them, and of the parts of a name after its first.
_QUALIFYING: Final = frozenset({"amod", "compound", "nmod:desc"})
_NAMING: Final = frozenset({"appos", "flat"})
# The last member of a list.
_LISTED: Final = re.compile(r",\s+(?:and|or)\s")
# A clause's pronoun for what another clause says is no content: *a charge that he denies*.
_RELATIVE: Final = frozenset({"which", "that", "who", "whom", "whose"})
# Between two dashes, with more behind: the sentence goes on where the aside ends.
_ASIDE: Final = re.compile(r"\s*(?:[—–]|\s--?\s)[^—–\n]*?(?:[—–]|\s--?\s)\s*\w")
_TIMES: Final = frozenset({"earlier", "later", "again", "today", "yesterday", "tonight", "separately"})
_PULLED: Final = "pullquote"

_Tokens = tuple[int, int]


def learned(
    doc: Doc, text: str, regions: Sequence[Region], ruled: Sequence[Attribution], tags: Sequence[str]
) -> list[Attribution]:
    """The attributions of the encoder and of the rules, by start of content; *ruled* itself where no encoder ran.

    Args:
        text: the text of *doc*.
        regions: the quotations of *doc*, by start.
        ruled: what the rules found.
        tags: a Penn tag for each token of *doc*.
    """
    decoded = getattr(doc._.encoded, "attributions", None)
    if not decoded:
        return list(ruled)
    reading = _Reading(doc, text, regions, tags)
    found = [
        attribution
        for item in decoded
        if item.score >= BELIEVED
        and (attribution := reading.attribution(item.content, item.cue, item.source, item.score)) is not None
    ]
    rules = _Taken(ruled)
    taken: list[tuple[Attribution, list[int]]] = []
    for attribution in found:
        rivals = [
            index
            for index in rules.sharing(attribution.content)
            if not _reported_in(ruled[index], attribution) and not _reported_in(attribution, ruled[index])
        ]
        # Where marks show what is said, the rules rarely err, and they know who relayed it. A pull quote is somebody's
        # words as a whole, its "I" included.
        by_rule = [ruled[index] for index in rules.sharing(attribution.content) if ruled[index].rule == _PULLED]
        by_rule += [
            r
            for i in rivals
            if (r := ruled[i]).source is not None and reading.quoted(r.content) and not _fragment_of(attribution, r)
        ]
        if not by_rule:
            taken.append((attribution, rivals))
    learnt = _Taken([attribution for attribution, _ in taken])
    cues = _Taken([attribution for attribution, _ in taken], cues=True)
    replaced = {index for _, rivals in taken for index in rivals}
    # One cue reports once; where its words stand in quotation marks, both may be right.
    result = [
        rule
        for index, rule in enumerate(ruled)
        if index not in replaced and (rule.cue is None or not cues.sharing([rule.cue]) or reading.quoted(rule.content))
    ]
    for attribution, rivals in taken:
        if rivals:
            nearest = max(rivals, key=lambda index: (_likeness(ruled[index].content, attribution.content), -index))
            edged = reading.edged(attribution, ruled[nearest], ruled)
            result.append(_completed(edged, ruled[nearest], learnt))
        else:
            result.append(attribution)
    return sorted(result, key=lambda a: (a.content[0].start, -a.content[-1].end, a.clause))


def _reported_in(inner: Attribution, outer: Attribution) -> bool:
    """Whether *inner* is reported, cue and all, inside the content of *outer*."""
    return inner.cue is not None and all(
        any(around.covers(span) for around in outer.content) for span in (inner.cue, *inner.content)
    )


def _fragment_of(whole: Attribution, part: Attribution) -> bool:
    """Whether *part* is the quoted fragment of a mixed report that *whole* has with the same cue and source."""
    for one, other in ((whole.cue, part.cue), (whole.source, part.source)):
        if one is None or other is None or not one.overlaps(other):
            return False
    covering = [around for span in part.content for around in whole.content if around.covers(span)]
    longer = sum(a.end - a.start for a in whole.content) - sum(s.end - s.start for s in part.content)
    return len(covering) == len(part.content) and longer >= _MORE


def _likeness(a: Sequence[Span], b: Sequence[Span]) -> float:
    """Characters that two contents share, by those that either has (Jaccard)."""
    shared = sum(max(0, min(x.end, y.end) - max(x.start, y.start)) for x in a for y in b)
    total = sum(x.end - x.start for x in (*a, *b)) - shared
    return shared / total if total else 0.0


def _completed(attribution: Attribution, rule: Attribution, learnt: _Taken) -> Attribution:
    """*attribution* with what *rule* knows of the same words: a source that it lacks, more pieces, who relayed it."""
    alike = _likeness(rule.content, attribution.content) >= _ALIKE
    more = [span for span in rule.content if not learnt.sharing([span])] if rule.source is not None else []
    content = tuple(sorted({*attribution.content, *more}))
    done = replace(attribution, content=content, reported_by=rule.reported_by, kind=rule.kind, words=rule.words)
    if attribution.source is None and rule.source is not None and alike:
        done = replace(done, source=rule.source)
    if rule.cue is not None and (attribution.cue is None or rule.cue.overlaps(attribution.cue)):
        # A cue that reaches to the content holds what the verb needs: *voiced their opposition to*.
        reaches = (
            attribution.cue is not None
            and attribution.cue.covers(rule.cue)
            and (rule.cue.end < attribution.cue.end < content[0].start)
        )
        cue = attribution.cue if reaches else rule.cue
        done = replace(done, cue=cue, lemma=rule.lemma, clause=rule.clause, finite=rule.finite)
    return done


class _Taken:
    """Which of some attributions have content (or, with *cues*, their cue) in common with given spans."""

    def __init__(self, attributions: Sequence[Attribution], *, cues: bool = False) -> None:
        self._spans = sorted(
            (span, index)
            for index, a in enumerate(attributions)
            for span in (a.content if not cues else (a.cue,) if a.cue else ())
        )
        self._starts = [span.start for span, _ in self._spans]
        # Contents nest, so ends are not in order; the furthest end so far is.
        self._reach: list[int] = []
        for span, _ in self._spans:
            self._reach.append(max(span.end, self._reach[-1] if self._reach else 0))

    def sharing(self, content: Sequence[Span]) -> list[int]:
        """The indices of the attributions that share a character with *content*."""
        found: set[int] = set()
        for span in content:
            low, high = bisect_right(self._reach, span.start), bisect_left(self._starts, span.end)
            found.update(index for other, index in self._spans[low:high] if other.overlaps(span))
        return sorted(found)


class _Reading:
    """Turns the encoder's tokens into spans of the text."""

    def __init__(self, doc: Doc, text: str, regions: Sequence[Region], tags: Sequence[str]) -> None:
        self._doc = doc
        self._tags = tags
        self._text = text
        self._regions = regions
        self._starts = [region.start for region in regions]
        begins, lengths, opens = doc.to_array(["IDX", "LENGTH", "SENT_START"]).astype(np.int64).T
        self._begins: list[int] = begins.tolist()
        self._ends: list[int] = (begins + lengths).tolist()
        self._sentences: list[int] = np.flatnonzero(opens == 1).tolist()

    def _sentence(self, token: int) -> _Tokens:
        """The tokens of the sentence of *token*."""
        at = bisect_right(self._sentences, token)
        end = self._sentences[at] if at < len(self._sentences) else len(self._begins)
        return self._sentences[at - 1] if at else 0, end

    def attribution(
        self, content: Sequence[_Tokens], cue: _Tokens | None, source: _Tokens | None, score: float
    ) -> Attribution | None:
        """The attribution of these tokens; None where no content is left."""
        anchor = cue or source or content[0]
        low, high = self._sentence(anchor[0])
        # So does the source, where there is a cue.
        if cue is not None and source is not None and not low <= source[0] < high:
            source = None
        # Unquoted words belong to the sentence of their cue; the linker, which looks further, is wrong there.
        pieces = [
            span
            for piece in (self._with_object(piece, cue, source) for piece in content)
            if low <= piece[0] < high or self.quoted([self._characters(piece)])
            for span in [self._held(self._characters(piece))]
        ]
        spans = self._merged(pieces)
        if not spans or (len(spans) == 1 and self._text[slice(*spans[0])].lower() in _RELATIVE):
            return None
        cue_span = self._characters(cue) if cue else None
        if cue_span is not None and any(span.covers(cue_span) for span in spans):
            return None  # “I asked and he said no,” she recalled: what stands inside reports no more than itself
        source = self._headed(source, cue) if source is not None else None
        source_span = strip_span(self._text, *self._characters(source), _AROUND_SOURCE) if source else None
        if source_span is not None:
            source_span = self._whole(source_span)
        lemma, verb = self._cue_verb(cue) if cue else (None, None)
        return Attribution(
            content=spans,
            cue=cue_span,
            lemma=lemma,
            source=source_span if source_span and source_span.start < source_span.end else None,
            clause=self._clause(cue_span or source_span or spans[0], spans),
            paragraph=0,
            rule="encoder",
            score=round(score, 4),
            kind=verb.kind if verb is not None else "thought",
        )

    def _with_object(self, piece: _Tokens, cue: _Tokens | None, source: _Tokens | None) -> _Tokens:
        """*piece* from the object of the cue on where it is but the object's complement, and the cue lacks the object:
        *voiced (their opposition to) the plan*, which turns into its contrary without."""
        if cue is None or piece[0] <= cue[1]:
            return piece
        root = next((token for token in self._doc[slice(*piece)] if not piece[0] <= token.head.i < piece[1]), None)
        if root is None or root.dep_ != "nmod":
            return piece
        noun = root.head
        start = noun.left_edge.i
        of_cue = noun.dep_ == "obj" and cue[0] <= noun.head.i < cue[1]
        apart = source is None or source[1] <= start or piece[0] <= source[0]
        return (start, piece[1]) if of_cue and cue[1] <= start and noun.i < piece[0] and apart else piece

    def edged(self, attribution: Attribution, rule: Attribution, ruled: Sequence[Attribution]) -> Attribution:
        """*attribution* with the edges of *rule*, which reads the same cue, where grammar leaves no doubt.

        Its content goes on with a clause of *who* and with further members of a list; it stops where the same source
        reports something else (*said X, calling on Y*), and doesn't begin with the time of the cue (*said earlier X*).
        """
        cue = attribution.cue
        if cue is None or rule.cue is None or not rule.cue.overlaps(cue) or not rule.content:
            return attribution
        *first, (start, end) = attribution.content
        low, high = rule.content[-1]
        if not (start < high and low < end):
            return attribution
        reported = any(
            other.cue is not None and high <= other.cue.start < other.cue.end <= end and other.source == rule.source
            for other in ruled
        )
        if (end < high and self._goes_on(end, high)) or (high < end and (reported or self._leaves(high, end, rule))):
            end = high
        if not first and (
            (start < low and self._text[start:low].strip().lower() in _TIMES) or self._opened(low, start, end, rule)
        ):
            start = low
        return replace(attribution, content=(*first, Span(start, end)))

    def _opened(self, low: int, start: int, end: int, rule: Attribution) -> bool:
        """Whether words from *start* on are the rest of a sentence from *low* on that a cue at its end reports whole.

        *X happened, a week after Y, agencies reported*: what the cue follows is no aside to an assertion of the writer.
        """
        cue, source = rule.cue, rule.source
        if cue is None or source is None or not low < start < end <= source.start < cue.start:
            return False
        token = self._doc.char_span(low, start, alignment_mode="expand")
        if token is None or self._begins[self._sentence(token.start)[0]] != low:
            return False
        if self._text[low:start].rstrip()[-1:] != ",":
            return False
        return self._text[end : source.start].strip() == "," and not self.quoted([Span(low, end)])

    def _goes_on(self, start: int, end: int) -> bool:
        """Whether the words between are part of the phrase before: *, who …*; *, the first, and the second*; what goes
        on behind an aside between dashes, *the ban – a first – as a mistake*."""
        rest = self._text[start:end]
        if _ASIDE.match(rest):
            return True
        if not rest.startswith(","):
            return False
        words = rest[1:].split()
        if words and words[0].lower() in ("who", "whose", "whom"):
            return True
        tokens = self._doc.char_span(start, end, alignment_mode="expand")
        finite = tokens is None or any(self._tags[token.i] in FINITE for token in tokens)
        return not finite and _LISTED.search(rest) is not None

    def _leaves(self, start: int, end: int, rule: Attribution) -> bool:
        """Whether the words between are no part of the content: *without giving …*; the time of an act on a thing."""
        words = self._text[start:end].split()
        if len(words) > 1 and words[0] == "without" and words[1].endswith("ing"):
            return True
        thing = rule.rule.startswith("n:")
        return thing and any(date.start - start <= 1 and date.end == end for date in self._dates_from(start))

    def _dates_from(self, start: int) -> Sequence[TimeExpression]:
        dates: list[TimeExpression] = self._doc._.dates
        low = bisect_left(dates, start, key=lambda date: date.start)
        return dates[low : low + 1]

    def _headed(self, source: _Tokens, cue: _Tokens | None) -> _Tokens:
        """*source* with the rest of its name where it ends inside one: *U.S.* of *U.S. presidential candidate Lee*.

        What goes on is what the tree ties to it by qualifying and naming alone, without a mark between.
        """
        last = self._top(self._doc[source[1] - 1], _QUALIFYING)
        end = source[1]
        limit = cue[0] if cue is not None and cue[0] >= end else self._sentence(last.i)[1]
        while end < limit and not self._doc[end].is_punct:
            top = self._top(self._doc[end], _QUALIFYING | _NAMING)
            if not (source[0] <= top.i < source[1] or top.i == last.i):
                break
            end += 1
        return (source[0], end) if end > last.i else source

    @staticmethod
    def _top(token: Token, relations: Set[str]) -> Token:
        """What *token* hangs on at last when only *relations* are followed."""
        while token.dep_ in relations and token.head.i != token.i:
            token = token.head
        return token

    def _whole(self, span: Span) -> Span:
        """*span* with the rest of a hyphenated word at whose first part it ends: *Park Ji-won*."""
        rest = _HYPHENATED.match(self._text, span.end)
        return Span(span.start, rest.end()) if rest else span

    def quoted(self, content: Sequence[Span]) -> bool:
        """Whether any of *content* stands in quotation marks."""
        for span in content:
            first = max(0, bisect_left(self._starts, span.start) - 1)
            if any(span.overlaps(region.span) for region in self._regions[first : bisect_left(self._starts, span.end)]):
                return True
        return False

    def _characters(self, tokens: _Tokens) -> Span:
        return Span(self._begins[tokens[0]], self._ends[tokens[1] - 1])

    def _letters(self, start: int, end: int) -> int:
        return sum(char.isalnum() for char in self._text[start:end])

    def _held(self, span: Span) -> Span:
        """*span* widened to whole quotations where it holds most of one."""
        start, end = span
        first = max(0, bisect_left(self._starts, span.start) - 1)
        for region in self._regions[first : bisect_left(self._starts, span.end)]:
            low, high = max(region.start, span.start), min(region.end, span.end)
            if low < high and self._letters(low, high) >= _MOST * self._letters(region.start, region.end):
                start, end = min(start, region.start), max(end, region.end)
        return Span(start, end)

    def _merged(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """*spans* in order, those that overlap or have only white space between them made one."""
        merged: list[Span] = []
        for span in sorted(strip_span(self._text, *span) for span in spans):
            if span.start == span.end:
                continue
            if merged and (span.start <= merged[-1].end or self._text[merged[-1].end : span.start].isspace()):
                merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
            else:
                merged.append(span)
        return tuple(merged)

    def _cue_verb(self, cue: _Tokens) -> tuple[str | None, CueVerb | None]:
        """The lemma of the cue's last verb (its words where it has none), and the reporting verb that it is."""
        tokens = [token for token in self._doc[cue[0] : cue[1]] if token.text[:1].isalnum()]
        verbal = [token for token in tokens if token.tag_.startswith("VB")]
        if not verbal:
            return " ".join(token.lower_ for token in tokens[:4]) or None, None
        head = verbal[-1]
        known = verbs().get(head.lower_, ())
        return (head.lemma_ or head.lower_).lower(), known[-1] if known else None

    def _clause(self, anchor: Span, content: Sequence[Span]) -> Span:
        """The sentence around *anchor* as far as no content cuts it: where the day and the channel stand."""
        token = self._doc.char_span(anchor.start, anchor.end, alignment_mode="expand")
        low, high = anchor
        if token is not None:
            first, end = self._sentence(token.start)
            low, high = min(low, self._begins[first]), max(high, self._ends[end - 1])
        for span in content:
            if span.end <= anchor.start:
                low = max(low, span.end)
            elif span.start >= anchor.end:
                high = min(high, span.start)
        return Span(low, high)
