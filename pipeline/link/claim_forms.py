"""Which claims are the same, and which of those that differ are worth a comparison.

Claims with the same words, sign and claimant are one *form*. Forms that share rare features (content words, entities)
are candidates, by buckets of the rarest features of each, cut where a feature is common; of them those are compared
that share weight enough to be related by their words, or a quotation. Of a claim a few numbers stay in memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.link.blocking import Buckets, Pairs, Rule, Shared
from pipeline.link.claim_notes import Notes
from pipeline.link.ragged import Floats, Ints, Ragged, first_of_runs, grouped, run_sizes, same_rows, starts_of
from pipeline.link.relations import AT_LEAST
from pipeline.link.spill import Partitions, Spill
from pipeline.link.spread import spread

#: A feature of more forms than this leads to no candidates by itself; the rarest features of each form are indexed.
COMMON: Final = 80
INDEXED: Final = 8
#: Forms with most shared weight that are compared with one form.
CANDIDATES: Final = 30

#: Weights are multiples of the inverse of this, so that their sums are exact, in whatever order they are added.
_PRECISION: Final = 1 << 32
#: Forms whose pairs are compared at once, about, and partitions of such, at most.
_TOGETHER: Final = 600
_PARTITIONS: Final = 256
#: Forms that are worked on at once.
_BLOCK: Final = 4_000
#: Bits of the number of a form's partition.
_FORMS: Final = 6
_HASHED: Final = np.dtype(
    [("form", "<u8"), ("form_too", "<u8"), ("place", "<i4"), ("quotation", "<i8"), ("wording", "<i8")]
)


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms, in the order of their first claims; claims are numbered in the order of their ids.

    Attributes:
        members: the claims of each.
        of_claim: the form of each claim.
        first: the first claim of each, as the number under which it was noted.
        whole: whether its claims were split.
        quotation: the hash of the quotation that carries them, -1 where none does and -2 where several do.
        varied: whether they, the same once entities stand for their names, are written in other words.
    """

    members: Ragged
    of_claim: npt.NDArray[np.int32]
    first: npt.NDArray[np.int32]
    whole: npt.NDArray[np.bool_]
    quotation: Ints
    varied: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first)

    @classmethod
    def of(cls, notes: Notes, order: npt.NDArray[np.int32], folder: Path | None = None) -> Forms:
        """The forms of all claims; *order* holds their numbers in the order of their ids."""
        found = []
        of_claim = np.empty(len(order), np.int32)
        seen = 0
        hashed = _by_form(notes, order, folder)
        for partition in range(len(hashed)):
            claims = hashed.read(partition)
            claims = claims[np.lexsort((claims["place"], claims["form_too"], claims["form"]))]
            begins = first_of_runs(claims["form"], claims["form_too"])
            sizes = run_sizes(begins, len(claims))
            of_claim[claims["place"]] = np.repeat(np.arange(seen, seen + len(begins)), sizes)
            seen += len(begins)
            forms = np.zeros(len(begins), _FOUND)
            forms["first"] = claims["place"][begins]
            if len(begins):
                low, high = _extremes(claims["quotation"], begins)
                forms["quotation"] = np.where(low == high, low, -2)
                low, high = _extremes(claims["wording"], begins)
                forms["varied"] = low != high
            found.append(forms)
        hashed.close()
        forms = np.concatenate(found)
        found.clear()
        by_first = np.argsort(forms["first"]).astype(np.int32)
        forms = forms[by_first]
        number = np.empty(len(forms), np.int32)
        number[by_first] = np.arange(len(forms), dtype=np.int32)
        of_claim = number[of_claim]
        del by_first, number
        first = order[forms["first"]]
        members = grouped(of_claim, len(forms))
        return cls(
            members, of_claim, first, notes.column("whole", first),
            forms["quotation"].copy(), forms["varied"].copy(),
        )  # fmt: skip


_FOUND: Final = np.dtype([("first", "<i4"), ("quotation", "<i8"), ("varied", "?")])


def _by_form(notes: Notes, order: npt.NDArray[np.int32], folder: Path | None) -> Partitions:
    """The hashes of all claims, in partitions in which all claims of a form stand together."""
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    hashed = Partitions(_HASHED, 1 << _FORMS, folder)
    start = 0
    for block in notes.blocks():
        claims = np.empty(len(block), _HASHED)
        for name in ("form", "form_too", "quotation", "wording"):
            claims[name] = block[name]
        claims["place"] = place[start : start + len(block)]
        hashed.add(claims["form"] >> np.uint64(64 - _FORMS), claims)
        start += len(block)
    return hashed


