"""Excel: one workbook, a sheet a table, and a sheet that says what the columns hold and what was cut.

Nothing in it is a formula or a link. A text that looks like a formula is stored as a text, with the mark that Excel
itself sets for an apostrophe typed in front, so that editing the cell doesn't wake it; the text is unchanged. A cell
holds at most 32,767 characters and a sheet 1,048,576 rows: longer texts are cut, which their last words and the last
sheet say, and further rows go to further sheets.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline import schema
from pipeline.exports.cells import is_formula, plain
from pipeline.exports.target import Target

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

CELL = 32_767  # characters that a cell holds
ROWS = 1_048_576  # rows that a sheet holds, with its head
CUT = " … [cut: Excel holds no more; the other exports have it whole]"
_FIRST_DAY = dt.date(1900, 3, 1)  # Excel's calendar has a 29 February 1900 that was none
_BATCH = 10_000  # rows in memory at once
_WIDE = {"text": 60, "proposition": 60, "variants": 60, "title": 40, "error": 60, "spans": 20}


class _Book:
    """One workbook being written."""

    def __init__(self, path: Path) -> None:
        from xlsxwriter import Workbook

        self.book: Workbook = Workbook(
            path,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": True,
            },
        )
        self.book.set_properties({"created": dt.datetime(2000, 1, 1), "comments": "news-evidence-pipeline"})
        self.head = self.book.add_format({"bold": True, "bottom": 1})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.time = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.quoted = self.book.add_format({"quote_prefix": True})
        self.cut: dict[str, int] = {}

    def cell(self, sheet: Worksheet, row: int, column: int, value: Any, name: str) -> None:
        """Write one value; *name* is its column's, for the account of what was cut."""
        if value is None:
            return
        if isinstance(value, dt.datetime) and value.date() >= _FIRST_DAY:
            sheet.write_datetime(row, column, value, self.time)
        elif isinstance(value, dt.date) and not isinstance(value, dt.datetime) and value >= _FIRST_DAY:
            sheet.write_datetime(row, column, value, self.day)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value)
        else:
            text = str(plain(value))
            if len(text.encode("utf-16-le")) // 2 > CELL:
                text = _shortened(text)
                self.cut[name] = self.cut.get(name, 0) + 1
            sheet.write_string(row, column, text, self.quoted if is_formula(text) else None)

    def sheet(self, name: str, columns: list[str]) -> Worksheet:
        """A new sheet with its head, which stays in view and filters."""
        sheet = self.book.add_worksheet(name)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDE.get(column, 16))
        sheet.write_row(0, 0, columns, self.head)
        sheet.freeze_panes(1, 1)
        return sheet


def _shortened(text: str) -> str:
    """*text* cut so that it fits a cell with what says so; Excel counts UTF-16 code units."""
    units = text.encode("utf-16-le")[: 2 * (CELL - len(CUT))]
    return units.decode("utf-16-le", errors="ignore") + CUT


def _table(book: _Book, name: str, table: pa.Table) -> None:
    place, sheet, row = 1, book.sheet(name, table.column_names), 1
    for batch in table.to_batches(_BATCH):
        columns = [column.to_pylist() for column in batch.columns]
        for values in zip(*columns, strict=True):
            if row == ROWS:
                sheet.autofilter(0, 0, row - 1, table.num_columns - 1)
                place += 1
                sheet, row = book.sheet(f"{name} {place}", table.column_names), 1
            for column, value in enumerate(values):
                book.cell(sheet, row, column, value, f"{name}.{table.column_names[column]}")
            row += 1
    sheet.autofilter(0, 0, max(row - 1, 1), table.num_columns - 1)


def _notes(cut: dict[str, int]) -> list[str]:
    return [f"{count:,} cells of {name} hold more than {CELL:,} characters and are cut" for name, count in cut.items()]


def _explain(book: _Book, notes: list[str]) -> None:
    """The last sheet: what the columns hold, and what the format cut."""
    sheet = book.sheet("read me", ["table", "column", "what it holds"])
    sheet.set_column(2, 2, 90)
    said = [
        "Machine reading errs: a row points to a place in an article. Read the place before you publish.",
        "Offsets (start, end) count characters of articles.text, from 0, the end exclusive.",
        *notes,
    ]
    row = 1
    for line in said:
        sheet.write_string(row, 2, line)
        row += 1
    for name, columns in schema.TABLES.items():
        for column in columns:
            for place, text in enumerate((name, column.name, column.description)):
                sheet.write_string(row, place, text)
            row += 1


def write(tables: dict[str, pa.Table], target: Target) -> None:
    """One workbook with all of *tables*. Raises ImportError without XlsxWriter."""
    notes: list[str] = []

    def written(aside: Path) -> None:
        book = _Book(aside)
        for name, table in tables.items():
            _table(book, name, table)
        notes.extend(_notes(book.cut))
        _explain(book, notes)
        book.book.close()

    target.write(target.made.path.name, written)
    target.made.notes += notes
