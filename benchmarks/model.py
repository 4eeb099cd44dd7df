"""Measure the model on the dev sets, its speed, and its determinism.

    python -m benchmarks.model --shared SHARED [--model models/en_news] [--json FILE] [--speed] [--bootstrap 500]

SHARED holds ``data/`` and ``tools/`` (``models/README.md`` says where each set is published). Names are scored by
SHARED's ``tools/score_ner.py``, attributions by its ``score_quotes.py``; nothing held back is read.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.tools import tool
from pipeline.stages.encode import Encoded, Encoder, decode_attributions, decode_fragments, decode_names, load_encoder

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "models" / "train"))

from data import Document, read_conllu, read_jsonl, restored, rough_sentences  # noqa: E402

PLO = {"PERSON": "PER", "ORG": "ORG", "LOC": "LOC", "*": ""}
Span = tuple[int, int, str]


def document_key(row: dict[str, Any]) -> str:
    """The document that a sentence belongs to: as stated, else its id without the sentence's number."""
    return str(row.get("doc") or row["id"].rpartition("-")[0])


def predict_names(encoder: Encoder, rows: Sequence[dict[str, Any]]) -> dict[str, list[Span]]:
    """Names of each sentence, its document's sentences read together in order."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[document_key(row)].append(row)
    found: dict[str, list[Span]] = {}
    for group in groups.values():
        words: list[str] = []
        starts: list[int] = []
        for row in group:
            starts.append(len(words))
            words.extend(row["tokens"])
        spans = decode_names(encoder.encode(words, starts, [0]))
        for row, start in zip(group, starts, strict=True):
            end = start + len(row["tokens"])
            found[row["id"]] = [(a - start, b - start, label) for a, b, label, _ in spans if start <= a < end]
    return found


def trimmed(rows: Sequence[dict[str, Any]], spans: dict[str, list[Span]]) -> dict[str, list[Span]]:
    """Spans without a leading article and a trailing *'s*, as the report on entities scores them."""
    out: dict[str, list[Span]] = {}
    for row in rows:
        words = [w.lower() for w in row["tokens"]]
        kept = []
        for a, b, label in spans.get(row["id"], ()):
            while a < b and words[a] in ("the", "a", "an"):
                a += 1
            while b > a and words[b - 1] in ("'s", "’s", "'", "’"):
                b -= 1
            if a < b:
                kept.append((a, b, label))
        out[row["id"]] = kept
    return out


def measure_names(encoder: Encoder, shared: Path, bootstrap: int) -> dict[str, Any]:
    """PER, ORG, LOC on each dev set: exact, with interval, and with edges trimmed."""
    scorer = tool(shared, "score_ner")
    ner = shared / "data" / "ner"
    out: dict[str, Any] = {}
    for name, path, gold_map in (
        ("uner_ewt", ner / "unified" / "dev_uner.jsonl", PLO), ("uner_ewt_raw", ner / "uner_ewt" / "dev.jsonl", "plo"),
        ("worldwide", ner / "worldwide" / "dev.jsonl", "ww2plo"), ("gum_names", ner / "gum_names" / "dev.jsonl", "plo"),
        ("gmb", ner / "unified" / "dev_gmb.jsonl", PLO),
    ):  # fmt: skip
        rows = list(read_jsonl(path))
        if name == "uner_ewt":
            restored(rows, read_jsonl(ner / "uner_ewt" / "dev.jsonl"))
        mapping = scorer.parse_map(gold_map) if isinstance(gold_map, str) else gold_map
        gold = {row["id"]: [tuple(s) for s in row["spans"]] for row in rows}
        predicted = predict_names(encoder, rows)
        exact = scorer.score(gold, predicted, mapping, PLO, bootstrap=bootstrap)
        edges = scorer.score(trimmed(rows, gold), trimmed(rows, predicted), mapping, PLO)
        out[name] = {
            "f": exact["micro"]["f"], "p": exact["micro"]["p"], "r": exact["micro"]["r"],
            "ci95": exact["micro"].get("f_95ci"), "trimmed_f": edges["micro"]["f"],
            "labels": {k: v["f"] for k, v in exact["labels"].items()},
        }  # fmt: skip
    return out


