"""Definite nominals ("the cleric") and pronouns, each to the one named entity that fits; to none where two do."""

from __future__ import annotations

from typing import NamedTuple

from pipeline import gazetteer, lexicon
from pipeline.naming import fold
from pipeline.stages.coref.chains import Chain, title_gender
from pipeline.stages.coref.view import FUNCTION, View

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
    end: int
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
    heads = _head_nouns(chains)
    i = 0
    while i < len(view):
        index = view.name_at[i]
        if index >= 0:
            span = view.names[index]
            number = of_name[index]
            if number is not None:
                recent.append(_seen(view, span.start, span.end, number, span.label != "PERSON"))
            i = span.end
            continue
        lower = view.lower[i]
        reference: Reference | None = None
        if lower in _HE or lower in _SHE:
            number = _person(view, chains, recent, i, _HE.get(lower) or _SHE[lower])
            if number is not None:
                reference = Reference(i, i + 1, "pronoun", number)
        elif lower in ("its", "it") and not view.quoted[i]:
            number = _thing(view, chains, recent, i)
            if number is not None:
                reference = Reference(i, i + 1, "pronoun", number)
        elif lower == "the" and i not in taken:
            reference = _nominal(view, chains, recent, i, roles, groups) or _named_noun(view, chains, recent, i, heads)
        if reference is not None:
            found.append(reference)
            recent.append(_seen(view, reference.start, reference.end, reference.chain))
            i = reference.end
            continue
        i += 1
    return found


def _seen(view: View, start: int, end: int, chain: int, may_modify: bool = False) -> _Seen:
    # "US troops": a name used as an adjective puts the troops in mind, not the country.
    modifier = may_modify and end < len(view) and view.name_at[end] < 0 and view.sentence[end] == view.sentence[start]
    modifier = modifier and (view.lower[end] == "-" or (view.lower[end][:1].isalpha() and view.modifies(end)))
    subject = not modifier and _is_subject(view, start, end)
    return _Seen(start, end, view.sentence[start], view.paragraph[start], chain, subject, modifier)


def _is_subject(view: View, start: int, end: int) -> bool:
    """Whether a mention looks like a subject: a clause begins before it, and no verb, preposition or possessive."""
    if view.parsed:
        return _parsed_subject(view, start, end)
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
        if view.name_at[k] < 0 and view.is_verb(k):
            return False
        k -= 1
    return k < 0 or view.sentence[k] != sentence


_CLAUSE_WORDS = lexicon.words("clause_openers") | {",", ";", ":", "'s"}


def _parsed_subject(view: View, start: int, end: int) -> bool:
    """Whether the parse makes the mention, or the title or role that it hangs on ("cleric X"), a subject."""
    inside = range(view.at[start], view.at[end - 1] + 1)
    token = next((view.doc[i] for i in inside if view.doc[i].head.i not in inside or view.doc[i].head.i == i), None)
    for _ in range(4):
        if token is None or token.dep_ in _SUBJECTS:
            return token is not None
        if token.dep_ not in _NAME_PARTS or token.head.i == token.i:
            return False
        token = token.head
    return False


_SUBJECTS = frozenset({"nsubj", "nsubjpass", "nsubj:pass", "nsubj:outer"})
_NAME_PARTS = frozenset({"flat", "flat:name", "appos", "compound", "nmod:desc", "name"})
_PREPOSITIONS = lexicon.words("prepositions")


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
    quoted = view.quoted[i]
    sentences = view.sentence if quoted else view.told_sentence
    near: dict[int, tuple[int, int, int]] = {}
    for seen in reversed(recent[-60:]):
        distance = sentences[i] - sentences[seen.token]
        if distance > PRONOUN_WINDOW or view.told_paragraph[i] - view.told_paragraph[seen.token] > 1:
            break
        chain = chains[seen.chain]
        # Inside a quotation the speaker's world counts: only who is named in it.
        if chain.label != "PERSON" or chain.gender not in ("", gender) or view.quoted[seen.token] != quoted:
            continue
        if distance == 0 and _apart(view, seen.token, i):
            continue
        if distance == 0 and view.lower[i] in ("his", "her") and view.lower[i - 1] == "and" and seen.end == i - 1:
            return seen.chain  # "Keller and her father"
        rank = (distance, 0 if seen.subject else 1, i - seen.token)
        if seen.chain not in near or rank < near[seen.chain]:
            near[seen.chain] = rank
    if not near:
        return None
    ranked = sorted((rank, number) for number, rank in near.items())
    best, first = ranked[0]
    if view.lower[i] in ("himself", "herself"):
        return first if best[:2] == (0, 0) else None
    # Who stands in another role of an earlier sentence ("recruited by X") is seldom taken up.
    if best[0] > 0 and best[1] > 0:
        return None
    if len(ranked) == 1:
        return first
    second = ranked[1][0]
    # One subject before others in the same sentence, or the subject of a nearer sentence.
    return first if best[1] == 0 and (second[1] == 1 or second[0] > best[0]) else None


