"""Gold: what is right in an article, written by a person, as text that a person can write and correct.

A file holds front matter, the article, and below the line ``--- annotations ---`` what it says, by its own words::

    ---
    article_id: harbour
    title: Harbour closed
    published: 2021-03-04
    licence: CC0-1.0
    annotator: Maria
    ---
    “We will rebuild it,” Keller said on Tuesday. …

    --- annotations ---
    PERSON Maria Keller = Keller; ~the mayor #2
    GPE Brill
    date Tuesday = 2021-03-02

    quote direct
    content: “We will rebuild it,”
    cue: said
    source: Keller
    speaker: Maria Keller

In place of the text, front matter may name an article of the corpus (``article: ID``), with ``text_sha256`` of its
clean text. Words are found wherever they stand as whole words, white space alike; ``#2`` picks an occurrence, of
several the one nearest to the content is meant (cue, source; first those between its pieces, then those of its
paragraph), else a number is needed. ``[...]`` in a long content
stands for the words between. ``stages: quotes, dates`` in front matter says what is annotated in full (without it, all
of which there is one). ``-`` is none. ``optional`` at the end of a line marks what counts neither for nor
against. A backslash makes the next character a plain one.

An entity's name and the forms after ``=`` are names wherever they occur (those inside a longer name excepted), or only
at the occurrences whose numbers stand behind them; ``~`` marks a form that is no name (*the mayor*, *she*), which needs
numbers only where not every occurrence means the entity.
"""

from __future__ import annotations

from pipeline.gold.placing import place
from pipeline.gold.reading import check_id, parse, read, read_folder
from pipeline.gold.records import (
    FIELDS,
    MAX_BYTES,
    SEPARATOR,
    STAGES,
    Gold,
    GoldClaim,
    GoldDate,
    GoldEntity,
    GoldError,
    GoldQuote,
    Mark,
    Placed,
    Words,
)
from pipeline.gold.writing import write

__all__ = [
    "FIELDS",
    "MAX_BYTES",
    "SEPARATOR",
    "STAGES",
    "Gold",
    "GoldClaim",
    "GoldDate",
    "GoldEntity",
    "GoldError",
    "GoldQuote",
    "Mark",
    "Placed",
    "Words",
    "check_id",
    "parse",
    "place",
    "read",
    "read_folder",
    "write",
]
