"""Pure geometry of imposed sheets: cards and a paper -> fronts, mirrored backs and crop marks (mm)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from .model.kit import Flip
from .model.text import Identifier, Model


class Size(Model):
    """A width and a height in millimetres."""

    width: float = Field(gt=0)
    height: float = Field(gt=0)


class Sheet(Model):
    """A paper and the cards on it, in the printer's words; all lengths in millimetres.

    `gap` is the gutter between cards, `top` the margin above the first row (the grid is centred
    across), `mark` the length of a crop mark, `flip` how backs get behind their fronts: the edge round which
    the printer turns the paper, `fold` where the paper itself is folded down the middle, `none` for no backs.
    """

    paper: Size
    card: Size
    gap: float = Field(ge=0)
    top: float = Field(ge=0)
    mark: float = Field(ge=0)
    flip: Flip = "long-edge"
    large: Identifier | None = None
    """The sheet that stands for this one in the large-print edition."""

    @property
    def columns(self) -> int:
        """How many cards fit side by side."""
        return int((self.paper.width + self.gap) // (self.card.width + self.gap))

    @property
    def rows(self) -> int:
        """How many cards fit one above the other, below the top margin."""
        return int((self.paper.height - self.top + self.gap) // (self.card.height + self.gap))


@dataclass(frozen=True)
class Slot:
    """A card's place: its number in the deck, top left corner in mm, rotation in degrees."""

    card: int
    x: float
    y: float
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
    side; with `none` there are no backs. Raises ValueError if the cards do not fit the paper so.
    """
    columns, rows = sheet.columns, sheet.rows
    used = columns // 2 if sheet.flip == "fold" else columns
    if used < 1 or rows < 1 or (sheet.flip == "fold" and columns % 2):
        raise ValueError("cards do not fit the paper")
    left = (sheet.paper.width - columns * sheet.card.width - (columns - 1) * sheet.gap) / 2
    sheets = []
    for first in range(0, cards, used * rows):
        front = tuple(
            Slot(
                first + place,
                left + place % used * (sheet.card.width + sheet.gap),
                sheet.top + place // used * (sheet.card.height + sheet.gap),
            )
            for place in range(min(used * rows, cards - first))
        )
        back = () if sheet.flip == "none" else tuple(mirrored(slot, sheet) for slot in front)
        sheets.append(Imposed(front, back, marks(front, sheet), marks(back, sheet)))
    return sheets


def mirrored(slot: Slot, sheet: Sheet) -> Slot:
    """Where a card's back is printed so that it lies behind its front once the paper is turned or folded."""
    if sheet.flip in ("long-edge", "fold"):
        return Slot(slot.card, sheet.paper.width - slot.x - sheet.card.width, slot.y)
    return Slot(slot.card, slot.x, sheet.paper.height - slot.y - sheet.card.height, 180)


def marks(slots: Sequence[Slot], sheet: Sheet) -> tuple[Mark, ...]:
    """Two marks at each corner of each card, starting 1 mm outside it and never on another card."""
    found: dict[Mark, None] = {}
    start = 1.0
    length = min(sheet.mark, max(sheet.gap / 2 - start, 0.0) or sheet.mark)
    for slot in slots:
        right, bottom = slot.x + sheet.card.width, slot.y + sheet.card.height
        for x in (slot.x, right):
            found[Mark(x, slot.y - start - length, x, slot.y - start)] = None
            found[Mark(x, bottom + start, x, bottom + start + length)] = None
        for y in (slot.y, bottom):
            found[Mark(slot.x - start - length, y, slot.x - start, y)] = None
            found[Mark(right + start, y, right + start + length, y)] = None
    return tuple(mark for mark in found if not any(_over(mark, slot, sheet) for slot in slots))


def _over(mark: Mark, slot: Slot, sheet: Sheet) -> bool:
    """Whether a mark would be printed on a card or along its edge: between close cards there is no room for one."""
    hair = 0.01
    across = slot.x - hair < mark.x2 and mark.x1 < slot.x + sheet.card.width + hair
    return across and slot.y - hair < mark.y2 and mark.y1 < slot.y + sheet.card.height + hair
