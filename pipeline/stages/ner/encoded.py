"""Names that a trained encoder found, completed by what it can't know: gazetteers and the rest of the article.

The encoder reads a window of text, so it may call one name two things in one article, or miss its second mention; and
it has learned few of the world's names. So its spans are completed by names of the gazetteers, one label is given to
one name throughout the article (the votes weighed by probability), and further mentions of sure names are added.
Measured on the three dev sets of ``benchmarks/entities.py``, each step helps (together one to two points of F1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import exp

from spacy.tokens import Doc

from pipeline.naming import fold
from pipeline.stages.ner.lookup import match_title
from pipeline.stages.ner.places import place_label
from pipeline.stages.ner.rules import names_of
from pipeline.stages.ner.shown import introduced, shown_label, widened
from pipeline.stages.ner.tokens import Name, Tokens
from pipeline.stages.ner.words import CALENDAR, PARTICLES, Words, load

_LEARNED = {"PER": "PERSON", "PERSON": "PERSON", "ORG": "ORG", "NORP": "NORP", "LOC": "LOC", "GPE": "LOC", "FAC": "LOC"}
_LISTED = frozenset({"GPE", "LOC", "NORP", "ORG"})
# What the lists say weighs as much as a rather sure prediction.
_LIST_WEIGHT = 0.9
_SHOWN_WEIGHT = 1.0
_SURE = 0.5
# A list or a rule names nothing in words that the encoder holds to be no name: "the BEST photographer", "to cary it".
_POSSIBLE = 0.05
# What a hyphen ties to a name without being part of it.
_COMPOUNDING = frozenset({"era", "led", "like", "style", "run", "born", "made", "free", "esque", "ism", "type", "only"})


def spans_from_encoder(doc: Doc) -> list[Name] | None:
    """The names that the encoder tagged, as token indices, with the labels PERSON, ORG, LOC and NORP.

    Reads ``doc._.encoded.names``: an iterable of ``(start, end, label)`` or ``(start, end, label, score)`` in token
    indices, half open, with the labels PERSON (or PER), ORG, LOC, NORP. None where no encoder ran or it has no names
    to give; labels that it doesn't know are left out.
    """
    names = getattr(doc._.encoded, "names", None)
    if names is None:
        return None
    found = []
    for start, end, raw, *score in names:
        label = _LEARNED.get(raw)
        if label is not None and 0 <= start < end <= len(doc):
            found.append(Name(start, end, label, True, float(score[0]) if score else None))
    return sorted(found, key=lambda name: name[:3])


def chances_from_encoder(doc: Doc, tokens: Tokens) -> list[float] | None:
    """How likely each of *tokens* is part of a name, by the encoder; None where it gives no probabilities."""
    scores = getattr(doc._.encoded, "name_scores", None)
    if scores is None:
        return None
    outside: list[float] = scores[tokens.at, 0].tolist()
    return [1 - exp(log) for log in outside]


def completed(tokens: Tokens, learned: Iterable[Name], chances: Sequence[float] | None = None) -> list[Name]:
    """*learned* (as indices of *tokens*) with listed names added, one label for one name, and repeated names.

    Args:
        tokens: of the article.
        learned: the encoder's names.
        chances: of each token to be part of a name; None where that is not known.
    """
    words = load()
    kept = (_without_small_edges(tokens, words, name) for name in learned if _is_name(tokens, name))
    names = [part for name in kept if name is not None for part in _cut(tokens, words, name)]
    names = _of_known_people(tokens, words, names)
    names = widened(tokens, words, _with_rules(tokens, words, names, chances))
    names += introduced(tokens, words, names, chances)
    names = _one_label(tokens, words, names)
    names = _repeated(tokens, words, names)
    return [
        name._replace(label=place_label(" ".join(tokens.text[name.start : name.end]))) if name.label == "LOC" else name
        for name in names
    ]


def _is_name(tokens: Tokens, name: Name) -> bool:
    """Whether a span can be a name by the contract: no language, no day, no dateline's source with its hyphen."""
    last = tokens.text[name.end - 1]
    alone = name.end - name.start == 1
    return not (alone and (tokens.lower[name.start] in CALENDAR or (len(last) > 1 and last[-1] in "-–—")))


