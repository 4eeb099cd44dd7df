"""Gold files read: front matter, article, annotations; every fault with its file and line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from pipeline.gold.records import (
    CLAIM_FIELDS,
    ESCAPED,
    FIELDS,
    ID,
    MAX_BYTES,
    MAX_FORMS,
    NUMBERS,
    OPTIONAL,
    QUOTE_FIELDS,
    SEPARATOR,
    STAGES,
    VALUE,
    Gold,
    GoldClaim,
    GoldDate,
    GoldEntity,
    GoldError,
    GoldQuote,
    Words,
)
from pipeline.schema import CLAIM_KINDS, LABELS, MODALITIES, POLARITIES, QUOTE_KINDS, TIMEX_TYPES


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
    if not ID.match(article_id) or ".." in article_id or article_id != article_id.strip():
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
        if len(given) > MAX_FORMS:
            self.fail(number, f"more than {MAX_FORMS:,} forms of one entity.")
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
        if not VALUE.match(value):
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
        fields, after = self._block(number, QUOTE_FIELDS)
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
        fields, after = self._block(number, CLAIM_FIELDS)
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
        return None if value == "-" else " ".join(ESCAPED.sub(r"\1", value).split())

    def _words(self, value: str, number: int) -> Words:
        value = value.strip()
        found = NUMBERS.search(value)
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
    return "\0".join(ESCAPED.sub(r"\1", part).strip() for part in parts)


def _optional(value: str) -> tuple[str, bool]:
    short = OPTIONAL.sub("", f" {value}").strip()
    return short, short != value.strip()


def _split(value: str, mark: str) -> list[str]:
    """*value* cut at every *mark* that no backslash precedes."""
    return re.split(rf"(?<!\\){re.escape(mark)}", value)


def _timex_type(value: str) -> str:
    if value.startswith("P") and not value.endswith("REF"):
        return "DURATION"
    return "TIME" if "T" in value else "DATE"


# ------------------------------------------------------------------------------------------------------------ places
