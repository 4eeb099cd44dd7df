"""The graph that ships says what the network says, in floats nearly exactly and in 8 bits nearly."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.stages.encode import load_encoder
from pipeline.stages.encode.windows import window_input
from pipeline.stages.encode.wordpieces import N_SHAPES, WordPieces

RECIPE = Path(__file__).resolve().parents[2] / "models" / "train"
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghij", *(f"##{c}" for c in "abcdefghij"), "."]
SENTENCES = [["abc", "d", "Jig", "."], ["hgf", "e", "dcba", "ji", "."], ["A", "."], ["bead", "FIG", "jab", "head"]]

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("torch", "onnx")), reason="needs the extra 'train'"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A network of random weights, and its model folders in floats and in 8 bits."""
    before = set(sys.modules)
    sys.path.insert(0, str(RECIPE))
    try:
        import export
        import graph
        import torch
        import warm
        from labels import NAME_TAGS, ROLE_TAGS
        from network import Network, Sizes

        lists = {"upos": ["NOUN", "X"], "xpos": ["NN", ".", "FW"], "deps": ["root", "obj", "dep"]}
        sizes = Sizes(len(VOCABULARY), N_SHAPES, len(NAME_TAGS), 2, 3, 3, len(ROLE_TAGS))
        torch.manual_seed(3)
        network = Network(sizes).eval()
        with torch.no_grad():
            for name, weight in network.named_parameters():
                if weight.dim() == 1 and "norm" in name:
                    # Norms that do nothing would hide one that is left out.
                    weight.add_(0.3 * torch.randn_like(weight))
                elif not name.startswith(("pieces", "positions", "transitions")):
                    weight.mul_(2)
        weights = {k: v.detach().numpy() for k, v in network.state_dict().items() if k != "forbidden"}
        folder = tmp_path_factory.mktemp("models")
        cutter = WordPieces(VOCABULARY)
        windows = []
        for at in range(len(SENTENCES)):
            words = [word for sentence in SENTENCES[at:] + SENTENCES[:at] for word in sentence]
            windows.append((window_input(words, cutter), np.full((1, len(words)), 1 / len(words), dtype=np.float32)))
        # A folder's network is more cautious about names than the one that was trained.
        shipped = graph.cautious(weights, 0.75)
        model, taps = graph.build(shipped, None)
        small, _ = graph.build(shipped, export.calibrate(model, taps, windows))
        state, lemmas = {"lists": lists}, {"irregular": {}, "known": {}}
        for name, content in (("floats", model), ("small", small)):
            export.write_folder(folder / name, content, shipped, state, VOCABULARY, lemmas, 0.75)
        yield {"network": network, "weights": weights, "folder": folder, "warm": warm, "cutter": cutter}
    finally:
        sys.path.remove(str(RECIPE))
        for name in set(sys.modules) - before:
            if str(RECIPE) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


def _outputs(folder: Path, cutter: WordPieces, words: list[str], pool: np.ndarray) -> dict[str, np.ndarray]:
    given = window_input(words, cutter)
    encoder = load_encoder(folder)
    feed = {"pieces": given.pieces, "shapes": given.shapes, "first": given.first, "pool": pool}
    names = [output.name for output in encoder._network.get_outputs()]
    return dict(zip(names, encoder._network.run(names, feed), strict=True))


WORDS = [word for sentence in SENTENCES for word in sentence]
POOL = np.zeros((2, len(WORDS)), dtype=np.float32)
POOL[0, :4], POOL[1, 4:] = 1 / 4, 1 / (len(WORDS) - 4)


@pytest.fixture(scope="module")
def expected(made: dict[str, Any]) -> dict[str, np.ndarray]:
    """What the network itself says of :data:`WORDS`, in fp32."""
    import torch
    from torch.nn import functional

    net, given = made["network"], window_input(WORDS, made["cutter"])
    pieces = torch.from_numpy(given.pieces)[None]
    with torch.no_grad():
        x = net.encode(pieces, torch.from_numpy(given.shapes)[None], torch.ones_like(pieces))
        words = net.words(x, torch.from_numpy(given.first)[None])
        mean = torch.from_numpy(POOL) @ words[0]
        caution = 0.75 * torch.eye(net.sizes.names)[0]
        found = {
            "names": functional.log_softmax(net.names(words) + caution, dim=2)[0], "upos": net.upos(words)[0].argmax(1),
            "xpos": net.xpos(words)[0].argmax(1), "roles": net.roles(words)[0],
            "factuality": net.factuality(words)[0, :, 0], "arcs": net.arcs(words)[0], "links": net.links(words)[0],
            "spans": net.spans(words)[0],
            "label_dep": functional.relu(net.label_dep(words))[0],
            "label_head": functional.relu(net.label_head(words))[0],
            "vectors": functional.normalize(net.vector(mean), dim=1), "worth": net.worth(mean)[:, 0],
        }  # fmt: skip
    return {name: value.numpy() for name, value in found.items()}


def _error(found: np.ndarray, expected: np.ndarray) -> float:
    """Of the differences, relative to the size of what is expected (root mean squares)."""
    return float(np.sqrt(((found - expected) ** 2).mean() / max((expected**2).mean(), 1e-9)))


def test_the_graph_in_floats_is_the_network(made: dict[str, Any], expected: dict[str, np.ndarray]) -> None:
    found = _outputs(made["folder"] / "floats", made["cutter"], WORDS, POOL)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name].shape == value.shape
        assert _error(found[name], value) < 1e-4, name


def test_the_graph_in_8_bits_is_nearly_the_network(made: dict[str, Any], expected: dict[str, np.ndarray]) -> None:
    found = _outputs(made["folder"] / "small", made["cutter"], WORDS, POOL)
    assert found.keys() == expected.keys()
    for name in expected.keys() - {"upos", "xpos"}:
        assert _error(found[name], expected[name]) < 0.1, name


@pytest.mark.parametrize("name", ["floats", "small"])
def test_a_warm_start_reads_the_weights_back(made: dict[str, Any], name: str) -> None:
    found = made["warm"].shipped_weights(made["folder"] / name, made["network"])
    assert found.keys() == made["weights"].keys() - {"pieces.weight"}
    for key, value in found.items():
        original = made["weights"][key]
        assert value.shape == original.shape
        error = np.linalg.norm(value - original) / (np.linalg.norm(original) + 1e-3)
        # Coarser where so small a calibration calls a channel wild.
        assert error < (1e-5 if name == "floats" or not key.endswith("weight") or "norm" in key else 0.3), key


def test_a_rewritten_graph_keeps_its_numbers(
    made: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(RECIPE))
    import rewrite

    rewrite.rewrite(made["folder"] / "small", tmp_path)
    before = _outputs(made["folder"] / "small", made["cutter"], WORDS, POOL)
    for name, value in _outputs(tmp_path, made["cutter"], WORDS, POOL).items():
        assert _error(value, before[name]) < 1e-6, name


def test_check_worthiness_is_the_head_of_its_own(made: dict[str, Any], expected: dict[str, np.ndarray]) -> None:
    encoder = load_encoder(made["folder"] / "floats")
    # One window, as the network read it: its two sentences, the second with white space inside.
    encoded = encoder.encode([*WORDS[:5], " ", *WORDS[5:]], [0, 4], [0])
    chances = 1 / (1 + np.exp(-expected["worth"]))
    assert encoded.check_worthiness == pytest.approx(chances, abs=2e-3)
    # A sentence of white space alone is worth nothing; what stands before it keeps its own.
    assert encoder.encode([*WORDS, "\n"], [0, 4, len(WORDS)], [0]).check_worthiness[2] == 0
