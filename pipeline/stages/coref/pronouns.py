"""Pronouns, each to the one named entity that stands out; to none where two do."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipeline import lexicon
from pipeline.stages.coref.chains import Chain
from pipeline.stages.coref.seen import Seen
from pipeline.stages.coref.tree import SUBJECTS
from pipeline.stages.coref.view import FUNCTION, View

# How many sentences back a person is still in mind.
PRONOUN_WINDOW = 2

_HE = {"he": "m", "him": "m", "his": "m", "himself": "m"}
_SHE = {"she": "f", "her": "f", "hers": "f", "herself": "f"}
GENDERS = _HE | _SHE
"""Third-person pronouns for one person, with their sex."""

_CLAUSE_WORDS = lexicon.words("clause_openers") | {",", ";", ":", "'s"}
_SAYING = lexicon.words("saying_verbs")


def person(
    view: View, chains: list[Chain], recent: list[Seen], i: int, topic: int | None, others: Collection[int | None]
) -> int | None:
    """The person a pronoun stands for: of those named near before, the one that stands out; None where none does.

    *topic* is the chain of the person whom the article is about, *others* those of whom it can't be.
    """
    gender = GENDERS[view.lower[i]]
    quoted = view.quoted[i]
    says = not quoted and speaks(view, i)
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
        if distance == 0 and (_apart(view, seen.token, i) or (says and view.text[i - 1] == ",")):
            continue  # "Ruiz had left, he said" isn't about Ruiz
        if seen.chain in others:
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
    # Who stands in another role of an earlier sentence ("recruited by X") is seldom taken up, but for whom it's about.
    if best[0] > 0 and best[1] > 0 and (len(ranked) > 1 or first != topic):
        return None
    if len(ranked) == 1:
        return first
    if says:
        # "Miller told them that Ruiz was ill. He said …": who spoke goes on.
        told = next((number for number in speakers(view, recent) if number in near), None)
        if told is not None and near[told][:2] == best[:2] and best[1] == 0:
            return told
    second = ranked[1][0]
    # One subject before others in the same sentence, or the subject of a nearer sentence.
    return first if best[1] == 0 and (second[1] == 1 or second[0] > best[0]) else None


def speaks(view: View, i: int) -> bool:
    """Whether the pronoun at *i* is the subject of a verb of saying next to it."""
    behind = i + 1 + (i + 1 < len(view) and view.lower[i + 1] in ("also", "then", "later", "further"))
    return any(
        0 <= k < len(view) and view.lower[k] in _SAYING and view.sentence[k] == view.sentence[i]
        for k in (behind, i - 1)
    )


def speakers(view: View, recent: list[Seen]) -> Iterator[int]:
    """The chains of who spoke, the last first: of subjects next to a verb of saying."""
    for seen in reversed(recent[-60:]):
        if seen.subject and not view.quoted[seen.token]:
            near = (seen.end, seen.end + 1, seen.token - 1)
            if any(0 <= k < len(view) and view.lower[k] in _SAYING and view.sentence[k] == seen.sentence for k in near):
                yield seen.chain


# Tokens behind a pronoun in which a name is looked for.
_BEHIND = 80


def names_behind(view: View, i: int) -> set[int]:
    """The subjects (names by their number in the view) behind a pronoun that is the subject of its sentence: "He said
    Ruiz was ill" isn't about Ruiz."""
    tree = view.tree
    if view.quoted[i] or tree is None or view.lower[i] not in ("he", "she"):
        return set()
    above = tree.head[i]
    if tree.relation[i] not in SUBJECTS or tree.head[above] != above:
        return set()
    stop = i + 1
    found: set[int] = set()
    while stop < min(len(view), i + _BEHIND) and view.sentence[stop] == view.sentence[i]:
        if view.name_at[stop] >= 0 and not view.quoted[stop] and tree.relation[stop] in SUBJECTS:
            found.add(view.name_at[stop])
        stop += 1
    return found


