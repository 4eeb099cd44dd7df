"""What the text says a named entity is: titles before the name, appositions on either side, "who is the …"."""

from __future__ import annotations

from typing import NamedTuple

from pipeline import lexicon
from pipeline.stages.coref.chains import Chain
from pipeline.stages.coref.view import View

_LONGEST = 14
# More titles than this before one name are no titles.
_TITLES = 6
_RELATIVE = frozenset({"who", "which", "that", "whose", "where", "when"})
_BREAKS = frozenset('.;:!?()[]“”"–—')
_CLOSING = frozenset({",", ".", ";", ":", ")", "!", "?", "”", '"', "–", "—", "and", "as", "'s"})
_FINITE = frozenset(
    (
        "is",
        "was",
        "are",
        "were",
        "has",
        "had",
        "have",
        "will",
        "would",
        "could",
        "should",
        "can",
        "may",
        "might",
        "said",
    )
)
_OF = frozenset({"of", "in", "for", "at", "to", "on", "from", "with", "inside", "within", "under"})


class Description(NamedTuple):
    """A noun phrase that describes a name: its tokens in the view without the determiner, where the phrase with it
    begins, its canonical role or group nouns, whether it stands apart from the name (an apposition), and the name."""

    start: int
    end: int
    full_start: int
    heads: tuple[str, ...]
    apart: bool
    name: int


def describe(view: View, chains: list[Chain], of_name: list[int | None]) -> list[Description]:
    """Find the descriptions of the article's names, in order, and note them in their chains."""
    found: list[Description] = []
    for index, name in enumerate(view.names):
        if of_name[index] is None:
            continue
        opens = name.start
        if name.label == "PERSON":
            before = _before(view, index, name.start)
            found += before
            # "the commander, Lt. Gen. X": the comma stands before the title.
            opens = before[0].start if before else _courtesy_start(view, name.start)
        if name.label in ("PERSON", "ORG", "FAC", "LOC", "GPE"):
            found += _after(view, index, name.end, name.label)
            found += _comma_before(view, index, opens, name.label)
    for item in found:
        number = of_name[item.name]
        if number is None:
            continue
        chain = chains[number]
        chain.descriptions.setdefault(view.words(item.start, item.end))
        target = chain.roles if view.names[item.name].label == "PERSON" else chain.groups
        for head in item.heads:
            target.setdefault(head, item.start)
    return found


def _courtesy_start(view: View, start: int) -> int:
    for _ in range(_TITLES):
        if not start or view.lower[start - 1].rstrip(".") not in _COURTESY or not view.text[start - 1][:1].isupper():
            break
        start -= 1
    return start


_COURTESY = frozenset({"mr", "mrs", "ms", "miss", "mx", "sir", "dr"})


def _bracket_before(view: View, stop: int) -> int:
    """Where the short bracket that closes right before *stop* opens ("Central Command (CENTCOM) …"); else *stop*."""
    if stop > 2 and view.text[stop - 1] == ")":
        for k in range(stop - 2, max(stop - 7, 0), -1):
            if view.text[k] == "(":
                return k
    return stop


def _bracket_after(view: View, start: int) -> int:
    """Where the short bracket that opens at *start* ends, exclusive; else *start*."""
    if start < len(view) and view.text[start] == "(":
        for k in range(start + 1, min(start + 6, len(view))):
            if view.text[k] == ")":
                return k + 1
    return start


def _phrase_start(view: View, head: int) -> int:
    """The first token of the noun phrase whose head begins at token *head*, without its determiner."""
    start = head
    sentence = view.sentence[head] if head < len(view) else -1
    while start > 0 and head - start < 8 and view.sentence[start - 1] == sentence:
        previous = start - 1
        if view.lower[previous] == "'s":
            break
        bracket = _bracket_before(view, start)
        if bracket < start and view.name_at[bracket - 1] >= 0 and view.modifies(bracket - 1):
            start = bracket
            continue
        if not view.modifies(previous):
            break
        start = previous
    # A name is not cut: the phrase begins before it or behind it.
    while start < head and view.name_at[start] >= 0 and start > 0 and view.name_at[start - 1] == view.name_at[start]:
        start += 1
    while start < head and (view.lower[start] == "-" or view.lower[start].endswith("ly")):
        start += 1
    return start


