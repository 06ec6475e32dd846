"""A model -> the JSON Schema of the files that people write, for their editor: completion, meanings, faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel

from .model import Item, Protocol, Variant
from .model.text import meaning
from .reference import DOCUMENTED
from .schemas import BOUNDS, DIALECT
from .translations import ITS_OWN
from .writing import described, order

FOLDER = "templates/schemas"
MODELS = {kind: model for kind, (_, model) in DOCUMENTED.items() if kind != "variant"}
"""What has a schema of its own; that of a variant is made of that of a protocol."""
KINDS = {PurePosixPath(path).parent.as_posix(): kind for kind, (path, _) in DOCUMENTED.items() if "/" in path}
"""What the files of each folder are."""
WORDS = {
    "translates": {
        "fr": "Empreinte des textes traduits (mallette check la donne)",
        "en": "Mark of the texts that were translated (mallette check gives it)",
    },
    "of": {"fr": "Protocole dont c'est une variante", "en": "Protocol that it is a variant of"},
    "drop": {"fr": "Ce qui est retiré de l'original", "en": "What is taken out of the original"},
    "before": {"fr": "Placé avant cet élément", "en": "Placed before this element"},
    "after": {"fr": "Placé après cet élément", "en": "Placed after this element"},
}
TYPED = {"string": ["string", "number", "boolean"], "integer": ["integer", "string"], "number": ["number", "string"]}
"""The reader takes every value as it is typed: 2026 is a title, "12" is a number."""
DIGITS, DECIMAL = "^[0-9]{1,9}$", "^-?[0-9]+([.,][0-9]+)?$"
YES_NO = ["oui", "non", "yes", "no", "true", "false"]
YES_NO += [typed for word in YES_NO for typed in (word.capitalize(), word.upper())]
KEPT = ("enum", "pattern", "format", "maxLength", "minimum", "maximum", "minItems", "maxItems", "additionalProperties")


def schemas(language: str = "fr") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each schema, by the name of its file; one more for the translations of each kind of item."""
    for kind, model in MODELS.items():
        found = schema(model, language)
        yield f"{kind}.json", found
        if issubclass(model, Item):
            yield f"{kind}.translation.json", _translation(found, language)
    yield "variant.json", _variant(schema(Protocol, language), language)


def schema(model: type[BaseModel], language: str) -> dict[str, Any]:
    """The schema of a file of one model."""
    raw = model.model_json_schema(mode="validation")
    names = order(model)
    found = _object({**raw, "properties": {name: raw["properties"][name] for name in names}}, language)
    defs = {name: _object(part, language) for name, part in raw.get("$defs", {}).items()}
    return {"$schema": DIALECT, **found, "$defs": defs} if defs else {"$schema": DIALECT, **found}


def schema_of(path: str) -> str | None:
    """The schema of a file of kit/ or cases/, by its path; none if nothing reads it."""
    name = PurePosixPath(path)
    kind = KINDS.get(name.parent.as_posix())
    if kind is None or name.suffix != ".yml" or (kind == "kit" and name.name.partition(".")[0] != "kit"):
        return None
    translated = "." in name.stem
    kind = "protocol" if translated and kind == "variant" else kind
    return f"{FOLDER}/{kind}.translation.json" if translated else f"{FOLDER}/{kind}.json"


def way(path: str, root: Path) -> str:
    """The way from a file of kit/ or cases/ to its schema; nothing if the root has none."""
    schema = schema_of(path)
    return "../" * path.count("/") + schema if schema and (root / schema).is_file() else ""


def _object(raw: Mapping[str, Any], language: str) -> dict[str, Any]:
    properties = {name: _value(part, language) for name, part in raw["properties"].items()}
    required = [name for name in properties if name in raw.get("required", ())]
    found = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**found, "required": required} if required else found


