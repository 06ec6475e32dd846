"""A filled form (PDF) -> a session record -> YAML that our own reader reads."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from .errors import MalletteError
from .forms import LIMITS, Filled, read_fields
from .labels import labels, languages
from .model import SessionRecord
from .reading import read
from .validation import validate
from .writing import seen

MAX_BYTES = 5 * 1024 * 1024
ROWS = range(1, 13)
"""Of ideas and actions: three on the record, twelve on the board."""
NEEDED = ("request", "idea_1", "action_1")
AREAS = ("request", "learnings", *(f"{name}_{n}" for name in ("idea", "answer") for n in ROWS))
FEELINGS = ("liked", "hindered", "wishes", "leave_with")
PLANNED = {"action": "action", "who": "who", "due": "due", "first_step": "first_step"}
DONE = {"action": "done", "who": "done_who", "when": "done_when", "outcome": "done_outcome"}
"""Columns of a table: the key of the model, and the name of the field without its number."""
OUTCOME = {"action": "action", "who": "who", "outcome": "outcome"}
"""Those of the planned actions that tell what came of them."""


class _Dumper(yaml.SafeDumper):
    """YAML as people write it: text of several lines as a block."""


def _represented(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style="|" if "\n" in value else None)


_Dumper.add_representer(str, _represented)
_Dumper.add_multi_representer(str, _represented)


def read_form(path: Path) -> tuple[SessionRecord, tuple[str, ...]]:
    """The record in a filled form, and the labels of the main fields that are empty."""
    fields = read_fields(_bytes(path))
    if not {"protocol", "edition"} <= fields.keys():
        raise MalletteError("record_not_ours")
    if "unread" in fields:
        raise MalletteError("record_not_read")
    said = {name: _clean(name, field) for name, field in fields.items()}
    if not any(text for name, text in said.items() if name not in ("protocol", "edition")):
        raise MalletteError("record_blank")
    data = _data(said) | _given({"answers": list(_answers(fields, said))})
    record = _checked(yaml.dump(data, Dumper=_Dumper, allow_unicode=True))
    return record, tuple(fields[name].label for name in NEEDED if name in said and not said[name])


def as_yaml(record: SessionRecord) -> str:
    """The text of a record's file; it is read again before it is given."""
    data = _given(record.model_dump(exclude_none=True))
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    if _checked(text) != record:
        raise MalletteError("record_unreadable")
    return text


def save(text: str, target: Path, *, form: Path, force: bool) -> None:
    """Write a whole file or none; a file that is there is replaced only if `force` says so, the form never."""
    if target.exists() and (not force or not target.is_file() or target.samefile(form)):
        raise MalletteError("record_exists", file=target)
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise MalletteError("cannot_write", folder=target, reason=error.strerror or error) from error


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise MalletteError("record_missing", file=path)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise MalletteError("record_missing", file=path) from error
    if len(data) > MAX_BYTES:
        raise MalletteError("record_too_big", limit=MAX_BYTES // 1024**2)
    return data


def _clean(name: str, field: Filled) -> str:
    """What was typed, without anything that cannot be seen; lines are kept only where there is room for several."""
    limit = LIMITS["area"]
    if len(field.text) > limit:
        raise MalletteError("record_too_long", label=field.label or name, over=len(field.text) - limit)
    text = seen(field.text)
    if name in AREAS + FEELINGS:
        return "\n".join(line.strip() for line in text.split("\n")).strip()
    return " ".join(text.split())


def _data(said: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the model, from those of any form."""
    same = ("protocol", "edition", "place", "attendance", "request", "learnings", "sharing", "follow_up")
    data: dict[str, Any] = {name: said.get(name) for name in same}
    data |= {name: day(said[name]) for name in ("date", "consent_date") if said.get(name)}
    data["consent"] = bool(said.get("consent"))
    data["ideas"] = [text for n in ROWS if (text := said.get(f"idea_{n}"))]
    data["action_plan"] = list(_rows(said, "record_row", PLANNED))
    # The last column of the board says what is done of its actions; boards once had a table for it.
    told = (row for row in _rows(said, "record_row", OUTCOME) if "outcome" in row)
    data["done"] = [*told, *_rows(said, "record_done_row", DONE)]
    data["departures"] = {name: _ticked(said, name) for name in ("skipped", "extended")} | {"note": said.get("changed")}
    data["feelings"] = {name: said.get(name) for name in (*FEELINGS, "roti", "change")}
    return _given(data)


def _answers(fields: Mapping[str, Filled], said: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """What is written under headings that only the form knows: each is called what its field is."""
    for name in (f"answer_{n}" for n in ROWS):
        if text := said.get(name):
            yield {"title": " ".join(seen(fields[name].label).split()), "text": text}


def _rows(said: Mapping[str, str], fault: str, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The lines of a table that are filled in; each has to say an action."""
    for number in ROWS:
        row = _given({key: said.get(f"{name}_{number}") for key, name in columns.items()})
        if row and "action" not in row:
            raise MalletteError(fault, number=number)
        if row:
            yield row


def _ticked(said: Mapping[str, str], name: str) -> list[str]:
    """What the ticked boxes of a row stand for."""
    return [text for key, text in said.items() if key.startswith(f"{name}_") and text]


def _given(data: dict[str, Any]) -> dict[str, Any]:
    """What is not empty, at any depth."""
    deep = {key: _given(value) if isinstance(value, dict) else value for key, value in data.items()}
    return {key: value for key, value in deep.items() if value}


def day(text: str) -> datetime.date:
    """A date as people write it: 23/11/2026, 23 novembre 2026 or 2026-11-23."""
    months = {labels(lang)(f"months.{n}").lower(): n for lang in languages() for n in range(1, 13)}
    parts = re.split(r"[\s/.-]+", text.lower())
    if len(parts) == 3 and len(parts[0]) == 4:
        parts.reverse()
    try:
        day, month, year = parts
        if not re.fullmatch("[0-9]{4}", year):
            raise ValueError
        return datetime.date(int(year), months.get(month) or int(month), int(day.removesuffix("er")))
    except ValueError:
        raise MalletteError("record_date", value=text) from None


def _checked(text: str) -> SessionRecord:
    node, problems = read("record", text.encode())
    record, faults = validate(SessionRecord, node) if node else (None, [])
    if record is None or problems or faults:
        raise MalletteError("record_wrong", key=", ".join({p.params.get("key", "") for p in (*problems, *faults)}))
    return record