def topic_of(chains: list[Chain]) -> int | None:
    """The person whom the article names most often, three times at least and more than any other; else None."""
    counts = sorted(((len(c.names), n) for n, c in enumerate(chains) if c.names and c.label == "PERSON"), reverse=True)
    if not counts or counts[0][0] < 3 or (len(counts) > 1 and counts[1][0] == counts[0][0]):
        return None
    return counts[0][1]


def _apart(view: View, start: int, i: int) -> bool:
    """Whether a pronoun is the object of a clause whose subject is named at *start*: they are two people."""
    if view.lower[i] not in ("him", "her") or not _same_clause(view, start, i):
        return False
    following = view.lower[i + 1] if i + 1 < len(view) else "."
    return view.lower[i] == "him" or not following[:1].isalpha() or following in FUNCTION


def _same_clause(view: View, start: int, end: int) -> bool:
    """Whether no word between two tokens begins another clause: "Smith had asked him" speaks of two people."""
    return end - start < 8 and not any(view.lower[k] in _CLAUSE_WORDS for k in range(start, end))


def speaker(view: View, chains: list[Chain], recent: list[Seen], i: int) -> int | None:
    """The organisation or group that *it said* and *they said* stand for: the one subject that is named in the
    sentence before, past what is quoted; None where a person or another subject is named there too."""
    behind = i + 1 + (i + 1 < len(view) and view.lower[i + 1] in ("also", "then", "later", "further"))
    verb = next((k for k in (behind, i - 1) if 0 <= k < len(view) and view.lower[k] in _SAYING), None)
    if verb is None or view.sentence[verb] != view.sentence[i]:
        return None
    labels = ("ORG", "NORP") if view.lower[i] == "they" else ("ORG", "GPE")
    found: set[int] = set()
    for seen in reversed(recent[-40:]):
        distance = view.told_sentence[i] - view.told_sentence[seen.token]
        if distance > 1 or view.told_paragraph[i] - view.told_paragraph[seen.token] > 1:
            break
        if view.quoted[seen.token]:
            continue
        if distance == 0 or chains[seen.chain].label == "PERSON":
            return None
        if seen.subject:
            found.add(seen.chain)
    chain = found.pop() if len(found) == 1 else None
    return chain if chain is not None and chains[chain].label in labels else None


# Clauses whose subject the main clause behind them takes up: "Although the fund erred, it …".
_CLAUSES = frozenset(("ROOT", "root", "conj", "advcl", "parataxis", "ccomp"))


def taken_up(view: View, chains: list[Chain], recent: list[Seen], i: int) -> int | None:
    """The organisation or country that *it*, the subject of a verb, goes on with: the subject named last before it, in
    this sentence or the one before, past no other subject but *it*; None without a parse."""
    tree = view.tree
    if tree is None or tree.relation[i] not in SUBJECTS or view.tag[tree.head[i]][:2] != "VB":
        return None
    named = next((seen for seen in reversed(recent[-20:]) if seen.subject and not view.quoted[seen.token]), None)
    if named is None or i - named.end > _BEHIND or chains[named.chain].label not in ("ORG", "GPE"):
        return None
    if view.told_sentence[i] - view.told_sentence[named.token] > 1 or view.paragraph[i] != view.paragraph[named.token]:
        return None
    between = (k for k in range(named.end, i) if tree.relation[k] in SUBJECTS)
    return named.chain if all(view.lower[k] == "it" for k in between) else None


def thing(view: View, chains: list[Chain], recent: list[Seen], i: int) -> int | None:
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
        # "The bank said it would …", not "The bank denied it".
        goes_on = i + 1 < len(view) and view.is_verb(i + 1)
        return things[-1].chain if between and goes_on and i - things[-1].token < 12 and len(here) == 1 else None
    subjects = {seen.chain for seen in here if seen.subject}
    if len(subjects) != 1 or len({seen.chain for seen in things}) != 1 or things[0].chain not in subjects:
        return None
    return things[0].chain
