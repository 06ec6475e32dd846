"""What a page weighs, and what it points to: icons are in one file, what is the same everywhere is fetched once."""

import json
import re
import shutil
import sys
from urllib.parse import unquote

import pytest
import yaml
from conftest import ROOT, TINY, copy_sources
from lxml import etree, html

from mallette.errors import InvalidSource
from mallette.labels import labels
from mallette.loading import load
from mallette.look import look_css
from mallette.sprite import SIGNS, SPRITE, sprite

sys.path.append(str(ROOT / "benchmarks"))

import library

HEAVIEST = 20_000
WORDS = 500
SVG = "{http://www.w3.org/2000/svg}"


def words_of(story):
    """How long its texts are together."""
    return sum(len(story[name].split()) for name in ("objective", "context", "intervention", "results"))


STORIES = [library.story(number, 7, ["tour"]) for number in range(300)]
LONG = [number for number, story in enumerate(STORIES) if WORDS <= words_of(story) < WORDS + 9][:4]


@pytest.fixture(scope="module")
def site(tmp_path_factory, run):
    """A library whose stories are beyond what the navigation shows, in two languages, with a document each."""
    root = shutil.copytree(TINY, tmp_path_factory.mktemp("size") / "root")
    kit = root / "kit/kit.yml"
    kit.write_text(kit.read_text("utf-8") + "languages: [fr, en]\n", "utf-8")
    for number in {*range(32), *LONG}:
        text = yaml.safe_dump(STORIES[number], allow_unicode=True)
        (root / f"cases/recit-{number:05}.yml").write_text(text, "utf-8")
    (root / "templates").mkdir()
    shutil.copy(ROOT / "mkdocs.yml", root)
    config = (root / "mkdocs.yml").read_text("utf-8")
    guides = re.findall(r"(?m)^ +- .*?: ([a-z]+)\.md$", config)
    for name in guides:
        if name != "index":
            (root / f"docs/{name}.md").write_text(
                f"# {name.capitalize()}\n\nUn guide.\n\n## Une partie\n\nRien.\n", "utf-8"
            )
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    assert "splice" not in done.stderr, "pages are filled, not rendered one by one"
    return root / "site"


def test_a_story_of_five_hundred_words_weighs_little(site):
    """With the menus, the guides and the features of the real site, a document, three near stories, two languages."""
    assert len(LONG) == 4
    for number in LONG:
        data = (site / f"recits/recit-{number:05}/index.html").read_bytes()
        page = html.fromstring(data)
        said = " ".join(part.text_content() for part in page.find_class("m-prose"))
        assert len(said.split()) >= WORDS
        assert len(page.xpath("//section[h2[@id='proches']]//h3")) == 3
        assert len(page.xpath("//section[h2[@id='imprimer']]//a[@download]")) == 1
        assert page.xpath("//nav[@class='m-languages']//a/@hreflang") == ["en", "en"]
        assert len(page.xpath("//nav[@class='m-nav']//li")) > 20
        assert len(data) <= HEAVIEST, f"{number}: {len(data)}"


@pytest.fixture(scope="module")
def real(tmp_path_factory, run):
    """The real kit and library, with the documents that the pages of stories show, and no other."""
    root = copy_sources(tmp_path_factory.mktemp("real") / "root")
    for path in (root / "kit").rglob("*.yml"):
        data = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
        text = re.sub(r"(?m)^ +printable: .*\n", "", path.read_text("utf-8"))
        text = re.sub(r"(?ms)^(?:printables|selections):.*?(?=^\w|\Z)", "", text)
        if path.name == "kit.yml":
            about = [one for one in data["printables"] if one["about"] == "story"]
            text += yaml.safe_dump({"printables": about}, allow_unicode=True)
        path.write_text(text, "utf-8")
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def test_every_page_of_the_real_stories_weighs_little(real):
    """In both languages, with their documents, menus, near stories and what they say to machines."""
    stories = load(ROOT).mallette.stories
    assert len(stories) >= 10
    found = {(prefix, name): real / f"{prefix}recits/{name}/index.html" for prefix in ("", "en/") for name in stories}
    for place, path in found.items():
        page = html.fromstring(path.read_bytes())
        assert len(page.xpath("//section[h2[@id='imprimer']]//a[@download]")) == 1, place
        assert len(page.xpath("//script[@type='application/ld+json']")) == 1, place
    weights = {place: path.stat().st_size for place, path in found.items()}
    assert {place: weight for place, weight in weights.items() if weight > HEAVIEST} == {}


