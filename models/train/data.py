"""Data preparation: the sets of the shared folder, joined into documents of words with every label they carry.

UNER-EWT and GUM names annotate the sentences of UD English EWT and GUM: each such sentence becomes one document's
sentence with names, tags and tree, so that one forward pass trains all of them.
"""

from __future__ import annotations

import json
import random
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labels import NAME_TAGS, ROLE_TAGS, tag_spans
from news_names import ReviewedSentence, mark_reviewed, read_reviewed, use_reviewed
from written_attributions import read_written as read_written_attributions
from written_names import read_written as read_written_names

IGNORE = -100
ANNOTATED = {"ewt": "uner_ewt", "gum": "gum_names"}
"""Treebanks of which people marked the names: the set of those."""
NO_VALUE = float("nan")


@dataclass
class Document:
    """Words of one document and their labels; each label list has one entry a word, or is empty if there is none.

    ``heads`` are word indices in the document (a root is its own head); ``links`` likewise, :data:`IGNORE` where a
    word starts no fragment. ``sentences`` and ``paragraphs`` are ascending word indices, each beginning with 0.
    """

    kind: str
    name: str
    words: list[str] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    paragraphs: list[int] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    upos: list[str] = field(default_factory=list)
    xpos: list[str] = field(default_factory=list)
    lemmas: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    deps: list[str] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    factuality: list[float] = field(default_factory=list)
    """From -3 (certainly not) to 3 (certainly so) for a predicate's word, NaN for every other."""
    worth: list[float] = field(default_factory=list)
    """Of each sentence whether it is worth checking: 1 or 0. Empty if nobody judged."""
    ids: list[str] = field(default_factory=list)
    """The id of each sentence."""
    taught: bool = False
    """Whether its sentences' vectors are kept near the published model's."""


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file. Raises OSError or ValueError naming the file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def read_conllu(path: Path, kind: str) -> list[Document]:
    """A UD treebank as documents. Multiword ranges and empty nodes are left out; their words stay."""
    documents: list[Document] = []
    doc: Document | None = None
    new_paragraph = True
    offset = 0
    in_sentence = False
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("# newdoc"):
            doc = Document(kind, line.partition("=")[2].strip(), taught=True)
            documents.append(doc)
            new_paragraph = True
        elif line.startswith("# newpar"):
            new_paragraph = True
        elif line.startswith("# sent_id"):
            if doc is None:
                doc = Document(kind, path.stem, taught=True)
                documents.append(doc)
            doc.ids.append(line.partition("=")[2].strip())
            doc.sentences.append(len(doc.words))
            if new_paragraph or not doc.paragraphs:
                doc.paragraphs.append(len(doc.words))
                new_paragraph = False
            offset, in_sentence = len(doc.words), True
        elif not line:
            in_sentence = False
        elif in_sentence and doc is not None and line[0] != "#":
            cells = line.split("\t")
            if not cells[0].isdigit():
                continue
            head = int(cells[6])
            doc.words.append(cells[1])
            doc.lemmas.append(cells[2])
            doc.upos.append(cells[3])
            doc.xpos.append(cells[4])
            doc.heads.append(offset + head - 1 if head else offset + int(cells[0]) - 1)
            doc.deps.append(cells[7])
    return documents


_RAW = {"LOC": "LOC", "ORG": "ORG"}


def restored(rows: list[dict[str, Any]], raw: Iterable[dict[str, Any]]) -> int:
    """Give *rows* of the unified set back the places and organisations that their source has and unifying lost.

    The unified set leaves out what reads like a pronoun or begins outside ASCII: above all *US*, then *Łódź*. Only
    spans that touch no other are taken. Returns how many; *rows* are changed in place.
    """
    sources = {row["id"]: row for row in raw}
    count = 0
    for row in rows:
        source = sources.get(row["id"])
        if source is None or source["tokens"] != row["tokens"]:
            continue
        for start, end, label in source["spans"]:
            if label in _RAW and not any(a < end and start < b for a, b, _ in row["spans"]):
                row["spans"].append([start, end, _RAW[label]])
                count += 1
    return count


