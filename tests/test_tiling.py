import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops, ImageStat

from mallette.imposition import Size
from mallette.tiled import Window, show_through
from mallette.tiling import MARGIN_MM, OVERLAP_MM, tile

A4, LETTER = Size(width=210, height=297), Size(width=215.9, height=279.4)
A2 = Size(width=420, height=594)
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


@pytest.fixture(scope="module")
def tiled(documents):
    """The sheets of an A2 poster, and the poster."""
    of = {d.printed.printable.id: d for d in documents.values() if d.printed.subject.id == "atelier-entraide"}
    return of["affiche-a2-en-a4"], of["affiche-a2"]


def test_each_sheet_shows_its_part_of_the_poster(tiled):
    """Rendered, each window is the same as that part of the poster."""
    sheets, poster = tiled
    tiling = tile(A2, A4)
    whole = picture(poster.pages[0])
    assert len(sheets.pages) == 1 + len(tiling.tiles)
    for one, page in zip(tiling.tiles, sheets.pages[1:], strict=True):
        shown = picture(page)
        # without the glued strips, which are hatched
        right, bottom = tiling.window_width - OVERLAP_MM - 1, tiling.window_height - OVERLAP_MM - 1
        left, top = max(0, -one.x) + 1, max(0, -one.y) + 1
        right, bottom = min(right, A2.width - one.x - 1), min(bottom, A2.height - one.y - 1)
        part = crop(shown, MARGIN_MM + left, MARGIN_MM + top, right - left, bottom - top)
        wanted = crop(whole, one.x + left, one.y + top, right - left, bottom - top)
        difference = ImageChops.difference(part, wanted.resize(part.size))
        assert ImageStat.Stat(difference).mean[0] < 6, one.name
    assert ImageStat.Stat(picture(sheets.pages[1])).mean[0] < 254


def test_the_poster_is_in_the_file_once(tiled):
    sheets, poster = tiled
    assert len(sheets.data) < 8 * len(poster.data)
    with pikepdf.open(io.BytesIO(sheets.data)) as pdf:
        drawn = [figure for page in pdf.pages for figure in page.resources.get("/XObject", {}).values()]
        assert len({figure.objgen for figure in drawn if figure.Subtype == "/Form"}) == 1


def test_the_sheets_are_the_same_each_time(tiled):
    sheets, poster = tiled
    windows = [Window(page, 20, 20, 100, 100, 1, 10, 10) for page in (1, 1, 2)]
    assert show_through(sheets.data, poster.data, windows) == show_through(sheets.data, poster.data, windows)


def picture(page):
    return page.opened.render(scale=2).to_pil().convert("L")


def crop(image, left, top, width, height):
    scale = 2 * 72 / 25.4
    return image.crop(tuple(round(edge * scale) for edge in (left, top, left + width, top + height)))
