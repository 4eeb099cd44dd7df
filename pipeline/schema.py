"""The tables: one declared ``pyarrow`` schema each, with a description in every field's metadata.

Nothing else in the project says what a table holds: the writers cast to these schemas, the README's data dictionary is
printed from them (``pipeline tables``), and the tests compare files with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

#: Raised by one whenever a column is added or its meaning changes; kept in the metadata of every file.
SCHEMA_VERSION = 2

SECTIONS = ("headline", "byline", "dateline", "body", "pullquote", "caption", "update", "credit")
LABELS = ("PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART")
MENTION_KINDS = ("name", "nominal", "pronoun")
QUOTE_KINDS = ("direct", "mixed", "indirect")
CHANNELS = ("statement", "letter", "post", "interview", "speech", "press conference", "report", "call", "court")
TIMEX_TYPES = ("DATE", "TIME", "DURATION", "SET")
TIMEX_MODS = (
    "BEFORE",
    "AFTER",
    "ON_OR_BEFORE",
    "ON_OR_AFTER",
    "LESS_THAN",
    "MORE_THAN",
    "EQUAL_OR_LESS",
    "EQUAL_OR_MORE",
    "START",
    "MID",
    "END",
    "APPROX",
)
GRANULARITIES = (
    "time",
    "part_of_day",
    "day",
    "weekend",
    "week",
    "month",
    "quarter",
    "half",
    "season",
    "year",
    "decade",
    "century",
    "range",
    "ref",
    "duration",
    "set",
)
DIRECTIONS = ("past", "present", "future")
CLAIM_KINDS = ("fact", "quantity", "demand", "plan", "threat", "opinion", "accusation", "causal")
CLAIMANT_KINDS = ("person", "organisation", "group", "document", "anonymous", "article")
ATTRIBUTIONS = ("direct", "mixed", "indirect", "none")
EVIDENCE = ("statement", "letter", "post", "interview", "agency", "reports", "poll", "court", "told")
STANCES = ("affirms", "denies", "doubts")
POLARITIES = ("affirmed", "negated")
MODALITIES = ("threatened", "conditional", "demanded", "planned", "predicted", "possible", "evaluated", "asserted")
RELATIONS = ("same_statement", "corroborates", "contradicts", "differs")
CONFLICTS = ("polarity", "stance", "quantity", "date", "actor")
REJECT_STAGES = ("read", "clean", "segment", "encode", "ner", "coref", "dates", "quotes", "claims", "rows", "run")
PUBLISHED_FROM = ("metadata", "html", "text")

_TEXT = pa.string()
_INT = pa.int32()
_FLOAT = pa.float32()
_DAY = pa.date32()
_TIME = pa.timestamp("s")
_NAMES = pa.list_(pa.field("element", pa.string(), nullable=False))
_SPANS = pa.list_(
    pa.field("element", pa.struct([pa.field("start", _INT, False), pa.field("end", _INT, False)]), nullable=False)
)
_QUANTITIES = pa.list_(
    pa.field(
        "element",
        pa.struct(
            [
                pa.field("value", pa.float64()),
                pa.field("low", pa.float64()),
                pa.field("high", pa.float64()),
                pa.field("unit", pa.string()),
                pa.field("text", pa.string(), False),
            ]
        ),
        nullable=False,
    )
)
_CHAIN = pa.list_(
    pa.field(
        "element",
        pa.struct([pa.field("source", pa.string(), False), pa.field("entity_id", _TEXT), pa.field("cue", _TEXT)]),
        nullable=False,
    )
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its Arrow type, what it holds, whether null is allowed, and its closed list if it has one."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False
    closed: tuple[str, ...] = ()


def _text(name: str, description: str, nullable: bool = False) -> Column:
    return Column(name, _TEXT, description, nullable)


def _int(name: str, description: str, nullable: bool = False) -> Column:
    return Column(name, _INT, description, nullable)


def _closed(name: str, values: Sequence[str], description: str, nullable: bool = False) -> Column:
    return Column(name, pa.dictionary(pa.int8(), pa.string()), description, nullable, tuple(values))


def _span(what: str) -> list[Column]:
    return [
        _int("start", f"where {what} begins in articles.text (characters)"),
        _int("end", f"where {what} ends in articles.text (characters, exclusive)"),
        _text("text", f"{what}: articles.text[start:end]"),
    ]


_ARTICLE = _text("article_id", "the article: articles.article_id")
_SENTENCE = _int("sentence_id", "the sentence in which it starts: sentences.sentence_id of the same article")
_SCORE = Column("score", _FLOAT, "probability (0 to 1) that the row is right; null where a rule made it", True)

TABLES: Mapping[str, tuple[Column, ...]] = {
    "articles": (
        _text("article_id", "stable id: the file's stem, or the id that its record carries"),
        _text("title", "from the metadata, or the headline where the text has one", True),
        _text("author", "from the metadata, or the byline where the text has one", True),
        _text("source", "the outlet, from the metadata or where the text states it", True),
        _text("url", "from the metadata", True),
        Column("published", _DAY, "the day the article was written (document creation time); null if unknown", True),
        _closed("published_from", PUBLISHED_FROM, "where that day was read; null if unknown", True),
        _text("language", "ISO 639-1 code"),
        _text("text", "the cleaned text, to which all offsets refer"),
        _text("raw_sha256", "SHA-256 of the bytes read"),
        _text("duplicate_of", "article_id of the article that this one nearly repeats", True),
        _int("n_sentences", "sentences in text"),
        _int("n_tokens", "spaCy tokens in text, white space left out"),
        Column(
            "published_estimate", _DAY, "where published is null: the likeliest day, by what dated articles share", True
        ),
        Column("estimate_earliest", _DAY, "first day on which the estimate leaves it possible", True),
        Column("estimate_latest", _DAY, "last day on which the estimate leaves it possible", True),
        Column(
            "estimate_from", _NAMES, "article_ids of the dated articles that share most with it, at most five", True
        ),
    ),
    "sentences": (
        _ARTICLE,
        _int("sentence_id", "0, 1, 2 … in the article"),
        _int("paragraph", "0, 1, 2 … in the article"),
        _closed("section", SECTIONS, "what kind of paragraph it stands in"),
        *_span("the sentence"),
        _int("raw_start", "where it begins in the text as read, before cleaning (characters)"),
        _int("raw_end", "where it ends in the text as read (characters, exclusive)"),
    ),
    "mentions": (
        _text("mention_id", "article_id:m<start>-<end>"),
        _ARTICLE,
        _SENTENCE,
        *_span("the mention"),
        _closed("label", LABELS, "the kind of entity, as spaCy users know it"),
        _closed("kind", MENTION_KINDS, "a name, a nominal (the cleric) or a pronoun"),
        _text("entity_id", "which entity: entities.entity_id; null where it can't be told", True),
        _SCORE,
    ),
    "entities": (
        _text("entity_id", "readable and stable, for example person/muqtada-al-sadr"),
        _text("name", "the fullest common form"),
        _closed("label", LABELS, "the kind of entity"),
        Column("aliases", _NAMES, "all names seen, the commonest first"),
        Column("descriptions", _NAMES, "titles and roles as written, the commonest first"),
        _int("n_mentions", "mentions in the corpus"),
        _int("n_articles", "articles with a mention"),
        Column("first_published", _DAY, "earliest known publication day of those articles", True),
        Column("last_published", _DAY, "latest known publication day of those articles", True),
        _text("wikidata", "Wikidata id, where the user's alias file gives it", True),
    ),
    "quotes": (
        _text("quote_id", "article_id:q<start>-<end>"),
        _ARTICLE,
        _SENTENCE,
        *_span("the content, without its outer quotation marks,"),
        _closed("kind", QUOTE_KINDS, "direct: all of it in quotation marks; mixed: a part; indirect: none"),
        _text("utterance_id", "joins the pieces of one broken utterance: “A,” he said. “B.”"),
        _int("cue_start", "where the cue begins (characters)", True),
        _int("cue_end", "where the cue ends (characters, exclusive)", True),
        _text("cue", "said, according to, read …", True),
        _text("cue_lemma", "the cue's dictionary form", True),
        _int("speaker_start", "where the source begins (characters)", True),
        _int("speaker_end", "where the source ends (characters, exclusive)", True),
        _text("speaker_text", "the source as written at the quote: he, the letter, Sadr", True),
        _text("speaker_entity_id", "whom that refers to: entities.entity_id; null where it can't be told", True),
        _text("speaker", "that entity's name", True),
        _text("cluster_speaker_entity_id", "who says these words in other articles, where this one names nobody", True),
        _text("cluster_speaker", "that entity's name: read from the quote_cluster, not from this article", True),
        _text("reported_by", "a second source between: was quoted by Reuters as saying", True),
        Column("said_start", _DAY, "first day of the utterance, where the text gives it", True),
        Column("said_end", _DAY, "last day of the utterance, where the text gives it", True),
        _closed("channel", CHANNELS, "how it was said, where the text tells", True),
        _text("quote_cluster", "the same words elsewhere share it: quote_clusters.quote_cluster", True),
        _SCORE,
    ),
    "dates": (
        _text("date_id", "article_id:d<start>-<end>"),
        _ARTICLE,
        _SENTENCE,
        *_span("the time expression"),
        _closed("type", TIMEX_TYPES, "TIMEX3 type"),
        _text("value", "TIMEX3 value; underspecified (XXXX-WXX-2) where the anchor is unknown"),
        _closed("mod", TIMEX_MODS, "TIMEX3 modifier", True),
        Column("earliest", _TIME, "first second of the interval it denotes; null where it can't be known", True),
        Column("latest", _TIME, "last second of the interval it denotes; null where it can't be known", True),
        _closed("granularity", GRANULARITIES, "how fine it is", True),
        _text("anchor", "what it counts from: published, dateline, or a date_id", True),
        Column("resolved", pa.bool_(), "whether the text says enough to place it in the calendar"),
        _text("edtf", "the same as EDTF (ISO 8601-2); null for durations and sets", True),
        _text("duration", "the length it states, as ISO 8601 duration", True),
        Column("duration_days", pa.float64(), "that length in days, only where exact", True),
        _closed("direction", DIRECTIONS, "whether it looks back, at the present, or ahead", True),
        _text("rule", "the rule that gave the value", True),
        _SCORE,
    ),
    "quote_clusters": (
        _text("quote_cluster", "the quotation's id"),
        _text("text", "its longest form"),
        _text("speaker_entity_id", "its speaker, where its quotes agree: entities.entity_id", True),
        _text("speaker", "that entity's name", True),
        _int("n_quotes", "quotes that carry it"),
        _int("n_articles", "articles that carry it, near-copies counted once"),
        Column("first_published", _DAY, "earliest known publication day of those articles", True),
        Column("variants", _NAMES, "the different wordings, the commonest first"),
    ),
    "claims": (
        _text("claim_id", "article_id:c<start>-<end>, with .2, .3 … where one span states several"),
        _ARTICLE,
        _SENTENCE,
        _text("part_of", "claim_id of the claim it was split from", True),
        *_span("the words that state it, without cue, source and outer quotation marks,"),
        Column("spans", _SPANS, "its pieces, where the text breaks it (characters)"),
        _text("proposition", "the claim on its own, with pronouns and short names resolved"),
        _closed("kind", CLAIM_KINDS, "what sort of claim"),
        _text("subject", "whom or what it is about", True),
        _text("predicate", "the predicate, lemmatised; negation is in polarity"),
        _text("object", "the predicate's object or complement", True),
        _text("subject_entity_id", "entities.entity_id of the subject", True),
        _text("object_entity_id", "entities.entity_id of the object", True),
        _text("place_entity_id", "entities.entity_id of the place", True),
        _text("date_id", "when it holds or held: dates.date_id", True),
        Column("quantities", _QUANTITIES, "numbers with their ranges and units"),
        _closed("claimant_kind", CLAIMANT_KINDS, "who stands behind it"),
        _text("claimant_text", "the claimant as written; null where the article itself claims", True),
        _text("claimant_entity_id", "entities.entity_id of the claimant", True),
        _text("claimant", "that entity's name", True),
        _closed("attribution", ATTRIBUTIONS, "the kind of quote that carries it, or none"),
        _text("quote_id", "the quote that carries it: quotes.quote_id", True),
        Column("chain", _CHAIN, "who has it from whom, outermost first"),
        _closed("evidence", EVIDENCE, "by what way it came", True),
        _closed("stance", STANCES, "the claimant's attitude to the proposition"),
        _closed("polarity", POLARITIES, "negation inside the proposition"),
        _closed("modality", MODALITIES, "the first that holds, in the order of the list"),
        _text("condition", "if … , as written", True),
        Column("factuality", _FLOAT, "−3 (certainly not) to 3 (certainly so), as its claimant presents it", True),
        Column("check_worthiness", _FLOAT, "0 to 1: a column to sort by, never a gate", True),
        _text("claim_cluster", "the same claim, wherever it is made", True),
        Column("score", _FLOAT, "probability of the quote that carries it; null for the article's own claims", True),
    ),
    "claim_links": (
        _text("claim_id", "claims.claim_id, the smaller of the two"),
        _text("other_claim_id", "claims.claim_id"),
        _closed("relation", RELATIONS, "how the second bears on the first"),
        _closed("conflict", CONFLICTS, "in what they differ", True),
        Column("independent", pa.bool_(), "another claimant and other words, and not a near-copy of the article"),
        Column("score", _FLOAT, "how sure the relation is, 0 to 1"),
    ),
    "rejects": (
        _text("path", "the input that could not be processed"),
        _text("article_id", "its id, where it has one", True),
        _closed("stage", REJECT_STAGES, "where it failed"),
        _text("error", "what is wrong and what to do"),
    ),
}

#: How the rows of each table are ordered.
SORT_KEYS: Mapping[str, tuple[str, ...]] = {
    "articles": ("article_id",),
    "sentences": ("article_id", "start", "end"),
    "mentions": ("article_id", "start", "end", "mention_id"),
    "entities": ("entity_id",),
    "quotes": ("article_id", "start", "end", "quote_id"),
    "dates": ("article_id", "start", "end", "date_id"),
    "quote_clusters": ("quote_cluster",),
    "claims": ("article_id", "start", "end", "claim_id"),
    "claim_links": ("claim_id", "other_claim_id"),
    "rejects": ("path", "article_id", "error"),
}

#: The tables that a shard writes; the others come from linking. ``local_entities`` is internal to a run: the
#: coreference chains of each article, to which ``entity_id`` columns of parts refer by number until they are linked.
ARTICLE_TABLES = ("articles", "sentences", "mentions", "quotes", "dates", "claims", "rejects")
LOCAL_ENTITIES = (
    _ARTICLE,
    _int("chain", "the number of the coreference chain in its article"),
    _text("name", "the fullest form in the article"),
    _closed("label", LABELS, "the kind of entity"),
    Column("aliases", _NAMES, "all names in the article, the commonest first"),
    Column("descriptions", _NAMES, "titles and roles as written"),
)


def _schema(table: str, columns: Iterable[Column]) -> pa.Schema:
    fields = [
        pa.field(column.name, column.type, column.nullable, {"description": column.description}) for column in columns
    ]
    return pa.schema(fields, {"table": table, "schema_version": str(SCHEMA_VERSION)})


SCHEMAS: Mapping[str, pa.Schema] = {name: _schema(name, columns) for name, columns in TABLES.items()}


def stored_schema(table: str) -> pa.Schema:
    """The schema of *table* as a Parquet file holds it: Parquet has no seconds, so times are there in milliseconds."""
    stored = SCHEMAS[table]
    for index, field in enumerate(stored):
        if field.type == _TIME:
            stored = stored.set(index, field.with_type(pa.timestamp("ms")))
    return stored


@cache
def _declared(table: str) -> pa.Schema:
    """The schema of *table*, ``local_entities`` too. Raises KeyError for a table that the contract doesn't have."""
    return _schema(table, columns_of(table))


