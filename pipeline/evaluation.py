"""How right the tables of a run are, by gold: figures by stage, with the rows that are wrong.

Quotes are compared by utterance, words and overlaps as PolNeAR's scorer does: a quote is found where the words of its
content and those of the gold's have a Jaccard index of at least a half, each used once, the best first; it is *joint*
where the sources also share a word (or neither has one, or gold has none, as at a quotation that goes on from the
paragraph before, and the run's speaker is right). What gold marks optional counts neither for nor against.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.gold import Gold, Mark, Placed
from pipeline.naming import fold
from pipeline.text import Span

Row = Mapping[str, Any]
#: A share of words in common from which on two contents are one.
MATCH: Final = 0.5
KINDS: Final = ("direct", "mixed", "indirect")
#: Labels of names that are scored; places of all sorts are one.
_LABELS: Final = {"PERSON": "PERSON", "ORG": "ORG", "GPE": "PLACE", "LOC": "PLACE", "FAC": "PLACE", "NORP": "NORP"}
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that a run has wrong: where, what gold says, what the run says."""

    article_id: str
    what: str
    gold: str
    found: str


@dataclass
class Score:
    """Counts over articles, and what is wrong. ``add`` one article after the other, then read ``figures``."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)
    articles: int = 0

    def add(self, gold: Gold, placed: Placed, text: str, tables: Mapping[str, Sequence[Row]]) -> None:
        """Count one article: *placed* is its gold, *tables* its rows, by table."""
        self.articles += 1
        stages = gold.stages
        words = _Words(text)
        if "quotes" in stages:
            self._quotes(gold, placed, words, tables["quotes"])
        if "names" in stages:
            self._names(gold, placed, tables["mentions"], text)
        if "dates" in stages:
            self._dates(gold, placed, tables["dates"], text)
        if "claims" in stages:
            self._claims(gold, placed, words, tables["claims"])

    def figures(self) -> dict[str, dict[str, dict[str, float | int | None]]]:
        """By stage, by row of the table (``all``, ``direct`` …): the figures, as shares of one, and counts."""
        made: dict[str, dict[str, dict[str, float | int | None]]] = {}
        c = self.counts
        if c["quotes:all:gold"] or c["quotes:all:run"]:
            made["quotes"] = {}
            for kind in ("all", *KINDS):
                key = f"quotes:{kind}"
                made["quotes"][kind] = {
                    "gold": c[f"{key}:gold"],
                    "found": _f1(c[f"{key}:found_run"], c[f"{key}:run"], c[f"{key}:found"], c[f"{key}:gold"]),
                    "joint": _f1(c[f"{key}:joint_run"], c[f"{key}:run"], c[f"{key}:joint"], c[f"{key}:gold"]),
                    "exact": _f1(c[f"{key}:exact_run"], c[f"{key}:run"], c[f"{key}:exact"], c[f"{key}:gold"]),
                    "source": _share(c[f"{key}:source"], c[f"{key}:found"]),
                    "cue": _share(c[f"{key}:cue"], c[f"{key}:cue_gold"]),
                }
            made["speakers"] = {}
            for kind in ("all", *KINDS):
                key = f"speakers:{kind}"
                given = c[f"{key}:given"]
                made["speakers"][kind] = {
                    "given": given,
                    "right": _share(c[f"{key}:right"], given),
                    "abstained": _share(given - c[f"{key}:right"] - c[f"{key}:wrong_given"], given),
                    "wrong": _share(c[f"{key}:wrong"], c[f"quotes:{kind}:found"]),
                    "precision": _share(c[f"{key}:right"], c[f"{key}:named"]),
                    "right of all": _share(c[f"{key}:right"], c[f"{key}:in_gold"]),
                }
        if c["names:gold"]:
            made["names"] = {
                "all": {
                    "gold": c["names:gold"],
                    "span": _f1(c["names:span"], c["names:run"], c["names:span"], c["names:gold"]),
                    "span and label": _f1(c["names:label"], c["names:run"], c["names:label"], c["names:gold"]),
                    "entity": _share(c["names:entity"], c["names:span"]),
                }
            }
        if c["dates:gold"]:
            made["dates"] = {
                "all": {
                    "gold": c["dates:gold"],
                    "span": _f1(c["dates:span"], c["dates:run"], c["dates:span"], c["dates:gold"]),
                    "value": _f1(c["dates:value"], c["dates:run"], c["dates:value"], c["dates:gold"]),
                }
            }
        if c["claims:gold"]:
            made["claims"] = {
                "all": {
                    "gold": c["claims:gold"],
                    "found": _f1(c["claims:found"], c["claims:run"], c["claims:found"], c["claims:gold"]),
                    "claimant": _share(c["claims:claimant"], c["claims:found"]),
                    "polarity": _share(c["claims:polarity"], c["claims:found"]),
                    "modality": _share(c["claims:modality"], c["claims:found"]),
                }
            }
        return made

    # ------------------------------------------------------------------------------------------------------- quotes

    def _quotes(self, gold: Gold, placed: Placed, words: _Words, rows: Sequence[Row]) -> None:
        found = _units(rows)
        golds = [words.of(mark.spans) for mark in placed.quotes]
        runs = [words.of([Span(row["start"], row["end"]) for row in unit]) for unit in found]
        pairs = pair(golds, runs)
        taken = {run: mark for mark, run in pairs.items()}
        for index, mark in enumerate(placed.quotes):
            if mark.optional:
                continue
            kind = mark.about["kind"]
            self._tick("quotes", kind, "gold")
            self._tick("speakers", kind, "in_gold", mark.about["speaker"] is not None)
            self._tick("quotes", kind, "cue_gold", index in pairs and mark.about["cue"] is not None)
            if index not in pairs:
                self._note(gold, f"{kind} quote not found", words.show(mark.spans), "")
                continue
            self._found(gold, placed, mark, found[pairs[index]], words, golds[index] == runs[pairs[index]])
        for index, unit in enumerate(found):
            if index in taken and placed.quotes[taken[index]].optional:
                continue
            kind = _kind(unit)
            self._tick("quotes", kind, "run")
            if index not in taken:
                shown = f"{_shown(unit)} <{unit[0]['cue']}> {unit[0]['speaker_text']}"
                self._note(gold, f"{kind} quote that is none", "", shown)

    def _found(self, gold: Gold, placed: Placed, mark: Mark, unit: Sequence[Row], words: _Words, exact: bool) -> None:
        row, kind, run_kind = unit[0], mark.about["kind"], _kind(unit)
        source = words.of([mark.about["source"]] if mark.about["source"] else [])
        said = words.of([Span(row["speaker_start"], row["speaker_end"])] if row["speaker_start"] is not None else [])
        right = mark.about["speaker"]
        known = right is not None and row["speaker"] is not None and is_name_of(row["speaker"], right, placed.aliases)
        joint = bool(source & said) or (not source and (not said or known))
        cue = mark.about["cue"]
        near = cue is not None and row["cue_start"] is not None and cue.overlaps(Span(row["cue_start"], row["cue_end"]))
        for name, true in (("found", True), ("joint", joint), ("exact", exact)):
            self._tick("quotes", kind, name, true)
            self._tick("quotes", run_kind, f"{name}_run", true)
        self._tick("quotes", kind, "source", joint)
        self._tick("quotes", kind, "cue", near)
        if not joint:
            shown = mark.about["source"].of(words.text) if mark.about["source"] else "-"
            self._note(gold, "source", f"{shown} ({words.show(mark.spans)})", str(row["speaker_text"]))
        self._speaker(gold, placed, mark, row, words)

    def _speaker(self, gold: Gold, placed: Placed, mark: Mark, row: Row, words: _Words) -> None:
        kind, right, given = mark.about["kind"], mark.about["speaker"], row["speaker"]
        same = right is not None and given is not None and is_name_of(given, right, placed.aliases)
        self._tick("speakers", kind, "given", right is not None)
        self._tick("speakers", kind, "named", given is not None)
        self._tick("speakers", kind, "right", same)
        self._tick("speakers", kind, "wrong", given is not None and not same)
        self._tick("speakers", kind, "wrong_given", right is not None and given is not None and not same)
        if (right is not None and not same) or (right is None and given is not None):
            what = "speaker missing" if given is None else "speaker wrong"
            self._note(gold, what, f"{right} ({words.show(mark.spans)})", f"{row['speaker_text']} -> {given}")

    # ------------------------------------------------------------------------------------- names, dates, claims

    def _names(self, gold: Gold, placed: Placed, rows: Sequence[Row], text: str) -> None:
        marks = {mark.spans[0]: mark for mark in placed.names}
        found = {Span(row["start"], row["end"]): row for row in rows if row["kind"] == "name"}
        ignored = [span for span, mark in marks.items() if mark.optional or mark.about["label"] not in _LABELS]
        wanted = {span: mark for span, mark in marks.items() if span not in ignored}
        runs = {
            span: row
            for span, row in found.items()
            if row["label"] in _LABELS and not any(span.overlaps(other) for other in ignored)
        }
        meant: dict[str, Counter[str]] = defaultdict(Counter)
        for span in wanted.keys() & runs.keys():
            meant[runs[span]["entity_id"] or ""][wanted[span].about["entity"]] += 1
        best = {entity: names.most_common(1)[0][0] for entity, names in meant.items() if entity}
        for span, mark in wanted.items():
            self.counts["names:gold"] += 1
            row = runs.get(span)
            if row is None:
                near = [span.of(text) for span in runs if span.overlaps(mark.spans[0])]
                self._note(gold, "name not found", f"{span.of(text)} {mark.about['label']}", " | ".join(near))
                continue
            self.counts["names:span"] += 1
            if _LABELS[row["label"]] == _LABELS[mark.about["label"]]:
                self.counts["names:label"] += 1
            else:
                self._note(gold, "label", f"{span.of(text)} {mark.about['label']}", row["label"])
            if row["entity_id"] is not None and best[row["entity_id"]] == mark.about["entity"]:
                self.counts["names:entity"] += 1
            else:
                self._note(gold, "entity", f"{span.of(text)} = {mark.about['entity']}", str(row["entity_id"]))
        self.counts["names:run"] += len(runs)
        for span in runs.keys() - wanted.keys():
            if not any(span.overlaps(other) for other in wanted):
                self._note(gold, "name that is none", "", f"{span.of(text)} {runs[span]['label']}")

    def _dates(self, gold: Gold, placed: Placed, rows: Sequence[Row], text: str) -> None:
        marks = {mark.spans[0]: mark for mark in placed.dates}
        ignored = [span for span, mark in marks.items() if mark.optional]
        runs = {Span(row["start"], row["end"]): row for row in rows}
        for span, mark in marks.items():
            if mark.optional:
                continue
            self.counts["dates:gold"] += 1
            row = runs.get(span)
            self.counts["dates:span"] += row is not None
            right = row is not None and row["value"] == mark.about["value"]
            self.counts["dates:value"] += right
            if not right:
                self._note(gold, "date", f"{span.of(text)} {mark.about['value']}", str(row and row["value"]))
        for span in runs:
            if not any(span.overlaps(other) for other in ignored):
                self.counts["dates:run"] += 1
                if span not in marks:
                    self._note(gold, "date that is none", "", f"{span.of(text)} {runs[span]['value']}")

    def _claims(self, gold: Gold, placed: Placed, words: _Words, rows: Sequence[Row]) -> None:
        golds = [words.of(mark.spans) for mark in placed.claims]
        runs = [words.of([Span(span["start"], span["end"]) for span in row["spans"]]) for row in rows]
        pairs = pair(golds, runs)
        optional = {run for mark, run in pairs.items() if placed.claims[mark].optional}
        self.counts["claims:run"] += len(rows) - len(optional)
        for index, mark in enumerate(placed.claims):
            if mark.optional:
                continue
            self.counts["claims:gold"] += 1
            if index not in pairs:
                self._note(gold, "claim not found", words.show(mark.spans), "")
                continue
            self.counts["claims:found"] += 1
            row, right = rows[pairs[index]], mark.about["claimant"]
            given = row["claimant"]
            same = (right is None and given is None) or (None not in (right, given) and is_name_of(
                given, right, placed.aliases
            ))  # fmt: skip
            self.counts["claims:claimant"] += same
            self.counts["claims:polarity"] += row["polarity"] == mark.about["polarity"]
            self.counts["claims:modality"] += row["modality"] == mark.about["modality"]

    def _tick(self, stage: str, kind: str, name: str, true: bool = True) -> None:
        self.counts[f"{stage}:all:{name}"] += true
        self.counts[f"{stage}:{kind}:{name}"] += true

    def _note(self, gold: Gold, what: str, right: str, found: str) -> None:
        self.wrong.append(Wrong(gold.article_id, what, right, found))


class _Words:
    """The words of a text, by number, so that stretches are compared whatever marks stand around them."""

    def __init__(self, text: str) -> None:
        self.text = text
        places = [found.span() for found in _WORD.finditer(text)]
        self._starts = [start for start, _ in places]
        self._ends = [end for _, end in places]

    def of(self, spans: Iterable[Span]) -> frozenset[int]:
        """The numbers of the words that share a character with *spans*."""
        return frozenset(
            number
            for span in spans
            for number in range(bisect_right(self._ends, span.start), bisect_left(self._starts, span.end))
        )

    def show(self, spans: Sequence[Span]) -> str:
        return _clip(" / ".join(" ".join(span.of(self.text).split()) for span in spans))


def pair(golds: Sequence[frozenset[int]], runs: Sequence[frozenset[int]]) -> dict[int, int]:
    """Which of *runs* each of *golds* is, each used once, the likest first: index → index."""
    scored = []
    for i, gold in enumerate(golds):
        for j, run in enumerate(runs):
            shared = len(gold & run)
            if shared and shared >= MATCH * len(gold | run):
                scored.append((-shared / len(gold | run), i, j))
    found: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in sorted(scored):
        if i not in found and j not in used:
            found[i] = j
            used.add(j)
    return found


def is_name_of(given: str, entity: str, aliases: Mapping[str, frozenset[str]]) -> bool:
    """Whether *given* is a name of the gold entity *entity*, and of no other of the article."""
    key = _plain(given)
    return [name for name, forms in aliases.items() if key in {_plain(form) for form in forms}] == [entity]


def _plain(name: str) -> str:
    return fold(name).casefold().removeprefix("the ").removeprefix("@")


def _units(rows: Sequence[Row]) -> list[list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["utterance_id"], []).append(row)
    return list(found.values())


def _kind(unit: Sequence[Row]) -> str:
    kinds = {row["kind"] for row in unit}
    return str(unit[0]["kind"]) if len(kinds) == 1 else "mixed"


def _shown(unit: Sequence[Row]) -> str:
    return _clip(" / ".join(" ".join(row["text"].split()) for row in unit))


def _clip(words: str) -> str:
    return words if len(words) <= 90 else f"{words[:60]} … {words[-25:]}"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _f1(right_run: int, run: int, right_gold: int, gold: int) -> float | None:
    if not run and not gold:
        return None
    precision, recall = right_run / run if run else 0.0, right_gold / gold if gold else 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
