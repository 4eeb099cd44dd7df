"""Counts the word and tag tables that the claims stage reads where no trained tagger has run.

    python models/train/word_tags.py SHARED

reads the training splits of the Groningen Meaning Bank (``data/ner/gmb``, silver Penn tags of newswire) and of the UD
treebanks EWT and GUM (``data/syntax``, gold Penn tags) below the folder *SHARED*, and writes into ``models/lexicon``:
``claims_words.tsv`` (word form and its tags, with the logarithm of how often, in tenths), ``claims_suffixes.tsv`` (the
same for the endings of rare words), ``claims_tag_pairs.tsv`` (tag bigrams) and ``claims_capitals.tsv`` (how often words
of a tag are capitalised). The model they make is the plain bigram tagger of Brants (2000, TnT) with suffix guessing,
decoded in ``pipeline/tagging.py``. Deterministic; takes about half a minute.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

FOLD = {
    "NNPS": "NNP", "PDT": "DT", "JJR": "JJ", "JJS": "JJ", "RBR": "RB", "RBS": "RB", "WDT": "WP", "WP$": "WP",
    "UH": "X", "FW": "X", "SYM": "X", "NFP": "X", "GW": "X", "ADD": "X", "LS": "X", "AFX": "JJ",
}  # fmt: skip
TAGS = (
    "NN", "NNS", "NNP", "PRP", "PRP$", "DT", "IN", "TO", "CC", "JJ", "RB", "CD", "WP", "WRB", "EX", "POS", "RP", "MD",
    "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "X", "PU",
)  # fmt: skip
MIN_COUNT = 4
RARE = 6
MAX_SUFFIX = 4

Sentence = list[tuple[str, str]]


def fold(word: str, tag: str) -> str:
    """The tag of our set for a Penn tag."""
    if not any(ch.isalnum() for ch in word):
        return "PU" if word not in {"$", "%", "&", "£", "€"} else "X"
    tag = FOLD.get(tag, tag)
    return tag if tag in TAGS else "X"


def gmb(path: Path) -> Iterator[Sentence]:
    """Sentences of one JSONL file with ``tokens`` and ``pos``."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield [(w, fold(w, t)) for w, t in zip(row["tokens"], row["pos"], strict=True)]


def conllu(path: Path) -> Iterator[Sentence]:
    """Sentences of one CoNLL-U file; words parted by a hyphen are joined again, with the tag of the last."""
    sentence: Sentence = []
    join = False
    for line in path.read_text(encoding="utf-8").split("\n"):
        columns = line.split("\t")
        if not line.strip():
            if sentence:
                yield sentence
            sentence, join = [], False
        elif len(columns) > 4 and columns[0].isdigit():
            word, tag = columns[1], columns[4]
            if tag == "HYPH" and sentence:
                sentence[-1] = (sentence[-1][0] + "-", sentence[-1][1])
                join = True
            elif join and sentence:
                sentence[-1] = (sentence[-1][0] + word, "JJ" if tag in {"VBN", "VBG", "JJ"} else fold(word, tag))
                join = False
            else:
                sentence.append((word, fold(word, tag)))


def tenths(count: float) -> int:
    """A natural logarithm in tenths, as the tables hold it."""
    return round(10 * math.log(count))


def write(path: Path, comment: str, rows: list[tuple[str, Counter[str]]], floor: float = 0.0) -> None:
    """One line a key: the key, a tab, ``TAG:tenths`` parted by blanks, the commonest first."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f"# {comment}\n# Counted by models/train/word_tags.py from GMB (ODbL), UD EWT and UD GUM")
        out.write(" (CC BY-SA 4.0; CC BY by genre).\n")
        for key, counts in rows:
            kept = [(t, n) for t, n in counts.most_common() if n >= floor * sum(counts.values())]
            cells = " ".join(f"{t}:{tenths(n)}" for t, n in sorted(kept, key=lambda x: (-x[1], x[0])))
            out.write(f"{key}\t{cells}\n")


def main(shared: Path, out: Path) -> None:
    """Count and write. Raises OSError where a file is missing."""
    words: dict[str, Counter[str]] = defaultdict(Counter)
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    capitals: dict[str, Counter[str]] = defaultdict(Counter)
    sources = [gmb(shared / "data/ner/gmb/train.jsonl")]
    sources += [conllu(shared / f"data/syntax/ud_english_{n}/en_{n}-ud-train.conllu") for n in ("ewt", "gum")]
    for source in sources:
        for sentence in source:
            previous, first = "START", True
            for word, tag in sentence:
                if tag != "PU":
                    words[word.lower()][tag] += 1
                    capitals[tag]["initial" if first else "upper" if word[0].isupper() else "lower"] += 1
                    first = False
                elif word in {'"', "'", "``", "''", "“", "”", "‘", "’"}:
                    continue
                pairs[previous][tag] += 1
                previous = tag
            pairs[previous]["END"] += 1
    suffixes: dict[str, Counter[str]] = defaultdict(Counter)
    for word, counts in words.items():
        if sum(counts.values()) <= RARE and word.isascii() and word.isalpha():
            for size in range(min(MAX_SUFFIX, len(word) - 1) + 1):
                for tag, n in counts.items():
                    suffixes[word[len(word) - size :] or "*"][tag] += n
    kept = [(w, c) for w, c in sorted(words.items()) if sum(c.values()) >= MIN_COUNT and not w[0].isdigit()]
    kept = [(w, c) for w, c in kept if c.most_common(1)[0][0] not in {"NNP", "CD", "X"} or len(c) > 1]
    write(out / "claims_words.tsv", "word form, its Penn tags and log counts in tenths", kept, 0.01)
    write(
        out / "claims_suffixes.tsv",
        "endings of rare words (* for any), their Penn tags and log counts in tenths",
        [(s, c) for s, c in sorted(suffixes.items()) if sum(c.values()) >= 25],
        0.01,
    )
    write(out / "claims_tag_pairs.tsv", "a tag, the tags after it and log counts in tenths", sorted(pairs.items()))
    write(
        out / "claims_capitals.tsv",
        "a tag, how its words are written and log counts in tenths",
        sorted(capitals.items()),
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python models/train/word_tags.py SHARED")
    main(Path(sys.argv[1]), Path(__file__).resolve().parents[1] / "lexicon")
