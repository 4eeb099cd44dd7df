"""Names by rule: capitalised runs, cut at titles and nationalities, labelled by gazetteers, heads and context.

Two passes over the article. The first takes what the words themselves show (a gazetteer's name, a title before, a head
such as *Ministry of* or *Party*, a given name); the second gives the rest the label that the same words, or a fuller
form of them, have elsewhere in the article, and only then falls back on the words around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Doc

from pipeline.naming import fold, may_abbreviate
from pipeline.stages.ner.words import ARTICLES, CALENDAR, FUNCTION_WORDS, PARTICLES, Words, load

LONGEST_RUN = 24
_OPENERS = frozenset("\"'“”‘’«»([{:;•*–—-.!?…>|")
_STOPS = frozenset('.!?"”')
_LOCATIVE = frozenset({"in", "near", "at", "from", "across", "around", "outside", "inside", "to", "into", "throughout"})
_SPEECH = frozenset(
    [
        "said",
        "says",
        "say",
        "told",
        "tells",
        "added",
        "adds",
        "wrote",
        "writes",
        "announced",
        "warned",
        "insisted",
        "argued",
        "claimed",
        "noted",
        "stated",
        "replied",
        "asked",
        "explained",
        "tweeted",
        "testified",
        "recalled",
        "admitted",
        "joked",
    ]
)


class Name(NamedTuple):
    """A name as token indices, its label, and whether the words themselves show the label."""

    start: int
    end: int
    label: str
    sure: bool


class Tokens:
    """The article's tokens as plain lists, which the rules read far faster than spaCy's views."""

    def __init__(self, doc: Doc, words: Words) -> None:
        kept = [token for token in doc if not token.is_space]
        self.at = [token.i for token in kept]
        self.text = [token.text for token in kept]
        self.folded = [text if text.isascii() else fold(text) for text in self.text]
        self.lower = [text.lower() for text in self.folded]
        # Across a no-break space, which is a token of its own, a name goes on.
        self.space = [bool(token.whitespace_) for token in kept]
        for here, (i, following) in enumerate(zip(self.at, self.at[1:], strict=False)):
            self.space[here] = self.space[here] or following > i + 1
        self.breaks = [i > 0 and "\n" in doc[i - 1].text for i in self.at]
        self.opens = [bool(token.is_sent_start) for token in kept]
        self.first = self._first_words()
        self.titled = self._titled()
        self.cap = [self._capital(i, words) for i in range(len(self.text))]

    def __len__(self) -> int:
        return len(self.text)

    def _first_words(self) -> list[bool]:
        """Whether each token is the first word of a sentence, a line or a quotation, where capitals say little."""
        first = [False] * len(self.text)
        opens = True
        for i, text in enumerate(self.text):
            opens = opens or self.opens[i] or self.breaks[i]
            if opens and text[:1].isalnum():
                first[i] = True
                opens = False
            elif text in _OPENERS:
                opens = opens or text not in "-–—'’"
        return first

    def _titled(self) -> list[bool]:
        """Whether each token stands in a sentence that writes (nearly) every word with a capital."""
        titled = [False] * len(self.text)
        starts = [i for i, opens in enumerate(self.opens) if opens or i == 0]
        for start, end in zip(starts, [*starts[1:], len(self.text)], strict=False):
            long = [t for t in self.text[start:end] if len(t) > 3 and t[0].isalpha() and t.lower() not in FUNCTION_WORDS]
            capital = sum(t[0].isupper() for t in long)
            # A headline has no full stop; a sentence that lists names does.
            enough = len(long) if self.text[end - 1] in _STOPS else 0.75 * len(long)
            if len(long) >= 5 and capital >= enough:
                titled[start:end] = [True] * (end - start)
        return titled

    def _capital(self, i: int, words: Words) -> bool:
        text = self.text[i]
        if not text[0].isupper():
            return False
        if self.lower[i] in CALENDAR:
            # Jan Kowalski, but "May President …".
            following = self.lower[i + 1] if i + 1 < len(self.text) else ""
            named = text in words.given and following not in words.common and following not in CALENDAR
            return named and self.text[i + 1][:1].isupper() and self.space[i]
        if self.lower[i] in FUNCTION_WORDS and not (text.isupper() and len(text) > 1):
            return False
        return text not in words.not_acronyms or self._inside_name(i)

    def _inside_name(self, i: int) -> bool:
        return i > 0 and self.text[i - 1][:1].isupper() and len(self.text[i]) > 1 and not self.first[i]


def find_names(doc: Doc) -> list[Name]:
    """The names of *doc* in order, as indices of its tokens that are no white space; labels as in the contract."""
    words = load()
    tokens = Tokens(doc, words)
    return names_of(tokens, words)


def names_of(tokens: Tokens, words: Words) -> list[Name]:
    """The names among *tokens*, in order, as half-open indices into them."""
    found: list[Name] = []
    unsure: list[tuple[int, int]] = []
    done = 0
    for start, end in _runs(tokens):
        done = _cut_run(tokens, words, max(start, done), end, found, unsure)
    found.extend(_second_pass(tokens, words, found, unsure))
    found.extend(_bracketed(tokens, found))
    return sorted(set(found))


def _runs(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Maximal stretches of capitalised tokens, with the particles and hyphens inside them."""
    i, n = 0, len(tokens)
    while i < n:
        starts = tokens.cap[i] or (tokens.lower[i] in ARTICLES and _hyphen_then_capital(tokens, i))
        if not starts:
            i += 1
            continue
        j = _run_end(tokens, i)
        yield i, j
        i = max(j, i + 1)


