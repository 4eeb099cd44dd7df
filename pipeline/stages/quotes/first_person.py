"""Who *I* and *we* are inside quotation marks: the speaker, and the body for which the speaker speaks.

The first person outside quotation marks (the article's author), *you*, and whoever is quoted inside a quotation without
a speaker of their own stay open.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from spacy.tokens import Doc

from pipeline import lexicon
from pipeline.annotations import Entity, Mention, Quote, QuotePiece
from pipeline.stages.quotes.regions import Region
from pipeline.tagging import words_of

_SINGULAR: Final = frozenset({"i", "me", "my", "mine", "myself"})
_PLURAL: Final = frozenset({"we", "us", "our", "ours", "ourselves"})
_BODIES: Final = ("ORG", "GPE")
# What is said of somebody who doesn't speak for a body, or for a part of it, or no longer.
_APART: Final = frozenset(
    {"ex", "former", "formerly", "late", "majority", "minority", "onetime", "one-time", "retired", "then"}
)
# The longest name that is looked for in a description, and the most of one that is read, in words.
_LONGEST: Final = 10
_READ: Final = 40


def first_person(
    doc: Doc, tags: Sequence[str], quotes: Sequence[Quote], entities: Sequence[Entity], regions: Sequence[Region]
) -> list[Mention]:
    """The first-person pronouns of *doc* inside quotation marks whose speaker is known, in order.

    A singular one is the speaker, where that is a person; a plural one is the organisation or the country that speaks,
    or the one organisation that the article says the person speaks for (its *head*, its *spokeswoman*). The score is
    that of the quote.

    Args:
        tags: a Penn tag for each token of *doc*.
        quotes: with the chain of each speaker.
        entities: those of the article.
        regions: its quotations by start, those inside another included (quotes are found without them).
    """
    if all(quote.speaker_chain is None for quote in quotes):
        return []
    of_chain = {entity.chain: entity for entity in entities}
    speaking = _by_region(quotes, regions)
    bodies = _spoken_for(entities, {quote.speaker_chain for quote in speaking.values()})
    starts = [region.start for region in regions]
    words = words_of(doc)
    spoken = {word for word in set(words) if word.lower() in _SINGULAR or word.lower() in _PLURAL}
    begins: list[int] = doc.to_array("IDX").tolist()
    found: list[Mention] = []
    for word, begin, tag in zip(words, begins, tags, strict=True):
        if word not in spoken or not _is_pronoun(word, tag):
            continue
        lower = word.lower()
        index = _innermost(regions, starts, begin)
        quote = speaking.get(index)
        speaker = of_chain.get(quote.speaker_chain) if quote is not None and quote.speaker_chain is not None else None
        if quote is None or speaker is None:
            continue
        chain = bodies.get(speaker.chain) if lower in _PLURAL else speaker.chain if speaker.label == "PERSON" else None
        if chain is not None:
            found.append(Mention(begin, begin + len(word), of_chain[chain].label, "pronoun", chain, quote.score))
    return found


def _is_pronoun(text: str, tag: str) -> bool:
    """Whether *text* is the pronoun that its letters spell, not *US*, *the mine*, or a Roman numeral."""
    return not (len(text) > 1 and text.isupper()) and text != "i" and (text not in ("mine", "Mine") or tag[:3] == "PRP")


def _innermost(regions: Sequence[Region], starts: Sequence[int], position: int) -> int:
    """The index of the region around *position* that begins last; -1 where none is."""
    index = bisect_right(starts, position) - 1
    # A quotation holds at most one other at a time: what closed before *position* is soon passed.
    for _ in range(_DEEPEST):
        if index < 0 or position < regions[index].end:
            break
        index -= 1
    return index if index >= 0 and position < regions[index].end else -1


# Quotations inside one quotation that are looked past for its end.
_DEEPEST: Final = 50


def _by_region(quotes: Sequence[Quote], regions: Sequence[Region]) -> dict[int, Quote]:
    """For the index of each region, the innermost quote whose own marks these are, where there is one."""
    pieces = sorted(
        ((piece, number) for number, quote in enumerate(quotes) for piece in quote.pieces if piece.kind != "indirect"),
        key=lambda item: (item[0].start, -item[0].end, item[1]),
    )
    found: dict[int, Quote] = {}
    live: list[tuple[QuotePiece, int]] = []
    coming = 0
    for index, region in enumerate(regions):
        while coming < len(pieces) and pieces[coming][0].start <= region.start:
            live.append(pieces[coming])
            coming += 1
        live = [item for item in live if item[0].end > region.start]
        around = [item for item in live if item[0].end >= region.inner_end]
        if not around:
            continue
        piece, number = min(around, key=lambda item: (item[0].end - item[0].start, item[1]))
        # Words quoted inside a quotation are somebody else's, whoever that is.
        if region.depth == 1 or piece.start == region.start:
            found[index] = quotes[number]
    return found


def _spoken_for(entities: Sequence[Entity], speakers: set[int | None]) -> Mapping[int, int]:
    """The chain of the body for which each of *speakers* (chains) speaks, where the article says so of just one."""
    names: dict[tuple[str, ...], set[int]] = {}
    for entity in entities:
        if entity.label == "ORG":
            for alias in entity.aliases:
                names.setdefault(tuple(_words(alias)), set()).add(entity.chain)
    found: dict[int, int] = {}
    for entity in entities:
        if entity.chain not in speakers:
            continue
        if entity.label in _BODIES:
            found[entity.chain] = entity.chain
        elif entity.label == "PERSON":
            bodies = {body for description in entity.descriptions for body in _bodies_in(description, names)}
            if len(bodies) == 1:
                found[entity.chain] = bodies.pop()
    return found


def _bodies_in(description: str, names: Mapping[tuple[str, ...], set[int]]) -> Iterator[int]:
    """The organisations named in what is said of a person, if it is a role in which one speaks for them."""
    words = _words(description)[:_READ]
    if _APART.isdisjoint(words) and not lexicon.words("speaking_roles").isdisjoint(words):
        start = 0
        while start < len(words):
            # The longest name that begins here.
            for length in range(min(_LONGEST, len(words) - start), 0, -1):
                chains = names.get(tuple(words[start : start + length]))
                if chains:
                    yield from sorted(chains)
                    start += length - 1
                    break
            start += 1


def _words(text: str) -> list[str]:
    """The words of *text* in lower case, without the marks around them and the possessive."""
    bare = (word.strip(",.;:()[]“”\"'’").removesuffix("'s").removesuffix("’s") for word in text.lower().split())
    return [word for word in bare if word and word != "the"]