def _apart(view: View, start: int, i: int) -> bool:
    """Whether a pronoun is the object of a clause whose subject is named at *start*: they are two people."""
    if view.lower[i] not in ("him", "her") or not _same_clause(view, start, i):
        return False
    following = view.lower[i + 1] if i + 1 < len(view) else "."
    return view.lower[i] == "him" or not following[:1].isalpha() or following in FUNCTION


def _same_clause(view: View, start: int, end: int) -> bool:
    """Whether no word between two tokens begins another clause: "Smith had asked him" speaks of two people."""
    return end - start < 8 and not any(view.lower[k] in _CLAUSE_WORDS for k in range(start, end))


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


def _head_nouns(chains: list[Chain]) -> dict[str, set[int]]:
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


def _named_noun(
    view: View, chains: list[Chain], recent: list[_Seen], i: int, heads: dict[str, set[int]]
) -> Reference | None:
    """ "the mosque", after the *Grand Mosque* and no other mosque."""
    if i + 1 >= len(view) or view.sentence[i + 1] != view.sentence[i] or not _ends_phrase(view, i + 2):
        return None
    fits = heads.get(view.lower[i + 1], set())
    if len(fits) != 1 or not view.text[i + 1].islower():
        return None
    if i + 2 < len(view) and view.modifies(i + 2) and view.lower[i + 2] in lexicon.words("common_words"):
        # Without tags "the mosque collapsed" can't be told from "the mosque wall": only what closes a phrase is taken.
        if not view.tagged and view.lower[i + 2] not in _AFTER_NOUN and not view.lower[i + 2].endswith("ed"):
            return None
        if view.tagged and view.tag[i + 2].startswith("NN"):
            return None
    number = next(iter(fits))
    sentence = view.sentence[i]
    near = any(seen.chain == number and sentence - seen.sentence <= NOMINAL_WINDOW for seen in recent[-120:])
    return Reference(i, i + 2, "nominal", number) if near else None


_AFTER_NOUN = frozenset(
    ("said", "says", "also", "has", "had", "is", "was", "will", "would", "did", "denied", "added", "today", "itself")
)


def _thing(view: View, chains: list[Chain], recent: list[_Seen], i: int) -> int | None:
    """The organisation or place that *its* stands for: the one that is the subject of the clause, if no other thing
    is named before it in the sentence; *it* only right after that subject's verb of saying."""
    sentence = view.sentence[i]
    here = [seen for seen in recent[-12:] if seen.sentence == sentence]
    things = [
        seen for seen in here if chains[seen.chain].label in ("ORG", "GPE", "FAC", "PRODUCT") and not seen.modifier
    ]
    if view.lower[i] == "it":
        if not things or not things[-1].subject or view.quoted[things[-1].token]:
            return None
        between = [word for word in view.lower[things[-1].token : i] if word in _SAYING]
        return things[-1].chain if between and i - things[-1].token < 12 and len(here) == 1 else None
    subjects = {seen.chain for seen in here if seen.subject}
    if len(subjects) != 1 or len({seen.chain for seen in things}) != 1 or things[0].chain not in subjects:
        return None
    return things[0].chain


_SAYING = frozenset(
    ("said", "says", "announced", "stated", "claimed", "denied", "insisted", "warned", "added", "confirmed", "argued")
)
