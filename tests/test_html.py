"""The HTML of the real site: parsed by the rules of the standard, then what RGAA asks of code that no browser shows."""

import itertools
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml import html
from tinyhtml5.parser import HTMLParser

JAR = Path(os.environ.get("VNU_JAR", Path(__file__).parents[1] / ".ci/nu/node_modules/vnu-jar/build/dist/vnu.jar"))
TYPES = (
    "index.html",
    "protocoles/index.html",
    "protocoles/atelier-entraide/index.html",
    "recits/index.html",
    "recits/entraide-haute-loire/index.html",
    "roles/index.html",
    "donnees/index.html",
    "champs/index.html",
    "accessibilite/index.html",
    "raconter/index.html",
    "imprimer/index.html",
    "glossaire/index.html",
    "404.html",
    "en/index.html",
    "en/accessibilite/index.html",
    "en/raconter/trace/index.html",
)
BAD = '<p id="a">x<p id="a"><b>y</p><table><tr><div></div></table>&nope;'


def parse_errors(data):
    parser = HTMLParser()
    parser.parse(data)
    return [f"line {place[0]}: {code}" for place, code, _ in parser.errors]


def nu(paths):
    command = ["java", "-jar", JAR, "--errors-only", "--format", "gnu", *paths]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr.splitlines()


@pytest.fixture(scope="module")
def pages(built_site):
    """Every page of the site, parsed."""
    paths = sorted(built_site.rglob("*.html"))
    assert len(paths) > 50
    return {path.relative_to(built_site).as_posix(): html.fromstring(path.read_bytes()) for path in paths}


def test_the_code_of_each_type_of_page_follows_the_standard(built_site):
    assert {name: parse_errors((built_site / name).read_bytes()) for name in TYPES} == {name: [] for name in TYPES}
    assert len(parse_errors(BAD.encode())) >= 3


@pytest.mark.skipif(not (shutil.which("java") and JAR.is_file()), reason="no Nu checker: npm ci --prefix .ci/nu")
def test_the_nu_checker_finds_no_error(built_site, tmp_path):
    assert nu(sorted(built_site.rglob("*.html"))) == []
    (tmp_path / "bad.html").write_text(f"<!doctype html><title>x</title>{BAD}", encoding="utf-8")
    assert any("Duplicate ID" in line for line in nu([tmp_path / "bad.html"]))


def test_what_an_element_refers_to_is_there_once(pages):
    seen = Counter()
    for name, page in pages.items():
        ids = Counter(page.xpath("//@id"))
        assert [one for one, count in ids.items() if count > 1] == [], name
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for value in page.xpath(f"//@{attribute}"):
                assert set(value.split()) <= set(ids), (name, attribute, value)
                seen[attribute] += 1
        for link in page.xpath("//a[starts-with(@href, '#')]/@href"):
            assert link[1:] in ids, (name, link)
            seen["#"] += 1
    assert min(seen["for"], seen["aria-labelledby"], seen["#"]) > 50


def test_every_page_has_a_title_and_a_language_of_its_own(pages):
    titles = [(page.get("lang"), page.findtext(".//title").strip()) for page in pages.values()]
    assert [one for one, count in Counter(titles).items() if count > 1] == []
    for name, page in pages.items():
        assert page.get("lang") == ("en" if name.startswith("en/") else "fr"), name
        assert set(page.xpath("//@lang")) <= {"fr", "en"}, name
        assert all(one.get("lang") != page.get("lang") for one in page.xpath("//main//p[@lang] | //main//li[@lang]")), (
            name
        )


def test_headings_go_down_one_level_at_a_time(pages):
    for name, page in pages.items():
        levels = [int(one.tag[1]) for one in page.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), name


def test_tables_are_named_and_their_headers_tell_of_what(pages):
    tables = [(name, table) for name, page in pages.items() for table in page.xpath("//table")]
    assert len(tables) > 20
    for name, table in tables:
        assert table.get("aria-label") or table.xpath("caption//text()[normalize-space()]"), name
        assert table.xpath("thead//th"), name
        assert not table.xpath(".//th[not(@scope)]"), name


def test_links_that_say_the_same_lead_to_the_same_place(pages):
    told = 0
    for name, page in pages.items():
        places = {}
        for link in page.xpath("//a[@href and not(ancestor::nav or ancestor::template or @class='md-skip')]"):
            words = re.sub(r"\s+", " ", link.text_content()).strip()
            under = "".join(link.xpath("ancestor::section[1]/h2[1]//text()"))  # RGAA counts it as the context of a link
            places.setdefault((words, under), set()).add(urljoin(f"/{name}", link.get("href")))
            told += 1
        assert {k: v for k, v in places.items() if len(v) > 1} == {}, name
        assert not any(not words for words, _ in places), name
    assert told > 2000


def test_no_window_opens_by_itself_and_each_image_has_an_alternative(pages):
    for name, page in pages.items():
        assert not page.xpath("//@target"), name
        assert not page.xpath("//img[not(@alt)]"), name
        assert not page.xpath("//svg[not(@aria-hidden) and not(@aria-label)]"), name