def _without_small_edges(tokens: Tokens, words: Words, name: Name) -> Name | None:
    """*name* without words in small letters at its edges ("American forces"), unless all of it is written small."""
    start, end = name.start, name.end
    if not any(text[:1].isupper() for text in tokens.text[start:end]):
        return name
    while start < end and tokens.text[start].islower() and tokens.lower[start] not in PARTICLES:
        start += 1
    while end > start and tokens.text[end - 1].islower() and tokens.lower[end - 1] in words.common:
        if name.label == "PERSON" and _glued(tokens, end - 2):
            break
        end -= 1
    while end > start and tokens.text[end - 1] in "-–":
        end -= 1
    if name.label == "PERSON" and end - start > 1 and _glued(tokens, end) and _syllable(tokens.text[end + 1]):
        end += 2  # Park Ji-won
    if start >= end or (start, end) == (name.start, name.end):
        return name if start < end else None
    listed = words.names.get(tuple(tokens.folded[start:end]))
    label = name.label if listed is None else "LOC" if listed == "GPE" else listed
    return name._replace(start=start, end=end, label=label)


def _glued(tokens: Tokens, i: int) -> bool:
    """Whether token *i* is a hyphen without space on either side."""
    return 0 < i < len(tokens) - 1 and tokens.text[i] == "-" and not (tokens.space[i - 1] or tokens.space[i])


def _syllable(word: str) -> bool:
    """Whether a word after a hyphen goes on with a given name, as in Korean ones; not *Obama-era*, *Keller-backed*."""
    return word.islower() and len(word) <= 6 and not word.endswith("ed") and word not in _COMPOUNDING


def _listed_start(tokens: Tokens, words: Words, start: int, end: int) -> list[Name]:
    """The people or the country that ``start:end`` begins with, if any: *Iraqi* of *Iraqi defense ministry*."""
    for stop in range(end, start, -1):
        listed = words.names.get(tuple(tokens.folded[start:stop]))
        if listed in ("NORP", "GPE"):
            return [Name(start, stop, "LOC" if listed == "GPE" else listed, True)]
    return []


def _cut(tokens: Tokens, words: Words, name: Name) -> list[Name]:
    """Two names where two were read as one.

    A listed organisation and a listed people (*Hamas Sunni (fighters)*); an owner that is a country or ends in small
    letters, and what it has (*Iraq's Popular Mobilization Forces*, *Iraqi defense ministry's Combined Operations*); a
    country or a people, a title and who holds it (*US Secretary Pompeo*); a place and the country that it is in
    (*Aleppo, Syria*).
    """
    for cut in range(name.start + 1, name.end):
        left = words.names.get(tuple(tokens.folded[name.start : cut]))
        country = " ".join(tokens.folded[name.start : cut]) in words.countries
        if (
            name.label == "LOC"
            and tokens.text[cut] == ","
            and " ".join(tokens.folded[cut + 1 : name.end]) in words.countries
        ):
            return [name._replace(end=cut), name._replace(start=cut + 1)]
        if left == "ORG" and words.names.get(tuple(tokens.folded[cut : name.end])) == "NORP":
            return [name._replace(end=cut, label="ORG"), name._replace(start=cut, label="NORP")]
        if tokens.lower[cut] == "'s" and cut + 1 < name.end and (country or tokens.text[cut - 1].islower()):
            owner = [name._replace(end=cut, label="LOC")] if country else _listed_start(tokens, words, name.start, cut)
            return [*owner, name._replace(start=cut + 1)]
        if name.label == "PERSON" and (country or left == "NORP"):
            person = match_title(tokens, words, cut, name.end)
            if cut < person < name.end:
                label = "LOC" if country else "NORP"
                return [name._replace(end=cut, label=label), name._replace(start=person)]
    return [name]


def _of_known_people(tokens: Tokens, words: Words, names: list[Name]) -> list[Name]:
    """*names*; one that is a title and a person's last word (*General Soleimani*) is that word, a person."""
    people = [name for name in names if name.label == "PERSON" and name.end - name.start > 1]
    surnames = {tokens.text[name.end - 1] for name in people}

    def person(name: Name) -> Name:
        last = name.end - 1
        titled = last > name.start and match_title(tokens, words, name.start, last) == last
        if name.label == "PERSON" or not titled or tokens.text[last] not in surnames:
            return name
        return name._replace(start=last, label="PERSON")

    return [person(name) for name in names]


def _short_form(tokens: Tokens, name: Name) -> bool:
    """Whether a rule's name is an organisation's short form in running text: "of the PMU"."""
    text = tokens.text[name.start]
    single = name.end == name.start + 1 and name.label == "ORG" and 2 < len(text) < 7 and text.isalpha()
    return single and text.isupper() and name.start > 0 and tokens.text[name.start - 1] == "the"


