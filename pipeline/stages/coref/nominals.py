"""Definite nominals ("the cleric", "the country"), each to the one named entity that was called so."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import gazetteer, lexicon
from pipeline.naming import fold
from pipeline.stages.coref.chains import Chain
from pipeline.stages.coref.seen import Reference, Seen
from pipeline.stages.coref.view import View

# How many sentences back an entity is still in mind.
NOMINAL_WINDOW = 12


def nominal(
    view: View, chains: list[Chain], recent: list[Seen], i: int, roles: dict[str, str], groups: dict[str, str]
) -> Reference | None:
    """ "the [Iraqi] prime minister", "the group": at most four words, no complement, no name behind."""
    stop = i + 1
    while stop < min(len(view), i + 6) and view.sentence[stop] == view.sentence[i] and view.modifies(stop):
        stop += 1
    for end in range(stop, i + 1, -1):
        if view.name_at[end - 1] >= 0:
            continue
        role = view.role_ending(end)
        if role is not None and role[0] > i:
            if not _ends_phrase(view, end):
                continue
            number = _by_role(view, chains, recent, i, role[0], role[1])
            return Reference(i, end, "nominal", number) if number is not None else None
        if view.lower[end - 1] in groups and _ends_phrase(view, end) and end - i <= 3:
            number = _by_group(view, chains, recent, i, end, groups[view.lower[end - 1]])
            return Reference(i, end, "nominal", number) if number is not None else None
    return None


def _ends_phrase(view: View, end: int) -> bool:
    """Whether no name, noun or complement goes on behind the noun that ends at *end*."""
    if end >= len(view):
        return True
    if view.name_at[end] >= 0 or view.lower[end] in ("of", "-", "who", "whose", "for", "in", "from", "to"):
        return view.lower[end] in ("in", "from", "to", "for") and view.name_at[end] < 0
    return not (view.text[end][:1].isupper() and view.sentence[end] == view.sentence[end - 1])


def _by_role(view: View, chains: list[Chain], recent: list[Seen], i: int, head: int, role: str) -> int | None:
    sentence = view.sentence[i]
    modifiers = {view.lower[k] for k in range(i + 1, head)}
    sides = {_SIDES[word] for word in modifiers if word in _SIDES}
    nations = {w for w in (gazetteer.nationality_code(view.text[k]) or "" for k in range(i + 1, head)) if w}
    last: dict[int, int] = {}
    for seen in reversed(recent[-200:]):
        if sentence - seen.sentence > NOMINAL_WINDOW:
            break
        chain = chains[seen.chain]
        if chain.label != "PERSON" or seen.chain in last:
            continue
        if _role_fits(chain, role) and not (sides and _sides(chain) - sides):
            last[seen.chain] = seen.sentence
    fits = list(last)
    if sides:
        # "the GOP candidate": who was called a Republican one comes before who was called a candidate.
        fits = [n for n in fits if _sides(chains[n])] or fits
    if nations:
        same = [n for n in fits if nations & _nations(chains[n])]
        fits = same or [n for n in fits if not _nations(chains[n])]
    if "former" in modifiers or "new" in modifiers or "next" in modifiers:
        fits = [
            n for n in fits if any(w in d.lower() for d in chains[n].descriptions for w in ("former", "new", "next"))
        ]
    if len(fits) == 1:
        return fits[0]
    if len(fits) > 1:
        near = [n for n in fits if sentence - last[n] <= 1]
        return near[0] if len(near) == 1 else None
    return None if nations or role not in _REDESCRIBES else _only_person(view, chains, recent, i)


# Nouns that call a person something else again ("the star"), not ones that bring in another ("the judge").
_REDESCRIBES = frozenset(
    (
        "actor",
        "actress",
        "author",
        "billionaire",
        "businessman",
        "businesswoman",
        "candidate",
        "cleric",
        "comedian",
        "lawmaker",
        "mogul",
        "musician",
        "nominee",
        "novelist",
        "politician",
        "rapper",
        "singer",
        "star",
        "tycoon",
    )
)


def _just_named(view: View, chains: list[Chain], recent: list[Seen], i: int, label: str) -> Iterator[tuple[Seen, int]]:
    """Mentions of chains of *label* in the sentence of token *i* and the one before, the last first, and how many
    sentences back each stands."""
    for seen in reversed(recent[-30:]):
        distance = view.told_sentence[i] - view.told_sentence[seen.token]
        if distance > 1 or view.told_paragraph[i] - view.told_paragraph[seen.token] > 1:
            return
        if chains[seen.chain].label == label:
            yield seen, distance


def _only_person(view: View, chains: list[Chain], recent: list[Seen], i: int) -> int | None:
    """The only person in mind in this sentence and the one before it, if that one is about him or her."""
    near = list(_just_named(view, chains, recent, i, "PERSON"))
    subject = any(seen.subject and distance == 1 for seen, distance in near)
    found = {seen.chain for seen, _ in near}
    return found.pop() if len(found) == 1 and subject else None


# Words for a party beside a role, with the one that they are counted as.
_SIDES = {
    "gop": "republican", "republican": "republican", "republicans": "republican", "democratic": "democratic",
    "democrat": "democratic", "democrats": "democratic", "conservative": "conservative", "tory": "conservative",
    "labour": "labour", "labor": "labour", "libertarian": "libertarian", "liberal": "liberal", "green": "green",
}  # fmt: skip


def _sides(chain: Chain) -> set[str]:
    words = {word.strip(",.").lower() for description in chain.descriptions for word in description.split()}
    return {_SIDES[word] for word in words if word in _SIDES}


def _role_fits(chain: Chain, role: str) -> bool:
    if role in ("candidate", "nominee") and {"candidate", "nominee"} & chain.roles.keys():
        return True
    return role in chain.roles or any(
        role in known.split() and role not in ("minister", "chief") for known in chain.roles
    )


def _nations(chain: Chain) -> set[str]:
    words = {word.strip(",.") for description in chain.descriptions for word in description.split()}
    codes = {gazetteer.nationality_code(word) or gazetteer.country_code(word) for word in words}
    return {code for code in codes if code}


def _by_group(view: View, chains: list[Chain], recent: list[Seen], i: int, end: int, label: str) -> int | None:
    """ "the group", "the country": the nearest entity that was called so, or whose name says so; else the one
    organisation that the sentence before is about, if nothing says that it is something else."""
    noun = view.lower[end - 1]
    sentence = view.sentence[i]
    candidates: dict[int, int] = {}
    for seen in reversed(recent[-60:]):
        if sentence - seen.sentence > 3:
            break
        chain = chains[seen.chain]
        if seen.chain in candidates:
            continue
        if noun in _PLACE_KINDS and chain.label == "GPE":
            fits = chain.key.startswith(_PLACE_KINDS[noun]) and not seen.modifier
        else:
            said = _KINDS.get(noun, {noun})
            fits = noun in chain.groups or (chain.label == label and not said.isdisjoint(chain.parts))
        # "the student newspaper" isn't the paper that was named.
        if fits and _describes(view, i + 1, end - 1, chain):
            candidates[seen.chain] = seen.sentence
    if len(candidates) == 1:
        return next(iter(candidates))
    if candidates or label != "ORG" or end - i > 2:
        return None
    return _told_of(view, chains, recent, i, noun)


def _describes(view: View, start: int, stop: int, chain: Chain) -> bool:
    """Whether the words before a group noun, if any, were said of the chain or are in its name."""
    said = {word.strip(",.").lower() for text in chain.descriptions for word in text.split()} | {*chain.parts}
    return all(view.lower[k] in said or gazetteer.nationality_code(view.text[k]) for k in range(start, stop))


_PLACE_KINDS = {"country": "country:", "nation": "country:", "city": "city:", "state": "state:"}
# Nouns for an organisation, with the words of names that say as much.
_KINDS = {
    "agency": {"agency", "office", "bureau", "administration", "service"},
    "bank": {"bank", "bancorp"},
    "company": {
        "company",
        "inc",
        "corp",
        "corporation",
        "co",
        "ltd",
        "plc",
        "group",
        "industries",
        "airlines",
        "motors",
    },
    "firm": {"firm", "inc", "llp", "llc", "associates", "partners", "corp", "ltd", "plc"},
    "newspaper": {"times", "post", "journal", "gazette", "herald", "tribune", "newspaper", "guardian", "telegraph"},
    "paper": {"times", "post", "journal", "gazette", "herald", "tribune", "guardian", "telegraph"},
    "network": {"network", "news", "tv", "television"},
    "organisation": {"organisation", "organization"},
    "organization": {"organisation", "organization"},
    "university": {"university", "college"},
}


def _told_of(view: View, chains: list[Chain], recent: list[Seen], i: int, noun: str) -> int | None:
    """The organisation that *noun* may stand for with nothing that says so: the only one named in this sentence and the
    one before it, as the subject of that one, and called nothing else."""
    near = list(_just_named(view, chains, recent, i, "ORG"))
    found = {seen.chain for seen, _ in near}
    if len(found) != 1 or not any(seen.subject for seen, _ in near):
        return None
    number = found.pop()
    chain = chains[number]
    # A name with a noun of its own ("court", "party") is called by that.
    called = chain.groups.keys() | ({*chain.parts} & lexicon.table("group_nouns").keys())
    return None if called or noun in _NEEDS_A_NAME else number


_NEEDS_A_NAME = frozenset(
    {"court", "party", "school", "side", "team", "force", "army", "cabinet", "union", "panel", "squad"}
)


def head_nouns(chains: list[Chain]) -> dict[str, set[int]]:
    """The noun that closes a name or stands before its *of*, *mosque* of *Grand Mosque*, to the chains so named."""
    found: dict[str, set[int]] = {}
    common = lexicon.words("common_words")
    for number, chain in enumerate(chains):
        if not chain.names or chain.label in ("PERSON", "NORP", "GPE"):
            continue
        for form in chain.forms:
            words = fold(form).lower().split()
            head = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
            if len(words) > 1 and head in common:
                found.setdefault(head, set()).add(number)
    return found


def named_noun(
    view: View, chains: list[Chain], recent: list[Seen], i: int, heads: dict[str, set[int]]
) -> Reference | None:
    """ "the mosque", after the *Grand Mosque* and no other mosque."""
    if i + 1 >= len(view) or view.sentence[i + 1] != view.sentence[i] or not _ends_phrase(view, i + 2):
        return None
    fits = heads.get(view.lower[i + 1], set())
    if len(fits) != 1 or not view.text[i + 1].islower():
        return None
    if i + 2 < len(view) and view.tag[i + 2] in ("NN", "NNS"):
        return None  # "the mosque wall"
    number = next(iter(fits))
    sentence = view.sentence[i]
    near = any(seen.chain == number and sentence - seen.sentence <= NOMINAL_WINDOW for seen in recent[-120:])
    return Reference(i, i + 2, "nominal", number) if near else None
