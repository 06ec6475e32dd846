"""The form on the forge that tells a story: made from the model, and read back from what it sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .agreements import AGREED, agreements
from .answers import Answer, fields, story
from .errors import MalletteError, Problem
from .labels import Labels
from .model import CaseStory, Mallette
from .reference import FieldDoc
from .templating import license_name
from .writing import tidy, write_plain

ASKED = (
    *("title", "summary", "sector", "location.country", "location.region", "location.place", "protocols"),
    *("objective", "context", "intervention", "results", "participants.total", "dates.start"),
    *("conditions", "obstacles", "if_again", "authors"),
)
"""The fields that the form asks for, in this order."""
NOTHING = ("_No response_", "")
MAX_CHARACTERS = 60_000
"""What the forge lets people type in a form, about."""


def form(words: Labels, license: str) -> str:
    """The form of the forge, as its file; stories are given under this licence."""
    body: list[dict[str, Any]] = [{"type": "markdown", "attributes": {"value": str(words("issue.lead"))}}]
    body += [_field(fields()[path], words) for path in ASKED]
    name = license_name(license)
    agreed = [{"label": said.format(license=name), "required": True} for said in agreements(words).values()]
    boxes = {"label": str(words("issue.agree")), "options": agreed}
    body.append({"type": "checkboxes", "id": "accords", "attributes": boxes})
    head = {
        "name": str(words("issue.name")),
        "description": str(words("issue.about")),
        "title": str(words("issue.title")),
        "labels": [str(words("issue.label"))],
        "body": body,
    }
    return f"# {words('issue.made')}\n{write_plain(head)}"


def _field(doc: FieldDoc, words: Labels) -> dict[str, Any]:
    hint = f"issue.hints.{doc.path.replace('.', '_')}"
    about = {"label": str(doc.meaning), "description": str(words(hint)) if words.has(hint) else ""}
    wide = doc.kind == "prose" or doc.many
    return {
        "type": "textarea" if wide else "input",
        "id": doc.path.replace(".", "-").replace("_", "-"),
        "attributes": {key: value for key, value in about.items() if value},
        **({"validations": {"required": True}} if doc.required else {}),
    }


def read_issue(text: str, name: str, mallette: Mallette) -> tuple[CaseStory | None, list[Problem]]:
    """The story in a form that was sent, to be reviewed; or what is wrong, at the line of the answer."""
    if len(text) > MAX_CHARACTERS:
        raise MalletteError("issue_too_long", limit=MAX_CHARACTERS)
    answers = {path: answer for path, answer in _answers(text) if answer.text not in NOTHING}
    if not answers:
        raise MalletteError("issue_not_ours")
    if len(re.findall(r"^- \[[xX]\] ", text, re.MULTILINE)) < len(AGREED):
        raise MalletteError("issue_not_agreed")
    answers |= {"status": Answer("to_review", 1, 1)}
    return story(name, answers, "", 1, mallette)


def title_of(text: str) -> str:
    """The title that was typed in a form."""
    return next((answer.text for path, answer in _answers(text) if path == "title"), "")


def _answers(text: str) -> Iterator[tuple[str, Answer]]:
    """Each answer below its question; questions come once and in order, so that no answer can pretend to be one."""
    questions = [(f"### {fields()[path].meaning}", path) for path in ASKED]
    lines = re.split("\r\n?|\n", text)
    starts: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        left = questions[len(starts) :]
        if left and line.rstrip() == left[0][0]:
            starts.append((number, left[0][1]))
    closed = (n for n, line in enumerate(lines) if starts and n > starts[-1][0] and line.startswith("### "))
    end = next(closed, len(lines))
    for (start, path), stop in zip(starts, [*(number for number, _ in starts[1:]), end], strict=False):
        yield path, Answer(tidy("\n".join(lines[start + 1 : stop])), start + 1, 1)
