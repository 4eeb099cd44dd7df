"""Gold: what is right in an article, written by a person, as text that a person can write and correct.

A file holds front matter, the article, and below the line ``--- annotations ---`` what it says, by its own words::

    ---
    article_id: harbour
    title: Harbour closed
    published: 2021-03-04
    licence: CC0-1.0
    annotator: Maria
    ---
    “We will rebuild it,” Keller said on Tuesday. …

    --- annotations ---
    PERSON Maria Keller = Keller; ~the mayor #2
    GPE Brill
    date Tuesday = 2021-03-02

    quote direct
    content: “We will rebuild it,”
    cue: said
    source: Keller
    speaker: Maria Keller

In place of the text, front matter may name an article of the corpus (``article: ID``), with ``text_sha256`` of its
clean text. Words are found wherever they stand as whole words, white space alike; ``#2`` picks an occurrence, of
several the one nearest to the content is meant (cue, source; first those between its pieces, then those of its
paragraph), else a number is needed. ``[...]`` in a long content
stands for the words between. ``stages: quotes, dates`` in front matter says what is annotated in full (without it, all
of which there is one). ``-`` is none. ``optional`` at the end of a line marks what counts neither for nor
against. A backslash makes the next character a plain one.

An entity's name and the forms after ``=`` are names wherever they occur (those inside a longer name excepted), or only
at the occurrences whose numbers stand behind them; ``~`` marks a form that is no name (*the mayor*, *she*), which needs
numbers only where not every occurrence means the entity.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from pipeline.schema import CLAIM_KINDS, LABELS, MODALITIES, POLARITIES, QUOTE_KINDS, TIMEX_TYPES
from pipeline.text import Span

SEPARATOR: Final = "--- annotations ---"
#: Front matter of a gold file; the first seven are the article's own.
FIELDS: Final = (
    "article_id", "title", "source", "author", "url", "published", "language",
    "article", "text_sha256", "stages", "style", "licence", "annotator",
)  # fmt: skip
#: What may be annotated; the front matter's ``stages`` names what a file annotates in full.
STAGES: Final = ("names", "quotes", "dates", "claims")
MAX_BYTES: Final = 8_000_000
_MAX_FORMS: Final = 10_000
_ID: Final = re.compile(r"[^\W_][\w.@+ -]{0,199}$")
_NUMBERS: Final = re.compile(r"(?:\s+#\d{1,6})+$")
_ELLIPSIS: Final = "[...]"
_ESCAPED: Final = re.compile(r"\\(.)")
_PLAIN: Final = re.compile(r"([\\#;=~\[])")
_OPTIONAL: Final = re.compile(r"\s+optional$")
_VALUE: Final = re.compile(r"[0-9A-Z:+.-]{1,60}$")
_ORDER: Final = "doesn't stand between its neighbours. Write the pieces in the order of the text."
_QUOTE_FIELDS: Final = ("content", "cue", "source", "speaker")
_CLAIM_FIELDS: Final = ("content", "claimant", "polarity", "modality")


class GoldError(ValueError):
    """A gold file that can't be used. The message says where (file and line), what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words of an article, and which of their occurrences (from 1): none named means any, or the nearest."""

    words: str
    numbers: tuple[int, ...]
    line: int


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """An entity with the names that the article gives it and the other words that mean it."""

    label: str
    name: str
    forms: tuple[Words, ...]
    references: tuple[Words, ...]
    optional: bool
    line: int


