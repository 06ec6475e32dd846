"""Values -> tidy, commented YAML that the reader takes back exactly; the form in the browser writes the same bytes.

The format, for whoever writes it elsewhere (`tests/golden/writing.json` holds examples):

- First the line for editors, then a heading, then each field below a comment that says what it is.
- Fields come in the order of `order`; what is empty is left out. Lists and inner fields are moved by two spaces.
- A text is written as it is where no reader of YAML could take it for something else, else between double quotes.
- A text of several lines is a literal block (`|-`); one that is too long for a line is folded (`>-`) at single spaces.
- Lengths are counted in characters (code points), up to `WIDTH`.
"""

from __future__ import annotations

import datetime
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from .model import Item
from .model.text import RESERVED, meaning, unaccented
from .reading import CONTROL

WIDTH = 120
YES_NO = {"fr": ("non", "oui"), "en": ("no", "yes"), "": ("false", "true")}
LONGEST = 50
"""How long a name of a file is, at most."""
GIVEN = ("id", "variant_of")
"""What no file says of its item: its name, and what `of` says in a variant."""
LINK = "# yaml-language-server: $schema="
SPECIAL = re.compile(f"[\r\t\x85\u2028\u2029\ufeff]|{CONTROL.pattern}")
"""What is written as an escape, between quotes; most of it the reader refuses even so."""
BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
UNSEEN = re.compile(f"{CONTROL.pattern}|[\ufeff\u200b]")
PLAIN = re.compile("[A-Za-z0-9À-ÖØ-öø-ſ«]")
"""How a text without quotes may begin."""
MISREAD = re.compile(": |:$| #| $")
"""What would end such a text, or be taken off it."""
WORD = re.compile("y|n|yes|no|on|off|true|false|null", re.IGNORECASE)
NUMBER = re.compile("0[xXoObB].*|[0-9][-+0-9_.,:eEtTzZ ]*")
"""Texts that other readers of YAML take for a yes or a number."""
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""Written as it is: whoever takes it for a date is not wrong."""


def write(
    values: Mapping[str, Any],
    model: type[BaseModel],
    language: str = "fr",
    *,
    schema: str = "",
    heading: str = "",
    blanks: bool = False,
) -> str:
    """The text of a file of `model`; `schema` is the way from the file to what describes it for editors.

    What is required and not said is left to fill in if `blanks` says so.
    """
    head = [*([LINK + schema] if schema else ()), *([f"# {heading}"] if heading else ())]
    for key, value, below in _ordered(_over(_blank(model), values) if blanks else values, model):
        about = described(model, key, language)
        head += [f"# {about}"] if about else []
        head += _entry(f"{_scalar(key)}:", value, below, 0, language)
    return "\n".join(head) + "\n"


def order(model: type[BaseModel]) -> list[str]:
    """The fields of a file in the order people fill them in: the title, what is its own, then what every item has."""
    names = [name for name in model.model_fields if name not in GIVEN or not issubclass(model, Item)]
    if not issubclass(model, Item):
        return names
    shared = [name for name in names if name in Item.model_fields and name != "title"]
    return ["title", *(name for name in names if name not in Item.model_fields), *shared]


def described(model: type[BaseModel], key: str, language: str) -> str:
    """What a field is, in one line; nothing if the model does not know it."""
    field = model.model_fields.get(key)
    return meaning(field.json_schema_extra, language) if field else ""


def seen(text: str) -> str:
    """A text with plain line ends and spaces, without what cannot be seen."""
    return UNSEEN.sub("", BREAKS.sub("\n", text).replace("\t", " "))


def tidy(text: str) -> str:
    """A text as people paste it, without what cannot be seen: odd line ends, tabs, spaces at the end of lines."""
    lines = "\n".join(line.rstrip() for line in seen(text).split("\n"))
    return re.sub("\n{3,}", "\n\n", lines).strip()


def file_name(title: str) -> str:
    """The name of a file that says this title: small letters without accents, digits, hyphens; perhaps nothing."""
    text = title.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    name = re.sub("[^a-z0-9]+", "-", unaccented(text)).strip("-")
    name = name if len(name) <= LONGEST else name[: LONGEST + 1].rpartition("-")[0] or name[:LONGEST]
    return f"recit-{name}" if RESERVED.fullmatch(name) else name


def values_of(value: BaseModel) -> dict[str, Any]:
    """What was said of an item, to be written; its name and what is left to itself are not."""
    found = value.model_dump(exclude_unset=True)
    return {key: part for key, part in found.items() if not (isinstance(value, Item) and key in GIVEN)}


def inner(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation: of a field, of the elements of a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in typing.get_args(annotation) if (found := inner(part))), None)


def write_plain(values: Mapping[str, Any]) -> str:
    """The text of a file of another kind, without comments, its fields in the order that they have."""
    return (
        "\n".join(line for key, part, _ in _ordered(values, None) for line in _entry(f"{key}:", part, None, 0, ""))
        + "\n"
    )


class Blank:
    """A place to fill in."""


def _blank(model: type[BaseModel]) -> dict[str, Any]:
    """What a file of this model has to say, left empty."""
    found: dict[str, Any] = {}
    for name in order(model):
        field = model.model_fields[name]
        if field.is_required():
            below = inner(field.annotation) if typing.get_origin(field.annotation) is not tuple else None
            found[name] = _blank(below) if below else Blank()
    return found


def _over(blank: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, in the places that are left for it."""
    found = {**blank}
    for key, value in values.items():
        place, kept = blank.get(key), _pruned(value)
        if kept is not None:
            found[key] = _over(place, kept) if isinstance(place, dict) and isinstance(kept, dict) else kept
    return found