def measure_stage(folder: Path, shared: Path, bootstrap: int) -> dict[str, Any]:
    """PER, ORG, LOC of ``doc.ents`` (the model, then the names stage), each set with its own spans: what users get."""
    from benchmarks.entities import NAME_SETS
    from benchmarks.entities import _spaces as spaces_of
    from pipeline.stages.ner import Names

    scorer = tool(shared, "score_ner")
    nlp = spacy.blank("en")
    encode, stage = nlp.add_pipe("encode", config={"model": str(folder)}), Names(keep=False)
    out: dict[str, Any] = {}
    for title, (path, mapping) in NAME_SETS.items():
        gold: dict[str, list[Span]] = {}
        predicted: dict[str, list[Span]] = {}
        documents: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in read_jsonl(shared / "data" / "ner" / path):
            documents[row["doc"]].append(row)
            gold[row["id"]], predicted[row["id"]] = [tuple(s) for s in row["spans"]], []
        for rows in documents.values():
            where = [(row["id"], i) for row in rows for i in range(len(row["tokens"]))]
            words = [token for row in rows for token in row["tokens"]]
            spaces = [space for row in rows for space in spaces_of(row)]
            doc = Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=[i == 0 for _, i in where])
            for span in stage(encode(doc)).ents:
                key, start = where[span.start]
                predicted[key].append((start, start + len(span), span.label_))
        result = scorer.score(
            gold, predicted, scorer.parse_map(mapping), scorer.parse_map("onto2plo"), bootstrap=bootstrap
        )
        out[title.split()[0]] = {
            "f": result["micro"]["f"], "ci95": result["micro"].get("f_95ci"),
            "labels": {k: v["f"] for k, v in result["labels"].items()},
        }  # fmt: skip
    return out


def measure_news(folder: Path, shared: Path, bootstrap: int) -> dict[str, Any]:
    """PER, ORG, LOC of ``doc.ents`` in news, on gold of our own (:mod:`benchmarks.news_names`)."""
    from benchmarks.news_names import measure as measure_own

    result = measure_own(shared, str(folder), bootstrap)["three"]
    return {
        "f": result["micro"]["f"], "ci95": result["micro"].get("f_95ci"),
        "labels": {k: v["f"] for k, v in result["labels"].items()},
    }  # fmt: skip


def measure_syntax(encoder: Encoder, documents: Iterable[Document], bootstrap: int) -> dict[str, Any]:
    """UPOS, XPOS, lemma, UAS and LAS over all words, punctuation counted, on gold words and sentences."""
    rows: list[Counter[str]] = []
    for doc in documents:
        encoded = encoder.encode(doc.words, doc.sentences, doc.paragraphs)
        for start, end in zip(doc.sentences, [*doc.sentences[1:], len(doc.words)], strict=True):
            counts: Counter[str] = Counter()
            for i in range(start, end):
                head = int(encoded.heads[i])
                label = encoded.dep_labels[encoded.deps[i]] if head != i else "root"
                tag = encoded.tag_labels[encoded.tags[i]]
                counts["words"] += 1
                counts["upos"] += encoded.upos_labels[encoded.upos[i]] == doc.upos[i]
                counts["xpos"] += tag == doc.xpos[i]
                counts["lemma"] += encoder.lemmatizer(doc.words[i], tag).lower() == doc.lemmas[i].lower()
                counts["uas"] += head == doc.heads[i]
                counts["las"] += head == doc.heads[i] and label == doc.deps[i]
                counts["las_universal"] += head == doc.heads[i] and label.split(":")[0] == doc.deps[i].split(":")[0]
            rows.append(counts)
    names = ("upos", "xpos", "lemma", "uas", "las", "las_universal")
    total = sum(rows, Counter())
    out: dict[str, Any] = {name: total[name] / total["words"] for name in names}
    if bootstrap:
        chance = random.Random(0)
        draws = []
        for _ in range(bootstrap):
            sample: Counter[str] = Counter()
            for row in chance.choices(rows, k=len(rows)):
                sample.update(row)
            draws.append(sample["las"] / sample["words"])
        draws.sort()
        out["las_ci95"] = [draws[int(0.025 * bootstrap)], draws[int(0.975 * bootstrap) - 1]]
    return out


