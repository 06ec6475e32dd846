"""Problems -> what people read (the line, and a mark below it) or what machines do: GitHub, JSON, SARIF."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import __version__
from .errors import Problem, shown
from .labels import Labels

FORMATS = ("text", "github", "json", "sarif")
WINDOW = 100
"""How much of a line is shown, in characters."""
TAB = "\t"
LEVELS = {"error": "error", "warning": "warning", "note": "notice"}
"""What GitHub calls a severity."""
SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def with_excerpt(problem: Problem, root: Path, words: Labels) -> str:
    """Where, what and what to do; then the line itself, with a mark under the fault."""
    found = _line(problem, root)
    if found is None:
        return words.problem(problem)
    start = max(0, problem.column - 1 - WINDOW // 2)
    cut = found[start : start + WINDOW]
    before = ("…" if start else "") + shown(cut[: problem.column - 1 - start].replace(TAB, " "), WINDOW * 9)
    after = shown(cut[problem.column - 1 - start :].replace(TAB, " ").rstrip(), WINDOW * 9)
    rest = "…" if start + WINDOW < len(found.rstrip()) else ""
    number = str(problem.line)
    mark = "^" * max(1, min(_width(after.partition(" ")[0]), 40))
    margin = " " * len(number)
    return "\n".join(
        (words.problem(problem), f"  {number} | {before}{after}{rest}", f"  {margin} | {' ' * _width(before)}{mark}")
    )


def told(problems: Sequence[Problem], form: str, words: Labels) -> str:
    """Problems as a program wants them."""
    if form == "github":
        return "\n".join(_github(problem, words) for problem in problems if problem.severity != "note")
    data = _sarif(problems, words) if form == "sarif" else [_plain(problem, words) for problem in problems]
    return json.dumps(data, ensure_ascii=False, indent=2)


def _line(problem: Problem, root: Path) -> str | None:
    """The line of a fault; none if it is about the whole file, or if there is no such file any more."""
    if (problem.line, problem.column) == (1, 1) and problem.code != "unknown_key":
        return None
    path = root / problem.path
    try:
        if path.is_symlink() or not path.is_file():
            return None
        lines = path.read_bytes().decode("utf-8-sig", "replace").splitlines()
    except (OSError, ValueError):
        return None
    return lines[problem.line - 1] if problem.line <= len(lines) else None


def _width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _github(problem: Problem, words: Labels) -> str:
    """A command of GitHub's runner; nothing in a name or a text can end it, or begin another."""
    place = {
        "file": problem.path,
        "line": problem.line,
        "col": problem.column,
        "title": words(f"check.{problem.severity}"),
    }
    said = ",".join(f"{key}={_property(str(value))}" for key, value in place.items())
    return f"::{LEVELS[problem.severity]} {said}::{_escaped(words.said(problem))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _plain(problem: Problem, words: Labels) -> dict[str, Any]:
    return {
        "file": problem.path,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "code": problem.code,
        "message": words.said(problem),
    }


def _sarif(problems: Iterable[Problem], words: Labels) -> dict[str, Any]:
    found = list(problems)
    rules = [{"id": code} for code in sorted({problem.code for problem in found})]
    driver = {"name": "mallette", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(p, words) for p in found]}
    return {"$schema": SARIF, "version": "2.1.0", "runs": [run]}


def _result(problem: Problem, words: Labels) -> dict[str, Any]:
    region = {"startLine": problem.line, "startColumn": problem.column}
    place = {"artifactLocation": {"uri": quote(problem.path)}, "region": region}
    return {
        "ruleId": problem.code,
        "level": problem.severity,
        "message": {"text": words.said(problem)},
        "locations": [{"physicalLocation": place}],
    }
