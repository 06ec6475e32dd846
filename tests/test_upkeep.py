"""Who looks after a text: the link to its file, its review, and the page of what waits for someone."""

import pytest
from lxml import html

from mallette.artifact import Offer, page_of
from mallette.loading import load
from mallette.pages import pages
from mallette.preview import Preview
from mallette.printables import plans
from mallette.templating import words_for
from mallette.upkeep import OLD, sections

EDIT = "https://git.example.org/petite/edit/main/"


def rendered(root, loaded=None):
    """The pages of the main language, as HTML."""
    main = loaded or load(root)
    made = pages(main, root, words_for(root, main.language), Offer(), main)
    return {page.path: html.fromstring(f"<main>{page.body}</main>") for page in made}


def change(root, name, text):
    path = root / name
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def waiting(root):
    """What waits, by kind: titles and what is said."""
    loaded = load(root)
    return {
        one.name: [(task.file, str(task.what)) for task in one.tasks]
        for one in sections(loaded, words_for(root, loaded.language))
    }


def step_of(root):
    """What the page and the facilitator's sheet say of the step that uses a card."""
    loaded = load(root)
    sheets = [printable for printable in loaded.mallette.kit.printables if printable.template == "step-sheet"]
    (order, *_) = [plan.job() for plan in plans(loaded, root, words_for(root, "fr"), sheets)]
    (hints,) = rendered(root)["protocoles/tour/"].xpath("//*[@class='m-hints']")
    return " ".join(hints.text_content().split()), order.source


def test_a_protocol_says_how_to_do_without_its_cards(tiny_root):
    page, sheet = step_of(tiny_root)
    assert "Un mot" in page
    assert "Sans la carte" not in page
    assert "oral: none" in sheet
    change(tiny_root, "kit/cards/mot.yml", "oral_alternative: Chacun dit <b>un mot</b> debout.\n")
    page, sheet = step_of(tiny_root)
    assert "Un mot Sans la carte : Chacun dit <b>un mot</b> debout." in page
    assert 'oral: "Chacun dit <b>un mot</b> debout."' in sheet
    steps = (tiny_root / "kit/protocols/tour.yml").read_text(encoding="utf-8")
    steps = steps.replace("    supports:\n", "    oral_option: On parle.\n    supports:\n")
    (tiny_root / "kit/protocols/tour.yml").write_text(steps, encoding="utf-8")
    page, sheet = step_of(tiny_root)
    assert "Sans écrireOn parle." in page
    assert "Sans la carte" not in page, "a step knows better, and nothing is said twice"
    assert 'oral: "On parle."' in sheet


def test_every_page_says_which_file_to_change(tiny_root):
    (tiny_root / "kit/kit.yml").write_text(
        (tiny_root / "kit/kit.yml").read_text(encoding="utf-8") + "languages: [fr, en]\n", encoding="utf-8"
    )
    (tiny_root / "cases/premier.en.yml").write_text("title: A first try\n", encoding="utf-8")
    loaded = load(tiny_root)
    made, shells = {}, Preview(tiny_root).refresh().pages
    for one in loaded.every:
        for page in pages(one, tiny_root, words_for(tiny_root, one.language), Offer(), loaded):
            made[page.path] = page.source
    assert {page.path: page.source for page in shells} == made, "the preview says the same"
    assert all((tiny_root / source).is_file() for source in made.values())
    assert made["recits/premier/"] == "cases/premier.yml"
    assert made["en/recits/premier/"] == "cases/premier.en.yml"
    assert made["en/protocoles/tour/"] == made["protocoles/tour/"] == "kit/protocols/tour.yml"
    assert made[""] == made["credits/"] == "kit/kit.yml"


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ("start: 2024-03-03, end: 2024-03-03", "le 3 mars 2024"),
        ("start: 2024-03-03, end: 2024-03-04", "du 3 mars 2024 au 4 mars 2024"),
        ("start: 2024-03-01", "à partir du 1er mars 2024"),
        ("end: 2024-03-03", "jusqu'au 3 mars 2024"),
    ],
)
def test_a_story_says_when_it_was(tiny_root, dates, said):
    change(tiny_root, "cases/premier.yml", f"dates: {{{dates}}}\n")
    (shown,) = rendered(tiny_root)["recits/premier/"].xpath("//dt[contains(., 'Dates')]/following-sibling::dd")
    assert " ".join(shown.text_content().split()).replace("’", "'") == said