def attribution_rows(
    encoder: Encoder, articles: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Predicted articles in the scorer's form, and exact fragment figures by role."""
    tokenizer = spacy.blank("en").tokenizer
    rows: list[dict[str, Any]] = []
    hits: dict[str, Counter[str]] = defaultdict(Counter)
    for article in articles:
        text: str = article["text"]
        tokens = list(tokenizer(text))
        words = [t.text for t in tokens]
        edges = [(t.idx, t.idx + len(t)) for t in tokens]
        blocks, sentences = paragraphs_of(words)
        encoded = encoder.encode(words, sentences, blocks)

        def chars(spans: Iterable[tuple[int, int]], edges: list[tuple[int, int]] = edges) -> list[list[int]]:
            return [[edges[a][0], edges[b - 1][1]] for a, b in spans]

        rows.append({"id": article["id"], "attributions": [
            {"content": chars(a.content), "source": chars([a.source] if a.source else []),
             "cue": chars([a.cue] if a.cue else [])}
            for a in decode_attributions(encoded)
        ]})  # fmt: skip
        count_fragments(hits, article, encoded, edges)
    figures = {}
    for role, c in hits.items():
        p, r = c["hit"] / max(1, c["predicted"]), c["hit"] / max(1, c["gold"])
        figures[role] = {"p": p, "r": r, "f": 2 * p * r / max(1e-9, p + r)}
    return rows, figures


def count_fragments(
    hits: dict[str, Counter[str]], article: dict[str, Any], encoded: Encoded, edges: list[tuple[int, int]]
) -> None:
    """Exact contiguous fragments of each role, each counted once however many attributions share it."""
    text = article["text"]
    for role in ("content", "source", "cue"):
        gold = set()
        for attribution in article["attributions"]:
            merged: list[list[int]] = []
            for start, end in sorted(attribution[role]):
                if merged and (start <= merged[-1][1] or not text[merged[-1][1] : start].strip()):
                    merged[-1][1] = max(end, merged[-1][1])
                else:
                    merged.append([start, end])
            gold |= {(a, b) for a, b in merged}
        gold = {strip(text, a, b) for a, b in gold}
        predicted = {(edges[f.start][0], edges[f.end - 1][1]) for f in decode_fragments(encoded) if f.role == role}
        hits[role].update(hit=len(gold & predicted), gold=len(gold), predicted=len(predicted))


def strip(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its edges."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def paragraphs_of(words: Sequence[str]) -> tuple[list[int], list[int]]:
    """First words of paragraphs (after a line break) and of sentences, roughly."""
    blocks = [i for i, w in enumerate(words) if not w.isspace() and (i == 0 or "\n" in words[i - 1])] or [0]
    sentences: list[int] = []
    for start, end in zip(blocks, [*blocks[1:], len(words)], strict=True):
        sentences.extend(rough_sentences(list(words), start, end))
    return blocks, sentences


def measure_attribution(encoder: Encoder, shared: Path, bootstrap: int) -> dict[str, Any]:
    """PolNeAR dev: fragments by role, units by the scorer."""
    scorer = tool(shared, "score_quotes")
    articles = list(read_jsonl(shared / "data" / "quotes" / "polnear" / "dev.jsonl"))
    rows, fragments = attribution_rows(encoder, articles)
    result = scorer.evaluate(articles, rows, bootstrap=bootstrap)
    every = result["all"]
    out: dict[str, Any] = {"fragments": fragments}
    for name in ("exact", "fragment", "token", "joint"):
        out[name] = every[name]["f1"]
    out["joint_by_type"] = {kind: result[kind]["joint"]["f1"] for kind in ("direct", "mixed", "indirect")}
    out["source_exact"], out["source_overlap"] = every["source_exact"], every["source_overlap"]
    out["joint_ci95"] = result.get("ci95", {}).get("joint_f1")
    return out


def cnn_language() -> Language:
    """A spaCy pipeline of en_core_web_sm's size and shape with random weights: the speed of its class."""
    import numpy
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))
    nlp = spacy.blank("en")
    tok2vec = {"@architectures": "spacy.HashEmbedCNN.v2", "width": 96, "depth": 4, "embed_size": 2000, "window_size": 1,
               "maxout_pieces": 3, "subword_features": True, "pretrained_vectors": None}  # fmt: skip
    nlp.add_pipe("tok2vec", config={"model": tok2vec})
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}
    nlp.add_pipe("tagger", config={"model": {"@architectures": "spacy.Tagger.v2", "nO": None, "tok2vec": listener}})
    parts = {"@architectures": "spacy.TransitionBasedParser.v2", "extra_state_tokens": False, "hidden_width": 64,
             "maxout_pieces": 2, "use_upper": True, "nO": None}  # fmt: skip
    nlp.add_pipe("parser", config={"model": {**parts, "state_type": "parser", "tok2vec": listener}})
    nlp.add_pipe("ner", config={"model": {**parts, "state_type": "ner", "tok2vec": tok2vec}})
    for tag in (f"T{i}" for i in range(50)):
        nlp.get_pipe("tagger").add_label(tag)  # type: ignore[attr-defined]
    for label in (f"d{i}" for i in range(45)):
        nlp.get_pipe("parser").add_label(label)  # type: ignore[attr-defined]
    for label in (f"N{i}" for i in range(18)):
        nlp.get_pipe("ner").add_label(label)  # type: ignore[attr-defined]
    numpy.random.seed(0)
    nlp.initialize()
    return nlp


