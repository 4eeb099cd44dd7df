"""Write a shipped folder's network anew by the present :mod:`graph`, its 8-bit numbers untouched.

    python models/train/rewrite.py FOLDER OUT

For a graph that runs faster, without another training: weights, steps, scales and smoothing stay those of FOLDER, so
that only the order of sums in floats changes. The figures in ``meta.json`` are FOLDER's: ``finish.py`` without a
checkpoint takes new ones.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import graph
import numpy as np
from export import write_meta
from network import Network, Sizes
from warm import constants_of, shipped_weights

_QKV = ("q", "k", "v")


class Kept(graph.Writer):
    """Writes the 8-bit numbers of an earlier graph's constants instead of rounding weights again."""

    def __init__(self, constants: dict[str, np.ndarray]) -> None:
        super().__init__({})
        self._kept = constants

    def steps(self, tap: str, weight: np.ndarray, share: float = graph.SMOOTHING) -> graph.Steps:
        """How the earlier graph quantised this input."""
        c = self._kept
        scale, zero = (c[f"{tap}.{part}"].reshape(()) for part in ("scale", "zero"))
        return graph.Steps(1 / c[f"{tap}.smooth"], np.float32(scale), np.uint8(zero))

    def rounded(self, name: str, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The earlier graph's 8-bit columns and their steps."""
        c = self._kept
        key, _, part = name.rpartition(".")
        if f"{name}.weight" in c:
            steps = c[f"{name}.steps"]
            return c[f"{name}.weight"], steps / c[f"{key}.out.smooth"] if part == "v" else steps
        # A folder from before the three were products of their own.
        at = _QKV.index(part) * graph.HIDDEN
        columns = slice(at, at + graph.HIDDEN)
        return c[f"{key}.qkv.weight"][:, columns], c[f"{key}.qkv.steps"][columns]


def sizes_of(meta: dict[str, Any], constants: dict[str, np.ndarray]) -> Sizes:
    """The sizes of the network that a folder's ``meta.json`` and constants tell of."""
    labels = meta["labels"]
    return Sizes(
        len(constants["table"]), len(constants["shape_table"]), len(labels["names"]), len(labels["upos"]),
        len(labels["xpos"]), len(labels["deps"]), len(labels["roles"]),
    )  # fmt: skip


def rewrite(folder: Path, out: Path) -> None:
    """Write *folder* to *out* with the present graph. Raises OSError or KeyError if *folder* is none of ours."""
    constants = constants_of(folder / "model.onnx")
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    weights = shipped_weights(folder, Network(sizes_of(meta, constants)))
    weights["pieces.weight"] = constants["table"].astype(np.float32) * constants["table.steps"]
    model, _ = graph.write(Kept(constants), graph.cautious(weights, meta.get("caution", 0.0)))
    out.mkdir(parents=True, exist_ok=True)
    for name in ("labels.onnx", "vocab.txt", "lemmas.json"):
        if out.resolve() != folder.resolve():
            shutil.copyfile(folder / name, out / name)
    (out / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    meta["sha256"]["model.onnx"] = hashlib.sha256((out / "model.onnx").read_bytes()).hexdigest()
    write_meta(out, meta)


def main() -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    rewrite(options.folder, options.out)


if __name__ == "__main__":
    main()
