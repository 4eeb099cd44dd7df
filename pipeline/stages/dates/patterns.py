"""Patterns over token classes: how the grammar is written, and how a text is searched with it.

A pattern is written in class names (:data:`~pipeline.stages.dates.tokens.CODE`) and the operators of ``re``; ``@num``
and its like stand for the patterns of :data:`MACROS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from pipeline.stages.dates.meaning import Found, Meaning, Relation
from pipeline.stages.dates.tokens import CODE, Tokens

MACROS = {
    "@num": "(?:(?:NUM1|NUM|YEAR)(?:FRACTION|AND A?HALF)?|FRACTION|HALF A|@words(?:AND A?HALF)?)",
    "@words": "(?:A?WBIG|WNUM)(?:HYPHEN?(?:WNUM|WBIG)|(?<=WBIG)AND WNUM){0,7}",
    "@some": "(?:A?FEW OF?|A WHILE)",
    "@rel": "(?:LAST|PAST|PREV|NEXT|COMING|FOLLOWING|THIS|CURRENT|THAT|THESE|SAME|LATEST|RECENT)",
    "@srel": "(?:LAST|PAST|PREV|NEXT|COMING|FOLLOWING|THESE|RECENT|LATEST)",
    "@unit": "(?:UNIT|UNITS|QUARTER)",
    "@year": "(?:YEAR|YEAR2)",
    "@shift": "(?:AGO|EARLIER|LATER|PREVIOUSLY|HENCE|BEFORE|AFTER)",
    "@day": "(?:NUM1|ORD)",
}


def compiled(template: str) -> re.Pattern[str]:
    """The pattern of a template: macros written out, class names as their characters, white space dropped."""
    for name, body in MACROS.items():
        template = template.replace(name, body)
    body = re.sub(r"(?<!\(\?)\b[A-Z][A-Z0-9]*\b", lambda found: CODE[found[0]], template)
    return re.compile(re.sub(r"\s+", "", body))


Builder = Callable[[Tokens, re.Match[str]], Meaning | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of atom."""

    name: str
    pattern: re.Pattern[str]
    build: Builder


RULES: list[Rule] = []


def rule(name: str, *templates: str) -> Callable[[Builder], Builder]:
    """Register the decorated function as the reader of *templates*."""

    def register(build: Builder) -> Builder:
        RULES.extend(Rule(name, compiled(template), build) for template in templates)
        return build

    return register


def value_of(tokens: Tokens, match: re.Match[str], group: str) -> str | None:
    if group not in match.re.groupindex:
        return None
    index = match.start(group)
    return tokens.values[index] if index >= 0 else None


def int_of(tokens: Tokens, match: re.Match[str], group: str) -> int | None:
    value = value_of(tokens, match, group)
    return int(value) if value and value.isdigit() else None


RELATION: dict[str, Relation] = {
    "LAST": "last", "PAST": "past", "PREV": "previous", "NEXT": "next", "COMING": "coming", "FOLLOWING": "following",
    "THIS": "this", "CURRENT": "current", "THAT": "that", "SAME": "same", "LATEST": "latest", "THE": "the",
    "CORRESPONDING": "same", "THESE": "this", "RECENT": "recent",
}  # fmt: skip


_FUNCTION_WORDS = frozenset([
    "and", "or", "but", "of", "in", "on", "at", "to", "for", "with", "by", "from", "as", "when", "while", "after",
    "before", "that", "who", "which", "is", "was", "were", "had", "has", "will", "would", "he", "she", "it", "they",
    "we", "i", "you", "the", "a", "an", "his", "her", "their", "its", "until", "since", "during", "into", "through",
    "if", "because", "there"
])  # fmt: skip


def ends_phrase(tokens: Tokens, index: int) -> bool:
    """Whether no noun follows for which the words before would be an attribute ("the dawn raid")."""
    return (
        tokens.cls(index) != "OTHER" or not tokens.words[index][0].isalpha() or tokens.lower(index) in _FUNCTION_WORDS
    )


_CLOSERS = frozenset([";", ":", ")", "”", '"', "''", "?", "!", "–", "—", "and", "but", "when", "in", "at", "on"])


def closes(tokens: Tokens, index: int) -> bool:
    """Whether a phrase ends before the token, so that "two days before" stands for itself."""
    return tokens.cls(index) in ("BREAK", "COMMA", "DOT") or tokens.lower(index) in _CLOSERS


_NEVER_FIRST = (
    "OTHER", "BREAK", "COMMA", "DOT", "POSS", "LPAREN", "TO", "AND", "OR", "SLASHMARK", "HYPHEN", "IN", "ON", "TIME",
    "TERM", "OLD", "AGE", "SO", "MORE", "THAN", "LEAST", "MOST", "UP", "WITHIN", "OVER", "APPROX", "AHEAD", "BEYOND",
    "AGO",
)  # fmt: skip
_FIRST_CODES = frozenset(code for name, code in CODE.items() if name not in _NEVER_FIRST)


@cache
def anywhere() -> re.Pattern[str]:
    """Matches wherever some rule does: one search through the text in place of one a rule and token."""
    unnamed = "|".join(re.sub(r"\(\?P<\w+>", "(?:", item.pattern.pattern) for item in RULES)
    return re.compile(f"(?=[{''.join(sorted(_FIRST_CODES))}])(?:{unnamed})")


def atoms(tokens: Tokens) -> list[Found]:
    """The longest atom at each place, left to right, without overlap."""
    found: list[Found] = []
    codes = tokens.codes
    search = anywhere().search
    begins = search(codes)
    while begins:
        index = begins.start()
        best: Found | None = None
        for item in RULES:
            match = item.pattern.match(codes, index)
            if match and (best is None or match.end() > best.last):
                meaning = item.build(tokens, match)
                if meaning is not None:
                    best = Found(index, match.end(), meaning)
        if best is not None:
            found.append(best)
        begins = search(codes, index + 1 if best is None else best.last)
    return found