def _value(raw: Mapping[str, Any], language: str) -> dict[str, Any]:
    """One value; what may be left out may also be left empty."""
    empty = "default" in raw
    about = {"description": meaning(raw, language)} if "en" in raw else {}
    inner = next((part for part in raw.get("anyOf", ()) if part.get("type") != "null"), raw)
    found = {BOUNDS.get(key, key): value for key, value in inner.items() if BOUNDS.get(key, key) in KEPT}
    kind = inner.get("type", "")
    if "$ref" in inner:
        found = {"$ref": inner["$ref"]}
        return about | ({"anyOf": [found, {"type": "null"}]} if empty else found)
    if kind == "boolean":
        found = {"enum": [*YES_NO, True, False]}
    elif kind == "array":
        found |= {"type": "array", "items": _value(inner["items"], language)}
    elif kind == "object":
        keys = {key: _value(value, language) for key, value in inner.get("patternProperties", {}).items()}
        found |= {"type": "object", "patternProperties": keys, "additionalProperties": False}
    elif "enum" not in found:
        plain = kind == "string" and not found.keys() & {"pattern", "format"}
        found |= {"type": TYPED[kind] if plain or kind != "string" else "string"}
        found |= {"pattern": {"integer": DIGITS, "number": DECIMAL}[kind]} if kind != "string" else {}
    return about | (_or_empty(found) if empty else found)


def _or_empty(found: dict[str, Any]) -> dict[str, Any]:
    if "enum" in found:
        return {**found, "enum": [*found["enum"], None]}
    kinds = found["type"] if isinstance(found["type"], list) else [found["type"]]
    return {**found, "type": [*kinds, "null"]}


def _translation(base: dict[str, Any], language: str) -> dict[str, Any]:
    """Texts alone, none of them required; an element of a list may be left as it is."""
    found: dict[str, Any] = _loose(base, texts_of=base)
    own = {name: base["properties"][name] for name in ITS_OWN if name in base["properties"]}
    mark = {"translates": {"description": meaning(WORDS["translates"], language), "type": ["string", "number"]}}
    return {**found, "properties": {**mark, **found["properties"], **own}}


def _variant(base: dict[str, Any], language: str) -> dict[str, Any]:
    """What changes in a protocol: nothing else is required, and parts are dropped, moved and added."""
    found: dict[str, Any] = _loose(base, moves=_moves(language))
    about = {name: described(Variant, name, language) for name in ("of", "title", "summary")}
    properties: dict[str, Any] = {"of": base["properties"]["related"]["items"], **found["properties"]}
    properties |= {name: {**properties[name], "description": said} for name, said in about.items()}
    return {**found, "properties": properties, "required": list(about)}


def _moves(language: str) -> dict[str, Any]:
    drop: dict[str, Any] = {"anyOf": [{"enum": ["oui", "yes", True]}, {"type": "array", "items": {"type": "string"}}]}
    place: dict[str, Any] = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
    moves = {"drop": drop, "before": place, "after": place}
    return {name: {"description": meaning(WORDS[name], language), **part} for name, part in moves.items()}


def _loose(node: Any, *, moves: dict[str, Any] | None = None, texts_of: dict[str, Any] | None = None) -> Any:
    """A schema without what it requires, for a file that says only a part; texts alone if `texts_of` is the whole."""
    if isinstance(node, list):
        return [_loose(part, moves=moves, texts_of=texts_of) for part in node]
    if not isinstance(node, dict):
        return node
    found = {}
    for key, value in node.items():
        if key in ("properties", "$defs"):
            parts = value.items() if key == "$defs" or texts_of is None else _texts(value, texts_of)
            found[key] = {name: _loose(part, moves=moves, texts_of=texts_of) for name, part in parts}
        elif key not in ("required", "minItems"):
            found[key] = _loose(value, moves=moves, texts_of=texts_of)
    if "items" in found and texts_of is not None:
        found["items"] = {"anyOf": [found["items"], {"type": "null"}]}
    if "properties" in found and moves is not None:
        found["properties"] |= moves
    return found


def _texts(properties: dict[str, Any], whole: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The properties that hold a text to translate, and the ids that say of what."""
    has_text = any(_is_text(part, whole) for part in properties.values())
    return ((name, part) for name, part in properties.items() if _is_text(part, whole) or (name == "id" and has_text))


def _is_text(node: dict[str, Any], whole: dict[str, Any]) -> bool:
    if "$ref" in node:
        part = whole["$defs"][node["$ref"].rpartition("/")[2]]
        return any(_is_text(inner, whole) for inner in part["properties"].values())
    inside = [*node.get("anyOf", ()), *node.get("patternProperties", {}).values()]
    inside += [node["items"]] if "items" in node else []
    if inside:
        return any(_is_text(part, whole) for part in inside)
    return "string" in node.get("type", ()) and not node.keys() & {"pattern", "format", "enum"}