def _hyphen_then_capital(tokens: Tokens, i: int) -> bool:
    return (
        i + 2 < len(tokens)
        and tokens.text[i + 1] in "-‑–"
        and not tokens.space[i]
        and not tokens.space[i + 1]
        and tokens.text[i + 2][:1].isupper()
    )


def _next_in_run(tokens: Tokens, j: int) -> int:
    """The position behind the part of the run that begins at *j*; *j* itself where the run ends."""
    n = len(tokens)
    if tokens.cap[j]:
        after = j + 1
        if _gloss(tokens, after):
            return after + 3
        if len(tokens.text[j]) > 1 and tokens.text[j][-1] in "-–—":
            return j
        if after + 1 < n and tokens.text[after] in "-‑" and not tokens.space[j] and not tokens.space[after]:
            following = tokens.text[after + 1]
            if following[:1].isupper() or following[:1].isdigit():
                return after + 1 + (not tokens.cap[after + 1])
        return after
    if tokens.lower[j] in PARTICLES and not tokens.first[j]:
        if _hyphen_then_capital(tokens, j):
            return j + 2
        k = j
        while k < n and k - j < 3 and tokens.lower[k] in PARTICLES:
            k += 1
        if k < n and tokens.cap[k] and j > 0 and tokens.cap[j - 1]:
            return k
    return j


def _gloss(tokens: Tokens, i: int) -> bool:
    """Whether a one-word gloss opens at *i* inside a name: *Fatah (Conquest) Alliance*."""
    return (
        i + 3 < len(tokens)
        and tokens.text[i] == "("
        and tokens.text[i + 2] == ")"
        and tokens.text[i + 1][:1].isupper()
        and not tokens.text[i + 1].isupper()
        and load().heads.get(tokens.text[i + 3]) == "ORG"
    )


def match_name(tokens: Tokens, words: Words, start: int, end: int) -> tuple[int, str] | None:
    """The longest gazetteer name that begins at *start* and ends by *end*: its end and label."""
    for stop in range(min(end, start + words.longest_name), start, -1):
        label = words.names.get(tuple(tokens.folded[start:stop]))
        if label is not None:
            return stop, label
    text = tokens.folded[start]
    if len(text) > 3 and text.isupper():  # a dateline: BAGHDAD
        for stop in range(min(end, start + 3), start, -1):
            label = words.names.get(tuple(t.title() for t in tokens.folded[start:stop]))
            if label == "GPE":
                return stop, label
    return None


def match_title(tokens: Tokens, words: Words, start: int, limit: int) -> int:
    """Where the title that begins at *start* ends; *start* where there is none. A final stop belongs to it."""
    best = start
    for stop in range(start + 1, min(limit, start + words.longest_title + 2) + 1):
        parts = tuple(p.rstrip(".") for p in tokens.lower[start:stop] if p != ".")
        if parts in words.titles:
            best = stop
    if best > start and best < limit and tokens.text[best] == "." and not tokens.space[best - 1]:
        best += 1
    return best


