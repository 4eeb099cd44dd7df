"""The dates stage on the development sets, as a table to stand beside the peers.

    python -m benchmarks.dates SHARED [--sets te3_timebank,te3_aquaint,wikiwars] [--errors FOLDER] [--tags]

SHARED is the folder that holds ``data/dates/<set>.jsonl`` and ``tools/score_timex.py`` (TempEval-3's measures, used
as it is). TimeBank and AQUAINT as cleaned for TempEval-3 are published by UzZaman et al. 2013 (SemEval task 1),
WikiWars by Mazur and Dale 2010. Each document is given its day of writing and cut into sentences by ``segment``
(spaCy's ``sentencizer`` where that isn't there).

Columns: strict and relaxed span F1, value F1 (a relaxed pair with the same TIMEX3 value), interval F1 (a relaxed pair
that denotes the same first and last day, over the gold and system values that denote any), bare weekdays and bare
months given the very date (weekdays also without those gold rows that contradict themselves: a date that isn't that
weekday, or lies more than a week from the day of writing), and documents a second of the stage alone, the Doc given,
on one core.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import spacy
from spacy.language import Language

from benchmarks.tools import tool
from pipeline.annotations import Metadata
from pipeline.stages.dates import interval_of

WEEKDAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
MONTHS = {
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
}  # fmt: skip
SETS = "te3_timebank,te3_aquaint,wikiwars"


def language(tags: bool) -> Language:
    """A blank English pipeline that knows sentences and, if *tags*, the encoder's parts of speech."""
    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    try:
        import pipeline.stages  # noqa: F401

        nlp.add_pipe("segment")
    except (ImportError, ValueError):
        nlp.add_pipe("sentencizer")
    if tags:
        nlp.add_pipe("encode")
    return nlp


def predict(nlp: Language, gold: dict[str, dict[str, Any]]) -> tuple[dict[str, dict[str, Any]], float]:
    """The stage's expressions by document, and its own seconds."""
    probe = spacy.blank("en")
    stage = probe.add_pipe("dates")
    seconds, found = 0.0, {}
    for name, document in gold.items():
        doc = nlp(document["text"])
        written = document.get("dct")
        doc._.meta = Metadata(published=dt.date.fromisoformat(written[:10]) if written else None)
        begun = time.process_time()
        stage(doc)
        seconds += time.process_time() - begun
        found[name] = {
            "id": name,
            "timexes": [{"start": x.start, "end": x.end, "type": x.type, "value": x.value} for x in doc._.dates],
        }
    return found, seconds


def _interval(timex: dict[str, Any]) -> tuple[Any, Any] | None:
    """First and last day that a value denotes; a time counts as its day, and ``W7`` as ``W07``."""
    value = re.sub(r"-W(\d)(?!\d)", r"-W0\1", (timex.get("value") or "").upper())
    value = re.sub(r"(?<=\d)T.*", "", value) if timex.get("type") != "DURATION" else value
    found = interval_of(value) if timex.get("type") in ("DATE", "TIME", "DURATION") else None
    return (found.earliest, found.latest) if found else None


def _is_sound(word: str, timex: dict[str, Any], document: dict[str, Any]) -> bool:
    """Whether a weekday's gold date is a day of that name, no further than a week from the day of writing."""
    try:
        day, written = dt.date.fromisoformat(timex["value"]), dt.date.fromisoformat(document["dct"][:10])
    except (TypeError, ValueError):
        return True
    return day.strftime("%A").lower() == word and abs((day - written).days) <= 7


def measure(module: ModuleType, gold: dict[str, Any], found: dict[str, Any]) -> dict[str, float]:
    """F1 in percent for each column."""
    total, _, _ = module.score(gold, found)
    out = {name: module.summarise(total)[name]["F1"] for name in ("strict", "relaxed", "type", "value")}
    in_gold = in_system = same = 0
    bare = {"weekday": [0, 0], "month": [0, 0], "sound_weekday": [0, 0]}
    for name, document in gold.items():
        theirs = document["timexes"]
        ours = found[name]["timexes"]
        in_gold += sum(_interval(timex) is not None for timex in theirs)
        in_system += sum(_interval(timex) is not None for timex in ours)
        pairs, _, _ = module.pair(theirs, ours)
        partner = {i: j for i, j, _ in pairs}
        for i, timex in enumerate(theirs):
            j = partner.get(i)
            interval = _interval(timex)
            if j is not None and interval is not None and _interval(ours[j]) == interval:
                same += 1
            word = document["text"][timex["start"] : timex["end"]].lower()
            kind = "weekday" if word in WEEKDAYS else "month" if word in MONTHS else None
            if kind and interval is not None:
                right = j is not None and ours[j]["value"][: len(timex["value"])] == timex["value"]
                kinds = [kind, "sound_weekday"] if kind == "weekday" and _is_sound(word, timex, document) else [kind]
                for each in kinds:
                    bare[each][1] += 1
                    bare[each][0] += right
    out["interval"] = round(200 * same / max(1, in_gold + in_system), 2)
    for kind, (right, count) in bare.items():
        out[kind] = round(100 * right / count, 1) if count else float("nan")
        out[f"{kind}s"] = count
    return out


def main(arguments: list[str] | None = None) -> None:
    """Print the table; with --errors also write each set's wrong rows as TSV."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--sets", default=SETS)
    parser.add_argument("--errors", type=Path)
    parser.add_argument("--tags", action="store_true", help="let the encoder tag the text first")
    options = parser.parse_args(arguments)
    module = tool(options.shared, "score_timex")
    nlp = language(options.tags)
    print(f"{'set':14s} strict  relaxed  type   value  interval  weekday       of sound gold   month         docs/s")
    for name in options.sets.split(","):
        path = options.shared / "data" / "dates" / f"{name}.jsonl"
        if not path.exists():
            raise SystemExit(f"no gold at {path}")
        gold = module.load(path)
        found, seconds = predict(nlp, gold)
        row = measure(module, gold, found)
        print(
            f"{name:14s} {row['strict']:6.2f}  {row['relaxed']:6.2f}  {row['type']:6.2f} {row['value']:6.2f}"
            f"  {row['interval']:6.2f}   {row['weekday']:5.1f} ({row['weekdays']:3.0f})"
            f"   {row['sound_weekday']:5.1f} ({row['sound_weekdays']:3.0f})"
            f"     {row['month']:5.1f} ({row['months']:3.0f})   {len(gold) / seconds:6.0f}"
        )
        if options.errors:
            options.errors.mkdir(parents=True, exist_ok=True)
            predicted = options.errors / f"{name}.jsonl"
            predicted.write_text("".join(json.dumps(row) + "\n" for row in found.values()), encoding="utf-8")
            module.main([str(path), str(predicted), "--errors", str(options.errors / f"{name}.tsv"), "--json"])


if __name__ == "__main__":
    main()
