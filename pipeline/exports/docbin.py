"""A spaCy ``DocBin``: every article a ``Doc``, every row a span in ``doc.spans``.

The groups are ``mentions``, ``quotes``, ``cues``, ``sources``, ``dates`` and ``claims`` (a claim that the text breaks
has a span a piece). A span's ``label_`` is the row's label or kind, ``kb_id_`` the entity or the TIMEX3 value, ``id_``
the id of the row. ``doc.ents`` holds the names, the outermost where they nest, and sentences are set. The tokenizer is
spaCy's blank English one; where it joins what a row cuts (*U.S.-led*), the token is cut there, so that every span has
exactly the characters of its row: text and offsets are checked for each.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.exports.target import Target

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

Row = dict[str, Any]
_RUN = re.compile(r"\s+|\S+")


def _tokens(nlp: Language, text: str, edges: Iterable[int]) -> tuple[list[str], list[bool]]:
    """Words and spaces of *text*, cut wherever the tokenizer or one of the *edges* (characters) cuts."""
    cuts = {0, len(text), *edges}
    for token in nlp.make_doc(text):
        cuts |= {token.idx, token.idx + len(token)}
    words: list[str] = []
    spaces: list[bool] = []
    ordered = sorted(cuts)
    for start, end in pairwise(ordered):
        for run in _RUN.findall(text[start:end]):
            if run[0] == " " and words and not spaces[-1] and not words[-1].isspace():
                spaces[-1] = True
                run = run[1:]
            if run:
                words.append(run)
                spaces.append(False)
    return words, spaces


def _span(doc: Doc, start: int, end: int, label: str, kb_id: str | None, row_id: str) -> Span:
    made = doc.char_span(start, end, label=label, kb_id=kb_id or "", span_id=row_id)
    if made is None or (made.start_char, made.end_char) != (start, end):
        raise ValueError(f"{row_id}: characters {start} to {end} are no span of its article")
    return made


def build(nlp: Language, article: Row, rows: dict[str, list[Row]]) -> Doc:
    """The ``Doc`` of one article; *rows* are its ``sentences``, ``mentions``, ``quotes``, ``dates`` and ``claims``.

    Offsets are characters of ``article["text"]``, which is the ``Doc``'s text. Raises ValueError where a row's
    offsets lie outside the text.
    """
    from spacy.tokens import Doc
    from spacy.util import filter_spans

    wanted: list[tuple[str, int, int, str, str | None, str]] = []
    for row in rows["mentions"]:
        wanted.append(("mentions", row["start"], row["end"], row["label"], row["entity_id"], row["mention_id"]))
    for row in rows["dates"]:
        wanted.append(("dates", row["start"], row["end"], row["type"], row["value"], row["date_id"]))
    for row in rows["quotes"]:
        who, name = row["speaker_entity_id"], row["quote_id"]
        wanted.append(("quotes", row["start"], row["end"], row["kind"], who, name))
        if row["cue_start"] is not None:
            wanted.append(("cues", row["cue_start"], row["cue_end"], row["cue_lemma"] or "cue", None, name))
        if row["speaker_start"] is not None:
            wanted.append(("sources", row["speaker_start"], row["speaker_end"], "source", who, name))
    for row in rows["claims"]:
        for part in row["spans"] or [row]:
            who, name = row["claimant_entity_id"], row["claim_id"]
            wanted.append(("claims", part["start"], part["end"], row["kind"], who, name))

    text = article["text"]
    starts = {row["start"] for row in rows["sentences"]}
    words, spaces = _tokens(nlp, text, [edge for _, start, end, *_ in wanted for edge in (start, end)] + list(starts))
    doc = Doc(nlp.vocab, words=words, spaces=spaces)
    if doc.text != text:
        raise ValueError(f"{article['article_id']}: the tokens don't give back the text")
    for token in doc:
        token.is_sent_start = token.idx in starts or token.i == 0
    groups: dict[str, list[Span]] = {name: [] for name in ("mentions", "quotes", "cues", "sources", "dates", "claims")}
    for group, start, end, label, kb_id, row_id in wanted:
        groups[group].append(_span(doc, start, end, label, kb_id, row_id))
    for name, spans in groups.items():
        doc.spans[name] = spans
    names = {row["mention_id"] for row in rows["mentions"] if row["kind"] == "name"}
    doc.ents = filter_spans([span for span in groups["mentions"] if span.id_ in names])
    doc.user_data["article_id"] = article["article_id"]
    return doc


def _grouped(tables: dict[str, pa.Table], names: Sequence[str]) -> dict[str, dict[str, list[Row]]]:
    found: dict[str, dict[str, list[Row]]] = {name: defaultdict(list) for name in names}
    for name in names:
        for row in tables[name].to_pylist():
            found[name][row["article_id"]].append(row)
    return found


def write(tables: dict[str, pa.Table], target: Target) -> None:
    """One ``.spacy`` file: ``DocBin().from_disk(path).get_docs(spacy.blank("en").vocab)`` reads it."""
    import spacy
    from spacy.tokens import DocBin

    nlp = spacy.blank("en")
    nlp.max_length = 1 << 40
    names = ("sentences", "mentions", "quotes", "dates", "claims")
    rows = _grouped(tables, names)
    packed = DocBin(attrs=["ORTH", "SENT_START", "ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID"], store_user_data=True)
    for article in tables["articles"].select(["article_id", "text"]).to_pylist():
        packed.add(build(nlp, article, {name: rows[name].get(article["article_id"], []) for name in names}))
    target.write(target.made.path.name, packed.to_disk)
