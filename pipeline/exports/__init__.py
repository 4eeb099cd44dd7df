"""The tables of a run in the forms that others read: spreadsheets, SQLite, JSON-LD, annotation tools.

One module a format, each a function from tables to files; :mod:`~pipeline.exports.target` decides where they may go.
Nothing here changes the tables, and what a format can't hold (a cell too long, a value it has no word for) is said in
the notes that every export carries.
"""

from pipeline.exports.formats import FORMATS, export
from pipeline.exports.separated import save_csv
from pipeline.exports.target import ExportError, Made

__all__ = ["FORMATS", "ExportError", "Made", "export", "save_csv"]
