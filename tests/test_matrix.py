"""Every printable on every paper, in every edition and with every flip, and for a print shop: measured in the PDFs."""

import io
import re
from itertools import product

import measure
import page as validator
import pikepdf
import pytest
from measure import Box, squeezed
from printed import DECKS, MALLETTE, SAMPLE

from mallette.papers import Papers

EDITIONS = ("couleur", "eco", "gros-caracteres")
CELLS = [*product(("a4", "letter"), EDITIONS), *product(("imprimeur",), EDITIONS)]
OURS = re.compile(r"(?:[A-Z]{6}\+)?(AtkinsonHyperlegibleNext|BricolageGrotesque)-[A-Za-z_]+")
SLUG = 10


@pytest.fixture(scope="module", params=CELLS, ids="-".join)
def cell(request, paper_root, typeset_root):
    """A paper (or the print shop), an edition, and the documents: decks and booklets with every flip."""
    paper, edition = request.param
    if paper == "imprimeur":
        return paper, edition, typeset_root(paper_root, SAMPLE, edition=edition, shop=True)
    found = {}
    turned = ["cartes-*", "livret*"]
    others = [p.id for p in MALLETTE.kit.printables if not p.id.startswith(("cartes-", "livret"))]
    for flip, only in ((None, others), *product(("long-edge", "short-edge", "fold", "none"), [turned])):
        for document in typeset_root(paper_root, SAMPLE, paper=paper, edition=edition, flip=flip, only=only):
            found[document.printed.path] = document
    return paper, edition, list(found.values())


@pytest.fixture
def papers(paper_root):
    return Papers(paper_root)


def test_every_printable_is_there(cell):
    paper, edition, found = cell
    wanted = {p.id for p in MALLETTE.kit.printables}
    there = {d.printed.printable.id for d in found}
    assert there == wanted if paper != "imprimeur" else there > {"affiche-a0", "cartes-roles", "livret"}
    assert {d.printed.printable.edition for d in found} == {edition}
    flips = {d.printed.printable.flip for d in found if d.printed.printable.template == "role-cards"}
    assert flips == ({"long-edge"} if paper == "imprimeur" else {"long-edge", "short-edge", "fold", "none"})
    assert len({d.printed.path for d in found}) == len(found) > 30 or paper == "imprimeur"


def test_the_paper_and_its_boxes(cell, papers):
    paper, _, found = cell
    desk = {"a4": {"a4", "a3"}, "letter": {"letter", "tabloid"}}
    for document in found:
        printable = document.printed.printable
        name = printable.printed_on if printable.booklet and not printable.shop else printable.paper
        size = papers.sizes[name]
        if paper in desk and printable.paper not in ("a0", "a1", "a2"):
            assert name in desk[paper], document.printed.path
        with pikepdf.open(io.BytesIO(document.data)) as pdf:
            for page in pdf.pages:
                more = 2 * SLUG if printable.shop else 0
                assert lengths(page.mediabox) == pytest.approx(sorted((size.width + more, size.height + more)), abs=0.1)
                assert lengths(page.trimbox) == pytest.approx(sorted((size.width, size.height)), abs=0.1)
                if printable.shop:
                    bleed = sorted((size.width + 6, size.height + 6))
                    assert lengths(page.bleedbox) == pytest.approx(bleed, abs=0.1)
            assert pdf.Root.ViewerPreferences.PrintScaling == "/None"


def lengths(box):
    left, bottom, right, top = (float(edge) * measure.MM for edge in box)
    return sorted((right - left, top - bottom))


def test_fonts_are_embedded_and_ours(cell):
    for document in cell[2]:
        with pikepdf.open(io.BytesIO(document.data)) as pdf:
            described = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontName" in o]
            assert described, document.printed.path
            for font in described:
                assert OURS.fullmatch(str(font.FontName)[1:]), font.FontName
                assert any(key in font for key in ("/FontFile", "/FontFile2", "/FontFile3")), font.FontName


def test_pdf_ua_1_has_no_failure(cell):
    for document in cell[2]:
        report = validator.validate_pdf_bytes(document.data, profile="ua1")
        assert [(f.rule_id, f.message) for f in report.failures] == [], document.printed.path


def test_text_is_whole_large_enough_and_far_from_the_edge(cell):
    _, edition, found = cell
    # a letter such as j reaches a little to the left of where it is set
    smallest, near = (14, 4.4) if edition == "gros-caracteres" else (9, 4.6)
    for document in found:
        path = document.printed.path
        for number, page in enumerate(document.pages):
            edge = SLUG if document.printed.printable.shop else 0
            trim = Box(edge, edge, page.width - edge, page.height - edge)
            inside = [c for c in page.chars if trim.holds(Box(*c.box.centre, *c.box.centre))]
            assert inside, (path, number)
            assert "".join(c.text for c in inside if not trim.holds(c.box, near)) == "", (path, number)
            assert min(c.points for c in page.chars) >= smallest - 0.05, (path, number)
            assert page.collisions() == [], (path, number)


def test_each_back_lies_behind_its_front(cell, papers):
    seen = 0
    for document in cell[2]:
        printable = document.printed.printable
        if printable.template in DECKS and printable.flip != "none":
            seen += backs(document, papers.sheet(printable))
    assert seen > 20


def backs(document, sheet):
    """How many cards have their back behind them; measured by the shapes of the back and its title."""
    faces = [(page, page) for page in document.pages]
    if sheet.flip != "fold":
        faces = list(zip(document.pages[::2], document.pages[1::2], strict=True))
    seen = 0
    for front, back in faces:
        cards = front.shapes_of(sheet.grid.width, sheet.grid.height, 0.1)
        if document.printed.printable.shop:
            cards = [Box(SLUG, SLUG, front.width - SLUG, front.height - SLUG)]
        assert cards, document.printed.path
        rest = [s for s in back.shapes if 5 < s.width < 14 and 5 < s.height < 14]
        for card in cards:
            behind = mirrored(card, front, sheet.flip)
            inner = Box(behind.left + 3, behind.top + 3, behind.right - 3, behind.bottom - 3)
            pattern = [s for s in back.shapes if inner.holds(s)]
            assert len(pattern) >= 20, document.printed.path
            xs = [x for s in pattern for x in (s.left, s.right)]
            ys = [y for s in pattern for y in (s.top, s.bottom)]
            assert (min(xs) + max(xs)) / 2 == pytest.approx(behind.centre[0], abs=0.1), document.printed.path
            assert (min(ys) + max(ys)) / 2 == pytest.approx(behind.centre[1], abs=0.1), document.printed.path
            assert title_of(back, inner) in letters(front.inside(card)), document.printed.path
            rest = [s for s in rest if not behind.holds(s)]
            seen += 1
        if sheet.flip != "fold":
            assert rest == [], "a back without a front"
    return seen


def mirrored(card, page, flip):
    """Where a card lies when its paper is turned: round its long edge, its short edge, or folded in the middle."""
    upright = page.height >= page.width
    if flip == "fold" or (flip == "long-edge") is upright:
        return Box(page.width - card.right, card.top, page.width - card.left, card.bottom)
    return Box(card.left, page.height - card.bottom, card.right, page.height - card.top)


def title_of(page, box):
    """The largest words of a back, without the number of a step."""
    inside = [c for c in page.chars if box.holds(Box(*c.box.centre, *c.box.centre))]
    largest = max(c.points for c in inside)
    return re.sub(r"^\d+\.", "", letters("".join(c.text for c in inside if c.points > largest - 0.1)))


def letters(words):
    """Words without their hyphens: a word may be divided on one side and not on the other."""
    return squeezed(words).replace("-", "")
