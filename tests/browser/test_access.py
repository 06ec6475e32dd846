"""The real site for people who see, hear or move otherwise: axe, keyboard, zoom, spacing, colours and motion."""

import pytest
from accessible import SCHEMES, SPACING, everywhere, faults, lost, styled, walked, wears
from playwright.sync_api import expect

PAGES = (
    "",
    "protocoles/",
    "protocoles/atelier-entraide/",
    "recits/?secteur=sante&mot=groupe",
    "recits/entraide-haute-loire/",
    "roles/",
    "telecharger/",
    "donnees/",
    "credits/",
    "accessibilite/",
    "raconter/",
    "imprimer/",
    "glossaire/",
    "404.html",
    "en/",
)
"""Each type of page, in French, and those that are in English."""
WALKED = ("", "recits/", "protocoles/atelier-entraide/", "recits/entraide-haute-loire/", "404.html")


@pytest.fixture
def window(window):
    return window | {"color_scheme": "light", "reduced_motion": "reduce"}


def searched(page, words):
    page.locator(".m-header__search").click()
    page.locator("#m-search").fill(words)
    expect(page.locator(".m-found__title").first).to_be_visible()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")
def test_axe_finds_nothing(visit, path):
    assert everywhere(visit.to(path)) == {}


def test_axe_finds_nothing_in_what_opens(visit):
    page = visit.to("recits/")
    searched(page, "entraide")
    assert everywhere(page) == {}
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 320, "height": 800})
    page.locator(".m-header__menu").click()
    expect(page.locator(".m-nav a").first).to_be_visible()
    for scheme in SCHEMES:
        wears(page, scheme)
        assert faults(page) == [], scheme


def test_axe_finds_what_is_wrong(visit):
    page = visit.to("credits/")
    bad = '<img src="/assets/mallette.css"><a style="color: #ccc" href="#">pâle comme tout</a>'
    page.eval_on_selector("article p", "(one, bad) => { one.innerHTML = bad }", bad)
    assert {"image-alt", "color-contrast"} <= {one[0] for one in faults(page)}


@pytest.mark.parametrize("path", WALKED, ids=lambda path: path or "home")
def test_the_keyboard_reaches_everything_and_leaves(visit, path):
    page = visit.to(path)
    # the second is a window of 1280 pixels at 400 %
    for size in ({"width": 1280, "height": 900}, {"width": 320, "height": 256}):
        page.set_viewport_size(size)
        page.reload(wait_until="networkidle")
        places, wrong, missed = walked(page)
        assert wrong == [], size
        assert missed == [], size
        assert places == sorted(places), f"{size}: not in the order of the page"
        assert len(places) > 8


def test_the_focus_is_seen_in_the_dark_and_in_colours_of_the_system(visit):
    page = visit.to("recits/")
    wears(page, "mallette-dark")
    _, wrong, _ = walked(page)
    assert wrong == []
    page.emulate_media(forced_colors="active")
    page.reload(wait_until="networkidle")
    _, wrong, _ = walked(page)
    assert wrong == []
    searched(page, "entraide")
    walked(page, 3)
    page.locator("#m-search").focus()
    assert page.eval_on_selector("#m-search", "one => getComputedStyle(one).outlineStyle") == "solid"
    assert page.eval_on_selector(".m-count", "one => getComputedStyle(one).borderTopWidth") != "0px"


def test_a_link_leads_straight_to_the_content(visit):
    for path in ("", "protocoles/", "en/", "404.html"):
        page = visit.to(path)
        page.keyboard.press("Tab")
        skip = page.locator(".m-skip")
        assert skip.evaluate("one => one === document.activeElement")
        box = skip.bounding_box()
        assert box["y"] >= 0
        assert box["height"] >= 24
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "m-content"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main .md-content') !== null")


