"""The ONNX graph, written node by node: fp32 to calibrate with, static int8 to ship.

One window at a time, without padding or mask. In the shipped graph every large matrix product is of 8-bit integers
whose scales were fixed beforehand (so that no window's result depends on another's), with weights within ±63 (so that
AVX2's 16-bit sums can't saturate) and inputs smoothed channel by channel (Xiao et al. 2023); attention, normalisation
and the small heads stay in fp32. Uses ONNX Runtime's fused operators (domain ``com.microsoft``) where theirs are the
faster kernels. A sum and a ``LayerNormalization`` take a sixth of the time of ``SkipLayerNormalization``: run the graph
with basic optimisations alone, lest the two be fused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HIDDEN, LAYERS, HEADS = 384, 6, 12
WEIGHT_LIMIT = 63
SMOOTHING, SMOOTHING_AFTER_GELU = 0.6, 0.9
"""Share of a channel's spread that its weights take over; GELU's outputs have the wildest channels."""
MS = "com.microsoft"
WIDE = ("arcs.dep", "arcs.head", "label_dep", "label_head", "links.dep", "links.head", "spans.dep", "spans.head")
NARROW = ("names", "upos", "xpos", "roles", "factuality")
"""Heads whose first products are one product, of 8-bit integers (wide) and of floats (narrow)."""

Weights = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Range:
    """What calibration saw at the input of a product: extremes by channel."""

    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Steps:
    """How a product's input becomes 8 bits: each channel divided by *smooth*, then all by *scale*, from *zero* on."""

    smooth: np.ndarray
    scale: np.float32
    zero: np.uint8


@dataclass(frozen=True)
class Entry:
    """The input of products: a tensor in 8 bits with its *steps*, or in floats without. *tap* names its constants."""

    tensor: str
    tap: str
    steps: Steps | None = None