def columns_of(table: str) -> tuple[Column, ...]:
    """The declared columns of *table*. Raises KeyError for a table that the contract doesn't have."""
    return LOCAL_ENTITIES if table == "local_entities" else TABLES[table]


def _array(column: Column, values: list[Any]) -> pa.Array:
    if not column.closed:
        return pa.array(values, column.type)
    codes, closed = _coded(column.closed)
    try:
        indices = [codes[value] for value in values]
    except KeyError as error:
        raise ValueError(f"{column.name} may hold {', '.join(column.closed)}, not {error}") from None
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int8()), closed)


@cache
def _coded(closed: tuple[str, ...]) -> tuple[dict[str | None, int | None], pa.Array]:
    """The code of each value of a closed list, null's too, and the list as a dictionary of Arrow."""
    codes: dict[str | None, int | None] = {value: code for code, value in enumerate(closed)}
    return codes | {None: None}, pa.array(closed, pa.string())


def _listed(column: Column, values: pa.ChunkedArray) -> pa.Array:
    """*values* with the closed list of *column* as their dictionary."""
    coded = values.combine_chunks()
    if not (isinstance(coded, pa.DictionaryArray) and pa.types.is_string(coded.type.value_type)):
        return _array(column, values.to_pylist())
    _, closed = _coded(column.closed)
    if coded.type.index_type == pa.int8() and coded.dictionary.equals(closed):
        return coded
    codes = pc.index_in(coded.dictionary, value_set=closed).cast(pa.int8()).take(coded.indices)
    if codes.null_count > coded.indices.null_count:
        return _array(column, values.to_pylist())  # which says what is wrong
    return pa.DictionaryArray.from_arrays(codes, closed)


