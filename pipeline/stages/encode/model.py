"""The encoder: the model folder, verified, as something that reads words and returns :class:`Encoded`.

Every window runs alone, on one thread, with nothing padded: what is read beside it, before it or after it can't change
a bit of its result.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.model import ModelError
from pipeline.stages.encode.decode import Encoded
from pipeline.stages.encode.lemmas import Lemmatizer
from pipeline.stages.encode.pointers import Pointers
from pipeline.stages.encode.posterior import likely_spans
from pipeline.stages.encode.trees import decode_tree
from pipeline.stages.encode.windows import Cut, Window, plan_windows
from pipeline.stages.encode.wordpieces import WordPieces

if TYPE_CHECKING:
    import onnxruntime as ort

FORMAT = 1
"""Version of the folder's layout and of the graph's inputs and outputs."""

_WORTH, _SPANS = "worth", "spans"
"""Outputs of a graph that has a head for check-worthiness, and one for the ends of content."""


def read_meta(folder: Path) -> dict[str, Any]:
    """``meta.json`` of a model folder, its files checked against the SHA-256 sums it holds.

    Raises:
        ModelError: no such folder, no or broken ``meta.json``, another format, a file missing or changed.
    """
    path = folder / "meta.json"
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"no model in {folder}: meta.json is missing. Name another with --model, or reinstall"
        ) from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} can't be read as JSON ({error}). Restore the model folder") from error
    if not isinstance(meta, dict) or meta.get("format") != FORMAT:
        found = meta.get("format") if isinstance(meta, dict) else None
        raise ModelError(f"{folder} is of model format {found}; this version reads format {FORMAT}. Update one of them")
    for name, expected in sorted(meta.get("sha256", {}).items()):
        try:
            actual = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise ModelError(f"{folder / name} can't be read ({error.strerror}). Restore the model folder") from error
        if actual != expected:
            raise ModelError(f"{folder / name} is damaged or was changed: its SHA-256 is not that of meta.json")
    return meta


def load_encoder(folder: Path) -> Encoder:
    """The encoder in *folder*. Raises :class:`ModelError` as :func:`read_meta` does, or if the graph can't be run."""
    # Only a run that reads with the encoder pays for the import.
    import onnxruntime as ort

    meta = read_meta(folder)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    # Windows differ in length: planned memory would be kept for each.
    options.enable_mem_pattern = False
    # The graph is written as it is to be run: further fusions would put slower kernels into it.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    try:
        sessions = [
            ort.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
            for name in ("model.onnx", "labels.onnx")
        ]
        vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
        lemmas = json.loads((folder / "lemmas.json").read_text(encoding="utf-8"))
        return Encoder(sessions[0], sessions[1], vocabulary, Lemmatizer(lemmas["irregular"], lemmas["known"]), meta)
    except ModelError:
        raise
    except Exception as error:  # ONNX Runtime raises classes of its own for a graph that it can't run
        raise ModelError(f"the model in {folder} can't be loaded: {error}") from error


