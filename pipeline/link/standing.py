"""Which entity the chains of an article were before: the ids of an earlier run, found again by the places of names."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.entities import Standing

_PLACE = ["article_id", "start", "end"]


def standing_ids(mentions: pa.Table, earlier: pa.Table) -> Standing:
    """The entity id that each chain of *mentions* (``entity_id`` holds its number) had in *earlier*, a contract's
    ``mentions``; chains none of whose names were there are left out.

    A name is the same where article, start and end are. The first name of a chain that had an entity counts.
    """
    now = _names(mentions)
    before = _names(earlier).rename_columns([*_PLACE, "standing"])
    both = now.join(before, keys=_PLACE, join_type="inner").sort_by([(c, "ascending") for c in _PLACE])
    found: dict[tuple[str, str], str] = {}
    columns = (both[c].to_pylist() for c in ("article_id", "entity_id", "standing"))
    for article, chain, entity_id in zip(*columns, strict=True):
        found.setdefault((article, chain), entity_id)
    return found


def _names(mentions: pa.Table) -> pa.Table:
    wanted = pc.and_(pc.equal(mentions["kind"].cast(pa.string()), "name"), pc.is_valid(mentions["entity_id"]))
    return mentions.filter(wanted).select([*_PLACE, "entity_id"])
