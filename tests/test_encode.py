"""The encoder: what it promises for any text, and that nothing beside an article changes a bit of its result."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import pickle
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import pipeline.stages.segment  # noqa: F401  registers the component
from pipeline.model import ModelError, models_folder
from pipeline.stages.encode import Encoded, decode_attributions, decode_names, load_encoder
from pipeline.stages.encode.decode import best_path, constraint_table, tag_spans
from pipeline.stages.encode.lemmas import Lemmatizer
from pipeline.stages.encode.pointers import Pointers
from pipeline.stages.encode.posterior import likely_spans
from pipeline.stages.encode.trees import decode_tree
from pipeline.stages.encode.windows import EVEN_PIECES, MAX_PIECES, plan_windows, window_input
from pipeline.stages.encode.wordpieces import MAX_WORD_PIECES, WordPieces, word_shape

FOLDER = Path(os.environ.get("PIPELINE_TEST_MODEL", models_folder() / "en_news"))
ARTICLES = [
    "Iraq's cleric Muqtada al-Sadr said on Sunday that the troops must leave. “We will stay,” Maria Keller told AFP.",
    "HEADLINE: PRIME MINISTER RESIGNS\n\nBERLIN — The minister, who leads it, resigned.\n\n“It is over,” he wrote.",
    "Short.",
    " \n\n  Leading white space. And  double   spaces \n inside.\n",
    "According to the United Nations, 5,200 people fled Syria. " * 60,
    "word " * 700,
]
HOSTILE = [
    "", " ", "\n\n\n", "a" * 100_000, "😀" * 300, "👩‍👩‍👧‍👦 said “no” 🇩🇪", "\u200b\u200b\u200b",
    "a\u200bb\u200cc\u200dd\ufeffe",
    "e\u0301te\u0301 " * 50, "\u0301" * 500, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "مرحبا بالعالم. 你好，世界。 Привет, мир! สวัสดีชาวโลก नमस्ते दुनिया",
    "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "\x00\x01\x02 control", "“““”””‘‘’’«»„“",
    "x" * 63 + "é" + "y" * 63, "1" * 5000, "." * 3000, "\u2028line\u2029paragraph\x85next", "A. " * 900,
]  # fmt: skip


@pytest.fixture(scope="module")
def nlp() -> Language:
    """segment and encode on a blank English pipeline."""
    found = spacy.blank("en")
    found.add_pipe("segment")
    found.add_pipe("encode", config={"model": str(FOLDER)})
    return found


def digest(doc: Doc) -> str:
    """SHA-256 over every array of a Doc's predictions and over what was set on its tokens."""
    found = hashlib.sha256()
    encoded: Encoded = doc._.encoded
    for field in fields(encoded):
        value = getattr(encoded, field.name)
        found.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    for token in doc:
        found.update(f"{token.tag_} {token.pos_} {token.dep_} {token.head.i} {token.lemma_}\n".encode())
    return found.hexdigest()


@pytest.fixture(scope="module")
def digests(nlp: Language) -> list[str]:
    """Of :data:`ARTICLES`, each read alone."""
    return [digest(nlp(text)) for text in ARTICLES]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_same_bytes_for_any_batch_size_and_order(nlp: Language, digests: list[str], size: int) -> None:
    assert [digest(doc) for doc in nlp.pipe(ARTICLES, batch_size=size)] == digests
    assert [digest(doc) for doc in nlp.pipe(ARTICLES[::-1], batch_size=size)] == digests[::-1]


