"""Names for readers to correct: sheets of sentences that a model is unsure of, and back to ``reviewed_names.tsv``.

    python models/train/reviewing.py sheets --shared SHARED --model models/en_news --out SHEETS [--least 0.55]
    python models/train/reviewing.py doubts --shared SHARED --model models/en_news --out SHEETS
    python models/train/reviewing.py collect SHEETS

``sheets`` writes ``0001.txt`` and so on, a hundred numbered sentences each with the model's names in braces; ``doubts``
the same of annotated training sets, with the annotators' names, where the model has others or a proper noun is in none.
A reader follows ``reviewing.md`` and writes ``0001.tsv`` beside it. ``collect`` adds the sentences of every sheet that
has one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from data import ANNOTATED, Document, attribution_document, name_rows, read_conllu, read_jsonl, restored
from labels import LETTERS
from news_names import REVIEWED, ReviewedSentence, Span, read_reviewed, write_reviewed

SHEET = 100
SHORTEST, LONGEST = 4, 80
"""Words of a sentence worth showing."""


@dataclass(frozen=True)
class Shown:
    """A sentence on a sheet; ``edges`` are its words' edges in the units of its set (see :mod:`news_names`)."""

    source: str
    text: str
    words: list[str]
    edges: list[tuple[int, int]]
    names: list[Span]
    other: list[Span] = field(default_factory=list)
    """Names that the model has and the annotators don't."""

    def line(self) -> str:
        """The words with the names in braces: ``{P Maria Keller} left {L Paris} .`` and, behind a tab, the *other*."""
        begins = {a: label[0] for a, _, label in self.names}
        ends = {b - 1 for _, b, _ in self.names}
        marked = " ".join(
            (f"{{{begins[i]} " if i in begins else "") + word + ("}" if i in ends else "")
            for i, word in enumerate(self.words)
        )
        hint = " ; ".join(f"{label[0]} {' '.join(self.words[a:b])}" for a, b, label in self.other)
        return f"{marked}\t(machine: {hint})" if hint else marked


def parse_correction(words: list[str], listed: str) -> list[Span]:
    """Names as a reader lists them (``P Maria Keller ; L Paris``, or ``-`` for none), in words of the sentence.

    Raises ValueError for an unknown letter and for words that don't follow in the sentence.
    """
    found: list[Span] = []
    at = 0
    for item in [] if listed.strip() == "-" else listed.split(" ; "):
        letter, _, text = item.strip().partition(" ")
        wanted = text.split()
        if letter not in LETTERS or not wanted:
            raise ValueError(f"{item!r} is not a letter of {', '.join(LETTERS)} and a name")
        places = range(at, len(words) - len(wanted) + 1)
        start = next((i for i in places if words[i : i + len(wanted)] == wanted), None)
        if start is None:
            raise ValueError(f"{text!r} doesn't stand after word {at}")
        at = start + len(wanted)
        found.append((start, at, LETTERS[letter]))
    return found


def _unsure(
    encoder: Any, source: str, documents: list[Document], edges: list[list[tuple[int, int]]], least: float
) -> Iterator[Shown]:
    for doc, places in zip(documents, edges, strict=True):
        encoded = encoder.encode(doc.words, doc.sentences, doc.paragraphs)
        sure = np.exp(encoded.name_scores.max(axis=1))
        for start, end in zip(doc.sentences, [*doc.sentences[1:], len(doc.words)], strict=True):
            if SHORTEST <= end - start <= LONGEST and float(sure[start:end].min()) < least:
                names = [(a - start, b - start, label) for a, b, label, _ in encoded.names if start <= a and b <= end]
                yield Shown(source, doc.name, doc.words[start:end], places[start:end], names)


def write_sheets(shared: Path, model: Path, out: Path, least: float) -> int:
    """Sheets of sentences not yet reviewed with a word whose tag is less probable than *least*; returns how many."""
    import spacy

    from pipeline.stages.encode import load_encoder

    encoder, tokenizer, reviewed = load_encoder(model), spacy.blank("en").tokenizer, read_reviewed()
    articles = list(read_jsonl(shared / "data" / "quotes" / "polnear" / "train.jsonl"))
    edges = [[(t.idx, t.idx + len(t)) for t in tokenizer(row["text"]) if not t.is_space] for row in articles]
    documents = [attribution_document(row, tokenizer) for row in articles]
    seen = {(text, s.start) for text, sentences in reviewed["polnear"].items() for s in sentences}
    shown = [s for s in _unsure(encoder, "polnear", documents, edges, least) if (s.text, s.edges[0][0]) not in seen]
    rows = [row for row in read_jsonl(shared / "data" / "ner" / "unified" / "train.jsonl") if row["src"] == "gmb"]
    documents = name_rows([row for row in rows if row["id"] not in reviewed["gmb"]], "names")
    edges = [[(i, i + 1) for i in range(len(doc.words))] for doc in documents]
    shown += _unsure(encoder, "gmb", documents, edges, least)
    return _write(shown, out)