def _complements(tokens: Tokens, name: Name, place: Name) -> bool:
    """Whether *place* closes *name* behind an *of* after two words with capitals: the *Central Bank of* Kenya."""
    of = place.start - 1 - (tokens.lower[place.start - 1] == "the")
    return name.end == place.end and of - name.start > 1 and tokens.lower[of] == "of"


def _with_rules(tokens: Tokens, words: Words, learned: list[Name], chances: Sequence[float] | None) -> list[Name]:
    """*learned* and the listed names between; where a rule's longer name covers doubtful spans, the rule's."""
    at: list[int] = [-1] * len(tokens)
    for index, name in enumerate(learned):
        at[name.start : name.end] = [index] * (name.end - name.start)
    dropped: set[int] = set()
    added: list[Name] = []
    for name in names_of(tokens, words):
        if not name.sure or (chances is not None and max(chances[name.start : name.end]) < _POSSIBLE):
            continue
        listed = words.names.get(tuple(tokens.folded[name.start : name.end])) == name.label
        inside = {index for index in at[name.start : name.end] if index >= 0}
        covered = all(name.start <= learned[i].start and learned[i].end <= name.end for i in inside)
        shorter = all(learned[i].end - learned[i].start < name.end - name.start for i in inside)
        # The place in "Central Bank of Kenya" may be sure: it is the name's complement.
        doubtful = all(
            (learned[i].score or 0) < _SURE or (learned[i].label == "LOC" and _complements(tokens, name, learned[i]))
            for i in inside
        )
        if inside and covered and shorter and (listed or (doubtful and name.label in _LISTED)):
            dropped |= inside
        elif inside or not ((listed and name.label in _LISTED) or _short_form(tokens, name)):
            continue
        added.append(name._replace(label="LOC" if name.label in ("GPE", "FAC") else name.label))
    return [name for index, name in enumerate(learned) if index not in dropped] + added


def _one_label(tokens: Tokens, words: Words, names: list[Name]) -> list[Name]:
    """One label for the same words throughout an article: the one with most weight."""
    votes: dict[tuple[str, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for name in names:
        key = tuple(tokens.lower[name.start : name.end])
        votes[key][name.label] += name.score if name.score is not None else _LIST_WEIGHT
        shown = shown_label(tokens, words, name)
        if fold(tokens.text[name.start]) in words.openers:
            shown = "ORG"
        folded = tokens.folded[name.start : name.end]
        if " ".join(folded) in words.countries:
            votes[key]["LOC"] += _SHOWN_WEIGHT
        if shown == "ORG" or words.names.get(tuple(folded)) == "ORG":
            votes[key]["ORG"] += _SHOWN_WEIGHT
    chosen = {key: min(ballot.items(), key=lambda item: (-item[1], item[0]))[0] for key, ballot in votes.items()}
    return [name._replace(label=chosen[tuple(tokens.lower[name.start : name.end])]) for name in names]


def _repeated(tokens: Tokens, words: Words, names: list[Name]) -> list[Name]:
    """*names* and further places where the words of a sure name stand, written alike and with a capital.

    Where a longer sure name covers a doubtful shorter one, it takes its place.
    """
    known: dict[tuple[str, ...], str] = {}
    for name in names:
        key = tuple(tokens.text[name.start : name.end])
        sure = name.score is None or name.score >= _SURE
        if sure and any(part[:1].isupper() for part in key) and "".join(key).lower() not in words.common:
            known.setdefault(key, name.label)
    by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for key in sorted(known, key=lambda key: (-len(key), key)):
        by_first[key[0]].append(key)
    firm = [False] * len(tokens)
    for name in names:
        if name.score is None or name.score >= _SURE or tuple(tokens.text[name.start : name.end]) in known:
            firm[name.start : name.end] = [True] * (name.end - name.start)
    weak = [name for name in names if not firm[name.start]]
    kept = [name for name in names if firm[name.start]]
    weak_at: dict[int, Name] = {i: name for name in weak for i in range(name.start, name.end)}
    for start, text in enumerate(tokens.text):
        if text not in by_first or firm[start] or len(text) < 2:
            continue
        for key in by_first[text]:
            end = start + len(key)
            if tuple(tokens.text[start:end]) != key or any(firm[start:end]):
                continue
            inside = (weak_at[i] for i in range(start, end) if i in weak_at)
            covers = all(start <= name.start and name.end <= end for name in inside)
            if covers and match_title(tokens, words, start, end) < end:
                kept.append(Name(start, end, known[key], False))
                firm[start:end] = [True] * len(key)
                break
    return kept + [name for name in weak if not any(firm[name.start : name.end])]
