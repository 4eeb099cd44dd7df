"""Quantities: value, range and unit of *around 5,200 troops*, *over 5,000*, *tens of thousands*, *a quarter of voters*.

Ranges are kept apart from values: a bound ("over 5,000") sets ``low`` or ``high`` alone, an exact number all three
alike, an estimate ("around 5,200") only ``value``. Numbers inside dates, ordinals, names and numbered things
("Article 59", "Resolution 1701", "Highway 1") are no quantities.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from pipeline import lexicon
from pipeline.annotations import Quantity
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import NOUNS, QUOTES
from pipeline.text import Span

_DIGITS = re.compile(r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_TIME = re.compile(r"\d{1,2}[:.]\d{2}")
_PERCENT = frozenset({"%", "percent", "pc"})
_STREETS = frozenset({"street", "avenue", "road", "boulevard", "lane", "st", "ave", "blvd", "rd"})
#: Words of a street's name.
_LONGEST_STREET = 4
_HYPHENS = frozenset({"-", "–", "‑", "—"})
_LONGEST_UNIT = 6
_LONGEST_DATE = 60  # characters


def _ranges(text: str) -> tuple[float | None, float | None]:
    low, high = text.split()
    return float(low), None if high == "-" else float(high)


@cache
def _phrases() -> dict[str, tuple[str, str]]:
    """Every multi-word sign: its words -> (which list, its value)."""
    found: dict[str, tuple[str, str]] = {}
    for kind in ("vague_numbers", "fractions", "number_bounds"):
        for key, value in lexicon.table(f"claims_{kind}").items():
            found[key] = (kind, value)
    return found


@cache
def _first_words(kind: str) -> frozenset[str]:
    """The words with which a sign of list *kind* begins."""
    return frozenset(key.split(" ")[0] for key, (listed, _) in _phrases().items() if listed == kind) | _HYPHENS


@cache
def _openers() -> frozenset[str]:
    """The words with which a quantity may begin, where it doesn't begin with a digit."""
    spelled = frozenset(lexicon.table("claims_numbers")) | {"a", "one"}
    return spelled | _first_words("vague_numbers") | _first_words("fractions")


def _may_begin(word: str) -> bool:
    return word in _openers() or word[:1].isdigit() or word[:1] == "."


def _places(reading: Reading) -> list[int]:
    """The tokens of a Doc that may begin a quantity, in order; found once a Doc, by its distinct words."""
    if reading.numbers is None:
        words = {word for word in set(reading.lower) if _may_begin(word)}
        reading.numbers = [i for i, word in enumerate(reading.lower) if word in words]
    return reading.numbers


