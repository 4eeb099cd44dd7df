"""Names, coreference and linking, measured.

    python -m benchmarks.entities SHARED [--part names|coref|link|gold|speed] [--encode] [--split dev|train]
        [--genre news] [--errors]

SHARED is the folder that holds ``data/`` and ``tools/``. Sets, and where they are published:

- names: Universal NER English EWT dev (github.com/UniversalNER/UNER_English-EWT), GUM dev (github.com/amir-zeldes/gum),
  Stanford WorldWide dev (github.com/stanfordnlp/en-worldwide-newswire; measured only), by ``tools/score_ner.py``.
- coref: GUM's coreference (``Entity=`` in the UD treebank), end to end: our names, our chains, against the gold
  clusters that hold a proper name. A mention is known by its head word. CoNLL F1 is the mean of MUC, B3 and CEAF-e over
  clusters of two or more; then the share of pronouns and nominals given the right entity.
- link: GUM names with Wikidata ids, clustered over all documents: B3 and pairwise precision and recall; each document's
  names are its local entities as our own coreference makes them from gold names.
- gold: the names of our own small articles in ``tests/entities/gold``, linked, given and found: B3 and pairwise.
- speed: generated mentions, linked: seconds and peak memory.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import spacy
from spacy.tokens import Doc, Span

from benchmarks.clustering import Clusters, b3, ceafe, f1, muc
from benchmarks.names_gold import Scores, names_gold, scores
from benchmarks.tools import tool
from pipeline import lexicon
from pipeline.annotations import Paragraph
from pipeline.link.entities import link_entities
from pipeline.stages.coref import Coref
from pipeline.stages.ner import Names

NAME_SETS = {
    "uner_ewt dev": ("uner_ewt/dev.jsonl", "plo"),
    "gum dev": ("gum_names/dev.jsonl", "plo"),
    "worldwide dev": ("worldwide/dev.jsonl", "ww2plo"),
}
PRONOUNS = {
    "he": ("he", "him", "his", "himself"),
    "she": ("she", "her", "hers", "herself"),
    "it": ("it", "its", "itself"),
    "they": ("they", "them", "their", "theirs", "themselves"),
}
_PRONOUN = {form: kind for kind, forms in PRONOUNS.items() for form in forms}
_NLP = spacy.blank("en")


def _spaces(row: dict[str, Any]) -> list[bool]:
    """Whether a space follows each token: from the text where the set has it, else guessed from the tokens."""
    tokens, text = row["tokens"], row.get("text")
    found, position = [], 0
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else ""
        space = not (token == "-" or following in ("-", "'s", ".", ","))
        if text is not None:
            at = text.find(token, position)
            if at >= 0:
                position = at + len(token)
                space = text[position : position + 1] in ("", " ")
        found.append(space)
    return found


def names(shared: Path) -> None:
    """Print the scorer's table for each set."""
    scorer = tool(shared, "score_ner")
    component = Names(keep=False)
    for title, (path, mapping) in NAME_SETS.items():
        rows = [json.loads(line) for line in (shared / "data" / "ner" / path).open(encoding="utf-8")]
        documents: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            documents[row["doc"]].append(row)
        predicted: dict[str, list[list[Any]]] = {row["id"]: [] for row in rows}
        began, count = time.process_time(), 0
        for sentences in documents.values():
            tokens = [token for row in sentences for token in row["tokens"]]
            starts = [not i for row in sentences for i in range(len(row["tokens"]))]
            where = [(row["id"], i) for row in sentences for i in range(len(row["tokens"]))]
            spaces = [space for row in sentences for space in _spaces(row)]
            doc = component(_encoded(Doc(_NLP.vocab, words=tokens, spaces=spaces, sent_starts=starts)))
            count += len(doc)
            for span in doc.ents:
                key, start = where[span.start]
                predicted[key].append([start, start + len(span), span.label_])
        speed = count / (time.process_time() - began)
        gold = {row["id"]: row["spans"] for row in rows}
        result = scorer.score(gold, predicted, scorer.parse_map(mapping), scorer.parse_map("onto2plo"))
        print(f"\n{title}: {count} tokens, {speed:,.0f} tokens per CPU second")
        print(scorer.table(result))


