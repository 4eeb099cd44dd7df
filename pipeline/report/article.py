"""The page of an article: its text with all rows marked in place, and the rows beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from markupsafe import Markup

from pipeline.render import pieces
from pipeline.report.names import fragment, label, web_address
from pipeline.report.tables import Article, Tables
from pipeline.report.timeline import day_name, period

#: Rows of one kind that a page lists; further ones are marked in the text all the same.
LISTED: Final = 1_000
#: In texts of more characters, names are not marked: a page stays small enough to open.
NAMES: Final = 200_000
#: Characters of a quote or claim in its row; the text beside has the rest.
SHORT: Final = 220

#: How the kinds of entity are called on the page.
NAMED: Final = {
    "PERSON": "person", "ORG": "organisation", "GPE": "country or place", "LOC": "place", "NORP": "people or movement",
    "FAC": "building", "EVENT": "event", "LAW": "law", "PRODUCT": "product", "WORK_OF_ART": "work",
}  # fmt: skip

_CLASSES: Final = {"quote": "q", "cue": "u", "speaker": "s", "entity": "e", "date": "d", "claim": "c"}


_QUOTE: Final = (
    "quote_id", "start", "end", "text", "kind", "cue_start", "cue_end", "cue", "speaker_start", "speaker_end",
    "speaker_text", "speaker_entity_id", "speaker", "reported_by", "cluster_speaker", "said_start", "said_end",
    "channel", "quote_cluster",
)  # fmt: skip
_CLAIM: Final = (
    "claim_id", "start", "end", "spans", "proposition", "kind", "date_id", "claimant_kind", "claimant_text", "claimant",
    "stance", "modality", "check_worthiness",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text, its kind (one of ``render.KINDS``) and the key of its row on the page."""

    start: int
    end: int
    kind: str
    row: str


