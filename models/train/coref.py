"""Learns how the pronouns and definite nominals of an article are ranked against what went before them.

    python models/train/coref.py SHARED [--folds 5] [--without GENRE]

reads the train split of UD English GUM with its coreference (``data/syntax/ud_english_gum`` below the folder *SHARED*),
has our own stages find tokens' tags and trees, names and chains, and writes two lists of features with their weights:
``models/lexicon/coref_pronouns.tsv`` (by the pronoun's class, ``pipeline/stages/coref/ranking.py``) and
``coref_nominals.tsv`` (``pipeline/stages/coref/definites.py``). The likelihood of all gold antecedents together is
maximised by gradient steps (Adam) with an L2 penalty; rare features are left out. With ``--folds`` the weights are
learned on parts of the documents and measured on the others instead, and nothing is written; with ``--without
_news_`` they are learned without the news, on which ``benchmarks.entities`` can then measure them. Deterministic;
takes some minutes.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.tokens import Doc

from benchmarks import entities as benchmark
from pipeline.annotations import Paragraph
from pipeline.stages.coref import chains as chain_module
from pipeline.stages.coref.definites import Definites
from pipeline.stages.coref.descriptions import describe
from pipeline.stages.coref.ranking import CLASSES, Ranker
from pipeline.stages.coref.references import resolve
from pipeline.stages.coref.view import View
from pipeline.stages.ner import Names

LEAST = 4  # how often a feature is seen at least
PENALTY = 4.0
STEPS = 200


class Example(NamedTuple):
    """A pronoun or nominal: document, class, each candidate's features (nothing last), which are right, owners."""

    document: str
    kind: str
    features: list[list[str]]
    right: list[bool]
    owners: list[int]
    named: int  # owners from here on have no name


class Teacher(Ranker):
    """Notes each pronoun with what it stands for by the gold, and goes on as if that had been found."""

    gold: dict[int, str]
    examples: list[Example]
    document: str

    def choose(self, i: int, rule: Callable[[], int | None]) -> tuple[int, float | None] | None:
        candidates = self.candidates(i)
        kind = CLASSES[self.view.lower[i]]
        ruled = None if kind == "P" else rule()
        cluster = self.gold.get(i)
        right = [cluster is not None and self.gold.get(phrase.head) == cluster for phrase in candidates]
        named = [fits and phrase.owner < len(self.chains) - 1 for phrase, fits in zip(candidates, right, strict=True)]
        right = named if any(named) else right  # a name is what is wanted, where there is one
        self.examples.append(
            Example(self.document, kind, self.features(i, candidates, ruled), [*right, not any(right)],
                    [*(phrase.owner for phrase in candidates), -1], len(self.chains))
        )  # fmt: skip
        best = next((phrase for phrase, fits in zip(candidates, right, strict=True) if fits), None)
        if best is not None:
            self.pass_pronoun(i, best.owner, best.label)
            return (best.owner, 1.0) if best.owner < len(self.chains) - 1 else None
        return None


class NounTeacher(Definites):
    """Notes each definite nominal with what it stands for by the gold, and goes on as if that had been found."""

    gold: dict[int, str]
    examples: list[Example]
    document: str
    of_chain: dict[int, str]

    def choose(self, i: int, head: int, ruled: int | None) -> tuple[int, float | None] | None:
        candidates = self.candidates(i, head)
        if not candidates:
            return None
        cluster = self.gold.get(head)
        right = [cluster is not None and self.of_chain.get(number) == cluster for number in candidates]
        self.examples.append(
            Example(self.document, "N", self.features(i, head, candidates, ruled), [*right, not any(right)],
                    [*candidates, -1], len(self.chains))
        )  # fmt: skip
        return next(((number, 1.0) for number, fits in zip(candidates, right, strict=True) if fits), None)


def read(document: benchmark.GumDoc) -> Doc:
    """A document of GUM with its tags, trees and names as our own stages find them."""
    nlp = benchmark._NLP
    doc = Doc(nlp.vocab, words=document.words, spaces=document.spaces, sent_starts=document.starts)
    blocks = [*sorted({0, *document.paragraphs}), len(doc)]
    doc._.paragraphs = [Paragraph(doc[a].idx, doc[b - 1].idx + len(doc[b - 1])) for a, b in pairwise(blocks) if b > a]
    return Names(keep=False)(nlp.get_pipe("encode")(doc))


def examples_of(document: benchmark.GumDoc, doc: Doc) -> list[Example]:
    """The pronouns and definite nominals of a document of GUM, which *doc* holds as our stages see it."""
    view = View(doc)
    chains, of_name = chain_module.build_chains(view)
    described = describe(view, chains, of_name)
    taken = {k: c for item in described if (c := of_name[item.name]) is not None
             for k in range(item.full_start, item.end)}  # fmt: skip
    back = {i: k for k, i in enumerate(view.at)}
    gold: dict[int, str] = {}
    for start, end, cluster in sorted(document.mentions, key=lambda m: m[0] - m[1]):
        head = document.head_of(start, end)
        if head in back:
            gold.setdefault(back[head], cluster)
    # A name's head by our parse may be another word of it.
    for name in view.names:
        if not any(k in gold for k in range(name.start, name.end)):
            cluster = benchmark._around(document, view.at[name.start], view.at[name.end - 1] + 1)
            if cluster is not None:
                gold[name.start] = cluster
    for name in view.names:
        held = next((gold[k] for k in range(name.start, name.end) if k in gold), None)
        if held is not None:
            for k in range(name.start, name.end):
                gold.setdefault(k, held)
    found: list[Example] = []
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    for name, number in zip(view.names, of_name, strict=True):
        held = next((gold[k] for k in range(name.start, name.end) if k in gold), None)
        if number is not None and held is not None:
            votes[number][held] += 1
    of_chain = {number: min(counts, key=lambda c: (-counts[c], c)) for number, counts in votes.items()}
    common = {"gold": gold, "examples": found, "document": document.name}
    teacher = type("Bound", (Teacher,), common)
    noun_teacher = type("BoundNouns", (NounTeacher,), common | {"of_chain": of_chain})
    resolve(view, chains, of_name, taken, teacher, noun_teacher)
    return found