def _cut_run(
    tokens: Tokens, words: Words, start: int, end: int, found: list[Name], unsure: list[tuple[int, int]]
) -> int:
    """Cut one run into names; what has no label yet goes to *unsure*. Gives the position that it reached."""
    i = start
    while i < end:
        if tokens.first[i] and _dropped_opener(tokens, words, i, end):
            i += 1
            continue
        if not tokens.cap[i] and tokens.lower[i] not in PARTICLES:
            i += 1
            continue
        known = match_name(tokens, words, i, min(len(tokens), i + words.longest_name))
        headed = _headed(tokens, words, i, end)
        if headed is not None and (known is None or known[0] < headed.end):
            found.append(headed)
            i = headed.end
            continue
        title_end = match_title(tokens, words, i, min(len(tokens), i + words.longest_title + 2))
        if title_end > i and (known is None or known[0] <= title_end):
            person = _person_after_title(tokens, words, title_end, max(end, _run_end(tokens, title_end)))
            if person is not None:
                found.append(person)
                i = person.end
            else:
                i = title_end
            continue
        if known is not None and _stands(tokens, words, i, known, end):
            found.append(Name(i, known[0], known[1], True))
            i = known[0]
            continue
        stop = _rest_end(tokens, words, i, end)
        label = _label_by_words(tokens, words, i, stop)
        if label:
            found.append(Name(i, stop, label, True))
        else:
            unsure.append((i, stop))
        i = max(stop, i + 1)
    return i


def _run_end(tokens: Tokens, start: int) -> int:
    """Where the run that begins at *start* ends: at a word that can't go on, a line's or a sentence's end."""
    j = start
    while j < len(tokens) and j - start < LONGEST_RUN:
        if j > start and (tokens.breaks[j] or (tokens.first[j] and tokens.text[j - 1][-1:] in ".!?")):
            break
        step = _next_in_run(tokens, j)
        if step == j:
            break
        j = step
    return j


def _dropped_opener(tokens: Tokens, words: Words, i: int, end: int) -> bool:
    """Whether the capital of a sentence's first word is only that."""
    lower = tokens.lower[i]
    if tokens.text[i].isupper() and len(lower) > 1:
        return False
    if lower not in words.common or tokens.text[i + 1 : i + 2] == ["-"]:
        return False
    if match_name(tokens, words, i, end) or match_title(tokens, words, i, len(tokens)) > i:
        return False
    if tokens.text[i] in words.given and i + 1 < end and tokens.lower[i + 1] not in words.common:
        return False
    # A name such as "Popular Mobilization Forces" may open a sentence.
    return not (end - i >= 3 and words.heads.get(tokens.text[end - 1]) == "ORG" and not lower.endswith("ly"))


def _headed(tokens: Tokens, words: Words, start: int, end: int) -> Name | None:
    """A name that a head word closes (*Badr Organization*) or opens (*Ministry of Health*), or a company's suffix."""
    if tokens.titled[start]:
        return None
    n = len(tokens)
    first = tokens.text[start]
    label = words.heads.get(first)
    if label in ("ORG", "LAW") and start + 2 < n and tokens.lower[start + 1] in ("of", "for"):
        stop = _complement_end(tokens, start + 1)
        if stop > start + 2:
            return Name(start, stop, label, True)
    if start > 0 and match_title(tokens, words, start, min(n, start + 4)) > start and first not in words.heads:
        after = match_title(tokens, words, start, min(n, start + 4))
        if not (after < end and tokens.text[after] in words.heads):
            return None
    best: Name | None = None
    for j in range(start + 1, end):
        text = tokens.text[j]
        if text in words.suffixes:
            return Name(start, j + 1, "ORG", True)
        label = words.heads.get(text)
        if label is None:
            continue
        if match_title(tokens, words, j, min(n, j + 4)) > j and j + 1 < end and text not in words.heads:
            break
        best = Name(start, j + 1, label, True)
    if best is None:
        return None
    inner = range(best.start + 1, best.end - 1)
    if any(match_title(tokens, words, k, best.end) > k and k + 1 < best.end - 1 for k in inner):
        return None
    if best.end < n and tokens.lower[best.end] == "of" and best.label in ("ORG", "LAW", "EVENT"):
        stop = _complement_end(tokens, best.end)
        if stop > best.end + 1:
            return Name(best.start, stop, best.label, True)
    return best


