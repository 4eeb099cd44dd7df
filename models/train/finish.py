"""From a checkpoint to the finished folder: export, calibration, figures, the card's table.

    python models/train/finish.py --shared SHARED --checkpoint WORK/checkpoint.pt --out models/en_news

``train.py`` ends with it; alone it makes the folder again from a checkpoint, or measures an early one. Without a
checkpoint it calibrates and measures a folder that is there.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import calibration
import worthiness
from export import export_folder, write_meta

from pipeline.stages.encode import load_encoder

ROOT = Path(__file__).resolve().parents[2]
CARD = ROOT / "models" / "README.md"
BEGIN, END = "<!-- figures: written by models/train/finish.py -->", "<!-- /figures -->"


def finish(checkpoint: Path | None, shared: Path, out: Path, vocabulary: list[str], bootstrap: int = 300) -> None:
    """Write the model folder *out*, its figures into ``meta.json``, and the table into the card."""
    sys.path.insert(0, str(ROOT))
    from benchmarks.model import measure, measure_speed

    if checkpoint is not None:
        export_folder(checkpoint, shared, out, vocabulary)
    meta = json.loads((out / "meta.json").read_text(encoding="utf-8"))
    worthy = worthiness.measure(load_encoder(out), shared)
    # Scores are fitted raw: a folder that was calibrated before mustn't be.
    meta.pop("calibration", None)
    write_meta(out, meta)
    meta["calibration"], calibrated = calibration.learn(load_encoder(out), shared)
    write_meta(out, meta)
    meta["figures"] = {
        **measure(out, shared, bootstrap), "check_worthiness": worthy, "calibration_error": calibrated,
        "speed": measure_speed(out, shared, 30),
    }  # fmt: skip
    meta["figures"] = rounded(meta["figures"])
    write_meta(out, meta)
    write_table(meta)


def rounded(value: Any) -> Any:
    """Figures to four places, whatever holds them."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(v) for v in value]
    return round(value, 4) if isinstance(value, float) else value


def write_table(meta: dict[str, Any]) -> None:
    """Put the figures' table between the card's marks. Nothing happens to a card without marks."""
    if not CARD.is_file():
        return
    text = CARD.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        return
    head, _, rest = text.partition(BEGIN)
    CARD.write_text(f"{head}{BEGIN}\n{table(meta['figures'])}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def _interval(pair: list[float] | None) -> str:
    return "" if not pair else f" ({_percent(pair[0])}–{_percent(pair[1])})"


def table(figures: dict[str, Any]) -> str:
    """The figures beside what they were to reach, as Markdown."""
    names, ewt, gum = figures["names"], figures["ewt"], figures["gum"]
    said, speed = figures["attribution"], figures["speed"]
    fragments = said["fragments"]
    rows: list[tuple[str, str, str]] = []
    for title, key, goal in (
        ("PER/ORG/LOC F1, UNER-EWT dev (titles cut off, as trained)", "uner_ewt", "83"),
        ("the same, UNER's own spans", "uner_ewt_raw", ""), ("WorldWide dev, never trained on", "worldwide", "76"),
        ("GUM names dev", "gum_names", "76"), ("GMB dev (silver)", "gmb", ""),
    ):  # fmt: skip
        rows.append((title, f"**{_percent(names[key]['f'])}**{_interval(names[key]['ci95'])}", goal))
    stage = figures["names_stage"]
    shown = " / ".join(
        f"{_percent(stage[k]['f'])}{_interval(stage[k]['ci95'])}" for k in ("uner_ewt", "worldwide", "gum")
    )
    rows.append(
        ("names after the names stage (`doc.ents`), sets' own spans: UNER-EWT / WorldWide / GUM", shown, "83 / 76 / 76")
    )
    news = figures["news_names"]
    title = "names after the names stage in US news, own gold on PolNeAR dev"
    rows.append((title, f"**{_percent(news['f'])}**{_interval(news['ci95'])}", ""))
    for title, part, goal in (
        ("UD EWT dev, gold words: UPOS / UAS / LAS", ewt, "96.5 / 90 / 87.5"), ("UD GUM dev, the same", gum, ""),
    ):  # fmt: skip
        shown = " / ".join(_percent(part[k]) for k in ("upos", "uas", "las"))
        rows.append((title, f"**{shown}**{_interval(part.get('las_ci95'))}", goal))
    rows.append(("UD EWT dev: XPOS / lemma", f"{_percent(ewt['xpos'])} / {_percent(ewt['lemma'])}", ""))
    shown = " / ".join(_percent(fragments[k]["f"]) for k in ("content", "source", "cue"))
    rows.append(("PolNeAR dev, exact fragments F1: content / source / cue", f"**{shown}**", "70 / 81 / 74"))
    kinds = " / ".join(_percent(said["joint_by_type"][k]) for k in ("direct", "mixed", "indirect"))
    title = "PolNeAR dev, who said what (joint F1; direct / mixed / indirect)"
    rows.append((title, f"{_percent(said['joint'])}{_interval(said['joint_ci95'])}; {kinds}", ""))
    rows.append(("PolNeAR dev, words of content (token F1)", _percent(said["token"]), ""))
    calibrated = figures.get("calibration_error")
    if calibrated:
        shown = f"{_percent(calibrated['before'])} → {_percent(calibrated['after'])}"
        rows.append(("PolNeAR dev, calibration error of attributions' scores, other half", shown, ""))
    worthy = figures.get("check_worthiness")
    if worthy:
        shown = f"{_percent(worthy['auc'])} / {_percent(worthy['average_precision'])} / {_percent(worthy['f'])}"
        rows.append(("ClaimBuster dev, check-worthiness: AUC / AP / F1", shown, ""))
    shown = f"**{speed['ratio']:.2f} ×** ({speed['words_a_second']:,.0f} against {speed['cnn_words_a_second']:,.0f})"
    rows.append(("words a CPU-second, against spaCy's CNN pipeline, one run", shown, "1.0 ×"))
    lines = ["| measure | reached (95 % interval) | aimed at |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {a} | {b} | {c} |" for a, b, c in rows)])


def main() -> None:
    """The command line; see the module's docstring."""
    from train import read_vocabulary

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, help="none: take the folder as it is")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bootstrap", type=int, default=300)
    options = parser.parse_args()
    finish(options.checkpoint, options.shared, options.out, read_vocabulary(), options.bootstrap)


if __name__ == "__main__":
    main()
