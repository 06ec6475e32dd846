"""What the outputs make: a path in the site, and content; nothing here knows MkDocs or the PDF engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .aside import Aside, Laid
from .errors import MalletteError
from .model import Card, Item, Kit, Printable, Protocol, Step, Subject
from .model.kit import Selection

if TYPE_CHECKING:
    from .languages import Key

FLIPS = {"long-edge": "bord-long", "short-edge": "bord-court", "fold": "a-plier", "none": "recto"}
"""The flip as file names tell it, for whoever sets the printer."""

SLUG_MM, BLEED_MM = 10.0, 3.0
"""Round the trim of a print-shop page: the margin that holds its marks, and the bleed."""

SECTION = {"protocol": "protocoles", "story": "recits"}


def path_of(printable: Printable, subject: Subject, prefix: str = "") -> str:
    """Where a printable lies in the site; `prefix` is `en/` if it is not in the main language."""
    of = "mallette" if isinstance(subject, Kit) else subject.id
    name = [of, printable.id, printable.suffix, printable.flip and FLIPS[printable.flip], prefix.rstrip("/")]
    return f"telecharger/{prefix}{of}/{'-'.join(filter(None, name))}.pdf"


def preview_of(path: str) -> str:
    """Where the picture of a document's first page lies."""
    return path.removesuffix(".pdf") + ".png"


def page_of(subject: Subject) -> str:
    """The address of an item's page, from the site's root."""
    if isinstance(subject, Kit):
        return ""
    return f"{SECTION['protocol' if isinstance(subject, Protocol) else 'story']}/{subject.id}/"


def item_key(item: Item) -> Key:
    """What tells an item from all others: a story and a protocol may have the same id."""
    return type(item), item.id


@dataclass(frozen=True)
class Artifact:
    """A file of the site: its path from the site's root (POSIX), and its content or the file that holds it."""

    path: str
    held: bytes | Path | Laid = field(repr=False)

    @property
    def content(self) -> bytes:
        """Its bytes; many documents stay on disk until they are asked for, and a build that ends clears some."""
        try:
            return self.held if isinstance(self.held, bytes) else self.held.read_bytes()
        except FileNotFoundError as error:
            raise MalletteError("document_gone", path=self.path) from error


@dataclass(frozen=True)
class Heading:
    """An entry of a page's table of contents; `level` is 2 for h2, `language` is there if it is not the page's."""

    level: int
    id: str
    name: str
    language: str = ""


@dataclass(frozen=True)
class SitePage:
    """The body of a page: plain words for title and description, HTML (UTF-8) for the body.

    `path` is a page's address from the site's root, with a slash at its end ("" for the home page);
    `source` is the file to edit, from the root folder. `prefix` is how the addresses of its language begin;
    `borrowed` is that of the text where it is another, for want of a translation; `tab` is the short name of a page
    that navigation shows.
    """

    path: str
    title: str
    description: str
    html: bytes | Laid = field(repr=False)
    headings: tuple[Heading, ...] = ()
    tags: tuple[str, ...] = ()
    source: str | None = None
    language: str = ""
    prefix: str = ""
    borrowed: str = ""
    tab: str | None = None

    @property
    def body(self) -> str:
        """The HTML as text; ten thousand pages are held as bytes, which take half the room, or laid aside."""
        return (self.html if isinstance(self.html, bytes) else self.html.read_bytes()).decode()

    def laid(self, aside: Aside) -> SitePage:
        """The page, its body laid aside."""
        return replace(self, html=aside.lay(self.html)) if isinstance(self.html, bytes) else self


@dataclass(frozen=True)
class Code:
    """An address to scan, and the colour it is printed in."""

    address: str
    ink: str


