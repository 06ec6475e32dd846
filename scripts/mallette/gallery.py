"""The pictures of a root folder, those of stories and the logo of the kit: found, checked and made ready to publish."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from . import drawing
from .errors import Problem
from .memo import Memo, stamp
from .model import CaseStory, Kit
from .model.text import LOGO_NAME
from .origin import Origin
from .pictures import FILE_NAME, MAX_BYTES, Cleaned, Unfit, clean

LONGEST, TALLEST = 8, 0.5
"""How much wider than high a logo may be at most, and at least: the lines at the foot of pages have no more room."""


@dataclass(frozen=True)
class Logo:
    """The logo of a kit: its file in kit/, and the picture, ready to publish."""

    name: str
    picture: Cleaned

    @property
    def path(self) -> str:
        """Where it is on the site."""
        return f"assets/kit-logo.{self.name.rpartition('.')[2]}"

    @property
    def drawing(self) -> bytes:
        """The picture as SVG, around its pixels if it has some: the PDF engine is given text only."""
        if self.name.endswith(".svg"):
            return self.picture.content
        kind = "png" if self.name.endswith(".png") else "jpeg"
        width, height = self.picture.width, self.picture.height
        pixels = f"data:image/{kind};base64,{base64.b64encode(self.picture.content).decode()}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
            f'<image width="{width}" height="{height}" href="{pixels}"/></svg>'
        ).encode()

    @property
    def ratio(self) -> float:
        """How much wider than high it is."""
        return self.picture.width / self.picture.height


def of_story(story: CaseStory, origin: Origin, root: Path, memo: Memo, found: dict[str, Cleaned]) -> Iterator[Problem]:
    """Add the pictures of a story to those found; what is wrong with them."""
    for index, picture in enumerate(story.images):
        if picture.file not in found:
            try:
                found[picture.file] = _ready("picture", FILE_NAME, root / "cases", picture.file, memo)
            except Unfit as unfit:
                yield origin.problem(("images", index, "file"), unfit.code, name=picture.file)


def of_kit(kit: Kit, origin: Origin, root: Path, memo: Memo) -> tuple[Logo | None, list[Problem]]:
    """The logo that a kit names, or what is wrong with it."""
    if kit.logo is None:
        return None, []
    try:
        logo = Logo(kit.logo, _ready("logo", LOGO_NAME, root / "kit", kit.logo, memo))
        if not TALLEST <= logo.ratio <= LONGEST:
            raise Unfit("logo_shape")
    except Unfit as unfit:
        return None, [origin.problem(("logo",), unfit.code, name=kit.logo, part=unfit.part)]
    return logo, []


def _ready(kind: Literal["picture", "logo"], names: re.Pattern[str], folder: Path, name: str, memo: Memo) -> Cleaned:
    """A file of a folder, ready to publish; raises Unfit."""
    path = folder / name
    if not names.fullmatch(name):
        raise Unfit(f"{kind}_name")
    if path.is_symlink() or not path.is_file():
        raise Unfit(f"{kind}_missing")
    try:
        return memo.get((kind, name), stamp(path), partial(_read, name, path))
    except OSError as error:
        raise Unfit("picture_unreadable") from error


def _read(name: str, path: Path) -> Cleaned:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    return drawing.drawn(data) if name.endswith(".svg") else clean(name, data)
