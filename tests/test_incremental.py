"""A build that takes up what an earlier one left gives what a clean one does, and makes again only what has changed."""

import random
import re
import shutil
import sqlite3

import pytest
import yaml
from PIL import Image

from mallette import build, explorers, facets, pagecache, pages
from mallette.labels import SHIPPED

SECTORS = ("Éducation", "Santé", "Éducation", "Culture", "Santé", "Éducation", "Numérique")
PRINTABLES = """printables:
  - id: recit
    title: Récit d'expérience
    template: story-sheet
    about: story
    use: À distribuer.
"""


@pytest.fixture
def library(tiny_root, monkeypatch):
    """Eight stories in two languages, some near one another, three a page of the list; sheets alone are printed."""
    for module in (facets, explorers):
        monkeypatch.setattr(module, "PAGE", 3)
    kit = tiny_root / "kit/kit.yml"
    text = kit.read_text(encoding="utf-8").partition("printables:")[0]
    kit.write_text(f"{text}languages: [fr, en]\n{PRINTABLES}", encoding="utf-8")
    first = yaml.safe_load((tiny_root / "cases/premier.yml").read_text(encoding="utf-8"))
    for number, sector in enumerate(SECTORS):
        write(tiny_root, f"recit-{number}", first | {"title": f"Récit {number}", "sector": sector, "tags": ["essai"]})
    return tiny_root


def path_of(root, name):
    return root / f"cases/{name}.yml"


def read(root, name):
    return yaml.safe_load(path_of(root, name).read_text(encoding="utf-8"))


def write(root, name, story):
    path_of(root, name).write_text(yaml.safe_dump(story, allow_unicode=True, sort_keys=False), encoding="utf-8")


def said(**changes):
    """An edit of a story."""
    return lambda root, name: write(root, name, read(root, name) | changes)


def replaced(path, pattern, by):
    """An edit of another file."""

    def edit(root, _):
        before = (root / path).read_text(encoding="utf-8")
        after = re.sub(pattern, by, before, count=1, flags=re.MULTILINE)
        assert after != before
        (root / path).write_text(after, encoding="utf-8")

    return edit


def added(root, name):
    write(root, f"{name}-bis", read(root, name) | {"title": "Nouveau récit"})


def gone(root, name):
    path_of(root, name).unlink()
    path_of(root, f"{name}.en").unlink(missing_ok=True)


def renamed(root, name):
    gone_to = f"{name}-ailleurs"
    write(root, gone_to, read(root, name))
    gone(root, name)


def translated(root, name):
    write(root, f"{name}.en", {"title": "A story", "summary": "In English."})


def untranslated(root, name):
    translated(root, name)
    build.make(root)
    path_of(root, f"{name}.en").unlink()


def pictured(colour, width):
    def edit(root, name):
        Image.new("RGB", (width, 300), colour).save(root / "cases/image.png")
        picture = {"file": "image.png", "alt": "Un mur", "credit": "Essai", "license": "CC0-1.0"}
        write(root, name, read(root, name) | {"images": [picture]})

    return edit


def told_otherwise(root, _):
    labels = root / "templates/labels"
    labels.mkdir(parents=True, exist_ok=True)
    shipped = (SHIPPED / "labels/fr.yml").read_text(encoding="utf-8")
    (labels / "fr.yml").write_text(re.sub(r"(?m)^(  sector: ).*", r"\1Domaine", shipped, count=1), encoding="utf-8")


def drawn_otherwise(root, _):
    (root / "templates/icons").mkdir(parents=True, exist_ok=True)
    (root / "templates/icons/map-pin.svg").write_text('<svg><path d="M0 0"/></svg>', encoding="utf-8")


def laid_out_otherwise(root, _):
    """Templates of its own: they show what no key tells, the number of stories."""
    (root / "templates/pages").mkdir(parents=True, exist_ok=True)
    (root / "templates/pages/story.html.j2").write_text(
        "<h1>{{ item.title }}</h1><p>{{ mallette.stories | length }}</p>", encoding="utf-8"
    )


EDITS = (
    said(results="Autre chose."),
    said(title="Un autre titre"),
    said(sector="Culture", tags=["nouveau"]),
    said(language="en"),
    said(location={"country": "Belgique", "place": "Liège"}),
    added,
    gone,
    renamed,
    translated,
    untranslated,
    pictured("red", 400),
    pictured("blue", 500),
    replaced("kit/kit.yml", "^title: .*", "title: Autre mallette"),
    replaced("kit/kit.yml", "^date: .*", "date: 2026-12-01"),
    replaced("kit/kit.yml", "    use: .*", "    use: À lire."),
    replaced("kit/protocols/tour.yml", "^title: .*", "title: Autre tour"),
    told_otherwise,
    drawn_otherwise,
)


