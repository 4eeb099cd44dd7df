"""What entities are linked by: one node for every entity of every article, as numbers.

Many nodes have the same names and descriptions, so these are one object for all of them; a node itself is twelve bytes.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_PLACES = frozenset({"GPE", "LOC", "FAC"})


def is_acronym(form: str) -> bool:
    """One word of two to eight capital letters."""
    letters = form.replace(".", "")
    return 2 <= len(letters) <= 8 and letters.isalpha() and letters.isupper()


@dataclass(slots=True)
class Named:
    """What an article calls an entity: its names (fullest first), and what is known of it.

    ``fixed`` names the one thing that the user, the packages or the lists say it is; what may be one is of one
    ``kind``, as places of all sorts are; ``short`` says whether all its names are acronyms.
    """

    label: str
    name: str
    forms: tuple[str, ...]
    descriptions: tuple[str, ...] = ()
    fixed: str | None = None
    parts: tuple[str, ...] = field(default=())
    kind: str = field(init=False)
    short: bool = field(init=False)

    def __post_init__(self) -> None:
        self.kind = "place" if self.label in _PLACES else self.label.lower()
        self.short = all(map(is_acronym, self.forms))


class Nodes(Sequence[Named]):
    """The entities of all articles; to be filled by :meth:`add`, then put in order by :meth:`arrange`.

    Attributes:
        articles: the ids of all articles that have one.
        names: what they are called, each only once.
    """

    def __init__(self) -> None:
        self.articles: list[str] = []
        self.names: list[Named] = []
        self._numbers: dict[str, int] = {}
        self._known: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], int] = {}
        self._article, self._chain, self._name = array("i"), array("i"), array("i")

    def add(
        self, article: str, chain: int, label: str, name: str, forms: tuple[str, ...], descriptions: tuple[str, ...]
    ) -> None:
        """Add the entity that is the coreference chain *chain* of *article*."""
        key = (label, name, forms, descriptions)
        if key not in self._known:
            self._known[key] = len(self.names)
            self.names.append(Named(*key))
        if article not in self._numbers:
            self._numbers[article] = len(self.articles)
            self.articles.append(article)
        self._article.append(self._numbers[article])
        self._chain.append(chain)
        self._name.append(self._known[key])

    def arrange(self, published: Mapping[str, dt.date | None]) -> None:
        """Put them in the order of their articles: by day, those without one first, then by id; then by chain."""
        self._known.clear()
        ids = sorted(self.articles)
        place = {article: number for number, article in enumerate(ids)}
        rank = np.array([place[article] for article in self.articles], np.int32)
        days = np.array([(published.get(article) or dt.date.min).toordinal() for article in self.articles], np.int32)
        article, chain, name = (np.array(values, np.int32) for values in (self._article, self._chain, self._name))
        order = np.lexsort((chain, rank[article], days[article]))
        for held, values in ((self._article, article), (self._chain, chain), (self._name, name)):
            held[:] = array("i", values[order].tobytes())

    def __len__(self) -> int:
        return len(self._name)

    @overload
    def __getitem__(self, i: int) -> Named: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[Named]: ...
    def __getitem__(self, i: int | slice) -> Named | Sequence[Named]:
        if isinstance(i, slice):
            return [self.names[name] for name in self._name[i]]
        return self.names[self._name[i]]

    def __iter__(self) -> Iterator[Named]:
        names = self.names
        return (names[name] for name in self._name)

    def article(self, i: int) -> str:
        """The id of the article of node *i*."""
        return self.articles[self._article[i]]

    def chain(self, i: int) -> int:
        """The number of node *i*'s coreference chain in its article."""
        return self._chain[i]

    @property
    def name_numbers(self) -> Sequence[int]:
        """Of each node the place of what it is called in ``names``."""
        return self._name

    @property
    def article_numbers(self) -> npt.NDArray[np.int32]:
        """Of each node the place of its article in ``articles``."""
        return np.array(self._article, np.int32)

    def by_place(self) -> tuple[Places, npt.NDArray[np.int32]]:
        """To find nodes by their articles and chains; and the nodes, in the order in which they are found."""
        keys = (self.article_numbers.astype(np.int64) << 32) + np.array(self._chain, np.int32)
        order = np.argsort(keys).astype(np.int32)
        return Places(self._numbers, keys[order]), order


class Places:
    """Finds nodes by their articles, which have *numbers*, and chains: *keys* hold both, in order, in eight bytes."""

    def __init__(self, numbers: Mapping[str, int], keys: npt.NDArray[np.int64]) -> None:
        self._numbers = numbers
        self._keys = keys

    def find(self, articles: pa.ChunkedArray, chains: pa.ChunkedArray) -> npt.NDArray[np.int64]:
        """The place of each chain among all, given by its article and its number (as text); -1 for none."""
        coded = articles.combine_chunks().dictionary_encode()
        of_code = np.array([self._numbers.get(article, -1) for article in coded.dictionary.to_pylist()], np.int64)
        article = of_code[coded.indices.to_numpy()] if len(coded) else of_code
        chain = pc.fill_null(chains.cast(pa.int64()), -1).to_numpy()
        wanted = np.where((article < 0) | (chain < 0), -1, (article << 32) + chain)
        at = np.searchsorted(self._keys, wanted)
        there = at < len(self._keys)
        there[there] = self._keys[at[there]] == wanted[there]
        return np.where(there, at, -1)
