"""Definite nominals ("the cleric", "the country"), each to the one named entity that was called so."""

from __future__ import annotations

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
    nations = {w for w in (gazetteer.nationality_code(view.text[k]) or "" for k in range(i + 1, head)) if w}
    last: dict[int, int] = {}
    for seen in reversed(recent[-200:]):
        if sentence - seen.sentence > NOMINAL_WINDOW:
            break
        chain = chains[seen.chain]
        if chain.label != "PERSON" or seen.chain in last:
            continue
        if _role_fits(chain, role):
            last[seen.chain] = seen.sentence
    fits = list(last)
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
    return None


def _role_fits(chain: Chain, role: str) -> bool:
    return role in chain.roles or any(
        role in known.split() and role not in ("minister", "chief") for known in chain.roles
    )


def _nations(chain: Chain) -> set[str]:
    words = {word.strip(",.") for description in chain.descriptions for word in description.split()}
    codes = {gazetteer.nationality_code(word) or gazetteer.country_code(word) for word in words}
    return {code for code in codes if code}


def _by_group(view: View, chains: list[Chain], recent: list[Seen], i: int, end: int, label: str) -> int | None:
    """ "the group", "the country": the nearest entity that was called so, or whose name says so."""
    noun = view.lower[end - 1]
    sentence = view.sentence[i]
    candidates: dict[int, int] = {}
    for seen in reversed(recent[-60:]):
        if sentence - seen.sentence > 3:
            break
        chain = chains[seen.chain]
        if seen.chain in candidates:
            continue
        if noun in ("country", "nation"):
            fits = chain.key.startswith("country:") and not seen.modifier
        else:
            fits = noun in chain.groups or (chain.label in (label, "ORG") and noun in chain.parts)
        if fits:
            candidates[seen.chain] = seen.sentence
    if len(candidates) == 1:
        return next(iter(candidates))
    return None


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