def _with_determiner(view: View, start: int) -> int:
    """Where the phrase begins with its article, or with the possessor before it ("Iraq's influential cleric")."""
    if start and view.lower[start - 1] in ("the", "a", "an", "his", "her", "their", "its", "our"):
        return start - 1
    if start > 1 and view.lower[start - 1] in ("'s", "'") and view.name_at[start - 2] >= 0:
        begin = view.names[view.name_at[start - 2]].start
        return begin - 1 if begin and view.lower[begin - 1] == "the" else begin
    return start


def _before(view: View, index: int, start: int) -> list[Description]:
    """Titles and roles right before a person's name: "influential Iraqi cleric Muqtada al-Sadr", "Gen. X"."""
    stop = start
    heads: list[str] = []
    while stop > 0 and len(heads) < _TITLES and view.sentence[stop - 1] == view.sentence[start]:
        role = view.role_ending(stop) or _title_ending(view, stop)
        if role is None:
            break
        heads.append(role[1])
        stop = role[0]
    if not heads:
        return _head_of_body(view, index, start)
    begin = _phrase_start(view, stop)
    return [Description(begin, start, _with_determiner(view, begin), tuple(heads), False, index)]


def _head_of_body(view: View, index: int, start: int) -> list[Description]:
    """ "deputy head of the Popular Mobilization Forces Abu Mahdi": the role's organisation stands before the name."""
    if start < 3 or view.name_at[start - 1] < 0 or view.names[view.name_at[start - 1]].label not in ("ORG", "GPE"):
        return []
    of = view.names[view.name_at[start - 1]].start - 1
    of -= view.lower[of] == "the"
    if of < 1 or view.lower[of] not in ("of", "for") or view.sentence[of] != view.sentence[start]:
        return []
    role = view.role_ending(of)
    if role is None:
        return []
    begin = _phrase_start(view, role[0])
    return [Description(begin, start, _with_determiner(view, begin), (role[1],), False, index)]


def _title_ending(view: View, stop: int) -> tuple[int, str] | None:
    titles = lexicon.words("person_titles")
    for length in (3, 2, 1):
        if stop - length < 0:
            continue
        words = [word.rstrip(".") for word in view.lower[stop - length : stop] if word != "."]
        phrase = " ".join(words)
        if phrase in titles and phrase not in _COURTESY and view.text[stop - length][:1].isupper():
            return stop - length, _TITLE_ROLE.get(phrase, phrase)
    return None


_TITLE_ROLE = {
    "gen": "general",
    "lt gen": "general",
    "maj gen": "general",
    "brig gen": "general",
    "lieutenant general": "general",
    "major general": "general",
    "brigadier general": "general",
    "col": "colonel",
    "lt col": "colonel",
    "lieutenant colonel": "colonel",
    "capt": "captain",
    "sen": "senator",
    "rep": "representative",
    "gov": "governor",
    "prof": "professor",
    "adm": "admiral",
    "sgt": "sergeant",
    "sheik": "sheikh",
    "premier": "prime minister",
    "ceo": "chief executive",
    "mp": "lawmaker",
}


def _head_of(view: View, start: int, stop: int, label: str) -> tuple[int, int, str] | None:
    """The head noun of the phrase that begins at *start*: its tokens and canonical form, before the first "of"."""
    groups = lexicon.table("group_nouns")
    position = start
    while position < stop:
        lower = view.lower[position]
        ends = position + 1 >= stop or view.lower[position + 1] in _OF or view.lower[position + 1] in _RELATIVE
        ends = ends or view.lower[position + 1] in (",", "and", "as")
        if ends:
            if label == "PERSON":
                role = view.role_ending(position + 1)
                return (role[0], position + 1, role[1]) if role else None
            noun = lower.removesuffix("s") if lower not in groups else lower
            return (position, position + 1, noun) if _group_fits(view, position, noun, label) else None
        if not view.modifies(position) and lower not in ("'s", "'", "and", "-"):
            return None
        position += 1
    return None