class Encoder:
    """Reads words, returns what the heads say of them. Made by :func:`load_encoder`."""

    def __init__(
        self, network: ort.InferenceSession, labels: ort.InferenceSession, vocabulary: Sequence[str],
        lemmatizer: Lemmatizer, meta: dict[str, Any],
    ) -> None:  # fmt: skip
        self._network = network
        self._labels = labels
        self._outputs = [output.name for output in network.get_outputs()]
        self.pieces = WordPieces(vocabulary)
        self.lemmatizer = lemmatizer
        self.meta = meta
        named = meta["labels"]
        self.name_tags, self.role_tags, self.tag_labels, self.upos_labels, self.dep_labels = (
            tuple(named[key]) for key in ("names", "roles", "xpos", "upos", "deps")
        )
        scale, shift = meta.get("calibration", (1.0, 0.0))
        self.calibration = (float(scale), float(shift))
        self._moves = np.array(meta["transitions"], dtype=np.float32)

    @property
    def version(self) -> str:
        """Name, version and the first twelve digits of the graph's SHA-256: what outputs depend on."""
        return f"{self.meta['name']}-{self.meta['version']}+{self.meta['sha256']['model.onnx'][:12]}"

    def encode(self, words: Sequence[str], sentences: Sequence[int], paragraphs: Sequence[int]) -> Encoded:
        """Read one article.

        Args:
            words: its tokens; white space among them is left out of the reading and keeps empty rows.
            sentences: ascending token indices at which sentences start, the first being 0.
            paragraphs: the same for paragraphs; each starts a sentence too.
        """
        starts = np.array(sorted({0, *sentences, *paragraphs}), dtype=np.int64)
        blocks = np.array(sorted({0, *paragraphs}), dtype=np.int64)
        cut = Cut(words, self.pieces)
        kept = np.flatnonzero(cut.counts)
        n = len(words)
        result = _Rows(n, len(starts), self)
        if len(kept):
            # The same starts, counted in words that have pieces; a sentence of white space alone goes.
            inner = np.unique(np.searchsorted(kept, starts))
            inner = inner[inner < len(kept)]
            outer = np.unique(np.searchsorted(kept, blocks))
            outer = outer[outer < len(kept)]
            owner = np.searchsorted(starts, kept[inner], side="right") - 1
            cut = cut.kept()
            read: list[tuple[Window, dict[str, np.ndarray]]] = []
            for window in plan_windows(cut.counts, inner.tolist(), outer.tolist()):
                output = self._run(cut, window, inner, outer)
                self._merge(result, window, output, kept, inner, owner)
                read.append((window, output))
            self._roles(result, kept, outer.tolist(), read)
            self._links(result, kept, read)
        return result.finish(starts[:-1] if n == 0 else starts, blocks, self)

    def _run(self, cut: Cut, window: Window, starts: np.ndarray, breaks: np.ndarray) -> dict[str, np.ndarray]:
        low, high = np.searchsorted(breaks, (window.start, window.end))
        given = cut.window(window.start, window.end, breaks[low:high] - window.start)
        _, lows, highs = _sentence_bounds(window, starts)
        pool = np.zeros((len(lows), window.end - window.start), dtype=np.float32)
        for row, (low, high) in enumerate(zip(lows, highs, strict=True)):
            pool[row, low - window.start : high - window.start] = 1.0 / (high - low)
        feed = {"pieces": given.pieces, "shapes": given.shapes, "first": given.first, "pool": pool}
        return dict(zip(self._outputs, self._network.run(self._outputs, feed), strict=True))

    def _merge(
        self, result: _Rows, window: Window, output: dict[str, np.ndarray], kept: np.ndarray, starts: np.ndarray,
        owner: np.ndarray,
    ) -> None:  # fmt: skip
        core = slice(window.core - window.start, window.end - window.start)
        at = kept[window.core : window.end]
        result.names[at] = output["names"][core]
        result.roles[at] = output["roles"][core]
        result.factuality[at] = np.clip(output["factuality"][core], -3, 3)
        result.upos[at] = output["upos"][core]
        result.tags[at] = output["xpos"][core]
        earliest, lows, highs = _sentence_bounds(window, starts)
        heads = np.arange(window.end - window.start)
        for row, (low, high) in enumerate(zip(lows, highs, strict=True)):
            sentence = earliest + row
            if high <= window.core:
                continue
            result.vectors[owner[sentence]] += output["vectors"][row]
            if _WORTH in output:
                # The logit is linear in the mean over words: parts of a sentence count by their words.
                result.worth[owner[sentence]] += (high - low) * np.array([output[_WORTH][row], 1])
            begin, end = max(low, window.core) - window.start, high - window.start
            tree = decode_tree(output["arcs"][begin:end, begin:end])
            heads[begin:end] = tree
            heads[begin:end] += begin
            first = int(starts[sentence])
            if window.start + begin > first:
                # The rest of a sentence that no window holds: its top hangs on the sentence's root.
                top = begin + tree.index(next(i for i, h in enumerate(tree) if i == h))
                result.extra[int(kept[window.start + top])] = int(kept[first])
        local = heads[core]
        result.heads[at] = kept[local + window.start]
        given = {"dep": output["label_dep"][core], "head": output["label_head"][local]}
        result.deps[at] = self._labels.run(None, given)[0]

    def _roles(
        self, result: _Rows, kept: np.ndarray, blocks: list[int], read: list[tuple[Window, dict[str, np.ndarray]]]
    ) -> None:
        pointers = {}
        if _SPANS in self._outputs:
            pointers["content"] = Pointers([(window.start, window.core, output[_SPANS]) for window, output in read])
        path = np.zeros(len(kept), dtype=np.int16)
        worths = np.zeros(len(kept), dtype=np.float32)
        for span in likely_spans(result.roles[kept], self._moves, self.role_tags, blocks, pointers=pointers):
            first, inside, last, single = (self.role_tags.index(f"{prefix}-{span.label}") for prefix in "BIES")
            path[span.start : span.end] = inside
            path[span.end - 1] = last
            path[span.start] = first if span.end - span.start > 1 else single
            worths[span.start] = span.worth
        result.role_path[kept], result.role_worths[kept] = path, worths

    def _links(self, result: _Rows, kept: np.ndarray, read: list[tuple[Window, dict[str, np.ndarray]]]) -> None:
        begins = np.array([tag[0] in "BS" for tag in self.role_tags])
        for window, output in read:
            inside = kept[window.start : window.end]
            places = np.flatnonzero(begins[result.role_path[inside]])
            rows = places[places >= window.core - window.start]
            if not len(rows):
                continue
            scores = output["links"][rows].astype(np.float64)
            scores -= scores.max(1, keepdims=True)
            scores -= np.log(np.exp(scores).sum(1, keepdims=True))
            children, parents = np.repeat(inside[rows], len(places)), np.tile(inside[places], len(rows))
            result.links.append(np.stack([children, parents], axis=1))
            result.link_scores.append(scores[:, places].ravel())


