"""Claims, measured on development sets.

    python -m benchmarks.claims SHARED [--model rules] [--limit N] [--only gold pairs …]

*SHARED* is the folder with ``data/`` and ``tools/`` (the data sets and where each is published are listed in
``data/README.md`` there); its scorers are used as they are. Printed, one line a measure:

- PolNeAR dev (84 articles): claims against the content of gold attributions, end to end through the stages before;
  span F1 at IoU >= 0.5 and exact, and the same with the right claimant. Wholes are scored, not the propositions split
  from them (PolNeAR doesn't split), and not what the article states in its own voice (PolNeAR has none of it).
  ``given quotes`` is the same with the gold attributions put in ``doc._.quotes``: what this stage alone loses.
- TimeBank: polarity of events, F1 of negation (TempEval-3's TimeBank; AQUAINT's polarity is corrupt in this copy).
- ClaimBuster dev: F1 at 0.5 and average precision of check-worthiness.
- Factuality: Pearson's r and mean absolute error on the dev events of UW, MEANTIME and UDS-IH2, at the event's token.
- CaRB dev: tuples made from the stage's clauses (:mod:`benchmarks.claims_openie`).
- CheckThat! 2020 task 2, dev: which of 10,375 checked claims a post repeats, MAP@5.
- ``gold``: the project's own articles (``tests/claims/gold``): claims found, and of those the share with the right
  claimant, modality, polarity, stance and kind. ``pairs``: contradictions shown in pairs of articles.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language

from benchmarks.claims_gold import FIELDS, read_pairs, run_pairs, score_half, score_pairs
from benchmarks.claims_openie import tuples
from benchmarks.tools import tool
from pipeline.annotations import Quote, QuotePiece
from pipeline.link.matching import Matcher, average_precision
from pipeline.model import load
from pipeline.stages.claims import find_claims
from pipeline.stages.claims.certainty import certainty, learned_at, mixed
from pipeline.stages.claims.clauses import clauses_in
from pipeline.stages.claims.polarity import negated_at
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.worth import check_worthiness, sentence_odds
from pipeline.text import Span, strip_span

_MEASURES = ("polnear", "timebank", "claimbuster", "factuality", "carb", "matching", "gold", "pairs")


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


def claimbuster(shared: Path, nlp: Language, limit: int) -> None:
    """Check-worthiness of debate sentences, by the words and by what the encoder says of the row's sentences."""
    gold = list(rows(shared / "data/claims/claimbuster/dev.jsonl"))[:limit]
    pred = []
    for row in gold:
        text = row["text"].strip('"').replace('""', '"')
        odds = sentence_odds(nlp(text)._.encoded)
        (score,) = check_worthiness([text], None if odds is None else odds.mean(keepdims=True))
        pred.append({"id": row["id"], "score": score or 0.0})
    found = tool(shared, "score_claims").score_sentences(gold, pred, 0.5)
    line("ClaimBuster dev, check-worthiness", f"F1 {found['at_threshold']['f1']:.3f}  AP {found['ap']:.3f}")


def factuality(shared: Path, nlp: Language, limit: int) -> None:
    """Certainty of events."""
    for name in ("uw", "meantime", "uds_ih2"):
        by_text: dict[str, list[dict[str, Any]]] = {}
        for event in rows(shared / f"data/claims/factuality/{name}/dev.jsonl"):
            by_text.setdefault(event["text"], []).append(event)
        gold: list[float] = []
        pred: list[float] = []
        for text, events in list(by_text.items())[:limit]:
            reading = Reading(nlp(text))
            words = text.split(" ")
            for event in events:
                start = sum(len(word) + 1 for word in words[: event["start"]])
                _, end = reading.tokens(Span(start, start + len(" ".join(words[event["start"] : event["end"]]))))
                gold.append(event["factuality"])
                pred.append(mixed(certainty(reading, end - 1), learned_at(reading, end - 1)))
        r = float(np.corrcoef(gold, pred)[0, 1])
        error = float(np.abs(np.array(gold) - np.array(pred)).mean())
        line(f"{name} dev, factuality of {len(gold)} events", f"r {r:.3f}  mean absolute error {error:.3f}")


def carb(shared: Path, nlp: Language, limit: int) -> None:
    """Open information extraction."""
    gold = list(rows(shared / "data/claims/oie/carb/dev.jsonl"))[:limit]
    pred = [
        {"sentence": row["sentence"], "rel": found.relation, "args": list(found.arguments), "score": 1.0}
        for row in gold
        for found in tuples(Reading(nlp(row["sentence"])))
    ]
    found = tool(shared, "score_claims").openie_carb(gold, pred)
    line("CaRB dev", f"P {found['p']:.3f}  R {found['r']:.3f}  F1 {found['f1']:.3f}")


def matching(shared: Path, limit: int) -> None:
    """Checked claims that posts repeat."""
    folder = shared / "data/claims/matching"
    claims = list(rows(folder / "verified_claims.jsonl"))
    right: dict[str, set[str]] = {}
    for row in rows(folder / "dev_qrels.jsonl"):
        right.setdefault(row["qid"], set()).add(row["vclaim_id"])
    matcher = Matcher([f"{row['vclaim']} {row['title']}" for row in claims])
    found = []
    for row in list(rows(folder / "dev_queries.jsonl"))[:limit]:
        best = [claims[i]["id"] for i, _ in matcher.best(row["tweet_content"], 5)]
        found.append(average_precision(best, right.get(row["id"], set()), 5))
    line("CheckThat! 2020 task 2 dev, claim matching", f"MAP@5 {np.mean(found):.3f}")


def own_gold(shared: Path, nlp: Language) -> None:
    """The project's own articles."""
    scorer = tool(shared, "score_claims")
    for half in ("dev", "test"):
        found = score_half(nlp, half, scorer)
        shares = "  ".join(f"{name} {found[name] / found['matched']:.3f}" for name in (*FIELDS, "claimant"))
        line(f"own gold {half}, {found['gold']} claims", f"found {found['matched'] / found['gold']:.3f}  {shares}")


def own_pairs(model: str) -> None:
    """Contradictions in the project's own pairs, those read for errors apart."""
    pairs = read_pairs()
    claims, links = run_pairs(model, pairs)
    for name, odd in (("read for errors", 1), ("only counted", 0)):
        kept = [pair for pair in pairs if int(pair.name) % 2 == odd]
        names = {pair.name for pair in kept}
        inside = [link for link in links if claims[link["claim_id"]]["article_id"][:2] in names]
        found, _ = score_pairs(kept, claims, inside)
        p, r = found["right"] / max(found["shown"], 1), found["right"] / max(found["contradicts"], 1)
        line(f"own pairs, {len(kept)} {name}: contradictions", f"P {p:.3f}  R {r:.3f}  of {found['contradicts']}")


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
    parser.add_argument("--only", nargs="+", choices=_MEASURES, default=_MEASURES, help="which measures")
    arguments = parser.parse_args()
    nlp = load(arguments.model, clean="none")
    shared, limit, only = arguments.shared, arguments.limit, set(arguments.only)
    if "polnear" in only:
        polnear(shared, nlp, limit)
    if "timebank" in only:
        timebank(shared, nlp, limit)
    if "claimbuster" in only:
        claimbuster(shared, nlp, limit)
    if "factuality" in only:
        factuality(shared, nlp, limit)
    if "carb" in only:
        carb(shared, nlp, limit)
    if "matching" in only:
        matching(shared, limit)
    if "gold" in only:
        own_gold(shared, nlp)
    if "pairs" in only:
        own_pairs(arguments.model)


if __name__ == "__main__":
    main()
