"""A value of the model, made again from the plain data that was made of it: what was valid is not validated twice."""

from __future__ import annotations

import datetime
import types
import typing
from collections.abc import Callable
from typing import Annotated, Any, TypeVar, Union

from pydantic import BaseModel

from .model.text import Written

M = TypeVar("M", bound=BaseModel)
Maker = Callable[[Any, str], Any]
"""From plain data, and the language of its texts."""


def remade(model: type[M]) -> Callable[[Any, str], M]:
    """What makes values of a model of what `model_dump_json(exclude_unset=True)` gave, read as JSON.

    Raises ValueError, TypeError or AttributeError if it is not that; the values themselves are not looked at.
    """
    blank = {name: field.default for name, field in model.model_fields.items()}
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    makers = {name: _maker(field.annotation) for name, field in model.model_fields.items()}
    made = {name: maker for name, maker in makers.items() if maker is not _as_it_is}

    def make(said: Any, language: str) -> M:
        if not required <= said.keys() <= blank.keys():
            raise ValueError(f"not what was made of a {model.__name__}")
        values = {**blank, **said}
        for name in said.keys() & made.keys():
            values[name] = made[name](said[name], language)
        value = model.__new__(model)
        about = {"__pydantic_fields_set__": {*said}, "__pydantic_extra__": None, "__pydantic_private__": None}
        value.__setstate__({"__dict__": values, **about})
        return value

    return make


def _maker(annotation: Any) -> Maker:
    kind = annotation
    while typing.get_origin(kind) in (Annotated, Union, types.UnionType):
        kind = next(part for part in typing.get_args(kind) if part is not types.NoneType)
    if typing.get_origin(kind) is tuple:
        one = _maker(typing.get_args(kind)[0])
        return lambda said, language: tuple([one(part, language) for part in said])
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return remade(kind)
    if isinstance(kind, type) and issubclass(kind, Written):
        return kind
    if kind is datetime.date:
        return lambda said, language: datetime.date.fromisoformat(said)
    if kind in (str, int, bool) or typing.get_origin(kind) is typing.Literal:
        return _as_it_is
    raise TypeError(f"{annotation} is not known to come back as it was")


def _as_it_is(said: Any, language: str) -> Any:
    return said
