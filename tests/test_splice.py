"""Pages filled into one that the theme rendered: the same bytes as those that it renders one by one."""

import dataclasses
import shutil
import subprocess
import sys
from urllib.parse import urljoin

import pytest
from lxml import etree, html

from mallette import build, site
from mallette.artifact import Heading, SitePage
from mallette.splice import MARK, Frame, lots

KINDS = {
    "tagged": "tags:\n  - été\n  - a & b\n",
    "several-tags": "tags:\n  - un\n  - deux\n  - trois <b>\n",
    "longer": "conditions:\n  - Un lieu\nif_again:\n  - Oui\n",
    "plain": "",
}
LINKS = {
    "autre": "./recits/essai-7/",
    "sous/autre": "../recits/essai-5/",
    "en/autre": "recits/essai-6/",
    "en/sous": "../en/recits/essai-8/",
}
"""Guides, and how they link to stories that the theme would not render otherwise."""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A root with more stories than the navigation shows, of several kinds, some in two languages."""
    root = shutil.copytree("tests/tiny", tmp_path_factory.mktemp("library") / "root")
    story = (root / "cases/premier.yml").read_text(encoding="utf-8")
    kit = root / "kit/kit.yml"
    kit.write_text(kit.read_text(encoding="utf-8") + "languages: [fr, en]\n", encoding="utf-8")
    for number in range(36):
        text = story.replace("Un premier essai", f"'L''essai <{number}> & \\ $x \\1 : le « bon »'")
        text += list(KINDS.values())[number % len(KINDS)]
        (root / f"cases/essai-{number}.yml").write_text(text, encoding="utf-8")
        if number % 3 == 0:
            (root / f"cases/essai-{number}.en.yml").write_text(f"title: Try {number}\n", encoding="utf-8")
    for name, target in LINKS.items():
        guide = root / f"docs/{name}.md"
        guide.parent.mkdir(exist_ok=True)
        guide.write_text(f"# Un guide\n\nVoyez [un récit]({target}index.md).\n", encoding="utf-8")
    return root


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def built(library, run):
    """The site with pages filled, and the same with each page rendered."""
    found = []
    for option in ("true", "false"):
        config = library / "mkdocs.yml"
        text = (library / "mkdocs.yml").read_text(encoding="utf-8").partition("  - mallette")[0]
        config.write_text(f"{text}  - mallette:\n      splice: {option}\n", encoding="utf-8")
        done = run("build", "--root", library)
        assert done.returncode == 0, done.stderr
        found.append(tree(library / "site"))
    return found


def test_every_file_is_the_same(built):
    filled, rendered = built
    assert filled.keys() == rendered.keys()
    assert len([name for name in filled if name.startswith(("recits/", "en/recits/"))]) > 70
    assert [name for name in filled if filled[name] != rendered[name]] == []


def test_pages_are_really_filled(library, tmp_path, monkeypatch):
    """Should they differ, all would be rendered, which is right but slow."""
    tried, once = [], site._build

    def build_once(*about, **more):
        tried.append(more)
        once(*about, **more)

    monkeypatch.setattr(site, "_build", build_once)
    site.build_site(library, tmp_path / "site", build.make(library))
    assert tried == [{}]


def test_guides_link_to_stories_from_any_folder(built):
    for name, target in LINKS.items():
        (link,) = (a for a in html.fromstring(built[0][f"{name}/index.html"]).iter("a") if a.text == "un récit")
        here = f"/{name}/"
        assert urljoin(here, link.get("href")) == urljoin(here, f"../{target}")


def test_mkdocs_alone_fills_pages_too(library, installed, tmp_path):
    """Without the command line nothing renders each page when one that was filled is not as it should be."""
    config = library / "filled.yml"
    config.write_text((library / "mkdocs.yml").read_text("utf-8").replace("splice: false", "splice: true"), "utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", config, "--site-dir", tmp_path / "site"]
    done = subprocess.run(command, env=installed, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site/recits/essai-35/index.html").is_file()


def test_no_mark_is_left(built):
    assert [name for name, data in built[0].items() if MARK.encode() in data or MARK in name] == []


def test_the_sitemap_has_each_page_once(built):
    places = etree.fromstring(built[0]["sitemap.xml"]).xpath("//*[local-name()='loc']/text()")
    assert len(places) == len(set(places))
    paths = {place.split("example.org/")[1] for place in places}
    assert {f"recits/essai-{n}/" for n in range(36)} <= paths


def test_a_theme_that_shows_more_has_every_page_rendered(library, run, tmp_path):
    root = shutil.copytree(library, tmp_path / "root", ignore=shutil.ignore_patterns("site"))
    config = root / "mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("splice: false", "splice: true"), encoding="utf-8")
    theme = root / "templates/theme/partials"
    theme.mkdir(parents=True)
    (theme / "logo.html").write_text("<i>{{ page.content | length }}</i>", encoding="utf-8")
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    assert "splice: false" in done.stderr.replace("\n", " ")
    lengths = {(root / f"site/recits/essai-{n}/index.html").read_text("utf-8").split("<i>")[1][:4] for n in range(8)}
    assert len(lengths) > 1
    assert not any(length[0] == "0" for length in lengths)


def page(name, **more):
    return SitePage(f"recits/{name}/", name, "d", f"<h1>{name}</h1>".encode(), language="fr", **more)


def test_pages_of_a_kind_go_together():
    pages = [page(f"a{n}") for n in range(5)] + [page(f"b{n}", tags=("x",)) for n in range(4)] + [page("c", source="s")]
    found = list(lots(pages, [""], apart=["recits/a0/"]))
    assert [(lot.sample.path, len(lot.others)) for lot in found] == [("recits/a1/", 3), ("recits/b0/", 3)]
    assert len({lot.pattern.path for lot in found}) == 2


def test_nested_headings_are_left_to_the_theme():
    nested = [
        dataclasses.replace(page(f"a{n}"), headings=(Heading(2, "a", "A"), Heading(3, "b", "B"))) for n in range(5)
    ]
    assert list(lots(nested, [""])) == []


def test_pages_beside_the_home_page_are_left_to_the_theme():
    assert list(lots([dataclasses.replace(page("a"), path=f"page-{n}/") for n in range(5)], [""])) == []


def test_a_text_is_never_taken_for_a_mark():
    """What a page says is put between the parts of the frame, and never looked at again."""
    pages = [page(f"a{n}") for n in range(3)]
    (lot,) = lots(pages, [""])
    frame = Frame(lot.pattern, f"<title>{lot.pattern.title}</title>{lot.pattern.body}")
    hostile = dataclasses.replace(pages[0], title=f"{MARK}body \\1 {{{{ x }}}}", html=f"<h1>{MARK}title</h1>".encode())
    assert frame.filled(hostile) == f"<title>{MARK}body \\1 {{{{ x }}}}</title><h1>{MARK}title</h1>"
