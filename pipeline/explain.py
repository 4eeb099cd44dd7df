"""What a run would do, and why: nothing is written, no model is loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import run, sources
from pipeline.config import Settings
from pipeline.sources import Reject

_CODE = "the code or word lists of the stages changed"


@dataclass(frozen=True)
class Step:
    """What a run would do with one article: ``do`` it, ``keep`` its rows, ``drop`` them, or ``reject`` it."""

    action: Literal["do", "keep", "drop", "reject"]
    article_id: str
    reason: str


@dataclass
class Explanation:
    """The steps in the order of the input, those of articles that are gone last."""

    steps: list[Step] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """Articles by action."""
        return Counter(step.action for step in self.steps)


def _earlier(out: Path) -> dict[str, str]:
    """article_id → SHA-256 of the bytes that its rows in *out* were made from; empty where there are no tables."""
    try:
        table = pq.read_table(out / "articles.parquet", columns=["article_id", "raw_sha256"])
    except (OSError, pa.ArrowException):
        return {}
    return dict(zip(table["article_id"].to_pylist(), table["raw_sha256"].to_pylist(), strict=True))


def _changes(settings: Settings, before: dict[str, Any], origin: dict[str, str]) -> list[str]:
    """What changed since the manifest *before*, of the things that all rows depend on."""
    old = before.get("made_of")
    if not isinstance(old, dict):
        return ["the earlier run was another version of this program"]
    found = []
    if old.get("settings") != origin["settings"]:
        said = before.get("settings", {})
        now = settings.content()
        differ = [f"{name}: {said.get(name)} → {value}" for name, value in now.items() if said.get(name) != value]
        found.append(f"the settings changed ({', '.join(differ)})" if differ else "the settings changed")
    if old.get("model") != origin["model"]:
        name = before.get("model", {}).get("name")
        found.append(
            f"the model changed ({name} → {settings.model})" if name != settings.model else "the model's files changed"
        )
    if old.get("code") != origin["code"]:
        found.append(_CODE)
    return found


def _steps(source: Path | str, out: Path, settings: Settings) -> Iterator[Step]:
    origin = run.made_of(settings)
    made_by = run.origin_digest(origin)
    known = run.known_parts(out / run.PARTS, settings)
    before = run.read_manifest(out)
    changed = _changes(settings, before, origin) if before else []
    earlier = _earlier(out)
    seen: set[str] = set()
    for item in sources.read(source, max_chars=settings.max_chars):
        if isinstance(item, Reject):
            yield Step("reject", item.article_id or item.path, item.error)
            continue
        seen.add(item.article_id)
        if run.fingerprint(item, made_by) in known:
            yield Step("keep", item.article_id, "nothing changed")
            continue
        old = earlier.get(item.article_id)
        if old is None:
            reasons = ["new"]
        elif old != item.raw_sha256:
            reasons = ["its bytes changed", *changed]
        else:
            reasons = changed or ["its metadata changed, or its part is missing"]
        yield Step("do", item.article_id, "; ".join(reasons))
    for article_id in sorted(set(earlier) - seen):
        yield Step("drop", article_id, "no longer in the input")


def explain(source: Path | str, out: Path, settings: Settings) -> Explanation:
    """What ``run(source, out, settings)`` would do with each article and why; reads, and writes nothing.

    Raises SourceError where there is nothing to read and ModelError where the model isn't there.
    """
    return Explanation(list(_steps(source, out, settings)))
