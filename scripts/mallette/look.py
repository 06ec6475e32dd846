"""The colours and fonts of templates/look.yml, checked: one source for paper and, as a style sheet, for the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict
from pydantic_core import PydanticCustomError, PydanticKnownError

from .artifact import Artifact
from .fonts import families
from .model.text import Model, Name, doc
from .sprite import signs_css
from .templating import folders
from .validation import settings

LOOK = "assets/look.css"
FILE = "look.yml"


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
        raise PydanticCustomError("colour", "not a colour")
    return value


Colour = Annotated[str, AfterValidator(_colour)]


def _font(value: Name) -> Name:
    if value.casefold() not in map(str.casefold, families()):
        raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, families()))})
    return value


Font = Annotated[Name, AfterValidator(_font)]


class Family(Model):
    """The colours of a family of roles."""

    colour: Colour = doc("les aplats, entre guillemets", "solids, in quotes")
    strong: Colour = doc("en gros caractères, entre guillemets", "in large print, in quotes")
    tint: Colour = doc("le fond clair, entre guillemets", "the light ground, in quotes")
    dark: Colour = doc("à l'écran, sur fond sombre, entre guillemets", "on a dark screen, in quotes")


class Families(Model):
    """The families that roles and cards may be of."""

    offreur: Family = doc("ses couleurs", "its colours")
    facilitateur: Family = doc("ses couleurs", "its colours")
    contributeur: Family = doc("ses couleurs", "its colours")


class Look(Model):
    """What templates/look.yml says; templates of a root's own may name more colours."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Colour]

    ink: Colour = doc("le texte, entre guillemets", "the text, in quotes")
    muted: Colour = doc("le texte discret, entre guillemets", "quiet text, in quotes")
    rule: Colour = doc("les filets, entre guillemets", "rules, in quotes")
    paper: Colour = doc("les feuilles, entre guillemets", "sheets, in quotes")
    screen: Colour = doc("le fond du site, entre guillemets", "the ground of the site, in quotes")
    ochre: Colour = doc("l'accent, entre guillemets", "the accent, in quotes")
    titles: Font = doc("la police des titres", "the font of titles")
    text: Font = doc("la police du texte", "the font of the text")
    families: Families = doc("une couleur par famille de rôles", "a colour for each family of roles")


def look(root: Path) -> Look:
    """The look of a root: its own, or the one shipped; raises InvalidSource with every fault."""
    path = next(folder / FILE for folder in folders(root) if (folder / FILE).is_file())
    return settings(Look, path, f"templates/{FILE}")


def look_css(root: Path) -> Artifact:
    """The colours of look.yml as CSS custom properties: one source for paper and screen; and the icons as signs."""
    colours = look(root).model_dump(exclude={"titles", "text"})
    rules = "".join(f"  {name}: {value};\n" for name, value in _properties(colours, "--look"))
    return Artifact(LOOK, f":root {{\n{rules}}}\n{signs_css(root)}".encode())


def _properties(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        key = f"{prefix}-{re.sub(r'[^a-z0-9-]', '-', name)}"
        if isinstance(value, Mapping):
            yield from _properties(value, "--look" if name == "families" else key)
        else:
            yield key, value
