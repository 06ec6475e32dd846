"""Licence, authors and source of every text and picture: said, taken from the kit, shown on the credits page."""

import io
import re
import tomllib
import zipfile

import pytest
from conftest import ROOT
from editing import edit
from lxml import html
from PIL import Image

from mallette.artifact import Offer
from mallette.errors import InvalidSource
from mallette.loading import load
from mallette.model.item import OPEN_LICENSES
from mallette.packs import packs
from mallette.pages import frame, pages
from mallette.printables import plans
from mallette.rights import ASKS
from mallette.templating import words_for


def page(root, address):
    loaded = load(root)
    made = {one.path: one for one in pages(loaded, root, words_for(root, "fr"), Offer(), loaded)}
    return html.fromstring(made[address].body)


def said(element):
    return re.sub(r"\s+", " ", element.text_content()).replace("\u202f", " ").replace("\xa0", " ").strip()


@pytest.fixture
def shared(tiny_root):
    """A kit with a picture, an author of a role, a translator of a card, and a story under another licence."""
    with (tiny_root / "kit/roles/guide.yml").open("a", encoding="utf-8") as role:
        role.write("authors: [Ada]\nsources: [{title: Un livre sur les rôles}]\n")
    with (tiny_root / "kit/cards/mot.yml").open("a", encoding="utf-8") as card:
        card.write("translators: [Bo]\nsources: [{title: Un livre sur les cartes}]\n")
    with (tiny_root / "cases/premier.yml").open("a", encoding="utf-8") as story:
        story.write(
            "license: CC-BY-4.0\nimages:\n  - {file: place.png, alt: Une place, credit: Cyd, license: CC0-1.0,"
            " source: Prise le jour même}\n"
        )
    Image.new("RGB", (4, 3)).save(tiny_root / "cases/place.png")
    return tiny_root


def test_the_credits_page_tells_the_rights_of_every_text(shared):
    groups = [said(group) for group in page(shared, "credits/").xpath("//section[h2[@id='textes']]/dl/div")]
    assert groups == [
        "CC BY-SA 4.0, Personne 2 textes : tous les autres",
        "CC BY-SA 4.0, Ada Guide",
        "CC BY-SA 4.0, Personne. Traduction : Bo Un mot",
        "CC BY 4.0, Personne Un premier essai",
    ]


def test_the_credits_page_tells_the_rights_of_every_picture(shared):
    (picture,) = page(shared, "credits/").xpath("//section[h2[@id='images']]//li")
    assert said(picture) == "Un premier essai : Une place. Cyd, CC0 1.0. Prise le jour même"
    assert said(page(shared, "recits/premier/").find(".//figcaption")) == "Cyd, CC0 1.0. Prise le jour même"


def test_the_credits_page_names_every_source(shared):
    sources = [said(one) for one in page(shared, "credits/").xpath("//section[h2[@id='sources']]//li")]
    assert any("Un livre sur les rôles" in one and one.endswith("Guide") for one in sources)
    assert any("Un livre sur les cartes" in one and one.endswith("Un mot") for one in sources)
    hrefs = page(shared, "credits/").xpath("//section[h2[@id='sources']]//li/span/a/@href")
    assert "../roles/#guide" in hrefs


@pytest.mark.parametrize("license", ["CC0-1.0", "CC-BY-4.0"])
def test_a_text_has_the_licence_of_the_kit_unless_it_says_another(tiny_root, license):
    edit(tiny_root / "kit/kit.yml", ("license: CC-BY-SA-4.0", f"license: {license}"))
    mallette = load(tiny_root).mallette
    for items in (mallette.protocols, mallette.roles, mallette.cards, mallette.stories):
        assert {item.license for item in items.values()} == {license}


def test_a_translation_has_the_licence_of_its_original(shared):
    edit(shared / "kit/kit.yml", ("title: Petite", "languages: [fr, en]\ntitle: Petite"))
    (shared / "cases/premier.en.yml").write_text("title: A first try\n", encoding="utf-8")
    (other,) = load(shared).others
    assert other.mallette.stories["premier"].license == "CC-BY-4.0"
    assert other.mallette.protocols["tour"].license == "CC-BY-SA-4.0"


LICENSED = {"CC-BY-4.0": ("CC BY 4.0", "licenses/by/4.0"), "CC0-1.0": ("CC0 1.0", "publicdomain/zero/1.0")}


@pytest.mark.parametrize("license", LICENSED)
def test_the_site_says_the_licence_of_the_kit_and_no_other(tiny_root, license):
    edit(tiny_root / "kit/kit.yml", ("license: CC-BY-SA-4.0", f"languages: [fr, en]\nlicense: {license}"))
    name, address = LICENSED[license]
    loaded = load(tiny_root)
    for one in loaded.every:
        words = words_for(tiny_root, one.language)
        made = {page.path: page for page in pages(one, tiny_root, words, Offer(), loaded)}
        deed = f"https://creativecommons.org/{address}/deed.{one.language}"
        for path in ("credits/", "donnees/"):
            body = html.fromstring(made[one.prefix + path].body)
            assert [(link.text, link.get("href")) for link in body.xpath("//a[@rel='license']")] == [(name, deed)]
            assert "BY-SA" not in body.text_content()
            assert not re.search("même licence|same licence", body.text_content())
        around = frame(one, tiny_root, words)
        assert (around["license"], around["license_deed"]) == (name, deed)


