"""Quotes against PolNeAR: content, source and both together (joint), by kind of quotation.

    python -m benchmarks.quotes SHARED [--model en_news|rules] [--split dev|train] [--limit N] [--bootstrap N]

SHARED is the folder that holds ``data/quotes/polnear`` (PolNeAR 1.0, Newell, Margolin and Ruths, LREC 2018; see
``data/README.md`` there) and ``tools/score_quotes.py``, which is called as it is. The text is taken as given: no
cleaning, sentences by the ``segment`` stage. A piece of a quote counts with its PolNeAR span. PolNeAR annotates no
attribution inside another's content, so quotes that another quote's content holds are left out, and puts the comma
that closes an apposition into the source, so it is added.

Prints the scorer's table, the seconds taken without the scorer, and how many articles the stage raised on (0 is the
only good answer; such an article is scored as if nothing had been found).
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import pipeline.stages  # noqa: F401 (registers the factories)
from benchmarks.tools import tool
from pipeline.annotations import Quote
from pipeline.model import encoder_folder
from pipeline.stages.quotes.component import holders


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


def main() -> None:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--model", default="en_news", help="the encoder, or rules")
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--bootstrap", type=int, default=0)
    parser.add_argument("--predictions", type=Path)
    arguments = parser.parse_args()
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
