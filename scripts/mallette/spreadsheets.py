"""A spreadsheet (CSV, XLSX, ODS) -> one story a row; each fault is told at its sheet and cell."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .answers import Answer, folded, named, names, story
from .errors import MalletteError, Problem, shown
from .labels import Labels
from .model import CaseStory, Mallette
from .validation import closest
from .writing import file_name

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ROWS = 2000
Rows = list[list[str]]


@dataclass
class Found:
    """What a spreadsheet tells: its stories by name, and its problems, whose path is a sheet."""

    stories: dict[str, CaseStory] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_stories(path: Path, mallette: Mallette, taken: set[str], language: str) -> Found:
    """The stories of a file; `taken` are the names that cannot be used any more, `language` is the reader's."""
    sheets = _sheets(path)
    told = [(name, rows) for name, rows in sheets if any(names().get(folded(cell)) == "title" for cell in _head(rows))]
    if not told:
        raise MalletteError("import_no_title", file=path)
    found = Found()
    for name, rows in told:
        if len(rows) > MAX_ROWS:
            raise MalletteError("import_too_many", limit=MAX_ROWS)
        _sheet(name, rows, mallette, taken, found, language)
    if not found.stories and not found.problems:
        raise MalletteError("import_empty", file=path)
    return found


def cell(problem: Problem, words: Labels) -> str:
    """A problem at its sheet and cell."""
    place = f"{_letters(problem.column)}{problem.line}"
    sheet = words("import.sheet", name=problem.path) if problem.path else ""
    whole = problem.code == "missing"
    where = words("import.row", row=problem.line) if whole else words("import.cell", cell=place)
    return f"{sheet}{where}{words('colon')} {words.said(problem)}"


def _head(rows: Rows) -> list[str]:
    return rows[0] if rows else []


def _sheet(sheet: str, rows: Rows, mallette: Mallette, taken: set[str], found: Found, language: str) -> None:
    columns: dict[int, str] = {}
    for number, title in enumerate(rows[0]):
        path = names().get(folded(title))
        if path is None and title.strip():
            near = closest(folded(title), names())
            hint = near and named(names()[near], language)
            found.problems.append(Problem(sheet, 1, number + 1, "import_column", {"name": shown(title)}, hint))
        elif path in columns.values():
            found.problems.append(Problem(sheet, 1, number + 1, "import_twice", {"name": shown(title)}))
        elif path:
            columns[number] = path
    for line, row in enumerate(rows[1:], 2):
        answers = {
            columns[number]: Answer(text, line, number + 1)
            for number, text in enumerate(row)
            if number in columns and text.strip()
        }
        if not answers and any(text.strip() for text in row):
            found.problems.append(Problem(sheet, line, 1, "import_lost"))
        elif answers:
            _row(sheet, line, answers, mallette, taken, found)


def _row(sheet: str, line: int, answers: dict[str, Answer], mallette: Mallette, taken: set[str], found: Found) -> None:
    given, title = answers.pop("id", None), answers.get("title")
    name = given.text.strip() if given else file_name(title.text if title else "") or "recit"
    value, problems = story(name, answers, sheet, line, mallette)
    at = given or title or Answer("", line, 1)
    if name in taken:
        problems.append(Problem(sheet, line, at.column, "import_taken", {"name": shown(name)}))
    taken.add(name)
    for problem in sorted(problems):
        column = at.column if problem.code == "identifier" and problem.params.get("key") == "id" else problem.column
        found.problems.append(replace(problem, line=line, column=column))
    if value is not None and not problems:
        found.stories[name] = value


def _sheets(path: Path) -> list[tuple[str, Rows]]:
    """Each sheet by its name, as rows of texts; that of a CSV file has no name."""
    try:
        if not path.is_file():
            raise MalletteError("record_missing", file=path)
        if path.stat().st_size > MAX_BYTES:
            raise MalletteError("import_too_big", limit=MAX_BYTES // 1024**2)
        data = path.read_bytes()
    except OSError as error:
        raise MalletteError("record_missing", file=path) from error
    if path.suffix.lower() == ".csv":
        return [("", _csv(data, path))]
    if path.suffix.lower() not in (".xlsx", ".ods"):
        raise MalletteError("import_format", file=path)
    import python_calamine  # only those who import a spreadsheet wait for it

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MAX_UNPACKED:
            raise MalletteError("import_too_big", limit=MAX_BYTES // 1024**2)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [(name, list(_rows(book.get_sheet_by_name(name)))) for name in book.sheet_names]
    except MalletteError:
        raise
    except Exception as error:  # whatever a damaged file makes of the library
        raise MalletteError("import_unreadable", file=path) from error


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.to_python(skip_empty_area=False):
        yield [_text(value) for value in row]


def _text(value: object) -> str:
    """A cell as one would type it: 20 rather than 20.0, a day without its hour."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)


def _csv(data: bytes, path: Path) -> Rows:
    """Comma, semicolon or tab between cells; UTF-8, or what spreadsheets write on Windows."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    comma = max((",", ";", "\t"), key=first.count)
    try:
        return _trimmed(list(csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)))
    except csv.Error as error:
        raise MalletteError("import_unreadable", file=path) from error


def _trimmed(rows: Rows) -> Rows:
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows


def _letters(column: int) -> str:
    """The name of a column: A, B, ... Z, AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
