"""What can be wrong with a source, as data: words are put on it by the labels of a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "note"]


class MalletteError(Exception):
    """Anything the user can mend; `code` names a sentence of the labels, `params` fill it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = {key: shown(value, 600) for key, value in params.items()}

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.code, self.params)


def _again(code: str, params: Mapping[str, str]) -> MalletteError:
    """The same error in another process."""
    return MalletteError(code, **params)


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in one file; `line` and `column` count from 1, in characters."""

    path: str
    line: int
    column: int
    code: str
    params: Mapping[str, str] = field(default_factory=dict, compare=False)
    hint: str | None = field(default=None, compare=False)
    severity: Severity = field(default="error", compare=False)


class InvalidSource(MalletteError):
    """At least one source file has an error; carries every problem of the run, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("invalid_source")
        self.problems = tuple(sorted(problems))


COMMAND = re.compile(r"##(?=\w*\[)")
"""How the logs of GitHub, Azure and TeamCity take a command, wherever it is in a line: `##[error]`, `##vso[...]`."""


def shown(value: object, limit: int = 80) -> str:
    """A value made safe to print on one line: control and format characters are spelled out, commands broken."""
    text = str(value)[: limit + 1]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)
    text = COMMAND.sub(r"#\\u{23}", text)
    return text if len(text) <= limit else text[:limit] + "…"