def add_names(documents: list[Document], names: dict[str, dict[str, Any]]) -> int:
    """Join name spans onto the treebank's sentences by sentence id. Returns how many sentences had none."""
    missing = 0
    for doc in documents:
        doc.names = [IGNORE] * len(doc.words)
        for i, (start, end) in enumerate(zip(doc.sentences, [*doc.sentences[1:], len(doc.words)], strict=True)):
            row = names.get(doc.ids[i])
            if row is None or row["tokens"] != doc.words[start:end]:
                missing += 1
                continue
            doc.names[start:end] = tag_spans(end - start, [tuple(s) for s in row["spans"]], NAME_TAGS)
    return missing


def name_rows(rows: list[dict[str, Any]], kind: str) -> list[Document]:
    """Sentences with names alone as documents of one sentence each."""
    return [
        Document(
            kind, row["id"], list(row["tokens"]), [0], [0], ids=[row["id"]],
            names=tag_spans(len(row["tokens"]), [tuple(s) for s in row["spans"]], NAME_TAGS),
        )
        for row in rows
        if row["tokens"]
    ]  # fmt: skip


def written_documents(tokenizer: Any) -> list[Document]:
    """The texts of :mod:`written_names`, names alone."""
    return [
        Document(
            "names", f"written-{i}", text.words, text.sentences, [0], ids=[f"written-{i}"] * len(text.sentences),
            names=tag_spans(len(text.words), text.names, NAME_TAGS),
        )
        for i, text in enumerate(read_written_names(tokenizer))
    ]  # fmt: skip


def add_factuality(documents: list[Document], rows: list[dict[str, Any]]) -> int:
    """Join UDS-IH2's factuality onto the treebank's sentences by their words. Returns how many rows found a place."""
    by_text: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_text.setdefault(row["text"], []).append(row)
    joined = 0
    for doc in documents:
        doc.factuality = [NO_VALUE] * len(doc.words)
        for start, end in zip(doc.sentences, [*doc.sentences[1:], len(doc.words)], strict=True):
            for row in by_text.get(" ".join(doc.words[start:end]), ()):
                doc.factuality[start + row["start"]] = row["factuality"]
                joined += 1
    return joined


def factuality_rows(rows: list[dict[str, Any]]) -> list[Document]:
    """Sentences with factuality alone (MEANTIME) as documents of one sentence each."""
    found: dict[str, Document] = {}
    for row in rows:
        words = row["text"].split()
        doc = found.get(row["text"])
        if doc is None:
            doc = Document("names", row["id"], words, [0], [0], ids=[row["id"]], factuality=[NO_VALUE] * len(words))
            found[row["text"]] = doc
        doc.factuality[row["start"]] = row["factuality"]
    return list(found.values())


WORTH_HELD_OUT = 2000
"""ClaimBuster's training rows that the network doesn't see: by them its score is mixed with the words' own."""


def worth_rows(path: Path, seed: int = 7) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """ClaimBuster's training rows, shuffled: those to train the network by, and those held out of it."""
    rows = list(read_jsonl(path))
    random.Random(seed).shuffle(rows)
    return rows[:-WORTH_HELD_OUT], rows[-WORTH_HELD_OUT:]


def plain_quotes(text: str) -> str:
    """A row of ClaimBuster without what its table's format added: marks around it, marks doubled in it."""
    return text.strip('"').replace('""', '"')


def worth_documents(rows: list[dict[str, Any]], tokenizer: Any, together: int = 8) -> list[Document]:
    """Sentences judged worth checking or not, *together* of them a document, so that windows hold one or several."""
    documents = []
    for at in range(0, len(rows), together):
        doc = Document("worth", f"claimbuster-{at}", paragraphs=[0])
        for row in rows[at : at + together]:
            doc.sentences.append(len(doc.words))
            doc.words.extend(t.text for t in tokenizer(plain_quotes(row["text"])) if not t.is_space)
            if len(doc.words) == doc.sentences[-1]:
                doc.words.append(".")
            doc.worth.append(float(row["label"]))
            doc.ids.append(str(row["id"]))
        documents.append(doc)
    return documents


