"""The word lists of the name rules, compiled once a process for look-up by token."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline import gazetteer, lexicon
from pipeline.naming import fold

# Words inside a person's name that may be written small.
PARTICLES = frozenset(
    [
        "al",
        "el",
        "as",
        "ash",
        "ad",
        "an",
        "ar",
        "at",
        "az",
        "bin",
        "ibn",
        "bint",
        "abu",
        "abd",
        "ul",
        "ud",
        "van",
        "von",
        "der",
        "den",
        "de",
        "la",
        "le",
        "di",
        "da",
        "das",
        "dos",
        "do",
        "du",
        "del",
        "della",
        "ter",
        "ten",
        "ben",
        "y",
    ]
)
ARTICLES = frozenset({"al", "el", "as", "ash", "ad", "an", "ar", "at", "az", "ul", "ud"})
FUNCTION_WORDS = frozenset(
    [
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
        "her",
        "their",
        "our",
        "your",
        "my",
        "and",
        "or",
        "but",
        "nor",
        "so",
        "yet",
        "if",
        "when",
        "while",
        "as",
        "because",
        "since",
        "although",
        "though",
        "after",
        "before",
        "until",
        "unless",
        "than",
        "then",
        "there",
        "here",
        "where",
        "what",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "how",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "to",
        "of",
        "with",
        "without",
        "within",
        "into",
        "onto",
        "over",
        "under",
        "above",
        "below",
        "between",
        "among",
        "against",
        "during",
        "through",
        "across",
        "about",
        "around",
        "near",
        "off",
        "out",
        "up",
        "down",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "shall",
        "should",
        "can",
        "could",
        "may",
        "might",
        "must",
        "not",
        "no",
        "yes",
        "all",
        "any",
        "both",
        "each",
        "every",
        "either",
        "neither",
        "few",
        "many",
        "more",
        "most",
        "much",
        "other",
        "another",
        "some",
        "several",
        "such",
        "same",
        "only",
        "own",
        "just",
        "also",
        "too",
        "very",
        "even",
        "still",
        "again",
        "once",
        "now",
        "never",
        "always",
        "often",
        "perhaps",
        "however",
        "meanwhile",
        "moreover",
        "furthermore",
        "therefore",
        "thus",
        "instead",
        "despite",
        "according",
        "following",
        "speaking",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "first",
        "second",
        "third",
        "last",
        "next",
        "let's",
        "please",
        "well",
        "ok",
        "okay",
        "oh",
        "hi",
        "hello",
        "dear",
        "thanks",
        "thank",
    ]
)
CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december mon tue tues wed thu thurs fri sat sun jan feb mar apr jun jul aug sep sept oct "
    "nov dec christmas easter ramadan "
    # Languages, which are no names by the contract.
    "arabic farsi urdu hindi mandarin cantonese pashto dari hebrew latin bengali esperanto gmt est pst utc".split()
)


@dataclass(frozen=True)
class Words:
    """The lists, keyed as the rules ask for them. Gazetteers map a tuple of folded tokens to a label."""

    names: dict[tuple[str, ...], str]
    countries: frozenset[str]
    longest_name: int
    titles: frozenset[tuple[str, ...]]
    longest_title: int
    given: dict[str, str]
    common: frozenset[str]
    not_acronyms: frozenset[str]
    heads: dict[str, str]
    suffixes: frozenset[str]
    openers: frozenset[str]
    roles: frozenset[str]
    groups: dict[str, str]


def tokens_of(name: str) -> tuple[str, ...]:
    """*name* cut as the tokenizer cuts it: at spaces, around hyphens between letters, before ``'s``."""
    for mark in ("-", "–", "/", "(", ")", ","):
        name = name.replace(mark, f" {mark} ")
    if name.endswith("s'"):
        name = f"{name[:-1]} '"
    name = name.replace("s' ", "s ' ").replace("'s ", " 's ")
    return tuple(name.split())


@cache
def load() -> Words:
    """Read and compile the lists; cached for the life of the process."""
    names: dict[tuple[str, ...], str] = {}

    def put(name: str, label: str) -> None:
        key = tokens_of(fold(name))
        if key:
            names[key] = label

    common = frozenset(lexicon.words("common_words"))
    for label, table in (("GPE", gazetteer.cities()), ("GPE", gazetteer.states())):
        for name in table:
            if name.lower() not in common and name not in lexicon.table("given_names") and len(name) > 3:
                put(name, label)
    for name in gazetteer.regions():
        put(name, "LOC")
    for name in gazetteer.countries():
        put(name, "GPE")
    for name in gazetteer.nationalities():
        put(name, "NORP")
    for name in lexicon.words("peoples"):
        put(name, "NORP")
    for name in lexicon.table("organisations"):
        put(name, "ORG")
        if name.startswith("al-"):
            put(f"Al-{name[3:]}", "ORG")
    heads = {
        head: label
        for label, name in (
            ("LAW", "law_heads"),
            ("EVENT", "event_heads"),
            ("LOC", "location_heads"),
            ("GPE", "political_place_heads"),
            ("FAC", "facility_heads"),
            ("ORG", "organisation_heads"),
        )
        for head in lexicon.words(name)
    }
    titles = frozenset(tuple(title.split()) for title in lexicon.words("person_titles"))
    return Words(
        names=names,
        countries=frozenset((*gazetteer.countries(), *gazetteer.capitals())),
        longest_name=max(map(len, names)),
        titles=titles,
        longest_title=max(map(len, titles)),
        given=lexicon.table("given_names"),
        common=common,
        not_acronyms=lexicon.words("not_acronyms"),
        heads=heads,
        suffixes=lexicon.words("organisation_suffixes"),
        openers=lexicon.words("organisation_openers"),
        roles=frozenset(lexicon.table("role_nouns")),
        groups=lexicon.table("group_nouns"),
    )
