"""The hours of a session in a real Chromium: shared between the steps, told aloud, by keyboard, without a script."""

import shutil

import pytest
from conftest import TINY
from editing import edit
from playwright.sync_api import expect
from visiting import opened

STEP = """  - id: {name}
    title: {name}
    aim: Dire.
    minutes:
      min: {least}
      max: {most}
    actions:
      guide: J'écoute.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory, run):
    root = shutil.copytree(TINY, tmp_path_factory.mktemp("clock") / "root")
    more = STEP.format(name="chercher", least=20, most=40) + STEP.format(name="finir", least=5, most=10)
    edit(
        root / "kit/protocols/tour.yml",
        ("steps:\n", "short_of_time: Gardez la fin.\nsteps:\n"),
        ("timing_note:", f"{more}timing_note:"),
    )
    done = run("build", "--root", root)
    assert done.returncode == 0, done.stderr
    return root / "site"


@pytest.fixture
def page(browser, address):
    with opened(browser, address, locale="fr-FR") as visit:
        yield visit.to("protocoles/tour/")
        assert visit.wrong == []


def hours(page):
    return [
        text.replace("\u00a0", " ").replace("\u202f", " ")
        for text in page.locator("[data-told]:visible").all_inner_texts()
    ]


def said(page):
    return page.locator("[role=status]").inner_text().replace("\u00a0", " ").replace("\u202f", " ")


def ask(page, start, length, minutes):
    page.get_by_label("Début à").fill(start)
    page.get_by_label("heures").fill(length)
    page.get_by_label("minutes", exact=True).fill(minutes)


def test_the_marks_have_their_hours_at_first(page):
    assert hours(page) == ["À 14 h 00, 10 min", "À 14 h 10, 30 min", "À 14 h 40, 5 min", "Fin à 14 h 45"]


def test_what_there_is_of_time_is_shared_within_the_range_of_each_step(page):
    ask(page, "23:30", "0", "55")
    assert hours(page) == ["À 23 h 30, 10 min", "À 23 h 40, 37 min", "À 0 h 17, 8 min", "Fin à 0 h 25"]
    assert said(page).startswith("Fin à 0 h 25.")


def test_too_short_and_too_long_are_told(page):
    ask(page, "09:00", "0", "20")
    assert said(page).startswith("Il manque 10 min : au plus court, les étapes durent 30 min. Fin à 9 h 30.")
    assert "Si le temps manque" in said(page)
    ask(page, "09:00", "2", "5")
    assert said(page).startswith("Il reste 1 h 05 : au plus long, les étapes durent 1 h. Fin des étapes à 10 h 00.")
    ask(page, "09:00", "", "")
    assert said(page) == "Indiquez une heure de début et une durée."
    assert hours(page) == []


def test_the_keyboard_reaches_every_field_on_a_phone(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_label("heures").focus()
    page.keyboard.press("ArrowUp")
    assert said(page).startswith("Il reste")
    page.keyboard.press("Tab")
    expect(page.get_by_label("minutes", exact=True)).to_be_focused()
    page.keyboard.press("Enter")  # nothing is sent
    assert page.url.endswith("protocoles/tour/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_a_script_the_marks_stay(browser, address):
    with opened(browser, address, java_script_enabled=False) as visit:
        page = visit.to("protocoles/tour/")
        expect(page.get_by_text("Repère 0 h 10")).to_be_visible()
        expect(page.locator("[data-clock]")).to_be_hidden()
