"""Names in news articles as users have them, against gold of our own on sentences of PolNeAR dev.

    python -m benchmarks.news_names SHARED [--model en_news] [--bootstrap 500] [--errors 40]

The other sets of names are web text of 2003 to 2011, sentences of many genres, or newswire from outside the US. Eight
sentences at random of each of PolNeAR dev's articles (US news of 2015 and 2016) were marked from the bare text by two
language models under the guidelines of ``models/train/reviewing.md``; where they differed a third reading decided.
``news_names.tsv`` holds the marks in characters of the articles, no text. Whole articles are read, as in a run, and
``doc.ents`` scored in the marked sentences by SHARED's ``tools/score_ner.py``: PERSON, ORG and LOC (which facilities
and countries are), then NORP beside them.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

import pipeline.stages  # noqa: F401 (registers the factories)
from benchmarks.tools import tool
from pipeline.model import encoder_folder

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "models" / "train"))

from news_names import ReviewedSentence, read_reviewed  # noqa: E402

GOLD = HERE / "news_names.tsv"
THREE = {"PERSON": "PERSON", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "*": ""}
FOUR = {**THREE, "NORP": "NORP"}
Span = tuple[int, int, str]
Spans = dict[str, list[Span]]


def build(model: str = "en_news") -> Language:
    """The components that find names. Ends the program if there is no such model."""
    folder = encoder_folder(model)
    if folder is None:
        raise SystemExit(f"no encoder called {model}")
    nlp = spacy.blank("en")
    nlp.add_pipe("segment")
    nlp.add_pipe("encode", config={"model": str(folder)})
    nlp.add_pipe("names")
    return nlp


def read_gold(shared: Path) -> list[tuple[str, str, list[ReviewedSentence]]]:
    """Id, text and marked sentences of each article."""
    marked = read_reviewed(GOLD)["polnear"]
    path = shared / "data" / "quotes" / "polnear" / "dev.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row["id"], row["text"], marked[row["id"]]) for row in rows if row["id"] in marked]


def spans_of(nlp: Language, articles: list[tuple[str, str, list[ReviewedSentence]]]) -> tuple[Spans, Spans]:
    """Gold and predicted names, in characters of the article, by marked sentence."""
    gold: Spans = {}
    predicted: Spans = {}
    for article, text, sentences in articles:
        found = [(e.start_char, e.end_char, e.label_) for e in nlp(text).ents]
        for sentence in sentences:
            key = f"{article}:{sentence.start}"
            gold[key] = list(sentence.names)
            predicted[key] = [s for s in found if sentence.start <= s[0] < sentence.end]
    return gold, predicted


def measure(shared: Path, model: str = "en_news", bootstrap: int = 0) -> dict[str, Any]:
    """The scorer's result for three and four labels: ``{"three": ..., "four": ...}``."""
    gold, predicted = spans_of(build(model), read_gold(shared))
    score = tool(shared, "score_ner").score
    return {
        name: score(gold, predicted, mapping, mapping, bootstrap=bootstrap)
        for name, mapping in (("three", THREE), ("four", FOUR))
    }


def main() -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder that holds data/ and tools/")
    parser.add_argument("--model", default="en_news")
    parser.add_argument("--bootstrap", type=int, default=0)
    parser.add_argument("--errors", type=int, default=0, help="print as many sentences with errors")
    options = parser.parse_args()
    articles = read_gold(options.shared)
    gold, predicted = spans_of(build(options.model), articles)
    scorer = tool(options.shared, "score_ner")
    for mapping in (THREE, FOUR):
        print(scorer.table(scorer.score(gold, predicted, mapping, mapping, bootstrap=options.bootstrap)))
    left = options.errors
    for article, text, sentences in articles:
        for sentence in sentences:
            key = f"{article}:{sentence.start}"
            ours = {(a, b, FOUR.get(label, "")) for a, b, label in predicted[key] if label in FOUR}
            theirs = set(gold[key])
            if ours != theirs and left > 0:
                left -= 1
                print("\n" + text[sentence.start : sentence.end].replace("\n", " "))
                for title, spans in (("missed", theirs - ours), ("wrong", ours - theirs)):
                    print(f"  {title}:", "; ".join(f"{text[a:b]} {label}" for a, b, label in sorted(spans)))


if __name__ == "__main__":
    main()