def cnn_pipeline() -> Callable[[Any], Any]:
    """The components of :func:`cnn_language`, one after the other."""
    nlp = cnn_language()
    return lambda doc: [pipe(doc) for _, pipe in nlp.pipeline][-1]


def measure_speed(folder: Path, shared: Path, articles: int) -> dict[str, float]:
    """Words a CPU-second on one thread: the whole component against spaCy's CNN, by turns in one run."""
    import pipeline.stages.segment  # noqa: F401  registers the component

    texts = [r["text"] for r in read_jsonl(shared / "data/quotes/polnear/dev.jsonl")][:articles]
    nlp = spacy.blank("en")
    nlp.add_pipe("segment")
    nlp.add_pipe("encode", config={"model": str(folder)})
    stage = nlp.get_pipe("encode")
    segment = nlp.get_pipe("segment")
    cnn = cnn_pipeline()
    spent = {"encode": 0.0, "cnn": 0.0}
    words = 0
    for text in texts:
        first, second = nlp.make_doc(text), nlp.make_doc(text)
        segment(first)
        words += sum(not t.is_space for t in first)
        began = time.process_time()
        stage(first)
        spent["encode"] += time.process_time() - began
        began = time.process_time()
        cnn(second)
        spent["cnn"] += time.process_time() - began
    ours, theirs = words / spent["encode"], words / spent["cnn"]
    return {"words_a_second": ours, "cnn_words_a_second": theirs, "ratio": ours / theirs, "words": float(words)}


def measure(folder: Path, shared: Path, bootstrap: int = 0) -> dict[str, Any]:
    """Every accuracy figure of the model in *folder*."""
    encoder = load_encoder(folder)
    syntax = shared / "data" / "syntax"
    return {
        "names": measure_names(encoder, shared, bootstrap),
        "names_stage": measure_stage(folder, shared, bootstrap),
        "ewt": measure_syntax(
            encoder, read_conllu(syntax / "ud_english_ewt/en_ewt-ud-dev.conllu", "syntax"), bootstrap
        ),
        "gum": measure_syntax(
            encoder, read_conllu(syntax / "ud_english_gum/en_gum-ud-dev.conllu", "syntax"), bootstrap
        ),
        "news_names": measure_news(folder, shared, bootstrap),
        "attribution": measure_attribution(encoder, shared, bootstrap),
    }


def main() -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "en_news")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--speed", action="store_true", help="speed alone")
    parser.add_argument("--articles", type=int, default=30, help="articles to time")
    parser.add_argument("--bootstrap", type=int, default=0)
    options = parser.parse_args()
    if options.speed:
        figures: dict[str, Any] = {"speed": measure_speed(options.model, options.shared, options.articles)}
    else:
        figures = measure(options.model, options.shared, options.bootstrap)
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