def to_table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """*rows* as an Arrow table by the declared schema.

    Raises ValueError, naming table and column, for a missing value where null isn't allowed, a value outside a closed
    list, a column that the contract doesn't have, or a value that doesn't fit the column's type.
    """
    declared = _declared(name)
    known = frozenset(declared.names)
    for row in rows:
        if not known.issuperset(row):
            raise ValueError(f"{name}: no such columns: {', '.join(sorted(row.keys() - known))}")
    arrays = []
    for column in columns_of(name):
        key = column.name
        try:
            array = _array(column, [row.get(key) for row in rows])
        except (ValueError, TypeError, pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise ValueError(f"{name}.{column.name}: {error}") from error
        if array.null_count and not column.nullable:
            raise ValueError(f"{name}.{column.name}: null in a column that must have a value")
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=declared)


def conform(name: str, table: pa.Table) -> pa.Table:
    """*table* with the declared columns in the declared order, types and closed lists, sorted by its key.

    Raises ValueError as :func:`to_table` does.
    """
    names = frozenset(table.column_names)
    arrays = []
    for column in columns_of(name):
        if column.name not in names:
            raise ValueError(f"{name}: the column {column.name} is missing")
        values = table[column.name]
        values = _listed(column, values) if column.closed else values.cast(column.type).combine_chunks()
        if values.null_count and not column.nullable:
            raise ValueError(f"{name}.{column.name}: null in a column that must have a value")
        arrays.append(values)
    made = pa.Table.from_arrays(arrays, schema=_declared(name))
    keys = SORT_KEYS.get(name, ("article_id", "chain"))
    return made.sort_by([(key, "ascending") for key in keys]) if made.num_rows else made