def _sentence_bounds(window: Window, starts: np.ndarray) -> tuple[int, list[int], list[int]]:
    """The first sentence in a window, and where its sentences begin and end, cut to the window."""
    first = int(np.searchsorted(starts, window.start, side="right")) - 1
    last = int(np.searchsorted(starts, window.end, side="left"))
    lows = [max(s, window.start) for s in starts[first:last].tolist()]
    return first, lows, [*lows[1:], window.end]


class _Rows:
    """The arrays of an :class:`Encoded` while its windows come in."""

    def __init__(self, n: int, sentences: int, encoder: Encoder) -> None:
        self.names = np.full((n, len(encoder.name_tags)), -20, dtype=np.float32)
        self.names[:, 0] = 0
        self.roles = np.full((n, len(encoder.role_tags)), -20, dtype=np.float32)
        self.roles[:, 0] = 0
        self.role_path = np.zeros(n, dtype=np.int16)
        self.role_worths = np.zeros(n, dtype=np.float32)
        self.factuality = np.zeros(n, dtype=np.float32)
        self.vectors = np.zeros((sentences, 384), dtype=np.float32)
        self.worth = np.zeros((sentences, 2))
        """Of each sentence's parts, the sum of logits times words, and of words."""
        self.upos, self.tags, self.deps = (np.full(n, -1, dtype=np.int16) for _ in range(3))
        self.heads = np.arange(n, dtype=np.int32)
        self.links: list[np.ndarray] = [np.zeros((0, 2), dtype=np.int64)]
        self.link_scores: list[np.ndarray] = [np.zeros(0)]
        self.extra: dict[int, int] = {}

    def finish(self, sentences: np.ndarray, paragraphs: np.ndarray, encoder: Encoder) -> Encoded:
        """White space inside a span takes the span's tags, hangs on the token before; then nothing changes any more."""
        for top, anchor in self.extra.items():
            while self.heads[anchor] != anchor and self.heads[anchor] != top:
                anchor = int(self.heads[anchor])
            if anchor != top:
                self.heads[top] = anchor
        length = np.sqrt((self.vectors**2).sum(1, keepdims=True))
        self.vectors /= np.maximum(length, 1e-9)
        self._fill_spaces(encoder, sentences, paragraphs)
        arrays: dict[str, np.ndarray] = {
            "name_scores": self.names, "role_scores": self.roles, "role_path": self.role_path,
            "role_worths": self.role_worths,
            "links": np.concatenate(self.links).astype(np.int32),
            "link_scores": np.concatenate(self.link_scores).astype(np.float32), "factuality": self.factuality,
            "vectors": self.vectors, "check_worthiness": self._check_worthiness().astype(np.float32),
            "sentences": sentences.astype(np.int32),
            "paragraphs": paragraphs.astype(np.int32), "heads": self.heads, "tags": self.tags, "upos": self.upos,
            "deps": self.deps,
        }  # fmt: skip
        for array in arrays.values():
            array.flags.writeable = False
        return Encoded(
            **arrays, name_tags=encoder.name_tags, role_tags=encoder.role_tags, tag_labels=encoder.tag_labels,
            upos_labels=encoder.upos_labels, dep_labels=encoder.dep_labels, calibration=encoder.calibration,
            graph=encoder.version.rpartition("+")[2],
        )  # fmt: skip

    def _check_worthiness(self) -> np.ndarray:
        logits, words = self.worth.T
        found = np.zeros(len(self.vectors))
        found[words > 0] = 1 / (1 + np.exp(-logits[words > 0] / words[words > 0]))
        return found

    def _fill_spaces(self, encoder: Encoder, sentences: np.ndarray, paragraphs: np.ndarray) -> None:
        spaces = np.flatnonzero(self.upos < 0)
        if not len(spaces):
            return
        starts = set(sentences.tolist())
        blocks = set(paragraphs.tolist())
        names, roles = encoder.name_tags, encoder.role_tags
        edges = [*sentences.tolist(), len(self.heads)]
        for i in spaces.tolist():
            if i and i not in starts:
                self.heads[i] = i - 1
                before = names[int(self.names[i - 1].argmax())]
                if before[0] in "BI":
                    self._put(self.names, i, names.index("I-" + before[2:]))
            else:
                # White space opens a sentence: it hangs on the next word, if the sentence has one.
                end = next(e for e in edges if e > i)
                j = next((j for j in range(i + 1, end) if self.upos[j] >= 0), i)
                self.heads[i] = j
            before = roles[self.role_path[i - 1]] if i and i not in blocks else "O"
            if before[0] in "BI":
                self.role_path[i] = roles.index("I-" + before[2:])

    @staticmethod
    def _put(rows: np.ndarray, i: int, tag: int) -> None:
        rows[i] = -20
        rows[i, tag] = 0