@pytest.mark.parametrize("threads", [2, 4])
def test_same_bytes_for_any_number_of_threads(nlp: Language, digests: list[str], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        assert list(pool.map(lambda text: digest(nlp(text)), ARTICLES * 2)) == digests * 2


def test_same_bytes_in_another_process(digests: list[str], tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import json,sys;from tests.test_encode import *;nlp=spacy.blank('en');nlp.add_pipe('segment');"
        "nlp.add_pipe('encode',config={'model':str(FOLDER)});print(json.dumps([digest(nlp(t)) for t in ARTICLES]))"
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "3", "PYTHONHASHSEED": "5"}
    root = Path(__file__).resolve().parent.parent
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == digests


def test_an_article_is_read_as_its_windows_are(nlp: Language) -> None:
    """A paragraph's predictions don't change when another window's paragraph does."""
    long = "The minister of Norway told the paper that it would rain in Oslo. " * 20
    first = nlp(f"{long}\n\nPeter Smith left.")
    second = nlp(f"{long}\n\nAnna Jones, who runs IBM, stayed in Rome.")
    n = len(nlp.make_doc(long.strip()))
    assert first._.encoded.name_scores[: n - 80].tobytes() == second._.encoded.name_scores[: n - 80].tobytes()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_gives_sane_rows(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    if not len(doc):
        assert doc._.encoded is None
        return
    check(doc)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_unicode_gives_sane_rows(nlp: Language, text: str) -> None:
    doc = nlp(text)
    if len(doc):
        check(doc)


def check(doc: Doc) -> None:
    """One tree a sentence, finite numbers, spans inside the Doc and inside their sentence or paragraph."""
    encoded: Encoded = doc._.encoded
    assert len(encoded) == len(doc)
    for field in fields(encoded):
        value = getattr(encoded, field.name)
        if isinstance(value, np.ndarray):
            assert not value.flags.writeable
            assert np.isfinite(value).all(), field.name
    for sentence in doc.sents:
        words = [token for token in sentence if not token.is_space]
        roots = [token for token in words if token.head.i == token.i]
        assert len(roots) == (1 if words else 0)
        assert all(token.head in sentence for token in sentence)
        assert all((token.dep_ == "ROOT") == (token.head.i == token.i) for token in sentence)
    assert np.allclose(np.exp(encoded.name_scores).sum(1), 1, atol=1e-3)
    for start, end, label, score in decode_names(encoded):
        assert 0 <= start < end <= len(doc)
        assert label in ("PERSON", "ORG", "LOC", "NORP")
        assert 0 < score <= 1
    for attribution in decode_attributions(encoded):
        assert attribution.content
        assert 0 < attribution.score <= 1
        for start, end in attribution.content:
            assert 0 <= start < end <= len(doc)


def test_reads_news(nlp: Language) -> None:
    doc = nlp(ARTICLES[0])
    names = {(doc[start:end].text, label) for start, end, label, _ in doc._.encoded.names}
    assert {("Muqtada al-Sadr", "PERSON"), ("Maria Keller", "PERSON"), ("AFP", "ORG")} <= names
    contents = [doc[s:e].text for a in doc._.encoded.attributions for s, e in a.content]
    assert contents == ["that the troops must leave", "“We will stay,”"]
    sources = [doc[a.source[0] : a.source[1]].text for a in doc._.encoded.attributions if a.source]
    assert sources[1] == "Maria Keller"
    said = next(token for token in doc if token.text == "said")
    assert (said.pos_, said.tag_, said.lemma_, said.dep_) == ("VERB", "VBD", "say", "ROOT")


def test_a_parser_before_keeps_its_trees() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("encode", config={"model": str(FOLDER)})
    doc = Doc(nlp.vocab, ["She", "left", "."], heads=[1, 1, 1], deps=["x", "ROOT", "y"], tags=["A", "B", "C"])
    doc = nlp(doc)
    assert [token.dep_ for token in doc] == ["x", "ROOT", "y"]
    assert doc._.encoded is not None


def test_the_component_survives_pickling(nlp: Language, digests: list[str]) -> None:
    stage = pickle.loads(pickle.dumps(nlp.get_pipe("encode")))
    doc = nlp.get_pipe("segment")(nlp.make_doc(ARTICLES[0]))  # type: ignore[operator]
    assert digest(stage(doc)) == digests[0]


# ---------------------------------------------------------------- the folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the model folder to damage."""
    return Path(shutil.copytree(FOLDER, tmp_path / "model"))


def _flip_byte(folder: Path) -> None:
    content = bytearray((folder / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.onnx").write_bytes(content)


def _set_format(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    (folder / "meta.json").write_text(json.dumps({**meta, "format": 99}), encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (_flip_byte, "damaged"),
        (lambda f: (f / "vocab.txt").unlink(), "vocab.txt"),
        (lambda f: (f / "meta.json").unlink(), "meta.json is missing"),
        (lambda f: (f / "meta.json").write_text("{", encoding="utf-8"), "can't be read as JSON"),
        (lambda f: (f / "labels.onnx").write_bytes(b""), "damaged"),
        (_set_format, "format 99"),
        (shutil.rmtree, "no model"),
    ],
)
def test_a_bad_folder_is_refused(copy: Path, harm: Callable[[Path], object], message: str) -> None:
    harm(copy)
    with pytest.raises(ModelError, match=message):
        load_encoder(copy)


def test_the_folder_is_small_and_whole() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 30_000_000
    meta = json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))
    assert {path.name for path in FOLDER.iterdir()} == {*meta["sha256"], "meta.json"}


# ---------------------------------------------------------------- the parts

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cafe", "un", "##aff", "##able", "'", "s", "中", "a", "##a"]


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("Café", ["cafe"]), ("CAFE\u0301", ["cafe"]), ("unaffable", ["un", "##aff", "##able"]), ("unx", ["[UNK]"]),
        ("'s", ["'", "s"]), ("中中", ["中", "中"]), ("\n", []), ("\u200b", ["[UNK]"]), ("", []),
        ("a" * 100_000, ["a", *["##a"] * (MAX_WORD_PIECES - 1)]), ("😀", ["[UNK]"]), ("A\u0300", ["a"]),
    ],
)  # fmt: skip
def test_word_pieces(word: str, pieces: list[str]) -> None:
    assert [VOCABULARY[i] for i in WordPieces(VOCABULARY)(word)] == pieces


