"""Quotes against PolNeAR: content, source and both together (joint), by kind of quotation; regions in German.

    python -m benchmarks.quotes SHARED [--model en_news|rules] [--split dev|train] [--limit N] [--bootstrap N]
    python -m benchmarks.quotes SHARED --regions [--split dev|train]

SHARED is the folder that holds ``data/quotes/polnear`` (PolNeAR 1.0, Newell, Margolin and Ruths, LREC 2018; see
``data/README.md`` there) and ``tools/score_quotes.py``, which is called as it is. The text is taken as given: no
cleaning, sentences by the ``segment`` stage. A piece of a quote counts with its PolNeAR span. PolNeAR annotates no
attribution inside another's content, so quotes that another quote's content holds are left out, and puts the comma
that closes an apposition into the source, so it is added.

``--regions`` measures layer 1 alone, the finder of quoted regions, on the German Wikinews articles of ``data/quotes``
(Petersen-Frey and Biemann, 2024): other marks, another language. That gold annotates attribution, not marks, so of its
fragments only those of direct speech are regions; names and titles in marks, which it leaves out, are in marks all the
same. What a region is, is therefore taken from two sides: the direct fragments that an annotator marked, whatever their
marks, and every stretch between marks that leave no doubt, from a low mark („, which can only open) to the next closing
mark, or between two straight ones of which spacing shows that the first opens and the second closes. A region is right
if it covers the same letters as one of these; one that neither side knows counts as wrong.

Prints the scorer's table, the seconds taken without the scorer, and how many articles the stage raised on (0 is the
only good answer; such an article is scored as if nothing had been found).
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import pipeline.stages  # noqa: F401 (registers the factories)
from benchmarks.tools import tool
from pipeline.annotations import Quote
from pipeline.model import encoder_folder
from pipeline.stages.quotes.component import holders
from pipeline.stages.quotes.regions import find_regions
from pipeline.text import Span


def build(model: str = "en_news") -> Language:
    """A blank English pipeline with the stage under test; *model* is the encoder before it, or ``rules`` for none."""
    nlp = spacy.blank("en")
    nlp.max_length = 10**8
    nlp.add_pipe("segment")
    if model != "rules":
        folder = encoder_folder(model)
        if folder is None:
            raise SystemExit(f"no encoder called {model}")
        nlp.add_pipe("encode", config={"model": str(folder)})
    nlp.add_pipe("quotes")
    return nlp


def converted(doc: Doc) -> list[dict[str, list[list[int]]]]:
    """The quotes of *doc* as the scorer reads them."""
    quotes: list[Quote] = doc._.quotes
    spans = [tuple((piece.start, piece.end) for piece in quote.pieces) for quote in quotes]
    rows = []
    for quote, holder in zip(quotes, holders(spans), strict=True):
        if holder is not None:
            continue
        source = []
        if quote.source is not None:
            end = quote.source.end
            # The apposition's closing comma.
            if "," in quote.source.of(doc.text) and doc.text[end : end + 1] == ",":
                end += 1
            source = [[quote.source.start, end]]
        rows.append(
            {
                "source": source,
                "cue": [list(quote.cue)] if quote.cue else [],
                "content": [[piece.start, piece.end] for piece in quote.pieces],
            }
        )
    return rows


_LOW: Final = re.compile(r"„([^„“”\n]*)[“”]")
_SPACED: Final = re.compile(r"(?<=[\s(])(''|\"|')(?=\w)([^\"'\n]*)(?<=[\w.!?])\1(?=[\s.,:;)])")


def _letters(text: str, start: int, end: int) -> Span:
    """The span from its first to its last letter or digit; empty where it has none."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return Span(start, end)


def regions_score(articles: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Precision, recall and F1 of regions over *articles* (see the module's docstring), and recall of direct speech."""
    hits = found = wanted = spoken = heard = 0
    for article in articles:
        text = article["text"]
        lines = re.finditer(r"[^\n]*\S[^\n]*", text)
        made = find_regions(text, [Span(*line.span()) for line in lines])
        predicted = {_letters(text, *region.span) for region in made if region.depth == 1}
        fragments = [
            _letters(text, *span) for a in article["attributions"] if a["type"] == "Direct" for span in a["content"]
        ]
        direct = {span for span in fragments if span.start < span.end}
        marked = {_letters(text, *match.span(1)) for match in _LOW.finditer(text)}
        marked |= {_letters(text, *match.span(2)) for match in _SPACED.finditer(text)}
        # Of marks within marks the outer are the region.
        marked = {span for span in marked if span.start < span.end and not any(
            other != span and other.covers(span) for other in direct)}  # fmt: skip
        # A fragment that holds a whole marked stretch and more is two sentences in marks of their own.
        gold = {span for span in direct if not any(span != m and span.covers(m) for m in marked)} | marked
        hits += len(predicted & gold)
        found += len(predicted)
        wanted += len(gold)
        heard += len(predicted & direct)
        spoken += len(direct)
    precision, recall = hits / found, hits / wanted
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "direct_recall": heard / spoken,
        "regions": wanted,
    }


def measure_regions(shared: Path, split: str) -> None:
    """Print how well layer 1 finds quoted regions in German articles."""
    path = shared / "data" / "quotes" / "de_wikinews" / f"{split}.jsonl"
    with path.open(encoding="utf-8") as lines:
        score = regions_score([json.loads(line) for line in lines])
    print(
        f"{score['regions']:.0f} regions: P {100 * score['precision']:.1f}, R {100 * score['recall']:.1f}, "
        f"F1 {100 * score['f1']:.1f}; direct speech found whole: {100 * score['direct_recall']:.1f} %"
    )


def main() -> None:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--model", default="en_news", help="the encoder, or rules")
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--bootstrap", type=int, default=0)
    parser.add_argument("--predictions", type=Path)
    parser.add_argument("--regions", action="store_true", help="measure layer 1 on German Wikinews")
    arguments = parser.parse_args()
    if arguments.regions:
        measure_regions(arguments.shared, arguments.split)
        return
    path = arguments.shared / "data" / "quotes" / "polnear" / f"{arguments.split}.jsonl"
    with path.open(encoding="utf-8") as lines:
        gold: list[dict[str, Any]] = [json.loads(line) for line in lines][: arguments.limit]
    nlp = build(arguments.model)
    nlp("Warm up.")
    rows: list[dict[str, Any]] = []
    raised = 0
    started = time.perf_counter()
    for article in gold:
        try:
            rows.append({"id": article["id"], "attributions": converted(nlp(article["text"]))})
        except Exception as error:
            raised += 1
            print(f"raised on {article['id']}: {error!r}")
    seconds = time.perf_counter() - started
    score = tool(arguments.shared, "score_quotes")
    score.show(score.evaluate(gold, rows, bootstrap=arguments.bootstrap))
    print(f"raised on {raised} of {len(gold)} articles; {seconds:.1f} s, {len(gold) / seconds:.0f} articles a second")
    if arguments.predictions:
        with arguments.predictions.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in rows)


if __name__ == "__main__":
    main()
