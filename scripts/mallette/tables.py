"""Items -> a table in CSV that spreadsheets read well and never run: one line an item, one column a field."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from .reference import FieldDoc

BETWEEN, BETWEEN_INNER = " ; ", ", "
"""What separates the elements of a list in a cell, and those of a list inside a list."""
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""What a spreadsheet would take for a formula; behind apostrophes too, so that the one we add can be taken off."""
NEXT_CELL = re.compile(r"[;\t\r\n][\s\"']*(?=[=+@＝＋－＠]|-(?! )|- [^;\t\r\n]*(?:\w\(|\|))")
"""Where a cell would begin for a spreadsheet that parts them by semicolons, as French ones do, and then a formula.

The dash of a list is none, unless a function or a command is behind it.
"""


def as_csv(columns: Sequence[FieldDoc], items: Iterable[Any]) -> bytes:
    """The table: marked as UTF-8, since spreadsheets would not guess it, with the ends of line of RFC 4180."""
    table = io.BytesIO()
    text = io.TextIOWrapper(table, "utf-8-sig", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.path for column in columns])
    cells = [_at(column.path.split("."), BETWEEN) for column in columns]
    for item in items:
        writer.writerow([inert(cell(item)) for cell in cells])
    text.flush()
    return table.getvalue()


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if not cell:
        return cell
    cell = NEXT_CELL.sub(lambda found: f"{found[0]}'", cell)
    return f"'{cell}" if FORMULA.match(cell) else cell


def _at(path: Sequence[str], between: str) -> Callable[[Any], str]:
    """What tells as text what a path leads to; an element that says nothing keeps its place in a list."""
    if not path:
        return partial(_text, between=between)
    name, many = path[0].removesuffix("[]"), path[0].endswith("[]")
    each = _at(path[1:], BETWEEN_INNER if many else between)

    def cell(value: Any) -> str:
        if value is None:
            return ""
        inner = getattr(value, name)
        if inner is None:
            return ""
        return between.join(map(each, inner)) if many else each(inner)

    return cell


def _text(value: Any, between: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return between.join(f"{name}: {text}" for name, text in value.items())
    return between.join(value) if isinstance(value, tuple) else str(value)
