"""One id for a story and a protocol, one address for a guide and a page: documents are told apart, a loss is told."""

import shutil

import pytest
from editing import edit
from lxml import html
from PIL import Image
from test_translations import FILES, translate

from mallette.artifact import Offer, Printed, path_of
from mallette.build import make, read
from mallette.errors import InvalidSource
from mallette.loading import load
from mallette.pagecache import Keys
from mallette.preview import Preview

SELECTION = "selections:\n  - {id: gros, title: Gros, use: Pour lire., edition: gros-caracteres}\n"
ROUND = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'


def offered(preview, path):
    """The documents that a page offers to download."""
    body = html.fromstring(f"<main>{preview.page(path).body}</main>")
    return [one.rpartition("/")[2] for one in body.xpath("//a[@download]/@href") if one.endswith(".pdf")]


@pytest.mark.parametrize("name", ["tour", "kit"])
def test_each_page_offers_its_own_documents(tiny_root, name):
    shutil.copy(tiny_root / "cases/premier.yml", tiny_root / f"cases/{name}.yml")
    if name != "tour":
        (tiny_root / "kit/protocols/tour.yml").rename(tiny_root / f"kit/protocols/{name}.yml")
        for story in (tiny_root / "cases").iterdir():
            edit(story, ("- tour", f"- {name}"))
    preview = Preview(tiny_root)
    preview.refresh()
    of = [f"{name}-{what}.pdf" for what in ("affiche-a2", "cartes-roles", "cartes-a-ecrire", "fiche")]
    assert offered(preview, f"protocoles/{name}/") == of
    assert offered(preview, f"recits/{name}/") == [f"{name}-recit.pdf"]
    assert offered(preview, "telecharger/") == [*of, *sorted((f"{name}-recit.pdf", "premier-recit.pdf"))]
    built = make(tiny_root)
    assert len({file.path for file in built.files}) == len(built.files), "no file is written over another"


def test_a_story_borrows_its_documents_though_the_protocol_has_its_own(tiny_root):
    edit(tiny_root / "kit/kit.yml", ("title: Petite", "languages:\n  - fr\n  - en\ntitle: Petite"))
    shutil.copy(tiny_root / "cases/premier.yml", tiny_root / "cases/tour.yml")
    for name, text in FILES.items():
        translate(tiny_root, name, text)
    preview = Preview(tiny_root)
    preview.refresh()
    assert offered(preview, "en/recits/tour/") == ["tour-recit.pdf"]
    assert offered(preview, "en/protocoles/tour/")[0] == "tour-affiche-a2-en.pdf"
    assert 'hreflang="fr"' in preview.page("en/recits/tour/").body
    assert "hreflang" not in preview.page("en/protocoles/tour/").body


def test_the_page_of_a_story_is_kept_whatever_becomes_of_the_documents_of_a_protocol(tiny_root):
    shutil.copy(tiny_root / "cases/premier.yml", tiny_root / "cases/tour.yml")
    loaded = load(tiny_root)
    story, protocol = loaded.mallette.stories["tour"], loaded.mallette.protocols["tour"]

    def kept_by(subject, pages):
        printable = loaded.mallette.kit.printables[0]
        printed = Printed(path_of(printable, subject), "", pages, 1, printable, subject)
        return Keys(loaded, Offer((printed,)), lambda story: (), b"").story(story)

    assert kept_by(protocol, 1) == kept_by(protocol, 2)
    assert kept_by(story, 1) != kept_by(story, 2)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "index.md",
            "README.md",
            "roles.md",
            "recits.md",
            "recits/index.md",
            "recits/premier.md",
            "protocoles/tour.md",
        ),
        *("credits.md", "champs.md", "suivi.md", "donnees.md", "telecharger.md", "raconter.md", "roles/index.html"),
        *("en/index.md", "en/roles.md"),
    ],
)
def test_a_guide_that_a_page_would_hide_is_told(tiny_root, name):
    edit(tiny_root / "kit/kit.yml", ("title: Petite", "languages:\n  - fr\n  - en\ntitle: Petite"))
    file = tiny_root / "docs" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    preview = Preview(tiny_root)
    for found in (read, lambda root: preview.refresh().loaded):
        found(tiny_root)
        file.write_text("# Perdu\n", encoding="utf-8")
        with pytest.raises(InvalidSource) as refused:
            found(tiny_root)
        (problem,) = (one for one in refused.value.problems if one.severity == "error")
        assert (problem.path, problem.line, problem.column, problem.code) == (f"docs/{name}", 1, 1, "address_taken")
        file.unlink()


@pytest.mark.parametrize("command", ["check", "build"])
def test_commands_say_which_guide_would_be_hidden(tiny_root, run, command):
    (tiny_root / "docs/recits.md").write_text("# Perdu\n", encoding="utf-8")
    (tiny_root / "docs/recits-de-voyage.md").write_text("# Lu\n", encoding="utf-8")
    done = run(command, "--root", tiny_root)
    assert done.returncode == 1
    assert done.stderr.startswith("docs/recits.md:1:1: « recits.md » a la même adresse")
    assert "(/recits/)" in done.stderr
    assert "voyage" not in done.stderr


def test_a_file_that_another_would_replace_is_told_before_anything_is_typeset(tiny_root, run):
    edit(tiny_root / "kit/kit.yml", ("title: Petite", f"languages: [fr, en]\nlogo: rond.svg\n{SELECTION}title: Petite"))
    (tiny_root / "kit/rond.svg").write_text(ROUND, encoding="utf-8")
    Image.new("RGB", (8, 8)).save(tiny_root / "cases/premier.png")
    picture = "images:\n  - file: premier.png\n    alt: Un carré\n    credit: Le réseau\n    license: CC0-1.0\n"
    story = tiny_root / "cases/premier.yml"
    story.write_text(f"{story.read_text(encoding='utf-8').rstrip()}\n{picture}", encoding="utf-8")
    for name, text in FILES.items():
        translate(tiny_root, name, text)
    names = {file.path for file in make(tiny_root).files}
    assert {"pdf", "png", "zip", "csv", "json", "css", "txt", "svg", "atom"} <= {n.rpartition(".")[2] for n in names}
    assert len([name for name in names if name.endswith(".zip")]) == 8
    shutil.rmtree(tiny_root / ".cache")
    for name in names:
        (tiny_root / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tiny_root / "docs" / name).write_bytes(b"")
    for found in (read, lambda root: Preview(root).refresh()):
        with pytest.raises(InvalidSource) as refused:
            found(tiny_root)
        told = {one.path for one in refused.value.problems if one.severity == "error"}
        assert told == {f"docs/{name}" for name in names}
    assert not (tiny_root / ".cache/mallette").exists()
    (tiny_root / "docs/data/autres.csv").write_bytes(b"")
    said = run("check", "--root", tiny_root).stderr
    assert "docs/data/recits.csv:1:1" in said
    assert "autres.csv" not in said
