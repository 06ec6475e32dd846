"""Fields that can be filled in: what a template leaves in a PDF becomes a form, and a filled form becomes values."""

from __future__ import annotations

import io
import itertools
import json
import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from pikepdf.settings import set_qpdf_limits
from PIL import ImageFont

from .errors import MalletteError
from .labels import SHIPPED

SCHEME = "mallette-field:"
"""A link to this scheme marks a field: its place, its tag and its turn in the reading order are those of the link."""

FONT = "AtkinsonHyperlegibleNext-Regular"
ALIAS = "Wingdings"
"""What fields call our font. With any other name pdfium (Chrome) would draw œ, ’ and – in a font of its own."""
POINTS = 10
LIMITS = {"text": 120, "date": 40, "area": 600, "cell": 200, "count": 3, "hidden": 60}
"""The most characters that a field takes, by kind."""

READ_ONLY, MULTILINE, RADIO, NO_SCROLL = 1, 1 << 12, 1 << 15, 1 << 23
PRINT, HIDDEN, CENTRED = 4, 2, 1
MAX_FIELDS = 200
BOUNDS: dict[str, Any] = {f"{kind}_max_memory": 64 * 1024 * 1024 for kind in ("flate", "png", "run_length", "tiff")}
"""What a stream of a form that somebody sends us may swell to."""
BROKEN = (pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError, RuntimeError, OverflowError)
"""What a damaged file may raise, wherever it is read."""


logging.getLogger("pikepdf").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Field:
    """What a template says of a field; `choice` is what a box or a button of the group `name` stands for.

    A box that is alone has no `group`.
    """

    name: str
    kind: Literal["text", "area", "cell", "date", "count", "check", "radio", "hidden"]
    label: str
    choice: str = ""
    group: str = ""
    value: str = ""
    size: float = POINTS


@dataclass(frozen=True)
class Filled:
    """A field of a filled form: what it is called for its reader, and what it says."""

    label: str
    text: str


def add_fields(document: pikepdf.Pdf) -> None:
    """Turn each link that stands for a field into one; a document without any is left as it is."""
    fields = Array()
    groups: dict[str, Dictionary] = {}
    font: Any = None
    for page in document.pages:
        for widget in page.obj.get("/Annots", Array()):
            field = _asked(widget)
            if field is None:
                continue
            font = font or document.make_indirect(_font(document))
            _tag(document, widget)
            if field.kind in ("check", "radio"):
                if field.name not in groups:
                    groups[field.name] = document.make_indirect(_group(field))
                    fields.append(groups[field.name])
                _button(document, widget, field, groups[field.name])
            else:
                _entry(document, widget, field, font)
                fields.append(widget)
    if fields:
        resources = Dictionary(Font=Dictionary({f"/{ALIAS}": font}))
        document.Root.AcroForm = Dictionary(Fields=fields, DR=resources, DA=String(_appearance()))


def read_fields(data: bytes) -> dict[str, Filled]:
    """The fields of a form by name, whatever program filled it in."""
    before: dict[str, Any] = set_qpdf_limits(doc_max_warnings=1000, **BOUNDS)
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            return dict(_filled(document.Root))
    except pikepdf.PasswordError as error:
        raise MalletteError("record_locked") from error
    except BROKEN as error:
        raise MalletteError("record_unreadable") from error
    finally:
        set_qpdf_limits(**before)


def _asked(annotation: Any) -> Field | None:
    action = annotation.get("/A", Dictionary())
    address = bytes(action.URI).decode() if "/URI" in action else ""
    return Field(**json.loads(address.removeprefix(SCHEME))) if address.startswith(SCHEME) else None


def _tag(document: pikepdf.Pdf, widget: Any) -> None:
    """A link and its tag become a widget and its tag, at the same place."""
    for key in ("/A", "/Border", "/Contents"):
        if key in widget:
            del widget[key]
    widget.Subtype, widget.F, widget.BS = Name.Widget, PRINT, Dictionary(W=0)
    tags = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
    tags[int(widget.StructParent)].S = Name.Form


def _entry(document: pikepdf.Pdf, widget: Any, field: Field, font: Any) -> None:
    """A field to type in. Once it is filled in, white hides the lines or boxes that are drawn for handwriting."""
    widget.FT, widget.T, widget.TU = Name.Tx, String(field.name), String(field.label)
    widget.DA = String(_appearance(field.size))
    widget.MaxLen = LIMITS[field.kind]
    widget.Ff = NO_SCROLL
    if field.kind in ("area", "cell"):
        widget.Ff = NO_SCROLL | MULTILINE
    if field.kind in ("area", "count"):
        widget.MK = Dictionary(BG=Array([1, 1, 1]))
    if field.kind == "count":
        widget.Q = CENTRED
    if field.kind == "hidden":
        widget.Ff, widget.F, widget.V = READ_ONLY, HIDDEN, String(field.value)
    shown = _drawing(document, widget, b"/Tx BMC\nEMC\n")
    shown.Resources = Dictionary(Font=Dictionary({f"/{ALIAS}": font}))
    widget.AP = Dictionary(N=shown)


