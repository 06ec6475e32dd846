"""The logo of a network: one line in kit.yml puts it on the site and on paper; only shapes get there."""

import io
import time
import zipfile
from contextlib import suppress
from xml.etree import ElementTree

import measure
import page
import pypdfium2
import pytest
from editing import edit
from PIL import Image, ImageChops

from mallette.drawing import drawn
from mallette.errors import InvalidSource
from mallette.labels import labels
from mallette.loading import load
from mallette.pictures import Unfit

RED = (200, 16, 46)
SCALE = 4
"""Pixels in a point."""
EDGE = 5 / measure.MM * SCALE
SVG = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<!-- dessiné à la main -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="http://www.inkscape.org/namespaces/inkscape" viewBox="0 0 300 100"
 i:version="1"><title>Réseau</title><i:grid/><defs><style>.a{fill:#C8102E}</style></defs>
<rect class="a" width="300" height="100"/></svg>"""


def png():
    target = io.BytesIO()
    Image.new("RGB", (600, 200), RED).save(target, "PNG")
    return target.getvalue()


def with_logo(root, name, data):
    edit(root / "kit/kit.yml", ("tagline:", f"logo: {name}\ntagline:"))
    (root / "kit" / name).write_bytes(data)
    return root


@pytest.fixture(params=[("reseau.svg", SVG.encode()), ("reseau.png", png())], ids=["svg", "png"])
def logo_root(request, tiny_root):
    return with_logo(tiny_root, *request.param)


def red(picture):
    """The box of what is red, in pixels."""
    bands = zip(picture.convert("RGB").split(), RED, strict=True)
    near = [Image.eval(band, lambda v, wanted=wanted: 255 * (abs(v - wanted) < 20)) for band, wanted in bands]
    return ImageChops.darker(ImageChops.darker(near[0], near[1]), near[2]).getbbox()


def test_the_site_and_the_documents_show_the_logo(logo_root, run):
    assert run("build", "--root", logo_root, cwd=logo_root).returncode == 0
    site = logo_root / "site"
    (logo,) = site.glob("assets/kit-logo.*")
    for path in ("index.html", "recits/premier/index.html"):
        head = (site / path).read_text(encoding="utf-8").partition("</header>")[0]
        up = "../" * path.count("/")
        assert f'<img class="m-brand__logo" src="{up}assets/{logo.name}" alt="" width="96" height="32">' in head
        assert "m-brand__mark" not in head
    assert "Le logo n’est pas sous cette licence." in (site / "credits/index.html").read_text(encoding="utf-8")
    for name in ("tour/tour-affiche-a2", "tour/tour-fiche", "premier/premier-recit"):
        data = (site / f"telecharger/{name}.pdf").read_bytes()
        assert not page.validate_pdf_bytes(data, profile="ua1").failures
        document = pypdfium2.PdfDocument(data)
        picture = document[0].render(scale=SCALE).to_pil()
        left, top, right, bottom = red(picture)
        assert (right - left) / (bottom - top) == pytest.approx(3, abs=0.15)
        assert top > 0.9 * picture.height, "at the foot"
        assert left >= EDGE
        assert bottom <= picture.height - EDGE
        mm = measure.MM / SCALE
        shape = measure.Box(left * mm, top * mm, right * mm, bottom * mm)
        words = [char.box for char in measure.pages(data)[0].chars if char.text.strip()]
        assert not [box for box in words if measure.overlap(box, shape)], "words on the logo"
    with zipfile.ZipFile(next(site.glob("telecharger/*.zip"))) as pack:
        assert any(name.startswith("sources/kit/reseau.") for name in pack.namelist())
        assert "Le logo n’est pas sous cette licence." in pack.read("CREDITS.txt").decode().replace("\n", " ")


@pytest.mark.parametrize("edition", ["eco", "gros-caracteres"])
def test_every_edition_has_room_for_the_logo(tiny_root, run, tmp_path, edition):
    with_logo(tiny_root, "reseau.svg", SVG.encode())
    out = tmp_path / "out"
    assert run("print", "--edition", edition, "--out", out, "--root", tiny_root).returncode == 0
    assert list(out.glob("tour-fiche*.pdf"))
    for path in out.glob("tour-fiche*.pdf"):
        for sheet in pypdfium2.PdfDocument(path.read_bytes()):
            _, top, _, bottom = red(picture := sheet.render(scale=SCALE).to_pil())
            assert bottom - top > 15 * SCALE, "points"
            assert bottom <= picture.height - EDGE


def test_a_kit_without_a_logo_has_the_three_shapes(tiny_root, run):
    assert run("build", "--root", tiny_root, cwd=tiny_root).returncode == 0
    home = (tiny_root / "site/index.html").read_text(encoding="utf-8")
    assert "m-brand__mark" in home
    assert "m-brand__logo" not in home
    assert "logo" not in (tiny_root / "site/credits/index.html").read_text(encoding="utf-8").partition("<main")[2]


def test_a_drawing_is_cleaned_of_what_is_no_shape():
    made = drawn(SVG.encode())
    assert made.content == (
        b'<svg viewBox="0 0 300 100" xmlns="http://www.w3.org/2000/svg"><defs><style>.a{fill:#C8102E}</style></defs>'
        b'<rect class="a" width="300" height="100" /></svg>'
    )
    assert made.width == 3 * made.height


@pytest.mark.parametrize(
    "inside",
    [
        '<rect xmlns:x="http://www.w3.org/1999/xlink" x:type="simple"/>',
        '<linearGradient xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/>',
        '<clipPath id="a"><rect transform="scale(2)"/></clipPath><g clip-path="url(#a)"><path d="M0 0h9v9z"/></g>',
        '<rect fill="url(\'#a\')" style="stroke:url(#b)"/>',
    ],
)
def test_what_is_made_of_a_drawing_can_be_read(inside):
    made = drawn(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1,-1 9 9.5">{inside}</svg>'.encode())
    assert ElementTree.fromstring(made.content).tag == "{http://www.w3.org/2000/svg}svg"
    assert (made.width, made.height) == (900, 950)


@pytest.mark.parametrize("value", ["url(" + " " * 400_000 + "#a)", "0 " * 200_000 + "x"])
def test_a_drawing_is_read_in_no_time(value):
    start = time.monotonic()
    with suppress(Unfit):
        drawn(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{value}"><rect fill="{value}"/></svg>'.encode())
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    ("inside", "part"),
    [
        ("<script>alert(1)</script>", "script"),
        ('<path d="M0 0" onload="alert(1)"/>', "onload"),
        ("<text>Réseau</text>", "text"),
        ('<image href="https://example.org/a.png"/>', "image"),
        ("<foreignObject/>", "foreignObject"),
        ('<use href="#a"/>', "use"),
        ('<rect fill="url(https://example.org/a.svg#b)"/>', "fill"),
        ("<rect style=\"background:url( '//example.org' )\"/>", "style"),
        ("<style>@import 'https://example.org/a.css';</style>", "style"),
        (r"<style>.a{fill:u\72l(https://example.org)}</style>", "style"),
        ('<linearGradient href="https://example.org/a.svg#b"/>', "href"),
        ('<linearGradient xmlns:x="http://www.w3.org/1999/xlink" x:href="data:x"/>', "xlink:href"),
        ("<g>" * 40 + "</g>" * 40, "g"),
        ("<style>svg{background-image:image-set('https://example.org/a.png' 1x)}</style>", "style"),
        ("<rect style=\"fill:-webkit-image-set('/a.png' 1x)\"/>", "style"),
        ('<mask id="a"><rect mask="url(#b)"/></mask>', "mask"),
        ('<clipPath id="a"><g><rect clip-path="url(#b)"/></g></clipPath>', "clip-path"),
        ('<clipPath id="a"><rect class="b"/></clipPath>', "class"),
        ("<style>.b{clip-path:url(#a)}</style>", "style"),
    ],
)
def test_a_drawing_holds_nothing_that_acts_or_fetches(inside, part):
    with pytest.raises(Unfit) as unfit:
        drawn(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'.encode())
    assert (unfit.value.code, unfit.value.part) == ("logo_part", part)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GIF89a", "logo_not_plain"),
        (b"<svg/>", "logo_not_plain"),
        (SVG.replace("viewBox", "data-box").encode(), "logo_not_plain"),
        (SVG.replace("0 0 300 100", "0 0 0 100").encode(), "logo_not_plain"),
        (SVG.encode("utf-16"), "logo_not_plain"),
        (SVG.replace("<!DOCTYPE svg", '<!DOCTYPE svg [<!ENTITY a "aaaa">]').encode(), "logo_not_plain"),
        (SVG.replace("<rect", "<g/>" * 3001 + "<rect").encode(), "logo_not_plain"),
        (b"<svg" + b" " * 600_000, "logo_too_big"),
        (SVG.replace("0 0 300 100", "0 0 1.2.3 4").encode(), "logo_not_plain"),
        (SVG.replace("viewBox", 'width="1.2.3" height="." data-box').encode(), "logo_not_plain"),
        (b"<svg>" + b" " * 400_000, "logo_not_plain"),
    ],
)
def test_what_is_no_plain_drawing_is_refused(data, code):
    with pytest.raises(Unfit) as unfit:
        drawn(data)
    assert unfit.value.code == code


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("Logo.svg", SVG.encode(), "nommez le logo en minuscules"),
        ("../reseau.svg", None, "nommez le logo en minuscules"),
        ("absent.svg", None, "n'est pas dans kit/"),
        ("reseau.svg", SVG.replace("<rect", "<text>a</text><rect").encode(), "contient « text »"),
        ("reseau.svg", SVG.replace("300 100", "900 100").encode(), "trop long ou trop haut"),
        ("reseau.png", b"GIF89a", "abîmée"),
        ("reseau.png", SVG.encode(), "abîmée"),
    ],
)
def test_a_fault_of_the_logo_is_told_at_its_line(tiny_root, name, data, said):
    edit(tiny_root / "kit/kit.yml", ("tagline:", f"logo: {name}\ntagline:"))
    if data is not None:
        (tiny_root / "kit" / name).write_bytes(data)
    with pytest.raises(InvalidSource) as found:
        load(tiny_root)
    (problem,) = (one for one in found.value.problems if one.path == "kit/kit.yml")
    assert (problem.line, problem.column) == (2, 7)
    assert said in labels("fr").problem(problem)
    assert labels("en").problem(problem)


def test_a_logo_that_the_kit_does_not_name_is_told(tiny_root):
    (tiny_root / "kit/reseau.svg").write_text(SVG, encoding="utf-8")
    with pytest.raises(InvalidSource) as found:
        load(tiny_root)
    assert [problem.code for problem in found.value.problems] == ["unknown_file"]


def test_a_link_is_no_logo(tiny_root, tmp_path):
    (tmp_path / "reseau.svg").write_text(SVG, encoding="utf-8")
    edit(tiny_root / "kit/kit.yml", ("tagline:", "logo: reseau.svg\ntagline:"))
    (tiny_root / "kit/reseau.svg").symlink_to(tmp_path / "reseau.svg")
    with pytest.raises(InvalidSource) as found:
        load(tiny_root)
    assert "logo_missing" in [problem.code for problem in found.value.problems]
