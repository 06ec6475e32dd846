"""Pure geometry of imposed sheets: cards and a paper -> fronts, mirrored backs and crop marks (mm)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import ConfigDict, Field

from .model.kit import Flip, Offset, Order
from .model.text import Identifier, Millimetres, Model, doc

Length = Annotated[Millimetres, Field(gt=0)]


class Size(Model):
    """A width and a height in millimetres."""

    width: Length = doc("largeur en millimètres", "width in millimetres")
    height: Length = doc("hauteur en millimètres", "height in millimetres")


class Sizes(Model):
    """Papers by name."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Size]


class Sheet(Model):
    """A paper and the cards on it, in the printer's words; all lengths in millimetres.

    `gap` is the gutter between cards, `top` the margin above the first row (the grid is centred
    across), `mark` the length of a crop mark, `flip` how backs get behind their fronts: the edge round which
    the printer turns the paper, `fold` where the paper itself is folded down the middle, `none` for no backs.
    `order` says how cards follow each other: `sheets` fills one sheet after the other, `stack` puts the deck in
    order once the pile of sheets is cut and its piles are laid on each other. `large` is the sheet that stands
    for this one in the large-print edition.
    """

    paper: Size
    card: Size
    gap: float = Field(ge=0)
    top: float = Field(ge=0)
    mark: float = Field(ge=0)
    flip: Flip = "long-edge"
    order: Order = "sheets"
    back_offset: Offset = Offset()
    large: Identifier | None = None

    @property
    def grid(self) -> Grid:
        """The cards on one sheet, upright or turned by a quarter, whichever holds more.

        Raises DoesNotFit if no card fits.
        """
        best = max((self._grid(turned) for turned in (False, True)), key=lambda grid: grid.places)
        if not best.places:
            raise DoesNotFit(self)
        return best

    @property
    def places(self) -> int:
        """How many cards a sheet takes."""
        return self.grid.places

    def _grid(self, turned: bool) -> Grid:
        width, height = (self.card.height, self.card.width) if turned else (self.card.width, self.card.height)
        hair = 1e-6
        columns = int((self.paper.width + self.gap + hair) // (width + self.gap))
        rows = int((self.paper.height - self.top + self.gap + hair) // (height + self.gap))
        if self.flip == "fold":
            columns -= columns % 2
        return Grid(columns, max(rows, 0), width, height, turned, columns // 2 if self.flip == "fold" else columns)

    @property
    def sideways(self) -> bool:
        """Whether the paper turns or folds round an upright axis, so that left and right change places."""
        return self.flip == "fold" or (self.flip == "long-edge") == (self.paper.height >= self.paper.width)


class DoesNotFit(ValueError):
    """A card that its paper cannot hold in this way."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__("cards do not fit the paper")
        self.sheet = sheet


@dataclass(frozen=True)
class Grid:
    """Columns and rows of a sheet, the room that a card takes (mm), and how many columns hold fronts."""

    columns: int
    rows: int
    width: float
    height: float
    turned: bool
    fronts: int

    @property
    def places(self) -> int:
        """How many fronts a sheet takes."""
        return self.fronts * self.rows


@dataclass(frozen=True)
class Slot:
    """A card's place: its number in the deck, the box that it takes (mm), its rotation clockwise in degrees."""

    card: int
    x: float
    y: float
    width: float
    height: float
    rotation: int = 0


@dataclass(frozen=True)
class Mark:
    """A crop mark, from one point to another (mm)."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Imposed:
    """One sheet of paper: both sides, and the marks of each."""

    front: tuple[Slot, ...]
    back: tuple[Slot, ...]
    front_marks: tuple[Mark, ...]
    back_marks: tuple[Mark, ...]


def impose(cards: int, sheet: Sheet) -> list[Imposed]:
    """Lay `cards` cards on as many sheets as needed; each back lies behind its front.

    With the flip `fold`, fronts fill the left half of the paper and their backs the right half of the same
    side; with `none` there are no backs. Raises DoesNotFit if the cards do not fit the paper so.
    """
    grid = sheet.grid
    count = -(-cards // grid.places)
    left = (sheet.paper.width - grid.columns * grid.width - (grid.columns - 1) * sheet.gap) / 2
    sheets = []
    for number in range(count):
        front = tuple(
            Slot(
                card,
                left + place % grid.fronts * (grid.width + sheet.gap),
                sheet.top + place // grid.fronts * (grid.height + sheet.gap),
                grid.width,
                grid.height,
                90 if grid.turned else 0,
            )
            for place in range(grid.places)
            if (card := place * count + number if sheet.order == "stack" else number * grid.places + place) < cards
        )
        back = () if sheet.flip == "none" else tuple(behind(slot, sheet) for slot in front)
        sheets.append(Imposed(front, back, marks(front, sheet), marks(back, sheet)))
    return sheets


def mirrored(slot: Slot, sheet: Sheet) -> Slot:
    """Where a card's back is printed so that it lies behind its front once the paper is turned or folded."""
    if sheet.sideways:
        return replace(slot, x=sheet.paper.width - slot.x - slot.width, rotation=-slot.rotation % 360)
    return replace(slot, y=sheet.paper.height - slot.y - slot.height, rotation=(180 - slot.rotation) % 360)


def behind(slot: Slot, sheet: Sheet) -> Slot:
    """The same, moved against the drift of the printer; a folded sheet is printed on one side, which cannot drift."""
    offset = Offset() if sheet.flip == "fold" else sheet.back_offset
    back = mirrored(slot, sheet)
    return replace(back, x=back.x + offset.x, y=back.y + offset.y)


def marks(slots: Sequence[Slot], sheet: Sheet) -> tuple[Mark, ...]:
    """Two marks at each corner of each card, starting 1 mm outside it and never on another card."""
    found: dict[Mark, None] = {}
    start = 1.0
    length = min(sheet.mark, max(sheet.gap / 2 - start, 0.0) or sheet.mark)
    for slot in slots:
        right, bottom = slot.x + slot.width, slot.y + slot.height
        for x in (slot.x, right):
            found[Mark(x, slot.y - start - length, x, slot.y - start)] = None
            found[Mark(x, bottom + start, x, bottom + start + length)] = None
        for y in (slot.y, bottom):
            found[Mark(slot.x - start - length, y, slot.x - start, y)] = None
            found[Mark(right + start, y, right + start + length, y)] = None
    return tuple(mark for mark in found if not any(_over(mark, slot) for slot in slots))


def _over(mark: Mark, slot: Slot) -> bool:
    """Whether a mark would be printed on a card or along its edge: between close cards there is no room for one."""
    hair = 0.01
    across = slot.x - hair < mark.x2 and mark.x1 < slot.x + slot.width + hair
    return across and slot.y - hair < mark.y2 and mark.y1 < slot.y + slot.height + hair
