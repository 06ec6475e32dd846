"""The look and the papers of a root's own: followed everywhere, and told in plain words where they are wrong."""

import json

import pytest
from conftest import ROOT
from editing import edit

from mallette import build
from mallette.errors import InvalidSource
from mallette.labels import labels
from mallette.loading import load
from mallette.look import look, look_css
from mallette.papers import Papers
from mallette.printables import plans
from mallette.qr import drawn
from mallette.templating import words_for

FR = labels("fr")
LOOK, PAPERS = "templates/look.yml", "templates/print/papers.yml"


@pytest.fixture
def own(tiny_root):
    """A root with its own look and papers, those shipped to begin with."""
    (tiny_root / "templates/print").mkdir(parents=True)
    for name in (LOOK, PAPERS):
        (tiny_root / name).write_bytes((ROOT / name).read_bytes())
    return tiny_root


def line(path, text):
    return next(n for n, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if row.startswith(text))


def made(root, edition="couleur"):
    loaded = load(root)
    chosen = [one.model_copy(update={"edition": edition}) for one in loaded.mallette.kit.printables]
    return [plan.job() for plan in plans(loaded, root, words_for(root, "fr"), chosen)]


FAULTS = {
    "a name": ("ink:", '"#1B2A41"', "rouge", 6, "« ink » attend une couleur, pas « rouge »"),
    "three signs": ("muted:", '"#46536A"', '"#000"', 8, "« muted » attend une couleur, pas « #000 »"),
    "no quotes": ("rule:", '"#C5CBD5"', "#C5CBD5", 1, "« rule » (les filets, entre guillemets) est vide"),
    "in a family": ("    colour:", '"#B23A12"', "bleu", 13, "« colour » attend une couleur, pas « bleu »"),
    "an unknown font": (
        "titles:",
        "Bricolage Grotesque",
        "Bricolage Grotesk",
        9,
        "« Bricolage Grotesk » ne convient pas pour « titles » : choisissez parmi Atkinson Hyperlegible Next, "
        "Bricolage Grotesque, Noto Emoji. Vouliez-vous dire « Bricolage Grotesque » ?",
    ),
    "a font of the machine": (
        "text:",
        "text: Atkinson Hyperlegible Next",
        "text: DejaVu Sans",
        7,
        "« DejaVu Sans » ne",
    ),
    "a key that lacks": ("    colour:", '    strong: "#8A2B0B"\n', "", 5, "il manque le champ « strong »"),
    "a family that lacks": ("  offreur:", "  contributeur:", "  autre:", 3, "il manque le champ « contributeur »"),
    "a list": ("[", None, "[a, b]\n", 1, "le fichier doit commencer par un champ"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_look_is_told_at_its_place(own, name):
    start, before, after, column, said = FAULTS[name]
    if before is None:
        (own / LOOK).write_text(after, encoding="utf-8")
    else:
        edit(own / LOOK, (before, after))
    for ask in (look_css, made, build.read):
        with pytest.raises(InvalidSource) as caught:
            ask(own)
        told = [FR.problem(problem) for problem in caught.value.problems]
        assert told[0].startswith(f"{LOOK}:{line(own / LOOK, start)}:{column}: {said}"), told


def test_a_comment_behind_a_font_is_no_fault(own):
    edit(own / LOOK, ("titles: Bricolage Grotesque", "titles: Bricolage Grotesque # la police des titres"))
    assert look(own).titles == "Bricolage Grotesque"


def test_each_font_that_ships_may_be_named_whatever_its_capitals(own):
    for name in ("Atkinson Hyperlegible Next", "atkinson hyperlegible next"):
        (own / LOOK).write_bytes((ROOT / LOOK).read_bytes())
        edit(own / LOOK, ("titles: Bricolage Grotesque", f"titles: {name}"))
        assert look(own).titles == name
        assert build.read(own)


PAPER_FAULTS = {
    "{width: 210}": "a4: {width: 210}, il manque le champ « height » (hauteur en millimètres)",
    "{width: 210, heigt: 297}": "« heigt » n'est pas un nom de champ",
    "{width: 21 cm, height: 297}": "« width » attend un nombre, pas « 21 cm »",
    "210": "« a4 » attend des champs, pas un texte",
}


@pytest.mark.parametrize("written", PAPER_FAULTS)
def test_a_fault_of_the_papers_is_told_at_its_place(own, written):
    edit(own / PAPERS, ("a4: {width: 210, height: 297}", f"a4: {written}"))
    with pytest.raises(InvalidSource) as caught:
        Papers(own).size("a4")
    told = "\n".join(FR.problem(problem) for problem in caught.value.problems)
    assert f"{PAPERS}:{line(own / PAPERS, 'a4')}:" in told
    assert PAPER_FAULTS[written].removeprefix("a4: {width: 210}, ") in told


def test_a_colour_of_ones_own_is_on_paper_and_on_the_screen(own):
    edit(own / LOOK, ('ochre: "#C58A00"', 'ochre: "#C58A00"\nlagon: "#00aaBB"'))
    assert "--look-lagon: #00aaBB;" in look_css(own).content.decode()
    for job in made(own):
        assert json.loads(job.files["look.json"])["lagon"] == "#00aaBB"


@pytest.mark.parametrize("edition", ["couleur", "eco", "gros-caracteres"])
def test_the_qr_code_has_the_ink_of_the_look(own, edition):
    edit(own / LOOK, ("#1B2A41", "#004400"))
    found = made(own, edition)
    assert found
    for job in found:
        drawing = drawn(job.code)
        assert b"#040" in drawing or b"#004400" in drawing, job.path
        assert b"1b2a41" not in drawing.lower()