@pytest.mark.parametrize(
    ("word", "shape"),
    [("it", 1), ("Iraq", 2), ("US", 3), ("A", 4), ("al-Sadr", 5), ("5,200", 6), ("F-35", 7), ("—", 8), ("U.S.", 3)],
)
def test_word_shape(word: str, shape: int) -> None:
    assert word_shape(word) == shape


def test_a_vocabulary_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks"):
        WordPieces(["a"])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_windows_cover_every_word_once(data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(1, 8), min_size=1, max_size=400))
    n = len(counts)
    paragraphs = sorted({0, *data.draw(st.lists(st.integers(0, n - 1), max_size=12))})
    sentences = sorted({*paragraphs, *data.draw(st.lists(st.integers(0, n - 1), max_size=30))})
    limit = data.draw(st.sampled_from([100, 128, MAX_PIECES]))
    windows = plan_windows(counts, sentences, paragraphs, limit)
    assert [w for window in windows for w in range(window.core, window.end)] == list(range(n))
    pieces = WordPieces(VOCABULARY)
    cutter = ["a" * count for count in counts]
    for window in windows:
        breaks = [p - window.start for p in paragraphs if window.start < p < window.end]
        made = window_input(cutter[window.start : window.end], pieces, breaks)
        assert len(made.pieces) == len(made.shapes) <= limit
        assert 0 <= window.start <= window.core < window.end


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 200), min_size=1, max_size=9))
def test_windows_cost_least(sizes: list[int]) -> None:
    starts = [0, *itertools.accumulate(sizes[:-1])]
    words = sum(sizes)

    def cost(parts: list[list[int]]) -> float:
        pieces = [sum(part) + len(part) + 1 for part in parts]
        return sum(EVEN_PIECES**2 + n**2 if n <= MAX_PIECES else np.inf for n in pieces)

    found = [(window.start, window.end) for window in plan_windows([1] * words, starts, starts)]
    places = [*starts, words]
    chosen = [sizes[places.index(start) : places.index(end)] for start, end in found]
    every = []
    for cuts in itertools.product([False, True], repeat=len(sizes) - 1):
        parts = [[sizes[0]]]
        for size, cut in zip(sizes[1:], cuts, strict=True):
            parts.append([size]) if cut else parts[-1].append(size)
        every.append(cost(parts))
    assert cost(chosen) == min(every)


def test_windows_of_like_paragraphs_are_alike() -> None:
    # Full windows would be of 240, 240 and 20 words.
    windows = plan_windows([1] * 500, range(0, 500, 20), range(0, 500, 20))
    assert {window.end - window.start for window in windows} <= {160, 180}


def test_windows_of_many_short_paragraphs_cost_time_by_their_number() -> None:
    seconds = []
    for n in (2000, 8000):
        began = time.process_time()
        plan_windows([1] * n, range(n), range(n))
        seconds.append(time.process_time() - began)
    assert seconds[1] < 10 * seconds[0]


@settings(max_examples=200, deadline=None)
@given(st.integers(2, 5), st.integers(0, 10_000))
def test_trees_are_trees_and_never_worse_than_the_best_under_their_root(n: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(n, n)).astype(np.float32) * 3
    heads = decode_tree(scores)
    roots = [i for i, head in enumerate(heads) if head == i]
    assert len(roots) == 1
    logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))

    def is_tree(candidate: tuple[int, ...], root: int) -> bool:
        if [i for i, head in enumerate(candidate) if head == i] != [root]:
            return False
        for at in range(n):
            seen = set()
            while at != root:
                if at in seen:
                    return False
                seen.add(at)
                at = candidate[at]
        return True

    assert is_tree(tuple(heads), roots[0])
    others = [i for i in range(n) if i != roots[0]]
    best = max(
        sum(logs[i, c[i]] for i in others)
        for c in itertools.product(range(n), repeat=n)
        if c[roots[0]] == roots[0] and is_tree(c, roots[0])
    )
    assert sum(logs[i, heads[i]] for i in others) == pytest.approx(best, abs=1e-4)


