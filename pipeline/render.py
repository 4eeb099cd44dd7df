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
_STYLE = """
.evidence{font:16px/1.6 Georgia,serif;max-width:44rem;white-space:pre-wrap;overflow-wrap:anywhere}
.evidence mark{color:inherit;background:none;padding:0 .05em}
.evidence .quote{background:#fdf0c4}
.evidence .claim{box-shadow:inset 0 -2px 0 #b9a4dd}
.evidence .cue{text-decoration:underline dotted #a0522d 2px}
.evidence .speaker{font-weight:600;color:#8a3b12}
.evidence .entity{border-bottom:2px solid #3b7dd8}
.evidence .date{border-bottom:2px solid #2b8a5a}
.evidence-legend{font:13px/2 system-ui,sans-serif;margin:0 0 .5rem}
.evidence-legend mark{margin-right:.8em}
@media (prefers-color-scheme:dark){
.evidence .quote{background:#4a3f12}.evidence .speaker{color:#f0a875}}
"""


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
        classes = " ".join(dict.fromkeys(highlight.kind for highlight in covering))
        title = escape("; ".join(dict.fromkeys(h.title for h in covering if h.title)), quote=True)
        parts.append(f'<mark class="{classes}" title="{title}">{words}</mark>')
    shown = sorted({highlight.kind for highlight in kept}, key=KINDS.index)
    key = "".join(f'<mark class="{kind}">{kind}</mark>' for kind in shown) if legend else ""
    body = "".join(parts)
    return f'<style>{_STYLE}</style><p class="evidence evidence-legend">{key}</p><div class="evidence">{body}</div>'
