"""The persons of an article as a reader keeps them in mind: who has which sex, which of two is meant by a surname,
and whom *he said* and *she said* go back to.

A pronoun goes back to the nearest sentence of the article's own words that names a person it fits: to the only one, or
to its subject. Where somebody without a name stands in between (*one woman*, *a guard*) it goes back to nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

from pipeline import lexicon
from pipeline.annotations import Entity, Mention
from pipeline.naming import fold, name_parts
from pipeline.stages.quotes.regions import Region
from pipeline.stages.quotes.wordlists import word_set
from pipeline.text import Span

#: Pronouns for one person in every role, with the sex they show.
SEXES: Final = {
    "he": "m", "him": "m", "his": "m", "himself": "m",
    "she": "f", "her": "f", "hers": "f", "herself": "f",
}  # fmt: skip
# Sentences of the article's own words, and characters, that a pronoun looks back over.
_SENTENCES: Final = 4
_REACH: Final = 2500
# Characters at a sentence's beginning within which its subject is named.
_BEGINS: Final = 30
# Characters around a name in which a word for its bearer's sex may stand.
_NEAR: Final = 60
_TITLE: Final = re.compile(r"(?<!\w)(\w+)\.?\s+$")
_TITLES: Final = {
    "Mr": "m", "Sir": "m", "Lord": "m", "King": "m", "Prince": "m", "Father": "m", "Brother": "m", "Pope": "m",
    "Sheikh": "m", "Imam": "m", "Uncle": "m",
    "Mrs": "f", "Ms": "f", "Miss": "f", "Mme": "f", "Madame": "f", "Madam": "f", "Lady": "f", "Dame": "f", "Queen": "f",
    "Princess": "f", "Sister": "f", "Aunt": "f",
}  # fmt: skip
_MALE: Final = word_set("male")
_FEMALE: Final = word_set("female")
# His wife, the lawyer [X]; his aunt, [X]; actress [X]: only such words may stand between.
_KIN_BEFORE: Final = re.compile(
    r"(?<![\w-])([\w-]+)(?:,?(?:\s+(?:the|a|an))?(?:\s+[a-z-]+){0,3}),?\s*(?:[A-Z]\w*\.?\s+){0,2}$"
)
_RIGHT_BEFORE: Final = re.compile(r"(?<![\w-])([a-z-]+)\s+$")
# [X], a 19-year-old actress from …; [X] – mother of three –
_KIN_AFTER: Final = re.compile(r"^\s?[,(–—-]\s?(?:(?:the|a|an|his|her|their)\s+)?((?:[\w-]+\s+){0,4}?[\w-]+)\b")
_DESCRIBES: Final = frozenset({",", "–", "—", "-", "(", "is", "was", ", who is", ", who was"})
_UNNAMED: Final = re.compile(
    r"(?<![\w-])(?:an?|one|another|the|his|her|their|its|my|some|this|that)\s+(?:[\w’'-]+\s+){0,3}?([\w-]+)\b",
    re.IGNORECASE,
)


class People:
    """Answers for one article. Costs at most a bounded look back for each question.

    Args:
        text: the article.
        mentions: by start.
        entities: of the article.
        sentences: in order, as characters.
        regions: what stands in quotation marks, by start.
    """

    def __init__(
        self,
        text: str,
        mentions: Sequence[Mention],
        entities: Sequence[Entity],
        sentences: Sequence[Span],
        regions: Sequence[Region],
    ) -> None:
        self.text = text
        self._sentences = sentences
        self._sentence_starts = [span.start for span in sentences]
        self._regions = [region.span for region in regions if region.depth == 1]
        self._region_starts = [span.start for span in self._regions]
        persons = {m.chain for m in mentions if m.label == "PERSON" and m.chain is not None}
        self._names = {e.chain: (e.name, *e.aliases) for e in entities if e.chain in persons}
        self._first: dict[int, int] = {}
        self._sex: dict[int, str] = {}
        self._bare: dict[str, set[int]] = {}
        self._by_last: dict[str, list[int]] = {}
        for chain, names in self._names.items():
            for last in {parts[-1] for name in names if len(parts := name_parts(name)) > 1}:
                self._by_last.setdefault(last, []).append(chain)
        self.mentions: list[tuple[Mention, int]] = []
        for mention in mentions:
            named = mention.kind == "name" and mention.label == "PERSON"
            meant = self._named(mention) if named else mention.chain
            if meant is None or meant not in persons:
                continue
            if named:
                self._note(mention, meant)
            self.mentions.append((mention, meant))
        self._starts = [mention.start for mention, _ in self.mentions]

    # ------------------------------------------------------------------------------------------------------- names

    def _named(self, mention: Mention) -> int | None:
        """Whom a name means: its chain, or, for a surname that two bear, the one of them that the text has named."""
        parts = name_parts(mention_words := self.text[mention.start : mention.end])
        if mention.chain is not None or len(parts) != 1 or not mention_words:
            return mention.chain
        fits = [chain for chain in self._by_last.get(parts[0], ()) if chain in self._first]
        shown = self._titled(mention)
        if shown:
            fits = [chain for chain in fits if self._sex.get(chain, shown) == shown]
        if len(fits) > 1:
            fits = [chain for chain in fits if chain in self._bare.get(parts[0], ())]
        return fits[0] if len(fits) == 1 else None

    def _note(self, mention: Mention, chain: int) -> None:
        self._first.setdefault(chain, mention.start)
        words = self.text[mention.start : mention.end]
        parts = name_parts(words)
        if len(parts) == 1:
            self._bare.setdefault(parts[0], set()).add(chain)
        if chain in self._sex:
            return
        shown = self._titled(mention) or self._described(mention)
        if not shown and len(parts) > 1:
            given = lexicon.table("given_names").get(fold(words.split()[0]), "")
            shown = given if given in ("m", "f") else ""
        if shown:
            self._sex[chain] = shown

    def _titled(self, mention: Mention) -> str:
        found = _TITLE.search(self.text, max(0, mention.start - 15), mention.start)
        return _TITLES.get(found[1], "") if found else ""

    def _described(self, mention: Mention) -> str:
        """The sex that the words beside a name show: *his wife, [X]*, *[X], a mother of three*."""
        before = _KIN_BEFORE.search(self.text[max(0, mention.start - _NEAR) : mention.start])
        after = _KIN_AFTER.match(self.text[mention.end : mention.end + _NEAR])
        # Right before the name first: in "said widow [X]" the pattern begins at the verb.
        words = _RIGHT_BEFORE.findall(self.text[max(0, mention.start - _NEAR) : mention.start])
        words += [before[1]] if before else []
        words += after[1].split() if after else []
        for word in words:
            lower = word.lower()
            if lower in _FEMALE or lower.split("-")[0] in ("mother", "mum", "mom"):
                return "f"
            if lower in _MALE or lower.split("-")[0] in ("father", "dad"):
                return "m"
        return ""

    def fits(self, chain: int, sex: str) -> bool:
        """Whether nothing speaks against that person being of that sex."""
        return self._sex.get(chain, sex) == sex

    def introduced(self, chain: int, position: int) -> bool:
        """Whether the text has named that person before *position*."""
        return self._first.get(chain, position) < position

    def aged(self, years: str, position: int) -> int | None:
        """The only person named before *position* whose age stands behind the name: *Ann Smith, 44, …*."""
        age = re.compile(rf"\s?[,(]\s?(?:aged\s)?{years}\s?[,.);]")
        named = self.mentions[: bisect_left(self._starts, position)]
        found = {chain for mention, chain in named if mention.kind == "name" and age.match(self.text, mention.end)}
        return found.pop() if len(found) == 1 else None

    def surname(self, start: int, end: int) -> int | None:
        """Whom the name at these characters means, where it ends there; None where it is no person's or two may be."""
        low = bisect_left(self._starts, start)
        for mention, chain in self.mentions[low : bisect_right(self._starts, end)]:
            if mention.end == end and mention.kind == "name":
                return chain
        return None

    def remember(self, source: Span, chain: int) -> None:
        """Take the words of a source as a mention of the person that they turned out to be."""
        index = bisect_left(self._starts, source.start)
        if any(mention.start < source.end for mention, _ in self.mentions[index : index + 1]):
            return
        self.mentions.insert(index, (Mention(source.start, source.end, "PERSON", "nominal", chain), chain))
        self._starts.insert(index, source.start)

    def handle(self, handle: str) -> int | None:
        """Whose handle it is by his name: *@MariaKellerMP* of Maria Keller."""
        letters = "".join(char for char in fold(handle).casefold() if char.isalpha())
        found = {
            chain
            for chain, names in self._names.items()
            for name in names
            if len(parts := name_parts(name)) > 1 and parts[0] + parts[-1] in letters
        }
        return found.pop() if len(found) == 1 else None

    # ---------------------------------------------------------------------------------------------------- pronouns

    def quoted(self, start: int, end: int) -> bool:
        """Whether these characters stand in quotation marks."""
        index = bisect_right(self._region_starts, start) - 1
        return index >= 0 and self._regions[index].end >= end

    def back(self, position: int, sex: str, speaking: int | None) -> tuple[int | None, bool]:
        """Whom a pronoun of *sex* at *position* goes back to, and whether the look back met with doubt.

        *speaking* is who spoke last: of two persons in one sentence, he or she is meant.
        """
        index = bisect_right(self._sentence_starts, position) - 1
        told = 0
        limit = position
        while index >= 0 and told < _SENTENCES and position - self._sentence_starts[index] < _REACH:
            sentence = self._sentences[index]
            index -= 1
            stretch = Span(sentence.start, min(sentence.end, limit))
            if not self._told(stretch):
                continue
            told += 1
            here = self._persons(stretch, sex)
            unnamed = self._unnamed(stretch, sex)
            if here and self._taken_up(stretch.start, here[0][0].start, sex):
                # “He thanked Olsen”: the subject goes further back, and Olsen is another.
                here = []
            if here:
                first = here[0]
                chains = {chain for _, chain in here}
                if unnamed is not None and unnamed < first[0].start:
                    return None, True
                if len(chains) == 1:
                    only_of = all(self._possessive(mention) for mention, _ in here)
                    return (None, True) if only_of else (first[1], False)
                if speaking in chains:
                    return speaking, False
                if not self._possessive(first[0]) and first[0].start - stretch.start < _NEAR:
                    return first[1], False
                return None, True
            if unnamed is not None:
                return None, True
        return None, False

    def subject_before(self, position: int) -> int | None:
        """The only person named in the sentence right before *position*, where it begins with the name; else None."""
        index = bisect_left(self._sentence_starts, position) - 1
        while (
            index >= 0
            and not self.text[self._sentences[index].start : min(self._sentences[index].end, position)].strip()
        ):
            index -= 1
        if index < 0:
            return None
        stretch = Span(self._sentences[index].start, min(self._sentences[index].end, position))
        if self._own(stretch) != [stretch]:
            return None
        low, high = bisect_left(self._starts, stretch.start), bisect_left(self._starts, stretch.end)
        named = self.mentions[low:high]
        if len({chain for _, chain in named}) != 1 or self._possessive(named[0][0]):
            return None
        return named[0][1] if named[0][0].start - stretch.start < _BEGINS else None

    def asked(self, position: int) -> bool:
        """Whether the words right before *position* are a question of the article's own."""
        before = self.text[max(0, position - 300) : position].rstrip()
        end = max(0, position - 300) + len(before)
        return before.endswith("?") and not self.quoted(end - 1, end)

    def _taken_up(self, start: int, end: int, sex: str) -> bool:
        """Whether a pronoun of *sex* stands as a subject outside quotation marks between two places."""
        pronoun = "he" if sex == "m" else "she"
        return any(
            not self.quoted(start + found.start(), start + found.end())
            for found in re.finditer(rf"\b{pronoun}\b", self.text[start:end], re.IGNORECASE)
        )

    def _told(self, stretch: Span) -> bool:
        """Whether a sentence has words of its own outside quotation marks."""
        return any(True for _ in self._own(stretch))

    def _own(self, stretch: Span) -> list[Span]:
        """The parts of a sentence outside quotation marks, those without a letter left out."""
        parts: list[Span] = []
        position = stretch.start
        index = max(0, bisect_right(self._region_starts, stretch.start) - 1)
        for region in self._regions[index : bisect_left(self._region_starts, stretch.end)]:
            if region.end <= position:
                continue
            parts.append(Span(position, max(position, region.start)))
            position = region.end
        parts.append(Span(position, max(position, stretch.end)))
        return [part for part in parts if any(char.isalpha() for char in self.text[part.start : part.end])]

    def _persons(self, stretch: Span, sex: str) -> list[tuple[Mention, int]]:
        low, high = bisect_left(self._starts, stretch.start), bisect_left(self._starts, stretch.end)
        return [
            (mention, chain)
            for mention, chain in self.mentions[low:high]
            if mention.kind != "pronoun" and self.fits(chain, sex) and not self.quoted(mention.start, mention.end)
        ]

    def _possessive(self, mention: Mention) -> bool:
        return self.text[mention.end : mention.end + 2] in ("'s", "’s") or self.text[mention.end - 2 : mention.end] in (
            "'s",
            "’s",
        )

    def _unnamed(self, stretch: Span, sex: str) -> int | None:
        """Where a person without a name stands in a sentence: *one woman*, *the candidate*, *his aide*."""
        roles, persons = lexicon.table("role_nouns"), word_set("persons")
        other = _FEMALE if sex == "m" else _MALE
        for part in self._own(stretch):
            for found in _UNNAMED.finditer(self.text, part.start, part.end):
                noun = found[1].lower()
                if noun in other or (noun not in persons and noun not in roles and noun not in _FEMALE | _MALE):
                    continue
                following = self.text[found.end() : found.end() + 2]
                if following in ("'s", "’s") or self._stands_for(found.start(), found.end()):
                    continue
                return found.start()
        return None

    def _stands_for(self, start: int, end: int) -> bool:
        """Whether the phrase is a mention of somebody named, or describes the name right before or after it."""
        low = bisect_left(self._starts, start)
        for mention, _ in self.mentions[low : low + 1]:
            between = self.text[end : mention.start]
            if mention.start < end or not between.strip() or (mention.start - end < 80 and between.endswith(", ")):
                return True
        return any(
            self.text[mention.end : start].strip() in _DESCRIBES for mention, _ in self.mentions[max(0, low - 1) : low]
        )
