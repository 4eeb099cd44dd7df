"""The article as the coreference rules see it: tokens, sentences, quotation marks, names, in flat lists."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from spacy.tokens import Doc, Span

from pipeline import lexicon
from pipeline.annotations import paragraphs
from pipeline.naming import fold

_LEFT, _RIGHT, _STRAIGHT = frozenset("“«„"), frozenset("”»"), '"'
_DEGREE = ("most", "more", "very", "so", "then", "now", "long-time", "one-time")

FUNCTION = frozenset(
    [
        *(
            "a",
            "an",
            "the",
            "this",
            "that",
            "these",
            "those",
            "it",
            "its",
            "he",
            "she",
            "they",
            "we",
            "you",
            "i",
            "his",
        ),
        *("her", "their", "our", "your", "my", "and", "or", "but", "nor", "so", "if", "when", "while", "as", "because"),
        *("since", "although", "though", "after", "before", "until", "unless", "than", "then", "where", "what", "who"),
        *("which", "whom", "whose", "why", "how", "in", "on", "at", "by", "for", "from", "to", "of", "with", "within"),
        *("without", "into", "onto", "over", "under", "above", "below", "between", "among", "against", "during"),
        *("through", "across", "about", "near", "off", "out", "up", "down", "is", "are", "was", "were", "be", "been"),
        *("being", "has", "have", "had", "do", "does", "did", "will", "would", "shall", "should", "can", "could"),
        *("may", "might", "must", "not", "no", "yes", "all", "any", "both", "each", "every", "either", "neither"),
        *("such", "also", "too", "even", "still", "again", "once", "never", "always", "often", "however", "there"),
        *("including", "like", "via", "per", "plus", "amid", "despite", "towards", "toward", "upon", "'s", "him", "us"),
        *("them", "me", "said", "says", "told", "say", "tells", "saying", "called", "named", "met", "made", "saw"),
        *("asked", "urged", "quoted", "added", "quoting", "citing", "only", "just", "later", "here", "today"),
    ]
)


@cache
def roles() -> dict[tuple[str, ...], str]:
    """Role nouns, cut into lower-case words, to the word they are counted as."""
    return {tuple(key.split()): value for key, value in lexicon.table("role_nouns").items()}


class View:
    """Flat lists over the tokens of *doc*. Everything is computed once, in one pass each."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.text = [token.text for token in doc]
        self.lower = [text.lower() if text.isascii() else fold(text).lower() for text in self.text]
        self.tagged = doc.has_annotation("TAG")
        self.tag = [token.tag_ for token in doc] if self.tagged else []
        self.names: list[Span] = list(doc.ents)
        self.name_at = [-1] * len(doc)
        for index, span in enumerate(self.names):
            self.name_at[span.start : span.end] = [index] * (span.end - span.start)
        self.sentence = [0] * len(doc)
        self.sentence_start: list[int] = []
        spans = doc.sents if doc.has_annotation("SENT_START") else [doc[:]]
        for number, span in enumerate(spans):
            self.sentence[span.start : span.end] = [number] * (span.end - span.start)
            self.sentence_start.append(span.start)
        self.paragraph = self._paragraphs()
        self.quoted = self._quoted()

    def __len__(self) -> int:
        return len(self.text)

    def _paragraphs(self) -> list[int]:
        blocks = paragraphs(self.doc)
        starts = [block.start for block in blocks]
        return [max(0, bisect_right(starts, token.idx) - 1) for token in self.doc]

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

    def modifies(self, i: int) -> bool:
        """Whether token *i* can stand inside a noun phrase before its head: an adjective, a noun or a name."""
        if self.name_at[i] >= 0:
            return self.names[self.name_at[i]].label_ in ("NORP", "GPE", "ORG", "LOC", "FAC")
        lower = self.lower[i]
        if self.tagged and self.tag[i]:
            return self.tag[i][:2] in ("JJ", "NN", "CD", "VB") and self.tag[i] not in ("VBD", "VBZ", "VBP", "VB", "MD")
        if lower in _DEGREE or lower == "-":
            return True
        return lower not in FUNCTION and (lower[0].isalpha() or lower[0].isdigit()) and not self.text[i].isdigit()

    def role_ending(self, stop: int) -> tuple[int, str] | None:
        """The longest role noun whose last word is the token before *stop*: its first token and canonical form."""
        table = roles()
        for length in (3, 2, 1):
            start = stop - length
            if start < 0:
                continue
            role = table.get(tuple(word.rstrip(".") for word in self.lower[start:stop]))
            if role is not None:
                return start, role
        if stop > 1 and self.lower[stop - 1].endswith("s") is False and "-" in self.lower[stop - 1]:
            role = table.get((self.lower[stop - 1].rsplit("-", 1)[-1],))
            if role is not None:
                return stop - 1, role
        return None