def _clause_end(view: View, start: int) -> int:
    """Where an apposition that begins at *start* ends: at a comma or other mark, or the sentence's end."""
    stop = start
    while (
        stop < len(view)
        and stop - start < 2 * _LONGEST
        and view.sentence[stop] == view.sentence[start]
        and view.text[stop] not in _BREAKS
        and view.lower[stop] != ","
        and view.lower[stop] not in _RELATIVE
    ):
        stop += 1
        stop = _bracket_after(view, stop)
    return stop


def _after(view: View, index: int, end: int, label: str) -> list[Description]:
    """ ", the leader of the bloc," after a name, and ", who is the leader of the bloc,"."""
    if end + 1 >= len(view) or view.lower[end] != "," or view.sentence[end + 1] != view.sentence[end - 1]:
        return []
    start = end + 1
    if view.lower[start] in ("who", "which") and start + 2 < len(view) and view.lower[start + 1] in ("is", "was"):
        start += 2
        if view.lower[start] in ("also", "now", "then", "currently") and start + 1 < len(view):
            start += 1
    elif view.lower[start] in _RELATIVE:
        return []
    full = start
    if view.lower[start] in ("a", "an", "the", "one", "his", "her", "their", "its"):
        start += 1
    stop = _clause_end(view, start)
    if stop <= start:
        return []
    head = _head_of(view, start, stop, label)
    if head is None:
        return []
    # "X, the president said" is no apposition; nor is a list of names and roles.
    if stop < len(view) and view.lower[stop] in _RELATIVE and view.lower[stop - 1] in ("and",):
        return []
    tail = view.lower[head[1] : stop]
    if (tail and tail[0] not in _OF) or any(word in _FINITE for word in tail):
        return []
    if full == start and not (view.name_at[start] >= 0 or head[0] == start or view.modifies(start)):
        return []
    return [Description(start, stop, full, (head[2],), True, index)]


def _comma_before(view: View, index: int, start: int, label: str) -> list[Description]:
    """ "the deputy head of the PMU, Abu Mahdi al-Muhandis": a described phrase, a comma, the name."""
    if start < 3 or view.lower[start - 1] != "," or view.sentence[start - 2] != view.sentence[start]:
        return []
    stop = start - 1
    sentence = view.sentence[start]
    position = stop
    while position > max(stop - _LONGEST, 0) and view.sentence[position - 1] == sentence:
        bracket = _bracket_before(view, position)
        if bracket < position:
            position = bracket
            continue
        lower = view.lower[position] if position < stop else ""
        if lower == "," or lower in _RELATIVE or (position < stop and view.text[position] in _BREAKS and lower != "("):
            break
        head = _ends_in_head(view, position, label) if position == stop or lower in _OF else None
        if head is None:
            position -= 1
            continue
        phrase = _phrase_start(view, head[0])
        full = _with_determiner(view, phrase)
        opens = phrase == 0 or view.sentence[phrase - 1] != sentence or view.lower[phrase - 1] in (",", "'s", "'")
        # An apposition is closed as it was opened.
        after = view.names[index].end
        closed = after >= len(view) or view.lower[after] in _CLOSING or view.sentence[after] != sentence
        # Without an article or possessor, "said cleric, X" is no apposition.
        if not closed or not (full < phrase or opens):
            return []
        return [Description(phrase, stop, full, (head[1],), True, index)]
    return []


def _ends_in_head(view: View, stop: int, label: str) -> tuple[int, str] | None:
    if stop <= 0 or view.name_at[stop - 1] >= 0:
        return None
    if label == "PERSON":
        return view.role_ending(stop)
    noun = view.lower[stop - 1]
    return (stop - 1, noun) if _group_fits(view, stop - 1, noun, label) else None


def _group_fits(view: View, position: int, noun: str, label: str) -> bool:
    """Whether *noun* can say what a thing with this label is, and is no part of another name."""
    names = lexicon.table("group_nouns").get(noun)
    alike = {label, "GPE" if label == "LOC" else label, "LOC" if label == "GPE" else label}
    return names in alike and view.name_at[position] < 0
