"""What `mallette print` is asked for, beyond paper and edition: order, offset, proofs; and what check reports."""

import io

import measure
import pytest
from conftest import ROOT
from editing import edit
from PIL import Image
from printed import MALLETTE

from mallette.build import printed_by
from mallette.model.kit import Selection
from mallette.quantities import copies
from mallette.selection import select, selected

KIT = MALLETTE.kit.printables


def test_papers_of_the_desk_change_and_large_posters_stay():
    for before, after in zip(KIT, select(KIT, paper="letter"), strict=True):
        desk = {"a4": "letter", "a3": "tabloid", "a5": "half-letter"}
        assert after.paper == desk.get(before.paper, before.paper)
        assert (after.suffix == "letter") is (before.paper in ("a4", "a5")), "half pages are printed on whole ones"
        if before.sheet:
            assert (ROOT / f"templates/print/sheets/{after.sheet}.yml").is_file()
    assert select(select(KIT, paper="letter"), paper="a4") == [
        p.model_copy(update={"suffix": q.suffix})
        for p, q in zip(KIT, select(select(KIT, paper="letter"), paper="a4"), strict=True)
    ]


def test_a_selection_takes_what_is_on_the_site_and_for_a_print_shop_all_posters():
    eco = selected(KIT, Selection(id="e", title="E", use="E", edition="eco"))
    assert [p.id for p in eco] == [p.id for p in KIT if p.listed]
    assert {p.edition for p in eco} == {"eco"}
    shop = selected(KIT, Selection(id="i", title="I", use="I", shop=True, only=("affiche-a*", "cartes-roles")))
    assert {"affiche-a0", "affiche-a1", "affiche-a2", "cartes-roles"} <= {p.id for p in shop}
    assert all(p.shop for p in shop)


def test_check_prints_the_selections_too(tiny_root, run):
    """What fits in colour may not in large letters: `build` would refuse it, so `check` tells it, in the same words."""
    kit, role = tiny_root / "kit/kit.yml", tiny_root / "kit/roles/guide.yml"
    more = f"  - {'Je dis un mot de plus. ' * 13}\n"
    edit(role, ("i_do:\n", f"i_do:\n{more}{more}"), ("i_do_not:\n", f"i_do_not:\n{more}"))
    assert run("check", "--print", "--root", tiny_root).returncode == 0
    chosen = "id: grand\n    title: Grand\n    use: Lire.\n    edition: gros-caracteres\n"
    edit(kit, ("printables:", f"selections:\n  - {chosen}printables:"))
    checked, built = (run(*command, "--root", tiny_root) for command in (("check", "--print"), ("build",)))
    assert (checked.returncode, built.returncode) == (1, 1)
    said = [[line for line in done.stderr.splitlines() if line.startswith("kit/")] for done in (checked, built)]
    assert said[0] == said[1]
    assert "ne tient pas sur « Guide »" in said[0][0]


def test_what_a_build_typesets_is_there_once():
    found = printed_by(MALLETTE.kit)
    assert [p for p in KIT if p.listed] == found[: sum(p.listed for p in KIT)]
    for choice in MALLETTE.kit.selections:
        wanted = [p for p in selected(KIT, choice) if p.about == "protocol"]
        assert wanted
        assert all(found.count(printable) == 1 for printable in wanted)


def deck(root, run, tmp_path, *options):
    done = run("print", "--root", root, "--only", "cartes-roles", "--out", tmp_path, *options)
    assert done.returncode == 0, done.stderr
    path = next(path for path in sorted(tmp_path.iterdir()) if path.name.startswith("atelier"))
    return path.name, measure.pages(path.read_bytes())


def test_cards_for_a_guillotine(real_root, run, tmp_path):
    name, pages = deck(real_root, run, tmp_path, "--order", "stack")
    assert "massicot" in name
    titles = ("Offreur", "Facilitateur", "Contributeur")
    frames = sorted(pages[0].shapes_of(95, 134, 0.1), key=lambda b: (round(b.top), b.left))
    fronts = pages[::2]
    piles = [[next((t for t in titles if t in page.inside(frame)), None) for page in fronts] for frame in frames]
    order = [title for pile in piles for title in pile if title]
    protocol = MALLETTE.protocols["atelier-entraide"]
    roles = [MALLETTE.roles[name] for name in protocol.roles]
    deck_order = [role.title for role in roles for _ in range(copies(protocol, role))]
    assert order == deck_order


@pytest.mark.parametrize("asked", ["2,-1.5", "2;-1,5"])
def test_backs_are_moved(real_root, run, tmp_path, asked):
    _, straight = deck(real_root, run, tmp_path / "straight")
    _, moved = deck(real_root, run, tmp_path / "moved", "--back-offset", asked)
    assert [c.box for c in straight[0].chars] == [c.box for c in moved[0].chars]
    for one, other in zip(straight[1].chars, moved[1].chars, strict=True):
        assert other.box.left - one.box.left == pytest.approx(2, abs=0.02)
        assert other.box.top - one.box.top == pytest.approx(-1.5, abs=0.02)


def test_the_offset_of_the_kit_is_for_print_only(tiny_root, run, tmp_path):
    kit = tiny_root / "kit/kit.yml"
    before = {}
    for offset in ("", "back_offset_mm: {x: 1,5, y: 0}\n"):
        kit.write_text(kit.read_text(encoding="utf-8").partition("back_offset_mm")[0] + offset, encoding="utf-8")
        done = run("print", "--root", tiny_root, "--out", tmp_path / "out")
        assert done.returncode == 0, done.stderr
        assert run("build", "--root", tiny_root).returncode == 0
        site = {p.name: p.read_bytes() for p in (tiny_root / "site").rglob("*.pdf")}
        out = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
        before = before or (site, out)
    assert site == before[0]
    changed = {name for name in out if out[name] != before[1][name]}
    assert 0 < len(changed) < len(out)


@pytest.mark.parametrize("asked", ["2", "a,b", "9,0", "1,2,3"])
def test_an_offset_that_makes_no_sense_is_refused(real_root, run, tmp_path, asked):
    done = run("print", "--root", real_root, "--out", tmp_path, "--back-offset", asked)
    assert done.returncode == 2
    assert "--back-offset" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_proofs_are_grey_and_nothing_else_changes(real_root, run, tmp_path):
    _, pages = deck(real_root, run, tmp_path, "--proof")
    proofs = sorted((tmp_path / "epreuves").glob("atelier-entraide-*.png"))
    assert len(proofs) == len(pages)
    with Image.open(io.BytesIO(proofs[0].read_bytes())) as picture:
        assert picture.mode == "L"
        assert picture.width == round(210 / 25.4 * 100)
        low, high = picture.getextrema()
    assert low < 80
    assert high == 255


def test_check_reports_what_was_set_smaller(tiny_root, run):
    role = tiny_root / "kit/roles/guide.yml"
    text = role.read_text(encoding="utf-8")
    more = "".join(f"  - {'Je fais encore autre chose. ' * 7}\n" for _ in range(2))
    text = text.replace("i_do_not:\n", f"i_do_not:\n{more}")
    role.write_text(text.replace("i_do:\n", f"i_do:\n{more}"), encoding="utf-8")
    done = run("check", "--print", "--root", tiny_root)
    assert done.returncode == 0, done.stderr
    line = role.read_text(encoding="utf-8").splitlines().index("i_do:") + 2
    (note,) = (said for said in done.stdout.splitlines() if said.startswith(f"kit/roles/guide.yml:{line}:"))
    assert "points au lieu de 12" in note
    assert "points" not in run("check", "--root", tiny_root).stdout
