"""One small network reads the article once; the stages after it read its predictions.

The component ``encode`` runs the encoder in ``models/`` over a Doc's words, sets tags, heads, dependency labels and
lemmas as spaCy users know them (one tree a sentence, within the sentences of ``segment``), and leaves the rest on
``doc._.encoded``: an :class:`Encoded`, whose ``names`` and ``attributions`` are decoded on demand.

>>> import spacy
>>> from pipeline.model import encoder_folder
>>> nlp = spacy.blank("en")
>>> _ = nlp.add_pipe("segment")
>>> _ = nlp.add_pipe("encode", config={"model": str(encoder_folder("en_news"))})
>>> doc = nlp("“We will stay,” Maria Keller told Reuters on Tuesday.")
>>> [(doc[start:end].text, label) for start, end, label, score in doc._.encoded.names]
[('Maria Keller', 'PERSON'), ('Reuters', 'ORG')]
>>> [doc[start:end].text for a in doc._.encoded.attributions for start, end in a.content]
['“We will stay,”']
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotations import paragraphs
from pipeline.model import models_folder
from pipeline.stages.encode.decode import (
    Attribution,
    Encoded,
    Fragment,
    decode_attributions,
    decode_fragments,
    decode_names,
)
from pipeline.stages.encode.model import Encoder, load_encoder, read_meta
from pipeline.tagging import words_of

__all__ = [
    "DEFAULT_MODEL", "Attribution", "EncodeStage", "Encoded", "Encoder", "Fragment", "decode_attributions",
    "decode_fragments", "decode_names", "load_encoder", "make_encode", "read_meta",
]  # fmt: skip

DEFAULT_MODEL = "en_news"

_SPACE = "_SP"
_LEMMA_CHARS = 100


@lru_cache(maxsize=2)
def _encoder(folder: str) -> Encoder:
    return load_encoder(Path(folder))


class EncodeStage:
    """Runs the encoder. Holds its folder alone, so that it can be pickled; a process loads the encoder once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.encoder = _encoder(str(folder))

    def __getstate__(self) -> dict[str, Path]:
        return {"folder": self.folder}

    def __setstate__(self, state: dict[str, Path]) -> None:
        self.__init__(state["folder"])  # type: ignore[misc]

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc._.encoded`` and, unless a parser was there before, tags, trees and lemmas."""
        if not len(doc):
            return doc
        words = words_of(doc)
        blocks = self._paragraphs(doc)
        if doc.has_annotation("SENT_START"):
            sentences = np.flatnonzero(doc.to_array("SENT_START") == 1).tolist()
        else:
            sentences = _plain_sentences(words)
        encoded = self.encoder.encode(words, sentences, blocks)
        doc._.encoded = encoded
        return doc if doc.has_annotation("DEP") else self._annotate(doc, words, encoded)

    @staticmethod
    def _paragraphs(doc: Doc) -> list[int]:
        """The first token of each paragraph that has one."""
        ends = doc.to_array(["IDX", "LENGTH"]).sum(1).astype(np.int64)
        # A paragraph's first token is the first that ends behind the paragraph's start.
        begins = [paragraph.start for paragraph in paragraphs(doc)]
        starts = np.unique(np.searchsorted(ends, np.array(begins, dtype=np.int64), side="right")).tolist()
        # White space before the first paragraph belongs to it.
        return [0, *(start for start in starts[1:] if start < len(doc))]

    def _annotate(self, doc: Doc, words: list[str], encoded: Encoded) -> Doc:
        strings = doc.vocab.strings
        n = len(doc)
        rows = np.zeros((n, 5), dtype=np.uint64)
        rows[:, 0] = (encoded.heads.astype(np.int64) - np.arange(n)).astype(np.uint64)
        # Index -1, white space, is the last entry.
        deps = ["ROOT" if label == "root" else label for label in encoded.dep_labels]
        rows[:, 1] = np.array([*(strings.add(x) for x in deps), strings.add("dep")], dtype=np.uint64)[encoded.deps]
        tags = (*encoded.tag_labels, _SPACE)
        rows[:, 2] = np.array([strings.add(x) for x in tags], dtype=np.uint64)[encoded.tags]
        # Coarse tags are symbols: their ids are the same in every vocabulary.
        coarse = (*encoded.upos_labels, "SPACE")
        rows[:, 3] = np.array([strings[x] for x in coarse], dtype=np.uint64)[encoded.upos]
        lemma = self.encoder.lemmatizer
        tagged = list(zip(words, encoded.tags.tolist(), strict=True))
        lemmas = {
            (word, tag): strings.add(lemma(word, tags[tag]) if tag >= 0 and len(word) <= _LEMMA_CHARS else word)
            for word, tag in set(tagged)
        }
        rows[:, 4] = [lemmas[pair] for pair in tagged]
        # A word's root label belongs to its sentence's root alone, whatever the label head said.
        own = encoded.heads == np.arange(n)
        rows[own, 1] = strings.add("ROOT")
        rows[~own & (rows[:, 1] == strings["ROOT"]), 1] = strings.add("dep")
        return doc.from_array(["HEAD", "DEP", "TAG", "POS", "LEMMA"], rows)  # type: ignore[arg-type]


def _plain_sentences(words: list[str]) -> list[int]:
    """Where sentences start in a Doc without ``segment``: after a final mark, and its closing quotation mark."""
    starts = [0]
    for i in range(1, len(words)):
        before = words[i - 1]
        if before in "”\"'’)" and i > 1:
            before = words[i - 2]
        if before in (".", "!", "?", "…") and words[i][:1].strip() and words[i] not in "”\"'’)":
            starts.append(i)
    return starts


@Language.factory(
    "encode",
    default_config={"model": ""},
    assigns=["token.tag", "token.pos", "token.dep", "token.head", "token.lemma", "doc._.encoded"],
)
def make_encode(nlp: Language, name: str, model: str) -> EncodeStage:
    """The component ``encode``. *model* is a model folder; the shipped one if empty. Raises ModelError."""
    return EncodeStage(Path(model) if model else models_folder() / DEFAULT_MODEL)
