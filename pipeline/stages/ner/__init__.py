"""Names (the component ``names``): sets ``doc.ents`` with the labels of the contract.

Three sources, the first that is there: entities that a component before this one set (``en_core_web_trf``), the names
of the trained encoder (``doc._.encoded``), the rules of :mod:`pipeline.stages.ner.rules`. What no open data teaches -
laws, events, works, products - comes from rules in all three cases. Edges follow the contract's conventions: no leading
*the*, no trailing *'s*, titles outside a PERSON.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import spacy.util
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.annotations import LABELS
from pipeline.stages.ner.encoded import chances_from_encoder, completed, spans_from_encoder
from pipeline.stages.ner.lookup import match_title
from pipeline.stages.ner.misc import misc_names
from pipeline.stages.ner.rules import names_of
from pipeline.stages.ner.second import bracketed
from pipeline.stages.ner.tokens import Name, Tokens
from pipeline.stages.ner.words import load

__all__ = ["Names", "make_ner"]

SCORES = "name_scores"
"""Key of ``doc.user_data``: the probability of each learned name by its ``(start, end)`` in characters."""

_FOREIGN = {"PER": "PERSON", "NATIONALITY": "NORP", "FACILITY": "FAC", "WORK": "WORK_OF_ART"}
_EDGES = frozenset("\"'“”‘’«»,;:()[]{}.-–—…·•*_")


@Language.factory(
    "names",  # spaCy's own trainable component has taken the name "ner"
    assigns=["doc.ents", "token.ent_iob", "token.ent_type"],
    default_config={"keep": True},
)
def make_ner(nlp: Language, name: str, keep: bool) -> Names:
    """The ``names`` component. With *keep*, entities set before it are kept, mapped to the contract's labels."""
    return Names(keep=keep)


class Names:
    """Sets ``doc.ents``. Never raises; cost is linear in tokens."""

    def __init__(self, *, keep: bool = True) -> None:
        self.keep = keep

    def __call__(self, doc: Doc) -> Doc:
        """Set the names of *doc*."""
        if not len(doc):
            return doc
        tokens = Tokens(doc, load())
        if self.keep and doc.has_annotation("ENT_IOB"):
            names = _compact(tokens, self._kept(doc))
        else:
            encoded = spans_from_encoder(doc)
            if encoded is None:
                names = names_of(tokens, load())
            else:
                names = completed(tokens, _compact(tokens, encoded), chances_from_encoder(doc, tokens))
        names += bracketed(tokens, names)
        spans, scores = [], {}
        for item in (*_compact(tokens, misc_names(doc)), *names):
            edges = _trimmed(tokens, item)
            if edges is not None:
                span = Span(doc, tokens.at[edges[0]], tokens.at[edges[1] - 1] + 1, label=item.label)
                spans.append(span)
                if item.score is not None:
                    scores[span.start_char, span.end_char] = item.score
        doc.set_ents(spacy.util.filter_spans(spans))
        doc.user_data[SCORES] = scores
        return doc

    def _kept(self, doc: Doc) -> list[Name]:
        found = []
        for span in doc.ents:
            label = _FOREIGN.get(span.label_, span.label_)
            if label in LABELS:
                found.append(Name(span.start, span.end, label, True))
        return found


def _compact(tokens: Tokens, names: Iterable[Name]) -> list[Name]:
    """*names* as indices of *tokens*, which leave white space out."""
    found = []
    for name in names:
        start, end = bisect_left(tokens.at, name.start), bisect_left(tokens.at, name.end)
        if start < end:
            found.append(name._replace(start=start, end=end))
    return found


def _trimmed(tokens: Tokens, name: Name) -> tuple[int, int] | None:
    """The token edges of *name* by the contract's conventions; None where nothing is left."""
    start, end = name.start, name.end
    changed = True
    while changed and start < end:
        changed = False
        article = tokens.lower[start] in ("the", "a", "an") and tokens.text[start + 1 : start + 2] != ["-"]
        if tokens.text[start] in _EDGES or article:
            start, changed = start + 1, True
            continue
        if tokens.lower[end - 1] in ("'s", "'") or tokens.text[end - 1] in _EDGES:
            if tokens.text[end - 1] == "." and not tokens.space[end - 2]:
                break
            end, changed = end - 1, True
    if name.label == "PERSON" and end - start > 1:
        after = match_title(tokens, load(), start, end)
        while start < after < end:
            start = after
            after = match_title(tokens, load(), start, end)
    return (start, end) if start < end else None