def test_a_long_chain_of_cycles_becomes_a_tree() -> None:
    n = 254
    scores = np.full((n, n), -5, dtype=np.float32)
    for i in range(n):
        scores[i, i ^ 1] = 5
    heads = decode_tree(scores)
    assert sum(head == i for i, head in enumerate(heads)) == 1


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 4), st.integers(0, 10_000))
def test_best_path_is_the_best(n: int, seed: int) -> None:
    tags = ["O", "B-X", "I-X", "E-X", "S-X"]
    scores = np.random.default_rng(seed).normal(size=(n, 5)).astype(np.float32)
    moves = constraint_table(tags)

    def total(path: tuple[int, ...]) -> float:
        edges = (5, *path, 5)
        return float(
            sum(scores[i, t] for i, t in enumerate(path)) + sum(moves[a, b] for a, b in itertools.pairwise(edges))
        )

    best = max(itertools.product(range(5), repeat=n), key=total)
    assert total(tuple(best_path(scores, moves).tolist())) == pytest.approx(total(best), abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 10_000))
def test_likely_spans_sum_over_every_path(lengths: list[int], seed: int) -> None:
    tags = ["O", *(f"{prefix}-{label}" for label in "XY" for prefix in "BIES")]
    k, draw = len(tags), np.random.default_rng(seed)
    scores = 2 * draw.normal(size=(sum(lengths), k))
    moves = constraint_table(tags).astype(np.float64) + draw.normal(size=(k + 1, k + 1)) / 2
    starts = [sum(lengths[:i]) for i in range(len(lengths))]
    expected: dict[tuple[int, int, str], float] = {}
    for start, length in zip(starts, lengths, strict=True):
        total, sums = 0.0, {}
        for path in itertools.product(range(k), repeat=length):
            score = sum(moves[a, b] for a, b in itertools.pairwise((k, *path, k)))
            if score < -5000:
                continue
            weight = np.exp(score + sum(scores[start + i, tag] for i, tag in enumerate(path)))
            total += weight
            for span in tag_spans(path, tags, start):
                sums[span] = sums.get(span, 0.0) + weight
        expected |= {span: weight / total for span, weight in sums.items()}
    found = likely_spans(scores, moves, tags, starts, cost=0.3, partly=0.0)
    for span in found:
        assert span.worth == pytest.approx(expected[span.start, span.end, span.label], abs=1e-9)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    # No other choice among those that are worth their cost is worth more.
    likely = sorted(span for span, chance in expected.items() if chance > 0.3)
    best = max(
        sum(expected[span] - 0.3 for span in choice)
        for n in range(len(likely) + 1)
        for choice in itertools.combinations(likely, n)
        if all(a[1] <= b[0] for a, b in itertools.pairwise(choice))
    )
    assert sum(span.worth - 0.3 for span in found) == pytest.approx(best, abs=1e-9)


def test_likely_spans_are_worth_their_words_too() -> None:
    # The span's end is doubtful, its first words are sure: whole it is rarely right, yet it is worth keeping.
    tags = ["O", "B-X", "I-X", "E-X", "S-X"]
    moves = constraint_table(tags)
    scores = np.zeros((6, 5), dtype=np.float32)
    scores[0, 1] = scores[1, 2] = 20
    scores[2:, 2] = 1.1
    assert likely_spans(scores, moves, tags, [0], cost=0.4, partly=0.0) == []
    (found,) = likely_spans(scores, moves, tags, [0], cost=0.4, partly=0.3)
    assert (found.start, found.label) == (0, "X")


def test_pointers_share_among_ends_behind_the_start_and_starts_before_the_end() -> None:
    draw = np.random.default_rng(5)
    first_window, second_window = draw.normal(size=(6, 6)), draw.normal(size=(5, 5))
    # Words 0-5, then 3-7, of which 6 and 7 are read there alone.
    pointers = Pointers([(0, 0, first_window), (3, 6, second_window)])
    first, last = np.array([1, 4, 5, 0, 6]), np.array([3, 4, 7, 7, 7])
    onward, back = pointers.chances(first, last)
    for k, (window, i, j) in enumerate(
        ((first_window, 1, 3), (first_window, 4, 4), (second_window, 2, 4), (None, 0, 7), (second_window, 3, 4))
    ):
        if window is None:
            assert np.isnan(onward[k])
            assert np.isnan(back[k])
            continue
        weights = np.exp(window)
        assert onward[k] == pytest.approx(weights[i, j] / weights[i, i:].sum())
        assert back[k] == pytest.approx(weights[i, j] / weights[: j + 1, j].sum())


