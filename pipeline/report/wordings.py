"""The same words elsewhere: the wordings of each quotation that stands in several places, their differences marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pipeline.report.data import Parts, write_table
from pipeline.report.names import fragment
from pipeline.report.tables import Tables
from pipeline.variants import align

#: Wordings that are laid side by side, and carriers that are named, of one quotation; the rest is counted.
SHOWN: Final = 6
CARRIERS: Final = 30

Piece = tuple[str, str]  # what it is ("same", "changed", "left out"), words


def clusters(tables: Tables) -> list[str]:
    """The quotations with at least two quotes, those in most articles first."""
    rows = tables["quote_clusters"].select(["quote_cluster", "n_quotes", "n_articles"]).to_pylist()
    rows.sort(key=lambda row: (-row["n_articles"], -row["n_quotes"], row["quote_cluster"]))
    return [row["quote_cluster"] for row in rows if row["n_quotes"] > 1]


def side_by_side(texts: Sequence[str]) -> list[list[Piece]]:
    """The wordings *texts*, each in pieces; the first is the one that the others are compared with.

    In the first, ``changed`` are the words that some other lacks or words otherwise. In the others, ``changed`` are
    words of their own, ``left out`` the words of the first that they lack. All but ``left out`` joined is the wording.
    """
    first = texts[0]
    differs = bytearray(len(first))
    others: list[list[Piece]] = []
    for other in texts[1:]:
        place = 0
        pieces: list[Piece] = []
        for kind, ours, theirs in align(first, other):
            if kind == "equal":
                pieces.append(("same", theirs))
            else:
                differs[place : place + len(ours)] = b"\1" * len(ours)
                if theirs:
                    pieces += _apart("changed", theirs)
                if kind == "delete":
                    pieces.append(("left out", ours))
            place += len(ours)
        others.append(pieces)
    return [_cut(first, differs), *others]


def _apart(kind: str, words: str) -> list[Piece]:
    """*words* as a piece, with the white space after them apart: nobody changed that."""
    bare = words.rstrip()
    return [piece for piece in ((kind, bare), ("same", words[len(bare) :])) if piece[1]]


def _cut(text: str, differs: bytearray) -> list[Piece]:
    pieces: list[Piece] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or differs[place] != differs[start]:
            pieces += _apart("changed" if differs[start] else "same", text[start:place])
            start = place
    return pieces


def _same(one: str, other: str) -> bool:
    """Whether the two differ in case, marks and typography alone."""
    return all(kind == "equal" for kind, _, _ in align(one, other))


def _wordings(quotes: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """*quotes* by wording: the longest first, then those that most carry."""
    by_text: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for quote in quotes:
        by_text[quote["text"]].append(quote)
    groups: list[list[dict[str, Any]]] = []
    for text in sorted(by_text, key=lambda text: (-len(by_text[text]), -len(text), text)):
        for group in groups[: 4 * SHOWN]:
            if _same(group[0]["text"], text):
                group += by_text[text]
                break
        else:
            groups.append(list(by_text[text]))
    longest = max(range(len(groups)), key=lambda number: len(groups[number][0]["text"]))
    return [groups.pop(longest), *groups]


def gather(tables: Tables, parts: Parts, names: list[str]) -> dict[str, Any]:
    """Write the quotations *names*, numbered as they stand there."""
    wanted = set(names)
    members: dict[str, list[dict[str, Any]]] = defaultdict(list)
    columns = ("article_id", "quote_id", "text", "quote_cluster", "speaker")
    for batch in tables["quotes"].select(list(columns)).to_batches():
        for quote in batch.to_pylist():
            if quote["quote_cluster"] in wanted:
                members[quote["quote_cluster"]].append(quote)
    cluster_rows = tables["quote_clusters"].select(["quote_cluster", "speaker"])
    speakers = dict(zip(*(cluster_rows[column].to_pylist() for column in cluster_rows.column_names), strict=True))
    facets: dict[str, list[Any]] = {"articles": []}

    def rows() -> Iterator[dict[str, Any]]:
        for name in names:
            quotes = members[name]
            quotes.sort(key=lambda quote: (tables.by_id[quote["article_id"]].number, quote["quote_id"]))
            groups = _wordings(quotes)
            shown = groups[:SHOWN]
            articles = len({quote["article_id"] for quote in quotes})
            facets["articles"].append(articles)
            yield {
                "speaker": speakers[name],
                "quotes": len(quotes),
                "articles": articles,
                "wordings": len(groups),
                "forms": [
                    {
                        "pieces": pieces,
                        "carriers": [_carrier(tables, quote) for quote in group[:CARRIERS]],
                        "more": max(0, len(group) - CARRIERS),
                    }
                    for group, pieces in zip(shown, side_by_side([group[0]["text"] for group in shown]), strict=True)
                ],
            }

    return write_table(parts, "wordings", rows(), facets)


def _carrier(tables: Tables, quote: dict[str, Any]) -> list[Any]:
    return [tables.by_id[quote["article_id"]].number, fragment("quote", quote["quote_id"])]