class GumDoc:
    """A document of GUM: tokens, heads, sentences, and gold mentions as ``(start, end, cluster)``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.words: list[str] = []
        self.spaces: list[bool] = []
        self.starts: list[bool] = []
        self.paragraphs: list[int] = []
        self.heads: list[int] = []
        self.upos: list[str] = []
        self.relations: list[str] = []
        self.mentions: list[tuple[int, int, str]] = []

    def head_of(self, start: int, end: int) -> int:
        """The token of ``start:end`` whose syntactic head lies outside; the first such."""
        for i in range(start, end):
            if not start <= self.heads[i] < end or self.heads[i] == i:
                return i
        return start

    def known_head(self, start: int, end: int, heads: Container[int]) -> int:
        """The head of ``start:end``, or, where no gold mention (of *heads*) has it, of the noun that it is an
        apposition to or a part of: in *Pan-democrat Gary Fan* the gold's head is the first word."""
        head = self.head_of(start, end)
        for _ in range(2):
            if head in heads or self.relations[head] not in ("appos", "flat", "nmod:desc"):
                break
            head = self.heads[head]
        return head if head in heads else self.head_of(start, end)


def read_gum(path: Path, genre: str) -> Iterator[GumDoc]:
    """The documents of *genre* (all for an empty one) in a UD file with ``Entity=`` in MISC."""
    document: GumDoc | None = None
    open_: dict[str, list[int]] = defaultdict(list)
    offset = 0
    for line in path.open(encoding="utf-8"):
        if line.startswith("# newdoc id = "):
            if document is not None and document.words:
                yield document
            name = line.split(" = ")[1].strip()
            document = GumDoc(name) if genre in name else None
            open_.clear()
        if document is None:
            continue
        if line.startswith("# newpar"):
            document.paragraphs.append(len(document.words))
        if line.startswith("# sent_id"):
            offset = len(document.words)
        cells = line.rstrip("\n").split("\t")
        if len(cells) != 10 or not cells[0].isdigit():
            continue
        i = len(document.words)
        document.words.append(cells[1])
        document.spaces.append("SpaceAfter=No" not in cells[9])
        document.starts.append(cells[0] == "1")
        document.heads.append(offset + int(cells[6]) - 1 if cells[6] != "0" else i)
        document.upos.append(cells[3])
        document.relations.append(cells[7])
        for item in cells[9].split("|"):
            if item.startswith("Entity="):
                _entities_of(item[7:], i, open_, document)
    if document is not None and document.words:
        yield document


def _entities_of(value: str, i: int, open_: dict[str, list[int]], document: GumDoc) -> None:
    import re

    for match in re.finditer(r"\(([^()]*)(\))?|([^()]+)\)", value):
        opened, closed, other = match.groups()
        if opened is not None:
            cluster = opened.split("-")[0]
            if closed:
                document.mentions.append((i, i + 1, cluster))
            else:
                open_[cluster].append(i)
        elif other and open_[other.split("-")[0]]:
            cluster = other.split("-")[0]
            document.mentions.append((open_[cluster].pop(), i + 1, cluster))


def _resolved(document: GumDoc) -> Doc:
    doc = Doc(_NLP.vocab, words=document.words, spaces=document.spaces, sent_starts=document.starts)
    blocks = [*sorted({0, *document.paragraphs}), len(doc)]
    doc._.paragraphs = [Paragraph(doc[a].idx, doc[b - 1].idx + len(doc[b - 1])) for a, b in pairwise(blocks) if b > a]
    return Coref()(Names(keep=False)(_encoded(doc)))


def _encoded(doc: Doc) -> Doc:
    """*doc* with the encoder's predictions, where the command line asks for them."""
    return _NLP.get_pipe("encode")(doc) if _NLP.has_pipe("encode") else doc


def _around(document: GumDoc, start: int, end: int) -> str | None:
    """The cluster of the shortest gold mention that ends with the name (titles before it are part of it in GUM)."""
    fits = [(b - a, c) for a, b, c in document.mentions if a <= start and b == end]
    return min(fits)[1] if fits else None


