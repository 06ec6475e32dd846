"""The pages of a finished PDF, drawn two by two on sheets to fold and staple, with their tags, links and bookmarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from .folding import Spot, sides, spot

POINTS = 72 / 25.4
MARK_MM = (4.0, 8.0)
"""Where the mark of the fold begins and ends, from the edge: most printers reach it, and no text does."""
COUNT = "{http://ns.adobe.com/xap/1.0/t/pg/}NPages"


@dataclass(frozen=True)
class _Moved:
    """A page that was drawn on a sheet: the sheet's page, the drawing, and where it is."""

    page: Any
    drawing: Any
    spot: Spot


Moves = Mapping[tuple[int, int], _Moved]
"""Where each page went, by its number as an object."""


def impose(document: pikepdf.Pdf, width_mm: float, height_mm: float, *, turned: bool) -> None:
    """Turn a document into the sheets of a booklet; `turned` if the printer flips them on their long edge."""
    size = (width_mm * POINTS, height_mm * POINTS)
    pages = [page.obj for page in document.pages]
    moves: dict[tuple[int, int], _Moved] = {}
    laid = sides(len(pages), turned=turned)
    for n, side in enumerate(laid):
        sheet = _sheet(document, size, front=n % 2 == 0)
        for right, number in enumerate((side.left, side.right)):
            if number:
                page = pages[number - 1]
                place = spot(_size(page), size, right=bool(right), turned=side.turned)
                moves[page.objgen] = _draw(document, sheet, page, place)
    del document.pages[: len(pages)]
    _retag(document.Root.StructTreeRoot.K, moves)
    for thing in document.objects:
        _redirect(thing, moves)
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
        about[COUNT] = str(len(laid))


def _size(page: Any) -> tuple[float, float]:
    _, _, width, height = (float(length) for length in page.MediaBox)
    return width, height


def _sheet(document: pikepdf.Pdf, size: tuple[float, float], *, front: bool) -> Any:
    """An empty side of a sheet; fronts say where to fold."""
    page = document.add_blank_page(page_size=size).obj
    page.MediaBox = page.TrimBox = Array([0, 0, *(round(length, 4) for length in size)])
    page.Resources, page.Annots, page.Tabs = Dictionary(XObject=Dictionary()), Array(), Name.S
    page.Contents = document.make_stream(_fold(*size) if front else b"")
    return page


def _fold(width: float, height: float) -> bytes:
    """A short line at both ends of the fold, which is no part of the text."""
    near, far = (length * POINTS for length in MARK_MM)
    lines = [(near, far), (height - far, height - near)]
    drawn = " ".join(f"{width / 2:.4f} {start:.4f} m {width / 2:.4f} {end:.4f} l S" for start, end in lines)
    return f"/Artifact BMC q 0.4 w 0.27 0.32 0.42 RG {drawn} Q EMC\n".encode()


def _draw(document: pikepdf.Pdf, sheet: Any, page: Any, place: Spot) -> _Moved:
    """A page becomes a drawing on a sheet, where its tags will find it; its links go with it."""
    drawing = document.make_indirect(pikepdf.Page(page).as_form_xobject())
    if "/StructParents" in page:
        drawing.StructParents = page.StructParents
    name, (x, y), turn = f"/P{len(sheet.Resources.XObject)}", place.point(0, 0), -1 if place.turned else 1
    sheet.Resources.XObject[name] = drawing
    drawn = f"q {turn} 0 0 {turn} {x:.4f} {y:.4f} cm {name} Do Q\n".encode()
    sheet.Contents.write(sheet.Contents.read_bytes() + drawn)
    for annotation in page.get("/Annots", Array()):
        annotation.Rect = _box(annotation.Rect, place)
        sheet.Annots.append(annotation)
    return _Moved(sheet, drawing, place)


def _box(box: Any, place: Spot) -> Array:
    """A rectangle of a page, on its sheet."""
    left, bottom, right, top = (float(length) for length in box)
    xs, ys = zip(place.point(left, bottom), place.point(right, top), strict=True)
    return Array([round(length, 4) for length in (min(xs), min(ys), max(xs), max(ys))])


def _retag(tag: Any, moves: Moves) -> None:
    """Tags point to what is drawn on the sheets: a number of a page becomes that number of its drawing."""
    if isinstance(tag, Array):
        for inner in tag:
            _retag(inner, moves)
    if not isinstance(tag, Dictionary):
        return
    moved = moves.get(tag.Pg.objgen) if "/Pg" in tag else None
    if moved:
        tag.Pg = moved.page
        if tag.get("/Type") == Name.MCR:
            tag.Stm = moved.drawing
        said = tag.get("/A", Array())
        for attributes in said if isinstance(said, Array) else [said]:
            if "/BBox" in attributes:
                attributes.BBox = _box(attributes.BBox, moved.spot)
    if "/K" in tag:
        kids = tag.K if isinstance(tag.K, Array) else Array([tag.K])
        tag.K = Array([_marked(kid, moved) if isinstance(kid, int) and moved else kid for kid in kids])
        _retag(tag.K, moves)


def _marked(number: int, moved: _Moved) -> Dictionary:
    return Dictionary(Type=Name.MCR, Pg=moved.page, Stm=moved.drawing, MCID=number)


def _redirect(thing: Any, moves: Moves) -> None:
    """Destinations, wherever they are written: a page, a way to show it, and a point of it."""
    moved = moves.get(thing[0].objgen) if _is_destination(thing) else None
    if moved:
        thing[0] = moved.page
        if thing[1] == Name.XYZ:
            thing[2], thing[3] = (round(x, 4) for x in moved.spot.point(float(thing[2]), float(thing[3])))
    for inner in _within(thing):
        _redirect(inner, moves)


def _is_destination(thing: Any) -> bool:
    if not isinstance(thing, Array) or len(thing) < 2:
        return False
    return isinstance(thing[0], Dictionary) and isinstance(thing[1], Name)


def _within(thing: Any) -> Iterator[Any]:
    """What is written inside an object, not elsewhere."""
    inside = thing.values() if isinstance(thing, Dictionary) else thing if isinstance(thing, Array) else ()
    yield from (part for part in inside if isinstance(part, Array | Dictionary) and not part.is_indirect)