def test_a_document_says_the_licence_of_what_it_is_about(tiny_root):
    with (tiny_root / "cases/premier.yml").open("a", encoding="utf-8") as story:
        story.write("license: CC0-1.0\n")
    loaded, words = load(tiny_root), words_for(tiny_root, "fr")
    made = {
        one.path: one.source
        for one in (plan.job() for plan in plans(loaded, tiny_root, words, loaded.mallette.kit.printables))
    }
    feet = {path: re.findall(r'"license": "([^"]*)"', source) for path, source in made.items()}
    assert {path: found for path, found in feet.items() if "premier" in path} != {}
    for path, found in feet.items():
        assert found == ["CC0 1.0" if "premier" in path else "CC BY-SA 4.0"], path


def codes(root):
    with pytest.raises(InvalidSource) as caught:
        load(root)
    return [(p.path, p.code, p.params.get("whole"), p.params.get("title")) for p in caught.value.problems]


def test_a_role_that_asks_for_more_than_its_protocol_is_refused(tiny_root):
    edit(tiny_root / "kit/protocols/tour.yml", ("title: Tour de table", "title: Tour de table\nlicense: CC-BY-4.0"))
    assert codes(tiny_root) == [
        ("kit/cards/mot.yml", "license_mix", "CC-BY-4.0", "Tour de table"),
        ("kit/roles/guide.yml", "license_mix", "CC-BY-4.0", "Tour de table"),
    ]


def test_a_variant_that_gives_away_its_original_is_refused(tiny_root):
    for name in ("kit/roles/guide.yml", "kit/cards/mot.yml"):
        with (tiny_root / name).open("a", encoding="utf-8") as part:
            part.write("license: CC0-1.0\n")
    (tiny_root / "kit/variants").mkdir()
    variant = "of: tour\ntitle: Tour bref\nsummary: Plus court.\nlicense: CC0-1.0\n"
    (tiny_root / "kit/variants/bref.yml").write_text(variant, encoding="utf-8")
    assert ("kit/protocols/tour.yml", "license_mix", "CC0-1.0", "Tour bref") in codes(tiny_root)


def test_every_open_licence_has_its_rank():
    assert set(ASKS) == set(OPEN_LICENSES)


def test_the_credits_of_a_zip_tell_authors_and_the_source_of_a_picture(shared):
    (_, archive) = next(packs(load(shared), shared, words_for(shared, "fr"), [], []))
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        credits = re.sub(r"\s+", " ", opened.read("CREDITS.txt").decode())
    assert "Image place.png : Cyd, CC0-1.0 Prise le jour même" in credits
    assert "Guide. Licence CC-BY-SA-4.0. Auteurs : Ada" in credits
    assert "Tour de table. Licence CC-BY-SA-4.0. Auteurs : Personne" in credits


def licence_of(path, parts):
    """What REUSE.toml says of a file: the last of its parts that fits."""
    found = None
    for part in parts:
        patterns = [part["path"]] if isinstance(part["path"], str) else part["path"]
        rules = (re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", "[^/]*") for pattern in patterns)
        if any(re.fullmatch(rule, path) for rule in rules):
            found = (part["SPDX-License-Identifier"], part["SPDX-FileCopyrightText"])
    return found


def test_every_file_of_the_project_has_its_licence():
    parts = tomllib.loads((ROOT / "REUSE.toml").read_text(encoding="utf-8"))["annotations"]
    used = {part["SPDX-License-Identifier"] for part in parts}
    assert {path.stem for path in (ROOT / "LICENSES").iterdir()} == used
    seen = 0
    for folder, licence, holder in (
        ("scripts", "MIT", "The mallette contributors"),
        ("tests", "MIT", "The mallette contributors"),
        ("kit", "CC-BY-SA-4.0", "The mallette contributors"),
        ("cases", "CC-BY-SA-4.0", "The mallette contributors"),
        ("docs", "CC-BY-SA-4.0", "The mallette contributors"),
        ("templates/icons", "MIT", "Paweł Kuna"),
        ("templates/theme/assets/LICENSE-Pagefind.txt", "MIT", "Pagefind"),
        ("templates/fonts", "OFL-1.1", ""),
        ("templates/theme/assets/fonts", "OFL-1.1", "Project Authors"),
    ):
        for path in (ROOT / folder).rglob("*.*") if (ROOT / folder).is_dir() else (ROOT / folder,):
            said = licence_of(path.relative_to(ROOT).as_posix(), parts)
            assert said, path
            assert said[0] == licence, path
            assert holder in said[1], path
            seen += 1
    assert seen > 300
