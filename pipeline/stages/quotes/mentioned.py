"""The mentions of an article by their place, and which of them is the head of a phrase."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from pipeline import lexicon
from pipeline.annotations import Mention
from pipeline.text import Span

_HEAD_END: Final = re.compile(
    r",|\s[–—-]+\s|\s(?:who|which|that|about|after|against|among|as|at|behind|between|by|during|for|from|in|inside|near|"
    r"of|on|outside|over|to|under|with|within|without)\s"
)
# Words of a title before a name.
_LONGEST_TITLE: Final = 4
_ARTICLE: Final = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)


class Mentioned:
    """Mentions that have a chain, by start.

    Args:
        text: the article.
        mentions: by start, each with a chain.
        times: the places of its time expressions, by start.
    """

    def __init__(self, text: str, mentions: Sequence[Mention], times: Sequence[Span]) -> None:
        self.text = text
        self.mentions = mentions
        self._starts = [mention.start for mention in mentions]
        self._times = times
        self._time_starts = [span.start for span in times]

    def within(self, span: Span) -> list[Mention]:
        """Mentions inside *span*, by start."""
        found: list[Mention] = []
        for index in range(bisect_left(self._starts, span.start), len(self.mentions)):
            mention = self.mentions[index]
            if mention.start >= span.end:
                break
            if mention.end <= span.end:
                found.append(mention)
        return found

    def exactly(self, span: Span) -> Mention | None:
        """The mention at *span*, if there is one."""
        return next((m for m in self.within(span) if m.start == span.start and m.end == span.end), None)

    def possessive(self, mention: Mention) -> bool:
        """Whether it stands in the possessive: *Keller's*."""
        return "'s" in (self.text[mention.end : mention.end + 2].replace("’", "'"),
                        self.text[mention.end - 2 : mention.end].replace("’", "'"))  # fmt: skip

    def back(self, position: int) -> int:
        """The end of the words before *position*, past white space, a comma and a bracket."""
        while position > 0 and (self.text[position - 1].isspace() or self.text[position - 1] in ",("):
            position -= 1
        return position

    def ending_at(self, end: int) -> int | None:
        """The chain of the mention that ends at *end*, the widest of several."""
        low = bisect_left(self._starts, end - 200)
        best: Mention | None = None
        for mention in self.mentions[low : bisect_left(self._starts, end)]:
            if mention.end == end and (best is None or mention.start < best.start):
                best = mention
        return best.chain if best else None

    def starting_at(self, start: int) -> int | None:
        """The chain of the mention that starts at *start*, the widest of several."""
        index = bisect_left(self._starts, start)
        fits = [mention for mention in self.mentions[index : index + 4] if mention.start == start]
        return max(fits, key=lambda mention: mention.end).chain if fits else None

    def core(self, source: Span) -> Span:
        """A phrase without what follows its head, and without a time: *the leader of the bloc* -> *the leader*."""
        words = source.of(self.text)
        found = _HEAD_END.search(words)
        words = words[: found.start()] if found and found.start() else words
        # An abbreviation at its end: Popular Mobilization Forces (PMF)
        if words.endswith(")") and " (" in words:
            words = words[: words.rindex(" (")]
        core = Span(source.start, source.start + len(words))
        index = bisect_left(self._time_starts, core.end) - 1
        if index >= 0 and self._times[index].start > core.start and self._times[index].end >= core.end:
            core = Span(core.start, core.start + len(self.text[core.start : self._times[index].start].rstrip()))
        return core

    def bare(self, core: Span) -> Span:
        """*core* without its article."""
        found = _ARTICLE.match(self.text, core.start, core.end)
        return Span(found.end(), core.end) if found else core

    def head(self, source: Span, core: Span) -> Mention | None:
        """The mention that a phrase is: it covers the phrase, ends its core, or stands in apposition to it."""
        inside = self.within(source)
        bare = self.bare(core)
        # A mention that covers the phrase as a whole, or up to its apposition.
        wide = [m for m in inside if m.start <= bare.start and m.end >= core.end]
        if wide:
            return min(wide, key=lambda m: (m.end - m.start, m.end))
        at_end = [m for m in inside if m.end == core.end and m.start >= core.start]
        if at_end:
            best = min(at_end, key=lambda m: m.start)
            return None if self._joined(core, best) else best
        return self._apposition(source, inside)

    def _apposition(self, source: Span, inside: Sequence[Mention]) -> Mention | None:
        """The person whom an apposition names: *the prime minister, X*, *the leader of the bloc, X*."""
        head = self.core(source)
        if any(m.kind == "name" and m.label == "PERSON" and not self.possessive(m) for m in self.within(head)):
            return None
        role = re.split(r"\W+", head.of(self.text).lower())[-1] in lexicon.table("role_nouns")
        comma = self.text.find(",", head.end, source.end)
        while comma != -1:
            start = comma + 1
            while start < source.end and self.text[start].isspace():
                start += 1
            # What is called a leader is a person, whatever the name looks like.
            named = [
                m
                for m in inside
                if m.start == start and m.kind == "name" and (m.label == "PERSON" or (role and m.label == "ORG"))
            ]
            if named:
                return max(named, key=lambda m: m.end)
            titled = self._behind_title(start, source.end, inside)
            if titled is not None and not head.of(self.text).lower().endswith("s"):
                return titled
            # Past a comma only where the phrase before it was a complement: the leader of the bloc, X
            if any(m.kind == "name" and m.label == "PERSON" for m in self.within(Span(head.end, comma))):
                return None
            comma = self.text.find(",", start, source.end)
        return None

    def _behind_title(self, start: int, end: int, inside: Sequence[Mention]) -> Mention | None:
        """The person whose title stands at *start*, of whom alone the apposition tells: *…, Gov. Mike Pence*."""
        person = next((m for m in inside if m.start > start and m.kind == "name" and m.label == "PERSON"), None)
        if person is None or self.possessive(person) or self.text[person.end : end].lstrip()[:1] not in ("", ",", "("):
            return None
        words = self.text[start : person.start].split()
        title = words[-1].rstrip(".").lower() in lexicon.words("person_titles") if words else False
        return person if title and len(words) <= _LONGEST_TITLE and all(w[:1].isupper() for w in words) else None

    def _joined(self, core: Span, mention: Mention) -> bool:
        """Whether the mention is the last of several joined by *and*, so that it alone isn't the speaker."""
        before = self.text[core.start : mention.start].lower().split()
        return "and" in before or "or" in before or "&" in before
