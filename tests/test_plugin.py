import re
import shutil
import subprocess
import sys

import pytest
from conftest import TINY
from editing import edit
from lxml import html
from searched import searched

from mallette.loading import load
from mallette.printables import page_of
from mallette.typography import typeset

ATTACK = '"><script>alert(1)</script> & <b>'
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


def mkdocs(root, installed, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=root,
        env=installed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def page(site, address):
    return html.fromstring((site / address / "index.html").read_bytes())


@pytest.fixture(scope="module")
def stock(real_root, installed, tmp_path_factory):
    """The real site, built by MkDocs itself."""
    site = tmp_path_factory.mktemp("stock") / "site"
    done = mkdocs(real_root, installed, "build", "--strict", "--site-dir", str(site))
    return done, site


def test_mkdocs_builds_the_real_site_without_a_warning(stock):
    done, _ = stock
    assert done.returncode == 0, done.stderr
    warnings = [line for line in done.stderr.splitlines() if re.search("warn|error|deprecat", line, re.IGNORECASE)]
    assert warnings == []


def test_mkdocs_and_the_command_line_make_the_same_site(stock, built_site):
    _, site = stock
    ours = {p.relative_to(built_site).as_posix() for p in built_site.rglob("*") if p.is_file()}
    theirs = {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()}
    assert len(ours) > 50
    assert ours == theirs


def test_every_item_has_its_page(root, built_site):
    mallette = load(root).mallette
    for item in (*mallette.protocols.values(), *mallette.stories.values()):
        tree = page(built_site, page_of(item))
        (title,) = tree.xpath("//h1")
        assert typeset(item.title, "fr") in title.text_content()
        assert typeset(item.title, "fr") in tree.findtext(".//title")
        (description,) = tree.xpath("//meta[@name='description']/@content")
        assert description == typeset(item.summary, "fr")
        # each document of the item can be had from its page
        links = [link for link in tree.xpath("//main//a/@href") if link.endswith(".pdf")]
        made = [p for p in mallette.kit.printables if p.listed and item in mallette.subjects(p)]
        assert len(set(links)) >= len(made) > 0
    for address in ("", "protocoles", "recits", "roles", "telecharger", "credits"):
        assert len(page(built_site, address).xpath("//h1")) == 1


def test_every_link_inside_the_site_leads_somewhere(built_site):
    pages = list(built_site.rglob("*.html"))
    assert len(pages) > 10
    checked = 0
    for path in pages:
        if path.name == "404.html":
            continue
        tree = html.fromstring(path.read_bytes())
        for link in tree.xpath("//@href | //@src"):
            if re.match(r"[a-z]+:|#|//", link) or not link:
                continue
            target, _, anchor = link.partition("#")
            there = (path.parent / target.partition("?")[0]).resolve()
            there = there / "index.html" if there.is_dir() else there
            assert there.is_file(), f"{path.relative_to(built_site)}: {link}"
            if anchor and there.suffix == ".html":
                assert html.fromstring(there.read_bytes()).xpath("//*[@id=$id]", id=anchor), f"{path}: {link}"
            checked += 1
    assert checked > 300


def test_links_to_edit_lead_to_the_yaml_file(root, built_site):
    loaded = load(root)
    base = loaded.mallette.kit.edit_address
    for item in (*loaded.mallette.protocols.values(), *loaded.mallette.stories.values()):
        links = page(built_site, page_of(item)).xpath("//main//a/@href | //a[contains(@class, 'edit')]/@href")
        assert base + loaded.origin(item).path in links
    guide = page(built_site, "imprimer").xpath("//a/@href")
    assert f"{base}docs/imprimer.md" in guide


def test_contents_and_navigation(root, built_site):
    story = next(iter(load(root).mallette.stories.values()))
    tree = page(built_site, page_of(story))
    for anchor in tree.xpath("//nav[contains(@class, 'md-nav--secondary')]//a/@href"):
        assert tree.xpath("//*[@id=$id]", id=anchor.lstrip("#")), anchor
    home = page(built_site, "")
    linked = {link.rstrip("/").rpartition("/")[2] for link in home.xpath("//nav//a/@href")}
    assert {"protocoles", "recits", "roles", "telecharger", "imprimer", "credits"} <= linked


def test_no_page_asks_another_site_for_anything(built_site):
    for path in built_site.rglob("*.html"):
        tree = html.fromstring(path.read_bytes())
        links = "//link[not(@rel='canonical' or starts-with(@rel, 'alternate'))]/@href"
        asked = tree.xpath(f"//script/@src | //img/@src | {links} | //iframe/@src")
        assert asked
        assert [link for link in asked if re.match(r"(https?:)?//", link)] == [], path


@pytest.fixture(scope="module")
def attacked(tmp_path_factory, run):
    """The smallest site, with a stranger's text in every line and every prose."""
    root = shutil.copytree(TINY, tmp_path_factory.mktemp("attacked") / "root")
    story = root / "cases/premier.yml"
    text = story.read_text(encoding="utf-8")
    quoted = "'" + ATTACK.replace("'", "''") + "'"
    for key in ("title", "summary", "sector", "objective", "context", "intervention", "results"):
        text = re.sub(rf"^{key}: .*$", lambda m, key=key: f"{key}: {quoted}", text, flags=re.MULTILINE)
    text = re.sub("country: .*", lambda m: f"country: {quoted}", text)
    text += f"tags:\n  - {quoted}\nauthors:\n  - {quoted}\nsources:\n  - title: {quoted}\n    note: {quoted}\n"
    text += f"conditions:\n  - {quoted}\nif_again:\n  - {quoted}\npartners:\n  - name: {quoted}\n    type: other\n"
    story.write_text(text, encoding="utf-8")
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def test_markup_of_a_stranger_is_inert_on_every_page(attacked):
    pages = list(attacked.rglob("*.html"))
    assert len(pages) > 8
    for path in pages:
        text = path.read_text(encoding="utf-8")
        tree = html.fromstring(text.encode())
        assert "<script>alert" not in text
        run = tree.xpath("//script[not(@type='application/json' or @type='application/ld+json')]")
        assert not [script for script in run if "alert(1)" in (script.text or "")]
        assert not tree.xpath("//main//b")
        assert not tree.xpath("//@*[starts-with(name(), 'on')]")


def test_a_title_is_escaped_exactly_once(attacked):
    text = (attacked / "recits/premier/index.html").read_text(encoding="utf-8")
    tree = html.fromstring(text.encode())
    assert ESCAPED in text
    assert "&amp;lt;script" not in text
    assert "<script>alert(1)</script>" in tree.findtext(".//title")
    assert "<script>alert(1)</script>" in tree.xpath("//meta[@name='description']/@content")[0]
    assert any("<script>alert(1)</script>" in link.text_content() for link in tree.xpath("//nav//a"))


def test_search_finds_the_words_and_no_markup(attacked):
    title, text = searched(attacked)["recits/premier/"]
    assert "<script>alert(1)</script>" in title, "as text, never as markup: it is shown by textContent"
    assert text.count("<script>alert(1)</script>") > 5
    assert "&lt;" not in title + text


def test_pages_are_dated_by_the_edition(tiny_root, run):
    kit = tiny_root / "kit/kit.yml"
    kit.write_text(kit.read_text(encoding="utf-8").replace("date: 2026-11-23", "date: 2025-03-04"), encoding="utf-8")
    assert run("build", "--root", tiny_root).returncode == 0
    dates = re.findall("<lastmod>(.*?)</lastmod>", (tiny_root / "site/sitemap.xml").read_text(encoding="utf-8"))
    assert set(dates) == {"2025-03-04"}


@pytest.fixture(scope="module")
def settled(tmp_path_factory, installed):
    """A kit in English whose addresses lack their last "/", in a site said to be in French, built by MkDocs itself."""
    root = shutil.copytree(TINY, tmp_path_factory.mktemp("settled") / "root")
    kit = ("org/\nedit", "org/sous\nlanguages: [en]\nedit"), ("edit/main/", "edit/main")
    edit(root / "kit/kit.yml", *kit, ("CC-BY-SA-4.0", "CC-BY-4.0"))
    for name in ("deux", "trois", "quatre"):
        shutil.copy(root / "cases/premier.yml", root / f"cases/{name}.yml")
    done = mkdocs(root, installed, "build", "--strict")
    assert done.returncode == 0, done.stderr
    return root / "site"


def test_the_language_of_the_site_is_that_of_the_kit(settled):
    for address in ("", "guide", "recits/premier", "recits/deux"):
        assert page(settled, address).get("lang") == "en", address
    assert "Skip to content" in page(settled, "guide").find("body").text_content()


def test_the_foot_of_every_page_says_the_licence_of_the_kit(settled):
    for address in ("", "guide", "recits/premier", "recits/deux"):
        (link,) = page(settled, address).xpath("//footer//a[@rel='license']")
        assert link.get("href") == "https://creativecommons.org/licenses/by/4.0/deed.en"
        assert link.text_content().replace("\xa0", " ") == "CC BY 4.0"


def test_an_address_without_its_last_slash_is_a_folder_too(settled):
    for address in ("", "guide/", "recits/premier/", "recits/deux/"):
        (canonical,) = page(settled, address).xpath("//link[@rel='canonical']/@href")
        assert canonical == f"https://petite.example.org/sous/{address}"
    places = re.findall("<loc>(.*?)</loc>", (settled / "sitemap.xml").read_text(encoding="utf-8"))
    stories = [f"https://petite.example.org/sous/recits/{name}/" for name in ("deux", "premier", "quatre", "trois")]
    assert {one for one in places if "/recits/" in one} >= {*stories}
    shown = (settled / "suivi/index.html").read_text(encoding="utf-8")
    links = {*re.findall(r'href="(https://git[^"]*)"', shown)}
    assert {f"https://git.example.org/petite/edit/main/{file}" for file in ("kit/kit.yml", "cases/deux.yml")} <= links
    assert all(link.startswith("https://git.example.org/petite/edit/main/") for link in links)
