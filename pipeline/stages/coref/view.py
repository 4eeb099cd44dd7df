"""The article as the coreference rules see it: tokens, sentences, quotation marks, names, in flat lists."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from typing import NamedTuple

from spacy.tokens import Doc

from pipeline import lexicon
from pipeline.annotations import paragraphs, text_of
from pipeline.naming import fold
from pipeline.stages.coref.tree import Tree
from pipeline.tagging import VERBS, tags_of, words_of

_LEFT, _RIGHT, _STRAIGHT = frozenset("“«„"), frozenset("”»"), '"'
_DEGREE = ("most", "more", "very", "so", "then", "now", "long-time", "one-time")

FUNCTION = lexicon.words("phrase_stoppers")


class NameSpan(NamedTuple):
    """A name in the view: token indices of the view, half open, its label, and its words on one line."""

    start: int
    end: int
    label: str
    text: str


class View:
    """Flat lists over the tokens of *doc* that are no white space. Indices are the view's; ``at`` leads back."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        # A look at a token makes objects: all is read from flat lists.
        words = words_of(doc)
        self.at = [i for i, word in enumerate(words) if not word.isspace()]
        self.text = [words[i] for i in self.at]
        self._begin: list[int] = doc.to_array("IDX")[self.at].tolist()
        self._all = text_of(doc)
        self.lower = [text.lower() if text.isascii() else fold(text).lower() for text in self.text]
        # A trained tagger's, where one ran before; else those of the word lists.
        tags = tags_of(doc)
        self.tag = [tags[i] for i in self.at]
        self.tree = Tree(doc, self.at) if doc.has_annotation("DEP") else None
        self.names = self._names()
        self.name_at = [-1] * len(self.at)
        for index, name in enumerate(self.names):
            self.name_at[name.start : name.end] = [index] * (name.end - name.start)
        self.sentence = self._sentences()
        self.paragraph = self._paragraphs()
        self.quoted = self._quoted()
        # Numbers that pass over what is wholly quoted: “…” [ten sentences later] “…,” he added.
        self.told_sentence = self._told(self.sentence)
        self.told_paragraph = self._told(self.paragraph)

    def __len__(self) -> int:
        return len(self.text)

    def words(self, start: int, end: int) -> str:
        """The text of a stretch of the view, on one line."""
        if start >= end:
            return ""
        low, high = self.characters(start, end)
        return " ".join(self._all[low:high].split())

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """The characters of a stretch of the view, which must hold a token."""
        return self._begin[start], self._begin[end - 1] + len(self.text[end - 1])

    def _names(self) -> list[NameSpan]:
        found = []
        for span in self.doc.ents:
            start, end = bisect_left(self.at, span.start), bisect_left(self.at, span.end)
            if start < end:
                found.append(NameSpan(start, end, span.label_, self.words(start, end)))
        return found

    def _sentences(self) -> list[int]:
        of_token = [0] * len(self.doc)
        if self.doc.has_annotation("SENT_START"):
            for number, span in enumerate(self.doc.sents):
                of_token[span.start : span.end] = [number] * (span.end - span.start)
        return [of_token[i] for i in self.at]

    def _paragraphs(self) -> list[int]:
        starts = [block.start for block in paragraphs(self.doc)]
        if not starts:
            return [0] * len(self.at)
        found, block = [], 0
        for begin in self._begin:
            while block + 1 < len(starts) and starts[block + 1] <= begin:
                block += 1
            found.append(block)
        return found

    def _quoted(self) -> list[bool]:
        """Whether a token stands between quotation marks; a paragraph's end closes what is open."""
        quoted = [False] * len(self.text)
        open_, paragraph = False, -1
        for i, text in enumerate(self.text):
            if self.paragraph[i] != paragraph:
                open_, paragraph = False, self.paragraph[i]
            if text in _LEFT:
                open_ = True
            elif text in _RIGHT:
                open_ = False
            elif text == _STRAIGHT:
                open_ = not open_
            quoted[i] = open_
        return quoted

    def _told(self, units: list[int]) -> list[int]:
        """For each token, how many sentences (or paragraphs) with words outside quotation marks come before its own."""
        told = {
            unit
            for unit, quoted, text in zip(units, self.quoted, self.text, strict=True)
            if not quoted and text[:1].isalpha()
        }
        count, numbers, previous = 0, [], -1
        for unit in units:
            if unit != previous:
                count += previous in told
                previous = unit
            numbers.append(count)
        return numbers

    def modifies(self, i: int) -> bool:
        """Whether token *i* can stand inside a noun phrase before its head: an adjective, a noun or a name."""
        if self.name_at[i] >= 0:
            return self.names[self.name_at[i]].label in ("NORP", "GPE", "ORG", "LOC", "FAC")
        lower = self.lower[i]
        if lower in _DEGREE or lower == "-":
            return True
        if lower in FUNCTION or not lower[0].isalnum() or self.text[i].isdigit():
            return False
        return self.tag[i] in _NOMINAL_TAGS

    def is_verb(self, i: int) -> bool:
        """Whether token *i* is a verb."""
        return self.tag[i] in VERBS

    def role_ending(self, stop: int) -> tuple[int, str] | None:
        """The longest role noun whose last word is the token before *stop*: its first token and canonical form."""
        table, last_words = lexicon.table("role_nouns"), _last_words()
        if stop < 1 or self.lower[stop - 1].rstrip(".").rsplit("-", 1)[-1] not in last_words:
            return None
        for start in range(max(0, stop - 5), stop):
            if self.sentence[start] != self.sentence[stop - 1]:
                continue
            role = table.get(fold(self.words(start, stop)).lower().rstrip("."))
            if role is not None:
                return start, role
        word = self.lower[stop - 1]
        role = table.get(word.rsplit("-", 1)[-1]) if "-" in word else None
        return (stop - 1, role) if role is not None else None


_NOMINAL_TAGS = frozenset({"JJ", "NN", "NNS", "NNP", "CD"})


@cache
def _last_words() -> frozenset[str]:
    return frozenset(key.replace("-", " ").split()[-1] for key in lexicon.table("role_nouns"))
