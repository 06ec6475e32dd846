"""A session record -> what it already says of a story; nobody's name is taken over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import InvalidSource, MalletteError
from .labels import Labels
from .model import SessionRecord
from .model.record import Departures
from .reading import read
from .validation import validate


def from_record(path: Path, words: Labels) -> dict[str, Any]:
    """The fields of a story; a record that is not to leave its group is refused."""
    try:
        node, problems = read(path.name, path.read_bytes())
    except OSError as error:
        raise MalletteError("record_missing", file=path) from error
    record, faults = validate(SessionRecord, node) if node else (None, [])
    if record is None or any(problem.severity == "error" for problem in problems):
        raise InvalidSource([*problems, *faults])
    if record.sharing == "internal" or record.lacks_consent:
        raise MalletteError("new_internal", sharing=record.sharing)
    return _story(record, words)


def _story(record: SessionRecord, words: Labels) -> dict[str, Any]:
    """Who took on an action is left out: an anonymised record may well have kept it."""
    feelings = record.feelings
    ideas = [*record.ideas, *(_with(action.action, action.first_step) for action in record.action_plan)]
    ideas += [f"{answer.title}{words('colon')} {answer.text}" for answer in record.answers]
    people = re.findall("[0-9]+", record.attendance or "")
    return {
        "location": {"place": record.place},
        "objective": record.request,
        "protocols": [record.protocol],
        "results": _bullets(ideas),
        "participants": {"total": int(people[0]) if len(people) == 1 else None},
        "follow_up": [
            {"when": done.when or record.follow_up, "what": _with(done.action, done.outcome)} for done in record.done
        ],
        "adaptations": list(_departures(record.departures, words)),
        "conditions": _lines(feelings.liked if feelings else None),
        "obstacles": _lines(feelings.hindered if feelings else None),
        "if_again": _lines(record.learnings),
        "dates": {"start": record.date},
        "status": "draft",
    }


def _departures(left: Departures | None, words: Labels) -> list[dict[str, str]]:
    if left is None:
        return []
    said = {"skipped": ", ".join(left.skipped), "extended": ", ".join(left.extended), "changed": left.note or ""}
    return [{"title": str(words(f"new.{name}")), "text": text} for name, text in said.items() if text]


def _bullets(texts: Sequence[str]) -> str:
    return "\n".join(f"- {text}".replace("\n", "\n  ") for text in texts) if len(texts) > 1 else "".join(texts)


def _with(action: str, more: str | None) -> str:
    return f"{action} ({more})" if more else str(action)


def _lines(text: str | None) -> list[str]:
    """Each line of a text, without the dash that people put before it."""
    return [said for line in (text or "").split("\n") if (said := line.strip().lstrip("-*+•– ").strip())]
