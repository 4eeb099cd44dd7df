"""The ONNX graph, written node by node: fp32 to calibrate with, static int8 to ship.

One window at a time, without padding or mask. In the shipped graph every large matrix product is of 8-bit integers
whose scales were fixed beforehand (so that no window's result depends on another's), with weights within ±63 (so that
AVX2's 16-bit sums can't saturate) and inputs smoothed channel by channel (Xiao et al. 2023); attention, normalisation
and the small heads stay in fp32. Uses ONNX Runtime's fused operators (domain ``com.microsoft``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HIDDEN, LAYERS, HEADS = 384, 6, 12
WEIGHT_LIMIT = 63
SMOOTHING, SMOOTHING_AFTER_GELU = 0.6, 0.9
"""Share of a channel's spread that its weights take over; GELU's outputs have the wildest channels."""
MS = "com.microsoft"


@dataclass(frozen=True)
class Range:
    """What calibration saw at the input of a product: extremes by channel, and of all."""

    low: np.ndarray
    high: np.ndarray


@dataclass
class Writer:
    """Nodes and constants of a graph in the making. *ranges* None writes fp32, and names the taps to calibrate by."""

    ranges: Mapping[str, Range] | None = None
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)
    taps: dict[str, str] = field(default_factory=dict)

    def constant(self, name: str, value: np.ndarray) -> str:
        """Store *value* and return its name."""
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        """Add a node with one output and return the output's name."""
        self.nodes.append(
            helper.make_node(kind, inputs, [output], name=f"{output}/{kind}", domain=domain, **attributes)
        )
        return output

    def linear(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray, tap: str = "") -> str:
        """``x @ weight + bias``, *weight* being (in, out). In int8 where calibration knows *tap*, by default *name*."""
        tap = tap or name
        if self.ranges is None:
            self.taps[tap] = x
            product = self.node("MatMul", [x, self.constant(f"{name}.weight", weight)], f"{name}.product")
            return self.node("Add", [product, self.constant(f"{name}.bias", bias)], f"{name}.out")
        seen = self.ranges[tap]
        smooth = smoothing(seen, weight, SMOOTHING_AFTER_GELU if name.endswith("down") else SMOOTHING)
        quantised = f"{tap}.q"
        low, high = float((seen.low / smooth).min()), float((seen.high / smooth).max())
        scale = max(high - min(low, 0.0), 1e-6) / 255
        zero = round(-min(low, 0.0) / scale)
        if not any(n.output[0] == quantised for n in self.nodes):
            smoothed = self.node(
                "Mul", [x, self.constant(f"{tap}.smooth", (1 / smooth).astype(np.float32))], f"{tap}.s"
            )
            inputs = [
                smoothed,
                self.constant(f"{tap}.scale", np.float32(scale)),
                self.constant(f"{tap}.zero", np.uint8(zero)),
            ]
            self.node("QuantizeLinear", inputs, quantised)
        scaled = weight * smooth[:, None]
        steps = np.maximum(np.abs(scaled).max(0), 1e-8) / WEIGHT_LIMIT
        inputs = [
            quantised, self.constant(f"{name}.weight", np.rint(scaled / steps).astype(np.int8)),
            f"{tap}.scale", self.constant(f"{name}.steps", steps.astype(np.float32)),
            f"{tap}.zero", "", self.constant(f"{name}.bias", bias.astype(np.float32)),
        ]  # fmt: skip
        return self.node("MatMulIntegerToFloat", inputs, f"{name}.out", MS)


def smoothing(seen: Range, weight: np.ndarray, share: float) -> np.ndarray:
    """By which each input channel is divided (and its weights multiplied): ``max|x|^a / max|w|^(1-a)``, around one."""
    x = np.maximum(np.maximum(np.abs(seen.low), np.abs(seen.high)), 1e-5)
    w = np.maximum(np.abs(weight).max(1), 1e-5)
    found = x**share / w ** (1 - share)
    return np.clip(found / np.exp(np.log(found).mean()), 1e-2, 1e2).astype(np.float32)