def _complement_end(tokens: Tokens, of: int) -> int:
    """Where the name goes on to, behind the *of* at index *of*: "of New York", "of the Red Cross", "of Health and …"."""
    n = len(tokens)
    j = of + 1
    if j < n and tokens.lower[j] == "the":
        j += 1
    stop = _run_end(tokens, j)
    if stop == j:
        return of
    while stop + 1 < n and tokens.lower[stop] in ("and", "&") and tokens.cap[stop + 1]:
        further = _run_end(tokens, stop + 1)
        if further - stop > 3 or tokens.text[stop - 1] in CALENDAR:
            break
        # "Ministry of Health and Education" goes on; "University of Basra and President Salih" doesn't.
        if tokens.lower[stop + 1] not in load().common:
            break
        stop = further
    return stop


def _person_after_title(tokens: Tokens, words: Words, start: int, end: int) -> Name | None:
    """The person named behind a title, past further titles and a comma-less nickname; None where no name follows."""
    i = start
    while i < end:
        further = match_title(tokens, words, i, len(tokens))
        if further == i:
            break
        i = further
    if i >= len(tokens):
        return None
    end = max(end, _run_end(tokens, i))
    if i >= end or tokens.first[i]:
        return None
    stop = min(end, i + 6)
    if tokens.text[stop - 1] in words.heads and stop - i < 2:
        return None
    known = words.names.get(tuple(tokens.folded[i:stop]))
    if known in ("NORP", "ORG") or tokens.text[i] in words.heads:
        return None
    if (known == "GPE" and stop - i == 1) or words.names.get((tokens.folded[i],)) == "NORP":
        return None
    return Name(i, stop, "PERSON", True)


def _stands(tokens: Tokens, words: Words, i: int, known: tuple[int, str], end: int) -> bool:
    """Whether the gazetteer's name is the whole name here, not the first part of a longer one."""
    stop, label = known
    if stop >= end or label == "NORP" or not tokens.cap[stop] or tokens.text[stop] == "-":
        return True
    if label == "ORG" or stop - i > 1:
        return True
    if match_title(tokens, words, stop, len(tokens)) > stop or match_name(tokens, words, stop, end):
        return True
    # "US Central …", "Iraq War": countries stand before anything; "Jordan Smith", "Victoria Azarenka" are people.
    return tokens.text[i] not in words.given and label == "GPE" and tokens.lower[stop] in words.common


def _rest_end(tokens: Tokens, words: Words, start: int, end: int) -> int:
    """The end of the part of the run without a nationality, title or known name inside."""
    for j in range(start + 1, end):
        if tokens.text[j] in "-‑":
            continue
        if tokens.text[j - 1] in "-‑":
            continue
        known = match_name(tokens, words, j, end)
        if known and known[1] == "NORP" and all(low in words.common for low in tokens.lower[start:j]):
            return j
        if match_title(tokens, words, j, end) > j and tokens.cap[j] and tokens.lower[j] in words.common and j + 1 < end:
            return j
    return end


def _label_by_words(tokens: Tokens, words: Words, start: int, end: int) -> str | None:
    """The label that the words of an unknown name show by themselves, or None."""
    texts = [t for t in tokens.text[start:end] if t not in "-‑"]
    first = texts[0]
    if len(texts) == 1:
        if _acronym(first) and first not in words.not_acronyms:
            return "ORG"
        if first in words.given and not (tokens.first[start] and first.lower() in words.common):
            return "PERSON"
        return None
    lowers = [t.lower() for t in texts]
    if fold(first) in words.openers:
        return "ORG"
    if words.names.get((tokens.folded[end - 1],)) == "ORG":
        return "ORG"
    if first in words.given and len(texts) <= 5:
        return "PERSON"
    if any(low in PARTICLES for low in lowers[1:]) and len(texts) <= 6 and lowers[0] not in ("al", "el"):
        return "PERSON"
    if any(low in ("bin", "ibn") for low in lowers):
        return "PERSON"
    if lowers[0] in ("abu", "umm", "abd", "abdul") and len(texts) <= 5:
        return "PERSON"
    if len(texts) == 3 and len(texts[1].rstrip(".")) == 1 and texts[1][0].isupper():
        return "PERSON"
    if lowers[0] in ("mount", "lake", "cape", "gulf", "isle"):
        return "LOC"
    if lowers[0] in ("fort", "port", "camp", "hotel"):
        return "FAC"
    return None


