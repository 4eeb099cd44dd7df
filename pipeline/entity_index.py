"""The entities of a run, as text: listed, searched, shown one by one, and why two names are one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import schema
from pipeline.link.aliases import Aliases, alias_key
from pipeline.link.entities import Linking, decide, published_days
from pipeline.link.explain import bearers as nodes_of
from pipeline.link.explain import evidence_of, why_one, why_two
from pipeline.link.standing import standing_ids
from pipeline.outputs import read_table

#: Where a run keeps the parts of its articles, which hold the chains that were linked.
PARTS: Final = ".parts"
#: Descriptions, names and articles that one entity's page shows.
SHOWN: Final = 20
#: Entities that a message lists where a name doesn't tell which one is meant.
CANDIDATES: Final = 6
_WORD_BREAK: Final = re.compile(r"[\W_]+")


class NoSuchEntityError(LookupError):
    """A name or an id that the tables don't have. The message says so, and what comes near."""


class NoPartsError(LookupError):
    """A folder with tables but without the parts they were linked from. The message says what to do."""


def listed(out: Path, label: str | None = None, find: str | None = None) -> list[dict[str, Any]]:
    """The rows of ``entities``, the most mentioned first; with *label* only those of that kind, with *find* only those
    of which a name or description holds it (case, accents and apostrophes don't count).

    Raises OutputsError where the table is missing.
    """
    rows: list[dict[str, Any]] = read_table(out, "entities").to_pylist()
    if label is not None:
        rows = [row for row in rows if row["label"] == label]
    if find is not None:
        wanted = alias_key(find)
        rows = [row for row in rows if any(wanted in alias_key(text) for text in _texts(row))]
    return sorted(rows, key=lambda row: (-row["n_mentions"], row["entity_id"]))


def _texts(row: dict[str, Any]) -> Iterable[str]:
    return (row["entity_id"], row["name"], *row["aliases"], *row["descriptions"])


def found(out: Path, name: str) -> dict[str, Any]:
    """The row of the one entity that *name* means.

    That is the entity with this id; else the only one with this name; else the only one with these words in a name,
    or with these letters. Raises NoSuchEntityError where none or several come first so; the message lists them.
    """
    rows = listed(out)
    for row in rows:
        if row["entity_id"] == name:
            return row
    wanted = alias_key(name)
    words = _WORD_BREAK.sub(" ", wanted).strip()
    if not words:
        raise NoSuchEntityError(f"{name!r} is no name; give an entity's id, its name or a part of it")
    keys = [[alias_key(known) for known in (row["name"], *row["aliases"])] for row in rows]
    for told, fits in (
        ("a name", lambda key: key == wanted),
        ("part of a name", lambda key: f" {words} " in f" {_WORD_BREAK.sub(' ', key)} "),
        ("part of a name", lambda key: wanted in key),
    ):
        same = [row for row, own in zip(rows, keys, strict=True) if any(map(fits, own))]
        if len(same) == 1:
            return same[0]
        if same:
            ids = ", ".join(row["entity_id"] for row in same[:CANDIDATES])
            more = f" and {len(same) - CANDIDATES} more" if len(same) > CANDIDATES else ""
            raise NoSuchEntityError(f"{name!r} is {told} of {len(same)} entities: {ids}{more}. Give one of these ids.")
    near = [row["entity_id"] for row in rows if any(wanted in alias_key(text) for text in row["descriptions"])]
    hint = f" Described so: {', '.join(near[:CANDIDATES])}." if near else ""
    raise NoSuchEntityError(f"no entity has the id or the name {name!r}.{hint}")


def table_text(rows: list[dict[str, Any]], limit: int) -> str:
    """*rows* of ``entities`` as lines: id, mentions, articles, names."""
    if not rows:
        return "no entities"
    shown = rows[:limit]
    width = min(max(len(row["entity_id"]) for row in shown), 48)
    lines = [f"{'id':{width}}  mentions  articles  names"]
    for row in shown:
        names = "; ".join(dict.fromkeys([row["name"], *row["aliases"][:4]]))
        lines.append(f"{row['entity_id']:{width}}  {row['n_mentions']:8,}  {row['n_articles']:8,}  {names}")
    if len(rows) > limit:
        lines.append(f"… and {len(rows) - limit:,} more (--limit {len(rows)} shows all)")
    return "\n".join(lines)


