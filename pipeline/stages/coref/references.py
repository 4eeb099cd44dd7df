"""Definite nominals ("the cleric") and pronouns, each to the one named entity that fits; to none where two do."""

from __future__ import annotations

from typing import NamedTuple

from pipeline import gazetteer, lexicon
from pipeline.stages.coref.chains import Chain, title_gender
from pipeline.stages.coref.view import View

# How many sentences back an entity is still in mind, for nominals and for pronouns.
NOMINAL_WINDOW = 12
PRONOUN_WINDOW = 2

_HE = {"he": "m", "him": "m", "his": "m", "himself": "m"}
_SHE = {"she": "f", "her": "f", "hers": "f", "herself": "f"}
_GENDERED_ROLES = {
    "actress": "f",
    "queen": "f",
    "princess": "f",
    "first lady": "f",
    "king": "m",
    "prince": "m",
    "pope": "m",
    "imam": "m",
    "ayatollah": "m",
    "monk": "m",
    "emir": "m",
    "sultan": "m",
    "sheikh": "m",
}
_GENDERED_WORDS = {
    "spokesman": "m",
    "spokeswoman": "f",
    "businessman": "m",
    "businesswoman": "f",
    "chairman": "m",
    "chairwoman": "f",
    "congressman": "m",
    "congresswoman": "f",
    "strongman": "m",
    "husband": "m",
    "wife": "f",
    "father": "m",
    "mother": "f",
    "son": "m",
    "daughter": "f",
    "brother": "m",
    "sister": "f",
}


class Reference(NamedTuple):
    """A nominal or pronoun and the chain it stands for. Token indices, half open."""

    start: int
    end: int
    kind: str
    chain: int


class _Seen(NamedTuple):
    token: int
    sentence: int
    paragraph: int
    chain: int
    subject: bool
    modifier: bool


def resolve(view: View, chains: list[Chain], of_name: list[int | None], taken: set[int]) -> list[Reference]:
    """The nominals and pronouns that stand for a chain, in order. Tokens in *taken* belong to descriptions."""
    _genders(view, chains)
    found: list[Reference] = []
    recent: list[_Seen] = []
    roles, groups = lexicon.table("role_nouns"), lexicon.table("group_nouns")
    i = 0
    while i < len(view):
        index = view.name_at[i]
        if index >= 0:
            span = view.names[index]
            number = of_name[index]
            if number is not None:
                recent.append(_seen(view, span.start, span.end, number))
            i = span.end
            continue
        lower = view.lower[i]
        reference: Reference | None = None
        if lower in _HE or lower in _SHE:
            number = _person(view, chains, recent, i, _HE.get(lower) or _SHE[lower])
            if number is not None:
                reference = Reference(i, i + 1, "pronoun", number)
        elif lower == "the" and i not in taken:
            reference = _nominal(view, chains, recent, i, roles, groups)
        if reference is not None:
            found.append(reference)
            recent.append(_seen(view, reference.start, reference.end, reference.chain))
            i = reference.end
            continue
        i += 1
    return found


def _seen(view: View, start: int, end: int, chain: int) -> _Seen:
    # "US troops": a name used as an adjective puts the troops in mind, not the country.
    modifier = end < len(view) and view.name_at[end] < 0 and view.lower[end][:1].isalpha() and view.modifies(end)
    return _Seen(start, view.sentence[start], view.paragraph[start], chain, _is_subject(view, start, end), modifier)


def _is_subject(view: View, start: int, end: int) -> bool:
    """Whether a mention looks like a subject: a clause or a title opens it, and no preposition or possessive holds it."""
    if view.doc.has_annotation("DEP"):
        return any(token.dep_ in ("nsubj", "nsubjpass", "nsubj:pass") for token in view.doc[start:end])
    if end < len(view) and view.lower[end] in ("'s", "'"):
        return False
    k = start - 1
    sentence = view.sentence[start]
    while k >= 0 and view.sentence[k] == sentence and start - k <= 8:
        lower = view.lower[k]
        if lower in _PREPOSITIONS or lower in ("and", "or"):
            return False
        if lower in (",", ";", ":", "that", "when", "while", "after", "before", "because", "if", "as", "but", "said"):
            return True
        if view.text[k] in '“”"':
            return True
        k -= 1
    return k < 0 or view.sentence[k] != sentence


_PREPOSITIONS = frozenset(
    "of in for on at by with from to against between among under over about into through during without toward towards "
    "near behind like including than".split()
)


def _genders(view: View, chains: list[Chain]) -> None:
    """What the text shows of each person's sex: courtesy titles and words such as *spokeswoman*, before given names."""
    for chain in chains:
        if not chain.names or chain.label != "PERSON":
            continue
        shown = ""
        for index in chain.names:
            shown = shown or title_gender(view, view.names[index].start)
        for role in chain.roles:
            shown = shown or _GENDERED_ROLES.get(role, "")
        for description in chain.descriptions:
            for word in description.lower().split():
                shown = shown or _GENDERED_WORDS.get(word.strip(",."), "")
        if shown:
            chain.gender, chain.gender_sure = shown, True


def _person(view: View, chains: list[Chain], recent: list[_Seen], i: int, gender: str) -> int | None:
    """The person a pronoun stands for: of those named near before, the one that stands out; None where none does."""
    if view.quoted[i]:
        return None
    sentence = view.sentence[i]
    near: dict[int, tuple[int, int, int]] = {}
    for seen in reversed(recent[-40:]):
        distance = sentence - seen.sentence
        if distance > PRONOUN_WINDOW or view.paragraph[i] - seen.paragraph > 1:
            break
        chain = chains[seen.chain]
        if chain.label != "PERSON" or chain.gender not in ("", gender) or view.quoted[seen.token]:
            continue
        rank = (distance, 0 if seen.subject else 1, i - seen.token)
        if seen.chain not in near or rank < near[seen.chain]:
            near[seen.chain] = rank
    if not near:
        return None
    ranked = sorted((rank, number) for number, rank in near.items())
    if len(ranked) == 1:
        return ranked[0][1]
    (best, first), (second, _) = ranked[0], ranked[1]
    # One subject before others in the same sentence, or one person of a nearer sentence who is its subject.
    if best[1] == 0 and (second[1] == 1 or second[0] > best[0]):
        return first
    return None


def _nominal(
    view: View, chains: list[Chain], recent: list[_Seen], i: int, roles: dict[str, str], groups: dict[str, str]
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


def _by_role(view: View, chains: list[Chain], recent: list[_Seen], i: int, head: int, role: str) -> int | None:
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


def _by_group(view: View, chains: list[Chain], recent: list[_Seen], i: int, end: int, label: str) -> int | None:
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
