"""Items whose every text field holds a given text, the fields being found in the models; and the texts of strangers."""

import types
import typing
from pathlib import Path

import yaml

from mallette.model import CaseStory, Kit, Name, Protocol, Role, WritingCard
from mallette.model.text import Model, Written

GROUPS = yaml.safe_load((Path(__file__).parent / "hostile/strings.yml").read_text(encoding="utf-8"))
REFUSED = GROUPS.pop("refused")
HONEST = GROUPS["honest"]
STRINGS = tuple(dict.fromkeys(text for group in GROUPS.values() for text in group))
FOLDERS = {
    "kit": ("kit/kit.yml", Kit),
    "protocol": ("kit/protocols/{}.yml", Protocol),
    "role": ("kit/roles/{}.yml", Role),
    "card": ("kit/cards/{}.yml", WritingCard),
    "story": ("cases/{}.yml", CaseStory),
}
LEFT_OUT = {"id", "variant_of", "language", "languages", "images", "edition", "cycle", "printable", "guide", "poster"}
LEFT_OUT |= {"suffix", "needs", "flip", "only", "related", "back_offset_mm", "stories"}
"""Fields that hold no text, and that a kit can do without; pictures have a test of their own."""
GIVEN = {
    "icon": "compass",
    "template": "step-sheet",
    "paper": "a4",
    "sheet": None,
    "license": "CC-BY-SA-4.0",
    "address": "https://petite.example.org/",
    "edit_address": "https://git.example.org/edit/",
    "url": "https://exemple.example.org/page",
    "total": None,
    "date": "2026-11-23",
    "updated": "2026-11-23",
    "start": "2026-11-20",
    "end": "2026-11-21",
    "min": "3",
    "ideal": "4",
    "max": "5",
    "year": "2020",
}
"""What else a field may hold, by its name."""


def texts_of(model, path=()):
    """Where each text field of a model is, and how long a text it takes."""
    for name, field in model.model_fields.items():
        for kind, many in _kinds(field.annotation):
            here = (*path, f"{name}[]" if many else name)
            if issubclass(kind, Written):
                yield here, kind, None if many else _limit(field)
            elif issubclass(kind, Model):
                yield from texts_of(kind, here)


def filled(model, text, **references):
    """The data of an item: `text(kind, path, limit)` gives what each text field holds, or nothing."""
    return _filled(model, text, GIVEN | references, ())


def _filled(model, text, given, path):
    data = {}
    for name, field in model.model_fields.items():
        here = (*path, name)
        if name == "edition" and model is Kit:
            data[name] = text(Name, here, 20)
        elif name in LEFT_OUT and not (name == "id" and path):
            continue
        elif name == "id":
            data[name] = f"un-{path[-1]}"
        elif name in given:
            data[name] = given[name]
        elif name == "contact":
            data[name] = given["url"] if path else None
        else:
            data[name] = _value(field, field.annotation, text, given, here)
    return {key: value for key, value in data.items() if value is not None}


def _value(field, annotation, text, given, path):
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _value(field, inner[0], text, given, path)
    if origin in (typing.Union, types.UnionType):
        return _value(field, next(kind for kind in inner if kind is not type(None)), text, given, path)
    if origin is typing.Literal:
        return inner[0]
    if origin is tuple:
        least = next((m.min_length for m in field.metadata if hasattr(m, "min_length")), 1)
        found = [_value(None, inner[0], text, given, path) for _ in range(least)]
        return [one for one in found if one is not None] or None
    if origin is dict:
        return {name: _value(None, inner[1], text, given, path) for name in given["roles"]}
    if issubclass(annotation, Written):
        return text(annotation, path, _limit(field) if field else None)
    if issubclass(annotation, Model):
        return _filled(annotation, text, given, path)
    return {bool: "oui", int: "4"}.get(annotation)


def _limit(field):
    return next((m.max_length for m in field.metadata if hasattr(m, "max_length")), None)


def _kinds(annotation, many=False):
    """The classes that a field is made of, and whether it has many."""
    if isinstance(annotation, type):
        yield annotation, many
    for part in typing.get_args(annotation):
        yield from _kinds(part, many or typing.get_origin(annotation) in (tuple, dict))


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_bytes(data))
    return path


def as_bytes(data):
    dumped = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)
    return dumped.encode()


def stranger(root, name, kit=None, **texts):
    """Write a protocol, a role, a card and a story named `name`; each kind holds the text given for it."""
    references = {"roles": [name], "supports": [name], "protocols": [name], "printables": None}
    for kind, text in texts.items():
        place, model = FOLDERS[kind]
        more = {} if kind == "kit" else references
        write(root / place.format(name), filled(model, text, **more))
