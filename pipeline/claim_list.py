"""The claims of a run as a list to read: what is claimed, by whom, in which words, and what speaks against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.entity_index import found
from pipeline.link.matching import Matcher
from pipeline.outputs import read_table

#: Other claims that one claim shows of each relation.
_MOST_OTHERS = 5
_SHOWN = ("contradicts", "corroborates", "differs")


def _plain(words: object) -> str:
    """*words* on one line, without characters that could steer a terminal."""
    return "".join(ch for ch in " ".join(str(words).split()) if ch.isprintable())


def _about(out: Path, entity_id: str, claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The claims that have the entity in a column, or a mention of it in their words."""
    columns = ("article_id", "start", "entity_id")
    mentions: dict[str, list[int]] = defaultdict(list)
    for row in read_table(out, "mentions", columns).to_pylist():
        if row["entity_id"] == entity_id:
            mentions[row["article_id"]].append(row["start"])
    kept = []
    for claim in claims:
        own = any(claim[f"{part}_entity_id"] == entity_id for part in ("subject", "object", "place"))
        spans = claim["spans"]
        at = mentions.get(claim["article_id"], ())
        if own or any(span["start"] <= start < span["end"] for span in spans for start in at):
            kept.append(claim)
    return kept


def listed(
    out: Path,
    about: str | None = None,
    claimant: str | None = None,
    contradicted: bool = False,
    least: float | None = None,
    like: str | None = None,
) -> list[dict[str, Any]]:
    """The rows of ``claims`` in *out* that are asked for, the most worth checking first.

    *about* is an entity's id, one of its names or a part of one that no other has; *claimant* an id, or words of a
    name or of the source.
    *contradicted* keeps claims that another one contradicts, *least* those whose check-worthiness is no less. With
    *like*, a text, the claims that it most likely repeats come first (:mod:`pipeline.link.matching`). Wholes
    that were split are left out: their parts are listed. Each row has beside its columns ``sentence`` (its text),
    ``published``, ``source`` and ``others`` (a list of relation, conflict, independent and ``claim``, a row). Raises
    OutputsError where there are no tables, NoSuchEntityError where *about* names nothing, or
    several.
    """
    claims = read_table(out, "claims").to_pylist()
    articles = {row["article_id"]: row for row in read_table(out, "articles").to_pylist()}
    columns = ("article_id", "sentence_id", "start", "end")
    sentences = {(r["article_id"], r["sentence_id"]): r for r in read_table(out, "sentences", columns).to_pylist()}
    for claim in claims:
        article = articles[claim["article_id"]]
        sentence = sentences.get((claim["article_id"], claim["sentence_id"]))
        claim["sentence"] = article["text"][sentence["start"] : sentence["end"]] if sentence else claim["text"]
        claim["published"], claim["source"] = article["published"], article["source"]
        claim["others"] = []
    by_id = {claim["claim_id"]: claim for claim in claims}
    for link in read_table(out, "claim_links").to_pylist():
        left, right = by_id[link["claim_id"]], by_id[link["other_claim_id"]]
        for one, other in ((left, right), (right, left)):
            told = {key: link[key] for key in ("relation", "conflict", "independent")}
            one["others"].append({**told, "claim": {k: v for k, v in other.items() if k != "others"}})
    split = {claim["part_of"] for claim in claims}
    kept = [claim for claim in claims if claim["claim_id"] not in split]
    if about is not None:
        kept = _about(out, found(out, about)["entity_id"], kept)
    if claimant is not None:
        kept = [claim for claim in kept if _is_claimant(claim, claimant)]
    if contradicted:
        kept = [c for c in kept if any(other["relation"] == "contradicts" for other in c["others"])]
    if least is not None:
        kept = [claim for claim in kept if (claim["check_worthiness"] or 0.0) >= least]
    kept.sort(key=lambda c: (-(c["check_worthiness"] or 0.0), c["article_id"], c["start"], c["claim_id"]))
    if like is None:
        return kept
    matcher = Matcher([f"{claim['proposition']} {claim['text']}" for claim in kept])
    return [kept[i] for i, _ in matcher.best(like, len(kept))]


