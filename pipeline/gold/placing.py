"""Where the words of annotations stand in the text: the occurrence that is meant, to the character."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NoReturn

from pipeline.gold.records import ELLIPSIS, ORDER, Gold, GoldEntity, GoldError, Mark, Placed, Words
from pipeline.text import Span


def place(gold: Gold, text: str) -> Placed:
    """The annotations of *gold* in their places in *text*: the article's clean text, to which all offsets refer.

    Raises GoldError, with the line, where words don't stand in *text*, or a number is missing or too high.
    """
    finder = Finder(gold.path, text)
    names, references = _place_entities(gold, finder)
    dates = [
        Mark(
            (finder.one(date.words),), {"value": date.value, "type": date.type}, date.optional, date.words.line
        )
        for date in gold.dates
    ]  # fmt: skip
    quotes = []
    for quote in gold.quotes:
        spans = finder.pieces(quote.contents)
        cue = finder.nearest(quote.cue, spans) if quote.cue else None
        source = finder.nearest(quote.source, (cue,) if cue else spans) if quote.source else None
        about = {"kind": quote.kind, "cue": cue, "source": source, "speaker": quote.speaker}
        quotes.append(Mark(spans, about, quote.optional, quote.line))
    claims = [
        Mark(
            finder.pieces(claim.contents),
            {"kind": claim.kind, "claimant": claim.claimant, "polarity": claim.polarity, "modality": claim.modality},
            claim.optional,
            claim.line,
        )
        for claim in gold.claims
    ]
    aliases = {
        entity.name: frozenset({entity.name, *(form.words for form in entity.forms)}) for entity in gold.entities
    }
    return Placed(
        _by_start(names), _by_start(references), _by_start(dates), _by_start(quotes), _by_start(claims), aliases
    )


def _by_start(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple(sorted(marks, key=lambda mark: (mark.spans[0].start, mark.spans[-1].end)))


def _place_entities(gold: Gold, finder: Finder) -> tuple[list[Mark], list[Mark]]:
    """Names, the longest first where they overlap, and references."""
    wanted: list[tuple[Span, GoldEntity, bool]] = []
    references: list[Mark] = []
    for entity in gold.entities:
        about = {"label": entity.label, "entity": entity.name}
        for form in entity.forms:
            # The name itself need not stand in the text: an article may call Maria Keller only Keller.
            places = finder.all(form, required=form.words != entity.name or bool(form.numbers))
            wanted += [(span, entity, bool(form.numbers)) for span in places]
        for form in entity.references:
            references += [Mark((span,), about, entity.optional, form.line) for span in finder.all(form)]
    wanted.sort(key=lambda item: (item[0].start - item[0].end, not item[2], item[0].start))
    taken = bytearray(len(finder.text))
    names: list[Mark] = []
    for span, entity, _ in wanted:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            names.append(Mark((span,), {"label": entity.label, "entity": entity.name}, entity.optional, entity.line))
    return names, references


class Finder:
    """Where words stand in a text, as whole words."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._known: dict[str, list[Span]] = {}

    def fail(self, words: Words, message: str) -> NoReturn:
        shown = words.words.replace("\0", f" {ELLIPSIS} ")
        shown = shown if len(shown) < 80 else f"{shown[:77]}…"
        raise GoldError(f"{self.path}, line {words.line}: {shown!r} {message}")

    def occurrences(self, words: str) -> list[Span]:
        """Every place of *words*, in order; with an ellipsis from each first part to the nearest last part."""
        if words not in self._known:
            first, *rest = words.split("\0")
            spans = self._part(first)
            for part in rest:
                ends = self._part(part)
                starts = [span.start for span in ends]
                joined = []
                for span in spans:
                    index = bisect_right(starts, span.end - 1)
                    if index < len(ends):
                        joined.append(Span(span.start, ends[index].end))
                spans = joined
            self._known[words] = spans
        return self._known[words]

    def _part(self, words: str) -> list[Span]:
        """Where *words* stand as whole words; where they never do, wherever they stand."""
        body = r"\s+".join(re.escape(word) for word in words.split())
        before = r"(?<!\w)" if re.match(r"\w", words) else ""
        after = r"(?!\w)" if re.match(r"\w", words[-1:]) else ""
        # Looking ahead, so that occurrences may overlap: of "no no no" two are "no no".
        found = re.finditer(f"{before}(?=({body}){after})", self.text)
        return [Span(*match.span(1)) for match in found] or [
            Span(*match.span(1)) for match in re.finditer(f"(?=({body}))", self.text)
        ]

    def all(self, words: Words, required: bool = True) -> list[Span]:
        """The occurrences that *words* names, all where it names none."""
        found = self.occurrences(words.words)
        if not found and required:
            self.fail(words, "doesn't stand in the text. Write the words exactly as they stand there.")
        return [self._numbered(words, found, number) for number in words.numbers] if words.numbers else found

    def _numbered(self, words: Words, found: Sequence[Span], number: int) -> Span:
        if number > len(found):
            self.fail(words, f"stands {len(found)} times in the text, so there is no #{number}.")
        return found[number - 1]

    def one(self, words: Words) -> Span:
        """The one place of *words*. Without a number it is the first."""
        return self.all(words)[0]

    def pieces(self, contents: Sequence[Words]) -> tuple[Span, ...]:
        """The places of a content's pieces, in order, each nearest to the one that stands in the fewest places."""
        places = [self.all(words) for words in contents]
        rarest = min(range(len(places)), key=lambda index: (len(places[index]), -len(contents[index].words)))
        if len(places[rarest]) > 1:
            self.fail(contents[rarest], f"stands {len(places[rarest])} times in the text. Say which: #1, #2 …")
        found = {rarest: places[rarest][0]}
        for index in range(rarest + 1, len(places)):
            after = [span for span in places[index] if span.start >= found[index - 1].end]
            found[index] = after[0] if after else self.fail(contents[index], ORDER)
        for index in range(rarest - 1, -1, -1):
            before = [span for span in places[index] if span.end <= found[index + 1].start]
            found[index] = before[-1] if before else self.fail(contents[index], ORDER)
        return tuple(found[index] for index in range(len(places)))

    def nearest(self, words: Words, to: Sequence[Span]) -> Span:
        """The place of *words* that is meant beside the spans *to*: by its number, else the nearest outside them."""
        places = self.all(words)
        if words.numbers:
            return places[0]
        outside = [span for span in places if not any(span.overlaps(other) for other in to)] or places
        return min(outside, key=lambda span: (self._distance(span, to), span.start))

    def _distance(self, span: Span, to: Sequence[Span]) -> tuple[int, int]:
        """How far *span* is from *to*: between them, in a paragraph with one of them, elsewhere; then characters."""
        if to[0].end <= span.start and span.end <= to[-1].start:
            return 0, 0
        near = min(to, key=lambda other: _gap(span, other))
        between = self.text[min(span.end, near.end) : max(span.start, near.start)]
        return 1 + ("\n" in between), _gap(span, near)


def _gap(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


# ----------------------------------------------------------------------------------------------------------- writing