def _norm(writer: Writer, x: str, skip: str, name: str, w: Mapping[str, np.ndarray], key: str) -> str:
    inputs = [
        x,
        skip,
        writer.constant(f"{name}.gamma", w[f"{key}.weight"]),
        writer.constant(f"{name}.beta", w[f"{key}.bias"]),
    ]
    return writer.node("SkipLayerNormalization", inputs, name, MS, epsilon=1e-12)


def _embeddings(writer: Writer, w: Mapping[str, np.ndarray]) -> str:
    table = w["pieces.weight"]
    if writer.ranges is None:
        pieces = writer.node("Gather", [writer.constant("table", table), "pieces"], "piece_vectors")
    else:
        steps = np.maximum(np.abs(table).max(1), 1e-8) / 127
        small = np.rint(table / steps[:, None]).astype(np.int8)
        rows = writer.node("Gather", [writer.constant("table", small), "pieces"], "piece_rows")
        floats = writer.node("Cast", [rows], "piece_floats", to=TensorProto.FLOAT)
        scale = writer.node(
            "Gather", [writer.constant("table.steps", steps[:, None].astype(np.float32)), "pieces"], "piece_steps"
        )
        pieces = writer.node("Mul", [floats, scale], "piece_vectors")
    length = writer.node("Shape", ["pieces"], "length")
    inputs = [writer.constant("positions", w["positions.weight"]), writer.constant("zero", np.array([0])), length]
    places = writer.node("Slice", inputs, "place_vectors")
    shapes = writer.node("Gather", [writer.constant("shape_table", w["shapes.weight"]), "shapes"], "shape_vectors")
    both = writer.node("Add", [places, shapes], "place_and_shape")
    return _norm3(writer, pieces, both, "embedded", w, "norm")


def _norm3(writer: Writer, x: str, skip: str, name: str, w: Mapping[str, np.ndarray], key: str) -> str:
    """Normalise ``x + skip`` (pieces, hidden) as (1, pieces, hidden), which the fused operators want."""
    front = writer.constant("front", np.array([0]))
    wide = [writer.node("Unsqueeze", [part, front], f"{name}.{i}") for i, part in enumerate((x, skip))]
    return _norm(writer, wide[0], wide[1], name, w, key)


def _layer(writer: Writer, x: str, i: int, w: Mapping[str, np.ndarray]) -> str:
    key = f"layers.{i}"
    # One product for query, key and value; the three are cut apart for the fused attention.
    joint = writer.linear(x, f"{key}.qkv", w[f"{key}.qkv.weight"].T, w[f"{key}.qkv.bias"])
    names = [f"{key}.{part}" for part in "qkv"]
    writer.nodes.append(helper.make_node("Split", [joint], names, name=f"{key}/Split", axis=2, num_outputs=3))
    seen = writer.node("MultiHeadAttention", names, f"{key}.context", MS, num_heads=HEADS)
    out = writer.linear(seen, f"{key}.out", w[f"{key}.out.weight"].T, w[f"{key}.out.bias"])
    x = _norm(writer, out, x, f"{key}.norm1", w, f"{key}.norm1")
    up = writer.linear(x, f"{key}.up", w[f"{key}.up.weight"].T, w[f"{key}.up.bias"])
    bent = writer.node("Gelu", [up], f"{key}.gelu", MS)
    down = writer.linear(bent, f"{key}.down", w[f"{key}.down.weight"].T, w[f"{key}.down.bias"])
    return _norm(writer, down, x, f"{key}.norm2", w, f"{key}.norm2")


def _biaffine(writer: Writer, dep: str, head: str, name: str, w: Mapping[str, np.ndarray]) -> str:
    size = w[f"{name}.weight.weight"].shape[0]
    scale = np.float32(size**-0.5)
    weight = writer.constant(f"{name}.w", w[f"{name}.weight.weight"].T * scale)
    turned = writer.node("MatMul", [dep, weight], f"{name}.turned")
    moved = writer.node(
        "Add", [turned, writer.constant(f"{name}.b", w[f"{name}.weight.bias"] * scale)], f"{name}.moved"
    )
    across = writer.node("Transpose", [head], f"{name}.across", perm=[1, 0])
    return writer.node("MatMul", [moved, across], name)


