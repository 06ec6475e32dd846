"""Typst source -> PDF and PNG, finished by pikepdf; the only module that knows the PDF engine."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
import struct
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pikepdf
import typst
from PIL import Image

from .artifact import PrintJob
from .errors import MalletteError
from .labels import SHIPPED

PREVIEW_WIDTH = 720
"""The width of a preview picture, in pixels."""
PREVIEW_COLOURS = 64
"""Flat inks on white lose nothing in so few colours, and pages load faster."""


LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')


class LetterLacking(Exception):
    """A letter that none of our fonts has."""

    def __init__(self, letter: str) -> None:
        super().__init__(letter)
        self.letter = letter


@dataclass(frozen=True)
class Overflow:
    """Text that does not fit at its smallest size: `where` it was written, on which `card`, height needed / room."""

    where: str
    card: str
    ratio: float


@dataclass(frozen=True)
class Typeset:
    """A finished PDF, the picture of its first page (PNG), its number of pages, and what did not fit."""

    pdf: bytes
    preview: bytes
    pages: int
    overflows: tuple[Overflow, ...]


def fingerprint(job: PrintJob) -> str:
    """A key that changes with anything that could change the result."""
    engines = [version(name) for name in ("typst", "pikepdf", "pillow")]
    digest = hashlib.sha256(f"{engines}|{PREVIEW_WIDTH}|{PREVIEW_COLOURS}|{_font_digest()}".encode())
    for name, content in sorted({**job.files, "main.typ": job.source.encode()}.items()):
        digest.update(f"|{name}|{len(content)}|".encode())
        digest.update(content)
    return digest.hexdigest()


def typeset(job: PrintJob, day: datetime.date) -> Typeset:
    """Typeset a document, tagged and valid PDF/UA-1, dated `day`; a fault of the template is a MalletteError."""
    project: Any = {**job.files, "main.typ": job.source.encode()}
    moment = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    settings: dict[str, Any] = {"font_paths": _fonts(), "root": str(SHIPPED / "print")}
    try:
        found = json.loads(typst.query(project, "<overflow>", field="value", **settings))
        raw = typst.compile(project, pdf_standards=["ua-1"], timestamp=moment, **settings)
        pictures = typst.compile(project, format="png", ppi=_ppi(raw), **settings)
    except typst.TypstError as error:
        if lacking := LACKING.search(error.message):
            raise LetterLacking(lacking.group(1)) from error
        raise MalletteError(
            "typesetting", template=job.printable.template, subject=job.subject.id, said=error.message
        ) from error
    pdf, pages = _finish(raw)
    preview = _light(pictures[0] if isinstance(pictures, list) else pictures)
    overflows = tuple(Overflow(str(o["where"]), str(o["card"]), o["needed"] / o["room"]) for o in found)
    return Typeset(pdf, preview, pages, overflows)


def _light(png: bytes) -> bytes:
    """The same picture in few colours."""
    target = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(PREVIEW_COLOURS, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    return target.getvalue()


def picture_size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, in pixels, from its header."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _ppi(raw: bytes) -> float:
    with pikepdf.open(io.BytesIO(raw)) as document:
        return PREVIEW_WIDTH / (float(document.pages[0].mediabox[2]) / 72)


def _finish(raw: bytes) -> tuple[bytes, int]:
    """State the trim, forbid scaling at print, and write the same bytes for the same document."""
    with pikepdf.open(io.BytesIO(raw)) as document:
        preferences = document.Root.get("/ViewerPreferences", pikepdf.Dictionary())
        preferences.PrintScaling = pikepdf.Name("/None")
        document.Root.ViewerPreferences = preferences
        for page in document.pages:
            page.trimbox = page.mediabox
        target = io.BytesIO()
        document.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return target.getvalue(), len(document.pages)


@cache
def _fonts() -> Any:
    """The fonts we ship and no other."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(SHIPPED / "fonts")])


@cache
def _font_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(SHIPPED / "fonts").glob("*.ttf")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
