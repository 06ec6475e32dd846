"""What is really on the pages of a PDF, in millimetres from the top left corner."""

import ctypes
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import pypdfium2
import pypdfium2.raw as pdfium

MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self):
        return self.right - self.left

    @property
    def height(self):
        return self.bottom - self.top

    @property
    def centre(self):
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, other, inset=0.0):
        return (
            self.left + inset <= other.left
            and other.right <= self.right - inset
            and self.top + inset <= other.top
            and other.bottom <= self.bottom - inset
        )


@dataclass(frozen=True, slots=True)
class Char:
    text: str
    points: float
    degrees: int
    box: Box


class Page:
    """A page is opened each time it is measured: a thousand open ones would fill the memory."""

    def __init__(self, document, index):
        self.width, self.height = (length * MM for length in document.get_page_size(index))
        self._document, self._index = document, index

    @property
    def opened(self):
        return self._document[self._index]

    @property
    def box(self):
        return Box(0, 0, self.width, self.height)

    def _box(self, left, bottom, right, top):
        return Box(left * MM, self.height - top * MM, right * MM, self.height - bottom * MM)

    @cached_property
    def chars(self):
        """Each visible character; its size is that of the font, in points, as it is scaled on the page."""
        page = self.opened
        text = page.get_textpage()
        found = []
        for index in range(text.count_chars()):
            char = chr(pdfium.FPDFText_GetUnicode(text, index))
            if char.isspace() or ord(char) < 0x20:
                continue
            matrix = pdfium.FS_MATRIX()
            assert pdfium.FPDFText_GetMatrix(text, index, matrix)
            scale = (matrix.c**2 + matrix.d**2) ** 0.5
            points = pdfium.FPDFText_GetFontSize(text, index) * scale
            degrees = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
            found.append(Char(char, points, degrees, self._box(*text.get_charbox(index))))
        return found

    @property
    def text(self):
        """The words of the page without any space: lines may break anywhere."""
        return "".join(char.text for char in self.chars)

    def inside(self, box):
        """The words whose centres lie in a box, without space."""
        return "".join(c.text for c in self.chars if box.holds(Box(*c.box.centre, *c.box.centre)))

    @cached_property
    def shapes(self):
        """The box of each path, from its points: the thickness of its stroke does not count."""
        found = []
        page = self.opened
        for shape in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=8):
            matrix = shape.get_matrix()
            points = []
            for index in range(pdfium.FPDFPath_CountSegments(shape)):
                x, y = ctypes.c_float(), ctypes.c_float()
                assert pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFPath_GetPathSegment(shape, index), x, y)
                points.append(matrix.on_point(x.value, y.value))
            xs, ys = zip(*points, strict=True)
            found.append(self._box(min(xs), min(ys), max(xs), max(ys)))
        return found

    def shapes_of(self, width, height, slack=0.2):
        """The shapes of a size."""
        return [b for b in self.shapes if abs(b.width - width) < slack and abs(b.height - height) < slack]

    def collisions(self):
        """Characters printed over one another, a sign of text that did not fit."""
        cells = defaultdict(list)
        found = []
        for index, char in enumerate(self.chars):
            if char.text == "\xad":
                continue  # the hyphen at the end of a line, whose box pdfium guesses on a page turned round
            x, y = char.box.centre
            for place in ((int(x // 4) + i, int(y // 4) + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
                for other, box in cells[place]:
                    # neighbours of one word may touch, and the letters of a ligature share one box
                    if index - other > 3 and overlap(char.box, box) > 0.3:
                        found.append(f"{char.text} / {self.chars[other].text} at {x:.0f},{y:.0f} mm")
            cells[int(x // 4), int(y // 4)].append((index, char.box))
        return found


def overlap(one, other):
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(one.width * one.height, other.width * other.height)
    return across * down / smaller if across > 0 and down > 0 and smaller > 0 else 0.0


def pages(data):
    """The pages of a PDF, given as bytes."""
    document = pypdfium2.PdfDocument(data)
    return [Page(document, index) for index in range(len(document))]


def squeezed(text):
    return re.sub(r"\s", "", text)


def contrast(one, other):
    """The contrast ratio of two #RRGGBB colours, as WCAG defines it."""

    def light(colour):
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return sum(
            weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
            for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
