"""Plain data -> a model value, or problems that point at the file, line and column of each fault."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from .errors import InvalidSource, Problem, shown
from .reading import Fields, Items, Node, Text, place, plain, read

M = TypeVar("M", bound=BaseModel)

CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "literal_error": "not_a_choice",
    "less_than_equal": "too_large",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "string_type": "want_text",
    "tuple_type": "want_list",
    "dict_type": "want_fields",
    "model_type": "want_fields",
    "model_attributes_type": "want_fields",
}


def validate(model: type[M], node: Node, language: str = "", **given: Any) -> tuple[M | None, list[Problem]]:
    """A value of `model` whose texts are in `language`, `given` added to what the node says; or all its problems."""
    if not isinstance(node, Fields):
        return None, [Problem(node.path, node.line, node.column, "want_fields_top")]
    data = plain(node, language)
    taken = [
        Problem(key.path, key.line, key.column, "unknown_key", {"key": key.value})
        for key in node.keys.values()
        if key.value in given and key.value in data
    ]
    try:
        value = model.model_validate({**data, **given})
    except ValidationError as error:
        faults = error.errors(include_url=False)
        return None, [*taken, *(_problem(model, node, f) for f in faults if not _follows(f, faults))]
    return (None if taken else value), taken


def settings(model: type[M], path: Path, name: str) -> M:
    """What a settings file of the templates says, `name` being what messages call it; InvalidSource has every fault."""
    node, problems = read(name, path.read_bytes())
    value, faults = validate(model, node) if node else (None, [])
    if value is None or any(problem.severity == "error" for problem in problems):
        raise InvalidSource([*problems, *faults])
    return value


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    found = difflib.get_close_matches(word, list(known), 1, 0.6)
    return found[0] if found else None


def _follows(fault: Any, faults: list[Any]) -> bool:
    """A list that is too short only because its elements are wrong: they are told already."""
    loc = fault["loc"]
    return fault["type"] == "too_short" and any(f["loc"][: len(loc)] == loc != f["loc"] for f in faults)


def _problem(model: type[BaseModel], node: Node, fault: Any) -> Problem:
    loc = tuple(part for part in fault["loc"] if part != "[key]")
    kind, context = fault["type"], fault.get("ctx", {})
    code = CODES.get(kind, kind)
    name = next((part for part in reversed(loc) if isinstance(part, str)), "")
    params = {"key": shown(name), "value": shown(fault["input"]) if isinstance(fault["input"], str) else ""}
    hint = None
    if code == "not_a_choice" and not isinstance(fault["input"], str):
        code = "want_text"
    if code == "missing":
        params |= _meaning(model, loc)
        code = "left_empty" if _is_written(node, loc) else code
    elif code == "unknown_key":
        hint = closest(name, _fields_at(model, loc[:-1]))
    elif code == "not_a_choice":
        choices = [part.strip("'\"") for part in context["expected"].replace(" or ", ", ").split(", ")]
        params["choices"] = ", ".join(choices)
        hint = closest(str(fault["input"]), choices)
    elif code in ("too_long", "string_too_long", "too_short"):
        limit = context.get("max_length", context.get("min_length", 0))
        length = context.get("actual_length") or len(fault["input"])
        code = ("text_" if isinstance(fault["input"], str) else "list_") + code.removeprefix("string_")
        params |= {"limit": str(limit), "over": str(abs(int(length) - limit))}
    elif code in ("too_large", "too_small"):
        params["limit"] = str(context.get("le", context.get("ge", context.get("gt"))))
    else:
        params |= {key: shown(value) for key, value in context.items() if key != "error"}
    params["got"] = _kind(node, loc)
    path, line, column = place(node, loc, key=code == "unknown_key" or "[key]" in fault["loc"])
    return Problem(path, line, column, code, params, hint)


def _kind(node: Node, loc: tuple[str | int, ...]) -> str:
    """What stands at `loc`: a list, fields or text; a key of the labels."""
    for part in loc:
        if isinstance(node, Fields) and str(part) in node.values:
            node = node.values[str(part)]
        elif isinstance(node, Items) and isinstance(part, int) and part < len(node.values):
            node = node.values[part]
    return "text" if isinstance(node, Text) else "list" if isinstance(node, Items) else "fields"


def _is_written(node: Node, loc: tuple[str | int, ...]) -> bool:
    """Whether the name of a field is there, with nothing behind it."""
    for part in loc[:-1]:
        if isinstance(node, Fields) and str(part) in node.values:
            node = node.values[str(part)]
        elif isinstance(node, Items) and isinstance(part, int) and part < len(node.values):
            node = node.values[part]
    return isinstance(node, Fields) and str(loc[-1]) in node.values


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models(part)]


def _fields_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> dict[str, Any]:
    """The fields that the model allows at `loc`."""
    for part in loc:
        field = model.model_fields.get(str(part)) if isinstance(part, str) else None
        annotation = field.annotation if field else _extra(model) if isinstance(part, str) else None
        inner = _models(annotation)
        model = inner[0] if inner else model
    return dict(model.model_fields)


def _extra(model: type[BaseModel]) -> Any:
    """What the model takes under names of people's own, if it does."""
    return typing.get_type_hints(model)["__pydantic_extra__"] if model.model_config.get("extra") == "allow" else None


def _meaning(model: type[BaseModel], loc: tuple[str | int, ...]) -> dict[str, str]:
    """What a field means, `label_fr` and `label_en`, for the labels to choose from."""
    field = _fields_at(model, loc[:-1]).get(str(loc[-1]))
    words = field.json_schema_extra if field is not None else None
    return {f"label_{key}": str(value) for key, value in words.items()} if isinstance(words, dict) else {}
