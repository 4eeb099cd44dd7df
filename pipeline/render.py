"""An article with its evidence highlighted in place, as HTML; shared by notebook and report.

Every character of the article is escaped. Overlapping rows are shown rightly: the text is cut at every edge, and each
piece carries the marks of all rows that cover it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Protocol, TypeVar

#: One class a kind of evidence; the order is the order in the legend.
KINDS = ("quote", "cue", "speaker", "entity", "date", "claim")
# Inline, since some notebooks drop style sheets; of colours that can be read on white and on black.
_STYLES = {
    "quote": "background:rgba(240,190,40,.28)",
    "cue": "text-decoration:underline dotted #b8763a 2px",
    "speaker": "font-weight:600;color:#b5602c",
    "entity": "border-bottom:2px solid #4a86d8",
    "date": "border-bottom:2px solid #3a9a68",
    "claim": "box-shadow:inset 0 -2px 0 #a48bd2",
}
_MARK = "color:inherit;background:none;padding:0 .05em"
_BODY = "font:16px/1.6 Georgia,serif;max-width:44rem;white-space:pre-wrap;overflow-wrap:anywhere"
_TABLE = "font:inherit;border-collapse:collapse;border:0;margin:0 2em .5em 0"
_SANS = "font:13px/1.7 system-ui,sans-serif"


@dataclass(frozen=True, slots=True)
class Highlight:
    """A stretch of an article to mark: its kind (one of :data:`KINDS`) and what to say of it on hovering."""

    start: int
    end: int
    kind: str
    title: str = ""


class Marked(Protocol):
    """What can be shown in an article: a stretch of characters and its kind, one of :data:`KINDS`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...


M = TypeVar("M", bound=Marked)


def pieces(length: int, highlights: Sequence[M]) -> Iterable[tuple[int, int, list[M]]]:
    """A text of *length* characters cut at every edge: start, end and the highlights that cover the piece.

    Highlights are not empty and lie inside the text; those of a piece are in the order of :data:`KINDS`.
    """
    opening: dict[int, list[M]] = {}
    closing: dict[int, list[M]] = {}
    edges = {0, length}
    for highlight in highlights:
        opening.setdefault(highlight.start, []).append(highlight)
        closing.setdefault(highlight.end, []).append(highlight)
        edges |= {highlight.start, highlight.end}
    open_now: list[M] = []
    ordered = sorted(edges)
    for start, end in pairwise(ordered):
        for highlight in closing.get(start, ()):
            open_now.remove(highlight)
        open_now += opening.get(start, ())
        yield start, end, sorted(open_now, key=lambda h: KINDS.index(h.kind))


def article_html(text: str, highlights: Iterable[Highlight], *, legend: bool = True) -> str:
    """*text* as an HTML fragment with *highlights* marked; offsets are characters of *text*.

    Raises ValueError for a highlight outside the text or of an unknown kind.
    """
    kept = [highlight for highlight in highlights if highlight.start < highlight.end]
    for highlight in kept:
        if highlight.kind not in KINDS or highlight.start < 0 or highlight.end > len(text):
            raise ValueError(f"can't show {highlight} in a text of {len(text)} characters")
    parts = []
    for start, end, covering in pieces(len(text), kept):
        words = escape(text[start:end])
        if not covering:
            parts.append(words)
            continue
        kinds = list(dict.fromkeys(highlight.kind for highlight in covering))
        title = escape("; ".join(dict.fromkeys(h.title for h in covering if h.title)), quote=True)
        parts.append(f'<mark class="{" ".join(kinds)}" style="{_style(kinds)}" title="{title}">{words}</mark>')
    shown = sorted({highlight.kind for highlight in kept}, key=KINDS.index)
    key = " ".join(f'<mark class="{kind}" style="{_style([kind])}">{kind}</mark>' for kind in shown) if legend else ""
    body = "".join(parts)
    return f'<p style="{_SANS}">{key}</p><div class="evidence" dir="auto" style="{_BODY}">{body}</div>'


def _style(kinds: Sequence[str]) -> str:
    """The style of a piece that rows of *kinds* cover; what is said later wins, which only ``background`` does."""
    return ";".join([_MARK, *(_STYLES[kind] for kind in kinds)])


def summary_html(title: str, groups: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> str:
    """A heading and tables of names and values, side by side, as an HTML fragment; all text is escaped.

    *groups* are a caption (may be empty) and its rows; one without rows is left out.
    """
    cell = "padding:.1em 1em .1em 0;text-align:left;border:0;background:none"
    tables = []
    for caption, rows in groups:
        body = "".join(
            f'<tr style="background:none"><th scope="row" style="{cell};font-weight:400"><bdi>{escape(str(name))}</bdi>'
            f'</th><td style="{cell};font-variant-numeric:tabular-nums"><bdi>{escape(str(value))}</bdi></td></tr>'
            for name, value in rows
        )
        if body:
            head = f'<caption style="text-align:left;font-weight:600">{escape(caption)}</caption>' if caption else ""
            tables.append(f'<table style="{_TABLE}">{head}{body}</table>')
    return (
        f'<div style="{_SANS}"><p style="font-weight:600;margin:.3em 0">{escape(title)}</p>'
        f'<div style="display:flex;flex-wrap:wrap;align-items:flex-start">{"".join(tables)}</div></div>'
    )
