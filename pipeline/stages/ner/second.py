"""The second pass: names whose own words don't show a label, from the rest of the article and the words around."""

from __future__ import annotations

from collections import Counter

from pipeline.naming import may_abbreviate
from pipeline.stages.ner.tokens import Name, Tokens
from pipeline.stages.ner.words import PARTICLES, Words

_LOCATIVE = frozenset({"in", "near", "at", "from", "across", "around", "outside", "inside", "to", "into", "throughout"})
_SPEECH = frozenset(
    [
        "said",
        "says",
        "say",
        "told",
        "tells",
        "added",
        "adds",
        "wrote",
        "writes",
        "announced",
        "warned",
        "insisted",
        "argued",
        "claimed",
        "noted",
        "stated",
        "replied",
        "asked",
        "explained",
        "tweeted",
        "testified",
        "recalled",
        "admitted",
        "joked",
    ]
)


def second_pass(tokens: Tokens, words: Words, found: list[Name], unsure: list[tuple[int, int]]) -> list[Name]:
    """Label what the words alone didn't: by the same words elsewhere, as part of a full name, then by context."""
    votes: dict[tuple[str, ...], Counter[str]] = {}
    parts: set[str] = set()
    for name in found:
        key = tuple(tokens.folded[name.start : name.end])
        votes.setdefault(key, Counter())[name.label] += 1
        if name.label == "PERSON" and name.end - name.start > 1:
            parts.update(_name_parts(tokens, name.start, name.end))
    labelled: list[Name] = []
    guesses: dict[tuple[str, ...], Counter[str]] = {}
    # Full names first, so that they tell what a surname alone is.
    for start, end in sorted(unsure, key=lambda edges: (edges[0] - edges[1], edges)):
        key = tuple(tokens.folded[start:end])
        if key in votes:
            continue
        if _name_parts(tokens, start, end) & parts and end - start <= 4:
            label: str | None = "PERSON"
        else:
            label = _label_by_context(tokens, words, start, end)
        if label:
            guesses.setdefault(key, Counter())[label] += 1
            if label == "PERSON" and end - start > 1:
                parts.update(_name_parts(tokens, start, end))
    for position, name in enumerate(found):
        # "Sadr" is a town too, but not in an article about Muqtada al-Sadr.
        if name.label == "GPE" and name.end == name.start + 1 and tokens.lower[name.start] in parts:
            before = tokens.lower[name.start - 1] if name.start else ""
            if tokens.text[name.start] not in words.countries and before not in _LOCATIVE and before != "of":
                found[position] = name._replace(label="PERSON", sure=False)
    # One label for one name in an article: what its words show, else what most of its places show.
    for start, end in unsure:
        ballot = votes.get(key := tuple(tokens.folded[start:end])) or guesses.get(key)
        if ballot:
            labelled.append(Name(start, end, min(ballot.items(), key=lambda item: (-item[1], item[0]))[0], False))
    return labelled


def bracketed(tokens: Tokens, found: list[Name]) -> list[Name]:
    """Short forms in brackets behind a name, *US Central Command (CENTCOM)*: they are what the name is."""
    known = {name.start for name in found}
    labelled = []
    for name in found:
        k = name.end
        if k + 2 >= len(tokens) or tokens.text[k] != "(" or tokens.text[k + 2] != ")" or k + 1 in known:
            continue
        full = " ".join(tokens.text[name.start : name.end])
        short = tokens.text[k + 1]
        if short.isupper() and len(short) > 1 and may_abbreviate(short, full):
            labelled.append(Name(k + 1, k + 2, name.label, True))
    return labelled


def _name_parts(tokens: Tokens, start: int, end: int) -> set[str]:
    """The last part of a person's name (its surname), with and without the Arabic article."""
    last = tokens.lower[end - 1]
    return {last} if len(last) > 2 and last not in PARTICLES else set()


def _label_by_context(tokens: Tokens, words: Words, start: int, end: int) -> str | None:
    """A label from the words around an unknown name; None where they show nothing."""
    if tokens.titled[start]:
        return None
    before = tokens.lower[start - 1] if start else ""
    after = tokens.lower[end] if end < len(tokens) else ""
    if group := group_label(tokens, words, start):
        return group
    content = [t for t in tokens.lower[start:end] if t not in "-‑"]
    unknown = [t for t in content if t not in words.common]
    if not unknown:
        return None
    if after in _SPEECH or after == "who" or before in _SPEECH:
        return "PERSON"
    if before in _LOCATIVE and len(content) <= 2:
        return "GPE"
    if 2 <= len(content) <= 3 and len(unknown) == len(content) and all(t[0].isalpha() for t in content):
        return "PERSON"
    if len(content) > 1:
        return "ORG"
    if tokens.first[start]:
        return None
    return "ORG" if before == "the" else "PERSON"


def group_label(tokens: Tokens, words: Words, start: int) -> str | None:
    """What a group noun right before a name says that it is: *the largest bloc, Sairoon*, *the newspaper Sabah*."""
    before = tokens.lower[start - 1] if start else ""
    group = tokens.lower[start - 2] if before == "," and start > 1 else before
    return words.groups.get(group) if before == "," or not tokens.first[start] else None
