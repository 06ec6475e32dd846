"""What pages put first: the way to print, the steps, what the reader can read; the rest is there, folded."""

import json
import re
import subprocess

import pytest
from editing import edit
from test_languages_site import bilingual, tree, words
from test_translations import FILES, translate

from mallette.errors import InvalidSource
from mallette.loading import load

FORGE = "https://git.example.org/petite"
SAID = """\
testimonies:
  - text: Nous avons parlé.
    literal: oui
    role: Animatrice
    consent: anonymised
  - text: La salle était trop petite.
    role: Gardien
    consent: anonymised
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory, run):
    """Four protocols of which two are translated; the step sheet is to begin with; the project is on a forge."""
    root = bilingual(tmp_path_factory.mktemp("first"))
    edit(root / "kit/kit.yml", ("  - id: fiche\n", "  - id: fiche\n    essential: oui\n"))
    edit(root / "kit/kit.yml", ("credits:\n", "first: [seul, tour]\ncredits:\n"))
    edit(root / "kit/kit.yml", ("credits:\n", f"repository: {{kind: forgejo, url: {FORGE}}}\ncredits:\n"))
    tour = (root / "kit/protocols/tour.yml").read_text("utf-8").replace("Tour de table", "Autre tour")
    (root / "kit/protocols/zut.yml").write_text(tour, "utf-8")
    story = (root / "cases/premier.yml").read_text("utf-8")
    (root / "cases/autre.yml").write_text(story.replace("Un premier essai", "Autre essai"), "utf-8")
    (root / "cases/premier.yml").write_text(story + SAID, "utf-8")
    translate(root, "cases/premier", FILES["cases/premier"])
    (root / "docs/guide.md").write_text("# Guide\n\nPrenez [tout le projet](depot:) ici.\n", "utf-8")
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def folded(link):
    return any(above.tag == "details" for above in link.iterancestors())


def test_the_kit_and_the_steps_are_one_tap_away_on_the_page_of_a_protocol(site):
    page = tree(site, "protocoles/tour")
    kit, steps = page.xpath("//p[@class='m-go']/a")
    assert kit.get("href").endswith("/tour-kit.zip")
    assert re.search(r"\(ZIP, \d+ Ko\)", words(kit))
    assert len(page.xpath("//h2[@id=$id]", id=steps.get("href")[1:])) == 1
    assert page.xpath("//p[@class='m-go']/preceding::h2[ancestor::article]") == []
    assert page.xpath("//p[@class='m-go']/preceding::dl[@class='m-facts']")


def test_the_documents_to_begin_with_are_shown_and_the_others_folded(site):
    links = tree(site, "protocoles/tour").xpath("//section[h2[@id='imprimer']]//a[@download]")
    told = {link.get("href").rpartition("/")[2]: folded(link) for link in links if link.get("href").endswith(".pdf")}
    assert told.pop("tour-fiche.pdf") is False
    assert len(told) == 3
    assert all(told.values())


def test_all_documents_are_shown_if_the_kit_says_none_to_begin_with(tiny_root, run):
    done = run("build", "--root", tiny_root)
    assert done.returncode == 0, done.stderr
    page = tree(tiny_root / "site", "protocoles/tour")
    links = page.xpath("//section[h2[@id='imprimer']]//a[@download and contains(@href, '.pdf')]")
    assert len(links) == 4
    assert not any(map(folded, links))
    assert "Le projet" not in words(page)


def test_the_page_of_downloads_is_a_line_and_a_button_a_protocol(site):
    page = tree(site, "telecharger")
    lines = page.find_class("m-kit")
    assert [line.xpath("h2/@id") for line in lines] == [["ancien"], ["seul"], ["tour"], ["zut"]]
    for line in lines:
        shown = [link for link in line.xpath(".//a[@download]") if not folded(link)]
        assert [link.get("class") for link in shown] == ["m-button"]
        assert shown[0].get("href").endswith("-kit.zip")
        assert len(line.xpath("details//a[contains(@href, '.pdf')]")) == 4
        assert line.xpath(".//img") == []
    assert page.xpath("//details//a[contains(@href, 'premier-recit.pdf')]")


def test_home_asks_what_the_list_of_protocols_answers(site):
    home, listed = tree(site, ""), tree(site, "protocoles")
    (form,) = home.find_class("m-choose")
    assert form.get("method") == "get"
    assert (site / form.get("action")).resolve() == (site / "protocoles").resolve()
    asked = form.xpath(".//input/@name")
    assert asked == listed.xpath("//form//input[@type='number']/@name")
    assert len(asked) == 2
    for one in form.xpath(".//input"):
        assert home.xpath("//label[@for=$id]", id=one.get("id"))


def test_home_shows_the_protocols_that_the_kit_names_and_leads_to_all(site):
    home = tree(site, "")
    cards = home.xpath("//section[h2[@id='protocoles']]//li/@data-id")
    assert cards == ["seul", "tour"]
    (more,) = home.xpath("//section[h2[@id='protocoles']]/p/a[@class='m-more']")
    assert words(more) == "Voir les 4 protocoles"
    doors = home.xpath("//*[contains(@class, 'm-door')]//a")
    assert words(doors[0]) == "Choisir un protocole"
    article = home.xpath("//article")[0]
    assert [words(link) for link in article.iter("a")].count("Télécharger et imprimer") == 1


def test_a_home_page_is_laid_out_alike_in_each_language(site):
    both = [tree(site, address).xpath("//*[@data-md-type='toc']/@hidden") for address in ("", "en")]
    assert both[0] == both[1]
    assert len(both[0]) == 1


def test_lists_begin_with_what_their_reader_can_read(site):
    assert tree(site, "protocoles").xpath("//ul[@data-list]/li/@data-id") == ["ancien", "seul", "tour", "zut"]
    assert tree(site, "en/protocoles").xpath("//ul[@data-list]/li/@data-id") == ["ancien", "tour", "seul", "zut"]
    assert json.loads((site / "en/protocoles/facettes.json").read_text("utf-8"))["ids"] == [
        "ancien",
        "tour",
        "seul",
        "zut",
    ]
    assert tree(site, "en").xpath("//section[h2[@id='protocoles']]//li/@data-id") == ["tour", "seul"]
    assert tree(site, "recits").xpath("//ul[@data-list]/li/@data-id") == ["autre", "premier"]
    assert tree(site, "en/recits").xpath("//ul[@data-list]/li/@data-id") == ["premier", "autre"]


def test_an_unknown_protocol_of_the_home_page_is_told(tiny_root):
    edit(tiny_root / "kit/kit.yml", ("credits:\n", "first: [tuor]\ncredits:\n"))
    with pytest.raises(InvalidSource) as told:
        load(tiny_root)
    (problem,) = told.value.problems
    assert (problem.path, problem.code, problem.hint) == ("kit/kit.yml", "unknown_protocols", "tour")


def test_the_project_is_linked_where_people_look_for_it(site):
    for address in ("", "en/recits", "recits/premier"):
        assert tree(site, address).xpath("//footer//a/@href").count(FORGE) == 1, address
    assert FORGE in tree(site, "credits").xpath("//section[h2[@id='projet']]//a/@href")
    (link,) = tree(site, "guide").xpath("//article//p/a[starts-with(@href, 'https:') and not(@rel='edit')]")
    assert (link.get("href"), link.text) == (FORGE, "tout le projet")


def test_a_guide_without_a_project_to_lead_to_says_the_same_words(tiny_root, run):
    (tiny_root / "docs/guide.md").write_text("# Guide\n\nPrenez [*tout* le projet](depot:) ici.\n", "utf-8")
    done = run("build", "--root", tiny_root)
    assert done.returncode == 0, done.stderr
    page = tree(tiny_root / "site", "guide")
    assert "Prenez tout le projet ici." in words(page)
    assert not page.xpath("//a[contains(@href, 'depot')]")


def test_only_the_very_words_of_a_person_look_like_a_quotation(site):
    quoted, told = tree(site, "recits/premier").xpath("//figure[contains(@class, 'm-voice')]")
    assert words(quoted.find("blockquote")) == "Nous avons parlé."
    assert quoted.findall("svg")
    assert "rapportés" not in words(quoted)
    assert told.findall("blockquote") == told.findall("svg") == []
    assert words(told).endswith("Gardien. Propos rapportés avec d’autres mots.")
    (path,) = (site / "telecharger").glob("*/premier-recit.pdf")
    said = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    said = " ".join(said.split())
    assert "– Animatrice" in said
    assert "– Gardien" not in said
    assert "Gardien. Propos rapportés avec d’autres mots." in said


def test_a_role_names_each_protocol_once_and_folds_many(site):
    page = tree(site, "roles")
    assert page.xpath("//nav[contains(@class, 'm-index')]//a/@href") == [
        f"#{id}" for id in page.xpath("//section/header//h2/@id")
    ]
    (within,) = page.xpath("//section[.//h2[@id='guide']]//details")
    assert words(within.find("summary")) == "Dans 4 protocoles"
    links = [link for link in within.xpath(".//a/@href") if "/protocoles/" in link]
    assert sorted(links) == [f"../protocoles/{name}/" for name in ("ancien", "seul", "tour", "zut")]


def test_whoever_prints_a_page_is_told_of_the_sheet(site):
    (line,) = tree(site, "protocoles/tour").find_class("m-paper")
    address = words(line).rpartition(" ")[2]
    assert address.startswith("https://petite.example.org/telecharger/")
    assert (site / address.removeprefix("https://petite.example.org/")).is_file()
    assert re.search(r"\(\d page", words(line))
