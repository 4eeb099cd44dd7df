"""Penn part-of-speech tags for a Doc that no trained tagger has seen.

A bigram tagger with suffix guessing after Brants (2000, TnT), written anew: its tables are word lists in
``models/lexicon`` (``claims_words.tsv`` …, counted by ``models/train/word_tags.py``). Where the Doc already has
tags, those are folded into the same set and nothing is decoded. Linear in the number of tokens.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from pipeline import lexicon

TAGS = (
    "NN", "NNS", "NNP", "PRP", "PRP$", "DT", "IN", "TO", "CC", "JJ", "RB", "CD", "WP", "WRB", "EX", "POS", "RP", "MD",
    "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "X", "PU",
)  # fmt: skip
QUOTES = frozenset("\"'“”‘’«»„`") | {"``", "''"}
FINITE = frozenset({"MD", "VBD", "VBP", "VBZ"})
VERBS = frozenset({"MD", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
NOUNS = frozenset({"NN", "NNS", "NNP"})

_INDEX = {tag: i for i, tag in enumerate(TAGS)}
_FOLD = {
    "NNPS": "NNP", "PDT": "DT", "JJR": "JJ", "JJS": "JJ", "RBR": "RB", "RBS": "RB", "WDT": "WP", "WP$": "WP",
    "HYPH": "PU", "AFX": "JJ", "$": "X",
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?[\d.,]*\d[\d.,]*(?:st|nd|rd|th|s|m|bn|k)?")
_LONGEST = 300
_LOW = -14.0

Vector = NDArray[np.float64]


def _cells(value: str) -> dict[str, float]:
    pairs = (cell.rsplit(":", 1) for cell in value.split())
    return {tag: int(tenths) / 10 for tag, tenths in pairs}


@cache
def _transitions() -> tuple[Vector, Vector, Vector]:
    """Log probabilities: first tag of a sentence, tag after tag (row: the earlier), last tag."""
    rows = {tag: _cells(cells) for tag, cells in lexicon.table("claims_tag_pairs").items()}
    size = len(TAGS)
    matrix = np.full((size + 1, size + 1), 0.5)
    for tag, cells in rows.items():
        i = size if tag == "START" else _INDEX[tag]
        for after, log in cells.items():
            matrix[i, size if after == "END" else _INDEX[after]] += np.exp(log)
    matrix = np.log(matrix / matrix.sum(axis=1, keepdims=True))
    return matrix[size, :size], matrix[:size, :size], matrix[:size, size]


@cache
def _prior() -> Vector:
    """Log of how often each tag is seen."""
    counts = np.full(len(TAGS), 1.0)
    for cells in lexicon.table("claims_tag_pairs").values():
        for tag, log in _cells(cells).items():
            if tag != "END":
                counts[_INDEX[tag]] += np.exp(log)
    logs: Vector = np.log(counts)
    return logs


@cache
def _capitals() -> dict[str, Vector]:
    """For each way to write a word, the log probability of it given the tag."""
    ways = ("lower", "upper", "initial")
    counts = {way: np.full(len(TAGS), 0.5) for way in ways}
    for tag, cells in lexicon.table("claims_capitals").items():
        for way, log in _cells(cells).items():
            counts[way][_INDEX[tag]] += np.exp(log)
    inner: Vector = counts["lower"] + counts["upper"]
    found = {way: np.log(counts[way] / inner) for way in ("lower", "upper")}
    found["initial"] = np.zeros(len(TAGS))
    return found


@cache
def _word_table() -> dict[str, str]:
    return lexicon.table("claims_words")


@cache
def _suffix_table() -> dict[str, str]:
    return lexicon.table("claims_suffixes")


def _distribution(cells: str) -> Vector:
    """Log P(tag | word) up to a constant, as an emission score: divided by the tag's own frequency."""
    scores = np.full(len(TAGS), _LOW)
    for tag, log in _cells(cells).items():
        scores[_INDEX[tag]] = log
    top = scores.max()
    total = top + np.log(np.exp(scores - top).sum())
    return np.where(scores > _LOW, scores - total - _prior(), _LOW - 9.0)


