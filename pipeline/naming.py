"""When two spellings are one name: folding, the parts of a name, consonant skeletons, acronyms.

Names that reach English through another script are spelt in many ways (Muqtada, Moqtada; Sha'abi, Shaabi; Soleimani,
Suleimani). Edit distance alone can't tell them from different names (Iraq, Iran). What stays the same is the order of
the consonants, so two parts are one only if their consonant skeletons are equal *and* their letters are close.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʿʾʻʼ`´", "'") | {"‑": "-", "–": "-", "\u00a0": " "})
_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae"})
_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*\.?", re.UNICODE)
# The Arabic article, assimilated or not, before a hyphen or (capitalised in a name) a space.
_ARTICLE = re.compile(r"(?<![^\W_])(?:a[lnrstzd]|el|ash|ath|adh|ul|ud)-(?=\w)", re.IGNORECASE)
_SPACED_ARTICLE = re.compile(r"(?<![^\W_])(?:[Aa]l|[Ee]l) (?=[A-Z])")
_DIGRAPHS = (("kh", "x"), ("gh", "g"), ("sh", "$"), ("ch", "ç"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("ck", "k"))
_CONSONANTS = str.maketrans({"q": "k", "g": "k", "c": "k", "v": "f", "z": "s", "j": "j"})
_VOWELS = frozenset("aeiouyhw")
_BOUND = frozenset(("abd", "abdel", "abdul", "abu", "bin", "ibn", "umm"))
_SMALL = frozenset(("of", "the", "and", "for", "in", "on", "to", "de", "la", "du", "des", "und", "al", "el", "at", "&"))


def fold(text: str) -> str:
    """*text* without diacritics, with straight apostrophes and plain hyphens: one name, however it is typed."""
    if text.isascii():
        return text.replace("`", "'")  # of what is translated below, the one that is ASCII
    text = text.translate(_APOSTROPHES)
    if text.isascii():
        return text
    text = text.translate(_LETTERS)
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


@lru_cache(maxsize=65536)
def name_parts(name: str) -> tuple[str, ...]:
    """The parts of *name*, folded, in lower case, without articles and possessive: what is compared.

    >>> name_parts("Muqtada al-Sadr’s"), name_parts("Adel Abdul Mahdi")
    (('muqtada', 'sadr'), ('adel', 'abdulmahdi'))
    """
    text = fold(name)
    text = re.sub(r"\s?'s(?![^\W_])|'$", "", text)
    text = _ARTICLE.sub("", text)
    if " " in text.strip():
        text = _SPACED_ARTICLE.sub("", text)
    text = text.replace("-", "").replace("'", "")
    parts = [part.lower() for part in _WORD.findall(text)]
    for i in range(len(parts) - 2, -1, -1):
        # "Abdul Mahdi", "Abdul-Mahdi": the first word says nothing without the second.
        if parts[i] in _BOUND:
            parts[i : i + 2] = [parts[i] + parts[i + 1]]
    if parts and parts[0] == "the" and len(parts) > 1:
        parts = parts[1:]
    return tuple(part if len(part) == 2 and part[1] == "." else part.replace(".", "") for part in parts)


@lru_cache(maxsize=65536)
def skeleton(part: str) -> str:
    """The consonants of one folded part, spelling variants of a sound made one: *muqtada* and *moqtada* are ``mktd``.

    A part without consonants keeps its letters.
    """
    text = part.lower()
    for pair, single in _DIGRAPHS:
        text = text.replace(pair, single)
    found: list[str] = []
    for char in text.translate(_CONSONANTS):
        if char in _VOWELS or (not char.isalnum() and char != "$"):
            continue
        if not found or found[-1] != char:
            found.append(char)
    return "".join(found) or text


@lru_cache(maxsize=65536)
def same_part(left: str, right: str) -> bool:
    """Whether two parts of names are spellings of one: equal, or equal in skeleton and close in letters."""
    if left == right:
        return True
    if not left.isalpha() or not right.isalpha() or skeleton(left) != skeleton(right):
        return False
    longest = max(len(left), len(right))
    if longest <= 3:
        return False
    # The first sound stays: Amir is no Omar, though Omar is an Umar.
    if _sound(left[0]) != _sound(right[0]) and left[0] not in "hw" and right[0] not in "hw":
        return False
    # So does what the name ends in, vowel or consonant: Danielle is no Daniel, Haddad no Hadi.
    if (left.rstrip("h")[-1:] in _VOWELS) != (right.rstrip("h")[-1:] in _VOWELS):
        return False
    limit = 1 if longest < 9 else 2
    return _distance(left, right, limit) <= limit


def _sound(char: str) -> str:
    return {"o": "u", "e": "i", "y": "i", "q": "k", "g": "k", "c": "k", "v": "f", "j": "j"}.get(char, char)


def _distance(left: str, right: str, limit: int) -> int:
    """Edit distance where o/u, e/i, i/y and doubled letters cost nothing; anything over *limit* may come back."""
    left, right = _plain(left), _plain(right)
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def _plain(part: str) -> str:
    """Vowels that are written for each other made one, doubled letters single."""
    text = part.replace("ou", "u").replace("oo", "u").replace("ee", "i").replace("o", "u").replace("e", "i")
    text = text.replace("y", "i").replace("q", "k").replace("g", "k").replace("c", "k")
    return "".join(char for i, char in enumerate(text) if not i or text[i - 1] != char)


def same_parts(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two names are one, part by part."""
    return len(left) == len(right) and all(map(same_part, left, right))