def test_the_menu_of_a_story_leads_to_its_list_and_to_each_part_of_the_page(real):
    page = html.fromstring((real / "recits/opus-3-alliances/index.html").read_bytes())
    (menu,) = page.xpath("//nav[@class='m-nav']")
    links = menu.xpath(".//a/@href")
    assert [link for link in links if re.match(r"\.\./(?!\.\.)", link)] == ["../"]
    assert menu.xpath(".//a[@aria-current='page']/@href") == ["./"]
    parts = page.xpath("//article//h2/@id")
    assert [link[1:] for link in links if link.startswith("#")] == parts
    assert len(parts) > 5
    assert {"../../choisir/", "../../glossaire/", "../../credits/"} <= {*links}
    guide = html.fromstring((real / "imprimer/index.html").read_bytes())
    assert "../glossaire/" in guide.xpath("//nav[@class='m-nav']//a/@href")


def test_what_the_theme_repeats_is_not_on_a_page(real):
    text = (real / "recits/opus-3-alliances/index.html").read_text("utf-8")
    assert text.count("#m-content") == 1
    for spare in ("md-skip", "generator", 'data-md-component="announce"', "autocomplete"):
        assert spare not in text, spare
    assert not re.search(r"<(?:div|ul|li|dd|section)\b[^<>]*>\s|\s</(?:div|ul|li|dd|section)>", text)
    said = html.fromstring(text).text_content()
    assert "Faire avec" in said


def test_signs_are_drawn_by_the_style_sheet_of_the_look(real):
    rules = dict(re.findall(r"\.(m-i-[\w-]+) \{ --m-i: url\(data:image/svg\+xml,([^)]+)\); \}", _css(real)))
    assert len(rules) == len(SIGNS)
    for drawing in rules.values():
        parts = etree.fromstring(unquote(drawing))
        assert parts.tag == f"{SVG}svg"
        assert len(parts)
    asked = set()
    for path in real.rglob("*.html"):
        for classes in html.fromstring(path.read_bytes()).xpath("//@class[contains(., 'm-i-')]"):
            asked |= {name for name in classes.split() if name.startswith("m-i-")}
    assert {"m-i-check", "m-i-map-pin", "m-i-users"} <= asked <= rules.keys()


def test_a_sign_of_ones_own_takes_the_place_of_ours(tiny_root):
    folder = tiny_root / "templates/icons"
    folder.mkdir(parents=True)
    (folder / "users.svg").write_text(
        f'<svg xmlns="{SVG[1:-1]}" viewBox="0 0 9 9"><path d="M1 1h7" fill="url(#a)"/></svg>', "utf-8"
    )
    (rule,) = re.findall(r"\.m-i-users \{.*", look_css(tiny_root).content.decode())
    assert "M1%201h7" in rule
    assert "0%200%209%209" in rule
    assert rule.count("(") == rule.count(")") == 1, "nothing ends the address before its end"


def _css(site):
    return (site / "assets/look.css").read_text("utf-8")


