"""The claim on its own: its words, with pronouns and short names replaced by what they refer to.

Names come from the entity records (the fullest form that the article gives); what coreference has left open stays as it
is. The first person is the claimant, "we" the claimant's side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.annotations import Mention
from pipeline.stages.claims.claimants import Claimant
from pipeline.stages.claims.clauses import Range
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import QUOTES
from pipeline.text import Span

_FIRST_SINGULAR = {"i": "{}", "me": "{}", "my": "{}'s", "mine": "{}'s", "myself": "{}"}
_FIRST_PLURAL = {"we": "{}", "us": "{}", "our": "{}'s", "ours": "{}'s", "ourselves": "{}"}
_FIRST = frozenset({*_FIRST_SINGULAR, *_FIRST_PLURAL})
_POSSESSIVE = frozenset({"his", "its", "their", "whose", "theirs"})
_KEPT_PRONOUNS = frozenset({
    "who", "which", "that", "himself", "herself", "itself", "themselves", "where", "there", "here",
})  # fmt: skip
_THIRD = {
    "am": "is",
    "are": "is",
    "'m": "is",
    "'re": "is",
    "have": "has",
    "'ve": "has",
    "do": "does",
    "were": "was",
    "'ll": "will",
}


#: An abbreviation keeps its stop at the end: "the U.S.", "Acme Inc.".
_OPENING = " \n\t\"'“‘„«"
_NEAR = 10  # characters before a sentence within which the end of the one before is looked for
_ABBREVIATION = re.compile(r"(?:\b\w\.\w|\b(?:Inc|Corp|Co|Ltd|Jr|Sr|etc|a\.m|p\.m))\.$")


#: A letter that the article changed in a quotation: "[I]f it rains".
_EDITED = re.compile(r"\[([^\W\d_]{1,2})\](?=[^\W\d_])")
#: Apostrophes stay.
_LEFT_OUT = re.compile("|".join(re.escape(mark) for mark in sorted(QUOTES - {"'", "’"}, key=lambda m: (-len(m), m))))


class Replacement(NamedTuple):
    """Characters ``start:end`` become *words*."""

    start: int
    end: int
    words: str


def _agree(word: str) -> str:
    """A present-tense verb made to agree with a third person singular.

    >>> _agree("consider"), _agree("deny"), _agree("push"), _agree("are")
    ('considers', 'denies', 'pushes', 'is')
    """
    lower = word.lower().replace("’", "'")
    if lower in _THIRD:
        return _THIRD[lower]
    if lower.endswith(("s", "sh", "ch", "x", "z", "o")):
        return word + "es"
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _side(claimant: Claimant) -> str | None:
    """What "we" stands for: the organisation itself, or the side of the person who speaks."""
    if claimant.name is None:
        return None
    return f"{claimant.name}'s side" if claimant.is_person else claimant.name


def _first_person(reading: Reading, token: int, claimant: Claimant) -> str | None:
    """What a first-person pronoun at *token*, inside the claimant's quotation marks, stands for."""
    word = reading.lower[token]
    if reading.words[token] in {"US", "ME", "MY"}:
        return None
    if word in _FIRST_SINGULAR and claimant.name is not None and claimant.is_person:
        pattern = _FIRST_SINGULAR[word]
        return _possessive(claimant.name) if pattern.endswith("'s") else claimant.name
    if word in _FIRST_PLURAL:
        side = _side(claimant)
        if side is None:
            return None
        if _FIRST_PLURAL[word].endswith("'s"):
            return _possessive(claimant.name or side)
        return side
    return None