def same_person(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two full names (two parts or more each) can be one person's.

    First and last part agree (or one gives only the first's initial), and the middle parts that both give agree in
    order, the first with the first: *George Bush*, *George W. Bush*, *G. W. Bush*, but not *George H. W. Bush*. Names
    of different length need the shorter to be inside the longer. Where spaces and hyphens alone differ they are one.
    """
    if len(left) < 2 or len(right) < 2:
        return False
    if unspaced(left) == unspaced(right):
        return True
    if not same_part(left[-1], right[-1]) or not _same_given(left[0], right[0]):
        return False
    short, long = sorted((left[1:-1], right[1:-1]), key=len)
    if short and not _same_given(short[0], long[0]):
        return False
    rest = iter(long)
    return all(any(_same_given(part, other) for other in rest) for part in short)


def unspaced(parts: tuple[str, ...]) -> str:
    """The letters of a name's parts in one: *Kim Jong-un* and *Kim Jong Un*, *J. D. Vance* and *JD Vance*."""
    return "".join(parts).replace(".", "")


def _same_given(left: str, right: str) -> bool:
    if len(left.rstrip(".")) == 1 or len(right.rstrip(".")) == 1:
        return left[0] == right[0]
    return same_part(left, right)


def acronyms_of(name: str) -> frozenset[str]:
    """The acronyms that *name* can have: its initials, with and without its small words. Upper case, two or more."""
    words = [word for word in re.split(r"[\s-]+", fold(name)) if word and word[0].isalnum()]
    found = set()
    for kept in (words, [word for word in words if word.lower() not in _SMALL]):
        if len(kept) > 1:
            found.add("".join(word[0] for word in kept).upper())
    return frozenset(found)


def may_abbreviate(short: str, name: str) -> bool:
    """Whether *short* (``CENTCOM``, ``PMU``) can stand for *name*, as in "US Central Command (CENTCOM)".

    Its letters occur in the name in order and the first begins a word (Schwartz and Hearst 2003).
    """
    letters = [char for char in fold(short).lower() if char.isalnum()]
    long = fold(name).lower()
    if len(letters) < 2 or len(letters) > 10 or " " not in long.strip():
        return False
    # From the right: each letter is found before the last one; the first letter must begin a word.
    position = len(long)
    for index in range(len(letters) - 1, -1, -1):
        position -= 1
        while position >= 0 and (
            long[position] != letters[index] or (index == 0 and position > 0 and long[position - 1].isalnum())
        ):
            position -= 1
        if position < 0:
            return False
    return True


def slug(text: str) -> str:
    """*text* as ASCII words in lower case joined by hyphens: ``muqtada-al-sadr``. Empty where it has no letters."""
    plain = fold(text).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"(?<=\w)\.(?=\w)|'", "", plain)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
