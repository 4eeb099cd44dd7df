"""Sentence boundaries against UD English EWT and GUM (dev), as running text, beside spaCy's sentencizer and pysbd.

    python -m benchmarks.segment SHARED_DATA_FOLDER [--split dev|train] [--wrong N]

SHARED_DATA_FOLDER holds ``syntax/ud_english_ewt`` and ``syntax/ud_english_gum`` (CoNLL-U, UD 2.16,
universaldependencies.org). Every document becomes one line of text: its sentences' ``# text``, parted by one space
unless the last token says ``SpaceAfter=No``; its paragraph breaks are lost on purpose. A boundary is the offset of
the first visible character of a sentence; the first of a document, which nobody can miss, doesn't count. The second
table keeps the treebank's own paragraph breaks (``# newpar``) as line ends, which is how articles come. R. is the
recall of those boundaries that follow a full stop, question or exclamation mark or a line end: the others (headings,
list items, greetings that run on without a mark) can't be seen in running text by any rule about marks.

pysbd (Sadvilkar and Neumann 2020) is measured where it is installed (``pip install pysbd``; it is no dependency of this
project); its "clean" mode is off, so that its sentences stand where they stand in the text.

``--wrong N`` prints N wrong boundaries a genre, with what stands around them.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import spacy
from spacy.tokens import Doc

from pipeline.stages import segment

TREEBANKS = {"EWT": "ud_english_ewt/en_ewt-ud", "GUM": "ud_english_gum/en_gum-ud"}
ENDED = re.compile(r"[.!?…][\"'”’)\]]*\s*$|\n$")
EDITED = frozenset({"GUM academic", "GUM bio", "GUM court", "GUM interview", "GUM news", "GUM voyage", "GUM fiction"})


@dataclass
class Document:
    """One document as running text, and where its sentences begin (characters)."""

    name: str
    genre: str
    text: str = ""
    starts: list[int] = field(default_factory=list)


@dataclass
class Count:
    """Boundaries right, found and there."""

    right: int = 0
    found: int = 0
    gold: int = 0
    marked: int = 0
    marked_right: int = 0

    def add(self, text: str, gold: set[int], found: set[int]) -> None:
        """Count one document."""
        self.right += len(gold & found)
        self.found += len(found)
        self.gold += len(gold)
        marked = {at for at in gold if ENDED.search(text[max(0, at - 12) : at])}
        self.marked += len(marked)
        self.marked_right += len(marked & found)

    def row(self) -> str:
        """Precision, recall, F1; recall of the boundaries that follow a mark (R.)."""
        precision = self.right / self.found if self.found else 1.0
        recall = self.right / self.gold if self.gold else 1.0
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        return f"{precision:.4f} {recall:.4f} {f1:.4f} {self.marked_right / (self.marked or 1):.4f}"


def documents(path: Path, treebank: str, keep_paragraphs: bool) -> Iterator[Document]:
    """The documents of a CoNLL-U file, in file order."""
    current: Document | None = None
    gap, new_paragraph = "", False
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("# newdoc id = "):
            if current is not None:
                yield current
            name = line.removeprefix("# newdoc id = ")
            genre = name.split("_")[1] if treebank == "GUM" else name.split("-")[0]
            current, gap, new_paragraph = Document(name, f"{treebank} {genre}"), "", False
        elif line.startswith("# newpar"):
            new_paragraph = True
        elif line.startswith("# text = ") and current is not None:
            if current.text:
                current.text += "\n" if new_paragraph and keep_paragraphs else gap
            current.starts.append(len(current.text))
            current.text += line.removeprefix("# text = ")
            gap, new_paragraph = " ", False
        elif line and line[0].isdigit():
            gap = "" if "SpaceAfter=No" in line else " "
    if current is not None:
        yield current


def _found(doc: Doc) -> set[int]:
    """Where the sentences of *doc* begin (characters)."""
    starts = set()
    for sentence in doc.sents:
        visible = [token.idx for token in sentence if not token.is_space]
        if visible:
            starts.add(visible[0])
    return starts


def _pysbd() -> Callable[[str], set[int]] | None:
    """Where the sentences of a text begin by pysbd; None where it isn't installed."""
    try:
        import pysbd
    except ImportError:
        return None
    segmenter = pysbd.Segmenter(language="en", clean=False, char_span=True)
    return lambda text: {
        span.start + len(span.sent) - len(span.sent.lstrip()) for span in segmenter.segment(text) if span.sent.strip()
    }


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", choices=["dev", "train"], default="dev")
    parser.add_argument("--wrong", type=int, default=0, help="wrong boundaries to print a genre")
    parser.add_argument("--paragraphs", action="store_true", help="print those of the second table instead")
    options = parser.parse_args()
    ours = spacy.blank("en")
    ours.add_pipe("segment")
    theirs = spacy.blank("en")
    theirs.add_pipe("sentencizer")
    systems: dict[str, Callable[[str], set[int]]] = {
        "segment": lambda text: _found(ours.get_pipe("segment")(segment.make_doc(ours, text))),
        "sentencizer": lambda text: _found(theirs(text)),
    }
    pysbd = _pysbd()
    if pysbd is not None:
        systems["pysbd"] = pysbd
    for keep_paragraphs in (False, True):
        counts: dict[str, dict[str, Count]] = {name: defaultdict(Count) for name in systems}
        wrong: dict[str, list[str]] = defaultdict(list)
        seconds: dict[str, float] = defaultdict(float)
        for treebank, stem in TREEBANKS.items():
            path = options.data / "syntax" / f"{stem}-{options.split}.conllu"
            if not path.exists():
                raise SystemExit(f"{path} isn't there: give the folder that holds syntax/{stem}-{options.split}.conllu")
            for document in documents(path, treebank, keep_paragraphs):
                gold = set(document.starts[1:])
                for name, system in systems.items():
                    began = time.perf_counter()
                    found = system(document.text) - {0}
                    seconds[name] += time.perf_counter() - began
                    groups = [document.genre, f"{treebank} all"] + ["edited"] * (document.genre in EDITED)
                    for group in groups:
                        counts[name][group].add(document.text, gold, found)
                    if name == "segment":
                        for at in sorted(gold ^ found):
                            if keep_paragraphs != options.paragraphs:
                                continue
                            kind = "missed" if at in gold else "invented"
                            around = f"{document.text[max(0, at - 60) : at]}‖{document.text[at : at + 50]}"
                            wrong[document.genre].append(f"  {kind:8} {around!r}")
        kind = "with paragraphs" if keep_paragraphs else "running text"
        print(f"{kind:18} " + "  ".join(f"{name + ' P R F1 R.':27}" for name in systems))
        for group in sorted(counts["segment"], key=lambda name: (name == "edited", name)):
            print(f"{group:18} " + "  ".join(f"{counts[name][group].row():27}" for name in systems))
        print("seconds            " + "  ".join(f"{seconds[name]:<27.1f}" for name in systems))
        print()
        if keep_paragraphs == options.paragraphs:
            for genre, lines in sorted(wrong.items()):
                step = max(1, len(lines) // options.wrong) if options.wrong else 1
                for line in lines[::step][: options.wrong]:
                    print(genre, line)


if __name__ == "__main__":
    main()
