"""Who may import whom: the layers of the design, walked in the source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "pipeline"
#: Layer → what its modules may not import, directly.
FORBIDDEN = {
    "schema.py": ("pipeline", "spacy", "pandas"),
    "text.py": ("pipeline", "spacy", "pandas", "pyarrow"),
    "config.py": ("pipeline", "spacy", "pandas"),
    "files.py": ("pipeline", "spacy", "pandas"),
    "remote.py": ("spacy", "pandas", "pipeline.stages", "pipeline.run", "pipeline.link", "pipeline.engines"),
    "history.py": ("spacy", "pandas", "pipeline.stages", "pipeline.run"),
    "merge.py": ("spacy", "pandas", "pipeline.stages", "pipeline.run", "pipeline.shard", "pipeline.link"),
    "lean.py": ("pipeline", "pandas"),
    "lexemes.py": ("pipeline", "pandas"),
    "lexicon.py": ("pipeline", "spacy", "pandas"),
    "memory.py": ("pipeline", "spacy", "pandas", "pyarrow"),
    "marks.py": ("pipeline.stages", "pipeline.run", "spacy", "pandas"),
    "tokenizer.py": ("pipeline.stages", "pipeline.run", "pandas"),
    "gazetteer.py": ("pipeline.stages", "pipeline.run", "spacy", "pandas"),
    "tagging.py": ("pipeline.stages", "pipeline.run", "pandas"),
    "naming.py": ("pipeline.stages", "pipeline.run", "spacy", "pandas"),
    "annotations.py": ("pipeline.stages", "pipeline.run", "pandas"),
    "model.py": ("pandas", "pipeline.run", "pipeline.shard"),
    "sources/": ("spacy", "pandas", "pipeline.stages", "pipeline.run", "pipeline.shard", "pipeline.annotations"),
    "stages/": ("pandas", "pyarrow", "pipeline.run", "pipeline.shard", "pipeline.engines", "pipeline.rows",
                "pipeline.schema", "pipeline.sources", "pipeline.link", "pipeline.outputs"),
    "rows.py": ("pandas", "pipeline.engines", "pipeline.run", "pipeline.stages"),
    "shard.py": ("pandas", "pipeline.engines", "pipeline.run", "pipeline.link"),
    "link/": ("spacy", "pipeline.stages", "pipeline.annotations", "pipeline.shard", "pipeline.run", "pipeline.rows"),
    "engines/": ("spacy", "pandas", "pipeline.stages", "pipeline.rows", "pipeline.run", "pipeline.link"),
    "run.py": ("spacy", "pandas", "pipeline.stages"),
    "query.py": ("spacy", "pandas", "pipeline.run", "pipeline.stages", "pipeline.shard"),
    "exports/": ("pipeline.run", "pipeline.stages", "pipeline.shard", "pipeline.annotations"),
    "joins.py": ("pipeline", "spacy"),
    "periods.py": ("pipeline", "spacy"),
    "outputs.py": ("spacy", "pipeline.run", "pipeline.stages", "pipeline.shard"),
    "commands/": ("spacy", "pandas", "pyarrow", "pipeline.stages"),
    "variants.py": ("pipeline", "spacy", "pandas", "pyarrow"),
    "gold/": ("pipeline.stages", "pipeline.run", "pipeline.shard", "pipeline.link", "spacy", "pandas"),
    "pins.py": ("spacy", "pandas", "pipeline.run", "pipeline.stages"),
    "claim_list.py": ("spacy", "pandas", "pipeline.run", "pipeline.stages"),
    "entity_index.py": ("spacy", "pandas", "pipeline.run", "pipeline.stages"),
    "review.py": ("spacy", "pandas", "pyarrow", "pipeline.run", "pipeline.stages"),
    "report/": ("spacy", "pandas", "pipeline.run", "pipeline.stages", "pipeline.shard", "pipeline.link",
                "pipeline.annotations"),
    "render.py": ("spacy", "pandas", "pipeline.run", "pipeline.stages"),
}  # fmt: skip


def imports_of(path: Path) -> set[str]:
    """The dotted names that a module imports; ``from a import b`` counts as ``a.b``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
            found |= {".".join([*base, node.module or "", alias.name]).replace("..", ".") for alias in node.names}
    return found


def modules_of(layer: str) -> list[Path]:
    return sorted((PACKAGE / layer).rglob("*.py")) if layer.endswith("/") else [PACKAGE / layer]


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_layers(layer: str) -> None:
    modules = modules_of(layer)
    assert modules
    for path in modules:
        for name in sorted(imports_of(path)):
            for forbidden in FORBIDDEN[layer]:
                assert name != forbidden, f"{path.name} imports {name}"
                assert not name.startswith(f"{forbidden}."), f"{path.name} imports {name}"


def test_no_stage_reaches_into_another() -> None:
    stages = PACKAGE / "stages"
    for path in sorted(stages.rglob("*.py")):
        if path == stages / "__init__.py":
            continue
        own = path.relative_to(stages).parts[0].removesuffix(".py")
        for name in sorted(imports_of(path)):
            if name.startswith("pipeline.stages."):
                assert name.split(".")[2] == own, f"{path.relative_to(stages)} imports {name}"


def test_every_module_is_in_a_layer_or_at_the_top() -> None:
    top = {
        "__init__.py",
        "__main__.py",
        "annotating.py",
        "evaluation.py",
        "evaluation_runs.py",
        "cli.py",
        "corpus.py",
        "dictionary.py",
        "explain.py",
        "progress.py",
    }
    layered = {path for layer in FORBIDDEN for path in modules_of(layer)}
    rest = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if path not in layered}
    assert rest <= top, rest - top


def test_no_pickle_and_no_eval() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        assert not {"pickle", "marshal", "shelve", "dill", "joblib"} & {n.split(".")[0] for n in imports_of(path)}, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec"}, path
