"""Tokens and sentences: the spaCy component ``segment`` and the linear-time tokenizer call :func:`make_doc`.

>>> import spacy
>>> nlp = spacy.blank("en")
>>> _ = nlp.add_pipe("segment")
>>> [sentence.text for sentence in nlp("Lt. Gen. Qassem Soleimani died. “Why?” he asked.").sents]
['Lt. Gen. Qassem Soleimani died.', '“Why?” he asked.']
"""

from __future__ import annotations

from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotations import paragraphs, text_of
from pipeline.stages.segment.boundaries import sentence_starts
from pipeline.tokenizer import extend_tokenizer, make_doc

__all__ = ["Segmenter", "extend_tokenizer", "make_doc", "make_segment", "sentence_starts"]


class Segmenter:
    """Sets ``token.is_sent_start``; a sentence never crosses a paragraph.

    A white-space token before a sentence belongs to the one before, so a sentence's text may end in white space.
    A Doc whose sentences a parser has set already is left as it is.
    """

    def __call__(self, doc: Doc) -> Doc:
        # In arrays, not by tokens: each look at one makes an object, and ``is_sent_start`` looks over the whole Doc.
        columns: Any = doc.to_array(["IDX", "IS_SPACE", "DEP"])
        if not len(doc) or columns[:, 2].any():
            return doc
        text = text_of(doc)
        wanted: set[int] = set()
        for paragraph in paragraphs(doc):
            wanted.add(paragraph.start)
            if paragraph.section != "dateline":  # "ST. ORM. March 4 (AP) —" is one line
                wanted.update(paragraph.start + at for at in sentence_starts(text[paragraph.start : paragraph.end]))
        is_word = columns[:, 1] == 0
        begins = np.isin(columns[:, 0], np.fromiter(wanted, np.uint64, len(wanted)))
        starts: Any = np.where(begins & (np.cumsum(is_word) > is_word), 1, -1)  # not before the first word
        starts[0] = 1
        return doc.from_array(["SENT_START"], starts.astype(np.uint64).reshape(-1, 1))


@Language.factory("segment", assigns=["token.is_sent_start", "doc.sents"])
def make_segment(nlp: Language, name: str) -> Segmenter:
    """The component ``segment``. Extends the tokenizer of *nlp* by :func:`extend_tokenizer`."""
    extend_tokenizer(nlp)
    return Segmenter()
