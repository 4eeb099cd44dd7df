"""Settings of a run: one typed model, from ``pipeline.toml`` and the command line."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

CONFIG_FILE = "pipeline.toml"
#: Seconds that an article may take in a worker process where nothing else is set.
TIMEOUT = 600.0


class SettingsError(ValueError):
    """A setting that can't be used. The message says which, where it was set, and what it may be."""


class Settings(BaseModel):
    """What a run may be told.

    ``model``, ``clean`` and ``max_chars`` decide what is in the tables and are part of every fingerprint; the rest only
    decides where and how fast.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field("en_news", description="the shipped model, an installed spaCy pipeline, or a path to one")
    clean: Literal["auto", "none"] = Field("auto", description="none: take the text exactly as it is")
    max_chars: int = Field(1_000_000, ge=1, description="longest article taken (characters)")
    workers: int = Field(1, ge=1, le=1024, description="processes that work on shards")
    engine: Literal["local", "ray"] = Field("local", description="where shards run")
    shard_articles: int = Field(200, ge=1, description="most articles a shard")
    shard_chars: int = Field(4_000_000, ge=1, description="most characters a shard")
    part_rows: int = Field(1_000_000, ge=1, description="most rows a file; longer tables are folders of such files")
    batch_size: int = Field(32, ge=1, description="articles that go through the stages together")
    timeout: float | None = Field(
        None, gt=0, description=f"seconds that an article may take ({TIMEOUT:g} in worker processes)"
    )
    strict: bool = Field(False, description="stop at the first article that fails")

    @property
    def time_limit(self) -> float:
        """Seconds that an article may take in a worker process."""
        return self.timeout or TIMEOUT

    def content(self) -> dict[str, Any]:
        """The settings that decide what is in the tables."""
        return {"model": self.model, "clean": self.clean, "max_chars": self.max_chars}


def load(folder: Path, **given: Any) -> Settings:
    """Settings from ``pipeline.toml`` in *folder*, overridden by every *given* value that is not None.

    Raises SettingsError, naming the file or option, for TOML that can't be parsed, unknown keys and values out of
    range.
    """
    path = folder / CONFIG_FILE
    values: dict[str, Any] = {}
    if path.is_file():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path} is not valid TOML: {error}") from error
    values |= {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**values)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, item['loc']))}: {item['msg']} (got {item['input']!r})" for item in error.errors()]
        raise SettingsError(f"settings ({path.name} or the command line): " + "; ".join(lines)) from error


def store(folder: Path, name: str, value: str) -> Path:
    """Set *name* to *value* in ``pipeline.toml`` of *folder*, the rest of the file left as it is; returns its path.

    Raises SettingsError where the file is not valid TOML or the setting can't have that value.
    """
    load(folder, **{name: value})
    path = folder / CONFIG_FILE
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    line = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    pattern = re.compile(rf"^{re.escape(name)}\s*=.*$", re.MULTILINE)
    after = pattern.sub(lambda _: line, before) if pattern.search(before) else f"{line}\n{before}"
    path.write_text(after, encoding="utf-8")
    return path
