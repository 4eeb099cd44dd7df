"""The word lists of the name rules, compiled once a process for look-up by token."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline import gazetteer, lexicon
from pipeline.naming import fold

PARTICLES = lexicon.words("name_particles")
ARTICLES = lexicon.words("name_articles")
FUNCTION_WORDS = lexicon.words("never_names")
CALENDAR = lexicon.words("calendar_words")


@dataclass(frozen=True)
class Words:
    """The lists, keyed as the rules ask for them. Gazetteers map a tuple of folded tokens to a label."""

    names: dict[tuple[str, ...], str]
    countries: frozenset[str]
    longest_name: int
    name_lengths: dict[str, int]  # tokens of the longest name that begins with a token
    titles: frozenset[tuple[str, ...]]
    longest_title: int
    title_openers: frozenset[str]  # first words of titles
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
    if name.isalpha():
        return (name,)
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

    common, given = lexicon.words("common_words"), lexicon.table("given_names")
    for places in (gazetteer.cities(), gazetteer.states()):
        for name in places:
            if len(name) > 3 and name.lower() not in common and name not in given:
                put(name, "GPE")
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
    name_lengths: dict[str, int] = {}
    for key in names:
        name_lengths[key[0]] = max(len(key), name_lengths.get(key[0], 0))
    return Words(
        names=names,
        countries=frozenset(gazetteer.countries()),
        longest_name=max(name_lengths.values()),
        name_lengths=name_lengths,
        titles=titles,
        longest_title=max(map(len, titles)),
        title_openers=frozenset(title[0] for title in titles),
        given=given,
        common=common,
        not_acronyms=lexicon.words("not_acronyms"),
        heads=heads,
        suffixes=lexicon.words("organisation_suffixes"),
        openers=lexicon.words("organisation_openers"),
        roles=frozenset(lexicon.table("role_nouns")),
        groups=lexicon.table("group_nouns"),
    )