@cache
def _fixed(tag: str) -> Vector:
    scores = np.full(len(TAGS), _LOW - 9.0)
    scores[_INDEX[tag]] = 0.0
    return scores


@cache
def _known(word: str) -> Vector | None:
    cells = _word_table().get(word)
    return None if cells is None else _distribution(cells)


@cache
def _guessed(suffix: str) -> Vector:
    return _distribution(_suffix_table()[suffix])


def _guess(word: str) -> Vector:
    table = _suffix_table()
    for size in range(min(4, len(word) - 1), 0, -1):
        if word[-size:] in table:
            return _guessed(word[-size:])
    return _guessed("*")


def _emission(word: str, first: bool) -> Vector:
    if not any(ch.isalnum() for ch in word):
        return _fixed("X" if word in {"$", "%", "&", "£", "€"} else "PU")
    if _NUMBER.fullmatch(word):
        return _fixed("CD")
    lower = word.lower().replace("’", "'")
    if "-" in lower and lower not in _word_table():
        # A compound ends as its last part does; one that ends in a participle is an adjective.
        tail = lower.rsplit("-", 1)[1]
        if tail[-2:] in {"ed", "en"} or tail[-3:] == "ing":
            return _fixed("JJ")
        lower = tail or lower
    scores = _known(lower)
    if scores is None:
        scores = _guess(lower)
    way = "lower" if not word[0].isupper() else "initial" if first else "upper"
    return scores + _capitals()[way]


def _viterbi(words: list[str]) -> list[str]:
    """The likeliest tags of one sentence. O(words)."""
    start, between, end = _transitions()
    scores = start + _emission(words[0], True)
    back: list[NDArray[np.intp]] = []
    first = not any(ch.isalnum() for ch in words[0])
    for word in words[1:]:
        paths = scores[:, None] + between
        best = paths.argmax(axis=0)
        back.append(best)
        scores = paths[best, np.arange(len(TAGS))] + _emission(word, first)
        first = first and not any(ch.isalnum() for ch in word)
    tag = int((scores + end).argmax())
    tags = [tag]
    for best in reversed(back):
        tag = int(best[tag])
        tags.append(tag)
    return [TAGS[i] for i in reversed(tags)]


def _repair(words: list[str], tags: list[str]) -> None:
    """What a bigram can't see: a past form after *have* or *be* is a participle, one with no auxiliary is finite."""
    auxiliary = False
    for i, (word, tag) in enumerate(zip(words, tags, strict=True)):
        lower = word.lower()
        if lower in _AUXILIARIES:
            auxiliary = True
        elif tag in {"VBD", "VBN"}:
            if auxiliary and tag == "VBD":
                tags[i] = "VBN"
            elif tag == "VBN" and not auxiliary and _has_object(words, tags, i):
                tags[i] = "VBD"
            auxiliary = False
        elif tag == "VB" and _follows_nominative(words, tags, i):
            tags[i] = "VBP"  # "we hereby reject": a nominative takes a finite verb
            auxiliary = False
        elif tag == "POS" and i > 0 and tags[i - 1] in {"EX", "PRP", "WP"}:
            tags[i] = "VBZ"  # "there’s"
            auxiliary = True
        elif tag not in {"RB", "PU"} and lower not in {"not", "n't"}:
            auxiliary = False


_AUXILIARIES = frozenset({
    "have", "has", "had", "'ve", "having", "be", "am", "is", "are", "was", "were", "been", "being", "'re", "'m", "get",
    "gets", "got",
})  # fmt: skip


def _follows_nominative(words: list[str], tags: list[str], i: int) -> bool:
    """Whether "I", "we" or "they" stands before token *i*, over adverbs, and no question turns the two round."""
    before = i - 1
    while before >= 0 and tags[before] == "RB":
        before -= 1
    if before < 0 or words[before].lower() not in {"i", "we", "they"}:
        return False
    return before == 0 or tags[before - 1] not in {"MD", "VB", "VBP", "VBD", "VBZ", "TO", "WRB"}