def test_the_menu_of_a_narrow_screen_opens_and_closes_with_the_keyboard(visit):
    page = visit.to("recits/entraide-haute-loire/")
    page.set_viewport_size({"width": 360, "height": 740})
    button = page.locator("button.m-header__menu")
    links = page.locator(".md-sidebar--primary a")
    assert button.get_attribute("aria-expanded") == "false"
    expect(links.first).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.closest('.md-sidebar--primary') !== null")
    page.keyboard.press("Escape")
    assert button.evaluate("one => one === document.activeElement")
    assert button.get_attribute("aria-expanded") == "false"
    expect(links.first).to_be_hidden()
    page.keyboard.press("Space")
    for _ in range(links.count()):
        page.keyboard.press("Tab")
    assert button.get_attribute("aria-expanded") == "false", "it closes when the focus leaves it"


def test_the_search_keeps_the_keyboard_while_it_is_open_and_no_longer(visit):
    page = visit.to("recits/entraide-haute-loire/")
    button = page.locator("button.m-header__search")
    button.focus()
    page.keyboard.press("Enter")
    page.locator("#m-search").fill("entraide")
    expect(page.locator(".m-found__title").first).to_be_visible()
    assert page.locator(".m-search__status").get_attribute("role") == "status"
    _, wrong, missed = walked(page)
    assert wrong == []
    assert missed == []
    assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('.m-search')")
    page.locator("#m-search").focus()
    page.keyboard.press("Escape")
    assert button.evaluate("one => one === document.activeElement")


def test_filters_are_chosen_with_the_keyboard_and_the_count_is_told(visit):
    page = visit.to("recits/")
    box = page.locator(".m-facet[open] input[type=checkbox]").first
    box.focus()
    page.keyboard.press("Space")
    status = page.locator(".m-bar__status")
    assert status.get_attribute("role") == "status"
    expect(status).to_contain_text(" sur ")
    assert box.evaluate("one => one === document.activeElement && one.checked")
    assert page.locator(".m-facet fieldset legend").count() == page.locator(".m-facet fieldset").count() > 3


def test_the_colours_are_a_button_that_tells_its_state(visit):
    page = visit.to("credits/")
    button = page.get_by_role("button", name="Couleurs sombres")
    assert button.get_attribute("aria-pressed") == "false"
    button.focus()
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.body.dataset.mdColorScheme") == "mallette-dark"
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert button.evaluate("one => one === document.activeElement")


def test_no_key_alone_does_anything(visit):
    page = visit.to("imprimer/")
    assert page.locator("link[rel=prev], link[rel=next]").count() == 0
    before = page.evaluate("[location.href, document.activeElement.tagName]")
    for key in "abcdefghijklmnopqrstuvwxyz0123456789,./;:!?+-*'":
        page.keyboard.press(key)
    page.wait_for_timeout(100)
    assert page.evaluate("[location.href, document.activeElement.tagName]") == before
    assert not page.locator("dialog[open]").count()


@pytest.mark.parametrize(
    "path", [*WALKED[:3], "donnees/", "imprimer/", "telecharger/"], ids=lambda path: path or "home"
)
def test_text_can_be_spaced_and_enlarged(visit, path):
    page = visit.to(path)
    for width, style in ((1280, SPACING), (320, SPACING), (1280, "html { font-size: 250% !important }")):
        page.set_viewport_size({"width": width, "height": 800})
        styled(page, style)
        assert lost(page) == [], f"{width} px, {style}"
        styled(page, "")


def test_nothing_moves_for_those_who_ask_for_calm(visit):
    page = visit.to("recits/")
    moving = """[...document.querySelectorAll('*')].filter(one => {
          const style = getComputedStyle(one)
          const lasts = value => value.split(',').some(part => parseFloat(part) > 0)
          return lasts(style.transitionDuration) || (style.animationName !== 'none' && lasts(style.animationDuration))
            || style.scrollBehavior === 'smooth'
        }).map(one => one.className)"""
    assert page.evaluate(moving) == []
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving)


def test_what_is_wrong_for_a_keyboard_is_seen(visit):
    page = visit.to("404.html")
    styled(page, ".m-links a:focus-visible { outline: 0 } .m-brand { visibility: hidden }")
    page.evaluate("document.querySelector('footer a').tabIndex = 3")
    places, wrong, _ = walked(page)
    assert any("no focus to be seen" in one for one in wrong)
    assert places != sorted(places)
