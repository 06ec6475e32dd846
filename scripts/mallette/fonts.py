"""The fonts that documents are set in: those of templates/fonts that come with mallette, none of the machine."""

from __future__ import annotations

from functools import cache
from typing import Any

import typst

from .labels import SHIPPED

FONTS = SHIPPED / "fonts"


@cache
def shipped() -> Any:
    """The fonts we ship and no other, for the engine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@cache
def families() -> tuple[str, ...]:
    """What the engine calls them."""
    return tuple(sorted(shipped().families()))