def coref(shared: Path, split: str, genre: str, errors: bool) -> None:
    """Print CoNLL F1 over clusters with a name, and how pronouns and nominals fare."""
    path = shared / "data" / "syntax" / "ud_english_gum" / f"en_gum-ud-{split}.conllu"
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    references: dict[str, Counter[str]] = defaultdict(Counter)
    documents = 0
    for document in read_gum(path, genre):
        documents += 1
        doc = _resolved(document)
        gold: dict[str, set[int]] = defaultdict(set)
        cluster_at: dict[int, str] = {}
        for start, end, cluster in sorted(document.mentions, key=lambda m: m[0] - m[1]):
            head = document.head_of(start, end)
            gold[cluster].add(head)
            cluster_at.setdefault(head, cluster)
        named = {c for c, heads in gold.items() if any(document.upos[h] == "PROPN" for h in heads)}
        predicted: dict[int, set[int]] = defaultdict(set)
        votes: dict[int, Counter[str | None]] = defaultdict(Counter)
        heads_of = []
        for mention in doc._.mentions:
            span = doc.char_span(mention.start, mention.end)
            head = document.known_head(span.start, span.end, cluster_at)
            heads_of.append((mention, span, head))
            if mention.chain is not None:
                predicted[mention.chain].add(head)
                if mention.kind == "name":
                    cluster = cluster_at.get(head) or _around(document, span.start, span.end)
                    votes[mention.chain][cluster] += cluster is not None
        _add_scores(
            sums,
            [frozenset(gold[c]) for c in sorted(named) if len(gold[c]) > 1],
            [frozenset(heads) for heads in predicted.values() if len(heads) > 1],
        )
        found = {}
        for mention, span, head in heads_of:
            if mention.kind == "name":
                continue
            kind = _PRONOUN.get(span.text.lower(), "nominal" if mention.kind == "nominal" else "other")
            right = votes[mention.chain].most_common(1)
            ok = bool(right) and cluster_at.get(head) == right[0][0]
            references[kind]["predicted"] += 1
            references[kind]["right"] += ok
            found[head] = ok
            if errors and not ok:
                print(
                    f"{document.name} {kind}: {doc[max(0, span.start - 25) : span.start]} [[{span}]] "
                    f"{doc[span.end : span.end + 6]} -> {doc._.entities[mention.chain].name}"
                )
        for c in named:
            for h in gold[c]:
                kind = _PRONOUN.get(document.words[h].lower(), "nominal" if document.upos[h] == "NOUN" else "")
                if kind:
                    references[kind]["gold"] += 1
                    references[kind]["reached"] += found.get(h, False)
    print(f"\nGUM {split} {genre or 'all genres'}: {documents} documents")
    mean = []
    for metric, (hit_p, all_p, hit_r, all_r) in sums.items():
        p, r = hit_p / max(all_p, 1e-9), hit_r / max(all_r, 1e-9)
        mean.append(f1(p, r))
        print(f"{metric:8} P {100 * p:6.2f}  R {100 * r:6.2f}  F1 {100 * mean[-1]:6.2f}")
    print(f"CoNLL F1 {100 * sum(mean) / max(len(mean), 1):.2f}")
    print(f"{'kind':10}{'gold':>6}{'found':>7}{'right':>7}{'P':>8}{'R':>8}")
    for kind in (*PRONOUNS, "nominal"):
        c = references[kind]
        print(
            f"{kind:10}{c['gold']:6}{c['predicted']:7}{c['right']:7}"
            f"{100 * c['right'] / max(c['predicted'], 1):8.1f}{100 * c['reached'] / max(c['gold'], 1):8.1f}"
        )


def _add_scores(sums: dict[str, list[float]], gold: Clusters, predicted: Clusters) -> None:
    for metric, score in (("MUC", muc), ("B3", b3)):
        hit_p, all_p = score(predicted, gold)
        hit_r, all_r = score(gold, predicted)
        for k, value in enumerate((hit_p, all_p, hit_r, all_r)):
            sums[metric][k] += value
    total, n_gold, n_predicted = ceafe(gold, predicted)
    for k, value in enumerate((total, n_predicted, total, n_gold)):
        sums["CEAFe"][k] += value


LINK_SET = "data/entities/gum/alias_all.jsonl"


