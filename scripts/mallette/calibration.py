"""Pure geometry of the calibration page: crosses on the front, and behind each the scale on which it is read (mm)."""

from __future__ import annotations

from .imposition import Imposed, Sheet, Size, Slot, behind
from .model.kit import Flip, Offset

TARGET = Size(width=36, height=36)
ACROSS, DOWN = 6.0, 25.0
"""From the edges of the paper to the outer targets: printers leave 5 mm white, the foot of the page needs more."""


def targets(paper: Size, flip: Flip, back_offset: Offset) -> Imposed:
    """A target in the middle of the paper, one in each corner, and what lies behind them; the middle comes first.

    A paper printed on one side has none.
    """
    if flip not in ("long-edge", "short-edge"):
        return Imposed((), (), (), ())
    sheet = Sheet(paper=paper, card=TARGET, gap=0, top=0, mark=0, flip=flip, back_offset=back_offset)
    right, bottom = paper.width - TARGET.width, paper.height - TARGET.height
    corners = [(x, y) for y in (DOWN, bottom - DOWN) for x in (ACROSS, right - ACROSS)]
    front = tuple(
        Slot(number, x, y, TARGET.width, TARGET.height)
        for number, (x, y) in enumerate([(right / 2, bottom / 2), *corners])
    )
    return Imposed(front, tuple(behind(slot, sheet) for slot in front), (), ())
