"""The fields of each kind of file, read from the model, for the page that documents them."""

from __future__ import annotations

import datetime
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .model import CaseStory, Kit, Protocol, Role, SessionRecord, Variant, WritingCard
from .model.text import Line, Name, Prose, meaning
from .writing import GIVEN

DOCUMENTED: dict[str, tuple[str, type[BaseModel]]] = {
    "story": ("cases/*.yml", CaseStory),
    "protocol": ("kit/protocols/*.yml", Protocol),
    "variant": ("kit/variants/*.yml", Variant),
    "role": ("kit/roles/*.yml", Role),
    "card": ("kit/cards/*.yml", WritingCard),
    "kit": ("kit/kit.yml", Kit),
    "record": ("trace.yml", SessionRecord),
}
"""Each kind of file: where it is written, and its model; a record is what `mallette record read` makes."""

KINDS = {
    Line: "line",
    Name: "line",
    Prose: "prose",
    str: "id",
    int: "number",
    float: "decimal",
    bool: "yes_no",
    datetime.date: "date",
}


@dataclass(frozen=True)
class FieldDoc:
    """One field: its path from the top of the file (`steps[].title`), its kind (a label), and its limits."""

    path: str
    meaning: Line
    kind: str
    required: bool
    many: bool
    limit: int | None = None
    choices: tuple[str, ...] = ()


def fields_of(model: type[BaseModel], language: str, above: str = "", *, given: bool = False) -> Iterator[FieldDoc]:
    """The fields of a model in the order of its definition, those inside others behind them.

    What nobody writes is among them if `given` says so.
    """
    for name, field in model.model_fields.items():
        if not (above or given) and name in GIVEN:
            continue
        kind, many, inner = shape(field.annotation)
        path = f"{above}{name}"
        words = Line(meaning(field.json_schema_extra, language))
        choices = typing.get_args(inner) if kind == "choice" else ()
        yield FieldDoc(path, words, kind, field.is_required(), many, _limit(field), choices)
        if kind == "fields":
            yield from fields_of(inner, language, f"{path}[]." if many else f"{path}.")


def shape(annotation: Any) -> tuple[str, bool, Any]:
    """The kind of an annotation, whether it is a list, and the type inside."""
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return (
            ("fields", False, annotation)
            if issubclass(annotation, BaseModel)
            else (KINDS[annotation], False, annotation)
        )
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return "choice", False, annotation
    if origin in (typing.Union, types.UnionType):
        return shape(next(part for part in inside if part is not type(None)))
    if origin is tuple:
        kind, _, inner = shape(inside[0])
        return kind, True, inner
    if origin is dict:
        return "by_role", False, annotation
    return shape(inside[0])  # Annotated


def _limit(field: FieldInfo) -> int | None:
    found = (getattr(rule, "max_length", None) for rule in field.metadata)
    return next((limit for limit in found if limit is not None), None)
