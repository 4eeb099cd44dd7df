"""Finds, verifies and loads the model: what a run reads articles with.

A model is one of: the shipped encoder (``models/<name>`` with a ``meta.json``), an installed spaCy pipeline or a path
to one, or ``rules``: word lists and rules alone. Whatever it is, the stages of this project do the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

#: The stages after ``clean`` in the order in which they run; ``encode`` only where the model is an encoder.
STAGES = ("segment", "encode", "ner", "coref", "dates", "quotes", "claims")
#: spaCy has a factory "ner" of its own, so ours is registered under another name.
FACTORIES = {"ner": "names"}
RULES = "rules"
#: The encoder that ships, and that reads attribution beside a spaCy pipeline given by name.
DEFAULT = "en_news"
#: Modules that can't change a row: all others beside the stages are part of every fingerprint.
_APART = frozenset(
    f"{name}.py"
    for name in (
        "__init__",
        "__main__",
        "claim_list",
        "cli",
        "config",
        "corpus",
        "dictionary",
        "evaluation",
        "explain",
        "files",
        "history",
        "lean",
        "memory",
        "merge",
        "outputs",
        "pins",
        "progress",
        "remote",
        "render",
        "review",
        "run",
        "variants",
    )
)
_DISTRIBUTIONS = ("spacy", "numpy", "onnxruntime", "python-dateutil", "pyarrow", "ftfy")


class ModelError(RuntimeError):
    """A model that can't be used. The message says which, why, and what to do."""


def models_folder() -> Path:
    """``models/`` of the checkout, or the copy that an installed wheel carries inside the package."""
    package = Path(__file__).resolve().parent
    installed = package / "_models"
    return installed if installed.is_dir() else package.parent / "models"


def encoder_folder(name: str) -> Path | None:
    """The folder of the encoder called *name*: under ``models/``, or *name* as a path; None where there is none."""
    for folder in (models_folder() / name, Path(name)):
        if (folder / "meta.json").is_file() and (folder / "model.onnx").is_file():
            return folder
    return None


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sources() -> Iterator[Path]:
    """Every file of the project whose change may change a row."""
    package = Path(__file__).resolve().parent
    yield from sorted(path for path in package.glob("*.py") if path.name not in _APART)
    yield from sorted((package / "stages").rglob("*.py"))
    for folder in ("claims", "lexicon"):
        yield from sorted(path for path in (models_folder() / folder).rglob("*") if path.is_file())
    yield from sorted(path for path in models_folder().glob("*.json") if path.is_file())


def code_digest() -> str:
    """SHA-256 over the stages, their word lists and the versions of what they stand on.

    Taken instead of hand-kept version numbers: no change to a stage can be forgotten.
    """
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parent.parent
    for path in _sources():
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        digest.update(f"{name} {_file_digest(path)}\n".encode())
    for distribution in _DISTRIBUTIONS:
        digest.update(f"{distribution} {metadata.version(distribution)}\n".encode())
    return digest.hexdigest()


def model_digest(name: str) -> str:
    """What identifies the model called *name*, without loading it.

    For an encoder the digest of its ``meta.json`` (which holds the digests of its files), for ``rules`` that word, for
    a spaCy pipeline its name and version, and the digest of the encoder beside it. Raises ModelError where there is no
    such model.
    """
    if name == RULES:
        return RULES
    folder = encoder_folder(name)
    if folder is not None:
        return _file_digest(folder / "meta.json")
    beside = encoder_folder(DEFAULT)
    encoder = f" + {_file_digest(beside / 'meta.json')}" if beside else ""
    path = Path(name)
    if (path / "meta.json").is_file():
        return _file_digest(path / "meta.json") + encoder
    try:
        return f"{name} {metadata.version(name)}{encoder}"
    except metadata.PackageNotFoundError:
        raise ModelError(
            f"no model called {name!r}: it is neither in {models_folder().name}/, nor a folder with a meta.json, nor "
            f"an installed spaCy pipeline. Try --model rules, or install it (python -m spacy download {name})."
        ) from None


def _spacy_pipeline(name: str) -> Language:
    import spacy

    try:
        return spacy.load(name)
    except (OSError, ValueError, ImportError, json.JSONDecodeError) as error:
        raise ModelError(f"the spaCy pipeline {name!r} can't be loaded: {error}") from error


def load(name: str, clean: str = "auto") -> Language:
    """A spaCy pipeline with every stage from ``clean`` to ``claims``.

    A spaCy pipeline given as *name* keeps its own components (tagger, parser, entities), which run after ``segment``
    so that its parser respects our sentences; the shipped encoder then reads what it doesn't. Raises ModelError where
    *name* can't be used.
    """
    import pipeline.stages  # noqa: F401  registers the factories
    from pipeline.tokenizer import blank

    model_digest(name)
    folder = None if name == RULES else encoder_folder(name)
    if name == RULES or folder is not None:
        nlp = blank()
    else:
        nlp = _spacy_pipeline(name)
        folder = encoder_folder(DEFAULT)
    nlp.add_pipe("segment", first=True)
    nlp.add_pipe("clean", first=True, config={"mode": clean})
    for stage in STAGES[1:]:
        if stage == "encode":
            if folder is not None:
                nlp.add_pipe("encode", config={"model": str(folder)})
            continue
        nlp.add_pipe(FACTORIES.get(stage, stage), name=f"evidence_{stage}" if stage in nlp.pipe_names else stage)
    return nlp


def meta(name: str) -> dict[str, object]:
    """What the model called *name* says of itself in its ``meta.json``; nothing for ``rules``. Raises ModelError."""
    if name == RULES:
        return {}
    folder = encoder_folder(name)
    if folder is None:
        return dict(_spacy_pipeline(name).meta)
    from pipeline.stages.encode import read_meta

    return {key: value for key, value in read_meta(folder).items() if key not in ("transitions", "check_worthiness")}


def try_out(name: str) -> str:
    """Load the model called *name*, its files verified, and read a sentence: a line that says what it found.

    Raises ModelError where it can't be used.
    """
    nlp = load(name, clean="none")
    doc = nlp("“We will stay,” Maria Keller told Reuters on Tuesday.")
    names = ", ".join(f"{ent.text} {ent.label_}" for ent in doc.ents)
    return f"{doc.text} → {len(doc._.quotes)} quotes; {names}; {', '.join(date.value for date in doc._.dates)}"
