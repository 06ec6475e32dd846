"""The fields of a model as questions: what is asked, in what words and within which limits, read from the model."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .labels import Labels
from .model import Line
from .model.item import OPEN_LICENSES
from .model.text import meaning
from .reference import shape
from .templating import license_name

RULES = {"_identifier": "identifier", "_address": "address", "_license": "license", "_language": "language"}
"""What the readers of `model.text` refuse, by their name; the word is that of the problem."""


@dataclass(frozen=True)
class Choice:
    """One answer among several: what is written, and what is shown; `of` is the protocol that alone has it."""

    value: str
    label: Line
    of: str = ""


@dataclass(frozen=True)
class Question:
    """A field to fill in. `limit` is in characters, `least` and `most` in elements, `low` and `high` in numbers.

    `said` is its label in a form, where there are better words than those of the model;
    `default` is what the file means without it, `value` what stands there at first.
    """

    name: str
    path: str
    kind: str
    label: Line
    required: bool
    many: bool
    limit: int | None = None
    least: int | None = None
    most: int | None = None
    low: int | None = None
    high: int | None = None
    rule: str = ""
    said: Line | None = None
    default: str = ""
    value: str = ""
    choices: tuple[Choice, ...] = ()
    parts: tuple[Question, ...] = ()

    @property
    def every(self) -> Iterator[Question]:
        """This question and those inside it."""
        yield self
        for part in self.parts:
            yield from part.every

    @property
    def shown(self) -> Line:
        """Its label in a form."""
        return self.said or self.label

    def worded(self, words: Labels) -> Question:
        """The same with its label in a form, at every depth."""
        key = f"site.form.labels.{self.path.replace('[]', '').replace('.', '_')}"
        parts = tuple(part.worded(words) for part in self.parts)
        return replace(self, parts=parts, said=words(key) if words.has(key) else self.said)

    def optional(self) -> Question:
        """The same, which may be left out."""
        return replace(self, required=False)


def questions(
    model: type[BaseModel], language: str, choices: Mapping[str, tuple[Choice, ...]], above: str = ""
) -> dict[str, Question]:
    """A question for each field of a model, by name; `choices` are the answers by path (`partners[].type`)."""
    found = {}
    for name, field in model.model_fields.items():
        kind, many, inner = shape(field.annotation)
        path = f"{above}{name}"
        limits = _limits(field)
        below = f"{path}[]." if many else f"{path}."
        parts = tuple(questions(inner, language, choices, below).values()) if kind == "fields" else ()
        known = choices.get(path) or (_licenses() if limits.get("rule") == "license" else ())
        if not known and kind == "choice":
            known = tuple(Choice(value, Line(value)) for value in typing.get_args(inner))
        label = Line(meaning(field.json_schema_extra, language))
        found[name] = Question(
            name, path, kind, label, field.is_required(), many, default=_default(field), parts=parts,
            choices=known, **_elements(limits) if many else limits,
        )  # fmt: skip
    return found


def _default(field: FieldInfo) -> str:
    """What stands for a choice that nobody makes."""
    return field.default if isinstance(field.default, str) else ""


def _licenses() -> tuple[Choice, ...]:
    return tuple(Choice(code, license_name(code)) for code in OPEN_LICENSES)


def _elements(limits: dict[str, Any]) -> dict[str, Any]:
    """The limits of a list: how many elements, not how many characters."""
    return {"rule": limits.get("rule", ""), "least": limits.get("least"), "most": limits.get("limit")}


def _limits(field: FieldInfo) -> dict[str, Any]:
    names = {"max_length": "limit", "min_length": "least", "ge": "low", "le": "high"}
    found: dict[str, Any] = {}
    for rule in (*field.metadata, *_rules(field.annotation)):
        for name, ours in names.items():
            if (limit := getattr(rule, name, None)) is not None:
                tighter = max if ours in ("least", "low") else min
                found[ours] = tighter(limit, found.get(ours, limit))
        if known := RULES.get(getattr(getattr(rule, "func", None), "__name__", "")):
            found["rule"] = known
    return found


def _rules(annotation: Any) -> Iterator[Any]:
    """What is attached to an annotation at any depth: `Annotated[int, Field(le=5)] | None`."""
    for rule in getattr(annotation, "__metadata__", ()):
        yield from rule.metadata if isinstance(rule, FieldInfo) else (rule,)
    for part in typing.get_args(annotation):
        yield from _rules(part)
