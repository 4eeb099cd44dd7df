"""Whether a bare weekday or month lies before or after the day of writing.

The prior is the latest one on or before the day of writing (91 % right for weekdays in TimeBank, AQUAINT and MEANTIME).
A score from the words of the clause moves it: prepositions of deadline, modals, scheduling verbs, tense. The weights
are set by hand. Part-of-speech tags are used where the Doc has them; closed classes of words do otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.lexicon import words
from pipeline.stages.dates.tokens import CODE, Tokens

_BREAK = CODE["BREAK"]
_FUTURE_PREPOSITIONS = {
    "until": 2.6,
    "till": 2.6,
    "by": 1.5,
    "through": 1.0,
    "starting": 1.2,
    "beginning": 0.8,
    "effective": 3.0,
}
_PAST_PREPOSITIONS = {"since": -3.0, "ended": -2.0, "from": -0.2}
_MODALS = {
    "will": 2.5, "'ll": 2.5, "’ll": 2.5, "wo": 2.0, "shall": 2.0, "would": 1.0, "may": 1.2, "might": 1.0, "could": 0.6,
    "should": 0.8, "must": 1.0, "can": 0.8,
}  # fmt: skip
_PAST_AUXILIARIES = frozenset(["was", "were", "had", "did", "has", "have", "been"])
# Present tenses that plan nothing: they report, state or help.
_TIMELESS = frozenset([
    "is", "are", "am", "'s", "'re", "'m", "’s", "’re", "’m", "has", "have", "'ve", "’ve", "do", "does", "says",
    "say", "tells", "tell", "reports", "report", "shows", "show", "writes", "claims", "claim", "believes",
    "believe", "thinks", "think", "suggests", "suggest", "notes", "argues", "adds", "knows", "know", "means",
    "mean", "remains", "remain", "seems", "want"
])  # fmt: skip
_ARTICLES = frozenset(["a", "an", "the"])
_BEFORE_ADJECTIVE = frozenset(["a", "an", "the", "still", "this", "its", "his", "her", "their", "any", "of", "newly"])


def direction_score(tokens: Tokens, first: int, last: int, tags: Sequence[str] | None) -> float:
    """Above 0 for the future, below for the past, by the words around the tokens ``first:last``.

    *tags* are Penn Treebank tags parallel to the tokens, or None.
    """
    score = 0.0
    before = tokens.lower(first - 1)
    if before in ("on", "this", "in", "at", "the", "of", "early", "late"):
        before = tokens.lower(first - 2) if before not in ("on", "in") else before
    if before in ("as", "than") and tokens.lower(first - 2) in ("early", "soon", "late", "later"):
        return 2.5 if tokens.lower(first - 2) != "late" else 0.5
    score += _FUTURE_PREPOSITIONS.get(before, 0.0) + _PAST_PREPOSITIONS.get(before, 0.0)
    if score >= 2.5:
        told = _verb_right(tokens, last, tags)
        # "Until Thursday, they had not called him a suspect"
        return -1.0 if tokens.cls(first - 2) == "BREAK" and told is not None and told[0] < 0 else score
    if before in ("a", "an"):
        # "a June agreement" is made, "must survive a June hearing" is to come
        to_come = _verb_left(tokens, first, tags) if tokens.lower(last) in words("dates_planned_events") else None
        return to_come[0] if to_come is not None and to_come[0] >= 1.0 else -1.5
    if before == "by" and tokens.lower(first - 1) == "the" and tokens.lower(last) in ("deadline", "meeting", "vote"):
        # "tendered by the Tuesday deadline": one that the reader knows of
        return score - 2.5
    if tokens.cls(last) == "POSS":
        # "Tuesday's ruling" and "the results of Tuesday's primary" are mostly known; "Tuesday's primary" may be to come
        leading = tokens.lower(first - 2 if tokens.lower(first - 1) == "of" else first - 1)
        planned = any(tokens.lower(at) in words("dates_planned_events") for at in range(last + 1, last + 5))
        if planned and (leading in _AHEAD or tokens.lower(first - 1) != "of"):
            score += 0.8 + _AHEAD.get(leading, 0.0)
        else:
            score -= 1.5
    else:
        score += _planned_event(tokens, first, tags)
    left = _verb_left(tokens, first, tags)
    if left is None or first - left[1] > 14:
        right = _verb_right(tokens, last, tags)
        if right is not None and (left is None or right[1] - last < first - left[1]):
            return score + right[0]
    return score + (left[0] if left else 0.0)


_AHEAD = {"ahead": 2.6, "upcoming": 2.6, "coming": 2.6, "approaching": 2.6, "next": 2.0, "before": 1.8, "future": 1.8}


def _planned_event(tokens: Tokens, first: int, tags: Sequence[str] | None) -> float:
    """What an event that has its day beforehand adds: "the convention in July", "ahead of the caucuses on Monday"."""
    events, past = words("dates_planned_events"), words("dates_past_forms")
    for index in range(first - 1, max(-1, first - 6), -1):
        low = tokens.lower(index)
        if tokens.codes[index] == _BREAK or low in ("after", "since") or _is_past(tokens, low, index, tags, past):
            return 0.0
        if low in events:
            return max([0.8] + [_AHEAD.get(tokens.lower(at), 0.0) for at in range(max(0, index - 5), index)])
    return 0.0


def _verb_left(tokens: Tokens, first: int, tags: Sequence[str] | None) -> tuple[float, int] | None:
    """Score and place of the nearest verb group to the left in the sentence."""
    scheduling, past = words("dates_scheduling"), words("dates_past_forms")
    for index in range(first - 1, max(-1, first - 26), -1):
        if tokens.codes[index] == _BREAK:
            return None
        low = tokens.lower(index)
        score = _verb_score(tokens, index, low, tags, scheduling, past)
        if score is not None:
            return score, index
    return None


_UNTELLING = _PAST_AUXILIARIES | frozenset(["said", "told", "added", "called", "asked", "made", "got", "based", "used"])


def deed_of(tokens: Tokens, first: int, tags: Sequence[str] | None) -> str | None:
    """The past verb to the left that the date at *first* dates ("was shot on Oct. 23"), None where there is none.

    Verbs that say, help or do anything at all don't tell one deed from another.
    """
    past = words("dates_past_forms")
    for index in range(first - 1, max(-1, first - 13), -1):
        low = tokens.lower(index)
        if tokens.codes[index] == _BREAK or low in _MODALS:
            return None
        if _is_past(tokens, low, index, tags, past):
            return None if low in _UNTELLING else low
    return None


def _verb_right(tokens: Tokens, last: int, tags: Sequence[str] | None) -> tuple[float, int] | None:
    scheduling, past = words("dates_scheduling"), words("dates_past_forms")
    for index in range(last, min(len(tokens), last + 32)):
        if tokens.codes[index] == _BREAK:
            return None
        low = tokens.lower(index)
        if low in _MODALS and not (low == "may" and tokens.words[index] != "may"):
            return _MODALS[low], index
        if _schedules(tokens, index, low, scheduling):
            return 1.5, index
        if _is_past(tokens, low, index, tags, past):
            return -1.5, index
        if low in ("is", "are"):
            following = tokens.lower(index + 1)
            return (2.2 if following == "to" else 1.0 if following.endswith("ing") else 0.3), index
    return None


def _is_past(tokens: Tokens, low: str, index: int, tags: Sequence[str] | None, past: frozenset[str]) -> bool:
    if tags is not None and tags[index]:
        return tags[index] in ("VBD", "VBN")
    if low == "set" and tokens.cls(index + 1) in ("WEEKDAY", "MONTH", "A"):
        # "set Friday as the deadline"
        return tokens.lower(index - 1) not in ("to", "is", "are", "be", "being")
    regular = len(low) > 4 and low.endswith("ed") and tokens.words[index][0].islower()  # not Mohamed
    return low in past or low in _PAST_AUXILIARIES or regular


def _schedules(tokens: Tokens, index: int, low: str, scheduling: frozenset[str]) -> bool:
    if low == "planned" and (
        tokens.lower(index - 1) in ("as", "previously", "originally") or tokens.lower(index - 1).endswith("ly")
    ):
        return False
    return low in scheduling or (tokens.lower(index + 1) == "to" and f"{low} to" in scheduling)


def _undone(tokens: Tokens, index: int) -> bool:
    """ "a service planned for Saturday was canceled": what became of it is told."""
    for at in range(index + 1, min(len(tokens), index + 16)):
        if tokens.codes[at] == _BREAK:
            return False
        if tokens.lower(at) in ("was", "were", "been"):
            return tokens.lower(at + 1) in _CALLED_OFF or tokens.lower(at + 2) in _CALLED_OFF
    return False


_CALLED_OFF = frozenset(["canceled", "cancelled", "called", "scrapped", "abandoned", "postponed", "moved", "disrupted"])


def _as_soon_as(tokens: Tokens, index: int) -> bool:
    """ "would sell as soon as trading opened Monday": a past form that tells of what was to come."""
    start = next((at for at in range(index - 1, max(-1, index - 5), -1) if tokens.lower(at) == "soon"), None)
    if start is None or tokens.lower(start - 1) != "as" or tokens.lower(start + 1) != "as":
        return False
    return any(tokens.lower(at) in ("would", "will", "likely", "to") for at in range(max(0, start - 14), start - 1))


def _is_progressive(tokens: Tokens, index: int, low: str) -> bool:
    """ "is calling": under way, so what it dates mostly lies ahead."""
    return low.endswith("ing") and len(low) > 5 and tokens.lower(index - 1) in ("is", "are", "'s", "'re", "’s", "’re")


def _verb_score(
    tokens: Tokens, index: int, low: str, tags: Sequence[str] | None, scheduling: frozenset[str], past: frozenset[str]
) -> float | None:
    """The score of one word seen while walking left from the date; None for a word that says nothing."""
    if low in _MODALS and not (low == "may" and tokens.words[index] != "may"):
        following = tokens.lower(index + 1)
        if following == "have" or tokens.lower(index + 2) == "have":
            return -1.0
        return _MODALS[low]
    if _schedules(tokens, index, low, scheduling):
        # "had been due to expire" tells of the past
        told = low != "planning" and any(
            tokens.lower(back) in ("was", "were", "had", "been") for back in range(max(0, index - 3), index)
        )
        return 0.6 if told or _undone(tokens, index) else 2.2
    if low == "to" and tokens.lower(index - 1) in ("is", "are", "has", "have"):
        return 2.2
    if _is_progressive(tokens, index, low):
        return 1.0
    if _is_past(tokens, low, index, tags, past):
        if _as_soon_as(tokens, index):
            return 2.2
        before = tokens.lower(index - 1)
        attributive = before in _BEFORE_ADJECTIVE if tags is None else tags[index] == "VBN" and before in _ARTICLES
        if attributive and low.endswith("ed"):
            # "at a contested convention in July": what kind, and not what was done
            return None
        for back in range(index - 1, max(-1, index - 4), -1):
            word = tokens.lower(back)
            if word in _MODALS and tokens.words[back] != "May":
                return -1.0 if "have" in (tokens.lower(i) for i in range(back, index)) else _MODALS[word]
            if word in ("to",) and tokens.lower(back + 1) == "be":
                return 1.5
            if word in ("is", "are") and low in past:
                return 0.4
            if word == "if":
                # "if he won the election on Nov. 8": not so yet
                return 1.0
        return -1.5
    if tags is not None and tags[index] in ("VBZ", "VBP") and low not in _TIMELESS:
        # "the two meet Monday": a plan, unless it reports
        return 1.0
    return None
