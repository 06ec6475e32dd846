"""docs/rgaa.yml -> the audit that the accessibility statement is made from, or its problems."""

from __future__ import annotations

from pathlib import Path

from .errors import Problem, shown
from .model.audit import Audit
from .reading import read
from .validation import validate

SHEET = "docs/rgaa.yml"


def audit(root: Path) -> tuple[Audit | None, list[Problem]]:
    """The audit of a root folder; one that has no sheet has none, and its site has no statement."""
    path = root / SHEET
    if path.is_symlink():
        return None, [Problem(SHEET, 1, 1, "not_a_file")]
    if not path.is_file():
        return None, []
    try:
        node, problems = read(SHEET, path.read_bytes())
    except OSError as error:
        return None, [Problem(SHEET, 1, 1, "unreadable", {"reason": shown(error.strerror or error)})]
    if node is None:
        return None, problems
    made, faults = validate(Audit, node)
    return made, [*problems, *faults]
