"""A warm start: the network's weights out of a shipped model folder, 8-bit products turned back into floats.

Smoothing is undone (``weight * step / smooth``); word pieces come from the published model, which training leaves as
they are. What is lost is the rounding to 63 steps a column, far less than a training step moves.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from graph import NARROW, WIDE, cautious
from labels import NAME_TAGS, ROLE_TAGS
from network import FORBIDDEN, LAYERS, Network
from onnx import numpy_helper
from torch import Tensor

LATER = ("worth", "spans")
"""Heads that the first folders lack."""


def constants_of(path: Path) -> dict[str, np.ndarray]:
    graph = onnx.load(str(path)).graph
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}


def _product(constants: dict[str, np.ndarray], name: str, tap: str) -> np.ndarray:
    """The (in, out) weights of a product of the input *tap* as :class:`graph.Writer` wrote it, in 8 bits or floats."""
    weight = constants[f"{name}.weight"].astype(np.float32)
    if f"{name}.steps" in constants:
        weight = weight * constants[f"{name}.steps"] * constants[f"{tap}.smooth"][:, None]
    return weight


def _queries_keys_values(constants: dict[str, np.ndarray], key: str) -> tuple[np.ndarray, np.ndarray]:
    """Weights (hidden, 3 x hidden) and bias of one layer's joint product."""
    if f"{key}.qkv.weight" in constants:
        # A folder from before the three were products of their own.
        return _product(constants, f"{key}.qkv", f"{key}.qkv"), constants[f"{key}.qkv.bias"]
    weights = [_product(constants, f"{key}.{part}", f"{key}.qkv") for part in "qkv"]
    biases = [constants[f"{key}.{part}.bias"] for part in "qkv"]
    if f"{key}.v.steps" in constants:
        # In 8 bits values leave their product smoothed for the next.
        inverse = constants[f"{key}.out.smooth"]
        weights[2], biases[2] = weights[2] / inverse, biases[2] / inverse
    return np.concatenate(weights, axis=1), np.concatenate(biases)


def shipped_weights(folder: Path, network: Network) -> dict[str, np.ndarray]:
    """The weights of *folder*'s model by the names of :class:`network.Network`, all but the word pieces'.

    Raises:
        OSError, KeyError, ValueError: a file is missing, or wasn't written by ``export.py``.
    """
    c = constants_of(folder / "model.onnx")
    labels = constants_of(folder / "labels.onnx")
    found = {
        "positions.weight": c["positions"], "shapes.weight": c["shape_table"],
        "norm.weight": c["embedded.gamma"], "norm.bias": c["embedded.beta"],
        "vector.weight": c["vector.weight"].T, "vector.bias": c["vector.bias"],
        "labels.weight": labels["weight"].T, "labels.bias": labels["bias"],
    }  # fmt: skip
    if "worth.weight" in c:
        found["worth.weight"], found["worth.bias"] = c["worth.weight"].T, c["worth.bias"]
    for i in range(LAYERS):
        key = f"layers.{i}"
        joint, found[f"{key}.qkv.bias"] = _queries_keys_values(c, key)
        found[f"{key}.qkv.weight"] = joint.T
        for part in ("out", "up", "down"):
            key = f"layers.{i}.{part}"
            found[f"{key}.weight"], found[f"{key}.bias"] = _product(c, key, key).T, c[f"{key}.bias"]
        for part in ("norm1", "norm2"):
            key = f"layers.{i}.{part}"
            found[f"{key}.weight"], found[f"{key}.bias"] = c[f"{key}.gamma"], c[f"{key}.beta"]
    sizes = {name: tuple(p.shape) for name, p in network.named_parameters()}
    for names, weight, bias in (
        (WIDE, _product(c, "heads", "heads").T, c["heads.bias"]),
        (NARROW, c["narrow.weight"].T, c["narrow.bias"]),
    ):
        at = 0
        for name in names:
            rows = sizes[f"{name}.weight"][0]
            if at == len(weight):
                # A folder from before this head.
                break
            found[f"{name}.weight"], found[f"{name}.bias"] = weight[at : at + rows], bias[at : at + rows]
            at += rows
        if at != len(weight):
            raise ValueError(f"{folder}: heads of {len(weight)} rows, {at} expected")
    for name in ("arcs", "links", "spans"):
        if f"{name}.w" not in c:
            continue
        scale = np.float32(c[f"{name}.w"].shape[0] ** 0.5)
        found[f"{name}.weight.weight"] = c[f"{name}.w"].T * scale
        found[f"{name}.weight.bias"] = c[f"{name}.b"] * scale
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    found = cautious(found, -meta.get("caution", 0.0))
    moves = np.array(meta["transitions"], dtype=np.float32)
    # Forbidden moves never learn: they begin, and stay, at zero.
    found["transitions"] = np.where(moves <= FORBIDDEN, np.float32(0), moves)
    return found


def shipped_lists(folder: Path) -> tuple[dict[str, list[str]], dict[str, float]]:
    """The labels that *folder*'s model knows, in order (``upos``, ``xpos``, ``deps``), and how it was trained.

    Raises:
        OSError, KeyError: no such folder, or none of ours.
        ValueError: its names or roles are tagged otherwise than by :mod:`labels`.
    """
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    known = meta["labels"]
    if known["names"] != NAME_TAGS or known["roles"] != ROLE_TAGS:
        raise ValueError(f"{folder} tags names or roles otherwise: train from the start, without --from")
    return {key: known[key] for key in ("upos", "xpos", "deps")}, meta["trained"]


def load_shipped(network: Network, folder: Path) -> None:
    """Fill *network* (its word pieces already there, its sizes those of :func:`shipped_lists`) from a model folder.

    Raises:
        OSError, KeyError: as :func:`shipped_weights`.
        ValueError: the folder's sizes are others.
    """
    found: dict[str, Tensor] = {
        name: torch.from_numpy(np.array(value, dtype=np.float32, order="C"))
        for name, value in shipped_weights(folder, network).items()
    }
    # A folder from before these heads has none of them: they begin as they come.
    fresh = {name for name, _ in network.named_parameters() if name.split(".")[0] in LATER} - found.keys()
    for name, parameter in network.named_parameters():
        if name == "pieces.weight" or name in fresh:
            continue
        if name not in found or parameter.shape != found[name].shape:
            shape = tuple(found[name].shape) if name in found else None
            raise ValueError(f"{folder}: {name} is {shape}, not {tuple(parameter.shape)}")
    network.load_state_dict(found, strict=False)
