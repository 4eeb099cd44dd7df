"""What the words around a learned name show: where it begins and ends, what it is, and names that were missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.stages.ner.lookup import match_title
from pipeline.stages.ner.second import group_label
from pipeline.stages.ner.tokens import Name, Tokens, run_end
from pipeline.stages.ner.words import CALENDAR, FUNCTION_WORDS, Words

# How likely to be part of a name the encoder must hold a word that an introduction says is one.
_INTRODUCED = 0.02
_LONGEST_TITLE = 3
_OWNERS = frozenset({"a", "an", "the", "his", "her", "its", "their", "our", "my"})
_CALLED = frozenset({"called", "named"})
# How far back the apposition that a comma closes may begin (tokens).
_APPOSITION = 10


def widened(tokens: Tokens, words: Words, names: list[Name]) -> list[Name]:
    """*names*, those that were cut short with the words that belong to them; in the same order."""
    return _with_given(tokens, words, _with_family(tokens, [_with_head(tokens, words, name) for name in names]))


def _with_head(tokens: Tokens, words: Words, name: Name) -> Name:
    """An organisation's name with the head that its plural owns: *Maritime Workers* of *Maritime Workers' Alliance*."""
    mark, head = name.end, name.end + 1
    if name.label != "ORG" or head >= len(tokens) or tokens.text[mark] not in "'’" or not tokens.space[mark]:
        return name
    owned = tokens.lower[mark - 1].endswith("s") and words.heads.get(tokens.text[head]) == "ORG"
    # The United Nations' Security Council are two.
    known = tuple(tokens.folded[name.start : name.end]) in words.names
    return name if known or not owned else name._replace(end=head + 1)


def _with_family(tokens: Tokens, names: list[Name]) -> list[Name]:
    """*names*, persons' begun at the family name before them where another person's name begins with it.

    Where family names come first (*Lim Boon Keat … Lim Siew Ling*) the encoder may begin a name at its second part.
    """
    firsts = {tokens.text[n.start] for n in names if n.label == "PERSON" and n.end - n.start > 2}
    taken = {i: n for n in names for i in range(n.start, n.end)}
    joined: set[Name] = set()
    widened = []
    for name in names:
        before = name.start - 1
        other = taken.get(before)
        alone = other is None or (other.label == "PERSON" and other.end - other.start == 1)
        if name.label == "PERSON" and before >= 0 and alone and tokens.space[before] and tokens.text[before] in firsts:
            widened.append(name._replace(start=before))
            joined |= {other} if other is not None else set()
        else:
            widened.append(name)
    return [name for name in widened if name not in joined]


def _with_given(tokens: Tokens, words: Words, names: list[Name]) -> list[Name]:
    """*names*, a surname's begun at the given name that stands between it and a title: *Minister* Sunday Danjuma."""
    taken = {i for name in names for i in range(name.start, name.end)}
    return [
        name._replace(start=name.start - 1)
        if name.label == "PERSON" and name.end - name.start == 1 and _given(tokens, words, name.start - 1, taken)
        else name
        for name in names
    ]


def _given(tokens: Tokens, words: Words, i: int, taken: set[int]) -> bool:
    """Whether token *i*, right behind a title, can only be a given name."""
    if i < 1 or i in taken or not tokens.space[i] or tokens.first[i] or not tokens.text[i].istitle():
        return False
    lower = tokens.lower[i]
    other = lower in words.common or lower in words.roles or (tokens.folded[i],) in words.names
    if (other and lower not in CALENDAR) or match_title(tokens, words, i, i + 1) > i:
        return False
    return any(match_title(tokens, words, i - n, i) == i for n in range(1, _LONGEST_TITLE + 1) if i >= n)


def shown_label(tokens: Tokens, words: Words, name: Name) -> str | None:
    """What the words beside a name show that it is: *Sairoon, which …*; *the largest bloc, Sairoon,*; or None."""
    closed = tokens.text[name.end : name.end + 1] == [","]
    if closed and name.label == "PERSON" and tokens.lower[name.end + 1 : name.end + 2] == ["which"]:
        return "ORG"
    # An apposition is closed as it was opened.
    if not closed or not name.start or tokens.text[name.start - 1] != "," or _of_person(tokens, words, name.start - 1):
        return None
    return group_label(tokens, words, name.start)


def _of_person(tokens: Tokens, words: Words, comma: int) -> bool:
    """Whether the phrase before a comma is one for a person: *the leader of the protest movement,*."""
    for i in range(comma - 1, max(comma - _APPOSITION, 0), -1):
        if tokens.text[i] in ",.;:" or tokens.breaks[i]:
            return False
        if tokens.lower[i] in ("of", "in", "for") and tokens.lower[i - 1] in words.roles:
            return True
    return False


def introduced(tokens: Tokens, words: Words, names: Sequence[Name], chances: Sequence[float] | None) -> Iterator[Name]:
    """Names that the encoder missed where the text says what they are: *the institute Agrowatch*, *her party,
    Forward, …*, *a merchant called Ili-ashranni*. None where it holds them to be no names at all."""
    taken = {i for name in names for i in range(name.start, name.end)}
    for i in range(2, len(tokens)):
        if not tokens.cap[i] or i in taken or tokens.first[i] or tokens.titled[i]:
            continue
        label = _introduction(tokens, words, i)
        if label is None:
            continue
        end = run_end(tokens, i)
        closes = tokens.text[i - 1] != "," or tokens.text[end : end + 1] == [","]
        possible = chances is None or max(chances[i:end]) >= _INTRODUCED
        if closes and possible and taken.isdisjoint(range(i, end)):
            yield Name(i, end, label, True)


def _introduction(tokens: Tokens, words: Words, i: int) -> str | None:
    """What the words right before token *i* introduce: ORG, PERSON, or None."""
    before = tokens.lower[i - 1]
    noun = i - 2 if before == "," or before in _CALLED else i - 1
    lower = tokens.lower[noun]
    if tokens.text[noun] != lower:
        return None
    if before in _CALLED:
        return "PERSON" if lower in words.roles else "ORG" if words.groups.get(lower) == "ORG" else None
    if words.groups.get(lower) != "ORG":
        return None
    if before == ",":
        return "ORG" if noun and tokens.lower[noun - 1] in _OWNERS else None
    # "the institute Agrowatch", "the Brussels-financed institute Agrowatch"; not "told party Leader …".
    opening = next((tokens.lower[k] for k in range(noun - 1, max(noun - 6, -1), -1) if _function(tokens, k)), "")
    return "ORG" if opening in _OWNERS and match_title(tokens, words, i, len(tokens)) == i else None


def _function(tokens: Tokens, i: int) -> bool:
    return tokens.lower[i] in FUNCTION_WORDS or tokens.lower[i] in _OWNERS or tokens.text[i] in ",.;:"