def _group(field: Field) -> Dictionary:
    kind = RADIO if field.kind == "radio" else 0
    return Dictionary(
        FT=Name.Btn,
        T=String(field.name),
        TU=String(field.group or field.label),
        Ff=kind,
        V=Name.Off,
        DV=Name.Off,
        Kids=Array(),
    )


def _button(document: pikepdf.Pdf, widget: Any, field: Field, group: Dictionary) -> None:
    """A box or a button of a group: a cross, or a thick ring that leaves the number inside to be read."""
    width, height = _size(widget)
    if field.kind == "radio":
        drawn = "3.6 w " + _ring(width / 2, height / 2, min(width, height) / 2 - 3)
    else:
        a, b, c = width * 0.22, width * 0.78, height
        drawn = f"1.5 w 1 J {a:.2f} {c * 0.22:.2f} m {b:.2f} {c * 0.78:.2f} l "
        drawn += f"{a:.2f} {c * 0.78:.2f} m {b:.2f} {c * 0.22:.2f} l"
    widget.Parent, widget.TU, widget.AS = group, String(f"{field.group} {field.label}".strip()), Name.Off
    on, off = _drawing(document, widget, f"q 0 G {drawn} S Q\n".encode()), _drawing(document, widget, b"")
    widget.AP = Dictionary(N=Dictionary({f"/{field.choice}": on, "/Off": off}))
    group.Kids.append(widget)


def _ring(x: float, y: float, r: float) -> str:
    """A circle, as four curves."""
    turns = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 0)]
    path = f"{x + r:.2f} {y:.2f} m"
    for (a, b), (c, d) in itertools.pairwise(turns):
        points = ((a + 0.5523 * c, b + 0.5523 * d), (c + 0.5523 * a, d + 0.5523 * b), (c, d))
        path += "".join(f" {x + r * across:.2f} {y + r * up:.2f}" for across, up in points) + " c"
    return path


def _drawing(document: pikepdf.Pdf, widget: Any, content: bytes) -> pikepdf.Stream:
    box = Array([0, 0, *(round(length, 3) for length in _size(widget))])
    return document.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=Dictionary())


def _size(widget: Any) -> tuple[float, float]:
    left, bottom, right, top = (float(number) for number in widget.Rect)
    return right - left, top - bottom


def _appearance(points: float = POINTS) -> str:
    return f"/{ALIAS} {points:g} Tf 0 g"


def _font(document: pikepdf.Pdf) -> Dictionary:
    """Our text font, whole: nobody knows yet which letters will be typed."""
    data, box, ascent, descent, widths = _measured()
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(f"/{FONT}"),
        Flags=32,
        FontBBox=Array(box),
        ItalicAngle=0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=668,
        StemV=80,
        FontFile2=document.make_stream(data, Length1=len(data)),
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        BaseFont=Name(f"/{FONT}"),
        Encoding=Name.WinAnsiEncoding,
        FirstChar=32,
        LastChar=255,
        Widths=Array(widths),
        FontDescriptor=document.make_indirect(descriptor),
    )


@cache
def _measured() -> tuple[bytes, list[int], int, int, list[int]]:
    """The font file, its box, ascent, descent and the widths of the letters of Windows-1252, in thousandths."""
    path = SHIPPED / "fonts" / f"{FONT}.ttf"
    data = path.read_bytes()
    tables = {}
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4s3I", data, 12 + 16 * number)
        tables[tag] = offset
    box = list(struct.unpack_from(">4h", data, tables[b"head"] + 36))
    ascent, descent = struct.unpack_from(">2h", data, tables[b"hhea"] + 4)
    font = ImageFont.truetype(str(path), 1000, layout_engine=ImageFont.Layout.BASIC)
    letters = (bytes([code]).decode("cp1252", "ignore") for code in range(32, 256))
    return data, box, ascent, descent, [round(font.getlength(letter)) for letter in letters]


def _filled(root: Any) -> Iterator[tuple[str, Filled]]:
    form = root.get("/AcroForm")
    fields = form.get("/Fields") if isinstance(form, Dictionary) else None
    if not isinstance(fields, Array) or not 0 < len(fields) <= MAX_FIELDS:
        raise MalletteError("record_not_a_form")
    for field in fields:
        if isinstance(field, Dictionary) and isinstance(field.get("/T"), String):
            yield str(field.T), Filled(_text(field.get("/TU")), _text(field.get("/V")) or _ticked(field))


def _text(value: Any) -> str:
    if isinstance(value, Name):
        return "" if value == Name.Off else str(value)[1:]
    return str(value) if isinstance(value, String) else ""


def _ticked(field: Dictionary) -> str:
    """The box of a group that is drawn as ticked: some programs say it nowhere else."""
    kids = field.get("/Kids")
    for kid in list(kids)[:MAX_FIELDS] if isinstance(kids, Array) else ():
        if isinstance(kid, Dictionary) and (said := _text(kid.get("/AS"))):
            return said
    return ""
