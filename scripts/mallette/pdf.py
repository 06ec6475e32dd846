"""Typst source -> PDF and PNG, finished by pikepdf; the only module that knows Typst."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
import struct
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import pikepdf
import pypdfium2
import typst
from PIL import Image

from . import __version__
from .artifact import BLEED_MM, SLUG_MM, Overflow, Picture, PrintJob, Shrunk, Typeset
from .booklet import impose
from .errors import MalletteError
from .fonts import FONTS, shipped
from .forms import add_fields
from .named import named
from .qr import drawn
from .tiled import Window, show_through

ENGINES = ("typst", "pikepdf", "pillow", "pypdfium2", "segno")
"""The packages whose versions change what is made."""
FINISH = ("artifact", "booklet", "folding", "fonts", "forms", "named", "pdf", "qr", "tiled")
"""Our modules that make a document of its source, or finish it: a change there makes another document."""
PREVIEW_WIDTH = 720
"""The width of a preview picture, in pixels."""
PREVIEW_COLOURS = 64
"""Flat inks on white lose nothing in so few colours, and pages load faster."""
PROOF_PPI = 100
"""The finish of proofs: enough to read the smallest letters on a screen."""
PICTURE_PPI = 300
"""The finish of pictures for screens and whiteboards, in pixels per inch."""


OUTLINES = b"""#set page(width: auto, height: auto, margin: 0mm)
#image("poster.svg")
"""

LACKING = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
SPELT = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
"""How the engine spells a sign that it cannot show."""


class LetterLacking(Exception):
    """A letter that none of our fonts has."""

    def __init__(self, letter: str) -> None:
        super().__init__(letter)
        self.letter = letter


def fingerprint(job: PrintJob) -> str:
    """A key that changes with anything that could change the result."""
    digest = hashlib.sha256(engines())
    digest.update(f"|{job.sheet}|{job.printable.flip if job.sheet else None}|{job.code}|".encode())
    for name, content in sorted({**job.files, "main.typ": job.source.encode()}.items()):
        digest.update(f"|{name}|{len(content)}|".encode())
        digest.update(content)
    if job.poster:
        digest.update(f"|poster|{fingerprint(job.poster)}".encode())
    return digest.hexdigest()


def _settings() -> dict[str, Any]:
    """Where the engine may look: our fonts. All else that it may read it is given."""
    return {"font_paths": shipped(), "root": str(FONTS)}


def _outlines(job: PrintJob) -> bytes:
    """A poster as one page of outlines (PDF): nothing of it is text twice."""
    drawing = _set(job, lambda files: typst.compile(files, format="svg", **_settings()))
    return bytes(typst.compile({"poster.svg": drawing, "main.typ": OUTLINES}, pdf_tags=False, **_settings()))


Made = TypeVar("Made")


def _set(job: PrintJob, engine: Callable[[Any], Made]) -> Made:
    """What the engine makes of a document; its faults are ours: a letter that no font has, a template that is wrong."""
    code = {"qr.svg": drawn(job.code)} if job.code else {}
    files, main = {**job.files, **code}, job.source.encode()
    try:
        try:
            return engine({**named(main, files), "main.typ": main})
        except typst.TypstError as error:
            if "file not found" not in error.message:
                raise
            return engine({**files, "main.typ": main})  # a template of one's own may put the name of a file together
    except typst.TypstError as error:
        if lacking := LACKING.search(error.message):
            letter = SPELT.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], lacking.group(1))
            raise LetterLacking(letter) from error
        raise MalletteError(
            "typesetting", template=job.printable.template, subject=job.subject.id, said=error.message
        ) from error


def typeset(job: PrintJob, day: datetime.date, *, preview: bool = True) -> Typeset:
    """Typeset a document, tagged and valid PDF/UA-1, dated `day`; a fault of the template is a MalletteError."""
    moment = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)

    def engine(files: Any) -> tuple[bytes, Any, Any]:
        raw = typst.compile(files, pdf_standards=["ua-1"], timestamp=moment, **_settings())

        def noted(what: str) -> Any:
            return json.loads(typst.query(files, what, field="value", **_settings()))

        return raw, noted("selector.or(<overflow>, <shrunk>)"), noted("<window>") if job.poster else ()

    raw, found, windows = _set(job, engine)
    if job.poster:
        raw = show_through(raw, _outlines(job.poster), [Window(**window) for window in windows])
    pdf, pages = _finish(raw, job)
    overflows = (Overflow(o["where"], o["card"], o["needed"] / o["room"]) for o in found if "needed" in o)
    shrunk = (Shrunk(o["where"], o["card"], o["from"], o["to"]) for o in found if "from" in o)
    return Typeset(pdf, _preview(raw) if preview else None, pages, tuple(overflows), tuple(dict.fromkeys(shrunk)))


def draw(job: PrintJob) -> tuple[Picture, ...]:
    """Each page of a document as a picture; text is outlines, so that no font is needed to see it."""
    pixels, outlines = _set(
        job,
        lambda files: (
            typst.compile(files, format="png", ppi=PICTURE_PPI, **_settings()),
            typst.compile(files, format="svg", **_settings()),
        ),
    )
    pngs, svgs = (found if isinstance(found, list) else [found] for found in (pixels, outlines))
    return tuple(Picture(_few_colours(png), svg) for png, svg in zip(pngs, svgs, strict=True))


def proof(job: PrintJob) -> tuple[bytes, ...]:
    """Each page in greys (PNG), as a black and white printer or a photocopier gives it back."""
    found = _set(job, lambda files: typst.compile(files, format="png", ppi=PROOF_PPI, **_settings()))
    return tuple(_grey(png) for png in (found if isinstance(found, list) else [found]))


def _grey(png: bytes) -> bytes:
    target = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("L").save(target, "PNG", dpi=(PROOF_PPI, PROOF_PPI))
    return target.getvalue()


def _few_colours(png: bytes) -> bytes:
    """A large picture in few colours, found on a sample of its pixels: ten times quicker; the main inks stay exact."""
    target = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        full = picture.convert("RGB")
    sample = full.resize((full.width // 4, full.height // 4), Image.Resampling.NEAREST)
    palette = sample.quantize(PREVIEW_COLOURS, dither=Image.Dither.NONE)
    few = full.quantize(palette=palette, dither=Image.Dither.NONE)
    few.putpalette(_main_colours(sample, palette))
    few.save(target, "PNG", dpi=(PICTURE_PPI, PICTURE_PPI))
    return target.getvalue()


def _main_colours(sample: Image.Image, palette: Image.Image) -> list[int]:
    """The palette, each entry being the commonest of the colours that it stands for: white is white."""
    counted: list[Any] = sorted(sample.getcolors(sample.width * sample.height) or [])
    strip = Image.new("RGB", (len(counted), 1))
    strip.putdata([colour for _, colour in counted])
    colours = palette.getpalette() or []
    places = strip.quantize(palette=palette, dither=Image.Dither.NONE).tobytes()
    for place, (_, colour) in zip(places, counted, strict=True):
        colours[3 * place : 3 * place + 3] = colour
    return colours


def _preview(raw: bytes) -> bytes:
    """The first page as a picture in few colours (PNG)."""
    document = pypdfium2.PdfDocument(raw)
    try:
        page = document[0]
        picture = page.render(scale=PREVIEW_WIDTH / page.get_width()).to_pil().convert("RGB")
    finally:
        document.close()
    target = io.BytesIO()
    few = picture.quantize(PREVIEW_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(target, "PNG")
    return target.getvalue()


def picture_size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, in pixels, from its header."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _inset(box: Any, by_mm: float) -> pikepdf.Array:
    left, bottom, right, top = (float(edge) for edge in box)
    by = by_mm * 72 / 25.4
    return pikepdf.Array([round(edge, 4) for edge in (left + by, bottom + by, right - by, top - by)])


def _finish(raw: bytes, job: PrintJob) -> tuple[bytes, int]:
    """State trim and bleed, forbid scaling at print, and write the same bytes for the same document."""
    shop = job.printable.shop
    with pikepdf.open(io.BytesIO(raw)) as document:
        preferences = document.Root.get("/ViewerPreferences", pikepdf.Dictionary())
        preferences.PrintScaling = pikepdf.Name("/None")
        if job.sheet:
            preferences.Duplex = pikepdf.Name(
                "/DuplexFlipLongEdge" if job.printable.flip == "long-edge" else "/DuplexFlipShortEdge"
            )
        document.Root.ViewerPreferences = preferences
        for page in document.pages:
            page.trimbox = _inset(page.mediabox, SLUG_MM if shop else 0)
            if shop:
                page.bleedbox = _inset(page.mediabox, SLUG_MM - BLEED_MM)
        add_fields(document)
        if job.sheet:
            impose(document, *job.sheet, turned=job.printable.flip == "long-edge")
        target = io.BytesIO()
        document.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return target.getvalue(), len(document.pages)


@cache
def engines() -> bytes:
    """What every document depends on: our version, those of the engines, the code that finishes it, the fonts."""
    versions = [__version__, *(version(name) for name in ENGINES)]
    digest = hashlib.sha256(repr(versions).encode())
    code = [Path(__file__).with_name(f"{name}.py") for name in FINISH]
    for path in [*code, *sorted(FONTS.glob("*.ttf"))]:
        digest.update(path.read_bytes())
    return digest.digest()
