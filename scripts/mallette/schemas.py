"""A model -> the JSON Schema of what is published of it, described in one language."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from .model.text import meaning

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BOUNDS = {"ge": "minimum", "le": "maximum"}
"""Words of pydantic that it leaves where a value is read before it is compared, and those of JSON Schema."""
DROPPED = ("fr", "en", "title", "description", "default")


def schema(model: type[BaseModel], address: str, title: str, language: str) -> dict[str, Any]:
    """The schema of a file whose every field is there, null if nothing is known."""
    found = _described(model.model_json_schema(mode="serialization"), language)
    return {"$schema": DIALECT, "$id": address, "title": title, **found}


def _described(node: Any, language: str) -> Any:
    if isinstance(node, list):
        return [_described(one, language) for one in node]
    if not isinstance(node, dict):
        return node
    found: dict[Any, Any] = {}
    if "fr" in node:  # see `doc`
        found["description"] = meaning(node, language)
    for key, value in node.items():
        if key in ("properties", "$defs"):
            found[key] = {name: _described(part, language) for name, part in value.items()}
        elif key not in DROPPED:
            found[BOUNDS.get(key, key)] = _described(value, language)
    if "properties" in found:
        found["required"] = list(found["properties"])
    return found
