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

from pipeline import schema
from pipeline.render import Highlight, article_html

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
    return table.cast(declared if columns is None else pa.schema([declared.field(column) for column in columns]))


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
        return f"<h3>{escape(str(title))}</h3><p>{escape(self.id)} · {day}</p>" + article_html(
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
        """
        joined = self.quotes.merge(self.articles[["article_id", "published", "source"]], on="article_id", how="left")
        columns = ["speaker", "speaker_text", "cue", "text", "kind", "said_start", "published", "source"]
        order = joined.assign(_unknown=joined["speaker"].isna()).sort_values(
            ["_unknown", "speaker", "article_id", "start"], kind="stable"
        )
        return order[[*columns, "article_id", "quote_id"]].reset_index(drop=True)

    def who_claims_what(self) -> pd.DataFrame:
        """Every claim with its claimant, modality, polarity and event date, the most check-worthy first."""
        dates = self.dates[["date_id", "value"]].rename(columns={"value": "date"})
        joined = self.claims.merge(dates, on="date_id", how="left").merge(
            self.articles[["article_id", "published", "source"]], on="article_id", how="left"
        )
        columns = ["claimant", "claimant_kind", "proposition", "kind", "modality", "polarity", "stance", "date"]
        order = joined.sort_values(
            ["check_worthiness", "article_id", "start"], ascending=[False, True, True], kind="stable"
        )
        return order[[*columns, "check_worthiness", "published", "source", "article_id", "claim_id"]].reset_index(
            drop=True
        )

    def article(self, article_id: str) -> ArticleView:
        """One article with its rows; shows itself highlighted in Jupyter. Raises KeyError for an unknown id."""
        return ArticleView(self, article_id)

    def sql(self, query: str) -> pd.DataFrame:
        """The result of *query* over the tables, by name (``select speaker, count(*) from quotes group by all``).

        Needs DuckDB (the extra ``sql``); raises ImportError, saying so, without it.
        """
        try:
            import duckdb
        except ImportError as error:
            raise ImportError('SQL needs DuckDB: python -m pip install "news-evidence-pipeline[sql]"') from error
        with duckdb.connect() as connection:
            for name in schema.TABLES:
                connection.register(name, read_table(self.folder, name))
            return connection.execute(query).df()

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{name}</td><td>{pq.read_table(self.folder / f'{name}.parquet', columns=[]).num_rows}</td></tr>"
            for name in schema.TABLES
        )
        return f"<table><caption>{escape(str(self.folder))}</caption><tr><th>table</th><th>rows</th></tr>{rows}</table>"

    def __repr__(self) -> str:
        return f"<outputs in {self.folder}: {len(self.articles)} articles, {len(self.quotes)} quotes>"


def load(folder: str | Path = "outputs") -> Outputs:
    """The tables of the run in *folder*. Raises OutputsError where they are missing or of another version."""
    return Outputs(folder)
