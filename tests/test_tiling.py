import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallette.imposition import Size
from mallette.tiling import MARGIN_MM, OVERLAP_MM, tile

A4, LETTER = Size(width=210, height=297), Size(width=215.9, height=279.4)
LENGTH = st.floats(100, 1500)


@given(width=LENGTH, height=LENGTH, paper=st.sampled_from([A4, LETTER]))
def test_the_sheets_cover_the_poster_and_overlap(width, height, paper):
    tiling = tile(Size(width=width, height=height), paper)
    assert sorted((tiling.width, tiling.height)) == sorted((paper.width, paper.height))
    assert tiling.window_width == tiling.width - 2 * MARGIN_MM
    assert tiling.window_height == tiling.height - 2 * MARGIN_MM
    assert len(tiling.tiles) == tiling.rows * tiling.columns
    assert len({t.name for t in tiling.tiles}) == len(tiling.tiles)
    first, last = tiling.tiles[0], tiling.tiles[-1]
    hair = 1e-6
    assert first.x <= hair
    assert first.y <= hair
    assert last.x + tiling.window_width >= width - hair
    assert last.y + tiling.window_height >= height - hair
    for one in tiling.tiles:
        for other in tiling.tiles:
            if (other.row, other.column) == (one.row, one.column + 1):
                assert one.x + tiling.window_width - other.x == pytest.approx(OVERLAP_MM)
            if (other.row, other.column) == (one.row + 1, one.column):
                assert one.y + tiling.window_height - other.y == pytest.approx(OVERLAP_MM)


def test_an_a2_poster_takes_eight_sheets_and_an_a1_fifteen_or_fewer():
    assert len(tile(Size(width=420, height=594), A4).tiles) == 8
    assert len(tile(Size(width=594, height=841), A4).tiles) <= 16