def page(out: Path, row: dict[str, Any]) -> str:
    """One entity: its names and how often each stands where, its descriptions, its articles.

    Raises OutputsError where a table is missing.
    """
    columns = ["article_id", "text", "kind", "entity_id", "score"]
    mentions = read_table(out, "mentions", columns)
    mentions = mentions.filter(pc.equal(mentions["entity_id"], row["entity_id"]))
    kinds: Counter[str] = Counter(mentions["kind"].cast(pa.string()).to_pylist())
    names: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for mention in mentions.to_pylist():
        articles[mention["article_id"]] += 1
        if mention["kind"] == "name":
            names[" ".join(mention["text"].split())] += 1
    about = read_table(out, "articles", ["article_id", "published", "title"])
    known = {item["article_id"]: item for item in about.to_pylist()}
    wikidata = f" · {row['wikidata']}" if row["wikidata"] else ""
    lines = [f"{row['entity_id']} · {row['name']} · {row['label']}{wikidata}"]
    lines.append(f"{row['n_mentions']} mentions ({', '.join(f'{n} {kind}s' for kind, n in sorted(kinds.items()))})")
    lines += ["", "Names", *_some(f"  {n:6,}  {name}" for name, n in names.most_common())]
    if row["descriptions"]:
        lines += ["", "Descriptions", *_some(f"  {text}" for text in row["descriptions"])]
    lines += ["", f"Articles ({row['n_articles']})"]
    lines += _some(
        f"  {n:6,}  {article}  {known[article]['published'] or 'day unknown'}  {known[article]['title'] or ''}".rstrip()
        for article, n in sorted(articles.items(), key=lambda item: (-item[1], item[0]))
    )
    return "\n".join(lines)


def _some(lines: Iterable[str]) -> list[str]:
    every = list(lines)
    more = [f"  … and {len(every) - SHOWN} more"] if len(every) > SHOWN else []
    return every[:SHOWN] + more


def linking_of(out: Path, aliases: Aliases | None) -> Linking:
    """The linker's decisions on the chains of the articles in *out*, made again with their evidence.

    Raises OutputsError where the tables are missing, NoPartsError where the parts are.
    """
    articles = read_table(out, "articles")
    tables = _live_parts(out, articles)
    standing = standing_ids(tables["mentions"], read_table(out, "mentions"))
    return decide(tables["mentions"], tables["local_entities"], published_days(articles), aliases, standing)


def _live_parts(out: Path, articles: pa.Table) -> dict[str, pa.Table]:
    """``mentions`` and ``local_entities`` of every article of *articles*, from the parts of the run."""
    wanted = {
        (row["article_id"], row["raw_sha256"]) for row in articles.select(["article_id", "raw_sha256"]).to_pylist()
    }
    tables: dict[str, list[pa.Table]] = {"mentions": [], "local_entities": []}
    for folder in sorted((out / PARTS).glob("*/")):
        if not (folder / "local_entities.parquet").is_file():
            continue
        here = pq.read_table(folder / "articles.parquet", columns=["article_id", "raw_sha256"]).to_pylist()
        live = [row["article_id"] for row in here if (row["article_id"], row["raw_sha256"]) in wanted]
        wanted -= {(row["article_id"], row["raw_sha256"]) for row in here}
        for name, found_parts in tables.items():
            part = pq.read_table(folder / f"{name}.parquet")
            part = part.filter(pc.is_in(part["article_id"], pa.array(live, pa.string())))
            found_parts.append(schema.conform(name, part))
    if wanted:
        raise NoPartsError(
            f"{out / PARTS} doesn't hold the parts of every article, from which entities were linked. Run the pipeline "
            f"into {out} again, and don't copy the tables away from their folder."
        )
    return {name: pa.concat_tables([schema.to_table(name, []), *parts]) for name, parts in tables.items()}


def explained(linking: Linking, left: str, right: str) -> str:
    """Why the names *left* and *right* (as written, or ids) are one entity, or the best reasons why they are two.

    Raises NoSuchEntityError where no article has one of them.
    """
    for name in (left, right):
        if not nodes_of(linking, name):
            raise NoSuchEntityError(f"no article has the name {name!r}, and no entity the id")
    ids = [_ids_of(linking, name) for name in (left, right)]
    steps = why_one(linking, left, right)
    if steps is not None:
        both = [entity_id for entity_id in ids[0] if entity_id in ids[1]]
        lines = [f"“{left}” and “{right}” are one: {both[0]}"]
        lines += [f"  {step}" for step in steps] or ["  the same name"]
        for name, own in zip((left, right), ids, strict=True):
            if len(own) > 1:
                others = ", ".join(entity_id for entity_id in own if entity_id != both[0])
                lines.append(f"  In other articles “{name}” is another: {others}")
        lines.append("If that is wrong: give each a line of its own in corpus/aliases.csv, with different entities.")
        return "\n".join(lines)
    lines = [f"“{left}” ({', '.join(ids[0])}) and “{right}” ({', '.join(ids[1])}) are two"]
    lines += [f"  {reason}" for reason in why_two(linking, left, right)]
    lines.append("If that is wrong: give both a line in corpus/aliases.csv, with the same entity.")
    return "\n".join(lines)


def _ids_of(linking: Linking, name: str) -> list[str]:
    """The ids of the entities that *name* means anywhere, in the order of articles."""
    return list(dict.fromkeys(linking.named[linking.union.find(i)].entity_id for i in nodes_of(linking, name)))


def evidence(linking: Linking, entity_id: str) -> str:
    """All that makes the names of the entity one, as lines."""
    lines = evidence_of(linking, entity_id)
    return "\n".join(["Why these are one", *(f"  {line}" for line in lines or ["one name, in one article"])])
