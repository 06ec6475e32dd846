"""Items -> a table in CSV that spreadsheets read well and never run: one line an item, one column a field."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
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


def as_csv(columns: Sequence[FieldDoc], items: Iterable[Mapping[str, Any]]) -> bytes:
    """The table: marked as UTF-8, since spreadsheets would not guess it, with the ends of line of RFC 4180."""
    table = io.BytesIO()
    text = io.TextIOWrapper(table, "utf-8-sig", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.path for column in columns])
    texts = _texts([column.path.split(".") for column in columns], BETWEEN)
    for item in items:
        writer.writerow([cell and inert(cell) for cell in texts(item)])
    text.flush()
    return table.getvalue()


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    cell = NEXT_CELL.sub(lambda found: f"{found[0]}'", cell)
    return f"'{cell}" if FORMULA.match(cell) else cell


def _texts(paths: Sequence[Sequence[str]], between: str) -> Callable[[Mapping[str, Any]], list[str]]:
    """What tells as texts what paths lead to from the fields of a model.

    An element that says nothing keeps its place in a list.
    """
    fields = []
    for head, alike in groupby(paths, key=itemgetter(0)):
        name, many, below = head.removesuffix("[]"), head.endswith("[]"), [path[1:] for path in alike]
        inside = _texts(below, BETWEEN_INNER if many else between) if below[0] else None
        fields.append((name, many, inside, [""] * len(below)))

    def texts(values: Mapping[str, Any]) -> list[str]:
        told: list[str] = []
        for name, many, inside, nothing in fields:
            value = values[name]
            if value is None or value == ():
                told += nothing
            elif inside is None:
                told.append(_text(value, between))
            elif many:
                told += map(between.join, zip(*(inside(vars(each)) for each in value), strict=True))
            else:
                told += inside(vars(value))
        return told

    return texts


def _text(value: Any, between: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return between.join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return between.join(f"{name}: {text}" for name, text in value.items())
    return str(value)
