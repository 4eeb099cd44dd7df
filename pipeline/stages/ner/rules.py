"""Names by rule: capitalised runs, cut at titles and nationalities, labelled by gazetteers, heads and context.

Two passes over the article. The first takes what the words themselves show (a gazetteer's name, a title before, a head
such as *Ministry of* or *Party*, a given name); the second gives the rest the label that the same words, or a fuller
form of them, have elsewhere in the article, and only then falls back on the words around it.
"""

from __future__ import annotations

from pipeline.naming import fold
from pipeline.stages.ner.lookup import match_name, match_title
from pipeline.stages.ner.second import second_pass
from pipeline.stages.ner.tokens import Name, Tokens, run_end, runs
from pipeline.stages.ner.words import CALENDAR, PARTICLES, Words, load

# More titles than this before one name are no titles.
_TITLES = 6


def names_of(tokens: Tokens, words: Words) -> list[Name]:
    """The names among *tokens*, in order, as half-open indices into them."""
    found: list[Name] = []
    unsure: list[tuple[int, int]] = []
    done = 0
    for start, end in runs(tokens):
        done = _cut_run(tokens, words, max(start, done), end, found, unsure)
    found.extend(second_pass(tokens, words, found, unsure))
    return sorted(set(found))


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
            person = _person_after_title(tokens, words, title_end, max(end, run_end(tokens, title_end)))
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
    """Where the name goes on to behind the *of* at index *of*: "of New York", "of the Red Cross", "of Health and …"."""
    n = len(tokens)
    j = of + 1
    if j < n and tokens.lower[j] == "the":
        j += 1
    stop = run_end(tokens, j)
    if stop == j:
        return of
    while stop + 1 < n and tokens.lower[stop] in ("and", "&") and tokens.cap[stop + 1]:
        further = run_end(tokens, stop + 1)
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
    for _ in range(_TITLES):
        further = match_title(tokens, words, i, len(tokens))
        if further == i or i >= end:
            break
        i = further
    if i >= len(tokens):
        return None
    end = max(end, run_end(tokens, i))
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