def test_every_icon_of_every_page_is_in_the_file_that_it_points_to(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 60
    held = {part.get("id") for part in etree.fromstring((site / SPRITE).read_bytes()).iter(f"{SVG}symbol")}
    asked = set()
    for path in pages:
        found = html.fromstring(path.read_bytes()).xpath("//*[local-name()='use']/@href")
        assert len(found) > 8, path
        for address, _, name in (one.partition("#") for one in found):
            there = site / address.lstrip("/") if address.startswith("/") else path.parent / address
            assert there.resolve() == (site / SPRITE).resolve(), (path, address)
            assert name in held, (path, name)
            asked.add(name)
    assert {"mallette", "license", "download", "search"} <= asked


def test_icons_are_passed_over_by_screen_readers(site):
    for name in ("index.html", "recits/recit-00000/index.html", "en/recits/index.html"):
        drawings = html.fromstring((site / name).read_bytes()).xpath("//*[local-name()='svg'][*[local-name()='use']]")
        assert drawings
        assert all(one.get("aria-hidden") == "true" for one in drawings)


def test_icons_that_scripts_ask_for_are_there(site):
    asked = {
        name for path in (site / "assets").glob("*.js") for name in re.findall(r'\bicon\("([^"]+)"\)', path.read_text())
    }
    held = {part.get("id") for part in etree.fromstring((site / SPRITE).read_bytes()).iter(f"{SVG}symbol")}
    assert {"search", "x"} <= asked <= held


def test_a_script_finds_the_words_of_the_search_in_each_language(site):
    for language, page in (("fr", "recits/recit-00000/index.html"), ("en", "en/index.html")):
        (link,) = html.fromstring((site / page).read_bytes()).find_class("m-header__search")
        said = json.loads(((site / page).parent / link.get("data-words")).read_text("utf-8"))
        assert said["language"] == language
        assert said["hint"].replace("’", "'") == labels(language)("site.search_hint").replace("’", "'")
        assert "{count}" in said["many"]
        script = (site / "assets/search.js").read_text() + (site / "assets/search-dialog.js").read_text()
        used = set(re.findall(r"\bsaid\.(\w+)", script))
        assert len(used) > 9
        assert used <= said.keys()


def test_no_page_has_a_script_of_its_own(site):
    """What runs is in files, which browsers keep; a page that has tabs has one more of these."""
    for path in site.rglob("*.html"):
        for script in html.fromstring(path.read_bytes()).iter("script"):
            assert script.get("src") or script.get("type") in ("application/json", "application/ld+json"), path


def test_an_icon_of_ones_own_takes_the_place_of_ours(tiny_root):
    folder = tiny_root / "templates/icons"
    folder.mkdir(parents=True)
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n <path d="M1 1h7" />\n</svg>'
    (folder / "users.svg").write_text(drawn, "utf-8")
    (folder / "rive.svg").write_text('<?xml version="1.0"?><svg><g><circle r="3"/></g></svg>', "utf-8")
    found = {part.get("id"): part for part in etree.fromstring(sprite(tiny_root).content)}
    assert found["users"].get("viewBox") == "0 0 9 9"
    assert etree.tostring(found["users"][0]).count(b"M1 1h7") == 1
    assert len(found["rive"].findall(f"{SVG}g/{SVG}circle")) == 1
    assert len(found["map-pin"]) == 2, "the others are those of mallette, without their empty ground"


def test_each_icon_that_no_browser_reads_is_told_at_its_fault(tiny_root, run):
    folder = tiny_root / "templates/icons"
    folder.mkdir(parents=True)
    (folder / "users.svg").write_text('<svg>\n  <path d="M0 0">é</svg>', "utf-8")
    (folder / "clock.svg").write_text("<html></html>", "utf-8")
    (folder.parent / "mark.svg").write_text("", "utf-8")
    with pytest.raises(InvalidSource) as told:
        sprite(tiny_root)
    found = {f"{one.path}:{one.line}:{one.column}" for one in told.value.problems}
    places = {"templates/icons/users.svg:2:21", "templates/icons/clock.svg:1:1", "templates/mark.svg:1:1"}
    assert found == places
    done = run("check", "--root", tiny_root)
    assert done.returncode == 1
    assert all(place in done.stderr for place in places), done.stderr
    assert "mismatched tag" in done.stderr
