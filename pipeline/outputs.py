"""For notebooks: the tables of a run as typed DataFrames, ready joins, articles that show themselves, SQL.

>>> out = load("outputs")                                                            # doctest: +SKIP
>>> out.quotes[["speaker", "cue", "text"]].head()                                    # doctest: +SKIP
>>> out.article("002_e6e0d5ecd811aeda")                                              # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import cast

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import joins, schema
from pipeline.periods import to_interval, to_period
from pipeline.render import Highlight, article_html, summary_html

_NULLABLE = {
    pa.int32(): pd.Int32Dtype(),
    pa.float32(): pd.Float32Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(),
}


class OutputsError(FileNotFoundError):
    """A folder that doesn't hold the tables of a run. The message says what is missing and what to do."""


def read_table(folder: str | Path, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """The table *name* of the run in *folder*, one file or a folder of parts, as Arrow, by its schema.

    *columns* are the columns to read; None means all.

    Raises OutputsError where it is missing, of another schema version, or can't be read.
    """
    path = Path(folder) / f"{name}.parquet"
    if not path.exists():
        raise OutputsError(f"{path} is missing. Make the tables first: python -m pipeline run --out {folder}")
    try:
        table = pq.read_table(path, columns=None if columns is None else list(columns))
    except (pa.ArrowInvalid, OSError) as error:
        raise OutputsError(f"{path} can't be read ({error}). Run the pipeline again.") from error
    version = (table.schema.metadata or {}).get(b"schema_version", b"?").decode()
    if version != str(schema.SCHEMA_VERSION):
        raise OutputsError(
            f"{path} has schema version {version}, this program reads {schema.SCHEMA_VERSION}. Run the pipeline again."
        )
    declared = schema.SCHEMAS[name]
    if columns is not None:
        declared = pa.schema([declared.field(column) for column in columns])
    if table.column_names != declared.names:
        raise OutputsError(f"{path} has other columns than this program writes. Run the pipeline again.")
    return table.cast(declared)


def plain(table: pa.Table) -> pa.Table:
    """*table* with closed lists as plain strings, and 32-bit floats as the shortest decimals that mean them."""
    for index, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(index, field.name, table[field.name].cast(field.type.value_type))
        elif field.type == pa.float32():
            decimals = table[field.name].cast(pa.string()).cast(pa.float64())
            table = table.set_column(index, field.name, decimals)
    return table


def frame(table: pa.Table) -> pd.DataFrame:
    """*table* as a DataFrame in which integers stay integers, days and times are ``datetime64`` and null stays null."""
    days = [field.name for field in table.schema if pa.types.is_date32(field.type)]
    for name in days:
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.timestamp("s")))
    return cast("pd.DataFrame", table.to_pandas(types_mapper=_NULLABLE.get))


class ArticleView:
    """One article with its rows, highlighted where it is shown.

    Attributes:
        row: its row of ``articles``.
        quotes, claims, dates, mentions, sentences: its rows of those tables.
    """

    def __init__(self, outputs: Outputs, article_id: str) -> None:
        found = outputs.articles[outputs.articles["article_id"] == article_id]
        if found.empty:
            known = ", ".join(outputs.articles["article_id"].head(5))
            raise KeyError(f"no article {article_id!r} in {outputs.folder}; there are {known} …")
        self.row = found.iloc[0]
        self.id = article_id
        self.text = str(self.row["text"])
        self.quotes = outputs.quotes[outputs.quotes["article_id"] == article_id]
        self.claims = outputs.claims[outputs.claims["article_id"] == article_id]
        self.dates = outputs.dates[outputs.dates["article_id"] == article_id]
        self.mentions = outputs.mentions[outputs.mentions["article_id"] == article_id]
        self.sentences = outputs.sentences[outputs.sentences["article_id"] == article_id]

    def highlights(self) -> list[Highlight]:
        """What to mark, in characters of the article's text."""
        marks: list[Highlight] = []
        for quote in self.quotes.to_dict("records"):
            speaker = quote["speaker"] if not pd.isna(quote["speaker"]) else "speaker not known"
            marks.append(Highlight(quote["start"], quote["end"], "quote", f"{quote['kind']}: {speaker}"))
            for name in ("cue", "speaker"):
                if not pd.isna(quote[f"{name}_start"]):
                    marks.append(Highlight(int(quote[f"{name}_start"]), int(quote[f"{name}_end"]), name, ""))
        for row in self.mentions.to_dict("records"):
            entity = row["entity_id"] if not pd.isna(row["entity_id"]) else row["label"]
            marks.append(Highlight(row["start"], row["end"], "entity", str(entity)))
        marks += [Highlight(row["start"], row["end"], "date", row["value"]) for row in self.dates.to_dict("records")]
        for claim in self.claims.to_dict("records"):
            about = f"{claim['modality']}, {claim['polarity']}"
            marks += [Highlight(span["start"], span["end"], "claim", about) for span in claim["spans"]]
        return marks

    def _repr_html_(self) -> str:
        title = self.row["title"] if not pd.isna(self.row["title"]) else self.id
        published = self.row["published"]
        day = f"{published:%Y-%m-%d}" if not pd.isna(published) else "day not known"
        return f'<h3 dir="auto">{escape(str(title))}</h3><p dir="auto">{escape(self.id)} · {day}</p>' + article_html(
            self.text, self.highlights()
        )

    def __repr__(self) -> str:
        return (
            f"<article {self.id}: {len(self.sentences)} sentences, {len(self.quotes)} quotes, "
            f"{len(self.claims)} claims, {len(self.dates)} dates, {len(self.mentions)} mentions>"
        )


