"""Claims, measured on development sets.

    python -m benchmarks.claims SHARED [--model rules] [--limit N]

*SHARED* is the folder with ``data/`` and ``tools/`` (the data sets and where each is published are listed in
``data/README.md`` there); its scorers are used as they are. Printed, one line a measure:

- PolNeAR dev (84 articles): claims against the content of gold attributions, end to end through the stages before;
  span F1 at IoU >= 0.5 and exact, and the same with the right claimant. Wholes are scored, not the propositions split
  from them (PolNeAR doesn't split), and not what the article states in its own voice (PolNeAR has none of it).
  ``given quotes`` is the same with the gold attributions put in ``doc._.quotes``: what this stage alone loses.
- TimeBank: polarity of events, F1 of negation (TempEval-3's TimeBank; AQUAINT's polarity is corrupt in this copy).
- ClaimBuster dev: F1 and average precision of check-worthiness.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from benchmarks.tools import tool
from pipeline.annotations import Quote, QuotePiece
from pipeline.model import load
from pipeline.stages.claims import find_claims
from pipeline.stages.claims.clauses import clauses_in
from pipeline.stages.claims.polarity import negated_at
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.worth import check_worthiness
from pipeline.text import Span, strip_span


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON lines file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def gold_quotes(row: dict[str, Any]) -> list[Quote]:
    """PolNeAR's attributions as quotes."""
    text, found = row["text"], []
    for attribution in row["attributions"]:
        pieces = []
        for start, end in attribution["content"]:
            inner = strip_span(text, start, end, ' “”",.\n')
            whole = text[start:end].strip()
            marks = any(mark in whole for mark in '“”"')
            direct = whole[:1] in '“"' and whole[-1:] in '”"'
            pieces.append(QuotePiece(start, end, *inner, "direct" if direct else "mixed" if marks else "indirect"))
        ends = {
            part: Span(spans[0][0], spans[-1][1]) if (spans := attribution[part]) else None
            for part in ("cue", "source")
        }
        if pieces:
            found.append(Quote(tuple(pieces), cue=ends["cue"], source=ends["source"]))
    return found


def polnear(shared: Path, nlp: Language, limit: int) -> None:
    """End to end, and given the gold attributions."""
    score = tool(shared, "score_claims").score_claims
    bare = spacy.blank("en")
    bare.add_pipe("segment")
    results: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {}
    texts: dict[str, str] = {}
    seconds = tokens = 0.0
    for name in ("end to end", "given quotes"):
        gold: list[dict[str, Any]] = []
        pred: list[dict[str, Any]] = []
        for number, row in enumerate(rows(shared / "data/quotes/polnear/dev.jsonl")):
            if number >= limit:
                break
            text = texts[row["id"]] = row["text"]
            doc = nlp(text) if name == "end to end" else bare(text)
            if name == "given quotes":
                doc._.quotes = gold_quotes(row)
            if doc.text != text:
                raise SystemExit(f"{row['id']}: the text was changed; run with cleaning off")
            began = time.perf_counter()
            claims = find_claims(doc, article_voice=False)
            seconds, tokens = seconds + time.perf_counter() - began, tokens + len(doc)
            for quote in gold_quotes(row):
                source = quote.source.of(text) if quote.source else None
                gold.append(
                    {"doc_id": row["id"], "spans": [[p.start, p.end] for p in quote.pieces], "claimant": source}
                )
            for claim in claims:
                if claim.part_of is None:
                    source = claim.claimant.of(text) if claim.claimant else None
                    pred.append({"doc_id": row["id"], "spans": [list(s) for s in claim.spans], "claimant": source})
        results[name] = (gold, pred)
    for name, (gold, pred) in results.items():
        found = score(gold, pred, texts)
        for measure in ("span_iou0.5", "span_exact", "claim+claimant"):
            cell = found[measure]
            line(f"PolNeAR dev, {name}: {measure}", f"P {cell['p']:.3f}  R {cell['r']:.3f}  F1 {cell['f1']:.3f}")
    line("claims stage, microseconds a token", f"{1e6 * seconds / max(tokens, 1):.0f}")


def timebank(shared: Path, nlp: Language, limit: int) -> None:
    """Negation of events."""
    folder = shared / "data/claims/timeml_events"
    events: dict[str, list[dict[str, Any]]] = {}
    for event in rows(folder / "events.jsonl"):
        if event["corpus"].lower().startswith("timebank"):
            events.setdefault(event["doc"], []).append(event)
    hits = predicted = gold = 0
    for doc_id, found in list(events.items())[:limit]:
        path = folder / "text" / f"{doc_id}.txt.jsonl"
        doc = nlp(next(iter(rows(path)))["text"])
        reading = Reading(doc)
        for event in found:
            index = reading.tokens(Span(event["start"], event["end"]))
            answer = event_polarity(reading, index[1] - 1) if index[0] < index[1] else False
            truth = event["polarity"] == "NEG"
            hits, predicted, gold = hits + (truth and answer), predicted + answer, gold + truth
    line("TimeBank, negation", prf(hits, predicted, gold))


def claimbuster(shared: Path) -> None:
    """Check-worthiness of debate sentences."""
    gold = list(rows(shared / "data/claims/claimbuster/dev.jsonl"))
    pred = [{"id": row["id"], "score": check_worthiness(row["text"]) or 0.0} for row in gold]
    found = tool(shared, "score_claims").score_sentences(gold, pred, 0.5)
    line("ClaimBuster dev, check-worthiness", f"F1 {found['at_threshold']['f1']:.3f}  AP {found['ap']:.3f}")


def event_polarity(reading: Reading, token: int) -> bool:
    """Whether the event at *token* is denied, by the clauses of its sentence."""
    return negated_at(reading, token, clauses_in(reading, *reading.sentence_of(token)))


def prf(hits: int, predicted: int, gold: int) -> str:
    """Precision, recall and F1 as one cell."""
    p, r = hits / max(predicted, 1), hits / max(gold, 1)
    return f"P {p:.3f}  R {r:.3f}  F1 {2 * p * r / max(p + r, 1e-9):.3f}"


def line(name: str, value: str) -> None:
    """One line of the table."""
    print(f"{name:55} {value}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--model", default="rules")
    parser.add_argument("--limit", type=int, default=10_000, help="articles of each set at most")
    arguments = parser.parse_args()
    nlp = load(arguments.model, clean="none")
    polnear(arguments.shared, nlp, arguments.limit)
    timebank(arguments.shared, nlp, arguments.limit)
    claimbuster(arguments.shared)


if __name__ == "__main__":
    main()