def link(shared: Path, genres: Iterable[str], errors: bool) -> Scores:
    """Print B3 and pairwise scores of names clustered over documents, against Wikidata ids; and give them back."""
    rows = [json.loads(line) for line in (shared / LINK_SET).open(encoding="utf-8")]
    wanted = tuple(genres)
    # GUM links role words too ("President"), which are no names by our contract.
    roles = {*lexicon.table("role_nouns"), *lexicon.words("person_titles")}
    rows = [row for row in rows if not {row["text"].lower(), row["text"].split()[-1].lower()} & roles]
    rows = [row for row in rows if not wanted or row["genre"] in wanted]
    documents: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        documents[row["doc"]].append(row)
    labels = {"PER": "PERSON", "PERSON": "PERSON", "ORG": "ORG", "LOC": "GPE"}
    local, mentions, golds, keys = [], [], [], []
    for name, items in documents.items():
        words: list[str] = []
        spans = []
        for item in items:
            tokens = [token.text for token in _NLP.make_doc(item["text"])]
            spans.append((len(words), len(words) + len(tokens), labels.get(item["type"], "ORG")))
            words += [*tokens, "."]
        doc = Doc(_NLP.vocab, words=words)
        doc.set_ents([Span(doc, *span[:2], label=span[2]) for span in spans])
        doc = Coref()(doc)
        local += [
            {"article_id": name, "chain": e.chain, "name": e.name, "label": e.label, "aliases": list(e.aliases),
             "descriptions": list(e.descriptions)} for e in doc._.entities
        ]  # fmt: skip
        by_start = {m.start: m for m in doc._.mentions if m.kind == "name"}
        for item, (start, _, _) in zip(items, spans, strict=True):
            mention = by_start.get(doc[start].idx)
            chain = None if mention is None or mention.chain is None else str(mention.chain)
            mentions.append({"article_id": name, "entity_id": chain, "kind": "name", "text": item["text"]})
            golds.append(item["gold"])
            keys.append((name, chain))
    articles = pa.table({"article_id": list(documents), "published": pa.nulls(len(documents), pa.date32())})
    assigned, _ = link_entities(pa.Table.from_pylist(mentions), pa.Table.from_pylist(local), articles, None)
    ids = {(r["article_id"], str(r["chain"])): r["entity_id"] for r in assigned.to_pylist()}
    predicted = [ids.get(key, f"alone {i}") for i, key in enumerate(keys)]
    result = scores(predicted, golds)
    print(f"\n{result.shown('GUM names' + (' of ' + ', '.join(wanted) if wanted else ''))}")
    if errors:
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        back: dict[str, Counter[str]] = defaultdict(Counter)
        for p, g, m in zip(predicted, golds, mentions, strict=True):
            seen[p][g] += 1
            back[g][f"{p} ({m['text']})"] += 1
        for p in sorted(seen, key=lambda p: -(sum(seen[p].values()) - max(seen[p].values())))[:40]:
            print("merged", p, dict(seen[p].most_common(4)))
        for g in sorted(back, key=lambda g: -len({k.split(" (")[0] for k in back[g]}))[:40]:
            print("split", g, dict(back[g].most_common(6)))
    return result


def speed(n_mentions: int, seed: int = 7) -> None:
    """Link *n_mentions* generated mentions; print seconds and peak memory."""
    rng = random.Random(seed)
    syllables = ["ka", "sa", "dr", "mo", "ta", "li", "han", "ber", "wick", "sto", "ney", "al", "ru", "fen", "gor", "mi"]
    invented = sorted({"".join(rng.choices(syllables, k=rng.randint(2, 4))).capitalize() for _ in range(60_000)})
    people = [f"{rng.choice(invented)} {rng.choice(invented)}" for _ in range(n_mentions // 12)]
    bodies = [f"{rng.choice(invented)} {rng.choice(['Party', 'Bank', 'Council'])}" for _ in range(n_mentions // 40)]
    local, mentions, articles = [], [], []
    made = 0
    while made < n_mentions:
        article = f"a{len(articles):07}"
        articles.append(article)
        for chain in range(12):
            person = rng.random() < 0.6
            # Few names are in many articles, most in one or two.
            pool = people if person else bodies
            often = rng.random() < 0.5
            name = pool[min(int(rng.paretovariate(0.6)), len(pool)) - 1] if often else rng.choice(pool)
            forms = [name, name.split()[-1]] if person else [name]
            local.append(
                {"article_id": article, "chain": chain, "name": name, "label": "PERSON" if person else "ORG",
                 "aliases": forms, "descriptions": []}
            )  # fmt: skip
            for _ in range(3):
                mentions.append(
                    {"article_id": article, "entity_id": str(chain), "kind": "name", "text": rng.choice(forms)}
                )
                made += 1
    tables = pa.Table.from_pylist(mentions), pa.Table.from_pylist(local)
    known = pa.table({"article_id": articles, "published": pa.nulls(len(articles), pa.date32())})
    del local, mentions
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    _, entities = link_entities(*tables, known, None)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"\n{made:,} mentions of {len(articles):,} articles: {entities.num_rows:,} entities in {seconds:.1f} s; "
        f"peak {peak / 2**20:.2f} GiB (of which {before / 2**20:.2f} before linking)"
    )


def main() -> None:
    """Parse the command line and print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--part", choices=["names", "coref", "link", "gold", "speed"])
    parser.add_argument("--split", default="dev")
    parser.add_argument("--genre", default="news")
    parser.add_argument("--mentions", type=int, default=100_000)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--encode", action="store_true", help="with the encoder of models/ (else by rules alone)")
    options = parser.parse_args()
    if options.encode:
        _NLP.add_pipe("encode")
    if options.part in (None, "names"):
        names(options.shared)
    if options.part in (None, "coref"):
        coref(options.shared, options.split, options.genre, options.errors)
    if options.part in (None, "link"):
        link(options.shared, ["news", "interview"], options.errors)
        link(options.shared, [], False)
    if options.part in (None, "gold"):
        names_gold(options.encode, options.errors)
    if options.part in (None, "speed"):
        speed(options.mentions)


if __name__ == "__main__":
    main()
