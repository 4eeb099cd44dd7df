"""Names of news sentences beyond what the sets carry: sentences that readers reviewed.

Gold names of the sets are web text of 2003 to 2011; PolNeAR's articles carry none and GMB's are a machine's. In
``reviewed_names.tsv`` are the names of sentences that an earlier model was unsure of, as corrected by readers (language
models, by the rules of ``reviewing.md``). It stands off: no text, only where the names lie.

A line ``= SET ID`` (with tabs) begins a text of ``polnear``, ``gmb``, ``ewt`` or ``gum``; each line ``START END NAMES``
under it is one sentence, NAMES being ``A-B:LABEL`` with blanks between, counted from START. Units are characters of the
article in ``polnear``, words of the sentence in the others. ``ewt`` and ``gum`` are sentences of the training sets of
UNER-EWT and GUM names in which annotators had left names out, or so it seemed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labels import NAME_LABELS, NAME_TAGS, tag_spans

REVIEWED = Path(__file__).resolve().parent / "reviewed_names.tsv"
Span = tuple[int, int, str]


@dataclass(frozen=True)
class ReviewedSentence:
    """A sentence ``start:end`` of a text and all names in it, in the units of its set."""

    start: int
    end: int
    names: tuple[Span, ...]


def read_reviewed(path: Path = REVIEWED) -> dict[str, dict[str, list[ReviewedSentence]]]:
    """Reviewed sentences by set and by the id of the text, in the file's order.

    Raises:
        OSError: no such file.
        ValueError: a line is malformed; names the line.
    """
    found: dict[str, dict[str, list[ReviewedSentence]]] = defaultdict(dict)
    sentences: list[ReviewedSentence] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            if line.startswith("=\t"):
                _, which, text = line.split("\t")
                sentences = found[which].setdefault(text, [])
            elif sentences is None:
                raise ValueError("a sentence before the first text")
            else:
                sentences.append(_sentence(line))
        except ValueError as error:
            raise ValueError(f"{path.name}, line {number}: {error}") from error
    return found


def write_reviewed(sentences: Mapping[str, Mapping[str, Iterable[ReviewedSentence]]], path: Path = REVIEWED) -> None:
    """Write what :func:`read_reviewed` reads, texts by their ids and sentences as they stand in them."""
    lines: list[str] = []
    for which in sorted(sentences):
        for text in sorted(sentences[which]):
            lines.append(f"=\t{which}\t{text}")
            for s in sorted(sentences[which][text], key=lambda s: s.start):
                names = " ".join(f"{a - s.start}-{b - s.start}:{label}" for a, b, label in s.names)
                lines.append(f"{s.start}\t{s.end}\t{names}")
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _sentence(line: str) -> ReviewedSentence:
    first, last, listed = line.split("\t")
    start, end = int(first), int(last)
    names = []
    for cell in listed.split():
        place, _, label = cell.partition(":")
        a, _, b = place.partition("-")
        if label not in NAME_LABELS:
            raise ValueError(f"{label!r} is none of {', '.join(NAME_LABELS)}")
        if not start <= start + int(a) < start + int(b) <= end:
            raise ValueError(f"{place} is no part of the sentence")
        names.append((start + int(a), start + int(b), label))
    return ReviewedSentence(start, end, tuple(names))


def mark_reviewed(names: list[int], starts: list[int], ends: list[int], sentences: Iterable[ReviewedSentence]) -> int:
    """Write the tags of reviewed *sentences* into *names*, one entry a word; returns how many sentences.

    *starts* and *ends* are the words' edges in the sentences' units, ascending.
    """
    count = 0
    for sentence in sentences:
        first, last = bisect_left(starts, sentence.start), bisect_left(starts, sentence.end)
        spans = [
            (bisect_left(ends, a + 1) - first, bisect_left(starts, b) - first, label) for a, b, label in sentence.names
        ]
        names[first:last] = tag_spans(last - first, spans, NAME_TAGS)
        count += 1
    return count


def use_reviewed(rows: list[dict[str, Any]], reviewed: dict[str, list[ReviewedSentence]]) -> int:
    """Replace the spans of *rows* (unified sentences) by the reviewed ones; returns how many rows, each marked so."""
    count = 0
    for row in rows:
        for sentence in reviewed.get(row["id"], ()):
            if sentence.end != len(row["tokens"]):
                raise ValueError(f"{row['id']}: {len(row['tokens'])} words, reviewed as {sentence.end}")
            row["spans"], row["reviewed"] = [list(span) for span in sentence.names], True
            count += 1
    return count