def _is_claimant(claim: dict[str, Any], wanted: str) -> bool:
    """Whether *wanted* is the claimant's id, or in its name, in the source as written, or in its chain."""
    sought = wanted.casefold()
    ids = [claim["claimant_entity_id"], *(link["entity_id"] for link in claim["chain"])]
    names = [claim["claimant"], claim["claimant_text"], *(link["source"] for link in claim["chain"])]
    if claim["claimant_kind"] == "article":
        names = ["article", claim["source"]]
    return wanted in ids or any(name is not None and sought in name.casefold() for name in names)


def _who(claim: dict[str, Any]) -> str:
    """Who claims it and through whom it reached the article, outermost first."""
    if claim["claimant_kind"] == "article":
        return "the article itself"
    chain = [f"{link['source'] or 'somebody'} ({link['cue']})" if link["cue"] else str(link["source"] or "somebody")
             for link in claim["chain"]]  # fmt: skip
    name = claim["claimant"] or claim["claimant_text"] or "a source that is not named"
    said = claim["claimant_text"]
    written = f", here “{said}”" if claim["claimant"] and said and said != claim["claimant"] else ""
    through = f" ← {' ← '.join(reversed(chain))}" if len(chain) > 1 else ""
    return f"{name} [{claim['claimant_kind']}]{written}{through}"


def _how(claim: dict[str, Any]) -> str:
    """What sets the claim apart from a plain assertion."""
    parts = [claim["kind"], claim["modality"]]
    parts += ["negated"] if claim["polarity"] == "negated" else []
    parts += [claim["stance"]] if claim["stance"] != "affirms" else []
    parts += [f"if: {claim['condition']}"] if claim["condition"] else []
    if claim["factuality"] is not None:
        parts.append(f"factuality {claim['factuality']:+.1f}")
    return ", ".join(parts)


def _where(claim: dict[str, Any]) -> str:
    day = f"{claim['published']:%Y-%m-%d}" if claim["published"] is not None else None
    return " · ".join(str(part) for part in (claim["article_id"], claim["source"], day) if part)


def _others(claim: dict[str, Any]) -> Iterable[str]:
    for relation in _SHOWN:
        others = [other for other in claim["others"] if other["relation"] == relation]
        for other in others[:_MOST_OTHERS]:
            row = other["claim"]
            why = (
                f" ({other['conflict']})" if other["conflict"] else "" if other["independent"] else " (not independent)"
            )
            yield f"{relation}{why}: {row['proposition']}"
            yield f"    {_who(row)}, {_how(row)}; {_where(row)}"
            yield f"    “{row['sentence']}”"
        if len(others) > _MOST_OTHERS:
            yield f"{relation}: {len(others) - _MOST_OTHERS} more"


def page(rows: list[dict[str, Any]], limit: int) -> str:
    """The first *limit* of *rows*, which :func:`listed` made, as text: a block a claim."""
    blocks = []
    for claim in rows[:limit]:
        worth = f"{claim['check_worthiness']:.2f}" if claim["check_worthiness"] is not None else "   –"
        lines = [f"{worth}  {claim['proposition']}", _who(claim), f"{_how(claim)}; {claim['claim_id']}"]
        lines += [_where(claim), f"“{claim['sentence']}”", *_others(claim)]
        first, *rest = lines
        indented = [f"      {'    ' if line.startswith('    ') else ''}{_plain(line)}" for line in rest]
        blocks.append("\n".join([_plain(first), *indented]))
    more = len(rows) - limit
    if not rows:
        return "no such claims"
    return "\n\n".join(blocks) + (f"\n\n{more} more; --limit shows them" if more > 0 else "")
