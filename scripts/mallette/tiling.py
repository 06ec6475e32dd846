"""Pure geometry of a poster printed on several desk sheets that overlap (mm)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from string import ascii_uppercase

from .imposition import Size

MARGIN_MM, OVERLAP_MM = 10.0, 10.0
"""What a desk printer cannot reach, and how far a sheet lies over the next one."""


@dataclass(frozen=True)
class Tile:
    """One sheet: its name (row letter, column number) and the point of the poster at its window's top left corner."""

    name: str
    row: int
    column: int
    x: float
    y: float


@dataclass(frozen=True)
class Tiling:
    """How a poster is cut: the paper as it lies, the window printed on it, and the sheets, row by row."""

    width: float
    height: float
    window_width: float
    window_height: float
    rows: int
    columns: int
    tiles: tuple[Tile, ...]
    margin: float = MARGIN_MM
    overlap: float = OVERLAP_MM


def tile(poster: Size, paper: Size) -> Tiling:
    """The fewest sheets of `paper`, upright or lying, that show the whole poster, centred on them."""
    upright, lying = (_tile(poster, *size) for size in ((paper.width, paper.height), (paper.height, paper.width)))
    return upright if len(upright.tiles) <= len(lying.tiles) else lying


def _tile(poster: Size, width: float, height: float) -> Tiling:
    window_width, window_height = width - 2 * MARGIN_MM, height - 2 * MARGIN_MM
    across, down = window_width - OVERLAP_MM, window_height - OVERLAP_MM
    columns, rows = ceil((poster.width - OVERLAP_MM) / across), ceil((poster.height - OVERLAP_MM) / down)
    left = (poster.width - (columns * across + OVERLAP_MM)) / 2
    top = (poster.height - (rows * down + OVERLAP_MM)) / 2
    tiles = tuple(
        Tile(f"{ascii_uppercase[row]}{column + 1}", row, column, left + column * across, top + row * down)
        for row in range(rows)
        for column in range(columns)
    )
    return Tiling(width, height, window_width, window_height, rows, columns, tiles)