@dataclass(frozen=True)
class PrintJob:
    """A document to typeset: Typst source, the files it may read, and where the results go."""

    path: str
    source: str
    files: Mapping[str, bytes] = field(repr=False)
    printable: Printable
    subject: Subject
    cards: tuple[Card, ...] = ()
    sheet: tuple[float, float] | None = None
    """Width and height in mm of the sheets that its pages are imposed on, as a booklet."""
    poster: PrintJob | None = field(default=None, repr=False)
    """The poster that shows through the windows of this one."""
    code: Code | None = None
    """The code to scan, `qr.svg` for the template; whoever typesets draws it: what is in the cache needs none."""

    @property
    def preview(self) -> str:
        """The path of the picture of its first page."""
        return preview_of(self.path)


@dataclass(frozen=True)
class Overflow:
    """Text that does not fit at its smallest size: `where` it was written, on which `card`, height needed / room."""

    where: str
    card: str
    ratio: float


@dataclass(frozen=True)
class Shrunk:
    """Text set smaller than wished so that it fits: `where` it was written, on which `card`, points wished and got."""

    where: str
    card: str
    wished: float
    got: float


@dataclass(frozen=True)
class Typeset:
    """A finished PDF, the picture of its first page (PNG) if one was asked for, its pages, what did not fit well."""

    pdf: bytes = field(repr=False)
    preview: bytes | None = field(repr=False)
    pages: int
    overflows: tuple[Overflow, ...] = ()
    shrunk: tuple[Shrunk, ...] = ()


@dataclass(frozen=True)
class Printed:
    """A finished document: paths from the site's root, number of pages, size in bytes, picture size in px."""

    path: str
    preview: str
    pages: int
    bytes: int
    printable: Printable
    subject: Subject
    preview_size: tuple[int, int] = (0, 0)
    shrunk: tuple[Shrunk, ...] = ()

    @property
    def sheets(self) -> int:
        """The sheets of a booklet to fold, printed on both sides; 0 if it is none, or not made yet."""
        return self.pages // 2 if self.printable.imposed else 0


@dataclass(frozen=True)
class Picture:
    """A page of a document as a picture: pixels (PNG) and outlines (SVG)."""

    png: bytes = field(repr=False)
    svg: bytes = field(repr=False)


@dataclass(frozen=True)
class BoardJob:
    """A document to make pictures of, one a page, and what each page shows."""

    job: PrintJob
    subjects: tuple[Item | Step, ...]


@dataclass(frozen=True)
class BoardPicture:
    """A picture for an online whiteboard: its path without the ending, a title and the text that stands for it."""

    path: str
    title: str
    text: str
    png: bytes = field(repr=False)
    svg: bytes = field(repr=False)


@dataclass(frozen=True)
class Board:
    """The pictures of one document, and the items that they show."""

    printable: Printable
    items: tuple[Item, ...]
    pictures: tuple[BoardPicture, ...]


@dataclass(frozen=True)
class Pack:
    """A ZIP: of a protocol or, without one, of the whole kit; how many documents (or pictures) and pages it holds.

    `selection` is the one that it gathers, if it is of that kind.
    """

    path: str
    kind: Literal["kit", "board", "selection"]
    protocol: Protocol | None
    bytes: int
    count: int
    pages: int
    selection: Selection | None = None
    language: str = ""


@dataclass(frozen=True)
class Offer:
    """All that can be downloaded in one language."""

    printed: tuple[Printed, ...] = ()
    packs: tuple[Pack, ...] = ()
    borrowed: frozenset[Key] = frozenset()
    """The items whose documents are in another language."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """The sizes in bytes of the files of open data, by path; a preview does not know them."""

    def filled(self, main: Offer) -> Offer:
        """This offer, with that of the main language for the items that have nothing in this one."""
        here = {item_key(one.subject) for one in self.printed}
        packed = {(one.kind, one.protocol and one.protocol.id) for one in self.packs}
        printed = [one for one in main.printed if item_key(one.subject) not in here]
        packs = [one for one in main.packs if (one.kind, one.protocol and one.protocol.id) not in packed]
        borrowed = frozenset(item_key(one.subject) for one in printed)
        return Offer((*self.printed, *printed), (*self.packs, *packs), borrowed, self.sizes)
