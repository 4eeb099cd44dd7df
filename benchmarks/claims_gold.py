"""The project's own gold of claims (``tests/claims/gold``): read, measured, and its pairs run through the pipeline.

Modality, polarity, stance, kind and claimant are compared where a claim was found (IoU of characters at least 0.5); the
share of claims found is told beside them. A pair counts as contradicting where any claim of the one article is linked
so to any of the other, or to one of its own article.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
from spacy.language import Language

from pipeline.annotations import Claim
from pipeline.stages.claims import find_claims

GOLD = Path(__file__).resolve().parents[1] / "tests/claims/gold"
FIELDS = ("modality", "polarity", "stance", "kind")
_STANCES = ("denies", "doubts")


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """One claim of the gold: its characters and its labels; ``claimant`` None is the article itself."""

    start: int
    end: int
    claimant: str | None
    modality: str
    polarity: str
    stance: str
    kind: str


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """One short article of the gold with its claims."""

    name: str
    text: str
    claims: tuple[GoldClaim, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two short articles and how they bear on each other."""

    name: str
    relation: str
    left: str
    right: str


def _blocks(path: Path) -> list[tuple[list[str], str]]:
    """The words of each heading and the text below it."""
    found = re.split(r"^# ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [(block.split("\n", 1)[0].split(), block.split("\n", 1)[1].strip()) for block in found]


def read_gold(half: str) -> list[GoldArticle]:
    """The articles of ``dev`` or ``test``. Raises ValueError, naming the line, where a claim's words aren't found."""
    articles = []
    for head, body in _blocks(GOLD / f"{half}.txt"):
        lines = body.split("\n")
        text = "\n".join(line for line in lines if not line.startswith("= "))
        claims = tuple(_claim(text, line) for line in lines if line.startswith("= "))
        articles.append(GoldArticle(head[0], text, claims))
    return articles


def _claim(text: str, line: str) -> GoldClaim:
    labels, claimant, words = (cell.strip() for cell in line[2:].split("|"))
    at = text.find(words)
    if at < 0 or text.find(words, at + 1) >= 0:
        raise ValueError(f"words that don't stand once in their article: {line}")
    modality, *between, kind = labels.split()
    return GoldClaim(
        at, at + len(words), None if claimant == "-" else claimant, modality,
        "negated" if "negated" in between else "affirmed", next((s for s in _STANCES if s in between), "affirms"), kind,
    )  # fmt: skip


def read_pairs() -> list[Pair]:
    """The pairs of short articles."""
    found = []
    for head, body in _blocks(GOLD / "pairs.txt"):
        left, right = body.split("\n|\n")
        found.append(Pair(head[0], head[1], left, right))
    return found


def _characters(text: str, spans: list[tuple[int, int]]) -> frozenset[int]:
    return frozenset(i for low, high in spans for i in range(low, high) if text[i].isalnum())


def aligned(text: str, gold: tuple[GoldClaim, ...], claims: list[Claim]) -> list[tuple[GoldClaim, Claim]]:
    """Each gold claim with the claim that overlaps it best (IoU at least 0.5), one to one, best first."""
    left = [_characters(text, [(g.start, g.end)]) for g in gold]
    right = [_characters(text, [(s.start, s.end) for s in c.spans]) for c in claims]
    scored = []
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            iou = len(a & b) / max(len(a | b), 1)
            if iou >= 0.5:
                # Of a whole and its only part, the part has the labels of one proposition.
                scored.append((-iou, claims[j].part_of is None, i, j))
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    pairs = []
    for _, _, i, j in sorted(scored):
        if i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            pairs.append((gold[i], claims[j]))
    return pairs


def same_claimant(scorer: ModuleType, text: str, gold: GoldClaim, claim: Claim, names: dict[int, str]) -> bool:
    """Whether the claimants agree, as ``score_claims`` compares them: by the words or by the entity's name."""
    written = claim.claimant.of(text) if claim.claimant is not None else None
    known = names.get(claim.claimant_chain) if claim.claimant_chain is not None else None
    side = {"claimant": gold.claimant, "claimant_kind": "source" if gold.claimant else "article"}
    return any(
        scorer.same_claimant(side, {"claimant": name, "claimant_kind": claim.claimant_kind})
        for name in (written, known)
    )


def score_half(nlp: Language, half: str, scorer: ModuleType) -> dict[str, Any]:
    """Counts of one half: ``gold``, ``matched``, right ones of each field and of ``claimant``, and ``confusions``."""
    counts: Counter[str] = Counter()
    confusions: Counter[str] = Counter()
    for article in read_gold(half):
        doc = nlp(article.text)
        if doc.text != article.text:
            raise ValueError(f"{article.name}: the text was changed; load the pipeline with cleaning off")
        claims = find_claims(doc)
        names = {entity.chain: entity.name for entity in doc._.entities}
        counts["gold"] += len(article.claims)
        for gold, claim in aligned(article.text, article.claims, claims):
            counts["matched"] += 1
            counts["claimant"] += same_claimant(scorer, article.text, gold, claim, names)
            for field in FIELDS:
                expected, given = getattr(gold, field), getattr(claim, field)
                counts[field] += expected == given
                if expected != given:
                    confusions[f"{field} {expected}->{given}"] += 1
    return {**counts, "confusions": confusions}


def run_pairs(model: str, pairs: list[Pair]) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """The claims by id and the links of all *pairs*, run as one corpus; an article is called ``01a`` or ``01b``."""
    from pipeline.config import Settings
    from pipeline.progress import Quiet
    from pipeline.run import run

    with tempfile.TemporaryDirectory() as scratch:
        corpus, out = Path(scratch, "corpus"), Path(scratch, "out")
        corpus.mkdir()
        for pair in pairs:
            for side, text in (("a", pair.left), ("b", pair.right)):
                Path(corpus, f"{pair.name}{side}.txt").write_text(text + "\n", encoding="utf-8")
        run(corpus, out, Settings(model=model, workers=1), Quiet())
        claims = {row["claim_id"]: row for row in pq.read_table(out / "claims.parquet").to_pylist()}
        return claims, pq.read_table(out / "claim_links.parquet").to_pylist()


def score_pairs(
    pairs: list[Pair], claims: dict[str, dict[str, Any]], links: list[dict[str, Any]]
) -> tuple[Counter[str], list[str]]:
    """Counts, and a line for each pair that came out wrong.

    ``shown``: pairs with a contradiction shown, and links between articles of two pairs; ``right`` of those;
    ``contradicts``: those in the gold; ``corroborates`` and ``corroborated``; ``copied``: near-copies that were taken
    for independent.
    """
    relation = {pair.name: pair.relation for pair in pairs}
    shown: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    wrong = []
    for link in links:
        left, right = (claims[link[key]]["article_id"] for key in ("claim_id", "other_claim_id"))
        if left[:2] == right[:2]:
            shown.setdefault(left[:2], set()).add(link["relation"])
            counts["copied"] += relation[left[:2]] == "copy" and link["independent"]
        elif link["relation"] == "contradicts":
            counts["shown"] += 1
            wrong.append(f"{left} and {right} have nothing to do with each other")
    for pair in pairs:
        found = shown.get(pair.name, set())
        counts[pair.relation] += 1
        counts["corroborated"] += pair.relation == "corroborates" and bool(found & {"corroborates", "same_statement"})
        if "contradicts" in found:
            counts["shown"] += 1
            counts["right"] += pair.relation == "contradicts"
        if ("contradicts" in found) != (pair.relation == "contradicts"):
            wrong.append(f"{pair.name} {pair.relation}: found {sorted(found) or 'nothing'}")
    return counts, wrong