def test_pointers_move_a_doubtful_end() -> None:
    tags = ["O", "B-X", "I-X", "E-X", "S-X"]
    scores = np.zeros((4, 5), dtype=np.float32)
    scores[0, 1] = scores[1, 2] = 8
    scores[2, 2], scores[2, 3], scores[3, 3], scores[3, 0] = 8, 8.1, 8, 8
    pointed = np.zeros((4, 4), dtype=np.float32)
    pointed[0, 3] = 6

    def found(pointers: dict[str, Pointers] | None) -> list[tuple[int, int]]:
        spans = likely_spans(scores, constraint_table(tags), tags, [0], partly=0.0, pointers=pointers)
        return [(span.start, span.end) for span in spans]

    assert found(None) == found({"Y": Pointers([(0, 0, pointed)])}) == [(0, 3)]
    assert found({"X": Pointers([(0, 0, pointed)])}) == [(0, 4)]


def test_likely_spans_of_a_long_paragraph_cost_time_by_its_length() -> None:
    tags = ["O", *(f"{prefix}-{label}" for label in "XY" for prefix in "BIES")]
    moves = constraint_table(tags)
    seconds = []
    for n in (2000, 8000):
        scores = np.zeros((n, len(tags)), dtype=np.float32)
        began = time.process_time()
        likely_spans(scores, moves, tags, [0])
        seconds.append(time.process_time() - began)
    assert seconds[1] < 10 * seconds[0]


def test_tag_spans_of_a_broken_path() -> None:
    tags = ["O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y"]
    names = ["I-X", "O", "B-X", "I-X", "B-X", "E-X", "S-Y", "B-Y", "I-X", "I-Y"]
    assert tag_spans([tags.index(x) for x in names], tags) == [
        (0, 1, "X"), (2, 4, "X"), (4, 6, "X"), (6, 7, "Y"), (7, 8, "Y"), (8, 9, "X"), (9, 10, "Y"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "tag", "lemma"),
    [
        ("said", "VBD", "say"), ("Stopped", "VBD", "stop"), ("making", "VBG", "make"), ("cities", "NNS", "city"),
        ("crosses", "VBZ", "cross"), ("bases", "NNS", "base"), ("Berlin", "NNP", "Berlin"), ("bigger", "JJR", "big"),
        ("happiest", "JJS", "happy"), ("was", "VBD", "be"), ("US", "NNP", "US"), ("The", "DT", "the"),
        ("blargled", "VBD", "blargle"), ("threatening", "VBG", "threaten"), ("tried", "VBD", "try"),
    ],
)  # fmt: skip
def test_lemmas(word: str, tag: str, lemma: str) -> None:
    lists = json.loads((FOLDER / "lemmas.json").read_text(encoding="utf-8"))
    assert Lemmatizer(lists["irregular"], lists["known"])(word, tag) == lemma


# ---------------------------------------------------------------- floors

FLOORS = {
    ("names", "worldwide", "f"): 0.83, ("names", "uner_ewt", "f"): 0.81, ("names", "gum_names", "f"): 0.775,
    ("names_stage", "worldwide", "f"): 0.84, ("names_stage", "uner_ewt", "f"): 0.81,
    ("names_stage", "gum", "f"): 0.775, ("news_names", "f"): 0.98, ("ewt", "upos"): 0.968, ("ewt", "uas"): 0.918,
    ("ewt", "las"): 0.893, ("ewt", "lemma"): 0.98, ("attribution", "fragments", "content", "f"): 0.71,
    ("attribution", "fragments", "source", "f"): 0.82, ("attribution", "fragments", "cue", "f"): 0.755,
    ("attribution", "joint"): 0.74, ("speed", "ratio"): 1.0,
}  # fmt: skip


@pytest.mark.parametrize("path", FLOORS, ids=".".join)
def test_the_shipped_figures_do_not_fall(path: tuple[str, ...]) -> None:
    """A retrained model may raise what ``benchmarks/model.py`` measured of it, not lower it."""
    value = json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))["figures"]
    for key in path:
        value = value[key]
    assert value >= FLOORS[path]