_SENTENCE_END = re.compile(r"[.!?…]+$")
_CLOSERS = frozenset("\"'”’)]»''")


def rough_sentences(words: list[str], start: int, end: int) -> list[int]:
    """Where sentences start between two words of a paragraph: after a final mark and its closing quotation marks."""
    starts = [start]
    i = start
    while i < end:
        if _SENTENCE_END.search(words[i]) and (len(words[i]) == 1 or not words[i][0].isalpha()):
            i += 1
            while i < end and words[i] in _CLOSERS:
                i += 1
            if i < end and not words[i][0].islower():
                starts.append(i)
        else:
            i += 1
    return starts


def merge_fragments(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Word spans in order, those that touch made one (as the scorer does)."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def attribution_document(
    row: dict[str, Any], tokenizer: Any, reviewed: Iterable[ReviewedSentence] = (), *, taught: bool = True
) -> Document:
    """A PolNeAR article: spaCy's words, roles as tags, and for each fragment the word that it hangs on.

    Names are known of *reviewed* sentences alone. *taught* as in :class:`Document`.

    Content hangs on its cue's first word (without cue on its source's, without both on itself), a cue on its
    source's first word (else itself), later fragments of cue and source on the first one, a source on itself.
    """
    text: str = row["text"]
    tokens = [t for t in tokenizer(text) if not t.is_space]
    starts = [t.idx for t in tokens]
    ends = [t.idx + len(t) for t in tokens]
    doc = Document("attribution", row["id"], [t.text for t in tokens], ids=[], taught=taught)
    position = 0
    for line in text.split("\n"):
        first = bisect_left(starts, position)
        last = bisect_left(starts, position + len(line))
        position += len(line) + 1
        if first < last:
            doc.paragraphs.append(first)
            doc.sentences.extend(rough_sentences(doc.words, first, last))
    doc.ids = [f"{row['id']}#{i}" for i in range(len(doc.sentences))]
    spans: list[tuple[int, int, str]] = []
    doc.links = [IGNORE] * len(tokens)
    for attribution in row["attributions"]:
        found: dict[str, list[tuple[int, int]]] = {}
        for role in ("content", "source", "cue"):
            words = []
            for start, end in attribution[role]:
                first = bisect_left(ends, start + 1)
                last = bisect_left(starts, end)
                if first < last:
                    words.append((first, last))
            found[role] = merge_fragments(words)
            spans.extend((a, b, role) for a, b in found[role])
        source = found["source"][0][0] if found["source"] else None
        cue = found["cue"][0][0] if found["cue"] else None
        for first, _ in found["content"]:
            doc.links[first] = cue if cue is not None else source if source is not None else first
        for i, (first, _) in enumerate(found["cue"]):
            head = source if source is not None else first
            doc.links[first] = head if i == 0 or cue is None else cue
        for first, _ in found["source"]:
            doc.links[first] = source if source is not None else first
    doc.roles = tag_spans(len(tokens), spans, ROLE_TAGS)
    doc.names = [IGNORE] * len(tokens)
    mark_reviewed(doc.names, starts, ends, reviewed)
    return doc


def content_ends(roles: Sequence[int]) -> list[int]:
    """Of each word at which content begins its last word, :data:`IGNORE` of every other."""
    begin, end, single = (ROLE_TAGS.index(f"{prefix}-content") for prefix in "BES")
    found = [IGNORE] * len(roles)
    start = -1
    for i, tag in enumerate(roles):
        if tag == single:
            found[i] = i
        elif tag == begin:
            start = i
        elif tag == end and start >= 0:
            found[start], start = i, -1
    return found