@dataclass
class Writer:
    """Nodes and constants of a graph in the making. *ranges* None writes fp32, and names the taps to calibrate by."""

    ranges: Mapping[str, Range] | None = None
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)
    taps: dict[str, str] = field(default_factory=dict)

    def constant(self, name: str, value: np.ndarray | np.generic) -> str:
        """Store *value* and return its name."""
        self.constants[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        """Add a node with one output and return the output's name."""
        self.nodes.append(
            helper.make_node(kind, inputs, [output], name=f"{output}/{kind}", domain=domain, **attributes)
        )
        return output

    def steps(self, tap: str, weight: np.ndarray, share: float = SMOOTHING) -> Steps | None:
        """How the input of products with *weight* (in, out) is quantised, by its range; None in an fp32 graph."""
        if self.ranges is None:
            return None
        seen = self.ranges[tap]
        smooth = smoothing(seen, weight, share)
        low, high = float((seen.low / smooth).min()), float((seen.high / smooth).max())
        scale = max(high - min(low, 0.0), 1e-6) / 255
        return Steps(smooth, np.float32(scale), np.uint8(round(-min(low, 0.0) / scale)))

    def enter(self, x: str, tap: str, steps: Steps | None, *, smoothed: bool = False) -> Entry:
        """*x* as the input of products. *smoothed*: what made *x* has divided it by ``steps.smooth`` already."""
        self.taps[tap] = x
        if steps is None:
            return Entry(x, tap)
        # Kept where the graph doesn't need it too: `warm.py` turns the products back into floats by it.
        inverse = self.constant(f"{tap}.smooth", (1 / steps.smooth).astype(np.float32))
        if not smoothed:
            x = self.node("Mul", [x, inverse], f"{tap}.s")
        inputs = [x, self.constant(f"{tap}.scale", steps.scale), self.constant(f"{tap}.zero", steps.zero)]
        return Entry(self.node("QuantizeLinear", inputs, f"{tap}.q"), tap, steps)

    def rows(self, entry: Entry, places: str, name: str) -> Entry:
        """The rows of *entry* (1, rows, channels) at *places*."""
        return replace(entry, tensor=self.node("Gather", [entry.tensor, places], name, axis=1))

    def product(
        self, entry: Entry, name: str, weight: np.ndarray, bias: np.ndarray, divisor: np.ndarray | None = None
    ) -> str:
        """``(entry @ weight + bias) / divisor``, *weight* being (in, out), *divisor* one number an output."""
        if entry.steps is None:
            product = self.node("MatMul", [entry.tensor, self.constant(f"{name}.weight", weight)], f"{name}.product")
            return self.node("Add", [product, self.constant(f"{name}.bias", bias)], f"{name}.out")
        small, steps = self.rounded(name, weight * entry.steps.smooth[:, None])
        if divisor is not None:
            steps, bias = steps / divisor, bias / divisor
        inputs = [
            entry.tensor, self.constant(f"{name}.weight", small), f"{entry.tap}.scale",
            self.constant(f"{name}.steps", steps.astype(np.float32)), f"{entry.tap}.zero", "",
            self.constant(f"{name}.bias", bias.astype(np.float32)),
        ]  # fmt: skip
        return self.node("MatMulIntegerToFloat", inputs, f"{name}.out", MS)

    def rounded(self, _name: str, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """*weight* in 8 bits, and each column's step."""
        steps = np.maximum(np.abs(weight).max(0), 1e-8) / WEIGHT_LIMIT
        return np.rint(weight / steps).astype(np.int8), steps


def smoothing(seen: Range, weight: np.ndarray, share: float) -> np.ndarray:
    """By which each input channel is divided (and its weights multiplied): ``max|x|^a / max|w|^(1-a)``, around one."""
    x = np.maximum(np.maximum(np.abs(seen.low), np.abs(seen.high)), 1e-5)
    w = np.maximum(np.abs(weight).max(1), 1e-5)
    found = x**share / w ** (1 - share)
    return np.clip(found / np.exp(np.log(found).mean()), 1e-2, 1e2).astype(np.float32)


def _norm(writer: Writer, x: str, skip: str, name: str, w: Weights, key: str) -> str:
    gamma = writer.constant(f"{name}.gamma", w[f"{key}.weight"])
    beta = writer.constant(f"{name}.beta", w[f"{key}.bias"])
    if key == "norm":
        # Once a window, its time is little: rounded as in the graph that the shipped scales were calibrated with.
        return writer.node("SkipLayerNormalization", [x, skip, gamma, beta], name, MS, epsilon=1e-12)
    total = writer.node("Add", [x, skip], f"{name}.sum")
    return writer.node("LayerNormalization", [total, gamma, beta], name, axis=-1, epsilon=1e-12)


def _embeddings(writer: Writer, w: Weights) -> str:
    """The pieces' vectors (1, pieces, hidden), as the fused attention wants them."""
    table = w["pieces.weight"]
    front = writer.constant("front", np.array([0]))
    ids, shapes = (writer.node("Unsqueeze", [name, front], f"{name}.row") for name in ("pieces", "shapes"))
    if writer.ranges is None:
        pieces = writer.node("Gather", [writer.constant("table", table), ids], "piece_vectors")
    else:
        steps = np.maximum(np.abs(table).max(1), 1e-8) / 127
        small = np.rint(table / steps[:, None]).astype(np.int8)
        rows = writer.node("Gather", [writer.constant("table", small), ids], "piece_rows")
        floats = writer.node("Cast", [rows], "piece_floats", to=TensorProto.FLOAT)
        column = writer.constant("table.steps", steps[:, None].astype(np.float32))
        pieces = writer.node("Mul", [floats, writer.node("Gather", [column, ids], "piece_steps")], "piece_vectors")
    length = writer.node("Shape", ["pieces"], "length")
    inputs = [writer.constant("positions", w["positions.weight"]), writer.constant("zero", np.array([0])), length]
    places = writer.node("Slice", inputs, "place_vectors")
    kinds = writer.node("Gather", [writer.constant("shape_table", w["shapes.weight"]), shapes], "shape_vectors")
    return _norm(writer, pieces, writer.node("Add", [places, kinds], "place_and_shape"), "embedded", w, "norm")


def _attention(writer: Writer, x: str, key: str, w: Weights, rows: str | None) -> str:
    """What each piece (or those at *rows*) takes from all of them, (1, pieces, hidden)."""
    joint, bias = w[f"{key}.qkv.weight"].T, w[f"{key}.qkv.bias"]
    seen = writer.enter(x, f"{key}.qkv", writer.steps(f"{key}.qkv", joint))
    asking = seen if rows is None else writer.rows(seen, rows, f"{key}.asking")
    weight = w[f"{key}.out.weight"].T
    steps = writer.steps(f"{key}.out", weight)
    # Attention only averages values: their own product can smooth them for the next one.
    smooth = None if steps is None else steps.smooth
    parts = []
    for i, (part, entry, divisor) in enumerate((("q", asking, None), ("k", seen, None), ("v", seen, smooth))):
        columns = slice(i * HIDDEN, (i + 1) * HIDDEN)
        parts.append(writer.product(entry, f"{key}.{part}", joint[:, columns], bias[columns], divisor))
    context = writer.node("MultiHeadAttention", parts, f"{key}.context", MS, num_heads=HEADS)
    entry = writer.enter(context, f"{key}.out", steps, smoothed=True)
    return writer.product(entry, f"{key}.out", weight, w[f"{key}.out.bias"])


def _layer(writer: Writer, x: str, i: int, w: Weights, rows: str | None = None) -> str:
    """One layer: (1, pieces, hidden) to the same, or, with *rows*, to the pieces at those places alone."""
    key = f"layers.{i}"
    out = _attention(writer, x, key, w, rows)
    if rows is not None:
        x = writer.node("Gather", [x, rows], f"{key}.kept", axis=1)
    x = _norm(writer, out, x, f"{key}.norm1", w, f"{key}.norm1")
    weight = w[f"{key}.up.weight"].T
    entry = writer.enter(x, f"{key}.up", writer.steps(f"{key}.up", weight))
    up = writer.product(entry, f"{key}.up", weight, w[f"{key}.up.bias"])
    bent = writer.node("Gelu", [up], f"{key}.gelu", MS)
    weight = w[f"{key}.down.weight"].T
    entry = writer.enter(bent, f"{key}.down", writer.steps(f"{key}.down", weight, SMOOTHING_AFTER_GELU))
    down = writer.product(entry, f"{key}.down", weight, w[f"{key}.down.bias"])
    return _norm(writer, down, x, f"{key}.norm2", w, f"{key}.norm2")


def _biaffine(writer: Writer, dep: str, head: str, name: str, w: Weights) -> str:
    size = w[f"{name}.weight.weight"].shape[0]
    scale = np.float32(size**-0.5)
    weight = writer.constant(f"{name}.w", w[f"{name}.weight.weight"].T * scale)
    bias = writer.constant(f"{name}.b", w[f"{name}.weight.bias"] * scale)
    return writer.node("Gemm", [writer.node("Gemm", [dep, weight, bias], f"{name}.moved"), head], name, transB=1)


def _split(writer: Writer, x: str, parts: Mapping[str, int], name: str) -> None:
    """Cut the columns of *x* into *parts*: tensor name -> columns."""
    sizes = writer.constant(f"{name}.sizes", np.array(list(parts.values())))
    writer.nodes.append(helper.make_node("Split", [x, sizes], list(parts), name=f"{name}/Split", axis=1))


def _heads(writer: Writer, words: str, w: Weights) -> None:
    wide = [k for k in WIDE if f"{k}.weight" in w]
    weight = np.concatenate([w[f"{k}.weight"] for k in wide]).T
    entry = writer.enter(words, "heads", writer.steps("heads", weight))
    joint = writer.product(entry, "heads", weight, np.concatenate([w[f"{k}.bias"] for k in wide]))
    bent = writer.node("Relu", [joint], "heads.relu")
    _split(writer, bent, {k if k.startswith("label") else f"{k}.part": len(w[f"{k}.bias"]) for k in wide}, "heads")
    for name in ("arcs", "links", *(["spans"] if "spans.dep" in wide else [])):
        _biaffine(writer, f"{name}.dep.part", f"{name}.head.part", name, w)
    small = writer.constant("narrow.weight", np.concatenate([w[f"{k}.weight"] for k in NARROW]).T)
    bias = writer.constant("narrow.bias", np.concatenate([w[f"{k}.bias"] for k in NARROW]))
    together = writer.node("Gemm", [words, small, bias], "narrow")
    _split(writer, together, {k if k == "roles" else f"{k}.s": len(w[f"{k}.bias"]) for k in NARROW}, "narrow")
    writer.node("LogSoftmax", ["names.s"], "names", axis=1)
    for name in ("upos", "xpos"):
        writer.node("ArgMax", [f"{name}.s"], name, axis=1, keepdims=0)
    writer.node("Squeeze", ["factuality.s", writer.constant("last", np.array([1]))], "factuality")


def _sentences(writer: Writer, words: str, w: Weights) -> None:
    mean = writer.node("MatMul", ["pool", words], "sentence_means")

    def linear(name: str) -> str:
        constants = [writer.constant(f"{name}.weight", w[f"{name}.weight"].T)]
        constants.append(writer.constant(f"{name}.bias", w[f"{name}.bias"]))
        return writer.node("Gemm", [mean, *constants], f"{name}.raw")

    writer.node("LpNormalization", [linear("vector")], "vectors", axis=1, p=2)
    if "worth.weight" in w:
        writer.node("Squeeze", [linear("worth"), "last"], "worth")


def cautious(w: Weights, by: float) -> dict[str, np.ndarray]:
    """A copy of *w* that adds *by* to every word's score to be in no name (the first of its tags)."""
    bias = np.array(w["names.bias"])
    bias[0] += by
    return {**w, "names.bias": bias}


def build(w: Weights, ranges: Mapping[str, Range] | None) -> tuple[onnx.ModelProto, dict[str, str]]:
    """The graph of the weights *w* (names as in :class:`network.Network`), and its taps: product -> input tensor.

    Inputs: ``pieces``, ``shapes`` int64 (pieces,), ``first`` int64 (words,), ``pool`` float32 (sentences, words).
    Outputs: ``names`` float32 (words, tags) log-probabilities; ``upos``, ``xpos`` int64 (words,); ``roles`` (words,
    tags); ``factuality`` (words,); ``arcs``, ``links``, ``spans`` (words, words); ``label_dep``, ``label_head`` (words,
    size); ``vectors`` (sentences, hidden); ``worth`` (sentences,), the logit of check-worthiness. ``spans`` and
    ``worth`` only if *w* has these heads.
    """
    return write(Writer(ranges), w)


def write(writer: Writer, w: Weights) -> tuple[onnx.ModelProto, dict[str, str]]:
    """:func:`build` by a *writer* of one's own."""
    x = _embeddings(writer, w)
    for i in range(LAYERS):
        # Nothing but the words' first pieces is read of the last layer's output.
        x = _layer(writer, x, i, w, "first" if i == LAYERS - 1 else None)
    words = writer.node("Squeeze", [x, "front"], "words")
    _heads(writer, words, w)
    _sentences(writer, words, w)
    return _finish(writer, "en_news", {
        "pieces": (TensorProto.INT64, ["n_pieces"]), "shapes": (TensorProto.INT64, ["n_pieces"]),
        "first": (TensorProto.INT64, ["n_words"]), "pool": (TensorProto.FLOAT, ["n_sentences", "n_words"]),
    }, {
        "names": TensorProto.FLOAT, "upos": TensorProto.INT64, "xpos": TensorProto.INT64, "roles": TensorProto.FLOAT,
        "factuality": TensorProto.FLOAT, "arcs": TensorProto.FLOAT, "links": TensorProto.FLOAT,
        **({"spans": TensorProto.FLOAT} if "spans.dep.weight" in w else {}),
        "label_dep": TensorProto.FLOAT, "label_head": TensorProto.FLOAT, "vectors": TensorProto.FLOAT,
        **({"worth": TensorProto.FLOAT} if "worth.weight" in w else {}),
    }), writer.taps  # fmt: skip


def build_labels(w: Mapping[str, np.ndarray]) -> onnx.ModelProto:
    """The dependency label of (``dep``, ``head``) float32 (words, size) pairs: ``label`` int64 (words,)."""
    writer = Writer()
    both = writer.node("Mul", ["dep", "head"], "both")
    joint = writer.node("Concat", ["dep", "head", both], "joint", axis=1)
    product = writer.node("MatMul", [joint, writer.constant("weight", w["labels.weight"].T)], "product")
    scores = writer.node("Add", [product, writer.constant("bias", w["labels.bias"])], "scores")
    writer.node("ArgMax", [scores], "label", axis=1, keepdims=0)
    size = w["label_dep.weight"].shape[0]
    row = (TensorProto.FLOAT, ["n_words", size])
    return _finish(writer, "en_news_labels", {"dep": row, "head": row}, {"label": TensorProto.INT64})


def _finish(
    writer: Writer, name: str, inputs: Mapping[str, tuple[int, list[int | str]]], outputs: Mapping[str, int]
) -> onnx.ModelProto:
    graph = helper.make_graph(
        writer.nodes, name,
        [helper.make_tensor_value_info(k, kind, shape) for k, (kind, shape) in inputs.items()],
        [helper.make_tensor_value_info(k, kind, None) for k, kind in outputs.items()],
        list(writer.constants.values()),
    )  # fmt: skip
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MS, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="models/train")


def with_taps(model: onnx.ModelProto, taps: Mapping[str, str]) -> onnx.ModelProto:
    """A copy of an fp32 graph that also gives the input of every product."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    there = {o.name for o in copy.graph.output}
    for tensor in dict.fromkeys(taps.values()):
        if tensor not in there:
            copy.graph.output.append(helper.make_tensor_value_info(tensor, TensorProto.FLOAT, None))
    return copy