def learn(examples: list[Example], penalty: float = PENALTY) -> dict[str, dict[str, float]]:
    """The weight of each feature, by class: what all classes share, and what is a class's own (Daumé 2007), summed."""
    counts = Counter(
        (kind, name)
        for example in examples
        for names in example.features
        for name in set(names)
        for kind in ("", example.kind)
    )
    index = {key: n for n, key in enumerate(sorted(key for key, count in counts.items() if count >= LEAST))}
    columns: list[int] = []
    lengths: list[int] = []
    right: list[bool] = []
    for example in examples:
        for names, fits in zip(example.features, example.right, strict=True):
            keys = [(kind, name) for name in names for kind in ("", example.kind)]
            known = [index[key] for key in keys if key in index]
            columns += known
            lengths.append(len(known))
            right.append(fits)
    cells = np.array(columns)
    row_of = np.repeat(np.arange(len(lengths)), lengths)
    mask = np.array(right)
    sizes = np.array([len(example.right) for example in examples])
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    group = np.repeat(np.arange(len(examples)), sizes)
    weights = np.zeros(len(index))
    first, second = np.zeros(len(index)), np.zeros(len(index))
    for step in range(1, STEPS + 1):  # Adam over all examples at once
        scores = np.bincount(row_of, weights[cells], len(lengths))
        scores -= np.maximum.reduceat(scores, begins)[group]
        powers = np.exp(scores)
        share = powers / np.add.reduceat(powers, begins)[group]
        good = np.where(mask, powers, 0.0)
        slope = share - good / np.add.reduceat(good, begins)[group]
        gradient = np.bincount(cells, slope[row_of], len(index)) + penalty * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        rate = 0.1 * (1 - step / (STEPS + 1))
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    found: dict[str, dict[str, float]] = {}
    for kind in sorted({example.kind for example in examples}):
        names = sorted({name for of, name in counts if of == kind})
        sums = {n: sum(float(weights[index[k]]) for k in (("", n), (kind, n)) if k in index) for n in names}
        found[kind] = {name: round(value, 3) for name, value in sums.items() if abs(value) >= 0.02}
    return found


def judge(example: Example, weights: dict[str, float]) -> tuple[float, bool, bool]:
    """The probability of the best named entity, whether it is the right one, and whether any named one is right."""
    sums = [sum(weights.get(name, 0.0) for name in names) for names in example.features]
    top = max(sums)
    powers = [math.exp(value - top) for value in sums]
    total = sum(powers)
    chances: dict[int, float] = defaultdict(float)
    good: set[int] = set()
    for power, owner, fits in zip(powers, example.owners, example.right, strict=True):
        if 0 <= owner < example.named - 1:
            chances[owner] += power / total
            if fits:
                good.add(owner)
    if not chances:
        return 0.0, False, False
    best = max(chances, key=lambda o: (chances[o], -o))
    return chances[best], best in good, bool(good)


def main() -> None:
    """Learn, and write the weights or print how well they do."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--without", default="", help="a genre not to learn from, to measure on")
    options = parser.parse_args()
    benchmark._NLP.add_pipe("encode")
    path = options.shared / "data" / "syntax" / "ud_english_gum" / "en_gum-ud-train.conllu"
    examples = [
        example
        for document in benchmark.read_gum(path, "")
        if not options.without or options.without not in document.name
        for example in examples_of(document, read(document))
    ]
    if options.folds:
        measure(examples, options.folds)
        return
    folder = Path(__file__).resolve().parents[1] / "lexicon"
    found = learn([example for example in examples if example.kind != "N"])
    lines = ["# How much each feature of a pronoun's antecedent weighs: class and feature, weight (train/coref.py)."]
    for kind, weights in found.items():
        lines += [f"{kind} {name}\t{weight:g}" for name, weight in sorted(weights.items())]
    (folder / "coref_pronouns.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    nominals = learn([example for example in examples if example.kind == "N"])["N"]
    lines = ["# How much each feature of what a definite nominal stands for weighs (train/coref.py)."]
    lines += [f"{name}\t{weight:g}" for name, weight in sorted(nominals.items())]
    (folder / "coref_nominals.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(sum(map(len, found.values())), "weights of pronouns,", len(nominals), "of nominals")


def measure(examples: list[Example], folds: int) -> None:
    """Print how weights learned on some documents do on the others, news apart, by the probability asked for."""
    fold_of = {name: n % folds for n, name in enumerate(sorted({example.document for example in examples}))}
    results = defaultdict(list)
    for fold in range(folds):
        weights = learn([example for example in examples if fold_of[example.document] != fold])
        for example in examples:
            if fold_of[example.document] == fold:
                part = "news" if "_news_" in example.document else "rest"
                results[example.kind, part].append(judge(example, weights[example.kind]))
    for (kind, part), rows in sorted(results.items()):
        total = sum(row[2] for row in rows)
        for cut in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            taken = [row for row in rows if row[0] >= cut]
            right = sum(row[1] for row in taken)
            p, r = 100 * right / max(1, len(taken)), 100 * right / max(1, total)
            print(f"{kind} {part} from {cut}: {len(taken)} found, {right} right, P {p:.1f}  R {r:.1f}")


if __name__ == "__main__":
    main()
