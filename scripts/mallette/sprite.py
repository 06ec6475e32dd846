"""The icons of the site, drawn once in one file that pages point into."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from .artifact import Artifact
from .errors import MalletteError
from .templating import folders

SPRITE = "icons.svg"
"""At the top of the site, for its address is on each page some forty times."""
MARK, MARKED = "mark.svg", "mallette"
"""The file of the mark, and its name in the sprite."""
SVG = "http://www.w3.org/2000/svg"


def sprite(root: Path) -> Artifact:
    """All icons and the mark at the head of pages, each a symbol by its name.

    Raises MalletteError if one is no SVG: it would take all with it.
    """
    made = ElementTree.Element("svg", xmlns=SVG)
    mark = next(folder / MARK for folder in folders(root) if (folder / MARK).is_file())
    made.extend([_symbol(name, path) for name, path in sorted({**_files(root), MARKED: mark}.items())])
    return Artifact(SPRITE, ElementTree.tostring(made, "utf-8"))


def icons(root: Path, address: Callable[[Context], str]) -> Callable[[Context, str], Markup]:
    """An icon by name, which screen readers pass over; an unknown icon raises KeyError.

    `address` is that of the sprite from the page that a template makes. Size, line and colour are those of the page.
    """
    known = {name: html.escape(quote(name)) for name in _files(root)}

    @pass_context
    def icon(context: Context, name: str) -> Markup:
        where = f"{address(context)}#{known[name]}"
        return Markup(f'<svg aria-hidden="true"><use href="{where}"/></svg>')

    return icon


def _files(root: Path) -> dict[str, Path]:
    """The files of icons by name, the root's own in place of those shipped."""
    return {path.stem: path for folder in reversed(folders(root)) for path in (folder / "icons").glob("*.svg")}


def _symbol(name: str, path: Path) -> ElementTree.Element:
    """What an icon draws, without how its file says that it looks alone."""
    try:
        drawing = ElementTree.fromstring(path.read_bytes())
    except ElementTree.ParseError as error:
        raise MalletteError(
            "icon_not_svg",
            path=f"templates/{path.name if name == 'mallette' else 'icons/' + path.name}",
            said=str(error),
        ) from error
    symbol = ElementTree.Element("symbol", id=name, viewBox=drawing.get("viewBox", "0 0 24 24"))
    symbol.extend([part for part in drawing if part.get("stroke") != "none" or part.get("fill") != "none"])
    for part in symbol.iter():
        part.tag = part.tag.removeprefix(f"{{{SVG}}}")
        part.text, part.tail = (text if text and text.strip() else None for text in (part.text, part.tail))
    return symbol
