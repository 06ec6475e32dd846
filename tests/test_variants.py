"""The kit on other papers, in other editions and flips: what `mallette print` is asked for."""

import io

import measure
import pikepdf
import pypdfium2
import pytest

from mallette import imposition
from mallette.loading import load

SAMPLE = ("atelier-entraide", "pro-action-cafe", "pro-action-cafe-belgique")
CHOICES = {
    "letter": {"paper": "letter"},
    "eco": {"edition": "eco"},
    "short": {"flip": "short-edge", "only": ["cartes-*"]},
    "fold": {"flip": "fold", "only": ["cartes-*"]},
    "one-sided": {"flip": "none", "only": ["cartes-*"]},
    "shop": {"shop": True},
    "letter-eco-fold": {"paper": "letter", "edition": "eco", "flip": "fold", "only": ["cartes-*"]},
}


@pytest.fixture(scope="session", params=CHOICES)
def variant(request, paper_root, typeset_root):
    found = typeset_root(paper_root, SAMPLE, **CHOICES[request.param])
    assert len(found) >= 6
    return request.param, found


def test_the_name_of_the_file_says_what_was_chosen(variant):
    name, found = variant
    words = {"letter": "-letter", "eco": "-eco", "short": "-bord-court", "fold": "-a-plier", "one-sided": "-recto",
             "shop": "-imprimeur", "letter-eco-fold": "-letter-eco-a-plier"}  # fmt: skip
    decks = [d for d in found if d.printed.printable.flip]
    assert decks
    assert all(words[name] in d.printed.path for d in decks)
    assert len({d.printed.path for d in found}) == len(found)


def colours(page):
    picture = page.opened.render(scale=0.6).to_pil().convert("RGB")
    return [(count, colour) for count, colour in picture.getcolors(1 << 24) if colour != (255, 255, 255)]


def test_eco_is_one_ink_and_no_ground_of_colour(paper_root, typeset_root):
    plain, eco = (
        {d.printed.path.replace("-eco", ""): d for d in typeset_root(paper_root, SAMPLE[:1], edition=edition)}
        for edition in ("couleur", "eco")
    )
    assert plain.keys() == eco.keys()
    warm = 0
    for path, document in eco.items():
        for page, coloured in zip(document.pages, plain[path].pages, strict=False):
            # the ink is a dark blue: red is never above blue, whatever the shade
            assert [c for _, c in colours(page) if c[0] > c[2] + 3 or c[1] > c[2] + 3] == [], path
            warm += any(c[0] > c[2] + 30 for _, c in colours(coloured))
    assert warm > 10, "the colour edition has colours to lose"
    dark = {
        edition: sum(n for d in found.values() for p in d.pages for n, c in colours(p) if sum(c) < 700)
        for edition, found in (("plain", plain), ("eco", eco))
    }
    assert dark["eco"] < 0.9 * dark["plain"]


def mirrored_about_the_fold(document):
    """Each card of the left half has its back at the same height in the right half, as far from the fold."""
    seen = 0
    for page in document.pages:
        middle = page.width / 2
        frames = [s for s in page.shapes if 80 < s.width < 100 and 110 < s.height < 140]
        pattern = [s for s in page.shapes if 6.5 < s.width < 9 and 6.5 < s.height < 9 and s.left > middle]
        assert frames
        for frame in frames:
            assert frame.right < middle
            back = [s for s in pattern if frame.top < s.top and s.bottom < frame.bottom]
            assert len(back) >= 20
            centre = (min(s.left for s in back) + max(s.right for s in back)) / 2
            assert centre - middle == pytest.approx(middle - frame.centre[0], abs=0.1)
            seen += 1
    return seen


def test_folded_cards_meet_their_backs(variant, paper_root, typeset_root, monkeypatch):
    name, found = variant
    if "fold" not in name:
        return
    for document in found:
        assert mirrored_about_the_fold(document) >= 2
        assert "pliezsurlepointillé" in document.pages[0].text
    monkeypatch.setattr(imposition, "mirrored", lambda slot, sheet: slot)
    with pytest.raises(AssertionError):
        mirrored_about_the_fold(typeset_root(paper_root, SAMPLE, **CHOICES[name])[0])


def test_cards_without_backs_are_half_the_pages(paper_root, typeset_root):
    both, fronts = (
        {d.printed.subject.id: len(d.pages) for d in typeset_root(paper_root, SAMPLE, only=["cartes-roles"], flip=flip)}
        for flip in ("long-edge", "none")
    )
    assert both == {name: 2 * pages for name, pages in fronts.items()}


def test_print_shop_files_state_trim_and_bleed(paper_root, typeset_root):
    found = typeset_root(paper_root, SAMPLE, shop=True)
    for document in found:
        printable = document.printed.printable
        size = {
            "a0": (841, 1189),
            "a1": (594, 841),
            "a2": (420, 594),
            "a3": (297, 420),
            "a4": (210, 297),
            "a5": (148, 210),
        }
        trim = (105, 148) if printable.sheet else size[printable.paper]
        with pikepdf.open(io.BytesIO(document.data)) as pdf:
            for page in pdf.pages:
                for box, more in ((page.trimbox, 0), (page.bleedbox, 6), (page.mediabox, 20)):
                    left, bottom, right, top = (float(edge) * measure.MM for edge in box)
                    assert (right - left, top - bottom) == pytest.approx([length + more for length in trim], abs=0.1)
                    assert left == pytest.approx((20 - more) / 2, abs=0.1)
        for page in document.pages:
            assert len([s for s in page.shapes if s.width < 0.01 or s.height < 0.01]) >= 8, "no crop marks"
    decks = [d for d in found if d.printed.printable.sheet]
    roles = next(d for d in decks if d.printed.printable.template == "role-cards")
    assert len(roles.pages) == 2 * len(roles.printed.subject.roles), "one face a page, each card once"


def test_a_choice_that_fits_nothing_is_told(run, paper_root, tmp_path):
    done = run("print", "--root", paper_root, "--out", tmp_path / "out", "--only", "rien")
    assert done.returncode == 1
    assert "Aucun document ne s'appelle rien." in done.stderr
    assert not (tmp_path / "out").exists()


def test_print_writes_the_documents_asked_for(run, paper_root, tmp_path):
    out = tmp_path / "out"
    done = run(
        "print", "--root", paper_root, "--out", out, "--only", "cartes-roles", "--paper", "letter", "--edition", "eco"
    )
    assert done.returncode == 0, done.stderr
    expected = {f"{p}-cartes-roles-letter-eco-bord-long.pdf" for p in load(paper_root).mallette.protocols}
    assert {path.name for path in out.iterdir()} == expected
    for path in out.iterdir():
        assert len(pypdfium2.PdfDocument(path)) > 0
    assert f"{len(expected)} documents" in done.stdout