def _ordered(values: Mapping[str, Any], model: type[BaseModel] | None) -> Iterator[tuple[str, Any, Any]]:
    """The fields that say something, in order; those that the model does not know come last."""
    known = order(model) if model else []
    for key in [*(name for name in known if name in values), *(name for name in values if name not in known)]:
        value = _pruned(values[key])
        if value is not None:
            field = model.model_fields.get(key) if model else None
            yield key, value, inner(field.annotation) if field else None


def _pruned(value: Any) -> Any:
    """A value without its empty parts; None if nothing is left."""
    if isinstance(value, Mapping):
        value = {key: kept for key, part in value.items() if (kept := _pruned(part)) is not None}
    elif isinstance(value, list | tuple):
        value = [kept for part in value if (kept := _pruned(part)) is not None]
    elif isinstance(value, str):
        return value if value.strip() else None
    else:
        return value
    return value or None


def _entry(head: str, value: Any, model: type[BaseModel] | None, column: int, language: str) -> list[str]:
    """The lines of a field (`head` is "title:") or of an element ("-"), whose head stands at `column`."""
    if isinstance(value, Blank):
        return [head]
    if isinstance(value, Mapping):
        found = [
            line
            for key, part, below in _ordered(value, model)
            for line in _entry(f"{_scalar(key)}:", part, below, column + 2, language)
        ]
        return [f"- {found[0]}", *_moved(found[1:])] if head == "-" else [head, *_moved(found)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [head, *_moved(line for part in value for line in _entry("-", part, model, column + 2, language))]
    if isinstance(value, bool):
        return [f"{head} {YES_NO.get(language, YES_NO['en'])[value]}"]
    if isinstance(value, datetime.date):
        return [f"{head} {value.isoformat()}"]
    return _text(head, str(value), column) if isinstance(value, str) else [f"{head} {value}"]


def _moved(lines: typing.Iterable[str]) -> Iterator[str]:
    return (f"  {line}" if line else "" for line in lines)


def _text(head: str, text: str, column: int) -> list[str]:
    lines = text.split("\n")
    if len(lines) > 1 and _whole(lines):
        return [f"{head} |-", *_moved(lines)]
    scalar = _scalar(text)
    if column + len(head) + 1 + len(scalar) > WIDTH and len(lines) == 1 and _whole(lines) and "  " not in text:
        return [f"{head} >-", *_moved(_wrapped(text, WIDTH - column - 2))]
    return [f"{head} {scalar}"]


def _whole(lines: Sequence[str]) -> bool:
    """Whether a block keeps these lines as they are."""
    if any(SPECIAL.search(line) or line.endswith(" ") for line in lines):
        return False
    return lines[-1] != "" and lines[0] != "" and lines[0][0] != " "


def _wrapped(text: str, width: int) -> Iterator[str]:
    line, *words = text.split(" ")
    for word in words:
        if len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}"
    yield line


def _scalar(text: str) -> str:
    """A text on one line: as it is, or between quotes."""
    read_well = PLAIN.match(text) and not MISREAD.search(text) and not SPECIAL.search(text) and "\n" not in text
    if read_well and (DAY.fullmatch(text) or not (WORD.fullmatch(text) or NUMBER.fullmatch(text))):
        return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + SPECIAL.sub(_escape, quoted) + '"'


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"
