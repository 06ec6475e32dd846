"""Pure geometry of a booklet: pages -> the sheets that are printed on both sides, folded in the middle and stapled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Side:
    """One side of a sheet, lying: the numbers of its pages, from 1; `turned` if it is printed upside down."""

    left: int | None
    right: int | None
    turned: bool = False


@dataclass(frozen=True)
class Spot:
    """Where a page goes: its bottom left corner on a sheet of this size, before the sheet is turned."""

    x: float
    y: float
    width: float
    height: float
    turned: bool = False

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page, on the sheet."""
        x, y = self.x + x, self.y + y
        return (self.width - x, self.height - y) if self.turned else (x, y)


def sides(pages: int, *, turned: bool = False) -> list[Side]:
    """The sides of all sheets, the cover's first, each front before its back; the places past the last page are empty.

    A printer that flips the paper on its long edge turns backs upside down: `turned` backs come out upright.
    """
    total = -(-pages // 4) * 4

    def there(number: int) -> int | None:
        return number if number <= pages else None

    found = []
    for first in range(1, total // 2, 2):
        last = total + 1 - first
        found += [Side(there(last), there(first)), Side(there(first + 1), there(last - 1), turned)]
    return found


def spot(page: tuple[float, float], sheet: tuple[float, float], *, right: bool, turned: bool) -> Spot:
    """The place of a page of this size on a sheet: against the fold, in the middle of the height."""
    (width, height), (sheet_width, sheet_height) = page, sheet
    return Spot(
        sheet_width / 2 - (0 if right else width), (sheet_height - height) / 2, sheet_width, sheet_height, turned
    )