def _extremes(values: npt.NDArray[Any], begins: Ints) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The least and the most of each run of *values*."""
    return np.minimum.reduceat(values, begins), np.maximum.reduceat(values, begins)


def _blocks_of(values: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    for start in range(0, len(values), _BLOCK):
        yield values[start : start + _BLOCK]


#: Two forms, the earlier first, the share of their words that both have, and the better :class:`~relations.Overlap` of
#: these and of their words as written; where claims of one form may differ in these, not a number.
PAIR: Final = np.dtype(
    [("one", "<i4"), ("other", "<i4"), ("words", "<f8"), ("alike", "<f8"), ("contained", "<f8"), ("near", "<i4")]
)


class Candidates:
    """Which forms may be related. *folder*: where it may spill.

    Attributes:
        of_words: the weight of each word and entity: how rare it is among the forms. What no form's first claim has
            weighs 1.
    """

    def __init__(self, notes: Notes, forms: Forms, folder: Path | None = None) -> None:
        self._forms = forms
        self._folder = folder
        # Those of the first claim of each form, in the order of forms.
        self._words, self._entities, self._plain = (Spill(folder, np.int32) for _ in range(3))
        seen = self._seen(notes)
        total = max(len(forms), 2)
        by_count = {
            int(n): round((math.log(1 + total / n) if n else 1.0) * _PRECISION) / _PRECISION for n in np.unique(seen)
        }
        self._ranks = _ranks(notes.vocabulary, seen)
        self._weights: Floats = np.array([by_count[n] for n in seen.tolist()], np.float64)
        # From here on words are numbers, and have weights.
        self.of_words = {word: by_count[n] for word, n in zip(notes.words(), seen.tolist(), strict=True) if n}

    def _seen(self, notes: Notes) -> Ints:
        """In how many forms each word and entity is; what they have, and whether that is as written, is kept on the
        way."""
        size = len(notes.vocabulary)
        seen = np.zeros(size, np.int64)
        alike = [np.zeros(0, bool)]
        for block in _blocks_of(self._forms.first):
            words, entities, plain, outside = notes.features(notes.take(block))
            for spill, rows in ((self._words, words), (self._entities, entities), (self._plain, plain)):
                spill.extend(rows)
            alike.append(same_rows(words, plain))
            for values in (words.values, entities.values, plain.values[outside]):
                seen += np.bincount(values, minlength=size)
        self._as_written = np.concatenate(alike)
        return seen

    def _indexed(self, forms: npt.NDArray[Any]) -> Ragged:
        """The rarest features of these forms, the rarest first."""
        words, entities = self._words.take(forms), self._entities.take(forms)
        values = np.concatenate((words.values, entities.values))
        owners = np.concatenate((words.owners, entities.owners))
        values = values[np.lexsort((self._ranks[values], owners))]
        sizes = words.sizes + entities.sizes
        place = np.arange(len(values)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return Ragged(values[place < INDEXED], starts_of(np.minimum(sizes, INDEXED)))

    def pairs(self, processes: int = 1) -> Partitions:
        """Pairs of forms that share rare features, and may share enough to be related, as :data:`PAIR`; to be asked for
        once.

        In partitions by the rarest feature of the earlier form, in which few forms come again and again. *processes* as
        for :func:`pipeline.link.spread.spread`.
        """
        count = len(self._forms)
        buckets = Buckets(self._folder)
        rarest = np.full(count, -1, np.int32)
        for block in _blocks_of(np.arange(count, dtype=np.int32)):
            indexed = self._indexed(block)
            some = indexed.sizes > 0
            rarest[block[some]] = indexed.values[indexed.starts[:-1][some]]
            buckets.add(indexed)
        self._entities.close()
        near = np.empty(count, np.int32)
        near[np.argsort(rarest, kind="stable")] = np.arange(count, dtype=np.int32)
        del rarest
        partitions = min(count // _TOGETHER + 1, _PARTITIONS)
        found = Partitions(PAIR, partitions, self._folder)
        joined = buckets.joined(Rule(common=COMMON), CANDIDATES, self._weights)
        for pairs in spread(lambda block: self._worth(joined.read(block)), range(len(joined)), processes):
            pairs["near"] = near[pairs["one"]]
            found.add(pairs["near"].astype(np.int64) * partitions // max(count, 1), pairs)
        found.settle()
        joined.close()
        self._words.close()
        self._plain.close()
        return found

    def _worth(self, pairs: Pairs) -> npt.NDArray[Any]:
        """Those of *pairs* that are worth a comparison."""
        forms = self._forms
        same = forms.whole[pairs.row] == forms.whole[pairs.other]
        a, b = pairs.row[same], pairs.other[same]
        ours, theirs = forms.quotation[a], forms.quotation[b]
        kept = (ours != -1) & (theirs != -1) & ((ours == theirs) | (ours == -2) | (theirs == -2))
        varied = forms.varied[a] | forms.varied[b]
        words, contained = _overlaps(*Shared(self._words, self._weights).of(a, b))
        alike = words.copy()
        other = np.flatnonzero(~(self._as_written[a] & self._as_written[b]))
        plain, contained_plain = _overlaps(*Shared(self._plain, self._weights).of(a[other], b[other]))
        better = (plain > words[other]) | ((plain == words[other]) & (contained_plain > contained[other]))
        alike[other[better]], contained[other[better]] = plain[better], contained_plain[better]
        kept |= varied | (alike >= AT_LEAST)
        found = np.zeros(int(kept.sum()), PAIR)
        columns = {"words": words, "alike": alike, "contained": contained}
        found["one"], found["other"] = a[kept], b[kept]
        for name, values in columns.items():
            found[name] = np.where(varied, np.nan, values)[kept]
        return found


def _overlaps(both: Floats, ours: Floats, theirs: Floats) -> tuple[Floats, Floats]:
    """As :func:`pipeline.link.relations.overlap`, from the weights of what both hold and of what each holds."""
    some = both > 0
    alike, contained = np.zeros(len(both)), np.zeros(len(both))
    np.divide(both, ours + theirs - both, out=alike, where=some)
    np.divide(both, np.minimum(ours, theirs), out=contained, where=some)
    return alike, contained


def _ranks(vocabulary: dict[str, int], seen: Ints) -> npt.NDArray[np.int32]:
    """The place of each word, the rarest first, those as rare in the order of the alphabet."""
    words = sorted(vocabulary)
    alphabet = np.empty(len(words), np.int32)
    alphabet[[vocabulary[word] for word in words]] = np.arange(len(words))
    ranks = np.empty(len(words), np.int32)
    ranks[np.lexsort((alphabet, seen))] = np.arange(len(words))
    return ranks
