"""A poster drawn once in a PDF and shown through the windows that a template left on its pages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Name


@dataclass(frozen=True)
class Window:
    """Where the poster shows, in points: its page (from 1), its box from the page's top left corner.

    `scale` is the size of the poster there, `across` and `down` the point of it that lies at the box's top left corner.
    """

    page: int
    x: float
    y: float
    width: float
    height: float
    scale: float
    across: float
    down: float


def show_through(sheets: bytes, poster: bytes, windows: Sequence[Window]) -> bytes:
    """The sheets with the poster's page behind their windows; what shows there is decoration, the map tells it."""
    with pikepdf.open(io.BytesIO(sheets)) as document, pikepdf.open(io.BytesIO(poster)) as other:
        high = float(other.pages[0].mediabox[3])
        figure = document.copy_foreign(other.pages[0].as_form_xobject())
        for window in windows:
            page = document.pages[window.page - 1]
            top = float(page.mediabox[3]) - window.y
            left, bottom = window.x - window.scale * window.across, top - window.scale * (high - window.down)
            box = f"{window.x:.3f} {top - window.height:.3f} {window.width:.3f} {window.height:.3f} re W n"
            place = f"{window.scale:.6f} 0 0 {window.scale:.6f} {left:.3f} {bottom:.3f} cm"
            name = page.add_resource(figure, Name.XObject, Name.Poster)
            page.contents_add(f"/Artifact BMC q {box} {place} {name} Do Q EMC\n".encode(), prepend=True)
        target = io.BytesIO()
        document.save(target, deterministic_id=True)
        return target.getvalue()
