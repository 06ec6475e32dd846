"""The interface words of a language, read from templates/labels/<language>.yml."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import InvalidSource, MalletteError, Problem
from .memo import stamp
from .model import Line
from .reading import read_settings

PACKAGE = Path(__file__).parent
SHIPPED = PACKAGE / "templates" if (PACKAGE / "templates").is_dir() else PACKAGE.parents[1] / "templates"
"""The templates: inside the package once installed from a wheel, beside it in a checkout."""

ONE = {"fr": ("0", "1")}
"""The numbers that take the singular, in languages where it is not one alone."""


class Labels:
    """Words by dotted key, `labels("facts.people", count=12)`; a missing key raises KeyError."""

    def __init__(self, language: str, words: dict[str, Any]) -> None:
        self.language = language
        self._words = words
        self._found: dict[str, Any] = {}

    def __call__(self, key: str, /, **params: object) -> Line:
        """The words of a key, with `params` filled in; `count` chooses between one and many."""
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._find(key)
        if isinstance(found, dict):
            found = Line(found["one" if str(params.get("count")) in ONE.get(self.language, ("1",)) else "many"])
        said: Line = Line(found.format(**params)) if params else found
        return said

    def _find(self, key: str) -> Any:
        found: Any = self._words
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                raise KeyError(f"{key} ({self.language}.yml)")
            found = found[part]
        return found if isinstance(found, dict) else Line(found)

    def has(self, key: str) -> bool:
        """Whether there are words for this key."""
        try:
            self(key)
        except (KeyError, IndexError):
            return False
        return True

    def language_name(self, code: str) -> Line:
        """The name of a language, as a sentence has it: "français"."""
        return self(f"languages.{code}") if self.has(f"languages.{code}") else Line(code)

    def error(self, error: MalletteError) -> str:
        """The sentence of an error."""
        return self(f"errors.{error.code}", **error.params)

    def told(self, error: MalletteError) -> str:
        """The sentence of an error, and those of its problems, a line each."""
        problems = error.problems if isinstance(error, InvalidSource) else ()
        return "\n".join((self.error(error), *map(self.problem, problems)))

    def problem(self, problem: Problem) -> str:
        """`path:line:col: sentence`, the hint behind it."""
        kind = f"{self('problems.warning')} " if problem.severity == "warning" else ""
        return f"{problem.path}:{problem.line}:{problem.column}: {kind}{self.said(problem)}"

    def said(self, problem: Problem) -> str:
        """The sentence of a problem and its hint, without the place."""
        said = {
            "label": problem.params.get(f"label_{self.language}") or problem.params.get("label_en", ""),
            **problem.params,
        }
        if "got" in said:
            said["got"] = self(f"problems.kinds.{said['got']}")
        if "yaml" in problem.code and self.has(f"yaml.{said['said']}"):
            sentence = str(self(f"yaml.{said['said']}"))
        else:
            sentence = self(f"problems.{problem.code}", **said)
        hint = f". {self('problems.hint', hint=problem.hint)}" if problem.hint else ""
        return f"{sentence}{hint}"


def labels(language: str, folder: Path = SHIPPED) -> Labels:
    """The labels of a language, the same object until the file is saved; an unknown language names those there are."""
    path = folder / "labels" / f"{language}.yml"
    if not path.is_file():
        raise MalletteError("unknown_language", language=language, known=", ".join(languages(folder)))
    return _read(language, path, stamp(path))


@lru_cache(maxsize=16)
def _read(language: str, path: Path, saved: tuple[int, int, int]) -> Labels:
    return Labels(language, read_settings(path))


def languages(folder: Path = SHIPPED) -> list[str]:
    """The languages there are: one file each."""
    return sorted(path.stem for path in (folder / "labels").glob("*.yml"))


def preferred(environment: dict[str, str] | None = None, known: Iterable[str] | None = None) -> str:
    """The language of messages that the environment asks for (MALLETTE_LANG, LC_ALL, LC_MESSAGES, LANG), else fr."""
    asked = os.environ if environment is None else environment
    choices = list(languages() if known is None else known)
    for name in ("MALLETTE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        language = asked.get(name, "")[:2].lower()
        if language in choices:
            return language
    return "fr"