class _Scanner:
    def __init__(self, reading: Reading, start: int, end: int, places: list[int]) -> None:
        self.reading = reading
        self.start, self.end = start, end
        self.places = places  # where a quantity may begin
        self.lower = reading.lower
        self.tags = reading.tags
        span = reading.span(start, end)
        near = Span(max(0, span.start - _LONGEST_DATE), span.end)
        self.dates = [Span(reading.dates[i].start, reading.dates[i].end) for i in reading.dates_in(near)]

    def in_date(self, i: int) -> bool:
        begin, stop = self.reading.begins[i], self.reading.ends[i]
        return any(d.start < stop and begin < d.end for d in self.dates)

    def number(self, i: int) -> tuple[float, int] | None:
        """The value of the number that begins at *i* and the token behind it."""
        word = self.lower[i]
        numbers = lexicon.table("claims_numbers")
        if _DIGITS.fullmatch(word):
            value, j = float(word.replace(",", "")), i + 1
        elif word in numbers and len(word) > 2 and float(numbers[word]) < 100:
            value, j = float(numbers[word]), i + 1
            while j + 1 < self.end and self.lower[j] in _HYPHENS and self.lower[j + 1] in numbers:
                value, j = value + float(numbers[self.lower[j + 1]]), j + 2
        elif (
            word in {"a", "one"}
            and i + 1 < self.end
            and self.lower[i + 1] in {"hundred", "thousand", "million", "billion"}
        ):
            value, j = 1.0, i + 1
        else:
            return None
        while j < self.end and self.lower[j] in numbers and float(numbers[self.lower[j]]) >= 100:
            value, j = value * float(numbers[self.lower[j]]), j + 1
            if (
                j + 1 < self.end
                and self.lower[j] == "and"
                and self.lower[j + 1] in numbers
                and float(numbers[self.lower[j + 1]]) < 100
            ):
                value, j = value + float(numbers[self.lower[j + 1]]), j + 2
        return value, j

    def phrase(self, i: int, kind: str) -> tuple[str, int] | None:
        """The longest phrase of list *kind* at *i*: its value and the token behind it."""
        if self.lower[i] not in _first_words(kind):
            return None
        for size in (4, 3, 2, 1):
            words = [w for w in self.lower[i : i + size] if w not in _HYPHENS]
            if i + size <= self.end and words:
                found = _phrases().get(" ".join(words))
                if found is not None and found[0] == kind:
                    return found[1], i + size
        return None

    def unit(self, j: int) -> tuple[str | None, int]:
        """The unit behind a number: adjectives and nouns up to the head noun ("foreign troops")."""
        if j < self.end and self.lower[j] in _PERCENT:
            return self._share("percent", j + 1)
        if j + 1 < self.end and self.lower[j] == "per" and self.lower[j + 1] == "cent":
            return self._share("percent", j + 2)
        behind = j
        while j < self.end and (self.lower[j] in _HYPHENS or self.reading.words[j] in QUOTES):
            j += 1
        first, last = j, j
        while j < self.end and j - first < _LONGEST_UNIT:
            tag = self.tags[j]
            if self.in_date(j) or self.reading.words[j] in QUOTES:
                break
            if tag in {"NN", "NNS"}:
                last = j + 1
            elif tag in {"JJ", "NNP", "VBN", "VBG"} or self.lower[j] in {"more", "other", "and"} | _HYPHENS:
                if last > first and tag not in {"NN", "NNS", "NNP"}:
                    break
            else:
                break
            j += 1
        if last == first:
            return None, behind
        return self.reading.slice(first, last).lower() if self.tags[last - 1] != "NNP" else None, last

    def _share(self, name: str, j: int) -> tuple[str, int]:
        """``percent of voters``: a share names what it is a share of."""
        if j < self.end and self.lower[j] == "of":
            k = j + 1
            while k < self.end and self.tags[k] in {"DT", "PRP$"}:
                k += 1
            unit, stop = self.unit(k)
            if unit is not None:
                return f"{name} of {unit}", stop
        return name, j

    def currency_before(self, i: int) -> str | None:
        if i > self.start - 1 and i > 0:
            return lexicon.table("claims_currencies").get(self.lower[i - 1])
        return None

    def numbered(self, i: int) -> bool:
        """Whether the number at *i* is a name's: "Article 59", "Resolution 1701", "Group 7"."""
        if i == 0:
            return False
        before, word = i - 1, self.reading.words[i - 1]
        if self.lower[before] in {"no", "number", "#", "no."} and self.reading.words[i][:1].isdigit():
            return True
        if self.reading.words[i].isdigit() and self._is_address(i + 1):
            return True
        named = word[:1].isupper() and self.tags[before] in NOUNS and before > self.start
        listed = (
            self.lower[before] in {"and", ",", "to"} and i > 2 and self.tags[i - 2] == "CD" and self.numbered(i - 2)
        )
        if self.lower[i + 1 : i + 3] in (["-", "way"], ["‑", "way"]):
            return True  # "a two-way race"
        return (named and self.reading.words[i][:1].isdigit() and not self._counts(i)) or listed

    def _is_address(self, i: int) -> bool:
        """Whether a name that ends in a word for a street begins at *i*: "131 **West 23rd Street**"."""
        for j in range(i, min(i + _LONGEST_STREET, len(self.reading.words))):
            word = self.reading.words[j]
            if not (word[:1].isupper() or word[:1].isdigit()):
                return False
            if word.casefold().rstrip(".") in _STREETS:
                return j > i
        return False

    def _counts(self, i: int) -> bool:
        return i + 1 < self.end and (self.tags[i + 1] in {"NNS"} or self.lower[i + 1] in _PERCENT)

    def bound(self, i: int) -> tuple[str | None, int]:
        """The bound before a number at *i* and the token where it begins."""
        for size in (4, 3, 2, 1):
            first = i - size
            if first >= max(0, self.start - 4):
                words = " ".join(self.lower[first:i])
                found = _phrases().get(words)
                if found is not None and found[0] == "number_bounds":
                    return found[1], first
        return None, i

    def scan(self) -> list[Quantity]:
        found: list[Quantity] = []
        i = self.start
        for at in self.places:
            if at < i:
                continue
            step = self._at(at)
            if step is not None:
                quantity, i = step
                if quantity is not None:
                    found.append(quantity)
        return found

    def _at(self, i: int) -> tuple[Quantity | None, int] | None:
        if self.in_date(i):
            return None
        vague = self.phrase(i, "vague_numbers")
        if vague is not None:
            low, high = _ranges(vague[0])
            j = vague[1] + (vague[1] < self.end and self.lower[vague[1]] == "of")
            unit, stop = self.unit(j)
            return self._quantity(i, stop if unit else vague[1], low if low == high else None, low, high, unit), max(
                stop, vague[1]
            )
        fraction = self.phrase(i, "fractions")
        if fraction is not None and (
            (fraction[1] < self.end and self.lower[fraction[1]] in {"of", "the"}) or self.lower[i] == "unanimously"
        ):
            value = float(fraction[0])
            unit, stop = self._share("share", fraction[1])
            kind, first = self.bound(i)
            return self._bounded(first, stop, value, kind, unit), stop
        return self._counted(i)

    def _counted(self, i: int) -> tuple[Quantity | None, int] | None:
        if self.tags[i] not in {"CD", "DT", "JJ", "NN", "NNS", "X", "NNP", "PRP"}:
            return None
        number = self.number(i)
        if number is None or _TIME.fullmatch(self.lower[i]) or self.numbered(i):
            return None
        value, j = number
        if value <= 10 and i > 0 and self.lower[i - 1] in {"the", "these", "those", "all", "both"}:
            return None, j  # "the two women": whom one has met before
        spelled_one = self.lower[i] == "one"
        low: float | None = None
        if j + 1 < self.end and self.lower[j] in _HYPHENS | {"to"} and not self.in_date(j + 1):
            second = self.number(j + 1)
            if second is not None and second[0] > value:
                low, (value, j) = value, second
                if low < 1000 <= value and value % 1000 == 0 and self.reading.words[i].isdigit():
                    low *= self._scale(j)
        money = self.currency_before(i)
        first = i - 1 if money else i
        unit, stop = (money, j) if money else self.unit(j)
        if not money and unit is not None:
            unit = lexicon.table("claims_currencies").get(unit, unit)
        kind, begin = self.bound(first)
        if spelled_one and (unit is None or kind is None):
            return None, max(stop, j)  # "one of them", "no one": a pronoun
        if (
            unit is not None
            and unit.split(" ")[0] in {"year", "month", "day", "week", "hour"}
            and self.lower[j : j + 1]
            and self.lower[j] in _HYPHENS
        ):
            return None, max(stop, j)
        if self._between(begin) and low is None and j + 1 < self.end and self.lower[j] == "and":
            second = self.number(j + 1)
            if second is not None:
                unit, stop = self.unit(second[1])
                return self._quantity(begin, stop, None, value, second[0], money or unit), stop
        if low is not None:
            return self._quantity(begin, stop, None, low, value, unit), stop
        return self._bounded(begin, stop, value, kind, unit), max(stop, j)

    def _scale(self, j: int) -> float:
        """The multiplier that a range shares: "5 to 10 million" begins at five million."""
        numbers = lexicon.table("claims_numbers")
        value = 1.0
        i = j - 1
        while i > self.start and self.lower[i] in numbers and float(numbers[self.lower[i]]) >= 100:
            value *= float(numbers[self.lower[i]])
            i -= 1
        return value

    def _between(self, i: int) -> bool:
        return i > 0 and self.lower[i - 1] in {"between", "from"}

    def _bounded(self, start: int, end: int, value: float, kind: str | None, unit: str | None) -> Quantity:
        if kind == "low":
            return self._quantity(start, end, None, value, None, unit)
        if kind == "high":
            return self._quantity(start, end, None, None, value, unit)
        if kind == "about":
            return self._quantity(start, end, value, None, None, unit)
        return self._quantity(start, end, value, value, value, unit)

    def _quantity(
        self, start: int, end: int, value: float | None, low: float | None, high: float | None, unit: str | None
    ) -> Quantity:
        span = self.reading.span(start, end)
        return Quantity(span.start, span.end, value, low, high, unit)


def quantities(reading: Reading, start: int, end: int) -> tuple[Quantity, ...]:
    """The quantities of a token range, in order. Never raises; linear in the tokens."""
    places = _places(reading)
    places = places[bisect_left(places, start) : bisect_left(places, end)]
    return tuple(_Scanner(reading, start, end, places).scan()) if places else ()
