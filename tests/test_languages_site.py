"""A site in two languages: pages, addresses, documents; what is not translated is there, and says so."""

import io
import re
import shutil
import zipfile

import page as validator
import pikepdf
import pytest
from conftest import TINY
from lxml import html
from searched import searched
from test_translations import FILES, PREMIER, edit, translate

from mallette.alternates import Tongue, alternates, original
from mallette.loading import load

FRENCH, ENGLISH = Tongue("fr", "", "Français"), Tongue("en", "en/", "English")
OLD = "kit/protocols/ancien"


def bilingual(folder):
    """Three protocols: one translated, one translated long ago, one not; a story that is not; a guide in English."""
    root = shutil.copytree(TINY, folder / "root")
    edit(root / "kit/kit.yml", ("title: Petite", "languages:\n  - fr\n  - en\ntitle: Petite"))
    tour = (root / "kit/protocols/tour.yml").read_text(encoding="utf-8")
    for name in ("ancien", "seul"):
        text = tour.replace("Tour de table", f"Tour {name}").replace("Essayer", 'Essayer "mot" ? Essayer')
        (root / f"kit/protocols/{name}.yml").write_text(text + "tags:\n  - écoute\n", encoding="utf-8")
    for name, text in FILES.items():
        if name != "cases/premier":
            translate(root, name, text)
    translate(root, OLD, FILES["kit/protocols/tour"].replace("Go-round", "Old round") + "tags: [listening]\n")
    edit(root / f"{OLD}.yml", ("Dire ce que l'on a à dire.", "Dire ce qui compte."))
    (root / "docs/en").mkdir()
    (root / "docs/en/guide.md").write_text('# Guide\n\nA guide "by hand".\n', encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return bilingual(tmp_path_factory.mktemp("languages"))


@pytest.fixture(scope="module")
def site(root, run):
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def tree(site, address):
    return html.fromstring((site / address / "index.html").read_bytes())


def words(element):
    return " ".join(element.text_content().split())


ADDRESSES = ("", "protocoles", "protocoles/tour", "recits", "recits/premier", "roles", "telecharger", "credits")


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_is_there_in_both_languages_and_says_which(site, address):
    for prefix, language in (("", "fr"), ("en/", "en")):
        page = tree(site, prefix + address)
        assert page.get("lang") == language
        assert len(page.xpath("//h1")) == 1
    french, english = (tree(site, prefix + address) for prefix in ("", "en/"))
    up = "../" * len([part for part in address.split("/") if part])
    for page, target, name in ((french, f"{up}en/{address}", "English"), (english, f"{up}../{address}", "Français")):
        (link,) = page.xpath("//header//nav[contains(@class, 'm-languages')]//a")
        assert (link.get("href").rstrip("/"), link.text) == (target.rstrip("/"), name)
        assert link.get("hreflang") == link.get("lang") == {"English": "en", "Français": "fr"}[name]


def test_every_link_leads_somewhere(site):
    checked = 0
    for path in site.rglob("index.html"):
        for link in html.fromstring(path.read_bytes()).xpath("//@href | //@src"):
            if not re.match(r"[a-z]+:|#|//", link) and link:
                there = (path.parent / link.partition("#")[0].partition("?")[0]).resolve()
                assert (there / "index.html" if there.is_dir() else there).is_file(), f"{path}: {link}"
                checked += 1
    assert checked > 300


def test_words_stay_in_their_language_with_its_typography(site):
    page = tree(site, "en/protocoles/seul")
    (purpose,) = page.xpath("//*[@lang='fr']/p[contains(., 'Essayer')]")
    assert purpose.text_content() == "Essayer «\u202fmot\u202f»\u202f? Essayer la mallette."
    french = (
        "Tour seul",
        "Chaque personne",
        "Essayer",
        "Le support ne doit",
        "J’écoute",
        "Nos propositions",
        "Affiche",
    )
    seen = 0
    for node in page.xpath("//main//text()[normalize-space() and not(parent::script)]"):
        if any(part in node for part in french):
            if node.getparent().xpath("ancestor-or-self::*[contains(@class, 'm-hidden')]"):
                continue  # the name of a document inside a sentence of the page
            assert node.getparent().xpath("ancestor-or-self::*[@lang][1]/@lang") == ["fr"], node
            seen += 1
    assert seen >= 8
    translated = tree(site, "en/protocoles/tour").xpath("//article//*[@lang]")
    assert translated, "the card of a story that is not translated"
    assert not [e for e in translated if not e.xpath("ancestor::*[contains(@class, 'm-card--story')]")]
    assert not tree(site, "protocoles/tour").xpath("//article//*[@lang]")


@pytest.mark.parametrize(
    ("address", "banner"),
    [
        ("en/protocoles/tour", None),
        ("en/protocoles/seul", "This page is not translated yet: here is the text in French."),
        ("en/recits/premier", "This page is not translated yet: here is the text in French."),
        ("en/protocoles/ancien", "The original changed after this translation, which may be outdated."),
        ("protocoles/ancien", None),
        ("en", None),
    ],
)
def test_a_banner_says_what_is_not_translated_or_behind(site, address, banner):
    said = [words(element) for element in tree(site, address).xpath("//*[@class='m-translation']")]
    assert [s.removesuffix(" Read the original") for s in said] == ([banner] if banner else [])


def test_machines_are_told_which_pages_say_the_same(site):
    def alternates_of(address):
        links = tree(site, address).xpath("//head/link[normalize-space(@rel)='alternate'][@hreflang]")
        return {link.get("hreflang"): link.get("href") for link in links}

    base = "https://petite.example.org/"
    for address in ("", "protocoles/tour/", "protocoles/ancien/", "roles/", "guide/"):
        expected = {"fr": base + address, "en": f"{base}en/{address}"}
        assert alternates_of(address) == alternates_of(f"en/{address}") == expected
    for address in ("protocoles/seul/", "recits/premier/"):
        assert alternates_of(address) == alternates_of(f"en/{address}") == {}
        assert tree(site, f"en/{address}").xpath("//link[@rel='canonical']/@href") == [base + address]
    assert alternates_of("champs/") == {}


def test_what_is_not_translated_is_found_once(site):
    found = set(searched(site))
    assert {"protocoles/seul/", "en/protocoles/tour/", "en/guide/"} <= found
    assert not [place for place in found if place.startswith(("en/protocoles/seul/", "en/recits/premier/"))]
    listed = re.findall("<loc>https://petite.example.org/(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    assert len(listed) == len(set(listed))
    assert {"protocoles/seul/", "en/protocoles/tour/"} <= set(listed)
    assert "en/protocoles/seul/" not in listed


def test_the_frame_is_in_the_language_of_the_page(site):
    page = tree(site, "en/protocoles/seul")
    tabs = [words(link) for link in page.xpath("//nav[@class='m-tabs']//a")]
    assert tabs == ["Protocols", "Stories", "Roles", "Download", "Credits"]
    assert [words(link) for link in tree(site, "").xpath("//nav[@class='m-tabs']//a")] == [
        "Protocoles", "Récits", "Guide"
    ]  # fmt: skip
    everywhere = (page.xpath("//nav//a/@href | //footer//a/@href"), tree(site, "").xpath("//nav//a/@href"))
    assert [link for link in everywhere[1] if link.startswith("en/") and link != "en/"] == []
    assert page.findtext(".//title") == "Tour seul - Small kit"
    assert "Skip to content" in words(page)
    for word in ("Accueil", "Aller au contenu", "Améliorer cette page", "Textes sous licence"):
        assert word not in words(page)


def test_cards_of_what_is_not_translated_say_so(site):
    cards = {
        words(card.xpath(".//a")[0]): words(card)
        for card in tree(site, "en/protocoles").xpath("//li[contains(@class, 'm-card')]")
    }
    assert {name for name, said in cards.items() if "in French" in said} == {"Tour seul"}
    assert set(cards) == {"Go-round", "Old round", "Tour seul"}


def test_the_credits_say_what_is_translated(site):
    for address, said in (("credits", "protocoles : 2 sur 3"), ("en/credits", "protocols: 2 of 3")):
        assert said in words(tree(site, address).xpath("//section[.//h2[@id='langues']]")[0]).replace("\u202f", " ")


def test_a_guide_may_be_translated_too(site):
    page = tree(site, "en/guide")
    assert page.get("lang") == "en"
    assert "A guide “by hand”." in words(page)
    assert words(page.xpath("//nav[@class='m-tabs']//a")[0]) == "Protocols"


def test_documents_are_made_of_what_is_translated(site):
    made = {path.relative_to(site / "telecharger/en").as_posix() for path in (site / "telecharger/en").rglob("*.pdf")}
    assert {path.partition("/")[0] for path in made} == {"tour", "ancien"}
    assert "tour/tour-affiche-a2-en.pdf" in made
    for name in made:
        data = (site / "telecharger/en" / name).read_bytes()
        assert validator.validate_pdf_bytes(data, profile="ua1").failures == []
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert str(pdf.Root.Lang) == "en-GB"
    with pikepdf.open(site / "telecharger/tour/tour-affiche-a2.pdf") as pdf:
        assert str(pdf.Root.Lang) == "fr-FR"


def test_documents_speak_the_language(site):
    import measure

    text = measure.pages((site / "telecharger/en/tour/tour-fiche-en.pdf").read_bytes())[0].text
    assert "Go-round" in text
    assert "Saywhatonehastosay." in text
    assert "petite.example.org/en/protocoles/tour" in text
    assert not re.search("Tour de table|Pour|rôle", text)


def test_pages_offer_their_own_documents_or_those_of_the_main_language(site):
    def offered(address):
        return {link.rpartition("/")[2] for link in tree(site, address).xpath("//a[@download]/@href")}

    assert "tour-affiche-a2-en.pdf" in offered("en/protocoles/tour")
    assert "tour-kit-en.zip" in offered("en/protocoles/tour")
    assert not [name for name in offered("en/protocoles/tour") if "-en." not in name]
    assert "seul-affiche-a2.pdf" in offered("en/protocoles/seul")
    assert "not translated yet" in words(tree(site, "en/protocoles/seul").xpath("//section[.//h2[@id='imprimer']]")[0])
    assert {name.partition("-")[0] for name in offered("en/telecharger")} == {"tour", "ancien", "mallette"}
    for protocol, marked in (("tour", False), ("seul", True)):
        packs = tree(site, f"en/protocoles/{protocol}").xpath("//*[@class='m-pack']")
        assert packs
        assert all(("in French" in words(pack)) is marked for pack in packs)


def test_zips_hold_the_translation_and_what_it_translates(site):
    with zipfile.ZipFile(site / "telecharger/en/tour/tour-kit-en.zip") as archive:
        names = set(archive.namelist())
        assert {"sources/kit/protocols/tour.yml", "sources/kit/protocols/tour.en.yml"} <= names
        assert "sources/kit/roles/guide.en.yml" in names
        assert {"README.txt", "CREDITS.txt"} <= names
        readme = archive.read("README.txt").decode()
    assert "Go-round" in readme
    assert "petite.example.org/en/protocoles/tour/" in readme
    assert (site / "telecharger/en/mallette-en.zip").is_file()


def test_check_says_how_far_translations_are(root, run):
    done = run("check", "--root", root, MALLETTE_LANG="en")
    assert done.returncode == 0
    assert "Translations into English (en):" in done.stdout
    assert "protocols: 2 of 3" in done.stdout
    now = load(root).others[0].standings
    assert f"seul.en.yml ({next(h for (_, name), h in now.items() if name == 'seul').fingerprint})" in done.stdout
    (outdated,) = [line for line in done.stdout.splitlines() if "ancien.en.yml" in line]
    assert outdated.startswith(f"{OLD}.en.yml:1:13: the original changed")
    assert next(h for (_, name), h in now.items() if name == "ancien").fingerprint in outdated


def test_print_makes_documents_of_one_language(root, run, tmp_path):
    done = run("print", "--root", root, "--in", "en", "--only", "fiche", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"ancien-fiche-en.pdf", "tour-fiche-en.pdf"}
    done = run("print", "--root", root, "--in", "en", "--only", "recit", "--out", tmp_path / "none")
    assert done.returncode == 1
    assert "(en)" in done.stderr
    assert "fr, en" in run("print", "--root", root, "--in", "xx", "--out", tmp_path / "none").stderr


def test_a_site_in_one_language_has_no_trace_of_others(tiny_root, run):
    assert run("build", "--root", tiny_root).returncode == 0
    for path in (tiny_root / "site").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "hreflang" not in text
        assert "m-languages" not in text


def test_a_story_in_english_is_at_home_among_english_pages(tmp_path, run):
    root = bilingual(tmp_path)
    story = "language: en\n" + PREMIER + "protocols:\n  - tour\n"
    (root / "cases/premier.yml").write_text(story, encoding="utf-8")
    assert run("build", "--root", root).returncode == 0
    french, english = (tree(root / "site", f"{prefix}recits/premier") for prefix in ("", "en/"))
    assert "en anglais" in words(french.xpath("//*[@class='m-translation']")[0])
    assert french.xpath("//h1/span/@lang") == ["en"]
    assert french.xpath("//link[@rel='canonical']/@href") == ["https://petite.example.org/en/recits/premier/"]
    assert not english.xpath("//*[@class='m-translation']")


def test_alternates_of_a_page():
    tongues = [FRENCH, ENGLISH]
    known = {"", "en/", "a/", "en/a/", "b/"}
    here = alternates(tongues, "en/a/", known, {"en/a/"})
    assert [(one.path, one.here, one.written) for one in here] == [("a/", False, True), ("en/a/", True, False)]
    assert original(here) == here[0]
    only = alternates(tongues, "b/", known, ())
    assert [(one.path, one.here, one.written) for one in only] == [("b/", True, True), ("en/", False, False)]
    assert original(only) is None