def build(w: Mapping[str, np.ndarray], ranges: Mapping[str, Range] | None) -> tuple[onnx.ModelProto, dict[str, str]]:
    """The graph of the weights *w* (names as in :class:`network.Network`), and its taps: product -> input tensor.

    Inputs: ``pieces``, ``shapes`` int64 (pieces,), ``first`` int64 (words,), ``pool`` float32 (sentences, words).
    Outputs: ``names`` float32 (words, tags) log-probabilities; ``upos``, ``xpos`` int64 (words,); ``roles`` (words,
    tags); ``factuality`` (words,); ``arcs``, ``links`` (words, words); ``label_dep``, ``label_head`` (words, size);
    ``vectors`` (sentences, hidden).
    """
    writer = Writer(ranges)
    x = _embeddings(writer, w)
    for i in range(LAYERS):
        x = _layer(writer, x, i, w)
    flat = writer.node("Squeeze", [x, writer.constant("front", np.array([0]))], "encoded")
    words = writer.node("Gather", [flat, "first"], "words")
    wide = ("arcs.dep", "arcs.head", "label_dep", "label_head", "links.dep", "links.head")
    weight = np.concatenate([w[f"{k}.weight"] for k in wide]).T
    joint = writer.linear(words, "heads", weight, np.concatenate([w[f"{k}.bias"] for k in wide]))
    bent = writer.node("Relu", [joint], "heads.relu")
    sizes = writer.constant("heads.sizes", np.array([w[f"{k}.weight"].shape[0] for k in wide]))
    parts = [k if k.startswith("label") else f"{k}.part" for k in wide]
    writer.nodes.append(helper.make_node("Split", [bent, sizes], parts, name="heads/Split", axis=1))
    _biaffine(writer, "arcs.dep.part", "arcs.head.part", "arcs", w)
    _biaffine(writer, "links.dep.part", "links.head.part", "links", w)
    narrow = ("names", "upos", "xpos", "roles", "factuality")
    small = writer.constant("narrow.weight", np.concatenate([w[f"{k}.weight"] for k in narrow]).T)
    product = writer.node("MatMul", [words, small], "narrow.product")
    bias = writer.constant("narrow.bias", np.concatenate([w[f"{k}.bias"] for k in narrow]))
    together = writer.node("Add", [product, bias], "narrow")
    counts = writer.constant("narrow.sizes", np.array([w[f"{k}.weight"].shape[0] for k in narrow]))
    writer.nodes.append(
        helper.make_node(
            "Split",
            [together, counts],
            ["names.s", "upos.s", "xpos.s", "roles", "factuality.s"],
            name="narrow/Split",
            axis=1,
        )
    )
    writer.node("LogSoftmax", ["names.s"], "names", axis=1)
    writer.node("ArgMax", ["upos.s"], "upos", axis=1, keepdims=0)
    writer.node("ArgMax", ["xpos.s"], "xpos", axis=1, keepdims=0)
    writer.node("Squeeze", ["factuality.s", writer.constant("last", np.array([1]))], "factuality")
    mean = writer.node("MatMul", ["pool", words], "sentence_means")
    turned = writer.node("MatMul", [mean, writer.constant("vector.weight", w["vector.weight"].T)], "vector.product")
    raw = writer.node("Add", [turned, writer.constant("vector.bias", w["vector.bias"])], "vector.raw")
    writer.node("LpNormalization", [raw], "vectors", axis=1, p=2)
    return _finish(writer, "en_news", {
        "pieces": (TensorProto.INT64, ["n_pieces"]), "shapes": (TensorProto.INT64, ["n_pieces"]),
        "first": (TensorProto.INT64, ["n_words"]), "pool": (TensorProto.FLOAT, ["n_sentences", "n_words"]),
    }, {
        "names": TensorProto.FLOAT, "upos": TensorProto.INT64, "xpos": TensorProto.INT64, "roles": TensorProto.FLOAT,
        "factuality": TensorProto.FLOAT, "arcs": TensorProto.FLOAT, "links": TensorProto.FLOAT,
        "label_dep": TensorProto.FLOAT, "label_head": TensorProto.FLOAT, "vectors": TensorProto.FLOAT,
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
