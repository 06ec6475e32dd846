"""Items -> a table in CSV that spreadsheets read well and never run: one line an item, one column a field."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .reference import FieldDoc

BETWEEN, BETWEEN_INNER = " ; ", ", "
"""What separates the elements of a list in a cell, and those of a list inside a list."""
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""What a spreadsheet would take for a formula; behind apostrophes too, so that the one we add can be taken off."""
NEXT_CELL = re.compile(r"([;\t\r\n][\s\"']*)(?=[=+@＝＋－＠]|-(?! )|- [^;\t\r\n]*(?:\w\(|\|))")
"""Where a cell would begin for a spreadsheet that parts them by semicolons, as French ones do, and then a formula.

The dash of a list is none, unless a function or a command is behind it.
"""


def as_csv(columns: Sequence[FieldDoc], items: Iterable[Any]) -> bytes:
    """The table: marked as UTF-8, since spreadsheets would not guess it, with the ends of line of RFC 4180."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow([column.path for column in columns])
    paths = [tuple(column.path.split(".")) for column in columns]
    for item in items:
        writer.writerow([inert(_cell(item, path)) for path in paths])
    return table.getvalue().encode("utf-8-sig")


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if not cell:
        return cell
    cell = NEXT_CELL.sub(r"\1'", cell)
    return f"'{cell}" if FORMULA.match(cell) else cell


def _cell(value: Any, path: Sequence[str], between: str = BETWEEN) -> str:
    """What a path leads to, as text; an element that says nothing keeps its place in a list."""
    if value is None:
        return ""
    if path:
        name = path[0]
        if name.endswith("[]"):
            inner = getattr(value, name[:-2])
            return between.join(_cell(one, path[1:], BETWEEN_INNER) for one in inner)
        return _cell(getattr(value, name), path[1:], between)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return between.join(f"{name}: {text}" for name, text in value.items())
    return between.join(value) if isinstance(value, tuple) else str(value)
