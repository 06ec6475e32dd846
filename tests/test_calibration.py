"""The calibration page, measured: what is read on it is what is to be typed, and then all falls right."""

import re
import shutil
from pathlib import Path

import measure
import page as validator
import pypdfium2.raw as raw
import pytest
from conftest import TINY
from measure import squeezed

from mallette.build import print_all
from mallette.loading import load
from mallette.model.kit import Offset
from mallette.selection import select
from mallette.templating import words_for

ENTRY = """  - id: calibrage
    title: Page de calibrage
    template: calibration
    guide: imprimer
    pages: 2
    about: kit
    flip: long-edge
    use: Pour vérifier.
"""
FLIPS = ("long-edge", "short-edge")
PAPERS = (None, "letter")


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Typeset the page of a small root: its bytes and its pages."""
    root = shutil.copytree(TINY, tmp_path_factory.mktemp("calibration") / "tiny")
    kit = root / "kit/kit.yml"
    kit.write_text(kit.read_text(encoding="utf-8") + ENTRY, encoding="utf-8")
    loaded = load(root)

    def printed(back_offset=None, **choices):
        chosen = select(loaded.mallette.kit.printables, ("calibrage",), **choices)
        files, _ = print_all(
            loaded, root, words_for(root, "fr"), lambda *_: None, chosen, back_offset=back_offset or Offset()
        )
        data = next(file.content for file in files if file.path.endswith(".pdf"))
        return data, measure.pages(data)

    return printed


def crosses(page):
    """Where the lines of each cross of the front meet."""
    across, down = page.shapes_of(28, 0, 0.05), page.shapes_of(0, 28, 0.05)
    assert len(across) == len(down) == 5
    found = [(d.centre[0], a.centre[1]) for a in across for d in down if a.holds(measure.Box(*d.centre, *d.centre), -1)]
    assert len(found) == 5
    return sorted(found)


def scales(page):
    """The middle of each scale of the back."""
    found = page.shapes_of(20, 20, 0.05)
    assert len(found) == 5
    return sorted(frame.centre for frame in found)


def behind(point, page, flip):
    """Where a point of the front lies, seen from the back."""
    x, y = point
    return (page.width - x, y) if flip == "long-edge" else (x, page.height - y)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("flip", FLIPS)
def test_each_scale_lies_behind_its_cross(printed, flip, paper):
    _, (front, back) = printed(flip=flip, paper=paper)
    wanted = sorted(behind(point, front, flip) for point in crosses(front))
    for one, other in zip(wanted, scales(back), strict=True):
        assert one == pytest.approx(other, abs=0.1)


def straight(page):
    """The shapes of 12 mm without any curve: squares among rounds."""
    found = []
    for shape, box in zip(
        page.opened.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=8), page.shapes, strict=True
    ):
        pieces = [raw.FPDFPath_GetPathSegment(shape, n) for n in range(raw.FPDFPath_CountSegments(shape))]
        curved = any(raw.FPDFPathSegment_GetType(piece) == raw.FPDF_SEGMENT_BEZIERTO for piece in pieces)
        if not curved and abs(box.width - 12) < 0.05 and abs(box.height - 12) < 0.05:
            found.append(box)
    return found


@pytest.mark.parametrize("flip", FLIPS)
def test_the_square_tells_which_edge_the_paper_was_turned_round(printed, flip):
    _, (front, back) = printed(flip=flip)
    (square,), (other,) = straight(front), straight(back)
    assert max(square.centre) < front.width / 2
    assert behind(square.centre, front, flip) == pytest.approx(other.centre, abs=0.1)
    assert len(front.shapes_of(12, 12, 0.05)) == len(back.shapes_of(12, 12, 0.05)) == 5


def labels_near(page, centre):
    """The numbers of the scale round a point: those above it by x, those left of it by y."""
    x, y = centre
    above = measure.Box(x - 12, y - 16, x + 12, y - 10.5)
    beside = measure.Box(x - 18, y - 9, x - 10.5, y + 9)
    return number_places(page, above, 0), number_places(page, beside, 1)


def number_places(page, box, axis):
    """Each number in a box and where its middle is along an axis."""
    chars = [char for char in page.chars if box.holds(measure.Box(*char.box.centre, *char.box.centre))]
    found = {}
    for match in re.finditer(r"[+-]?\d", "".join(char.text for char in chars)):
        boxes = [char.box for char in chars[match.start() : match.end()]]
        low = min((box.left, box.top)[axis] for box in boxes)
        high = max((box.right, box.bottom)[axis] for box in boxes)
        found[int(match.group())] = (low + high) / 2
    return found


@pytest.mark.parametrize("flip", FLIPS)
@pytest.mark.parametrize("drift", [(1.5, -2.0), (-0.5, 3.0)])
def test_what_is_read_is_what_is_typed(printed, flip, drift):
    """A printer moves the back by `drift`; the reader types what the cross points at; the cross then falls on zero."""
    _, (front, back) = printed(flip=flip)
    cross = behind(crosses(front)[2], front, flip)
    centre = scales(back)[2]
    read = []
    for axis, numbers in enumerate(labels_near(back, centre)):
        assert set(numbers) == {-5, 0, 5}
        assert numbers[5] > numbers[0] > numbers[-5]
        unit = (numbers[5] - numbers[-5]) / 10
        assert unit == pytest.approx(1, abs=0.1)
        read.append((cross[axis] - (centre[axis] + drift[axis])) / unit)
    assert read == pytest.approx([-drift[0], -drift[1]], abs=0.4)
    typed = Offset(x=-drift[0], y=-drift[1])
    _, (_, moved) = printed(flip=flip, back_offset=typed)
    seen = [place + by for place, by in zip(scales(moved)[2], drift, strict=True)]
    assert seen == pytest.approx(cross, abs=0.1)


def test_ticks_are_a_millimetre_apart(printed):
    _, (_, back) = printed()
    x, y = scales(back)[2]
    ticks = [s for s in back.shapes if s.width < 0.01 and 1.5 < s.height < 3.1 and abs(s.top - (y - 10)) < 0.05]
    places = sorted(round(tick.left - x, 2) for tick in ticks if abs(tick.left - x) < 10.5)
    assert places == pytest.approx(list(range(-10, 11)), abs=0.05)


def test_rulers_are_100_mm_both_ways(printed):
    _, (front, _) = printed()
    for length in ((100, 0), (0, 100)):
        (line,) = front.shapes_of(*length, 0.02)
        turned = length[0] == 0
        size = (5, 0) if turned else (0, 5)
        marks = [s.top if turned else s.left for s in front.shapes_of(*size, 0.02)]
        start = line.top if turned else line.left
        assert sorted(mark - start for mark in marks) == pytest.approx([0, 50, 100], abs=0.02)
    assert front.text.count("50mm") >= 2
    assert front.text.count("100mm") >= 2


@pytest.mark.parametrize("flip", FLIPS)
def test_four_steps_on_two_pages(printed, flip):
    data, (front, back) = printed(flip=flip)
    words = words_for(Path(), "fr")
    for page, names in ((front, ("print", "light")), (back, ("read", "give"))):
        places = [page.text.find(squeezed(words(f"print.calibration_{name}").replace("'", "’"))) for name in names]
        assert places == sorted(places)
        assert -1 not in places
    assert "bordlong" in front.text or flip == "short-edge"
    assert "--back-offset=1,-2" in back.text
    assert "back_offset_mm:{x:1,y:-2}" in back.text
    report = validator.validate_pdf_bytes(data, profile="ua1")
    assert [(f.rule_id, f.message) for f in report.failures] == []


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("flip", FLIPS)
def test_nothing_is_cut_or_printed_over(printed, flip, paper):
    _, pages = printed(flip=flip, paper=paper)
    for page in pages:
        assert page.collisions() == []
        assert [c for c in page.chars if not page.box.holds(c.box, 4.9)] == []
        assert [s for s in page.shapes if not page.box.holds(s, 4.9)] == []


@pytest.mark.parametrize("flip", ["fold", "none"])
def test_a_paper_printed_on_one_side_only_has_rulers(printed, flip):
    _, pages = printed(flip=flip)
    (page,) = pages
    assert page.shapes_of(28, 0, 0.05) == []
    assert page.shapes_of(100, 0, 0.05)
    assert "Uneseuleface" in page.text