def write_doubts(shared: Path, model: Path, out: Path) -> int:
    """Sheets of annotated sentences not yet reviewed of which the model has other names, or of which a proper noun is
    in no name; returns how many sheets."""
    from pipeline.stages.encode import load_encoder

    encoder, reviewed, data = load_encoder(model), read_reviewed(), shared / "data"
    rows = list(read_jsonl(data / "ner" / "unified" / "train.jsonl"))
    shown = []
    for which, source in ANNOTATED.items():
        path = data / "syntax" / f"ud_english_{which}" / f"en_{which}-ud-train.conllu"
        tags = {
            doc.ids[i]: doc.upos[start:end]
            for doc in read_conllu(path, "syntax")
            for i, (start, end) in enumerate(zip(doc.sentences, [*doc.sentences[1:], len(doc.words)], strict=True))
        }
        own = [row for row in rows if row["src"] == source and row["id"] not in reviewed[which]]
        restored(own, read_jsonl(data / "ner" / source / "train.jsonl"))
        for row in own:
            words, names = row["tokens"], sorted((a, b, label) for a, b, label in row["spans"])
            found = [(a, b, label) for a, b, label, _ in encoder.encode(words, [0], [0]).names] if words else []
            inside = {i for a, b, _ in names for i in range(a, b)}
            proper = {i for i, tag in enumerate(tags.get(row["id"], ())) if tag == "PROPN"}
            if set(found) != set(names) or proper - inside:
                edges = [(i, i + 1) for i in range(len(words))]
                shown.append(Shown(which, row["id"], words, edges, names, [x for x in found if x not in names]))
    return _write(shown, out)


def _write(shown: list[Shown], out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    for number, at in enumerate(range(0, len(shown), SHEET), 1):
        part = shown[at : at + SHEET]
        lines = [f"{i}\t{s.line()}" for i, s in enumerate(part, 1)]
        (out / f"{number:04}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (out / f"{number:04}.json").write_text(json.dumps([vars(s) for s in part]), encoding="utf-8")
    return (len(shown) + SHEET - 1) // SHEET


def read_sheet(path: Path) -> Iterator[tuple[Shown, list[Span]]]:
    """The sentences of the sheet whose corrections are *path*, with their names; those to skip left out.

    A sentence without a line is right as it was shown. Raises ValueError naming the line that can't be read.
    """
    shown = [Shown(**record) for record in json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))]
    corrected: dict[int, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        number, _, listed = line.partition("\t")
        if line.strip():
            corrected[int(number)] = listed.strip()
    for number, sentence in enumerate(shown, 1):
        listed = corrected.get(number)
        if listed == "SKIP":
            continue
        try:
            names = sentence.names if listed is None else parse_correction(sentence.words, listed)
        except ValueError as error:
            raise ValueError(f"{path.name}, sentence {number}: {error}") from error
        yield sentence, [(a, b, label) for a, b, label in names]


def collect(sheets: Path, store: Path = REVIEWED) -> int:
    """Add the corrected sheets of a folder to the reviewed sentences of *store*; returns how many it holds then."""
    found = {
        which: {text: {s.start: s for s in sentences} for text, sentences in texts.items()}
        for which, texts in read_reviewed(store).items()
    }
    for path in sorted(sheets.glob("*.tsv")):
        for shown, names in read_sheet(path):
            edges = shown.edges
            spans = tuple((edges[a][0], edges[b - 1][1], label) for a, b, label in names)
            sentence = ReviewedSentence(edges[0][0], edges[-1][1], spans)
            found.setdefault(shown.source, {}).setdefault(shown.text, {})[sentence.start] = sentence
    write_reviewed({w: {t: sentences.values() for t, sentences in texts.items()} for w, texts in found.items()}, store)
    return sum(len(sentences) for texts in found.values() for sentences in texts.values())


def main() -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(dest="what", required=True)
    sheets = what.add_parser("sheets", help="write sheets to correct")
    doubts = what.add_parser("doubts", help="write sheets of annotated sentences that may lack names")
    for parts in (sheets, doubts):
        parts.add_argument("--shared", type=Path, required=True, help="the folder that holds data/")
        parts.add_argument("--model", type=Path, default=Path("models/en_news"), help="whose doubts are shown")
        parts.add_argument("--out", type=Path, required=True, help="the folder of the sheets")
    sheets.add_argument("--least", type=float, default=0.55, help="show sentences with a word less sure than this")
    corrected = what.add_parser("collect", help="add corrected sheets to reviewed_names.tsv")
    corrected.add_argument("sheets", type=Path, help="the folder of the sheets")
    options = parser.parse_args()
    if options.what == "sheets":
        print(f"{write_sheets(options.shared, options.model, options.out, options.least)} sheets in {options.out}")
    elif options.what == "doubts":
        print(f"{write_doubts(options.shared, options.model, options.out)} sheets in {options.out}")
    else:
        print(f"{collect(options.sheets)} sentences reviewed")


if __name__ == "__main__":
    main()
