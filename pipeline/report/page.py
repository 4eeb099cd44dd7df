"""The pages as HTML: templates, escaping, and what a page may load."""

from __future__ import annotations

import base64
import hashlib
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.report.data import script_json
from pipeline.report.names import label

_FILES: Final = files("pipeline.report") / "templates"
_NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'"


@cache
def asset(name: str) -> str:
    """The style sheet or script *name*, as it is shipped."""
    return (_FILES / name).read_text("utf-8")


def _allowed(text: str) -> str:
    """How a content security policy names an inline script or style of just this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class Pages:
    """Renders pages.

    Everything is escaped but what this package itself marked as HTML. A page may run and show what is shipped with it
    and the data files beside it, and nothing else, not even from the same machine's network.
    """

    @cached_property
    def _templates(self) -> Environment:
        found = Environment(
            loader=PackageLoader("pipeline.report", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        found.filters |= {"label": label, "json": lambda value: Markup(script_json(value))}
        return found

    def index(self, meta: dict[str, Any], parts: list[tuple[str, str]], files_beside: bool, **shown: Any) -> str:
        """The report. *parts* are the data it holds itself: names and JSON from ``script_json``."""
        style, script = asset("style.css"), asset("report.js")
        policy = f"{_NOTHING}; style-src {_allowed(style)}; script-src {_allowed(script)}"
        return self._templates.get_template("index.html").render(
            policy=policy + (" 'self'" if files_beside else ""),
            style=Markup(style),
            script=Markup(script),
            meta=meta,
            parts=[(name, Markup(text)) for name, text in parts],
            **shown,
        )

    def article(self, **shown: Any) -> str:
        """The page of an article."""
        policy = f"{_NOTHING}; style-src 'self'; script-src 'self'"
        return self._templates.get_template("article.html").render(policy=policy, **shown)
