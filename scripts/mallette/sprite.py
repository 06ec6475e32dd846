"""The icons of the site, drawn once in one file that pages point into."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree
from xml.parsers.expat import ErrorString

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from .artifact import Artifact
from .errors import InvalidSource, Problem, shown
from .templating import folders

SPRITE = "icons.svg"
"""At the top of the site, for its address is on each page some forty times."""
MARK, MARKED = "mark.svg", "mallette"
"""The file of the mark, and its name in the sprite."""
SIGNS = (
    "alert-triangle",
    "armchair",
    "building-community",
    "bulb",
    "calendar",
    "check",
    "clock",
    "ear",
    "file-text",
    "flag",
    "friends",
    "gauge",
    "hand-stop",
    "map-pin",
    "message-2",
    "notebook",
    "route",
    "target-arrow",
    "tool",
    "users",
    "world",
    "x",
)
"""The icons that stand many times on a page, before the names of facts and the lines of lists: a class draws them."""
SVG = "http://www.w3.org/2000/svg"


def sprite(root: Path) -> Artifact:
    """All icons and the mark at the head of pages, each a symbol by its name.

    Raises InvalidSource with every one that is no SVG: it would take all with it.
    """
    made, problems = ElementTree.Element("svg", xmlns=SVG), list[Problem]()
    mark = next(folder / MARK for folder in folders(root) if (folder / MARK).is_file())
    for name, path in sorted({**_files(root), MARKED: mark}.items()):
        try:
            made.append(_symbol(name, path))
        except InvalidSource as error:
            problems += error.problems
    if problems:
        raise InvalidSource(problems)
    return Artifact(SPRITE, ElementTree.tostring(made, "utf-8"))


def icons(root: Path, address: Callable[[Context], str]) -> Callable[[Context, str], Markup]:
    """An icon by name, which screen readers pass over; an unknown icon raises KeyError.

    `address` is that of the sprite from the page that a template makes. Size, line and colour are those of the page.
    """
    below = cache(partial(icons_below, root))

    @pass_context
    def icon(context: Context, name: str) -> Markup:
        return below(address(context))[name]

    return icon


def signed(name: str) -> str:
    """The class of an element that begins with one of SIGNS; another name raises KeyError."""
    if name not in SIGNS:
        raise KeyError(name)
    return f"m-i-{name}"


def signs_css(root: Path) -> str:
    """The rules of these classes: each gives the drawing, that `mallette.css` cuts out of the colour of the text."""
    files = _files(root)
    return "".join(f".{signed(name)} {{ --m-i: url({_drawn(name, files[name])}); }}\n" for name in SIGNS)


def _drawn(name: str, path: Path) -> str:
    symbol = _symbol(name, path)
    line = {"fill": "none", "stroke": "#000", "stroke-width": "1.75"}
    round_ = {"stroke-linecap": "round", "stroke-linejoin": "round"}
    drawing = ElementTree.Element("svg", {"xmlns": SVG, "viewBox": symbol.get("viewBox", ""), **line, **round_})
    drawing.extend(symbol)
    return "data:image/svg+xml," + quote(ElementTree.tostring(drawing, "unicode"), safe="/:=,;")


def icons_below(root: Path, address: str) -> dict[str, Markup]:
    """The icons by name, for pages from which the sprite has this address."""
    names = {name: html.escape(quote(name)) for name in _files(root)}
    return {
        name: Markup(f'<svg aria-hidden="true"><use href="{address}#{shown}"/></svg>') for name, shown in names.items()
    }


def _files(root: Path) -> dict[str, Path]:
    """The files of icons by name, the root's own in place of those shipped."""
    return {path.stem: path for folder in reversed(folders(root)) for path in (folder / "icons").glob("*.svg")}


def _symbol(name: str, path: Path) -> ElementTree.Element:
    """What an icon draws, without how its file says that it looks alone."""
    told = f"templates/{path.name if name == MARKED else 'icons/' + path.name}"
    try:
        drawing = ElementTree.fromstring(path.read_bytes())
    except ElementTree.ParseError as error:
        line, column = error.position
        said = {"said": shown(ErrorString(error.code))}
        raise InvalidSource([Problem(told, line, column + 1, "icon_not_svg", said)]) from error
    if drawing.tag.removeprefix(f"{{{SVG}}}") != "svg":
        raise InvalidSource([Problem(told, 1, 1, "icon_not_svg", {"said": shown(drawing.tag)})])
    symbol = ElementTree.Element("symbol", id=name, viewBox=drawing.get("viewBox", "0 0 24 24"))
    symbol.extend([part for part in drawing if part.get("stroke") != "none" or part.get("fill") != "none"])
    for part in symbol.iter():
        part.tag = part.tag.removeprefix(f"{{{SVG}}}")
        part.text, part.tail = (text if text and text.strip() else None for text in (part.text, part.tail))
    return symbol