def _acronym(text: str) -> bool:
    letters = text.replace(".", "").replace("&", "")
    return 2 <= len(letters) <= 6 and letters.isalpha() and letters.isupper() and text[0] != "."


def _second_pass(tokens: Tokens, words: Words, found: list[Name], unsure: list[tuple[int, int]]) -> list[Name]:
    """Label what the words alone didn't: by the same words elsewhere, as part of a full name, then by context."""
    votes: dict[tuple[str, ...], Counter[str]] = {}
    parts: set[str] = set()
    for name in found:
        key = tuple(tokens.folded[name.start : name.end])
        votes.setdefault(key, Counter())[name.label] += 1
        if name.label == "PERSON" and name.end - name.start > 1:
            parts.update(_name_parts(tokens, name.start, name.end))
    labelled: list[Name] = []
    for position, name in enumerate(found):
        # "Sadr" is a town too, but not in an article about Muqtada al-Sadr.
        if name.label == "GPE" and name.end == name.start + 1 and tokens.lower[name.start] in parts:
            if tokens.text[name.start] not in words.countries:
                found[position] = name._replace(label="PERSON", sure=False)
    guesses: dict[tuple[str, ...], Counter[str]] = {}
    # Full names first, so that they tell what a surname alone is.
    for start, end in sorted(unsure, key=lambda edges: (edges[0] - edges[1], edges)):
        key = tuple(tokens.folded[start:end])
        if key in votes:
            continue
        if _name_parts(tokens, start, end) & parts and end - start <= 4:
            label: str | None = "PERSON"
        else:
            label = _label_by_context(tokens, words, start, end)
        if label:
            guesses.setdefault(key, Counter())[label] += 1
            if label == "PERSON" and end - start > 1:
                parts.update(_name_parts(tokens, start, end))
    # One label for one name in an article: what its words show, else what most of its places show.
    for start, end in unsure:
        ballot = votes.get(key := tuple(tokens.folded[start:end])) or guesses.get(key)
        if ballot:
            labelled.append(Name(start, end, min(ballot.items(), key=lambda item: (-item[1], item[0]))[0], False))
    return labelled


def _bracketed(tokens: Tokens, found: list[Name]) -> list[Name]:
    """Short forms in brackets behind a name, *US Central Command (CENTCOM)*: they are what the name is."""
    known = {name.start for name in found}
    labelled = []
    for name in found:
        k = name.end
        if k + 2 >= len(tokens) or tokens.text[k] != "(" or tokens.text[k + 2] != ")" or k + 1 in known:
            continue
        full = " ".join(tokens.text[name.start : name.end])
        short = tokens.text[k + 1]
        if short.isupper() and len(short) > 1 and may_abbreviate(short, full):
            labelled.append(Name(k + 1, k + 2, name.label, True))
    return labelled


def _name_parts(tokens: Tokens, start: int, end: int) -> set[str]:
    """The last part of a person's name (its surname), with and without the Arabic article."""
    last = tokens.lower[end - 1]
    return {last} if len(last) > 2 and last not in PARTICLES else set()


def _label_by_context(tokens: Tokens, words: Words, start: int, end: int) -> str | None:
    """A label from the words around an unknown name; None where they show nothing."""
    if tokens.titled[start]:
        return None
    before = tokens.lower[start - 1] if start else ""
    after = tokens.lower[end] if end < len(tokens) else ""
    group = tokens.lower[start - 2] if before == "," and start > 1 else before
    if group in words.groups and (before == "," or not tokens.first[start]):
        return words.groups[group]
    content = [t for t in tokens.lower[start:end] if t not in "-‑"]
    unknown = [t for t in content if t not in words.common]
    if not unknown:
        return None
    if after in _SPEECH or after == "who" or before in _SPEECH:
        return "PERSON"
    if before in _LOCATIVE and len(content) <= 2:
        return "GPE"
    if 2 <= len(content) <= 3 and len(unknown) == len(content) and all(t[0].isalpha() for t in content):
        return "PERSON"
    if len(content) > 1:
        return "ORG"
    if tokens.first[start]:
        return None
    return "ORG" if before == "the" else "PERSON"
