"""What a reporting verb takes to its right: a quotation, *that …*, a bare clause, *to …*, a noun phrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.stages.quotes.clauses import has_finite
from pipeline.stages.quotes.endings import content_end
from pipeline.stages.quotes.grammar import FINITE, NOUN, OBJECT_PRONOUNS, QUOTED, STOPS, Frame, title, word_count
from pipeline.stages.quotes.hits import Hit
from pipeline.stages.quotes.phrases import phrase_right
from pipeline.stages.quotes.times import time_right
from pipeline.stages.quotes.wordlists import word_set

_SUBORDINATORS: Final = word_set("subordinators")
_TIMES: Final = frozenset({"earlier", "later", "afterwards", "again", "today", "yesterday", "tonight", "separately"})
_QUANTIFIERS: Final = word_set("quantifiers")
_WH: Final = word_set("wh")


@dataclass(frozen=True, slots=True)
class Complement:
    start: int
    end: int
    code: str
    cue_end: int


def complement(frame: Frame, hit: Hit) -> Complement | None:
    """What the cue takes to its right."""
    verb, n = hit.verb, len(frame)
    i = hit.after
    limit = min(n, i + 30)
    recipient: int | None = None
    while i < limit:
        item = frame.items[i]
        lower = item.lower
        if item.quoted:
            if title(item.text) and i == hit.after and not verb.takes("c"):
                return None
            if recipient is not None and verb.takes("n") and word_count(item.text) <= 2 and _modifies(frame, i):
                # urges closure of the embassy, “humiliating” exit of troops: what is urged, not who
                return Complement(recipient, content_end(frame, i, "q"), "n", hit.after)
            if verb.takes("q", "t", "b", "c", "n") or lower[1:2].islower():
                return Complement(i, content_end(frame, i, "q"), "q", hit.after)
            return None
        if lower == ":":
            if i + 1 == n and verb.takes("q", "t", "b", "n"):
                return Complement(n, n, "colon", n)
            if i + 1 < n and verb.takes("q", "t", "b"):
                return Complement(
                    i + 1, content_end(frame, i + 1, "q" if frame.items[i + 1].quoted else "t"), "q", i + 1
                )
            return None
        if lower == ",":
            if frame.tag(i + 1) == QUOTED:
                i += 1
                continue
            close = next((k for k in range(i + 1, min(n, i + 16)) if frame.lower(k) == ","), None)
            # A parenthesis (said, on Monday, that …).
            if (
                close is not None
                and frame.tag(i + 1) in {"IN", "RB"}
                and not has_finite(frame, i + 1, close)
                and (frame.lower(close + 1) == "that" or frame.tag(close + 1) == QUOTED)
            ):
                i = close + 1
                continue
            return None
        if lower == "that" and verb.takes("t", "r"):
            return Complement(i, content_end(frame, i, "t"), "t", hit.after)
        if lower in _WH and item.tag in {"WP", "WRB", "IN"} and verb.takes("w"):
            return Complement(i, content_end(frame, i, "w"), "w", hit.after)
        if item.tag == "TO" and (
            frame.tag(i + 1) in {"VB", "RB", QUOTED} or (verb.takes("i") and _bare_verb(frame, i + 1))
        ):
            if recipient is not None and verb.takes("ri"):
                # urged lawmakers to reject: whom is part of what was urged, unless it is a mere pronoun.
                start = i if frame.tag(recipient) == "PRP" else recipient
                return Complement(start, content_end(frame, i, "i"), "i", hit.after)
            if verb.takes("i"):
                return Complement(i, content_end(frame, i, "i"), "i", hit.after)
            return None
        if lower in verb.prepositions:
            if (
                verb.lemma == "call"
                and lower == "on"
                and (ahead := find_word(frame, i, {"to"}, 14))
                and frame.tag(ahead + 1) == "VB"
            ):
                return Complement(i + 1, content_end(frame, i + 1, "i"), "p", i + 1)
            end = content_end(frame, i + 1, "n")
            return Complement(i + 1, end, "p", i + 1) if end > i + 1 else None
        time = time_right(frame, i)
        if time > i:
            i = time
            continue
        if item.tag == "RB" and (lower in _TIMES or frame.lower(i + 1) in {"that", ",", ":", "to", "in", "on"}):
            i += 1
            continue
        if item.tag in {"IN", "TO"}:
            skipped = _skip_prepositional(frame, i)
            if skipped is None:
                return None
            i = skipped
            continue
        if verb.takes("r", "ri") and recipient is None:
            after = _recipient(frame, i)
            if after is not None:
                recipient, i = i, after
                continue
        break
    else:
        return None
    return _clause_or_phrase(frame, hit, i, recipient is not None)


def _clause_or_phrase(frame: Frame, hit: Hit, i: int, recipient_taken: bool) -> Complement | None:
    verb = hit.verb
    item = frame.items[i]
    if item.text in STOPS or item.lower in {";", "and", "or", "but"}:
        return None
    if verb.takes("seem"):
        return None
    nominal = item.tag in NOUN | {"PRP", "DT", "PRP$", "JJ", "CD", "EX", "VBG", "X", "RB", "WP"}
    if not nominal and item.lower not in _QUANTIFIERS:
        return None
    if verb.takes("b") or (recipient_taken and verb.takes("t", "b")):
        end = content_end(frame, i, "b")
        if clause_ahead(frame, i, end):
            return Complement(i, end, "b", hit.after)
    if verb.takes("of"):
        of = find_word(frame, i, {"of"}, 14)
        if of is not None:
            return Complement(i, content_end(frame, i, "i"), "of", hit.after)
    if verb.takes("a") and find_word(frame, i, {"as"}, 20) is not None:
        return Complement(i, content_end(frame, i, "a"), "a", hit.after)
    if verb.takes("c"):
        end = content_end(frame, i, "a")
        return Complement(i, end, "c", hit.after) if end - i >= 2 else None
    if verb.takes("ri") and (to := find_word(frame, i, {"to"}, 14)) is not None and frame.tag(to + 1) in {"VB", "RB"}:
        return Complement(i, content_end(frame, i, "i"), "ri", hit.after)
    if verb.takes("n") or (verb.takes("g") and item.tag == "VBG"):
        end = content_end(frame, i, "n")
        if end > i and not (end == i + 1 and item.tag in {"PRP", "DT"} and item.lower in {"it", "that", "this", "so"}):
            return Complement(i, end, "n", hit.after)
    return None


def _bare_verb(frame: Frame, i: int) -> bool:
    """Whether the word after *to* is a verb that the tagger took for a noun (*threatened to sanction*)."""
    return frame.tag(i) == "NN" and frame.tag(i + 1) in {"DT", "PRP", "PRP$", "NNP", "JJ", "NNS", QUOTED}


def _modifies(frame: Frame, i: int) -> bool:
    """Whether the quotation at *i* goes on as a noun phrase: *“humiliating” exit*."""
    return frame.tag(i + 1) in NOUN | {"JJ"}


def _predicate(quotation: str) -> bool:
    """Whether a quotation of two words may hold the verb of the clause: *Clinton “caused death”*."""
    words = quotation.strip("\"'“”‘’«».,").split()
    return len(words) == 2 and words[0].islower() and words[0].endswith(("ed", "s"))


def clause_ahead(frame: Frame, start: int, end: int) -> bool:
    """Whether a subject and its finite verb stand in the stretch, the subject first."""
    for i in range(start, min(end, start + 45)):
        item = frame.items[i]
        if item.tag in FINITE:
            return i > start
        if i > start and item.tag == "IN" and item.lower in _SUBORDINATORS:
            return False
        if item.quoted and i > start and (word_count(item.text) > 2 or _predicate(item.text)):
            return True
    return False


def find_word(frame: Frame, start: int, words: set[str], reach: int) -> int | None:
    for i in range(start, min(len(frame), start + reach)):
        lower = frame.lower(i)
        if lower in words:
            return i
        if lower in {",", ";", ":"} or frame.tag(i) in FINITE:
            return None
    return None


def _recipient(frame: Frame, i: int) -> int | None:
    """The index after an addressee (*told reporters in Baghdad that*), None where what follows is none."""
    item = frame.items[i]
    that = find_word(frame, i, {"that"}, 22)
    if that is not None and that > i and frame.tag(that) in {"IN", "DT"} and frame.tag(that - 1) in NOUN | {"PRP"}:
        return that
    if item.lower in OBJECT_PRONOUNS and item.tag in {"PRP", "PRP$"} and frame.tag(i + 1) not in NOUN:
        return i + 1
    end = phrase_right(frame, i)
    if end == i:
        return None
    if item.lower == "one" or frame.tag(end) in FINITE:
        # The phrase is the subject of the content; an addressee may be hidden in front: told CNN the plan was …
        for k in range(i + 1, end):
            if frame.tag(k) in {"DT", "PRP$"} and frame.tag(k - 1) in NOUN:
                return k
        return None
    return end


def _skip_prepositional(frame: Frame, i: int) -> int | None:
    """The index after adjuncts of the cue (*in a statement*, *of the plan*), where content follows."""
    for k in range(i + 1, min(len(frame), i + 22)):
        item = frame.items[k]
        if item.lower == "that" and item.tag in {"IN", "DT", "WP"} and frame.tag(k - 1) in NOUN | {"CD", QUOTED}:
            return k
        if item.lower == ":" or (item.quoted and word_count(item.text) > 2):
            return k
        if item.lower == "," and frame.tag(k + 1) == QUOTED:
            return k
        if item.lower in {",", ";"} or item.tag in FINITE or item.tag == "VBG":
            break
    end = phrase_right(frame, i + 1)
    if end == i + 1:
        return None
    end = time_right(frame, end)
    if frame.tag(end) in {"PRP", "DT", "NNP", "NNS", "PRP$", "EX"} and clause_ahead(
        frame, end, min(len(frame), end + 20)
    ):
        return end
    return None