class Outputs:
    """The tables of one run. Every table of the contract is an attribute that holds a DataFrame, read when first used.

    Integers are nullable integers, closed lists are categories, days and times are ``datetime64``, null is null.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        read_table(self.folder, "articles")

    @cached_property
    def articles(self) -> pd.DataFrame:
        """One row an article."""
        return frame(read_table(self.folder, "articles"))

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """One row a sentence."""
        return frame(read_table(self.folder, "sentences"))

    @cached_property
    def mentions(self) -> pd.DataFrame:
        """One row a mention of an entity."""
        return frame(read_table(self.folder, "mentions"))

    @cached_property
    def entities(self) -> pd.DataFrame:
        """One row an entity of the whole corpus."""
        return frame(read_table(self.folder, "entities"))

    @cached_property
    def quotes(self) -> pd.DataFrame:
        """One row a piece of reported speech or thought."""
        return frame(read_table(self.folder, "quotes"))

    @cached_property
    def dates(self) -> pd.DataFrame:
        """One row a time expression."""
        return frame(read_table(self.folder, "dates"))

    @cached_property
    def quote_clusters(self) -> pd.DataFrame:
        """One row a quotation, over all articles that carry it."""
        return frame(read_table(self.folder, "quote_clusters"))

    @cached_property
    def claims(self) -> pd.DataFrame:
        """One row a claim."""
        return frame(read_table(self.folder, "claims"))

    @cached_property
    def claim_links(self) -> pd.DataFrame:
        """One row a pair of claims that bear on each other."""
        return frame(read_table(self.folder, "claim_links"))

    @cached_property
    def rejects(self) -> pd.DataFrame:
        """One row an input that could not be processed."""
        return frame(read_table(self.folder, "rejects"))

    def who_said_what(self) -> pd.DataFrame:
        """Every quote with its speaker, day and outlet, those with a known speaker first.

        Columns: speaker, speaker_text, cue, text, kind, said_start, published, source, article_id, quote_id.

        >>> out.who_said_what()[["speaker", "cue", "text"]].head(2)                        # doctest: +SKIP
                    speaker        cue                                               text
        0  Adel Abdul-Mahdi  called on  the United States to dispatch a delegation to ...
        1  Adel Abdul-Mahdi       said  Iraq rejects violation of its sovereignty, par...
        """
        return joins.who_said_what(self.quotes, self.articles)

    def who_claims_what(self) -> pd.DataFrame:
        """Every claim with its claimant, modality, polarity and event date, the most check-worthy first.

        Columns: claimant, claimant_kind, proposition, kind, modality, polarity, stance, date (TIMEX3),
        check_worthiness, published, source, article_id, claim_id.

        >>> out.who_claims_what()[["claimant_kind", "modality", "check_worthiness"]].head(2)    # doctest: +SKIP
          claimant_kind  modality  check_worthiness
        0      document  asserted              0.94
        1        person  asserted              0.93
        """
        return joins.who_claims_what(self.claims, self.dates, self.articles)

    def speakers(self) -> pd.DataFrame:
        """Who is quoted, the most quoted first; quotes without a known speaker are left out.

        Columns: speaker, quotes (all), direct (of them in quotation marks alone), articles, outlets (as far as they
        are known), speaker_entity_id.

        >>> out.speakers().head(2)                                                         # doctest: +SKIP
                     speaker  quotes  direct  articles  outlets        speaker_entity_id
        0    Muqtada al-Sadr      26       8         5        3  person/muqtada-al-sadr
        1  Kata’eb Hezbollah       4       2         1        1    org/kataeb-hezbollah
        """
        return joins.speakers(self.quotes, self.articles)

    def timeline(self) -> pd.DataFrame:
        """What was said and what is claimed to have been, by its day: quotes and claims that the text dates.

        Columns: day, until (the last day, the same where it is one), what (``quote`` or ``claim``), who, text, source,
        article_id, id (quote_id or claim_id).

        >>> out.timeline()[["day", "what", "who"]].head(2)                                 # doctest: +SKIP
                 day   what            who
        0 2003-01-01  claim           <NA>
        1 2003-01-01  quote  United States
        """
        return joins.timeline(self.quotes, self.claims, self.dates, self.articles)

    def same_words(self) -> pd.DataFrame:
        """Quotations that several articles carry, each article's wording in a row, the most carried first.

        Columns: quote_cluster, n_articles, speaker, text, source, published, article_id, quote_id.

        >>> out.same_words()[["n_articles", "source", "text"]].head(2)                     # doctest: +SKIP
           n_articles   source                                               text
        0           2  Alwaght  that Iraqis stage a “million-man march” against …
        1           2  Alwaght  staging a “million-man march” against the …
        """
        return joins.same_words(self.quotes, self.quote_clusters, self.articles)

    def follow(self, claim_id: str) -> pd.DataFrame:
        """One claim across outlets: itself, those of its cluster, and those linked to it, the earliest first.

        Columns: relation (``this``, ``same_statement``, ``corroborates``, ``contradicts``, ``differs``), conflict (in
        what they differ), independent, score (of the link), proposition, claimant, source, published, article_id,
        claim_id. A claim of the same cluster without a link of its own is ``same_statement``.

        >>> out.follow("002_e6e0d5ecd811aeda:c403-478")[["relation", "source", "published"]]   # doctest: +SKIP
                 relation   source  published
        0  same_statement  Alwaght 2020-01-16
        1            this  Alwaght        NaT

        Raises KeyError for an id that is no claim of the run.
        """
        return joins.follow(claim_id, self.claims, self.claim_links, self.articles)

    def article(self, article_id: str) -> ArticleView:
        """One article with its rows; shows itself highlighted in Jupyter. Raises KeyError for an unknown id."""
        return ArticleView(self, article_id)

    def sql(self, query: str) -> pd.DataFrame:
        """The result of *query* over the tables, by name (``select speaker, count(*) from quotes group by all``).

        The tables are read where they lie; nothing else can be read, and nothing written. Needs DuckDB (the extra
        ``sql``); raises ImportError, saying so, without it, and :class:`pipeline.query.QueryError` for a query that
        can't be answered.

        >>> out.sql("select kind, count(*) as n from quotes group by all order by n desc")     # doctest: +SKIP
               kind   n
        0  indirect  50
        1    direct  19
        2     mixed  16
        """
        from pipeline.query import ask

        return frame(ask(self.folder, query))

    def _repr_html_(self) -> str:
        """A summary: rows a table, days and outlets, who is quoted most, and what could not be resolved."""
        articles, quotes, dates = self.articles, self.quotes, self.dates
        days = articles["published"].dropna()
        facts = [
            ("articles", f"{len(articles):,}"),
            ("outlets", f"{articles['source'].nunique():,}"),
            ("days", f"{days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}" if len(days) else "not known"),
            *((name, f"{self._rows(name):,}") for name in schema.TABLES if name not in ("articles", "sentences")),
            ("quotes without a speaker", f"{quotes['speaker_entity_id'].isna().sum():,}"),
            ("dates not placed in the calendar", f"{(~dates['resolved'].astype(bool)).sum():,}"),
        ]
        most = self.speakers().head(5)
        top = [(str(who), f"{count:,} quotes") for who, count in zip(most["speaker"], most["quotes"], strict=True)]
        return summary_html(f"Evidence in {self.folder}", [("", facts), ("Most quoted", top)])

    def _rows(self, name: str) -> int:
        return int(pq.read_table(self.folder / f"{name}.parquet", columns=[]).num_rows)

    def __repr__(self) -> str:
        return f"<outputs in {self.folder}: {len(self.articles)} articles, {len(self.quotes)} quotes>"


def load(folder: str | Path = "outputs") -> Outputs:
    """The tables of the run in *folder*. Raises OutputsError where they are missing or of another version."""
    return Outputs(folder)


__all__ = ["ArticleView", "Outputs", "OutputsError", "frame", "load", "plain", "read_table", "to_interval", "to_period"]