def test_each_role_leads_to_its_own_file(tiny_root):
    role = rendered(tiny_root)["roles/"]
    assert role.xpath("//section//a[@rel='edit']/@href") == [f"{EDIT}kit/roles/guide.yml"]
    assert "Brouillon" in role.text_content()


@pytest.mark.parametrize("path", ["recits/premier/", "protocoles/tour/"])
def test_a_page_says_whether_it_was_reviewed_by_whom_and_when(tiny_root, path):
    name = "cases/premier.yml" if "premier" in path else "kit/protocols/tour.yml"

    def said():
        (status,) = rendered(tiny_root)[path].xpath(f"//p[@class='m-status'][.//*[text()='{state}']]")
        return " ".join(status.text_content().split())

    state = "Brouillon"
    assert said() == "Brouillon"
    change(tiny_root, name, "status: reviewed\nreviewed_by: [Camille <b>, Ana]\nreviewed_on: 2026-11-02\n")
    state = "Relu"
    assert said() == "Relu par Camille <b>, Ana le 2 novembre 2026"
    change(tiny_root, name, "status_note: Rien d'autre\n")
    assert said().endswith("2026 : Rien d’autre")


def test_what_waits_for_care_is_listed_with_its_file(tiny_root):
    found = waiting(tiny_root)
    assert ("cases/premier.yml", "Brouillon") in found["review"]
    (lacking,) = (what for file, what in found["incomplete"] if file == "cases/premier.yml")
    assert "participants" in lacking
    assert ("cases/premier.yml", "sans date de mise à jour") in found["old"]
    assert "consent" not in found
    kit = load(tiny_root).mallette.kit
    change(tiny_root, "cases/premier.yml", f"updated: {kit.date - OLD}\nstatus: reviewed\n")
    found = waiting(tiny_root)
    assert "cases/premier.yml" not in dict(found["old"])
    assert ("cases/premier.yml", "relu, mais sans dire par qui") in found["review"]
    change(tiny_root, "cases/premier.yml", "testimonies: [{text: a, role: b, person: Camille}]\nreviewed_by: [Ana]\n")
    found = waiting(tiny_root)
    assert "aucun accord" in dict(found["consent"])["cases/premier.yml"]
    assert "warnings" not in found
    assert "cases/premier.yml" not in dict(found["review"])


def test_an_old_text_says_since_when(tiny_root):
    change(tiny_root, "cases/premier.yml", "updated: 2020-01-01\n")
    assert dict(waiting(tiny_root)["old"])["cases/premier.yml"] == "dernière mise à jour en 2020"


def test_what_is_not_translated_waits_too(tiny_root):
    change(tiny_root, "kit/kit.yml", "languages: [fr, en]\n")
    (tiny_root / "cases/premier.en.yml").write_text("title: A first try\n", encoding="utf-8")
    found = waiting(tiny_root)
    assert ("kit/roles/guide.yml", "à traduire en anglais") in found["translation"]
    assert ("cases/premier.en.yml", "traduit en partie en anglais") in found["translation"]
    assert any(file == "cases/premier.en.yml" for file, _ in found["warnings"])


def test_the_page_links_each_line_to_its_text_and_its_file(tiny_root):
    change(tiny_root, "cases/premier.yml", 'status_note: "<script>alert(1)</script>"\n')
    made = rendered(tiny_root)
    page, credits = made["suivi/"], made["credits/"]
    assert "../suivi/" in credits.xpath("//a/@href")
    assert not page.xpath("//script")
    lines = page.xpath("//li[.//a[@href='../recits/premier/']]")
    assert len(lines) == 3
    for line in lines:
        assert f"{EDIT}cases/premier.yml" in line.xpath(".//a[@rel='edit']/@href")


def test_the_real_kit_has_its_page_and_all_its_links_lead_somewhere(root):
    loaded = load(root)
    found = {one.name: one for one in sections(loaded, words_for(root, "fr"))}
    tasks = [task for one in found.values() for task in one.tasks]
    assert len(tasks) > 50
    assert {page_of(story) for story in loaded.mallette.stories.values()} & {task.page for task in tasks}
    assert all((root / task.file).is_file() for task in tasks)
    assert all(one.count >= len(one.tasks) > 0 for one in found.values())


def test_what_waits_is_said_in_sentences_that_end_once(tiny_root):
    change(tiny_root, "cases/premier.yml", "status_note: Écrit d'après un récit ; pas relu.\n")
    lines = [" ".join(one.text_content().split()) for one in rendered(tiny_root)["suivi/"].iter("li")]
    assert any("Écrit d’après un récit ; pas relu. " in line for line in lines)
    assert not [line for line in lines if ".." in line]