def _has_object(words: list[str], tags: list[str], i: int) -> bool:
    """Whether a participle stands between noun and noun phrase, as only a past tense does ("troops left it")."""
    if i + 1 >= len(words) or tags[i + 1] not in {"DT", "PRP", "PRP$"}:
        return False
    before = i - 1
    while before >= 0 and tags[before] == "RB":
        before -= 1
    return before >= 0 and tags[before] in NOUNS and words[i + 1].lower() not in {"this", "that", "last", "all", "both"}


def _units(doc: Doc, start: int, end: int) -> list[tuple[int, int]]:
    """Token ranges to tag as one word each: quotation marks left out, hyphenated compounds joined."""
    units: list[tuple[int, int]] = []
    i = start
    while i < end:
        token = doc[i]
        if token.is_space or token.text in QUOTES:
            i += 1
            continue
        j = i + 1
        while (
            j + 1 < end
            and doc[j].text in {"-", "‑"}
            and not doc[j - 1].whitespace_
            and not doc[j].whitespace_
            and doc[j - 1].text[-1:].isalnum()
            and doc[j + 1].text[:1].isalnum()
        ):
            j += 2
        units.append((i, j))
        i = j
    return units


# What the last Doc's words and tags were made from, and they: several stages ask for those of each Doc.
_last_words: tuple[bytes, list[str]] = (b"", [])
_last: tuple[bytes, list[str]] = (b"", [])


def words_of(doc: Doc) -> list[str]:
    """The text of each token. Each distinct word is decoded once; a look at a token makes objects."""
    global _last_words
    keys = doc.to_array("ORTH")
    made_from = keys.tobytes()
    known, words = _last_words
    if known != made_from:
        strings = doc.vocab.strings
        spelled = {key: strings[key] for key in set(keys.tolist())}
        words = [spelled[key] for key in keys.tolist()]
        _last_words = (made_from, words)
    return list(words)


def tags_of(doc: Doc) -> list[str]:
    """A tag of :data:`TAGS` for each token; white space and quotation marks are ``PU``.

    Sentences are tagged apart; the whole Doc counts as one where none are set. Never raises on any text.
    """
    global _last
    tagged = doc.has_annotation("TAG")
    made_from = doc.to_array(["ORTH", "TAG"] if tagged else ["ORTH", "SPACY", "SENT_START"]).tobytes()
    known, tags = _last
    if known != made_from:
        tags = _tags_of(doc)
        _last = (made_from, tags)
    return list(tags)


def _tags_of(doc: Doc) -> list[str]:
    if doc.has_annotation("TAG"):
        words, strings = words_of(doc), doc.vocab.strings
        pairs = list(zip(words, doc.to_array("TAG").tolist(), strict=True))
        ours = {(word, tag): _folded(word, strings[tag]) for word, tag in set(pairs)}
        folded = [ours[pair] for pair in pairs]
        _repair(words, folded)
        return folded
    tags = ["PU"] * len(doc)
    bounds = [(s.start, s.end) for s in doc.sents] if doc.has_annotation("SENT_START") else [(0, len(doc))]
    for start, end in bounds:
        for begin in range(start, end, _LONGEST):
            units = _units(doc, begin, min(begin + _LONGEST, end))
            if not units:
                continue
            words = ["".join(doc[k].text for k in range(i, j)) for i, j in units]
            found = _viterbi(words)
            _repair(words, found)
            for (i, j), tag in zip(units, found, strict=True):
                for k in range(i, j):
                    tags[k] = tag
    return tags


def _folded(word: str, tag: str) -> str:
    if not word.isalnum() and not any(map(str.isalnum, word)):
        return "X" if word in {"$", "%", "&", "£", "€"} else "PU"
    tag = _FOLD.get(tag, tag)
    return tag if tag in _INDEX else "X"
