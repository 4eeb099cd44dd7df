"""What goes into a cell of a spreadsheet.

A spreadsheet takes a cell that begins with ``= + - @`` (or with a tab or carriage return, which some drop first) for a
formula, and an article's words may begin so. In CSV such a text gets an apostrophe in front, which is what people type
to keep a text a text; a text that begins with an apostrophe gets one too, so that :func:`original` always gives back
what was there. Numbers are numbers and stay as they are: ``-3`` is no text.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
APOSTROPHE = "'"

Value = str | int | float | bool | None


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would read *text* as a formula."""
    return text.startswith(_STARTS_FORMULA)


def harmless(text: str) -> str:
    """*text* as a spreadsheet may read it: with an apostrophe in front where it looks like a formula."""
    return APOSTROPHE + text if text.startswith((*_STARTS_FORMULA, APOSTROPHE)) else text


def original(cell: str) -> str:
    """What :func:`harmless` was given."""
    return cell.removeprefix(APOSTROPHE)


def plain(value: Any) -> Value:
    """A value of a table as text, number or None: days and times in ISO 8601, lists and records as JSON."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def csv_cell(value: Any) -> str:
    """A field of CSV: texts always in quotation marks, numbers bare, nothing for null, so that the three differ."""
    flat = plain(value)
    if flat is None:
        return ""
    if isinstance(flat, bool):
        return "true" if flat else "false"
    if isinstance(flat, str):
        return '"' + harmless(flat).replace('"', '""') + '"'
    return repr(flat)