@dataclass(frozen=True, slots=True)
class GoldDate:
    """A time expression with its TIMEX3 value."""

    words: Words
    value: str
    type: str
    optional: bool


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A quote by its words. ``speaker`` is the name of an entity, None where the article names nobody."""

    kind: str
    contents: tuple[Words, ...]
    cue: Words | None
    source: Words | None
    speaker: str | None
    optional: bool
    line: int


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """A claim by its words. ``claimant`` is the name of an entity, None for the article itself or an unnamed one."""

    kind: str
    contents: tuple[Words, ...]
    claimant: str | None
    polarity: str
    modality: str
    optional: bool
    line: int


@dataclass(frozen=True, slots=True)
class Gold:
    """One gold file. ``text`` is None where the article is one of the corpus (``meta["article"]``)."""

    path: str
    meta: Mapping[str, str]
    text: str | None
    entities: tuple[GoldEntity, ...] = ()
    dates: tuple[GoldDate, ...] = ()
    quotes: tuple[GoldQuote, ...] = ()
    claims: tuple[GoldClaim, ...] = ()

    @property
    def article_id(self) -> str:
        """The id of the article that it annotates."""
        return self.meta.get("article") or self.meta["article_id"]

    @property
    def stages(self) -> tuple[str, ...]:
        """What it annotates in full."""
        given = self.meta.get("stages")
        if given is not None:
            return tuple(part.strip() for part in given.split(","))
        found = (self.entities, self.quotes, self.dates, self.claims)
        return tuple(stage for stage, annotations in zip(STAGES, found, strict=True) if annotations)


@dataclass(frozen=True, slots=True)
class Mark:
    """An annotation in its place: spans in characters of the article's text, and what is said of them.

    ``about`` holds, for a name ``label`` and ``entity``; a date ``value`` and ``type``; a quote ``kind``, ``cue`` and
    ``source`` (Span or None), ``speaker``; a claim ``kind``, ``claimant``, ``polarity``, ``modality``.
    """

    spans: tuple[Span, ...]
    about: Mapping[str, Any]
    optional: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """The annotations of one article in their places, each by where it begins."""

    names: tuple[Mark, ...]
    references: tuple[Mark, ...]
    dates: tuple[Mark, ...]
    quotes: tuple[Mark, ...]
    claims: tuple[Mark, ...]
    aliases: Mapping[str, frozenset[str]] = field(default_factory=dict)


# ----------------------------------------------------------------------------------------------------------- reading


def read_folder(folder: str | Path) -> list[Gold]:
    """Every gold file (``*.txt``) in *folder* and below, by path. Raises GoldError for the first that is wrong.

    Links that lead out of *folder* are not followed; two files for one article are an error.
    """
    root = Path(folder)
    if not root.exists():
        raise GoldError(f"{folder}: there is no such file or folder. Name one with gold files.")
    paths = [root] if root.is_file() else sorted(root.rglob("*.txt"))
    inside = root.resolve() if root.is_dir() else root.resolve().parent
    found: dict[str, Gold] = {}
    for path in paths:
        if not path.is_file() or inside not in path.resolve().parents:
            continue
        gold = read(path)
        if gold.article_id in found:
            raise GoldError(
                f"{path}: the article {gold.article_id!r} has gold in {found[gold.article_id].path} already. "
                "Keep one of the two."
            )
        found[gold.article_id] = gold
    if not found:
        raise GoldError(
            f"{folder}: holds no gold file (*.txt). Export one: python -m pipeline annotate ID --export FILE"
        )
    return list(found.values())


def read(path: str | Path) -> Gold:
    """The gold file at *path*. Raises GoldError where it can't be read or isn't well formed."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise GoldError(f"{path}: can't be read ({error.strerror or error}).") from error
    if len(content) > MAX_BYTES:
        raise GoldError(f"{path}: is longer than {MAX_BYTES:,} bytes. Gold is one article a file.")
    try:
        return parse(content.decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: isn't valid UTF-8 (byte {error.start:,}). Save it as UTF-8.") from error


def parse(content: str, path: str = "gold") -> Gold:
    """The gold file *content*; *path* names it in errors. Raises GoldError, with the line, where it is malformed."""
    return _Parser(path, content.removeprefix("\ufeff").replace("\r\n", "\n")).parse()


def check_id(article_id: str, where: str) -> str:
    """*article_id* if it can name a file of gold: letters, digits and ``._@+ -`` only. Raises GoldError."""
    if not _ID.match(article_id) or ".." in article_id or article_id != article_id.strip():
        raise GoldError(
            f"{where}: the id {article_id[:60]!r} can't name a file. Use letters, digits, '-', '_' and '.'; "
            "begin with a letter or digit."
        )
    return article_id


class _Parser:
    """Reads one file, line by line. Lines are numbered from 1."""

    def __init__(self, path: str, content: str) -> None:
        self.path = path
        self.lines = content.split("\n")
        self.entities: list[GoldEntity] = []
        self.dates: list[GoldDate] = []
        self.quotes: list[GoldQuote] = []
        self.claims: list[GoldClaim] = []

    def fail(self, line: int, message: str) -> NoReturn:
        raise GoldError(f"{self.path}, line {line}: {message}")

    def parse(self) -> Gold:
        meta, start = self._front_matter()
        try:
            cut = self.lines.index(SEPARATOR, start)
        except ValueError:
            self.fail(len(self.lines), f"the line {SEPARATOR!r} is missing. Put it between text and annotations.")
        text = "\n".join(self.lines[start:cut]).strip("\n")
        if text.strip() and meta.get("article"):
            self.fail(start + 1, "front matter names an article of the corpus, so no text may stand here.")
        if not text.strip() and not meta.get("article"):
            self.fail(start + 1, "there is no text. Put it here, or name an article of the corpus: article: ID")
        self._annotations(cut + 1)
        self._check_names()
        return Gold(
            self.path, meta, None if meta.get("article") else text, tuple(self.entities), tuple(self.dates),
            tuple(self.quotes), tuple(self.claims),
        )  # fmt: skip

    def _front_matter(self) -> tuple[dict[str, str], int]:
        if self.lines[0].strip() != "---":
            self.fail(1, "a gold file begins with front matter: a line '---'.")
        meta: dict[str, str] = {}
        for number, line in enumerate(self.lines[1:], start=2):
            if line.strip() == "---":
                break
            if not line.strip() or line.startswith("#"):
                continue
            name, colon, value = line.partition(":")
            name, value = name.strip(), value.strip()
            if not colon or name not in FIELDS:
                self.fail(number, f"{name[:40]!r} is no field of front matter. There are {', '.join(FIELDS)}.")
            if name in meta:
                self.fail(number, f"{name} is given twice.")
            if name == "published":
                try:
                    dt.date.fromisoformat(value)
                except ValueError:
                    self.fail(number, f"published: {value[:40]!r} is no day. Write it as 2020-01-31.")
            if name == "stages" and not {part.strip() for part in value.split(",")} <= set(STAGES):
                self.fail(number, f"stages may be {', '.join(STAGES)}, with commas between, not {value[:40]!r}.")
            if name in ("article_id", "article"):
                check_id(value, f"{self.path}, line {number}")
            if value:
                meta[name] = value
        else:
            self.fail(len(self.lines), "the front matter has no end: a line '---' is missing.")
        if not meta.get("article_id") and not meta.get("article"):
            self.fail(number, "front matter must give article_id, or article for an article of the corpus.")
        return meta, number

    def _annotations(self, start: int) -> None:
        number = start
        while number < len(self.lines):
            line = self.lines[number].strip()
            number += 1
            if not line or line.startswith("# "):
                continue
            word, _, rest = line.partition(" ")
            rest = rest.strip()
            if word in LABELS:
                self.entities.append(self._entity(word, rest, number))
            elif word == "date":
                self.dates.append(self._date(rest, number))
            elif word == "quote":
                number = self._quote(rest, number)
            elif word == "claim":
                number = self._claim(rest, number)
            else:
                self.fail(
                    number,
                    f"a line begins with a label ({', '.join(LABELS)}), date, quote, claim or '# ', not {word[:40]!r}.",
                )

    def _entity(self, label: str, rest: str, number: int) -> GoldEntity:
        rest, optional = _optional(rest)
        name, *more = _split(rest, "=")
        if len(more) > 1:
            self.fail(number, "only one '=' may stand in a line; write \\= for the character.")
        forms: list[Words] = []
        references: list[Words] = []
        own = self._words(name, number)
        given = [part for part in _split(more[0], ";") if part.strip()] if more else []
        if len(given) > _MAX_FORMS:
            self.fail(number, f"more than {_MAX_FORMS:,} forms of one entity.")
        for part in given:
            part = part.strip()
            if part.startswith("~"):
                references.append(self._words(part[1:], number))
            else:
                forms.append(self._words(part, number))
        if own.words not in {form.words for form in forms}:
            forms.insert(0, own)
        return GoldEntity(label, own.words, tuple(forms), tuple(references), optional, number)

    def _date(self, rest: str, number: int) -> GoldDate:
        rest, optional = _optional(rest)
        parts = _split(rest, "=")
        if len(parts) != 2:
            self.fail(number, "a date is written: date WORDS = VALUE, for example: date last week = 2020-W14")
        value, _, kind = parts[1].strip().partition(" ")
        kind = kind.strip() or _timex_type(value)
        if not _VALUE.match(value):
            self.fail(number, f"{value[:40]!r} is no TIMEX3 value. Write it as 2020-01-31, 2020-W14, P3D …")
        if kind not in TIMEX_TYPES:
            self.fail(number, f"{kind[:40]!r} is no type of date. There are {', '.join(TIMEX_TYPES)}.")
        return GoldDate(self._words(parts[0], number), value, kind, optional)

    def _block(self, start: int, names: Sequence[str]) -> tuple[dict[str, list[tuple[str, int]]], int]:
        """The ``name: value`` lines from the line after *start*; returns them and the number of the last."""
        found: dict[str, list[tuple[str, int]]] = {}
        number = start
        while number < len(self.lines):
            line = self.lines[number].strip()
            name, colon, value = line.partition(":")
            if not colon or name.strip() not in names:
                if line and not line.startswith("# ") and name.strip().islower() and colon and " " not in name.strip():
                    self.fail(number + 1, f"{name.strip()[:40]!r} is no field here. There are {', '.join(names)}.")
                break
            name = name.strip()
            if name in found and name != "content":
                self.fail(number + 1, f"{name} is given twice.")
            if not value.strip():
                self.fail(number + 1, f"{name} is empty. Write its words, or - for none.")
            found.setdefault(name, []).append((value.strip(), number + 1))
            number += 1
        if "content" not in found:
            self.fail(start, "there is no line 'content: …' below it.")
        return found, number

    def _quote(self, rest: str, number: int) -> int:
        kind, optional = _optional(rest)
        if kind not in QUOTE_KINDS:
            self.fail(number, f"{kind[:40]!r} is no kind of quote. There are {', '.join(QUOTE_KINDS)}.")
        fields, after = self._block(number, _QUOTE_FIELDS)
        self.quotes.append(
            GoldQuote(
                kind, self._contents(fields), self._given(fields, "cue"), self._given(fields, "source"),
                self._name(fields, "speaker"), optional, number,
            )
        )  # fmt: skip
        return after

    def _claim(self, rest: str, number: int) -> int:
        kind, optional = _optional(rest)
        if kind not in CLAIM_KINDS:
            self.fail(number, f"{kind[:40]!r} is no kind of claim. There are {', '.join(CLAIM_KINDS)}.")
        fields, after = self._block(number, _CLAIM_FIELDS)
        polarity = self._closed(fields, "polarity", POLARITIES, "affirmed")
        modality = self._closed(fields, "modality", MODALITIES, "asserted")
        self.claims.append(
            GoldClaim(
                kind, self._contents(fields), self._name(fields, "claimant"), polarity, modality, optional, number
            )
        )
        return after

    def _closed(
        self, fields: Mapping[str, list[tuple[str, int]]], name: str, values: Sequence[str], default: str
    ) -> str:
        value, number = fields.get(name, [(default, 0)])[0]
        if value not in values:
            self.fail(number, f"{name} may be {', '.join(values)}, not {value[:40]!r}.")
        return value

    def _contents(self, fields: Mapping[str, list[tuple[str, int]]]) -> tuple[Words, ...]:
        return tuple(self._words(value, number) for value, number in fields["content"])

    def _given(self, fields: Mapping[str, list[tuple[str, int]]], name: str) -> Words | None:
        value, number = fields.get(name, [("-", 0)])[0]
        return None if value == "-" else self._words(value, number)

    def _name(self, fields: Mapping[str, list[tuple[str, int]]], name: str) -> str | None:
        value, _ = fields.get(name, [("-", 0)])[0]
        return None if value == "-" else " ".join(_ESCAPED.sub(r"\1", value).split())

    def _words(self, value: str, number: int) -> Words:
        value = value.strip()
        found = _NUMBERS.search(value)
        numbers = tuple(int(part[1:]) for part in found.group().split()) if found else ()
        words = " ".join((value[: found.start()] if found else value).split())
        if not words:
            self.fail(number, "there are no words here.")
        if 0 in numbers:
            self.fail(number, "occurrences are counted from #1.")
        kept = _keep_ellipsis(words)
        if not all(kept.split("\0")):
            self.fail(number, "words must stand on both sides of [...].")
        return Words(kept, numbers, number)

    def _check_names(self) -> None:
        known: dict[str, int] = {}
        for entity in self.entities:
            if entity.name in known:
                self.fail(entity.line, f"{entity.name!r} is in line {known[entity.name]} already. Make it one line.")
            known[entity.name] = entity.line
        for what, name, line in (
            *(("speaker", quote.speaker, quote.line) for quote in self.quotes),
            *(("claimant", claim.claimant, claim.line) for claim in self.claims),
        ):
            if name is not None and name not in known:
                self.fail(line, f"the {what} {name[:60]!r} is no entity of this file. Add a line: PERSON {name[:60]}")


def _keep_ellipsis(words: str) -> str:
    """*words* unescaped, an unescaped ``[...]`` kept apart as a NUL, which no text holds."""
    parts = re.split(r"(?<!\\)\[\.\.\.\]", words)
    return "\0".join(_ESCAPED.sub(r"\1", part).strip() for part in parts)


def _optional(value: str) -> tuple[str, bool]:
    short = _OPTIONAL.sub("", f" {value}").strip()
    return short, short != value.strip()


def _split(value: str, mark: str) -> list[str]:
    """*value* cut at every *mark* that no backslash precedes."""
    return re.split(rf"(?<!\\){re.escape(mark)}", value)


def _timex_type(value: str) -> str:
    if value.startswith("P") and not value.endswith("REF"):
        return "DURATION"
    return "TIME" if "T" in value else "DATE"


# ------------------------------------------------------------------------------------------------------------ places


def place(gold: Gold, text: str) -> Placed:
    """The annotations of *gold* in their places in *text*: the article's clean text, to which all offsets refer.

    Raises GoldError, with the line, where words don't stand in *text*, or a number is missing or too high.
    """
    finder = _Finder(gold.path, text)
    names, references = _place_entities(gold, finder)
    dates = [
        Mark(
            (finder.one(date.words),), {"value": date.value, "type": date.type}, date.optional, date.words.line
        )
        for date in gold.dates
    ]  # fmt: skip
    quotes = []
    for quote in gold.quotes:
        spans = finder.pieces(quote.contents)
        cue = finder.nearest(quote.cue, spans) if quote.cue else None
        source = finder.nearest(quote.source, (cue,) if cue else spans) if quote.source else None
        about = {"kind": quote.kind, "cue": cue, "source": source, "speaker": quote.speaker}
        quotes.append(Mark(spans, about, quote.optional, quote.line))
    claims = [
        Mark(
            finder.pieces(claim.contents),
            {"kind": claim.kind, "claimant": claim.claimant, "polarity": claim.polarity, "modality": claim.modality},
            claim.optional,
            claim.line,
        )
        for claim in gold.claims
    ]
    aliases = {
        entity.name: frozenset({entity.name, *(form.words for form in entity.forms)}) for entity in gold.entities
    }
    return Placed(
        _by_start(names), _by_start(references), _by_start(dates), _by_start(quotes), _by_start(claims), aliases
    )


def _by_start(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple(sorted(marks, key=lambda mark: (mark.spans[0].start, mark.spans[-1].end)))


def _place_entities(gold: Gold, finder: _Finder) -> tuple[list[Mark], list[Mark]]:
    """Names, the longest first where they overlap, and references."""
    wanted: list[tuple[Span, GoldEntity, bool]] = []
    references: list[Mark] = []
    for entity in gold.entities:
        about = {"label": entity.label, "entity": entity.name}
        for form in entity.forms:
            # The name itself need not stand in the text: an article may call Maria Keller only Keller.
            places = finder.all(form, required=form.words != entity.name or bool(form.numbers))
            wanted += [(span, entity, bool(form.numbers)) for span in places]
        for form in entity.references:
            references += [Mark((span,), about, entity.optional, form.line) for span in finder.all(form)]
    wanted.sort(key=lambda item: (item[0].start - item[0].end, not item[2], item[0].start))
    taken = bytearray(len(finder.text))
    names: list[Mark] = []
    for span, entity, _ in wanted:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            names.append(Mark((span,), {"label": entity.label, "entity": entity.name}, entity.optional, entity.line))
    return names, references


class _Finder:
    """Where words stand in a text, as whole words."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._known: dict[str, list[Span]] = {}

    def fail(self, words: Words, message: str) -> NoReturn:
        shown = words.words.replace("\0", f" {_ELLIPSIS} ")
        shown = shown if len(shown) < 80 else f"{shown[:77]}…"
        raise GoldError(f"{self.path}, line {words.line}: {shown!r} {message}")

    def occurrences(self, words: str) -> list[Span]:
        """Every place of *words*, in order; with an ellipsis from each first part to the nearest last part."""
        if words not in self._known:
            first, *rest = words.split("\0")
            spans = self._part(first)
            for part in rest:
                ends = self._part(part)
                starts = [span.start for span in ends]
                joined = []
                for span in spans:
                    index = bisect_right(starts, span.end - 1)
                    if index < len(ends):
                        joined.append(Span(span.start, ends[index].end))
                spans = joined
            self._known[words] = spans
        return self._known[words]

    def _part(self, words: str) -> list[Span]:
        """Where *words* stand as whole words; where they never do, wherever they stand."""
        body = r"\s+".join(re.escape(word) for word in words.split())
        before = r"(?<!\w)" if re.match(r"\w", words) else ""
        after = r"(?!\w)" if re.match(r"\w", words[-1:]) else ""
        # Looking ahead, so that occurrences may overlap: of "no no no" two are "no no".
        found = re.finditer(f"{before}(?=({body}){after})", self.text)
        return [Span(*match.span(1)) for match in found] or [
            Span(*match.span(1)) for match in re.finditer(f"(?=({body}))", self.text)
        ]

    def all(self, words: Words, required: bool = True) -> list[Span]:
        """The occurrences that *words* names, all where it names none."""
        found = self.occurrences(words.words)
        if not found and required:
            self.fail(words, "doesn't stand in the text. Write the words exactly as they stand there.")
        return [self._numbered(words, found, number) for number in words.numbers] if words.numbers else found

    def _numbered(self, words: Words, found: Sequence[Span], number: int) -> Span:
        if number > len(found):
            self.fail(words, f"stands {len(found)} times in the text, so there is no #{number}.")
        return found[number - 1]

    def one(self, words: Words) -> Span:
        """The one place of *words*. Without a number it is the first."""
        return self.all(words)[0]

    def pieces(self, contents: Sequence[Words]) -> tuple[Span, ...]:
        """The places of a content's pieces, in order, each nearest to the one that stands in the fewest places."""
        places = [self.all(words) for words in contents]
        rarest = min(range(len(places)), key=lambda index: (len(places[index]), -len(contents[index].words)))
        if len(places[rarest]) > 1:
            self.fail(contents[rarest], f"stands {len(places[rarest])} times in the text. Say which: #1, #2 …")
        found = {rarest: places[rarest][0]}
        for index in range(rarest + 1, len(places)):
            after = [span for span in places[index] if span.start >= found[index - 1].end]
            found[index] = after[0] if after else self.fail(contents[index], _ORDER)
        for index in range(rarest - 1, -1, -1):
            before = [span for span in places[index] if span.end <= found[index + 1].start]
            found[index] = before[-1] if before else self.fail(contents[index], _ORDER)
        return tuple(found[index] for index in range(len(places)))

    def nearest(self, words: Words, to: Sequence[Span]) -> Span:
        """The place of *words* that is meant beside the spans *to*: by its number, else the nearest outside them."""
        places = self.all(words)
        if words.numbers:
            return places[0]
        outside = [span for span in places if not any(span.overlaps(other) for other in to)] or places
        return min(outside, key=lambda span: (self._distance(span, to), span.start))

    def _distance(self, span: Span, to: Sequence[Span]) -> tuple[int, int]:
        """How far *span* is from *to*: between them, in a paragraph with one of them, elsewhere; then characters."""
        if to[0].end <= span.start and span.end <= to[-1].start:
            return 0, 0
        near = min(to, key=lambda other: _gap(span, other))
        between = self.text[min(span.end, near.end) : max(span.start, near.start)]
        return 1 + ("\n" in between), _gap(span, near)


def _gap(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


# ----------------------------------------------------------------------------------------------------------- writing


def write(meta: Mapping[str, str | None], text: str, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The rows of one article as a gold file, to be corrected by hand.

    *meta* is front matter (fields of :data:`FIELDS`); *tables* holds the article's rows of ``mentions``, ``quotes``,
    ``dates`` and ``claims`` as dicts, as the contract has them. Reading it back gives the same places. Raises GoldError
    where the text holds the line that ends it.
    """
    if SEPARATOR in text.split("\n"):
        raise GoldError(f"the text holds the line {SEPARATOR!r}, so it can't be written as gold. Remove that line.")
    if "\r" in text:
        raise GoldError(
            "the text holds carriage returns, so it can't be written as gold. Save it with plain line ends."
        )
    finder = _Finder("export", text)
    head = [f"{name}: {' '.join(str(meta[name]).split())}" for name in FIELDS if meta.get(name)]
    names = _entity_names(tables)
    lines = [*_entity_lines(finder, names, tables.get("mentions", ())), ""]
    for row in tables.get("dates", ()):
        where = _written(finder, row["start"], row["end"], first=True)
        lines.append(f"date {where} = {row['value']} {row['type']}")
    lines.append("")
    for rows in _utterances(tables.get("quotes", ())):
        lines += [*_quote_lines(finder, rows, names), ""]
    for row in tables.get("claims", ()):
        lines += [*_claim_lines(finder, row, names), ""]
    body = text if not meta.get("article") else ""
    return "\n".join(["---", *head, "---", body, "", SEPARATOR, *lines]).rstrip("\n") + "\n"


def _utterances(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["utterance_id"], []).append(row)
    yield from found.values()


def _entity_names(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[str, str]]:
    """For every entity id of the rows its label and a name of its own in this file."""
    labels: dict[str, str] = {}
    forms: dict[str, list[str]] = {}
    for row in tables.get("mentions", ()):
        if row["entity_id"] is not None:
            labels.setdefault(row["entity_id"], row["label"])
            if row["kind"] == "name":
                forms.setdefault(row["entity_id"], []).append(row["text"])
    shown: dict[str, str] = {}
    for row in tables.get("quotes", ()):
        if row["speaker_entity_id"] is not None:
            shown[row["speaker_entity_id"]] = row["speaker"] or ""
    for row in tables.get("claims", ()):
        if row["claimant_entity_id"] is not None:
            shown[row["claimant_entity_id"]] = row["claimant"] or ""
    names: dict[str, tuple[str, str]] = {}
    used: set[str] = set()
    for entity in sorted({*labels, *shown}):
        name = " ".join(
            (shown.get(entity) or max(forms.get(entity, [entity]), key=lambda form: (len(form), form))).split()
        )
        unique, number = name, 2
        while unique in used:
            unique, number = f"{name} ({number})", number + 1
        used.add(unique)
        names[entity] = (labels.get(entity, "PERSON"), unique)
    return names


def _entity_lines(
    finder: _Finder, names: Mapping[str, tuple[str, str]], mentions: Sequence[Mapping[str, Any]]
) -> list[str]:
    places: dict[str, dict[tuple[bool, str], list[int]]] = {entity: {} for entity in names}
    for row in mentions:
        if row["entity_id"] is None:
            continue
        surface = " ".join(row["text"].split())
        number = _number(finder, row["start"], row["end"], surface)
        if number:
            places[row["entity_id"]].setdefault((row["kind"] == "name", surface), []).append(number)
    lines = []
    for entity, (label, name) in names.items():
        forms = []
        for (is_name, surface), numbers in places[entity].items():
            whole = len(numbers) == len(finder.occurrences(surface)) and not is_name
            marks = "" if whole else "".join(f" #{number}" for number in numbers)
            forms.append(f"{'' if is_name else '~'}{_escape(surface)}{marks}")
        lines.append(f"{label} {_escape(name)}" + (f" = {'; '.join(forms)}" if forms else ""))
    return lines


def _number(finder: _Finder, start: int, end: int, words: str) -> int | None:
    """Which occurrence of its words the span is, from 1; None where it is none as a whole word."""
    spans = finder.occurrences(words)
    index = bisect_right(spans, Span(start, end)) - 1
    return index + 1 if index >= 0 and spans[index] == Span(start, end) else None


def _written(finder: _Finder, start: int, end: int, first: bool = False) -> str:
    """The words of the span, with their number where they stand more than once."""
    words = " ".join(finder.text[start:end].split())
    number = _number(finder, start, end, words)
    several = len(finder.occurrences(words)) > 1 and not (first and number == 1)
    return _escape(words) + (f" #{number}" if number and several else "")


def _quote_lines(finder: _Finder, rows: Sequence[Mapping[str, Any]], names: Mapping[str, tuple[str, str]]) -> list[str]:
    kinds = {row["kind"] for row in rows}
    kind = kinds.pop() if len(kinds) == 1 else "mixed"
    row = rows[0]
    speaker = names[row["speaker_entity_id"]][1] if row["speaker_entity_id"] is not None else None
    lines = [f"quote {kind}"]
    lines += [f"content: {_written(finder, piece['start'], piece['end'])}" for piece in rows]
    for name, column in (("cue", "cue"), ("source", "speaker")):
        start, end = row[f"{column}_start"], row[f"{column}_end"]
        lines.append(f"{name}: {'-' if start is None else _written(finder, start, end)}")
    return [*lines, f"speaker: {_escape(speaker) if speaker else '-'}"]


def _claim_lines(finder: _Finder, row: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> list[str]:
    claimant = names[row["claimant_entity_id"]][1] if row["claimant_entity_id"] is not None else None
    return [
        f"claim {row['kind']}",
        *(f"content: {_written(finder, span['start'], span['end'])}" for span in row["spans"]),
        f"claimant: {_escape(claimant) if claimant else '-'}",
        f"polarity: {row['polarity']}",
        f"modality: {row['modality']}",
    ]


def _escape(words: str) -> str:
    plain = _PLAIN.sub(r"\\\1", words)
    if plain.endswith(" optional"):
        plain = plain.removesuffix("optional") + "\\optional"
    return f"\\{plain}" if plain == "-" else plain