@dataclass(frozen=True, slots=True)
class Row:
    """What stands beside the text for one quote, claim, date or entity.

    ``key`` joins it with its marks, ``at`` is its fragment, ``number`` its number among its kind on this page.
    """

    key: str
    at: str
    number: int
    start: int
    end: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its marks, and the white space after it."""

    section: str
    body: Markup
    space: str


@dataclass(frozen=True)
class Page:
    """What the template shows of an article."""

    article: Article
    url: str | None
    day: str | None
    estimate: str | None
    duplicate: Article | None
    paragraphs: list[Paragraph]
    quotes: list[Row]
    claims: list[Row]
    dates: list[Row]
    entities: list[Row]
    left_out: list[str]
    names_marked: bool


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[:SHORT].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def _quotes(tables: Tables, article_id: str, wordings: dict[str, int]) -> list[Row]:
    rows = []
    for number, quote in enumerate(tables.rows("quotes", article_id, _QUOTE)):
        said = quote["said_start"]
        values = {
            name: quote[name]
            for name in (
                "kind",
                "speaker",
                "speaker_entity_id",
                "speaker_text",
                "cue",
                "reported_by",
                "cluster_speaker",
                "channel",
            )
        }
        values |= {
            "text": _short(quote["text"]),
            "said": None if said is None else period(said, max(said, quote["said_end"] or said)),
            "wording": wordings.get(quote["quote_cluster"] or ""),
            "marks": [(quote[f"{name}_start"], quote[f"{name}_end"], name) for name in ("cue", "speaker")],
        }
        rows.append(
            Row(f"q{number}", fragment("quote", quote["quote_id"]), number + 1, quote["start"], quote["end"], values)
        )
    return rows


def _claims(tables: Tables, article_id: str, dates: dict[str, str]) -> list[Row]:
    rows = []
    for number, claim in enumerate(tables.rows("claims", article_id, _CLAIM)):
        values = {name: claim[name] for name in ("kind", "claimant_kind", "stance", "modality", "spans")}
        worth = claim["check_worthiness"]
        values |= {
            "text": _short(claim["proposition"]),
            "claimant": claim["claimant"] or claim["claimant_text"],
            "worth": None if worth is None else round(100 * worth),
            "date": dates.get(claim["date_id"] or ""),
        }
        rows.append(
            Row(f"c{number}", fragment("claim", claim["claim_id"]), number + 1, claim["start"], claim["end"], values)
        )
    return rows


def _dates(tables: Tables, article_id: str) -> list[Row]:
    rows = []
    for number, date in enumerate(tables.rows("dates", article_id)):
        placed = None
        if date["resolved"] and date["earliest"] is not None and date["latest"] is not None:
            placed = period(date["earliest"].date(), date["latest"].date())
        values = {
            "text": label(date["text"], 80), "type": date["type"].casefold(), "placed": placed, "value": date["value"],
            "id": date["date_id"],
        }  # fmt: skip
        rows.append(
            Row(f"d{number}", fragment("date", date["date_id"]), number + 1, date["start"], date["end"], values)
        )
    return rows


def _entities(tables: Tables, article_id: str) -> tuple[list[Row], list[Mark]]:
    """Entities of the article, the most often mentioned first, and a mark for each of their mentions."""
    mentions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for mention in tables.rows("mentions", article_id):
        if mention["entity_id"] is not None:
            mentions[mention["entity_id"]].append(mention)
    rows, marks = [], []
    ordered = sorted(mentions, key=lambda entity: (-len(mentions[entity]), mentions[entity][0]["start"], entity))
    for number, entity in enumerate(ordered):
        found = mentions[entity]
        first = found[0]
        values = {"name": tables.names.get(entity, entity), "label": first["label"], "mentions": len(found)}
        at = f"name-{first['start']}-{first['end']}"
        rows.append(Row(f"e{number}", at, number + 1, first["start"], first["end"], values))
        marks += [Mark(mention["start"], mention["end"], "entity", f"e{number}") for mention in found]
    return rows, marks


def _marks(quotes: Sequence[Row], claims: Sequence[Row], dates: Sequence[Row]) -> list[Mark]:
    marks = []
    for row in quotes:
        marks.append(Mark(row.start, row.end, "quote", row.key))
        marks += [Mark(start, end, kind, row.key) for start, end, kind in row.values["marks"] if start is not None]
    for row in claims:
        spans = row.values["spans"] or [{"start": row.start, "end": row.end}]
        marks += [Mark(span["start"], span["end"], "claim", row.key) for span in spans]
    marks += [Mark(row.start, row.end, "date", row.key) for row in dates]
    return marks


def _paragraphs(sentences: list[dict[str, Any]], length: int) -> list[tuple[str, int, int]]:
    """Section, start and end of each paragraph; what no sentence covers belongs to the paragraph before it."""
    found: list[tuple[str, int, int]] = []
    number = None
    for sentence in sentences:
        if sentence["paragraph"] != number:
            start = sentence["start"] if found else 0
            if found:
                found[-1] = (*found[-1][:2], start)
            found.append((sentence["section"], start, sentence["end"]))
            number = sentence["paragraph"]
    if not found:
        return [("body", 0, length)]
    found[-1] = (*found[-1][:2], length)
    return found


def _text(text: str) -> str:
    """*text* as HTML text; only what must be escaped there, and carriage returns, which parsers would change."""
    return escape(text, quote=False).replace("\r", "&#13;")


def _opening(row: Row) -> str:
    return f'<span class="at" id="{escape(row.at)}" tabindex="-1"></span>'


def _closing(row: Row, kind: str) -> str:
    told, shown = f"{kind} {row.number}: to its row", f"{'c' if kind == 'claim' else ''}{row.number}"
    return (
        f'<a class="ref {_CLASSES[kind]}" href="#row-{escape(row.at)}" data-n="{shown}" data-r="{row.key}" '
        f'aria-label="{told}"></a>'
    )


def _body(text: str, start: int, end: int, marks: list[Mark], anchors: dict[int, str], refs: dict[int, str]) -> Markup:
    """The characters from *start* to *end* with *marks* (clipped to them), anchors before and refs after their place.

    The text of the result is exactly ``text[start:end]``.
    """
    clipped = [
        Mark(max(mark.start, start) - start, min(mark.end, end) - start, mark.kind, mark.row)
        for mark in marks
        if mark.start < end and mark.end > start
    ]
    cuts = sorted({place - start for place in (*anchors, *refs) if start < place < end})
    parts = []
    for first, last, covering in pieces(end - start, clipped):
        inner = cuts[bisect_right(cuts, first) : bisect_left(cuts, last)]
        for a, b in zip([first, *inner], [*inner, last], strict=True):
            if a == b:
                continue
            parts += [refs.get(start + a, "") if a else "", anchors.get(start + a, "")]
            words = _text(text[start + a : start + b])
            if not covering:
                parts.append(words)
                continue
            classes = " ".join(dict.fromkeys(_CLASSES[mark.kind] for mark in covering))
            rows = " ".join(dict.fromkeys(mark.row for mark in covering))
            parts.append(f'<span class="m {classes}" data-r="{rows}">{words}</span>')
    parts.append(refs.get(end, ""))
    return Markup("".join(parts))


def _shown(
    text: str, sentences: list[dict[str, Any]], marks: list[Mark], anchors: dict[int, str], refs: dict[int, str]
) -> list[Paragraph]:
    bounds = _paragraphs(sentences, len(text))
    starts = [start for _, start, _ in bounds]
    marks_of: dict[int, list[Mark]] = defaultdict(list)
    anchors_of: dict[int, dict[int, str]] = defaultdict(dict)
    refs_of: dict[int, dict[int, str]] = defaultdict(dict)
    for mark in marks:
        for number in range(max(0, bisect_right(starts, mark.start) - 1), bisect_left(starts, mark.end)):
            marks_of[number].append(mark)
    for place, html in anchors.items():
        anchors_of[max(0, bisect_right(starts, place) - 1)][place] = html
    for place, html in refs.items():
        refs_of[max(0, bisect_left(starts, place) - 1)][place] = html
    shown = []
    for number, (section, start, end) in enumerate(bounds):
        words = text[start:end].rstrip()
        # A row that ends in the white space after its paragraph keeps it inside.
        stop = max([start + len(words), *refs_of[number]])
        body = _body(text, start, stop, marks_of[number], anchors_of[number], refs_of[number])
        shown.append(Paragraph(section, body, text[stop:end]))
    return shown


def page(tables: Tables, article: Article, text: str, wordings: dict[str, int]) -> Page:
    """The page of *article*, whose text is *text*."""
    dates = _dates(tables, article.article_id)
    placed = {row.values["id"]: row.values["placed"] for row in dates if row.values["placed"]}
    quotes = _quotes(tables, article.article_id, wordings)
    claims = _claims(tables, article.article_id, placed)
    named = len(text) <= NAMES
    entities, mentions = _entities(tables, article.article_id) if named else ([], [])
    everything = {"quotes": quotes, "claims": claims, "dates": dates, "names": entities}
    left_out = [f"{len(rows) - LISTED:,} {name}" for name, rows in everything.items() if len(rows) > LISTED]
    quotes, claims, dates, entities = (rows[:LISTED] for rows in (quotes, claims, dates, entities))
    marks = _marks(everything["quotes"], everything["claims"], everything["dates"]) + mentions
    anchors: dict[int, str] = defaultdict(str)
    refs: dict[int, str] = defaultdict(str)
    for kind, rows in (("quote", quotes), ("claim", claims), ("date", dates), ("entity", entities)):
        for row in rows:
            anchors[row.start] += _opening(row)
            if kind in ("quote", "claim"):
                refs[row.end] += _closing(row, kind)
    paragraphs = _shown(text, tables.rows("sentences", article.article_id), marks, anchors, refs)
    return Page(
        article,
        web_address(article.url),
        None if article.day is None else day_name(article.day),
        None if article.estimate is None else day_name(article.estimate),
        tables.by_id.get(article.duplicate_of or ""),
        paragraphs,
        quotes,
        claims,
        dates,
        entities,
        left_out,
        named,
    )
