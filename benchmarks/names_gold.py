"""Who is who across articles, measured on the hand-made gold of ``tests/entities/gold``: B3 and pairwise scores.

The gold's names are either given (their spans and kinds are the gold's: coreference and linking alone are measured) or
read by the components that find names, where one that isn't found stands alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import spacy
from spacy.language import Language
from spacy.tokens import Span

from benchmarks.clustering import Clusters, b3, f1
from pipeline.link.entities import link_entities

GOLD = Path(__file__).resolve().parent.parent / "tests" / "entities" / "gold" / "articles.txt"
_KINDS = {"P": "PERSON", "O": "ORG", "G": "GPE", "N": "NORP", "L": "LOC", "F": "FAC", "E": "EVENT"}
_MARK = re.compile(r"\{([A-Z]/[a-z]+)\|([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article of the gold: its text without marks, and its names as ``(start, end, entity)``, in characters."""

    article_id: str
    published: dt.date
    text: str
    names: tuple[tuple[int, int, str], ...]


def read_names_gold(path: Path = GOLD) -> Iterator[GoldArticle]:
    """The articles of the gold file, in order. Raises ValueError for a line that is neither comment, head nor text."""
    head: tuple[str, dt.date] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("= "):
            article_id, day = line[2:].split()
            head = article_id, dt.date.fromisoformat(day)
            continue
        if head is None:
            raise ValueError(f"{path}, line {number}: text without a head '= id day' before it")
        text, names, position = "", [], 0
        for match in _MARK.finditer(line):
            text += line[position : match.start()]
            names.append((len(text), len(text) + len(match[2]), match[1]))
            text += match[2]
            position = match.end()
        yield GoldArticle(*head, text + line[position:], tuple(names))
        head = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision and recall, 0 to 1, of a clustering by mentions (B3) and by pairs of mentions."""

    b3: tuple[float, float]
    pairwise: tuple[float, float]
    mentions: int
    entities: int
    found: int

    def shown(self, title: str) -> str:
        """The scores as two lines of text under *title*."""
        lines = [f"{title}: {self.mentions} mentions, {self.entities} entities, {self.found} found"]
        for name, (p, r) in (("B3", self.b3), ("pairwise", self.pairwise)):
            lines.append(f"{name:8} P {100 * p:6.2f}  R {100 * r:6.2f}  F1 {100 * f1(p, r):6.2f}")
        return "\n".join(lines)


def scores(predicted: Sequence[str], gold: Sequence[str]) -> Scores:
    """Compare two clusterings, each given as the cluster of every mention, in the same order."""
    left, right = _clusters(predicted), _clusters(gold)
    p, n = b3(left, right)
    r, m = b3(right, left)
    both = _pairs(zip(predicted, gold, strict=True))
    pairwise = both / max(_pairs(predicted), 1), both / max(_pairs(gold), 1)
    return Scores((p / max(n, 1), r / max(m, 1)), pairwise, len(gold), len(right), len(left))


def _clusters(values: Sequence[str]) -> Clusters:
    found: dict[str, set[int]] = defaultdict(set)
    for i, value in enumerate(values):
        found[value].add(i)
    return [frozenset(c) for c in found.values()]


def _pairs(values: Iterable[Any]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(values).values())


def linked_gold(articles: Sequence[GoldArticle], nlp: Language | None = None) -> tuple[list[str], list[str]]:
    """The entity id found for every name of the gold, and its gold entity.

    *nlp* finds the names and their chains (it ends in ``coref``); without it the gold's names are given to ``coref``.
    """
    mentions, local, gold, places = [], [], [], []
    given = nlp or _coref_alone()
    for article in articles:
        doc = given.make_doc(article.text)
        if nlp is None:
            spans = [doc.char_span(a, b, label=_KINDS[k[0]], alignment_mode="expand") for a, b, k in article.names]
            doc.set_ents([Span(doc, span.start, span.end, span.label) for span in spans if span is not None])
        for _, component in given.pipeline:
            doc = component(doc)
        local += [
            {"article_id": article.article_id, "chain": e.chain, "name": e.name, "label": e.label,
             "aliases": list(e.aliases), "descriptions": list(e.descriptions)} for e in doc._.entities
        ]  # fmt: skip
        named = [m for m in doc._.mentions if m.kind == "name" and m.chain is not None]
        mentions += [
            {"article_id": article.article_id, "entity_id": str(m.chain), "kind": "name",
             "text": article.text[m.start : m.end]} for m in named
        ]  # fmt: skip
        for start, end, entity in article.names:
            gold.append(entity)
            # A name that the tokenizer ends a character later is the same name.
            found = next((m for m in named if m.start <= start + 4 and start < m.end and abs(m.end - end) <= 2), None)
            places.append((article.article_id, str(found.chain)) if found is not None else None)
    days = pa.array([article.published for article in articles], pa.date32())
    table = pa.table({"article_id": [article.article_id for article in articles], "published": days})
    assigned, _ = link_entities(pa.Table.from_pylist(mentions), pa.Table.from_pylist(local), table, None)
    ids = {(row["article_id"], str(row["chain"])): row["entity_id"] for row in assigned.to_pylist()}
    found = (ids.get(place) if place else None for place in places)
    return [entity_id or f"alone {i}" for i, entity_id in enumerate(found)], gold


def _coref_alone() -> Language:
    import pipeline.stages  # noqa: F401

    nlp = spacy.blank("en")
    for stage in ("segment", "coref"):
        nlp.add_pipe(stage)
    return nlp


def pipeline_of(*stages: str) -> Language:
    """A pipeline of *stages* and ``coref``."""
    nlp = _coref_alone()
    for stage in stages:
        nlp.add_pipe(stage, before="coref")
    return nlp


def names_gold(encode: bool, errors: bool) -> None:
    """Print the scores with the names given and with names found, and what is wrong."""
    articles = list(read_names_gold())
    reader = pipeline_of("encode", "names") if encode else pipeline_of("names")
    for title, nlp in (("names given", None), ("names found", reader)):
        predicted, gold = linked_gold(articles, nlp)
        print(f"\n{scores(predicted, gold).shown(f'gold of tests/entities/gold, {title}')}")
        if errors:
            by_gold: dict[str, Counter[str]] = defaultdict(Counter)
            by_found: dict[str, Counter[str]] = defaultdict(Counter)
            for p, g in zip(predicted, gold, strict=True):
                by_gold[g][p] += 1
                by_found[p][g] += 1
            for kind, table in (("split", by_gold), ("merged", by_found)):
                for key, counter in table.items():
                    if len(counter) > 1:
                        print(kind, key, dict(counter))