def _replacements(reading: Reading, span: Span, claimant: Claimant, direct: bool) -> Iterator[Replacement]:
    taken = span.start
    expanded: set[int] = set()
    for low, high in reading.hidden_in(span):
        yield Replacement(max(reading.ends[low - 1], span.start), min(reading.begins[high], span.end), " ")
    for mention in reading.mentions_in(span):
        if mention.start < taken or mention.chain is None:
            continue
        entity = reading.entities.get(mention.chain)
        if entity is None:
            continue
        words = reading.text[mention.start : mention.end]
        lower = words.lower()
        if mention.kind == "pronoun" and (lower in _FIRST_SINGULAR or lower in _FIRST_PLURAL):
            continue
        if mention.kind == "pronoun":
            first, _last = reading.tokens(Span(mention.start, mention.end))
            possessive = lower in _POSSESSIVE or (lower == "her" and reading.tags[first : first + 1] == ["PRP$"])
            if lower in _KEPT_PRONOUNS or entity.label == "NORP":
                continue  # a people's name may be an adjective: "Iraqi's demands"
            yield Replacement(mention.start, mention.end, _possessive(entity.name) if possessive else entity.name)
        elif mention.kind == "name" and mention.chain not in expanded and _is_short(words, entity.name, entity.label):
            if _name_goes_on(reading, mention, entity.name):
                continue
            yield Replacement(mention.start, mention.end, entity.name)
        else:
            if mention.kind == "name":
                expanded.add(mention.chain)
            continue
        expanded.add(mention.chain)
        taken = mention.end
    if not direct:
        return
    start, end = reading.tokens(span)
    for i in range(start, end):
        if reading.lower[i] not in _FIRST:
            continue
        words_ = _first_person(reading, i, claimant)
        if words_ is not None:
            yield Replacement(reading.begins[i], reading.ends[i], words_)
            j = i + 1
            while j < end and reading.tags[j] == "RB":
                j += 1
            plural = reading.lower[i] in {"we", "i"}
            if (
                plural
                and j < end
                and (reading.tags[j] == "VBP" or (reading.lower[j] in _THIRD and reading.tags[j] != "VBD"))
            ):
                space = " " if not reading.words[j][:1].isalpha() else ""
                yield Replacement(reading.begins[j], reading.ends[j], space + _agree(reading.words[j]))
                if j + 2 < end and reading.lower[j + 1] == "and" and reading.tags[j + 2] in {"VBP", "VB"}:
                    yield Replacement(reading.begins[j + 2], reading.ends[j + 2], _agree(reading.words[j + 2]))


def _name_goes_on(reading: Reading, mention: Mention, name: str) -> bool:
    """Whether a word of the full name stands right beside a mention, so that replacing it would double the word."""
    first, last = reading.tokens(Span(mention.start, mention.end))
    beside = [reading.words[i] for i in (first - 1, last) if 0 <= i < len(reading.words)]
    return any(word in name.split() for word in beside)


def _is_short(words: str, name: str, label: str) -> bool:
    """Whether a mention is a shortened form of its entity's name ("Sadr", "al-Rubaye")."""
    if label not in {"PERSON", "ORG"} or words == name:
        return False
    mine = {w for w in words.lower().replace("-", " ").split() if w not in {"al", "the", "mr.", "mrs.", "ms."}}
    whole = set(name.lower().replace("-", " ").split())
    return len(mine) < len(whole) and mine <= whole


def resolved(reading: Reading, span: Span, claimant: Claimant, direct: bool) -> str:
    """The words of *span* with what can be resolved replaced, on one line, quotation marks left out."""
    found = sorted(_replacements(reading, span, claimant, direct))
    if not found:
        return " ".join(_plain(reading.text[span.start : span.end]).split())
    out: list[str] = []
    position = span.start
    for replacement in found:
        if replacement.start < position:
            continue
        out.append(_plain(reading.text[position : replacement.start]))
        words = replacement.words
        # "his Sadr's …" can't follow a possessive, and "the Muqtada al-Sadr" no article.
        out.append(words)
        position = replacement.end
    out.append(_plain(reading.text[position : span.end]))
    return " ".join("".join(out).split())


def _plain(text: str) -> str:
    return _LEFT_OUT.sub("", _EDITED.sub(r"\1", text) if "[" in text else text)


def sentence_case(words: str) -> str:
    """The first letter raised, edges bare of punctuation: how a row of claims reads."""
    words = words.lstrip(" ,;:.!—–-\n\t").rstrip(" ,;:!—–-\n\t")
    if words.endswith(".") and not _ABBREVIATION.search(words):
        words = words.rstrip(". ")
    return words[:1].upper() + words[1:]


def _opens_sentence(reading: Reading, start: int) -> bool:
    """Whether the words that begin at *start* (a character) begin a sentence, quotation marks aside."""
    before = reading.text[max(0, start - _NEAR) : start].rstrip(_OPENING)
    return reading.text[start : start + 1].isupper() and before.endswith((".", "!", "?"))


def proposition(
    reading: Reading,
    pieces: list[Span],
    subject: Range | None,
    auxiliaries: Range | None,
    claimant: Claimant,
    direct: bool,
    named: str | None = None,
) -> str:
    """The claim's pieces joined, led by a subject (and auxiliaries) that it shares with an earlier clause.

    *named* replaces the words of the subject, where it is known who that is.
    """
    words: list[str] = []
    for piece in pieces:
        found = resolved(reading, piece, claimant, direct)
        if words and found and _opens_sentence(reading, piece.start):
            words[-1] = words[-1].rstrip(" ,") + "."
        words.append(found)
    if auxiliaries is not None:
        words.insert(0, reading.slice(*auxiliaries))
    if subject is not None:
        words.insert(0, named or resolved(reading, reading.span(*subject), claimant, direct))
    return sentence_case(" ".join(word for word in words if word))