def everything(root):
    made = build.make(root)
    return {page.path: page for page in made.pages} | {file.path: file.content for file in made.files}


def clean(root, folder):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns(".cache"))
    return everything(folder)


@pytest.mark.parametrize("seed", [1])
def test_after_any_edit_a_build_is_what_a_clean_one_is(library, tmp_path, seed):
    pick = random.Random(seed)
    edits = [*pick.sample(EDITS, len(EDITS)), laid_out_otherwise, added]
    everything(library)
    for edit in edits:
        names = sorted(p.stem for p in (library / "cases").glob("*.yml") if "." not in p.stem)
        edit(library, pick.choice(names))
        made = everything(library)
        wrong = [path for path, one in clean(library, tmp_path / "clean").items() if made.pop(path, None) != one]
        assert (edit, wrong, made) == (edit, [], {})


@pytest.fixture
def work(monkeypatch):
    """The pages that are kept and rendered all the same, and the documents that are set."""
    done = []
    page, attempt = pages.Site.page, build._attempt

    def rendered(self, path, template, *rest, **more):
        done.append(self.loaded.prefix + path) if template in ("story", "stories-sheet") else None
        return page(self, path, template, *rest, **more)

    def typeset(order, **more):
        done.append(order.path)
        return attempt(order, **more)

    monkeypatch.setattr(pages.Site, "page", rendered)
    monkeypatch.setattr(build, "_attempt", typeset)

    def since(root):
        done.clear()
        build.make(root)
        return set(done)

    return since


def test_only_what_has_changed_is_made_again(library, work):
    assert len(work(library)) == 3 * 8 + 2 * 2
    assert work(library) == set()
    said(results="Autre chose.")(library, "recit-3")
    own = {"recits/recit-3/", "telecharger/recit-3/recit-3-recit.pdf"}
    # what is told of it where it is near is the same, but a key knows files, not lines
    changed = work(library)
    assert own <= changed
    assert not [path for path in changed - own if path.endswith(".pdf")]
    assert {path for path in changed if "recits/" in path} <= shown_by(library, "recit-3")
    shutil.rmtree(library / ".cache/mallette")
    assert {path.rpartition(".")[2] for path in work(library)} == {"pdf"}


def shown_by(root, name):
    """The addresses of a story and of those near which it is shown, in each language."""
    found = {page.path for page in build.make(root).pages if f'recits/{name}/"' in page.body}
    return {address for address in found if address.count("/") >= 2} | {f"{p}recits/{name}/" for p in ("", "en/")}


def test_a_story_that_is_taken_back_leaves_nothing(library):
    said(results="Un secret bien gardé.")(library, "recit-3")
    build.make(library)
    file = library / build.PAGES
    assert b"secret" in file.read_bytes()
    gone(library, "recit-3")
    build.make(library)
    assert b"secret" not in file.read_bytes()


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 400, None])
def test_a_cache_that_is_broken_costs_time_not_the_build(library, tmp_path, content):
    made = everything(library)
    file = library / build.PAGES
    if content is None:  # half of what was there
        content = file.read_bytes()[: file.stat().st_size // 2]
    file.write_bytes(content)
    assert everything(library) == made
    assert everything(library) == made
    file.unlink()
    file.mkdir()
    assert everything(library) == made


def test_an_older_layout_is_begun_again(library, work):
    build.make(library)
    base = sqlite3.connect(library / build.PAGES)
    base.executescript(f"DROP TABLE kept; CREATE TABLE kept (other INT); PRAGMA user_version = {pagecache.LAYOUT + 1}")
    base.close()
    assert len(work(library)) == 2 * (8 + 2)
    assert work(library) == set()


def test_the_site_after_a_change_is_that_of_a_clean_build(library, tmp_path, run):
    def site(root):
        done = run("build", "--root", root)
        assert done.returncode == 0, done.stderr
        return {p.relative_to(root / "site"): p.read_bytes() for p in (root / "site").rglob("*") if p.is_file()}

    first = site(library)
    said(title="Tout autre chose")(library, "recit-2")
    added(library, "recit-1")
    second = site(library)
    assert second != first
    fresh = shutil.copytree(library, tmp_path / "fresh", ignore=shutil.ignore_patterns(".cache", "site"))
    assert second == site(fresh)
