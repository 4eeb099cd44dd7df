"""An article's rows as gold to be corrected by hand, and corrected gold into the corpus."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import gold as golds
from pipeline import outputs, sources
from pipeline.files import write_text
from pipeline.gold import SEPARATOR, GoldError
from pipeline.sources import Article

_TABLES = ("mentions", "dates", "quotes", "claims")


def export_to(article_id: str, out: Path, path: Path, replace: bool = False) -> Path:
    """Write the rows of the article *article_id* of the run in *out* as gold to *path*, and return that.

    Raises as :func:`export`, and GoldError where *path* is there already, unless *replace* is given.
    """
    content = export(article_id, out)
    if path.exists() and not replace:
        raise GoldError(f"{path} is there already. Give --replace to write over it.")
    write_text(content, path)
    return path


def export(article_id: str, out: Path) -> str:
    """The rows of the article *article_id* of the run in *out*, as a gold file.

    Raises GoldError for an id that can't name a file, that the run doesn't have, or a text that gold can't hold;
    OutputsError where the tables are missing.
    """
    golds.check_id(article_id, "annotate")
    row = _article(article_id, out)
    if row is None:
        raise GoldError(f"{out} has no article {article_id!r}. python -m pipeline corpus list shows the ids.")
    tables = {
        name: [found for found in outputs.read_table(out, name).to_pylist() if found["article_id"] == article_id]
        for name in _TABLES
    }
    published = row["published"].isoformat() if row["published"] else None
    meta = {name: row[name] for name in ("article_id", "title", "source", "author", "url", "language")}
    return golds.write({**meta, "published": published, "stages": ", ".join(golds.STAGES)}, row["text"], tables)


def import_gold(article_id: str, path: Path, folder: Path, corpus: Path, out: Path, replace: bool = False) -> Path:
    """Check the gold file at *path* and put it into *folder* as ``<article_id>.txt``; returns where it is.

    Where the corpus in *corpus* has the article, the file names it, with a hash of its clean text, in place of holding
    the text, which then is the one of the run in *out*. Raises GoldError where the file is malformed, is gold for
    another article, doesn't fit its text, or would take another file's place without *replace*; OutputsError where a
    text of the corpus is needed and *out* has no tables.
    """
    golds.check_id(article_id, "annotate")
    gold = golds.read(path)
    if gold.article_id != article_id:
        raise GoldError(f"{path}: is gold for {gold.article_id!r}, not for {article_id!r}.")
    content = path.read_text(encoding="utf-8")
    if gold.text is None or _in_corpus(article_id, corpus):
        row = _article(article_id, out)
        if row is None:
            raise GoldError(f"{out} has no article {article_id!r}, so the words can't be looked up. Run the pipeline.")
        golds.place(gold, row["text"])
        content = _naming(gold.meta, content, article_id, row["text"])
    else:
        golds.place(gold, gold.text)
    target = folder / f"{article_id}.txt"
    for known in folder.rglob("*.txt") if folder.is_dir() else ():
        if known.stem == article_id:
            target = known
    if target.exists() and not replace:
        raise GoldError(f"{target} is there already. Give --replace to put this one in its place.")
    if target.is_symlink() or not target.resolve().is_relative_to(folder.resolve()):
        raise GoldError(f"{target} leads out of {folder}. Remove that link.")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_text(content, target)
    return target


def _article(article_id: str, out: Path) -> Mapping[str, Any] | None:
    for row in outputs.read_table(out, "articles").to_pylist():
        if row["article_id"] == article_id:
            found: Mapping[str, Any] = row
            return found
    return None


def _in_corpus(article_id: str, corpus: Path) -> bool:
    try:
        return any(isinstance(item, Article) and item.article_id == article_id for item in sources.read(corpus))
    except sources.SourceError:
        return False


def _naming(meta: Mapping[str, str], content: str, article_id: str, text: str) -> str:
    """*content* with the article's id and hash in place of its text; its annotations stay as they were written."""
    own = ("stages", "style", "licence", "annotator")
    head = {"article": article_id, "text_sha256": hashlib.sha256(text.encode()).hexdigest()}
    lines = [f"{name}: {value}" for name, value in {**head, **{n: meta[n] for n in own if n in meta}}.items()]
    below = content.replace("\r\n", "\n").split(f"\n{SEPARATOR}\n", 1)[-1]
    return "\n".join(["---", *lines, "---", SEPARATOR, below])