def load_training(shared: Path, seed: int = 7, limit: int = 0) -> dict[str, list[Document]]:
    """The training documents by stream: ``gold`` (UD with names, re3d, reviewed sentences of GMB, written texts),
    ``silver`` (the rest of GMB), ``attribution`` (PolNeAR, written articles), ``worth``.

    Args:
        shared: the folder that holds ``data/``.
        seed: of the choice among GMB's sentences without a name, of which half stay.
        limit: documents a set, for a trial; 0 for all.
    """
    import spacy

    data = shared / "data"
    rows = list(read_jsonl(data / "ner/unified/train.jsonl"))
    by_id = {row["id"]: row for row in rows if row["src"] in ("uner_ewt", "gum_names")}
    reviewed = read_reviewed()
    for which, source in ANNOTATED.items():
        found = restored(list(by_id.values()), read_jsonl(data / "ner" / source / "train.jsonl"))
        print(f"{source}: {found} names restored", flush=True)
        count = use_reviewed([r for r in by_id.values() if r["src"] == source], reviewed[which])
        print(f"reviewed: {count} sentences of {source}", flush=True)
    gold = read_conllu(data / "syntax/ud_english_ewt/en_ewt-ud-train.conllu", "syntax")
    gold += read_conllu(data / "syntax/ud_english_gum/en_gum-ud-train.conllu", "syntax")
    missing = add_names(gold, by_id)
    sentences = sum(len(d.sentences) for d in gold)
    print(f"gold: {len(gold)} documents, {sentences} sentences, {missing} without names", flush=True)
    joined = add_factuality(gold, list(read_jsonl(data / "claims/factuality/uds_ih2/train.jsonl")))
    print(f"factuality: {joined} predicates joined", flush=True)
    gold += name_rows([r for r in rows if r["src"] == "re3d"], "names")
    gold += factuality_rows(list(read_jsonl(data / "claims/factuality/meantime/train.jsonl")))
    silver_rows = [r for r in rows if r["src"] == "gmb"]
    count = use_reviewed(silver_rows, reviewed["gmb"])
    gold += name_rows([r for r in silver_rows if r.get("reviewed")], "names")
    print(f"reviewed: {count} sentences of GMB, {sum(map(len, reviewed['polnear'].values()))} of PolNeAR", flush=True)
    nlp = spacy.blank("en")
    written = written_documents(nlp.tokenizer)
    print(f"written: {len(written)} texts, {sum(len(d.sentences) for d in written)} sentences", flush=True)
    gold += written
    chance = random.Random(seed)
    unread = [r for r in silver_rows if not r.get("reviewed")]
    kept = [r for r in unread if r["spans"] or chance.random() < 0.5]
    # Of GMB's "US" no label is left; of its "U.S." there is.
    silver = name_rows([r for r in kept if "US" not in r["tokens"]], "names")
    attribution = [
        attribution_document(r, nlp.tokenizer, reviewed["polnear"].get(r["id"], ()))
        for r in read_jsonl(data / "quotes/polnear/train.jsonl")
    ]
    told = [attribution_document(r, nlp.tokenizer, taught=False) for r in read_written_attributions()]
    print(f"written: {len(told)} articles, {sum(len(d.words) for d in told)} words", flush=True)
    attribution += told
    worth = worth_documents(worth_rows(data / "claims/claimbuster/train.jsonl")[0], nlp.tokenizer)
    found = {"gold": gold, "silver": silver, "attribution": attribution, "worth": worth}
    if limit:
        found = {k: v[:limit] for k, v in found.items()}
    for stream, docs in found.items():
        print(f"{stream}: {len(docs)} documents, {sum(len(d.words) for d in docs)} words", flush=True)
    return found


def label_lists(documents: list[Document]) -> dict[str, list[str]]:
    """The sorted UPOS, XPOS and dependency labels that occur."""
    counts: dict[str, Counter[str]] = {"upos": Counter(), "xpos": Counter(), "deps": Counter()}
    for doc in documents:
        for key, counter in counts.items():
            counter.update(getattr(doc, key))
    return {key: sorted(counter) for key, counter in counts.items()}
